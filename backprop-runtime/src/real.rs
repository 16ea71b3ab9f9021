//! `Real`: the floats, for generic functions.
//!
//! `fn norm<T: Real>(x: T, y: T) -> T { (x * x + y * y).sqrt() }` reads like its `f64` form, because every
//! float method has its name from std. The methods are listed once, in [`table`]; the trait here, the std
//! implementation in [`float`] and the `libm` one in [`libm_backend`] are made from that list. On `f32` and
//! `f64` the inherent methods of std win over the trait, so importing it changes nothing.

#[macro_use]
mod table;
mod float;
#[cfg(all(feature = "libm", not(feature = "std")))]
mod libm_backend;

use crate::__private::{Value, Word};
use crate::accumulate::Accumulate;
use crate::{Differentiable, Tangent};
use core::cmp::Ordering;
use core::fmt::{Debug, Display, LowerExp};
use core::iter::{Product, Sum};
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};

/// The operators of a float, with values and with references on the right.
pub trait Arithmetic:
    Sized
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Rem<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + RemAssign
    + Sum
    + Product
    + for<'a> Add<&'a Self, Output = Self>
    + for<'a> Sub<&'a Self, Output = Self>
    + for<'a> Mul<&'a Self, Output = Self>
    + for<'a> Div<&'a Self, Output = Self>
    + for<'a> Rem<&'a Self, Output = Self>
    + for<'a> AddAssign<&'a Self>
    + for<'a> SubAssign<&'a Self>
    + for<'a> MulAssign<&'a Self>
    + for<'a> DivAssign<&'a Self>
    + for<'a> RemAssign<&'a Self>
    + for<'a> Sum<&'a Self>
    + for<'a> Product<&'a Self>
{
}

macro_rules! define_real {
    (
        core { $($(#[$core_meta:meta])* fn $core:ident($($core_arg:ident: $core_ty:ty),*) -> $core_ret:ty;)* }
        math { $($(#[$math_meta:meta])* fn $math:ident($($math_arg:ident: $math_ty:ty),*) -> $math_ret:ty;)* }
        consts { $($(#[$const_meta:meta])* $const:ident = $path:ident;)* }
    ) => {
        /// A float: `f32` or `f64`.
        ///
        /// The methods do what the methods of the same name in std do, to the bit. Literals are written
        /// `T::from_f64(0.5)`.
        ///
        /// ```
        /// # use backprop_runtime as backprop;
        /// fn softsign<T: backprop::Real>(x: T) -> T {
        ///     x / (T::ONE + x.abs())
        /// }
        /// assert_eq!(softsign(3.0_f32), 0.75);
        /// assert_eq!(softsign(-1.0_f64), -0.5);
        /// ```
        #[diagnostic::on_unimplemented(
            message = "arithmetic on an active value of type `{Self}`, which is not a float",
            label = "not a float",
            note = "annotate the type of the value, or compute it in a `#[grad]` function of its own",
            note = "for an operator of a type of yours, put `#[grad]` on its `impl`"
        )]
        pub trait Real:
            Differentiable<Tangent = Self>
            + Tangent
            + Accumulate
            + Value<Real = Self>
            + Word
            + Arithmetic
            + Copy
            + PartialOrd
            + Debug
            + Display
            + LowerExp
            + Default
            + From<f32>
            + From<i8>
            + From<u8>
            + From<i16>
            + From<u16>
            + Into<f64>
            + Send
            + Sync
            + 'static
        {
            /// 0.
            const ZERO: Self;
            /// 1.
            const ONE: Self;
            /// 2.
            const TWO: Self;
            /// 1/2.
            const HALF: Self;
            $($(#[$const_meta])* const $const: Self;)*

            /// The nearest value to `x`.
            fn from_f64(x: f64) -> Self;
            /// The nearest value to `n`, as `n as Self`.
            fn from_i32(n: i32) -> Self;
            /// The nearest value to `n`, as `n as Self`.
            fn from_usize(n: usize) -> Self;
            /// The value as `f64`, exactly.
            fn to_f64(self) -> f64;
            /// The order of IEEE 754 `totalOrder`.
            fn total_cmp(&self, other: &Self) -> Ordering;
            $($(#[$core_meta])* fn $core(self $(, $core_arg: $core_ty)*) -> $core_ret;)*
            $(
                $(#[$math_meta])*
                #[cfg(any(feature = "std", feature = "libm"))]
                fn $math(self $(, $math_arg: $math_ty)*) -> $math_ret;
            )*
        }
    };
}

float_table!(define_real!);
