//! `fold`, `for_each`, `scan`, minimum and maximum by fold.

use crate::oracle::Numbers;
use backprop::grad;

#[grad]
fn horner(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |acc, c| acc * 0.7 + c * c)
}

#[grad]
fn horner_backwards(x: &[f64]) -> f64 {
    x.iter().rev().fold(1.0, |acc, &c| acc * c + 0.5)
}

#[grad]
fn pair_state(x: &[f64]) -> f64 {
    let (a, b) = x.iter().fold((1.0, 0.0), |(a, b), v| (a * v + b, b + v * a));
    a * b
}

#[grad]
fn for_each_with_state(x: &[f64]) -> f64 {
    let mut s = 0.5;
    x.iter().for_each(|v| s += v * s);
    let mut count = 0;
    x.iter().enumerate().for_each(|(i, _)| count += i);
    s * count as f64
}

#[grad]
fn for_each_in_place(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    a.iter_mut().for_each(|v| *v = v.exp() * *v);
    a.iter_mut().zip(x).for_each(|(a, b)| *a *= b);
    a.iter().sum()
}

#[grad]
fn scanned(x: &[f64]) -> f64 {
    x.iter()
        .scan(1.0, |state, v| {
            *state *= 1.0 + v;
            Some(*state * v)
        })
        .sum()
}

#[grad]
fn fold_over_a_range(x: &[f64]) -> f64 {
    (0..5).fold(x[0], |y, i| y * x[i % x.len()] + f64::from(i as i32))
}

#[test]
fn folds_over_one_slice() {
    let mut numbers = Numbers::new(29);
    for n in [1, 3, 6] {
        let x = numbers.vec(n);
        check_slice!(horner(x));
        check_slice!(horner_backwards(x));
        check_slice!(pair_state(x));
        check_slice!(for_each_with_state(x));
        check_slice!(for_each_in_place(x));
        check_slice!(scanned(x));
        check_slice!(fold_over_a_range(x));
    }
}

#[grad]
fn maximum(x: &[f64]) -> f64 {
    x.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

#[grad]
fn minimum(x: &[f64]) -> f64 {
    x.iter().fold(f64::INFINITY, |m, v| m.min(*v))
}

#[grad]
fn log_sum_exp(x: &[f64]) -> f64 {
    let m = x.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    m + x.iter().map(|v| (v - m).exp()).sum::<f64>().ln()
}

/// K04.
#[test]
fn extremes_by_fold_share_ties() {
    assert_eq!(maximum::grad(&[1.0, 3.0, 3.0, 2.0]), [0.0, 0.5, 0.5, 0.0]);
    assert_eq!(minimum::grad(&[1.0, 3.0, 1.0, 2.0]), [0.5, 0.0, 0.5, 0.0]);
    assert_eq!(maximum::grad(&[1.0, 2.0, 7.0]), [0.0, 0.0, 1.0]);
}

#[test]
fn log_sum_exp_is_softmax() {
    let x = [1000.0, 1001.0, 998.0];
    let e: Vec<f64> = x.iter().map(|v| (v - 1001.0f64).exp()).collect();
    let s: f64 = e.iter().sum();
    let expected: Vec<f64> = e.iter().map(|e| e / s).collect();
    crate::oracle::assert_all_close(&log_sum_exp::grad(&x), &expected);
}
