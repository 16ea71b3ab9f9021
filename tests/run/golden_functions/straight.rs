//! The straight-line and branching functions of the golden file.

use super::{check, Run};
use backprop::grad;

#[grad]
fn sigmoid5(w0: f64, w1: f64, w2: f64, x0: f64, x1: f64) -> f64 {
    1.0 / (1.0 + (-(w0 * x0 + w1 * x1 + w2)).exp())
}

#[test]
fn sigmoid_of_five() {
    check("sigmoid5", |x, _| {
        let [w0, w1, w2, x0, x1] = x.try_into().unwrap();
        let (value, (a, b, c, d, e)) = sigmoid5::value_and_grad(w0, w1, w2, x0, x1);
        Run { plain: sigmoid5(w0, w1, w2, x0, x1), value, gradient: vec![a, b, c, d, e] }
    });
}

#[grad]
fn add_mul(x: f64, y: f64, z: f64) -> f64 {
    let q = x + y;
    q * z
}

#[test]
fn addition_and_multiplication() {
    check("add_mul", |x, _| {
        let [x, y, z] = x.try_into().unwrap();
        let (value, (a, b, c)) = add_mul::value_and_grad(x, y, z);
        Run { plain: add_mul(x, y, z), value, gradient: vec![a, b, c] }
    });
}

#[grad]
fn powell_singular(x1: f64, x2: f64, x3: f64, x4: f64) -> f64 {
    (x1 + 10.0 * x2).powi(2) + 5.0 * (x3 - x4).powi(2) + (x2 - 2.0 * x3).powi(4) + 10.0 * (x1 - x4).powi(4)
}

#[test]
fn powell() {
    check("powell_singular", |x, _| {
        let [p, q, r, s] = x.try_into().unwrap();
        let (value, (a, b, c, d)) = powell_singular::value_and_grad(p, q, r, s);
        Run { plain: powell_singular(p, q, r, s), value, gradient: vec![a, b, c, d] }
    });
}

#[grad]
fn helical_valley(x1: f64, x2: f64, x3: f64) -> f64 {
    let mut theta = (x2 / x1).atan() / (2.0 * std::f64::consts::PI);
    if x1 < 0.0 {
        theta += 0.5;
    }
    let u = 10.0 * (x3 - 10.0 * theta);
    let v = 10.0 * ((x1 * x1 + x2 * x2).sqrt() - 1.0);
    u * u + v * v + x3 * x3
}

#[test]
fn helical() {
    check("helical_valley", |x, _| {
        let [x1, x2, x3] = x.try_into().unwrap();
        let (value, (a, b, c)) = helical_valley::value_and_grad(x1, x2, x3);
        Run { plain: helical_valley(x1, x2, x3), value, gradient: vec![a, b, c] }
    });
}
