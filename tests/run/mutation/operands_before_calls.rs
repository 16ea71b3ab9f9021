//! Operands of unknown type that a call behind them changes are read where they stand.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};

#[derive(Clone, Debug, Differentiable)]
pub struct In {
    w: Vec<f64>,
    c: f64,
}
impl In {
    #[grad]
    pub fn size(&self) -> f64 {
        let mut s = self.c;
        for v in &self.w {
            s += v * v;
        }
        s.sqrt()
    }
    #[grad]
    pub fn grow(&mut self, x: f64) -> f64 {
        self.c *= x;
        for v in self.w.iter_mut() {
            *v *= x;
        }
        self.c
    }
}
#[derive(Clone, Debug, Differentiable)]
pub struct Out {
    i: In,
    m: [[f64; 2]; 2],
    n: usize,
}
impl Out {
    #[grad]
    pub fn norm(&self) -> f64 {
        self.i.size() + self.m[0][0] * self.m[1][1]
    }
    #[grad]
    pub fn go(&mut self, x: f64) -> f64 {
        let k = self.n;
        let a = self.i.w[k] / self.norm();
        let b = self.i.c * self.i.grow(x) + self.i.w[0];
        self.i.w[k] = self.i.w[k] / self.i.size();
        self.m[0][1] += self.i.c * self.norm() - self.m[0][1] / self.i.grow(b.sin());
        let c = [self.i.c, self.i.grow(x), self.i.c];
        let t = (self.m[1][1], self.bump(x), self.m[1][1]);
        a + b * c[0] + c[1] * c[2] + t.0 * t.1 - t.2
            + f(self.m[1][1], self.bump(x), self.m[1][1])
            + self.norm()
    }
    #[grad]
    pub fn bump(&mut self, x: f64) -> f64 {
        self.m[1][1] *= x;
        self.m[1][1] + x
    }
}
#[grad]
fn f(a: f64, b: f64, c: f64) -> f64 {
    a * b - c.sin()
}
#[test]
fn methods_that_write() {
    let mk = |x: &[f64]| Out { i: In { w: x[..3].to_vec(), c: x[3] }, m: [[x[4], x[5]], [x[6], x[7]]], n: 1 };
    let x = [0.3, 0.7, -0.4, 1.2, 0.8, 0.1, 0.9, 1.1, 1.3];
    let fv = |x: &[f64]| {
        let mut s = mk(x);
        let y = s.go(x[8]);
        y + 0.5 * s.m[0][1]
    };
    let mut s = mk(&x);
    let (_, pb) = s.go_vjp(x[8]);
    let mut d = backprop::Differentiable::zero_tangent(&mk(&x));
    d.m[0][1] = 0.5;
    let g = pb(1.0, &mut d);
    let mut v = d.i.w.clone();
    v.push(d.i.c);
    v.extend([d.m[0][0], d.m[0][1], d.m[1][0], d.m[1][1], g]);
    assert_matches_central(&v, fv, &x);
}
#[grad]
fn upd(v: &mut [f64], x: f64) -> f64 {
    v[0] *= x;
    v[1] += v[0];
    v[0] + x
}
#[grad]
fn order(x: f64, y: f64) -> f64 {
    let mut v = [x, y, x * y];
    let a = v[0] * upd(&mut v, y) + v[0];
    let b = v[1] - upd(&mut v[1..], x) / v[1];
    let c = f(v[1], upd(&mut v, 1.3), v[1]);
    let t = (v[0], upd(&mut v, 0.7), v[0]);
    let w = [v[0], upd(&mut v, x), v[0]];
    v[2] = v[2] * upd(&mut v, y);
    v[2] += v[0] * upd(&mut v, y);
    let m = v[1].max(upd(&mut v, y)).atan2(upd(&mut v, x)) + v[1].mul_add(upd(&mut v, 0.9), v[1]);
    a + b * c + t.0 * t.1 - t.2 + w[0] * w[1] - w[2] + v[2] + m + {
        let u = v[0];
        u * upd(&mut v, x)
    }
}
#[test]
fn calls_that_write() {
    let x = [0.8, 1.1];
    let g = order::grad(x[0], x[1]);
    assert_matches_central(&[g.0, g.1], |x| order(x[0], x[1]), &x);
}
