//! `[T; N]`.

use super::slice_tangent_methods;
use crate::accumulate::Accumulate;
use crate::{Differentiable, Tangent};

impl<T: Differentiable, const N: usize> Differentiable for [T; N] {
    type Tangent = [T::Tangent; N];
    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        self.each_ref().map(T::zero_tangent)
    }
    #[inline]
    fn step(&mut self, scale: f64, direction: &Self::Tangent) {
        for (x, d) in self.iter_mut().zip(direction) {
            x.step(scale, d);
        }
    }
    #[inline]
    fn __zero_into(&self, tangent: &mut Self::Tangent) {
        for (x, d) in self.iter().zip(tangent) {
            x.__zero_into(d);
        }
    }
}

impl<T: Tangent, const N: usize> Tangent for [T; N] {
    slice_tangent_methods!();
}

impl<D: Clone, T: Accumulate<D>, const N: usize> Accumulate<[D; N]> for [T; N] {
    #[inline]
    fn accumulate(&mut self, d: [D; N]) {
        for (slot, d) in self.iter_mut().zip(d) {
            slot.accumulate(d);
        }
    }
    #[inline]
    fn accumulate_ref(&mut self, d: &[D; N]) {
        for (slot, d) in self.iter_mut().zip(d) {
            slot.accumulate_ref(d);
        }
    }
}
