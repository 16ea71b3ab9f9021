//! The rows at the points of `tests/data/intrinsics.json`.

use super::eval;
use crate::rules::{rule, Func};
use serde_json::Value;

fn file() -> Value {
    serde_json::from_str(include_str!("../../../../tests/data/intrinsics.json")).expect("valid JSON")
}

/// A float: a JSON number, or one of the strings `inf`, `-inf`, `nan`, `-0.0`.
fn number(v: &Value) -> f64 {
    match v {
        Value::String(s) => s.parse().expect("a float"),
        other => other.as_f64().expect("a number"),
    }
}

fn numbers(v: &Value) -> Vec<Option<f64>> {
    v.as_array().expect("an array").iter().map(|p| (!p.is_null()).then(|| number(p))).collect()
}

fn from_bits(v: &Value) -> f64 {
    let text = v.as_str().expect("bits as text").trim_start_matches("0x");
    f64::from_bits(u64::from_str_radix(text, 16).expect("hexadecimal"))
}

/// The operation of an entry, and whether it is in std at all.
fn func(name: &str) -> Option<Func> {
    match name {
        "sin_cos.0" => Some(Func::Sin),
        "sin_cos.1" => Some(Func::Cos),
        _ => Func::ALL.iter().copied().find(|f| f.name() == name),
    }
}

/// The row's partials, `None` as 0; powi's second operand has none.
fn actual(func: Func, x: &[f64]) -> Vec<f64> {
    let v = eval::apply(func, x);
    let rule = rule(func);
    rule.partials.iter().map(|p| p.as_ref().map_or(0.0, |e| eval::expr(e, 1.0, x, v))).collect()
}

fn ulp(x: f64) -> f64 {
    if x.is_finite() {
        f64::from_bits(x.abs().to_bits() + 1) - x.abs()
    } else {
        0.0
    }
}

/// As the file's schema says.
fn tolerance(func: Func, x: &[f64], truth: f64) -> f64 {
    let unit = f64::EPSILON / 2.0;
    let own = match func {
        Func::Tanh | Func::ExpM1 => 2.3e-16,
        Func::Powi => (8.0 + x[1].abs()) * unit * truth.abs(),
        _ => 0.0,
    };
    own.max(8.0 * ulp(truth)) + 2.3e-308
}

fn near(func: Func, x: &[f64], actual: f64, truth: f64) -> bool {
    actual == truth || (actual - truth).abs() <= tolerance(func, x, truth)
}

/// Calls `check` with every number that the file has a partial for; returns how many there were.
fn for_each(section: &str, mut check: impl FnMut(Func, &[f64], f64, f64, &Value)) -> usize {
    let mut count = 0;
    for entry in file()[section].as_array().expect("a list") {
        let Some(func) = func(entry["fn"].as_str().expect("a name")) else { continue };
        let (points, key) = match entry["points"].as_array() {
            Some(points) => (points.clone(), "partials"),
            None => (vec![entry.clone()], "recommended_partials"),
        };
        for point in points {
            let args = point["args_bits"]
                .as_array()
                .expect("bits")
                .iter()
                .zip(point["args"].as_array().expect("args"));
            let x: Vec<f64> = args.map(|(b, a)| if b.is_null() { number(a) } else { from_bits(b) }).collect();
            let truths = numbers(&point[key]);
            for (value, truth) in actual(func, &x).into_iter().zip(truths) {
                if let Some(truth) = truth {
                    check(func, &x, value, truth, &point);
                    count += 1;
                }
            }
        }
    }
    count
}

fn report(failures: &[String]) {
    assert!(failures.is_empty(), "{} wrong:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn ordinary_points_are_exact() {
    let mut failures = Vec::new();
    let count = for_each("ordinary", |func, x, value, truth, _| {
        if !near(func, x, value, truth) {
            failures.push(format!("{func:?}{x:?}: {value:e}, truth {truth:e}"));
        }
    });
    report(&failures);
    assert!(count > 1000, "only {count} partials");
}

#[test]
fn edges_follow_the_conventions() {
    let mut failures = Vec::new();
    let count = for_each("edge", |func, x, value, truth, entry| {
        let level = entry["level"].as_str().expect("a level");
        let ok = match level {
            "free" => true,
            _ if truth.is_nan() => value.is_nan(),
            "should" if value.is_nan() => true,
            _ => near(func, x, value, truth),
        };
        if !ok {
            failures.push(format!("{func:?}{x:?}: {value:e}, convention {truth:e} ({level})"));
        }
    });
    report(&failures);
    assert!(count > 600, "only {count} partials");
}
