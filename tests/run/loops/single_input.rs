//! Functions of one number whose loops carry state: the gradient goes forward, so nothing is kept.

use crate::oracle::{assert_close, assert_matches_central, assert_same_bits, central, DIFFERENCES};
use backprop::{grad, Workspace};

/// `sqrt(a)`: the derivative is `1 / (2 sqrt(a))`.
#[grad(no_heap)]
fn newton(a: f64) -> f64 {
    let mut x = a;
    while (x * x - a).abs() > 1e-13 * a {
        x = 0.5 * (x + a / x);
    }
    x
}

#[test]
fn newton_needs_no_heap() {
    for a in [0.3, 2.0, 1e6] {
        let (value, slope) = newton::value_and_grad(a);
        assert_same_bits(value, newton(a));
        assert_close(slope, 0.5 / a.sqrt());
        assert_close(newton::vjp(a).1(1.0), slope);
        let mut d = 7.0;
        assert_same_bits(newton::grad_into(a, &mut d), value);
        assert_same_bits(d, slope);
        assert_same_bits(newton::grad_add(a, -2.0, &mut d), value);
        assert_close(d, -slope);
        assert_same_bits(newton::grad_with(&mut Workspace::default(), a, &mut d), value);
        assert_same_bits(d, slope);
    }
}

/// State in an array, branches, an early way out; constants beside the one input.
#[grad(wrt(x))]
fn walk(scale: f64, x: f64, steps: usize, table: &[f64]) -> f64 {
    let mut state = [x, scale, 0.5];
    let mut energy = 0.0;
    for k in 0..steps {
        let old = state[k % 3];
        state[k % 3] = (old * table[k % table.len()] + state[(k + 1) % 3]).sin();
        if state[k % 3] > 0.4 {
            energy += old * state[(k + 2) % 3];
        } else {
            energy *= 0.7;
        }
        if energy > 2.5 {
            return energy * x;
        }
        state.swap(0, 2);
    }
    energy + state[0] * state[1]
}

#[test]
fn arrays_branches_and_exits() {
    let table = [0.8, -0.3, 1.4];
    for steps in [0, 1, 2, 5, 40] {
        for x in [-1.3, 0.2, 0.9, 2.1] {
            let (value, slope) = walk::value_and_grad(1.1, x, steps, &table);
            assert_same_bits(value, walk(1.1, x, steps, &table));
            assert_matches_central(&[slope], |p| walk(1.1, p[0], steps, &table), &[x]);
            assert_close(walk::vjp(1.1, x, steps, &table).1(1.0), slope);
        }
    }
}

/// The chaotic map: the derivative is the product of the slopes along the way.
#[grad]
fn logistic(x: f64, n: usize) -> f64 {
    let mut y = x;
    for _ in 0..n {
        y = 3.7 * y * (1.0 - y);
    }
    y
}

#[test]
fn product_of_slopes() {
    let (mut y, mut product) = (0.3, 1.0);
    for _ in 0..12 {
        product *= 3.7 * (1.0 - 2.0 * y);
        y = 3.7 * y * (1.0 - y);
    }
    assert_close(logistic::grad(0.3, 12), product);
    assert_eq!(logistic::grad(0.3, 0), 1.0);
}

#[grad]
fn unused(x: f64, n: usize) -> f64 {
    let mut y = 1.0_f64;
    for _ in 0..n {
        y = y * 0.5 + y.sin();
    }
    let _ = x;
    y
}

#[grad]
fn narrow(x: f32, n: usize) -> f32 {
    let mut y = x;
    for _ in 0..n {
        y = y * y * 0.5 + x;
    }
    y
}

#[test]
fn independent_and_narrow() {
    assert_eq!(unused::grad(0.4, 3), 0.0);
    let (mut y, mut d) = (0.4_f32, 1.0_f32);
    for _ in 0..4 {
        d = d * y + 1.0;
        y = y * y * 0.5 + 0.4;
    }
    assert!((narrow::grad(0.4, 4) - d).abs() < 1e-5);
}

/// Calls go in reverse as before.
#[grad]
fn halved(x: f64) -> f64 {
    0.5 * x.sin()
}

#[grad]
fn with_calls(x: f64, n: usize) -> f64 {
    let mut y = x;
    for _ in 0..n {
        y = halved(y) * y + x;
    }
    y
}

#[test]
fn calls_in_the_loop() {
    let slope = with_calls::grad(0.7, 3);
    let expected = central(|p| with_calls(p[0], 3), &[0.7])[0];
    assert!((slope - expected).abs() <= DIFFERENCES * expected.abs().max(1.0));
}
