//! Rules for implicit functions: Newton, a fixed point, a linear solve (R15, R16).

use crate::oracle::{assert_all_close, assert_close, assert_matches_central};
use backprop::grad;

/// The root of `y + e^y = x`.
#[grad(vjp = root_rule)]
fn root(x: f64) -> f64 {
    let mut y = 0.0;
    for _ in 0..100 {
        let step: f64 = (y + f64::exp(y) - x) / (1.0 + f64::exp(y));
        y -= step;
        if step.abs() < 1e-15 {
            break;
        }
    }
    y
}

fn root_rule(x: f64) -> (f64, impl FnOnce(f64) -> f64) {
    let y = root(x);
    (y, move |seed| seed / (1.0 + y.exp()))
}

#[grad]
fn through_the_root(a: f64, b: f64) -> f64 {
    root(a * b) * root(a)
}

#[test]
fn newton_differentiated_at_the_solution() {
    let y = root(3.0);
    assert_close(root::grad(3.0), 1.0 / (1.0 + y.exp()));
    let (da, db) = through_the_root::grad(1.4, 2.2);
    assert_matches_central(&[da, db], |v| through_the_root(v[0], v[1]), &[1.4, 2.2]);
}

/// The fixed point of `y = k cos y`.
#[grad(vjp = fixed_point_rule)]
fn fixed_point(k: f64, iterations: usize) -> f64 {
    (0..iterations).fold(0.5, |y: f64, _| k * y.cos())
}

fn fixed_point_rule(k: f64, iterations: usize) -> (f64, impl FnOnce(f64) -> f64) {
    let y = fixed_point(k, iterations);
    (y, move |seed| seed * y.cos() / (1.0 + k * y.sin()))
}

#[test]
fn gradient_does_not_depend_on_the_iteration_count() {
    let (few, many) = (fixed_point::grad(0.7, 200), fixed_point::grad(0.7, 1000));
    assert_close(few, many);
    assert_matches_central(&[many], |k| fixed_point(k[0], 1000), &[0.7]);
}

/// Solves a 2x2 system; the residual is the inverse matrix.
#[grad(vjp = solve_rule)]
fn solve(a: [[f64; 2]; 2], b: [f64; 2]) -> [f64; 2] {
    times(inverse(a), b)
}

fn inverse([[a, b], [c, d]]: [[f64; 2]; 2]) -> [[f64; 2]; 2] {
    let det = a * d - b * c;
    [[d / det, -b / det], [-c / det, a / det]]
}

fn times(m: [[f64; 2]; 2], v: [f64; 2]) -> [f64; 2] {
    m.map(|row| row[0] * v[0] + row[1] * v[1])
}

type SolveGradient = ([[f64; 2]; 2], [f64; 2]);

fn solve_rule(a: [[f64; 2]; 2], b: [f64; 2]) -> ([f64; 2], impl FnOnce([f64; 2]) -> SolveGradient) {
    let inverse = inverse(a);
    let x = times(inverse, b);
    (x, move |seed| {
        let transposed = [[inverse[0][0], inverse[1][0]], [inverse[0][1], inverse[1][1]]];
        let db = times(transposed, seed);
        (db.map(|d| [-d * x[0], -d * x[1]]), db)
    })
}

#[grad]
fn response(a: [[f64; 2]; 2], b: [f64; 2]) -> f64 {
    let x = solve(a, b);
    x[0] * x[0] + x[0] * x[1]
}

#[test]
fn linear_solve_with_one_transposed_solve() {
    let v = [3.0, 0.5, -1.0, 2.0, 1.0, 4.0];
    let pack = |v: &[f64]| ([[v[0], v[1]], [v[2], v[3]]], [v[4], v[5]]);
    let (a, b) = pack(&v);
    let (da, db) = response::grad(a, b);
    let flat = |v: &[f64]| {
        let (a, b) = pack(v);
        response(a, b)
    };
    assert_matches_central(&[&da.concat()[..], &db].concat(), flat, &v);
    assert_all_close(&solve([[2.0, 0.0], [0.0, 4.0]], [1.0, 1.0]), &[0.5, 0.25]);
}
