//! Associated functions, `Self`, constants of the type, other parameters named like siblings.

use backprop::{grad, Differentiable};

#[derive(Differentiable, Clone, Copy, Debug, PartialEq)]
struct Complex {
    re: f64,
    im: f64,
}

impl Complex {
    const SCALE: f64 = 2.0;

    #[grad]
    fn new(re: f64, im: f64) -> Self {
        Self { re, im }
    }

    #[grad]
    fn multiply(a: Self, b: &Self) -> Self {
        Self::new(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
    }

    #[grad]
    fn norm2(&self) -> f64 {
        self.re * self.re + self.im * self.im
    }

    #[grad(method)]
    fn scaled(x: f64) -> f64 {
        x * Complex::SCALE
    }

    #[grad]
    fn square_norm(&self) -> f64 {
        Self::multiply(*self, self).norm2() * Self::SCALE + Self::scaled(self.re)
    }
}

#[grad]
fn from_outside(x: f64) -> f64 {
    let z = Complex::new(x, 1.0);
    let w = Complex::multiply(z, &z);
    w.norm2() + Complex::norm2(&z)
}

#[test]
fn constructors_and_products() {
    let b = Complex::new(3.0, 4.0);
    let (value, pullback) = Complex::multiply_vjp(Complex::new(1.0, 2.0), &b);
    assert_eq!(value, Complex { re: -5.0, im: 10.0 });
    let (da, db) = pullback(ComplexTangent { re: 1.0, im: 10.0 });
    assert_eq!((da.re, da.im, db.re, db.im), (43.0, 26.0, 21.0, 8.0));
}

#[test]
fn self_paths() {
    // |z^2|^2 = |z|^4, times two, plus 2 re
    let d = Complex::new(1.0, 2.0).square_norm_grad();
    assert_eq!((d.re, d.im), (2.0 * 4.0 * 5.0 + 2.0, 2.0 * 8.0 * 5.0));
}

#[test]
fn called_from_a_free_function() {
    // (x^2 + 1)^2 + x^2 + 1
    check!(from_outside(2.0) => [4.0 * 2.0 * 5.0 + 4.0]);
}

#[test]
fn associated_function_without_self() {
    assert_eq!(Complex::scaled_grad(5.0), 2.0);
    assert_eq!(Complex::scaled_value_and_grad(5.0), (10.0, 2.0));
}
