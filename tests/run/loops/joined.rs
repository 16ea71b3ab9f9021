//! Loops of the reverse sweep that become one: over scratch vectors, in both directions, with something in between.

use crate::oracle::{assert_all_close, assert_all_same_bits, dual};
use backprop::grad;
use num_dual::Dual64;

macro_rules! layers {
    ($name:ident, $number:ty, $zero:expr, $(#[$attribute:meta])*) => {
        /// Each round fills `y` from `x`, and `z` from `y`, in loops of their own; some loops are turned, shifted, or shorter.
        $(#[$attribute])*
        fn $name(x: &[$number], w: &[$number], rounds: usize, shift: usize) -> $number {
            let n = w.len();
            let mut y = vec![$zero; n];
            let mut z = vec![$zero; n];
            let mut total = $zero;
            for r in 0..rounds {
                for j in 0..n {
                    y[j] = x[r] * w[j];
                }
                for j in (0..n).rev() {
                    z[j] = y[j] * w[j] + y[n - 1 - j];
                }
                for j in shift..n {
                    z[j] = z[j] + z[j - shift] * y[j];
                }
                for j in 0..n {
                    total += z[j] * z[j] * y[j];
                }
                for j in 0..n {
                    total += y[j] * x[r];
                }
                for i in 0..n {
                    for j in i + 1..n {
                        total += y[j] * w[i] * z[i];
                    }
                }
            }
            total
        }
    };
}
layers!(layers, f64, 0.0, #[grad]);
layers!(layers_dual, Dual64, Dual64::from(0.0),);

macro_rules! prefix {
    ($name:ident, $number:ty, $zero:expr, $(#[$attribute:meta])*) => {
        /// One loop adds to what the next takes up: at the same index, at the one beside it, in the other half.
        $(#[$attribute])*
        fn $name(x: &[$number], rounds: usize) -> $number {
            let n = x.len();
            let mut a = vec![$zero; n];
            let mut b = vec![$zero; n + 1];
            let mut total = $zero;
            for _ in 0..rounds {
                for j in 0..n {
                    a[j] = x[j] * x[j];
                }
                for j in 0..n {
                    b[j + 1] = a[j] * x[0];
                }
                b[0] = x[0];
                for j in 0..n {
                    total += b[j] * a[j];
                }
                for j in 0..n / 2 {
                    total += a[2 * j] * b[j] * a[n / 2 + j];
                }
            }
            total
        }
    };
}
prefix!(prefix, f64, 0.0, #[grad]);
prefix!(prefix_dual, Dual64, Dual64::from(0.0),);

macro_rules! recurrent {
    ($name:ident, $number:ty, $zero:expr, $(#[$attribute:meta])*) => {
        /// On the way back, a loop that must run downwards takes up what one that may run upwards has written.
        $(#[$attribute])*
        fn $name(x: &[$number], rounds: usize) -> $number {
            let n = x.len();
            let mut a = vec![$zero; n];
            let mut b = vec![$zero; n + 1];
            let mut total = $zero;
            for _ in 0..rounds {
                for j in 0..n {
                    a[j] = x[j] * x[j];
                }
                b[0] = x[0];
                for j in 0..n {
                    b[j + 1] = b[j] * x[j] + a[j];
                }
                let mut norm = $zero;
                for j in 0..n {
                    norm += a[j] * a[j];
                }
                total += norm * norm * b[n];
            }
            total
        }
    };
}
recurrent!(recurrent, f64, 0.0, #[grad]);
recurrent!(recurrent_dual, Dual64, Dual64::from(0.0),);

#[test]
fn a_loop_that_must_run_downwards() {
    for n in 1..8 {
        let x = numbers(n);
        for rounds in 0..3 {
            let expected = dual(|x| recurrent_dual(x, rounds), &x).1;
            assert_all_close(&recurrent::grad(&x, rounds), &expected);
            assert_all_close(&recurrent::vjp(&x, rounds).1(1.0), &expected);
        }
    }
}

fn numbers(n: usize) -> Vec<f64> {
    (0..n).map(|k| (k as f64 * 1.9).cos() * 0.6 + 0.15).collect()
}

#[test]
fn scratch_vectors() {
    for n in 0..9 {
        for (rounds, shift) in [(0, 0), (1, 0), (2, 1), (3, 2)] {
            let (x, w) = (numbers(rounds), numbers(n));
            let (d_x, d_w) = layers::grad(&x, &w, rounds, shift);
            let all = [&x[..], &w].concat();
            let expected = dual(|all| layers_dual(&all[..rounds], &all[rounds..], rounds, shift), &all).1;
            assert_all_close(&[d_x, d_w].concat(), &expected);
            let (d_x, d_w) = layers::vjp(&x, &w, rounds, shift).1(1.0);
            assert_all_close(&[d_x, d_w].concat(), &expected);
        }
    }
}

#[test]
fn neighbours_and_halves() {
    for n in 1..10 {
        for rounds in 0..3 {
            let x = numbers(n);
            let d = prefix::grad(&x, rounds);
            assert_all_close(&d, &dual(|x| prefix_dual(x, rounds), &x).1);
            assert_all_same_bits(&d, &prefix::value_and_grad(&x, rounds).1);
        }
    }
}
