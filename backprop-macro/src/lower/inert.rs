//! Removes the attributes that only this macro reads from the user's item, token for token; and a second `#[grad]`, which
//! is an error, and would be more of them if it ran.
//!
//! ```text
//! fn f(x: f64, #[no_grad] k: K) { #[checkpoint(sqrt)] for .. }   →   fn f(x: f64, k: K) { for .. }
//! ```
//!
//! It never re-prints: every other token is the user's own.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The item without `#[no_grad]` and `#[checkpoint(..)]`, and without a `#[grad]` of its own.
pub fn strip_inert(item: TokenStream) -> TokenStream {
    let mut hash = false;
    let mut out = Vec::new();
    for token in strip_inside(item) {
        let repeated = matches!(&token, TokenTree::Group(group) if hash && is_attribute(group, &is_grad));
        hash = matches!(&token, TokenTree::Punct(p) if p.as_char() == '#');
        if repeated {
            out.pop();
        } else {
            out.push(token);
        }
    }
    out.into_iter().collect()
}

fn is_grad(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(i) if i == "grad")
}

fn strip_inside(item: TokenStream) -> TokenStream {
    if mentions(&item) {
        strip(item)
    } else {
        item
    }
}

fn is_name(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(i) if i == "no_grad" || i == "checkpoint")
}

/// Is there anything to remove? (Groups that hold nothing are never rebuilt.)
fn mentions(tokens: &TokenStream) -> bool {
    let mut stack = vec![tokens.clone().into_iter()];
    while let Some(iter) = stack.last_mut() {
        match iter.next() {
            None => {
                stack.pop();
            }
            Some(TokenTree::Group(group)) => stack.push(group.stream().into_iter()),
            Some(token) => {
                if is_name(&token) {
                    return true;
                }
            }
        }
    }
    false
}

/// `[no_grad]`, `[backprop::no_grad]`, `[checkpoint(..)]`: is the last name of the path the one?
fn is_attribute(group: &Group, name: &dyn Fn(&TokenTree) -> bool) -> bool {
    if group.delimiter() != Delimiter::Bracket {
        return false;
    }
    let mut tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    if let [TokenTree::Group(inner)] = tokens.as_slice() {
        // `#[$attribute]` in a `macro_rules!`
        if inner.delimiter() == Delimiter::None {
            tokens = inner.stream().into_iter().collect();
        }
    }
    if let Some(TokenTree::Group(_)) = tokens.last() {
        tokens.pop();
    }
    tokens.last().is_some_and(name)
        && tokens.iter().all(|t| {
            matches!(t, TokenTree::Ident(_)) || matches!(t, TokenTree::Punct(p) if p.as_char() == ':')
        })
}

fn strip(tokens: TokenStream) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let after_hash = matches!(out.last(), Some(TokenTree::Punct(p)) if p.as_char() == '#');
                if after_hash && is_attribute(&group, &is_name) {
                    out.pop();
                } else if mentions(&group.stream()) {
                    let mut copy = Group::new(group.delimiter(), strip(group.stream()));
                    copy.set_span(group.span());
                    out.push(TokenTree::Group(copy));
                } else {
                    out.push(TokenTree::Group(group));
                }
            }
            token => out.push(token),
        }
    }
    out.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(text: &str) -> String {
        strip_inert(text.parse().unwrap_or_default()).to_string()
    }

    #[test]
    fn only_our_attributes_go() {
        let plain = "#[inline] fn f(x : f64) { #[allow(unused)] let no = x ; a [no_grad] }";
        assert_eq!(stripped(plain), plain.parse::<TokenStream>().unwrap_or_default().to_string());
        let marked = "fn f(#[no_grad] k : K) { #[checkpoint(every = 3)] for i in 0 .. 3 { } }";
        let clean = "fn f(k : K) { for i in 0 .. 3 { } }";
        let twice = "#[inline] #[backprop::grad(forward)] pub fn f(x: f64) { #[grad] fn g() {} }";
        let once = "#[inline] pub fn f(x: f64) { #[grad] fn g() {} }";
        assert_eq!(stripped(twice), once.parse::<TokenStream>().unwrap_or_default().to_string());
        assert_eq!(stripped(marked), clean.parse::<TokenStream>().unwrap_or_default().to_string());
    }
}
