//! Newton's square root: a `while` loop whose trip count depends on the data.

use super::Lcg;
use backprop::grad;

/// The function, as a user writes it.
#[grad]
pub fn newton(a: f64) -> f64 {
    let mut x = a;
    while (x * x - a).abs() > 1e-12 * a {
        x = 0.5 * (x + a / x);
    }
    x
}

/// By hand, reverse: the iterates in a fixed buffer (64 trips reach from 1e-300 to 1e300 only with `spill`).
pub fn reverse_inline(a: f64) -> (f64, f64) {
    let mut kept = [0.0; 16];
    let mut spill = Vec::new();
    let mut n = 0;
    let mut x = a;
    while (x * x - a).abs() > 1e-12 * a {
        if let Some(slot) = kept.get_mut(n) {
            *slot = x;
        } else {
            spill.push(x);
        }
        n += 1;
        x = 0.5 * (x + a / x);
    }
    let (mut d, mut d_a) = (1.0, 0.0);
    let inline = n.min(kept.len());
    for &x in spill.iter().rev().chain(kept[..inline].iter().rev()) {
        let r = 1.0 / x;
        let h = 0.5 * d;
        d_a += h * r;
        d = h - h * (a * r) * r;
    }
    (x, d + d_a)
}

/// By hand, reverse: as [`reverse_inline`], with the buffer in a reused `Vec`.
pub fn reverse_reused(a: f64, kept: &mut Vec<f64>) -> (f64, f64) {
    kept.clear();
    let mut x = a;
    while (x * x - a).abs() > 1e-12 * a {
        kept.push(x);
        x = 0.5 * (x + a / x);
    }
    let (mut d, mut d_a) = (1.0, 0.0);
    for &x in kept.iter().rev() {
        let r = 1.0 / x;
        let h = 0.5 * d;
        d_a += h * r;
        d = h - h * (a * r) * r;
    }
    (x, d + d_a)
}

/// By hand, forward: one input, so the derivative travels with the iterate and nothing is kept.
#[inline]
pub fn forward(a: f64) -> (f64, f64) {
    let (mut x, mut t) = (a, 1.0);
    while (x * x - a).abs() > 1e-12 * a {
        let q = a / x;
        // The tangent of a / x is (1 - q t) / x.
        t = 0.5 * (t + (1.0 - q * t) / x);
        x = 0.5 * (x + q);
    }
    (x, t)
}

/// `n` generated inputs.
pub fn generate(n: usize, seed: u64) -> Vec<f64> {
    Lcg::new(seed).vec(n, 0.5, 200.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problems::numeric::{central, max_relative};

    #[test]
    fn hand_written_equals_central_differences() {
        for a in generate(20, 1).into_iter().chain([1e-9, 1e12]) {
            let expected = 0.5 / newton(a);
            for (y, d) in [reverse_inline(a), reverse_reused(a, &mut Vec::new()), forward(a)] {
                assert_eq!(y.to_bits(), newton(a).to_bits());
                assert!((d - expected).abs() < 1e-9 * expected, "{a}: {d} {expected}");
            }
        }
        for a in generate(5, 2) {
            let expected = central(&[a], |a| newton(a[0]));
            assert!(max_relative(&[forward(a).1], &expected) < 1e-7);
        }
    }
}
