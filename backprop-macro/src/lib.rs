//! The compiler behind `#[grad]`; see `ARCHITECTURE.md`. Users depend on the facade, `backprop`.

mod adjoint;
mod analysis;
mod ir;
mod model;
mod opt;
mod rules;
mod source;
mod tangent;
