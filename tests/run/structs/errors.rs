//! What an `Err` holds is text or a number that is counted; matches whose value nobody reads.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};

#[grad]
fn logarithm(x: f64) -> Result<f64, String> {
    if x <= 0.0 {
        return Err(format!("the logarithm of {x:.3} in {}", file!().len()));
    }
    Ok(x.ln())
}

#[grad]
fn looked_at(x: f64, y: f64) -> f64 {
    let a = match logarithm(x) {
        Ok(v) => v * y,
        Err(e) => e.len() as f64 * y.sin(),
    };
    let b = match logarithm(y) {
        Ok(v) => v,
        Err(e) if e.len() > 1000 => 0.0,
        Err(e) => e.len() as f64 * x,
    };
    a * b + logarithm(x * y).map_err(|e| format!("{e} at {x}")).unwrap_or(x + y)
}

#[test]
fn text_in_an_error() {
    for at in [[1.7, 0.6], [-1.7, 0.6], [1.7, -0.6], [-1.7, -0.6]] {
        let (x, y) = looked_at::grad(at[0], at[1]);
        assert_matches_central(&[x, y], |v| looked_at(v[0], v[1]), &at);
        let (again, pullback) = looked_at::vjp(at[0], at[1]);
        assert_eq!((again, pullback(1.0)), (looked_at(at[0], at[1]), (x, y)));
    }
}

/// No derive: an error is a constant.
#[derive(Clone, Debug, PartialEq)]
enum Trouble {
    Negative { at: f64, index: usize },
    Text(String),
}

impl Trouble {
    fn far(x: f64) -> Self {
        Trouble::Text(format!("{x} is far"))
    }
}

impl From<String> for Trouble {
    fn from(text: String) -> Self {
        Trouble::Text(text)
    }
}

#[grad]
fn root(x: f64, index: usize) -> Result<f64, Trouble> {
    if x < 0.0 {
        return Err(Trouble::Negative { at: x, index });
    }
    if x > 100.0 {
        Err(Trouble::far(x))
    } else {
        Ok(x.sqrt())
    }
}

#[grad]
fn roots(x: &[f64]) -> Result<f64, Trouble> {
    let mut s = 0.0;
    for (i, v) in x.iter().enumerate() {
        s += root(*v, i)? * logarithm(*v)?;
    }
    let last = root(s * s, 9).map(|r| r * 2.0)?;
    let more = logarithm(s * s + 1.0).map_err(|e| Trouble::Text(e))?;
    let some = Some(s).filter(|s| *s < 50.0).ok_or_else(|| Trouble::far(s))?;
    Ok(some + last * more)
}

#[grad]
fn or_else(x: &[f64]) -> f64 {
    match roots(x) {
        Ok(v) => v * v,
        Err(Trouble::Negative { index, .. }) => x[index] * x[0],
        Err(_) => x[0] * x[1],
    }
}

#[test]
fn errors_of_the_users() {
    for at in [[0.7, 0.4, 0.9], [0.7, -0.4, 0.9], [0.7, 101.0, 0.9], [70.0, 60.0, 0.9]] {
        assert_matches_central(&or_else::grad(&at), or_else, &at);
        let (value, pullback) = roots::vjp(&at);
        assert_eq!(value, roots(&at));
        match value {
            Ok(_) => assert_matches_central(&pullback(Ok(1.0)), |x| roots(x).unwrap(), &at),
            Err(_) => assert_eq!(pullback(Err(())), [0.0; 3]),
        }
    }
}

#[derive(Clone, Copy, Differentiable)]
enum Shape {
    Nothing,
    Ball(f64),
    Box { a: f64, b: [f64; 2] },
}

#[grad]
fn shape(x: f64) -> Shape {
    match x {
        v if v > 2.0 => Shape::Box { a: v, b: [v, 1.0] },
        v if v > 0.0 => Shape::Ball(v),
        _ => Shape::Nothing,
    }
}

#[grad(forward)]
fn unread(x: f64) -> f64 {
    let made = shape(x);
    let _size = match made {
        Shape::Ball(r) => r,
        Shape::Box { a, .. } => a,
        Shape::Nothing => 2.0,
    };
    match made {
        Shape::Ball(_) => {}
        Shape::Box { .. } => {}
        Shape::Nothing => {}
    }
    x * x
}

#[test]
fn a_match_whose_value_is_not_read() {
    assert_eq!((unread::grad(1.5), unread::grad(3.0), unread::jvp(3.0, 2.0).1), (3.0, 6.0, 12.0));
}

#[grad]
fn half(x: f64) -> Option<f64> {
    (x > 0.0).then_some(x * 0.5)
}

/// A constant that may fail, and text that is moved out of it.
#[grad]
fn with_constant(x: f64, k: usize) -> Result<f64, String> {
    if k > 8 {
        return Err(format!("{k}"));
    }
    let y = half(3.0 - k as f64).ok_or_else(|| format!("none at {k}"))?;
    let z = logarithm(4.0 - k as f64).ok().map(|v| v * x.cos()).unwrap_or_else(|| x);
    let _unread = logarithm(x).ok().map(|v| v - x).unwrap_or_else(|| y);
    Ok(x.sin() * y + z)
}

#[test]
fn constants_that_may_fail() {
    for k in 0..3 {
        let (value, pullback) = with_constant::vjp(0.7, k);
        assert_eq!(value, with_constant(0.7, k));
        assert_matches_central(&[pullback(Ok(1.0))], |x| with_constant(x[0], k).unwrap(), &[0.7]);
    }
    for k in [3, 9] {
        assert_eq!(with_constant::vjp(0.7, k).0, with_constant(0.7, k));
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Why {
    Negative(usize),
    Text(String),
}

#[grad(forward)]
fn log_of(x: f64, at: usize) -> Result<f64, Why> {
    if x > 0.0 {
        return Ok(x.ln());
    }
    Err(if at == 2 { Why::Text(format!("at {at}")) } else { Why::Negative(at) })
}

/// Methods that keep an error of a type without a tangent, also under a name.
#[grad(forward)]
fn kept_errors(x: f64, y: f64) -> f64 {
    let a = log_of(x, 1).map(|v| v * y).unwrap_or_else(|_| -y);
    let b = log_of(y, 2).map(|v| v * x);
    let b = b.map_err(|e| match e {
        Why::Text(text) => text.len(),
        Why::Negative(n) => n,
    });
    a + b.and_then(|v| if v > 0.0 { Ok(v * v) } else { Err(7) }).unwrap_or_else(|n| n as f64 * x)
}

#[test]
fn errors_without_a_tangent_are_kept() {
    for (x, y) in [(0.4, 2.0), (-0.5, 3.0), (3.0, -0.25), (-1.5, -2.0), (2.0, 0.5)] {
        let (d_x, d_y) = kept_errors::grad(x, y);
        crate::oracle::assert_matches_central(&[d_x, d_y], |x| kept_errors(x[0], x[1]), &[x, y]);
        crate::oracle::assert_close(kept_errors::jvp(x, y, (1.0, 0.0)).1, d_x);
        crate::oracle::assert_close(kept_errors::jvp(x, y, (0.0, 1.0)).1, d_y);
    }
}
