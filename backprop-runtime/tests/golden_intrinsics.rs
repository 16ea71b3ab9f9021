//! The helpers of `partials` and `special` against 60-digit truth and the edge conventions.
//!
//! `data/intrinsics.json` has two lists. `ordinary`: exact values and derivatives, rounded to f64. `edge`:
//! zeros, ties, poles, infinities; `must` entries hold exactly (0 and -0 are equal), `should` entries may
//! also be NaN, `free` entries only may not panic.

use backprop_runtime::partials as p;
use backprop_runtime::special as s;
use serde_json::Value;

/// Truth is met within this many units in the last place.
const ULPS: f64 = 8.0;

fn number(json: &Value) -> f64 {
    match json {
        Value::String(text) => text.parse().expect("inf, -inf, nan or -0.0"),
        Value::Number(number) => number.as_f64().expect("a float"),
        other => panic!("not a number: {other}"),
    }
}

fn numbers(json: &Value) -> Vec<f64> {
    json.as_array().expect("a list").iter().map(number).collect()
}

/// The value that std, or `special`, gives.
fn value(name: &str, a: &[f64]) -> f64 {
    match name {
        "abs" => a[0].abs(),
        "copysign" => a[0].copysign(a[1]),
        "max" => a[0].max(a[1]),
        "min" => a[0].min(a[1]),
        "clamp" => a[0].clamp(a[1], a[2]),
        "abs_sub" => backprop_runtime::Real::abs_sub(a[0], a[1]),
        "rem" => a[0] % a[1],
        "rem_euclid" => a[0].rem_euclid(a[1]),
        "powf" => a[0].powf(a[1]),
        "powi" => a[0].powi(a[1] as i32),
        "hypot" => a[0].hypot(a[1]),
        "atan2" => a[0].atan2(a[1]),
        "log" => a[0].log(a[1]),
        "asin" => a[0].asin(),
        "acos" => a[0].acos(),
        "asinh" => a[0].asinh(),
        "acosh" => a[0].acosh(),
        "atanh" => a[0].atanh(),
        "erf" => s::erf(a[0]),
        "erfc" => s::erfc(a[0]),
        "ln_gamma" => s::ln_gamma(a[0]),
        other => panic!("no value for {other}"),
    }
}

/// The derivatives by the helpers, one per float argument.
fn partials(name: &str, a: &[f64]) -> Vec<f64> {
    let v = value(name, a);
    match name {
        "abs" => vec![p::abs_d0(a[0])],
        "copysign" => vec![p::copysign_d0(a[0], a[1]), 0.0],
        "max" => vec![p::max_d0(a[0], a[1]), p::max_d1(a[0], a[1])],
        "min" => vec![p::min_d0(a[0], a[1]), p::min_d1(a[0], a[1])],
        "clamp" => {
            vec![p::clamp_d0(a[0], a[1], a[2]), p::clamp_d1(a[0], a[1], a[2]), p::clamp_d2(a[0], a[1], a[2])]
        }
        "abs_sub" => vec![p::abs_sub_d0(a[0], a[1]), p::abs_sub_d1(a[0], a[1])],
        "rem" => vec![1.0, p::rem_d1(a[0], a[1], v)],
        "rem_euclid" => vec![1.0, p::rem_euclid_d1(a[0], a[1], v)],
        "powf" => vec![p::powf_d0(a[0], a[1], v), p::powf_d1(a[0], a[1], v)],
        "powi" => vec![p::powi_d0(a[0], a[1] as i32)],
        "hypot" => vec![p::hypot_d0(a[0], a[1], v), p::hypot_d1(a[0], a[1], v)],
        "atan2" => vec![p::atan2_d0(a[0], a[1]), p::atan2_d1(a[0], a[1])],
        "log" => vec![p::log_d0(a[0], a[1]), p::log_d1(a[1], v)],
        "asin" => vec![p::asin_d0(a[0])],
        "acos" => vec![p::acos_d0(a[0])],
        "asinh" => vec![p::asinh_d0(a[0])],
        "acosh" => vec![p::acosh_d0(a[0])],
        "atanh" => vec![p::atanh_d0(a[0])],
        "erf" => vec![s::erf_d0(a[0])],
        "erfc" => vec![s::erfc_d0(a[0])],
        "ln_gamma" => vec![s::ln_gamma_d0(a[0])],
        other => panic!("no partials for {other}"),
    }
}

/// How far a derivative may be off, relative to the truth.
fn tolerance(name: &str, a: &[f64]) -> f64 {
    let unit = f64::EPSILON / 2.0;
    match name {
        "erf" | "erfc" => (4.0 + 4.0 * a[0] * a[0]) * unit,
        "powi" => (8.0 + a[1].abs()) * unit,
        "ln_gamma" => 1e-14,
        _ => ULPS * f64::EPSILON,
    }
}

fn close(got: f64, truth: f64, relative: f64) -> bool {
    got == truth
        || (got.is_nan() && truth.is_nan())
        || (got - truth).abs() <= relative * truth.abs() + 2.3e-308
}

fn data() -> Value {
    serde_json::from_str(include_str!("data/intrinsics.json")).expect("JSON")
}

fn rows<'a>(data: &'a Value, list: &str) -> impl Iterator<Item = (&'a str, Vec<f64>, &'a Value)> {
    let rows = data[list].as_array().expect("a list");
    rows.iter().map(|row| (row["fn"].as_str().expect("a name"), numbers(&row["args"]), row))
}

#[test]
fn golden_intrinsics_ordinary() {
    let data = data();
    let mut wrong = Vec::new();
    for (name, args, row) in rows(&data, "ordinary") {
        let got = partials(name, &args);
        for (k, (got, truth)) in got.iter().zip(row["partials"].as_array().expect("a list")).enumerate() {
            let truth = number(truth);
            if !close(*got, truth, tolerance(name, &args)) {
                wrong.push(format!("{name}{args:?} d{k}: {got:e}, truth {truth:e}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn golden_intrinsics_edges() {
    let data = data();
    let (mut wrong, mut must) = (Vec::new(), 0);
    for (name, args, row) in rows(&data, "edge") {
        let got = partials(name, &args);
        let level = row["level"].as_str().expect("a level");
        for (k, (got, truth)) in got.iter().zip(row["partials"].as_array().expect("a list")).enumerate() {
            let truth = number(truth);
            let passes = match level {
                "must" => close(*got, truth, tolerance(name, &args)),
                "should" => close(*got, truth, tolerance(name, &args)) || got.is_nan(),
                _ => true,
            };
            must += usize::from(level == "must");
            if !passes {
                wrong.push(format!("{level} {name}{args:?} d{k}: {got:e}, recommended {truth:e}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(must > 150, "the data file is incomplete: {must} entries");
}

#[test]
fn golden_special_values() {
    let data = data();
    let mut wrong = Vec::new();
    for (name, args, row) in rows(&data, "ordinary") {
        let relative = match name {
            "erf" | "erfc" => 1e-15,
            "ln_gamma" => 1e-14,
            _ => continue,
        };
        let (got, truth) = (value(name, &args), number(&row["value"]));
        if !close(got, truth, relative) {
            wrong.push(format!("{name}{args:?}: {got:e}, truth {truth:e}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
