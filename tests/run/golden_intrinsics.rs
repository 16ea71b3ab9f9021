//! Every float method of std against `tests/data/intrinsics.json`: exact partials at ordinary points, the agreed
//! conventions at kinks and poles, and the f32 functions against the f64 ones.

use crate::golden::{all_from_bits, intrinsics, partials};
use crate::intrinsics_table::{g_powi, Row, ROWS};
use crate::intrinsics_table_f32 as single;
use crate::oracle::assert_same_bits;
use serde_json::Value;

/// In the file, but not in stable std.
const NOT_IN_STD: [&str; 6] = ["maximum", "minimum", "gamma", "ln_gamma", "erf", "erfc"];

fn row<T>(rows: &'static [Row<T>], name: &str) -> &'static Row<T> {
    rows.iter().find(|r| r.name == name).unwrap_or_else(|| panic!("no function for {name}"))
}

/// Calls `check(name, args, entry)` for every entry of the file that std has.
fn for_each(section: &str, mut check: impl FnMut(&str, &[f64], &Value)) {
    let file = intrinsics();
    for entry in file[section].as_array().expect("a list") {
        let name = entry["fn"].as_str().expect("a name");
        if NOT_IN_STD.contains(&name) {
            continue;
        }
        match entry["points"].as_array() {
            Some(points) => points.iter().for_each(|p| check(name, &all_from_bits(&p["args_bits"]), p)),
            None => check(name, &all_from_bits(&entry["args_bits"]), entry),
        }
    }
}

fn std_value(name: &str, args: &[f64]) -> f64 {
    if name == "powi" {
        args[0].powi(args[1] as i32)
    } else {
        (row(ROWS, name).std)(args)
    }
}

fn function_value(name: &str, args: &[f64]) -> f64 {
    if name == "powi" {
        g_powi(args[0], args[1] as i32)
    } else {
        (row(ROWS, name).function)(args)
    }
}

fn value_and_grad(name: &str, args: &[f64]) -> (f64, Vec<f64>) {
    if name == "powi" {
        let (value, partial) = g_powi::value_and_grad(args[0], args[1] as i32);
        return (value, vec![partial]);
    }
    (row(ROWS, name).value_and_grad)(args)
}

/// The derivatives along each input on its own.
fn partials_by_jvp(name: &str, args: &[f64]) -> Vec<(f64, f64)> {
    if name == "powi" {
        return vec![g_powi::jvp(args[0], args[1] as i32, 1.0)];
    }
    let unit = |k: usize| (0..args.len()).map(|j| f64::from(u8::from(j == k))).collect::<Vec<_>>();
    (0..args.len()).map(|k| (row(ROWS, name).jvp)(args, &unit(k))).collect()
}

fn ulp(x: f64) -> f64 {
    let x = x.abs();
    if x.is_finite() {
        f64::from_bits(x.to_bits() + 1) - x
    } else {
        0.0
    }
}

/// The tolerance that the file's schema states.
fn tolerance(name: &str, args: &[f64], truth: f64) -> f64 {
    let unit = f64::EPSILON / 2.0;
    let own = match name {
        "tanh" | "exp_m1" => 2.3e-16,
        "powf" => (8.0 + 2.0 * (args[1] * args[0].ln()).abs()) * unit * truth.abs(),
        "powi" => (8.0 + args[1].abs()) * unit * truth.abs(),
        _ => 0.0,
    };
    own.max(8.0 * ulp(truth)) + 2.3e-308
}

fn ordinary_partial_ok(name: &str, args: &[f64], actual: f64, truth: f64) -> bool {
    actual == truth || (actual - truth).abs() <= tolerance(name, args, truth)
}

/// At an edge the convention is exact, up to the rounding of an ordinary partial.
fn edge_partial_ok(name: &str, args: &[f64], level: &str, actual: f64, expected: f64) -> bool {
    match level {
        "free" => true,
        _ if expected.is_nan() => actual.is_nan(),
        "should" if actual.is_nan() => true,
        _ => actual == expected || ordinary_partial_ok(name, args, actual, expected),
    }
}

/// Along one input the others contribute `0 * partial`: only finite partials say what jvp must be.
fn overflows_beside_others(partials: &[f64]) -> bool {
    partials.len() > 1 && partials.iter().any(|p| !p.is_finite())
}

fn report(failures: &[String], checked: usize) {
    assert!(failures.is_empty(), "{} of {checked}:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_function_of_the_file_has_a_row() {
    let mut points = 0;
    for_each("ordinary", |name, args, _| {
        std_value(name, args);
        points += 1;
    });
    assert!(points > 800, "only {points} points read");
}

#[test]
fn values_are_those_of_std_bit_for_bit() {
    for section in ["ordinary", "edge"] {
        for_each(section, |name, args, _| {
            let expected = std_value(name, args);
            assert_same_bits(function_value(name, args), expected);
            assert_same_bits(value_and_grad(name, args).0, expected);
            partials_by_jvp(name, args).iter().for_each(|(value, _)| assert_same_bits(*value, expected));
        });
    }
}

#[test]
fn partials_at_ordinary_points_are_exact() {
    let (mut failures, mut checked) = (vec![], 0);
    for_each("ordinary", |name, args, point| {
        let (_, actual) = value_and_grad(name, args);
        for (k, truth) in partials(&point["partials"]).into_iter().enumerate() {
            checked += 1;
            if !ordinary_partial_ok(name, args, actual[k], truth) {
                failures.push(format!("{name}{args:?} partial {k}: {:e}, truth {truth:e}", actual[k]));
            }
        }
    });
    report(&failures, checked);
}

#[test]
fn jvp_at_ordinary_points_is_exact() {
    let (mut failures, mut checked) = (vec![], 0);
    for_each("ordinary", |name, args, point| {
        let truths = partials(&point["partials"]);
        if overflows_beside_others(&truths) {
            return;
        }
        let actual = partials_by_jvp(name, args);
        for (k, truth) in truths.into_iter().enumerate() {
            checked += 1;
            if !ordinary_partial_ok(name, args, actual[k].1, truth) {
                failures.push(format!("{name}{args:?} jvp {k}: {:e}, truth {truth:e}", actual[k].1));
            }
        }
    });
    report(&failures, checked);
}

fn edges_of_level(wanted: &str) {
    let (mut failures, mut checked) = (vec![], 0);
    for_each("edge", |name, args, edge| {
        if edge["level"] != wanted {
            return;
        }
        let (_, actual) = value_and_grad(name, args);
        for (k, expected) in partials(&edge["recommended_partials"]).into_iter().enumerate() {
            checked += 1;
            if !edge_partial_ok(name, args, wanted, actual[k], expected) {
                failures.push(format!("{name}{args:?} partial {k}: {}, agreed {expected}", actual[k]));
            }
        }
    });
    assert!(checked > 100);
    report(&failures, checked);
}

#[test]
fn edges_that_must_hold_do() {
    edges_of_level("must");
}

#[test]
fn edges_that_should_hold_do_or_are_nan() {
    edges_of_level("should");
}

#[test]
fn free_edges_do_not_panic() {
    edges_of_level("free");
}

#[test]
fn jvp_at_edges_follows_the_same_conventions() {
    let (mut failures, mut checked) = (vec![], 0);
    for_each("edge", |name, args, edge| {
        let level = edge["level"].as_str().expect("a level");
        let actual = partials_by_jvp(name, args);
        let expected = partials(&edge["recommended_partials"]);
        if overflows_beside_others(&expected) {
            return;
        }
        for (k, expected) in expected.into_iter().enumerate() {
            checked += 1;
            if !edge_partial_ok(name, args, level, actual[k].1, expected) {
                failures.push(format!("{name}{args:?} jvp {k}: {}, agreed {expected}", actual[k].1));
            }
        }
    });
    report(&failures, checked);
}

/// The seed of a zero direction gives exactly zero, except where a partial overflows (0 * inf).
#[test]
fn jvp_of_the_zero_direction_is_zero() {
    for_each("ordinary", |name, args, point| {
        if name != "powi" && partials(&point["partials"]).iter().all(|p| p.is_finite()) {
            let (_, slope) = (row(ROWS, name).jvp)(args, &[0.0; 3]);
            assert!(slope == 0.0, "{name}{args:?}: {slope:e}");
        }
    });
}

fn single_value_and_grad(name: &str, args: &[f32]) -> (f32, Vec<f32>) {
    if name == "powi" {
        let (value, partial) = single::h_powi::value_and_grad(args[0], args[1] as i32);
        return (value, vec![partial]);
    }
    (row(single::ROWS, name).value_and_grad)(args)
}

/// Inside the range where f32 has its full precision.
fn normal_in_single(x: f64) -> bool {
    x == 0.0 || (x.abs() > 1e-37 && x.abs() < 1e38)
}

#[test]
fn values_of_f32_are_those_of_std() {
    for_each("ordinary", |name, args, _| {
        let args: Vec<f32> = args.iter().map(|a| *a as f32).collect();
        let std = match name {
            "powi" => args[0].powi(args[1] as i32),
            _ => (row(single::ROWS, name).std)(&args),
        };
        let (value, _) = single_value_and_grad(name, &args);
        assert!(value.to_bits() == std.to_bits() || (value.is_nan() && std.is_nan()), "{name}{args:?}");
    });
}

#[test]
fn partials_of_f32_agree_with_f64() {
    let (mut failures, mut checked) = (vec![], 0);
    for_each("ordinary", |name, args, _| {
        let low: Vec<f32> = args.iter().map(|a| *a as f32).collect();
        let high: Vec<f64> = low.iter().map(|a| f64::from(*a)).collect();
        let (value, expected) = value_and_grad(name, &high);
        let in_range = high.iter().chain(&expected).chain([&value]).all(|x| normal_in_single(*x));
        if !in_range {
            return;
        }
        let (_, actual) = single_value_and_grad(name, &low);
        for (k, expected) in expected.into_iter().enumerate() {
            checked += 1;
            let unit = f64::from(f32::EPSILON);
            let relative = match name {
                "powf" => 16.0 + 2.0 * (high[1] * high[0].ln()).abs(),
                "powi" => 16.0 + high[1].abs(),
                _ => 16.0,
            };
            let absolute = if matches!(name, "tanh" | "exp_m1") { 2.0 } else { 0.0 };
            if (f64::from(actual[k]) - expected).abs() > (relative * expected.abs() + absolute) * unit {
                failures.push(format!("{name}{low:?} partial {k}: {:e}, f64 {expected:e}", actual[k]));
            }
        }
    });
    assert!(checked > 500, "only {checked} partials checked");
    report(&failures, checked);
}

#[test]
fn jvp_of_f32_agrees_with_its_gradient() {
    for_each("ordinary", |name, args, _| {
        let args: Vec<f32> = args.iter().map(|a| *a as f32).collect();
        if name == "powi" || args.len() != 1 {
            return;
        }
        let (_, gradient) = single_value_and_grad(name, &args);
        let (_, slope) = (row(single::ROWS, name).jvp)(&args, &[1.0]);
        assert!(
            slope == gradient[0]
                || (slope.is_nan() && gradient[0].is_nan())
                || (slope - gradient[0]).abs() <= 8.0 * f32::EPSILON * gradient[0].abs(),
            "{name}{args:?}: {slope:e} {:e}",
            gradient[0]
        );
    });
}
