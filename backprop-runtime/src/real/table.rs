//! The list of float methods and constants: name, arguments and result, one per line.
//!
//! `core` rows exist in `core`, `math` rows need std or libm.

macro_rules! float_table {
    ($callback:ident!) => {
        $callback! {
            core {
                /// The absolute value.
                fn abs() -> Self;
                /// `1.0` or `-1.0` by the sign bit, NaN for NaN.
                fn signum() -> Self;
                /// The magnitude of `self` with the sign of `sign`.
                fn copysign(sign: Self) -> Self;
                /// `1 / self`.
                fn recip() -> Self;
                /// Radians to degrees.
                fn to_degrees() -> Self;
                /// Degrees to radians.
                fn to_radians() -> Self;
                /// The larger one; the other one if one is NaN.
                fn max(other: Self) -> Self;
                /// The smaller one; the other one if one is NaN.
                fn min(other: Self) -> Self;
                /// Limits `self` to `min..=max`. Panics if `min > max` or one of them is NaN.
                fn clamp(min: Self, max: Self) -> Self;
                /// The middle of the two, without overflow.
                fn midpoint(other: Self) -> Self;
                /// Whether it is NaN.
                fn is_nan() -> bool;
                /// Whether it is infinite.
                fn is_infinite() -> bool;
                /// Whether it is neither infinite nor NaN.
                fn is_finite() -> bool;
                /// Whether it is neither zero, subnormal, infinite nor NaN.
                fn is_normal() -> bool;
                /// Whether it is subnormal.
                fn is_subnormal() -> bool;
                /// Whether the sign bit is clear.
                fn is_sign_positive() -> bool;
                /// Whether the sign bit is set.
                fn is_sign_negative() -> bool;
                /// The floating-point category.
                fn classify() -> core::num::FpCategory;
            }
            math {
                /// The largest integer not above `self`.
                fn floor() -> Self;
                /// The smallest integer not below `self`.
                fn ceil() -> Self;
                /// The nearest integer, halves away from zero.
                fn round() -> Self;
                /// The nearest integer, halves to the even one.
                fn round_ties_even() -> Self;
                /// The integer part.
                fn trunc() -> Self;
                /// The fractional part, `self - self.trunc()`.
                fn fract() -> Self;
                /// `self * a + b` with one rounding.
                fn mul_add(a: Self, b: Self) -> Self;
                /// The quotient of Euclidean division.
                fn div_euclid(rhs: Self) -> Self;
                /// The remainder of Euclidean division, in `0.0..rhs.abs()` up to rounding.
                fn rem_euclid(rhs: Self) -> Self;
                /// `self - other` if positive, else zero.
                fn abs_sub(other: Self) -> Self;
                /// `self` to an integer power.
                fn powi(n: i32) -> Self;
                /// `self` to a float power.
                fn powf(n: Self) -> Self;
                /// The square root.
                fn sqrt() -> Self;
                /// The cube root.
                fn cbrt() -> Self;
                /// `(self² + other²).sqrt()` without overflow.
                fn hypot(other: Self) -> Self;
                /// `e` to the power `self`.
                fn exp() -> Self;
                /// `2` to the power `self`.
                fn exp2() -> Self;
                /// `self.exp() - 1`, accurate near zero.
                fn exp_m1() -> Self;
                /// The natural logarithm.
                fn ln() -> Self;
                /// `(1 + self).ln()`, accurate near zero.
                fn ln_1p() -> Self;
                /// The logarithm to the given base.
                fn log(base: Self) -> Self;
                /// The logarithm to base 2.
                fn log2() -> Self;
                /// The logarithm to base 10.
                fn log10() -> Self;
                /// The sine of an angle in radians.
                fn sin() -> Self;
                /// The cosine of an angle in radians.
                fn cos() -> Self;
                /// The tangent of an angle in radians.
                fn tan() -> Self;
                /// Sine and cosine.
                fn sin_cos() -> (Self, Self);
                /// The arcsine, in radians.
                fn asin() -> Self;
                /// The arccosine, in radians.
                fn acos() -> Self;
                /// The arctangent, in radians.
                fn atan() -> Self;
                /// The angle of the point with ordinate `self` and abscissa `other`, in radians.
                fn atan2(other: Self) -> Self;
                /// The hyperbolic sine.
                fn sinh() -> Self;
                /// The hyperbolic cosine.
                fn cosh() -> Self;
                /// The hyperbolic tangent.
                fn tanh() -> Self;
                /// The inverse hyperbolic sine.
                fn asinh() -> Self;
                /// The inverse hyperbolic cosine.
                fn acosh() -> Self;
                /// The inverse hyperbolic tangent.
                fn atanh() -> Self;
            }
            consts {
                /// The distance from 1 to the next float.
                EPSILON = EPSILON;
                /// The smallest finite value.
                MIN = MIN;
                /// The largest finite value.
                MAX = MAX;
                /// The smallest positive normal value.
                MIN_POSITIVE = MIN_POSITIVE;
                /// Positive infinity.
                INFINITY = INFINITY;
                /// Negative infinity.
                NEG_INFINITY = NEG_INFINITY;
                /// Not a number.
                NAN = NAN;
                /// π.
                PI = PI;
                /// 2π.
                TAU = TAU;
                /// π/2.
                FRAC_PI_2 = FRAC_PI_2;
                /// π/3.
                FRAC_PI_3 = FRAC_PI_3;
                /// π/4.
                FRAC_PI_4 = FRAC_PI_4;
                /// π/6.
                FRAC_PI_6 = FRAC_PI_6;
                /// π/8.
                FRAC_PI_8 = FRAC_PI_8;
                /// 1/π.
                FRAC_1_PI = FRAC_1_PI;
                /// 2/π.
                FRAC_2_PI = FRAC_2_PI;
                /// 2/√π.
                FRAC_2_SQRT_PI = FRAC_2_SQRT_PI;
                /// 1/√2.
                FRAC_1_SQRT_2 = FRAC_1_SQRT_2;
                /// √2.
                SQRT_2 = SQRT_2;
                /// e.
                E = E;
                /// ln 2.
                LN_2 = LN_2;
                /// ln 10.
                LN_10 = LN_10;
                /// log₂ e.
                LOG2_E = LOG2_E;
                /// log₂ 10.
                LOG2_10 = LOG2_10;
                /// log₁₀ e.
                LOG10_E = LOG10_E;
                /// log₁₀ 2.
                LOG10_2 = LOG10_2;
            }
        }
    };
}
