//! One differentiable function per float method and operator of std that stands in `intrinsics.json`, as f64 and
//! as f32, and a table of them by name.
#![allow(deprecated)] // abs_sub: deprecated in std, still a row

use backprop::grad;

/// A function of one to three floats with everything the tests call, over slices.
pub struct Row<T: 'static> {
    pub name: &'static str,
    /// The method of std, called without `#[grad]`.
    pub std: fn(&[T]) -> T,
    /// The annotated function.
    pub function: fn(&[T]) -> T,
    pub value_and_grad: fn(&[T]) -> (T, Vec<T>),
    pub jvp: fn(&[T], &[T]) -> (T, T),
}

macro_rules! row {
    ($name:literal, $f:ident, |$x:ident| $std:expr) => {
        Row {
            name: $name,
            std: |a| {
                let $x = a[0];
                $std
            },
            function: |a| $f(a[0]),
            value_and_grad: |a| {
                let (value, partial) = $f::value_and_grad(a[0]);
                (value, vec![partial])
            },
            jvp: |a, d| $f::jvp(a[0], d[0]),
        }
    };
    ($name:literal, $f:ident, |$x:ident, $y:ident| $std:expr) => {
        Row {
            name: $name,
            std: |a| {
                let ($x, $y) = (a[0], a[1]);
                $std
            },
            function: |a| $f(a[0], a[1]),
            value_and_grad: |a| {
                let (value, (first, second)) = $f::value_and_grad(a[0], a[1]);
                (value, vec![first, second])
            },
            jvp: |a, d| $f::jvp(a[0], a[1], (d[0], d[1])),
        }
    };
    ($name:literal, $f:ident, |$x:ident, $y:ident, $z:ident| $std:expr) => {
        Row {
            name: $name,
            std: |a| {
                let ($x, $y, $z) = (a[0], a[1], a[2]);
                $std
            },
            function: |a| $f(a[0], a[1], a[2]),
            value_and_grad: |a| {
                let (value, (first, second, third)) = $f::value_and_grad(a[0], a[1], a[2]);
                (value, vec![first, second, third])
            },
            jvp: |a, d| $f::jvp(a[0], a[1], a[2], (d[0], d[1], d[2])),
        }
    };
}
pub(crate) use row;

#[grad(forward)]
fn g_neg(x: f64) -> f64 {
    -x
}

#[grad(forward)]
fn g_abs(x: f64) -> f64 {
    x.abs()
}

#[grad(forward)]
fn g_signum(x: f64) -> f64 {
    x.signum()
}

#[grad(forward)]
fn g_sqrt(x: f64) -> f64 {
    x.sqrt()
}

#[grad(forward)]
fn g_cbrt(x: f64) -> f64 {
    x.cbrt()
}

#[grad(forward)]
fn g_exp(x: f64) -> f64 {
    x.exp()
}

#[grad(forward)]
fn g_exp2(x: f64) -> f64 {
    x.exp2()
}

#[grad(forward)]
fn g_exp_m1(x: f64) -> f64 {
    x.exp_m1()
}

#[grad(forward)]
fn g_ln(x: f64) -> f64 {
    x.ln()
}

#[grad(forward)]
fn g_log2(x: f64) -> f64 {
    x.log2()
}

#[grad(forward)]
fn g_log10(x: f64) -> f64 {
    x.log10()
}

#[grad(forward)]
fn g_ln_1p(x: f64) -> f64 {
    x.ln_1p()
}

#[grad(forward)]
fn g_sin(x: f64) -> f64 {
    x.sin()
}

#[grad(forward)]
fn g_cos(x: f64) -> f64 {
    x.cos()
}

#[grad(forward)]
fn g_tan(x: f64) -> f64 {
    x.tan()
}

#[grad(forward)]
fn g_sin_of_pair(x: f64) -> f64 {
    x.sin_cos().0
}

