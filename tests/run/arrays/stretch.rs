//! Forms of slices and vectors beyond the first list: slices that shrink, `extend_from_slice`, `resize`.

use crate::oracle::assert_all_close;
use backprop::grad;

#[grad]
fn horner_on_sub_slices(x: &[f64], at: f64) -> f64 {
    let mut rest = x;
    let mut y = 0.0;
    while !rest.is_empty() {
        y = y * at + rest[0];
        rest = &rest[1..];
    }
    y
}

#[test]
fn slices_that_shrink() {
    let (dx, da) = horner_on_sub_slices::grad(&[2.0, 3.0, 5.0], 0.5);
    assert_all_close(&dx, &[0.25, 0.5, 1.0]);
    assert_all_close(&[da], &[2.0 * 2.0 * 0.5 + 3.0]);
}

#[grad]
fn extended(x: &[f64]) -> f64 {
    let mut v = Vec::new();
    v.extend_from_slice(x);
    v.extend_from_slice(&x[1..]);
    v.push(x[0]);
    let mut s = 0.0;
    for i in 1..v.len() {
        s += v[i] * v[i - 1];
    }
    s
}

#[test]
fn extend_from_slice() {
    check_slice!(extended([0.4, -0.7, 1.2]));
}

#[grad]
fn truncated(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.truncate(2);
    v.push(v[0] * v[1]);
    let n = v.len();
    v.clear();
    v.resize(n, x[0]);
    v[1] * v[2] + x[1]
}

#[test]
fn truncate_clear_resize() {
    check_slice!(truncated([0.4, -0.7, 1.2]));
}
