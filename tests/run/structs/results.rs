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
