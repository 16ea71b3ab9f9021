//! `Box<[T]>`.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};

#[grad]
fn made(x: &[f64], y: f64) -> f64 {
    let mut b = x.iter().map(|t| t * y).collect::<Vec<_>>().into_boxed_slice();
    b[0] *= y;
    let c: Box<[f64]> = vec![y; 3].into_boxed_slice();
    let d: Box<[f64]> = x.iter().copied().collect();
    for (p, q) in b.iter_mut().zip(c.iter()) {
        *p += q * q;
    }
    let v = c.into_vec();
    b.iter().sum::<f64>() + d.len() as f64 * d[1] + v[2]
}
#[test]
fn made_and_taken_apart() {
    let x = [0.4, 0.7, 1.2, 0.9];
    let (mut g, d) = made::grad(&x[..3], x[3]);
    g.push(d);
    assert_matches_central(&g, |x| made(&x[..3], x[3]), &x);
}
#[derive(Clone, Debug, Differentiable)]
struct T {
    w: Box<[f64]>,
    k: f64,
}
#[grad]
fn read(t: &T, x: f64) -> f64 {
    let mut s = t.k;
    for (i, w) in t.w.iter().enumerate() {
        s += w * x.powi(i as i32);
    }
    s * t.w[0]
}
#[test]
fn as_a_field() {
    let mk = |x: &[f64]| T { w: x[..3].to_vec().into_boxed_slice(), k: x[3] };
    let x = [0.4, 0.7, 1.2, 0.9, 1.4];
    let (d, dx) = read::grad(&mk(&x), x[4]);
    let mut g = vec![];
    backprop::Tangent::to_flat(&d, &mut g);
    g.push(dx);
    assert_matches_central(&g, |x| read(&mk(x), x[4]), &x);
}
