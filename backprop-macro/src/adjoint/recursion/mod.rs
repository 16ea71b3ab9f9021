//! The halves of a function that calls itself, which only its own calls see: they can be made to fit each other.
//!
//! ```text
//! y = f(v1, v2); v9 = eq(v2, 0); push s0 (y)    ..    v5, v6 = pullback f of v4 (); return v5, add(v3, v6)
//!   →
//! y = f(v1, v2); push s0 (y)    ..    d_a += v3; v10 = sub(v2, 1); pullback f of v4 (v10) into d_x, d_a
//! ```
//! `handed`: cotangents of numbers go down by `&mut`. `again`: integers are passed again on the way down. And what is
//! kept is kept as soon as it is there: a push may call the allocator, around which every live number has to be saved.

mod again;
mod handed;
#[cfg(test)]
mod tests;

use super::Adjoint;
use crate::analysis::recursion::Own;
use crate::ir::hash::HashMap;
use crate::ir::{Operand, Stmt, ValueId};

/// An adjoint whose pullbacks of itself (`own`) get more than those of other functions.
#[derive(Clone, Debug)]
pub struct Recursive {
    /// The cotangents of parameters that are passed by value may be buffers.
    pub adjoint: Adjoint,
    /// Parameters that a pullback gets again, by value.
    pub again: Vec<usize>,
}

pub fn recursive(adjoint: &Adjoint, own: &HashMap<ValueId, Own>) -> Recursive {
    let mut adjoint = handed::hand_down(adjoint, own).unwrap_or_else(|| adjoint.clone());
    let again = again::pass_again(&mut adjoint, own);
    let split = adjoint.split.min(adjoint.f.body.stmts.len());
    push_early(&mut adjoint.f.body.stmts[..split]);
    Recursive { adjoint, again }
}

/// Pushes of values move before arithmetic that comes after what they keep.
fn push_early(stmts: &mut [Stmt]) {
    for k in 0..stmts.len() {
        stmts[k].regions_mut().into_iter().for_each(|r| push_early(&mut r.stmts));
        let mut at = k;
        while at > 0 && may_pass(&stmts[at], &stmts[at - 1]) {
            stmts.swap(at - 1, at);
            at -= 1;
        }
    }
}

fn may_pass(push: &Stmt, before: &Stmt) -> bool {
    let (Stmt::Push { stack: _, items }, Stmt::Let { value, op: _ }) = (push, before) else { return false };
    items.iter().all(|item| match item {
        Operand::Value(v) => v != value,
        Operand::Mem(_) | Operand::Copy(_) => false,
    })
}
