//! The gradient of an ordinary Rust function, written at compile time: see [`grad`] and the README.
//!
//! ```
//! use backprop::grad;
//!
//! #[grad]
//! fn sigmoid(w0: f64, w1: f64, w2: f64, x0: f64, x1: f64) -> f64 {
//!     1.0 / (1.0 + (-(w0 * x0 + w1 * x1 + w2)).exp())
//! }
//!
//! let (y, (w0, ..)) = sigmoid::value_and_grad(2.0, -3.0, -3.0, -1.0, -2.0);
//! assert!((y - 0.7311).abs() < 1e-4 && (w0 + 0.1966).abs() < 1e-4);
//! ```
#![no_std]

extern crate alloc;

pub mod guide;
#[cfg(any(feature = "std", feature = "libm"))]
pub mod special;

#[doc = include_str!("guide/grad.md")]
pub use backprop_macro::grad;
#[doc = include_str!("guide/derive.md")]
pub use backprop_macro::Differentiable;
#[doc(hidden)]
pub use backprop_runtime::__private;
#[cfg(any(feature = "std", feature = "libm"))]
pub use backprop_runtime::partials;
pub use backprop_runtime::{check, Differentiable, NoTangent, Real, Tangent, Workspace};

/// The value of `x`, as a constant for differentiation: its gradient is exactly zero.
///
/// Outside of a `#[grad]` function it is the identity. For an aggregate, detach its elements.
///
/// ```
/// use backprop::{detach, grad};
///
/// #[grad]
/// fn f(x: f64) -> f64 {
///     detach(x) * x
/// }
///
/// assert_eq!(f::value_and_grad(3.0), (9.0, 3.0));
/// ```
pub fn detach<T>(x: T) -> T {
    x
}
