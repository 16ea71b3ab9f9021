//! Which values and objects depend on the seeds: to a fixpoint, because loops carry them round.

use super::Found;
use crate::ir::{
    Bulk, CallResult, CallRole, Function, Init, Loop, MemId, Op, Operand, Region, Stmt, ValueId,
};

pub(super) fn find(f: &Function, start: Found) -> Found {
    let mut finder = Finder { found: start, changed: true };
    while finder.changed {
        finder.changed = false;
        finder.region(&f.body);
    }
    finder.found
}

struct Finder {
    found: Found,
    changed: bool,
}

impl Finder {
    fn region(&mut self, region: &Region) {
        region.stmts.iter().for_each(|s| self.stmt(s));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let { value, op } => {
                let lanes = self.op(op);
                self.value(*value, lanes);
            }
            Stmt::Decl { mem, init } => {
                let lanes = init.as_ref().is_some_and(|i| self.init(i));
                self.mem(*mem, lanes);
            }
            Stmt::Store { place, value } => {
                let lanes = self.found.values.contains(value);
                self.mem(place.mem, lanes);
            }
            Stmt::Assign { place, init } => {
                let lanes = self.init(init);
                self.mem(place.mem, lanes);
            }
            Stmt::Accumulate { place, from } => {
                let lanes = self.operand(from);
                self.mem(place.mem, lanes);
            }
            Stmt::Bulk(bulk) => self.bulk(bulk),
            Stmt::Branch(branch) => {
                branch.arms.iter().for_each(|a| self.region(a));
                for phi in &branch.phis {
                    let lanes = phi.inputs.iter().flatten().any(|i| self.found.values.contains(i));
                    self.value(phi.value, lanes);
                }
            }
            Stmt::Loop(l) => self.loop_(l),
            Stmt::Call(call) => {
                if let (CallRole::Tangent, CallResult::Mem(pair)) = (call.role, &call.result) {
                    self.changed |= self.found.pairs.insert(*pair);
                }
            }
            // No lanes go in, or the function has no form with lanes.
            Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Pop { .. }
            | Stmt::Save { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => {}
        }
    }

    fn loop_(&mut self, l: &Loop) {
        if let Some((header, _)) = &l.header {
            self.region(header);
        }
        for carried in &l.carried {
            let of = |v: &ValueId| self.found.values.contains(v);
            let lanes = carried.init.iter().any(of) || of(&carried.next) || of(&carried.phi);
            self.value(carried.phi, lanes);
            self.value(carried.result, lanes);
        }
        self.region(&l.body);
    }

    fn bulk(&mut self, bulk: &Bulk) {
        for (to, from) in bulk.flows() {
            let lanes = self.operand(&from);
            self.mem(to, lanes);
        }
    }

    fn op(&self, op: &Op) -> bool {
        match op {
            Op::Load(place) | Op::SumOf(place) => self.found.place(place),
            Op::Dot(a, b) => self.found.place(a) || self.found.place(b),
            // A length is no number of a lane.
            Op::Len(_) => false,
            Op::Const(_)
            | Op::Apply { .. }
            | Op::Operator { .. }
            | Op::Cast { .. }
            | Op::Select { .. }
            | Op::Detach(_)
            | Op::Pure(_)
            | Op::Once(_)
            | Op::Helper { .. } => op.operands().iter().any(|v| self.found.values.contains(v)),
        }
    }

    fn operand(&self, operand: &Operand) -> bool {
        match operand {
            Operand::Value(v) => self.found.values.contains(v),
            Operand::Mem(m) => self.found.mems.contains(m),
            Operand::Copy(place) => self.found.place(place),
        }
    }

    fn init(&self, init: &Init) -> bool {
        match init {
            Init::Array(items) | Init::VecOf(items) | Init::Tuple(items) => {
                items.iter().any(|i| self.operand(i))
            }
            Init::Variant { path: _, args } => args.iter().any(|i| self.operand(i)),
            Init::Repeat { elem, len: _ } | Init::VecRepeat { elem, len: _ } => self.operand(elem),
            Init::Struct { path: _, fields, base } => {
                fields.iter().any(|(_, i)| self.operand(i)) || base.iter().any(|b| self.operand(b))
            }
            Init::From(operand) | Init::Boxed(operand) => self.operand(operand),
            Init::ToVec(place) | Init::Taken(place) | Init::Row { of: place, .. } => self.found.place(place),
            // Only tangents and cotangents start so.
            Init::ZeroOf(_) => true,
            Init::VecNew { .. } | Init::Opaque(_) => false,
        }
    }

    fn value(&mut self, value: ValueId, lanes: bool) {
        if lanes && self.found.values.insert(value) {
            self.changed = true;
        }
    }

    fn mem(&mut self, mem: MemId, lanes: bool) {
        if lanes && self.found.mems.insert(mem) {
            self.changed = true;
        }
    }
}
