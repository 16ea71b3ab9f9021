//! A number that a loop only compares and replaces is made after the loop, from the last index where it was replaced.
//!
//! ```text
//! loop i in lo..hi carry (m = a -> n, result r) { x = load m0[i]; c = gt(x, m); if c phi (n = x | m) }
//!   →
//! loop i in lo..hi carry (m = a -> n, _; l = hi -> k, result last) { ..; if c phi (n = x | m, k = i | l) }
//! found = ne(last, hi); if found phi (r = y | a) { y = load m0[last] }
//! ```
//! The derivative goes where the number came from: nothing is kept per iteration, and the loop has no derivative. What is
//! made again is the same operation on the same operands, so it has the same bits. Loops so short that they may be written out
//! stay.

use super::unroll;
use crate::analysis::activity::Activity;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{
    Branch, BranchKind, Carried, Function, Loop, MemId, Op, Phi, Proj, Range, Region, Stmt, Ty, ValueId,
};
use crate::rules::Func;

pub(super) fn last_taken(f: &mut Function) {
    let wanted =
        |s: &Stmt| matches!(s, Stmt::Loop(l) if l.carried.iter().any(|c| f.values[c.phi].ty.is_float()));
    if !f.body.deep().any(wanted) {
        return;
    }
    let active = Activity::of(f);
    let constants = f.body.ints();
    let mut body = std::mem::take(&mut f.body);
    region(f, &mut body, &active, &constants);
    f.body = body;
}

/// Over a constant range, and short.
fn is_short(range: &Range, constants: &HashMap<ValueId, i64>) -> bool {
    let end = |v: &ValueId| constants.get(v).copied();
    end(&range.lo).zip(end(&range.hi)).is_some_and(|(lo, hi)| hi.saturating_sub(lo) <= unroll::FEW)
}

fn region(f: &mut Function, r: &mut Region, active: &Activity, constants: &HashMap<ValueId, i64>) {
    for mut stmt in std::mem::take(&mut r.stmts) {
        stmt.regions_mut().into_iter().for_each(|inner| region(f, inner, active, constants));
        let Stmt::Loop(mut l) = stmt else {
            r.stmts.push(stmt);
            continue;
        };
        let found: Vec<Chosen> = (0..l.carried.len())
            .filter_map(|k| chosen(f, &l, k, constants).filter(|_| active.value(l.carried[k].result)))
            .collect();
        let after: Vec<Stmt> = found.iter().flat_map(|c| rewrite(f, &mut l, c)).collect();
        r.stmts.push(Stmt::Loop(l));
        r.stmts.extend(after);
    }
}

/// A carried number and how it is replaced.
struct Chosen {
    /// Position among the carried values.
    carried: usize,
    /// Position of the branch in the body, and the arm that replaces.
    branch: usize,
    arm: usize,
    init: ValueId,
    /// What it is replaced by.
    by: ValueId,
    /// What makes that, in order.
    made: Vec<(ValueId, Op)>,
}

fn chosen(f: &Function, l: &Loop, carried: usize, constants: &HashMap<ValueId, i64>) -> Option<Chosen> {
    let range = l.whole_range().filter(|r| r.is_plain() && !r.inclusive && !is_short(r, constants))?;
    let Carried { phi, init, next, result: _ } = l.carried[carried];
    let branches = l.body.stmts.iter().enumerate().filter_map(|(at, s)| match s {
        Stmt::Branch(b) if b.kind == BranchKind::If => Some((at, b)),
        _ => None,
    });
    let joined = |(at, b): (usize, &Branch)| {
        let p = b.phis.iter().find(|p| p.value == next)?;
        match p.inputs[..] {
            [Some(by), Some(kept)] if kept == phi => Some((at, 0, by)),
            [Some(kept), Some(by)] if kept == phi => Some((at, 1, by)),
            _ => None,
        }
    };
    let (branch, arm, by) = branches.filter_map(joined).next()?;
    if by == phi || !f.values[phi].ty.is_float() || !only_compared(l, phi, next) {
        return None;
    }
    let Stmt::Branch(b) = &l.body.stmts[branch] else { return None };
    let mut slice = Slice {
        inside: l.binds(),
        written: l.body.deep().flat_map(Stmt::written).collect(),
        ops: l.body.stmts[..branch].iter().chain(&b.arms[arm].stmts).filter_map(Stmt::computed).collect(),
        made: Vec::new(),
    };
    let made = slice.add(by, range.index);
    let number = |(v, _): &(ValueId, Op)| matches!(f.values[*v].ty, Ty::Float(_) | Ty::Int | Ty::Bool);
    if !made || !slice.made.iter().all(number) {
        return None;
    }
    Some(Chosen { carried, branch, arm, init: init?, by, made: slice.made })
}

