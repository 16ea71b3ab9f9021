//! `for` over slices, arrays, vectors and their iterators.

use crate::oracle::{assert_all_close, assert_matches_central, assert_same_bits, Numbers};
use backprop::grad;

#[grad]
fn over_a_slice(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for v in x {
        sum += v.sin() * v;
    }
    sum
}

#[grad]
fn over_a_slice_by_pattern(x: &[f64]) -> f64 {
    let mut product = 1.0;
    for &v in x {
        product *= v + 2.0;
    }
    product
}

#[grad]
fn over_iter(x: &[f64]) -> f64 {
    let mut last = 0.0;
    for v in x.iter() {
        last = last * v + v.exp();
    }
    last
}

#[grad]
fn over_rev(x: &[f64]) -> f64 {
    let mut y = 1.0;
    for v in x.iter().rev() {
        y = y * v + 0.3;
    }
    y
}

#[grad]
fn over_enumerate(x: &[f64]) -> f64 {
    let mut y = 0.0;
    for (i, v) in x.iter().enumerate() {
        y += v.powi(i as i32) * x[0];
    }
    y
}

#[grad]
fn over_enumerate_rev(x: &[f64]) -> f64 {
    let mut y = 0.0;
    for (i, &v) in x.iter().enumerate().rev() {
        y = y * v + i as f64;
    }
    y
}

#[grad]
fn over_zip_of_itself(x: &[f64]) -> f64 {
    let mut y = 0.0;
    for (a, b) in x.iter().zip(x.iter().rev()) {
        y += a * b * b;
    }
    y
}

#[grad]
fn over_zip_with_a_shift(x: &[f64]) -> f64 {
    let mut y = 0.0;
    for (a, b) in x.iter().zip(&x[1..]) {
        y += (a - b).powi(2) * a;
    }
    y
}

#[grad]
fn over_chunks(x: &[f64]) -> f64 {
    let mut y = 0.0;
    for c in x.chunks(3) {
        y = y * c[0] + c[c.len() - 1] * c.len() as f64;
    }
    y
}

#[grad]
fn over_chunks_exact(x: &[f64]) -> f64 {
    let mut y = 0.0;
    for c in x.chunks_exact(2) {
        y += c[0] * c[1].cos();
    }
    y
}

#[grad]
fn over_windows(x: &[f64]) -> f64 {
    let mut y = 0.0;
    for w in x.windows(3) {
        y += (w[0] - 2.0 * w[1] + w[2]).powi(2) * w[1];
    }
    y
}

#[grad]
fn over_a_sub_slice(x: &[f64]) -> f64 {
    let mut y = 0.0;
    for v in &x[1..x.len() - 1] {
        y += v * v * x[0];
    }
    y
}

#[grad]
fn over_iter_mut(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    for v in y.iter_mut() {
        *v = *v * *v + 1.0;
    }
    for v in &mut y {
        *v *= 0.5;
    }
    for (v, w) in y.iter_mut().zip(x) {
        *v += w.sin();
    }
    let mut sum = 0.0;
    for v in y {
        sum += v * v;
    }
    sum
}

#[grad]
fn over_iter_mut_with_index(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    for (i, v) in y.iter_mut().enumerate() {
        *v = v.exp() * i as f64;
    }
    for (i, v) in y.iter_mut().enumerate().rev() {
        *v += x[i] * x[0];
    }
    let mut sum = 0.0;
    for (i, v) in y.iter().enumerate() {
        sum += v * x[i];
    }
    sum
}

#[grad]
fn over_chunks_exact_mut(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    for c in y.chunks_exact_mut(2) {
        let t = c[0];
        c[0] = t * c[1];
        c[1] = t + c[1] * c[1];
    }
    let mut sum = 0.0;
    for (a, b) in y.iter().zip(x.iter()) {
        sum += a * b;
    }
    sum
}

#[grad]
fn over_chunks_mut(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    for c in y.chunks_mut(3) {
        for i in 1..c.len() {
            c[i] += c[i - 1] * c[i];
        }
    }
    let mut sum = 0.0;
    for v in y.iter() {
        sum += v * v;
    }
    sum
}

