//! Kinks and poles of single functions: K01–K16, K20–K23 of the behaviours; the numbers follow the principle
//! "mean of the one-sided derivatives; an explicit `if` is the branch taken".

use crate::oracle::assert_same_bits;
use backprop::grad;

#[grad]
fn absolute(x: f64) -> f64 {
    x.abs()
}

#[test]
fn k01_abs_at_both_zeros() {
    assert_eq!(absolute::grad(0.0), 0.0);
    assert_eq!(absolute::grad(-0.0), 0.0);
}

#[grad]
fn larger(x: f64, y: f64) -> f64 {
    x.max(y)
}

#[grad]
fn smaller(x: f64, y: f64) -> f64 {
    x.min(y)
}

#[test]
fn k02_ties_of_max_and_min_share_the_gradient() {
    for (x, y) in [(1.0, 1.0), (0.0, -0.0), (-0.0, 0.0), (-3.0, -3.0)] {
        assert_eq!(larger::grad(x, y), (0.5, 0.5));
        assert_eq!(smaller::grad(x, y), (0.5, 0.5));
    }
}

#[grad]
fn relu_by_max(x: f64) -> f64 {
    x.max(0.0)
}

#[grad]
fn relu_by_branch(x: f64) -> f64 {
    if x > 0.0 {
        x
    } else {
        0.0
    }
}

#[test]
fn k03_max_takes_the_mean_and_an_if_the_branch() {
    assert_eq!(relu_by_max::grad(0.0), 0.5);
    assert_eq!(relu_by_branch::grad(0.0), 0.0);
    assert_eq!((relu_by_max::grad(2.0), relu_by_branch::grad(2.0)), (1.0, 1.0));
    assert_eq!((relu_by_max::grad(-2.0), relu_by_branch::grad(-2.0)), (0.0, 0.0));
}

#[grad]
fn clamped(x: f64, lo: f64, hi: f64) -> f64 {
    x.clamp(lo, hi)
}

#[test]
fn k05_clamp_at_a_bound_shares_the_gradient() {
    assert_eq!(clamped::grad(0.0, 0.0, 1.0), (0.5, 0.5, 0.0));
    assert_eq!(clamped::grad(1.0, 0.0, 1.0), (0.5, 0.0, 0.5));
    assert_eq!(clamped::grad(0.5, 0.5, 0.5), (0.25, 0.25, 0.5));
    assert_eq!(clamped::grad(2.0, 0.0, 1.0), (0.0, 0.0, 1.0));
    assert_eq!(clamped::grad(0.3, 0.0, 1.0), (1.0, 0.0, 0.0));
}

#[grad]
fn clamped_to_constants(x: f64) -> f64 {
    x.clamp(-1.0, 1.0)
}

#[test]
fn k05_clamp_to_constants() {
    let at = [-2.0, -1.0, 0.0, 1.0, 2.0].map(clamped_to_constants::grad);
    assert_eq!(at, [0.0, 0.5, 1.0, 0.5, 0.0]);
}

#[grad]
fn root(x: f64) -> f64 {
    x.sqrt()
}

#[test]
fn k06_square_root_at_zero_is_infinite() {
    assert_eq!(root::grad(0.0), f64::INFINITY);
}

#[grad]
fn root_of_square(x: f64) -> f64 {
    (x * x).sqrt()
}

#[test]
fn k07_root_of_a_square_at_zero_is_nan() {
    assert!(root_of_square::grad(0.0).is_nan());
    assert_eq!(root_of_square::grad(-2.0), -1.0);
}

#[grad]
fn distance(x: f64, y: f64) -> f64 {
    x.hypot(y)
}

#[grad]
fn angle(y: f64, x: f64) -> f64 {
    y.atan2(x)
}

#[test]
fn k09_hypot_and_atan2_at_the_origin() {
    for (x, y) in [(0.0, 0.0), (-0.0, 0.0), (0.0, -0.0), (-0.0, -0.0)] {
        assert_eq!(distance::grad(x, y), (0.0, 0.0));
        assert_eq!(angle::grad(x, y), (0.0, 0.0));
    }
}

#[grad]
fn power(x: f64, y: f64) -> f64 {
    x.powf(y)
}

#[test]
fn k10_powers_of_zero() {
    for (y, by_base) in [(0.0, 0.0), (1.0, 1.0), (2.0, 0.0), (0.5, f64::INFINITY)] {
        assert_eq!(power::grad(0.0, y), (by_base, 0.0), "exponent {y}");
    }
}

#[grad]
fn power_with_passive_exponent(x: f64, #[no_grad] y: f64) -> f64 {
    x.powf(y)
}

#[test]
fn k11_negative_base() {
    let (by_base, by_exponent) = power::grad(-2.0, 3.0);
    assert_eq!(by_base, 12.0);
    assert!(by_exponent.is_nan());
    assert_eq!(power_with_passive_exponent::grad(-2.0, 3.0), 12.0);
}

#[grad]
fn integer_power(x: f64, n: i32) -> f64 {
    x.powi(n)
}

#[test]
fn k12_integer_powers_at_zero() {
    assert_eq!([0, 1, 2, 3].map(|n| integer_power::grad(0.0, n)), [0.0, 1.0, 0.0, 0.0]);
    assert_eq!(integer_power::grad(f64::INFINITY, 0), 0.0);
    assert_eq!(integer_power::grad(1.0, i32::MIN), f64::from(i32::MIN));
}

#[grad]
fn jumps(x: f64) -> f64 {
    x.signum() + x.floor() + x.ceil() + x.round() + x.trunc() + x.round_ties_even() + x.div_euclid(0.5)
}

