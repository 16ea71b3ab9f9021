//! How many items an iterator has, where that can be told from its description.
//!
//! ```text
//! xs.iter().zip(ys.chunks(2))   →   min(len xs, div_ceil(len ys, 2))
//! ```

use super::iter::Iter;
use super::lowerer::{Lowered, Lowerer};
use super::opaque::Pieces;
use crate::diag::At;
use crate::ir::{CodeId, Const, IntTy, Op, Stmt, Ty, ValueId};
use crate::rules::Func;
use quote::quote;
use std::rc::Rc;

impl<'a> Lowerer<'a> {
    /// The number of items; fails for iterators without end.
    pub fn iter_len(&mut self, iter: &Rc<Iter<'a>>, span: At) -> Lowered<ValueId> {
        match self.finite_len(iter, span)? {
            Some(len) => Ok(len),
            None => self.fail(crate::diag::catalog::loop_form(span, "an iterator without end")),
        }
    }

    /// The same, or `None`.
    pub fn finite_len(&mut self, iter: &Rc<Iter<'a>>, span: At) -> Lowered<Option<ValueId>> {
        Ok(Some(match &**iter {
            Iter::Range { hi: None, .. } | Iter::Repeat(_) | Iter::Cycle(_) => return Ok(None),
            Iter::Range { lo, hi: Some(hi), inclusive } => self.range_len(*lo, *hi, *inclusive, span),
            Iter::Seq { place, .. } => self.len_of(place, span),
            Iter::Chunks { place, size, exact, .. } => {
                let len = self.len_of(place, span);
                if *exact {
                    self.apply(Func::Div, &[len, *size], Ty::Int, span.span())
                } else {
                    self.int_call(&quote!(::core::primitive::usize::div_ceil), len, *size, span)
                }
            }
            Iter::Windows { place, size } => {
                let len = self.len_of(place, span);
                let one = self.int(1, span.span());
                let more = self.plus(len, one, span);
                self.saturating_sub(more, *size, span)
            }
            Iter::Once(_) => self.int(1, span.span()),
            Iter::Rev(i) | Iter::Enumerate(i) | Iter::Copied(i) | Iter::Map(i, _) | Iter::Inspect(i, _) => {
                return self.finite_len(i, span)
            }
            Iter::Skip(i, k) => match self.finite_len(i, span)? {
                Some(len) => self.saturating_sub(len, *k, span),
                None => return Ok(None),
            },
            Iter::Take(i, k) => match self.finite_len(i, span)? {
                Some(len) => self.min(len, *k, span),
                None => self.limit(i, *k, span)?,
            },
            Iter::StepBy(i, k) => match self.finite_len(i, span)? {
                Some(len) => self.int_call(&quote!(::core::primitive::usize::div_ceil), len, *k, span),
                None => return Ok(None),
            },
            Iter::Zip(a, b) => match (self.finite_len(a, span)?, self.finite_len(b, span)?) {
                (Some(a), Some(b)) => self.min(a, b, span),
                (Some(n), None) => self.limit(b, n, span)?,
                (None, Some(n)) => self.limit(a, n, span)?,
                (None, None) => return Ok(None),
            },
            Iter::Chain(..)
            | Iter::Filter(..)
            | Iter::FilterMap(..)
            | Iter::FlatMap(..)
            | Iter::Flatten(_)
            | Iter::TakeWhile(..)
            | Iter::SkipWhile(..)
            | Iter::MapWhile(..)
            | Iter::Scan(..) => {
                return self.fail(crate::diag::catalog::bug(span, "the length of an iterator"))
            }
        }))
    }

    /// How many there are in `lo..hi`, which may be of any type.
    fn range_len(&mut self, lo: ValueId, hi: ValueId, inclusive: bool, span: At) -> ValueId {
        let krate = self.signature.krate.clone();
        let function = if inclusive {
            quote!(#krate::__private::range_len_inclusive)
        } else {
            quote!(#krate::__private::range_len)
        };
        let len = self.int_call(&function, lo, hi, span);
        self.f.values[len].int = Some(IntTy::Named("usize"));
        self.f.alike.push((lo, hi));
        if !inclusive && self.is_const(lo, 0) {
            self.f.converted.push((len, hi, hi));
        }
        len
    }

    /// The item with a number of a range that starts at `lo`.
    pub fn item_of_range(&mut self, lo: ValueId, number: ValueId, span: At) -> ValueId {
        let op = Op::Cast { arg: number, to: Ty::Int, code: CodeId::NONE };
        let converted = self.let_(op, Ty::Int, false, span.span());
        self.f.converted.push((converted, number, converted));
        self.f.alike.push((lo, converted));
        self.plus(lo, converted, span)
    }

    /// Is it this constant?
    pub fn is_const(&self, value: ValueId, n: i64) -> bool {
        self.out.iter().rev().take(24).any(|s| match s {
            Stmt::Let { value: v, op: Op::Const(Const::Int(k)) } => *v == value && *k == n,
            _ => false,
        })
    }

    pub fn plus(&mut self, a: ValueId, b: ValueId, span: At) -> ValueId {
        if self.is_const(a, 0) {
            return b;
        }
        if self.is_const(b, 0) {
            return a;
        }
        self.apply(Func::Add, &[a, b], Ty::Int, span.span())
    }

    pub fn min(&mut self, a: ValueId, b: ValueId, span: At) -> ValueId {
        if a == b {
            return a;
        }
        let tainted = [a, b].iter().any(|v| self.value_tainted(*v));
        self.let_(Op::Helper { name: "least", args: vec![a, b] }, Ty::Int, tainted, span.span())
    }

    /// A function of two integers.
    fn int_call(&mut self, path: &proc_macro2::TokenStream, a: ValueId, b: ValueId, span: At) -> ValueId {
        let mut pieces = Pieces::default();
        let mut inner = Pieces::default();
        self.piece_value(&mut inner, a);
        inner.push(quote!(,));
        self.piece_value(&mut inner, b);
        pieces.append_call(path.clone(), inner);
        self.pure(pieces, Ty::Int, span.span())
    }

    /// `n` items of an iterator without end; none if it repeats nothing.
    fn limit(&mut self, iter: &Rc<Iter<'a>>, n: ValueId, span: At) -> Lowered<ValueId> {
        let mut n = n;
        if let Iter::Cycle(inner) = &**iter {
            let len = self.iter_len(inner, span)?;
            let times = quote!(::core::primitive::usize::saturating_mul);
            let most = self.int_call(&times, len, n, span);
            n = self.min(n, most, span);
        }
        for part in iter.parts() {
            if self.finite_len(part, span)?.is_none() {
                n = self.limit(part, n, span)?;
            }
        }
        Ok(n)
    }
}
