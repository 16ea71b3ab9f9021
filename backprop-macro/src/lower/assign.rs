//! Assignments: to scalars, places, and patterns of them.
//!
//! ```text
//! (a, b) = (b, a + b);   →   v3 = add(v0, v1); a = v1; b = v3        s.k += x   →   v4 = load m0.k; .. ; store m0.k
//! ```

use super::effects::local;
use super::lowerer::{Binding, Lowered, Lowerer, Slot, VarId};
use super::names;
use super::value::Val;
use crate::diag::{at, catalog, At};
use crate::ir::{Bulk, Const, Init, Op, Operand, Place, Proj, Stmt, Ty, ValueId};
use syn::Expr;

impl<'a> Lowerer<'a> {
    pub fn assign_expr(&mut self, assign: &'a syn::ExprAssign) -> Lowered<Val<'a>> {
        let hint = self.target_ty(&assign.left);
        let val = self.expr(&assign.right, &hint)?;
        let val = self.snapshot_scalar(val, at(&assign.eq_token))?;
        self.assign(&assign.left, val, at(&assign.right))?;
        Ok(Val::Unit)
    }

    /// The type of an assigned variable.
    fn target_ty(&self, target: &'a Expr) -> Ty {
        match local(&self.facts, target).and_then(|id| self.bindings.get(&id)) {
            Some(Binding::Var(var)) => match self.slots[*var] {
                Slot::Val(value) => self.f.values[value].ty.clone(),
                Slot::Undef | Slot::Flag(_) => self.vars[*var].ty.clone(),
            },
            Some(Binding::Mem(mem)) => self.f.mems[*mem].ty.clone(),
            _ => Ty::Unknown,
        }
    }

    pub fn assign(&mut self, target: &'a Expr, val: Val<'a>, span: At) -> Lowered<()> {
        let target = names::strip(target);
        match target {
            Expr::Infer(_) => Ok(()),
            Expr::Tuple(tuple) => {
                let rest = tuple.elems.iter().position(is_rest);
                let n = match (rest, self.ty_of(&val)) {
                    (None, _) => tuple.elems.len(),
                    (Some(_), Ty::Tuple(items)) => items.len(),
                    (Some(k), _) if k + 1 == tuple.elems.len() => k,
                    _ => return self.fail(catalog::unsupported(at(tuple), "`..` before other parts")),
                };
                let items = self.components(val, n, span)?;
                let items: Lowered<Vec<_>> = items.into_iter().map(|i| self.snapshot(i, span)).collect();
                let mut items = items?;
                if let Some(k) = rest {
                    let skipped = (n + 1).saturating_sub(tuple.elems.len());
                    items.drain(k..(k + skipped).min(items.len()));
                }
                let targets = tuple.elems.iter().filter(|e| !is_rest(e));
                targets.zip(items).try_for_each(|(t, item)| self.assign(t, item, span))
            }
            Expr::Array(array) => {
                let place = self.place(val, span)?;
                let mut items = Vec::new();
                if let Some(rest) = array.elems.iter().find(|e| is_rest(e)) {
                    return self.fail(catalog::unsupported(at(rest), "`..` in an assignment to an array"));
                }
                for k in 0..array.elems.len() {
                    let i = self.int(i64::try_from(k).unwrap_or(i64::MAX), span.span());
                    let part = Val::Place(place.with(crate::ir::Proj::Index(i)));
                    items.push(self.snapshot(part, span)?);
                }
                array.elems.iter().zip(items).try_for_each(|(t, item)| self.assign(t, item, span))
            }
            Expr::Struct(s) => {
                let place = self.place(val, span)?;
                for field in &s.fields {
                    let member = self.member(&field.member);
                    let part = Val::Place(place.with(crate::ir::Proj::Field(member)));
                    let part = self.snapshot(part, span)?;
                    self.assign(&field.expr, part, span)?;
                }
                Ok(())
            }
            Expr::Path(_) => {
                match local(&self.facts, target).and_then(|id| self.bindings.get(&id).cloned()) {
                    Some(binding) => self.assign_binding(&binding, val, target, span),
                    None => self.fail(catalog::interior_mutability(at(target), "assigning a `static`")),
                }
            }
            Expr::Field(_) | Expr::Index(_) | Expr::Unary(_) | Expr::MethodCall(_) => {
                let place = self.target_place(target)?;
                self.write(place, val, at(target), span)
            }
            other => self.fail(catalog::unsupported(at(other), "this target of an assignment")),
        }
    }

    /// The place that an assignment writes.
    fn target_place(&mut self, target: &'a Expr) -> Lowered<Place> {
        match self.expr(target, &Ty::Unknown)? {
            Val::Place(place) | Val::Ref(place, _) => Ok(place),
            Val::Value(_) => self.fail(catalog::interior_mutability(at(target), "writing through this")),
            _ => self.fail(catalog::unsupported(at(target), "this target of an assignment")),
        }
    }

    /// Reads something now, because its place is about to change.
    pub fn snapshot(&mut self, val: Val<'a>, at: At) -> Lowered<Val<'a>> {
        match val {
            Val::Place(place) => {
                let ty = self.place_ty(&place);
                if ty.is_scalar() || ty == Ty::Unknown {
                    return Ok(Val::Value(self.load(place, at.span())));
                }
                let operand = self.operand(Val::Place(place), at)?;
                Ok(Val::Temp(self.declare(Init::From(operand), ty, at.span())))
            }
            other => Ok(other),
        }
    }

    fn assign_binding(
        &mut self,
        binding: &Binding<'a>,
        val: Val<'a>,
        target: &'a Expr,
        span: At,
    ) -> Lowered<()> {
        match binding {
            Binding::Var(var) => {
                if matches!(val, Val::Fresh(..) | Val::Temp(_) | Val::Tuple(_) | Val::Opt(..)) {
                    let why = "an aggregate is assigned to a variable of unknown type";
                    return self.fail(catalog::unknown_shape(at(target), why));
                }
                let value = self.scalar(val, span)?;
                if self.passive_vars.contains(var) && self.value_tainted(value) {
                    return self
                        .fail(catalog::passive_store(at(target), &quote::quote!(#target).to_string()));
                }
                let ty = self.vars[*var].ty.clone();
                self.seen_as(value, &ty);
                if self.f.values[value].name.is_none() && self.is_fresh(value) {
                    self.f.values[value].name = self.vars[*var].name;
                }
                self.set(*var, Slot::Val(value));
                Ok(())
            }
            Binding::Mem(mem) => self.write(Place::whole(*mem), val, at(target), span),
            Binding::Window(base, lo, hi, _) => self.move_window(base, (*lo, *hi), val, target, span),
            Binding::Alias(..) | Binding::Cursor(..) | Binding::Val(_) => self.fail(
                catalog::reference_repointed(at(target), "a reference variable that is assigned again"),
            ),
            Binding::Closure(_) => {
                self.fail(catalog::reference_repointed(at(target), "a closure that is assigned"))
            }
            Binding::Poison => Err(super::lowerer::Stop),
        }
    }

    /// `rest = &rest[1..]`: new bounds, of the same sequence.
    fn move_window(
        &mut self,
        base: &Place,
        (lo, hi): (VarId, VarId),
        val: Val<'a>,
        target: &'a Expr,
        span: At,
    ) -> Lowered<()> {
        let what = "a reference that is assigned a part of something else";
        let Val::Ref(place, _) = val else {
            return self.fail(catalog::reference_repointed(at(target), what));
        };
        let inside = place.mem == base.mem && place.proj.starts_with(&base.proj);
        let ranges = place.proj.get(base.proj.len()..).unwrap_or_default();
        if !inside || !ranges.iter().all(|p| matches!(p, Proj::Range { .. })) {
            return self.fail(catalog::reference_repointed(at(target), what));
        }
        let mut first = self.int(0, span.span());
        let mut last = None;
        for proj in ranges {
            let Proj::Range { lo, hi } = proj else { continue };
            if let Some(hi) = hi {
                last = Some(self.plus(first, *hi, span));
            }
            if let Some(lo) = lo {
                first = self.plus(first, *lo, span);
            }
        }
        let last = match last {
            Some(last) => last,
            None => self.len_of(base, span),
        };
        self.set(lo, Slot::Val(first));
        self.set(hi, Slot::Val(last));
        Ok(())
    }

    /// Defined by the last statement.
    fn is_fresh(&self, value: ValueId) -> bool {
        self.out.last().is_some_and(|s| s.defs().contains(&value))
    }

    /// `place = val`
    pub fn write(&mut self, place: Place, val: Val<'a>, target: At, span: At) -> Lowered<()> {
        if self.passive_mems.contains(&place.mem) && self.tainted(&val) {
            let name =
                self.f.mems[place.mem].name.map_or_else(String::new, |c| self.source.tokens(c).to_string());
            return self.fail(catalog::passive_store(target, &name));
        }
        let ty = self.place_ty(&place).join(&self.ty_of(&val));
        let tainted = self.tainted(&val);
        let aggregate = match &val {
            Val::Fresh(..) | Val::Temp(_) | Val::Tuple(_) | Val::Opt(..) => true,
            Val::Value(_) | Val::RefValue(_) => !ty.is_scalar() && ty != Ty::Unknown,
            _ => !ty.is_scalar() && ty != Ty::Unknown,
        };
        if aggregate {
            let init = self.copied(val, span)?;
            self.taint_mem(place.mem, tainted);
            self.emit(Stmt::Assign { place, init });
        } else {
            let value = self.scalar(val, span)?;
            self.seen_as(value, &ty);
            self.taint_mem(place.mem, tainted);
            self.emit(Stmt::Store { place, value });
        }
        Ok(())
    }

    /// `x += e`: the right side first, as Rust does for numbers.
    pub fn compound(&mut self, binary: &'a syn::ExprBinary) -> Lowered<Val<'a>> {
        let hint = self.target_ty(&binary.left);
        let outer = self.user_types;
        self.user_types = self.is_user_type(&hint) || self.names_user_type(&binary.right);
        let right = self.expr(&binary.right, &self.operand_hint(&hint));
        self.user_types = outer;
        let right = right?;
        let Some(func) = super::ops::func(&binary.op) else {
            return self.fail(catalog::unsupported(at(&binary.op), "this operator"));
        };
        let target = names::strip(&binary.left);
        let is_variable = local(&self.facts, target)
            .and_then(|id| self.bindings.get(&id))
            .is_some_and(|b| matches!(b, Binding::Var(_)));
        let of_user = self.is_user_type(&hint) || self.is_user_typed(&right) || self.names_user_type(target);
        if of_user && !is_variable {
            return self.user_assignment(func, target, right, at(&binary.op));
        }
        let right = self.scalar(right, at(&binary.right))?;
        let span = at(&binary.op).span();
        if let Some(Binding::Var(var)) =
            local(&self.facts, target).and_then(|id| self.bindings.get(&id).cloned())
        {
            let Slot::Val(left) = self.slots[var] else {
                return self
                    .fail(catalog::unknown_shape(at(target), "it is not assigned on every path to here"));
            };
            self.forgive(left, right, &binary.right);
            let ty = self.result_ty(func, left, right);
            let value = self.apply_assign(func, &[left, right], ty, span);
            self.f.values[value].name = self.vars[var].name;
            self.set(var, Slot::Val(value));
            return Ok(Val::Unit);
        }
        let place = self.target_place(target)?;
        let known = self.place_ty(&place);
        if !known.is_scalar() && known != Ty::Unknown {
            return self.fail(catalog::aggregate_as_scalar(at(target), "an aggregate"));
        }
        let left = self.load(place.clone(), at(target).span());
        self.forgive(left, right, &binary.right);
        let ty = self.result_ty(func, left, right);
        let value = self.apply_assign(func, &[left, right], ty, span);
        self.write(place, Val::Value(value), at(target), at(binary))?;
        Ok(Val::Unit)
    }

    /// `a op= b`: of what may be no number, another function than `a op b`.
    fn apply_assign(
        &mut self,
        func: crate::rules::Func,
        args: &[ValueId],
        ty: Ty,
        span: proc_macro2::Span,
    ) -> ValueId {
        let tainted = args.iter().any(|a| self.value_tainted(*a));
        let open = tainted && matches!(ty, Ty::Unknown | Ty::Adt(..)) && !func.is_bitwise();
        if !open {
            return self.apply(func, args, ty, span);
        }
        self.let_(Op::Operator { func, args: args.to_vec(), assigns: true }, ty, tainted, span)
    }

    /// `mem::swap`, `mem::replace`, `mem::take`
    pub fn mem_call(&mut self, name: &str, call: &'a syn::ExprCall, span: At) -> Lowered<Val<'a>> {
        let args: Vec<&'a Expr> = call.args.iter().collect();
        if let Some(arg) = args.iter().find(|a| self.points_to_reference(a)) {
            let what = "a reference variable that is exchanged";
            return self.fail(catalog::reference_repointed(at(*arg), what));
        }
        match (name, args.as_slice()) {
            ("swap", [a, b]) => self.mem_swap(a, b, span),
            ("replace", [target, val]) => {
                let val = self.expr(val, &Ty::Unknown)?;
                let val = self.snapshot(val, span)?;
                let old = self.taken(target, span)?;
                self.assign(behind(target), val, span)?;
                Ok(old)
            }
            ("take", [target]) => {
                let old = self.taken(target, span)?;
                let zero = match self.ty_of(&old) {
                    ty @ Ty::Float(_) => {
                        Val::Value(self.let_(Op::Const(Const::Float(0.0)), ty, false, span.span()))
                    }
                    Ty::Int => Val::Value(self.int(0, span.span())),
                    Ty::Bool => {
                        Val::Value(self.let_(Op::Const(Const::Bool(false)), Ty::Bool, false, span.span()))
                    }
                    ty @ Ty::Vec(_) => Val::Fresh(Box::new(Init::VecNew { capacity: None }), ty),
                    _ => return self.fail(catalog::unknown_shape(span, "`mem::take` needs a default value")),
                };
                self.assign(behind(target), zero, span)?;
                Ok(old)
            }
            _ => self.fail(catalog::unsupported(span, "this call")),
        }
    }

    /// The value behind `&mut x`, before it is overwritten.
    fn taken(&mut self, target: &'a Expr, span: At) -> Lowered<Val<'a>> {
        let val = self.expr(behind(target), &Ty::Unknown)?;
        let val = match val {
            Val::Ref(place, _) => Val::Place(place),
            other => other,
        };
        match val {
            Val::Place(place) if place.proj.is_empty() && !self.place_ty(&place).is_scalar() => {
                let ty = self.place_ty(&place);
                Ok(Val::Temp(self.declare(Init::From(Operand::Copy(place)), ty, span.span())))
            }
            other => self.snapshot(other, span),
        }
    }

    /// `&mut r` of a variable that is a reference itself.
    fn points_to_reference(&self, e: &Expr) -> bool {
        let Expr::Reference(r) = names::strip(e) else { return false };
        match local(&self.facts, &r.expr).and_then(|id| self.bindings.get(&id)) {
            Some(Binding::Alias(_, kind)) => *kind != super::lowerer::Aliased::Value,
            Some(Binding::Window(..) | Binding::Val(Val::Ref(..))) => true,
            Some(Binding::Mem(mem)) => self.f.mems[*mem].access != crate::ir::Access::Owned,
            Some(
                Binding::Var(_)
                | Binding::Cursor(..)
                | Binding::Closure(_)
                | Binding::Val(_)
                | Binding::Poison,
            )
            | None => false,
        }
    }

    fn mem_swap(&mut self, a: &'a Expr, b: &'a Expr, span: At) -> Lowered<Val<'a>> {
        let left = self.swapped(a)?;
        let right = self.swapped(b)?;
        let scalars = |l: &Val<'a>, r: &Val<'a>| self.ty_of(l).is_scalar() && self.ty_of(r).is_scalar();
        match (left, right) {
            // Two numbers of one object: rustc can't tell its parts apart in the shadow.
            (left @ Val::Place(_), right @ Val::Place(_))
                if same_object(&left, &right) && scalars(&left, &right) =>
            {
                let (Val::Place(to), Val::Place(from)) = (left.clone(), right.clone()) else {
                    return Ok(Val::Unit);
                };
                let left = self.snapshot(left, span)?;
                let right = self.snapshot(right, span)?;
                self.write(to, right, span, span)?;
                self.write(from, left, span, span)?;
            }
            (Val::Place(a), Val::Place(b)) => {
                let tainted = self.place_tainted(&a) || self.place_tainted(&b);
                self.taint_mem(a.mem, tainted);
                self.taint_mem(b.mem, tainted);
                self.emit(Stmt::Bulk(Bulk::Swap { a, b }));
            }
            (left, right) => {
                let left = self.snapshot(left, span)?;
                let right = self.snapshot(right, span)?;
                self.assign(behind(a), right, span)?;
                self.assign(behind(b), left, span)?;
            }
        }
        Ok(Val::Unit)
    }

    fn swapped(&mut self, e: &'a Expr) -> Lowered<Val<'a>> {
        Ok(match self.expr(behind(e), &Ty::Unknown)? {
            Val::Ref(place, _) => Val::Place(place),
            Val::Temp(mem) => Val::Place(Place::whole(mem)),
            other => other,
        })
    }
}

fn same_object(a: &Val<'_>, b: &Val<'_>) -> bool {
    matches!((a, b), (Val::Place(a), Val::Place(b)) if a.mem == b.mem)
}

/// `..` on the left of an assignment.
fn is_rest(e: &Expr) -> bool {
    matches!(e, Expr::Range(r) if r.start.is_none() && r.end.is_none())
}

/// `x` of `&mut x`; what is a reference already stays.
fn behind(e: &Expr) -> &Expr {
    match names::strip(e) {
        Expr::Reference(r) => names::strip(&r.expr),
        other => other,
    }
}
