//! `#[grad(vjp = ..)]`: rules with a residual, in loops, through modules (R01–R04, R09–R11, R14, R19).

use crate::oracle::{assert_all_close, assert_close};
use backprop::grad;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

#[grad(vjp = scaled_square_rule)]
fn scaled_square(x: f64, k: f64) -> f64 {
    k * x * x
}

static APPLIED: AtomicUsize = AtomicUsize::new(0);

fn scaled_square_rule(x: f64, k: f64) -> (f64, impl FnOnce(f64) -> (f64, f64)) {
    let square = x * x;
    (k * square, move |seed| {
        APPLIED.fetch_add(1, SeqCst);
        (2.0 * seed * k * x, seed * square)
    })
}

#[grad]
fn uses_the_rule(x: f64, n: usize) -> f64 {
    let mut y = x;
    for i in 0..n {
        y = scaled_square(y, 0.5 + i as f64) + x;
    }
    y
}

#[test]
fn the_rule_is_used_wherever_the_function_is_called() {
    assert_eq!(scaled_square::value_and_grad(3.0, 5.0), (45.0, (30.0, 9.0)));
    APPLIED.store(0, SeqCst);
    let gradient = uses_the_rule::grad(0.6, 3);
    assert_eq!(APPLIED.load(SeqCst), 3);
    crate::oracle::assert_matches_central(&[gradient], |x| uses_the_rule(x[0], 3), &[0.6]);
}

/// A rule that is not the derivative of the body shows which of the two is used.
#[grad(vjp = clipped_rule)]
fn clipped(x: f64) -> f64 {
    x
}

fn clipped_rule(x: f64) -> (f64, impl FnOnce(f64) -> f64) {
    (x, |seed| seed.clamp(-1.0, 1.0))
}

#[grad]
fn with_surgery(x: f64, y: f64) -> f64 {
    let z = clipped(x * y);
    z * z * 100.0
}

/// R14: the adjoint in the middle of a function is clipped.
#[test]
fn gradient_surgery() {
    assert_eq!(with_surgery::grad(2.0, 3.0), (3.0, 2.0));
    assert_eq!(with_surgery::grad(2.0, -3.0), (3.0, -2.0));
}

/// R04: passive arguments have no place in the gradient.
#[grad(vjp = power_rule)]
fn power(x: f64, n: usize, label: &str) -> f64 {
    let _ = label;
    x.powi(n as i32)
}

fn power_rule(x: f64, n: usize, _label: &str) -> (f64, impl FnOnce(f64) -> f64) {
    (x.powi(n as i32), move |seed| seed * n as f64 * x.powi(n as i32 - 1))
}

#[grad]
fn uses_power(x: f64) -> f64 {
    power(x, 3, "three") + power(2.0 * x, 1, "one") + power(2.0, 5, "constant")
}

#[test]
fn passive_arguments_of_rules() {
    assert_eq!(power::grad(2.0, 3, ""), 12.0);
    assert_eq!(uses_power::grad(2.0), 14.0);
}

/// R11: a fast body with the gradient of a reference body.
#[grad(vjp = reference::vjp)]
fn fast_inverse_root(x: f64) -> f64 {
    (1.0 / x).sqrt()
}

#[grad]
fn reference(x: f64) -> f64 {
    x.powf(-0.5)
}

#[test]
fn another_functions_pullback_as_the_rule() {
    assert_close(fast_inverse_root::grad(4.0), -0.5 / 8.0);
}

/// A rule on slices: a dot product.
#[grad(vjp = dot_rule)]
fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(a, b)| a * b).sum()
}

fn dot_rule(x: &[f64], y: &[f64]) -> (f64, impl FnOnce(f64) -> (Vec<f64>, Vec<f64>)) {
    let (x, y) = (x.to_vec(), y.to_vec());
    let scaled = |v: Vec<f64>, by: f64| v.into_iter().map(|a| a * by).collect();
    (dot(&x, &y), move |seed| (scaled(y, seed), scaled(x, seed)))
}

#[grad]
fn uses_dot(x: &[f64], w: &[f64]) -> f64 {
    let a = dot(x, w);
    a * a + dot(x, x)
}

#[test]
fn rules_on_slices() {
    let (dx, dw) = uses_dot::grad(&[1.0, 2.0], &[3.0, 4.0]);
    assert_all_close(&dx, &[66.0 + 2.0, 88.0 + 4.0]);
    assert_all_close(&dw, &[22.0, 44.0]);
}

/// R10: a rule that says zero.
#[grad(vjp = counted_rule)]
fn counted(x: f64) -> f64 {
    (x * 10.0).floor()
}

fn counted_rule(x: f64) -> (f64, impl FnOnce(f64) -> f64) {
    (counted(x), |_| 0.0)
}

#[grad]
fn uses_counted(x: f64) -> f64 {
    counted(x) * x
}

#[test]
fn rules_may_say_zero() {
    assert_eq!(uses_counted::grad(1.25), 12.0);
}

mod elsewhere {
    use backprop::grad;

    #[grad(vjp = rules::sine)]
    pub fn sine(x: f64) -> f64 {
        x.sin()
    }

    mod rules {
        pub fn sine(x: f64) -> (f64, impl FnOnce(f64) -> f64) {
            let (s, c) = x.sin_cos();
            (s, move |seed| seed * c)
        }
    }
}

use elsewhere::sine as wave;

#[grad]
fn imported(x: f64) -> f64 {
    wave(x * 2.0)
}

#[test]
fn rules_in_other_modules_under_other_names() {
    assert_close(imported::grad(0.3), 2.0 * 0.6f64.cos());
}

/// P22: a rule that calls a gradient itself.
#[grad(vjp = sharpened_rule)]
fn sharpened(x: f64) -> f64 {
    reference(x)
}

fn sharpened_rule(x: f64) -> (f64, impl FnOnce(f64) -> f64) {
    let (value, slope) = reference::value_and_grad(x);
    (value, move |seed| seed * slope)
}

#[test]
fn gradients_inside_rules() {
    assert_close(sharpened::grad(4.0), -0.0625);
}

/// A result with several values.
#[grad(vjp = rotated_rule)]
fn rotated(x: f64, y: f64) -> (f64, f64) {
    (y, -x)
}

fn rotated_rule(x: f64, y: f64) -> ((f64, f64), impl FnOnce((f64, f64)) -> (f64, f64)) {
    ((y, -x), |(da, db)| (-db, da))
}

#[grad]
fn uses_rotated(x: f64, y: f64) -> f64 {
    let (a, b) = rotated(x, y);
    a * a * b
}

#[test]
fn rules_with_tuple_results() {
    // -x y^2
    check!(uses_rotated(2.0, 3.0) => [-9.0, -12.0]);
}
