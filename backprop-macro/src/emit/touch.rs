//! Loops that panic in the function's place, out of line: see `opt/rows`.
//!
//! ```text
//! if outside(x.len(), at, n) { for i in 0..n { let v = x[at + i]; } unreachable!() }
//!   →
//! if outside(x.len(), at, n) { let x = &x[..]; out_of_line(move || for i in 0..n { let v = x[at + i]; }) }
//! ```
//! What they read is copied when they run, and not held in registers by the loop around.

use super::body::Body;
use super::tables::mem_ty;
use crate::ir::visit::Mentions;
use crate::ir::{Branch, Loop, MemId, Op, Stmt, Ty};
use proc_macro2::TokenStream;

impl Body<'_> {
    /// The objects that such a loop looks at, if a branch in another loop holds nothing else, and slices of them can be lent.
    pub(super) fn touched(&self, branch: &Branch) -> Option<Vec<MemId>> {
        let [then, els] = branch.arms.as_slice() else { return None };
        let [Stmt::Loop(l)] = then.stmts.as_slice() else { return None };
        if self.depth == 0 || !then.diverges || !els.stmts.is_empty() || !looks(l) {
            return None;
        }
        let mut mems = Mentions::of(|m| then.visit(m)).mems;
        mems.sort_unstable();
        mems.dedup();
        let lent = |m: &MemId| matches!(mem_ty(self.f, *m), Ty::Slice(_) | Ty::Vec(_) | Ty::Array(..));
        mems.iter().all(lent).then_some(mems)
    }

    pub(super) fn out_of_line(&self, mems: &[MemId], body: &TokenStream) -> TokenStream {
        let krate = self.krate;
        let lent = mems.iter().map(|m| {
            let name = self.mem_ident(*m);
            q!(let #name = &#name[..];)
        });
        q!(#(#lent)* #krate::__private::out_of_line(move || { #body }))
    }
}

/// Does it load elements, by indices that it computes, and nothing else?
fn looks(l: &Loop) -> bool {
    let simple = |stmt: &Stmt| match stmt.computed() {
        Some((_, op)) => match op {
            Op::Const(_) | Op::Apply { .. } | Op::Load(_) | Op::Len(_) | Op::Helper { .. } => true,
            Op::Operator { .. }
            | Op::Cast { .. }
            | Op::Select { .. }
            | Op::Detach(_)
            | Op::Pure(_)
            | Op::Once(_)
            | Op::SumOf(_)
            | Op::Dot(..) => false,
        },
        None => false,
    };
    l.carried.is_empty() && l.body.stmts.iter().all(simple)
}
