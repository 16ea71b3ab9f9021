//! Optimisations, IR to IR: one per file, listed once, here. None of them reorders or rewrites the primal's arithmetic.

mod dead;
mod fold;
mod share;

use crate::ir::{Function, ValueId};

/// Runs all of them. `roots`: values that are used from outside (cotangents); `primal`: the first so many values are
/// the user's own, whose panics are kept.
pub fn optimise(f: &mut Function, split: usize, roots: &mut [ValueId], primal: usize) -> usize {
    let mut split = split;
    fold::fold(f, &mut split, roots);
    share::share(f, roots);
    dead::remove(f, &mut split, roots, primal);
    split
}
