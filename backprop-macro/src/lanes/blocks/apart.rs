//! A loop as two: one for the primal, one for the tangents, which may then stand inside a loop over blocks.
//!
//! The second one computes what it needs of the primal again, so nothing that it loads may be written by the first. It
//! looks at elements of tangents that are the same in all iterations, or adds to any: else too many blocks would be
//! visited.

use super::Distribution;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::visit::Mentions;
use crate::ir::{Loop, MemId, Op, Operand, Place, Proj, Region, Stmt, ValueId};

/// The primal's loop and the tangents'; `None`: it stays one.
pub(super) fn loops(d: &mut Distribution<'_>, l: &Loop) -> Option<(Loop, Loop)> {
    if !is_plain(d, l) {
        return None;
    }
    let mut primal = l.clone();
    strip(&mut primal.body, &|s| is_tangent(d, s));
    let mut tangent = l.clone();
    let written: HashSet<MemId> = primal.body.deep().flat_map(Stmt::written).collect();
    strip(&mut tangent.body, &|s| !d.is_kept(s));
    prune(&mut tangent);
    let loads = tangent.body.deep().filter_map(|s| match s {
        Stmt::Let { value: _, op } => Some(op.read()),
        _ => None,
    });
    if loads.flatten().any(|m| written.contains(&m)) || !same_elements(d, &tangent) {
        return None;
    }
    rebind(d, &mut tangent);
    Some((primal, tangent))
}

impl Distribution<'_> {
    /// Belongs to the tangents, or computes something that they may need.
    fn is_kept(&self, stmt: &Stmt) -> bool {
        match stmt {
            Stmt::Let { .. } | Stmt::Branch(_) | Stmt::Loop(_) => true,
            Stmt::Decl { .. }
            | Stmt::Store { .. }
            | Stmt::Assign { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Pop { .. }
            | Stmt::Save { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => is_tangent(self, stmt),
        }
    }
}

/// Of tangents alone; a branch or a loop is of both.
fn is_tangent(d: &Distribution<'_>, stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Branch(_) | Stmt::Loop(_) => false,
        Stmt::Let { value, .. } => d.is_lanes(*value),
        Stmt::Decl { .. }
        | Stmt::Store { .. }
        | Stmt::Assign { .. }
        | Stmt::Accumulate { .. }
        | Stmt::Bulk(_)
        | Stmt::Call(_)
        | Stmt::Opaque(_)
        | Stmt::Push { .. }
        | Stmt::Pop { .. }
        | Stmt::Save { .. }
        | Stmt::Restore { .. }
        | Stmt::Pullback(_) => d.mentions_lanes(stmt),
    }
}

/// To its end over a range, with nothing in it but numbers and stores.
fn is_plain(d: &Distribution<'_>, l: &Loop) -> bool {
    let counted = l.range.is_some() && l.header.is_none() && l.stop.is_none();
    counted && l.carried.iter().all(|c| !d.is_lanes(c.phi)) && is_plain_region(d, &l.body)
}

fn is_plain_region(d: &Distribution<'_>, region: &Region) -> bool {
    let plain = |s: &Stmt| match s {
        Stmt::Let { value, op } => is_plain_op(d, op) && (d.is_lanes(*value) || !d.mentions_lanes(s)),
        Stmt::Store { .. } | Stmt::Accumulate { .. } => true,
        Stmt::Branch(branch) => {
            let phis = branch.phis.iter().all(|p| !d.is_lanes(p.value));
            phis && branch.arms.iter().all(|arm| is_plain_region(d, arm))
        }
        Stmt::Loop(inner) => is_plain(d, inner),
        Stmt::Decl { .. }
        | Stmt::Assign { .. }
        | Stmt::Bulk(_)
        | Stmt::Call(_)
        | Stmt::Opaque(_)
        | Stmt::Push { .. }
        | Stmt::Pop { .. }
        | Stmt::Save { .. }
        | Stmt::Restore { .. }
        | Stmt::Pullback(_) => false,
    };
    !region.diverges && region.stmts.iter().all(plain)
}

/// May be computed again.
fn is_plain_op(d: &Distribution<'_>, op: &Op) -> bool {
    match op {
        Op::Once(_) => false,
        Op::Pure(opaque) => opaque.writes.is_empty() && !opaque.diverges,
        Op::Load(place) => !d.found.pairs.contains(&place.mem),
        Op::Const(_)
        | Op::Apply { .. }
        | Op::Operator { .. }
        | Op::Cast { .. }
        | Op::Len(_)
        | Op::Select { .. }
        | Op::Detach(_)
        | Op::Helper { .. }
        | Op::SumOf(_)
        | Op::Dot(..) => true,
    }
}

