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
