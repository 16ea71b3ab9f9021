//! One region in reverse: how the primal's values are called there, and the cotangents collected so far.

use super::Reverse;
use crate::analysis::layout::RegionId;
use crate::analysis::plan::{Induction, Provide};
use crate::ir::build::Builder;
use crate::ir::dense::IdMap;
use crate::ir::{Op, Place, SpanId, Stmt, Ty, ValueId, ValueInfo};
use crate::rules::Func;
use std::collections::BTreeMap;

pub(crate) struct Frame {
    pub region: RegionId,
    pub out: Vec<Stmt>,
    /// Primal value → its name here.
    pub names: IdMap<ValueId, ValueId>,
    /// Primal value (of this region or of one around it) → the sum of the contributions made here.
    pub cotangents: BTreeMap<ValueId, ValueId>,
    /// The reverse sweep of a narrow loop's body, right behind its forward sweep: the primal's names hold.
    pub inline: bool,
}

impl Frame {
    pub fn new(region: RegionId) -> Self {
        Frame { region, out: Vec::new(), names: IdMap::default(), cotangents: BTreeMap::new(), inline: false }
    }
}

impl Reverse<'_> {
    /// The innermost frame. There is always one: the top frame is removed last.
    pub(crate) fn frame(&mut self) -> &mut Frame {
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    pub(crate) fn push(&mut self, stmt: Stmt) {
        self.frame().out.push(stmt);
    }

    /// Runs `make` on a builder that appends to the innermost frame.
    pub(crate) fn build<R>(&mut self, make: impl FnOnce(&mut Builder<'_>) -> R) -> R {
        let out = std::mem::take(&mut self.frame().out);
        let mut b = Builder { f: &mut self.f, out };
        let result = make(&mut b);
        let out = b.out;
        self.frame().out = out;
        result
    }

    /// The name of a primal value in the reverse sweep, here and now: materialised in the frame of its own region, so
    /// that later (earlier in the primal) statements find it too. What it is recomputed from comes first, by a stack of
    /// our own: chains may be as long as the function.
    pub(crate) fn demand(&mut self, value: ValueId) -> ValueId {
        let value = self.prepared.standin(value);
        if self.frame().inline {
            return self.name(value).unwrap_or(value);
        }
        let mut todo = vec![value];
        while let Some(top) = todo.last().copied() {
            let missing: Vec<ValueId> = self.missing_operands(top);
            if missing.is_empty() {
                todo.pop();
                self.materialise(top);
            } else {
                todo.extend(missing);
            }
        }
        self.name(value).unwrap_or(value)
    }

    fn name(&self, value: ValueId) -> Option<ValueId> {
        self.frames.iter().rev().find_map(|f| f.names.get(&value)).copied()
    }

    /// The operands that must be recomputed before this value can be.
    fn missing_operands(&self, value: ValueId) -> Vec<ValueId> {
        if self.name(value).is_some() || self.plan.provide.get(&value) != Some(&Provide::Recompute) {
            return Vec::new();
        }
        let operands = match (self.plan.induction.get(&value), self.layout.ops.get(&value)) {
            (Some(Induction { init, index, lo, step, down: _ }), _) => {
                let constant = matches!(self.layout.ops.get(step), Some(Op::Const(_)));
                let step = (!constant).then_some(*step);
                [*init, *index, *lo].into_iter().chain(step).collect()
            }
            (None, Some(op)) => op.operands(),
            (None, None) => Vec::new(),
        };
        let recomputed = |v: &ValueId| {
            self.plan.provide.get(v) == Some(&Provide::Recompute)
                && self.name(*v).is_none()
                && (self.layout.ops.contains_key(v) || self.plan.induction.contains_key(v))
        };
        operands.into_iter().map(|v| self.prepared.standin(v)).filter(recomputed).collect()
    }

    /// One value whose operands have their names.
    fn materialise(&mut self, value: ValueId) {
        if self.name(value).is_some() {
            return;
        }
        match self.plan.provide.get(&value) {
            Some(Provide::Recompute) => {}
            Some(Provide::Stored) => return self.demand_stored(value),
            Some(Provide::Visible | Provide::Keep) | None => return,
        }
        if let Some(induction) = self.plan.induction.get(&value) {
            return self.demand_counter(value, *induction);
        }
        let (Some(op), Some(def)) = (self.layout.ops.get(&value).cloned(), self.layout.defs.get(&value))
        else {
            return;
        };
        let op = op.map(&mut |v| self.demand(v));
        let Some(frame) = self.frames.iter().rposition(|f| f.region == def.region) else { return };
        let name = self.f.fresh_like(value);
        self.frames[frame].out.push(Stmt::Let { value: name, op });
        self.frames[frame].names.insert(value, name);
    }

    /// A carried counter, from the index.
    fn demand_counter(&mut self, value: ValueId, induction: Induction) {
        let Induction { init, index, lo, step, down } = induction;
        let mut args = [init, index, lo].map(|v| self.demand(v)).to_vec();
        let region = self.layout.defs.get(&value).map(|d| d.region);
        let Some(frame) = self.frames.iter().rposition(|f| Some(f.region) == region) else { return };
        args.push(match self.layout.ops.get(&step) {
            // It may stand in an arm of the body.
            Some(op @ Op::Const(_)) => {
                let constant = self.f.fresh_like(step);
                self.frames[frame].out.push(Stmt::Let { value: constant, op: op.clone() });
                constant
            }
            Some(_) | None => self.demand(step),
        });
        let name = self.f.fresh_like(value);
        let helper = if down { "deduct" } else { "induct" };
        self.frames[frame].out.push(Stmt::Let { value: name, op: Op::Helper { name: helper, args } });
        self.frames[frame].names.insert(value, name);
    }

    /// Reads a value back from where it was stored.
    fn demand_stored(&mut self, value: ValueId) {
        let Some((at, place)) = self.plan.stored.get(&value) else { return };
        let place = self.demand_place(place);
        let Some(frame) = self.frames.iter().rposition(|f| f.region == at.0) else { return };
        let name = self.f.fresh_like(value);
        self.frames[frame].out.push(Stmt::Let { value: name, op: Op::Load(place) });
        self.frames[frame].names.insert(value, name);
    }

    /// A place with its indices as they are called here.
    pub(crate) fn demand_place(&mut self, place: &Place) -> Place {
        place.map(&mut |v| self.demand(v))
    }

    /// Adds a contribution to the cotangent of a primal value.
    pub(crate) fn contribute(&mut self, value: ValueId, contribution: ValueId) {
        if !self.act.value(value) || self.contribute_lent(value, contribution) {
            return;
        }
        let sum = match self.frame().cotangents.get(&value).copied() {
            None => contribution,
            Some(before) => self.sum(value, before, contribution),
        };
        self.frame().cotangents.insert(value, sum);
    }

    fn sum(&mut self, of: ValueId, a: ValueId, b: ValueId) -> ValueId {
        let ValueInfo { ty, span, .. } = self.f.values[of].clone();
        let op = if ty.is_float() {
            Op::Apply { func: Func::Add, args: vec![a, b] }
        } else {
            Op::Helper { name: "sum", args: vec![a, b] }
        };
        self.build(|b| b.let_(op, ty, span))
    }

    /// The zero cotangent of a primal value.
    pub(crate) fn zero_for(&mut self, value: ValueId) -> ValueId {
        let ValueInfo { ty, span, .. } = self.f.values[value].clone();
        if ty.is_float() {
            return self.zero(ty, span);
        }
        let primal = self.demand(value);
        self.build(|b| b.let_(Op::Helper { name: "zero_of", args: vec![primal] }, ty, span))
    }

    /// The zero cotangent of a primal value whose cotangent elsewhere is `d`.
    pub(crate) fn zero_like(&mut self, value: ValueId, d: ValueId) -> ValueId {
        let ValueInfo { ty, span, .. } = self.f.values[value].clone();
        if ty.is_float() {
            return self.zero(ty, span);
        }
        self.build(|b| b.let_(Op::Helper { name: "zero_of_tangent", args: vec![d] }, ty, span))
    }

    pub(crate) fn zero(&mut self, ty: Ty, span: SpanId) -> ValueId {
        self.build(|b| b.float(0.0, ty, span))
    }

    /// The cotangent of a value, which is complete now; `None`: zero.
    pub(crate) fn take(&mut self, value: ValueId) -> Option<ValueId> {
        self.take_lent(value).or_else(|| self.frame().cotangents.remove(&value))
    }
}
