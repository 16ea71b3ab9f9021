//! `Lanes<T, K>`: the cotangents (or tangents) of `K` seeds (or directions), which go through one sweep together.
//!
//! A sweep is linear in its cotangents, so it only adds them, and multiplies them by numbers of the primal. Each lane
//! does what a sweep of its own would do, in the same order: its bits are the same.

mod blocks;
mod jacobian;
mod several;

pub use blocks::{
    all_given, bits, blocks, copies, given, mark, marks, marks_from, marks_of, none, union, Masked, Parts,
};
pub use jacobian::{filled, Columns, Rows, Seeds, TakenRows};
pub use several::{by_lane, lane, lane_of_slice, zero_in_lanes, CloneIn, InLanes, Spread};

use crate::accumulate::Accumulate;
use crate::real::Arithmetic;
use crate::{Real, Tangent};
use alloc::vec::Vec;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

/// One number per lane.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(transparent)]
pub struct Lanes<T, const K: usize>(pub [T; K]);

impl<T: Copy, const K: usize> Lanes<T, K> {
    /// The same number in every lane.
    #[inline(always)]
    pub const fn splat(x: T) -> Self {
        Lanes([x; K])
    }
}

impl<T: Real, const K: usize> Lanes<T, K> {
    /// One in lane `k`, zero in the others.
    #[inline(always)]
    pub fn unit(k: usize) -> Self {
        let mut lanes = Self::splat(T::ZERO);
        lanes.0[k] = T::ONE;
        lanes
    }
}

impl<T: Arithmetic + Copy, const K: usize> Neg for Lanes<T, K> {
    type Output = Self;
    #[inline(always)]
    fn neg(mut self) -> Self {
        for x in &mut self.0 {
            *x = -*x;
        }
        self
    }
}

/// Lane by lane.
macro_rules! among_lanes {
    ($($trait:ident $method:ident $assign:ident $assign_method:ident;)*) => {$(
        impl<T: Arithmetic + Copy, const K: usize> $assign for Lanes<T, K> {
            #[inline(always)]
            fn $assign_method(&mut self, other: Self) {
                for (x, y) in self.0.iter_mut().zip(other.0) {
                    x.$assign_method(y);
                }
            }
        }

        impl<T: Arithmetic + Copy, const K: usize> $trait for Lanes<T, K> {
            type Output = Self;
            #[inline(always)]
            fn $method(mut self, other: Self) -> Self {
                self.$assign_method(other);
                self
            }
        }
    )*};
}
among_lanes! { Add add AddAssign add_assign; Sub sub SubAssign sub_assign; }

/// Every lane by the same number.
macro_rules! by_a_number {
    ($($trait:ident $method:ident $assign:ident $assign_method:ident;)*) => {$(
        impl<T: Arithmetic + Copy, const K: usize> $assign<T> for Lanes<T, K> {
            #[inline(always)]
            fn $assign_method(&mut self, by: T) {
                for x in &mut self.0 {
                    x.$assign_method(by);
                }
            }
        }

        impl<T: Arithmetic + Copy, const K: usize> $trait<T> for Lanes<T, K> {
            type Output = Self;
            #[inline(always)]
            fn $method(mut self, by: T) -> Self {
                self.$assign_method(by);
                self
            }
        }
    )*};
}
by_a_number! { Mul mul MulAssign mul_assign; Div div DivAssign div_assign; }

impl<T: Arithmetic + Copy, const K: usize> Accumulate for Lanes<T, K> {
    #[inline(always)]
    fn accumulate(&mut self, d: Self) {
        *self += d;
    }
}

/// As `K` tangents beside each other.
impl<T: Tangent, const K: usize> Tangent for Lanes<T, K> {
    #[inline(always)]
    fn add(&mut self, other: &Self) {
        self.0.add(&other.0);
    }
    #[inline(always)]
    fn scale(&mut self, by: f64) {
        self.0.scale(by);
    }
    fn dot(&self, other: &Self) -> f64 {
        self.0.dot(&other.0)
    }
    fn flat_len(&self) -> usize {
        self.0.flat_len()
    }
    fn to_flat(&self, out: &mut Vec<f64>) {
        self.0.to_flat(out);
    }
    fn from_flat(&mut self, flat: &[f64]) -> usize {
        self.0.from_flat(flat)
    }
}

