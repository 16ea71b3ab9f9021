//! A loop as two: one for the primal, one for the tangents, which may then stand inside a loop over blocks.
//!
//! The second one computes what it needs of the primal again, so nothing that it loads may be written by the first. It
//! looks at elements of tangents that are the same in all iterations, or adds to any: else too many blocks would be
//! visited.

use super::Distribution;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::visit::Mentions;
use crate::ir::walk::{Control, ControlMut};
use crate::ir::{Loop, MemId, Op, Operand, Place, Proj, Region, Stmt, ValueId};

/// The primal's loop and the tangents'; `None`: it stays one.
pub(super) fn loops(d: &mut Distribution<'_>, l: &Loop) -> Option<(Stmt, Stmt)> {
    if !is_plain(d, l) {
        return None;
    }
    let mut primal = l.clone();
    strip(&mut primal.body, &|s| is_tangent(d, s));
    let mut tangent = l.clone();
    let written: HashSet<MemId> = primal.body.deep().flat_map(Stmt::written).collect();
    strip(&mut tangent.body, &|s| !is_kept(d, s));
    prune(&mut tangent);
    let mut loads = tangent.body.deep().filter_map(Stmt::computed).flat_map(|(_, op)| op.read());
    if loads.any(|m| written.contains(&m)) || !same_elements(d, &tangent) {
        return None;
    }
    Some((Stmt::Loop(Box::new(primal)), rebind(d, tangent)))
}

/// Of tangents alone; a branch or a loop is of both.
fn is_tangent(d: &Distribution<'_>, stmt: &Stmt) -> bool {
    match stmt.computed() {
        Some((value, _)) => d.is_lanes(value),
        None => stmt.control().is_none() && d.mentions_lanes(stmt),
    }
}

/// Belongs to the tangents, or computes something that they may need.
fn is_kept(d: &Distribution<'_>, stmt: &Stmt) -> bool {
    stmt.computed().is_some() || stmt.control().is_some() || is_tangent(d, stmt)
}

/// To its end over a range, with nothing in it but numbers and stores.
fn is_plain(d: &Distribution<'_>, l: &Loop) -> bool {
    let counted = l.range.is_some() && l.header.is_none() && l.stop.is_none();
    counted && l.carried.iter().all(|c| !d.is_lanes(c.phi)) && is_plain_region(d, &l.body)
}

fn is_plain_region(d: &Distribution<'_>, region: &Region) -> bool {
    let plain = |s: &Stmt| match (s.control(), s.computed()) {
        (Some(Control::Branch(branch)), _) => {
            let phis = branch.phis.iter().all(|p| !d.is_lanes(p.value));
            phis && branch.arms.iter().all(|arm| is_plain_region(d, arm))
        }
        (Some(Control::Loop(inner)), _) => is_plain(d, inner),
        (None, Some((value, op))) => is_plain_op(d, op) && (d.is_lanes(value) || !d.mentions_lanes(s)),
        (None, None) => s.is_simple(),
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
        match stmt.control() {
            Some(Control::Branch(branch)) => {
                !branch.phis.is_empty() || branch.arms.iter().any(|a| !a.stmts.is_empty())
            }
            Some(Control::Loop(l)) => !l.carried.is_empty() || !l.body.stmts.is_empty(),
            None => true,
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
        l.body.each_deep(&mut |stmt| match stmt.control_mut() {
            Some(ControlMut::Branch(branch)) => branch.phis.retain(|p| needed.contains(&p.value)),
            Some(ControlMut::Loop(inner)) => keep(&mut inner.carried),
            None => {}
        });
        strip(&mut l.body, &|s| matches!(s, Stmt::Let { value, .. } if !needed.contains(value)));
        if before == l.body.deep().count() + size(l) {
            return;
        }
    }
}

fn size(l: &Loop) -> usize {
    let joined = l.body.deep().map(|s| match s.control() {
        Some(Control::Branch(branch)) => branch.phis.len(),
        Some(Control::Loop(inner)) => inner.carried.len(),
        None => 0,
    });
    l.carried.len() + joined.sum::<usize>()
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
        Stmt::Let { value, op: Op::Load(place) } if holds(&place.mem) => {
            sums.added.contains(value) || fixed(place)
        }
        Stmt::Let { value: _, op } => !op.read().iter().any(holds),
        Stmt::Store { place, value } => sums.sums.contains(value) || fixed(place),
        Stmt::Accumulate { place: _, from: Operand::Copy(place) } => fixed(place),
        Stmt::Accumulate { place: _, from: Operand::Value(_) } => true,
        other => other.control().is_some(),
    })
}

/// Fresh values for all that is defined in it.
fn rebind(d: &mut Distribution<'_>, l: Loop) -> Stmt {
    let mut copy = Region { stmts: vec![Stmt::Loop(Box::new(l))], diverges: false };
    let mut names = HashMap::default();
    d.f.redefine(&mut copy, &mut names);
    copy.rename(&mut |v| names.get(&v).copied().unwrap_or(v));
    copy.stmts.swap_remove(0)
}
