//! The f32 twins of `intrinsics_table`, written by a `macro_rules!`, so that `#[grad]` sees macro output.
#![allow(deprecated)] // abs_sub: deprecated in std, still a row

use crate::intrinsics_table::{row, Row};
use backprop::grad;

/// One function per line, and the table of them.
macro_rules! functions_of_f32 {
    ($($name:literal $f:ident($($x:ident),+) = $body:expr;)+) => {
        $(
            #[grad(forward)]
            fn $f($($x: f32),+) -> f32 {
                $body
            }
        )+
        pub const ROWS: &[Row<f32>] = &[$(row!($name, $f, |$($x),+| $body)),+];
    };
}

functions_of_f32! {
    "neg" h_neg(x) = -x;
    "abs" h_abs(x) = x.abs();
    "signum" h_signum(x) = x.signum();
    "sqrt" h_sqrt(x) = x.sqrt();
    "cbrt" h_cbrt(x) = x.cbrt();
    "exp" h_exp(x) = x.exp();
    "exp2" h_exp2(x) = x.exp2();
    "exp_m1" h_exp_m1(x) = x.exp_m1();
    "ln" h_ln(x) = x.ln();
    "log2" h_log2(x) = x.log2();
    "log10" h_log10(x) = x.log10();
    "ln_1p" h_ln_1p(x) = x.ln_1p();
    "sin" h_sin(x) = x.sin();
    "cos" h_cos(x) = x.cos();
    "tan" h_tan(x) = x.tan();
    "sin_cos.0" h_sin_of_pair(x) = x.sin_cos().0;
    "sin_cos.1" h_cos_of_pair(x) = x.sin_cos().1;
    "asin" h_asin(x) = x.asin();
    "acos" h_acos(x) = x.acos();
    "atan" h_atan(x) = x.atan();
    "sinh" h_sinh(x) = x.sinh();
    "cosh" h_cosh(x) = x.cosh();
    "tanh" h_tanh(x) = x.tanh();
    "asinh" h_asinh(x) = x.asinh();
    "acosh" h_acosh(x) = x.acosh();
    "atanh" h_atanh(x) = x.atanh();
    "floor" h_floor(x) = x.floor();
    "ceil" h_ceil(x) = x.ceil();
    "round" h_round(x) = x.round();
    "round_ties_even" h_round_ties_even(x) = x.round_ties_even();
    "trunc" h_trunc(x) = x.trunc();
    "fract" h_fract(x) = x.fract();
    "recip" h_recip(x) = x.recip();
    "to_degrees" h_to_degrees(x) = x.to_degrees();
    "to_radians" h_to_radians(x) = x.to_radians();
    "add" h_add(x, y) = x + y;
    "sub" h_sub(x, y) = x - y;
    "mul" h_mul(x, y) = x * y;
    "div" h_div(x, y) = x / y;
    "rem" h_rem(x, y) = x % y;
    "rem_euclid" h_rem_euclid(x, y) = x.rem_euclid(y);
    "div_euclid" h_div_euclid(x, y) = x.div_euclid(y);
    "copysign" h_copysign(x, y) = x.copysign(y);
    "powf" h_powf(x, y) = x.powf(y);
    "log" h_log(x, b) = x.log(b);
    "atan2" h_atan2(y, x) = y.atan2(x);
    "hypot" h_hypot(x, y) = x.hypot(y);
    "max" h_max(x, y) = x.max(y);
    "min" h_min(x, y) = x.min(y);
    "midpoint" h_midpoint(x, y) = x.midpoint(y);
    "abs_sub" h_abs_sub(x, y) = x.abs_sub(y);
    "mul_add" h_mul_add(x, a, b) = x.mul_add(a, b);
    "clamp" h_clamp(x, lo, hi) = x.clamp(lo, hi);
}

#[grad(forward)]
pub fn h_powi(x: f32, n: i32) -> f32 {
    x.powi(n)
}
