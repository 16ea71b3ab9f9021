//! Reading of the golden files in `tests/data`.

use serde_json::Value;

/// A float: a JSON number, or one of the strings `inf`, `-inf`, `nan`, `-0.0`.
pub fn number(v: &Value) -> f64 {
    match v {
        Value::String(s) => s.parse().unwrap_or_else(|_| panic!("not a number: {s}")),
        other => other.as_f64().unwrap_or_else(|| panic!("not a number: {other}")),
    }
}

pub fn numbers(v: &Value) -> Vec<f64> {
    v.as_array().expect("an array").iter().map(number).collect()
}

/// A float from its bits as `"0x..."`.
pub fn from_bits(v: &Value) -> f64 {
    let text = v.as_str().expect("bits as text").trim_start_matches("0x");
    f64::from_bits(u64::from_str_radix(text, 16).expect("hexadecimal"))
}

pub fn all_from_bits(v: &Value) -> Vec<f64> {
    v.as_array().expect("an array").iter().filter(|b| !b.is_null()).map(from_bits).collect()
}

/// The entries that are no `null`.
pub fn partials(v: &Value) -> Vec<f64> {
    v.as_array().expect("an array").iter().filter(|p| !p.is_null()).map(number).collect()
}

pub fn intrinsics() -> Value {
    serde_json::from_str(include_str!("../data/intrinsics.json")).expect("valid JSON")
}

pub fn functions() -> Value {
    serde_json::from_str(include_str!("../data/functions.json")).expect("valid JSON")
}