/// Do iterations only compare it with others, besides replacing it?
fn only_compared(l: &Loop, phi: ValueId, next: ValueId) -> bool {
    let mut uses = 0usize;
    l.body.visit(&mut |v| uses += usize::from(v == phi || v == next));
    let compared = l.body.deep().filter_map(Stmt::computed).map(|(_, op)| match op {
        Op::Apply { func: Func::Lt | Func::Le | Func::Gt | Func::Ge | Func::Eq | Func::Ne, args } => {
            args.iter().filter(|v| **v == phi).count()
        }
        _ => 0,
    });
    let others = l.carried.iter().filter(|c| c.next == next || c.next == phi).count();
    // Once where the branch keeps it.
    uses == compared.sum::<usize>() + 1 && others == 1
}

/// What a value is made from, in an iteration.
struct Slice<'l> {
    inside: HashSet<ValueId>,
    written: HashSet<MemId>,
    ops: HashMap<ValueId, &'l Op>,
    made: Vec<(ValueId, Op)>,
}

impl Slice<'_> {
    /// Is it made from the index, and from what the loop does not change?
    fn add(&mut self, value: ValueId, index: ValueId) -> bool {
        if value == index || !self.inside.contains(&value) || self.made.iter().any(|(v, _)| *v == value) {
            return true;
        }
        let Some(op) = self.ops.get(&value).copied() else { return false };
        let again = match op {
            Op::Const(_) | Op::Apply { .. } | Op::Cast { .. } => true,
            Op::Load(place) => {
                let plain = |p: &Proj| matches!(p, Proj::Index(_) | Proj::Field(_) | Proj::Deref);
                !self.written.contains(&place.mem) && place.proj.iter().all(plain)
            }
            Op::Len(place) => !self.written.contains(&place.mem),
            Op::Operator { .. }
            | Op::Select { .. }
            | Op::Detach(_)
            | Op::Pure(_)
            | Op::Once(_)
            | Op::Helper { .. }
            | Op::SumOf(_)
            | Op::Dot(..) => false,
        };
        let known = again && op.operands().into_iter().all(|v| self.add(v, index));
        self.made.push((value, op.clone()));
        known
    }
}

/// The loop carries the index; the statements that come after it.
fn rewrite(f: &mut Function, l: &mut Loop, c: &Chosen) -> Vec<Stmt> {
    let (Some(range), span) = (l.range.clone(), l.span) else { return Vec::new() };
    let [phi, next, last] = [(); 3].map(|()| f.fresh(Ty::Int, span));
    if let Stmt::Branch(b) = &mut l.body.stmts[c.branch] {
        let mut inputs = vec![Some(phi); 2];
        inputs[c.arm] = Some(range.index);
        b.phis.push(Phi { value: next, inputs });
    }
    l.carried.push(Carried { phi, init: Some(range.hi), next, result: last });
    let inside = f.fresh_like(l.carried[c.carried].result);
    let result = std::mem::replace(&mut l.carried[c.carried].result, inside);

    let mut names: HashMap<ValueId, ValueId> = HashMap::default();
    names.insert(range.index, last);
    let mut arm = Region::default();
    for (value, op) in &c.made {
        let op = op.map(&mut |v| names.get(&v).copied().unwrap_or(v));
        let again = f.fresh_like(*value);
        names.insert(*value, again);
        arm.stmts.push(Stmt::Let { value: again, op });
    }
    let by = names.get(&c.by).copied().unwrap_or(c.by);
    let found = f.fresh(Ty::Bool, span);
    let op = Op::Apply { func: Func::Ne, args: vec![last, range.hi] };
    let phis = vec![Phi { value: result, inputs: vec![Some(by), Some(c.init)] }];
    let arms = vec![arm, Region::default()];
    let branch = Branch { on: found, kind: BranchKind::If, arms, phis };
    vec![Stmt::Let { value: found, op }, Stmt::Branch(branch)]
}
