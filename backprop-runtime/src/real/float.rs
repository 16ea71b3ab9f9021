//! `Real` for `f32` and `f64`, by the inherent methods of std, or by libm without std.

use super::{Arithmetic, Real};
use core::cmp::Ordering;

impl Arithmetic for f32 {}
impl Arithmetic for f64 {}

/// The constants of std under one roof: associated ones and those in `consts`.
mod names {
    macro_rules! names {
        ($float:ident) => {
            pub(super) mod $float {
                pub(in super::super) use core::$float::consts::*;
                pub(in super::super) const EPSILON: $float = $float::EPSILON;
                pub(in super::super) const MIN: $float = $float::MIN;
                pub(in super::super) const MAX: $float = $float::MAX;
                pub(in super::super) const MIN_POSITIVE: $float = $float::MIN_POSITIVE;
                pub(in super::super) const INFINITY: $float = $float::INFINITY;
                pub(in super::super) const NEG_INFINITY: $float = $float::NEG_INFINITY;
                pub(in super::super) const NAN: $float = $float::NAN;
            }
        };
    }
    names!(f32);
    names!(f64);
}

/// The `math` methods of std under their names; `abs_sub` is deprecated there.
#[cfg(feature = "std")]
macro_rules! math {
    ($float:ident, abs_sub, $x:expr, $y:expr) => {
        if $x <= $y {
            0.0
        } else {
            $x - $y
        }
    };
    ($float:ident, $name:ident, $($arg:expr),*) => {
        $float::$name($($arg),*)
    };
}

#[cfg(all(feature = "libm", not(feature = "std")))]
macro_rules! math {
    ($float:ident, $name:ident, $($arg:expr),*) => {
        super::libm_backend::$float::$name($($arg),*)
    };
}

macro_rules! implement_real {
    (
        $float:ident
        core { $($(#[$core_meta:meta])* fn $core:ident($($core_arg:ident: $core_ty:ty),*) -> $core_ret:ty;)* }
        math { $($(#[$math_meta:meta])* fn $math:ident($($math_arg:ident: $math_ty:ty),*) -> $math_ret:ty;)* }
        consts { $($(#[$const_meta:meta])* $const:ident = $path:ident;)* }
    ) => {
        impl Real for $float {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const TWO: Self = 2.0;
            const HALF: Self = 0.5;
            $(const $const: Self = names::$float::$path;)*

            #[inline(always)]
            fn from_f64(x: f64) -> Self {
                x as Self
            }
            #[inline(always)]
            fn from_i32(n: i32) -> Self {
                n as Self
            }
            #[inline(always)]
            fn from_usize(n: usize) -> Self {
                n as Self
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn total_cmp(&self, other: &Self) -> Ordering {
                <$float>::total_cmp(self, other)
            }
            $(
                #[inline(always)]
                fn $core(self $(, $core_arg: $core_ty)*) -> $core_ret {
                    <$float>::$core(self $(, $core_arg)*)
                }
            )*
            $(
                #[cfg(any(feature = "std", feature = "libm"))]
                #[inline(always)]
                fn $math(self $(, $math_arg: $math_ty)*) -> $math_ret {
                    math!($float, $math, self $(, $math_arg)*)
                }
            )*
        }
    };
}

macro_rules! implement_real_f32 {
    ($($row:tt)*) => { implement_real! { f32 $($row)* } };
}
macro_rules! implement_real_f64 {
    ($($row:tt)*) => { implement_real! { f64 $($row)* } };
}
float_table!(implement_real_f32!);
float_table!(implement_real_f64!);
