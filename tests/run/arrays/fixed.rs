//! Arrays of fixed length: literals, repeats, copies by value, parameters and results.

use crate::oracle::{assert_all_close, Flat};
use backprop::grad;

#[grad]
fn literal(x: f64, y: f64) -> f64 {
    let a = [x, y, x * y, 3.0];
    a[0] * a[1] + a[2] * a[3] + a[2] * a[2]
}

#[test]
fn array_literals() {
    // 4 x y + x^2 y^2
    check!(literal(2.0, 3.0) => [12.0 + 2.0 * 2.0 * 9.0, 8.0 + 2.0 * 4.0 * 3.0]);
}

#[grad]
fn repeated(x: f64) -> f64 {
    let mut a = [x * x; 4];
    a[1] = 2.0;
    a[2] *= x;
    let zeros = [0.0; 3];
    a[0] + a[1] + a[2] + a[3] + zeros[1]
}

#[test]
fn repeat_literals() {
    check!(repeated(3.0) => [6.0 + 27.0 + 6.0]);
}

#[grad]
fn copies(x: f64) -> f64 {
    let mut a = [x, 2.0 * x];
    let b = a;
    a[0] = a[1] * b[0];
    let mut c = a;
    c[1] += a[0];
    let d = b;
    a[0] * c[1] + d[1]
}

#[test]
fn arrays_are_copied_by_value() {
    // a0 = 2x^2, c1 = 2x + 2x^2, d1 = 2x
    let x = 1.5f64;
    check!(copies(x) => [12.0 * x * x + 16.0 * x.powi(3) + 2.0]);
}

#[grad(forward)]
fn norm(v: [f64; 3]) -> f64 {
    (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt()
}

#[test]
fn array_parameter_by_value() {
    check!(norm([2.0, 3.0, 6.0]) => [2.0 / 7.0, 3.0 / 7.0, 6.0 / 7.0]);
    assert_all_close(&[norm::jvp([2.0, 3.0, 6.0], [7.0, 0.0, 7.0]).1], &[8.0]);
}

#[grad(forward)]
fn scaled(v: &[f64; 2], w: &[[f64; 2]; 2]) -> [f64; 2] {
    [w[0][0] * v[0] + w[0][1] * v[1], w[1][0] * v[0] + w[1][1] * v[1]]
}

#[test]
fn array_result_and_reference_parameters() {
    let (v, w) = ([2.0, 3.0], [[1.0, 4.0], [5.0, 6.0]]);
    let (value, pullback) = scaled::vjp(&v, &w);
    assert_eq!(value, [14.0, 28.0]);
    assert_eq!(pullback([1.0, 10.0]), ([51.0, 64.0], [[2.0, 3.0], [20.0, 30.0]]));
    let (_, along) = scaled::jvp(&v, &w, ([1.0, 0.0], [[0.0, 1.0], [0.0, 0.0]]));
    assert_eq!(along, [4.0, 5.0]);
}

#[test]
fn jacobian_of_an_array_result() {
    let jacobian = scaled::jacobian(&[2.0, 3.0], &[[1.0, 4.0], [5.0, 6.0]]);
    assert_all_close(&jacobian[0].flat(), &[1.0, 4.0, 2.0, 3.0, 0.0, 0.0]);
    assert_all_close(&jacobian[1].flat(), &[5.0, 6.0, 0.0, 0.0, 2.0, 3.0]);
}

#[grad]
fn array_of_a_branch(x: f64, up: bool) -> f64 {
    let a = if up { [x, x * x] } else { [1.0; 2] };
    let [first, second] = a;
    first * second + a[1]
}

#[test]
fn arrays_from_branches() {
    check!(array_of_a_branch(2.0, true) => [12.0 + 4.0]);
    check!(array_of_a_branch(2.0, false) => [0.0]);
}

#[grad]
fn filled_by_a_loop(x: f64) -> f64 {
    let mut powers = [1.0; 6];
    for i in 1..6 {
        powers[i] = powers[i - 1] * x;
    }
    let mut sum = 0.0;
    for p in powers {
        sum += p;
    }
    sum
}

#[test]
fn arrays_filled_by_a_loop() {
    let x = 1.3f64;
    check!(filled_by_a_loop(x) => [1.0 + 2.0 * x + 3.0 * x * x + 4.0 * x.powi(3) + 5.0 * x.powi(4)]);
}

#[grad]
fn whole_array_overwritten(x: [f64; 3]) -> f64 {
    let mut a = x;
    let before = a[0] * a[1];
    a = [a[2], a[0] * a[0], 1.0];
    a[0] * a[1] * a[2] * before
}

#[test]
fn assignment_of_a_whole_array() {
    // z x^2 * x y
    check!(whole_array_overwritten([2.0, 3.0, 5.0]) => [3.0 * 4.0 * 15.0, 8.0 * 5.0, 8.0 * 3.0]);
}

#[grad]
fn passive_array(x: f64) -> f64 {
    let weights = [0.5, 1.5, -2.0];
    const TABLE: [f64; 2] = [10.0, 20.0];
    let indices = [2usize, 0];
    let mut y = 0.0;
    for (i, k) in indices.iter().enumerate() {
        y += weights[*k] * x * TABLE[i];
    }
    y * x
}

#[test]
fn passive_arrays_and_constant_tables() {
    // x^2 (-20 + 10)
    check!(passive_array(3.0) => [-60.0]);
}

#[grad]
fn no_elements(x: [f64; 0], y: f64) -> f64 {
    let mut s = y;
    for v in x {
        s += v;
    }
    s * s
}

/// P13.
#[test]
fn arrays_of_length_zero() {
    assert_eq!(no_elements::grad([], 3.0), ([], 6.0));
}

#[grad]
fn array_length(x: [f64; 5], n: usize) -> f64 {
    x[n % x.len()] * x.len() as f64
}

#[test]
fn length_as_a_number() {
    check!(array_length([1.0; 5], 7) => [0.0, 0.0, 5.0, 0.0, 0.0]);
}

#[grad]
fn tuple_of_arrays(x: f64) -> f64 {
    let (a, mut b) = ([x, x], [1.0, x * x]);
    b[0] = a[0] * b[1];
    let c = (a, b);
    c.0[1] * c.1[0]
}

#[test]
fn arrays_inside_tuples() {
    // x * x^3
    check!(tuple_of_arrays(2.0) => [32.0]);
}

#[grad]
fn single(x: &[f32; 2]) -> f32 {
    x[0] * x[1] * x[1]
}

#[test]
fn arrays_of_f32() {
    assert_eq!(single::grad(&[2.0, 3.0]), [9.0f32, 12.0]);
}
