//! `Option` with an active payload: parameters, results, `?`, `map`, `unwrap_or`, patterns.

use crate::oracle::assert_close;
use backprop::{grad, Differentiable};

#[grad]
fn with_default(x: f64, y: Option<f64>) -> f64 {
    let y = y.unwrap_or(2.0);
    x * y
}

#[test]
fn option_parameter() {
    assert_eq!(with_default::grad(3.0, Some(5.0)), (5.0, Some(3.0)));
    assert_eq!(with_default::grad(3.0, None), (2.0, None));
}

#[grad]
fn by_pattern(x: Option<f64>, y: Option<(f64, f64)>) -> f64 {
    match (x, y) {
        (Some(a), Some((b, c))) => a * b * c,
        (Some(a), None) => a * a,
        (None, Some((b, _))) => -b,
        (None, None) => 0.0,
    }
}

#[test]
fn option_patterns() {
    assert_eq!(by_pattern::grad(Some(2.0), Some((3.0, 5.0))), (Some(15.0), Some((10.0, 6.0))));
    assert_eq!(by_pattern::grad(Some(2.0), None), (Some(4.0), None));
    assert_eq!(by_pattern::grad(None, Some((3.0, 5.0))), (None, Some((-1.0, 0.0))));
}

#[grad]
fn safe_root(x: f64) -> Option<f64> {
    if x < 0.0 {
        None
    } else {
        Some(x.sqrt())
    }
}

#[test]
fn option_result() {
    let (value, pullback) = safe_root::vjp(4.0);
    assert_eq!(value, Some(2.0));
    assert_eq!(pullback(Some(8.0)), 2.0);
    let (value, pullback) = safe_root::vjp(-4.0);
    assert_eq!(value, None);
    assert_eq!(pullback(None), 0.0);
}

#[grad]
fn sum_of_roots(x: f64, y: f64) -> Option<f64> {
    let a = safe_root(x)?;
    let b = safe_root(y)?;
    Some(a + 3.0 * b)
}

#[grad]
fn or_zero(x: f64, y: f64) -> f64 {
    sum_of_roots(x, y).unwrap_or(0.0) + x
}

#[test]
fn question_mark_on_options() {
    check!(or_zero(4.0, 9.0) => [0.25 + 1.0, 0.5]);
    check!(or_zero(4.0, -9.0) => [1.0, 0.0]);
    check!(or_zero(-4.0, 9.0) => [1.0, 0.0]);
}

#[grad]
fn mapped(x: f64, y: Option<f64>) -> f64 {
    let a = y.map(|v| v * x).unwrap_or(x * x);
    let b = y.map_or(1.0, |v| v + x);
    let c = if let Some(v) = y { v } else { -x };
    let Some(d) = y else { return a * c };
    a * b + c * d
}

#[test]
fn methods_of_options() {
    // y x (y + x) + y^2; x^2 (-x)
    assert_eq!(mapped::grad(2.0, Some(3.0)), (9.0 + 12.0, Some(12.0 + 4.0 + 6.0)));
    assert_eq!(mapped::grad(2.0, None), (-12.0, None));
}

#[grad]
fn largest(x: &[f64]) -> f64 {
    let mut best: Option<f64> = None;
    for v in x {
        best = match best {
            Some(b) if b >= *v => Some(b),
            _ => Some(*v),
        };
    }
    best.unwrap_or(0.0)
}

#[test]
fn options_carried_by_a_loop() {
    assert_eq!(largest::grad(&[1.0, 5.0, 3.0]), [0.0, 1.0, 0.0]);
    assert_eq!(largest::grad(&[]), [0.0; 0]);
}

#[grad]
fn unwrapped(x: f64) -> f64 {
    safe_root(x).expect("a positive number") * 2.0
}

#[test]
fn expect_panics_as_in_the_function() {
    check!(unwrapped(4.0) => [0.5]);
    let message = crate::oracle::panic_message(|| unwrapped::grad(-1.0));
    assert_eq!(message, "a positive number");
}

