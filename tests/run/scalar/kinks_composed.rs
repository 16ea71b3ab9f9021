//! Kinks inside formulas: the smooth functions of CONVENTIONS.md written with kinked ones, NaN containment,
//! infinite partials (K17, K19, K25).

use crate::oracle::{assert_close, assert_same_bits};
use backprop::grad;

#[grad]
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

#[grad]
fn sum_of_halves(x: f64) -> f64 {
    x.max(0.0) + x.min(0.0)
}

#[grad]
fn difference_of_halves(x: f64) -> f64 {
    x.max(0.0) - (-x).max(0.0)
}

#[grad]
fn larger_of_both_signs(x: f64) -> f64 {
    x.max(-x)
}

#[grad]
fn positive_part(x: f64) -> f64 {
    (x + x.abs()) / 2.0
}

#[grad]
fn huber_like(x: f64) -> f64 {
    (x * x).min(x.abs())
}

#[test]
fn smooth_functions_written_with_kinks_are_right_at_the_kink() {
    assert_close(softplus::grad(0.0), 0.5);
    assert_eq!(sum_of_halves::grad(0.0), 1.0);
    assert_eq!(difference_of_halves::grad(0.0), 1.0);
    assert_eq!(larger_of_both_signs::grad(0.0), 0.0);
    assert_eq!(positive_part::grad(0.0), 0.5);
    assert_eq!(huber_like::grad(0.0), 0.0);
}

#[test]
fn they_are_right_beside_the_kink() {
    for x in [-2.0, -0.3, 0.4, 3.0] {
        check_differences!(softplus(x));
        check_differences!(sum_of_halves(x));
        check_differences!(difference_of_halves(x));
        check_differences!(larger_of_both_signs(x));
        check_differences!(positive_part(x));
        check_differences!(huber_like(x));
    }
}

#[grad]
fn larger_of_three(x: f64, y: f64, z: f64) -> f64 {
    x.max(y).max(z)
}

#[test]
fn ties_of_three_sum_to_one() {
    let (x, y, z) = larger_of_three::grad(1.0, 1.0, 1.0);
    assert_eq!(x + y + z, 1.0);
    assert_eq!((x, y, z), (0.25, 0.25, 0.5));
}

#[grad]
fn zero_times_pole(x: f64) -> f64 {
    0.0 * (1.0 / x) + x
}

#[test]
fn k17_zero_times_infinity_is_nan_by_default() {
    assert!(zero_times_pole::grad(0.0).is_nan());
    assert_eq!(zero_times_pole::grad(2.0), 1.0);
}

#[grad]
fn log_sum_exp(x: f64, y: f64) -> f64 {
    let m = x.max(y);
    m + ((x - m).exp() + (y - m).exp()).ln()
}

#[test]
fn k19_log_sum_exp_with_large_entries() {
    let (x, y) = log_sum_exp::grad(1000.0, 0.0);
    assert_eq!((x, y), (1.0, 0.0));
    let (x, y) = log_sum_exp::grad(-1000.0, -1000.0);
    assert_close(x, 0.5);
    assert_close(y, 0.5);
    let (x, y) = log_sum_exp::grad(0.0, f64::NEG_INFINITY);
    assert_eq!((x, y), (1.0, 0.0));
}

#[grad]
fn with_nan(x: f64, y: f64, z: f64) -> f64 {
    x.sqrt() * y + z * z
}

#[test]
fn k25_nan_stays_with_the_inputs_it_depends_on() {
    let (value, (x, y, z)) = with_nan::value_and_grad(-1.0, 2.0, 3.0);
    assert!(value.is_nan() && x.is_nan() && y.is_nan());
    assert_eq!(z, 6.0);
}

#[grad]
fn infinite_difference(x: f64, y: f64, z: f64) -> f64 {
    (x / y - x / y) + z
}

#[test]
fn k25_infinity_minus_infinity() {
    let (value, (_, _, z)) = infinite_difference::value_and_grad(1.0, 0.0, 3.0);
    assert!(value.is_nan());
    assert_eq!(z, 1.0);
}

#[grad]
fn far_from_trouble(x: f64, y: f64) -> f64 {
    if y > 0.0 {
        x
    } else {
        x / y
    }
}

#[test]
fn special_inputs_never_panic_and_keep_the_value() {
    let special =
        [0.0, -0.0, 1e-310, -1e-310, 1e308, -1e308, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1.0];
    for x in special {
        for y in special {
            assert_same_bits(far_from_trouble::value_and_grad(x, y).0, far_from_trouble(x, y));
            assert_same_bits(log_sum_exp::value_and_grad(x, y).0, log_sum_exp(x, y));
            assert_same_bits(with_nan::value_and_grad(x, y, x).0, with_nan(x, y, x));
        }
        assert_same_bits(softplus::value_and_grad(x).0, softplus(x));
        assert_same_bits(huber_like::value_and_grad(x).0, huber_like(x));
    }
}

#[grad]
fn piecewise_linear(x: f64) -> f64 {
    if x < 0.0 {
        -x
    } else if x < 1.0 {
        2.0 * x
    } else {
        2.0 + (x - 1.0) * 0.5
    }
}

#[test]
fn explicit_branches_give_one_sided_slopes_at_their_border() {
    assert_eq!(piecewise_linear::grad(0.0), 2.0);
    assert_eq!(piecewise_linear::grad(1.0), 0.5);
    assert_eq!(piecewise_linear::grad(-1e-300), -1.0);
}
