//! Derivatives of the runtime's derivative helpers: what second order needs.
//!
//! A helper that reads the result of the operation (`powf_d0(x, y, v)`) is differentiated as a function of the
//! operands alone, `v` being one of them; so nothing is left to contribute by `v`.

use super::{Expr, Func};

/// What the runtime calls the derivative of an operator whose rule it finds: both cotangents, or the tangent.
pub fn operator_helper(func: Func, assigns: bool, forward: bool) -> Option<&'static str> {
    Some(match (func, forward) {
        (Func::Add, false) if assigns => "add_assign_back",
        (Func::Sub, false) if assigns => "sub_assign_back",
        (Func::Mul, false) if assigns => "mul_assign_back",
        (Func::Div, false) if assigns => "div_assign_back",
        (Func::Rem, false) if assigns => "rem_assign_back",
        (Func::Add, true) if assigns => "add_assign_along",
        (Func::Sub, true) if assigns => "sub_assign_along",
        (Func::Mul, true) if assigns => "mul_assign_along",
        (Func::Div, true) if assigns => "div_assign_along",
        (Func::Rem, true) if assigns => "rem_assign_along",
        (Func::Add, false) => "add_back",
        (Func::Sub, false) => "sub_back",
        (Func::Mul, false) => "mul_back",
        (Func::Div, false) => "div_back",
        (Func::Rem, false) => "rem_back",
        (Func::Neg, false) => "neg_back",
        (Func::Add, true) => "add_along",
        (Func::Sub, true) => "sub_along",
        (Func::Mul, true) => "mul_along",
        (Func::Div, true) => "div_along",
        (Func::Rem, true) => "rem_along",
        (Func::Neg, true) => "neg_along",
        _ => return None,
    })
}

/// Per operand of the helper, as [`super::Rule::partials`]; `None`: the derivative of this helper is not known.
pub fn helper_partials(name: &str) -> Option<Vec<Option<Expr>>> {
    let all = |helper, count| Expr::Helper(helper, (0..count).map(Expr::X).collect());
    let partial = |helper, count| Some(Expr::D * all(helper, count));
    Some(match name {
        "powi_d0" => vec![partial("powi_d00", 2), None],
        "powf_d0" => vec![partial("powf_d00", 3), partial("powf_d01", 3), None],
        "powf_d1" => vec![partial("powf_d01", 3), partial("powf_d11", 3), None],
        "hypot_d0" => vec![partial("hypot_d00", 3), partial("hypot_d01", 3), None],
        "hypot_d1" => vec![partial("hypot_d01", 3), partial("hypot_d11", 3), None],
        "atan2_d0" => vec![partial("atan2_d00", 2), partial("atan2_d01", 2)],
        "atan2_d1" => vec![partial("atan2_d01", 2), partial("atan2_d11", 2)],
        // Made by the transforms: the sum of two cotangents of any type, and zeros.
        "sum" => vec![Some(Expr::D), Some(Expr::D)],
        "linear" => vec![Some(Expr::D)],
        "zero_of" | "zero_of_tangent" => vec![None],
        // Constant but for jumps.
        "abs_d0" => vec![None],
        "copysign_d0" | "max_d0" | "max_d1" | "min_d0" | "min_d1" | "abs_sub_d0" | "abs_sub_d1" => {
            vec![None; 2]
        }
        "clamp_d0" | "clamp_d1" | "clamp_d2" | "rem_d1" | "rem_euclid_d1" => vec![None; 3],
        _ => return None,
    })
}
