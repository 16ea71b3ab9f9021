//! backprop under another name, and through a re-export.
#![deny(warnings, missing_docs)]
#![forbid(unsafe_code)]

use ad::grad;

/// What a crate that re-exports backprop looks like.
pub mod deps {
    pub use ad as ad2;
}

/// The name.
#[grad(crate = ad, forward)]
pub fn cube(x: f64) -> f64 {
    x * x * x
}

/// From the root of the extern prelude.
#[grad(crate = ::ad, forward)]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut s = 0.0;
    for (x, y) in a.iter().zip(b) {
        s += x * y;
    }
    s + cube(s)
}

/// Through a path.
#[grad(crate = crate::deps::ad2)]
pub fn powers(x: f64, n: usize) -> f64 {
    let mut a = vec![0.0; n];
    for i in 0..n {
        a[i] = x.powi(i as i32).max(0.1);
    }
    let mut s = 0.0;
    for v in &a {
        s += v * v;
    }
    s
}

/// A type.
#[derive(Clone, ad::Differentiable)]
#[differentiable(crate = ad)]
pub struct Point {
    /// First.
    pub x: f64,
    /// Second.
    pub y: f64,
}

/// Uses the type.
#[grad(crate = ad)]
pub fn area(p: &Point) -> f64 {
    p.x * p.y
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradients() {
        assert_eq!(cube::grad(2.0), 12.0);
        assert_eq!(dot::grad(&[1.0, 2.0], &[0.5, 0.25]).0, [2.0, 1.0]);
        assert_eq!(powers::grad(2.0, 3), 2.0 * 2.0 + 4.0 * 8.0);
        let g = area::grad(&Point { x: 2.0, y: 3.0 });
        assert_eq!((g.x, g.y), (3.0, 2.0));
    }
}
