//! Loops: one IR loop each, with the variables that they assign carried.
//!
//! ```text
//! while s < t { s *= 2.0; }   →   loop { header lt(v3, v1) } carry (v3 s = v0 -> v4) { v4 = mul(v3, v2) }
//! ```
//!
//! The user's body is lowered once. Which variables are carried is known before (from `effects`), and checked after.

use super::effects::{effects, Effects, Node};
use super::exits::{Target, TargetKind};
use super::flow::{Arm, End};
use super::lowerer::{Aliased, Binding, Lowered, Lowerer, Slot, Stop, VarId};
use super::value::Val;
use crate::diag::{at, catalog, At};
use crate::ir::{Access, BranchKind, Carried, Loop, MemId, Op, Range, Region, Stmt, Ty, ValueId};
use crate::rules::Func;
use proc_macro2::Span;
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::{self, Visit};
use syn::{Expr, Lifetime};

/// What makes a loop end by itself.
pub struct Bounds<'a> {
    pub range: Option<Range>,
    /// Without effects: evaluated in the header.
    pub cond: Option<&'a Expr>,
}

impl Bounds<'_> {
    pub fn endless() -> Self {
        Bounds { range: None, cond: None }
    }
}

impl<'a> Lowerer<'a> {
    /// `loop { .. }`
    pub fn loop_(&mut self, e: &'a syn::ExprLoop) -> Lowered<Val<'a>> {
        self.inner_attrs(&e.attrs, true)?;
        let touched = effects(&self.facts, &[Node::Block(&e.body)]);
        let label = e.label.as_ref().map(|l| &l.name);
        self.run_loop(Bounds::endless(), label, touched, at(&e.loop_token), |s| {
            s.block(&e.body, &Ty::Unknown).map(|_| ())
        })
    }

    /// `while cond { .. }`, `while let pat = e { .. }`
    pub fn while_(&mut self, e: &'a syn::ExprWhile) -> Lowered<Val<'a>> {
        self.inner_attrs(&e.attrs, true)?;
        let touched = effects(&self.facts, &[Node::Expr(&e.cond), Node::Block(&e.body)]);
        let label = e.label.as_ref().map(|l| &l.name);
        let span = at(&e.while_token);
        if self.effect_free(&e.cond) {
            let bounds = Bounds { range: None, cond: Some(&e.cond) };
            self.run_loop(bounds, label, touched, span, |s| s.block(&e.body, &Ty::Unknown).map(|_| ()))
        } else {
            self.run_loop(Bounds::endless(), label, touched, span, |s| {
                s.condition(&e.cond, span, |s, holds| {
                    if holds {
                        s.block(&e.body, &Ty::Unknown).map(|_| Val::Unit)
                    } else {
                        let index = s.targets.len() - 1;
                        s.leave(index, Val::Unit, span)
                    }
                })
                .map(|_| ())
            })
        }
    }

    /// Any loop. The body runs in a region of its own.
    pub fn run_loop(
        &mut self,
        bounds: Bounds<'a>,
        label: Option<&Lifetime>,
        touched: Effects,
        span: At,
        body: impl FnOnce(&mut Self) -> Lowered<()>,
    ) -> Lowered<Val<'a>> {
        let endless = bounds.range.is_none() && bounds.cond.is_none();
        let (carried, tainted) = self.assigned_vars(&touched);
        let (mark, objects) = (self.surprises.len(), self.f.mems.len());
        self.push_target(TargetKind::Loop, label, Ty::Unknown, span.span());
        let saved = self.begin();
        let mut phis: BTreeMap<VarId, ValueId> = BTreeMap::new();
        for var in carried {
            let (ty, at) = (self.vars[var].ty.clone(), self.vars[var].span);
            let init = match self.slots[var] {
                Slot::Val(value) => self.f.values[value].ty.clone(),
                Slot::Undef | Slot::Flag(_) => Ty::Unknown,
            };
            let was = matches!(self.slots[var], Slot::Val(v) if self.value_tainted(v));
            let phi = self.fresh_at(ty.join(&init), was || tainted.contains(&var), at);
            self.f.values[phi].name = self.vars[var].name;
            self.set(var, Slot::Val(phi));
            phis.insert(var, phi);
        }
        let header = bounds.cond.map(|cond| self.header(cond));
        let result = self.scoped(body);
        let failed = (result.is_err() && self.end == End::Live) || matches!(header, Some(Err(_)));
        let Some(target) = self.targets.pop() else { return Err(Stop) };
        if let Some(next) = target.next {
            self.vars[next].retired = true;
        }
        let arm = self.finish(saved);
        if failed {
            return Err(Stop);
        }
        let header = header.and_then(Result::ok);
        self.check_objects(mark, objects, span)?;
        self.end_loop(Parts { range: bounds.range, header, phis, arm, target, endless }, span)
    }

    /// The condition of a `while`, as a region.
    fn header(&mut self, cond: &'a Expr) -> Lowered<(Region, ValueId)> {
        let saved = self.begin();
        let value = self.expr_scalar(cond, &Ty::Bool);
        let arm = self.finish(saved);
        let value = value?;
        Ok((Region { stmts: arm.stmts, diverges: false }, value))
    }

    /// The SSA variables that the loop assigns, and those of them that may come to depend on a parameter. Objects that
    /// may are marked.
    fn assigned_vars(&mut self, touched: &Effects) -> (BTreeSet<VarId>, BTreeSet<VarId>) {
        let mut before = crate::ir::hash::HashSet::default();
        for (id, binding) in &self.bindings {
            if self.binding_tainted(binding) {
                before.insert(*id);
            }
        }
        let spread = touched.spread(before);
        let mut assigned = BTreeSet::new();
        let mut tainted = BTreeSet::new();
        let mut objects: Vec<MemId> = Vec::new();
        for (id, binding) in &self.bindings {
            match binding {
                Binding::Var(var) if touched.assigned.contains(id) && !self.vars[*var].retired => {
                    assigned.insert(*var);
                    if spread.contains(id) {
                        tainted.insert(*var);
                    }
                }
                Binding::Window(place, lo, hi, kind) => {
                    if touched.assigned.contains(id) && !self.vars[*lo].retired {
                        assigned.extend([*lo, *hi]);
                    }
                    if *kind == Aliased::RefMut && spread.contains(id) {
                        objects.push(place.mem);
                    }
                }
                Binding::Cursor(_, position) => {
                    let advanced = touched.advanced.contains(id) && !self.vars[*position].retired;
                    assigned.extend(advanced.then_some(*position));
                }
                Binding::Closure(closure) => {
                    // What a `move` closure holds changes where its body assigns the variable of that name.
                    for (id, copy) in &closure.captured {
                        if let (Binding::Var(var), true) = (copy, touched.assigned.contains(id)) {
                            if !self.vars[*var].retired {
                                assigned.insert(*var);
                            }
                            if spread.contains(id) {
                                tainted.insert(*var);
                            }
                        }
                    }
                }
                Binding::Mem(mem) if spread.contains(id) => objects.push(*mem),
                // Nothing is written behind a shared reference.
                Binding::Alias(place, Aliased::RefMut) if spread.contains(id) => objects.push(place.mem),
                Binding::Var(_)
                | Binding::Mem(_)
                | Binding::Alias(..)
                | Binding::Val(_)
                | Binding::Poison => {}
            }
        }
        for (var, active) in &touched.extra {
            assigned.insert(*var);
            if *active {
                tainted.insert(*var);
            }
        }
        for (binders, mems) in &touched.views {
            let written = |b: &usize| self.facts.binder(*b).written && spread.contains(b);
            if binders.iter().any(written) {
                objects.extend(mems);
            }
        }
        for mem in objects {
            if self.writable(mem) {
                self.taint_mem(mem, true);
            }
        }
        (assigned, tainted)
    }

    fn binding_tainted(&self, binding: &Binding<'a>) -> bool {
        match binding {
            Binding::Var(var) => matches!(self.slots[*var], Slot::Val(v) if self.value_tainted(v)),
            Binding::Mem(mem) => self.mem_tainted(*mem),
            Binding::Alias(place, _) | Binding::Window(place, ..) => self.place_tainted(place),
            Binding::Cursor(iter, _) => self.iter_tainted(iter),
            Binding::Closure(_) => false,
            Binding::Val(val) => self.tainted(val),
            Binding::Poison => false,
        }
    }

    /// Nothing may have become dependent that was not foreseen: code before it in the loop would be wrong.
    fn check_objects(&mut self, mark: usize, objects: usize, span: At) -> Lowered<()> {
        let surprising = |m: &MemId| (m.0 as usize) < objects && !self.f.mems[*m].ty.is_passive();
        let surprises = self.surprises.get(mark..).unwrap_or_default();
        if surprises.iter().any(|m| self.f.mems[*m].access == Access::Ref) {
            return self.fail(catalog::unsupported(span, "writing behind a shared reference"));
        }
        if surprises.iter().any(surprising) {
            return self.fail(catalog::bug(span, "an object became active inside a loop unforeseen"));
        }
        Ok(())
    }

    fn end_loop(&mut self, parts: Parts, span: At) -> Lowered<Val<'a>> {
        let Parts { range, header, phis, mut arm, target, endless } = parts;
        let stop = self.stop_value(&target, &mut arm, span.span());
        let carried = self.carry(&phis, &target, &mut arm, span)?;
        let always = matches!(stop, Some((_, true)));
        let stop = stop.map(|(value, _)| value);
        let outer: Vec<VarId> = self.outer_flags(&arm);
        let exits = arm.changes.get(&target.exit).copied().unwrap_or(Slot::Flag(false)) != Slot::Flag(false);
        let body = Region { stmts: arm.stmts, diverges: arm.end == End::Diverges };
        self.out.extend(target.decls.iter().cloned());
        let at = self.span(span.span());
        let no_exit = stop.is_none();
        let list = carried.iter().map(|c| c.1.clone()).collect();
        self.emit(Stmt::Loop(Box::new(Loop {
            range,
            header,
            carried: list,
            body,
            stop,
            blocks: None,
            span: at,
        })));
        for (var, carried) in carried {
            self.set(var, Slot::Val(carried.result));
        }
        let _ = always;
        if endless && (no_exit || arm.end == End::Diverges) {
            self.end = End::Diverges;
            return Err(Stop);
        }
        if endless && !exits {
            if let [flag] = outer.as_slice() {
                self.set(*flag, Slot::Flag(true));
            }
            self.end = End::Left;
            return Err(Stop);
        }
        if !outer.is_empty() {
            self.end = End::Mixed;
            self.open_guard(span.span());
        }
        match &target.result {
            Some(slot) => self.take(slot, span),
            None => Ok(Val::Unit),
        }
    }

