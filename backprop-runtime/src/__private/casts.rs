//! Cotangents of `x as f64` where the type of `x` is unknown.

use crate::{NoTangent, Real};

/// A type that `as` turns into a float.
#[diagnostic::on_unimplemented(
    message = "backprop doesn't know how to take the gradient back through a cast of `{Self}` to a float"
)]
pub trait Cast {
    /// A float for a float, nothing for an integer.
    type Back;

    /// The cotangent of the operand, given that of the result.
    fn cast_back<D: Real>(&self, d: D) -> Self::Back;

    /// The tangent of the result, given that of the operand: zero for an integer.
    fn cast_forward<D: Real>(&self, t: impl Slope) -> D {
        D::from_f64(t.slope())
    }
}

macro_rules! float {
    ($($float:ident)*) => {$(
        impl Cast for $float {
            type Back = $float;
            #[inline(always)]
            fn cast_back<D: Real>(&self, d: D) -> $float {
                d.to_f64() as $float
            }
        }
    )*};
}
float!(f32 f64);

macro_rules! passive {
    ($($type:ident)*) => {$(
        impl Cast for $type {
            type Back = NoTangent;
            #[inline(always)]
            fn cast_back<D: Real>(&self, _: D) -> NoTangent {
                NoTangent
            }
        }
    )*};
}
passive!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize bool char);

/// The tangent of a number, as far as it has one: zero for an integer.
pub trait Slope {
    #[doc(hidden)]
    fn slope(self) -> f64;
}

macro_rules! slopes {
    ($($type:ty => |$t:pat_param| $slope:expr;)*) => { $(
        impl Slope for $type {
            #[inline(always)]
            fn slope(self) -> f64 {
                let $t = self;
                $slope
            }
        }
    )* };
}

slopes! {
    f64 => |t| t;
    f32 => |t| f64::from(t);
    () => |()| 0.0;
    NoTangent => |_| 0.0;
}
