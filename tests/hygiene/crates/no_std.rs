//! Without the standard library.
#![no_std]
#![deny(warnings, missing_docs)]
#![forbid(unsafe_code)]

use backprop::grad;

/// Straight.
#[grad(forward)]
pub fn straight(x: f64, y: f64) -> f64 {
    let t = x * y;
    if t > 1.0 { t.abs() / (x + 1.0) } else { t.max(0.25) }
}

/// Over an array.
#[grad(forward)]
pub fn array(a: &[f64; 3], w: f64) -> f64 {
    let mut s = 0.0;
    for v in a {
        s += v * w;
    }
    s
}

/// Keeps its state.
#[grad(forward)]
pub fn looped(x: f64, n: usize) -> f64 {
    let mut s = x;
    for _ in 0..n {
        s = s * s * x;
    }
    s
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradients() {
        assert_eq!(straight::grad(1.0, 2.0), (0.5, 0.5));
        assert_eq!(array::grad(&[1.0, 2.0, 3.0], 2.0), ([2.0; 3], 6.0));
        assert_eq!(looped::grad(1.0, 2), 7.0);
    }
}
