//! Loops that end when they like: what their first iterations keep is in place, the rest on the heap.

use crate::oracle::{assert_all_close, assert_close, assert_same_bits, dual, is_close};
use backprop::{grad, Workspace};
use num_dual::{Dual64, DualNum};

/// One number is kept, sixteen in place.
#[grad]
fn doubling(x: f64, b: f64, until: f64) -> f64 {
    let mut x = x;
    while x < until {
        x = x * x * b + x;
    }
    x
}

fn doubling_dual(p: &[Dual64]) -> Dual64 {
    let mut x = p[0];
    while x.re < p[2].re {
        x = x * x * p[1] + x;
    }
    x
}

#[test]
fn any_number_of_iterations() {
    let mut workspace = Workspace::new();
    let mut seen = [false; 40];
    for k in 0..400 {
        let x = [0.3, 0.05 * 1.02_f64.powi(k), 10.0];
        let mut y = x[0];
        let mut trips = 0;
        while y < x[2] {
            y = y * y * x[1] + y;
            trips += 1;
        }
        if let Some(seen) = seen.get_mut(trips) {
            *seen = true;
        }
        let (value, (d_x, d_b, d_until)) = doubling::value_and_grad(x[0], x[1], x[2]);
        let (expected, d) = dual(doubling_dual, &x);
        assert_same_bits(value, expected);
        assert_all_close(&[d_x / d[0], d_b / d[1], d_until], &[1.0, 1.0, 0.0]);
        let (mut w_x, mut w_b, mut w_until) = (7.0, 7.0, 7.0);
        doubling::grad_with(&mut workspace, x[0], x[1], x[2], &mut w_x, &mut w_b, &mut w_until);
        assert_eq!((w_x, w_b, w_until), (d_x, d_b, d_until));
        let (_, pullback) = doubling::vjp(x[0], x[1], x[2]);
        assert_eq!(pullback(1.0), (d_x, d_b, d_until));
    }
    assert!([1, 2, 15, 16, 17, 18, 33].iter().all(|n| seen[*n]), "{seen:?}");
    assert_eq!(doubling::grad(11.0, 0.5, 10.0), (1.0, 0.0, 0.0));
    assert_eq!(doubling::grad(f64::NAN, 0.5, 10.0), (1.0, 0.0, 0.0));
    let (value, (d_x, d_b, _)) = doubling::value_and_grad(0.5, f64::NAN, 10.0);
    assert!(value.is_nan() && d_x.is_nan() && is_close(d_b, 0.25, 1e-15), "{d_x} {d_b}");
    let (value, (d_x, d_b, _)) = doubling::value_and_grad(0.5, f64::INFINITY, 10.0);
    assert!(value == f64::INFINITY && d_x == f64::INFINITY && d_b == 0.25, "{d_x} {d_b}");
}

/// Leaves a loop with a range; the rest of the body is in an arm.
#[grad]
fn secant(a: f64, b: f64, n: usize) -> f64 {
    let (mut x, mut y) = (a, b);
    for k in 0..n {
        let (fx, fy) = (x.exp() - a * b, y.exp() - a * b);
        if (fx - fy).abs() < 1e-9 {
            break;
        }
        if k % 5 == 3 {
            x = (x * y).sin() + b;
            continue;
        }
        let z = x - fx * (x - y) / (fx - fy);
        y = x;
        x = z;
    }
    x * y
}

fn secant_dual(p: &[Dual64], n: usize) -> Dual64 {
    let (a, b) = (p[0], p[1]);
    let (mut x, mut y) = (a, b);
    for k in 0..n {
        let (fx, fy) = (x.exp() - a * b, y.exp() - a * b);
        if (fx - fy).re.abs() < 1e-9 {
            break;
        }
        if k % 5 == 3 {
            x = (x * y).sin() + b;
            continue;
        }
        let z = x - fx * (x - y) / (fx - fy);
        y = x;
        x = z;
    }
    x * y
}

#[test]
fn exits_from_loops_with_a_range() {
    for n in [0, 1, 2, 3, 4, 5, 9, 20, 60] {
        for (a, b) in [(1.0, 1.0), (1.3, 0.9), (2.0, 2.5), (0.7, 3.0)] {
            let (value, (d_a, d_b)) = secant::value_and_grad(a, b, n);
            let (expected, d) = dual(|p| secant_dual(p, n), &[a, b]);
            assert_same_bits(value, secant(a, b, n));
            assert_close(value, expected);
            let scale = d.iter().fold(1.0_f64, |m, d| m.max(d.abs()));
            assert_all_close(&[d_a / scale, d_b / scale], &[d[0] / scale, d[1] / scale]);
        }
    }
}

