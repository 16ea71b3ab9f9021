//! Regions under construction and how they join: the machinery below `if`, `match`, loops and exits.
//!
//! ```text
//! if c { return a } rest   →   branch c { } { rest }   phi ret (a, ..)
//! ```
//!
//! When exactly one arm of a branch falls through and another has left (`return`, `break`), the branch is not joined:
//! the falling arm stays open as a [`Pending`], and what follows is lowered into it. When several fall through and one
//! has left, the branch is joined, and what follows goes into a second branch on the exit flags. Pending branches are
//! joined when the region around them ends.

use super::exits::Target;
use super::lowerer::{Lowered, Lowerer, Slot, Stop, VarId};
use super::value::Val;
use crate::diag::At;
use crate::ir::{Branch, BranchKind, Const, Op, Phi, Region, Stmt, Ty, ValueId};
use crate::rules::Func;
use proc_macro2::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Where control is at the end of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// At the end.
    Live,
    /// At the end or gone, depending on the flags.
    Mixed,
    /// Gone to an exit's target: the flags say which.
    Left,
    /// Never anywhere (`panic!`).
    Diverges,
}

/// A finished arm.
#[derive(Debug)]
pub struct Arm {
    pub stmts: Vec<Stmt>,
    pub changes: BTreeMap<VarId, Slot>,
    pub end: End,
}

/// A branch with one arm still open.
#[derive(Debug)]
pub struct Pending {
    /// The statements before the branch.
    out: Vec<Stmt>,
    on: ValueId,
    kind: BranchKind,
    /// `None`: the open one.
    arms: Vec<Option<Arm>>,
    /// The branch is there to skip code after an exit.
    guard: bool,
    span: Span,
}

/// The region around the one that is being lowered.
pub struct Saved {
    out: Vec<Stmt>,
    pendings: Vec<Pending>,
    end: End,
}

/// A region put aside, still open.
struct Suspended {
    out: Vec<Stmt>,
    pendings: Vec<Pending>,
    end: End,
    layers: Vec<BTreeMap<VarId, Slot>>,
}

impl<'a> Lowerer<'a> {
    /// Starts a region.
    pub fn begin(&mut self) -> Saved {
        self.logs.push(BTreeMap::new());
        Saved {
            out: std::mem::take(&mut self.out),
            pendings: std::mem::take(&mut self.pendings),
            end: std::mem::replace(&mut self.end, End::Live),
        }
    }

    /// Ends the region that `begin` started.
    pub fn finish(&mut self, saved: Saved) -> Arm {
        self.close_pendings(0);
        let changes = self.pop_log();
        let stmts = std::mem::replace(&mut self.out, saved.out);
        self.pendings = saved.pendings;
        let end = std::mem::replace(&mut self.end, saved.end);
        Arm { stmts, changes, end }
    }

    /// What the innermost open region has changed; the slots become what they were before.
    fn pop_log(&mut self) -> BTreeMap<VarId, Slot> {
        let log = self.logs.pop().unwrap_or_default();
        let mut changes = BTreeMap::new();
        for (var, old) in log {
            changes.insert(var, self.slots[var]);
            self.slots[var] = old;
        }
        changes
    }

    fn push_log(&mut self, changes: BTreeMap<VarId, Slot>) {
        self.logs.push(BTreeMap::new());
        for (var, slot) in changes {
            self.set(var, slot);
        }
    }

    fn suspend(&mut self, saved: Saved) -> Suspended {
        let open = self.pendings.len() + 1;
        let mut layers: Vec<_> = (0..open).map(|_| self.pop_log()).collect();
        layers.reverse();
        Suspended {
            out: std::mem::replace(&mut self.out, saved.out),
            pendings: std::mem::replace(&mut self.pendings, saved.pendings),
            end: std::mem::replace(&mut self.end, saved.end),
            layers,
        }
    }

    fn resume(&mut self, s: Suspended) -> Saved {
        s.layers.into_iter().for_each(|changes| self.push_log(changes));
        Saved {
            out: std::mem::replace(&mut self.out, s.out),
            pendings: std::mem::replace(&mut self.pendings, s.pendings),
            end: std::mem::replace(&mut self.end, s.end),
        }
    }

    /// Joins pending branches until `keep` are left.
    pub fn close_pendings(&mut self, keep: usize) {
        while self.pendings.len() > keep {
            let Some(pending) = self.pendings.pop() else { return };
            let changes = self.pop_log();
            let stmts = std::mem::replace(&mut self.out, pending.out);
            let mut open = Some(Arm { stmts, changes, end: self.end });
            let arms = pending.arms.into_iter().filter_map(|a| a.or_else(|| open.take())).collect();
            self.end = self.join(pending.on, pending.kind, arms, pending.guard, pending.span);
        }
    }

