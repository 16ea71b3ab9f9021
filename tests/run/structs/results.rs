//! `Result` with an active payload: `?`, `map`, `ok`, matches.

use backprop::grad;

#[derive(Debug, Clone, PartialEq)]
enum Problem {
    Negative,
    Zero(usize),
}

#[grad]
fn checked_root(x: f64) -> Result<f64, Problem> {
    if x < 0.0 {
        return Err(Problem::Negative);
    }
    if x == 0.0 {
        return Err(Problem::Zero(3));
    }
    Ok(x.sqrt())
}

#[grad]
fn chained(x: f64, y: f64) -> Result<f64, Problem> {
    let a = checked_root(x)?;
    let b = checked_root(a * y)?;
    Ok(a * b)
}

#[grad]
fn recovered(x: f64, y: f64) -> f64 {
    match chained(x, y) {
        Ok(v) => v,
        Err(Problem::Negative) => x * y,
        Err(Problem::Zero(_)) => x * 3.0,
    }
}

#[test]
fn question_mark_on_results() {
    assert_eq!(chained(4.0, 8.0), Ok(8.0));
    // x^(1/2) (x^(1/2) y)^(1/2) = x^(3/4) y^(1/2)
    check!(recovered(4.0, 8.0) => [0.75 * 8.0 / 4.0, 0.5]);
    check!(recovered(-4.0, 8.0) => [8.0, -4.0]);
    check!(recovered(4.0, -8.0) => [-8.0, 4.0]);
    check!(recovered(4.0, 0.0) => [3.0, 0.0]);
}

#[grad]
fn with_text(x: f64) -> Result<f64, String> {
    if x > 10.0 {
        Err(format!("{} is too large", 10))
    } else {
        Ok(x * x)
    }
}

#[grad]
fn root_or_none(x: f64) -> Option<f64> {
    (x > 0.0).then(|| x.sqrt())
}

#[grad]
fn root_or_error(x: f64) -> Result<f64, String> {
    if x > 0.0 {
        Ok(x.sqrt())
    } else {
        Err("negative".to_string())
    }
}

#[grad]
fn defaults_of_calls(x: f64, k: f64) -> f64 {
    let a = root_or_none(x).map_or(k * k, |r| r * k);
    let b = root_or_error(x).map_or(k, |r| r * r * k);
    let c = root_or_none(x).map_or_else(|| x, |r| 2.0 * r);
    a + b + c
}

#[test]
fn map_or_of_what_a_call_returned() {
    // sqrt(x) k + x k + 2 sqrt(x), and k^2 + k + x.
    let (x, k) = (2.0_f64, 0.7);
    let (dx, dk) = defaults_of_calls::grad(x, k);
    let root = x.sqrt();
    crate::oracle::assert_all_close(&[dx, dk], &[(k + 2.0) / (2.0 * root) + k, root + x]);
    assert_eq!(defaults_of_calls::grad(-x, k), (1.0, 2.0 * k + 1.0));
}