    /// Flags of targets further out that the body may set.
    fn outer_flags(&self, arm: &Arm) -> Vec<VarId> {
        let flags = self.targets.iter().flat_map(Target::flags).filter(|f| !self.vars[*f].retired);
        flags.filter(|f| arm.changes.get(f).is_some_and(|s| *s != Slot::Flag(false))).collect()
    }

    /// The flag that ends the loop: any exit taken. Also whether it always is.
    fn stop_value(&mut self, target: &Target, arm: &mut Arm, span: Span) -> Option<(ValueId, bool)> {
        self.vars[target.exit].retired = true;
        let mut flags = self.outer_flags(arm);
        flags.insert(0, target.exit);
        let slots: Vec<Slot> = flags.iter().filter_map(|f| arm.changes.get(f).copied()).collect();
        let open: Vec<Slot> = slots.into_iter().filter(|s| *s != Slot::Flag(false)).collect();
        if open.contains(&Slot::Flag(true)) {
            return self.materialise(Slot::Flag(true), &mut arm.stmts, span).map(|v| (v, true));
        }
        let mut stop = None;
        for slot in open {
            let value = self.materialise(slot, &mut arm.stmts, span)?;
            stop = Some(match stop {
                None => value,
                Some(other) => {
                    let either = self.fresh(Ty::Bool, false, span);
                    let op = Op::Apply { func: Func::Or, args: vec![other, value] };
                    arm.stmts.push(Stmt::Let { value: either, op });
                    either
                }
            });
        }
        stop.map(|s| (s, false))
    }

