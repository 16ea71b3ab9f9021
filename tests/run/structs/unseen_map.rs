//! `map` on fields and results whose types the macro does not see: arrays, options.
//! (`cfg(all())` on a struct: its fields may be others, so they are not looked at.)

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};

#[cfg(any(unix, not(unix)))]
#[derive(Clone, Debug, Differentiable)]
struct In {
    a: [f64; 3],
    v: Vec<f64>,
    o: Option<f64>,
}
#[cfg(any(unix, not(unix)))]
#[derive(Clone, Debug, Differentiable)]
struct S {
    a: [f64; 3],
    v: Vec<f64>,
    o: Option<f64>,
    i: In,
    k: usize,
}
impl S {
    #[grad]
    fn arr(&self) -> [f64; 3] {
        [self.a[0] * self.a[1], self.a[1], self.a[2].sin()]
    }
    #[grad]
    fn vec(&self) -> Vec<f64> {
        self.v.iter().map(|t| t * t).collect()
    }
    #[grad]
    fn m1(&self, x: f64) -> f64 {
        let b = self.a.map(|t| t * x);
        let c = self.a.iter().zip(self.v.iter()).map(|(p, q)| p * q).sum::<f64>();
        let d: f64 = self.i.v.iter().enumerate().map(|(i, p)| p * i as f64 * self.i.a[i]).sum();
        b[0] * b[1] + b.iter().sum::<f64>() + c * d
    }
    #[grad]
    fn m2(&self, x: f64) -> f64 {
        let a = self.arr().iter().map(|t| t * x).sum::<f64>();
        let b = self.vec().iter().zip(self.arr()).map(|(p, q)| p * q).sum::<f64>();
        let c = self.vec().into_iter().fold(x, |s, t| s * 0.5 + t);
        a * b + c
    }
    #[grad]
    fn m3(&self, x: f64) -> f64 {
        let q = self.o.map(|t| t * x).unwrap_or(0.5) + self.i.o.map_or(1.0, |t| t.sin());
        let r = if let Some(t) = self.o { t * t } else { x };
        let w = self.o.unwrap_or(x) * q;
        let z = self.arr().map(|t| t.sin());
        let max = self.v.iter().copied().fold(f64::MIN, f64::max);
        let last = self.v.last().unwrap() * self.i.v.first().copied().unwrap_or(x);
        let d = self.v.iter().rev().skip(1).step_by(2).sum::<f64>();
        let e = self.v[..2].iter().chain(&self.i.a).map(|t| t.cos()).product::<f64>();
        for w in self.v.windows(2) {
            let _ = w[0];
        }
        q + r * w
            + z[0] * z[2]
            + max
            + last * d
            + e
            + self.v.len() as f64 * self.v.iter().map(|&t| t).sum::<f64>()
    }
}
#[grad]
fn free(s: &S, x: f64) -> f64 {
    let (p, q) = pair(x);
    let n: f64 = p.iter().map(|t| t * q).sum();
    let t = p.map(|t| t * t);
    let u = pair(q).0.iter().rev().fold(0.0, |a, b| a * x + b);
    n * t[1] + u + s.i.a.iter().sum::<f64>() + dot(&s.a, &s.v) + s.i.a.map(|t| t * x)[1]
}
#[grad]
fn pair(x: f64) -> ([f64; 3], f64) {
    ([x, x * x, x.sin()], x * 0.5)
}
#[grad]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
#[test]
fn methods_and_functions() {
    let mk = |x: &[f64]| S {
        a: [x[0], x[1], x[2]],
        v: x[3..6].to_vec(),
        o: Some(x[6]),
        i: In { a: [x[7], x[8], x[9]], v: x[10..13].to_vec(), o: None },
        k: 2,
    };
    let x: Vec<f64> = (0..14).map(|i| 0.3 + 0.1 * i as f64).collect();
    macro_rules! one {
        ($m:ident, $g:ident) => {{
            let (d, dx) = mk(&x).$g(x[13]);
            let mut g = vec![];
            backprop::Tangent::to_flat(&d, &mut g);
            g.push(dx);
            assert_matches_central(&g, |x| mk(x).$m(x[13]), &x);
        }};
    }
    one!(m1, m1_grad);
    one!(m2, m2_grad);
    one!(m3, m3_grad);
    let (d, dx) = free::grad(&mk(&x), x[13]);
    let mut g = vec![];
    backprop::Tangent::to_flat(&d, &mut g);
    g.push(dx);
    assert_matches_central(&g, |x| free(&mk(x), x[13]), &x);
}

