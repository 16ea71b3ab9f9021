//! The reverse sweep: every region backwards, every statement by its own rule.
//!
//! ```text
//! loop v4 in v3..v1 carry (v5 = v2 -> v7) { .. v7 = mul(v5, v6) }       d7 known
//!   →
//! loop v14 in (v3..v1).rev() carry (d5 = d7 -> d5') { (v5, v6) = pop s0; d5' = mul(d5, v6); d6 = mul(d5, v5); .. }
//! ```

use super::forward::{end_of, Item, Kept};
use super::frame::Frame;
use super::{Refusal, Reverse};
use crate::analysis::activity::init_operands;
use crate::analysis::layout::{At, RegionId};
use crate::ir::hash::HashSet;
use crate::ir::{
    Adaptor, Branch, Bulk, Carried, Const, Init, Loop, MemId, Op, Operand, ParamKind, Phi, Place, Popped,
    Range, Region, SpanId, Stmt, Ty, ValueId,
};
use crate::rules::{instantiate, number, operator_helper, rule, Func};
use std::collections::BTreeSet;

impl Reverse<'_> {
    /// The statements of a region backwards, into the innermost frame.
    pub(crate) fn reverse(&mut self, region: &Region, id: RegionId) -> Result<(), Refusal> {
        self.declare_shadows(id);
        for (index, stmt) in region.stmts.iter().enumerate().rev() {
            let at = (id, index);
            if self.plan.reversed.contains(&at) && !self.plan.fused.contains(&at) {
                self.reverse_stmt(stmt, at)?;
            }
        }
        Ok(())
    }

    fn reverse_stmt(&mut self, stmt: &Stmt, at: At) -> Result<(), Refusal> {
        match stmt {
            Stmt::Let { value, op } => {
                if let Some(d) = self.take(*value) {
                    self.reverse_op(*value, op, d);
                }
                Ok(())
            }
            Stmt::Decl { mem, init } => {
                if let (true, Some(init)) = (self.act.mem(*mem), init) {
                    let shadow = self.shadow(*mem);
                    match init {
                        Init::From(Operand::Copy(place)) if self.came_in(place) => {
                            let init = Init::From(Operand::Mem(shadow));
                            let place = self.shadow_place(place);
                            self.push(Stmt::Assign { place, init });
                        }
                        _ => self.distribute(init, &Place::whole(shadow))?,
                    }
                }
                Ok(())
            }
            Stmt::Store { place, value } => self.reverse_store(place, *value, at),
            Stmt::Assign { place, init } => self.reverse_assign(place, init, at),
            Stmt::Bulk(bulk) => self.reverse_bulk(bulk, at),
            Stmt::Branch(branch) => self.reverse_branch(branch, at),
            Stmt::Loop(l) if self.plan.narrow.contains_key(&at) => {
                self.reverse_narrow(l, at);
                Ok(())
            }
            Stmt::Loop(l) => self.reverse_loop(l, at),
            Stmt::Call(call) => self.reverse_call(call, at),
            Stmt::Opaque(opaque) => {
                let places: Vec<_> = opaque.writes.iter().map(|m| crate::ir::Place::whole(*m)).collect();
                self.undo(at, &places, false);
                Ok(())
            }
            Stmt::Accumulate { place, .. } => Err(self.refuse(place.mem, "a shadow in the primal")),
            Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => Err((SpanId(0), "residual storage in the primal".into())),
        }
    }

    /// What a `&mut` parameter held in the beginning may be of another shape than in the end, whose cotangent is used up.
    fn came_in(&self, place: &Place) -> bool {
        let ty = &self.f.mems[place.mem].ty;
        let list = matches!(ty, Ty::Slice(_) | Ty::Vec(_));
        place.proj.is_empty() && self.prepared.outer.contains(&place.mem) && !list && !ty.is_shape_known()
    }

    pub(crate) fn refuse(&self, mem: crate::ir::MemId, what: &str) -> Refusal {
        (self.f.mems[mem].span, what.to_owned())
    }

    fn reverse_op(&mut self, value: ValueId, op: &Op, d: ValueId) {
        match op {
            Op::Apply { func, args } => self.reverse_apply(*func, args, value, d),
            Op::Operator { func, args, assigns } => {
                self.reverse_operator(operator_helper(*func, *assigns, false), args, d);
            }
            Op::Cast { arg, to: _, code: _ } => {
                let back = self.cast_back(*arg, d);
                self.contribute(*arg, back);
            }
            Op::Load(place) => {
                if self.act.mem(place.mem) {
                    let place = self.shadow_place(place);
                    self.push(Stmt::Accumulate { place, from: Operand::Value(d) });
                }
            }
            Op::SumOf(_) | Op::Dot(..) => {}
            Op::Select { cond, then, els } => {
                let cond = self.demand(*cond);
                let (ty, span) = self.kind_of(value);
                let zero = self.zero(ty.clone(), span);
                for (operand, flipped) in [(*then, false), (*els, true)] {
                    if self.act.value(operand) {
                        let (a, b) = if flipped { (zero, d) } else { (d, zero) };
                        let op = Op::Select { cond, then: a, els: b };
                        let part = self.build(|b| b.let_(op, ty.clone(), span));
                        self.contribute(operand, part);
                    }
                }
            }
            // Their derivative is zero: they are never active.
            Op::Const(_) | Op::Len(_) | Op::Detach(_) | Op::Pure(_) | Op::Once(_) | Op::Helper { .. } => {}
        }
    }

    fn reverse_apply(&mut self, func: Func, args: &[ValueId], value: ValueId, d: ValueId) {
        let row = rule(func);
        let (ty, span) = self.kind_of(value);
        let operands: Vec<Ty> = args.iter().map(|a| self.f.values[*a].ty.clone()).collect();
        let d = self.build(|b| number(b, func, d, (&ty, &operands), span));
        if let (Func::Mul, [x, same], Ty::Float(_)) = (func, args, &ty) {
            if x == same && operands[0] == ty && self.is_waited_for(*x) {
                return self.reverse_square(*x, d, ty, span);
            }
        }
        for (k, partial) in row.partials.iter().enumerate() {
            let (Some(expr), Some(arg)) = (partial, args.get(k).copied()) else { continue };
            if !self.act.value(arg) {
                continue;
            }
            let mut names = args.to_vec();
            for (i, name) in names.iter_mut().enumerate() {
                if expr.reads_operand(i) {
                    *name = self.demand(*name);
                }
            }
            let result = if expr.reads_result() { self.demand(value) } else { value };
            let ty = ty.clone();
            let part = self.build(|b| instantiate(b, expr, d, &names, result, ty, span));
            self.contribute(arg, part);
        }
    }

    /// What a call or a loop gave: its pullback, or the iteration before, waits for the cotangent.
    fn is_waited_for(&self, x: ValueId) -> bool {
        let param = self.prepared.f.params.iter().any(|p| p.kind == ParamKind::Value(x));
        !param && !self.layout.ops.contains_key(&x)
    }

    /// `d * (x + x)` in the place of two terms: the sum does not wait for `d`.
    fn reverse_square(&mut self, x: ValueId, d: ValueId, ty: Ty, span: SpanId) {
        if self.act.value(x) {
            let primal = self.demand(x);
            let double = self.build(|b| b.apply(Func::Add, &[primal, primal], ty.clone(), span));
            let part = self.build(|b| b.apply(Func::Mul, &[d, double], ty, span));
            self.contribute(x, part);
        }
    }

    /// All cotangents at once, by the rule that the runtime finds.
    fn reverse_operator(&mut self, helper: Option<&'static str>, args: &[ValueId], d: ValueId) {
        let Some(name) = helper else { return };
        let span = self.kind_of(d).1;
        let all = [d].into_iter().chain(args.iter().map(|a| self.demand(*a)).collect::<Vec<_>>()).collect();
        let op = Op::Helper { name, args: all };
        let both = self.build(|b| b.let_(op, Ty::Unknown, span));
        for (arg, part) in args.iter().zip(["part_0", "part_1"]) {
            if self.act.value(*arg) {
                let ty = self.kind_of(*arg).0;
                let op = Op::Helper { name: part, args: vec![both] };
                let part = self.build(|b| b.let_(op, ty, span));
                self.contribute(*arg, part);
            }
        }
    }

    fn cast_back(&mut self, arg: ValueId, d: ValueId) -> ValueId {
        let (from, span) = self.kind_of(arg);
        if self.f.values[d].ty == from {
            return d;
        }
        if !from.is_float() {
            let primal = self.demand(arg);
            let op = Op::Helper { name: "cast_back", args: vec![primal, d] };
            return self.build(|b| b.let_(op, from, span));
        }
        let op = Op::Cast { arg: d, to: from.clone(), code: crate::ir::CodeId::NONE };
        self.build(|b| b.let_(op, from, span))
    }

    pub(crate) fn kind_of(&self, value: ValueId) -> (Ty, SpanId) {
        let info = &self.f.values[value];
        (info.ty.clone(), info.span)
    }

    fn reverse_branch(&mut self, branch: &Branch, at: At) -> Result<(), Refusal> {
        let seeds: Vec<Option<ValueId>> = branch.phis.iter().map(|p| self.take(p.value)).collect();
        let mut frames = Vec::new();
        for (k, (arm, id)) in branch.arms.iter().zip(self.layout.children(at).to_vec()).enumerate() {
            let mut frame = Frame::new(id);
            self.pop_kept(id, &mut frame);
            self.frames.push(frame);
            for (phi, seed) in branch.phis.iter().zip(&seeds) {
                if let (Some(Some(input)), Some(seed)) = (phi.inputs.get(k), seed) {
                    self.contribute(*input, *seed);
                }
            }
            self.reverse(arm, id)?;
            frames.extend(self.frames.pop());
        }
        let (arms, phis) = self.close_arms(branch, frames);
        if phis.is_empty() && arms.iter().all(|a| a.stmts.is_empty()) {
            return Ok(());
        }
        let on = self.demand(branch.on);
        let exported: Vec<(ValueId, ValueId)> = phis.iter().map(|(of, p)| (*of, p.value)).collect();
        let phis = phis.into_iter().map(|(_, p)| p).collect();
        self.push(Stmt::Branch(Branch { on, kind: branch.kind, arms, phis }));
        exported.into_iter().for_each(|(of, phi)| self.contribute(of, phi));
        Ok(())
    }

    /// Joins what the arms contribute to values from outside.
    pub(crate) fn close_arms(
        &mut self,
        branch: &Branch,
        mut frames: Vec<Frame>,
    ) -> (Vec<Region>, Vec<(ValueId, Phi)>) {
        let mut outer = BTreeSet::new();
        for frame in &frames {
            outer.extend(frame.cotangents.keys().filter(|v| self.is_outside(**v, frame.region)));
        }
        let mut phis: Vec<(ValueId, Phi)> = Vec::new();
        for of in outer {
            let mut inputs = Vec::new();
            for (k, frame) in frames.iter_mut().enumerate() {
                let input = match frame.cotangents.get(&of) {
                    Some(sum) => Some(*sum),
                    None if branch.arms[k].diverges => None,
                    None => Some(self.zero_in(of, frame)),
                };
                inputs.push(input);
            }
            let value = self.f.fresh_like(of);
            self.f.values[value].name = None;
            phis.push((of, Phi { value, inputs }));
        }
        let arms = frames.into_iter().zip(&branch.arms);
        let arms = arms.map(|(frame, arm)| Region { stmts: frame.out, diverges: arm.diverges }).collect();
        (arms, phis)
    }

    /// A zero in a frame that is not the innermost.
    fn zero_in(&mut self, of: ValueId, frame: &mut Frame) -> ValueId {
        let (ty, span) = self.kind_of(of);
        let value = self.f.fresh(ty.clone(), span);
        let op = if ty.is_float() {
            Op::Const(Const::Float(0.0))
        } else {
            Op::Helper { name: "zero_of", args: vec![self.demand(of)] }
        };
        frame.out.push(Stmt::Let { value, op });
        value
    }

    pub(crate) fn is_outside(&self, value: ValueId, region: RegionId) -> bool {
        self.layout.defs.get(&value).is_some_and(|d| !self.layout.contains(region, d.region))
    }

    fn reverse_loop(&mut self, l: &Loop, at: At) -> Result<(), Refusal> {
        let id = self.layout.body(at);
        let active: Vec<&Carried> =
            l.carried.iter().filter(|c| self.act.value(c.phi) || self.act.value(c.result)).collect();
        let mut carried = Vec::new();
        for c in &active {
            let init = match self.take(c.result) {
                Some(d) => d,
                None => self.zero_for(c.result),
            };
            let phi = self.fresh_cotangent(c.phi);
            let result = self.fresh_cotangent(c.phi);
            carried.push(Carried { phi, init: Some(init), next: phi, result });
        }
        let mut counters = self.counters(l);
        let mut frame = Frame::new(id);
        let mut range = self.reverse_range(l, &mut frame);
        self.pop_kept(id, &mut frame);
        self.frames.push(frame);
        let start = self.start_counters(&mut counters);
        for (c, d) in active.iter().zip(&carried) {
            self.contribute(c.next, d.phi);
        }
        self.reverse(&l.body, id)?;
        for (c, d) in active.iter().zip(&mut carried) {
            d.next = match self.take(c.phi) {
                Some(next) => next,
                None => self.zero_like(c.phi, d.phi),
            };
        }
        let Some(mut frame) = self.frames.pop() else { return Ok(()) };
        carried.iter_mut().filter(|c| is_passed_on(c, &frame.out)).for_each(|c| c.next = c.phi);
        let forwards = carried.iter().all(|c| c.next == c.phi) && commutes(&frame.out);
        if forwards {
            toggle_direction(&mut range);
        }
        let counters = self.finish_counters(counters, forwards, start, &mut frame.out);
        let exported = self.close_body(&mut frame, &mut carried);
        let body = Region { stmts: frame.out, diverges: false };
        let results: Vec<(Option<ValueId>, ValueId)> =
            active.iter().zip(&carried).map(|(c, d)| (c.init, d.result)).collect();
        carried.extend(counters);
        if !(body.stmts.is_empty() && carried.is_empty()) {
            self.push(Stmt::Loop(Box::new(Loop::counted(range, carried, body, l.span))));
        }
        for (init, d) in results {
            if let Some(init) = init {
                self.contribute(init, d);
            }
        }
        exported.into_iter().for_each(|(of, d)| self.contribute(of, d));
        Ok(())
    }

    /// Sums over iterations, for values from outside: carried accumulators.
    pub(crate) fn close_body(
        &mut self,
        frame: &mut Frame,
        carried: &mut Vec<Carried>,
    ) -> Vec<(ValueId, ValueId)> {
        let sums: Vec<(ValueId, ValueId)> = frame.cotangents.iter().map(|(of, d)| (*of, *d)).collect();
        let mut exported = Vec::new();
        for (of, d) in sums {
            if !self.is_outside(of, frame.region) {
                continue;
            }
            let init = self.zero_for(of);
            let phi = self.fresh_cotangent(of);
            let next = self.fresh_cotangent(of);
            let result = self.fresh_cotangent(of);
            let op = if self.f.values[of].ty.is_float() {
                Op::Apply { func: Func::Add, args: vec![phi, d] }
            } else {
                Op::Helper { name: "sum", args: vec![phi, d] }
            };
            frame.out.push(Stmt::Let { value: next, op });
            carried.push(Carried { phi, init: Some(init), next, result });
            exported.push((of, result));
        }
        exported
    }

    pub(crate) fn fresh_cotangent(&mut self, of: ValueId) -> ValueId {
        let value = self.f.fresh_like(of);
        self.f.values[value].name = None;
        value
    }

    /// The iterations of the forward loop, last first.
    pub(crate) fn reverse_range(&mut self, l: &Loop, frame: &mut Frame) -> Range {
        let counted = l.carried.iter().find(|c| self.prepared.trips.contains_key(&c.phi));
        let trips = counted.map(|c| c.result);
        let Some(range) = &l.range else {
            let index = self.f.fresh(Ty::Int, l.span);
            let lo = self.build(|b| b.int(0, l.span));
            let hi = trips.map_or(lo, |t| self.demand(t));
            let phi = counted.map(|c| c.phi).filter(|phi| self.plan.provide.contains_key(phi));
            frame.names.extend(phi.map(|phi| (phi, index)));
            let adaptors = phi.map(|_| Adaptor::Rev).into_iter().collect();
            return Range { index, lo, hi, inclusive: false, adaptors };
        };
        let index = self.f.fresh_like(range.index);
        frame.names.insert(range.index, index);
        let mut reversed = range.map(&mut |v| self.demand(v));
        reversed.index = index;
        if let (Some(trips), true) = (trips, l.stop.is_some()) {
            let trips = self.demand(trips);
            reversed.adaptors.push(Adaptor::Take(trips));
        }
        toggle_direction(&mut reversed);
        reversed
    }

    /// Takes back what an execution of the region kept.
    fn pop_kept(&mut self, id: RegionId, frame: &mut Frame) {
        let saved = self.plan.save.get(&id).cloned().unwrap_or_default();
        let (lists, objects): (Vec<MemId>, Vec<MemId>) = saved.into_iter().partition(|m| self.is_list(*m));
        for mem in lists.into_iter().rev() {
            let stack = self.arena(&Place::whole(mem));
            frame.out.push(Stmt::Restore { stack, place: Place::whole(mem) });
        }
        let Some(Kept { stack, items }) = self.kept(id) else { return };
        let mut popped = Vec::new();
        for item in items {
            popped.push(match item {
                Item::Value(v) => {
                    let name = self.f.fresh_like(v);
                    frame.names.insert(v, name);
                    Popped::Value(name)
                }
                Item::Mem(m) => Popped::Mem(m),
            });
        }
        frame.out.push(Stmt::Pop { stack, items: popped });
        let copies = self.snapshots.get(&end_of(id)).cloned().unwrap_or_default();
        for (mem, copy) in objects.into_iter().zip(copies) {
            let init = Init::From(Operand::Mem(copy));
            frame.out.push(Stmt::Assign { place: Place::whole(mem), init });
        }
    }
}

