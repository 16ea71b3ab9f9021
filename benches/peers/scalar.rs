//! The number type that the peers' functions are written over.

use super::tape::Var;
use num_dual::{Dual64, DualNum};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// What the problems need of a number.
pub trait Scalar:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
    + Div<f64, Output = Self>
{
    /// Its value, for branches.
    fn value(self) -> f64;
    /// `1 / x`, written as the type's users write it.
    fn recip(self) -> Self;
    /// `eˣ`.
    fn exp(self) -> Self;
    /// Natural logarithm.
    fn ln(self) -> Self;
    /// Sine.
    fn sin(self) -> Self;
    /// Cosine.
    fn cos(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
    /// Square root.
    fn sqrt(self) -> Self;
}

impl Scalar for Var<'_> {
    fn value(self) -> f64 {
        self.value
    }
    fn recip(self) -> Self {
        let y = 1.0 / self.value;
        self.unary(y, -y * y)
    }
    fn exp(self) -> Self {
        let y = self.value.exp();
        self.unary(y, y)
    }
    fn ln(self) -> Self {
        self.unary(self.value.ln(), 1.0 / self.value)
    }
    fn sin(self) -> Self {
        self.unary(self.value.sin(), self.value.cos())
    }
    fn cos(self) -> Self {
        self.unary(self.value.cos(), -self.value.sin())
    }
    fn tanh(self) -> Self {
        let y = self.value.tanh();
        self.unary(y, 1.0 - y * y)
    }
    fn sqrt(self) -> Self {
        let y = self.value.sqrt();
        self.unary(y, 0.5 / y)
    }
}

impl Scalar for reverse::Var<'_> {
    fn value(self) -> f64 {
        self.val
    }
    fn recip(self) -> Self {
        1.0 / self
    }
    fn exp(self) -> Self {
        reverse::Var::exp(&self)
    }
    fn ln(self) -> Self {
        reverse::Var::ln(&self)
    }
    fn sin(self) -> Self {
        reverse::Var::sin(&self)
    }
    fn cos(self) -> Self {
        reverse::Var::cos(&self)
    }
    fn tanh(self) -> Self {
        reverse::Var::tanh(&self)
    }
    fn sqrt(self) -> Self {
        reverse::Var::sqrt(&self)
    }
}

impl Scalar for Dual64 {
    fn value(self) -> f64 {
        self.re
    }
    fn recip(self) -> Self {
        DualNum::recip(&self)
    }
    fn exp(self) -> Self {
        DualNum::exp(&self)
    }
    fn ln(self) -> Self {
        DualNum::ln(&self)
    }
    fn sin(self) -> Self {
        DualNum::sin(&self)
    }
    fn cos(self) -> Self {
        DualNum::cos(&self)
    }
    fn tanh(self) -> Self {
        DualNum::tanh(&self)
    }
    fn sqrt(self) -> Self {
        DualNum::sqrt(&self)
    }
}
