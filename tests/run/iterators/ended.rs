//! Adaptors and consumers that end an iteration which is made of several loops: `chain`, `flat_map`, `flatten`.

use crate::oracle::assert_matches_central;
use backprop::grad;

#[grad]
fn map_while_after_flat_map(x: &[f64], k: f64) -> f64 {
    x.iter().flat_map(|t| [*t, *t * *t]).map_while(|t| if t < 1.2 { Some(t + k) } else { None }).product()
}

#[grad]
fn take_while_after_chain(x: &[f64], k: f64) -> f64 {
    x.iter()
        .chain(&[0.3, 0.4])
        .copied()
        .chain(x.iter().map(|t| t * k))
        .take_while(|t| *t < 1.2)
        .map(|t| t * t)
        .sum()
}

#[grad]
fn scan_that_ends(x: &[f64], k: f64) -> f64 {
    let parts = x.chunks(2).flat_map(|c| c.iter().chain(x.iter()));
    let running = parts.scan(k, |s, t| {
        *s = *s * 0.7 + t;
        if *s < 2.0 {
            Some(*s * t)
        } else {
            None
        }
    });
    running.fold(1.0, |s, t| s * 0.9 + t)
}

#[grad]
fn zip_with_fewer(x: &[f64], k: f64) -> f64 {
    let pairs = x.iter().chain(x.iter().rev()).filter(|t| **t > 0.0).zip(x.iter().take(3));
    pairs.map(|(p, q)| p * q * k).sum()
}

/// The outer loop has no end of its own.
#[grad]
fn first_of_endless(x: &[f64], k: f64) -> f64 {
    (0..).flat_map(|i| [x[i % x.len()] * k, i as f64 * x[0]]).take(7).fold(k, |s, t| s * 0.5 + t.sin())
}

#[grad]
fn searches(x: &[f64], k: f64) -> f64 {
    let twice = || x.iter().chain(x.iter());
    let any = twice().any(|t| *t > 1.0);
    let all = x.iter().flat_map(|t| [*t, 0.1]).all(|t| t < 1.1);
    let at = twice().position(|t| *t > 1.0).unwrap_or(0);
    let folded = twice().try_fold(k, |s, t| if *t < 1.0 { Some(s * 0.5 + t) } else { None });
    let last = twice().filter(|t| **t < k).last().unwrap_or(&k);
    let largest = twice().map(|t| t * k).filter(|t| *t < 0.9).reduce(f64::max).unwrap_or(k);
    let start = if any { k * x[at % x.len()] } else { k };
    let s = if all { start * x[1] } else { start - x[1] };
    s + folded.unwrap_or(x[2] * k) + last * largest
}

fn check(f: impl Fn(&[f64], f64) -> f64, grad: impl Fn(&[f64], f64) -> (f64, (Vec<f64>, f64))) {
    for x in [[0.3, 1.3, 0.7, -0.4], [0.2, 0.5, 0.8, 0.6], [1.4, 0.1, 0.2, 0.9], [0.2, 0.3, 0.5, 1.15]] {
        let at = [x[0], x[1], x[2], x[3], 0.65];
        let (value, (d, k)) = grad(&x, at[4]);
        assert_eq!(value.to_bits(), f(&x, at[4]).to_bits());
        assert_matches_central(&[&d[..], &[k]].concat(), |v| f(&v[..4], v[4]), &at);
    }
}

#[test]
fn iterations_end_as_a_whole() {
    check(map_while_after_flat_map, map_while_after_flat_map::value_and_grad);
    check(take_while_after_chain, take_while_after_chain::value_and_grad);
    check(scan_that_ends, scan_that_ends::value_and_grad);
    check(zip_with_fewer, zip_with_fewer::value_and_grad);
    check(first_of_endless, first_of_endless::value_and_grad);
}

#[test]
fn searches_end_as_a_whole() {
    check(searches, searches::value_and_grad);
}
