//! Tests of lowering: what becomes of a function, and which functions are refused with which code.

use super::{function, Failure};
use crate::ir::{print::print, verify::verify, Function};
use crate::model::{Model, Options};

/// Lowers the text of a function.
fn lower(text: &str) -> Result<(Model, Function), Failure> {
    function(text.parse().expect("tokens"), Options::default())
}

/// The printed IR of a function that must lower and verify.
fn ir(text: &str) -> String {
    match lower(text) {
        Ok((model, f)) => {
            let names = |code| model.source.tokens(code).to_string();
            let text = print(&f, Some(&names));
            if let Err(e) = verify(&f) {
                panic!("{e}\n{text}");
            }
            text
        }
        Err(failure) => panic!("{:#?}", failure.errors.texts()),
    }
}

/// The codes of the errors of a function that must be refused.
fn codes(text: &str) -> Vec<&'static str> {
    match lower(text) {
        Ok((_, f)) => panic!("lowered:\n{}", print(&f, None)),
        Err(failure) => failure.errors.codes(),
    }
}

#[test]
#[ignore = "a tool: prints what becomes of the functions in the files named by CORPUS"]
fn corpus() {
    let files = std::env::var("CORPUS").unwrap_or_default();
    let quiet = std::env::var("QUIET").is_ok();
    let (mut good, mut bad) = (0, 0);
    for file in files.split_whitespace() {
        let text = std::fs::read_to_string(file).expect("file");
        let mut found = Found(Vec::new());
        match syn::parse_file(&text) {
            Ok(parsed) => syn::visit::visit_file(&mut found, &parsed),
            Err(e) => println!("{file}: {e}"),
        }
        for (options, item) in found.0 {
            let name = item.sig.ident.to_string();
            let options = crate::args::parse(options).unwrap_or_default();
            let tokens = quote::quote!(#item);
            match function(tokens, options) {
                Ok((model, f)) => {
                    let names = |code| model.source.tokens(code).to_string();
                    let text = print(&f, Some(&names));
                    match verify(&f) {
                        Ok(()) => good += 1,
                        Err(e) => {
                            bad += 1;
                            println!("== {file} {name}: VERIFY {e}\n{text}");
                        }
                    }
                    if !quiet {
                        println!("== {name}\n{text}");
                    }
                }
                Err(failure) => {
                    bad += 1;
                    println!("== {file} {name}: REFUSED {:#?}", failure.errors.texts());
                }
            }
        }
    }
    println!("{good} good, {bad} bad");
}

struct Found(Vec<(proc_macro2::TokenStream, syn::ItemFn)>);

impl<'a> syn::visit::Visit<'a> for Found {
    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        let grad = item.attrs.iter().position(|a| a.path().segments.last().is_some_and(|s| s.ident == "grad"));
        if let Some(k) = grad {
            let mut copy = item.clone();
            let attr = copy.attrs.remove(k);
            let options = match &attr.meta {
                syn::Meta::List(list) => list.tokens.clone(),
                _ => proc_macro2::TokenStream::new(),
            };
            self.0.push((options, copy));
        }
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        let grad = item.attrs.iter().position(|a| a.path().segments.last().is_some_and(|s| s.ident == "grad"));
        if let Some(k) = grad {
            let mut copy = item.clone();
            let attr = copy.attrs.remove(k);
            let options = match &attr.meta {
                syn::Meta::List(list) => list.tokens.clone(),
                _ => proc_macro2::TokenStream::new(),
            };
            if let Ok(item) = syn::parse2(quote::quote!(#copy)) {
                self.0.push((options, item));
            }
        }
        syn::visit::visit_impl_item_fn(self, item);
    }
}
