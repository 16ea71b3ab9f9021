//! Closures and functions passed to `#[grad]` functions that take `impl Fn(f64) -> f64`.

use crate::oracle::{assert_close, assert_matches_central};
use backprop::grad;

#[grad]
fn simpson(f: impl Fn(f64) -> f64, a: f64, b: f64) -> f64 {
    let n = 20;
    let h = (b - a) / n as f64;
    let mut s = f(a) + f(b);
    for i in 1..n {
        let weight = if i % 2 == 1 { 4.0 } else { 2.0 };
        s += weight * f(a + i as f64 * h);
    }
    s * h / 3.0
}

#[grad]
fn integral(k: f64, upper: f64) -> f64 {
    simpson(|x| (k * x).sin(), 0.0, upper)
}

#[test]
fn integral_of_a_closure_with_an_active_capture() {
    let (dk, db) = integral::grad(1.3, 0.9);
    assert_matches_central(&[dk, db], |v| integral(v[0], v[1]), &[1.3, 0.9]);
}

#[grad]
fn apply(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x) * x
}

#[grad]
fn cube(x: f64) -> f64 {
    x * x * x
}

#[grad]
fn passes_a_function(x: f64) -> f64 {
    apply(cube, x) + apply(|v| v + x, 2.0 * x)
}

#[test]
fn annotated_functions_as_arguments() {
    // x^4 + 6 x^2
    assert_close(passes_a_function::grad(2.0), 32.0 + 24.0);
}

#[grad]
fn fixed_point(f: impl Fn(f64) -> f64, start: f64, n: usize) -> f64 {
    let mut x = start;
    for _ in 0..n {
        x = f(x);
    }
    x
}

#[grad]
fn babylonian(a: f64) -> f64 {
    fixed_point(|x| 0.5 * (x + a / x), 1.0, 30)
}

#[test]
fn closures_called_in_a_loop_of_the_callee() {
    assert_close(babylonian::grad(4.0), 0.25);
}
