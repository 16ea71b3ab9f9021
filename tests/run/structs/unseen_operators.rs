//! Operators on fields, elements and results of types that the macro does not see: numbers, integers, or vectors.
//! (`cfg(all())` on a struct: its fields may be others, so they are not looked at.)

use crate::oracle::{assert_all_close, assert_close, assert_matches_central};
use backprop::{grad, Differentiable};
use std::ops::{Add, Div, Mul, Neg, Sub};

#[cfg(any(unix, not(unix)))]
#[derive(Clone, Copy, Debug, Differentiable)]
struct V2 {
    x: f64,
    y: f64,
}

#[grad(forward)]
impl Add for V2 {
    type Output = V2;
    fn add(self, o: V2) -> V2 {
        V2 { x: self.x + o.x, y: self.y + o.y }
    }
}

#[grad(forward)]
impl Sub for V2 {
    type Output = V2;
    fn sub(self, o: V2) -> V2 {
        V2 { x: self.x - o.x, y: self.y - o.y }
    }
}

/// The inner product.
#[grad(forward)]
impl Mul for V2 {
    type Output = f64;
    fn mul(self, o: V2) -> f64 {
        self.x * o.x + self.y * o.y
    }
}

#[grad(forward)]
impl Mul<f64> for V2 {
    type Output = V2;
    fn mul(self, k: f64) -> V2 {
        V2 { x: self.x * k, y: self.y * k }
    }
}

#[grad(forward)]
impl Mul<V2> for f64 {
    type Output = V2;
    fn mul(self, v: V2) -> V2 {
        V2 { x: self * v.x, y: self * v.y }
    }
}

#[grad(forward)]
impl Div<f64> for V2 {
    type Output = V2;
    fn div(self, k: f64) -> V2 {
        V2 { x: self.x / k, y: self.y / k }
    }
}

#[grad(forward)]
impl Neg for V2 {
    type Output = V2;
    fn neg(self) -> V2 {
        V2 { x: -self.x, y: -self.y }
    }
}

impl V2 {
    #[grad(forward)]
    fn turned(self) -> V2 {
        V2 { x: -self.y, y: self.x }
    }
}

#[cfg(any(unix, not(unix)))]
#[derive(Clone, Copy, Debug, Differentiable)]
struct Body {
    at: V2,
    speed: V2,
    mass: f64,
    #[no_grad]
    charge: f64,
    steps: usize,
    extra: usize,
}

fn bodies(v: &[f64]) -> Vec<Body> {
    let body = |c: &[f64]| Body {
        at: V2 { x: c[0], y: c[1] },
        speed: V2 { x: c[2], y: c[3] },
        mass: c[4],
        charge: 0.25 + c.len() as f64,
        steps: 2,
        extra: 1,
    };
    v.chunks(5).map(body).collect()
}

fn flat(d: &[BodyTangent]) -> Vec<f64> {
    d.iter().flat_map(|d| [d.at.x, d.at.y, d.speed.x, d.speed.y, d.mass]).collect()
}

const STATE: [f64; 15] = [0.3, -0.4, 1.2, 0.5, 2.0, 1.5, 0.7, -0.3, 0.9, 1.1, -0.8, 1.6, 0.2, -1.3, 0.6];

#[grad]
fn potential(bodies: &[Body]) -> f64 {
    let mut e = 0.0;
    for i in 0..bodies.len() {
        for j in 0..i {
            let d = bodies[i].at - bodies[j].at;
            e -= bodies[i].mass * bodies[j].mass / (d * d).sqrt();
        }
    }
    e
}

#[test]
fn differences_of_fields() {
    let d = potential::grad(&bodies(&STATE));
    assert_matches_central(&flat(&d), |v| potential(&bodies(v)), &STATE);
}

#[grad]
fn kinetic(bodies: &[Body]) -> f64 {
    let mut e = 0.0;
    for b in bodies {
        e += 0.5 * b.mass * (b.speed * b.speed);
    }
    e
}

#[test]
fn products_that_are_numbers() {
    let d = kinetic::grad(&bodies(&STATE));
    assert_matches_central(&flat(&d), |v| kinetic(&bodies(v)), &STATE);
}

#[grad]
fn step(bodies: &mut [Body], dt: f64) {
    for b in bodies.iter_mut() {
        b.at = b.at + b.speed * dt;
        b.speed = b.speed - (b.at / b.mass) * dt;
    }
}

