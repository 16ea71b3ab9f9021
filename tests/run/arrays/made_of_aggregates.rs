//! Arrays of tuples, arrays and structs, made by `map` and `from_fn`.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};

#[derive(Clone, Copy, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

#[grad]
fn shapes(x: f64, v: [f64; 3]) -> f64 {
    let pairs: [(f64, f64); 3] = std::array::from_fn(|i| (x * i as f64, v[i]));
    let points = pairs.map(|(x, y)| Point { x, y: y * y });
    let powers = v.map(|t| [t, t * x, t * t]);
    let products = pairs.map(|(a, b)| a * b + x);
    let mut s = products[2] * products[0];
    for (point, row) in points.iter().zip(&powers) {
        s += point.x * row[1] + point.y * row[2] + row[0];
    }
    let [.., last] = points;
    s * last.y
}

#[test]
fn map_and_from_fn_of_aggregates() {
    let at = [0.7, 1.2, -0.4, 0.9];
    let (x, v) = shapes::grad(at[0], [at[1], at[2], at[3]]);
    assert_matches_central(&[x, v[0], v[1], v[2]], |a| shapes(a[0], [a[1], a[2], a[3]]), &at);
}