/// Several loops, one after the other and one in an arm; a loop within a loop has its own, on the heap; integers and
/// booleans are kept too.
#[grad]
fn several(a: f64, b: f64, steps: &[usize]) -> f64 {
    let mut x = a;
    let mut left = steps.len();
    while left > 0 {
        left -= 1;
        let k = steps[left];
        x = if k % 2 == 0 { (x * b).sin() } else { x * x * 0.5 + a };
        if k > 90 {
            return x * b;
        }
    }
    let mut n = 0;
    if x > 0.2 {
        loop {
            x = (x * b + a).cos() * x;
            n += 3;
            if n > steps.len() * 3 {
                break;
            }
        }
    }
    let mut rounds = 0;
    while rounds * 2 < n {
        let mut y = x;
        while y * y < 4.0 {
            y = y * y * b.abs() + 1.0;
        }
        x = (y * 0.3).sin() * b;
        rounds += 1;
    }
    x
}

fn several_dual(p: &[Dual64], steps: &[usize]) -> Dual64 {
    let (a, b) = (p[0], p[1]);
    let mut x = a;
    for k in steps.iter().rev() {
        x = if k % 2 == 0 { (x * b).sin() } else { x * x * 0.5 + a };
        if *k > 90 {
            return x * b;
        }
    }
    let mut n = 0;
    if x.re > 0.2 {
        for _ in 0..=steps.len() {
            x = (x * b + a).cos() * x;
            n += 3;
        }
    }
    for _ in 0..(n + 1) / 2 {
        let mut y = x;
        while y.re * y.re < 4.0 {
            y = y * y * (if b.re < 0.0 { -b } else { b }) + 1.0;
        }
        x = (y * 0.3).sin() * b;
    }
    x
}

#[test]
fn several_loops() {
    for len in [0, 1, 3, 4, 5, 8, 9, 15, 16, 17, 40] {
        for (a, b) in [(0.4, 0.8), (1.1, 1.3), (-0.6, -0.7), (0.3, 2.0)] {
            for far in [0, 100] {
                let steps: Vec<usize> = (0..len).map(|k| k * 7 % 11 + if k == 2 { far } else { 0 }).collect();
                let (value, (d_a, d_b)) = several::value_and_grad(a, b, &steps);
                let (expected, d) = dual(|p| several_dual(p, &steps), &[a, b]);
                assert_same_bits(value, expected);
                assert_close(d_a, d[0]);
                assert_close(d_b, d[1]);
            }
        }
    }
}

/// Called in a loop, and held until the way back.
#[grad]
fn caller(x: &[f64], b: f64) -> f64 {
    let mut y = 1.0;
    for v in x {
        y = (y * 0.1).sin() + doubling(*v, b, 10.0) * 0.01;
    }
    y
}

#[test]
fn halves_hold_their_own() {
    let x = [0.3, 20.0, 0.01, 2.0, 7.5, 0.5];
    let b = 0.4;
    let mut d_x = [0.0; 6];
    let mut d_b = 0.0;
    let value = caller::grad_into(&x, b, &mut d_x, &mut d_b);
    let of = |p: &[Dual64]| {
        let mut y = Dual64::from_re(1.0);
        for v in &p[..6] {
            y = (y * 0.1).sin() + doubling_dual(&[*v, p[6], Dual64::from_re(10.0)]) * 0.01;
        }
        y
    };
    let (expected, d) = dual(of, &[&x[..], &[b]].concat());
    assert_same_bits(value, expected);
    for (ours, d) in d_x.iter().chain([&d_b]).zip(&d) {
        assert!(is_close(ours / d, 1.0, 1e-12), "{ours} {d}");
    }
}

/// Constant ends: nine, sixteen and seventeen iterations, down, inclusive, in steps.
#[grad]
fn counted(a: f64, b: f64) -> f64 {
    let mut x = a;
    for i in 0..3 {
        for j in (1..4).rev() {
            x = (x * b + f64::from(i)).sin() * (a + f64::from(j));
        }
    }
    for _ in 1..=16 {
        x = x * x * 0.1 + b;
    }
    for k in (0..17).step_by(2) {
        x = (x + f64::from(k) * b).cos() * x;
    }
    for _ in 0..17 {
        x = x * x * 0.2 + a;
    }
    for k in 0..2 {
        x = x * (x + f64::from(k)).exp();
    }
    x
}

fn counted_dual(p: &[Dual64]) -> Dual64 {
    let (a, b) = (p[0], p[1]);
    let mut x = a;
    for i in 0..3 {
        for j in (1..4).rev() {
            x = (x * b + f64::from(i)).sin() * (a + f64::from(j));
        }
    }
    for _ in 1..=16 {
        x = x * x * 0.1 + b;
    }
    for k in (0..17).step_by(2) {
        x = (x + b * f64::from(k)).cos() * x;
    }
    for _ in 0..17 {
        x = x * x * 0.2 + a;
    }
    for k in 0..2 {
        x = x * (x + f64::from(k)).exp();
    }
    x
}

#[test]
fn constant_ends() {
    for (a, b) in [(0.3, 0.4), (-0.2, 0.9), (0.8, -0.6), (0.0, 0.0)] {
        let (value, (d_a, d_b)) = counted::value_and_grad(a, b);
        let (expected, d) = dual(counted_dual, &[a, b]);
        assert_same_bits(value, counted(a, b));
        assert_close(value, expected);
        assert_all_close(&[d_a, d_b], &d);
        assert_all_close(&[counted::vjp(a, b).1(2.0).0], &[2.0 * d[0]]);
    }
}
