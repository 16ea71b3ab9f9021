//! `collect` into `Vec`, `std::array::from_fn`, arrays' `map`.

use crate::oracle::{assert_all_close, Numbers};
use backprop::grad;

#[grad]
fn collected(x: &[f64]) -> f64 {
    let squares: Vec<f64> = x.iter().map(|v| v * v).collect();
    let shifted = squares.iter().map(|v| v + x[0]).collect::<Vec<_>>();
    squares.iter().zip(&shifted).map(|(a, b)| a * b).sum()
}

#[grad]
fn collected_rows(x: &[f64]) -> f64 {
    let rows: Vec<Vec<f64>> = (0..2).map(|i| x.iter().map(|v| v * (i + 1) as f64 * x[i]).collect()).collect();
    rows[0].iter().zip(&rows[1]).map(|(a, b)| a * b).sum()
}

#[grad]
fn from_function(x: &[f64]) -> f64 {
    let a: [f64; 4] = std::array::from_fn(|i| x[i % x.len()] * i as f64);
    let b = [a[0] * a[0], a[1] * a[1], a[2] * a[2], a[3] * a[3]];
    a[1] * b[2] + b[3]
}

#[test]
fn collections_over_one_slice() {
    let mut numbers = Numbers::new(43);
    for n in [2, 3, 5] {
        let x = numbers.vec(n);
        check_slice!(collected(x));
        check_slice!(collected_rows(x));
        check_slice!(from_function(x));
    }
}

#[grad]
fn result(x: &[f64], k: f64) -> Vec<f64> {
    x.iter().map(|v| v * k).collect()
}

#[test]
fn collected_result() {
    let (y, pullback) = result::vjp(&[1.0, 2.0], 3.0);
    assert_eq!(y, [3.0, 6.0]);
    assert_eq!(pullback(vec![1.0, 10.0]), (vec![3.0, 30.0], 21.0));
}

#[grad]
fn softmax(x: &[f64]) -> Vec<f64> {
    let m = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let e: Vec<f64> = x.iter().map(|v| (v - m).exp()).collect();
    let s: f64 = e.iter().sum();
    e.iter().map(|v| v / s).collect()
}

#[test]
fn softmax_in_three_chains() {
    let (p, pullback) = softmax::vjp(&[0.5, 1.5, -1.0]);
    let w = [1.0, -2.0, 0.5];
    let mean: f64 = p.iter().zip(&w).map(|(p, w)| p * w).sum();
    let expected: Vec<f64> = p.iter().zip(&w).map(|(p, w)| p * (w - mean)).collect();
    assert_all_close(&pullback(w.to_vec()), &expected);
}
