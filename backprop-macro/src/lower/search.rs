//! Iterator methods that look for an item: the index is a constant of the derivative, the item is read at it.
//!
//! ```text
//! xs.iter().position(|x| *x > 0.0)   →   loop v2 in 0..len m0 carry (found, v3) stop v5 { v4 = load m0[v2]; v5 = gt(v4, 0) }
//! ```

use super::iter::{by_reference, Iter};
use super::lowerer::{Lowered, Lowerer, Slot, VarId};
use super::value::Val;
use crate::diag::{catalog, At};
use crate::ir::{BranchKind, Ty, ValueId};
use crate::rules::Func;
use quote::quote;
use std::rc::Rc;

impl<'a> Lowerer<'a> {
    /// `position(f)`
    pub fn position_of(&mut self, iter: &Rc<Iter<'a>>, f: &Val<'a>, span: At) -> Lowered<Val<'a>> {
        let (found, at) = self.first_hit(iter, f, false, span)?;
        Ok(Val::Opt(found, Some(Box::new(Val::Value(at)))))
    }

    /// `rposition(f)`
    pub fn last_position_of(&mut self, iter: &Rc<Iter<'a>>, f: &Val<'a>, span: At) -> Lowered<Val<'a>> {
        if !iter.is_indexed() {
            return self.fail(catalog::iterator_adaptor(span, "rposition", " after `filter`"));
        }
        let back = Rc::new(Iter::Rev(iter.clone()));
        let (found, behind) = self.first_hit(&back, f, false, span)?;
        let iter = iter.clone();
        self.choose(found, span, |s, some| {
            if !some {
                return Ok(Val::Opt(Slot::Flag(false), None));
            }
            let (len, one) = (s.iter_len(&iter, span)?, s.int(1, span.span()));
            let last = s.apply(Func::Sub, &[len, one], Ty::Int, span.span());
            let at = s.apply(Func::Sub, &[last, behind], Ty::Int, span.span());
            Ok(Val::Opt(Slot::Flag(true), Some(Box::new(Val::Value(at)))))
        })
    }

    /// `try_fold(init, f)`: leaves at the first `None`.
    pub fn try_fold(
        &mut self,
        iter: &Rc<Iter<'a>>,
        init: Val<'a>,
        f: &Val<'a>,
        span: At,
    ) -> Lowered<Val<'a>> {
        let start = self.flag_value(Slot::Flag(true), span.span());
        let going = self.hidden(Ty::Bool, start, span);
        let last = self.accumulate_until(iter, init, Some(f), Some(going), span, &mut |s, acc, item| {
            let next = s.apply_val(f, vec![acc, item], &Ty::Unknown, span)?;
            if !matches!(s.ty_of(&next), Ty::Option(_)) {
                let what = "`try_fold` whose closure returns anything but an `Option`";
                return s.fail(catalog::unsupported(span, what));
            }
            let (is_some, next) = s.as_option(next, span)?;
            let on = s.flag_value(is_some, span.span());
            s.set(going, Slot::Val(on));
            s.run_or_leave(on, span)?;
            next.map_or_else(|| s.fail(catalog::unsupported(span, "`try_fold` that always fails")), Ok)
        })?;
        let flag = self.slots[going];
        self.vars[going].retired = true;
        Ok(Val::Opt(flag, Some(Box::new(last))))
    }

    /// `find(f)`: of items that can be read again at their index.
    pub fn find(&mut self, iter: &Rc<Iter<'a>>, f: &Val<'a>, span: At) -> Lowered<Val<'a>> {
        if !iter.is_indexed() {
            return self.fail(catalog::iterator_adaptor(span, "find", " after `filter`"));
        }
        let (found, at) = self.first_hit(iter, f, true, span)?;
        let iter = iter.clone();
        self.choose(found, span, |s, some| {
            if !some {
                return Ok(Val::Opt(Slot::Flag(false), None));
            }
            let item = s.item(&iter, at, false, span)?;
            let item = s.snapshot_scalar(item, span)?;
            Ok(Val::Opt(Slot::Flag(true), Some(Box::new(item))))
        })
    }

    /// Whether any item satisfies `f`, and the index of the first.
    fn first_hit(
        &mut self,
        iter: &Rc<Iter<'a>>,
        f: &Val<'a>,
        by_ref: bool,
        span: At,
    ) -> Lowered<(Slot, ValueId)> {
        let mut touched = self.function_effects(iter, f);
        let start = self.flag_value(Slot::Flag(false), span.span());
        let zero = self.count(0, span.span());
        let found = self.hidden(Ty::Bool, start, span);
        let at = self.hidden(Ty::Int, zero, span);
        touched.extra.extend([(found, false), (at, false)]);
        let ending = self.ending(iter, &mut touched, span);
        let numbered = Rc::new(Iter::Enumerate(iter.clone()));
        self.drive(&numbered, touched, None, span, &mut |s, pair| {
            let parts = s.components(pair, 2, span)?;
            let [index, item] = parts.as_slice() else { return Ok(()) };
            let index = s.scalar(index.clone(), span)?;
            s.set(at, Slot::Val(index));
            let item = if by_ref { by_reference(item.clone()) } else { item.clone() };
            let hit = s.apply_val(f, vec![item], &Ty::Bool, span)?;
            let hit = s.scalar(hit, span)?;
            s.set(found, Slot::Val(hit));
            let go_on = s.not(hit, span.span());
            s.go_on_if(go_on, ending, span)
        })?;
        self.ended(ending);
        let (flag, index) = (self.slots[found], self.slots[at]);
        self.vars[found].retired = true;
        self.vars[at].retired = true;
        let Slot::Val(index) = index else { return self.fail(catalog::bug(span, "an index")) };
        Ok((flag, index))
    }

    pub fn hidden(&mut self, ty: Ty, start: ValueId, span: At) -> VarId {
        let var = self.var(None, ty, span.span());
        self.set(var, Slot::Val(start));
        var
    }

    /// `reduce(f)`: a fold that starts with the first item.
    pub fn reduce(&mut self, iter: &Rc<Iter<'a>>, f: &Val<'a>, span: At) -> Lowered<Val<'a>> {
        if !iter.is_indexed() {
            return self.carried_number(iter, Some(f), span);
        }
        let exists = self.not_empty(iter, span)?;
        let iter = iter.clone();
        self.choose(Slot::Val(exists), span, |s, some| {
            if !some {
                return Ok(Val::Opt(Slot::Flag(false), None));
            }
            let (zero, one) = (s.int(0, span.span()), s.int(1, span.span()));
            let first = s.item(&iter, zero, false, span)?;
            let first = s.snapshot(super::slice::by_value(first), span)?;
            let rest = Rc::new(Iter::Skip(iter.clone(), one));
            let last = s.accumulate(&rest, first, Some(f), span, &mut |s, acc, item| {
                s.apply_val(f, vec![acc, item], &Ty::Unknown, span)
            })?;
            Ok(Val::Opt(Slot::Flag(true), Some(Box::new(last))))
        })
    }

    /// `reduce(f)`, or `last()` without a function, of numbers that can't be read at an index: `(is there one, which)` is
    /// carried.
    pub fn carried_number(&mut self, iter: &Rc<Iter<'a>>, f: Option<&Val<'a>>, span: At) -> Lowered<Val<'a>> {
        let zero = match self.item_ty(iter) {
            Ty::Int => Val::Value(self.int(0, span.span())),
            ty => Val::Value(self.float(0.0, ty, span)),
        };
        let none = self.flag_value(Slot::Flag(false), span.span());
        let start = Val::Tuple(vec![Val::Value(none), zero]);
        let result = self.accumulate(iter, start, f, span, &mut |s, acc, item| {
            let parts = s.components(acc, 2, span)?;
            let [has, carried] = parts.as_slice() else {
                return s.fail(catalog::bug(span, "an accumulator"));
            };
            let item = Val::Value(s.scalar(item, span)?);
            let next = match f {
                Some(f) => {
                    let (has, carried) = (s.scalar(has.clone(), span)?, s.scalar(carried.clone(), span)?);
                    s.branch(has, BranchKind::If, 2, span, |s, k| match k {
                        0 => s.apply_val(f, vec![Val::Value(carried), item.clone()], &Ty::Unknown, span),
                        _ => Ok(item.clone()),
                    })?
                }
                None => item,
            };
            let has = s.flag_value(Slot::Flag(true), span.span());
            Ok(Val::Tuple(vec![Val::Value(has), next]))
        })?;
        let parts = self.components(result, 2, span)?;
        let [has, last] = parts.as_slice() else {
            return self.fail(catalog::bug(span, "an accumulator"));
        };
        let has = self.scalar(has.clone(), span)?;
        Ok(Val::Opt(Slot::Val(has), Some(Box::new(last.clone()))))
    }

    fn not_empty(&mut self, iter: &Rc<Iter<'a>>, span: At) -> Lowered<ValueId> {
        let len = self.iter_len(iter, span)?;
        let zero = self.int(0, span.span());
        Ok(self.apply(Func::Gt, &[len, zero], Ty::Bool, span.span()))
    }

    /// `max_by`, `min_by` of pairs: the index is carried, the two items are looked at where they are.
    pub fn extreme_pair(
        &mut self,
        iter: &Rc<Iter<'a>>,
        max: bool,
        f: &Val<'a>,
        span: At,
    ) -> Lowered<Val<'a>> {
        let exists = self.not_empty(iter, span)?;
        let iter = iter.clone();
        self.choose(Slot::Val(exists), span, |s, some| {
            if !some {
                return Ok(Val::Opt(Slot::Flag(false), None));
            }
            let (zero, one) = (s.int(0, span.span()), s.int(1, span.span()));
            let hi = s.iter_len(&iter, span)?;
            let others = Rc::new(Iter::Range { lo: one, hi: Some(hi), inclusive: false });
            let best = s.accumulate(&others, Val::Value(zero), Some(f), span, &mut |s, best, i| {
                let (best, i) = (s.scalar(best, span)?, s.scalar(i, span)?);
                let (a, b) = (s.item(&iter, best, false, span)?, s.item(&iter, i, false, span)?);
                let order = s.apply_val(f, vec![by_reference(a), by_reference(b)], &Ty::Unknown, span)?;
                let order = s.scalar(order, span)?;
                let mut pieces = super::opaque::Pieces::default();
                let mut inner = super::opaque::Pieces::default();
                s.piece_value(&mut inner, order);
                let method = if max { quote!(is_le) } else { quote!(is_gt) };
                pieces.append_call(quote!(::core::cmp::Ordering::#method), inner);
                let better = s.pure(pieces, Ty::Bool, span.span());
                s.branch(better, BranchKind::If, 2, span, |_, k| {
                    Ok(Val::Value(if k == 0 { i } else { best }))
                })
            })?;
            let best = s.scalar(best, span)?;
            let item = s.item(&iter, best, false, span)?;
            let item = s.snapshot_parts(item, span)?;
            Ok(Val::Opt(Slot::Flag(true), Some(Box::new(item))))
        })
    }

    /// Numbers are read now, also those in tuples; references to them become references to what was read.
    pub fn snapshot_parts(&mut self, val: Val<'a>, span: At) -> Lowered<Val<'a>> {
        match val {
            Val::Tuple(items) => {
                let items: Lowered<Vec<_>> =
                    items.into_iter().map(|i| self.snapshot_parts(i, span)).collect();
                Ok(Val::Tuple(items?))
            }
            other => self.snapshot_scalar(other, span),
        }
    }
}

/// Are its items tuples that are made on the way?
pub fn yields_pairs(iter: &Iter<'_>) -> bool {
    match iter {
        Iter::Enumerate(_) | Iter::Zip(..) => true,
        Iter::Rev(i) | Iter::Skip(i, _) | Iter::Take(i, _) | Iter::StepBy(i, _) | Iter::Copied(i) => {
            yields_pairs(i)
        }
        _ => false,
    }
}
