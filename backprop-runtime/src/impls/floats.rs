//! `f32` and `f64`: their own tangents.

use super::first;
use crate::accumulate::Accumulate;
use crate::{Differentiable, Tangent};
use alloc::vec::Vec;

macro_rules! float {
    ($float:ident, $other:ident) => {
        impl Differentiable for $float {
            type Tangent = $float;
            #[inline(always)]
            fn zero_tangent(&self) -> $float {
                0.0
            }
            #[inline(always)]
            fn step(&mut self, scale: f64, direction: &$float) {
                *self += scale as $float * direction;
            }
        }

        impl Tangent for $float {
            #[inline(always)]
            fn add(&mut self, other: &$float) {
                *self += other;
            }
            #[inline(always)]
            fn scale(&mut self, by: f64) {
                *self *= by as $float;
            }
            #[inline(always)]
            fn dot(&self, other: &$float) -> f64 {
                f64::from(*self) * f64::from(*other)
            }
            #[inline(always)]
            fn __set_zero(&mut self) {
                *self = 0.0;
            }
            #[inline(always)]
            fn flat_len(&self) -> usize {
                1
            }
            #[inline]
            fn to_flat(&self, out: &mut Vec<f64>) {
                out.push(f64::from(*self));
            }
            #[inline]
            fn from_flat(&mut self, flat: &[f64]) -> usize {
                *self = first(flat) as $float;
                1
            }
        }

        impl Accumulate for $float {
            #[inline(always)]
            fn accumulate(&mut self, d: $float) {
                *self += d;
            }
        }

        impl Accumulate<$other> for $float {
            #[inline(always)]
            fn accumulate(&mut self, d: $other) {
                *self += d as $float;
            }
        }
    };
}

float!(f32, f64);
float!(f64, f32);
