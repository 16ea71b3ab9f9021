//! Loops of the reverse sweep over the same range, of which one takes up the elements that the other has just written, become one.
//!
//! ```text
//! loop j in 0..d { m0[j] = v1 } .. loop j in 0..d { v2 = load m0[j]; m1[j] += v2 }
//!   →
//! loop j in 0..d { m0[j] = v1; v2 = load m0[j]; m1[j] += v2 } ..
//! ```
//! Legal where each iteration of the second touches, of what either writes, only elements that the same iteration of the first
//! touches; nothing between the two touches what the second writes, or writes what it touches; and the elements that it writes are
//! others in each iteration, if it ran in the other direction. Each element gets the same contributions in the same order.

use crate::analysis::poly::{Poly, Polys};
use crate::ir::hash::HashSet;
use crate::ir::visit::Mentions;
use crate::ir::walk::ElementAccess;
use crate::ir::{Function, Loop, MemId, Op, Proj, Region, Stmt, Ty, ValueId};

/// Rows of one loop, at most: `emit/apart.rs` has functions for so many.
const MOST: usize = 6;

/// So many loops before are looked at.
const NEAR: usize = 8;

/// In all regions; the first `primal` values are the user's own, and may panic in their order.
pub(super) fn join(f: &mut Function, split: usize, primal: usize) -> usize {
    let polys = Polys::of(f);
    let mut stmts = std::mem::take(&mut f.body.stmts);
    let mut second = stmts.split_off(split.min(stmts.len()));
    let joiner = Joiner { f, polys, primal };
    joiner.stmts(&mut stmts);
    joiner.stmts(&mut second);
    let split = stmts.len();
    stmts.append(&mut second);
    f.body.stmts = stmts;
    split
}

struct Joiner<'f> {
    f: &'f Function,
    polys: Polys,
    primal: usize,
}

/// What a statement reads and writes, with all inside.
fn touched(stmt: &Stmt) -> (HashSet<MemId>, HashSet<MemId>) {
    let all =
        Mentions::of(|m| stmt.visit_deep(m)).mems.into_iter().chain(stmt.deep().flat_map(Stmt::declared));
    (all.collect(), stmt.deep().flat_map(Stmt::written).collect())
}

fn apart(a: &HashSet<MemId>, b: &HashSet<MemId>) -> bool {
    a.iter().all(|m| !b.contains(m))
}

