//! Integers that a loop carries in steps which the reverse sweep can compute again: it goes the same steps, backwards
//! from the last value or forwards from the first.
//!
//! ```text
//! loop i in 0..d carry (l: l0 -> l') { .. loop j in i+1..d { l += 1 } .. }    l' = l + 1 * trips(i+1, d): not kept
//! ```

use super::layout::{At, RegionId};
use super::plan::Planner;
use crate::ir::{Const, Loop, Op, Stmt, Ty, ValueId};

/// How a carried integer goes on: by `by`, once, or once per trip of an inner loop from `lo` to `hi`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stepped {
    /// Before the first iteration, and after the last.
    pub init: ValueId,
    pub result: ValueId,
    pub by: ValueId,
    pub trips: Option<(ValueId, ValueId)>,
    pub down: bool,
}

impl Planner<'_> {
    pub(super) fn stepped(&self, phi: ValueId, body: RegionId) -> Option<Stepped> {
        let parent = self.layout.regions[body].parent?;
        let l = self.plain_loop(parent)?;
        let carried = l.carried.iter().find(|c| c.phi == phi)?;
        if self.f.values[phi].ty != Ty::Int {
            return None;
        }
        let def = self.layout.defs.get(&carried.next).filter(|d| d.region == body && d.index > 0)?;
        let (by, trips, down) = match &l.body.stmts[def.index - 1] {
            Stmt::Let { .. } => {
                let (by, down) = self.sum(carried.next, phi)?;
                (by, None, down)
            }
            Stmt::Loop(_) => {
                let inner = self.plain_loop((body, def.index - 1))?;
                let range = inner.range.as_ref().filter(|r| !r.inclusive && r.adaptors.is_empty())?;
                let counter = inner.carried.iter().find(|c| c.result == carried.next)?;
                let (by, down) = self.sum(counter.next, counter.phi)?;
                let fixed = self.is_constant(by)
                    || self
                        .layout
                        .defs
                        .get(&by)
                        .is_some_and(|d| !self.within(d.region, (body, def.index - 1)));
                (counter.init == Some(phi) && fixed).then_some(())?;
                (by, Some((range.lo, range.hi)), down)
            }
            Stmt::Decl { .. }
            | Stmt::Store { .. }
            | Stmt::Assign { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Branch(_)
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Pop { .. }
            | Stmt::Save { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => return None,
        };
        let mut all = trips.into_iter().flat_map(|(lo, hi)| [lo, hi]).chain([by]);
        let free = all.all(|v| self.is_constant(v) || self.is_free_here(v));
        free.then_some(Stepped { init: carried.init?, result: carried.result, by, trips, down })
    }

    pub(super) fn is_constant(&self, value: ValueId) -> bool {
        matches!(
            self.layout.ops.get(&value),
            Some(Op::Const(Const::Int(_) | Const::Count(_) | Const::Literal(_)))
        )
    }

    /// A counted loop that nothing leaves early.
    fn plain_loop(&self, at: At) -> Option<&Loop> {
        match &self.layout.region(self.f, at.0).stmts[at.1] {
            Stmt::Loop(l) if l.whole_range().is_some() => Some(l),
            _ => None,
        }
    }

    fn within(&self, region: RegionId, at: At) -> bool {
        self.layout.children(at).iter().any(|inner| self.layout.contains(*inner, region))
    }

    /// `sum = phi + by` or `phi - by`.
    fn sum(&self, sum: ValueId, phi: ValueId) -> Option<(ValueId, bool)> {
        self.layout.ops.get(&sum)?.sum_with(phi).filter(|(by, _)| *by != phi)
    }
}
