//! The compiler behind `#[grad]`; see `ARCHITECTURE.md`. Users depend on the facade, `backprop`.

mod adjoint;
mod ir;
mod model;
mod rules;
mod source;
mod tangent;
