//! The second partials against central differences of the first ones, and their limits at the edges.

use backprop_runtime::partials::*;
use backprop_runtime::special::*;

/// The best of three central differences of `f` agrees with `truth`.
#[track_caller]
fn agrees(name: &str, f: impl Fn(f64) -> f64, x: f64, truth: f64) {
    let error = [1e-4, 1e-5, 1e-6].map(|relative| {
        let h = relative * x.abs().max(0.1);
        let difference = (f(x + h) - f(x - h)) / ((x + h) - (x - h));
        (difference - truth).abs() / (1.0 + truth.abs())
    });
    let best = error.into_iter().fold(f64::INFINITY, f64::min);
    assert!(best < 1e-8, "{name} at {x}: {truth}, off by {best:e}");
}

#[test]
fn powers() {
    for (x, y) in [(0.7, 2.5), (2.0, -1.3), (3.0, 1.0), (1.5, 2.0), (0.2, 0.5)] {
        let f = |x: f64, y: f64| x.powf(y);
        let v = f(x, y);
        agrees("powf_d00", |x| powf_d0(x, y, f(x, y)), x, powf_d00(x, y, v));
        agrees("powf_d01", |y| powf_d0(x, y, f(x, y)), y, powf_d01(x, y, v));
        agrees("powf_d01", |x| powf_d1(x, y, f(x, y)), x, powf_d01(x, y, v));
        agrees("powf_d11", |y| powf_d1(x, y, f(x, y)), y, powf_d11(x, y, v));
    }
    for n in [-3, -1, 0, 1, 2, 3, 7] {
        agrees("powi_d00", |x| powi_d0(x, n), 1.3, powi_d00(1.3, n));
    }
    assert_eq!(powi_d00(1.0, i32::MIN), 2_147_483_648.0 * 2_147_483_649.0);
    assert_eq!(powi_d00(0.0, 2), 2.0);
    assert_eq!([powf_d00(0.0, 2.0, 0.0), powf_d00(0.0, 1.0, 0.0), powf_d00(0.0, 3.0, 0.0)], [2.0, 0.0, 0.0]);
    assert_eq!([powf_d01(0.0, 2.0, 0.0), powf_d11(0.0, 0.0, 1.0)], [0.0, 0.0]);
}

#[test]
fn polar() {
    for (x, y) in [(3.0, 4.0), (-1.0, 0.5), (0.3, -2.0), (1.0, 0.0)] {
        let v = f64::hypot(x, y);
        agrees("hypot_d00", |x| hypot_d0(x, y, x.hypot(y)), x, hypot_d00(x, y, v));
        agrees("hypot_d01", |y| hypot_d0(x, y, x.hypot(y)), y, hypot_d01(x, y, v));
        agrees("hypot_d11", |y| hypot_d1(x, y, x.hypot(y)), y, hypot_d11(x, y, v));
        agrees("atan2_d00", |y| atan2_d0(y, x), y, atan2_d00(y, x));
        agrees("atan2_d01", |x| atan2_d0(y, x), x, atan2_d01(y, x));
        agrees("atan2_d11", |x| atan2_d1(y, x), x, atan2_d11(y, x));
    }
    assert_eq!([hypot_d00(0.0, 0.0, 0.0), hypot_d01(0.0, 0.0, 0.0), atan2_d01(0.0, 0.0)], [0.0; 3]);
    assert_eq!(hypot_d00(0.0, 1e-200, 1e-200), 1e200);
}

#[test]
fn roots_and_logs() {
    for x in [-0.9, -0.2, 0.0, 0.5, 0.95] {
        agrees("asin_d00", asin_d0, x, asin_d00(x));
        agrees("acos_d00", acos_d0, x, acos_d00(x));
        agrees("atanh_d00", atanh_d0, x, atanh_d00(x));
        agrees("asinh_d00", asinh_d0, x, asinh_d00(x));
        agrees("acosh_d00", acosh_d0, x + 3.0, acosh_d00(x + 3.0));
    }
    assert_eq!([asinh_d00(f64::INFINITY), acosh_d00(f64::INFINITY)], [0.0, 0.0]);
    assert!((acosh_d00(1e150) / -1e-300 - 1.0_f64).abs() < 1e-15);
    let (x, b) = (5.0_f64, 3.0_f64);
    agrees("log_d00", |x| log_d0(x, b), x, log_d00(x, b));
    agrees("log_d01", |b| log_d0(x, b), b, log_d01(x, b));
    agrees("log_d11", |b| log_d1(b, x.log(b)), b, log_d11(b, x.log(b)));
}