#[grad(forward)]
fn g_cos_of_pair(x: f64) -> f64 {
    x.sin_cos().1
}

#[grad(forward)]
fn g_asin(x: f64) -> f64 {
    x.asin()
}

#[grad(forward)]
fn g_acos(x: f64) -> f64 {
    x.acos()
}

#[grad(forward)]
fn g_atan(x: f64) -> f64 {
    x.atan()
}

#[grad(forward)]
fn g_sinh(x: f64) -> f64 {
    x.sinh()
}

#[grad(forward)]
fn g_cosh(x: f64) -> f64 {
    x.cosh()
}

#[grad(forward)]
fn g_tanh(x: f64) -> f64 {
    x.tanh()
}

#[grad(forward)]
fn g_asinh(x: f64) -> f64 {
    x.asinh()
}

#[grad(forward)]
fn g_acosh(x: f64) -> f64 {
    x.acosh()
}

#[grad(forward)]
fn g_atanh(x: f64) -> f64 {
    x.atanh()
}

#[grad(forward)]
fn g_floor(x: f64) -> f64 {
    x.floor()
}

#[grad(forward)]
fn g_ceil(x: f64) -> f64 {
    x.ceil()
}

#[grad(forward)]
fn g_round(x: f64) -> f64 {
    x.round()
}

#[grad(forward)]
fn g_round_ties_even(x: f64) -> f64 {
    x.round_ties_even()
}

#[grad(forward)]
fn g_trunc(x: f64) -> f64 {
    x.trunc()
}

#[grad(forward)]
fn g_fract(x: f64) -> f64 {
    x.fract()
}

#[grad(forward)]
fn g_recip(x: f64) -> f64 {
    x.recip()
}

#[grad(forward)]
fn g_to_degrees(x: f64) -> f64 {
    x.to_degrees()
}

#[grad(forward)]
fn g_to_radians(x: f64) -> f64 {
    x.to_radians()
}

#[grad(forward)]
fn g_add(x: f64, y: f64) -> f64 {
    x + y
}

#[grad(forward)]
fn g_sub(x: f64, y: f64) -> f64 {
    x - y
}

#[grad(forward)]
fn g_mul(x: f64, y: f64) -> f64 {
    x * y
}

#[grad(forward)]
fn g_div(x: f64, y: f64) -> f64 {
    x / y
}

#[grad(forward)]
fn g_rem(x: f64, y: f64) -> f64 {
    x % y
}

#[grad(forward)]
fn g_rem_euclid(x: f64, y: f64) -> f64 {
    x.rem_euclid(y)
}

#[grad(forward)]
fn g_div_euclid(x: f64, y: f64) -> f64 {
    x.div_euclid(y)
}

#[grad(forward)]
fn g_copysign(x: f64, y: f64) -> f64 {
    x.copysign(y)
}

#[grad(forward)]
fn g_powf(x: f64, y: f64) -> f64 {
    x.powf(y)
}

#[grad(forward)]
fn g_log(x: f64, b: f64) -> f64 {
    x.log(b)
}

#[grad(forward)]
fn g_atan2(y: f64, x: f64) -> f64 {
    y.atan2(x)
}

#[grad(forward)]
fn g_hypot(x: f64, y: f64) -> f64 {
    x.hypot(y)
}

#[grad(forward)]
fn g_max(x: f64, y: f64) -> f64 {
    x.max(y)
}

#[grad(forward)]
fn g_min(x: f64, y: f64) -> f64 {
    x.min(y)
}

#[grad(forward)]
fn g_midpoint(x: f64, y: f64) -> f64 {
    x.midpoint(y)
}

#[grad(forward)]
fn g_abs_sub(x: f64, y: f64) -> f64 {
    x.abs_sub(y)
}

#[grad(forward)]
fn g_mul_add(x: f64, a: f64, b: f64) -> f64 {
    x.mul_add(a, b)
}

