//! Forward mode: several parts of one struct as arguments of one call.

use crate::oracle::{assert_close, assert_matches_central};
use backprop::{grad, Differentiable};

#[derive(Clone, Debug, Differentiable)]
struct Net {
    w: Vec<f64>,
    b: [f64; 2],
    inner: Inner,
    inners: Vec<Inner>,
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Inner {
    k: f64,
    m: f64,
}

impl Inner {
    #[grad(forward)]
    fn mixed(&self, by: &f64, other: &Inner) -> f64 {
        self.k * by.sin() + other.m * self.m
    }
}

#[grad(forward)]
fn layer(w: &[f64], b: &[f64; 2], x: f64) -> f64 {
    w.iter().map(|w| w * x).sum::<f64>() * b[0] + b[1]
}

/// Writes both.
#[grad(forward)]
fn exchange(a: &mut Vec<f64>, b: &mut [f64; 2], k: &mut f64) -> f64 {
    a[0] *= b[1];
    b[0] += a[1] * *k;
    *k *= a[0];
    a[1] * b[0]
}

#[grad(forward)]
fn read(n: &Net, x: f64) -> f64 {
    let i = n.inner;
    layer(&n.w, &n.b, x) + n.inner.mixed(&n.inner.k, &n.inners[1]) + i.mixed(&i.m, &i)
}

#[grad(forward)]
fn written(n: &Net, x: f64) -> f64 {
    let mut m = n.clone();
    let first = exchange(&mut m.w, &mut m.b, &mut m.inner.k);
    let second = exchange(&mut m.w, &mut m.b, &mut m.inners[0].m);
    first * second + layer(&m.w[1..], &m.b, x) * m.inner.k + m.inners[0].m
}

fn net(v: &[f64]) -> Net {
    Net {
        w: v[..2].to_vec(),
        b: [v[2], v[3]],
        inner: Inner { k: v[4], m: v[5] },
        inners: vec![Inner { k: v[6], m: v[7] }, Inner { k: v[8], m: v[9] }],
    }
}

fn flat(d: &NetTangent) -> Vec<f64> {
    let of = |i: &InnerTangent| [i.k, i.m];
    let inners = d.inners.iter().flat_map(of);
    d.w.iter().copied().chain(d.b).chain(of(&d.inner)).chain(inners).collect()
}

#[test]
fn parts_of_one_struct() {
    let at = [0.3, 1.2, -0.7, 0.9, 1.1, 0.4, 0.8, -1.3, 0.6, 0.5, 1.7];
    for (f, grad, jvp) in [
        (read as fn(&Net, f64) -> f64, read::grad as fn(&Net, f64) -> (NetTangent, f64), read::jvp as Along),
        (written, written::grad, written::jvp),
    ] {
        let (d, d_x) = grad(&net(&at), at[10]);
        let mut gradient = flat(&d);
        gradient.push(d_x);
        assert_matches_central(&gradient, |v| f(&net(v), v[10]), &at);
        let square: f64 = gradient.iter().map(|g| g * g).sum();
        assert_close(jvp(&net(&at), at[10], (d, d_x)).1, square);
    }
}

type Along = fn(&Net, f64, (NetTangent, f64)) -> (f64, f64);
