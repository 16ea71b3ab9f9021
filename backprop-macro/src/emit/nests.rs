//! Room for all that a nest of loops pushes, made before the nest: a stack that grows with each round of the inner loop is copied
//! again and again.
//!
//! ```text
//! loop i in 0..n { loop j in 0..m { push s0 v1 } }     __s0.reserve(&[range_len(0, n), range_len(0, m)]); for i in 0..n { .. }
//! ```
//! Only where all of these loops run to their ends, in each round, and their lengths are known before: nothing is reserved that
//! will not be pushed.

use super::body::Body;
use super::expr::Expr;
use crate::ir::hash::HashSet;
use crate::ir::{Loop, Op, ParamKind, Place, Range, Region, Room, StackId, Stmt, Ty, ValueId};
use crate::rules::Func;

/// Of deeper nests the lengths alone would take as many tokens as there are loops for each of them.
const DEEPEST: usize = 4;

/// The loops around a push, from the outermost on.
type Nest<'l> = (StackId, Vec<&'l Range>);

impl Body<'_> {
    /// Before a loop that is in no other.
    pub(super) fn room_for_nest(&mut self, l: &Loop) {
        if self.depth > 0 || self.arena.is_some() {
            return;
        }
        let Some(range) = whole(l) else { return };
        let (mut around, mut nests) = (vec![range], Vec::new());
        collect(&l.body, &mut around, &mut nests);
        // What is taken up in the same round makes room for the next.
        let taken =
            |stack: StackId| l.body.deep().any(|s| matches!(s, Stmt::Pop { stack: s, .. } if *s == stack));
        nests.retain(|(stack, _)| self.f.stacks[*stack] == Room::Many && !taken(*stack));
        let inside = l.binds();
        for (stack, ranges) in nests {
            let bounds =
                ranges.iter().map(|r| Some((self.bound(l, &inside, r.lo)?, self.bound(l, &inside, r.hi)?)));
            let bounds: Option<Vec<_>> = bounds.collect();
            let (Some(bounds), Some(name)) = (bounds, self.stack_names.get(&stack).cloned()) else {
                continue;
            };
            let krate = self.krate;
            let mut lengths = Vec::new();
            for (r, (lo, hi)) in ranges.iter().zip(bounds) {
                let (lo, hi) = (self.said(lo), self.said(hi));
                let length = if r.inclusive { q!(range_len_inclusive) } else { q!(range_len) };
                lengths.push(q!(#krate::__private::#length(#lo, #hi)));
            }
            self.out.extend(q!(#name.reserve(&[#(#lengths),*]);));
        }
    }

    /// What is known of a bound before the loop.
    fn bound<'l>(&self, l: &'l Loop, inside: &HashSet<ValueId>, v: ValueId) -> Option<Bound<'l>> {
        let given = || self.f.params.iter().any(|p| p.kind == ParamKind::Value(v));
        if self.facts.constants.contains_key(&v) || !inside.contains(&v) && (self.is_declared(v) || given()) {
            return Some(Bound::Value(v));
        }
        let whole = |place: &Place| {
            place.proj.is_empty() && matches!(self.f.mems[place.mem].ty, Ty::Slice(_) | Ty::Array(..))
        };
        let made = l.body.deep().filter_map(Stmt::computed).find(|(value, _)| *value == v);
        match made? {
            (_, op @ Op::Len(place)) if whole(place) && self.mem_names.contains_key(&place.mem) => {
                Some(Bound::Length(v, op))
            }
            _ => None,
        }
    }

    fn said(&mut self, bound: Bound<'_>) -> Expr {
        match bound {
            Bound::Value(v) => self.take_one(v),
            Bound::Length(v, op) => self.op(v, op),
        }
    }
}

enum Bound<'l> {
    Value(ValueId),
    /// Of a slice that is there before the loop.
    Length(ValueId, &'l Op),
}

/// The range of a loop that runs to its end.
fn whole(l: &Loop) -> Option<&Range> {
    l.whole_range().filter(|r| r.is_plain() && !l.body.diverges)
}

/// What is pushed once in each round of loops in others.
fn collect<'l>(region: &'l Region, around: &mut Vec<&'l Range>, nests: &mut Vec<Nest<'l>>) {
    let mut seen: HashSet<StackId> = HashSet::default();
    for stmt in &region.stmts {
        if let Stmt::Push { stack, .. } = stmt {
            if (2..=DEEPEST).contains(&around.len()) && seen.insert(*stack) {
                nests.push((*stack, around.clone()));
            }
        }
        if let Stmt::Branch(branch) = stmt {
            // Around a loop over rows: if there are any.
            let [then, els] = branch.arms.as_slice() else { continue };
            let of_trips = els.stmts.is_empty().then(|| trips(region, branch.on)).flatten();
            for inner in then.stmts.iter().filter_map(as_loop) {
                if of_trips.is_some() && inner.range.as_ref().map(|r| r.hi) == of_trips {
                    enter(inner, around, nests);
                }
            }
        }
        as_loop(stmt).into_iter().for_each(|inner| enter(inner, around, nests));
    }
}

fn enter<'l>(l: &'l Loop, around: &mut Vec<&'l Range>, nests: &mut Vec<Nest<'l>>) {
    if let Some(range) = whole(l) {
        around.push(range);
        collect(&l.body, around, nests);
        around.pop();
    }
}

fn as_loop(stmt: &Stmt) -> Option<&Loop> {
    match stmt.control() {
        Some(crate::ir::walk::Control::Loop(l)) => Some(l),
        Some(crate::ir::walk::Control::Branch(_)) | None => None,
    }
}

/// `v` in `v != 0`.
fn trips(region: &Region, on: ValueId) -> Option<ValueId> {
    region.stmts.iter().filter_map(Stmt::computed).find_map(|(value, op)| match op {
        Op::Apply { func: Func::Ne, args } if value == on => args.first().copied(),
        _ => None,
    })
}