    /// A branch with `n` arms; what it evaluates to.
    pub fn branch(
        &mut self,
        on: ValueId,
        kind: BranchKind,
        n: usize,
        at: At,
        mut arm: impl FnMut(&mut Self, usize) -> Lowered<Val<'a>>,
    ) -> Lowered<Val<'a>> {
        let span = at.span();
        let mut failed = false;
        let mut parts: Vec<(Suspended, Val<'a>)> = Vec::new();
        for i in 0..n {
            let saved = self.begin();
            let result = self.scoped(|s| arm(s, i));
            failed |= result.is_err() && self.end == End::Live;
            parts.push((self.suspend(saved), result.unwrap_or(Val::Unit)));
        }
        let falling: Vec<usize> = (0..n).filter(|i| parts[*i].0.end == End::Live).collect();
        let left = parts.iter().any(|(s, _)| s.end == End::Left);
        let result = match falling.as_slice() {
            [open] if left || !matches!(parts[*open].1, Val::Unit | Val::Value(_)) => {
                self.keep_open(on, kind, parts, *open, span)
            }
            _ => self.join_all(on, kind, parts, at),
        };
        if failed {
            return Err(Stop);
        }
        result
    }

    /// The rest of the region is lowered into arm `open`.
    fn keep_open(
        &mut self,
        on: ValueId,
        kind: BranchKind,
        parts: Vec<(Suspended, Val<'a>)>,
        open: usize,
        span: Span,
    ) -> Lowered<Val<'a>> {
        let mut arms = Vec::new();
        let mut falling = None;
        for (i, (suspended, val)) in parts.into_iter().enumerate() {
            if i == open {
                falling = Some((suspended, val));
                arms.push(None);
            } else {
                let saved = self.resume(suspended);
                arms.push(Some(self.finish(saved)));
            }
        }
        let Some((suspended, val)) = falling else { return Err(Stop) };
        let out = std::mem::replace(&mut self.out, suspended.out);
        self.pendings.push(Pending { out, on, kind, arms, guard: false, span });
        self.pendings.extend(suspended.pendings);
        suspended.layers.into_iter().for_each(|changes| self.push_log(changes));
        Ok(val)
    }

    /// All arms end here; their values become one.
    fn join_all(
        &mut self,
        on: ValueId,
        kind: BranchKind,
        parts: Vec<(Suspended, Val<'a>)>,
        at: At,
    ) -> Lowered<Val<'a>> {
        let falling: Vec<&Val<'a>> =
            parts.iter().filter(|(s, _)| s.end == End::Live).map(|(_, v)| v).collect();
        let none_falls = falling.is_empty();
        let shape = self.shape(&falling, at);
        let slot = match shape {
            Ok(shape) if !none_falls => Ok(self.result_slot(shape, at.span())),
            Ok(_) => Err(Stop),
            Err(stop) => Err(stop),
        };
        let mut arms = Vec::new();
        let mut put = Ok(());
        for (suspended, val) in parts {
            let live = suspended.end == End::Live;
            let saved = self.resume(suspended);
            if let (true, Ok(slot)) = (live, &slot) {
                put = put.and(self.put(slot, val, at));
            }
            arms.push(self.finish(saved));
        }
        self.end = self.join(on, kind, arms, false, at.span());
        if self.end == End::Mixed {
            self.open_guard(at.span());
        }
        put?;
        if none_falls {
            return Err(Stop);
        }
        self.take(&slot?, at)
    }

    /// Emits the branch with its phis.
    fn join(&mut self, on: ValueId, kind: BranchKind, mut arms: Vec<Arm>, guard: bool, span: Span) -> End {
        let level = self.logs.len();
        let mut changed = BTreeSet::new();
        for arm in arms.iter().filter(|a| a.end != End::Diverges) {
            changed.extend(arm.changes.keys().copied());
        }
        let mut phis = Vec::new();
        for var in changed {
            if self.vars[var].retired || self.vars[var].home > level {
                continue;
            }
            if let Some(phi) = self.join_var(var, on, kind, &mut arms, guard, span) {
                phis.push(phi);
            }
        }
        let ends: Vec<End> = arms.iter().map(|a| a.end).filter(|e| *e != End::Diverges).collect();
        let end = if ends.is_empty() {
            End::Diverges
        } else if ends.iter().all(|e| *e == End::Live) {
            End::Live
        } else if ends.iter().all(|e| *e == End::Left) {
            End::Left
        } else {
            End::Mixed
        };
        let empty = arms.iter().all(|a| a.stmts.is_empty() && a.end != End::Diverges);
        if !(empty && phis.is_empty()) {
            let region = |a: Arm| Region { stmts: a.stmts, diverges: a.end == End::Diverges };
            let arms = arms.into_iter().map(region).collect();
            self.emit(Stmt::Branch(Branch { on, kind, arms, phis }));
        }
        end
    }