#[test]
fn k13_jump_functions_have_derivative_zero_also_at_jumps() {
    for x in [0.0, -0.0, 0.5, -0.5, 1.0, 2.5, 1e300] {
        assert_eq!(jumps::grad(x), 0.0, "at {x}");
    }
}

#[grad]
fn neighbours(x: f64, y: f64) -> f64 {
    if x.is_subnormal() {
        0.0
    } else {
        x.next_up() * 3.0 + f64::next_down(y) * y
    }
}

#[test]
fn neighbours_have_slope_one() {
    let (x, y) = (1.5_f64, -0.75_f64);
    let (value, gradient) = neighbours::value_and_grad(x, y);
    assert_eq!(value.to_bits(), (x.next_up() * 3.0 + y.next_down() * y).to_bits());
    assert_eq!(gradient, (3.0, y.next_down() + y));
    assert_eq!(neighbours::grad(f64::MIN_POSITIVE / 2.0, 1.0), (0.0, 0.0));
}

#[grad]
fn cube_root(x: f64) -> f64 {
    x.cbrt()
}

#[grad]
fn arc_cosine(x: f64) -> f64 {
    x.acos()
}

#[grad]
fn arc_sine(x: f64) -> f64 {
    x.asin()
}

#[grad]
fn logarithm(x: f64) -> f64 {
    x.ln()
}

#[test]
fn k14_infinite_slopes() {
    assert_eq!(cube_root::grad(0.0), f64::INFINITY);
    assert_eq!((arc_cosine::grad(1.0), arc_cosine::grad(-1.0)), (f64::NEG_INFINITY, f64::NEG_INFINITY));
    assert_eq!((arc_sine::grad(1.0), arc_sine::grad(-1.0)), (f64::INFINITY, f64::INFINITY));
    assert_eq!(logarithm::grad(0.0), f64::INFINITY);
}

#[grad]
fn entropy(x: f64) -> f64 {
    x * x.ln()
}

#[test]
fn k15_x_ln_x_at_zero_has_no_finite_slope() {
    assert!(!entropy::grad(0.0).is_finite());
    assert!(entropy(0.0).is_nan());
}

#[grad]
fn guarded_root(x: f64) -> f64 {
    if x < 1.0 {
        x
    } else {
        x.sqrt()
    }
}

#[grad]
fn guarded_division(x: f64) -> f64 {
    let safe = if x != 0.0 { 1.0 / x } else { 0.0 };
    safe * x + x
}

#[test]
fn k16_a_branch_hides_the_pole_of_the_other() {
    assert_eq!(guarded_root::grad(0.0), 1.0);
    assert_eq!(guarded_root::grad(4.0), 0.25);
    assert_eq!(guarded_division::grad(0.0), 1.0);
}

#[grad]
fn saturating(x: f64) -> f64 {
    x.tanh()
}

#[grad]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[grad]
fn expm1(x: f64) -> f64 {
    x.exp_m1()
}

#[test]
fn k20_saturating_functions_have_slope_zero() {
    assert_eq!(saturating::grad(400.0), 0.0);
    assert_eq!(saturating::grad(-400.0), 0.0);
    assert_eq!(sigmoid::grad(1000.0), 0.0);
    assert_eq!(expm1::grad(-1000.0), 0.0);
}

#[test]
fn k21_max_with_nan_follows_the_returned_operand() {
    assert_eq!(larger::grad(2.0, f64::NAN), (1.0, 0.0));
    assert_eq!(larger::grad(f64::NAN, 2.0), (0.0, 1.0));
    assert_eq!(smaller::grad(2.0, f64::NAN), (1.0, 0.0));
    assert_eq!(smaller::grad(f64::NAN, 2.0), (0.0, 1.0));
}

#[grad]
fn with_sign(x: f64, y: f64) -> f64 {
    x.copysign(y)
}

#[test]
fn k22_copysign() {
    assert_eq!(with_sign::grad(0.0, -1.0), (0.0, 0.0));
    assert_eq!(with_sign::grad(2.0, -0.0), (-1.0, 0.0));
    assert_eq!(with_sign::grad(-2.0, -3.0), (1.0, 0.0));
    assert_same_bits(with_sign::value_and_grad(2.0, -0.0).0, -2.0);
}

#[grad]
fn remainder(x: f64, y: f64) -> f64 {
    x % y
}

#[grad]
fn euclidean(x: f64, y: f64) -> f64 {
    x.rem_euclid(y)
}

#[test]
fn k23_remainders_take_the_exact_quotient() {
    assert_eq!(remainder::grad(6.0, 2.0), (1.0, -3.0));
    assert_eq!(euclidean::grad(6.0, 2.0), (1.0, -3.0));
    assert_eq!(remainder::grad(1.0, 0.1), (1.0, -9.0));
    assert_eq!(euclidean::grad(1.0, 0.1), (1.0, -9.0));
    assert_eq!(euclidean::grad(-5.5, 2.0), (1.0, 3.0));
}

#[test]
fn k26_no_overflow_that_the_function_avoids() {
    use crate::oracle::assert_all_close;
    let half = 0.5f64.sqrt();
    for scale in [1e200, 1e-200] {
        let (dx, dy) = distance::grad(scale, scale);
        assert_all_close(&[dx, dy], &[half, half]);
        let (dy, dx) = angle::grad(scale, scale);
        assert_all_close(&[dy * scale, dx * scale], &[0.5, -0.5]);
    }
    let (dx, dy) = distance::grad(1e-310, 1e-310);
    assert!(dx.is_finite() && dy.is_finite());
}
