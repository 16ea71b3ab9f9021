//! Whole functions against `tests/data/functions.json`: exact values and gradients.

mod loops;
mod recurrences;
mod special;
mod straight;

use crate::golden::{functions, number, numbers};
use crate::oracle::assert_same_bits;
use serde_json::Value;

/// What a run of one point gives.
struct Run {
    /// The function, called without its companion.
    plain: f64,
    value: f64,
    gradient: Vec<f64>,
}

/// Runs one function at all its points; `run` gets the flat inputs and the constants.
#[track_caller]
fn check(name: &str, run: impl Fn(&[f64], &Value) -> Run) {
    let file = functions();
    let list = file["functions"].as_array().expect("a list");
    let entry = list.iter().find(|f| f["name"] == name).expect("a function of that name");
    let rule = &entry["tolerance"];
    for point in entry["points"].as_array().expect("points") {
        let inputs = numbers(&point["inputs"]);
        let Run { plain, value, gradient } = run(&inputs, &entry["constants"]);
        assert_same_bits(value, plain);

        let exact = number(&point["value"]);
        let bound = number(&rule["abs"]) + number(&rule["value_rel"]) * exact.abs();
        assert!((value - exact).abs() <= bound, "{name}{inputs:?}: {value:e}, exact {exact:e}");

        let exact = numbers(&point["gradient"]);
        assert_eq!(gradient.len(), exact.len(), "{name}: number of inputs");
        let largest = exact.iter().fold(0.0, |m: f64, g| m.max(g.abs()));
        let bound = number(&rule["abs"]) + number(&rule["grad_rel_to_max"]) * largest;
        for (k, (actual, exact)) in gradient.iter().zip(&exact).enumerate() {
            let ok = (actual - exact).abs() <= bound;
            assert!(ok, "{name}{inputs:?}, input {k}: {actual:e}, exact {exact:e}, bound {bound:e}");
        }
        // Without rotation a branch takes the linear part: its second derivative is not that of its neighbours.
        let alone = name == "rodrigues_reproj" && inputs[..3] == [0.0; 3];
        if let (Some(rows), false) = (point["hessian"].as_array(), alone) {
            let exact: Vec<Vec<f64>> = rows.iter().map(numbers).collect();
            check_hessian(name, &inputs, &exact, &|x| run(x, &entry["constants"]).gradient);
        }
    }
}

/// The exact Hessian against differences of the gradient, extrapolated from two steps. A column passes if one of the steps
/// gives all of it: large ones are off where the function bends, small ones where the gradient's rounding is divided by them.
fn check_hessian(name: &str, x: &[f64], exact: &[Vec<f64>], gradient: &dyn Fn(&[f64]) -> Vec<f64>) {
    let largest = exact.iter().flatten().fold(0.0, |m: f64, h| m.max(h.abs()));
    let slope = gradient(x).iter().fold(0.0, |m: f64, g| m.max(g.abs()));
    for k in 0..x.len() {
        let column = |h: f64| -> Vec<f64> {
            let at = |step: f64| {
                let mut x = x.to_vec();
                x[k] += step;
                gradient(&x)
            };
            let difference = |h: f64| -> Vec<f64> {
                at(h).iter().zip(&at(-h)).map(|(above, below)| (above - below) / (2.0 * h)).collect()
            };
            difference(h)
                .iter()
                .zip(&difference(2.0 * h))
                .map(|(fine, coarse)| (4.0 * fine - coarse) / 3.0)
                .collect()
        };
        let error = |h: f64| {
            let bound = 1e-7 * largest + 1e-14 * slope / h + 1e-10;
            let errors = column(h).into_iter().zip(exact).map(|(a, e)| (a - e[k]).abs() / bound);
            errors.fold(0.0, f64::max)
        };
        let own = x[k].abs().max(1.0);
        let errors = [1e-2, 2e-3, 2e-4, 1e-5, 1e-2 * own, 2e-4 * own].map(error);
        assert!(errors.iter().any(|e| *e <= 1.0), "{name}{x:?}, column {k}: {errors:?} times the bound");
    }
}

/// The rows of a table of constants.
fn table<const N: usize>(v: &Value) -> Vec<[f64; N]> {
    v.as_array()
        .expect("rows")
        .iter()
        .map(|row| numbers(row).try_into().expect("a row of that length"))
        .collect()
}
