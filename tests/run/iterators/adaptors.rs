//! Adaptors in chains: `rev`, `skip`, `take`, `step_by`, `chunks`, `windows`, `filter`, `flat_map`, `cloned`, `chain`.

use crate::oracle::Numbers;
use backprop::grad;

#[grad]
fn skipped_and_taken(x: &[f64]) -> f64 {
    x.iter().skip(1).take(3).map(|v| v * v).sum::<f64>() + x.iter().take(2).map(|v| v * x[0]).sum::<f64>()
}

#[grad]
fn stepped(x: &[f64]) -> f64 {
    x.iter().step_by(2).zip(x.iter().skip(1).step_by(2)).map(|(a, b)| a * b).sum()
}

#[grad]
fn reversed(x: &[f64]) -> f64 {
    x.iter().rev().enumerate().map(|(i, v)| v * (i + 1) as f64 * v).sum()
}

#[grad]
fn windowed(x: &[f64]) -> f64 {
    x.windows(2).map(|w| (w[1] - w[0]).powi(2) * w[0]).sum()
}

#[grad]
fn chunked(x: &[f64]) -> f64 {
    x.chunks(2).map(|c| c.iter().product::<f64>()).sum()
}

#[grad]
fn chunked_exactly(x: &[f64]) -> f64 {
    x.chunks_exact(3).map(|c| c[0] * c[1] - c[2]).map(|d| d * d).sum()
}

#[grad]
fn filtered(x: &[f64]) -> f64 {
    x.iter().filter(|v| **v > 0.0).map(|v| v.sqrt()).sum()
}

#[grad]
fn filtered_by_index(x: &[f64]) -> f64 {
    (0..x.len()).filter(|i| i % 2 == 1).map(|i| x[i] * x[i - 1]).sum()
}

#[grad]
fn flat_mapped(x: &[f64]) -> f64 {
    (0..x.len()).flat_map(|i| (0..i).map(move |j| x[i] * x[j])).sum()
}

#[grad]
fn chained(x: &[f64]) -> f64 {
    x.iter().chain(x.iter().rev()).fold(0.2, |s, v| s * v + 0.3)
}

#[grad]
fn cloned_and_into_iter(x: &[f64]) -> f64 {
    let v: Vec<f64> = x.iter().cloned().map(|v| v * v).collect();
    v.into_iter().map(|v| v.cos()).sum()
}

#[grad]
fn two_maps(x: &[f64]) -> f64 {
    x.iter().map(|v| v * 3.0).map(|v| (v, v * v)).map(|(a, b)| a + b * a).sum()
}

#[test]
fn chains_over_one_slice() {
    let mut numbers = Numbers::new(37);
    for n in [1, 2, 5, 6] {
        let x = numbers.vec(n);
        check_slice!(skipped_and_taken(x));
        check_slice!(stepped(x));
        check_slice!(reversed(x));
        check_slice!(windowed(x));
        check_slice!(chunked(x));
        check_slice!(chunked_exactly(x));
        check_slice!(filtered(x));
        check_slice!(filtered_by_index(x));
        check_slice!(flat_mapped(x));
        check_slice!(chained(x));
        check_slice!(cloned_and_into_iter(x));
        check_slice!(two_maps(x));
    }
}
