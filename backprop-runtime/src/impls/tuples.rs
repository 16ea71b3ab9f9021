//! Tuples of one to twelve.

use crate::accumulate::Accumulate;
use crate::{Differentiable, Tangent};
use alloc::vec::Vec;

macro_rules! tuple {
    ($(($type:ident $contribution:ident $index:tt))+) => {
        impl<$($type: Differentiable),+> Differentiable for ($($type,)+) {
            type Tangent = ($($type::Tangent,)+);
            #[inline]
            fn zero_tangent(&self) -> Self::Tangent {
                ($(self.$index.zero_tangent(),)+)
            }
            #[inline]
            fn step(&mut self, scale: f64, direction: &Self::Tangent) {
                $(self.$index.step(scale, &direction.$index);)+
            }
        }

        impl<$($type: Tangent),+> Tangent for ($($type,)+) {
            #[inline]
            fn add(&mut self, other: &Self) {
                $(self.$index.add(&other.$index);)+
            }
            #[inline]
            fn scale(&mut self, by: f64) {
                $(self.$index.scale(by);)+
            }
            #[inline]
            fn dot(&self, other: &Self) -> f64 {
                [$(self.$index.dot(&other.$index)),+].iter().sum()
            }
            #[inline]
            fn __set_zero(&mut self) {
                $(self.$index.__set_zero();)+
            }
            fn flat_len(&self) -> usize {
                [$(self.$index.flat_len()),+].iter().sum()
            }
            fn to_flat(&self, out: &mut Vec<f64>) {
                $(self.$index.to_flat(out);)+
            }
            fn from_flat(&mut self, flat: &[f64]) -> usize {
                let mut read = 0;
                $(read += self.$index.from_flat(&flat[read..]);)+
                read
            }
        }

        impl<$($contribution, $type: Accumulate<$contribution>),+> Accumulate<($($contribution,)+)>
            for ($($type,)+)
        {
            #[inline]
            fn accumulate(&mut self, d: ($($contribution,)+)) {
                $(self.$index.accumulate(d.$index);)+
            }
        }
    };
}

tuples! { tuple }