#[test]
fn special_functions() {
    for x in [-2.5, -0.3, 0.1, 0.9, 1.7, 4.2] {
        agrees("erf_d0", erf, x, erf_d0(x));
        agrees("erf_d00", erf_d0, x, erf_d00(x));
        agrees("erfc_d00", erfc_d0, x, erfc_d00(x));
        agrees("sigmoid_d0", sigmoid, x, sigmoid_d0(x));
        agrees("sigmoid_d00", sigmoid_d0, x, sigmoid_d00(x));
        agrees("softplus_d0", softplus, x, softplus_d0(x));
        agrees("softplus_d00", softplus_d0, x, softplus_d00(x));
        agrees("ln_gamma_d0", ln_gamma, x, ln_gamma_d0(x));
        agrees("ln_gamma_d00", digamma, x, ln_gamma_d00(x));
    }
}

#[test]
fn digamma_and_trigamma_at_known_points() {
    const EULER: f64 = 0.577_215_664_901_532_9;
    let pi_squared = core::f64::consts::PI * core::f64::consts::PI;
    assert!((digamma(1.0) + EULER).abs() < 1e-15);
    assert!((digamma(0.5) + EULER + 2.0 * core::f64::consts::LN_2).abs() < 1e-15);
    assert!((trigamma(1.0) - pi_squared / 6.0).abs() < 1e-15);
    assert!((trigamma(0.5) - pi_squared / 2.0).abs() < 2e-15);
    assert!((trigamma(-0.5) - (pi_squared / 2.0 + 4.0)).abs() < 4e-15);
    assert!(digamma(-3.0).is_nan() && trigamma(-3.0) == f64::INFINITY && ln_gamma(-3.0) == f64::INFINITY);
}

#[test]
fn tails_keep_their_digits_and_nothing_overflows() {
    assert_eq!([sigmoid(-800.0), sigmoid(800.0), softplus(-800.0), softplus(800.0)], [0.0, 1.0, 0.0, 800.0]);
    assert!((sigmoid_d0(40.0_f64) / (-40.0_f64).exp() - 1.0).abs() < 1e-15);
    assert_eq!([softplus_d0(0.0), sigmoid_d0(0.0), softplus(0.0)], [0.5, 0.25, core::f64::consts::LN_2]);
    assert_eq!(log_sum_exp(&[1000.0, 1000.0]), 1000.0 + core::f64::consts::LN_2);
    assert_eq!(log_sum_exp(&[f64::NEG_INFINITY; 2]), f64::NEG_INFINITY);
    assert_eq!(log_sum_exp::<f64>(&[]), f64::NEG_INFINITY);
    for unit in [700, 0, -700].map(|exponent| 2.0_f64.powi(exponent)) {
        assert_eq!(norm(&[3.0 * unit, 4.0 * unit]), 5.0 * unit);
    }
    assert_eq!([norm(&[3e-320_f64]), norm(&[1.5e308])], [3e-320, 1.5e308]);
    assert_eq!(norm(&[3.0 * 2.0_f32.powi(100), 4.0 * 2.0_f32.powi(100)]), 5.0 * 2.0_f32.powi(100));
    assert_eq!(
        [norm::<f64>(&[]), norm(&[0.0; 3]), norm(&[f64::NEG_INFINITY, 1.0])],
        [0.0, 0.0, f64::INFINITY]
    );
}

#[test]
fn slices() {
    let (m, x, seed) = ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [0.5, -1.0, 2.0], [1.0, 10.0]);
    let mut y = [0.0; 2];
    matvec(&m, &x, &mut y);
    assert_eq!(y, [4.5, 9.0]);
    let (mut d_m, mut d_x) = ([0.0; 6], [1.0; 3]);
    matvec_d0(&x, &seed, &mut d_m);
    matvec_d1(&m, &seed, &mut d_x);
    assert_eq!(d_m, [0.5, -1.0, 2.0, 5.0, -10.0, 20.0]);
    assert_eq!(d_x, [42.0, 53.0, 64.0]);
    let long: Vec<f64> = (0..19).map(f64::from).collect();
    assert_eq!(dot(&long, &long), 2109.0);
    let mut d = [0.0; 2];
    norm_d0(&[3.0, 4.0], 5.0, 10.0, &mut d);
    assert_eq!(d, [6.0, 8.0]);
    log_sum_exp_d0(&[0.0, 0.0], core::f64::consts::LN_2, 2.0, &mut d);
    assert!((d[0] - 7.0).abs() < 1e-15 && (d[1] - 9.0).abs() < 2e-15);
}
