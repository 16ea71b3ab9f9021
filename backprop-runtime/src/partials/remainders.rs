//! `%` and `rem_euclid`: the quotient must be the exact one.
//!
//! `(x / y).trunc()` is off by one in everyday cases (`1.0 % 0.1`: the quotient is 9, not 10), but `x - r` is
//! a multiple of y up to rounding.

use crate::Real;

/// d (x % y) / dy = -⌊quotient⌉, `r` the remainder. (It is 1 in x.)
#[inline]
pub fn rem_d1<T: Real>(x: T, y: T, r: T) -> T {
    -((x - r) / y).round()
}

/// d `rem_euclid(x, y)` / dy = -⌊quotient⌉, `r` the remainder. (It is 1 in x.)
#[inline]
pub fn rem_euclid_d1<T: Real>(x: T, y: T, r: T) -> T {
    rem_d1(x, y, r)
}
