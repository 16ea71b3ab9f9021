//! Calls inside loops and branches: each call keeps its own residual (R02 for generated code).

use crate::oracle::{assert_close, assert_matches_central, assert_same_bits};
use backprop::grad;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

#[grad]
fn step(x: f64, k: f64) -> f64 {
    (x * k).sin() + x
}

#[grad]
fn iterated(x: f64, k: f64, n: usize) -> f64 {
    let mut y = x;
    for _ in 0..n {
        y = step(y, k);
    }
    y
}

#[test]
fn carried_state_through_a_call() {
    for n in 0..6 {
        let (value, (dx, dk)) = iterated::value_and_grad(0.4, 1.3, n);
        assert_same_bits(value, iterated(0.4, 1.3, n));
        assert_matches_central(&[dx, dk], |v| iterated(v[0], v[1], n), &[0.4, 1.3]);
    }
}

#[grad]
fn newton(a: f64, start: f64) -> f64 {
    let mut y = start;
    while (y * y - a).abs() > 1e-12 {
        y = 0.5 * (y + a / y);
    }
    y
}

#[grad]
fn sum_of_roots(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in x {
        s += if *v > 0.0 { newton(*v, 1.0) } else { v * v } * newton(2.0, 1.0);
    }
    s
}

#[test]
fn loops_inside_callees_inside_loops() {
    let x = [4.0, -3.0, 0.25, 2.0];
    let gradient = sum_of_roots::grad(&x);
    let expected = [0.25, -6.0, 1.0, 0.5 / 2f64.sqrt()].map(|g| g * 2f64.sqrt());
    crate::oracle::assert_all_close_to(&gradient, &expected, 1e-11);
}

#[grad]
fn calls_with_exits(x: &[f64]) -> f64 {
    let mut y = 0.5;
    for v in x {
        if step(y, *v) > 1.5 {
            return step(*v, y) * y;
        }
        if *v < 0.0 {
            continue;
        }
        y = step(y, *v);
    }
    step(y, y)
}

#[test]
fn calls_in_conditions_and_before_exits() {
    check_slice!(calls_with_exits([0.5, -0.3, 0.9, 0.8, 1.1]));
    check_slice!(calls_with_exits([0.5, -0.3]));
    check_slice!(calls_with_exits([]));
}

static RUNS: AtomicUsize = AtomicUsize::new(0);

fn count() {
    RUNS.fetch_add(1, SeqCst);
}

#[grad]
fn counted(x: f64) -> f64 {
    count();
    x.exp()
}

#[grad]
fn calls_counted(x: f64, n: usize) -> f64 {
    let mut y = x;
    for _ in 0..n {
        y = counted(y * 0.1);
    }
    y
}

/// F10: a callee is never executed twice.
#[test]
fn callees_run_exactly_once() {
    RUNS.store(0, SeqCst);
    calls_counted(0.3, 5);
    assert_eq!(RUNS.swap(0, SeqCst), 5);
    calls_counted::grad(0.3, 5);
    assert_eq!(RUNS.swap(0, SeqCst), 5);
    let (_, pullback) = calls_counted::vjp(0.3, 5);
    assert_eq!(RUNS.swap(0, SeqCst), 5);
    pullback(1.0);
    assert_eq!(RUNS.swap(0, SeqCst), 0);
}

#[grad]
fn inner_sum(row: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for v in row {
        s += (v * w).tanh();
    }
    s
}

#[grad]
fn over_rows(x: &[f64], columns: usize, w: f64) -> f64 {
    let mut p = 1.0;
    for row in x.chunks(columns) {
        p *= 1.0 + inner_sum(row, w);
    }
    p
}

#[test]
fn calls_on_chunks() {
    let v = [0.3, -0.4, 0.8, 0.2, 0.6, -0.1, 0.9];
    let (dx, dw) = over_rows::grad(&v[..6], 2, v[6]);
    let flat = |v: &[f64]| over_rows(&v[..6], 2, v[6]);
    assert_matches_central(&[&dx[..], &[dw]].concat(), flat, &v);
}

#[grad]
fn selected(x: f64, kind: u8) -> f64 {
    match kind {
        0 => step(x, 1.0),
        1 => step(step(x, 2.0), x),
        _ => x,
    }
}

#[grad]
fn sequence(x: f64, kinds: &[u8]) -> f64 {
    let mut y = x;
    for k in kinds {
        y = selected(y, *k);
    }
    y
}

#[test]
fn different_paths_in_every_call() {
    let kinds = [0, 1, 2, 1, 0];
    let gradient = sequence::grad(0.3, &kinds);
    assert_matches_central(&[gradient], |x| sequence(x[0], &kinds), &[0.3]);
    assert_close(sequence::grad(0.3, &[]), 1.0);
}

#[grad]
fn three(x: f64, y: f64) -> [f64; 3] {
    [x, y * x, y]
}

/// Old numbers are put back into a part of what a call returned.
#[grad]
fn part_of_a_result_filled(x: &[f64]) -> f64 {
    let mut p = three(x[0], x[1]);
    let mut y = x[2];
    for i in 0..5 {
        y += p[0] * p[1] * p[2];
        if x[i] > 0.5 {
            p[1..].fill(y / (y * y + 1.0));
        }
        if i == 3 {
            p[..2].reverse();
        }
    }
    y
}

#[test]
fn part_of_a_result() {
    let x = [1.2, -0.4, 0.7, 0.3, 0.9];
    assert_matches_central(&part_of_a_result_filled::grad(&x), part_of_a_result_filled, &x);
}
