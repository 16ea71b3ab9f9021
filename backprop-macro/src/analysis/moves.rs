//! Assignments at whose reverse two objects change hands: `a = b` in a loop, where `b` was made in the same iteration.
//!
//! ```text
//! loop { b = f(a); a = b }      forward: keep the old a (moved, not copied)      reverse: b = a; a = kept; d_b = d_a; d_a = 0
//! ```
//! Nobody can look at `b` behind the assignment, so its contents are those of `a` there, and its shadow those of `a`'s.

use super::layout::{At, RegionId};
use super::plan::Planner;
use crate::adjoint::prepare::deferred;
use crate::ir::visit::Mentions;
use crate::ir::{Access, MemId, Region};
use std::collections::BTreeMap;

impl Planner<'_> {
    pub(super) fn find_moves(&mut self) {
        let mut moves = BTreeMap::new();
        self.moves_of(&self.f.body, 0, &mut moves);
        self.plan.moves = moves;
    }

    fn moves_of(&self, region: &Region, id: RegionId, moves: &mut BTreeMap<At, MemId>) {
        for (index, stmt) in region.stmts.iter().enumerate() {
            let at = (id, index);
            for (inner, child) in stmt.regions().into_iter().zip(self.layout.children(at)) {
                self.moves_of(inner, *child, moves);
            }
            if let Some((to, from)) = stmt.moved() {
                let gone = !region.stmts[index + 1..]
                    .iter()
                    .any(|s| Mentions::of(|m| s.visit_deep(m)).mems.contains(&from));
                if gone && !self.plan.visible[id] && self.change_hands(to, from, id) {
                    moves.insert(at, from);
                }
            }
        }
    }

    fn change_hands(&self, to: MemId, from: MemId, region: RegionId) -> bool {
        let (a, b) = (&self.f.mems[to], &self.f.mems[from]);
        let local = |mem: MemId| {
            !self.prepared.outer.contains(&mem)
                && self.private.body(mem).is_none()
                && !deferred(&self.f.body, mem)
        };
        a.ty == b.ty
            && !a.ty.is_shape_known()
            && a.access == Access::Owned
            && b.access == Access::Owned
            && self.layout.decls.get(&from) == Some(&region)
            && self.layout.home(to) != region
            && self.act.has_shadow(to)
            && self.act.has_shadow(from)
            && local(to)
            && local(from)
    }

    /// Is the object moved away by the statement, to be had again only from where it went?
    pub(super) fn moves_away(&self, at: At, mem: MemId) -> bool {
        self.plan.moves.get(&at) == Some(&mem)
    }
}
