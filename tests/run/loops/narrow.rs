//! Loops around one number whose iterations keep their derivatives, and loops that are nearly so.

use crate::oracle::{assert_close, assert_matches_central};
use backprop::{grad, Real};

#[grad]
fn one_in(x: f64, n: usize) -> [f64; 1] {
    let mut x = x;
    for _ in 0..n {
        x = ((1.3 * x).sin() * 0.5 + (x * 0.3).exp() * (x * x + 1.0).sqrt().ln()).tanh();
    }
    [x]
}

#[grad]
fn three_in(x: f64, a: f64, b: f64, n: usize) -> f64 {
    let mut x = x;
    for i in (0..n).rev() {
        x = (a * x).sin() * b + (x * 0.3 + a).exp().ln_1p() * (i as f64 + b * b).sqrt().cos();
    }
    x * a
}

/// The iteration forgets what went around.
#[grad]
fn forgetful(x: f64, a: f64, n: usize) -> f64 {
    let mut x = x;
    for i in 0..n {
        x = (a * i as f64).sin() * (a + 0.2).exp();
    }
    x * x
}

/// Coefficients that carry no derivative, and a counter beside.
#[grad(wrt(x, a))]
fn coefficients(x: f64, a: f64, c: &[f64]) -> f64 {
    let mut x = x;
    let mut k = 1;
    for i in 0..c.len() {
        x = (x * c[i] + a).tanh() + (c[c.len() - k] * x).sin() * (a * x).cos();
        k += 1;
    }
    x
}

#[grad]
fn until(x: f64, a: f64) -> f64 {
    let mut x = x;
    while x.abs() > 0.1 {
        x = 0.9 * x.sin() * a.cos() - 0.01 * (x * a).exp();
    }
    x * a
}

#[grad]
fn leaves(x: f64, a: f64, n: usize) -> f64 {
    let mut x = x;
    let mut k = 0;
    loop {
        x = (x * a).sin() + (a + 0.1 * x).exp() * 0.3;
        k += 1;
        if k >= n {
            break;
        }
    }
    x
}

/// Narrow in a loop that is not.
#[grad]
fn nested(x: &[f64], a: f64, n: usize) -> f64 {
    let mut y = [a, 1.0];
    for r in 0..x.len() {
        let mut z = x[r] * y[0];
        for k in 0..n + r {
            z = (z * a).sin() + (y[1] * 0.1 + z * k as f64 * 0.05).cos().exp();
        }
        y = [y[1] * z, y[0] + z.sin()];
    }
    y[0] * y[1]
}

/// A branch, another number that goes around, an element of a slice: not narrow.
#[grad]
fn wider(x: &[f64], a: f64) -> f64 {
    let (mut p, mut q, mut r) = (a, 0.3, 0.5);
    for i in 0..x.len() {
        p = (p * a).sin() * (p + x[i]).exp().ln_1p();
    }
    for _ in 0..3 {
        (q, r) = ((r * a).sin().exp(), (q + p).cos().tanh());
    }
    for i in 0..4 {
        r = if i % 2 == 0 { (r * a).sin().exp() } else { (r + q).cos().tanh() };
    }
    p + q * r
}

#[grad]
fn any<T: Real>(x: T, a: T, n: usize) -> T {
    let mut x = x;
    for _ in 0..n {
        x = (a * x).sin().exp() * (x + a).tanh();
    }
    x
}

/// Both outputs in one sweep.
#[grad]
fn two(x: f64, a: f64, b: f64) -> [f64; 2] {
    let mut x = x;
    for _ in 0..5 {
        x = (a * x).sin().exp() * (x + b).tanh().cos();
    }
    [x * a, x.sin() + b]
}

#[test]
fn all_match_central_differences() {
    for n in [0, 1, 2, 7] {
        let (_, pullback) = one_in::vjp(0.4, n);
        assert_matches_central(&[pullback([1.0])], |v| one_in(v[0], n)[0], &[0.4]);
        let v = [0.4, 1.3, -0.7];
        let (x, a, b) = three_in::grad(v[0], v[1], v[2], n);
        assert_matches_central(&[x, a, b], |v| three_in(v[0], v[1], v[2], n), &v);
        let (x, a) = forgetful::grad(0.4, 1.3, n);
        assert_matches_central(&[x, a], |v| forgetful(v[0], v[1], n), &[0.4, 1.3]);
        let c: Vec<f64> = (0..n).map(|i| 0.3 + 0.2 * i as f64).collect();
        let (x, a) = coefficients::grad(0.4, 1.3, &c);
        assert_matches_central(&[x, a], |v| coefficients(v[0], v[1], &c), &[0.4, 1.3]);
        let (x, a) = leaves::grad(0.4, 1.3, n);
        assert_matches_central(&[x, a], |v| leaves(v[0], v[1], n), &[0.4, 1.3]);
        let (x, a) = any::grad(0.4, 1.3, n);
        assert_matches_central(&[x, a], |v| any(v[0], v[1], n), &[0.4, 1.3]);
        let slice: Vec<f64> = (0..n).map(|i| 0.5 - 0.3 * i as f64).collect();
        let (x, a) = wider::grad(&slice, 1.3);
        assert_matches_central(&x, |x| wider(x, 1.3), &slice);
        assert_matches_central(&[a], |a| wider(&slice, a[0]), &[1.3]);
        for inner in [0, 1, 3] {
            let (x, a) = nested::grad(&slice, 0.8, inner);
            assert_matches_central(&x, |x| nested(x, 0.8, inner), &slice);
            assert_matches_central(&[a], |a| nested(&slice, a[0], inner), &[0.8]);
        }
    }
    for x in [0.05, 0.7, 1.4] {
        let (d_x, d_a) = until::grad(x, 0.4);
        assert_matches_central(&[d_x, d_a], |v| until(v[0], v[1]), &[x, 0.4]);
    }
    let v = [0.4, 1.3, -0.7];
    for (k, (x, a, b)) in two::jacobian(v[0], v[1], v[2]).into_iter().enumerate() {
        assert_matches_central(&[x, a, b], |v| two(v[0], v[1], v[2])[k], &v);
    }
}

#[test]
fn one_iteration_by_hand() {
    let (x, a) = (0.4_f64, 1.3_f64);
    let (e, t) = ((a * x).sin().exp(), (x + a).tanh());
    let (d_e, d_t) = (e * (a * x).cos(), 1.0 - t * t);
    let (d_x, d_a) = any::grad(x, a, 1);
    assert_close(d_x, d_e * a * t + e * d_t);
    assert_close(d_a, d_e * x * t + e * d_t);
    let (short, _) = any::grad(0.4_f32, 1.3_f32, 1);
    assert!((f64::from(short) - d_x).abs() < 1e-6);
}
