//! The assignments that give an object declared without a value (`let a;`) its first one: they overwrite nothing.
//!
//! ```text
//! m0; if c { m0 = Some(v1) } else { m0 = None }; m0 = None       the first two, not the third
//! ```
//! One that may come again, in a loop, is none of them.

use super::layout::{At, Layout, RegionId};
use crate::ir::hash::HashSet;
use crate::ir::{Function, MemId, Region, Stmt, Ty};

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
    /// `set`: the deferred objects that may have a value.
    fn region(&mut self, region: &Region, id: RegionId, set: &mut HashSet<MemId>) {
        for (index, stmt) in region.stmts.iter().enumerate() {
            let at = (id, index);
            match stmt {
                Stmt::Decl { mem, init: None } => {
                    self.deferred.insert(*mem);
                    set.remove(mem);
                }
                Stmt::Assign { place, init: _ } if place.proj.is_empty() => {
                    if self.deferred.contains(&place.mem) && set.insert(place.mem) {
                        self.found.insert(at);
                    }
                }
                Stmt::Branch(branch) => {
                    let before = set.clone();
                    for (arm, child) in branch.arms.iter().zip(self.layout.children(at)) {
                        let mut end = before.clone();
                        self.region(arm, *child, &mut end);
                        if !arm.diverges {
                            set.extend(end);
                        }
                    }
                }
                Stmt::Loop(l) => {
                    // What the iteration before has assigned has a value in the next, and something stands for it
                    // in the first: see `emit/unset.rs`.
                    let again = |m: &MemId| {
                        self.deferred.contains(m) && matches!(self.f.mems[*m].ty, Ty::Vec(_) | Ty::Option(_))
                    };
                    set.extend(l.body.deep().flat_map(Stmt::written).filter(again));
                    let inner = l.header.iter().map(|(h, _)| h).chain([&l.body]);
                    for (region, child) in inner.zip(self.layout.children(at)) {
                        self.region(region, *child, set);
                    }
                }
                Stmt::Let { .. }
                | Stmt::Decl { .. }
                | Stmt::Store { .. }
                | Stmt::Assign { .. }
                | Stmt::Accumulate { .. }
                | Stmt::Bulk(_)
                | Stmt::Call(_)
                | Stmt::Opaque(_)
                | Stmt::Push { .. }
                | Stmt::Save { .. }
                | Stmt::Pop { .. }
                | Stmt::Restore { .. }
                | Stmt::Pullback(_) => {}
            }
        }
    }
}
