//! What can be differentiated, and what a derivative is.
//!
//! `f64` has tangent `f64`, `Vec<(f64, usize)>` has tangent `Vec<(f64, ())>`: a tangent has the shape of
//! its value with everything that is not a float taken out. The implementations are in [`impls`](crate::impls),
//! one file per family. No implementation may drop a contribution in silence: shapes that don't fit panic.

use alloc::vec::Vec;
use core::fmt::Debug;

/// A type with a gradient.
///
/// Implemented for floats, arrays, slices, `Vec`, `Box`, `Option`, `Result` and tuples of such types, and
/// (with tangent `()`) for integers, `bool`, `char` and strings. For a struct or an enum of your own use
/// `#[derive(backprop::Differentiable)]`; implement it by hand where the parameters live on a manifold:
///
/// ```
/// # use backprop_runtime as backprop;
/// use backprop::Differentiable;
///
/// /// A heading in radians, kept in `0.0..TAU`.
/// struct Heading(f64);
///
/// impl Differentiable for Heading {
///     type Tangent = f64;
///     fn zero_tangent(&self) -> f64 {
///         0.0
///     }
///     fn step(&mut self, scale: f64, direction: &f64) {
///         self.0 = (self.0 + scale * direction).rem_euclid(core::f64::consts::TAU);
///     }
/// }
///
/// let mut h = Heading(0.25);
/// h.step(-1.0, &0.5);
/// assert!((h.0 - 6.0332).abs() < 1e-4);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no tangent type: backprop can't differentiate through it",
    label = "not `Differentiable`",
    note = "if it holds values to differentiate, put `#[derive(backprop::Differentiable)]` on it",
    note = "if it is a constant for differentiation, mark the parameter or the field `#[no_grad]`"
)]
pub trait Differentiable {
    /// The type of its gradients and directions.
    type Tangent: Tangent;

    /// The zero of the shape of `self`: a `Vec` of three floats has `vec![0.0; 3]`.
    fn zero_tangent(&self) -> Self::Tangent;

    /// Moves `self` by `scale * direction`, which is one step of gradient descent for
    /// `scale = -learning_rate`.
    ///
    /// # Panics
    /// If `direction` has another shape than `self` (a `Vec` of another length, another enum variant).
    fn step(&mut self, scale: f64, direction: &Self::Tangent);

    /// `*tangent = self.zero_tangent()`, in the memory that it has.
    #[doc(hidden)]
    #[inline]
    fn __zero_into(&self, tangent: &mut Self::Tangent) {
        *tangent = self.zero_tangent();
    }
}

/// A gradient or a direction: an element of a vector space over the floats.
///
/// The flat forms list all floats in the order of the fields, as `f64`.
pub trait Tangent: Clone + Debug + PartialEq {
    /// `self += other`.
    ///
    /// # Panics
    /// If the shapes differ.
    fn add(&mut self, other: &Self);

    /// `self *= by`.
    fn scale(&mut self, by: f64);

    /// The inner product, summed in `f64`.
    ///
    /// # Panics
    /// If the shapes differ.
    fn dot(&self, other: &Self) -> f64;

    /// How many floats there are.
    fn flat_len(&self) -> usize;

    /// Appends all floats to `out`.
    fn to_flat(&self, out: &mut Vec<f64>);

    /// Overwrites all floats with the first [`flat_len`](Tangent::flat_len) of `flat`; how many were read.
    ///
    /// # Panics
    /// If `flat` is too short.
    #[expect(clippy::wrong_self_convention, reason = "the shape comes from `self`, the numbers from `flat`")]
    fn from_flat(&mut self, flat: &[f64]) -> usize;

    /// Makes all floats zero.
    #[doc(hidden)]
    #[inline]
    fn __set_zero(&mut self) {
        self.from_flat(&alloc::vec![0.0; self.flat_len()]);
    }

    /// What is here, which may be anything then until something is assigned.
    #[doc(hidden)]
    #[inline]
    fn __take(&mut self) -> Self {
        self.clone()
    }

    /// The zero of this shape.
    #[doc(hidden)]
    #[inline]
    fn __zero_like(&self) -> Self {
        let mut zero = self.clone();
        zero.__set_zero();
        zero
    }
}
