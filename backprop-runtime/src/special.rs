//! Functions that std lacks, with their derivatives.
//!
//! `<fn>_d<k>` is the derivative in argument `k`, as in [`partials`](crate::partials). For functions of
//! slices it adds `seed * derivative` to a buffer of the same length.

mod activations;
mod erf;
mod linear;
mod ln_gamma;
mod polygamma;

pub use activations::*;
pub use erf::*;
pub use linear::*;
pub use ln_gamma::*;
pub use polygamma::*;

use crate::Real;
use core::f64::consts::PI;

/// A polynomial by Horner's rule, the constant coefficient first.
#[inline]
fn polynomial(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// sin(πx), exactly zero at the integers.
fn sin_pi(x: f64) -> f64 {
    let nearest = Real::round(x);
    let sine = if x == nearest { 0.0 } else { Real::sin(PI * (x - nearest)) };
    if nearest % 2.0 == 0.0 {
        sine
    } else {
        -sine
    }
}

/// tan(πx), exactly zero at the integers.
fn tan_pi(x: f64) -> f64 {
    Real::tan(PI * (x - Real::round(x)))
}
