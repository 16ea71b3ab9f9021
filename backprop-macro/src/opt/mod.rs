//! Optimisations, IR to IR: one per file, listed once, here. None of them reorders or rewrites the primal's arithmetic.

mod assign_first;
mod collected;
mod counted;
mod dead;
mod dots;
mod even_ends;
mod exchange;
mod first_stores;
mod fold;
mod gather;
mod in_parts;
mod join;
mod keep_rows;
mod last_taken;
mod lengths;
mod linear;
mod outside;
mod own_rows;
mod promote;
mod read_again;
mod rows;
mod separate;
mod share;
mod unroll;

use crate::ir::{Function, MemId, ValueId};

/// Before the transforms, on the user's own operations: loops that count become loops over ranges, equal operations are
/// made once. Names stay with the first.
pub fn simplify(f: &mut Function) {
    counted::count(f);
    separate::separate(f);
    exchange::exchange(f);
    in_parts::in_parts(f);
    let mut all = f.body.stmts.len();
    share::share(f, &mut all, &mut []);
    collected::collect(f);
    lengths::lengths(f);
    outside::outside(f);
    all = f.body.stmts.len();
    last_taken::last_taken(f);
    dead::remove(f, &mut all, &[], f.values.len());
}

/// For the adjoint: short loops over constant ranges are written out, where they keep something in an adjoint made before.
pub fn unrolled(f: &Function, keeping: &Function) -> Option<Function> {
    unroll::unroll(f, &keeping.body)
}

/// Where these buffers are zero at first: what is added to an element first is stored.
pub fn first_stores(f: &mut Function, buffers: &[MemId]) {
    first_stores::first_stores(f, buffers);
}

/// Whole rows are kept in the place of their elements, one by one. Where the lengths are still in sight: not in halves.
pub fn keep_rows(f: &mut Function, split: &mut usize) {
    keep_rows::keep_rows(f, split);
}

/// In halves: what the second can read from a parameter is not kept for it.
pub fn read_again(f: &mut Function, split: usize) {
    read_again::read_again(f, split);
}

/// After all else, and once: forms that LLVM likes better, which the other passes need not understand.
pub fn lower(f: &mut Function, split: usize, primal: usize) -> usize {
    assign_first::assign_first(f);
    let split = own_rows::own_rows(f, split);
    let split = join::join(f, split, primal);
    let split = rows::cut(f, split, primal);
    let split = dots::gather(f, split, primal);
    even_ends::even_ends(f);
    split
}

/// Runs all of them. `roots`: values that are used from outside (cotangents); `primal`: the first so many values are
/// the user's own, whose panics are kept.
pub fn optimise(f: &mut Function, split: usize, roots: &mut [ValueId], primal: usize) -> usize {
    let mut split = split;
    fold::fold(f, &mut split, roots);
    share::share(f, &mut split, roots);
    promote::promote(f, &mut split);
    linear::apply_once(f, &mut split);
    gather::gather(f, &mut split, primal);
    dead::remove(f, &mut split, roots, primal);
    first_stores::first_stores(f, &[]);
    split
}
