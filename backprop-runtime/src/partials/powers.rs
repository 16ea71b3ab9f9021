//! `powf` and `powi`: `0 · ∞` never arises where the derivative is known, and no second `pow` is computed
//! where the value serves.

use crate::Real;

/// d x^y / dx = y·x^(y-1), `v` the value.
#[inline]
pub fn powf_d0<T: Real>(x: T, y: T, v: T) -> T {
    if y == T::ZERO {
        T::ZERO
    } else if y == T::ONE {
        T::ONE
    } else {
        y * lowered(x, y, v)
    }
}

/// d x^y / dy = v·ln x, and 0 where the value is 0 or x = y = 0; NaN for a negative x.
#[inline]
pub fn powf_d1<T: Real>(x: T, y: T, v: T) -> T {
    if v == T::ZERO || (x == T::ZERO && y == T::ZERO) {
        T::ZERO
    } else {
        v * x.ln()
    }
}

/// d² x^y / dx² = y·(y-1)·x^(y-2).
#[inline]
pub fn powf_d00<T: Real>(x: T, y: T, v: T) -> T {
    if y == T::ZERO || y == T::ONE {
        T::ZERO
    } else if y == T::TWO {
        T::TWO
    } else {
        y * (y - T::ONE) * twice_lowered(x, y, v)
    }
}

/// d² x^y / dx dy = x^(y-1)·(1 + y·ln x).
#[inline]
pub fn powf_d01<T: Real>(x: T, y: T, v: T) -> T {
    let power = lowered(x, y, v);
    if power == T::ZERO || y == T::ZERO {
        power
    } else {
        power * (T::ONE + y * x.ln())
    }
}

/// d² x^y / dy² = v·(ln x)², and 0 where the value is 0 or x = y = 0.
#[inline]
pub fn powf_d11<T: Real>(x: T, y: T, v: T) -> T {
    if v == T::ZERO || (x == T::ZERO && y == T::ZERO) {
        T::ZERO
    } else {
        let ln = x.ln();
        v * ln * ln
    }
}

/// d x^n / dx = n·x^(n-1), and 0 for n = 0 at any x.
#[inline]
pub fn powi_d0<T: Real>(x: T, n: i32) -> T {
    match n {
        0 => T::ZERO,
        1 => T::ONE,
        2 => x + x,
        i32::MIN => T::from_i32(n) * (x.powi(n) / x),
        _ => T::from_i32(n) * x.powi(n - 1),
    }
}

/// d² x^n / dx² = n·(n-1)·x^(n-2), and 0 for n = 0 and n = 1 at any x.
#[inline]
pub fn powi_d00<T: Real>(x: T, n: i32) -> T {
    let factor = T::from_i32(n) * (T::from_i32(n) - T::ONE);
    match n {
        0 | 1 => T::ZERO,
        2 => T::TWO,
        ..=-2_147_483_647 => factor * (x.powi(n) / x / x),
        _ => factor * x.powi(n - 2),
    }
}

/// x^(y-1), from the value where that is exact enough.
#[inline]
fn lowered<T: Real>(x: T, y: T, v: T) -> T {
    if v.is_normal() && x.is_finite() {
        v / x
    } else {
        x.powf(y - T::ONE)
    }
}

/// x^(y-2), from the value where that is exact enough.
#[inline]
fn twice_lowered<T: Real>(x: T, y: T, v: T) -> T {
    let once = v / x;
    if v.is_normal() && once.is_normal() && x.is_finite() {
        once / x
    } else {
        x.powf(y - T::TWO)
    }
}
