//! The two loops of Mooncake's and Enzyme's tables: a sum, and a sum of sines.

use super::Lcg;
use backprop::grad;

/// The sum, as a user writes it.
#[grad]
pub fn sum(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i];
    }
    s
}

/// The sum of sines, as a user writes it.
#[grad]
pub fn sum_of_sines(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i].sin();
    }
    s
}

/// By hand: ones, in a loop of their own (a `memset`-like loop), then the sum.
pub fn sum_split(x: &[f64], d: &mut [f64]) -> f64 {
    d.fill(1.0);
    let mut s = 0.0;
    for v in x {
        s += v;
    }
    s
}

/// By hand: both in one pass, the stores hidden behind the chain of additions.
pub fn sum_fused(x: &[f64], d: &mut [f64]) -> f64 {
    let mut s = 0.0;
    for (v, d) in x.iter().zip(d) {
        s += v;
        *d = 1.0;
    }
    s
}

/// By hand: sine and cosine of each entry together (one libm call on glibc).
pub fn sines_fused(x: &[f64], d: &mut [f64]) -> f64 {
    let mut s = 0.0;
    for (v, d) in x.iter().zip(d) {
        let (sin, cos) = v.sin_cos();
        s += sin;
        *d = cos;
    }
    s
}

/// By hand: one loop of sines, one of cosines; each keeps its own libm code hot.
pub fn sines_split(x: &[f64], d: &mut [f64]) -> f64 {
    let mut s = 0.0;
    for v in x {
        s += v.sin();
    }
    for (v, d) in x.iter().zip(d) {
        *d = v.cos();
    }
    s
}

/// `n` generated inputs.
pub fn generate(n: usize, seed: u64) -> Vec<f64> {
    Lcg::new(seed).vec(n, -3.0, 3.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problems::numeric::{central, max_relative};

    type Gradient = fn(&[f64], &mut [f64]) -> f64;

    fn check(f: fn(&[f64]) -> f64, by_hand: [Gradient; 2]) {
        let x = generate(37, 1);
        let expected = central(&x, f);
        for gradient in by_hand {
            let mut d = vec![f64::NAN; x.len()];
            assert_eq!(gradient(&x, &mut d).to_bits(), f(&x).to_bits());
            assert!(max_relative(&d, &expected) < 1e-9);
        }
    }

    #[test]
    fn hand_written_equals_central_differences() {
        check(sum, [sum_split, sum_fused]);
        check(sum_of_sines, [sines_split, sines_fused]);
    }
}
