//! The fields of structs that stand in the same file: their types, and the code that has the compiler check them.
//!
//! ```text
//! struct Spring { a: usize, k: f64 } .. fn energy(s: &Spring)   →   Adt(Spring { a: Int, k: Float(F64) })
//!                          let _ = |__struct: &Spring| { let _: (&usize, &f64) = (&__struct.a, &__struct.k); };
//! ```
//! A field with an attribute is left out, so is one of a type that has to be looked up elsewhere; and what the function does
//! not mention.

use super::parse::Parsed;
use super::types::{float_name, is_integer_name, primitive};
use crate::enclosing::structs;
use crate::ir::hash::HashSet;
use crate::ir::ty::{ArrayLen, Seen};
use crate::ir::Ty;
use crate::source::Source;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, ToTokens};
use syn::{Expr, Lit, Member, Type};

/// Structs in structs are looked at so deep.
const DEPTH: usize = 3;

pub struct Fields<'i> {
    parsed: &'i Parsed,
    krate: &'i TokenStream,
    words: Option<HashSet<String>>,
    /// Structs that have been looked for.
    known: Vec<(String, Seen)>,
}

impl<'i> Fields<'i> {
    pub fn of(parsed: &'i Parsed, krate: &'i TokenStream) -> Self {
        Fields { parsed, krate, words: None, known: Vec::new() }
    }

    /// Finds the fields of the structs in a type.
    pub fn see(&mut self, ty: &mut Ty, source: &mut Source) {
        match ty {
            Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) | Ty::Boxed(elem) => {
                self.see(elem, source);
            }
            Ty::Tuple(items) => items.iter_mut().for_each(|item| self.see(item, source)),
            Ty::Adt(code, seen) => {
                let mut tokens = source.tokens(*code).into_iter();
                if let (Some(TokenTree::Ident(name)), None) = (tokens.next(), tokens.next()) {
                    *seen = self.named(&name, source, DEPTH);
                }
            }
            Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Passive(_) | Ty::Unknown => {}
        }
    }

    fn named(&mut self, name: &Ident, source: &mut Source, depth: usize) -> Seen {
        let text = name.to_string();
        if let Some((_, seen)) = self.known.iter().find(|(known, _)| *known == text) {
            return seen.clone();
        }
        if depth == 0 || self.parsed.item.sig.generics.type_params().any(|p| p.ident == *name) {
            return Seen::default();
        }
        // One that contains itself is not seen there.
        self.known.push((text.clone(), Seen::default()));
        let Some(found) = structs::definition(name).filter(|s| s.generics.params.is_empty()) else {
            return Seen::default();
        };
        let (mut fields, mut types, mut members) = (Vec::new(), Vec::new(), Vec::new());
        for (member, field) in found.fields.members().zip(&found.fields) {
            let text = match &member {
                Member::Named(ident) => ident.to_string(),
                Member::Unnamed(index) => index.index.to_string(),
            };
            let plain = field.attrs.iter().all(|a| a.path().is_ident("doc"));
            if !plain || !self.mentions(text.strip_prefix("r#").unwrap_or(&text)) {
                continue;
            }
            if let Some((ty, written)) = self.field(&field.ty, name, source, depth) {
                fields.push((text, ty));
                types.push(written);
                members.push(member);
            }
        }
        let seen = Seen::of(fields);
        if let Some(known) = self.known.iter_mut().find(|(known, _)| *known == text) {
            known.1 = seen.clone();
        }
        if !types.is_empty() {
            let of = format_ident!("__struct", span = Span::mixed_site());
            source.checks.push(quote! {
                let _ = |#of: &#name| { let _: (#(&#types,)*) = (#(&#of.#members,)*); };
            });
        }
        seen
    }

    /// The type of a field, and how it is written where nobody can hide its name.
    fn field(
        &mut self,
        ty: &Type,
        owner: &Ident,
        source: &mut Source,
        depth: usize,
    ) -> Option<(Ty, TokenStream)> {
        match ty {
            Type::Paren(inner) => self.field(&inner.elem, owner, source, depth),
            Type::Array(array) => {
                let (elem, written) = self.element(&array.elem, owner, source, depth)?;
                let Expr::Lit(lit) = &array.len else { return None };
                let Lit::Int(len) = &lit.lit else { return None };
                let n = len.base10_parse().ok()?;
                Some((Ty::Array(Box::new(elem), ArrayLen::Known(n)), quote!([#written; #n as usize])))
            }
            Type::Path(path) => {
                if let Some(name) = primitive(ty) {
                    let known = match float_name(&name) {
                        Some(float) => Some(Ty::Float(float)),
                        None if name == "bool" => Some(Ty::Bool),
                        None => is_integer_name(&name).then_some(Ty::Int),
                    };
                    if let Some(known) = known {
                        let name = format_ident!("{}", name);
                        return Some((known, quote!(::core::primitive::#name)));
                    }
                }
                let last = path.path.segments.last().filter(|_| path.path.segments.len() == 1)?;
                if last.ident == "Vec" {
                    let (elem, written) =
                        self.element(super::types::first_argument(ty)?, owner, source, depth)?;
                    let krate = self.krate;
                    return Some((Ty::Vec(Box::new(elem)), quote!(#krate::__private::Vec<#written>)));
                }
                let plain = last.arguments.is_none() && path.qself.is_none();
                // It stands where its owner does.
                let mut name = last.ident.clone();
                name.set_span(owner.span());
                let seen = if plain { self.named(&name, source, depth - 1) } else { Seen::default() };
                let known = !seen.is_empty();
                known.then(|| (Ty::Adt(source.code(name.to_token_stream()), seen), quote!(#name)))
            }
            _ => None,
        }
    }

    /// Integers apart: what has nothing but those has no slot in the tangent.
    fn element(
        &mut self,
        ty: &Type,
        owner: &Ident,
        source: &mut Source,
        depth: usize,
    ) -> Option<(Ty, TokenStream)> {
        self.field(ty, owner, source, depth).filter(|(ty, _)| !ty.is_passive())
    }

    fn mentions(&mut self, name: &str) -> bool {
        let parsed = self.parsed;
        self.words.get_or_insert_with(|| words(parsed)).contains(name)
    }
}

/// The identifiers and numbers in an item, and in what is inlined there.
fn words(parsed: &Parsed) -> HashSet<String> {
    fn collect(tokens: TokenStream, all: &mut HashSet<String>) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    let text = ident.to_string();
                    all.insert(text.strip_prefix("r#").unwrap_or(&text).to_string());
                }
                TokenTree::Group(group) => collect(group.stream(), all),
                // `p.0.1` has one token for both.
                TokenTree::Literal(number) => all.extend(number.to_string().split('.').map(str::to_string)),
                TokenTree::Punct(_) => {}
            }
        }
    }
    let mut all = HashSet::default();
    collect(parsed.item.to_token_stream(), &mut all);
    parsed.accessors.iter().for_each(|a| collect(a.closure().to_token_stream(), &mut all));
    all
}
