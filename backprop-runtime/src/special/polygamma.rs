//! The derivatives of `ln_gamma`: digamma and trigamma.
//!
//! Recurrence up to x ≥ 10, then the asymptotic series (Abramowitz & Stegun 6.3.18 and 6.4.12), reflection
//! for negative x (6.3.7, 6.4.7), and around the positive root of digamma its Taylor series, which keeps the
//! relative accuracy there.

use super::{polynomial, sin_pi, tan_pi};
use crate::Real;
use core::f64::consts::PI;

/// The positive root of digamma, and what its rounding lacks.
const ROOT: f64 = 1.4616321449683622;
const ROOT_TAIL: f64 = 9.549995429965697e-17;
/// The Taylor coefficients of digamma at its root, from the linear one on.
const AT_ROOT: [f64; 24] = [
    0.9676722454476212,
    -0.4427631689835921,
    0.258499760955651,
    -0.16394270544240652,
    0.10782405069126237,
    -0.07219956125645471,
    0.04880428816414311,
    -0.03316112647484736,
    0.022597648232218104,
    -0.01542476590494896,
    0.010538791616612175,
    -0.007204534386356869,
    0.004926781395729853,
    -0.003369801655439328,
    0.002305126326734928,
    -0.0015769367714301972,
    0.0010788252019162967,
    -0.0007380709389960052,
    0.000504953265834602,
    -0.0003454680251063077,
    0.00023635601564027053,
    -0.00016170622091974803,
    0.0001106337276874741,
    -7.569179582195066e-5,
];
/// B₂ₖ/2k, in 1/x², from 1/x² on.
const DIGAMMA_SERIES: [f64; 8] = [
    0.08333333333333333,
    -0.008333333333333333,
    0.003968253968253968,
    -0.004166666666666667,
    0.007575757575757576,
    -0.021092796092796094,
    0.08333333333333333,
    -0.4432598039215686,
];
/// B₂ₖ, in 1/x², from 1/x³ on.
const TRIGAMMA_SERIES: [f64; 8] = [
    0.16666666666666666,
    -0.03333333333333333,
    0.023809523809523808,
    -0.03333333333333333,
    0.07575757575757576,
    -0.2531135531135531,
    1.1666666666666667,
    -7.092156862745098,
];

/// The digamma function, the derivative of ln Γ.
///
/// -∞ at zero, NaN at the negative integers.
#[must_use]
pub fn digamma(x: f64) -> f64 {
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    if x < 0.0 {
        let tangent = tan_pi(x);
        return if tangent == 0.0 && x < -0.5 { f64::NAN } else { digamma(1.0 - x) - PI / tangent };
    }
    if (x - ROOT).abs() < 0.25 {
        let y = (x - ROOT) - ROOT_TAIL;
        return y * polynomial(y, &AT_ROOT);
    }
    let (mut shifted, mut recurrence) = (x, 0.0);
    while shifted < 10.0 {
        recurrence += 1.0 / shifted;
        shifted += 1.0;
    }
    let s = 1.0 / (shifted * shifted);
    Real::ln(shifted) - 0.5 / shifted - s * polynomial(s, &DIGAMMA_SERIES) - recurrence
}

/// d `digamma(x)` = `trigamma(x)`.
#[inline]
#[must_use]
pub fn digamma_d0(x: f64) -> f64 {
    trigamma(x)
}

/// The trigamma function, the second derivative of ln Γ.
///
/// Infinite at zero and at the negative integers.
#[must_use]
pub fn trigamma(x: f64) -> f64 {
    if x == 0.0 {
        return f64::INFINITY;
    }
    if x < 0.0 {
        let ratio = PI / sin_pi(x);
        return ratio * ratio - trigamma(1.0 - x);
    }
    let (mut shifted, mut recurrence) = (x, 0.0);
    while shifted < 10.0 {
        recurrence += 1.0 / (shifted * shifted);
        shifted += 1.0;
    }
    let inverse = 1.0 / shifted;
    let s = inverse * inverse;
    recurrence + (inverse + 0.5 * s + inverse * s * polynomial(s, &TRIGAMMA_SERIES))
}
