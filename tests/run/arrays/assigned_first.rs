//! Cotangents of scratch vectors, which the first loop of an iteration adds to and the last one takes: ranges that are the same
//! every time and ranges that are not, more than one first loop, nothing to take.

use crate::oracle::{assert_all_close, assert_same_bits, dual};
use backprop::grad;
use num_dual::{Dual64, DualNum};

macro_rules! scratch {
    ($name:ident, $number:ty, $zero:expr, $(#[$attribute:meta])*) => {
        $(#[$attribute])*
        fn $name(a: &[$number], n: usize, kind: usize) -> $number {
            let d = a.len();
            let mut all = vec![$zero; d];
            let mut some = vec![$zero; d];
            let mut inner = vec![$zero; d];
            let mut twice = vec![$zero; d];
            let mut total = $zero;
            for p in 0..n {
                for j in 0..d {
                    all[j] = a[j] * (p as f64 + 0.5);
                    twice[j] = a[j] * a[(j + p) % d];
                }
                for i in 0..d {
                    for j in i + 1..d {
                        let t = a[i] * all[i] * 0.1;
                        all[j] += t;
                    }
                }
                let mut s = $zero;
                for j in 0..d {
                    s += all[j] * all[j];
                }
                // As many as there have been iterations.
                for j in 0..p % (d + 1) {
                    some[j] = a[j].sin() * s;
                }
                for j in 0..p % (d + 1) {
                    s += some[j] * some[j] * 0.01;
                }
                // Only now and then.
                if p % 2 == kind {
                    for j in 0..d {
                        inner[j] = a[j].cos() * s;
                    }
                    for j in 0..d {
                        s += inner[j] * inner[d - 1 - j] * 0.01;
                    }
                }
                for j in 0..d {
                    s += twice[j] * 0.3;
                }
                for j in 1..d {
                    s += twice[j] * twice[j - 1];
                }
                total += (s * 0.1).sin();
                if kind == 3 && p == 2 {
                    break;
                }
            }
            total
        }
    };
}
scratch!(scratch, f64, 0.0, #[grad]);
scratch!(scratch_dual, Dual64, Dual64::from(0.0),);

#[test]
fn ranges_of_all_kinds() {
    for d in [1, 2, 3, 6] {
        for n in [0, 1, 2, 5, 11] {
            for kind in 0..4 {
                let a: Vec<f64> = (0..d).map(|k| (k as f64 * 2.3 + 0.4).sin() * 0.5).collect();
                let (value, gradient) = scratch::value_and_grad(&a, n, kind);
                assert_same_bits(value, scratch(&a, n, kind));
                assert_all_close(&gradient, &dual(|a| scratch_dual(a, n, kind), &a).1);
                let (_, pullback) = scratch::vjp(&a, n, kind);
                assert_all_close(&pullback(1.0), &gradient);
            }
        }
    }
}

/// What is not finite reaches the same elements.
#[test]
fn infinite_and_undefined() {
    for (k, x) in [(0, f64::INFINITY), (1, f64::NAN), (2, 1e300), (2, -0.0)] {
        let mut a = [0.3, -0.2, 0.7];
        a[k] = x;
        let gradient = scratch::grad(&a, 3, 0);
        let expected = dual(|a| scratch_dual(a, 3, 0), &a).1;
        for (g, e) in gradient.iter().zip(&expected) {
            assert!(g == e || (!g.is_finite() && !e.is_finite()) || (g - e).abs() < 1e-12, "{a:?}: {g} {e}");
        }
    }
}
