//! Objects that end in a struct, a tuple or the like, in the region where they began: the cotangent of that part is theirs.
//!
//! ```text
//! a = vec![..]; s = S { a, .. }      forward: a is moved      reverse: d_a = taken d_s.a
//! ```
//! Otherwise `a` would be copied into the struct, and kept, so that its shadow can be made from it.

use super::layout::{At, RegionId};
use super::plan::Planner;
use crate::adjoint::prepare::deferred;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::visit::Mentions;
use crate::ir::{Access, Init, MemId, Operand, Region, Stmt};

impl Planner<'_> {
    /// Per statement, the objects that it takes over.
    pub(super) fn find_handed(&mut self) {
        let mut handed = HashMap::default();
        self.handed_in(&self.f.body, 0, &mut handed);
        self.plan.handed = handed;
    }

    fn handed_in(&self, region: &Region, id: RegionId, handed: &mut HashMap<At, HashSet<MemId>>) {
        for (index, stmt) in region.stmts.iter().enumerate() {
            let at = (id, index);
            for (inner, child) in stmt.regions().into_iter().zip(self.layout.children(at)) {
                self.handed_in(inner, *child, handed);
            }
            let (Stmt::Decl { init: Some(init), .. } | Stmt::Assign { init, .. }) = stmt else { continue };
            let mine: HashSet<MemId> =
                taken_over(init).into_iter().filter(|m| self.ends_here(*m, region, at)).collect();
            if !mine.is_empty() && self.plan.reversed.contains(&at) && self.is_made_active(stmt) {
                handed.insert(at, mine);
            }
        }
    }

    fn is_made_active(&self, stmt: &Stmt) -> bool {
        match stmt {
            Stmt::Decl { mem, .. } => self.act.mem(*mem),
            Stmt::Assign { place, .. } => self.act.mem(place.mem),
            Stmt::Let { .. }
            | Stmt::Store { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Branch(_)
            | Stmt::Loop(_)
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => false,
        }
    }

    fn ends_here(&self, mem: MemId, region: &Region, at: At) -> bool {
        let info = &self.f.mems[mem];
        let mentions =
            |s: &Stmt| Mentions::of(|m| s.visit_deep(m)).mems.iter().filter(|m| **m == mem).count();
        let once = mentions(&region.stmts[at.1]) == 1;
        info.access == Access::Owned
            && !info.ty.is_shape_known()
            && !info.ty.is_passive()
            && self.layout.decls.get(&mem) == Some(&at.0)
            && self.act.mem(mem)
            && once
            && !self.plan.read_back.contains(&mem)
            && !self.plan.fused.contains(&at)
            && !region.stmts[at.1 + 1..].iter().any(|s| mentions(s) > 0)
            && !self.prepared.outer.contains(&mem)
            && self.private.body(mem).is_none()
            && !deferred(&self.f.body, mem)
            && !self
                .plan
                .fused
                .iter()
                .any(|fused| self.layout.children(*fused).iter().any(|c| self.layout.contains(*c, at.0)))
            && self.f.result != crate::ir::ResultOf::Mem(mem)
    }
}

/// The objects that become parts.
fn taken_over(init: &Init) -> Vec<MemId> {
    let parts: Vec<&Operand> = match init {
        Init::Tuple(items) | Init::Variant { path: _, args: items } => items.iter().collect(),
        Init::Struct { path: _, fields, base: None } => fields.iter().map(|(_, o)| o).collect(),
        Init::Struct { base: Some(_), .. }
        | Init::Array(_)
        | Init::Repeat { .. }
        | Init::VecOf(_)
        | Init::VecRepeat { .. }
        | Init::VecNew { .. }
        | Init::Boxed(_)
        | Init::From(_)
        | Init::ToVec(_)
        | Init::Taken(_)
        | Init::Opaque(_)
        | Init::ZeroOf(_)
        | Init::Row { .. } => Vec::new(),
    };
    let mems = parts.into_iter().filter_map(|o| match o {
        Operand::Mem(mem) => Some(*mem),
        Operand::Value(_) | Operand::Copy(_) => None,
    });
    mems.collect()
}
