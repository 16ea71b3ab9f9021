//! Operands that an operand after them changes: each is read where it stands.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};
use std::ops::{Add, Sub};

#[derive(Clone, Copy, Differentiable)]
struct V2 {
    x: f64,
    y: f64,
}

#[grad]
impl Add for V2 {
    type Output = V2;
    fn add(self, o: V2) -> V2 {
        V2 { x: self.x + o.x, y: self.y * o.y }
    }
}

#[grad]
impl Sub for V2 {
    type Output = V2;
    fn sub(self, o: V2) -> V2 {
        V2 { x: self.x - o.x * self.y, y: self.y - o.y }
    }
}

#[derive(Clone, Copy, Differentiable)]
struct Two {
    a: V2,
    b: [f64; 2],
}

#[grad]
fn of_three(a: [f64; 2], b: f64, c: [f64; 2]) -> f64 {
    a[0] * b + a[1] * c[0] - c[1] * c[1]
}

#[grad]
fn literals(x: f64, y: f64) -> f64 {
    let mut a = [x, y];
    let both = (a, {
        a[0] *= y;
        a
    });
    let rows = [a, {
        a[1] += both.0[0];
        a
    }];
    let mut v = V2 { x, y };
    let two = Two {
        a: v,
        b: {
            v.y = v.x * x;
            [v.y, a[0]]
        },
    };
    both.0[0] * both.1[0] + rows[0][1] * rows[1][1] + two.a.y * two.b[0] * v.y
}

#[grad]
fn arguments(x: f64, y: f64) -> f64 {
    let mut a = [x, y];
    of_three(
        a,
        {
            a[0] = a[1] * x;
            a[0] + y
        },
        {
            a[1] -= x;
            a
        },
    )
}

#[grad]
fn operators(v: V2, k: f64) -> f64 {
    let mut v = v;
    let mut two = Two { a: v, b: [k, 1.0] };
    let sum = v + {
        v.x *= k;
        v
    };
    let other = two.a - {
        two.a.y += two.b[0];
        two.a
    };
    (sum + other).x * v.x + (sum - other).y
}

#[test]
fn as_written() {
    let (a, b) = literals::grad(1.3, 0.6);
    assert_matches_central(&[a, b], |v| literals(v[0], v[1]), &[1.3, 0.6]);
    let (a, b) = arguments::grad(1.3, 0.6);
    assert_matches_central(&[a, b], |v| arguments(v[0], v[1]), &[1.3, 0.6]);
    let (v, k) = operators::grad(V2 { x: 1.3, y: 0.6 }, -0.7);
    let f = |v: &[f64]| operators(V2 { x: v[0], y: v[1] }, v[2]);
    assert_matches_central(&[v.x, v.y, k], f, &[1.3, 0.6, -0.7]);
}
