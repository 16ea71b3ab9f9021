//! `a += b` on fields and variables of types that the macro does not see: by its own rule, which may not be that of `a + b`.
//! (`cfg(all())` on a struct: its fields may be others, so they are not looked at.)

use crate::oracle::{assert_close, assert_matches_central};
use backprop::{grad, Differentiable};
use std::ops::{AddAssign, Mul, MulAssign};

#[cfg(any(unix, not(unix)))]
#[derive(Clone, Copy, Differentiable)]
struct V2 {
    x: f64,
    y: f64,
}

/// Not the sum: there is none.
#[grad(forward)]
impl AddAssign for V2 {
    fn add_assign(&mut self, o: V2) {
        self.x += o.x;
        self.y += 2.0 * o.y * self.x;
    }
}

#[grad(forward)]
impl MulAssign<f64> for V2 {
    fn mul_assign(&mut self, k: f64) {
        self.x *= k;
        self.y *= k * k;
    }
}

#[grad(forward)]
impl Mul<f64> for V2 {
    type Output = V2;
    fn mul(self, k: f64) -> V2 {
        V2 { x: self.x * k, y: self.y * k }
    }
}

#[cfg(any(unix, not(unix)))]
#[derive(Clone, Copy, Differentiable)]
struct Body {
    at: V2,
    speed: V2,
    mass: f64,
    steps: usize,
}

#[grad(forward)]
fn moved(body: Body, dt: f64, n: usize) -> f64 {
    let mut b = body;
    for _ in 0..n {
        b.at += b.speed * dt;
        b.at *= b.mass;
        b.mass += dt * b.at.x;
        b.steps += 2;
    }
    let mut at = b.at;
    at += b.speed;
    at.x * at.y * b.mass + b.steps as f64 * dt
}

fn body(v: &[f64]) -> Body {
    Body { at: V2 { x: v[0], y: v[1] }, speed: V2 { x: v[2], y: v[3] }, mass: v[4], steps: 1 }
}

#[test]
fn assigning_operators_keep_their_rule() {
    let v = [0.3, 0.4, 0.5, 0.6, 1.1, 0.1];
    let (d, dt) = moved::grad(body(&v), v[5], 3);
    let gradient = [d.at.x, d.at.y, d.speed.x, d.speed.y, d.mass, dt];
    assert_matches_central(&gradient, |v| moved(body(v), v[5], 3), &v);
    // Forward mode agrees.
    let (_, slope) = moved::jvp(body(&v), v[5], 3, (d, dt));
    assert_close(slope, gradient.iter().map(|g| g * g).sum());
}
