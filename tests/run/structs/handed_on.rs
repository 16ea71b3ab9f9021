//! Vectors that end in a struct, a tuple or an enum: they are moved there, and their cotangent comes out of it.

use crate::oracle::{assert_all_close_to, assert_same_bits, central, DIFFERENCES};
use backprop::{grad, Differentiable, Tangent};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Field {
    u: Vec<f64>,
    k: Vec<f64>,
    steps: usize,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Shape {
    Line(Vec<f64>),
    Pair { first: Vec<f64>, second: Vec<f64> },
}

impl Field {
    #[grad]
    fn step(&self, dt: f64) -> Field {
        let mut u = self.u.clone();
        for i in 1..u.len() - 1 {
            u[i] = self.u[i] + dt * self.k[i] * (self.u[i - 1] - 2.0 * self.u[i] + self.u[i + 1]);
        }
        Field { u, k: self.k.clone(), steps: self.steps + 1 }
    }
}

/// Also in a loop, where the old one is overwritten by another of a new length, and in branches.
#[grad]
fn diffuse(f: &Field, dt: f64, n: usize) -> f64 {
    let mut s = f.clone();
    for t in 0..n {
        s = s.step(dt);
        if t == 1 {
            let mut longer = s.u.clone();
            longer.push(dt * dt);
            let mut k = vec![0.5; longer.len()];
            k[2] = s.k[1] * dt;
            s = Field { u: longer, k, steps: 7 };
        }
    }
    let mut e = s.steps as f64;
    for v in &s.u {
        e += v * v;
    }
    e
}

#[test]
fn structs_in_loops() {
    let x = [0.3, -0.2, 0.8, 0.5, 0.9, 0.1, 0.6, -0.4, 0.2];
    let field = |x: &[f64]| Field { u: x[..4].to_vec(), k: x[4..8].to_vec(), steps: 0 };
    let f = |x: &[f64]| diffuse(&field(x), x[8], 4);
    let (y, (d, d_dt)) = diffuse::value_and_grad(&field(&x), x[8], 4);
    assert_same_bits(y, f(&x));
    let mut all = vec![];
    d.to_flat(&mut all);
    all.push(d_dt);
    assert_all_close_to(&all, &central(f, &x), DIFFERENCES);
}

/// Tuples and enums; one that is used once more before; one that is made from another.
#[grad]
fn parts(x: &[f64], a: f64) -> f64 {
    let squares: Vec<f64> = x.iter().map(|v| v * v).collect();
    let sines: Vec<f64> = squares.iter().map(|v| (a * v).sin()).collect();
    let sum: f64 = sines.iter().sum();
    let pair = Shape::Pair { first: squares, second: sines };
    let line = Shape::Line(x.to_vec());
    let mut e = sum;
    for shape in [pair, line] {
        e += match shape {
            Shape::Line(l) => l[0] * l[1],
            Shape::Pair { first, second } => first.iter().zip(&second).map(|(p, q)| p * q).sum::<f64>(),
        };
    }
    let v = vec![a; 3];
    let w = vec![e, a, e * a];
    let both = (v, w);
    let mut s = 0.0;
    for k in 0..3 {
        s += both.0[k] * both.1[k];
    }
    s
}

#[test]
fn enums_and_tuples() {
    let x = [0.3, -0.7, 1.2, 0.4];
    let (d, d_a) = parts::grad(&x[..3], x[3]);
    let mut all = d;
    all.push(d_a);
    assert_all_close_to(&all, &central(|x| parts(&x[..3], x[3]), &x), DIFFERENCES);
}

/// The pullback of a constructor with vectors: each part of the seed goes where it belongs.
#[grad]
fn split(x: &[f64]) -> (Vec<f64>, Field) {
    let mut even = Vec::new();
    let mut odd = Vec::new();
    for i in 0..x.len() {
        if i % 2 == 0 {
            even.push(2.0 * x[i]);
        } else {
            odd.push(3.0 * x[i]);
        }
    }
    let k = even.clone();
    (even, Field { u: odd, k, steps: 0 })
}

#[test]
fn seeds() {
    let (y, pullback) = split::vjp(&[1.0, 2.0, 3.0, 4.0]);
    assert_eq!(y.1.u, [6.0, 12.0]);
    let d = pullback((vec![1.0, 10.0], FieldTangent { u: vec![100.0, 1000.0], k: vec![0.5, 0.25] }));
    assert_eq!(d, [3.0, 300.0, 20.5, 3000.0]);
}
