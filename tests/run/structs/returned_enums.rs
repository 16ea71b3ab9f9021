//! Enums that calls return, taken apart by `let else`; `map` for a condition alone.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};

#[derive(Clone, Copy, Debug, Differentiable)]
enum E {
    No,
    One(f64),
    Two { p: f64, q: [f64; 2] },
}
#[grad]
fn choose(x: f64, k: usize) -> E {
    match k % 3 {
        0 => E::No,
        1 => E::One(x * x),
        _ => E::Two { p: x.sin(), q: [x, x * x] },
    }
}
#[grad]
fn taken(x: f64, k: usize) -> f64 {
    let mut s = x;
    for i in 0..k {
        let e = choose(s, i);
        let E::One(u) = e else {
            let t = choose(x, i + 2);
            let E::Two { p, q: [_, b] } = t else { continue };
            s += p * b;
            continue;
        };
        s = s * 0.5 + u;
    }
    s
}
#[derive(Clone, Debug, Differentiable)]
pub struct H {
    k: f64,
    c: [f64; 2],
}
#[grad(forward)]
fn held(x: f64) -> H {
    H { k: x, c: [x, x * x] }
}
#[grad(forward)]
fn decided(x: f64, y: f64) -> f64 {
    let h = held(x);
    let a = h.c.map(|u| u * y);
    if a[0] > 0.3 {
        x * y
    } else {
        x + h.k
    }
}
#[test]
fn let_else_and_what_decides_alone() {
    for k in 0..6 {
        for x in [0.3, 0.9] {
            let g = taken::grad(x, k);
            assert_matches_central(&[g], |x| taken(x[0], k), &[x]);
        }
    }
    for x in [0.3, 0.9] {
        let g = decided::grad(x, 0.7);
        assert_matches_central(&[g.0, g.1], |x| decided(x[0], x[1]), &[x, 0.7]);
    }
}
