//! Iterators over passive things that the macro knows by the method's name alone: their items are collected before the loop.
//!
//! ```text
//! text.chars().map(|c| weight(c, x)).sum()   →   m2 = opaque `collect(text.chars())`, and a loop over m2
//! ```

use super::iter::Iter;
use super::lowerer::{Lowered, Lowerer};
use super::names;
use super::parse::addr;
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
    /// What is iterated over: also a chain over a passive sequence, which would otherwise be carried as a whole.
    pub fn iterable(&mut self, e: &'a Expr) -> Lowered<Val<'a>> {
        if let Some(items) = self.passive_items(e)? {
            return Ok(items);
        }
        if self.is_sequence_chain(e) {
            self.iterables.insert(addr(names::strip(e)));
        }
        self.expr(e, &Ty::Unknown)
    }

    /// `d.rows.chunks(3).rev()`, whatever `d` is.
    fn is_sequence_chain(&self, e: &'a Expr) -> bool {
        let Expr::MethodCall(call) = names::strip(e) else { return false };
        let name = call.method.to_string();
        if SOURCES.contains(&name.as_str()) {
            return self.can_carry(e);
        }
        if super::iter::is_source(&name) && is_place(&call.receiver) {
            return self.collection(&call.receiver).is_none();
        }
        super::iter::is_iterator_method(&name) && self.is_sequence_chain(&call.receiver)
    }

    /// The items of such an iterator.
    pub fn passive_items(&mut self, e: &'a Expr) -> Lowered<Option<Val<'a>>> {
        let known = match names::strip(e) {
            Expr::MethodCall(call) => SOURCES.iter().any(|source| call.method == source),
            _ => false,
        };
        let chain = self.is_passive_chain(e);
        if !(known || chain || self.goes_through_collection(e)) || !self.can_carry(e) || self.calls_closure(e)
        {
            return Ok(None);
        }
        let whole = self.opaque(e)?;
        let krate = self.signature.krate.clone();
        let code = &mut self.source.codes[whole.code].tokens;
        *code = quote! {
            ::core::iter::Iterator::collect::<#krate::__private::Vec<_>>(::core::iter::IntoIterator::into_iter(#code))
        };
        // Items of constants live as long as the program.
        let elem = if chain && self.is_constant_chain(e) { Ty::Unknown } else { Ty::Passive(None) };
        let ty = Ty::Vec(Box::new(elem));
        let mem = self.declare(Init::Opaque(whole), ty, at(e).span());
        self.frozen.insert(mem);
        Ok(Some(Val::Iter(Rc::new(Iter::Seq { place: Place::whole(mem), by_ref: None }))))
    }

    /// Adaptors without closures over something that only rustc knows; it ends.
    fn is_passive_chain(&self, e: &'a Expr) -> bool {
        match names::strip(e) {
            Expr::MethodCall(call) => {
                let name = call.method.to_string();
                let source = SOURCES.contains(&name.as_str()) || self.is_constant_rooted(&call.receiver);
                let links = ["enumerate", "rev", "skip", "take", "step_by", "zip", "copied", "cloned"];
                let closed = call.args.iter().all(|a| !matches!(names::strip(a), Expr::Closure(_)));
                closed
                    && (source || (links.contains(&name.as_str()) && self.is_passive_chain(&call.receiver)))
            }
            Expr::Reference(r) => self.is_passive_chain(&r.expr),
            path @ Expr::Path(_) => self.is_constant_rooted(path),
            _ => false,
        }
    }

    fn is_constant_chain(&self, e: &'a Expr) -> bool {
        match names::strip(e) {
            Expr::MethodCall(call) => self.is_constant_chain(&call.receiver),
            Expr::Reference(r) => self.is_constant_chain(&r.expr),
            other => self.is_constant_rooted(other),
        }
    }
}

/// `a`, `d.rows[i]`, `(*d).rows[1..]`
fn is_place(e: &Expr) -> bool {
    match names::strip(e) {
        Expr::Path(_) => true,
        Expr::Field(field) => is_place(&field.base),
        Expr::Index(index) => is_place(&index.expr),
        Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Deref(_)) && is_place(&unary.expr),
        Expr::Reference(r) => is_place(&r.expr),
        _ => false,
    }
}
