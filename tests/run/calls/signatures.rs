//! Callees with every kind of signature: several results, arrays, slices, passive arguments, many sites.

use crate::oracle::{assert_all_close, assert_matches_central, assert_same_bits};
use backprop::grad;

#[grad]
fn divide(a: f64, b: f64) -> (f64, f64) {
    (a / b, a % b)
}

#[grad]
fn uses_both(x: f64, y: f64) -> f64 {
    let (q, r) = divide(x, y);
    q * r
}

#[grad]
fn uses_the_first(x: f64, y: f64) -> f64 {
    divide(x, y).0 * x
}

#[grad]
fn drops_the_result(x: f64, y: f64) -> f64 {
    let _ = divide(x, y);
    let (_, _) = divide(y, x);
    x * y
}

#[test]
fn tuple_results_used_in_full_in_part_and_not_at_all() {
    check_differences!(uses_both(7.5, 2.0));
    check_differences!(uses_the_first(7.5, 2.0));
    check!(drops_the_result(3.0, 2.0) => [2.0, 3.0]);
}

#[grad]
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    let mut y = 0.0;
    for c in coefficients.iter().rev() {
        y = y * x + c;
    }
    y
}

#[grad]
fn ratio_of_polynomials(p: &[f64], q: &[f64], x: f64) -> f64 {
    polynomial(p, x) / polynomial(q, x) + polynomial(&p[1..], 2.0) + polynomial(&[1.0, x], x)
}

#[test]
fn slices_as_arguments() {
    let v = [1.0, -2.0, 0.5, 3.0, 1.0, 0.7];
    let (dp, dq, dx) = ratio_of_polynomials::grad(&v[..3], &v[3..5], v[5]);
    let flat = |v: &[f64]| ratio_of_polynomials(&v[..3], &v[3..5], v[5]);
    assert_matches_central(&[&dp[..], &dq, &[dx]].concat(), flat, &v);
}

#[grad]
fn normalised(v: &[f64]) -> Vec<f64> {
    let mut s = 0.0;
    for x in v {
        s += x * x;
    }
    let norm = s.sqrt();
    let mut out = Vec::with_capacity(v.len());
    for x in v {
        out.push(x / norm);
    }
    out
}

#[grad]
fn weighted(v: &[f64], k: usize) -> f64 {
    let n = normalised(v);
    n[k] * v[0] + n[0] * n[1]
}

#[test]
fn vector_results() {
    let v = [0.8, -0.5, 1.2];
    let gradient = weighted::grad(&v, 2);
    assert_matches_central(&gradient, |v| weighted(v, 2), &v);
}

#[grad]
fn shifted(x: &f64, n: usize, name: &str, on: Option<usize>) -> f64 {
    x * n as f64 + name.len() as f64 * x + on.map_or(0.0, |k| k as f64)
}

#[grad]
fn passive_arguments(x: f64, n: usize) -> f64 {
    shifted(&x, n + 1, "abc", Some(n)) * shifted(&(x * x), 2, "", None)
}

#[test]
fn passive_arguments_of_many_types() {
    // (x (n + 4) + n) 2 x^2, n = 2
    let x = 1.5f64;
    check!(passive_arguments(x, 2) => [36.0 * x * x + 8.0 * x]);
}

#[grad]
fn level1(x: f64) -> f64 {
    level2(x) * level2(x + 1.0)
}

#[grad]
fn level2(x: f64) -> f64 {
    level3(x) + level3(2.0 * x)
}

#[grad]
fn level3(x: f64) -> f64 {
    (x * 0.1).sin() * x
}

#[test]
fn calls_of_calls_declared_in_any_order() {
    check_differences!(level1(0.7));
}

macro_rules! chain {
    ($($name:ident calls $next:ident;)*) => {
        $(
            #[grad]
            fn $name(x: f64) -> f64 {
                $next(x * 0.5) + $next(x * 0.25 + 0.1)
            }
        )*
    };
}

chain! {
    depth13 calls depth12;
    depth12 calls depth11;
    depth11 calls depth10;
    depth10 calls depth9;
    depth9 calls depth8;
    depth8 calls depth7;
    depth7 calls depth6;
    depth6 calls depth5;
    depth5 calls depth4;
    depth4 calls depth3;
    depth3 calls depth2;
    depth2 calls depth1;
    depth1 calls depth0;
}

#[grad]
fn depth0(x: f64) -> f64 {
    x * x
}

#[test]
fn call_graph_of_depth_thirteen_with_fan_out_two() {
    let (value, gradient) = depth13::value_and_grad(1.5);
    assert_same_bits(value, depth13(1.5));
    assert_matches_central(&[gradient], |x| depth13(x[0]), &[1.5]);
}

#[grad]
fn first_of_two(a: f64, b: f64) -> f64 {
    let _ = b;
    a * a
}

#[grad]
fn argument_expressions(x: f64) -> f64 {
    first_of_two(if x > 0.0 { x * 2.0 } else { -x }, x)
        + first_of_two(
            {
                let t = x + 1.0;
                t * t
            },
            x,
        )
}

#[test]
fn branches_and_blocks_as_arguments() {
    // 4x^2 + (x + 1)^4 ; x^2 + (x + 1)^4
    check!(argument_expressions(1.0) => [8.0 + 32.0]);
    check!(argument_expressions(-2.0) => [-4.0 - 4.0]);
}

#[grad]
fn unit_argument(x: f64, (): ()) -> f64 {
    x
}

#[grad]
fn calls_with_unit(x: f64) -> f64 {
    unit_argument(x * x, ())
}

#[test]
fn unit_arguments() {
    check!(calls_with_unit(2.0) => [4.0]);
    assert_all_close(&[calls_with_unit(2.0)], &[4.0]);
}

/// The number's cotangent is read from the vector's, which is handed out.
#[grad(forward)]
fn into_a_vector(mut a: Vec<f64>, x: f64) -> f64 {
    a[1] += x;
    a[0] * a[1]
}

#[test]
fn a_vector_that_is_handed_out_is_read_first() {
    let a = vec![2.0, 3.0, 4.0];
    let expected = (vec![3.5, 2.0, 0.0], 2.0);
    assert_eq!(into_a_vector::grad(a.clone(), 0.5), expected);
    assert_eq!(into_a_vector::vjp(a.clone(), 0.5).1(1.0), expected);
    assert_eq!(into_a_vector::jvp(a, 0.5, (&[1.0, 10.0, 100.0], 1000.0)).1, 3.5 + 2.0 * 1010.0);
}
