//! Values in arithmetic whose type the macro can't see.

use crate::Real;

/// A float, or a reference to one.
#[diagnostic::on_unimplemented(
    message = "arithmetic on an active value of type `{Self}`, which is not a float",
    label = "not a float",
    note = "annotate the type of the value, or compute it in a `#[grad]` function of its own"
)]
pub trait Value {
    /// The float.
    type Real: Real;

    /// The float, by value.
    fn value(&self) -> Self::Real;
}

macro_rules! value {
    ($($float:ident)*) => {$(
        impl Value for $float {
            type Real = $float;
            #[inline(always)]
            fn value(&self) -> $float {
                *self
            }
        }
    )*};
}
value!(f32 f64);

impl<T: Value + ?Sized> Value for &T {
    type Real = T::Real;
    #[inline(always)]
    fn value(&self) -> T::Real {
        (**self).value()
    }
}

impl<T: Value + ?Sized> Value for &mut T {
    type Real = T::Real;
    #[inline(always)]
    fn value(&self) -> T::Real {
        (**self).value()
    }
}

/// A result that is a float: it has a gradient. `T` is its tangent.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no float, so its function has no gradient",
    label = "not a float",
    note = "take the pullback, `f::vjp(..)`, or the rows of `f::jacobian(..)`"
)]
pub trait ScalarResult<T> {
    #[doc(hidden)]
    fn one() -> T;
}

impl<T: Real> ScalarResult<T> for T {
    #[inline(always)]
    fn one() -> T {
        T::ONE
    }
}

/// The float `x` or `*x`; a compile error in the user's terms if it is something else.
#[inline(always)]
pub fn real<T: Value>(x: T) -> T::Real {
    x.value()
}

macro_rules! with_numbers {
    ($($left:ident $right:ident $op:tt)*) => {$(
        /// With a number of the compiler's on the left.
        #[inline(always)]
        pub fn $left<T: Value>(number: f64, x: T) -> T::Real {
            T::Real::from_f64(number) $op x.value()
        }

        /// With a number of the compiler's on the right.
        #[inline(always)]
        pub fn $right<T: Value>(x: T, number: f64) -> T::Real {
            x.value() $op T::Real::from_f64(number)
        }
    )*};
}
with_numbers!(number_add add_number + number_sub sub_number - number_mul mul_number * number_div div_number /);
