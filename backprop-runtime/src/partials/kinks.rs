//! `abs`, `copysign`, `max`, `min`, `clamp`, `abs_sub`: the mean of the one-sided derivatives at the kink.

use crate::Real;

/// d abs(x): ±1, and 0 at 0.
#[inline]
pub fn abs_d0<T: Real>(x: T) -> T {
    if x > T::ZERO {
        T::ONE
    } else if x < T::ZERO {
        -T::ONE
    } else {
        T::ZERO
    }
}

/// d copysign(x, y) / dx: ±1, and 0 at x = 0. (It is 0 in y.)
#[inline]
pub fn copysign_d0<T: Real>(x: T, y: T) -> T {
    if x == T::ZERO {
        T::ZERO
    } else if x.is_sign_negative() == y.is_sign_negative() {
        T::ONE
    } else {
        -T::ONE
    }
}

/// d max(x, y) / dx: 1 where x is returned, ½ at a tie.
#[inline]
pub fn max_d0<T: Real>(x: T, y: T) -> T {
    if x > y || y.is_nan() {
        T::ONE
    } else if x == y {
        T::HALF
    } else {
        T::ZERO
    }
}

/// d max(x, y) / dy: 1 where y is returned, ½ at a tie.
#[inline]
pub fn max_d1<T: Real>(x: T, y: T) -> T {
    T::ONE - max_d0(x, y)
}

/// d min(x, y) / dx: 1 where x is returned, ½ at a tie.
#[inline]
pub fn min_d0<T: Real>(x: T, y: T) -> T {
    if x < y || y.is_nan() {
        T::ONE
    } else if x == y {
        T::HALF
    } else {
        T::ZERO
    }
}

/// d min(x, y) / dy: 1 where y is returned, ½ at a tie.
#[inline]
pub fn min_d1<T: Real>(x: T, y: T) -> T {
    T::ONE - min_d0(x, y)
}

/// d clamp(x, lo, hi) / dx, as of `x.max(lo).min(hi)`: 1 inside, ½ on a bound, 0 outside.
#[inline]
pub fn clamp_d0<T: Real>(x: T, lo: T, hi: T) -> T {
    if x.is_nan() {
        return T::ONE;
    }
    max_d0(x, lo) * min_d0(x.max(lo), hi)
}

/// d clamp(x, lo, hi) / dlo, as of `x.max(lo).min(hi)`: 1 below, ½ on the lower bound.
#[inline]
pub fn clamp_d1<T: Real>(x: T, lo: T, hi: T) -> T {
    if x.is_nan() {
        return T::ZERO;
    }
    max_d1(x, lo) * min_d0(x.max(lo), hi)
}

/// d clamp(x, lo, hi) / dhi, as of `x.max(lo).min(hi)`: 1 above, ½ on the upper bound.
#[inline]
pub fn clamp_d2<T: Real>(x: T, lo: T, hi: T) -> T {
    if x.is_nan() {
        return T::ZERO;
    }
    min_d1(x.max(lo), hi)
}

/// d `abs_sub(x, y)` / dx: 1 where x > y, ½ at a tie.
#[inline]
pub fn abs_sub_d0<T: Real>(x: T, y: T) -> T {
    if x > y {
        T::ONE
    } else if x == y {
        T::HALF
    } else {
        T::ZERO
    }
}

/// d `abs_sub(x, y)` / dy: -1 where x > y, -½ at a tie.
#[inline]
pub fn abs_sub_d1<T: Real>(x: T, y: T) -> T {
    -abs_sub_d0(x, y)
}
