//! `log` to a base, as `ln x / ln b`.

use crate::Real;

/// d `log(x, b)` / dx = 1/(x·ln b).
#[inline]
pub fn log_d0<T: Real>(x: T, b: T) -> T {
    T::ONE / (x * b.ln())
}

/// d `log(x, b)` / db = -v/(b·ln b), `v` the value.
#[inline]
pub fn log_d1<T: Real>(b: T, v: T) -> T {
    -v / (b * b.ln())
}

/// d² `log(x, b)` / dx² = -1/(x²·ln b).
#[inline]
pub fn log_d00<T: Real>(x: T, b: T) -> T {
    -(log_d0(x, b) / x)
}

/// d² `log(x, b)` / dx db = -1/(x·b·ln²b).
#[inline]
pub fn log_d01<T: Real>(x: T, b: T) -> T {
    -log_d0(x, b) / (b * b.ln())
}

/// d² `log(x, b)` / db² = v·(ln b + 2)/(b·ln b)², `v` the value.
#[inline]
pub fn log_d11<T: Real>(b: T, v: T) -> T {
    let ln = b.ln();
    v / (b * ln) * ((ln + T::TWO) / (b * ln))
}