struct Table {
    k: [usize; 3],
    w: Option<f64>,
}

#[grad(forward)]
fn shapes(x: f64, y: f64, s: &In, #[no_grad] t: &Table) -> f64 {
    let a = s.a.map(f64::sin);
    let b = s.a.map(|v| [v * x, v + y]);
    let c = t.k.map(|k| x * k as f64);
    let d = t.w.map(|w| w * y).unwrap_or(x);
    let e = inverse(x).map(|v| v * y).unwrap_or(2.0);
    let f = s.o.map(|v| (v * x, y)).unwrap();
    a[0] * a[2] + b[1][0] * b[2][1] + c[2] * c[1] + d * e + f.0 * f.1
}

#[grad(forward)]
fn inverse(x: f64) -> Result<f64, String> {
    if x == 0.0 {
        Err("zero".to_string())
    } else {
        Ok(1.0 / x)
    }
}

#[test]
fn constants_results_and_forward_mode() {
    let t = Table { k: [1, 2, 3], w: Some(0.7) };
    let mk = |x: &[f64]| In { a: [x[2], x[3], x[4]], v: Vec::new(), o: Some(x[5]) };
    for first in [0.8, 0.0] {
        let x = [first, 1.3, 0.2, 0.4, 0.9, 1.1];
        let (dx, dy, d) = shapes::grad(x[0], x[1], &mk(&x), &t);
        let mut g = vec![dx, dy];
        backprop::Tangent::to_flat(&d, &mut g);
        if first != 0.0 {
            assert_matches_central(&g, |x| shapes(x[0], x[1], &mk(x), &t), &x);
        }
        let mut direction = d.clone();
        backprop::Tangent::from_flat(&mut direction, &[0.5, -1.0, 2.0, 0.3]);
        let expected = 0.7 * g[0] + 1.5 * g[1] + 0.5 * g[2] - g[3] + 2.0 * g[4] + 0.3 * g[5];
        let (value, slope) = shapes::jvp(x[0], x[1], &mk(&x), &t, (0.7, 1.5, direction));
        crate::oracle::assert_same_bits(value, shapes(x[0], x[1], &mk(&x), &t));
        crate::oracle::assert_close(slope, expected);
    }
}

#[cfg(any(unix, not(unix)))]
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Constants {
    c: [f64; 2],
}

/// Of a constant, by an active closure, for nothing.
#[grad(forward)]
fn ignored(x: f64, #[no_grad] k: &Constants) -> f64 {
    let h = k.clone();
    let a = h.c.map(|u| x * u);
    let _y = a[0] * a[1];
    x * x
}

#[test]
fn what_comes_of_a_constant_may_be_ignored() {
    let k = Constants { c: [2.0, 3.0] };
    assert_eq!(ignored::value_and_grad(1.5, &k), (2.25, 3.0));
    assert_eq!(ignored::jvp(1.5, &k, 2.0), (2.25, 6.0));
}

#[cfg(any(unix, not(unix)))]
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Perhaps {
    o: Option<f64>,
}

#[grad]
fn squared(p: &Perhaps) -> f64 {
    let y = p.o.map(|v| v * v);
    y.unwrap_or(0.0)
}

#[test]
fn a_buffer_without_a_payload_is_a_zero() {
    let mut d = PerhapsTangent { o: None };
    assert_eq!(squared::grad_add(&Perhaps { o: Some(1.5) }, 2.0, &mut d), 2.25);
    assert_eq!(d, PerhapsTangent { o: Some(6.0) });
}
