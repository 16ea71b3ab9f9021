//! f32, and f32 beside f64.

use crate::oracle::{assert_close, assert_close_f32};
use backprop::grad;

#[grad(forward)]
fn sigmoid(w: f32, x: f32, b: f32) -> f32 {
    1.0 / (1.0 + (-(w * x + b)).exp())
}

#[test]
fn gradient_in_single_precision() {
    let (y, (dw, dx, db)) = sigmoid::value_and_grad(0.5, -1.5, 0.25);
    assert_eq!(y.to_bits(), sigmoid(0.5, -1.5, 0.25).to_bits());
    assert_close_f32(dw, y * (1.0 - y) * -1.5);
    assert_close_f32(dx, y * (1.0 - y) * 0.5);
    assert_close_f32(db, y * (1.0 - y));
}

#[test]
fn jvp_and_vjp_in_single_precision() {
    let (y, along) = sigmoid::jvp(0.5, -1.5, 0.25, (0.0, 0.0, 2.0));
    assert_close_f32(along, 2.0 * y * (1.0 - y));
    let (_, pullback) = sigmoid::vjp(0.5, -1.5, 0.25);
    assert_close_f32(pullback(4.0_f32).2, 4.0 * y * (1.0 - y));
}

#[test]
fn buffers_in_single_precision() {
    let (mut w, mut x, mut b) = (1.0_f32, 1.0_f32, 1.0_f32);
    let y = sigmoid::grad_into(0.5, -1.5, 0.25, &mut w, &mut x, &mut b);
    assert_close_f32(b, y * (1.0 - y));
    sigmoid::grad_add(0.5, -1.5, 0.25, 2.0_f32, &mut w, &mut x, &mut b);
    assert_close_f32(b, 3.0 * y * (1.0 - y));
}

#[grad]
fn mixed(x: f32, y: f64) -> f64 {
    let wide = f64::from(x) * y;
    let narrow = (y as f32) * x;
    wide + narrow as f64 * 2.0
}

#[test]
fn both_widths_in_one_function() {
    let (dx, dy): (f32, f64) = mixed::grad(1.5, 2.0);
    assert_close_f32(dx, 6.0);
    assert_close(dy, 4.5);
}

#[grad]
fn narrow_result(x: f64) -> f32 {
    (x * x) as f32
}

#[test]
fn f32_result_of_an_f64_input() {
    assert_close(narrow_result::grad(3.0), 6.0);
}

#[grad]
fn path_forms(x: f32) -> f32 {
    f32::sin(x) + <f32>::exp(x) + x.powi(2) + std::f32::consts::PI * x
}

#[test]
fn paths_of_f32() {
    let x = 0.5f32;
    assert_close_f32(path_forms::grad(x), x.cos() + x.exp() + 2.0 * x + std::f32::consts::PI);
}
