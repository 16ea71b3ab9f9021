//! Loops over the rest of a vector, which shrinks: uneven elements first, in the function's order.

use crate::oracle::{assert_all_close, assert_same_bits, dual, panic_message};
use backprop::grad;
use num_dual::Dual64;

/// What both versions below are made from: for plain and for dual numbers.
macro_rules! lower {
    ($name:ident, $number:ty, $zero:expr, $(#[$attribute:meta])*) => {
        /// `o = L y`, column by column, where a loop before has begun `o`; the triangle is packed.
        $(#[$attribute])*
        fn $name(l: &[$number], b: &[$number], rounds: usize, beyond: usize) -> $number {
            let n = b.len();
            let mut y = vec![$zero; n];
            let mut o = vec![$zero; n];
            let mut total = $zero;
            for r in 0..rounds {
                for j in 0..n {
                    y[j] = b[j] * b[r] + l[j];
                    o[j] = y[j] * b[j];
                }
                let mut at = 0;
                for i in 0..n {
                    for j in i + 1..n + beyond {
                        o[j] += l[at] * y[i];
                        at += 1;
                    }
                }
                for j in 0..n {
                    total += o[j] * o[j];
                }
            }
            total
        }
    };
}
lower!(lower_times, f64, 0.0, #[grad]);
lower!(lower_times_dual, Dual64, Dual64::from(0.0),);

fn numbers(n: usize) -> Vec<f64> {
    (0..n).map(|k| (k as f64 * 1.7).sin() * 0.5 + 0.1).collect()
}

#[test]
fn a_packed_triangle() {
    for n in 0..=13 {
        let (l, b) = (numbers(n * (n + 1) / 2), numbers(n));
        for rounds in 0..=n.min(2) {
            let (value, (d_l, d_b)) = lower_times::value_and_grad(&l, &b, rounds, 0);
            assert_same_bits(value, lower_times(&l, &b, rounds, 0));
            let all = [&l[..], &b].concat();
            let expected = dual(|all| lower_times_dual(&all[..l.len()], &all[l.len()..], rounds, 0), &all).1;
            assert_all_close(&[d_l, d_b].concat(), &expected);
            let (value, pullback) = lower_times::vjp(&l, &b, rounds, 0);
            assert_same_bits(value, lower_times(&l, &b, rounds, 0));
            let (d_l, d_b) = pullback(1.0);
            assert_all_close(&[d_l, d_b].concat(), &expected);
        }
    }
}

#[test]
fn beyond_the_end_is_a_panic() {
    let (l, b) = (numbers(60), numbers(6));
    let ours = panic_message(|| lower_times::grad(&l, &b, 1, 1));
    assert_eq!(ours, panic_message(|| lower_times(&l, &b, 1, 1)));
    assert!(ours.contains("the len is 6 but the index is 6"), "{ours}");
}