    /// Carried values: the variables that change, and what the compiler collects on the way out.
    fn carry(
        &mut self,
        phis: &BTreeMap<VarId, ValueId>,
        target: &Target,
        arm: &mut Arm,
        span: At,
    ) -> Lowered<Vec<(VarId, Carried)>> {
        let level = self.logs.len();
        let mut carried = Vec::new();
        let changes = std::mem::take(&mut arm.changes);
        for (var, slot) in &changes {
            let var = *var;
            if var == target.exit || self.vars[var].retired || self.vars[var].home > level {
                continue;
            }
            let base = self.slots[var];
            let next = self.materialise(*slot, &mut arm.stmts, span.span());
            let (phi, next) = match (phis.get(&var), next) {
                (Some(phi), Some(next)) if *phi == next => {
                    if let Slot::Val(init) = base {
                        self.same.insert(*phi, init);
                    }
                    continue;
                }
                (Some(phi), Some(next)) => (*phi, next),
                (None, Some(next)) if self.vars[var].hidden => {
                    let at = self.vars[var].span;
                    (self.fresh_at(self.f.values[next].ty.clone(), false, at), next)
                }
                (None, Some(_)) => {
                    return self.fail(catalog::bug(span, "a variable is assigned in a loop unforeseen"));
                }
                (_, None) => continue,
            };
            if self.value_tainted(next) && !self.value_tainted(phi) && phis.contains_key(&var) {
                let passive = self.f.values[phi].ty.is_passive();
                if !passive {
                    return self
                        .fail(catalog::bug(span, "a variable became active inside a loop unforeseen"));
                }
            }
            let mut before = std::mem::take(&mut self.out);
            let init = self.materialise(base, &mut before, span.span());
            self.out = before;
            let ty = self.f.values[phi].ty.join(&self.f.values[next].ty);
            self.f.values[phi].ty = ty.clone();
            let at = self.vars[var].span;
            let result = self.fresh_at(ty, self.value_tainted(next) || self.value_tainted(phi), at);
            self.f.values[result].name = self.vars[var].name;
            carried.push((var, Carried { phi, init, next, result }));
        }
        arm.changes = changes;
        Ok(carried)
    }

