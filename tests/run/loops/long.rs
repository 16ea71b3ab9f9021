//! Long loops: no stack overflow, no quadratic cost.

use crate::oracle::{assert_all_close, assert_close_to};
use backprop::grad;

#[grad]
fn geometric(x: f64, n: usize) -> f64 {
    let mut s = 0.0;
    let mut p = 1.0;
    for _ in 0..n {
        p *= x;
        s += p;
    }
    s
}

#[test]
fn a_million_carried_steps() {
    let x = 0.999f64;
    // s = x / (1 - x), up to x^n
    assert_close_to(geometric::grad(x, 1_000_000), 1.0 / (1.0 - x).powi(2), 1e-8);
}

#[grad]
fn mean_square(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in x {
        s += v * v;
    }
    s / x.len() as f64
}

#[test]
fn a_long_slice() {
    let x: Vec<f64> = (0..1_000_000).map(|i| f64::from(i) * 1e-6).collect();
    let gradient = mean_square::grad(&x);
    assert_all_close(&[gradient[0], gradient[500_000], gradient[999_999]], &[0.0, 1e-6, 2e-6 * 0.999_999]);
}

#[grad]
fn decaying(x: f64, n: usize) -> f64 {
    let mut y = x;
    let mut i = 0;
    while i < n {
        y -= y * y * 1e-6;
        i += 1;
    }
    y
}

#[test]
fn a_long_loop_of_unknown_length() {
    // dy/dx of y = x / (1 + x t), t = n 1e-6
    assert_close_to(decaying::grad(1.0, 1_000_000), 0.25, 1e-5);
}

#[grad]
fn ten_million(x: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..10_000_000_u32 {
        s += x * f64::from(i & 3);
    }
    s
}

#[test]
fn ten_million_accumulating_steps() {
    assert_close_to(ten_million::grad(0.5), 15_000_000.0, 1e-12);
}
