//! `&mut` locals and reborrows, references to elements, `mem::replace` through references.

use crate::oracle::{assert_matches_central, Numbers};
use backprop::grad;

#[grad]
fn mutable_reference(x: f64) -> f64 {
    let mut a = x;
    let r = &mut a;
    *r *= 3.0;
    *r += x * *r;
    a * a
}

#[test]
fn mutable_reference_to_a_scalar() {
    // (3x + 3x^2)^2
    let x = 0.5f64;
    check!(mutable_reference(x) => [2.0 * (3.0 * x + 3.0 * x * x) * (3.0 + 6.0 * x)]);
}

#[grad]
fn reference_in_a_scope(x: f64, y: f64) -> f64 {
    let mut a = x;
    let mut b = y;
    {
        let p = &mut a;
        *p = *p * b;
    }
    {
        let q = &mut b;
        *q += a;
        let again = &mut *q;
        *again *= 2.0;
    }
    a * b
}

#[test]
fn reborrows_in_scopes() {
    // a = xy, b = 2 (y + xy)
    check!(reference_in_a_scope(2.0, 3.0) => [2.0 * 9.0 + 4.0 * 9.0 * 2.0, 2.0 * (2.0 * 2.0 * 3.0 + 4.0 * 2.0 * 3.0)]);
}

#[grad]
fn reference_to_an_element(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let first = &mut a[0];
    *first *= *first;
    let last = a.last_mut().unwrap();
    *last += 1.0;
    let k = a.len() / 2;
    let middle = &mut a[k];
    *middle = middle.sin();
    let mut s = 0.0;
    for v in &a {
        s += v * v;
    }
    s
}

#[test]
fn mutable_references_to_elements() {
    for n in 1..5 {
        check_slice!(reference_to_an_element(Numbers::new(n as u64 + 9).vec(n)));
    }
}

#[grad]
fn split_mut(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let middle = a.len() / 2;
    let (left, right) = a.split_at_mut(middle);
    for (l, r) in left.iter_mut().zip(right.iter_mut()) {
        let t = *l * *r;
        *r += t;
        *l = t - *r;
    }
    left[0] *= right[0];
    let mut s = 0.0;
    for (i, v) in a.iter().enumerate() {
        s += v * (i + 1) as f64;
    }
    s
}

#[test]
fn split_at_mut_halves() {
    check_slice!(split_mut([0.5, -1.1, 0.7, 0.2]));
    check_slice!(split_mut([0.5, -1.1, 0.7, 0.2, 0.9]));
}

#[grad]
fn mutable_sub_slice(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let tail = &mut a[1..];
    tail[0] *= 2.0;
    for v in tail.iter_mut() {
        *v = v.exp();
    }
    a[0] * a[1] + a[2]
}

#[test]
fn mutable_sub_slices() {
    check_slice!(mutable_sub_slice([0.5, -0.3, 0.4]));
}

#[grad]
fn mutable_row(x: [[f64; 2]; 2]) -> f64 {
    let mut a = x;
    for row in a.iter_mut() {
        let t = row[0];
        row[0] *= row[1];
        row[1] += t;
    }
    let row = &mut a[1];
    row[0] = row[0] * row[1];
    a[0][0] + a[1][0] * a[0][1]
}

#[test]
fn mutable_rows() {
    let pack = |x: &[f64]| [[x[0], x[1]], [x[2], x[3]]];
    let x = [0.5, 1.5, -0.8, 0.6];
    assert_matches_central(&mutable_row::grad(pack(&x)).concat(), |x| mutable_row(pack(x)), &x);
}

#[grad]
fn through_a_parameter(x: f64, out: &mut f64) -> f64 {
    let r = out;
    *r = *r * x;
    let y = *r + x;
    *r += y;
    y
}

#[test]
fn reborrow_of_a_parameter() {
    let mut out = 3.0;
    let (y, pullback) = through_a_parameter::vjp(2.0, &mut out);
    assert_eq!((y, out), (8.0, 14.0));
    // y = o x + x, final = 2 o x + x
    let mut d_out = 10.0;
    let dx = pullback(1.0, &mut d_out);
    assert_eq!((dx, d_out), (4.0 + 70.0, 2.0 + 40.0));
}

#[grad]
fn local_of_a_block_that_is_left(x: f64, k: bool, b: (f64, f64)) -> f64 {
    let v = {
        if !k {
            return 0.7;
        }
        2.0 + x
    };
    let mut y: f64 = 0.7;
    let d = (v + y).abs().sqrt();
    {
        let r = &mut y;
        *r += d.to_radians().sin();
    }
    y + v - b.0
}

#[test]
fn a_local_behind_an_early_return() {
    let d = (2.0 + 1.5 + 0.7_f64).sqrt();
    let slope = d.to_radians().cos() * 1.0_f64.to_radians() * 0.5 / d;
    check!(local_of_a_block_that_is_left(1.5, true, (0.2, 0.3)) => [slope + 1.0, -1.0, 0.0]);
    check!(local_of_a_block_that_is_left(1.5, false, (0.2, 0.3)) => [0.0, 0.0, 0.0]);
}
