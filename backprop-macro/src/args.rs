//! The options of the attribute: `#[grad(wrt(w), forward)]` → [`Options`].
//!
//! ```text
//! wrt(w, b), name = loss_of   →   Options { wrt: Some([w, b]), name: Some(loss_of), .. }
//! ```
//!
//! It only reads the attribute; what an option means for a function is checked where the function is known.

use crate::diag::{at, catalog, closest, meant, Errors};
use crate::model::Options;
use proc_macro2::{Ident, TokenStream as TokenStream2};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::Token;

/// The options that are on or off, and where that is noted.
type Flag = (&'static str, fn(&mut Options) -> &mut bool);
const FLAGS: [Flag; 7] = [
    ("forward", |o| &mut o.forward),
    ("second_order", |o| &mut o.second_order),
    ("graph", |o| &mut o.graph),
    ("source", |o| &mut o.source),
    ("no_heap", |o| &mut o.no_heap),
    ("method", |o| &mut o.method),
    ("recursive", |o| &mut o.recursive),
];
const OTHERS: [&str; 5] = ["wrt", "name", "crate", "vjp", "jvp"];

/// What follows an option's name.
enum Value {
    None,
    Path(syn::Path),
    Names(Vec<Ident>),
    /// Something else: `forward = 3`, `wrt("w")`.
    Wrong(TokenStream2),
}

struct Item {
    name: Ident,
    value: Value,
}

impl Parse for Item {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let name = Ident::parse_any(input)?;
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            let fork = input.fork();
            if let Ok(path) = fork.call(syn::Path::parse_mod_style) {
                if fork.is_empty() || fork.peek(Token![,]) {
                    syn::parse::discouraged::Speculative::advance_to(input, &fork);
                    return Ok(Item { name, value: Value::Path(path) });
                }
            }
            return Ok(Item { name, value: Value::Wrong(up_to_comma(input)) });
        }
        if input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            let inner: TokenStream2 = content.parse()?;
            let parser = |s: ParseStream| s.parse_terminated(Ident::parse_any, Token![,]);
            let value = match parser.parse2(inner.clone()) {
                Ok(names) => Value::Names(names.into_iter().collect()),
                Err(_) => Value::Wrong(inner),
            };
            return Ok(Item { name, value });
        }
        Ok(Item { name, value: Value::None })
    }
}

fn up_to_comma(input: ParseStream) -> TokenStream2 {
    let mut tokens = TokenStream2::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        match input.parse::<proc_macro2::TokenTree>() {
            Ok(token) => token.to_tokens(&mut tokens),
            Err(_) => break,
        }
    }
    tokens
}

/// The attribute's tokens, as options.
pub fn parse(attr: TokenStream2) -> Result<Options, Errors> {
    let parser = Punctuated::<Item, Token![,]>::parse_terminated;
    let items = match parser.parse2(attr) {
        Ok(items) => items,
        Err(e) => return Err(catalog::option_syntax(e.span().into(), &e.to_string()).into()),
    };
    let mut options = Options::default();
    let mut errors = Errors::default();
    let mut seen: Vec<String> = Vec::new();
    for item in items {
        let name = item.name.to_string();
        if seen.contains(&name) {
            errors.push(catalog::option_twice(at(&item.name), &name));
        }
        seen.push(name);
        one(item, &mut options, &mut errors);
    }
    if errors.is_empty() {
        Ok(options)
    } else {
        Err(errors)
    }
}

fn one(item: Item, options: &mut Options, errors: &mut Errors) {
    let Item { name, value } = item;
    let text = name.to_string();
    match (text.as_str(), value) {
        ("wrt", Value::Names(names)) if names.is_empty() => errors.push(catalog::wrt_empty(at(&name))),
        ("wrt", Value::Names(names)) => options.wrt = Some(names),
        ("wrt", _) => errors.push(catalog::option_form(at(&name), "wrt(w, b)")),
        ("name", Value::Path(path)) => match path.get_ident() {
            Some(ident) => options.name = Some(ident.clone()),
            None => errors.push(catalog::option_form(at(&path), "name = other_name")),
        },
        ("name", _) => errors.push(catalog::option_form(at(&name), "name = other_name")),
        ("crate", Value::Path(path)) => options.krate = Some(path.into_token_stream()),
        ("crate", _) => errors.push(catalog::option_form(at(&name), "crate = path::to::backprop")),
        ("vjp", Value::Path(path)) => options.vjp = Some(path.into_token_stream()),
        ("vjp", _) => errors.push(catalog::option_form(at(&name), "vjp = path::to::rule")),
        ("jvp", Value::Path(path)) => options.jvp = Some(path.into_token_stream()),
        ("jvp", _) => errors.push(catalog::option_form(at(&name), "jvp = path::to::rule")),
        (other, value) => match FLAGS.iter().find(|(flag, _)| *flag == other) {
            Some(flag) => set(flag, &name, &value, options, errors),
            None => {
                let flags = FLAGS.iter().map(|(flag, _)| *flag);
                let hint = meant(closest(other, flags.chain(OTHERS)));
                errors.push(catalog::option_unknown(at(&name), other, &hint));
            }
        },
    }
}

fn set((flag, place): &Flag, name: &Ident, value: &Value, options: &mut Options, errors: &mut Errors) {
    let wrong = match value {
        Value::None => {
            *place(options) = true;
            return;
        }
        Value::Names(_) => at(name),
        Value::Path(path) => at(path),
        Value::Wrong(tokens) => at(tokens),
    };
    errors.push(catalog::option_form(wrong, flag));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(attr: &str) -> Vec<&'static str> {
        match parse(attr.parse().unwrap_or_default()) {
            Ok(_) => Vec::new(),
            Err(errors) => errors.codes(),
        }
    }

    #[test]
    fn options_are_read() {
        let attr = "wrt(w, b), forward, name = other, crate = ::ad, vjp = rules::f_vjp,";
        let options = parse(attr.parse().unwrap_or_default()).unwrap_or_default();
        assert_eq!(options.wrt.map_or(0, |w| w.len()), 2);
        assert!(options.forward && !options.second_order);
        assert_eq!(options.name.map(|n| n.to_string()).as_deref(), Some("other"));
        assert_eq!(options.krate.map(|n| n.to_string()).as_deref(), Some(":: ad"));
        assert_eq!(options.vjp.map(|n| n.to_string()).as_deref(), Some("rules :: f_vjp"));
    }

    #[test]
    fn wrong_options_are_refused() {
        assert_eq!(codes("forwrad"), ["E15"]);
        assert_eq!(codes("forward = 3, wrt = w, zzz"), ["E43", "E43", "E15"]);
        assert_eq!(codes("wrt(\"w\")"), ["E43"]);
        assert_eq!(codes("forward, forward"), ["E42"]);
        assert_eq!(codes("forward forward"), ["E41"]);
        assert_eq!(codes(""), [] as [&str; 0]);
    }
}
