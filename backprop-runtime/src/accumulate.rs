//! Adding a contribution to a cotangent whose type the macro can't see.
//!
//! `d_x.accumulate(d)` is `d_x += d` for floats (of either width), elementwise for containers, and nothing
//! for constants. A slot that holds floats takes contributions of its own shape only, so that no
//! contribution can be lost without a compile error.

/// `self += d`, by value.
#[diagnostic::on_unimplemented(
    message = "a contribution of type `{D}` can't be added to a cotangent of type `{Self}`",
    note = "bind the value with an annotated `let`, so that backprop knows its type",
    note = "a `Constant` comes from a callee that takes the argument as a constant: let it differentiate by this parameter (`#[no_grad]`, `wrt(..)`), or pass `backprop::detach(..)`"
)]
pub trait Accumulate<D = Self> {
    /// Adds `d`.
    fn accumulate(&mut self, d: D);

    /// Adds what is kept elsewhere.
    #[doc(hidden)]
    #[inline]
    fn accumulate_ref(&mut self, d: &D)
    where
        D: Clone,
    {
        self.accumulate(d.clone());
    }
}

impl<D> Accumulate<D> for () {
    #[inline(always)]
    fn accumulate(&mut self, _: D) {}
    #[inline(always)]
    fn accumulate_ref(&mut self, _: &D) {}
}

impl<D> Accumulate<D> for crate::NoTangent {
    #[inline(always)]
    fn accumulate(&mut self, _: D) {}
    #[inline(always)]
    fn accumulate_ref(&mut self, _: &D) {}
}
