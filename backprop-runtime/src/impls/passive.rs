//! Types without floats: their tangent is `()`.

use crate::{Differentiable, Tangent};
use alloc::string::String;
use alloc::vec::Vec;
use core::marker::PhantomData;

macro_rules! passive {
    ($([$($generic:tt)*] $type:ty;)*) => {$(
        impl<$($generic)*> Differentiable for $type {
            type Tangent = ();
            #[inline(always)]
            fn zero_tangent(&self) {}
            #[inline(always)]
            fn step(&mut self, _: f64, (): &()) {}
        }
    )*};
}

passive! {
    [] (); [] bool; [] char; [] String; ['a] &'a str; [T: ?Sized] PhantomData<T>;
    [] u8; [] u16; [] u32; [] u64; [] u128; [] usize;
    [] i8; [] i16; [] i32; [] i64; [] i128; [] isize;
}

impl Tangent for () {
    #[inline(always)]
    fn add(&mut self, (): &()) {}
    #[inline(always)]
    fn scale(&mut self, _: f64) {}
    #[inline(always)]
    fn dot(&self, (): &()) -> f64 {
        0.0
    }
    #[inline(always)]
    fn flat_len(&self) -> usize {
        0
    }
    #[inline(always)]
    fn to_flat(&self, _: &mut Vec<f64>) {}
    #[inline(always)]
    fn from_flat(&mut self, _: &[f64]) -> usize {
        0
    }
}
