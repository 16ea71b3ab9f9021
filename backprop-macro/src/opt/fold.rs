//! Constants and trivial control flow: branches on a known condition, carried values that never change, `!true`.
//!
//! ```text
//! v1 = const true; branch v1 { v2 = .. } { .. } phi v9 = (v2, v3)     →     v2 = ..          (v9 becomes v2)
//! loop carry (v5 = v2 -> v5, result v6) { .. v5 .. }                   →     loop { .. v2 .. } (v6 becomes v2)
//! ```

use crate::ir::dense::IdMap;
use crate::ir::{Branch, BranchKind, Const, Function, Loop, Op, Region, ResultOf, Stmt, ValueId};
use crate::rules::Func;

pub(super) fn fold(f: &mut Function, split: &mut usize, roots: &mut [ValueId]) {
    let mut folder = Folder::default();
    let body = std::mem::take(&mut f.body);
    let (first, second): (Vec<_>, Vec<_>) = {
        let mut stmts = body.stmts;
        let second = stmts.split_off((*split).min(stmts.len()));
        (stmts, second)
    };
    let first = folder.stmts(first);
    let second = folder.stmts(second);
    *split = first.len();
    f.body = Region { stmts: first.into_iter().chain(second).collect(), diverges: body.diverges };
    let mut rename = |v| folder.resolve(v);
    f.body.rename(&mut rename);
    if let ResultOf::Value(v) = &mut f.result {
        *v = rename(*v);
    }
    roots.iter_mut().for_each(|r| *r = rename(*r));
}

#[derive(Default)]
struct Folder {
    /// Value → the one that it equals.
    same: IdMap<ValueId, ValueId>,
    bools: IdMap<ValueId, bool>,
    negations: IdMap<ValueId, ValueId>,
}

impl Folder {
    fn resolve(&self, value: ValueId) -> ValueId {
        let mut value = value;
        while let Some(next) = self.same.get(&value) {
            value = *next;
        }
        value
    }

    fn known(&self, value: ValueId) -> Option<bool> {
        self.bools.get(&self.resolve(value)).copied()
    }

    fn stmts(&mut self, stmts: Vec<Stmt>) -> Vec<Stmt> {
        let mut out = Vec::with_capacity(stmts.len());
        for stmt in stmts {
            match stmt {
                Stmt::Let { value, op } => {
                    if !self.let_(value, &op) {
                        out.push(Stmt::Let { value, op });
                    }
                }
                Stmt::Branch(branch) => self.branch(branch, &mut out),
                Stmt::Loop(l) => out.push(Stmt::Loop(Box::new(self.loop_(*l)))),
                Stmt::Decl { .. }
                | Stmt::Store { .. }
                | Stmt::Assign { .. }
                | Stmt::Accumulate { .. }
                | Stmt::Bulk(_)
                | Stmt::Call(_)
                | Stmt::Opaque(_)
                | Stmt::Push { .. }
                | Stmt::Save { .. }
                | Stmt::Pop { .. }
                | Stmt::Restore { .. }
                | Stmt::Pullback(_) => out.push(stmt),
            }
        }
        out
    }

    /// Learns from a definition; is it the same as another value?
    fn let_(&mut self, value: ValueId, op: &Op) -> bool {
        let same = match op {
            Op::Const(Const::Bool(b)) => {
                self.bools.insert(value, *b);
                None
            }
            Op::Apply { func: Func::Not, args } => {
                match (self.known(args[0]), self.negations.get(&args[0])) {
                    (Some(b), _) => {
                        self.bools.insert(value, !b);
                        None
                    }
                    (None, Some(inner)) => Some(*inner),
                    (None, None) => {
                        self.negations.insert(value, args[0]);
                        None
                    }
                }
            }
            Op::Apply { func: func @ (Func::And | Func::Or), args } => {
                let neutral = *func == Func::And;
                match (self.known(args[0]), self.known(args[1])) {
                    (Some(a), _) if a == neutral => Some(args[1]),
                    (_, Some(b)) if b == neutral => Some(args[0]),
                    (Some(_), _) | (_, Some(_)) => {
                        self.bools.insert(value, !neutral);
                        None
                    }
                    (None, None) => None,
                }
            }
            Op::Select { cond, then, els } => match self.known(*cond) {
                Some(true) => Some(*then),
                Some(false) => Some(*els),
                None => None,
            },
            Op::Const(_)
            | Op::Apply { .. }
            | Op::Operator { .. }
            | Op::Cast { .. }
            | Op::Load(_)
            | Op::Len(_)
            | Op::Detach(_)
            | Op::Pure(_)
            | Op::Once(_)
            | Op::Helper { .. }
            | Op::SumOf(_)
            | Op::Dot(..) => None,
        };
        if let Some(same) = same {
            self.same.insert(value, same);
        }
        same.is_some()
    }

