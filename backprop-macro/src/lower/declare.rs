//! An object that is declared without a value and assigned before anything else happens to it is declared where it is
//! assigned: the assignments after that one change something that exists.
//!
//! ```text
//! m0; v1 = ..; m0 = to_vec m1; loop { m0 = .. }   →   v1 = ..; m0 = to_vec m1 (declared); loop { m0 = .. }
//! ```

use crate::ir::visit::Mentions;
use crate::ir::{MemId, Region, Stmt};

/// In this region and those inside.
pub fn settle(region: &mut Region) {
    let mut at = 0;
    while at < region.stmts.len() {
        if let Stmt::Decl { mem, init: None } = region.stmts[at] {
            let first = (at + 1..region.stmts.len()).find(|k| mentions(&region.stmts[*k], mem));
            if let Some(first) = first {
                if let Stmt::Assign { place, init } = &region.stmts[first] {
                    if place.mem == mem && place.proj.is_empty() {
                        region.stmts[first] = Stmt::Decl { mem, init: Some(init.clone()) };
                        region.stmts.remove(at);
                        continue;
                    }
                }
            }
        }
        region.stmts[at].regions_mut().into_iter().for_each(settle);
        at += 1;
    }
}

fn mentions(stmt: &Stmt, mem: MemId) -> bool {
    stmt.deep()
        .any(|s| Mentions::of(|m| s.visit_shallow(m)).mems.contains(&mem) || s.written().contains(&mem))
}