#[grad(forward)]
fn g_clamp(x: f64, lo: f64, hi: f64) -> f64 {
    x.clamp(lo, hi)
}

/// `powi` has an integer argument, which has no partial.
#[grad(forward)]
pub fn g_powi(x: f64, n: i32) -> f64 {
    x.powi(n)
}

/// All rows but `powi`.
pub const ROWS: &[Row<f64>] = &[
    row!("neg", g_neg, |x| -x),
    row!("abs", g_abs, |x| x.abs()),
    row!("signum", g_signum, |x| x.signum()),
    row!("sqrt", g_sqrt, |x| x.sqrt()),
    row!("cbrt", g_cbrt, |x| x.cbrt()),
    row!("exp", g_exp, |x| x.exp()),
    row!("exp2", g_exp2, |x| x.exp2()),
    row!("exp_m1", g_exp_m1, |x| x.exp_m1()),
    row!("ln", g_ln, |x| x.ln()),
    row!("log2", g_log2, |x| x.log2()),
    row!("log10", g_log10, |x| x.log10()),
    row!("ln_1p", g_ln_1p, |x| x.ln_1p()),
    row!("sin", g_sin, |x| x.sin()),
    row!("cos", g_cos, |x| x.cos()),
    row!("tan", g_tan, |x| x.tan()),
    row!("sin_cos.0", g_sin_of_pair, |x| x.sin_cos().0),
    row!("sin_cos.1", g_cos_of_pair, |x| x.sin_cos().1),
    row!("asin", g_asin, |x| x.asin()),
    row!("acos", g_acos, |x| x.acos()),
    row!("atan", g_atan, |x| x.atan()),
    row!("sinh", g_sinh, |x| x.sinh()),
    row!("cosh", g_cosh, |x| x.cosh()),
    row!("tanh", g_tanh, |x| x.tanh()),
    row!("asinh", g_asinh, |x| x.asinh()),
    row!("acosh", g_acosh, |x| x.acosh()),
    row!("atanh", g_atanh, |x| x.atanh()),
    row!("floor", g_floor, |x| x.floor()),
    row!("ceil", g_ceil, |x| x.ceil()),
    row!("round", g_round, |x| x.round()),
    row!("round_ties_even", g_round_ties_even, |x| x.round_ties_even()),
    row!("trunc", g_trunc, |x| x.trunc()),
    row!("fract", g_fract, |x| x.fract()),
    row!("recip", g_recip, |x| x.recip()),
    row!("to_degrees", g_to_degrees, |x| x.to_degrees()),
    row!("to_radians", g_to_radians, |x| x.to_radians()),
    row!("add", g_add, |x, y| x + y),
    row!("sub", g_sub, |x, y| x - y),
    row!("mul", g_mul, |x, y| x * y),
    row!("div", g_div, |x, y| x / y),
    row!("rem", g_rem, |x, y| x % y),
    row!("rem_euclid", g_rem_euclid, |x, y| x.rem_euclid(y)),
    row!("div_euclid", g_div_euclid, |x, y| x.div_euclid(y)),
    row!("copysign", g_copysign, |x, y| x.copysign(y)),
    row!("powf", g_powf, |x, y| x.powf(y)),
    row!("log", g_log, |x, b| x.log(b)),
    row!("atan2", g_atan2, |y, x| y.atan2(x)),
    row!("hypot", g_hypot, |x, y| x.hypot(y)),
    row!("max", g_max, |x, y| x.max(y)),
    row!("min", g_min, |x, y| x.min(y)),
    row!("midpoint", g_midpoint, |x, y| x.midpoint(y)),
    row!("abs_sub", g_abs_sub, |x, y| x.abs_sub(y)),
    row!("mul_add", g_mul_add, |x, a, b| x.mul_add(a, b)),
    row!("clamp", g_clamp, |x, lo, hi| x.clamp(lo, hi)),
];
