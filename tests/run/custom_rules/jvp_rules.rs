//! `#[grad(jvp = ..)]`, and both rules together (R06).

use crate::oracle::assert_close;
use backprop::grad;

#[grad(jvp = cosine_rule)]
fn cosine(x: f64) -> f64 {
    x.cos()
}

fn cosine_rule(x: f64, dir: f64) -> (f64, f64) {
    (x.cos(), -x.sin() * dir)
}

#[test]
fn a_forward_rule() {
    let (value, slope) = cosine::jvp(0.4, 2.0);
    assert_eq!(value, 0.4f64.cos());
    assert_close(slope, -2.0 * 0.4f64.sin());
}

#[grad(vjp = product_vjp, jvp = product_jvp)]
fn product(x: f64, y: f64) -> f64 {
    x * y
}

fn product_vjp(x: f64, y: f64) -> (f64, impl FnOnce(f64) -> (f64, f64)) {
    (x * y, move |seed| (seed * y, seed * x))
}

fn product_jvp(x: f64, y: f64, (dx, dy): (f64, f64)) -> (f64, f64) {
    (x * y, dx * y + x * dy)
}

#[grad(forward)]
fn caller(x: f64) -> f64 {
    product(x, x.sin()) + product(x, 2.0)
}

#[test]
fn each_rule_in_its_mode() {
    let x = 0.7f64;
    let slope = x.sin() + x * x.cos() + 2.0;
    assert_close(caller::grad(x), slope);
    assert_close(caller::jvp(x, 3.0).1, 3.0 * slope);
}

#[test]
fn both_rules_agree_by_their_dot_product() {
    let (dx, dy) = product::vjp(2.0, 3.0).1(5.0);
    assert_close(5.0 * product::jvp(2.0, 3.0, (0.3, -0.7)).1, 0.3 * dx - 0.7 * dy);
}
