//! Sums that only the adjoint forms, over several partial sums: in strict order each addition waits for the one before.

use super::Lanes;
use crate::Real;
use core::ops::{Add, Mul};

/// A number, or one per lane.
pub trait Term: Copy + Add<Output = Self> {
    /// 0.
    const ZERO: Self;
}

impl<T: Real> Term for T {
    const ZERO: T = T::ZERO;
}

impl<T: Real, const K: usize> Term for Lanes<T, K> {
    const ZERO: Self = Lanes([T::ZERO; K]);
}

/// From this length on eight partial sums pay, below it four.
const LONG: usize = 32;

/// `Σ a[i] b[i]` of slices of the same length.
#[inline(always)]
pub fn dot<A: Term + Mul<B, Output = A>, B: Copy>(a: &[A], b: &[B]) -> A {
    let b = &b[..a.len()];
    let (mut four, mut rest) = ([A::ZERO; 4], (a, b));
    if a.len() >= LONG {
        let mut eight = [A::ZERO; 8];
        let (a, b) = (a.chunks_exact(8), b.chunks_exact(8));
        rest = (a.remainder(), b.remainder());
        for (a, b) in a.zip(b) {
            for k in 0..8 {
                eight[k] = eight[k] + a[k] * b[k];
            }
        }
        four = core::array::from_fn(|k| eight[k] + eight[k + 4]);
    }
    let (a, b) = (rest.0.chunks_exact(4), rest.1.chunks_exact(4));
    rest = (a.remainder(), b.remainder());
    for (a, b) in a.zip(b) {
        for k in 0..4 {
            four[k] = four[k] + a[k] * b[k];
        }
    }
    let mut sum = (four[0] + four[2]) + (four[1] + four[3]);
    for (a, b) in rest.0.iter().zip(rest.1) {
        sum = sum + *a * *b;
    }
    sum
}
