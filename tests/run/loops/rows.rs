//! Loops over slices whose parts are cut out before the loop: bounds, empty ranges, panics, overlapping parts.

use crate::oracle::{assert_all_close, assert_same_bits, panic_message};
use backprop::grad;

/// Central differences are exact for these functions up to rounding: they are of degree two in each element.
fn differences(x: &[f64], f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let h = 0.5;
    let at = |k: usize, step: f64| {
        let mut moved = x.to_vec();
        moved[k] += step;
        f(&moved)
    };
    (0..x.len()).map(|k| (at(k, h) - at(k, -h)) / (2.0 * h)).collect()
}

fn ramp(n: usize) -> Vec<f64> {
    (0..n).map(|k| 0.5 + 0.25 * k as f64).collect()
}

#[track_caller]
fn check(x: &[f64], f: impl Fn(&[f64]) -> f64, gradient: impl Fn(&[f64]) -> (f64, Vec<f64>)) {
    let (value, gradient) = gradient(x);
    assert_same_bits(value, f(x));
    assert_all_close(&gradient, &differences(x, f));
}

#[grad]
fn stencil(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 1..x.len() - 1 {
        s += x[i] * (x[i - 1] - 2.0 * x[i] + x[i + 1]);
    }
    s
}

#[grad]
fn inclusive(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 1..=x.len() {
        s += x[i - 1] * x[x.len() - 1];
    }
    s
}

#[grad]
fn backwards(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    for i in (1..x.len()).rev() {
        y[i] += x[i] * x[i];
    }
    let mut s = 0.0;
    for v in &y {
        s += v;
    }
    s
}

#[grad]
fn neighbours_in_place(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    for i in 1..y.len() {
        y[i] += 0.5 * y[i - 1];
    }
    y[y.len() - 1] * x[0]
}

/// Two counters: one of the loop, one of its own.
#[grad]
fn packed_triangle(x: &[f64], n: usize) -> f64 {
    let mut l = n;
    let mut y = vec![0.0; n];
    for i in 0..n {
        for j in i + 1..n {
            y[j] += x[l] * x[i];
            l += 1;
        }
    }
    let mut s = 0.0;
    for j in 0..n {
        s += y[j];
    }
    s
}

#[grad]
fn scaled_rows(x: &[f64], n: usize) -> f64 {
    let mut s = 0.0;
    for r in 0..x.len() / n {
        let mut row = 0.0;
        for c in 0..n {
            row += x[r * n + c] * x[c];
        }
        s += 0.5 * row;
    }
    s
}

#[test]
fn against_differences() {
    for n in 2..9 {
        check(&ramp(n), stencil, stencil::value_and_grad);
        check(&ramp(n), inclusive, inclusive::value_and_grad);
        check(&ramp(n), backwards, backwards::value_and_grad);
        check(&ramp(n), neighbours_in_place, neighbours_in_place::value_and_grad);
    }
    for n in 1..6 {
        let x = ramp(n + n * (n - 1) / 2);
        check(&x, |x| packed_triangle(x, n), |x| packed_triangle::value_and_grad(x, n));
        check(&ramp(3 * n), |x| scaled_rows(x, n), |x| scaled_rows::value_and_grad(x, n));
    }
}

/// The first index does not exist; there is no iteration, either.
#[grad]
fn nothing_at_all(x: &[f64], lo: usize, hi: usize) -> f64 {
    let mut s = 1.0;
    for i in lo..hi {
        s += x[i - 3] * x[100 + i];
    }
    s
}

#[test]
fn without_iterations_nothing_is_looked_at() {
    for (lo, hi) in [(0, 0), (2, 1), (500, 500), (7, 0), (usize::MAX, 3)] {
        let (value, gradient) = nothing_at_all::value_and_grad(&ramp(2), lo, hi);
        assert_same_bits(value, 1.0);
        assert_all_close(&gradient, &[0.0, 0.0]);
    }
}

#[grad]
fn too_far(x: &[f64], y: &[f64], n: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        s += x[i] * y[i + 2];
    }
    s
}

#[grad]
fn fixed_too_far(x: &[f64], y: &[f64], k: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += y[k] * x[i];
    }
    s
}

#[grad]
fn counter_too_far(x: &[f64], start: usize) -> f64 {
    let mut l = start;
    let mut s = 0.0;
    for _ in 0..3 {
        for i in 0..x.len() {
            s += x[l] * x[i];
            l += 1;
        }
    }
    s
}

#[grad]
fn written_too_far(x: &[f64], n: usize) -> f64 {
    let mut y = vec![0.0; 4];
    for i in 0..n {
        y[i] = x[i] * x[i];
    }
    y[0]
}

/// Also where several rows are too short, and in whichever order.
#[test]
fn panics_as_the_function_does() {
    for (nx, ny, n) in [(3, 9, 5), (9, 3, 5), (2, 4, 5), (3, 4, 5), (4, 4, 5), (0, 0, 1), (5, 1, 1)] {
        let (x, y) = (ramp(nx), ramp(ny));
        let expected = panic_message(|| too_far(&x, &y, n));
        assert!(expected.contains("index out of bounds"), "{expected}");
        assert_eq!(panic_message(|| too_far::value_and_grad(&x, &y, n)), expected);
        assert_eq!(panic_message(|| too_far::vjp(&x, &y, n).0), expected);
    }
    let (x, y) = (ramp(4), ramp(2));
    let expected = panic_message(|| fixed_too_far(&x, &y, 2));
    assert_eq!(panic_message(|| fixed_too_far::value_and_grad(&x, &y, 2)), expected);
    for start in [0, 1, 4, 70] {
        let expected = panic_message(|| counter_too_far(&x, start));
        assert_eq!(panic_message(|| counter_too_far::value_and_grad(&x, start)), expected);
    }
    for (nx, n) in [(4, 5), (6, 5), (3, 5)] {
        let x = ramp(nx);
        let expected = panic_message(|| written_too_far(&x, n));
        assert_eq!(panic_message(|| written_too_far::value_and_grad(&x, n)), expected);
    }
}