#[grad]
fn get_guards(x: &[f64]) -> f64 {
    let mut acc = 0.0;
    for i in [0, 1, 2, 3, 7, 1] {
        acc += match x.get(i) {
            Some(&v) if v > 1.0 => v * v,
            Some(v) if i % 2 == 0 => v.sin(),
            None => -0.5,
            Some(v) => v * acc,
        };
    }
    acc
}

#[test]
fn guards_on_references_in_options() {
    check_slice!(get_guards([0.3, 1.4, -0.7, 2.0]));
    check_slice!(get_guards([0.3]));
}

#[grad]
fn then_closure(x: &[f64]) -> f64 {
    let a = (x[0] > 0.0).then(|| x[0].sqrt()).unwrap_or(x[1] * 2.0);
    let b = (x[0] < x[1]).then(|| x[0] * a);
    a + b.unwrap_or(0.5)
}

#[grad]
fn multi_return_loop(x: &[f64]) -> f64 {
    let step = |s: f64, v: f64| -> Option<f64> {
        let t = s * v + v;
        (t.abs() < 5.0).then_some(t)
    };
    let mut s = 1.0;
    for v in x {
        s = match step(s, *v) {
            Some(t) => t,
            None => break,
        };
    }
    s
}

#[test]
fn options_of_conditions() {
    check_slice!(then_closure([0.4, 0.7]));
    check_slice!(then_closure([-0.4, -0.7]));
    check_slice!(multi_return_loop([0.4, -0.7, 1.3]));
    check_slice!(multi_return_loop([0.4, 9.7, 1.3]));
}

/// A guard compares what the option holds with a number whose reference is taken.
#[grad(forward)]
fn guarded_by_a_borrowed_number(x: f64, y: f64, n: usize) -> f64 {
    let t = x.sin();
    let x = t * [y, x][n % 2];
    let mut last: Option<f64> = None;
    let mut sum = 0.0;
    for i in 0..n {
        last = match last {
            None => Some(y * x),
            Some(u) if (n > 9 || x > u) => None,
            Some(u) => Some(u * 0.5 + x),
        };
        if let Some(u) = last {
            sum += u * i as f64;
        }
        let _r = &x;
    }
    sum + last.unwrap_or(y) * x
}

#[test]
fn guards_on_borrowed_numbers() {
    for n in [0, 1, 2, 5] {
        for (x, y) in [(0.7, 1.3), (1.1, -0.4)] {
            let (value, (d_x, d_y)) = guarded_by_a_borrowed_number::value_and_grad(x, y, n);
            assert_eq!(value, guarded_by_a_borrowed_number(x, y, n));
            let f = |p: &[f64]| guarded_by_a_borrowed_number(p[0], p[1], n);
            crate::oracle::assert_matches_central(&[d_x, d_y], f, &[x, y]);
        }
    }
}

#[derive(Clone, Copy, Differentiable)]
struct Span {
    from: f64,
    #[no_grad]
    to: f64,
}

#[derive(Clone, Copy, Differentiable)]
struct Scaled(f64, #[no_grad] f64);

#[grad]
fn span(x: f64) -> Option<Span> {
    (x > 0.0).then_some(Span { from: x * x, to: 2.0 })
}

#[grad]
fn scaled(x: f64) -> Option<Scaled> {
    (x > 0.0).then_some(Scaled(x.sin(), 3.0))
}

#[grad]
fn taken_apart(x: f64) -> f64 {
    let a = match span(x) {
        Some(Span { from, to }) => from * to,
        None => -x,
    };
    match scaled(x) {
        Some(Scaled(v, k)) => a * v * k,
        None => a,
    }
}

#[test]
fn structs_in_patterns_of_options() {
    // 6 x^2 sin x, and -x.
    let x: f64 = 1.3;
    assert_close(taken_apart::grad(x), 12.0 * x * x.sin() + 6.0 * x * x * x.cos());
    assert_close(taken_apart::grad(-x), -1.0);
}
