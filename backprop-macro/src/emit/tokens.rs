//! Tokens under construction, as a plain vector.
//!
//! A token stream lives in the compiler: to join two, or to look into one, the macro must ask it each time. Expressions
//! grow token by token, so they are kept here, and go to the compiler once, inside the statement or block they end up in.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;

#[derive(Clone, Debug, Default)]
pub struct Tokens(Vec<TokenTree>);

impl Tokens {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn append(&mut self, more: Tokens) {
        self.0.extend(more.0);
    }

    pub fn ident(&mut self, ident: Ident) {
        self.0.push(ident.into());
    }

    /// `let`, `mut`
    pub fn word(&mut self, word: &str) {
        self.0.push(Ident::new(word, Span::mixed_site()).into());
    }

    /// An operator, where the user wrote it.
    pub fn operator(&mut self, text: &str, span: Span) {
        let count = text.len();
        for (i, c) in text.chars().enumerate() {
            let mut punct = Punct::new(c, if i + 1 < count { Spacing::Joint } else { Spacing::Alone });
            punct.set_span(span);
            self.0.push(punct.into());
        }
    }

    /// Punctuation of ours.
    pub fn punct(&mut self, text: &str) {
        self.operator(text, Span::mixed_site());
    }

    /// `(..)`, `[..]`
    pub fn group(&mut self, delimiter: Delimiter, inner: Tokens) {
        let mut group = Group::new(delimiter, inner.into());
        group.set_span(Span::mixed_site());
        self.0.push(group.into());
    }

    /// `(..)` around all.
    pub fn in_parentheses(self) -> Tokens {
        let mut out = Tokens::default();
        out.group(Delimiter::Parenthesis, self);
        out
    }

    /// Does it begin with these? Who wrote them does not matter.
    pub fn starts_with(&self, start: &Tokens) -> bool {
        self.0.len() >= start.0.len() && self.0.iter().zip(&start.0).all(|(a, b)| same(a, b))
    }

    /// From the given token on; without the parentheses that hold it all.
    pub fn operand_from(&self, start: usize, parenthesised: bool) -> Tokens {
        match self.0.get(start) {
            Some(TokenTree::Group(group)) if parenthesised => group.stream().into(),
            Some(_) | None => Tokens(self.0.get(start..).unwrap_or_default().to_vec()),
        }
    }
}

fn same(a: &TokenTree, b: &TokenTree) -> bool {
    match (a, b) {
        (TokenTree::Ident(a), TokenTree::Ident(b)) => a == b,
        (TokenTree::Punct(a), TokenTree::Punct(b)) => a.as_char() == b.as_char(),
        (TokenTree::Literal(a), TokenTree::Literal(b)) => a.to_string() == b.to_string(),
        (TokenTree::Group(a), TokenTree::Group(b)) => {
            let (x, y) = (Tokens::from(a.stream()), Tokens::from(b.stream()));
            a.delimiter() == b.delimiter() && x.len() == y.len() && x.starts_with(&y)
        }
        (TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) | TokenTree::Group(_), _) => false,
    }
}

impl From<TokenStream> for Tokens {
    fn from(stream: TokenStream) -> Tokens {
        Tokens(stream.into_iter().collect())
    }
}

impl From<Ident> for Tokens {
    fn from(ident: Ident) -> Tokens {
        Tokens(vec![ident.into()])
    }
}

impl From<TokenTree> for Tokens {
    fn from(tree: TokenTree) -> Tokens {
        Tokens(vec![tree])
    }
}

impl From<Tokens> for TokenStream {
    fn from(tokens: Tokens) -> TokenStream {
        tokens.0.into_iter().collect()
    }
}

impl Extend<TokenTree> for Tokens {
    fn extend<I: IntoIterator<Item = TokenTree>>(&mut self, trees: I) {
        self.0.extend(trees);
    }
}

impl IntoIterator for Tokens {
    type Item = TokenTree;
    type IntoIter = std::vec::IntoIter<TokenTree>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl ToTokens for Tokens {
    fn to_tokens(&self, stream: &mut TokenStream) {
        stream.extend(self.0.iter().cloned());
    }
}

impl std::fmt::Display for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        TokenStream::from(self.clone()).fmt(f)
    }
}