impl Joiner<'_> {
    fn region(&self, region: &mut Region) {
        self.stmts(&mut region.stmts);
    }

    fn stmts(&self, stmts: &mut Vec<Stmt>) {
        stmts.iter_mut().flat_map(Stmt::regions_mut).for_each(|r| self.region(r));
        // Most statements are no loops: these are looked for once.
        let mut loops: Vec<usize> = Vec::new();
        let mut at = 0;
        while at < stmts.len() {
            if self.candidate(&stmts[at]).is_some() {
                let earlier = loops.iter().rev().take(NEAR).copied().find(|to| self.joins(stmts, *to, at));
                if let Some(to) = earlier {
                    self.merge(stmts, to, at);
                    loops = (0..at).filter(|k| self.candidate(&stmts[*k]).is_some()).collect();
                    continue;
                }
                loops.push(at);
            }
            at += 1;
        }
    }

    /// Is it a loop of elements, of the reverse sweep?
    fn candidate<'s>(&self, stmt: &'s Stmt) -> Option<&'s Loop> {
        let Stmt::Loop(l) = stmt else { return None };
        let range = l.whole_range().filter(|r| r.is_plain() && !r.inclusive)?;
        let own = |s: &Stmt| match s {
            Stmt::Let { value, op } => (value.0 as usize) >= self.primal && simple(op),
            Stmt::Store { place, .. } | Stmt::Accumulate { place, .. } => {
                s.element().is_some() && self.f.mems[place.mem].shadow_of.is_some()
            }
            _ => false,
        };
        let made = (range.index.0 as usize) >= self.primal && l.carried.is_empty();
        (made && l.body.stmts.iter().all(own)).then_some(&**l)
    }

    fn joins(&self, stmts: &[Stmt], to: usize, at: usize) -> bool {
        let (Some(first), Some(second)) = (self.candidate(&stmts[to]), self.candidate(&stmts[at])) else {
            return false;
        };
        let between = &stmts[to + 1..at];
        self.fit(first, second) && self.moves(between, &stmts[at]).is_some()
    }

    /// The same range, and of what either writes, the same elements in each iteration.
    fn fit(&self, first: &Loop, second: &Loop) -> bool {
        let (Some(a), Some(b)) = (&first.range, &second.range) else { return false };
        let same = |x: ValueId, y: ValueId| self.polys.get(x) == self.polys.get(y);
        if !same(a.lo, b.lo) || !same(a.hi, b.hi) {
            return false;
        }
        let (Some(one), Some(two)) = (self.elements(first, a.index), self.elements(second, a.index)) else {
            return false;
        };
        let mems: HashSet<MemId> = one.iter().chain(&two).map(|e| e.mem).collect();
        let written: HashSet<MemId> = one.iter().chain(&two).filter(|e| e.writes).map(|e| e.mem).collect();
        let taken_up = one.iter().any(|x| x.writes && two.iter().any(|y| x.mem == y.mem));
        let together = written.iter().all(|m| {
            let mut of = one.iter().filter(|e| e.mem == *m).peekable();
            let shared = of.peek().is_some() && two.iter().any(|e| e.mem == *m);
            let mut all = of.chain(two.iter().filter(|e| e.mem == *m)).map(|e| &e.at);
            let first = all.next();
            !shared || all.all(|at| Some(at) == first)
        });
        // In the other direction, no iteration of the second may touch what another one writes.
        let turned = a.adaptors != b.adaptors;
        let own = |e: &Element| {
            let distinct = e.at.split(a.index).is_some_and(|(step, _)| step == Poly::constant(1));
            distinct && two.iter().filter(|o| o.mem == e.mem).all(|o| o.at == e.at)
        };
        let free = !turned || two.iter().filter(|e| e.writes).all(own);
        taken_up && together && free && mems.len() <= MOST
    }

    /// The elements that an iteration touches, in terms of an index; `None`: there is something else.
    fn elements(&self, l: &Loop, index: ValueId) -> Option<Vec<Element>> {
        let own = l.range.as_ref()?.index;
        let mut all = Vec::new();
        for stmt in &l.body.stmts {
            let Some(e) = stmt.element() else {
                if Mentions::of(|m| stmt.visit_shallow(m)).mems.is_empty() {
                    continue;
                }
                return None;
            };
            let [Proj::Index(i)] = e.place.proj[..] else { return None };
            let at = self.polys.get(i).with(own, &Poly::atom(index))?;
            all.push(Element { mem: e.place.mem, at, writes: e.access != ElementAccess::Read });
        }
        Some(all)
    }

    /// Which of the statements in between have to come first, where the last one moves in front of them.
    fn moves(&self, between: &[Stmt], last: &Stmt) -> Option<Vec<usize>> {
        let (touches, writes) = touched(last);
        let mut needs: HashSet<ValueId> = Mentions::of(|m| last.visit_deep(m)).values.into_iter().collect();
        let mut first = Vec::new();
        for (k, stmt) in between.iter().enumerate().rev() {
            if stmt.defs().iter().any(|v| needs.contains(v)) {
                let Stmt::Let { value, op } = stmt else { return None };
                let own = (value.0 as usize) >= self.primal || matches!(op, Op::Const(_));
                if self.f.values[*value].ty != Ty::Int || !own || !fixed(op) {
                    return None;
                }
                needs.extend(op.operands());
                first.push(k);
                continue;
            }
            let (others, written) = touched(stmt);
            if !apart(&written, &touches) || !apart(&writes, &others) {
                return None;
            }
        }
        first.reverse();
        Some(first)
    }

    fn merge(&self, stmts: &mut Vec<Stmt>, to: usize, at: usize) {
        let Some(first) = self.moves(&stmts[to + 1..at], &stmts[at]) else { return };
        let Stmt::Loop(mut second) = stmts.remove(at) else { return };
        // From the last on, so that the numbers of the others stay.
        let mut needed: Vec<Stmt> = first.iter().rev().map(|k| stmts.remove(to + 1 + k)).collect();
        needed.reverse();
        if let (Stmt::Loop(l), Some(own)) = (&mut stmts[to], second.range.as_ref().map(|r| r.index)) {
            if let Some(range) = &l.range {
                let index = range.index;
                second.body.rename(&mut |v| if v == own { index } else { v });
            }
            l.body.stmts.append(&mut second.body.stmts);
        }
        stmts.splice(to..to, needed);
    }
}

struct Element {
    mem: MemId,
    at: Poly,
    writes: bool,
}

/// A number of loads and of other numbers, which can't panic there.
fn simple(op: &Op) -> bool {
    match op {
        Op::Const(_) | Op::Apply { .. } | Op::Cast { .. } | Op::Load(_) | Op::Helper { .. } => true,
        Op::Operator { .. }
        | Op::Len(_)
        | Op::Select { .. }
        | Op::Detach(_)
        | Op::Pure(_)
        | Op::Once(_)
        | Op::SumOf(_)
        | Op::Dot(..) => false,
    }
}

/// Integers of integers.
fn fixed(op: &Op) -> bool {
    matches!(op, Op::Const(_) | Op::Apply { .. } | Op::Helper { .. })
}
