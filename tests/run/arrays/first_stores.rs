//! Elements of local arrays get several contributions, one, or none: the first is stored, the others are added.

use crate::oracle::{assert_all_close, assert_matches_central, assert_same_bits};
use backprop::grad;

/// Elements read in both arms, in one, twice, never, before and after; arrays that begin in each iteration.
#[grad]
fn uneven_uses(x: &[f64; 3], n: usize) -> f64 {
    let a = [x[0] * x[1], x[1] + x[2], x[2].sin(), x[0] * 2.0];
    let mut total = a[0] * a[0] + a[1];
    if x[0] > 0.0 {
        let b = [a[0] * x[2], a[1] * a[2]];
        total += b[0] * b[1] + b[0];
    } else {
        total *= a[2] + a[0];
    }
    for i in 0..n {
        let c = [total * a[1], a[0] + i as f64, a[2]];
        total = 0.1 * c[0] * c[0] + c[1] * c[0];
        if i % 2 == 0 {
            total += c[1].cos() * a[i % 3];
        }
    }
    total * a[0]
}

#[test]
fn central_differences() {
    for x in [[0.7, -0.3, 1.1], [-0.4, 0.9, 0.2]] {
        for n in 0..4 {
            let (value, d) = uneven_uses::value_and_grad(&x, n);
            let plain = |x: &[f64]| uneven_uses(&[x[0], x[1], x[2]], n);
            assert_same_bits(value, plain(&x));
            assert_matches_central(&d, plain, &x);
            let (_, pullback) = uneven_uses::vjp(&x, n);
            assert_all_close(&pullback(1.0), &d);
        }
    }
}

/// Twelve rows: two sweeps with buffers of their own; `x[3]` is never used, `x[2]` in one row only.
#[grad]
fn rows(x: &[f64; 4], y: &[f64; 2]) -> [f64; 12] {
    let a = [x[0] * y[0], x[1] * y[1]];
    let (p, q) = if x[0] > x[1] { (a[0] * a[1], a[0]) } else { (a[1].exp(), x[2]) };
    [p, q, p * q, a[0], a[1], x[0], x[1], y[0] * x[0], p + a[0], q - x[1], p * p, a[0] * q]
}

#[test]
fn rows_of_a_jacobian() {
    for x in [[0.7, 0.2, -0.4, 5.0], [0.1, 0.3, 0.8, 5.0]] {
        let y = [1.3, -0.6];
        let jacobian = rows::jacobian(&x, &y);
        for (k, (d_x, d_y)) in jacobian.iter().enumerate() {
            let row = |v: &[f64]| rows(&[v[0], v[1], v[2], v[3]], &[v[4], v[5]])[k];
            assert_matches_central(&[&d_x[..], d_y].concat(), row, &[&x[..], &y].concat());
            let mut seed = [0.0; 12];
            seed[k] = 1.0;
            let (e_x, e_y) = rows::vjp(&x, &y).1(seed);
            assert_eq!((d_x, d_y), (&e_x, &e_y));
            assert_eq!(d_x[3].to_bits(), 0.0_f64.to_bits());
        }
    }
}
