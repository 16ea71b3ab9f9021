//! Whole-buffer operations: `fill`, `copy_from_slice`, `clone_from_slice`, `copy_within`.

use crate::oracle::Numbers;
use backprop::grad;

#[grad]
fn filled(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let keep = a[0] * a[1];
    a.fill(keep);
    a[1] *= x[2];
    a[2..].fill(1.5);
    let mut s = 0.0;
    for v in &a {
        s += v * v;
    }
    s
}

#[grad]
fn copied(x: &[f64]) -> f64 {
    let n = x.len();
    let mut a = vec![1.0; n];
    a.copy_from_slice(x);
    a[0] *= a[1];
    let b = a.clone();
    a[1..].copy_from_slice(&b[..n - 1]);
    a[0] += b[2];
    let mut s = 0.0;
    for (i, v) in a.iter().enumerate() {
        s += v * v * (i + 1) as f64;
    }
    s
}

#[grad]
fn cloned(x: &[f64]) -> f64 {
    let mut a = [0.0; 3];
    a.clone_from_slice(&x[..3]);
    a[2] *= a[0];
    a[0] + a[1] * a[2]
}

#[grad]
fn filled_in_a_loop(x: &[f64]) -> f64 {
    let mut row = [0.0; 3];
    let mut y = 0.0;
    for v in x {
        row.fill(0.0);
        row[0] = *v;
        for k in 1..3 {
            row[k] = row[k - 1] * v + y;
        }
        y += row[2];
    }
    y
}

#[test]
fn buffer_operations() {
    let mut numbers = Numbers::new(71);
    for n in 3..6 {
        let x = numbers.vec(n);
        check_slice!(filled(x));
        check_slice!(copied(x));
        check_slice!(cloned(x));
        check_slice!(filled_in_a_loop(x));
    }
}

#[grad]
fn lengths_must_match(x: &[f64]) -> f64 {
    let mut a = vec![0.0; 2];
    a.copy_from_slice(x);
    a[0] * a[1]
}

#[test]
fn mismatched_copies_panic_as_in_the_function() {
    let x = [1.0, 2.0, 3.0];
    let expected = crate::oracle::panic_message(|| lengths_must_match(&x));
    assert_eq!(crate::oracle::panic_message(|| lengths_must_match::grad(&x)), expected);
    assert_eq!(lengths_must_match::grad(&x[..2]), [2.0, 1.0]);
}
