//! What the reverse of each statement reads, and whether it has one.
//!
//! ```text
//! v2 = mul(v0, v1)      reads v1 if v0 is active, v0 if v1 is          v2 = add(v0, v1)      reads nothing
//! ```

use super::activity::init_operands;
use super::layout::{At, RegionId};
use super::plan::Planner;
use crate::adjoint::prepare::{held_as_value, loaded, measured};
use crate::ir::{
    Arg, Branch, Bulk, Call, Closure, Init, Loop, Op, Opaque, Operand, Place, Read, Region, Stmt, ValueId,
};
use crate::rules::rule;

impl Planner<'_> {
    /// Visits the statements of a region; is there any with a reverse part?
    pub(super) fn region(&mut self, region: &Region, id: RegionId) -> bool {
        let mut any = false;
        for (index, stmt) in region.stmts.iter().enumerate() {
            let at = (id, index);
            if self.stmt(stmt, at) {
                self.plan.reversed.insert(at);
                any = true;
            }
        }
        any
    }

    /// Takes note of what the reverse of a statement needs; is there any?
    fn stmt(&mut self, stmt: &Stmt, at: At) -> bool {
        match stmt {
            Stmt::Let { value, op } => self.act.value(*value) && self.let_(*value, op, at),
            Stmt::Decl { mem, init } => {
                let active = self.act.mem(*mem);
                if let (true, Some(init)) = (active, init) {
                    self.init(init, at);
                }
                active
            }
            Stmt::Store { place, value } => {
                if self.act.mem(place.mem) {
                    self.need_for_zero(*value, at);
                }
                self.store(place, at)
            }
            Stmt::Assign { place, init } => {
                let active = self.act.mem(place.mem);
                if active {
                    self.place(place, at);
                    self.init(init, at);
                    self.keep_shape(place, at);
                }
                self.written(std::slice::from_ref(place), at) || active
            }
            Stmt::Bulk(bulk) => self.bulk(bulk, at),
            Stmt::Branch(branch) => self.branch(branch, at),
            Stmt::Loop(l) => self.loop_(l, at),
            Stmt::Call(call) => self.call(call, at),
            Stmt::Opaque(opaque) => {
                let places: Vec<Place> = opaque.writes.iter().map(|m| Place::whole(*m)).collect();
                self.written(&places, at)
            }
            Stmt::Accumulate { .. }
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => false,
        }
    }

    fn let_(&mut self, value: ValueId, op: &Op, at: At) -> bool {
        for operand in op.operands() {
            self.need_for_zero(operand, at);
        }
        match op {
            Op::Apply { func, args } => {
                let partials = &rule(*func).partials;
                let active: Vec<bool> = args.iter().map(|a| self.act.value(*a)).collect();
                for (partial, _) in partials.iter().zip(&active).filter(|(_, on)| **on) {
                    let Some(expr) = partial else { continue };
                    for (k, arg) in args.iter().enumerate() {
                        if expr.reads_operand(k) {
                            self.need(*arg, at, false);
                        }
                    }
                    if expr.reads_result() {
                        self.need(value, at, false);
                    }
                }
            }
            // A rule of the user's may read any operand.
            Op::Operator { args, .. } => args.iter().for_each(|a| self.need(*a, at, false)),
            Op::Load(place) | Op::SumOf(place) => self.place(place, at),
            Op::Dot(a, b) => [a, b].into_iter().for_each(|place| self.place(place, at)),
            Op::Select { cond, then: _, els: _ } => self.need(*cond, at, false),
            // The cotangent is cast back to a type that rustc alone knows.
            Op::Cast { arg, .. } if !self.f.values[*arg].ty.is_float() => self.need(*arg, at, false),
            Op::Cast { .. } => {}
            Op::Const(_) | Op::Len(_) | Op::Detach(_) | Op::Pure(_) | Op::Once(_) | Op::Helper { .. } => {}
        }
        true
    }

    /// A contribution that crosses a branch or a loop starts from zero; where the type is unknown, that is made from the
    /// value itself.
    fn need_for_zero(&mut self, value: ValueId, at: At) {
        let unknown = self.act.value(value) && !self.f.values[value].ty.is_float();
        if unknown && self.layout.defs.get(&value).is_some_and(|d| d.region != at.0) {
            self.need(value, at, false);
        }
    }

    /// The reverse sweep uses the indices of a place.
    fn place(&mut self, place: &Place, at: At) {
        let mut indices = Vec::new();
        place.visit_indices(&mut |v| indices.push(v));
        indices.into_iter().for_each(|v| self.need(v, at, true));
    }

    /// Assigning a whole vector may change its length, and so that of its shadow: the old one is put back.
    fn keep_shape(&mut self, place: &Place, at: At) {
        let resized = !super::types::place_ty(self.f, place).is_shape_known();
        let in_sight = !self.prepared.outer.contains(&place.mem);
        if resized && in_sight && !self.layout.first_values.contains(&at) {
            self.plan.undo.insert(at);
            self.plan.read_back.insert(place.mem);
        }
    }

    fn init(&mut self, init: &Init, at: At) {
        for operand in init_operands(init) {
            match operand {
                Operand::Copy(place) if self.act.mem(place.mem) => self.place(&place, at),
                Operand::Value(v) => self.need_for_zero(v, at),
                Operand::Copy(_) | Operand::Mem(_) => {}
            }
        }
        if let Init::Repeat { elem: Operand::Value(v), .. }
        | Init::VecRepeat { elem: Operand::Value(v), .. } = init
        {
            self.need_for_sum(*v, at);
        }
    }

    fn store(&mut self, place: &Place, at: At) -> bool {
        let active = self.act.mem(place.mem);
        if active {
            self.place(place, at);
        }
        if self.plan.undo.contains(&at) {
            self.place(place, at);
            if let Some(old) = self.old_value(place, at) {
                self.need(old, at, true);
            }
            return true;
        }
        active
    }

    /// The value to put back at a store.
    pub fn old_value(&self, place: &Place, at: At) -> Option<ValueId> {
        loaded(&self.layout.region(self.f, at.0).stmts[..at.1], place)
    }

    /// A statement that writes places as a whole: is it undone?
    fn written(&mut self, places: &[Place], at: At) -> bool {
        if !self.plan.undo.contains(&at) {
            return false;
        }
        places.iter().for_each(|p| self.place(p, at));
        true
    }

    fn bulk(&mut self, bulk: &Bulk, at: At) -> bool {
        let active = bulk.written().iter().any(|m| self.act.mem(*m));
        let undone = self.plan.undo.contains(&at);
        if !(active || undone) {
            return false;
        }
        let mut values = Vec::new();
        if let Bulk::Fill { place: _, value } = bulk {
            self.need_for_sum(*value, at);
        }
        match bulk {
            Bulk::Fill { place, value: _ } | Bulk::Reverse { place } | Bulk::Zero { place } => {
                place.visit_indices(&mut |v| values.push(v));
            }
            Bulk::Push { place, item } => {
                place.visit_indices(&mut |v| values.push(v));
                match item {
                    Operand::Copy(from) => from.visit_indices(&mut |v| values.push(v)),
                    Operand::Value(v) => self.need_for_zero(*v, at),
                    Operand::Mem(_) => {}
                }
            }
            Bulk::RotateLeft { place, by: extra }
            | Bulk::RotateRight { place, by: extra }
            | Bulk::Grow { place, len: extra } => {
                place.visit_indices(&mut |v| values.push(v));
                values.push(*extra);
            }
            Bulk::Pop { place, last } => self.shrink(place, *last, at, &mut values),
            Bulk::Truncate { place, len } => {
                values.push(*len);
                self.shrink(place, None, at, &mut values);
            }
            Bulk::CopyFrom { dst: a, src: b } | Bulk::AddAssign { dst: a, src: b } | Bulk::Swap { a, b } => {
                a.visit_indices(&mut |v| values.push(v));
                b.visit_indices(&mut |v| values.push(v));
            }
        }
        values.into_iter().for_each(|v| self.need(v, at, true));
        true
    }

    /// Elements go: the shadow grows again, by zeros that look like what went, which is therefore put back, if its
    /// type does not tell.
    fn shrink(&mut self, place: &Place, last: Option<ValueId>, at: At, values: &mut Vec<ValueId>) {
        place.visit_indices(&mut |v| values.push(v));
        let before = &self.layout.region(self.f, at.0).stmts[..at.1];
        let elem = super::types::place_ty(self.f, place).elem();
        let active = self.act.mem(place.mem);
        let old = last.and_then(|last| loaded(before, &place.with(crate::ir::Proj::Index(last))));
        match last {
            Some(_) if held_as_value(&elem) => {
                if self.plan.undo.contains(&at) || (active && !elem.is_float()) {
                    values.extend(old);
                }
                return;
            }
            Some(last) => values.push(last),
            None => values.extend(measured(before, place)),
        }
        if active && !elem.is_shape_known() && !self.prepared.outer.contains(&place.mem) {
            self.plan.undo.insert(at);
            self.plan.read_back.insert(place.mem);
            self.reloads.entry(place.mem).or_default().insert(at);
        }
    }

    fn branch(&mut self, branch: &Branch, at: At) -> bool {
        let mut any = branch.phis.iter().any(|p| self.act.value(p.value));
        for (arm, id) in branch.arms.iter().zip(self.layout.children(at).to_vec()) {
            any |= self.region(arm, id);
        }
        if any {
            self.need(branch.on, at, true);
            self.need_inputs_for_zero(branch, at);
        }
        any
    }

    fn loop_(&mut self, l: &Loop, at: At) -> bool {
        let active = l.carried.iter().any(|c| self.act.value(c.result) || self.act.value(c.phi));
        let any = self.region(&l.body, self.layout.body(at)) || active;
        if any {
            let mut bounds = Vec::new();
            l.range.iter().for_each(|r| r.visit(&mut |v| bounds.push(v)));
            bounds.extend(l.carried.iter().filter_map(|c| self.prepared.trips.get(&c.phi)));
            // Where nothing flows back to a result, the zero cotangent is made from its value.
            let unseen = l.carried.iter().filter(|c| !self.f.values[c.phi].ty.is_float());
            bounds.extend(unseen.filter(|c| self.act.value(c.result)).map(|c| c.result));
            bounds.into_iter().for_each(|v| self.need(v, at, true));
            // Where nothing flows back to a result of unknown type, its zero cotangent is made from its value.
            for c in l.carried.iter().filter(|c| self.act.value(c.phi) || self.act.value(c.result)) {
                if !self.f.values[c.result].ty.is_float() {
                    self.need(c.result, at, true);
                }
            }
        }
        any
    }

    fn call(&mut self, call: &Call, at: At) -> bool {
        let undone = self.written(&call.written_places(), at);
        if !self.act.call(call) {
            return undone;
        }
        let method = matches!(call.callee, crate::ir::Callee::Method { .. });
        for (k, arg) in call.args.iter().enumerate() {
            match arg {
                Arg::Value(v) if method && k == 0 => self.need(*v, at, false),
                Arg::Ref(place) | Arg::Closure(Closure { env: place, .. }) => {
                    self.place(place, at);
                    self.plan.read_back.insert(place.mem);
                    self.reloads.entry(place.mem).or_default().insert(at);
                }
                // A method on a `mut` object may still take it by `&`, and then wants it again.
                Arg::RefMut(place) if method && k == 0 => {
                    self.place(place, at);
                    self.plan.read_back.insert(place.mem);
                    self.reloads.entry(place.mem).or_default().insert(at);
                }
                Arg::Receiver(place) => {
                    self.place(place, at);
                    self.plan.read_back.insert(place.mem);
                    self.reloads.entry(place.mem).or_default().insert(at);
                }
                Arg::RefMut(place) => self.place(place, at),
                Arg::RefValue(v) => self.need(*v, at, false),
                Arg::Mem(Operand::Copy(place)) => self.place(place, at),
                Arg::Opaque(opaque) => self.opaque_reads(opaque, at),
                Arg::Value(v) | Arg::Mem(Operand::Value(v)) => self.need_for_zero(*v, at),
                Arg::Mem(_) => {}
            }
        }
        if let crate::ir::CallRole::Forward(pullback) = call.role {
            self.need(pullback, at, false);
        }
        // Where nothing flows back to the result, its zero cotangent is made from its value.
        if let crate::ir::CallResult::Value(v) = call.result {
            if !self.f.values[v].ty.is_float() {
                self.need(v, at, true);
            }
        }
        true
    }

    fn opaque_reads(&mut self, opaque: &Opaque, at: At) {
        for read in &opaque.reads {
            match read {
                Read::Value(v) => self.need(*v, at, false),
                Read::Mem(m) => {
                    self.plan.read_back.insert(*m);
                    self.reloads.entry(*m).or_default().insert(at);
                }
            }
        }
    }
}
