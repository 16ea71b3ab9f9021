//! `asin`, `acos`, `asinh`, `acosh`, `atanh`: factored, so that no digits are lost near ±1 and nothing
//! overflows.

use crate::Real;

/// d asin(x) = 1/√((1-x)(1+x)).
#[inline]
pub fn asin_d0<T: Real>(x: T) -> T {
    T::ONE / ((T::ONE - x) * (T::ONE + x)).sqrt()
}

/// d² asin(x) = x/√((1-x)(1+x))³.
#[inline]
pub fn asin_d00<T: Real>(x: T) -> T {
    let d = asin_d0(x);
    x * d * d * d
}

/// d acos(x) = -1/√((1-x)(1+x)).
#[inline]
pub fn acos_d0<T: Real>(x: T) -> T {
    -asin_d0(x)
}

/// d² acos(x) = -x/√((1-x)(1+x))³.
#[inline]
pub fn acos_d00<T: Real>(x: T) -> T {
    -asin_d00(x)
}

/// d asinh(x) = 1/√(x²+1).
#[inline]
pub fn asinh_d0<T: Real>(x: T) -> T {
    T::ONE / x.hypot(T::ONE)
}

/// d² asinh(x) = -x/√(x²+1)³, and 0 at infinity.
#[inline]
pub fn asinh_d00<T: Real>(x: T) -> T {
    cubed(x, asinh_d0(x))
}

/// d acosh(x) = 1/√((x-1)(x+1)).
#[inline]
pub fn acosh_d0<T: Real>(x: T) -> T {
    T::ONE / ((x - T::ONE).sqrt() * (x + T::ONE).sqrt())
}

/// d² acosh(x) = -x/√((x-1)(x+1))³, and 0 at infinity.
#[inline]
pub fn acosh_d00<T: Real>(x: T) -> T {
    cubed(x, acosh_d0(x))
}

/// d atanh(x) = 1/((1-x)(1+x)).
#[inline]
pub fn atanh_d0<T: Real>(x: T) -> T {
    T::ONE / ((T::ONE - x) * (T::ONE + x))
}

/// d² atanh(x) = 2x/((1-x)(1+x))².
#[inline]
pub fn atanh_d00<T: Real>(x: T) -> T {
    let d = atanh_d0(x);
    T::TWO * x * d * d
}

/// -x·d³, in an order that doesn't underflow early; 0 where d is.
#[inline]
fn cubed<T: Real>(x: T, d: T) -> T {
    if d == T::ZERO {
        T::ZERO
    } else {
        -(x * d) * d * d
    }
}
