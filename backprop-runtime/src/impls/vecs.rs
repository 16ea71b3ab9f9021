//! `Vec<T>` and `[T]`.

use super::{same_len, slice_tangent_methods};
use crate::accumulate::Accumulate;
use crate::{Differentiable, Tangent};
use alloc::vec::Vec;

impl<T: Differentiable> Differentiable for [T] {
    type Tangent = Vec<T::Tangent>;
    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        self.iter().map(T::zero_tangent).collect()
    }
    #[inline]
    fn step(&mut self, scale: f64, direction: &Self::Tangent) {
        same_len(self.len(), direction.len());
        for (x, d) in self.iter_mut().zip(direction) {
            x.step(scale, d);
        }
    }
    #[inline]
    fn __zero_into(&self, tangent: &mut Self::Tangent) {
        tangent.truncate(self.len());
        let (there, more) = self.split_at(tangent.len());
        for (x, d) in there.iter().zip(&mut *tangent) {
            x.__zero_into(d);
        }
        tangent.extend(more.iter().map(T::zero_tangent));
    }
}

impl<T: Differentiable> Differentiable for Vec<T> {
    type Tangent = Vec<T::Tangent>;
    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        self.as_slice().zero_tangent()
    }
    #[inline]
    fn step(&mut self, scale: f64, direction: &Self::Tangent) {
        self.as_mut_slice().step(scale, direction);
    }
    #[inline]
    fn __zero_into(&self, tangent: &mut Self::Tangent) {
        self.as_slice().__zero_into(tangent);
    }
}

impl<T: Tangent> Tangent for Vec<T> {
    slice_tangent_methods!();
    #[inline(always)]
    fn __take(&mut self) -> Self {
        core::mem::take(self)
    }
    #[inline]
    fn __zero_like(&self) -> Self {
        self.iter().map(T::__zero_like).collect()
    }
}

impl<D: Clone, T: Accumulate<D>> Accumulate<Vec<D>> for [T] {
    #[inline]
    fn accumulate(&mut self, d: Vec<D>) {
        same_len(self.len(), d.len());
        for (slot, d) in self.iter_mut().zip(d) {
            slot.accumulate(d);
        }
    }
    #[inline]
    fn accumulate_ref(&mut self, d: &Vec<D>) {
        same_len(self.len(), d.len());
        for (slot, d) in self.iter_mut().zip(d) {
            slot.accumulate_ref(d);
        }
    }
}

impl<D: Clone, T: Accumulate<D>> Accumulate<Vec<D>> for Vec<T> {
    #[inline]
    fn accumulate(&mut self, d: Vec<D>) {
        self.as_mut_slice().accumulate(d);
    }
    #[inline]
    fn accumulate_ref(&mut self, d: &Vec<D>) {
        self.as_mut_slice().accumulate_ref(d);
    }
}
