//! Errors: collected while a stage runs, reported together at its end, in the order of the source.
//!
//! ```text
//! errors.push(catalog::no_rule(at(&call.method), "foo", "floor"))
//!   →  ::core::compile_error! { "backprop[E21]: no derivative rule for `f64::foo` …" }   (spanned on `foo`)
//! ```
//!
//! It never decides what is an error, and holds no text: those are in [`catalog`].

pub mod catalog;

use proc_macro2::{Span, TokenStream};
use quote::{quote_spanned, ToTokens};

/// The first and the last token of the user's code that a message is about.
#[derive(Clone, Copy, Debug)]
pub struct At {
    first: Span,
    last: Span,
}

/// Where some code stands.
pub fn at(code: &impl ToTokens) -> At {
    let mut tokens = code.to_token_stream().into_iter();
    let Some(first) = tokens.next() else { return At::from(Span::call_site()) };
    let first = first.span();
    At { first, last: tokens.last().map_or(first, |t| t.span()) }
}

impl From<Span> for At {
    fn from(span: Span) -> Self {
        At { first: span, last: span }
    }
}

impl At {
    /// The span of its first token.
    pub fn span(self) -> Span {
        self.first
    }

    /// Byte offset in the source, where the compiler tells it (`#0 bytes(12..15)`).
    fn offset(self) -> Option<usize> {
        let text = format!("{:?}", self.first);
        let start = text.split_once("bytes(")?.1;
        start.split_once("..")?.0.parse().ok()
    }
}

/// One message.
#[derive(Clone, Debug)]
pub struct Diag {
    pub code: &'static str,
    /// What, why, and what to do instead.
    pub text: String,
    pub at: At,
}

impl Diag {
    fn to_tokens(&self) -> TokenStream {
        let text = format!("backprop[{}]: {}", self.code, self.text);
        let (first, last) = (self.at.first, self.at.last);
        let path = quote_spanned!(first=> ::core::compile_error!);
        let group = quote_spanned!(last=> { #text });
        quote_spanned!(first=> #path #group)
    }
}

/// All errors of a stage.
#[derive(Clone, Debug, Default)]
pub struct Errors {
    list: Vec<Diag>,
}

impl From<Diag> for Errors {
    fn from(diag: Diag) -> Self {
        Errors { list: vec![diag] }
    }
}

impl Errors {
    pub fn push(&mut self, diag: Diag) {
        let known =
            |d: &Diag| d.code == diag.code && d.text == diag.text && d.at.offset() == diag.at.offset();
        if diag.at.offset().is_none() || !self.list.iter().any(known) {
            self.list.push(diag);
        }
    }

    pub fn extend(&mut self, other: Errors) {
        other.list.into_iter().for_each(|d| self.push(d));
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The codes, in source order.
    #[cfg(test)]
    pub fn codes(&self) -> Vec<&'static str> {
        self.sorted().iter().map(|d| d.code).collect()
    }

    /// One `compile_error!` item per error, in source order.
    pub fn to_tokens(&self) -> TokenStream {
        self.sorted().iter().map(|d| d.to_tokens()).collect()
    }

    /// The texts, in source order.
    #[cfg(test)]
    pub fn texts(&self) -> Vec<String> {
        self.sorted().iter().map(|d| format!("{}: {}", d.code, d.text)).collect()
    }

    fn sorted(&self) -> Vec<&Diag> {
        let mut all: Vec<&Diag> = self.list.iter().collect();
        all.sort_by_key(|d| d.at.offset().unwrap_or(usize::MAX));
        all
    }
}

/// The name in `known` closest to `name`, if one is close enough to be what was meant.
pub fn closest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = name.chars().count() / 3 + 1;
    known
        .into_iter()
        .map(|k| (distance(name, k), k))
        .filter(|(d, _)| *d <= limit)
        .min_by_key(|(d, _)| *d)
        .map(|(_, k)| k)
}

/// A suggestion, as the end of a sentence.
pub fn meant(name: Option<&str>) -> String {
    name.map_or_else(String::new, |n| format!(" (did you mean `{n}`?)"))
}

/// Levenshtein's edit distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_close() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(closest("wieght", ["weight", "bias"]), Some("weight"));
        assert_eq!(closest("zzzz", ["weight", "bias"]), None);
    }

    #[test]
    fn codes_are_unique_and_texts_say_what_to_do() {
        let mut codes: Vec<&str> = catalog::ALL.iter().map(|(code, _)| *code).collect();
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all);
    }
}
