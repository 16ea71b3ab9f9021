//! Functions of few numbers, whose pullbacks hold nothing but their derivatives: called once, in loops, with infinite
//! cotangents, and those that must not be run ahead of time.

use crate::oracle::{assert_all_close, assert_close, assert_matches_central, assert_same_bits, dual};
use backprop::{grad, Real};
use num_dual::{Dual64, DualNum};

#[grad]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[grad]
fn gates(x: &[f64], w: f64, b: f64) -> f64 {
    let mut h = 0.1;
    for v in x {
        let forget = sigmoid(h * w + b);
        h = h * forget + sigmoid(v - b) * sigmoid(h) * (h * v).tanh();
    }
    h
}

fn sigmoid_dual(x: Dual64) -> Dual64 {
    ((-x).exp() + 1.0).recip()
}

#[test]
fn kept_by_a_caller() {
    let x = [0.3, -2.0, 40.0, 1.1, -0.7];
    let (mut d_x, mut d_w, mut d_b) = ([0.0; 5], 0.0, 0.0);
    let value = gates::grad_into(&x, 0.8, 0.2, &mut d_x, &mut d_w, &mut d_b);
    let of = |p: &[Dual64]| {
        let mut h = Dual64::from_re(0.1);
        for v in &p[..5] {
            let forget = sigmoid_dual(h * p[5] + p[6]);
            h = h * forget + sigmoid_dual(*v - p[6]) * sigmoid_dual(h) * (h * v).tanh();
        }
        h
    };
    assert_same_bits(value, gates(&x, 0.8, 0.2));
    let expected = dual(of, &[&x[..], &[0.8, 0.2]].concat()).1;
    assert_all_close(&[&d_x[..], &[d_w, d_b]].concat(), &expected);
}

#[test]
fn far_out() {
    for x in [0.0, -0.0, 1e-320, 36.0, -36.0, 700.0, -700.0, 800.0, -800.0, f64::INFINITY, f64::NEG_INFINITY]
    {
        let (value, pullback) = sigmoid::vjp(x);
        assert_same_bits(value, sigmoid(x));
        assert_same_bits(pullback(1.0), sigmoid::grad(x));
    }
    assert!(sigmoid::vjp(f64::NAN).1(1.0).is_nan());
}

/// What inlining the callee by hand gives: a branch that is not taken contributes nothing, whatever the cotangent.
#[grad]
fn branch(x: f64) -> f64 {
    if x > 0.0 {
        (x * x).sin().exp()
    } else {
        0.0
    }
}

#[grad]
fn root_of_branch(x: f64) -> f64 {
    branch(x).sqrt()
}

#[grad]
fn inlined(x: f64) -> f64 {
    let y = if x > 0.0 { (x * x).sin().exp() } else { 0.0 };
    y.sqrt()
}

/// Nothing of `a` without iterations.
#[grad]
fn steps(x: f64, a: f64, n: usize) -> f64 {
    let mut x = x;
    for _ in 0..n {
        x = (x * a).sin() * (x + a).cos();
    }
    x
}

#[grad]
fn root_of_steps(x: f64, a: f64, n: usize) -> f64 {
    steps(x, a, n).sqrt()
}

/// Numbers that are zero by themselves: plain IEEE, as written in one function.
#[grad]
fn cube(x: f64) -> f64 {
    let y = x * x * x;
    y * y.cos() * x.exp()
}

#[grad]
fn root_of_cube(x: f64) -> f64 {
    cube(x).sqrt()
}

#[test]
fn infinite_cotangents() {
    for x in [-1.0, 0.0, -0.0, 0.5, 1.3, f64::NAN] {
        assert_same_bits(root_of_branch::grad(x), inlined::grad(x));
    }
    assert_eq!(root_of_branch::grad(-1.0), 0.0);
    assert_eq!(root_of_steps::grad(0.0, 0.7, 0), (f64::INFINITY, 0.0));
    assert!(root_of_cube::grad(0.0).is_nan());
    let (_, pullback) = steps::vjp(0.3, 0.7, 0);
    assert_eq!(pullback(f64::NEG_INFINITY), (f64::NEG_INFINITY, 0.0));
    let (_, pullback) = steps::vjp(0.3, 0.7, 2);
    let (x, a) = pullback(0.0);
    assert!(x == 0.0 && a == 0.0);
}

/// Loops, an early return, arrays, another loop of unknown length, an array that carries no derivatives.
#[grad(wrt(a, b))]
fn mixed(a: f64, b: f64, c: &[f64], n: usize) -> f64 {
    let mut table = [0.0; 4];
    for (k, cell) in table.iter_mut().enumerate() {
        *cell = (a * k as f64).sin() + b;
    }
    let mut x = a;
    for (k, v) in c.iter().enumerate() {
        x = x * v + table[k % 4] * x.cos();
        if x > 50.0 {
            return x * b;
        }
    }
    let mut k = 0;
    while x * x < 3.0 && k < n {
        x = x * 1.5 + b.abs();
        k += 1;
    }
    if n > 7 {
        x = x.max(a).min(3.0);
    }
    x
}

