//! Forward dual numbers, written without backprop: the oracle of the random programs.
//!
//! `d` is the derivative in one direction, `m` the sum of the absolute values of its contributions: the rounding error
//! of any correct way to sum them is a small multiple of `m * EPSILON`.

use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};

#[derive(Clone, Copy, Debug, Default)]
pub struct D {
    pub v: f64,
    pub d: f64,
    pub m: f64,
}

pub const fn c(v: f64) -> D {
    D { v, d: 0.0, m: 0.0 }
}

/// A product of a partial and a tangent; a passive argument contributes nothing, whatever the partial is.
fn times(p: f64, t: f64) -> f64 {
    if t == 0.0 {
        0.0
    } else {
        p * t
    }
}

impl D {
    pub const ONE: D = c(1.0);
    pub const EPSILON: D = c(f64::EPSILON);
    pub const MAX: D = c(f64::MAX);
    pub const INFINITY: D = c(f64::INFINITY);
    pub const NEG_INFINITY: D = c(f64::NEG_INFINITY);

    fn one(self, v: f64, p: f64) -> D {
        D { v, d: times(p, self.d), m: times(p.abs(), self.m) }
    }
    fn two(self, o: D, v: f64, p: f64, q: f64) -> D {
        D { v, d: times(p, self.d) + times(q, o.d), m: times(p.abs(), self.m) + times(q.abs(), o.m) }
    }
    pub fn detach(self) -> D {
        c(self.v)
    }
    pub fn f32(self) -> D {
        D { v: self.v as f32 as f64, ..self }
    }
    pub fn sin(self) -> D {
        self.one(self.v.sin(), self.v.cos())
    }
    pub fn cos(self) -> D {
        self.one(self.v.cos(), -self.v.sin())
    }
    pub fn sin_cos(self) -> (D, D) {
        let (s, k) = self.v.sin_cos();
        (self.one(s, k), self.one(k, -s))
    }
    pub fn tan(self) -> D {
        self.one(self.v.tan(), 1.0 / (self.v.cos() * self.v.cos()))
    }
    pub fn asin(self) -> D {
        self.one(self.v.asin(), 1.0 / (1.0 - self.v * self.v).sqrt())
    }
    pub fn acos(self) -> D {
        self.one(self.v.acos(), -1.0 / (1.0 - self.v * self.v).sqrt())
    }
    pub fn atan(self) -> D {
        self.one(self.v.atan(), 1.0 / (1.0 + self.v * self.v))
    }
    pub fn sinh(self) -> D {
        self.one(self.v.sinh(), self.v.cosh())
    }
    pub fn cosh(self) -> D {
        self.one(self.v.cosh(), self.v.sinh())
    }
    pub fn tanh(self) -> D {
        let v = self.v.tanh();
        // The tolerance of a saturated tanh is absolute: 1 - v*v has an error of one EPSILON.
        let p = 1.0 - v * v;
        let r = self.one(v, p);
        D { m: r.m + 1e-3 * self.m, ..r }
    }
    pub fn asinh(self) -> D {
        self.one(self.v.asinh(), 1.0 / (self.v * self.v + 1.0).sqrt())
    }
    pub fn acosh(self) -> D {
        self.one(self.v.acosh(), 1.0 / (self.v * self.v - 1.0).sqrt())
    }
    pub fn atanh(self) -> D {
        self.one(self.v.atanh(), 1.0 / (1.0 - self.v * self.v))
    }
    pub fn exp(self) -> D {
        self.one(self.v.exp(), self.v.exp())
    }
    pub fn exp2(self) -> D {
        self.one(self.v.exp2(), self.v.exp2() * std::f64::consts::LN_2)
    }
    pub fn exp_m1(self) -> D {
        self.one(self.v.exp_m1(), self.v.exp())
    }
    pub fn ln(self) -> D {
        self.one(self.v.ln(), 1.0 / self.v)
    }
    pub fn ln_1p(self) -> D {
        self.one(self.v.ln_1p(), 1.0 / (1.0 + self.v))
    }
    pub fn log2(self) -> D {
        self.one(self.v.log2(), 1.0 / (self.v * std::f64::consts::LN_2))
    }
    pub fn log10(self) -> D {
        self.one(self.v.log10(), 1.0 / (self.v * std::f64::consts::LN_10))
    }
    pub fn log(self, b: D) -> D {
        let v = self.v.log(b.v);
        self.two(b, v, 1.0 / (self.v * b.v.ln()), -self.v.ln() / (b.v * b.v.ln() * b.v.ln()))
    }
    pub fn sqrt(self) -> D {
        self.one(self.v.sqrt(), 1.0 / (2.0 * self.v.sqrt()))
    }
    pub fn cbrt(self) -> D {
        let v = self.v.cbrt();
        self.one(v, 1.0 / (3.0 * v * v))
    }
    pub fn recip(self) -> D {
        self.one(self.v.recip(), -1.0 / (self.v * self.v))
    }
    pub fn abs(self) -> D {
        let p = if self.v == 0.0 { 0.0 } else { self.v.signum() };
        self.one(self.v.abs(), p)
    }
    pub fn signum(self) -> D {
        c(self.v.signum())
    }
    pub fn floor(self) -> D {
        c(self.v.floor())
    }
    pub fn ceil(self) -> D {
        c(self.v.ceil())
    }
    pub fn round(self) -> D {
        c(self.v.round())
    }
    pub fn trunc(self) -> D {
        c(self.v.trunc())
    }
    pub fn fract(self) -> D {
        self.one(self.v.fract(), 1.0)
    }
    pub fn to_degrees(self) -> D {
        self.one(self.v.to_degrees(), 180.0 / std::f64::consts::PI)
    }
    pub fn to_radians(self) -> D {
        self.one(self.v.to_radians(), std::f64::consts::PI / 180.0)
    }
    pub fn powi(self, n: i32) -> D {
        let p = if n == 0 { 0.0 } else { f64::from(n) * self.v.powi(n - 1) };
        self.one(self.v.powi(n), p)
    }
    pub fn powf(self, y: D) -> D {
        let v = self.v.powf(y.v);
        self.two(y, v, y.v * self.v.powf(y.v - 1.0), v * self.v.ln())
    }
    pub fn atan2(self, x: D) -> D {
        let r = self.v * self.v + x.v * x.v;
        self.two(x, self.v.atan2(x.v), x.v / r, -self.v / r)
    }
    pub fn hypot(self, y: D) -> D {
        let v = self.v.hypot(y.v);
        let k = if v == 0.0 { 0.0 } else { 1.0 / v };
        self.two(y, v, self.v * k, y.v * k)
    }
    pub fn max(self, o: D) -> D {
        let p = side(self.v, o.v);
        self.two(o, self.v.max(o.v), p, 1.0 - p)
    }
    pub fn min(self, o: D) -> D {
        let p = side(o.v, self.v);
        self.two(o, self.v.min(o.v), p, 1.0 - p)
    }
    pub fn clamp(self, lo: D, hi: D) -> D {
        let r = if self.v <= hi.v { self.max(lo) } else { hi };
        if self.v == hi.v && lo.v < hi.v {
            return D { v: self.v.clamp(lo.v, hi.v), ..self.two(hi, 0.0, 0.5, 0.5) };
        }
        D { v: self.v.clamp(lo.v, hi.v), ..r }
    }
    pub fn copysign(self, s: D) -> D {
        let p = if self.v == 0.0 { 0.0 } else { self.v.signum() * s.v.signum() };
        self.one(self.v.copysign(s.v), p)
    }
    pub fn mul_add(self, a: D, b: D) -> D {
        let v = self.v.mul_add(a.v, b.v);
        D { v, ..self * a + b }
    }
    pub fn rem_euclid(self, y: D) -> D {
        let r = self.v.rem_euclid(y.v);
        self.two(y, r, 1.0, -((self.v - r) / y.v).round())
    }
    pub fn div_euclid(self, y: D) -> D {
        c(self.v.div_euclid(y.v))
    }
    pub fn midpoint(self, o: D) -> D {
        self.two(o, self.v.midpoint(o.v), 0.5, 0.5)
    }
    pub fn is_nan(self) -> bool {
        self.v.is_nan()
    }
    pub fn is_finite(self) -> bool {
        self.v.is_finite()
    }
    pub fn is_sign_negative(self) -> bool {
        self.v.is_sign_negative()
    }
    pub fn total_cmp(&self, o: &D) -> std::cmp::Ordering {
        self.v.total_cmp(&o.v)
    }
}

