//! Iterators that are advanced by hand: the position is a variable.
//!
//! ```text
//! let mut it = xs.iter(); let first = it.next().unwrap(); for x in it { .. }
//!   →   v1 = const 0; v2 = load m0[v1]; v3 = add(v1, 1); loop v4 over skip(m0, v3) { .. }
//! ```

use super::iter::Iter;
use super::lowerer::{Binding, Lowered, Lowerer, Slot, VarId};
use super::names;
use super::value::Val;
use crate::diag::{at, catalog, At};
use crate::ir::{Ty, ValueId};
use crate::rules::Func;
use proc_macro2::Ident;
use std::rc::Rc;
use syn::{Expr, ExprMethodCall};

/// Methods that move an iterator on.
pub const ADVANCING: [&str; 2] = ["next", "nth"];

impl<'a> Lowerer<'a> {
    /// `let mut it = xs.iter();`
    pub fn bind_cursor(&mut self, ident: &'a Ident, val: Val<'a>) -> Lowered<()> {
        let span = At::from(ident.span());
        let iter = self.iterated(val, span)?;
        if !iter.is_indexed() {
            return self
                .fail(catalog::unsupported(span, "advancing an iterator whose items have no numbers"));
        }
        let zero = self.int(0, ident.span());
        let position = self.var(None, Ty::Int, ident.span());
        self.set(position, Slot::Val(zero));
        if let Some(scope) = self.scopes.last_mut() {
            scope.push(position);
        }
        self.bind(super::parse::addr(ident), Binding::Cursor(iter, position));
        Ok(())
    }

    /// What is left of it.
    pub fn rest_of(&mut self, iter: &Rc<Iter<'a>>, position: VarId, span: At) -> Lowered<Val<'a>> {
        let Slot::Val(from) = self.slots[position] else {
            return self.fail(catalog::unknown_shape(span, "it is not assigned on every path to here"));
        };
        if self.is_const(from, 0) {
            return Ok(Val::Iter(iter.clone()));
        }
        Ok(Val::Iter(Rc::new(Iter::Skip(iter.clone(), from))))
    }

    /// `it.next()`, `it.nth(n)`, `it.peek()`, where `it` is such a variable.
    pub fn advance(&mut self, call: &'a ExprMethodCall) -> Lowered<Option<Val<'a>>> {
        let Expr::Path(path) = names::strip(&call.receiver) else { return Ok(None) };
        let Some(id) = super::effects::root(&self.facts, &call.receiver) else { return Ok(None) };
        let Some(Binding::Cursor(iter, position)) = self.bindings.get(&id).cloned() else { return Ok(None) };
        let span = at(&call.method);
        let Slot::Val(now) = self.slots[position] else {
            return self.fail(catalog::unknown_shape(at(path), "it is not assigned on every path to here"));
        };
        let args: Vec<&'a Expr> = call.args.iter().collect();
        let (index, moves) = match (call.method.to_string().as_str(), args.as_slice()) {
            ("next", []) => (now, true),
            ("nth", [n]) => {
                let n = self.index_value(n)?;
                (self.plus(now, n, span), true)
            }
            ("peek", []) => (now, false),
            ("by_ref" | "next_back" | "nth_back" | "next_if" | "peek_mut", _) => {
                return self.fail(catalog::unsupported(span, "this way to advance an iterator by hand"))
            }
            _ => return Ok(None),
        };
        let item = self.item_if_any(&iter, index, span)?;
        if moves {
            let one = self.int(1, span.span());
            let next = self.apply(Func::Add, &[index, one], Ty::Int, span.span());
            self.set(position, Slot::Val(next));
            return Ok(Some(item));
        }
        Ok(Some(match item {
            Val::Opt(some, Some(item)) => Val::Opt(some, Some(Box::new(super::iter::by_reference(*item)))),
            other => other,
        }))
    }

    /// The item at an index, if the iterator gets there.
    pub fn item_if_any(&mut self, iter: &Rc<Iter<'a>>, index: ValueId, span: At) -> Lowered<Val<'a>> {
        if !iter.is_indexed() {
            return self
                .fail(catalog::unsupported(span, "advancing an iterator whose items have no numbers"));
        }
        let exists = match self.finite_len(iter, span)? {
            Some(len) => Slot::Val(self.apply(Func::Lt, &[index, len], Ty::Bool, span.span())),
            None => Slot::Flag(true),
        };
        if let Iter::Seq { by_ref: Some(_), .. } | Iter::Windows { .. } | Iter::Chunks { back: false, .. } =
            &**iter
        {
            // References: nothing is read before they are used.
            let item = self.item(iter, index, false, span)?;
            return Ok(Val::Opt(exists, Some(Box::new(item))));
        }
        let iter = iter.clone();
        self.choose(exists, span, |s, some| {
            if !some {
                return Ok(Val::Opt(Slot::Flag(false), None));
            }
            let item = s.item(&iter, index, false, span)?;
            let item = s.snapshot_parts(item, span)?;
            Ok(Val::Opt(Slot::Flag(true), Some(Box::new(item))))
        })
    }
}
