//! Vectors that are looked into before anything is pushed: forward mode tells their tangents' types.

use crate::oracle::{assert_all_close, assert_matches_central, assert_same_bits};
use backprop::grad;

const X: [f64; 9] = [-0.5, 0.9, 0.25, -0.4, 1.0, 0.3, -0.3, 1.1, 0.5];

#[grad(forward)]
fn gram_schmidt(x: &[f64], n: usize) -> f64 {
    let mut q: Vec<Vec<f64>> = Vec::new();
    for i in 0..n {
        let mut v = x[i * n..][..n].to_vec();
        for u in q.iter() {
            let dot: f64 = u.iter().zip(&v).map(|(a, b)| a * b).sum();
            v.iter_mut().zip(u).for_each(|(a, b)| *a -= dot * b);
        }
        let norm = v.iter().map(|a| a.powi(2)).sum::<f64>().sqrt();
        v.iter_mut().for_each(|a| *a /= norm);
        q.push(v);
    }
    q.iter().enumerate().map(|(i, v)| v[i] * v[0]).sum()
}

#[grad(forward)]
fn run_lengths(x: &[f64]) -> f64 {
    let mut runs: Vec<(f64, usize)> = Vec::new();
    for &v in x {
        match runs.last_mut() {
            Some((sum, n)) if (*sum > 0.0) == (v > 0.0) => {
                *sum += v;
                *n += 1;
            }
            _ => runs.push((v, 1)),
        }
    }
    runs.iter().map(|(s, n)| s * s / *n as f64).sum()
}

#[test]
fn rows_of_an_orthogonal_basis() {
    let gradient = gram_schmidt::grad(&X, 3);
    assert_matches_central(&gradient, |x| gram_schmidt(x, 3), &X);
    for k in 0..9 {
        let mut direction = [0.0; 9];
        direction[k] = 1.0;
        let (value, tangent) = gram_schmidt::jvp(&X, 3, &direction);
        assert_same_bits(value, gram_schmidt(&X, 3));
        assert_all_close(&[tangent], &gradient[k..=k]);
    }
}

#[test]
fn pairs_that_grow_behind_a_reference() {
    let gradient = run_lengths::grad(&X);
    assert_matches_central(&gradient, run_lengths, &X);
    let direction: Vec<f64> = (0..9).map(|k| 0.3 * k as f64 - 1.0).collect();
    let expected = direction.iter().zip(&gradient).map(|(d, g)| d * g).sum();
    assert_all_close(&[run_lengths::jvp(&X, &direction).1], &[expected]);
}
