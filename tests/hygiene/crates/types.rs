//! Types, methods and generics, under lints.
#![deny(warnings, missing_docs)]
#![forbid(unsafe_code)]

use backprop::{grad, Differentiable};

/// A layer.
#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Layer {
    /// Weights.
    pub w: [f64; 2],
    /// Bias.
    pub b: f64,
    /// How often.
    pub times: usize,
}

impl Layer {
    /// A method.
    #[grad(forward)]
    #[must_use]
    pub fn apply(&self, x: f64) -> f64 {
        let mut s = x;
        for i in 0..self.times {
            s = s * self.w[i % 2] + self.b;
        }
        s
    }

    /// An associated function.
    #[grad(method)]
    #[must_use]
    pub fn twice(x: f64) -> f64 {
        x * 2.0
    }
}

/// A pair.
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Pair(pub f64, pub u8, pub f64);

/// Generic.
#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Both<A> {
    /// First.
    pub a: A,
    /// Second.
    pub b: A,
}

/// Takes structs.
#[grad(forward)]
#[must_use]
pub fn loss(l: &Layer, p: Pair, x: f64) -> f64 {
    let q = Pair(p.0 * x, p.1, p.2);
    l.w[0] * q.0 + l.b * q.2
}

/// Takes a float type.
#[grad(forward)]
#[must_use]
pub fn generic<T: backprop::Real>(x: T, y: T) -> T {
    x * y + x.sin()
}

/// Takes a generic struct.
#[grad]
#[must_use]
pub fn both(x: &Both<f64>) -> f64 {
    x.a * x.b
}

#[grad(forward)]
impl std::ops::Mul<f64> for Pair {
    type Output = Self;
    fn mul(self, k: f64) -> Self {
        Self(self.0 * k, self.1, self.2 * k)
    }
}

#[grad(forward)]
impl std::ops::AddAssign<&Self> for Pair {
    fn add_assign(&mut self, o: &Self) {
        self.0 += o.0;
        self.2 += o.2;
    }
}

/// Operators.
#[grad(forward)]
#[must_use]
pub fn operators(a: Pair, b: Pair, k: f64) -> f64 {
    let mut c = a * k;
    c += &b;
    c.0 * c.2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradients() {
        let l = Layer { w: [2.0, 3.0], b: 1.0, times: 2 };
        let (dl, dx) = l.apply_grad(1.0);
        assert_eq!((dl.w, dl.b, dx), ([3.0, 3.0], 4.0, 6.0));
        let (dl, dp, dx) = loss::grad(&l, Pair(1.0, 7, 2.0), 3.0);
        assert_eq!((dl.w, dl.b, dp.0, dx), ([3.0, 0.0], 2.0, 6.0, 2.0));
        assert_eq!(Layer::twice_grad(1.0), 2.0);
        assert_eq!(generic::grad(0.0_f64, 2.0), (3.0, 0.0));
        assert_eq!(generic::grad(0.0_f32, 2.0), (3.0, 0.0));
        let (a, b, k) = operators::grad(Pair(1.0, 0, 2.0), Pair(3.0, 0, 4.0), 5.0);
        assert_eq!((a.0, a.2, b.0, b.2, k), (70.0, 40.0, 14.0, 8.0, 14.0 + 16.0));
        let g = both::grad(&Both { a: 2.0, b: 3.0 });
        assert_eq!((g.a, g.b), (3.0, 2.0));
    }
}
