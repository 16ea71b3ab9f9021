//! Const generics.

use crate::oracle::assert_all_close;
use backprop::grad;

#[grad]
fn softmax_loss<const N: usize>(x: &[f64; N], target: usize) -> f64 {
    let mut m = f64::NEG_INFINITY;
    for v in x {
        if *v > m {
            m = *v;
        }
    }
    let mut s = 0.0;
    for i in 0..N {
        s += (x[i] - m).exp();
    }
    s.ln() + m - x[target]
}

fn softmax(x: &[f64], target: usize) -> Vec<f64> {
    let s: f64 = x.iter().map(|v| v.exp()).sum();
    x.iter().enumerate().map(|(i, v)| v.exp() / s - f64::from(u8::from(i == target))).collect()
}

#[test]
fn arrays_of_any_length() {
    assert_all_close(&softmax_loss::grad(&[0.5], 0), &[0.0]);
    assert_all_close(&softmax_loss::grad(&[0.5, -1.0, 2.0], 1), &softmax(&[0.5, -1.0, 2.0], 1));
}

#[grad]
fn product<const R: usize, const C: usize>(a: &[[f64; C]; R], x: [f64; C]) -> [f64; R] {
    let mut y = [0.0; R];
    for i in 0..R {
        for j in 0..C {
            y[i] += a[i][j] * x[j];
        }
    }
    y
}

#[test]
fn two_const_parameters() {
    let (y, pullback) = product::vjp(&[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [1.0, 0.0, -1.0]);
    assert_eq!(y, [-2.0, -2.0]);
    let (da, dx) = pullback([1.0, 10.0]);
    assert_eq!(da, [[1.0, 0.0, -1.0], [10.0, 0.0, -10.0]]);
    assert_eq!(dx, [41.0, 52.0, 63.0]);
}

#[grad]
fn sum<const N: usize>(x: [f64; N]) -> f64 {
    let mut s = 1.0;
    for v in x {
        s *= v;
    }
    s
}

#[grad]
fn calls(x: f64) -> f64 {
    sum([x, x, 2.0]) + sum::<1>([x]) + sum([])
}

#[test]
fn callees_of_several_lengths_and_length_zero() {
    check!(calls(3.0) => [12.0 + 1.0]);
    assert_eq!(sum::grad([]), [0.0; 0]);
}
