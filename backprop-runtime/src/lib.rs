//! The traits and the run-time half of `backprop`: what a generated gradient calls.
//!
//! | module | what is in it |
//! |---|---|
//! | [`Differentiable`], [`Tangent`] | which types have a gradient, and what a gradient is |
//! | [`Real`] | the float methods of std under their std names, for generic functions |
//! | [`partials`] | derivatives of std methods that have a kink, a pole or a rounding trap |
//! | [`special`] | `erf`, `ln_gamma`, `softplus`, … with their derivatives |
//! | [`check`] | a gradient checker |
//! | [`Workspace`] | memory that `f::grad_with` reuses |
//!
//! The crate is `no_std` (it needs `alloc`). The transcendental functions come from the feature `std`
//! (default) or from `libm`; without both, [`Real`] has the methods of `core` alone and [`partials`] and
//! [`special`] are left out.
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[macro_use]
mod tuples;

#[doc(hidden)]
pub mod __private;
mod accumulate;
pub mod check;
mod differentiable;
mod impls;
mod no_tangent;
pub mod partials;
mod real;
#[cfg(any(feature = "std", feature = "libm"))]
pub mod special;
mod workspace;

pub use differentiable::{Differentiable, Tangent};
pub use no_tangent::NoTangent;
pub use real::Real;
pub use workspace::Workspace;
