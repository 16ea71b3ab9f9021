//! Payloads and parts in code that is carried along: guards of another match, assertions, format strings.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};

#[derive(Clone, Copy, Differentiable)]
enum Shape {
    Nothing,
    One(f64),
    Two { p: f64, q: [f64; 2], n: usize },
}

impl Shape {
    #[grad]
    fn copied(&self, x: f64, k: usize) -> f64 {
        match *self {
            Shape::Nothing => x,
            Shape::One(a) => match k {
                0 => a + 3.0,
                _ if a > x => a * a,
                _ => x,
            },
            Shape::Two { p: a, q, n } => {
                let b = q[1];
                let factor = match k {
                    0 => a + 3.0,
                    _ if a * x > b && q[0] > 0.1 => x * b,
                    j if j == n => b,
                    _ => a,
                };
                a * factor
            }
        }
    }

    #[grad]
    fn seen(&self, x: f64, k: usize) -> f64 {
        match self {
            Shape::Nothing => x,
            Shape::One(a) => match k {
                0 => a + 3.0,
                _ if *a > x => a * a,
                _ => x,
            },
            Shape::Two { p: a, q, n } => {
                assert!(q[0] > -9.0 && *n < 100, "{a} {q:?} {n}");
                let b = q[1];
                let factor = match k {
                    0 => a + 3.0,
                    _ if a * x > b && q[0] > 0.1 => x * b,
                    j if j == *n => b,
                    _ => *a,
                };
                a * factor
            }
        }
    }
}

#[test]
fn payloads_in_guards_and_assertions() {
    let shape = |which: usize, v: &[f64]| match which {
        0 => Shape::Nothing,
        1 => Shape::One(v[0]),
        _ => Shape::Two { p: v[0], q: [v[1], v[2]], n: 2 },
    };
    for at in [[0.7, 0.3, 0.1, 0.6], [0.2, 0.05, 0.1, 0.6]] {
        for which in 0..3 {
            for k in 0..4 {
                let (d, x) = shape(which, &at).copied_grad(at[3], k);
                let (again, x_again) = shape(which, &at).seen_grad(at[3], k);
                let flat = |d: &ShapeTangent| match d {
                    ShapeTangent::Nothing => [0.0; 3],
                    ShapeTangent::One(a) => [*a, 0.0, 0.0],
                    ShapeTangent::Two { p, q } => [*p, q[0], q[1]],
                };
                assert_eq!((flat(&d), x), (flat(&again), x_again));
                let gradient = [&flat(&d)[..], &[x]].concat();
                assert_matches_central(&gradient, |v| shape(which, v).copied(v[3], k), &at);
            }
        }
    }
}

/// Names in format strings are those of parts of something.
#[grad]
fn named_in_text(x: &[f64], s: (f64, [f64; 2])) -> f64 {
    let mut t = 0.0;
    for (i, v) in x.iter().enumerate() {
        assert!(*v < 100.0, "{i} {v}");
        t += v * v;
    }
    let part = &x[1..];
    let (a, b) = s;
    let first = &x[0];
    assert!(t > 0.0, "{part:?} {a} {b:?} {first}");
    t * a * b[1] * first
}

#[test]
fn parts_named_in_format_strings() {
    let at = [0.7, -0.4, 0.9, 1.2, 0.3, 0.8];
    let (x, (a, b)) = named_in_text::grad(&at[..3], (at[3], [at[4], at[5]]));
    let f = |v: &[f64]| named_in_text(&v[..3], (v[3], [v[4], v[5]]));
    assert_matches_central(&[&x[..], &[a], &b].concat(), f, &at);
}
