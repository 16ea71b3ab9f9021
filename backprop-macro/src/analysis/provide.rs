//! How the reverse sweep gets each primal value that it needs, and what that needs in turn.
//!
//! ```text
//! need v6 = add(v5, v4) in a loop   →   recompute; need v5 (a phi: keep), need v4 (the index: recompute)
//! ```

use super::layout::{At, RegionId};
use super::plan::{Induction, Latest, Planner, Provide};
use super::stepped::Stepped;
use crate::ir::walk::Control;
use crate::ir::{Branch, BranchKind, Const, Loop, MemId, Op, Place, Stmt, Ty, ValueId};
use crate::rules::rule;

/// Index arithmetic is not deeper than this.
const INDEX_DEPTH: usize = 8;

impl Planner<'_> {
    /// The reverse sweep reads `value` at a statement; `after`: in the state that the statement leaves behind.
    pub(super) fn need(&mut self, value: ValueId, at: At, after: bool) {
        if self.narrow.contains(&at.0) {
            return;
        }
        let value = self.prepared.standin(value);
        let Some(def) = self.layout.defs.get(&value).copied() else { return };
        if self.plan.visible[def.region] {
            self.plan.provide.insert(value, Provide::Visible);
            return;
        }
        let Some(index) = self.layout.project(at, def.region) else { return };
        let nested = at.0 != def.region;
        let until = 2 * index + usize::from(after || nested);
        if self.latest.get(&value).is_some_and(|known| known.until >= until) {
            return;
        }
        self.latest.insert(value, Latest { until, at, after });
        let order = match def.index {
            0 => self.layout.regions[def.region].parent.map_or(0, |parent| 2 * self.layout.order(parent) + 1),
            index => 2 * self.layout.order((def.region, index - 1)),
        };
        self.waiting.push((order, value));
    }

    /// What only one arm hands on gets a zero in the others, which for an unknown type is made from the value.
    pub(super) fn need_inputs_for_zero(&mut self, branch: &Branch, at: At) {
        let arms = self.layout.children(at).to_vec();
        for input in branch.phis.iter().flat_map(|p| p.inputs.iter().flatten()) {
            let outside = self
                .layout
                .defs
                .get(input)
                .is_some_and(|d| !arms.iter().any(|arm| self.layout.contains(*arm, d.region)));
            if outside && self.act.value(*input) && !self.f.values[*input].ty.is_float() {
                self.need(*input, at, true);
            }
        }
    }

    /// The cotangents of many copies are summed from a zero, which for an unknown type is made from the value.
    pub(super) fn need_for_sum(&mut self, value: ValueId, at: At) {
        if self.act.value(value) && !self.f.values[value].ty.is_float() {
            self.need(value, at, true);
        }
    }

    /// Decides about all values that are needed, those defined last first: then every use of a value is known when its
    /// turn comes.
    pub(super) fn settle(&mut self) {
        while let Some((_, value)) = self.waiting.pop() {
            let Some(latest) = self.latest.get(&value).copied() else { continue };
            if self.settled.insert(value, latest.until) != Some(latest.until) {
                self.decide(value, latest);
            }
        }
    }

    fn decide(&mut self, value: ValueId, Latest { until, at, after }: Latest) {
        let def = self.layout.defs[&value];
        if self.plan.provide.get(&value) == Some(&Provide::Keep) {
            return;
        }
        let mut provide = self.how(value, def.region, until);
        if provide == Provide::Keep && def.index == 0 {
            if let Some(induction) = self.induction(value, def.region) {
                self.plan.induction.insert(value, induction);
                self.plan.provide.insert(value, Provide::Recompute);
                let Induction { init, index, lo, step, down: _ } = induction;
                [init, index, lo, step].into_iter().for_each(|v| self.need(v, at, after));
                return;
            }
            if let Some(stepped) = self.stepped(value, def.region) {
                self.step_back(value, stepped, at, after);
                return;
            }
        }
        if provide == Provide::Keep {
            if let Some((store, place)) = self.stored_at(value, def.region, until) {
                self.plan.stored.insert(value, (store, place));
                provide = Provide::Stored;
            }
        }
        self.plan.provide.insert(value, provide);
        match provide {
            Provide::Visible => {}
            Provide::Stored => self.need_stored(value, at, after),
            Provide::Keep => self.plan.keep.entry(def.region).or_default().push(value),
            Provide::Recompute => {
                self.need_operands(value, at, after, (def.region, def.index.saturating_sub(1)))
            }
        }
    }

    /// The reverse loop goes backwards from the last value, or again from the first.
    fn step_back(&mut self, value: ValueId, stepped: Stepped, at: At, after: bool) {
        self.plan.stepped.insert(value, stepped);
        self.plan.provide.insert(value, Provide::Recompute);
        let Stepped { init, result, by, trips, down: _ } = stepped;
        trips.into_iter().flat_map(|(lo, hi)| [lo, hi]).chain([by]).for_each(|v| self.need(v, at, after));
        let region = self.layout.defs[&value].region;
        if let Some(parent) = self.layout.regions[region].parent {
            [init, result].into_iter().for_each(|v| self.need(v, parent, true));
        }
    }

    /// Does the loop just count in this carried integer?
    fn induction(&self, phi: ValueId, body: RegionId) -> Option<Induction> {
        let parent = self.layout.regions[body].parent?;
        let Stmt::Loop(l) = &self.layout.region(self.f, parent.0).stmts[parent.1] else { return None };
        let (index, lo) = self.counter(l)?;
        let carried = l.carried.iter().find(|c| c.phi == phi)?;
        let (step, down) = self.step(l, body, carried.next, phi)?;
        let fixed = self.is_fixed(step, body, INDEX_DEPTH);
        let counts = self.f.values[phi].ty == Ty::Int && step != phi && index != phi && fixed;
        counts.then_some(Induction { init: carried.init?, index, lo, step, down })
    }

    /// The same in every iteration: a constant, from outside, or integer arithmetic on such (`at += n * n + n`).
    fn is_fixed(&self, value: ValueId, body: RegionId, depth: usize) -> bool {
        let Some(def) = self.layout.defs.get(&value) else { return false };
        if !self.layout.contains(body, def.region) {
            return true;
        }
        let here = depth > 0 && def.region == body && self.f.values[value].ty == Ty::Int;
        self.layout.ops.get(&value).and_then(Op::arithmetic).is_some_and(|args| {
            args.is_empty() || here && args.iter().all(|a| self.is_fixed(*a, body, depth - 1))
        })
    }

    /// What counts the iterations, and where it starts.
    fn counter(&self, l: &Loop) -> Option<(ValueId, ValueId)> {
        match &l.range {
            Some(range) => range.adaptors.is_empty().then_some((range.index, range.lo)),
            None => {
                let trips = l.carried.iter().find(|c| self.prepared.trips.contains_key(&c.phi))?;
                Some((trips.phi, trips.init?))
            }
        }
    }

    /// `next = phi + step` or `phi - step`, in all iterations but one that leaves the loop: what is carried out of that
    /// is at the top of no other.
    fn step(&self, l: &Loop, body: RegionId, next: ValueId, phi: ValueId) -> Option<(ValueId, bool)> {
        if let Some(op @ Op::Apply { .. }) = self.layout.ops.get(&next) {
            return op.sum_with(phi);
        }
        let def = self.layout.defs.get(&next).filter(|d| d.region == body && d.index > 0)?;
        let Stmt::Branch(branch) = &l.body.stmts[def.index - 1] else { return None };
        let inputs = &branch.phis.iter().find(|p| p.value == next)?.inputs;
        let stop = branch.phis.iter().find(|p| Some(p.value) == l.stop);
        let on_stop = l.stop == Some(branch.on) && branch.kind == BranchKind::If;
        let leaves = |arm: usize| {
            let flag = stop.and_then(|stop| stop.inputs[arm]).and_then(|v| self.layout.ops.get(&v));
            branch.arms[arm].diverges || on_stop && arm == 0 || flag == Some(&Op::Const(Const::Bool(true)))
        };
        let mut staying = (0..inputs.len()).filter(|arm| !leaves(*arm));
        let only = staying.next().filter(|_| staying.next().is_none())?;
        self.step(l, body, inputs[only]?, phi)
    }

    /// What recomputing a value needs in turn.
    fn need_operands(&mut self, value: ValueId, at: At, after: bool, def: At) {
        let Some(op) = self.layout.ops.get(&value).cloned() else { return };
        op.operands().into_iter().for_each(|o| self.need(o, at, after));
        for mem in op.read() {
            self.plan.read_back.insert(mem);
            self.reloads.entry(mem).or_default().insert(def);
        }
    }

    fn how(&self, value: ValueId, region: RegionId, use_at: usize) -> Provide {
        let def = self.layout.defs[&value];
        if def.index == 0 {
            let index = self.layout.regions[region].parent.is_some_and(|at| self.is_index(value, at));
            return if index { Provide::Recompute } else { Provide::Keep };
        }
        let Some(op) = self.layout.ops.get(&value) else { return Provide::Keep };
        if self.looks_through_item(value, op) {
            return Provide::Keep;
        }
        let eager = self.layout.loops_around(region).iter().any(|l| self.eager.contains(l))
            && !self.is_free(value, INDEX_DEPTH);
        let cheap = match op {
            Op::Const(_) => true,
            Op::Apply { func, args: _ } => {
                !eager && (!rule(*func).costly || self.f.values[value].ty == Ty::Int)
            }
            Op::Operator { .. } | Op::Cast { .. } | Op::Select { .. } | Op::Detach(_) => !eager,
            Op::Pure(opaque) => opaque.writes.is_empty(),
            Op::Load(_) | Op::Len(_) | Op::Helper { name: "least", .. } => true,
            Op::Once(_) | Op::Helper { .. } | Op::SumOf(_) | Op::Dot(..) => false,
        };
        let stable = op.read().iter().all(|m| self.stable(*m, (region, def.index - 1), use_at));
        if cheap && stable {
            Provide::Recompute
        } else {
            Provide::Keep
        }
    }

    /// Items of passive iterators, and what carried code makes of local objects, may be references into locals, which no pullback can take along: what is found through
    /// them is kept, not they.
    fn looks_through_item(&self, value: ValueId, op: &Op) -> bool {
        let item = |ty: &Ty| *ty == Ty::Passive(None);
        let operand = op.operands().iter().any(|v| item(&self.f.values[*v].ty));
        let object = || op.read().iter().any(|m| matches!(&self.f.mems[*m].ty, Ty::Vec(e) if item(e)));
        let borrowed = || op.read().iter().any(|m| self.borrowed.contains(m));
        !item(&self.f.values[value].ty) && (operand || (!is_whole_len(op) && object()) || borrowed())
    }

    pub(super) fn is_free_here(&self, value: ValueId) -> bool {
        self.is_free(value, INDEX_DEPTH)
    }

    /// Integer arithmetic and comparisons on what is there anyway: visible values, constants, indices of loops.
    fn is_free(&self, value: ValueId, depth: usize) -> bool {
        let Some(def) = self.layout.defs.get(&value) else { return false };
        if self.plan.visible[def.region] {
            return true;
        }
        if def.index == 0 {
            return self.layout.regions[def.region].parent.is_some_and(|at| self.is_index(value, at));
        }
        let plain = matches!(self.f.values[value].ty, Ty::Int | Ty::Bool) && depth > 0;
        self.layout
            .ops
            .get(&value)
            .and_then(Op::arithmetic)
            .is_some_and(|args| args.is_empty() || plain && args.iter().all(|a| self.is_free(*a, depth - 1)))
    }

    /// The store, in the same region, of a value into an object whose contents are put back anyway.
    fn stored_at(&self, value: ValueId, region: RegionId, use_at: usize) -> Option<(At, Place)> {
        let at = self.store_of.get(&value).copied().filter(|at| at.0 == region)?;
        let Stmt::Store { place, value: _ } = &self.layout.region(self.f, region).stmts[at.1] else {
            return None;
        };
        let index = at.1;
        let kept_up = self.plan.undo.contains(&at) && !self.moves_elements(place.mem);
        let intact = use_at <= 2 * index + 1 || self.stable(place.mem, at, use_at);
        (kept_up && intact).then(|| (at, place.clone()))
    }

    fn need_stored(&mut self, value: ValueId, at: At, after: bool) {
        let Some((store, place)) = self.plan.stored.get(&value).cloned() else { return };
        let mut indices = Vec::new();
        place.visit_indices(&mut |v| indices.push(v));
        for index in indices {
            self.need(index, store, true);
            self.need(index, at, after);
        }
        self.plan.read_back.insert(place.mem);
        self.reloads.entry(place.mem).or_default().insert(store);
    }

    fn is_index(&self, value: ValueId, at: At) -> bool {
        match self.layout.region(self.f, at.0).stmts[at.1].control() {
            Some(Control::Loop(l)) => match &l.range {
                Some(range) => range.index == value,
                None => self.prepared.trips.contains_key(&value),
            },
            Some(Control::Branch(_)) | None => false,
        }
    }

    /// Is the object not written between a load and a use in the same region (twice the statement index)?
    fn stable(&self, mem: MemId, load: At, use_at: usize) -> bool {
        let until = use_at.div_ceil(2);
        let region = self.layout.region(self.f, load.0);
        let between = region.stmts.iter().enumerate().take(until).skip(load.1 + 1);
        !between.into_iter().any(|(k, s)| s.writes_deep(mem) || self.moves_away((load.0, k), mem))
    }
}

/// `v.len()`, not that of a part.
fn is_whole_len(op: &Op) -> bool {
    matches!(op, Op::Len(place) if place.proj.is_empty())
}
