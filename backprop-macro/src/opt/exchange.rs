//! `a = b; b = c`: two objects change hands, so that neither is copied to be had again on the way back.
//!
//! ```text
//! m2 = m3; m3 = m4   →   swap(m2, m3); m3 = m4
//! ```
//! What `a` held is dropped one statement later than the user wrote. Time steps that remember two states do it.

use crate::ir::hash::HashSet;
use crate::ir::visit::{Mentions, Visitor};
use crate::ir::{Access, Bulk, Function, MemId, Place, Region, Stmt, ValueId};

pub(super) fn exchange(f: &mut Function) {
    let mut body = std::mem::take(&mut f.body);
    loop {
        let mut empty = Empty::default();
        body.visit(&mut empty);
        for stmt in body.deep() {
            if let Stmt::Decl { mem, init: None } = stmt {
                empty.0.insert(*mem);
            }
        }
        // In `a = b; b = c; c = d`, `b` is full only after the first exchange.
        if !region(f, &mut body, &empty.0) {
            break;
        }
    }
    f.body = body;
}

/// The objects that may be empty at times: moved away as a whole.
#[derive(Default)]
struct Empty(HashSet<MemId>);

impl Visitor for Empty {
    fn value(&mut self, _value: ValueId) {}
    fn taken(&mut self, mem: MemId) {
        self.0.insert(mem);
    }
}

/// Was something changed?
fn region(f: &Function, r: &mut Region, empty: &HashSet<MemId>) -> bool {
    let mut changed = false;
    for index in 0..r.stmts.len() {
        for inner in r.stmts[index].regions_mut() {
            changed |= region(f, inner, empty);
        }
        let Some((to, from)) = r.stmts[index].moved() else { continue };
        let (a, b) = (&f.mems[to], &f.mems[from]);
        let alike = a.ty == b.ty && !a.ty.is_shape_known() && !a.ty.is_passive();
        let local = a.access == Access::Owned && b.access == Access::Owned;
        if alike && local && to != from && !empty.contains(&to) && filled(&r.stmts[index + 1..], from) {
            r.stmts[index] = Stmt::Bulk(Bulk::Swap { a: Place::whole(to), b: Place::whole(from) });
            changed = true;
        }
    }
    changed
}

/// Does the object get new contents before anybody looks at it?
fn filled(rest: &[Stmt], mem: MemId) -> bool {
    let mentions = |visit: &dyn Fn(&mut Mentions)| Mentions::of(visit).mems.contains(&mem);
    let next = rest.iter().find(|s| mentions(&|m| s.visit_deep(m)));
    let whole = |place: &Place| *place == Place::whole(mem);
    next.is_some_and(
        |s| matches!(s, Stmt::Assign { place, init } if whole(place) && !mentions(&|m| init.visit(m))),
    )
}
