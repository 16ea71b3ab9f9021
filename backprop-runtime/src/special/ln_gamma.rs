//! The logarithm of the gamma function, after fdlibm's `e_lgamma_r.c`.
//!
//! Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunSoft, a Sun
//! Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is freely
//! granted, provided that this notice is preserved.

use super::{digamma, polynomial, trigamma};
use crate::Real;

/// Where the gamma function has its minimum.
const MINIMUM_AT: f64 = 1.4616321449683622;
/// `ln_gamma(MINIMUM_AT)`.
const MINIMUM: f64 = -0.12148629053584961;
/// What `MINIMUM` lacks, negated.
const MINIMUM_TAIL: f64 = -3.638676997039505e-18;
/// `ln_gamma(2 - y)` + y/2 on y in [0, 0.27], from y on.
const BELOW_TWO: [f64; 12] = [
    0.07721566490153287,
    0.3224670334241136,
    0.06735230105312927,
    0.020580808432516733,
    0.007385550860814029,
    0.0028905138367341563,
    0.0011927076318336207,
    0.0005100697921535113,
    0.00022086279071390839,
    0.00010801156724758394,
    2.5214456545125733e-5,
    4.4864094961891516e-5,
];
/// `ln_gamma(MINIMUM_AT + y) - MINIMUM` on y in [-0.23, 0.27], from y² on.
const AT_MINIMUM: [f64; 15] = [
    0.48383612272381005,
    -0.1475877229945939,
    0.06462494023913339,
    -0.032788541075985965,
    0.01797067508118204,
    -0.010314224129834144,
    0.006100538702462913,
    -0.0036845201678113826,
    0.0022596478090061247,
    -0.0014034646998923284,
    0.000881081882437654,
    -0.0005385953053567405,
    0.00031563207090362595,
    -0.00031275416837512086,
    0.0003355291926355191,
];
/// `ln_gamma(1 + y) + y/2` on y in [0, 0.23], numerator from y on.
const ABOVE_ONE_P: [f64; 6] = [
    -0.07721566490153287,
    0.6328270640250934,
    1.4549225013723477,
    0.9777175279633727,
    0.22896372806469245,
    0.013381091853678766,
];
/// Its denominator.
const ABOVE_ONE_Q: [f64; 6] = [
    1.0,
    2.4559779371304113,
    2.128489763798934,
    0.7692851504566728,
    0.10422264559336913,
    0.003217092422824239,
];
/// `ln_gamma(2 + y) - y/2` on y in [0, 1], numerator from y on.
const ABOVE_TWO_P: [f64; 7] = [
    -0.07721566490153287,
    0.21498241596060885,
    0.325778796408931,
    0.14635047265246445,
    0.02664227030336386,
    0.0018402845140733772,
    3.194753265841009e-5,
];
/// Its denominator.
const ABOVE_TWO_Q: [f64; 7] = [
    1.0,
    1.3920053346762105,
    0.7219355475671381,
    0.17193386563280308,
    0.01864591917156529,
    0.0007779424963818936,
    7.326684307446256e-6,
];
/// Stirling's series in 1/x², from 1/x on.
const STIRLING: [f64; 6] = [
    0.08333333333333297,
    -0.0027777777772877554,
    0.0007936505586430196,
    -0.00059518755745034,
    0.0008363399189962821,
    -0.0016309293409657527,
];
/// The constant of Stirling's series, (ln(2π) - 1)/2.
const STIRLING_0: f64 = 0.4189385332046727;

/// ln|Γ(x)|.
///
/// Infinite at zero and at the negative integers.
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    if x.is_nan() {
        x
    } else if x.is_infinite() {
        f64::INFINITY
    } else if x.abs() < 1e-21 {
        -Real::ln(x.abs())
    } else if x > 0.0 {
        of_positive(x)
    } else {
        let sine = super::sin_pi(x).abs();
        if sine == 0.0 {
            return f64::INFINITY;
        }
        // The reflection formula Γ(x)·Γ(-x) = -π/(x·sin(πx)).
        Real::ln(core::f64::consts::PI / (sine * -x)) - of_positive(-x)
    }
}

/// d `ln_gamma(x)` = `digamma(x)`.
#[inline]
#[must_use]
pub fn ln_gamma_d0(x: f64) -> f64 {
    digamma(x)
}

/// d² `ln_gamma(x)` = `trigamma(x)`.
#[inline]
#[must_use]
pub fn ln_gamma_d00(x: f64) -> f64 {
    trigamma(x)
}

fn of_positive(x: f64) -> f64 {
    if x < 0.9 {
        // One step of Γ(x+1) = x·Γ(x), without rounding x + 1.
        let step = -Real::ln(x);
        if x >= 0.7316 {
            step + below_two(1.0 - x)
        } else if x >= 0.23164 {
            step + at_minimum(x - (MINIMUM_AT - 1.0))
        } else {
            step + above_one(x)
        }
    } else if x < 1.23164 {
        above_one(x - 1.0)
    } else if x < 1.7316 {
        at_minimum(x - MINIMUM_AT)
    } else if x < 2.0 {
        below_two(2.0 - x)
    } else if x < 8.0 {
        above_two(x)
    } else if x < 288_230_376_151_711_744.0 {
        let inverse = 1.0 / x;
        let series = STIRLING_0 + inverse * polynomial(inverse * inverse, &STIRLING);
        (x - 0.5) * (Real::ln(x) - 1.0) + series
    } else {
        x * (Real::ln(x) - 1.0)
    }
}

fn below_two(y: f64) -> f64 {
    y * polynomial(y, &BELOW_TWO) - 0.5 * y
}

fn at_minimum(y: f64) -> f64 {
    MINIMUM + (y * y * polynomial(y, &AT_MINIMUM) - MINIMUM_TAIL)
}

fn above_one(y: f64) -> f64 {
    y * polynomial(y, &ABOVE_ONE_P) / polynomial(y, &ABOVE_ONE_Q) - 0.5 * y
}

/// On [2, 8]: down to [2, 3] by Γ(x+1) = x·Γ(x).
fn above_two(x: f64) -> f64 {
    let (mut reduced, mut product) = (x, 1.0);
    while reduced >= 3.0 {
        reduced -= 1.0;
        product *= reduced;
    }
    let y = reduced - 2.0;
    let base = 0.5 * y + y * polynomial(y, &ABOVE_TWO_P) / polynomial(y, &ABOVE_TWO_Q);
    base + Real::ln(product)
}
