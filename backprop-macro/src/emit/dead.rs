//! What need not be written: values that nothing reads and that can be left out without anyone noticing.
//!
//! The optimiser has removed whole dead computations; this is about what is left over at the seams (the phi of a loop
//! whose result one form of the companion does not need), so that no form has an unused variable. `opt/dead` takes what no
//! form reads out of the function; to run it per form, from the form's ends, would copy the function for each.

use super::tables::value_ty;
use crate::ir::dense::{IdMap, IdSet};
use crate::ir::walk::Control;
use crate::ir::{Branch, Const, Function, Loop, Op, Place, Proj, Region, Stmt, Ty, ValueId};

/// Does leaving it out change nothing but time?
pub fn removable(op: &Op, ty: &Ty) -> bool {
    match op {
        Op::Const(Const::Float(_) | Const::Int(_) | Const::Count(_) | Const::Bool(_) | Const::Literal(_))
        | Op::Select { .. }
        | Op::Detach(_)
        | Op::Helper { .. }
        | Op::Pure(_)
        | Op::Cast { .. }
        | Op::SumOf(_)
        | Op::Dot(..) => true,
        Op::Apply { func, .. } => matches!(ty, Ty::Float(_) | Ty::Bool) && !func.may_panic(false),
        Op::Load(place) | Op::Len(place) => !may_panic(place),
        Op::Operator { .. } | Op::Once(_) => false,
    }
}

/// An index may be out of bounds.
pub fn may_panic(place: &Place) -> bool {
    place.proj.iter().any(|p| match p {
        Proj::Index(_) | Proj::Range { .. } => true,
        Proj::Field(_) | Proj::Payload { .. } | Proj::Deref => false,
    })
}

/// Is there nothing to write for a branch?
pub fn idle(branch: &Branch, dead: &IdSet<ValueId>) -> bool {
    let unread = |s: &Stmt| s.defs().iter().all(|v| dead.contains(v));
    branch.phis.iter().all(|p| dead.contains(&p.value))
        && branch.arms.iter().all(|arm| has_only(arm, &unread))
}

/// Does control come to its end, and are there only computations and branches, each of which is as asked?
fn has_only(region: &Region, each: &dyn Fn(&Stmt) -> bool) -> bool {
    let stmt = |s: &Stmt| match s.control() {
        Some(Control::Branch(branch)) => each(s) && branch.arms.iter().all(|arm| has_only(arm, each)),
        Some(Control::Loop(_)) => false,
        None => s.computed().is_some() && each(s),
    };
    !region.diverges && region.stmts.iter().all(stmt)
}

/// The values of `f` that nothing reads, given what is read after its end.
pub fn dead(f: &Function, ends: &[ValueId]) -> IdSet<ValueId> {
    let mut graph = Graph { f, live: IdSet::default(), feeds: IdMap::default(), roots: ends.to_vec() };
    graph.region(&f.body);
    while let Some(value) = graph.roots.pop() {
        if graph.live.insert(value) {
            graph.roots.extend(graph.feeds.get(&value).into_iter().flatten().copied());
        }
    }
    let live = graph.live;
    graph.feeds.into_keys().filter(|v| !live.contains(v)).collect()
}

struct Graph<'f> {
    f: &'f Function,
    live: IdSet<ValueId>,
    /// What a removable value reads.
    feeds: IdMap<ValueId, Vec<ValueId>>,
    roots: Vec<ValueId>,
}

impl Graph<'_> {
    fn region(&mut self, region: &Region) {
        region.stmts.iter().for_each(|s| self.stmt(s));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match (stmt, stmt.control()) {
            (Stmt::Let { value, op }, _) if removable(op, &value_ty(self.f, *value)) => {
                self.feeds.or_default(*value).extend(op.operands());
            }
            (_, Some(Control::Branch(branch))) => self.branch(branch),
            (_, Some(Control::Loop(l))) => self.loop_(l),
            (_, None) => stmt.visit_shallow(&mut |v| self.roots.push(v)),
        }
    }

    fn branch(&mut self, branch: &Branch) {
        let removable = |s: &Stmt| s.computed().is_none_or(|(v, op)| removable(op, &value_ty(self.f, v)));
        if !branch.arms.iter().all(|arm| has_only(arm, &removable)) {
            self.roots.push(branch.on);
        }
        for phi in &branch.phis {
            let inputs = phi.inputs.iter().flatten().chain([&branch.on]);
            self.feeds.or_default(phi.value).extend(inputs);
        }
        branch.arms.iter().for_each(|arm| self.region(arm));
    }

    fn loop_(&mut self, l: &Loop) {
        l.range.iter().for_each(|r| r.visit(&mut |v| self.roots.push(v)));
        l.stop.iter().for_each(|s| self.roots.push(*s));
        if let Some((header, cond)) = &l.header {
            self.region(header);
            self.roots.push(*cond);
        }
        for carried in &l.carried {
            // One variable serves all of them.
            let inputs = carried.init.into_iter().chain([carried.next, carried.result]);
            self.feeds.or_default(carried.phi).extend(inputs);
            self.feeds.or_default(carried.result).push(carried.phi);
        }
        self.region(&l.body);
    }
}