/// Every function of one slice, at lengths with and without remainders.
#[test]
fn functions_of_one_slice() {
    let mut numbers = Numbers::new(3);
    for length in [3, 4, 5, 6, 7, 8] {
        let x = numbers.vec(length);
        check_slice!(over_a_slice(x));
        check_slice!(over_a_slice_by_pattern(x));
        check_slice!(over_iter(x));
        check_slice!(over_rev(x));
        check_slice!(over_enumerate(x));
        check_slice!(over_enumerate_rev(x));
        check_slice!(over_zip_of_itself(x));
        check_slice!(over_zip_with_a_shift(x));
        check_slice!(over_chunks(x));
        check_slice!(over_chunks_exact(x));
        check_slice!(over_windows(x));
        check_slice!(over_a_sub_slice(x));
        check_slice!(over_iter_mut(x));
        check_slice!(over_iter_mut_with_index(x));
        check_slice!(over_chunks_exact_mut(x));
        check_slice!(over_chunks_mut(x));
    }
}

#[test]
fn slices_too_short_for_one_trip() {
    for n in 0..2 {
        let x = vec![0.3; n];
        check_slice!(over_windows(x));
        check_slice!(over_chunks_exact(x));
        check_slice!(over_a_slice(x));
        check_slice!(over_iter(x));
    }
}

#[grad]
fn zip_of_two_lengths(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    for (a, b) in x.iter().zip(y) {
        s = s * 0.9 + a * b;
    }
    s
}

#[test]
fn zip_stops_at_the_shorter() {
    let (x, y) = ([1.0, 2.0, 3.0], [4.0, 5.0]);
    let (value, (dx, dy)) = zip_of_two_lengths::value_and_grad(&x, &y);
    assert_same_bits(value, zip_of_two_lengths(&x, &y));
    assert_all_close(&dx, &[3.6, 5.0, 0.0]);
    assert_all_close(&dy, &[0.9, 2.0]);
}

#[grad]
fn over_an_array(x: [f64; 4]) -> f64 {
    let mut s = 1.0;
    for v in x {
        s *= v;
    }
    for v in [1.0, 2.0] {
        s += v * x[1];
    }
    for v in &x {
        s += v * v;
    }
    s
}

#[test]
fn arrays_by_value_and_by_reference() {
    let x = [1.0, 2.0, 3.0, 4.0];
    check!(over_an_array(x) => [24.0 + 2.0, 12.0 + 3.0 + 4.0, 8.0 + 6.0, 6.0 + 8.0]);
}

#[grad]
fn over_passive_indices(x: &[f64], order: &[usize]) -> f64 {
    let mut y = 0.0;
    for &k in order {
        y = y * 0.5 + x[k] * x[k];
    }
    y
}

#[test]
fn loops_over_tables_of_indices() {
    let (x, order) = ([1.0, 2.0, 3.0], [2, 0, 2, 1]);
    let gradient = over_passive_indices::grad(&x, &order);
    assert_matches_central(&gradient, |x| over_passive_indices(x, &order), &x);
    assert_eq!(over_passive_indices::grad(&x, &[]), [0.0; 3]);
}

#[grad]
fn over_rows(rows: &[[f64; 2]], scale: f64) -> f64 {
    let mut s = 0.0;
    for row in rows {
        s += row[0] * row[1] * scale;
    }
    for [a, b] in rows {
        s += a - b;
    }
    for &[a, _] in rows.iter() {
        s *= a;
    }
    s
}

#[test]
fn rows_of_arrays() {
    let rows = [[0.5, 1.5], [2.0, -1.0]];
    let flat = |x: &[f64]| over_rows(&[[x[0], x[1]], [x[2], x[3]]], x[4]);
    let (value, (d_rows, d_scale)) = over_rows::value_and_grad(&rows, 0.7);
    assert_same_bits(value, over_rows(&rows, 0.7));
    assert_matches_central(&[&d_rows.concat()[..], &[d_scale]].concat(), flat, &[0.5, 1.5, 2.0, -1.0, 0.7]);
}
