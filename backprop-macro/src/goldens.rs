//! What the compiler makes of a few functions, stage by stage: printed forms against blessed files, what is stored,
//! and how large the result is.
//!
//! ```text
//! tests/golden/newton.ir     the source, the primal, the optimised adjoint, what is stored and why
//! tests/golden/newton.rs     the source, the generated core
//! ```
//! `BLESS=1 cargo test -p backprop-macro goldens` rewrites the files. Nothing here runs the generated code: whether the
//! gradients are right is tested from outside.

mod blessed;
mod chains;
pub(crate) mod programs;
mod size;
pub(crate) mod stages;
mod storage;
