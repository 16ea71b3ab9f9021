//! Numbers instead of statements: expressions, functions and helpers over f64.

use crate::rules::{Expr, Func};
use backprop_runtime::partials as h;

pub fn expr(e: &Expr, d: f64, x: &[f64], v: f64) -> f64 {
    let all = |args: &[Expr]| args.iter().map(|a| expr(a, d, x, v)).collect::<Vec<_>>();
    match e {
        Expr::D => d,
        Expr::X(k) => x[*k],
        Expr::Y => v,
        Expr::Num(c) => *c,
        Expr::Apply(func, args) => apply(*func, &all(args)),
        Expr::Helper(name, args) => helper(name, &all(args)),
    }
}

/// A function of std; booleans are 0 and 1.
pub fn apply(func: Func, x: &[f64]) -> f64 {
    match x {
        [x] => unary(func, *x),
        [x, y] => binary(func, *x, *y),
        [x, y, z] => match func {
            Func::MulAdd => x.mul_add(*y, *z),
            Func::Clamp => x.clamp(*y, *z),
            other => panic!("{other:?} of three"),
        },
        _ => panic!("{} operands", x.len()),
    }
}

fn unary(func: Func, x: f64) -> f64 {
    match func {
        Func::Neg => -x,
        Func::Abs => x.abs(),
        Func::Signum => x.signum(),
        Func::Floor => x.floor(),
        Func::Ceil => x.ceil(),
        Func::Round => x.round(),
        Func::RoundTiesEven => x.round_ties_even(),
        Func::Trunc => x.trunc(),
        Func::Fract => x.fract(),
        Func::Recip => x.recip(),
        Func::NextUp => x.next_up(),
        Func::NextDown => x.next_down(),
        Func::ToDegrees => x.to_degrees(),
        Func::ToRadians => x.to_radians(),
        Func::Sqrt => x.sqrt(),
        Func::Cbrt => x.cbrt(),
        Func::Exp => x.exp(),
        Func::Exp2 => x.exp2(),
        Func::ExpM1 => x.exp_m1(),
        Func::Ln => x.ln(),
        Func::Ln1p => x.ln_1p(),
        Func::Log2 => x.log2(),
        Func::Log10 => x.log10(),
        Func::Sin => x.sin(),
        Func::Cos => x.cos(),
        Func::Tan => x.tan(),
        Func::Asin => x.asin(),
        Func::Acos => x.acos(),
        Func::Atan => x.atan(),
        Func::Sinh => x.sinh(),
        Func::Cosh => x.cosh(),
        Func::Tanh => x.tanh(),
        Func::Asinh => x.asinh(),
        Func::Acosh => x.acosh(),
        Func::Atanh => x.atanh(),
        other => panic!("{other:?} of one"),
    }
}

fn binary(func: Func, x: f64, y: f64) -> f64 {
    match func {
        Func::Add => x + y,
        Func::Sub => x - y,
        Func::Mul => x * y,
        Func::Div => x / y,
        Func::Rem => x % y,
        Func::RemEuclid => x.rem_euclid(y),
        Func::DivEuclid => x.div_euclid(y),
        Func::Copysign => x.copysign(y),
        Func::Max => x.max(y),
        Func::Min => x.min(y),
        Func::Midpoint => x.midpoint(y),
        #[allow(deprecated)]
        Func::AbsSub => x.abs_sub(y),
        Func::Powi => x.powi(y as i32),
        Func::Powf => x.powf(y),
        Func::Hypot => x.hypot(y),
        Func::Log => x.log(y),
        Func::Atan2 => x.atan2(y),
        other => panic!("{other:?} of two"),
    }
}

/// A helper of the runtime.
pub fn helper(name: &str, x: &[f64]) -> f64 {
    match (name, x) {
        ("powi_d0", [x, n]) => h::powi_d0(*x, *n as i32),
        ("powi_d00", [x, n]) => h::powi_d00(*x, *n as i32),
        ("powf_d0", [x, y, v]) => h::powf_d0(*x, *y, *v),
        ("powf_d1", [x, y, v]) => h::powf_d1(*x, *y, *v),
        ("powf_d00", [x, y, v]) => h::powf_d00(*x, *y, *v),
        ("powf_d01", [x, y, v]) => h::powf_d01(*x, *y, *v),
        ("powf_d11", [x, y, v]) => h::powf_d11(*x, *y, *v),
        ("hypot_d0", [x, y, v]) => h::hypot_d0(*x, *y, *v),
        ("hypot_d1", [x, y, v]) => h::hypot_d1(*x, *y, *v),
        ("hypot_d00", [x, y, v]) => h::hypot_d00(*x, *y, *v),
        ("hypot_d01", [x, y, v]) => h::hypot_d01(*x, *y, *v),
        ("hypot_d11", [x, y, v]) => h::hypot_d11(*x, *y, *v),
        ("atan2_d0", [y, x]) => h::atan2_d0(*y, *x),
        ("atan2_d1", [y, x]) => h::atan2_d1(*y, *x),
        ("atan2_d00", [y, x]) => h::atan2_d00(*y, *x),
        ("atan2_d01", [y, x]) => h::atan2_d01(*y, *x),
        ("atan2_d11", [y, x]) => h::atan2_d11(*y, *x),
        ("abs_d0", [x]) => h::abs_d0(*x),
        ("copysign_d0", [x, y]) => h::copysign_d0(*x, *y),
        ("max_d0", [x, y]) => h::max_d0(*x, *y),
        ("max_d1", [x, y]) => h::max_d1(*x, *y),
        ("min_d0", [x, y]) => h::min_d0(*x, *y),
        ("min_d1", [x, y]) => h::min_d1(*x, *y),
        ("clamp_d0", [x, lo, hi]) => h::clamp_d0(*x, *lo, *hi),
        ("clamp_d1", [x, lo, hi]) => h::clamp_d1(*x, *lo, *hi),
        ("clamp_d2", [x, lo, hi]) => h::clamp_d2(*x, *lo, *hi),
        ("abs_sub_d0", [x, y]) => h::abs_sub_d0(*x, *y),
        ("abs_sub_d1", [x, y]) => h::abs_sub_d1(*x, *y),
        ("rem_d1", [x, y, r]) => h::rem_d1(*x, *y, *r),
        ("rem_euclid_d1", [x, y, r]) => h::rem_euclid_d1(*x, *y, *r),
        ("trips", [_, _]) => 0.0,
        _ => panic!("no helper {name} of {}", x.len()),
    }
}
