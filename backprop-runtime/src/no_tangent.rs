//! The tangent of a constant.
//!
//! The macro can't see whether `s.k` is a float or a `#[no_grad]` field. It always writes
//! `s_tangent.__d_k()[i] += d`, and for a constant that must compile and vanish.

use crate::{Differentiable, Tangent};
use alloc::vec::Vec;
use core::ops::{Add, AddAssign, Div, Index, IndexMut, Mul, Neg, Sub};

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

/// The negative of no tangent is none.
impl Neg for NoTangent {
    type Output = NoTangent;
    fn neg(self) -> NoTangent {
        self
    }
}

/// The sum of no tangents is none.
impl Add for NoTangent {
    type Output = NoTangent;
    fn add(self, _: NoTangent) -> NoTangent {
        self
    }
}

/// The difference of no tangents is none.
impl Sub for NoTangent {
    type Output = NoTangent;
    fn sub(self, _: NoTangent) -> NoTangent {
        self
    }
}

/// No tangent is a zero in forward mode's products and sums.
macro_rules! zero_in_arithmetic {
    ($($float:ty)*) => {$(
        impl Mul<$float> for NoTangent {
            type Output = $float;
            fn mul(self, _: $float) -> $float {
                0.0
            }
        }
        impl Mul<NoTangent> for $float {
            type Output = $float;
            fn mul(self, _: NoTangent) -> $float {
                0.0
            }
        }
        impl Div<$float> for NoTangent {
            type Output = $float;
            fn div(self, _: $float) -> $float {
                0.0
            }
        }
        impl Add<$float> for NoTangent {
            type Output = $float;
            fn add(self, other: $float) -> $float {
                other
            }
        }
        impl Add<NoTangent> for $float {
            type Output = $float;
            fn add(self, _: NoTangent) -> $float {
                self
            }
        }
        impl Sub<$float> for NoTangent {
            type Output = $float;
            fn sub(self, other: $float) -> $float {
                -other
            }
        }
        impl Sub<NoTangent> for $float {
            type Output = $float;
            fn sub(self, _: NoTangent) -> $float {
                self
            }
        }
    )*};
}
zero_in_arithmetic!(f32 f64);

/// Integers have no tangent, and so has what is computed from them.
macro_rules! nothing_from_integers {
    ($($Op:ident $op:ident),*; $($int:ty)*) => {
        nothing_from_integers! { @each [$($Op $op),*] $($int)* }
    };
    (@each $ops:tt $($int:ty)*) => { $(nothing_from_integers! { @one $int, $ops })* };
    (@one $int:ty, [$($Op:ident $op:ident),*]) => { $(
        impl $Op<$int> for NoTangent {
            type Output = NoTangent;
            fn $op(self, _: $int) -> NoTangent {
                self
            }
        }
        impl $Op<NoTangent> for $int {
            type Output = NoTangent;
            fn $op(self, none: NoTangent) -> NoTangent {
                none
            }
        }
    )* };
}
nothing_from_integers! {
    Add add, Sub sub, Mul mul, Div div;
    u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize
}