    /// Joins finished arms, and goes on behind them.
    pub fn join_arms(&mut self, on: ValueId, kind: BranchKind, arms: Vec<Arm>, span: Span) {
        self.end = self.join(on, kind, arms, false, span);
        if self.end == End::Mixed {
            self.open_guard(span);
        }
    }

    /// The variable after the branch: unchanged, a known flag, or a phi.
    fn join_var(
        &mut self,
        var: VarId,
        on: ValueId,
        kind: BranchKind,
        arms: &mut [Arm],
        guard: bool,
        span: Span,
    ) -> Option<Phi> {
        let base = self.slots[var];
        let input = |a: &Arm| a.changes.get(&var).copied().unwrap_or(base);
        let inputs: Vec<Option<Slot>> =
            arms.iter().map(|a| (a.end != End::Diverges).then(|| input(a))).collect();
        let joining: Vec<Slot> = inputs.iter().copied().flatten().collect();
        let first = *joining.first()?;
        let equal = joining.iter().all(|s| *s == first);
        if equal && (first == base || matches!(first, Slot::Flag(_)) || joining.len() > 1) {
            self.set(var, first);
            return None;
        }
        if guard && arms[0].end != End::Diverges && input(&arms[0]) == Slot::Flag(false) {
            // The guard's open arm knows that nothing has left, and that is still so at its end.
            self.set(var, base);
            return None;
        }
        if kind == BranchKind::If && inputs.len() == 2 {
            let folded = match (inputs[0], inputs[1]) {
                (Some(Slot::Flag(true)), Some(Slot::Flag(false))) => Some(on),
                (Some(Slot::Flag(false)), Some(Slot::Flag(true))) => Some(self.not(on, span)),
                _ => None,
            };
            if let Some(value) = folded {
                self.set(var, Slot::Val(value));
                return None;
            }
        }
        let values: Vec<Option<ValueId>> = inputs
            .iter()
            .zip(arms)
            .map(|(slot, arm)| slot.and_then(|slot| self.materialise(slot, &mut arm.stmts, span)))
            .collect();
        let defined = values.iter().flatten();
        let ty = defined.clone().fold(self.vars[var].ty.clone(), |ty, v| ty.join(&self.f.values[*v].ty));
        let tainted = defined.clone().any(|v| self.value_tainted(*v));
        let span = self.vars[var].span;
        let value = self.fresh_at(ty, tainted, span);
        self.f.values[value].name = self.vars[var].name;
        self.set(var, Slot::Val(value));
        Some(Phi { value, inputs: values })
    }

    /// A slot as a value, defined at the end of the statements if it is a known flag.
    pub fn materialise(&mut self, slot: Slot, stmts: &mut Vec<Stmt>, span: Span) -> Option<ValueId> {
        match slot {
            Slot::Undef => None,
            Slot::Val(value) => Some(value),
            Slot::Flag(flag) => {
                let value = self.fresh(Ty::Bool, false, span);
                stmts.push(Stmt::Let { value, op: Op::Const(Const::Bool(flag)) });
                Some(value)
            }
        }
    }

    pub fn not(&mut self, value: ValueId, span: Span) -> ValueId {
        self.let_(Op::Apply { func: Func::Not, args: vec![value] }, Ty::Bool, false, span)
    }

    /// Lowers what follows into a branch that is only taken if no exit was.
    pub fn open_guard(&mut self, span: Span) {
        let flags: Vec<(VarId, Slot)> = self
            .targets
            .iter()
            .flat_map(Target::flags)
            .filter(|flag| !self.vars[*flag].retired)
            .map(|flag| (flag, self.slots[flag]))
            .filter(|(_, slot)| *slot != Slot::Flag(false))
            .collect();
        let mut left: Option<ValueId> = None;
        for (_, slot) in &flags {
            let mut stmts = std::mem::take(&mut self.out);
            let value = self.materialise(*slot, &mut stmts, span);
            self.out = stmts;
            left = match (left, value) {
                (Some(a), Some(b)) => {
                    let op = Op::Apply { func: Func::Or, args: vec![a, b] };
                    Some(self.let_(op, Ty::Bool, false, span))
                }
                (a, b) => a.or(b),
            };
        }
        self.end = End::Live;
        let Some(left) = left else { return };
        let on = self.not(left, span);
        let skipped = Arm { stmts: Vec::new(), changes: BTreeMap::new(), end: End::Left };
        let out = std::mem::take(&mut self.out);
        let arms = vec![None, Some(skipped)];
        self.pendings.push(Pending { out, on, kind: BranchKind::If, arms, guard: true, span });
        self.logs.push(BTreeMap::new());
        for (flag, _) in flags {
            self.set(flag, Slot::Flag(false));
        }
    }
}
