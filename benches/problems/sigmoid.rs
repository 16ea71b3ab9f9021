//! The neuron of the tutorial: the sigmoid of a linear form, five inputs.

use super::Lcg;
use backprop::grad;

/// The function, as a user writes it.
#[grad]
pub fn sigmoid(w0: f64, w1: f64, w2: f64, x0: f64, x1: f64) -> f64 {
    1.0 / (1.0 + (-(w0 * x0 + w1 * x1 + w2)).exp())
}

/// By hand: the derivative of the sigmoid from its value.
#[inline]
pub fn by_value(w0: f64, w1: f64, w2: f64, x0: f64, x1: f64) -> (f64, [f64; 5]) {
    let y = 1.0 / (1.0 + (-(w0 * x0 + w1 * x1 + w2)).exp());
    let d = y * (1.0 - y);
    (y, [d * x0, d * x1, d, d * w0, d * w1])
}

/// By hand: the derivative from the exponential, which is ready before the quotient.
#[inline]
pub fn by_exp(w0: f64, w1: f64, w2: f64, x0: f64, x1: f64) -> (f64, [f64; 5]) {
    let e = (-(w0 * x0 + w1 * x1 + w2)).exp();
    let y = 1.0 / (1.0 + e);
    let d = (y * e) * y;
    (y, [d * x0, d * x1, d, d * w0, d * w1])
}

/// `n` generated argument lists.
pub fn generate(n: usize, seed: u64) -> Vec<[f64; 5]> {
    let mut lcg = Lcg::new(seed);
    (0..n).map(|_| lcg.array(-2.0, 2.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problems::numeric::{central, max_relative};

    #[test]
    fn hand_written_equals_central_differences() {
        for a in generate(10, 1) {
            let expected = central(&a, |a| sigmoid(a[0], a[1], a[2], a[3], a[4]));
            for (y, g) in [by_value(a[0], a[1], a[2], a[3], a[4]), by_exp(a[0], a[1], a[2], a[3], a[4])] {
                assert_eq!(y.to_bits(), sigmoid(a[0], a[1], a[2], a[3], a[4]).to_bits());
                assert!(max_relative(&g, &expected) < 1e-9);
            }
        }
    }
}