/// The share of `a` in `max(a, b)`.
fn side(a: f64, b: f64) -> f64 {
    if a > b {
        1.0
    } else if a == b {
        0.5
    } else {
        0.0
    }
}

impl PartialEq for D {
    fn eq(&self, o: &D) -> bool {
        self.v == o.v
    }
}
impl PartialOrd for D {
    fn partial_cmp(&self, o: &D) -> Option<std::cmp::Ordering> {
        self.v.partial_cmp(&o.v)
    }
}
impl Neg for D {
    type Output = D;
    fn neg(self) -> D {
        D { v: -self.v, d: -self.d, m: self.m }
    }
}
impl Neg for &D {
    type Output = D;
    fn neg(self) -> D {
        -*self
    }
}
fn add(a: D, b: D) -> D {
    a.two(b, a.v + b.v, 1.0, 1.0)
}
fn sub(a: D, b: D) -> D {
    a.two(b, a.v - b.v, 1.0, -1.0)
}
fn mul(a: D, b: D) -> D {
    a.two(b, a.v * b.v, b.v, a.v)
}
fn div(a: D, b: D) -> D {
    let v = a.v / b.v;
    a.two(b, v, 1.0 / b.v, -v / b.v)
}
fn rem(a: D, b: D) -> D {
    let r = a.v % b.v;
    a.two(b, r, 1.0, -((a.v - r) / b.v).round())
}
macro_rules! operator {
    ($($Op:ident $op:ident $OpAssign:ident $op_assign:ident),*) => {$(
        impl $Op for D { type Output = D; fn $op(self, o: D) -> D { $op(self, o) } }
        impl $Op<&D> for D { type Output = D; fn $op(self, o: &D) -> D { $op(self, *o) } }
        impl $Op<D> for &D { type Output = D; fn $op(self, o: D) -> D { $op(*self, o) } }
        impl $Op<&D> for &D { type Output = D; fn $op(self, o: &D) -> D { $op(*self, *o) } }
        impl $OpAssign for D { fn $op_assign(&mut self, o: D) { *self = $op(*self, o) } }
        impl $OpAssign<&D> for D { fn $op_assign(&mut self, o: &D) { *self = $op(*self, *o) } }
    )*};
}
operator!(
    Add add AddAssign add_assign, Sub sub SubAssign sub_assign, Mul mul MulAssign mul_assign,
    Div div DivAssign div_assign, Rem rem RemAssign rem_assign
);
impl std::iter::Sum for D {
    fn sum<I: Iterator<Item = D>>(it: I) -> D {
        it.fold(c(-0.0), |a, b| a + b)
    }
}
impl<'a> std::iter::Sum<&'a D> for D {
    fn sum<I: Iterator<Item = &'a D>>(it: I) -> D {
        it.fold(c(-0.0), |a, b| a + b)
    }
}
impl std::iter::Product for D {
    fn product<I: Iterator<Item = D>>(it: I) -> D {
        it.fold(c(1.0), |a, b| a * b)
    }
}
impl<'a> std::iter::Product<&'a D> for D {
    fn product<I: Iterator<Item = &'a D>>(it: I) -> D {
        it.fold(c(1.0), |a, b| a * b)
    }
}