fn mixed_dual(p: &[Dual64], c: &[f64], n: usize) -> Dual64 {
    let (a, b) = (p[0], p[1]);
    let table: Vec<Dual64> = (0..4).map(|k| (a * f64::from(k)).sin() + b).collect();
    let mut x = a;
    for (k, v) in c.iter().enumerate() {
        x = x * *v + table[k % 4] * x.cos();
        if x.re > 50.0 {
            return x * b;
        }
    }
    let mut k = 0;
    while (x * x).re < 3.0 && k < n {
        x = x * 1.5 + if b.re < 0.0 { -b } else { b };
        k += 1;
    }
    if n > 7 {
        x = if a.re > x.re { a } else { x };
        x = if x.re > 3.0 { Dual64::from_re(3.0) } else { x };
    }
    x
}

#[grad(wrt(x))]
fn sum_of_mixed(x: &[f64], c: &[f64], n: usize) -> f64 {
    let mut s = 0.2;
    for k in 1..x.len() {
        s = (s + mixed(x[k - 1] * s, x[k], c, n)).sin();
    }
    s
}

#[test]
fn of_every_shape() {
    for c in [&[][..], &[0.5], &[0.5, -1.5, 0.25, 1.0, 2.0, 0.1], &[9.0, 9.0, 9.0]] {
        for n in [0, 1, 5, 8, 30] {
            for (a, b) in [(0.4, 0.3), (-1.2, 0.8), (2.0, -0.4), (0.1, 0.0001)] {
                let (value, pullback) = mixed::vjp(a, b, c, n);
                let (d_a, d_b) = pullback(2.0);
                let (expected, d) = dual(|p| mixed_dual(p, c, n), &[a, b]);
                assert_same_bits(value, mixed(a, b, c, n));
                assert_close(value, expected);
                assert_all_close(&[d_a, d_b], &[2.0 * d[0], 2.0 * d[1]]);
            }
            let x = [0.3, 0.8, -0.4, 1.1, 0.6];
            let of = |p: &[Dual64]| {
                let mut s = Dual64::from_re(0.2);
                for k in 1..5 {
                    s = (s + mixed_dual(&[p[k - 1] * s, p[k]], c, n)).sin();
                }
                s
            };
            assert_all_close(&sum_of_mixed::grad(&x, c, n), &dual(of, &x).1);
        }
    }
}

/// No linear map: it must see the true cotangent.
#[grad(vjp = clipped)]
fn clip(x: f64) -> f64 {
    x
}

fn clipped(x: f64) -> (f64, impl FnOnce(f64) -> f64) {
    (x, |d: f64| d.clamp(-1.0, 1.0))
}

#[grad]
fn through(x: f64) -> f64 {
    let y = x.sin().exp();
    clip(y) * 1.0
}

#[grad]
fn steep(x: f64) -> f64 {
    7.0 * through(x)
}

#[test]
fn rules_see_the_true_cotangent() {
    let slope = |x: f64| x.sin().exp() * x.cos();
    assert_close(steep::grad(0.4), slope(0.4));
    let (_, pullback) = through::vjp(0.4);
    assert_close(pullback(0.25), 0.25 * slope(0.4));
}

#[grad]
fn generic<T: Real>(x: T, y: T) -> T {
    let e = (-x * y).exp();
    let s = (e + y).sqrt();
    if x > y {
        return s;
    }
    s * e / (x + y)
}

#[grad]
fn short(x: f32, y: f32) -> f32 {
    ((x * y).exp() + y).sqrt() / (x * x + 1.0).ln_1p()
}

#[grad]
fn mixed_widths(x: f32, y: f64) -> f64 {
    let z = f64::from(x).exp() * y;
    z.sin() / (1.0 + z)
}

struct Curve {
    scale: f64,
}

impl Curve {
    #[grad(wrt(x))]
    fn at(&self, x: f64) -> f64 {
        let e = (x * self.scale).exp();
        e / (1.0 + e) * e.ln_1p()
    }
}

#[grad(wrt(x))]
fn along(curve: &Curve, x: &[f64]) -> f64 {
    let mut s = 1.0;
    for v in x {
        s = (s * 0.5).sin() + curve.at(*v * s);
    }
    s
}

#[test]
fn other_types() {
    for (x, y) in [(0.4, 0.9), (1.4, 0.3)] {
        let (value, pullback) = generic::vjp(x, y);
        let (d_x, d_y) = pullback(1.0);
        assert_same_bits(value, generic(x, y));
        assert_matches_central(&[d_x, d_y], |p| generic(p[0], p[1]), &[x, y]);
        let (_, pullback) = generic::vjp(x as f32, y as f32);
        let (s_x, s_y) = pullback(1.0_f32);
        assert!((f64::from(s_x) - d_x).abs() < 1e-5 && (f64::from(s_y) - d_y).abs() < 1e-5);
        let (_, pullback) = short::vjp(x as f32, y as f32);
        let (s_x, s_y) = pullback(3.0);
        let (g_x, g_y) = short::grad(x as f32, y as f32);
        assert!((s_x - 3.0 * g_x).abs() < 1e-5 && (s_y - 3.0 * g_y).abs() < 1e-5);
        let (_, pullback) = mixed_widths::vjp(x as f32, y);
        let (d_x, d_y) = pullback(1.0);
        let of = |p: &[f64]| {
            let z = p[0].exp() * p[1];
            z.sin() / (1.0 + z)
        };
        let at = f64::from(x as f32);
        assert_matches_central(&[f64::from(d_x)], |p| of(&[p[0], y]), &[at]);
        assert_matches_central(&[d_y], |p| of(&[at, p[0]]), &[y]);
    }
    let curve = Curve { scale: 0.7 };
    let x = [0.3, -0.8, 1.5];
    assert_matches_central(&along::grad(&curve, &x), |p| along(&curve, p), &x);
}
