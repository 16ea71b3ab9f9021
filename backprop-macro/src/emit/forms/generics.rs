//! Generic parameters, bounds and names, as tokens.

use crate::ir::hash::HashSet;
use proc_macro2::{Ident, TokenStream, TokenTree};

/// `<'__a, T>` from `<T>`.
pub fn with_lifetime(params: &TokenStream, lifetime: Option<TokenStream>) -> TokenStream {
    let Some(lifetime) = lifetime else { return params.clone() };
    let items: Vec<TokenTree> = params.clone().into_iter().collect();
    match items.as_slice() {
        [_, inner @ .., _] if !inner.is_empty() => {
            let inner: TokenStream = inner.iter().cloned().collect();
            q!(<#lifetime, #inner>)
        }
        _ => q!(<#lifetime>),
    }
}

/// The user's `where` clause with bounds of ours.
pub fn with_bounds(clause: &TokenStream, bounds: &[TokenStream]) -> TokenStream {
    if bounds.is_empty() {
        return clause.clone();
    }
    let last = clause.clone().into_iter().last();
    let comma = matches!(&last, Some(TokenTree::Punct(p)) if p.as_char() == ',');
    match last {
        None => q!(where #(#bounds),*),
        Some(_) if comma => q!(#clause #(#bounds),*),
        Some(_) => q!(#clause, #(#bounds),*),
    }
}

/// `<'a, T, const __K: usize>` from `<'a, T>`.
pub fn with_lanes(params: &TokenStream, lanes: Option<TokenStream>) -> TokenStream {
    let Some(lanes) = lanes else { return params.clone() };
    let mut items: Vec<TokenTree> = params.clone().into_iter().collect();
    items.pop();
    let comma = |t: &TokenTree| matches!(t, TokenTree::Punct(p) if p.as_char() == ',');
    let separator = (items.len() > 1 && !items.last().is_some_and(comma)).then(|| q!(,));
    let inner: TokenStream = items.into_iter().skip(1).collect();
    q!(<#inner #separator #lanes>)
}

/// The identifiers among the tokens.
pub struct Mentioned(pub HashSet<String>);

impl Mentioned {
    pub fn of(tokens: impl IntoIterator<Item = TokenTree>) -> Mentioned {
        Mentioned(HashSet::default()).and(tokens)
    }

    /// Those of both.
    pub fn and(mut self, tokens: impl IntoIterator<Item = TokenTree>) -> Mentioned {
        self.collect(tokens);
        self
    }

    fn collect(&mut self, tokens: impl IntoIterator<Item = TokenTree>) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    self.0.insert(ident.to_string());
                }
                TokenTree::Group(group) => self.collect(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    pub fn has(&self, name: &Ident) -> bool {
        self.says(&name.to_string())
    }

    pub fn says(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

/// `'a`, `'_` in a type.
pub fn lifetimes_in(tokens: &TokenStream) -> Vec<String> {
    let mut all = Vec::new();
    let mut quote = false;
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(ident) if quote => all.push(format!("'{ident}")),
            TokenTree::Group(group) => all.extend(lifetimes_in(&group.stream())),
            TokenTree::Punct(p) if p.as_char() == '\'' => {
                quote = true;
                continue;
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        quote = false;
    }
    all
}
