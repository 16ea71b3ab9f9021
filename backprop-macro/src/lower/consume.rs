//! Iterator methods: adaptors build descriptions, consumers run them.
//!
//! ```text
//! xs.iter().map(|x| x * x).sum::<f64>()   →   loop v2 in 0..len m0 carry (v3 = -0.0 -> v6) { .. v6 = add(v3, v5) }
//! ```

use super::effects::Node;
use super::iter::Iter;
use super::lowerer::{Lowered, Lowerer, Slot, VarId};
use super::result::ResultSlot;
use super::value::Val;
use crate::diag::{at, catalog, closest, meant, At};
use crate::ir::{Op, Place, Ty};
use crate::rules::Func;
use std::rc::Rc;
use syn::{Expr, ExprMethodCall, GenericArgument};

impl<'a> Lowerer<'a> {
    /// A method of a range: as an iterator, or of the range itself.
    pub fn range_as_iter(
        &mut self,
        range: Val<'a>,
        call: &'a ExprMethodCall,
        name: &str,
        hint: &Ty,
    ) -> Lowered<Val<'a>> {
        if let ("contains", Some(x), Val::Range(r)) = (name, call.args.first(), &range) {
            let x = self.expr(x, &Ty::Unknown)?;
            let mut pieces = super::opaque::Pieces::default();
            let mut inner = super::opaque::Pieces::default();
            self.piece(&mut pieces, Val::Range(r.clone()), at(call))?;
            self.piece(&mut inner, super::iter::by_reference(x), at(call))?;
            pieces.append_call(quote::quote!(.contains), inner);
            return Ok(Val::Value(self.pure(pieces, Ty::Bool, at(&call.method).span())));
        }
        if let ("len", Val::Range(_)) = (name, &range) {
            let iter = self.iterated(range, at(&call.receiver))?;
            return self.iter_len(&iter, at(&call.method)).map(Val::Value);
        }
        let iter = self.iterated(range, at(&call.receiver))?;
        self.iter_method(iter, call, name, hint)
    }

    pub fn iter_method(
        &mut self,
        iter: Rc<Iter<'a>>,
        call: &'a ExprMethodCall,
        name: &str,
        hint: &Ty,
    ) -> Lowered<Val<'a>> {
        let span = at(&call.method);
        let args: Vec<&'a Expr> = call.args.iter().collect();
        let made = match (name, args.as_slice()) {
            ("iter" | "into_iter" | "by_ref" | "iter_mut", []) => return Ok(Val::Iter(iter)),
            ("copied" | "cloned", []) => Iter::Copied(iter),
            ("rev", []) => Iter::Rev(iter),
            ("enumerate", []) => Iter::Enumerate(iter),
            ("skip", [n]) => Iter::Skip(iter, self.index_value(n)?),
            ("take", [n]) => Iter::Take(iter, self.index_value(n)?),
            ("step_by", [n]) => Iter::StepBy(iter, self.index_value(n)?),
            ("zip", [other]) => Iter::Zip(iter, self.iter_argument(other)?),
            ("chain", [other]) => Iter::Chain(iter, self.iter_argument(other)?),
            ("map", [f]) => Iter::Map(iter, self.function(f)?),
            ("inspect", [f]) => Iter::Inspect(iter, self.function(f)?),
            ("filter", [f]) => Iter::Filter(iter, self.function(f)?),
            ("filter_map", [f]) => Iter::FilterMap(iter, self.function(f)?),
            ("flatten", []) => Iter::Flatten(iter),
            ("peekable", []) => return Ok(Val::Iter(iter)),
            ("cycle", []) if iter.is_indexed() => Iter::Cycle(iter),
            ("flat_map", [f]) => Iter::FlatMap(iter, self.function(f)?),
            ("take_while", [f]) => Iter::TakeWhile(iter, self.function(f)?),
            ("skip_while", [f]) => Iter::SkipWhile(iter, self.function(f)?),
            ("map_while", [f]) => Iter::MapWhile(iter, self.function(f)?),
            ("scan", [init, f]) => {
                let val = self.expr(init, &Ty::Unknown)?;
                let f = self.function(f)?;
                let ty = self.ty_of(&val);
                let init = self.init(val, at(*init))?;
                let tainted = self.iter_tainted(&iter) || self.tainted(&f);
                let state = self.declare(init, ty, span.span());
                self.taint_mem(state, tainted);
                Iter::Scan(iter, Place::whole(state), f)
            }
            _ => return self.consume(&iter, call, name, &args, hint, span),
        };
        Ok(Val::Iter(Rc::new(made)))
    }

    /// An argument that is iterated over.
    fn iter_argument(&mut self, e: &'a Expr) -> Lowered<Rc<Iter<'a>>> {
        let val = self.iterable(e)?;
        self.iterated(val, at(e))
    }

    /// A closure, or a function's name.
    fn function(&mut self, e: &'a Expr) -> Lowered<Val<'a>> {
        match self.expr(e, &Ty::Unknown)? {
            f @ (Val::Closure(_) | Val::Func(_) | Val::Function(_)) => Ok(f),
            Val::Value(v) if !self.value_tainted(v) => {
                self.fail(catalog::closure_escapes(at(e), "it is not written here"))
            }
            _ => self.fail(catalog::closure_escapes(at(e), "it is not a closure of this function")),
        }
    }

    fn consume(
        &mut self,
        iter: &Rc<Iter<'a>>,
        call: &'a ExprMethodCall,
        name: &str,
        args: &[&'a Expr],
        hint: &Ty,
        span: At,
    ) -> Lowered<Val<'a>> {
        match (name, args) {
            ("sum" | "product", []) => {
                let ty = self.turbofish(call).join(hint);
                if let Some(fallible) = self.fallible_type(&ty) {
                    return self.collect_fallible(iter, name, fallible, span);
                }
                self.total(iter, name == "sum", &ty, span)
            }
            ("fold", [init, f]) => {
                let init = self.expr(init, hint)?;
                let init = self.snapshot(init, span)?;
                let f = self.function(f)?;
                self.accumulate(iter, init, Some(&f), span, &mut |s, acc, item| {
                    s.apply_val(&f, vec![acc, item], &Ty::Unknown, span)
                })
            }
            ("for_each", [f]) => {
                let f = self.function(f)?;
                let touched = self.function_effects(iter, &f);
                self.drive(iter, touched, None, span, &mut |s, item| {
                    s.apply_val(&f, vec![item], &Ty::Unknown, span).map(|_| ())
                })?;
                Ok(Val::Unit)
            }
            ("count", []) => {
                if iter.is_indexed() {
                    return self.iter_len(iter, span).map(Val::Value);
                }
                let zero = Val::Value(self.count(0, span.span()));
                self.accumulate(iter, zero, None, span, &mut |s, acc, _| {
                    let acc = s.scalar(acc, span)?;
                    let one = s.int(1, span.span());
                    Ok(Val::Value(s.apply(Func::Add, &[acc, one], Ty::Int, span.span())))
                })
            }
            ("last", []) => self.latest(iter, span),
            ("any" | "all", [f]) => self.any_all(iter, name == "any", f, span),
            ("collect", []) => self.collect_vec(iter, call, hint, span),
            ("unzip", []) => self.unzip(iter, hint, span),
            ("partition", [f]) => {
                let f = self.function(f)?;
                self.partition(iter, &f, hint, span)
            }
            ("try_fold", [init, f]) => {
                let init = self.expr(init, hint)?;
                let init = self.snapshot(init, span)?;
                let f = self.function(f)?;
                self.try_fold(iter, init, &f, span)
            }
            ("rposition", [f]) => {
                let f = self.function(f)?;
                self.last_position_of(iter, &f, span)
            }
            ("rfind" | "rfold", _) => {
                let back = Rc::new(Iter::Rev(iter.clone()));
                self.consume(&back, call, name.trim_start_matches('r'), args, hint, span)
            }
            ("nth", [n]) => {
                let n = self.index_value(n)?;
                self.item_if_any(iter, n, span)
            }
            ("next", []) => {
                let zero = self.int(0, span.span());
                self.item_if_any(iter, zero, span)
            }
            ("position", [f]) => {
                let f = self.function(f)?;
                self.position_of(iter, &f, span)
            }
            ("find", [f]) => {
                let f = self.function(f)?;
                self.find(iter, &f, span)
            }
            ("reduce", [f]) => {
                let f = self.function(f)?;
                self.reduce(iter, &f, span)
            }
            ("min_by" | "max_by", [f]) => {
                let f = self.function(f)?;
                if iter.is_indexed() && super::search::yields_pairs(iter) {
                    return self.extreme_pair(iter, name == "max_by", &f, span);
                }
                self.extreme(iter, name == "max_by", &f, span)
            }
            _ => {
                let hint = meant(closest(name, super::iter::METHODS).filter(|n| *n != name));
                self.fail(catalog::iterator_adaptor(span, name, &hint))
            }
        }
    }

    /// The type between `::<` and `>`.
    pub fn turbofish(&mut self, call: &'a ExprMethodCall) -> Ty {
        let first = call.turbofish.as_ref().and_then(|t| t.args.first());
        match first {
            Some(GenericArgument::Type(ty)) => self.ty(ty),
            _ => Ty::Unknown,
        }
    }

    pub fn function_effects(&mut self, iter: &Rc<Iter<'a>>, f: &Val<'a>) -> super::effects::Effects {
        let mapped = Rc::new(Iter::Map(iter.clone(), f.clone()));
        self.iter_effects(&mapped, None, Vec::<Node<'a>>::new())
    }

    /// `sum` and `product`: std starts them from -0.0 and 1.0.
    pub fn total(&mut self, iter: &Rc<Iter<'a>>, sum: bool, ty: &Ty, span: At) -> Lowered<Val<'a>> {
        let func = if sum { Func::Add } else { Func::Mul };
        let elem = if ty.is_scalar() { ty.clone() } else { self.item_ty(iter) };
        let start = match elem {
            Ty::Int => self.int(i64::from(!sum), span.span()),
            ty => self.float(if sum { -0.0 } else { 1.0 }, ty, span),
        };
        self.accumulate(iter, Val::Value(start), None, span, &mut |s, acc, item| {
            let acc = s.scalar(acc, span)?;
            let item = s.scalar(item, span)?;
            let ty = s.result_ty(func, acc, item);
            Ok(Val::Value(s.apply(func, &[acc, item], ty, span.span())))
        })
    }

    /// The type of the items, where the source tells.
    pub fn item_ty(&self, iter: &Iter<'a>) -> Ty {
        match iter {
            Iter::Range { .. } => Ty::Int,
            Iter::Seq { place, .. } => self.place_ty(place).elem(),
            Iter::Rev(i)
            | Iter::Skip(i, _)
            | Iter::Take(i, _)
            | Iter::StepBy(i, _)
            | Iter::Copied(i)
            | Iter::Filter(i, _)
            | Iter::Inspect(i, _) => self.item_ty(i),
            _ => Ty::Unknown,
        }
    }

    /// Runs a step on an accumulator and each item.
    pub fn accumulate(
        &mut self,
        iter: &Rc<Iter<'a>>,
        init: Val<'a>,
        f: Option<&Val<'a>>,
        span: At,
        step: &mut dyn FnMut(&mut Self, Val<'a>, Val<'a>) -> Lowered<Val<'a>>,
    ) -> Lowered<Val<'a>> {
        self.accumulate_until(iter, init, f, None, span, step)
    }

    /// The same, with a variable of its own that the step assigns.
    pub fn accumulate_until(
        &mut self,
        iter: &Rc<Iter<'a>>,
        init: Val<'a>,
        f: Option<&Val<'a>>,
        flag: Option<VarId>,
        span: At,
        step: &mut dyn FnMut(&mut Self, Val<'a>, Val<'a>) -> Lowered<Val<'a>>,
    ) -> Lowered<Val<'a>> {
        let shape = self.shape(&[&init], span)?;
        let slot = self.result_slot(shape, span.span());
        let tainted = self.iter_tainted(iter) || self.tainted(&init) || f.is_some_and(|f| self.tainted(f));
        self.put(&slot, init, span)?;
        let mut touched = match f {
            Some(f) => self.function_effects(iter, f),
            None => self.iter_effects(iter, None, Vec::new()),
        };
        let vars: Vec<VarId> = Self::slot_vars(&slot);
        touched.extra.extend(vars.into_iter().map(|v| (v, tainted)));
        touched.extra.extend(flag.map(|flag| (flag, false)));
        touched.going.extend(flag);
        if tainted {
            let binders: Vec<usize> = touched.views.iter().flat_map(|(b, _)| b.iter().copied()).collect();
            touched.seeds.extend(binders);
        }
        if let ResultSlot::Mem(mem) = &slot {
            self.taint_mem(*mem, tainted);
        }
        self.drive(iter, touched, None, span, &mut |s, item| {
            let acc = s.current(&slot, span)?;
            let next = step(s, acc, item)?;
            s.put(&slot, next, span)
        })?;
        self.take(&slot, span)
    }

    /// What a slot holds now.
    fn current(&mut self, slot: &ResultSlot, span: At) -> Lowered<Val<'a>> {
        let vars = Self::slot_vars(slot);
        let retired: Vec<bool> = vars.iter().map(|v| self.vars[*v].retired).collect();
        let val = self.take(slot, span);
        for (var, was) in vars.into_iter().zip(retired) {
            self.vars[var].retired = was;
        }
        match val? {
            Val::Temp(mem) => Ok(Val::Place(Place::whole(mem))),
            other => Ok(other),
        }
    }

    /// `last()`
    fn latest(&mut self, iter: &Rc<Iter<'a>>, span: At) -> Lowered<Val<'a>> {
        if !iter.is_indexed() {
            return self.carried_number(iter, None, span);
        }
        let len = self.iter_len(iter, span)?;
        let (zero, one) = (self.int(0, span.span()), self.int(1, span.span()));
        let exists = self.apply(Func::Gt, &[len, zero], Ty::Bool, span.span());
        let last = self.saturating_sub(len, one, span);
        let iter = iter.clone();
        self.choose(Slot::Val(exists), span, |s, some| {
            if !some {
                return Ok(Val::Opt(Slot::Flag(false), None));
            }
            let item = s.item(&iter, last, false, span)?;
            let item = s.snapshot_scalar(super::slice::by_value(item), span)?;
            Ok(Val::Opt(Slot::Flag(true), Some(Box::new(item))))
        })
    }

    /// `any`, `all`: leave the loop at the first item that decides.
    fn any_all(&mut self, iter: &Rc<Iter<'a>>, any: bool, f: &'a Expr, span: At) -> Lowered<Val<'a>> {
        let f = self.function(f)?;
        let mut touched = self.function_effects(iter, &f);
        let found = self.var(None, Ty::Bool, span.span());
        let start = self.flag_value(Slot::Flag(!any), span.span());
        self.set(found, Slot::Val(start));
        touched.extra.push((found, false));
        let ending = self.ending(iter, &mut touched, span);
        self.drive(iter, touched, None, span, &mut |s, item| {
            let hit = s.apply_val(&f, vec![item], &Ty::Bool, span)?;
            let hit = s.scalar(hit, span)?;
            s.set(found, Slot::Val(hit));
            let go_on = if any { s.not(hit, span.span()) } else { hit };
            s.go_on_if(go_on, ending, span)
        })?;
        self.ended(ending);
        self.vars[found].retired = true;
        let slot = self.slots[found];
        Ok(Val::Value(self.flag_value(slot, span.span())))
    }

    /// `max_by`, `min_by`: the closure compares, the item is kept; of equal items the last (`max`) or first (`min`).
    fn extreme(&mut self, iter: &Rc<Iter<'a>>, max: bool, f: &Val<'a>, span: At) -> Lowered<Val<'a>> {
        let zero = match self.item_ty(iter) {
            Ty::Int => Val::Value(self.int(0, span.span())),
            ty => Val::Value(self.float(0.0, ty, span)),
        };
        let start = Val::Tuple(vec![Val::Value(self.flag_value(Slot::Flag(false), span.span())), zero]);
        let result = self.accumulate(iter, start, Some(f), span, &mut |s, acc, item| {
            let parts = s.components(acc, 2, span)?;
            let [has, best] = parts.as_slice() else {
                return s.fail(catalog::bug(span, "an accumulator"));
            };
            let (has, best) = (s.scalar(has.clone(), span)?, s.scalar(best.clone(), span)?);
            let item = s.scalar(item, span)?;
            let better = s.branch(has, crate::ir::BranchKind::If, 2, span, |s, i| {
                if i == 1 {
                    return Ok(Val::Value(s.flag_value(Slot::Flag(true), span.span())));
                }
                let (a, b) = (Val::RefValue(best), Val::RefValue(item));
                let order = s.apply_val(f, vec![a, b], &Ty::Unknown, span)?;
                let order = s.scalar(order, span)?;
                let mut pieces = super::opaque::Pieces::default();
                let mut inner = super::opaque::Pieces::default();
                s.piece_value(&mut inner, order);
                let method = if max { quote::quote!(is_le) } else { quote::quote!(is_gt) };
                pieces.append_call(quote::quote!(::core::cmp::Ordering::#method), inner);
                Ok(Val::Value(s.pure(pieces, Ty::Bool, span.span())))
            })?;
            let better = s.scalar(better, span)?;
            let next = s.branch(better, crate::ir::BranchKind::If, 2, span, |_, i| {
                Ok(Val::Value(if i == 0 { item } else { best }))
            })?;
            let has = s.let_(Op::Const(crate::ir::Const::Bool(true)), Ty::Bool, false, span.span());
            Ok(Val::Tuple(vec![Val::Value(has), next]))
        })?;
        let parts = self.components(result, 2, span)?;
        let [has, best] = parts.as_slice() else {
            return self.fail(catalog::bug(span, "an accumulator"));
        };
        let has = self.scalar(has.clone(), span)?;
        Ok(Val::Opt(Slot::Val(has), Some(Box::new(best.clone()))))
    }
}
