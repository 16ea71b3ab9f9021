//! Iterator chains that end in `sum` and `product`.

use crate::oracle::{assert_all_close, assert_matches_central, assert_same_bits, Numbers};
use backprop::grad;

#[grad]
fn plain(x: &[f64]) -> f64 {
    x.iter().sum()
}

#[grad]
fn annotated(x: &[f64]) -> f64 {
    let s: f64 = x.iter().sum();
    let p = x.iter().copied().sum::<f64>();
    s * p
}

#[grad]
fn mapped(x: &[f64]) -> f64 {
    x.iter().map(|v| v.sin() * v).sum::<f64>() / x.len() as f64
}

#[grad]
fn zipped(x: &[f64]) -> f64 {
    x.iter().zip(x.iter().skip(1)).map(|(a, b)| (a - b) * (a - b) * a).sum()
}

#[grad]
fn indexed(x: &[f64]) -> f64 {
    x.iter().enumerate().map(|(i, v)| v.powi(i as i32 + 1)).sum()
}

#[grad]
fn over_a_range(x: &[f64]) -> f64 {
    (0..x.len()).map(|i| x[i] * x[x.len() - 1 - i]).sum::<f64>() + (1..=3).map(f64::from).sum::<f64>()
}

#[grad]
fn product_of_all(x: &[f64]) -> f64 {
    x.iter().product()
}

#[grad]
fn mapped_product(x: &[f64]) -> f64 {
    x.iter().map(|v| 1.0 + v * v).product::<f64>().ln()
}

#[grad]
fn nested(x: &[f64]) -> f64 {
    (0..x.len()).map(|i| (0..i).map(|j| x[i] * x[j]).sum::<f64>() * x[i]).sum()
}

#[grad]
fn capturing(x: &[f64]) -> f64 {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    let variance = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
    (variance + 1.0).sqrt() * mean
}

#[test]
fn chains_over_one_slice() {
    let mut numbers = Numbers::new(13);
    for n in [1, 2, 5] {
        let x = numbers.vec(n);
        check_slice!(plain(x));
        check_slice!(annotated(x));
        check_slice!(mapped(x));
        check_slice!(zipped(x));
        check_slice!(indexed(x));
        check_slice!(over_a_range(x));
        check_slice!(product_of_all(x));
        check_slice!(mapped_product(x));
        check_slice!(nested(x));
        check_slice!(capturing(x));
    }
}

#[test]
fn empty_chains() {
    assert_eq!(plain::value_and_grad(&[]).1, [0.0; 0]);
    assert_eq!(product_of_all::grad(&[]), [0.0; 0]);
    assert_eq!(nested::grad(&[]), [0.0; 0]);
}

/// K18.
#[test]
fn products_with_zeros() {
    assert_eq!(product_of_all::grad(&[2.0, 0.0, 4.0]), [0.0, 8.0, 0.0]);
    assert_eq!(product_of_all::grad(&[0.0, 0.0, 4.0]), [0.0; 3]);
}

#[grad]
fn two_slices(w: &[f64], x: &[f64], b: f64) -> f64 {
    let z = w.iter().zip(x).map(|(w, x)| w * x).sum::<f64>() + b;
    1.0 / (1.0 + (-z).exp())
}

#[test]
fn neuron_by_a_chain() {
    let (w, x, b) = ([0.5, -1.0], [2.0, 0.3], 0.1);
    let (y, (dw, dx, db)) = two_slices::value_and_grad(&w, &x, b);
    assert_same_bits(y, two_slices(&w, &x, b));
    let slope = y * (1.0 - y);
    assert_all_close(&dw, &[slope * 2.0, slope * 0.3]);
    assert_all_close(&dx, &[slope * 0.5, -slope]);
    assert_all_close(&[db], &[slope]);
}

#[grad]
fn over_arrays(x: [f64; 3], rows: &[[f64; 3]]) -> f64 {
    rows.iter().map(|row| row.iter().zip(&x).map(|(a, b)| a * b).sum::<f64>().powi(2)).sum()
}

#[test]
fn nested_chains_over_rows() {
    let v = [0.5, -0.2, 0.9, 1.0, 2.0, 3.0, -1.0, 0.5, 0.2];
    let pack = |v: &[f64]| {
        let row = |k: usize| [v[k], v[k + 1], v[k + 2]];
        (row(0), vec![row(3), row(6)])
    };
    let (x, rows) = pack(&v);
    let (dx, d_rows) = over_arrays::grad(x, &rows);
    let flat = |v: &[f64]| {
        let (x, rows) = pack(v);
        over_arrays(x, &rows)
    };
    assert_matches_central(&[&dx[..], &d_rows.concat()].concat(), flat, &v);
}
