//! `T: Real`: bodies that read like plain ones, at f32 and f64.

use crate::oracle::{assert_all_close, assert_close, assert_close_f32};
use backprop::{grad, Real};

#[grad(forward)]
fn wave<T: Real>(x: T, k: T) -> T {
    (x * k).sin() * x.exp() + T::sqrt(x) / k - -x
}

fn wave_slopes(x: f64, k: f64) -> [f64; 2] {
    let (s, c) = (x * k).sin_cos();
    [k * c * x.exp() + s * x.exp() + 0.5 / (x.sqrt() * k) + 1.0, x * c * x.exp() - x.sqrt() / (k * k)]
}

#[test]
fn generic_function_at_both_widths() {
    let expected = wave_slopes(0.7, 1.3);
    let (dx, dk) = wave::grad::<f64>(0.7, 1.3);
    assert_all_close(&[dx, dk], &expected);
    let (dx, dk) = wave::grad(0.7f32, 1.3f32);
    assert_close_f32(dx, expected[0] as f32);
    assert_close_f32(dk, expected[1] as f32);
    assert_close(wave::jvp(0.7, 1.3, (1.0, 0.0)).1, expected[0]);
}

#[grad]
fn sum_of_squares<T: Real>(x: &[T]) -> T {
    let mut s = x[0] * x[0];
    for i in 1..x.len() {
        s += x[i] * x[i];
    }
    s
}

#[test]
fn generic_slices() {
    assert_eq!(sum_of_squares::grad(&[1.0f64, 2.0]), [2.0, 4.0]);
    assert_eq!(sum_of_squares::grad::<f32>(&[1.0, 2.0]), [2.0f32, 4.0]);
}

#[grad]
fn branch<T>(x: T, y: T) -> T
where
    T: Real,
{
    if x > y {
        x.powi(3)
    } else {
        y.max(x) * x.abs()
    }
}

#[test]
fn comparisons_and_where_clauses() {
    assert_eq!(branch::grad(2.0, 1.0), (12.0, 0.0));
    assert_eq!(branch::grad(-2.0, 1.0), (-1.0, 2.0));
}

#[grad]
fn caller(x: f64, y: f32) -> f64 {
    wave(x, 2.0) + f64::from(branch::<f32>(y, 0.5))
}

#[test]
fn generic_callees_at_two_types() {
    let (dx, dy) = caller::grad(0.7, 2.0);
    assert_close(dx, wave_slopes(0.7, 2.0)[0]);
    assert_close_f32(dy, 12.0);
}

#[grad]
fn generic_caller<T: Real>(x: T) -> T {
    wave(x, x) * sum_of_squares(&[x, x])
}

#[test]
fn generic_functions_call_each_other() {
    let f = |x: f64| wave(x, x) * 2.0 * x * x;
    let gradient = generic_caller::grad(0.7f64);
    crate::oracle::assert_matches_central(&[gradient], |x| f(x[0]), &[0.7]);
}

#[grad]
fn with_conversion<T: Real + From<f32>>(x: T) -> T {
    let half: T = T::from(0.5);
    half * x * x
}

#[test]
fn constants_through_from() {
    assert_eq!(with_conversion::grad(3.0f64), 3.0);
    assert_eq!(with_conversion::grad(3.0f32), 3.0);
}
