//! Lints that are forbidden can't be allowed again, so generated code must not need it.
#![forbid(unsafe_code, unused_mut, unused_variables, unused_assignments, unused_parens, unused_braces)]
#![forbid(dead_code, unreachable_code, non_snake_case, non_upper_case_globals, unused_must_use, unused_labels)]
#![deny(missing_docs, missing_debug_implementations, missing_copy_implementations, unreachable_pub)]
#![deny(trivial_casts, trivial_numeric_casts, unused_qualifications, unused_results, unused_lifetimes)]
#![deny(single_use_lifetimes, elided_lifetimes_in_paths, explicit_outlives_requirements, let_underscore_drop)]
#![deny(warnings, future_incompatible, nonstandard_style, rust_2018_idioms)]

use backprop::grad;

/// Parameters that are not used, and not mutable.
#[grad(forward)]
#[must_use]
pub fn partly(x: f64, k: usize) -> f64 {
    if k == 0 { 1.0 } else { x * x }
}

/// Mutable parameters, paths that end early.
#[grad(forward)]
#[must_use]
pub fn early(mut x: f64, n: usize) -> f64 {
    for i in 0..n {
        if x > 10.0 {
            return x * i as f64;
        }
        x *= 2.0;
    }
    x
}

/// A result that depends on one of many.
#[grad(forward)]
#[must_use]
pub fn zero(a: &[f64], b: [f64; 3], x: f64) -> f64 {
    let mut t = x;
    let s = b[0] + a[1];
    let mut k = 0;
    loop {
        t *= s;
        k += 1;
        if k > 2 {
            break;
        }
    }
    t
}

/// Matches and labels.
#[grad(forward)]
#[must_use]
pub fn matched(x: f64, k: i32) -> f64 {
    let mut s = 0.0;
    'outer: for i in 0..k {
        for j in 0..3 {
            match (i, j) {
                (1, 1) => continue 'outer,
                (3, _) => break 'outer,
                (0, 2) => s -= x,
                _ => s += x * x,
            }
        }
    }
    s
}

/// Lifetimes and constants.
#[grad(forward)]
#[must_use]
pub fn generic<const N: usize>(a: &[f64; N], w: f64) -> f64 {
    const SCALE: f64 = 2.0;
    let mut best = a[0];
    for v in a {
        best = best.max(w * v);
    }
    best * SCALE
}

/// Parameters that nobody reads.
#[grad(forward)]
#[must_use]
pub fn unread(_x: f64, y: f64, _z: &[f64], _: usize) -> f64 {
    y * y
}

/// Several results.
#[grad(forward)]
#[must_use]
pub fn several(x: f64, n: usize) -> (f64, Vec<f64>) {
    let mut v = Vec::with_capacity(n);
    for i in 0..n {
        v.push(x * i as f64);
    }
    (x, v)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradients() {
        assert_eq!(partly::grad(3.0, 1), 6.0);
        assert_eq!(early::grad(1.0, 3), 8.0);
        assert_eq!(early::grad(6.0, 3), 2.0);
        assert_eq!(zero::grad(&[1.0, 1.0], [1.0, 0.0, 0.0], 2.0), (vec![0.0, 24.0], [24.0, 0.0, 0.0], 8.0));
        assert_eq!(matched::grad(2.0, 9), 4.0 * 2.0 - 1.0 + 4.0 + 12.0);
        assert_eq!(generic::grad(&[1.0, 5.0, 2.0], 3.0), ([0.0, 6.0, 0.0], 10.0));
        assert_eq!(unread::grad(1.0, 3.0, &[2.0], 7), (0.0, 6.0, vec![0.0]));
        let ((_, v), pullback) = several::vjp(2.0, 3);
        assert_eq!((v, pullback((1.0, vec![1.0, 1.0, 1.0]))), (vec![0.0, 2.0, 4.0], 4.0));
    }
}
