//! Vectors that loops collect, or make anew, in each iteration: some may be made once, others are taken away or looked at too early.

use crate::oracle::{assert_all_close, assert_same_bits, dual, panic_message};
use backprop::grad;
use num_dual::Dual64;

macro_rules! collects {
    ($name:ident, $number:ty, $zero:expr, $(#[$attribute:meta])*) => {
        $(#[$attribute])*
        fn $name(w: &[$number], x: &[$number], d: usize) -> $number {
            let mut total = $zero;
            for point in x.chunks_exact(d) {
                for row in w.chunks_exact(d) {
                    let y: Vec<$number> = point.iter().zip(row).map(|(x, w)| x * w).collect();
                    let z: Vec<$number> = y.iter().map(|y| y * y).collect();
                    let mut norm = $zero;
                    for i in 0..d {
                        for j in i..d {
                            norm += z[j] * y[i];
                        }
                    }
                    total += norm * norm;
                }
            }
            total
        }
    };
}
collects!(collects, f64, 0.0, #[grad]);
collects!(collects_dual, Dual64, Dual64::from(0.0),);

macro_rules! kept {
    ($name:ident, $number:ty, $zero:expr, $(#[$attribute:meta])*) => {
        /// What is collected is the state of the next iteration, grows, has zeros that count, or is half overwritten.
        $(#[$attribute])*
        fn $name(x: &[$number], rounds: usize) -> $number {
            let n = x.len();
            let mut state = x.to_vec();
            let mut total = $zero;
            for r in 0..rounds {
                let next: Vec<$number> = state.iter().zip(x).map(|(s, x)| s * x + s).collect();
                state = next;
                let mut more: Vec<$number> = state.iter().map(|s| s * s).collect();
                more.push(state[0]);
                let mut zeros = vec![$zero; n];
                for j in 0..n {
                    if j != r {
                        zeros[j] = more[j];
                    }
                }
                let mut half = vec![$zero; n];
                for j in 0..n / 2 {
                    half[j] = state[j] * more[n];
                }
                for j in 0..n {
                    total += zeros[j] * x[j] + half[j] * zeros[j];
                    zeros[j] = state[j];
                }
                let mut odd = Vec::new();
                for j in 0..n {
                    if j % 2 == 1 {
                        odd.push(x[j] * state[j]);
                    }
                }
                for v in &odd {
                    total += v * v;
                }
            }
            total
        }
    };
}
kept!(kept, f64, 0.0, #[grad]);
kept!(kept_dual, Dual64, Dual64::from(0.0),);

fn numbers(n: usize) -> Vec<f64> {
    (0..n).map(|k| (k as f64 * 1.3).sin() * 0.5 + 0.2).collect()
}

#[test]
fn scratch() {
    for d in 1..6 {
        for (rows, points) in [(0, 2), (2, 0), (3, 2)] {
            let (w, x) = (numbers(rows * d), numbers(points * d));
            let (value, (d_w, d_x)) = collects::value_and_grad(&w, &x, d);
            assert_same_bits(value, collects(&w, &x, d));
            let all = [&w[..], &x].concat();
            let expected = dual(|all| collects_dual(&all[..w.len()], &all[w.len()..], d), &all).1;
            assert_all_close(&[d_w, d_x].concat(), &expected);
            let (d_w, d_x) = collects::vjp(&w, &x, d).1(1.0);
            assert_all_close(&[d_w, d_x].concat(), &expected);
        }
    }
}

#[test]
fn what_is_no_scratch() {
    for n in 1..6 {
        for rounds in 0..4 {
            let x = numbers(n);
            let expected = dual(|x| kept_dual(x, rounds), &x).1;
            assert_same_bits(kept::value_and_grad(&x, rounds).0, kept(&x, rounds));
            assert_all_close(&kept::grad(&x, rounds), &expected);
            assert_all_close(&kept::vjp(&x, rounds).1(1.0), &expected);
        }
    }
}

/// A length that would be too much, in a loop that does not run.
#[grad]
fn never(x: &[f64], n: usize, rounds: usize) -> f64 {
    let mut s = x[0];
    for _ in 0..rounds {
        let y: Vec<f64> = (0..n).map(|k| x[0] * k as f64).collect();
        s += y[n - 1];
    }
    s
}

#[test]
fn what_would_not_be_made_is_not() {
    assert_all_close(&never::grad(&[2.0], usize::MAX, 0), &[1.0]);
    assert_all_close(&never::grad(&[2.0], 4, 3), &[10.0]);
    let expected = panic_message(|| never(&[2.0], 0, 1));
    assert_eq!(panic_message(|| never::grad(&[2.0], 0, 1)), expected);
}
