//! Functions through which no infinity passes unseen: where a number on the way to the result is not finite, the result is
//! not finite either.
//!
//! ```text
//! v2 = mul(v0, v1); v3 = add(v2, v0)     strict: all partials are finite if the result is
//! v2 = div(v0, v1)                       not: 1 / inf is 0
//! ```
//! So where all tangents are zero and the result is finite, the tangent of the result is a sum of zeros, and need not be
//! computed. It must never say so of an operation that may swallow an infinity, or of a partial with a pole of its own.

use crate::ir::{Function, Init, Op, Region, Stmt};
use crate::rules::Func;

/// Is every number computed by sums, products, sines and cosines, and can the function run twice?
pub fn is_strict(f: &Function) -> bool {
    region(f, &f.body)
}

fn region(f: &Function, r: &Region) -> bool {
    !r.diverges && r.stmts.iter().all(|s| stmt(f, s) && s.regions().into_iter().all(|r| region(f, r)))
}

fn stmt(f: &Function, stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Let { value, op: computed } => op(computed, f.values[*value].ty.is_passive()),
        Stmt::Decl { mem: _, init } => !matches!(init, Some(Init::Opaque(_))),
        Stmt::Assign { place: _, init } => !matches!(init, Init::Opaque(_)),
        Stmt::Store { .. } | Stmt::Bulk(_) | Stmt::Branch(_) | Stmt::Loop(_) => true,
        Stmt::Call(_)
        | Stmt::Accumulate { .. }
        | Stmt::Opaque(_)
        | Stmt::Push { .. }
        | Stmt::Pop { .. }
        | Stmt::Save { .. }
        | Stmt::Restore { .. }
        | Stmt::Pullback(_) => false,
    }
}

fn op(op: &Op, passive: bool) -> bool {
    match op {
        Op::Apply { func, .. } => {
            passive || matches!(func, Func::Add | Func::Sub | Func::Mul | Func::Neg | Func::Sin | Func::Cos)
        }
        Op::Const(_)
        | Op::Cast { .. }
        | Op::Load(_)
        | Op::Len(_)
        | Op::Select { .. }
        | Op::Detach(_)
        | Op::Pure(_)
        | Op::SumOf(_)
        | Op::Dot(..)
        | Op::Helper { name: "splat", .. } => true,
        Op::Operator { .. } | Op::Once(_) | Op::Helper { .. } => false,
    }
}
