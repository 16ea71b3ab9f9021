//! The table of the runtime's `FloatMethods`, made from the rows: what `x.sin()` is by the protocol of calls where only rustc
//! sees that `x` is a float.
//!
//! ```text
//! hypot __hypot_fwd __hypot_jvp __hypot_jvp_lanes (x, v, d: d * partials::hypot_d0(x, y, v); y t_y: d * partials::hypot_d1(x, y, v);)
//! ```

use super::table::{rule, Func};
use super::Expr;
use std::f64::consts::{LN_2, LOG10_E, LOG2_E};
use std::path::PathBuf;

const OPERANDS: [&str; 3] = ["x", "y", "z"];

fn table() -> String {
    let head =
        "//! Made from the rules of the macro: `BLESS=1 cargo test -p backprop-macro float_methods`.\n\n\
                use super::{by_lane, lane, total, InLanes};\nuse crate::{partials, Real};\n\n\
                super::float_methods! {\n";
    let mut text = String::from(head);
    for func in Func::methods().filter_map(Func::from_method) {
        let (name, rule) = (func.name(), rule(func));
        let mut operands = String::new();
        for (partial, operand) in rule.partials.iter().zip(OPERANDS).skip(1) {
            match partial {
                Some(e) => operands.push_str(&format!(" {operand} t_{operand}: {};", print(e, 0))),
                None if func == Func::Powi => operands.push_str(&format!(" [{operand}]")),
                None => operands.push_str(&format!(" {operand} t_{operand}: Self::ZERO;")),
            }
        }
        let first = rule.partials.first().cloned().flatten();
        let first = first.map_or_else(|| "Self::ZERO".to_string(), |e| print(&e, 0));
        text.push_str(&format!(
            "    {name} __{name}_fwd __{name}_jvp __{name}_jvp_lanes (x, v, d: {first};{operands})\n"
        ));
    }
    text + "}\n"
}

/// As Rust, with `Self` for the float; in parentheses if it binds less than the surroundings.
fn print(e: &Expr, surroundings: u8) -> String {
    let infix = |args: &[Expr], op: &str, strength: u8| match args {
        [left, right] => format!("{} {op} {}", print(left, strength), print(right, strength + 1)),
        _ => list(args),
    };
    let (text, strength) = match e {
        Expr::D => ("d".to_string(), 9),
        Expr::X(k) => (OPERANDS.get(*k).copied().unwrap_or("?").to_string(), 9),
        Expr::Y => ("v".to_string(), 9),
        Expr::Num(x) => (format!("Self::from_f64({})", number(*x)), 9),
        Expr::Helper(name, args) => (format!("partials::{name}({})", list(args)), 9),
        Expr::Apply(Func::Add, args) => (infix(args, "+", 1), 1),
        Expr::Apply(Func::Sub, args) => (infix(args, "-", 1), 1),
        Expr::Apply(Func::Mul, args) => (infix(args, "*", 2), 2),
        Expr::Apply(Func::Div, args) => (infix(args, "/", 2), 2),
        Expr::Apply(Func::Neg, args) => (format!("-{}", print(&args[0], 3)), 3),
        Expr::Apply(func, args) => {
            (format!("{}.{}({})", print(&args[0], 8), func.name(), list(&args[1..])), 9)
        }
    };
    if strength < surroundings {
        format!("({text})")
    } else {
        text
    }
}

/// By its name if it has one.
fn number(x: f64) -> String {
    let names = [(LN_2, "LN_2"), (LOG2_E, "LOG2_E"), (LOG10_E, "LOG10_E")];
    let name = names.iter().find(|(value, _)| *value == x);
    name.map_or_else(|| format!("{x:?}"), |(_, name)| format!("core::f64::consts::{name}"))
}

fn list(args: &[Expr]) -> String {
    args.iter().map(|a| print(a, 0)).collect::<Vec<_>>().join(", ")
}

#[test]
fn float_methods() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../backprop-runtime/src/__private/float_methods/table.rs");
    let text = table();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, text).expect("writable");
        return;
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), text, "review, then BLESS=1");
}
