//! `Option<T>`, and `Result<T, E>` whose error is a constant.
//!
//! A tangent without payload (`None`, `Err(())`) is the zero: adding to it takes the other one over.

use crate::accumulate::Accumulate;
use crate::{Differentiable, Tangent};
use alloc::vec::Vec;

#[cold]
#[inline(never)]
#[track_caller]
fn no_payload() -> ! {
    panic!("backprop: the tangent has a payload where the value has none")
}

macro_rules! optional {
    ([$($generic:ident),*] $value:ty, $tangent:ty, $full:ident($empty:pat => $make_empty:expr)) => {
        impl<T: Differentiable $(, $generic)*> Differentiable for $value {
            type Tangent = $tangent;
            #[inline]
            fn zero_tangent(&self) -> Self::Tangent {
                match self {
                    $full(x) => $full(x.zero_tangent()),
                    $empty => $make_empty,
                }
            }
            #[inline]
            fn step(&mut self, scale: f64, direction: &Self::Tangent) {
                match (self, direction) {
                    ($full(x), $full(d)) => x.step(scale, d),
                    (_, $empty) => {}
                    ($empty, $full(_)) => no_payload(),
                }
            }
        }
    };
}

macro_rules! optional_tangent {
    ($container:ident $(, $error:ty)?; $full:ident($empty:pat)) => {
        impl<T: Tangent> Tangent for $container<T $(, $error)?> {
            #[inline]
            fn add(&mut self, other: &Self) {
                match (&mut *self, other) {
                    ($full(a), $full(b)) => a.add(b),
                    (_, $empty) => {}
                    ($empty, $full(_)) => *self = other.clone(),
                }
            }
            #[inline]
            fn scale(&mut self, by: f64) {
                if let $full(a) = self {
                    a.scale(by);
                }
            }
            #[inline]
            fn dot(&self, other: &Self) -> f64 {
                match (self, other) {
                    ($full(a), $full(b)) => a.dot(b),
                    ($empty, _) | (_, $empty) => 0.0,
                }
            }
            #[inline]
            fn __set_zero(&mut self) {
                if let $full(a) = self {
                    a.__set_zero();
                }
            }
            fn flat_len(&self) -> usize {
                self.as_ref().map_or(0, Tangent::flat_len)
            }
            fn to_flat(&self, out: &mut Vec<f64>) {
                if let $full(a) = self {
                    a.to_flat(out);
                }
            }
            fn from_flat(&mut self, flat: &[f64]) -> usize {
                self.as_mut().map_or(0, |a| a.from_flat(flat))
            }
        }

        impl<T: Accumulate> Accumulate for $container<T $(, $error)?> {
            #[inline]
            fn accumulate(&mut self, d: Self) {
                match (&mut *self, d) {
                    ($full(slot), $full(d)) => slot.accumulate(d),
                    (_, $empty) => {}
                    (slot, d) => *slot = d,
                }
            }
        }
    };
}

optional!([] Option<T>, Option<T::Tangent>, Some(None => None));
optional!([E] Result<T, E>, Result<T::Tangent, ()>, Ok(Err(_) => Err(())));
optional_tangent!(Option; Some(None));
optional_tangent!(Result, (); Ok(Err(())));
