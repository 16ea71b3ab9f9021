//! Scratch vectors that each iteration overwrites, kept until the loop's derivatives are known: each iteration has its own row.

use crate::oracle::{assert_all_close, assert_same_bits, dual, panic_message};
use backprop::{grad, Workspace};
use num_dual::{Dual64, DualNum};

/// What both versions below are made from: for plain and for dual numbers.
macro_rules! mixture {
    ($name:ident, $number:ty, $zero:expr, $(#[$attribute:meta])*) => {
        $(#[$attribute])*
        fn $name(w: &[$number], x: &[f64], k: usize, from: usize, short: usize) -> $number {
            let d = w.len() / k;
            let n = x.len() / d;
            let mut y = vec![$zero; d - short];
            let mut o = vec![$zero; d];
            let mut term = vec![$zero; k];
            let mut total = $zero;
            for p in 0..n {
                for c in 0..k {
                    term[c] = $zero;
                }
                for c in from..k {
                    for j in 0..d - short {
                        y[j] = w[c * d + j] * x[p * d + j];
                    }
                    for j in 0..d {
                        o[j] = w[c * d + j].sin();
                    }
                    for j in 1..d {
                        o[j] = o[j] * w[c * d + j - 1] + y[0];
                    }
                    let mut s = $zero;
                    for j in 0..d {
                        s += o[j] * o[j] * y[j];
                    }
                    term[c] = s.exp();
                }
                let mut sum = $zero;
                for c in 0..k {
                    sum += term[c];
                }
                total += (sum + 0.1).ln();
            }
            total
        }
    };
}
mixture!(mixture, f64, 0.0, #[grad(wrt(w))]);
mixture!(mixture_dual, Dual64, Dual64::from(0.0),);

fn numbers(n: usize) -> Vec<f64> {
    (0..n).map(|k| (k as f64 * 1.7).sin() * 0.8 + 0.1).collect()
}

#[test]
fn rows_of_each_component() {
    let mut workspace = Workspace::new();
    for (d, k, n) in [(3, 4, 5), (1, 1, 1), (2, 3, 1), (5, 2, 7), (4, 1, 0)] {
        for from in 0..k {
            let (w, x) = (numbers(d * k), numbers(d * n));
            let (value, d_w) = mixture::value_and_grad(&w, &x, k, from, 0);
            assert_same_bits(value, mixture(&w, &x, k, from, 0));
            let expected = dual(|w| mixture_dual(w, &x, k, from, 0), &w).1;
            assert_all_close(&d_w, &expected);
            let mut again = vec![7.0; w.len()];
            mixture::grad_with(&mut workspace, &w, &x, k, from, 0, &mut again);
            assert_eq!(again, d_w);
        }
    }
    // No component at all.
    assert!(mixture::grad(&numbers(6), &numbers(4), 3, 3, 0).iter().all(|d| *d == 0.0));
}

#[test]
fn beyond_the_end_of_a_row_is_a_panic() {
    let (w, x) = (numbers(12), numbers(9));
    let ours = panic_message(|| mixture::grad(&w, &x, 4, 0, 1));
    assert_eq!(ours, panic_message(|| mixture(&w, &x, 4, 0, 1)));
    assert!(ours.contains("index out of bounds: the len is 2 but the index is 2"), "{ours}");
}

#[grad]
fn norm(v: &[f64]) -> f64 {
    let mut s = 0.1;
    for x in v {
        s += x * x;
    }
    s.sqrt()
}

/// Scratch that is no such: overwritten in part, read later, lent, as long as another, of the wrong order, left early.
macro_rules! others {
    ($name:ident, $number:ty, $zero:expr, $norm:path, $(#[$attribute:meta])*) => {
        $(#[$attribute])*
        fn $name(a: &[$number], n: usize, kind: usize) -> $number {
            let d = a.len();
            let mut part = vec![$zero; d];
            let mut whole = vec![$zero; d];
            let mut lent = vec![$zero; d];
            let mut last = vec![$zero; d];
            let mut term = vec![$zero; n + 1];
            let mut total = $zero;
            for p in 0..3 {
                for c in (0..=n).rev() {
                    for j in 1..d {
                        part[j] = a[j] * a[(j + c) % d];
                    }
                    for j in 0..d {
                        whole[j] = (a[j] * (c as f64 * 0.3)).sin() * part[j];
                        lent[j] = whole[j] * whole[j] + a[j];
                    }
                    let s = $norm(&lent);
                    term[c] = s * part[0] + s.exp() * whole[d - 1];
                    part[0] = a[0] * s;
                }
                for c in (0..n).step_by(2) {
                    for j in 0..d {
                        last[j] = (a[j] * (c as f64)).cos();
                    }
                    if c > 3 && kind == 1 {
                        break;
                    }
                    for j in 0..d {
                        term[c] += last[j] * last[j] * last[(j + 1) % d];
                    }
                }
                let mut sum = $zero;
                for c in 0..=n {
                    sum += term[c] * term[c] * (p as f64 + 0.5);
                }
                total += sum.sqrt() + last[0] * last[d - 1];
            }
            total
        }
    };
}
others!(others, f64, 0.0, norm, #[grad]);
others!(others_dual, Dual64, Dual64::from(0.0), norm_dual,);

fn norm_dual(v: &[Dual64]) -> Dual64 {
    let mut s = Dual64::from(0.1);
    for x in v {
        s += *x * *x;
    }
    s.sqrt()
}

#[test]
fn what_is_no_row_of_its_own() {
    for n in [0, 1, 2, 5, 9] {
        for kind in [0, 1] {
            let a = numbers(4);
            let (value, d) = others::value_and_grad(&a, n, kind);
            assert_same_bits(value, others(&a, n, kind));
            assert_all_close(&d, &dual(|a| others_dual(a, n, kind), &a).1);
        }
    }
}
