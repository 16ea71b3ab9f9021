//! Sums of products that the adjoint forms, with several partial sums: all lengths, both floats, signs, lanes; and sums
//! of the function, whose order stays.

use crate::oracle::{
    assert_all_close, assert_all_same_bits, assert_close, assert_close_f32, assert_same_bits,
};
use backprop::grad;

fn wave(n: usize, phase: f64) -> Vec<f64> {
    (0..n).map(|k| (k as f64 * 0.7 + phase).sin()).collect()
}

#[grad]
fn axpy(a: f64, x: &[f64], y: &mut [f64]) {
    for i in 0..x.len() {
        y[i] += a * x[i];
    }
}

#[grad]
fn weighted(a: f64, x: &[f64], w: &[f64]) -> f64 {
    let mut y = vec![0.0; x.len()];
    for i in 0..x.len() {
        y[i] -= x[i] * a;
    }
    let mut s = 0.0;
    for i in 0..x.len() {
        s += y[i] * w[i];
    }
    s * s
}

#[test]
fn every_length() {
    for n in 0..75 {
        let (x, w) = (wave(n, 0.1), wave(n, 1.3));
        let sum: f64 = x.iter().zip(&w).map(|(x, w)| x * w).sum();
        let mut y = wave(n, 2.0);
        let mut d_y = w.clone();
        let ((), pullback) = axpy::vjp(1.5, &x, &mut y);
        let (d_a, d_x) = pullback((), &mut d_y);
        assert_close(d_a, sum);
        assert_all_close(&d_x, &w.iter().map(|w| 1.5 * w).collect::<Vec<_>>());
        assert_all_same_bits(&d_y, &w);

        let (value, (d_a, d_x, d_w)) = weighted::value_and_grad(0.5, &x, &w);
        assert_same_bits(value, weighted(0.5, &x, &w));
        assert_close(d_a, 2.0 * 0.5 * sum * sum);
        assert_all_close(&d_x, &w.iter().map(|w| 2.0 * 0.25 * sum * w).collect::<Vec<_>>());
        assert_all_close(&d_w, &x.iter().map(|x| 2.0 * 0.25 * sum * x).collect::<Vec<_>>());
    }
}

#[grad]
fn scaled_f32(a: f32, x: &[f32], y: &mut [f32]) {
    for i in (0..x.len()).rev() {
        y[i] += x[i] * a;
    }
}

#[test]
fn single_precision_backwards() {
    let (x, w): (Vec<f32>, Vec<f32>) = (0..50).map(|k| (k as f32 * 0.125, 1.0 - k as f32 * 0.0625)).unzip();
    let expected: f32 = x.iter().zip(&w).map(|(x, w)| x * w).sum();
    let (mut y, mut d_y) = (vec![1.0; 50], w);
    let ((), pullback) = scaled_f32::vjp(0.5, &x, &mut y);
    assert_close_f32(pullback((), &mut d_y).0, expected);
}

/// The factor is read before the store of its iteration, and the slot is written: no row to sum over beforehand.
#[grad]
fn in_place(a: f64, x: &mut [f64]) -> f64 {
    for i in 0..x.len() {
        x[i] = a * x[i];
    }
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * x[i] * i as f64;
    }
    s
}

#[test]
fn factors_that_the_loop_overwrites() {
    let x = wave(40, 0.4);
    let norm: f64 = x.iter().enumerate().map(|(i, x)| x * x * i as f64).sum();
    let (mut y, mut d_x) = (x.clone(), vec![0.0; 40]);
    let (value, pullback) = in_place::vjp(1.5, &mut y);
    assert_close(value, 2.25 * norm);
    assert_close(pullback(1.0, &mut d_x), 2.0 * 1.5 * norm);
    let expected: Vec<f64> = x.iter().enumerate().map(|(i, x)| 2.0 * 2.25 * x * i as f64).collect();
    assert_all_close(&d_x, &expected);
}

#[grad]
fn spread(a: &[f64; 3], x: &[f64]) -> Vec<f64> {
    let mut y = vec![0.0; 5];
    for k in 0..5 {
        let mut t = vec![0.0; x.len()];
        for i in 0..x.len() {
            t[i] += a[k % 3] * x[i];
        }
        for i in 0..x.len() {
            y[k] += t[i] * t[i] * x[i];
        }
    }
    y
}

#[test]
fn rows_of_a_jacobian_have_the_order_of_single_pullbacks() {
    for n in [1, 3, 7, 9, 31, 32, 33, 50] {
        let (a, x) = ([0.5, -1.5, 2.0], wave(n, 0.9));
        let rows = spread::jacobian(&a, &x);
        for (k, (row_a, row_x)) in rows.iter().enumerate() {
            let mut seed = vec![0.0; 5];
            seed[k] = 1.0;
            let (_, pullback) = spread::vjp(&a, &x);
            let (d_a, d_x) = pullback(seed);
            assert_all_same_bits(row_a, &d_a);
            assert_all_same_bits(row_x, &d_x);
            let cubes: f64 = x.iter().map(|x| x * x * x).sum();
            assert_close(d_a[k % 3], 2.0 * a[k % 3] * cubes);
        }
        assert_eq!(rows.len(), 5);
    }
}