/// Takes statements out, and what is left with nothing inside.
fn strip(region: &mut Region, gone: &dyn Fn(&Stmt) -> bool) {
    region.stmts.retain_mut(|stmt| {
        if gone(stmt) {
            return false;
        }
        stmt.regions_mut().into_iter().for_each(|r| strip(r, gone));
        match stmt {
            Stmt::Branch(branch) => {
                !branch.phis.is_empty() || branch.arms.iter().any(|a| !a.stmts.is_empty())
            }
            Stmt::Loop(l) => !l.carried.is_empty() || !l.body.stmts.is_empty(),
            Stmt::Let { .. }
            | Stmt::Decl { .. }
            | Stmt::Store { .. }
            | Stmt::Assign { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Pop { .. }
            | Stmt::Save { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => true,
        }
    });
}

/// Leaves what the stores need.
fn prune(l: &mut Loop) {
    loop {
        let needed = needed(l);
        let before = l.body.deep().count() + size(l);
        let keep = |carried: &mut Vec<crate::ir::Carried>| {
            carried.retain(|c| needed.contains(&c.phi) || needed.contains(&c.result));
        };
        keep(&mut l.carried);
        within(&mut l.body, &mut |stmt| match stmt {
            Stmt::Branch(branch) => branch.phis.retain(|p| needed.contains(&p.value)),
            Stmt::Loop(inner) => keep(&mut inner.carried),
            Stmt::Let { .. }
            | Stmt::Decl { .. }
            | Stmt::Store { .. }
            | Stmt::Assign { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Pop { .. }
            | Stmt::Save { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => {}
        });
        strip(&mut l.body, &|s| matches!(s, Stmt::Let { value, .. } if !needed.contains(value)));
        if before == l.body.deep().count() + size(l) {
            return;
        }
    }
}

fn size(l: &Loop) -> usize {
    let joined = l.body.deep().map(|s| match s {
        Stmt::Branch(branch) => branch.phis.len(),
        Stmt::Loop(inner) => inner.carried.len(),
        _ => 0,
    });
    l.carried.len() + joined.sum::<usize>()
}

fn within(region: &mut Region, f: &mut dyn FnMut(&mut Stmt)) {
    for stmt in &mut region.stmts {
        f(stmt);
        stmt.regions_mut().into_iter().for_each(|r| within(r, f));
    }
}

/// All values that something else than their own definition mentions.
fn needed(l: &Loop) -> HashSet<ValueId> {
    let mut all = HashSet::default();
    for stmt in l.body.deep() {
        all.extend(Mentions::of(|m| stmt.visit_shallow(m)).values);
    }
    for carried in &l.carried {
        all.insert(carried.next);
    }
    all
}

/// The tangents' elements do not depend on the iteration, but for those that are only added to.
fn same_elements(d: &Distribution<'_>, l: &Loop) -> bool {
    let bound = l.binds();
    let sums = super::masks::Sums::of(&l.body.stmts);
    let fixed = |place: &Place| match place.proj.first() {
        Some(Proj::Index(i)) => !bound.contains(i),
        Some(Proj::Range { .. }) => false,
        Some(Proj::Field(_) | Proj::Payload { .. } | Proj::Deref) | None => true,
    };
    let holds = |m: &MemId| d.holds_lanes(*m);
    l.body.deep().all(|stmt| match stmt {
        Stmt::Let { value, op } => match op {
            Op::Load(place) if holds(&place.mem) => sums.added.contains(value) || fixed(place),
            _ => !op.read().iter().any(holds),
        },
        Stmt::Store { place, value } => sums.sums.contains(value) || fixed(place),
        Stmt::Accumulate { place: _, from } => match from {
            Operand::Value(_) => true,
            Operand::Mem(_) => false,
            Operand::Copy(place) => fixed(place),
        },
        _ => true,
    })
}

/// Fresh values for all that is defined in it.
fn rebind(d: &mut Distribution<'_>, l: &mut Loop) {
    let mut names = HashMap::default();
    let mut all: Vec<ValueId> = l.binds().into_iter().collect();
    all.sort_unstable();
    for v in all {
        names.insert(v, d.f.fresh_like(v));
    }
    l.carried.iter().for_each(|c| {
        names.insert(c.result, d.f.fresh_like(c.result));
    });
    let fresh = |v: ValueId| names.get(&v).copied().unwrap_or(v);
    let mut stmts = vec![Stmt::Loop(Box::new(l.clone()))];
    stmts[0].rename(&mut |v| fresh(v));
    let mut region = Region { stmts, diverges: false };
    within(&mut region, &mut |stmt| match stmt {
        Stmt::Let { value, .. } => *value = fresh(*value),
        Stmt::Branch(branch) => branch.phis.iter_mut().for_each(|p| p.value = fresh(p.value)),
        Stmt::Loop(l) => {
            l.range.iter_mut().for_each(|r| r.index = fresh(r.index));
            for carried in &mut l.carried {
                carried.phi = fresh(carried.phi);
                carried.result = fresh(carried.result);
            }
        }
        Stmt::Decl { .. }
        | Stmt::Store { .. }
        | Stmt::Assign { .. }
        | Stmt::Accumulate { .. }
        | Stmt::Bulk(_)
        | Stmt::Call(_)
        | Stmt::Opaque(_)
        | Stmt::Push { .. }
        | Stmt::Pop { .. }
        | Stmt::Save { .. }
        | Stmt::Restore { .. }
        | Stmt::Pullback(_) => {}
    });
    if let Some(Stmt::Loop(made)) = region.stmts.pop() {
        *l = *made;
    }
}