/// `linear` says only what it is.
fn is_passed_on(c: &Carried, stmts: &[Stmt]) -> bool {
    let made = stmts.iter().filter_map(Stmt::computed).find(|(value, _)| *value == c.next);
    matches!(made, Some((_, Op::Helper { name: "linear", args })) if args[..] == [c.phi])
}

fn toggle_direction(range: &mut Range) {
    if range.adaptors.last() == Some(&Adaptor::Rev) {
        range.adaptors.pop();
    } else {
        range.adaptors.push(Adaptor::Rev);
    }
}

/// Can the iterations run in any order: they only add to what is outside, and read nothing that they add to? Then they
/// run ascending, which is faster.
fn commutes(stmts: &[Stmt]) -> bool {
    let mut effects = Effects::default();
    effects.collect(stmts)
        && effects.added.iter().all(|m| effects.own.contains(m) || !effects.read.contains(m))
}

#[derive(Default)]
struct Effects {
    own: HashSet<MemId>,
    read: HashSet<MemId>,
    added: HashSet<MemId>,
}

impl Effects {
    /// `false`: there is an effect for which the order matters.
    fn collect(&mut self, stmts: &[Stmt]) -> bool {
        stmts.iter().all(|stmt| match stmt {
            Stmt::Let { value: _, op: Op::Once(_) } => false,
            Stmt::Let { value: _, op } => {
                self.read.extend(op.read());
                true
            }
            Stmt::Accumulate { place, from } => {
                self.added.insert(place.mem);
                self.reads(from);
                true
            }
            Stmt::Bulk(Bulk::AddAssign { dst, src }) => {
                self.added.insert(dst.mem);
                self.read.insert(src.mem);
                true
            }
            Stmt::Decl { mem, init } => {
                self.own.insert(*mem);
                init.iter().flat_map(init_operands).for_each(|o| self.reads(&o));
                true
            }
            Stmt::Store { place, .. } | Stmt::Assign { place, .. } => self.own.contains(&place.mem),
            Stmt::Bulk(bulk) => bulk.written().iter().all(|m| self.own.contains(m)),
            Stmt::Branch(branch) => branch.arms.iter().all(|a| self.collect(&a.stmts)),
            Stmt::Loop(l) => l.header.is_none() && self.collect(&l.body.stmts),
            Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => false,
        })
    }

    fn reads(&mut self, operand: &Operand) {
        match operand {
            Operand::Value(_) => {}
            Operand::Mem(mem) => drop(self.read.insert(*mem)),
            Operand::Copy(place) => drop(self.read.insert(place.mem)),
        }
    }
}
