//! The table as text, for the user docs.

use super::table::{rule, Form, Func, Rule};
use super::Expr;
use std::f64::consts::{LN_2, LOG10_E, LOG2_E};

/// Markdown: function, its derivatives, what they are at kinks and poles.
pub fn docs_table() -> String {
    let mut text =
        String::from("| function | derivatives (`v` is the value) | at kinks and poles |\n|---|---|---|\n");
    for func in Func::ALL {
        let rule = rule(*func);
        if rule.float {
            text.push_str(&line(*func, rule));
        }
    }
    text
}

const OPERANDS: [&str; 3] = ["x", "y", "z"];

fn operands(func: Func) -> [&'static str; 3] {
    if func == Func::Powi {
        ["x", "n", ""]
    } else {
        OPERANDS
    }
}

fn line(func: Func, rule: &Rule) -> String {
    let call = match (rule.form, rule.arity) {
        (Form::Operator(op), 1) => format!("{op}x"),
        (Form::Operator(op), _) => format!("x {op} y"),
        (Form::Method, n) => format!("x.{}({})", func.name(), operands(func)[1..n].join(", ")),
    };
    let partials = rule.partials.iter().zip(OPERANDS).map(|(p, x)| match p {
        None if func == Func::Powi => String::new(),
        None => format!("d/d{x}: `0`"),
        Some(e) => format!("d/d{x}: `{}`", text(e)),
    });
    let partials: Vec<String> = partials.filter(|p| !p.is_empty()).collect();
    format!("| `{call}` | {} | {} |\n", partials.join(", "), rule.kinks)
}

/// The expression with 1 for `D`, in Rust's notation.
pub(super) fn text(e: &Expr) -> String {
    print(e, 0)
}

/// What a helper of the runtime computes away from the special cases that it is there for, as a row calls it.
fn helper(name: &str) -> Option<&'static str> {
    Some(match name {
        "abs_d0" => "x.signum()",
        "copysign_d0" => "±1.0",
        "max_d0" => "1.0 if x > y else 0.0",
        "max_d1" => "1.0 if y > x else 0.0",
        "min_d0" => "1.0 if x < y else 0.0",
        "min_d1" => "1.0 if y < x else 0.0",
        "clamp_d0" => "1.0 if y < x < z else 0.0",
        "clamp_d1" => "1.0 if x < y else 0.0",
        "clamp_d2" => "1.0 if x > z else 0.0",
        "abs_sub_d0" => "1.0 if x > y else 0.0",
        "abs_sub_d1" => "-1.0 if x > y else 0.0",
        "rem_d1" | "rem_euclid_d1" => "-((x - v) / y).round()",
        "powi_d0" => "n * x.powi(n - 1)",
        "powf_d0" => "y * x.powf(y - 1.0)",
        "powf_d1" => "v * x.ln()",
        "hypot_d0" => "x / v",
        "hypot_d1" => "y / v",
        "atan2_d0" => "y / (x * x + y * y)",
        "atan2_d1" => "-x / (x * x + y * y)",
        _ => return None,
    })
}

/// By its name if it has one.
fn number(x: f64) -> String {
    let names = [(LN_2, "LN_2"), (LOG2_E, "LOG2_E"), (LOG10_E, "LOG10_E")];
    let name = names.iter().find(|(value, _)| *value == x);
    name.map_or_else(|| format!("{x:?}"), |(_, name)| name.to_string())
}

/// In parentheses if the operator binds less than the surroundings.
fn print(e: &Expr, surroundings: u8) -> String {
    let (text, strength) = match e {
        Expr::D => ("1.0".to_string(), 9),
        Expr::X(k) => (OPERANDS.get(*k).copied().unwrap_or("?").to_string(), 9),
        Expr::Y => ("v".to_string(), 9),
        Expr::Num(x) => (number(*x), 9),
        Expr::Helper(name, args) => match helper(name) {
            Some(formula) => (formula.to_string(), 2),
            None => (format!("{name}({})", list(args)), 9),
        },
        Expr::Apply(Func::Add, args) => (infix(args, "+", 1), 1),
        Expr::Apply(Func::Sub, args) => (infix(args, "-", 1), 1),
        Expr::Apply(Func::Mul, args) => match args.as_slice() {
            [Expr::D, factor] => return print(factor, surroundings),
            _ => (infix(args, "*", 2), 2),
        },
        Expr::Apply(Func::Div, args) => (infix(args, "/", 2), 2),
        Expr::Apply(Func::Neg, args) => {
            (format!("-{}", args.first().map_or(String::new(), |a| print(a, 2))), 3)
        }
        Expr::Apply(func, args) => match args.as_slice() {
            [receiver, rest @ ..] => (format!("{}.{}({})", print(receiver, 8), func.name(), list(rest)), 9),
            [] => (func.name().to_string(), 9),
        },
    };
    if strength < surroundings {
        format!("({text})")
    } else {
        text
    }
}

fn infix(args: &[Expr], op: &str, strength: u8) -> String {
    match args {
        [left, right] => format!("{} {op} {}", print(left, strength), print(right, strength + 1)),
        _ => list(args),
    }
}

fn list(args: &[Expr]) -> String {
    args.iter().map(|a| print(a, 0)).collect::<Vec<_>>().join(", ")
}
