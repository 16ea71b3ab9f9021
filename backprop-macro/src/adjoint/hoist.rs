//! What a loop computes anew in each iteration from operands that it does not change, is computed before it as well, for
//! the reverse sweep to read there: nothing per iteration has to be kept.
//!
//! ```text
//! loop i { .. v5 = div(v1, v2) .. }    →    v9 = div(v1, v2); loop i { .. v5 = div(v1, v2) .. }     hoisted: v5 → v9
//! ```
//! The derivative stays where it was, at `v5`: a loop without iterations contributes nothing, also at a pole. Only what
//! can't panic is computed before the loop, and only where recomputing would be costly.

use super::prepare::Prepared;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{Branch, BranchKind, Const, Loop, Op, Region, Stmt, ValueId};
use crate::rules::{rule, Func};

impl Prepared {
    /// What stands for a value in the reverse sweep.
    pub fn standin(&self, value: ValueId) -> ValueId {
        let mut value = value;
        while let Some(outer) = self.hoisted.get(&value) {
            value = *outer;
        }
        value
    }

    pub(super) fn hoist(&mut self, l: &mut Loop, out: &mut Vec<Stmt>) {
        let wanted = self.invariants(l, l.binds());
        if wanted.is_empty() {
            return;
        }
        self.copy_out(&mut l.body.stmts, &wanted, l.stop, out);
    }

    fn copy_out(
        &mut self,
        stmts: &mut Vec<Stmt>,
        wanted: &HashSet<ValueId>,
        stop: Option<ValueId>,
        out: &mut Vec<Stmt>,
    ) {
        stmts.retain_mut(|stmt| {
            if let Some(rest) = staying_arm_mut(stmt, stop) {
                self.copy_out(&mut rest.stmts, wanted, stop, out);
            }
            let Stmt::Let { value, op } = stmt else { return true };
            if !wanted.contains(value) {
                return true;
            }
            if matches!(op, Op::Const(Const::Literal(_) | Const::Float(_))) {
                out.push(stmt.clone());
                return false;
            }
            let copy = self.f.fresh_like(*value);
            let op = op.map(&mut |v| self.hoisted.get(&v).copied().unwrap_or(v));
            self.hoisted.insert(*value, copy);
            out.push(Stmt::Let { value: copy, op });
            true
        });
    }

    /// The costly invariants of a loop, and what they are computed from in it.
    fn invariants(&self, l: &Loop, mut changing: HashSet<ValueId>) -> HashSet<ValueId> {
        let mut fixed: HashMap<ValueId, &Op> = HashMap::default();
        let mut pending = Vec::new();
        for stmt in always(&l.body, l.stop) {
            let Stmt::Let { value, op } = stmt else { continue };
            if !self.is_total(op) || op.operands().iter().any(|o| changing.contains(o)) {
                continue;
            }
            changing.remove(value);
            fixed.insert(*value, op);
            if matches!(op, Op::Apply { func, .. } if rule(*func).costly) {
                pending.push(*value);
            }
        }
        let mut wanted = HashSet::default();
        while let Some(value) = pending.pop() {
            if let Some(op) = fixed.get(&value) {
                if wanted.insert(value) {
                    pending.extend(op.operands());
                }
            }
        }
        wanted
    }

    /// Arithmetic of numbers of known types that never panics.
    fn is_total(&self, op: &Op) -> bool {
        let number = |v: &ValueId| self.f.values[*v].ty.is_float();
        match op {
            Op::Const(_) => true,
            Op::Apply { func: Func::Clamp, args: _ } => false,
            Op::Apply { func: Func::Powi, args } => args.first().is_some_and(number),
            Op::Apply { func: _, args } => args.iter().all(number),
            Op::Cast { arg, .. } => number(arg) || self.f.values[*arg].ty == crate::ir::Ty::Int,
            Op::Operator { .. }
            | Op::Load(_)
            | Op::Len(_)
            | Op::Select { .. }
            | Op::Detach(_)
            | Op::Pure(_)
            | Op::Once(_)
            | Op::Helper { .. }
            | Op::SumOf(_)
            | Op::Dot(..) => false,
        }
    }
}

/// What each iteration runs, the last apart if that leaves first.
fn always(body: &Region, stop: Option<ValueId>) -> Vec<&Stmt> {
    let mut all = Vec::new();
    for stmt in &body.stmts {
        all.push(stmt);
        if let Stmt::Branch(branch) = stmt {
            if leaves_in_first_arm(branch, stop) {
                all.extend(always(&branch.arms[1], stop));
            }
        }
    }
    all
}

fn staying_arm_mut(stmt: &mut Stmt, stop: Option<ValueId>) -> Option<&mut Region> {
    match stmt {
        Stmt::Branch(branch) if leaves_in_first_arm(branch, stop) => branch.arms.get_mut(1),
        _ => None,
    }
}

/// `if stop { } else { .. }`
fn leaves_in_first_arm(branch: &Branch, stop: Option<ValueId>) -> bool {
    stop == Some(branch.on) && branch.kind == BranchKind::If
}
