//! Iterators that end in several vectors or come from the end of a slice; folds that may give up.

use backprop::grad;

const X: [f64; 8] = [-0.5, 0.9, 0.25, -0.4, 1.0, 0.3, -0.3, 1.1];

#[grad]
fn partition_sum(x: &[f64]) -> f64 {
    let (neg, pos): (Vec<f64>, Vec<f64>) = x.iter().copied().partition(|v| *v < 0.0);
    neg.iter().map(|v| v * v).sum::<f64>() * pos.iter().product::<f64>()
}

#[test]
fn partition() {
    check_slice!(partition_sum(X));
    check_slice!(partition_sum(X[..1]));
}

#[grad]
fn unzip_pairs(x: &[f64]) -> f64 {
    let (a, b): (Vec<f64>, Vec<f64>) = x.chunks_exact(2).map(|c| (c[0] * c[1], c[0] + c[1])).unzip();
    a.iter().zip(b.iter()).map(|(p, q)| p.sin() * q).sum()
}

#[test]
fn unzip() {
    check_slice!(unzip_pairs(X));
    check_slice!(unzip_pairs(X[..1]));
}

#[grad]
fn unzip_filtered(x: &[f64]) -> f64 {
    let (ids, values): (Vec<usize>, Vec<f64>) =
        x.iter().enumerate().filter(|(_, v)| **v > 0.0).map(|(i, v)| (i, v * v)).unzip();
    ids.iter().zip(&values).map(|(i, v)| v * x[(i + 1) % x.len()]).sum()
}

#[test]
fn unzip_of_passive_and_active_parts() {
    check_slice!(unzip_filtered(X));
}

#[grad]
fn concat_rows(x: &[f64]) -> f64 {
    let rows: Vec<Vec<f64>> = x.chunks(2).map(|c| c.iter().map(|v| v * 2.0).collect()).collect();
    let flat = rows.concat();
    flat.iter().enumerate().map(|(i, v)| v.powi(2) * i as f64).sum()
}

#[test]
fn concat() {
    check_slice!(concat_rows(X));
    check_slice!(concat_rows([]));
}

#[grad]
fn right_chunks(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for c in x.rchunks(3) {
        s = s * 0.5 + c[0] * c[c.len() - 1];
    }
    s
}

#[grad]
fn right_chunks_exact(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    for (i, c) in y.rchunks_exact_mut(3).enumerate() {
        c[0] *= c[2] * (i + 1) as f64;
    }
    for c in y.rchunks_mut(5) {
        c.reverse();
    }
    y.iter().enumerate().map(|(i, v)| v * i as f64).sum::<f64>() + y[0]
}

#[test]
fn rchunks() {
    check_slice!(right_chunks(X));
    check_slice!(right_chunks([]));
    check_slice!(right_chunks_exact(X));
}

#[grad]
fn last_of_sign(x: &[f64]) -> f64 {
    let a = x.iter().rfind(|v| **v < 0.0).copied().unwrap_or(0.0);
    let b = x.iter().rfold(1.0, |acc, v| acc * 0.5 + v);
    let c = x.iter().nth(2).unwrap() * x.iter().next().unwrap();
    a * b + c * x.iter().rposition(|v| *v > 0.0).unwrap_or(0) as f64
}

#[test]
fn searches_from_the_end() {
    check_slice!(last_of_sign(X));
    check_slice!(last_of_sign([1.0, 2.0, 3.0]));
    check_slice!(last_of_sign([-1.0, -2.0, -3.0]));
}

#[grad]
fn bounded_product(x: &[f64]) -> f64 {
    let product = x.iter().try_fold(1.0f64, |acc, v| {
        let next = acc * (1.0 + v);
        if next.abs() > 3.0 {
            None
        } else {
            Some(next)
        }
    });
    match product {
        Some(p) => p * p,
        None => x[0],
    }
}

#[test]
fn try_fold() {
    check_slice!(bounded_product(X[..4]));
    check_slice!(bounded_product(X));
    check_slice!(bounded_product([]));
}
