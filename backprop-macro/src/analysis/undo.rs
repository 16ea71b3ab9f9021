//! Which stores are undone on the way back, and which objects must outlive their region for it.
//!
//! ```text
//! v2 = load a[i] (repeated in reverse); .. store a[i] = v3      the store is undone before the load is repeated
//! ```

use super::layout::{At, RegionId};
use super::plan::Planner;
use super::private;
use crate::ir::{Access, Bulk, MemId, Place, Stmt};
use std::collections::BTreeMap;

impl<'p> Planner<'p> {
    /// Adds the writes that a repeated load makes it necessary to undo; were there any?
    pub(super) fn find_undo(&mut self) -> bool {
        let mut added = false;
        for (mem, loads) in self.reloads.iter().filter(|(m, _)| !self.prepared.outer.contains(m)) {
            let home = self.private.home(self.layout, *mem);
            let fixed = !self.moves_elements(*mem);
            for write in self.layout.writes.get(mem).into_iter().flatten() {
                if loads.iter().any(|l| self.destroys(*l, *write, home, fixed)) {
                    added |= self.plan.undo.insert(*write);
                }
            }
            // What was loaded may by then be in an object that this one was exchanged with.
            for write in self.partners(*mem).into_iter().filter_map(|m| self.layout.writes.get(&m)).flatten()
            {
                if loads.iter().any(|l| self.destroys(*l, *write, 0, false)) {
                    added |= self.plan.undo.insert(*write);
                }
            }
        }
        added
    }

    /// While the fixpoint was on its way, a load may have become a kept value: then nobody reads what its undone stores
    /// would put back. Those that are left touch only objects that the reverse sweep has.
    pub(super) fn drop_idle_undo(&mut self) {
        let mut written: BTreeMap<At, Vec<MemId>> = BTreeMap::new();
        for (mem, writes) in &self.layout.writes {
            for at in writes.iter().filter(|at| self.plan.undo.contains(at)) {
                written.entry(*at).or_default().push(*mem);
            }
        }
        loop {
            let read_back = &self.plan.read_back;
            let together: Vec<MemId> = written
                .values()
                .filter(|mems| mems.iter().any(|m| read_back.contains(m)))
                .flatten()
                .filter(|m| !read_back.contains(m))
                .copied()
                .collect();
            if together.is_empty() {
                break;
            }
            self.plan.read_back.extend(together);
        }
        let read_back = &self.plan.read_back;
        self.plan
            .undo
            .retain(|at| written.get(at).is_none_or(|mems| mems.iter().any(|m| read_back.contains(m))));
    }

    /// The other objects that an object's contents may have gone to by exchanges.
    fn partners(&self, mem: MemId) -> Vec<MemId> {
        let mut all = vec![mem];
        let mut next = 0;
        while let Some(of) = all.get(next).copied() {
            next += 1;
            for (a, b) in &self.exchanged {
                for (one, other) in [(a, b), (b, a)] {
                    if *one == of && !all.contains(other) {
                        all.push(*other);
                    }
                }
            }
        }
        all.retain(|m| *m != mem);
        all
    }

    /// Is it swapped, reversed, rotated? Then what a store leaves behind does not stay where it was.
    pub(super) fn moves_elements(&self, mem: MemId) -> bool {
        let writes = self.layout.writes.get(&mem).into_iter().flatten();
        writes.into_iter().any(|at| match &self.layout.region(self.f, at.0).stmts[at.1] {
            Stmt::Bulk(bulk) => match bulk {
                Bulk::Swap { .. }
                | Bulk::Reverse { .. }
                | Bulk::RotateLeft { .. }
                | Bulk::RotateRight { .. }
                | Bulk::Push { .. }
                | Bulk::Pop { .. }
                | Bulk::Truncate { .. }
                | Bulk::Grow { .. } => true,
                Bulk::Fill { .. } | Bulk::CopyFrom { .. } | Bulk::AddAssign { .. } | Bulk::Zero { .. } => {
                    false
                }
            },
            // Written as a whole: where that is undone, all of it is put back.
            Stmt::Let { .. }
            | Stmt::Decl { .. }
            | Stmt::Store { .. }
            | Stmt::Assign { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Branch(_)
            | Stmt::Loop(_)
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => false,
        })
    }

    /// Can the write change what the load has read? `fixed`: elements stay where they are.
    fn destroys(&self, load: At, write: At, home: RegionId, fixed: bool) -> bool {
        let places = if fixed { (self.place_at(load), self.place_at(write)) } else { (None, None) };
        let (read, written) = places;
        if self.layout.order(write) > self.layout.order(load) {
            return !read.zip(written).is_some_and(|(r, w)| private::distinct(self.layout, r, w));
        }
        let around = self.layout.loops_around(write.0);
        let common = self.layout.loops_around(load.0).into_iter().filter(|l| around.contains(l));
        let mut outlived = common.filter(|l| *l != home && !self.layout.contains(*l, home));
        outlived.any(|body| match (read, written) {
            (Some(r), Some(w)) => !private::disjoint(self.f, self.layout, body, r, w),
            (None, _) | (_, None) => true,
        })
    }

    /// The place that a load reads or a store writes; `None`: some other access.
    fn place_at(&self, at: At) -> Option<&'p Place> {
        self.layout.region(self.f, at.0).stmts[at.1].element().map(|e| e.place)
    }

    /// Objects of regions that are left before the reverse sweep reads them.
    pub(super) fn find_kept_objects(&mut self) {
        self.plan.moves.retain(|at, _| self.plan.undo.contains(at));
        let handed = self.plan.handed.values().flatten().copied();
        let moved: Vec<MemId> = self.plan.moves.values().copied().chain(handed).collect();
        let declared: Vec<(MemId, RegionId)> = self.layout.decls.iter().map(|(m, r)| (*m, *r)).collect();
        let mut kept: Vec<(RegionId, MemId)> = declared
            .into_iter()
            .filter(|(m, r)| {
                !moved.contains(m)
                    && !self.plan.visible[*r]
                    && (self.plan.read_back.contains(m) || self.shape_needed(*m, *r))
            })
            .map(|(m, r)| (r, m))
            .collect();
        kept.sort();
        for (region, mem) in kept {
            self.plan.keep_mem.entry(region).or_default().push(mem);
        }
        let mut saved: Vec<(RegionId, MemId)> = self.private.iter().map(|(m, r)| (r, m)).collect();
        saved.retain(|(r, m)| !self.plan.visible[*r] && self.plan.read_back.contains(m));
        saved.sort();
        for (region, mem) in saved {
            self.plan.save.entry(region).or_default().push(mem);
        }
    }

    /// An active local needs a shadow of its shape.
    fn shape_needed(&self, mem: MemId, home: RegionId) -> bool {
        let info = &self.f.mems[mem];
        home != 0 && info.access == Access::Owned && self.act.has_shadow(mem) && !info.ty.is_shape_known()
    }
}
