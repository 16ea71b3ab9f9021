//! Iterators over passive things that the macro knows by the method's name alone: their items are collected before the loop.
//!
//! ```text
//! text.chars().map(|c| weight(c, x)).sum()   →   m2 = opaque `collect(text.chars())`, and a loop over m2
//! ```

use super::iter::Iter;
use super::lowerer::{Lowered, Lowerer};
use super::names;
use super::value::Val;
use crate::diag::at;
use crate::ir::{Init, Place, Ty};
use quote::quote;
use std::rc::Rc;
use syn::Expr;

/// Methods of std that give an iterator which ends, and nothing else.
const SOURCES: [&str; 12] = [
    "chars",
    "char_indices",
    "bytes",
    "lines",
    "split_whitespace",
    "split_terminator",
    "keys",
    "values",
    "into_keys",
    "into_values",
    "difference",
    "intersection",
];

impl<'a> Lowerer<'a> {
    /// The items of such an iterator.
    pub fn passive_items(&mut self, e: &'a Expr) -> Lowered<Option<Val<'a>>> {
        let known = match names::strip(e) {
            Expr::MethodCall(call) => SOURCES.iter().any(|source| call.method == source),
            _ => false,
        };
        if !(known || self.goes_through_collection(e)) || !self.can_carry(e) || self.calls_closure(e) {
            return Ok(None);
        }
        let whole = self.opaque(e)?;
        let krate = self.signature.krate.clone();
        let code = &mut self.source.codes[whole.code].tokens;
        *code = quote! {
            ::core::iter::Iterator::collect::<#krate::__private::Vec<_>>(::core::iter::IntoIterator::into_iter(#code))
        };
        let ty = Ty::Vec(Box::new(Ty::Passive(None)));
        let mem = self.declare(Init::Opaque(whole), ty, at(e).span());
        self.frozen.insert(mem);
        Ok(Some(Val::Iter(Rc::new(Iter::Seq { place: Place::whole(mem), by_ref: None }))))
    }
}
