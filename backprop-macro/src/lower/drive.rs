//! Running an iterator: a counted loop over its index, with a body for each item; and `for`.
//!
//! ```text
//! for (i, x) in xs.iter().enumerate() { s += x * w[i] }
//!   →   loop v3 in 0..len m0 carry (s) { v4 = load m0[v3]; v5 = load m1[v3]; .. }
//! ```

use super::effects::{effects, Effects, Node};
use super::iter::Iter;
use super::loops::{breaks, Bounds};
use super::lowerer::{Lowered, Lowerer, Slot};
use super::names::Fails;
use super::parse::addr;
use super::resolve::binders;
use super::value::{RangeVal, Val};
use crate::diag::{at, catalog, At};
use crate::ir::hash::HashSet;
use crate::ir::{BranchKind, MemId, Range, Ty, ValueId};
use crate::rules::Func;
use std::rc::Rc;
use syn::{Lifetime, Pat};

/// What happens with each item.
pub type Body<'b, 'a> = &'b mut dyn FnMut(&mut Lowerer<'a>, Val<'a>) -> Lowered<()>;

impl<'a> Lowerer<'a> {
    pub fn for_(&mut self, l: &'a syn::ExprForLoop) -> Lowered<Val<'a>> {
        self.inner_attrs(&l.attrs, true)?;
        let span = at(&l.for_token);
        let val = self.iterable(&l.expr)?;
        let iter = self.iterated(val, at(&l.expr))?;
        let touched =
            self.iter_effects(&iter, Some(&l.pat), vec![Node::For(&l.pat, &l.expr), Node::Block(&l.body)]);
        let label = l.label.as_ref().map(|l| &l.name);
        if super::ending::nests(&iter) && breaks(&l.body, label) {
            let form = "`break` out of a `for` over `chain` or `flat_map`: such an iterator";
            return self.fail(catalog::loop_form(at(&l.expr), form));
        }
        self.drive(&iter, touched, label, span, &mut |s, item| {
            s.bind_pattern(&l.pat, item, &Ty::Unknown, at(&l.expr))?;
            s.block(&l.body, &Ty::Unknown).map(|_| ())
        })?;
        Ok(Val::Unit)
    }

    /// Something as an iterator.
    pub fn iterated(&mut self, val: Val<'a>, span: At) -> Lowered<Rc<Iter<'a>>> {
        match val {
            Val::Iter(iter) => Ok(iter),
            Val::Range(RangeVal { lo: Some(lo), hi, inclusive }) => {
                Ok(Rc::new(Iter::Range { lo, hi, inclusive }))
            }
            Val::Ref(place, _) if matches!(self.place_ty(&place), Ty::Option(_)) => {
                self.fail(catalog::loop_form(span, "an `Option` (there is `if let Some(v) = ..` for that)"))
            }
            Val::Ref(place, mutable) => Ok(Rc::new(Iter::Seq { place, by_ref: Some(mutable) })),
            Val::Opt(..) => {
                self.fail(catalog::loop_form(span, "an `Option` (there is `if let Some(v) = ..` for that)"))
            }
            Val::Place(_) | Val::Temp(_) | Val::Fresh(..) => {
                let place = self.place(val, span)?;
                if matches!(self.place_ty(&place), Ty::Option(_)) {
                    return self.fail(catalog::loop_form(
                        span,
                        "an `Option` (there is `if let Some(v) = ..` for that)",
                    ));
                }
                Ok(Rc::new(Iter::Seq { place, by_ref: None }))
            }
            Val::Value(value) if !self.value_tainted(value) && !self.f.values[value].ty.is_scalar() => {
                self.fail(catalog::loop_form(span, "this value, of a type that the macro does not know,"))
            }
            Val::Value(value) => {
                let place = self.place(Val::Value(value), span)?;
                Ok(Rc::new(Iter::Seq { place, by_ref: None }))
            }
            _ => self.fail(catalog::loop_form(span, "this")),
        }
    }

    /// What running the iterator and the code around it changes.
    pub fn iter_effects(
        &mut self,
        iter: &Rc<Iter<'a>>,
        pat: Option<&'a Pat>,
        nodes: Vec<Node<'a>>,
    ) -> Effects {
        let mut nodes = nodes;
        let mut bound = HashSet::default();
        let mut sources = Vec::new();
        self.collect(iter, &mut nodes, &mut bound, &mut sources);
        if let Some(pat) = pat {
            bound.extend(binders(pat, Fails::Never).into_iter().map(|p| addr(&p.ident)));
        }
        let mut touched = effects(&self.facts, &nodes);
        if self.iter_tainted(iter) {
            touched.seeds.extend(bound.iter().copied());
        }
        touched.views.push((bound, sources));
        touched
    }

    fn collect(
        &self,
        iter: &Iter<'a>,
        nodes: &mut Vec<Node<'a>>,
        bound: &mut HashSet<usize>,
        sources: &mut Vec<MemId>,
    ) {
        sources.extend(iter.source().map(|p| p.mem));
        if let Some(Val::Closure(closure)) = iter.function() {
            nodes.push(Node::Expr(&closure.closure.body));
            for input in &closure.closure.inputs {
                bound.extend(binders(input, Fails::Never).into_iter().map(|p| addr(&p.ident)));
            }
        }
        for part in iter.parts() {
            self.collect(part, nodes, bound, sources);
        }
    }

    /// Runs `body` on every item.
    pub fn drive(
        &mut self,
        iter: &Rc<Iter<'a>>,
        touched: Effects,
        label: Option<&Lifetime>,
        span: At,
        body: Body<'_, 'a>,
    ) -> Lowered<()> {
        if iter.is_indexed() {
            return self.drive_indexed(iter, touched, label, span, body);
        }
        match &**iter {
            Iter::Chain(a, b) => {
                self.drive(a, touched.clone(), label, span, body)?;
                self.if_going_on(&touched.going, span, &mut |s| {
                    s.drive(b, touched.clone(), label, span, body)
                })
            }
            Iter::Map(inner, f) => self.drive(inner, touched, label, span, &mut |s, item| {
                let item = s.apply_val(f, vec![item], &Ty::Unknown, span)?;
                body(s, item)
            }),
            Iter::Copied(inner) => {
                self.drive(inner, touched, label, span, &mut |s, item| body(s, super::slice::by_value(item)))
            }
            Iter::Inspect(inner, f) => self.drive(inner, touched, label, span, &mut |s, item| {
                s.apply_val(f, vec![super::iter::by_reference(item.clone())], &Ty::Unknown, span)?;
                body(s, item)
            }),
            Iter::Filter(inner, f) => self.drive(inner, touched, label, span, &mut |s, item| {
                let keep = s.apply_val(f, vec![super::iter::by_reference(item.clone())], &Ty::Bool, span)?;
                let keep = s.scalar(keep, span)?;
                s.run_if(keep, span, |s| body(s, item.clone()))
            }),
            Iter::FilterMap(inner, f) => self.drive(inner, touched, label, span, &mut |s, item| {
                let val = s.apply_val(f, vec![item], &Ty::Unknown, span)?;
                let (is_some, inner) = s.as_option(val, span)?;
                let on = s.flag_value(is_some, span.span());
                s.run_if(on, span, |s| inner.clone().map_or(Ok(()), |inner| body(s, inner)))
            }),
            Iter::FlatMap(inner, f) => {
                let own = touched.clone();
                self.drive(inner, touched, label, span, &mut |s, item| {
                    s.leave_if_ended(&own.going, span)?;
                    let val = s.apply_val(f, vec![item], &Ty::Unknown, span)?;
                    let part = s.iterated(val, span)?;
                    let mut all = s.iter_effects(&part, None, Vec::new());
                    all.merge(own.clone());
                    s.drive(&part, all, None, span, body)
                })
            }
            Iter::Flatten(inner) => {
                let own = touched.clone();
                self.drive(inner, touched, label, span, &mut |s, item| {
                    s.leave_if_ended(&own.going, span)?;
                    s.drive_item(item, &own, span, body)
                })
            }
            Iter::TakeWhile(inner, f) | Iter::MapWhile(inner, f) | Iter::Scan(inner, _, f) => {
                self.drive_leaving(iter, inner, f, touched, label, span, body)
            }
            Iter::SkipWhile(inner, f) => self.skip_while(inner, f, touched, label, span, body),
            Iter::Enumerate(inner) => self.counted(inner, touched, label, span, &mut |s, i, item| {
                body(s, Val::Tuple(vec![Val::Value(i), item]))
            }),
            Iter::Take(inner, n) => {
                let (n, mut touched) = (*n, touched);
                let ending = self.ending(inner, &mut touched, span);
                self.counted(inner, touched, label, span, &mut |s, i, item| {
                    let go_on = s.apply(Func::Lt, &[i, n], Ty::Bool, span.span());
                    s.go_on_if(go_on, ending, span)?;
                    body(s, item)
                })?;
                self.ended(ending);
                Ok(())
            }
            Iter::Skip(inner, n) => {
                let n = *n;
                self.counted(inner, touched, label, span, &mut |s, i, item| {
                    let past = s.apply(Func::Ge, &[i, n], Ty::Bool, span.span());
                    s.run_if(past, span, |s| body(s, item.clone()))
                })
            }
            Iter::StepBy(inner, n) => {
                let n = *n;
                self.counted(inner, touched, label, span, &mut |s, i, item| {
                    let rest = s.apply(Func::Rem, &[i, n], Ty::Int, span.span());
                    let zero = s.int(0, span.span());
                    let hit = s.apply(Func::Eq, &[rest, zero], Ty::Bool, span.span());
                    s.run_if(hit, span, |s| body(s, item.clone()))
                })
            }
            Iter::Zip(a, b) => self.drive_zip(a, b, touched, label, span, body),
            Iter::Rev(inner) => {
                let inner = match reversed(inner) {
                    Some(inner) => inner,
                    None => return self.fail(catalog::iterator_adaptor(span, "rev", " after this adaptor")),
                };
                self.drive(&inner, touched, label, span, body)
            }
            Iter::Range { .. }
            | Iter::Seq { .. }
            | Iter::Chunks { .. }
            | Iter::Windows { .. }
            | Iter::Once(_)
            | Iter::Cycle(_)
            | Iter::Repeat(_) => self.fail(catalog::bug(span, "an indexed iterator")),
        }
    }

    /// What an item of `flatten()` holds.
    fn drive_item(&mut self, item: Val<'a>, touched: &Effects, span: At, body: Body<'_, 'a>) -> Lowered<()> {
        if matches!(self.ty_of(&item), Ty::Option(_)) {
            let (is_some, inner) = self.as_option(item, span)?;
            let on = self.flag_value(is_some, span.span());
            return self.run_if(on, span, |s| inner.clone().map_or(Ok(()), |inner| body(s, inner)));
        }
        let part = self.iterated(item, span)?;
        let mut all = self.iter_effects(&part, None, Vec::new());
        all.merge(touched.clone());
        self.drive(&part, all, None, span, body)
    }

    /// Adaptors that can end the iteration.
    #[allow(clippy::too_many_arguments)] // As many as `drive` has, and the parts of the adaptor.
    fn drive_leaving(
        &mut self,
        iter: &Iter<'a>,
        inner: &Rc<Iter<'a>>,
        f: &Val<'a>,
        mut touched: Effects,
        label: Option<&Lifetime>,
        span: At,
        body: Body<'_, 'a>,
    ) -> Lowered<()> {
        let ending = self.ending(inner, &mut touched, span);
        self.drive(inner, touched, label, span, &mut |s, item| {
            if let Iter::TakeWhile(..) = iter {
                let go_on = s.apply_val(f, vec![super::iter::by_reference(item.clone())], &Ty::Bool, span)?;
                let go_on = s.scalar(go_on, span)?;
                s.go_on_if(go_on, ending, span)?;
                return body(s, item);
            }
            let args = match iter {
                Iter::Scan(_, state, _) => vec![Val::Ref(state.clone(), true), item],
                _ => vec![item],
            };
            let val = s.apply_val(f, args, &Ty::Unknown, span)?;
            let (is_some, inner) = s.as_option(val, span)?;
            let on = s.flag_value(is_some, span.span());
            s.go_on_if(on, ending, span)?;
            inner.map_or(Ok(()), |inner| body(s, inner))
        })?;
        self.ended(ending);
        Ok(())
    }

    fn drive_indexed(
        &mut self,
        iter: &Rc<Iter<'a>>,
        touched: Effects,
        label: Option<&Lifetime>,
        span: At,
        body: Body<'_, 'a>,
    ) -> Lowered<()> {
        if let Iter::Range { lo, hi: None, .. } = &**iter {
            return self.drive_open(*lo, touched, label, span, body);
        }
        let space = self.space(iter, span)?;
        let ty = self.f.values[space.lo].ty.join(&self.f.values[space.hi].ty);
        let index = self.fresh(ty.join(&Ty::Int), false, span.span());
        let (lo, hi, inclusive, adaptors) = (space.lo, space.hi, space.inclusive, space.adaptors);
        let range = Range { index, lo, hi, inclusive, adaptors };
        let bounds = Bounds { range: Some(range), cond: None };
        self.run_loop(bounds, label, touched, span, |s| {
            let item = s.item(iter, index, space.direct, span)?;
            body(s, item)
        })?;
        Ok(())
    }

    /// `for i in lo.. { .. break .. }`
    fn drive_open(
        &mut self,
        lo: ValueId,
        mut touched: Effects,
        label: Option<&Lifetime>,
        span: At,
        body: Body<'_, 'a>,
    ) -> Lowered<()> {
        let counter = self.var(None, Ty::Int, span.span());
        self.set(counter, Slot::Val(lo));
        touched.extra.push((counter, false));
        self.run_loop(Bounds::endless(), label, touched, span, |s| {
            let Slot::Val(i) = s.slots[counter] else { return Ok(()) };
            let one = s.int(1, span.span());
            let next = s.apply(Func::Add, &[i, one], Ty::Int, span.span());
            s.set(counter, Slot::Val(next));
            body(s, Val::Value(i))
        })?;
        Ok(())
    }

    /// With the number of the item.
    fn counted(
        &mut self,
        inner: &Rc<Iter<'a>>,
        mut touched: Effects,
        label: Option<&Lifetime>,
        span: At,
        body: &mut dyn FnMut(&mut Self, ValueId, Val<'a>) -> Lowered<()>,
    ) -> Lowered<()> {
        let counter = self.var(None, Ty::Int, span.span());
        let zero = self.count(0, span.span());
        self.set(counter, Slot::Val(zero));
        touched.extra.push((counter, false));
        self.drive(inner, touched, label, span, &mut |s, item| {
            let Slot::Val(i) = s.slots[counter] else { return Ok(()) };
            let one = s.int(1, span.span());
            let next = s.apply(Func::Add, &[i, one], Ty::Int, span.span());
            s.set(counter, Slot::Val(next));
            body(s, i, item)
        })?;
        self.vars[counter].retired = true;
        Ok(())
    }

    fn drive_zip(
        &mut self,
        a: &Rc<Iter<'a>>,
        b: &Rc<Iter<'a>>,
        mut touched: Effects,
        label: Option<&Lifetime>,
        span: At,
        body: Body<'_, 'a>,
    ) -> Lowered<()> {
        let (driver, other, swapped) = match (a.is_indexed(), b.is_indexed()) {
            (false, true) => (a, b, false),
            (true, false) => (b, a, true),
            _ => return self.fail(catalog::iterator_adaptor(span, "zip", " of two filtered iterators")),
        };
        let len = match &**other {
            Iter::Range { hi: None, .. } | Iter::Repeat(_) | Iter::Cycle(_) => None,
            _ => Some(self.iter_len(other, span)?),
        };
        let ending = self.ending(driver, &mut touched, span);
        self.counted(driver, touched, label, span, &mut |s, i, item| {
            if let Some(len) = len {
                let inside = s.apply(Func::Lt, &[i, len], Ty::Bool, span.span());
                s.go_on_if(inside, ending, span)?;
            }
            let second = s.item(other, i, false, span)?;
            let pair = if swapped { vec![second, item] } else { vec![item, second] };
            body(s, Val::Tuple(pair))
        })?;
        self.ended(ending);
        Ok(())
    }

    fn skip_while(
        &mut self,
        inner: &Rc<Iter<'a>>,
        f: &Val<'a>,
        mut touched: Effects,
        label: Option<&Lifetime>,
        span: At,
        body: Body<'_, 'a>,
    ) -> Lowered<()> {
        let skipping = self.var(None, Ty::Bool, span.span());
        let on = self.flag_value(Slot::Flag(true), span.span());
        self.set(skipping, Slot::Val(on));
        touched.extra.push((skipping, false));
        self.drive(inner, touched, label, span, &mut |s, item| {
            let Slot::Val(on) = s.slots[skipping] else { return Ok(()) };
            let still = s.branch(on, BranchKind::If, 2, span, |s, i| {
                if i == 0 {
                    s.apply_val(f, vec![super::iter::by_reference(item.clone())], &Ty::Bool, span)
                } else {
                    Ok(Val::Value(s.flag_value(Slot::Flag(false), span.span())))
                }
            })?;
            let still = s.scalar(still, span)?;
            s.set(skipping, Slot::Val(still));
            let past = s.not(still, span.span());
            s.run_if(past, span, |s| body(s, item.clone()))
        })?;
        self.vars[skipping].retired = true;
        Ok(())
    }

    /// `if on { body }`
    pub fn run_if(
        &mut self,
        on: ValueId,
        span: At,
        mut body: impl FnMut(&mut Self) -> Lowered<()>,
    ) -> Lowered<()> {
        self.branch(on, BranchKind::If, 2, span, |s, i| {
            if i == 0 {
                body(s)?;
            }
            Ok(Val::Unit)
        })?;
        Ok(())
    }
}

/// `rev` moved to where it can be counted.
fn reversed<'a>(iter: &Rc<Iter<'a>>) -> Option<Rc<Iter<'a>>> {
    if iter.is_indexed() {
        return Some(Rc::new(Iter::Rev(iter.clone())));
    }
    Some(Rc::new(match &**iter {
        Iter::Filter(inner, f) => Iter::Filter(reversed(inner)?, f.clone()),
        Iter::FilterMap(inner, f) => Iter::FilterMap(reversed(inner)?, f.clone()),
        Iter::Map(inner, f) => Iter::Map(reversed(inner)?, f.clone()),
        Iter::Copied(inner) => Iter::Copied(reversed(inner)?),
        Iter::Rev(inner) => return Some(inner.clone()),
        Iter::Chain(a, b) => Iter::Chain(reversed(b)?, reversed(a)?),
        // Not counted from the end: refused.
        _ => return None,
    }))
}
