//! Struct update: listed fields replace the base's, also by constants; constants among the fields in forward mode.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};

#[derive(Differentiable, Clone)]
struct Body {
    mass: f64,
    place: [f64; 2],
    parts: usize,
    name: String,
    #[no_grad]
    scale: f64,
    charge: Option<f64>,
    trace: Vec<f64>,
}

#[grad(forward)]
fn updated(x: f64, y: f64) -> f64 {
    let p = Body {
        mass: x * y,
        place: [x, y],
        parts: 2,
        name: String::new(),
        scale: 2.0,
        charge: Some(x),
        trace: vec![x, y],
    };
    let q = Body { parts: 3, name: "b".to_string(), scale: 1.5, ..p.clone() };
    let r = Body { mass: 0.5, place: [1.0, 2.0], ..q.clone() };
    let s = Body { charge: None, trace: vec![3.0, 4.0], place: [y, 3.0], ..r.clone() };
    p.mass * 2.0
        + q.mass * q.place[0]
        + q.trace[1] * r.trace[0]
        + r.mass * x
        + r.place[1] * y
        + s.mass * s.place[0] * s.place[1]
        + s.trace[0] * q.charge.unwrap_or(0.0)
        + s.charge.unwrap_or(1.0) * p.place[1]
}

#[grad(forward)]
fn with_constants(x: f64, y: f64) -> f64 {
    let p = Body {
        mass: x * y,
        place: [x, y],
        parts: 2,
        name: String::new(),
        scale: 2.0,
        charge: Some(x),
        trace: vec![x, y],
    };
    let mut sum = (p.scale * 0.5).exp() * x - y * p.scale + x / p.scale + p.scale.powi(2) * p.mass;
    sum += (p.scale - x).sin() + (y - p.scale).max(p.scale) + p.scale.mul_add(x, y);
    for i in 0..3 {
        sum += p.scale;
        sum *= x - p.scale * i as f64;
        if sum > p.scale {
            sum -= p.scale;
        }
    }
    sum + p.scale
}

fn check(
    f: impl Fn(f64, f64) -> f64,
    grad: impl Fn(f64, f64) -> (f64, f64),
    jvp: impl Fn(f64, f64, (f64, f64)) -> f64,
) {
    for (x, y) in [(0.7, 1.2), (-1.4, 0.3), (2.5, -0.8)] {
        let (dx, dy) = grad(x, y);
        assert_matches_central(&[dx, dy], |p| f(p[0], p[1]), &[x, y]);
        let forward = [jvp(x, y, (1.0, 0.0)), jvp(x, y, (0.0, 1.0))];
        assert_matches_central(&forward, |p| f(p[0], p[1]), &[x, y]);
    }
}

#[test]
fn listed_fields_cut_the_base_off() {
    check(updated, updated::grad, |x, y, t| updated::jvp(x, y, t).1);
}

#[test]
fn constant_fields_in_arithmetic() {
    check(with_constants, with_constants::grad, |x, y, t| with_constants::jvp(x, y, t).1);
}
