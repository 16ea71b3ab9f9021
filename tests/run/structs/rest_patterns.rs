//! `..` behind the fields of a variant.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};

#[derive(Clone, Copy, Debug, Differentiable)]
enum E {
    A(f64, f64, f64),
    B { p: f64, q: f64, r: usize },
    N,
}
#[grad]
fn rest(e: &E, x: f64) -> f64 {
    match e {
        E::A(a, ..) if *a > 2.0 => a * a * x,

        E::A(a, _, c) => a * c * x,
        E::B { q, .. } => q * x,
        _ => x,
    }
}
#[grad]
fn rest2(e: E, x: f64) -> f64 {
    if let E::A(a, ..) = e {
        return a * x;
    }
    let E::B { p, .. } = e else { return x };
    p.sin()
}
#[test]
fn rests() {
    for (v, n) in
        [(E::A(0.3, 0.5, 0.7), 3), (E::A(2.3, 0.5, 0.7), 3), (E::B { p: 0.4, q: 0.9, r: 3 }, 2), (E::N, 0)]
    {
        let (d, dx) = rest::grad(&v, 1.1);
        let mut g = vec![];
        backprop::Tangent::to_flat(&d, &mut g);
        g.push(dx);
        let mk = |x: &[f64]| match v {
            E::A(..) => E::A(x[0], x[1], x[2]),
            E::B { r, .. } => E::B { p: x[0], q: x[1], r },
            E::N => E::N,
        };
        let mut x = match v {
            E::A(a, b, c) => vec![a, b, c],
            E::B { p, q, .. } => vec![p, q],
            E::N => vec![],
        };
        x.push(1.1);
        assert_matches_central(&g, |x| rest(&mk(x), x[n]), &x);
        let (d, dx) = rest2::grad(v, 1.1);
        let mut g = vec![];
        backprop::Tangent::to_flat(&d, &mut g);
        g.push(dx);
        assert_matches_central(&g, |x| rest2(mk(x), x[n]), &x);
    }
}
