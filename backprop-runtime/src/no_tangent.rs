//! The tangent of a constant.
//!
//! The macro can't see whether `s.k` is a float or a `#[no_grad]` field. It always writes
//! `s_tangent.__d_k()[i] += d`, and for a constant that must compile and vanish.

use crate::{Differentiable, Tangent};
use alloc::vec::Vec;
use core::ops::{AddAssign, Index, IndexMut};

/// The tangent of something that is constant for differentiation: no data, and a sink for contributions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct NoTangent;

impl Tangent for NoTangent {
    fn add(&mut self, _: &Self) {}
    fn scale(&mut self, _: f64) {}
    fn dot(&self, _: &Self) -> f64 {
        0.0
    }
    fn flat_len(&self) -> usize {
        0
    }
    fn to_flat(&self, _: &mut Vec<f64>) {}
    fn from_flat(&mut self, _: &[f64]) -> usize {
        0
    }
}

impl Differentiable for NoTangent {
    type Tangent = NoTangent;
    fn zero_tangent(&self) -> NoTangent {
        NoTangent
    }
    fn step(&mut self, _: f64, _: &NoTangent) {}
}

/// Swallows any contribution.
impl<D> AddAssign<D> for NoTangent {
    fn add_assign(&mut self, _: D) {}
}

/// An element of a constant is a constant.
impl<I> Index<I> for NoTangent {
    type Output = NoTangent;
    fn index(&self, _: I) -> &NoTangent {
        self
    }
}

/// An element of a constant is a constant.
impl<I> IndexMut<I> for NoTangent {
    fn index_mut(&mut self, _: I) -> &mut NoTangent {
        self
    }
}
