//! `hypot` and `atan2`: no squares, which overflow at 1e200 and vanish at 1e-200.

use crate::Real;

/// d hypot(x, y) / dx = x/v, and 0 at the origin; `v` the value.
#[inline]
pub fn hypot_d0<T: Real>(x: T, y: T, v: T) -> T {
    if v == T::ZERO {
        T::ZERO
    } else if v.is_infinite() {
        hypot_direction_at_infinity(x, y)
    } else {
        x / v
    }
}

/// d hypot(x, y) / dy = y/v, and 0 at the origin; `v` the value.
#[inline]
pub fn hypot_d1<T: Real>(x: T, y: T, v: T) -> T {
    hypot_d0(y, x, v)
}

/// d² hypot(x, y) / dx² = (y/v)²/v, and 0 at the origin.
#[inline]
pub fn hypot_d00<T: Real>(x: T, y: T, v: T) -> T {
    let sine = hypot_d1(x, y, v);
    over_radius(sine * sine, v)
}

/// d² hypot(x, y) / dx dy = -(x/v)(y/v)/v, and 0 at the origin.
#[inline]
pub fn hypot_d01<T: Real>(x: T, y: T, v: T) -> T {
    over_radius(-(hypot_d0(x, y, v) * hypot_d1(x, y, v)), v)
}

/// d² hypot(x, y) / dy² = (x/v)²/v, and 0 at the origin.
#[inline]
pub fn hypot_d11<T: Real>(x: T, y: T, v: T) -> T {
    hypot_d00(y, x, v)
}

/// d atan2(y, x) / dy = x/h², h = hypot(x, y); 0 at the origin and at infinity.
#[inline]
pub fn atan2_d0<T: Real>(y: T, x: T) -> T {
    let h = x.hypot(y);
    if h == T::ZERO || h.is_infinite() {
        T::ZERO
    } else {
        x / h / h
    }
}

/// d atan2(y, x) / dx = -y/h², h = hypot(x, y); 0 at the origin and at infinity.
#[inline]
pub fn atan2_d1<T: Real>(y: T, x: T) -> T {
    -atan2_d0(x, y)
}

/// d² atan2(y, x) / dy² = -2·x·y/h⁴; 0 at the origin and at infinity.
#[inline]
pub fn atan2_d00<T: Real>(y: T, x: T) -> T {
    let h = x.hypot(y);
    over_radius(over_radius(-T::TWO * hypot_d0(x, y, h) * hypot_d1(x, y, h), h), h)
}

/// d² atan2(y, x) / dy dx = (y² - x²)/h⁴; 0 at the origin and at infinity.
#[inline]
pub fn atan2_d01<T: Real>(y: T, x: T) -> T {
    let h = x.hypot(y);
    let (cosine, sine) = (hypot_d0(x, y, h), hypot_d1(x, y, h));
    over_radius(over_radius((sine - cosine) * (sine + cosine), h), h)
}

/// d² atan2(y, x) / dx² = 2·x·y/h⁴; 0 at the origin and at infinity.
#[inline]
pub fn atan2_d11<T: Real>(y: T, x: T) -> T {
    -atan2_d00(y, x)
}

/// `x / h`, or 0 at the origin.
#[inline]
fn over_radius<T: Real>(x: T, h: T) -> T {
    if h == T::ZERO {
        T::ZERO
    } else {
        x / h
    }
}

/// x/v in the limit, where v is infinite by an infinite operand or by overflow.
#[cold]
fn hypot_direction_at_infinity<T: Real>(x: T, y: T) -> T {
    if x.is_nan() || y.is_nan() {
        T::NAN
    } else if x.is_infinite() {
        let length = if y.is_infinite() { T::FRAC_1_SQRT_2 } else { T::ONE };
        length.copysign(x)
    } else if y.is_infinite() {
        T::ZERO
    } else {
        let (x, y) = (x * T::HALF, y * T::HALF);
        x / x.hypot(y)
    }
}
