//! Every row against central differences and against the golden points of `tests/data/intrinsics.json`.

pub(crate) mod eval;
mod golden;
mod instantiate;
mod rows;