/// A number in one lane, zero in the others.
#[inline(always)]
pub fn in_lane<T: Real, const K: usize>(x: T, lane: usize) -> Lanes<T, K> {
    and_in_lane(Lanes::splat(T::ZERO), x, lane)
}

/// The others, and a number in one lane.
#[inline(always)]
pub fn and_in_lane<T: Real, const K: usize>(mut others: Lanes<T, K>, x: T, lane: usize) -> Lanes<T, K> {
    others.0[lane] = x;
    others
}

/// `x / by`, where `by` is zero or has a finite reciprocal.
#[inline(always)]
pub fn quotient_by_root<T: Real, const K: usize>(x: Lanes<T, K>, by: T) -> Lanes<T, K> {
    x * (T::ONE / by)
}

/// `x / by`, by one division for all lanes, and for all quotients with this divisor. The reciprocal of a number below 2⁻¹⁰²⁴ is
/// infinite: there each lane is divided.
#[inline(always)]
pub fn quotient<T: Real, const K: usize>(x: Lanes<T, K>, by: T) -> Lanes<T, K> {
    let reciprocal = T::ONE / by;
    if reciprocal.is_finite() {
        x * reciprocal
    } else {
        x / by
    }
}

/// Per lane the sum in the order of the elements.
pub fn sum_of_lanes<T: Arithmetic + Copy, const K: usize>(all: &[Lanes<T, K>]) -> Lanes<T, K> {
    Lanes(core::array::from_fn(|k| all.iter().map(|lanes| lanes.0[k]).sum()))
}

/// Is every number of every lane zero?
#[inline(always)]
pub fn is_zero<T: EveryLane>(tangent: &T) -> bool {
    // But for the sign.
    tangent.joined_bits() << 1 == 0
}

/// Does every lane hold the same numbers, bit for bit?
#[inline(always)]
pub fn is_same<T: EveryLane>(tangent: &T) -> bool {
    tangent.all_same()
}

/// Floats in lanes, and arrays of them.
pub trait EveryLane {
    /// The bits (as an `f64`) that any number of any lane has, without a branch per number.
    fn joined_bits(&self) -> u64;
    /// Does every lane hold the same numbers, bit for bit?
    fn all_same(&self) -> bool;
}

impl<T: Real, const K: usize> EveryLane for Lanes<T, K> {
    #[inline(always)]
    fn joined_bits(&self) -> u64 {
        self.0.iter().fold(0, |bits, x| bits | Into::<f64>::into(*x).to_bits())
    }
    #[inline(always)]
    fn all_same(&self) -> bool {
        let Some(first) = self.0.first() else { return true };
        self.0.iter().fold(true, |same, x| same & x.total_cmp(first).is_eq())
    }
}

impl<T: EveryLane, const N: usize> EveryLane for [T; N] {
    #[inline(always)]
    fn joined_bits(&self) -> u64 {
        self.iter().fold(0, |bits, x| bits | x.joined_bits())
    }
    #[inline(always)]
    fn all_same(&self) -> bool {
        self.iter().fold(true, |same, x| same & x.all_same())
    }
}

/// `0.0` in the place of `-0.0`.
#[inline(always)]
pub fn with_unsigned_zeros<T: Plain>(mut tangent: T) -> T {
    tangent.unsign_zeros();
    tangent
}

/// Floats, the same in lanes, and arrays of them.
pub trait Plain {
    /// Is every number finite?
    fn is_all_finite(&self) -> bool;
    /// `0.0` in the place of `-0.0`.
    fn unsign_zeros(&mut self);
}

impl<T: Real> Plain for T {
    #[inline(always)]
    fn is_all_finite(&self) -> bool {
        self.is_finite()
    }
    #[inline(always)]
    fn unsign_zeros(&mut self) {
        *self += T::ZERO;
    }
}

impl<T: Plain + Copy, const K: usize> Plain for Lanes<T, K> {
    #[inline(always)]
    fn is_all_finite(&self) -> bool {
        self.0.is_all_finite()
    }
    #[inline(always)]
    fn unsign_zeros(&mut self) {
        self.0.unsign_zeros();
    }
}

impl<T: Plain, const N: usize> Plain for [T; N] {
    #[inline(always)]
    fn is_all_finite(&self) -> bool {
        self.iter().fold(true, |finite, x| finite & x.is_all_finite())
    }
    #[inline(always)]
    fn unsign_zeros(&mut self) {
        self.iter_mut().for_each(T::unsign_zeros);
    }
}
