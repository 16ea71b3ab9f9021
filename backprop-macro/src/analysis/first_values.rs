//! The assignments that give an object declared without a value (`let a;`) its first one: they overwrite nothing.
//!
//! ```text
//! m0; if c { m0 = Some(v1) } else { m0 = None }; m0 = None       the first two, not the third
//! ```
//! One that may come after another, on some way or in a loop, is none of them, if something stands for a value that is not there
//! (`emit/unset.rs`); else one that does not surely come after another is one of them.

use super::layout::{At, Layout, RegionId};
use crate::ir::hash::HashSet;
use crate::ir::walk::Control;
use crate::ir::{Branch, Function, MemId, Region, Stmt, Ty};

pub(super) fn first_values(f: &Function, layout: &Layout) -> HashSet<At> {
    let mut walk = Walk { f, layout, deferred: HashSet::default(), found: HashSet::default() };
    walk.region(&f.body, 0, &mut HashSet::default());
    walk.found
}

struct Walk<'l> {
    f: &'l Function,
    layout: &'l Layout,
    deferred: HashSet<MemId>,
    found: HashSet<At>,
}

impl Walk<'_> {
    fn has_placeholder(&self, mem: MemId) -> bool {
        matches!(self.f.mems[mem].ty, Ty::Vec(_) | Ty::Option(_))
    }

    /// `set`: the deferred objects that have a value, perhaps or surely.
    fn region(&mut self, region: &Region, id: RegionId, set: &mut HashSet<MemId>) {
        for (index, stmt) in region.stmts.iter().enumerate() {
            let at = (id, index);
            match (stmt, stmt.control()) {
                (Stmt::Decl { mem, init: None }, _) => {
                    self.deferred.insert(*mem);
                    set.remove(mem);
                }
                (Stmt::Assign { place, init: _ }, _) if place.proj.is_empty() => {
                    if self.deferred.contains(&place.mem) && set.insert(place.mem) {
                        self.found.insert(at);
                    }
                }
                (_, Some(Control::Branch(branch))) => self.branch(branch, at, set),
                (_, Some(Control::Loop(l))) => {
                    let before = set.clone();
                    // What the iteration before has assigned has a value in the next.
                    let again = |m: &MemId| self.deferred.contains(m) && self.has_placeholder(*m);
                    set.extend(l.body.deep().flat_map(Stmt::written).filter(again));
                    let inner = l.header.iter().map(|(h, _)| h).chain([&l.body]);
                    for (region, child) in inner.zip(self.layout.children(at)) {
                        self.region(region, *child, set);
                    }
                    set.retain(|m| before.contains(m) || self.has_placeholder(*m));
                }
                (_, None) => {}
            }
        }
    }

    fn branch(&mut self, branch: &Branch, at: At, set: &mut HashSet<MemId>) {
        let mut ends = Vec::new();
        for (arm, child) in branch.arms.iter().zip(self.layout.children(at)) {
            let mut end = set.clone();
            self.region(arm, *child, &mut end);
            if !arm.diverges {
                ends.push(end);
            }
        }
        let all: HashSet<MemId> = ends.iter().flatten().copied().collect();
        set.extend(
            all.into_iter().filter(|m| self.has_placeholder(*m) || ends.iter().all(|end| end.contains(m))),
        );
    }
}