    /// `branch on { arm(true) } { arm(false) }` for a condition, which may be a `let`.
    pub fn condition(
        &mut self,
        cond: &'a Expr,
        span: At,
        mut arm: impl FnMut(&mut Self, bool) -> Lowered<Val<'a>>,
    ) -> Lowered<Val<'a>> {
        if let Expr::Let(l) = super::names::strip(cond) {
            return self.if_let(l, span, arm);
        }
        let on = self.expr_scalar(cond, &Ty::Bool)?;
        self.branch(on, BranchKind::If, 2, span, |s, i| arm(s, i == 0))
    }
}

/// A lowered loop, in pieces.
struct Parts {
    range: Option<Range>,
    header: Option<(Region, ValueId)>,
    phis: BTreeMap<VarId, ValueId>,
    arm: Arm,
    target: Target,
    endless: bool,
}

/// Is there a `break` out of this loop in its body?
pub fn breaks(body: &syn::Block, label: Option<&Lifetime>) -> bool {
    struct Breaks<'l> {
        label: Option<&'l Lifetime>,
        depth: usize,
        found: bool,
    }
    impl<'a> Visit<'a> for Breaks<'_> {
        fn visit_expr(&mut self, e: &'a Expr) {
            match e {
                Expr::Break(b) => {
                    let this = match &b.label {
                        Some(l) => self.label == Some(l),
                        None => self.depth == 0,
                    };
                    self.found |= this;
                }
                Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => {
                    self.depth += 1;
                    visit::visit_expr(self, e);
                    self.depth -= 1;
                }
                Expr::Closure(_) => {}
                other => visit::visit_expr(self, other),
            }
        }
    }
    let mut walk = Breaks { label, depth: 0, found: false };
    walk.visit_block(body);
    walk.found
}