#[grad]
fn orbit(bodies: &[Body], dt: f64, n: usize) -> f64 {
    let mut all = bodies.to_vec();
    for _ in 0..n {
        step(&mut all, dt);
    }
    all[0].at * all[1].speed + all[2].at * all[2].at
}

#[test]
fn fields_that_are_written() {
    let (d, dt) = orbit::grad(&bodies(&STATE), 0.1, 4);
    let gradient = [flat(&d), vec![dt]].concat();
    let at = [STATE.to_vec(), vec![0.1]].concat();
    assert_matches_central(&gradient, |v| orbit(&bodies(&v[..15]), v[15], 4), &at);
}

#[grad(forward)]
fn mixed(a: &Body, b: &Body, k: f64) -> f64 {
    let away = -(a.at - b.at);
    let side = (k * a.speed + away.turned()).turned();
    let charge = a.charge * b.charge;
    let count = a.steps + b.extra * a.steps;
    let weight = a.mass / b.mass - charge;
    side * (away + b.speed) * weight + count as f64 * k
}

#[test]
fn numbers_vectors_integers_and_constants() {
    let all = |v: &[f64]| {
        let b = bodies(&v[..10]);
        mixed(&b[0], &b[1], v[10])
    };
    let at = [STATE[..10].to_vec(), vec![0.7]].concat();
    let b = bodies(&at[..10]);
    let (d_a, d_b, d_k) = mixed::grad(&b[0], &b[1], at[10]);
    let gradient = [flat(&[d_a.clone(), d_b.clone()]), vec![d_k]].concat();
    assert_matches_central(&gradient, all, &at);
    // Forward mode agrees with reverse mode.
    let (_, slope) = mixed::jvp(&b[0], &b[1], at[10], (d_a, d_b, d_k));
    assert_close(slope, gradient.iter().map(|g| g * g).sum());
}

#[grad]
fn middle(a: V2, b: V2) -> V2 {
    (a + b) * 0.5
}

#[grad]
fn squared(x: f64) -> f64 {
    x * x
}

#[grad]
fn results(a: V2, b: V2, x: &[f64]) -> f64 {
    let d = middle(a, b) - middle(b.turned(), a);
    let mut s = 0.0;
    for v in x {
        let e = squared(*v) - squared(v.sin());
        s += e * e;
    }
    (d * d) * s
}

#[test]
fn results_of_calls() {
    let f = |v: &[f64]| results(V2 { x: v[0], y: v[1] }, V2 { x: v[2], y: v[3] }, &v[4..]);
    let at = [0.3, -0.7, 1.1, 0.4, 0.9, -1.4, 2.0];
    let (a, b, x) = results::grad(V2 { x: at[0], y: at[1] }, V2 { x: at[2], y: at[3] }, &at[4..]);
    let gradient = [vec![a.x, a.y, b.x, b.y], x].concat();
    assert_matches_central(&gradient, f, &at);
}

#[cfg(any(unix, not(unix)))]
#[derive(Clone, Differentiable)]
struct Path {
    points: Vec<V2>,
    weights: Vec<f32>,
}

impl Path {
    #[grad]
    fn length(&self) -> f64 {
        let mut sum = 0.0;
        for k in 1..self.points.len() {
            let d = self.points[k] - self.points[k - 1];
            sum += (d * d).sqrt();
        }
        sum
    }

    #[grad]
    fn spread(&self) -> f32 {
        let first = self.weights[0] - self.weights[1];
        first * first * self.weights[2]
    }
}

#[test]
fn elements_of_fields() {
    let path = |v: &[f64]| Path {
        points: v.chunks(2).map(|c| V2 { x: c[0], y: c[1] }).collect(),
        weights: vec![3.0, 1.0, 0.5],
    };
    let at = [0.0, 0.1, 1.0, 2.0, -0.5, 0.7, 0.2, 0.2];
    let d = path(&at).length_grad();
    let gradient: Vec<f64> = d.points.iter().flat_map(|p| [p.x, p.y]).collect();
    assert_matches_central(&gradient, |v| path(v).length(), &at);
    let weights: Vec<f64> = path(&at).spread_grad().weights.iter().map(|w| f64::from(*w)).collect();
    assert_all_close(&weights, &[2.0, -2.0, 4.0]);
}
