//! The error function, after fdlibm's `s_erf.c`.
//!
//! Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a Sun
//! Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is freely
//! granted, provided that this notice is preserved.
//!
//! Rational approximations on four ranges of |x|, error below 1 ulp; the derivation is in the original.

use super::polynomial;
use crate::Real;

/// erf(1) rounded to 24 bits.
const ERX: f64 = 0.8450629115104675;
/// (erf(x) - x)/x on [0, 0.84375], numerator in x².
const SMALL_P: [f64; 5] = [
    0.12837916709551256,
    -0.3250421072470015,
    -0.02848174957559851,
    -0.005770270296489442,
    -2.3763016656650163e-5,
];
/// Its denominator.
const SMALL_Q: [f64; 6] = [
    1.0,
    0.39791722395915535,
    0.0650222499887673,
    0.005081306281875766,
    0.00013249473800432164,
    -3.960228278775368e-6,
];
/// erf(x) - ERX on [0.84375, 1.25], numerator in x - 1.
const ONE_P: [f64; 7] = [
    -0.0023621185607526594,
    0.41485611868374833,
    -0.3722078760357013,
    0.31834661990116175,
    -0.11089469428239668,
    0.035478304325618236,
    -0.002166375594868791,
];
/// Its denominator.
const ONE_Q: [f64; 7] = [
    1.0,
    0.10642088040084423,
    0.540397917702171,
    0.07182865441419627,
    0.12617121980876164,
    0.01363708391202905,
    0.011984499846799107,
];
/// ln(x·erfc(x)) + x² + 0.5625 on [1.25, 1/0.35], numerator in 1/x².
const MIDDLE_P: [f64; 8] = [
    -0.009864944034847148,
    -0.6938585727071818,
    -10.558626225323291,
    -62.375332450326006,
    -162.39666946257347,
    -184.60509290671104,
    -81.2874355063066,
    -9.814329344169145,
];
/// Its denominator.
const MIDDLE_Q: [f64; 9] = [
    1.0,
    19.651271667439257,
    137.65775414351904,
    434.56587747522923,
    645.3872717332679,
    429.00814002756783,
    108.63500554177944,
    6.570249770319282,
    -0.0604244152148581,
];
/// The same on [1/0.35, 28].
const LARGE_P: [f64; 7] = [
    -0.0098649429247001,
    -0.799283237680523,
    -17.757954917754752,
    -160.63638485582192,
    -637.5664433683896,
    -1025.0951316110772,
    -483.5191916086514,
];
/// Its denominator.
const LARGE_Q: [f64; 8] = [
    1.0,
    30.33806074348246,
    325.7925129965739,
    1536.729586084437,
    3199.8582195085955,
    2553.0504064331644,
    474.52854120695537,
    -22.44095244658582,
];

/// The error function, 2/√π · ∫₀ˣ exp(-t²) dt.
#[must_use]
pub fn erf(x: f64) -> f64 {
    let magnitude = x.abs();
    if x.is_nan() {
        x
    } else if magnitude < 0.84375 {
        x + x * small(x)
    } else if magnitude < 1.25 {
        (ERX + around_one(magnitude)).copysign(x)
    } else if magnitude < 6.0 {
        (1.0 - tail(magnitude)).copysign(x)
    } else {
        1.0_f64.copysign(x)
    }
}

/// The complement 1 - erf(x), accurate where it is small.
#[must_use]
pub fn erfc(x: f64) -> f64 {
    let magnitude = x.abs();
    if x.is_nan() {
        x
    } else if x < 0.25 && magnitude < 0.84375 {
        1.0 - (x + x * small(x))
    } else if magnitude < 0.84375 {
        0.5 - (x - 0.5 + x * small(x))
    } else if magnitude < 28.0 {
        let upper = if magnitude < 1.25 { 1.0 - ERX - around_one(magnitude) } else { tail(magnitude) };
        if x < 0.0 {
            2.0 - upper
        } else {
            upper
        }
    } else if x < 0.0 {
        2.0
    } else {
        0.0
    }
}

/// d erf(x) = 2/√π · exp(-x²).
#[inline]
#[must_use]
pub fn erf_d0(x: f64) -> f64 {
    core::f64::consts::FRAC_2_SQRT_PI * Real::exp(-x * x)
}

/// d² erf(x) = -2x · 2/√π · exp(-x²), and 0 at infinity.
#[inline]
#[must_use]
pub fn erf_d00(x: f64) -> f64 {
    let d = erf_d0(x);
    if d == 0.0 {
        0.0
    } else {
        -2.0 * x * d
    }
}

/// d erfc(x) = -2/√π · exp(-x²).
#[inline]
#[must_use]
pub fn erfc_d0(x: f64) -> f64 {
    -erf_d0(x)
}

/// d² erfc(x) = 2x · 2/√π · exp(-x²), and 0 at infinity.
#[inline]
#[must_use]
pub fn erfc_d00(x: f64) -> f64 {
    -erf_d00(x)
}

/// (erf(x) - x)/x for |x| < 0.84375.
fn small(x: f64) -> f64 {
    let square = x * x;
    polynomial(square, &SMALL_P) / polynomial(square, &SMALL_Q)
}

/// erf(x) - ERX for x in [0.84375, 1.25].
fn around_one(x: f64) -> f64 {
    polynomial(x - 1.0, &ONE_P) / polynomial(x - 1.0, &ONE_Q)
}

/// erfc(x) for x in [1.25, 28].
fn tail(x: f64) -> f64 {
    let s = 1.0 / (x * x);
    let correction = if x < 1.0 / 0.35 {
        polynomial(s, &MIDDLE_P) / polynomial(s, &MIDDLE_Q)
    } else {
        polynomial(s, &LARGE_P) / polynomial(s, &LARGE_Q)
    };
    // exp(-x²) = exp(-z²)·exp((z - x)(z + x)) with z so short that z² is exact.
    let z = f64::from_bits(x.to_bits() & 0xffff_ffff_0000_0000);
    Real::exp(-z * z - 0.5625) * Real::exp((z - x) * (z + x) + correction) / x
}
