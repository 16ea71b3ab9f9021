//! `impl Trait` parameters and lifetimes `'_` get a name: their type occurs in the pullback's signature too, where neither
//! can stand.
//!
//! ```text
//! fn f(x: f64, g: &impl Fn(f64) -> f64)     ─▶     fn grad<__T0: Fn(f64) -> f64>(x: f64, g: &__T0)
//! fn f(v: &View<'_>)                        ─▶     fn grad<'__l0>(v: &View<'__l0>)
//! fn f(v: Option<&str>, x: f64)             ─▶     fn grad<'__l0>(v: Option<&'__l0 str>, x: f64)
//! ```

use crate::emit::names::generated;
use crate::ir::Ty;
use crate::model::{Generics, Model, Pass};
use proc_macro2::{Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

/// The function with named type parameters only; `None`: it is that already.
pub fn named(model: &Model) -> Option<Model> {
    let mut all = Vec::new();
    let mut copy = model.clone();
    let mut lifetimes = Vec::new();
    for param in &mut copy.params {
        let first = all.len();
        param.ty = name(param.ty.clone(), &mut all);
        let mut again = all[..first].to_vec();
        param.inner = name(param.inner.clone(), &mut again);
        let lifetime = generated_lifetime(lifetimes.len());
        if let Ty::Adt(code, _) = param.class {
            let (ty, found) = name_elided(param.ty.clone(), &lifetime);
            if found {
                param.ty = ty;
                param.inner = name_elided(param.inner.clone(), &lifetime).0;
                let tokens = &mut copy.source.codes[code].tokens;
                *tokens = name_elided(tokens.clone(), &lifetime).0;
                copy.source.forget_words();
                lifetimes.push(lifetime);
                continue;
            }
        }
        let (inner, found) = name_references(param.inner.clone(), &lifetime);
        if found && param.pass == Pass::Value && param.function.is_none() {
            (param.ty, param.inner) = (inner.clone(), inner);
            lifetimes.push(lifetime);
        }
    }
    if all.is_empty() && lifetimes.is_empty() {
        return None;
    }
    copy.generics = with(&copy.generics, all, lifetimes);
    Some(copy)
}

/// Was the type parameter made here?
pub fn is_ours(ident: &Ident) -> bool {
    ident.to_string().starts_with("__T")
}

fn generated_lifetime(k: usize) -> TokenStream {
    let name = generated(&format!("__l{k}"), Span::mixed_site());
    let mut quote = Punct::new('\'', Spacing::Joint);
    quote.set_span(Span::mixed_site());
    [TokenTree::from(quote), name.into()].into_iter().collect()
}

/// Replaces each `'_`; was there one?
fn name_elided(tokens: TokenStream, lifetime: &TokenStream) -> (TokenStream, bool) {
    let items: Vec<TokenTree> = tokens.into_iter().collect();
    let (mut out, mut found) = (TokenStream::new(), false);
    let mut k = 0;
    while k < items.len() {
        let elided = matches!(&items[k], TokenTree::Punct(p) if p.as_char() == '\'')
            && matches!(items.get(k + 1), Some(TokenTree::Ident(i)) if i == "_");
        match &items[k] {
            _ if elided => {
                out.extend(lifetime.clone());
                found = true;
                k += 1;
            }
            TokenTree::Group(group) => {
                let (inner, more) = name_elided(group.stream(), lifetime);
                let mut copy = Group::new(group.delimiter(), inner);
                copy.set_span(group.span());
                out.extend([TokenTree::Group(copy)]);
                found |= more;
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {
                out.extend([items[k].clone()])
            }
        }
        k += 1;
    }
    (out, found)
}

/// Replaces each `&` without a lifetime, but in the types of functions; was there one?
fn name_references(tokens: TokenStream, lifetime: &TokenStream) -> (TokenStream, bool) {
    let items: Vec<TokenTree> = tokens.into_iter().collect();
    let (mut out, mut found) = (TokenStream::new(), false);
    for (k, item) in items.iter().enumerate() {
        match item {
            TokenTree::Ident(i) if ["Fn", "FnMut", "FnOnce", "fn"].iter().any(|f| i == f) => {
                out.extend(items[k..].iter().cloned());
                break;
            }
            TokenTree::Group(group) => {
                let (inner, more) = name_references(group.stream(), lifetime);
                let mut copy = Group::new(group.delimiter(), inner);
                copy.set_span(group.span());
                out.extend([TokenTree::Group(copy)]);
                found |= more;
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => out.extend([item.clone()]),
        }
        let named = matches!(items.get(k + 1), Some(TokenTree::Punct(p)) if p.as_char() == '\'');
        if matches!(item, TokenTree::Punct(p) if p.as_char() == '&') && !named {
            out.extend(lifetime.clone());
            found = true;
        }
    }
    (out, found)
}

/// A parameter and its bounds.
type Named = (Ident, TokenStream);

fn with(generics: &Generics, all: Vec<Named>, lifetimes: Vec<TokenStream>) -> Generics {
    let strip = |tokens: &TokenStream, front: usize| -> TokenStream {
        let items: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let end = items.len().saturating_sub(1);
        items.get(front..end).unwrap_or_default().iter().cloned().collect()
    };
    let comma = |tokens: TokenStream| {
        let ends = tokens.clone().into_iter().last().is_some_and(|t| t.to_string() == ",");
        if tokens.is_empty() || ends {
            tokens
        } else {
            q!(#tokens,)
        }
    };
    let own = comma(strip(&generics.params, 1));
    let declared = all.iter().map(|(name, bounds)| q!(#name: #bounds));
    let turbofish = comma(strip(&generics.turbofish, 3));
    let inferred: Vec<TokenStream> = all.iter().map(|_| q!(_)).collect();
    let mut types = generics.types.clone();
    types.extend(all.iter().map(|(name, _)| name.clone()));
    Generics {
        params: q!(<#(#lifetimes,)* #own #(#declared),*>),
        turbofish: if turbofish.is_empty() { turbofish } else { q!(::<#turbofish #(#inferred),*>) },
        types,
        lifetimes: generics.lifetimes.iter().cloned().chain(lifetimes).collect(),
        ..generics.clone()
    }
}

/// Replaces each `impl Bounds` by a name.
fn name(tokens: TokenStream, all: &mut Vec<Named>) -> TokenStream {
    let items: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = TokenStream::new();
    let mut k = 0;
    while k < items.len() {
        match &items[k] {
            TokenTree::Ident(ident) if ident == "impl" => {
                let end = k + 1 + bounds(&items[k + 1..]);
                let text = format!("__T{}", all.len());
                let name = generated(&text, Span::mixed_site());
                all.push((name.clone(), items[k + 1..end].iter().cloned().collect()));
                out.extend([TokenTree::Ident(name)]);
                k = end;
                continue;
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), name(group.stream(), all));
                inner.set_span(group.span());
                out.extend([TokenTree::Group(inner)]);
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {
                out.extend([items[k].clone()])
            }
        }
        k += 1;
    }
    out
}

/// The length of the bounds: to the end, or to what closes the list that they stand in.
fn bounds(items: &[TokenTree]) -> usize {
    let mut depth = 0;
    let punct = |k: usize, c: char| matches!(items.get(k), Some(TokenTree::Punct(p)) if p.as_char() == c);
    for k in 0..items.len() {
        if punct(k, '<') {
            depth += 1;
        } else if punct(k, '>') && !(k > 0 && punct(k - 1, '-')) {
            if depth == 0 {
                return k;
            }
            depth -= 1;
        } else if punct(k, ',') && depth == 0 {
            return k;
        }
    }
    items.len()
}

#[cfg(test)]
mod tests {
    use super::name;
    use quote::quote;

    #[test]
    fn bounds_end_where_the_type_ends() {
        let mut all = Vec::new();
        let ty = name(quote!(&Pair<impl Fn(f64) -> Vec<f64>, impl A<B> + C>), &mut all);
        assert_eq!(ty.to_string().replace(' ', ""), "&Pair<__T0,__T1>");
        let bounds: Vec<String> = all.iter().map(|(_, b)| b.to_string().replace(' ', "")).collect();
        assert_eq!(bounds, ["Fn(f64)->Vec<f64>", "A<B>+C"]);
    }
}
