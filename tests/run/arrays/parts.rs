//! Parts of vectors and zipped iterators, whose lengths are told from what they are made of: as the same loops by index, to the bit.

use crate::oracle::{
    assert_all_close, assert_all_same_bits, assert_matches_central, assert_same_bits, dual, panic_message,
};
use backprop::grad;
use num_dual::Dual64;

/// For plain and for dual numbers.
macro_rules! by_iterators {
    ($name:ident, $number:ty, $zero:expr, $(#[$attribute:meta])*) => {
        /// Packed triangles, one per chunk of `x`; the zipped parts are as long as each other.
        $(#[$attribute])*
        fn $name(w: &[$number], x: &[$number], d: usize) -> $number {
            let size = d * (d + 1) / 2;
            let k = w.len() / size;
            let mut y = vec![$zero; d];
            let mut o = vec![$zero; d];
            let mut total = $zero;
            for point in x.chunks_exact(d) {
                for c in 0..k {
                    for (y, x) in y.iter_mut().zip(point) {
                        *y = x * x;
                    }
                    let diagonal = &w[c * size..(c + 1) * size][..d];
                    for ((o, q), y) in o.iter_mut().zip(diagonal).zip(&y) {
                        *o = q * y;
                    }
                    let mut at = c * size + d;
                    for i in 0..d {
                        let len = d - i - 1;
                        let column = &w[at..at + len];
                        let yi = y[i];
                        for (o, l) in o[i + 1..].iter_mut().zip(column) {
                            *o += l * yi;
                        }
                        at += len;
                    }
                    for v in o.iter() {
                        total += v * v;
                    }
                }
            }
            total
        }
    };
}
by_iterators!(by_iterators, f64, 0.0, #[grad]);
by_iterators!(by_iterators_dual, Dual64, Dual64::from(0.0),);

#[grad]
fn by_index(w: &[f64], x: &[f64], d: usize) -> f64 {
    let size = d * (d + 1) / 2;
    let k = w.len() / size;
    let n = x.len() / d;
    let mut y = vec![0.0; d];
    let mut o = vec![0.0; d];
    let mut total = 0.0;
    for p in 0..n {
        for c in 0..k {
            for j in 0..d {
                y[j] = x[p * d + j] * x[p * d + j];
            }
            for j in 0..d {
                o[j] = w[c * size + j] * y[j];
            }
            let mut at = c * size + d;
            for i in 0..d {
                for j in i + 1..d {
                    o[j] += w[at] * y[i];
                    at += 1;
                }
            }
            for j in 0..d {
                total += o[j] * o[j];
            }
        }
    }
    total
}

fn ramp(n: usize) -> Vec<f64> {
    (0..n).map(|k| (k as f64 * 1.3).sin() * 0.4 + 0.2).collect()
}

#[test]
fn triangles() {
    for d in 1..=7 {
        let (w, x) = (ramp(3 * d * (d + 1) / 2), ramp(2 * d + 1));
        let (value, (d_w, d_x)) = by_iterators::value_and_grad(&w, &x, d);
        let (same, (w_by_index, x_by_index)) = by_index::value_and_grad(&w, &x, d);
        assert_same_bits(value, same);
        assert_all_same_bits(&d_w, &w_by_index);
        assert_all_same_bits(&d_x, &x_by_index);
        let all = [&w[..], &x].concat();
        let expected = dual(|all| by_iterators_dual(&all[..w.len()], &all[w.len()..], d), &all).1;
        assert_all_close(&[d_w, d_x].concat(), &expected);
        let (_, pullback) = by_iterators::vjp(&w, &x, d);
        let (d_w, d_x) = pullback(1.0);
        assert_all_close(&[d_w, d_x].concat(), &expected);
    }
}

/// What is zipped ends with the shortest, whichever that is.
#[grad]
fn shortest(x: &[f64], a: usize, b: usize, k: usize) -> f64 {
    let y = vec![2.0; k];
    let mut s = 0.0;
    for ((p, q), r) in x[a..].iter().zip(&x[..b]).zip(&y) {
        s += p * q * q * r;
    }
    for w in x[a..b].windows(2) {
        s += w[0] * w[1] * w[1];
    }
    s
}

#[test]
fn the_shortest_ends_it() {
    let x = ramp(6);
    for (a, b, k) in [(0, 6, 6), (2, 6, 9), (0, 3, 5), (1, 4, 2), (6, 6, 3), (3, 3, 3), (0, 6, 0)] {
        assert_matches_central(&shortest::grad(&x, a, b, k), |x| shortest(x, a, b, k), &x);
    }
}

#[test]
fn parts_that_lie_outside_panic_as_in_the_function() {
    let x = ramp(6);
    // Also where the loop over the part has no iteration.
    for (a, b, k) in [(7, 6, 6), (0, 7, 6), (0, 7, 0), (7, 0, 0), (4, 3, 1)] {
        let expected = panic_message(|| shortest(&x, a, b, k));
        assert_eq!(panic_message(|| shortest::value_and_grad(&x, a, b, k)), expected);
        assert_eq!(panic_message(|| shortest::vjp(&x, a, b, k).0), expected);
    }
}

/// An element behind the part, but not behind the vector.
#[grad]
fn behind(x: &[f64], k: usize) -> f64 {
    let part = &x[1..4];
    let mut s = 0.0;
    for v in part {
        s += v * v;
    }
    for i in 0..k {
        s += part[i] * part[i];
    }
    s
}

#[test]
fn a_part_ends_where_it_ends() {
    let x = ramp(6);
    for k in 0..=3 {
        assert_matches_central(&behind::grad(&x, k), |x| behind(x, k), &x);
    }
    let expected = panic_message(|| behind(&x, 4));
    assert_eq!(panic_message(|| behind::value_and_grad(&x, 4)), expected);
}

/// Lengths that change are asked for again.
#[grad]
fn resized(x: &[f64]) -> f64 {
    let mut v = vec![1.5; x.len()];
    for (v, x) in v.iter_mut().zip(x) {
        *v *= x * x;
    }
    let mut s = 0.0;
    for a in v.iter() {
        s += a * a;
    }
    v.push(s);
    for (a, b) in v.iter().zip(x.iter().rev()) {
        s += a * b;
    }
    v.truncate(2);
    for a in v[1..].iter() {
        s *= a;
    }
    s
}

#[test]
fn vectors_that_change_their_length() {
    for n in 2..5 {
        let x = ramp(n);
        assert_matches_central(&resized::grad(&x), resized, &x);
    }
}
