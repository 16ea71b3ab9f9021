//! `&mut [f64]`, `&mut [f64; N]` and `&mut f64` parameters, with the cotangent protocol (P10, P11).

use crate::oracle::{assert_all_close, assert_matches_central, Numbers};
use backprop::grad;

#[grad]
fn scale(a: f64, x: &mut [f64]) {
    for v in x.iter_mut() {
        *v *= a;
    }
}

#[test]
fn in_out_slice() {
    let mut x = [2.0, 3.0];
    let ((), pullback) = scale::vjp(5.0, &mut x);
    assert_eq!(x, [10.0, 15.0]);
    let mut dx = [1.0, 100.0];
    let da = pullback((), &mut dx);
    assert_eq!((da, dx), (302.0, [5.0, 500.0]));
}

#[grad]
fn write_square(x: f64, out: &mut f64) {
    *out = x * x;
}

/// The cotangent of an overwritten value is consumed.
#[test]
fn overwritten_output_gets_cotangent_zero() {
    let mut out = 7.0;
    let ((), pullback) = write_square::vjp(3.0, &mut out);
    assert_eq!(out, 9.0);
    let mut d_out = 2.0;
    assert_eq!(pullback((), &mut d_out), 12.0);
    assert_eq!(d_out, 0.0);
}

#[grad]
fn add_square(x: f64, out: &mut f64) {
    *out += x * x;
}

#[test]
fn accumulated_output_keeps_its_cotangent() {
    let mut out = 7.0;
    let ((), pullback) = add_square::vjp(3.0, &mut out);
    assert_eq!(out, 16.0);
    let mut d_out = 2.0;
    assert_eq!(pullback((), &mut d_out), 12.0);
    assert_eq!(d_out, 2.0);
}

#[grad]
fn unchanged(x: f64, out: &mut f64) -> f64 {
    x * *out
}

#[test]
fn read_only_mutable_parameter() {
    let mut out = 7.0;
    let (value, pullback) = unchanged::vjp(3.0, &mut out);
    assert_eq!((value, out), (21.0, 7.0));
    let mut d_out = 10.0;
    assert_eq!(pullback(2.0, &mut d_out), 14.0);
    assert_eq!(d_out, 16.0);
}

#[grad]
fn linear_solve_lower(l: &[f64], x: &mut [f64]) {
    let n = x.len();
    for i in 0..n {
        for j in 0..i {
            x[i] -= l[i * n + j] * x[j];
        }
        x[i] /= l[i * n + i];
    }
}

#[test]
fn forward_substitution_in_place() {
    let mut numbers = Numbers::new(19);
    let n = 3;
    let mut l = numbers.vec(n * n);
    (0..n).for_each(|i| l[i * n + i] += 2.5);
    let b = numbers.vec(n);
    let w = [1.0, -2.0, 0.5];
    let mut x = b.clone();
    let ((), pullback) = linear_solve_lower::vjp(&l, &mut x);
    let mut plain = b.clone();
    linear_solve_lower(&l, &mut plain);
    assert_eq!(x, plain);
    let mut db = w;
    let dl = pullback((), &mut db);
    let seeded = |v: &[f64]| {
        let mut x = v[n * n..].to_vec();
        linear_solve_lower(&v[..n * n], &mut x);
        x.iter().zip(&w).map(|(x, w)| x * w).sum()
    };
    assert_matches_central(&[&dl[..], &db].concat(), seeded, &[l, b].concat());
}

#[grad]
fn fixed(a: &mut [f64; 3], b: &[f64; 3]) -> f64 {
    for i in 0..3 {
        a[i] = a[i] * b[i] + a[(i + 2) % 3];
    }
    a[0] * a[1]
}

#[test]
fn in_out_array_beside_a_result() {
    let (start, b) = ([0.5, 1.5, -0.4], [2.0, -1.0, 0.3]);
    let mut a = start;
    let (value, pullback) = fixed::vjp(&mut a, &b);
    assert_eq!(value, a[0] * a[1]);
    let mut da = [1.0, 2.0, 3.0];
    let db = pullback(0.5, &mut da);
    let seeded = |v: &[f64]| {
        let mut a = [v[0], v[1], v[2]];
        let y = fixed(&mut a, &[v[3], v[4], v[5]]);
        0.5 * y + a[0] + 2.0 * a[1] + 3.0 * a[2]
    };
    assert_matches_central(&[da, db].concat(), seeded, &[start, b].concat());
}

#[grad]
fn several_outputs(t: f64, x: f64, out_sin: &mut f64, out_cos: &mut f64, out_both: &mut [f64]) {
    let (s, c) = (t * x).sin_cos();
    *out_sin = s;
    *out_cos = c;
    out_both[0] = s * c;
    out_both[1] += s;
}

#[test]
fn several_mutable_outputs() {
    let (t, x) = (0.7f64, 1.3f64);
    let (mut a, mut b, mut both) = (0.0, 0.0, [0.0, 5.0]);
    let ((), pullback) = several_outputs::vjp(t, x, &mut a, &mut b, &mut both);
    let (s, c) = (t * x).sin_cos();
    assert_eq!((a, b, both), (s, c, [s * c, 5.0 + s]));
    let (mut da, mut db, mut dboth) = (1.0, 2.0, [3.0, 4.0]);
    let (dt, dx) = pullback((), &mut da, &mut db, &mut dboth);
    let by_angle = c - 2.0 * s + 3.0 * (c * c - s * s) + 4.0 * c;
    assert_all_close(&[dt, dx], &[by_angle * x, by_angle * t]);
    assert_eq!((da, db, dboth), (0.0, 0.0, [0.0, 4.0]));
}

#[grad]
fn helper(x: &mut [f64], k: f64) {
    for i in 1..x.len() {
        x[i] += k * x[i - 1];
    }
}

#[grad]
fn calls_in_place(x: &[f64], k: f64) -> f64 {
    let mut a = x.to_vec();
    helper(&mut a, k);
    helper(&mut a[1..], k * k);
    let mut y = 2.0;
    add_square(a[2], &mut y);
    write_square(y, &mut a[0]);
    a[0] + a[1] * a[2]
}

#[test]
fn calls_with_mutable_arguments() {
    let x = [0.5, -0.2, 0.9, 0.7];
    let (dx, dk) = calls_in_place::grad(&x, 0.6);
    let flat = |v: &[f64]| calls_in_place(&v[..4], v[4]);
    assert_matches_central(&[&dx[..], &[dk]].concat(), flat, &[0.5, -0.2, 0.9, 0.7, 0.6]);
}

#[grad]
fn in_place_in_a_loop(x: &[f64], steps: usize) -> f64 {
    let mut a = x.to_vec();
    for s in 0..steps {
        helper(&mut a, 0.1 * s as f64 + x[0]);
        a[0] *= 0.9;
    }
    a[a.len() - 1]
}

#[test]
fn in_place_calls_in_a_loop() {
    let x = [0.5, -0.2, 0.9];
    for steps in 0..4 {
        let gradient = in_place_in_a_loop::grad(&x, steps);
        assert_matches_central(&gradient, |x| in_place_in_a_loop(x, steps), &x);
    }
}
