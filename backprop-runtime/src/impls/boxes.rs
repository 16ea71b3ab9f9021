//! `Box<T>` and `Box<[T]>`, whose tangent is a vector.

use crate::accumulate::Accumulate;
use crate::{Differentiable, Tangent};
use alloc::boxed::Box;
use alloc::vec::Vec;

impl<T: Differentiable> Differentiable for Box<T> {
    type Tangent = Box<T::Tangent>;
    fn zero_tangent(&self) -> Self::Tangent {
        Box::new((**self).zero_tangent())
    }
    fn step(&mut self, scale: f64, direction: &Self::Tangent) {
        (**self).step(scale, direction);
    }
}

impl<T: Differentiable> Differentiable for Box<[T]> {
    type Tangent = Vec<T::Tangent>;
    fn zero_tangent(&self) -> Self::Tangent {
        (**self).zero_tangent()
    }
    fn step(&mut self, scale: f64, direction: &Self::Tangent) {
        (**self).step(scale, direction);
    }
}

impl<T: Tangent> Tangent for Box<T> {
    fn add(&mut self, other: &Self) {
        (**self).add(other);
    }
    fn scale(&mut self, by: f64) {
        (**self).scale(by);
    }
    fn dot(&self, other: &Self) -> f64 {
        (**self).dot(other)
    }
    fn __set_zero(&mut self) {
        (**self).__set_zero();
    }
    fn flat_len(&self) -> usize {
        (**self).flat_len()
    }
    fn to_flat(&self, out: &mut Vec<f64>) {
        (**self).to_flat(out);
    }
    fn from_flat(&mut self, flat: &[f64]) -> usize {
        (**self).from_flat(flat)
    }
}

impl<D, T: Accumulate<D>> Accumulate<Box<D>> for Box<T> {
    fn accumulate(&mut self, d: Box<D>) {
        (**self).accumulate(*d);
    }
}

macro_rules! numbers {
    ($($float:ident)*) => {$(
        /// `b.sin()` looks through the box.
        impl<T: Accumulate<$float>> Accumulate<$float> for Box<T> {
            fn accumulate(&mut self, d: $float) {
                (**self).accumulate(d);
            }
        }
    )*};
}
numbers!(f32 f64);