    fn branch(&mut self, branch: Branch, out: &mut Vec<Stmt>) {
        let taken = match (branch.kind, self.known(branch.on)) {
            (BranchKind::If, Some(true)) => Some(0),
            (BranchKind::If, Some(false)) => Some(1),
            (BranchKind::If | BranchKind::Switch, None) | (BranchKind::Switch, Some(_)) => None,
        };
        if let Some(k) = taken {
            let inputs_known = branch.phis.iter().all(|p| p.inputs.get(k).is_some_and(Option::is_some));
            let arm_ok = branch.arms.get(k).is_some_and(|a| !a.diverges);
            if inputs_known && arm_ok {
                let mut arms = branch.arms;
                let arm = arms.swap_remove(k);
                let stmts = self.stmts(arm.stmts);
                out.extend(stmts);
                for phi in branch.phis {
                    if let Some(Some(input)) = phi.inputs.get(k) {
                        self.same.insert(phi.value, *input);
                    }
                }
                return;
            }
        }
        let Branch { on, kind, arms, phis } = branch;
        let arms: Vec<Region> = arms
            .into_iter()
            .map(|arm| Region { stmts: self.stmts(arm.stmts), diverges: arm.diverges })
            .collect();
        // A phi whose inputs are all one value is that value (it was defined before the branch).
        let mut kept = Vec::new();
        for phi in phis {
            let mut inputs: Vec<ValueId> = phi.inputs.iter().flatten().map(|v| self.resolve(*v)).collect();
            let total = inputs.len();
            let live = arms.iter().filter(|a| !a.diverges).count();
            inputs.dedup();
            let inner = inputs.first().is_some_and(|v| arms.iter().any(|a| defined_in(a, *v)));
            if inputs.len() == 1 && total >= live && !inner {
                self.same.insert(phi.value, inputs[0]);
            } else {
                kept.push(phi);
            }
        }
        self.join_bools(&kept);
        out.push(Stmt::Branch(Branch { on, kind, arms, phis: kept }));
    }

    /// A phi of equal constants is a constant.
    fn join_bools(&mut self, phis: &[crate::ir::Phi]) {
        for phi in phis {
            let mut known = phi.inputs.iter().map(|i| i.and_then(|v| self.known(v)));
            let first = known.next().flatten();
            if let (Some(b), true) = (first, known.all(|k| k == first)) {
                self.bools.insert(phi.value, b);
            }
        }
    }

    fn loop_(&mut self, l: Loop) -> Loop {
        let Loop { range, header, carried, body, stop, blocks, span } = l;
        let mut kept = Vec::new();
        for c in carried {
            match c.init {
                Some(init) if self.resolve(c.next) == c.phi => {
                    self.same.insert(c.phi, init);
                    self.same.insert(c.result, init);
                }
                _ => kept.push(c),
            }
        }
        let header =
            header.map(|(r, cond)| (Region { stmts: self.stmts(r.stmts), diverges: r.diverges }, cond));
        let body = Region { stmts: self.stmts(body.stmts), diverges: body.diverges };
        // Bodies may have become simpler: look again.
        let mut carried = Vec::new();
        for c in kept {
            match c.init {
                Some(init) if self.resolve(c.next) == c.phi => {
                    self.same.insert(c.phi, init);
                    self.same.insert(c.result, init);
                }
                _ => carried.push(c),
            }
        }
        let stop = stop.filter(|s| self.known(*s) != Some(false));
        Loop { range, header, carried, body, stop, blocks, span }
    }
}

fn defined_in(region: &Region, value: ValueId) -> bool {
    region.deep().any(|s| s.defs().contains(&value))
}
