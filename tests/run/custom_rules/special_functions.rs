//! The functions of `backprop::special` in `#[grad]` bodies: values as the runtime's, which are tested against golden data;
//! gradients against closed forms and central differences; both rules against each other.

use crate::oracle::{
    assert_all_close, assert_close, assert_close_to, assert_matches_central, assert_same_bits,
};
use backprop::special::{
    digamma, dot, erf, erfc, ln_gamma, log_sum_exp, matvec, norm, sigmoid, softplus, trigamma, xlogy,
};
use backprop::{grad, special, Real};

#[grad(forward)]
fn scalars(x: f64, y: f64) -> f64 {
    let mut s = erf(x) * erfc(y) + ln_gamma(x + 2.0) * digamma(y + 1.0);
    for k in 0..3 {
        s += sigmoid(x * k as f64) * softplus(s - y) + special::xlogy(x, y + k as f64);
    }
    s
}

#[test]
fn functions_of_numbers() {
    let (d_x, d_y) = scalars::grad(0.7, 1.3);
    assert_matches_central(&[d_x, d_y], |v| scalars(v[0], v[1]), &[0.7, 1.3]);
    assert_close(scalars::jvp(0.7, 1.3, (2.0, -0.5)).1, 2.0 * d_x - 0.5 * d_y);
}

#[test]
fn slopes_are_the_closed_forms() {
    for x in [0.3, 1.7, 2.5] {
        assert_close(erf::grad(x), 2.0 / std::f64::consts::PI.sqrt() * (-x * x).exp());
        assert_close(erfc::grad(x), -erf::grad(x));
        assert_close(ln_gamma::grad(x), digamma(x));
        assert_close(digamma::grad(x), trigamma(x));
        assert_close(softplus::grad(x), sigmoid(x));
        assert_close(sigmoid::grad(x), sigmoid(x) * (1.0 - sigmoid(x)));
    }
    assert_eq!(sigmoid::grad(-1000.0), 0.0);
    assert_eq!((xlogy::grad(0.0, 0.0), xlogy(0.0, 0.0)), ((0.0, 0.0), 0.0));
}

#[test]
fn values_are_the_same() {
    for x in [-2.5, 0.1, 3.0] {
        assert_same_bits(erf::value_and_grad(x).0, erf(x));
    }
}

#[grad(forward)]
fn vectors(a: &[f64], b: &[f64]) -> f64 {
    let mut y = [0.0; 2];
    matvec(a, b, &mut y);
    log_sum_exp(&y) + norm(a) * dot(b, &[0.5, -1.0, 2.0])
}

#[test]
fn functions_of_vectors() {
    let v = [0.4, -0.7, 1.1, 0.2, 0.9, -0.3, 0.8, -1.2, 0.5];
    let (d_a, d_b) = vectors::grad(&v[..6], &v[6..]);
    let flat = |v: &[f64]| vectors(&v[..6], &v[6..]);
    assert_matches_central(&[&d_a[..], &d_b[..]].concat(), flat, &v);
    let direction: Vec<f64> = (0..9).map(|k| 0.3 * k as f64 - 1.0).collect();
    let expected: f64 = d_a.iter().chain(&d_b).zip(&direction).map(|(d, t)| d * t).sum();
    assert_close(vectors::jvp(&v[..6], &v[6..], (&direction[..6], &direction[6..])).1, expected);
}

#[test]
fn kinks_of_vectors() {
    assert_eq!(norm::grad(&[0.0, 0.0]), [0.0, 0.0]);
    assert_all_close(&log_sum_exp::grad(&[0.0, f64::NEG_INFINITY, 1000.0]), &[0.0, 0.0, 1.0]);
}

#[grad]
fn generic<T: Real>(x: T, v: &[T]) -> T {
    erf(x) * norm(v)
}

#[test]
fn both_precisions() {
    let (d, _) = generic::grad::<f64>(0.5, &[3.0, 4.0]);
    let (single, _) = generic::grad::<f32>(0.5, &[3.0, 4.0]);
    assert_close(d, 5.0 * erf::grad(0.5));
    assert_close_to(f64::from(single), d, 1e-6);
}
