//! Objects that get their first value in a branch, or in each iteration, and another one later: of another length or variant.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};

#[grad]
fn option(x: &[f64]) -> f64 {
    let mut o = if x[0] > x[1] { Some(x[0]) } else { None };
    let t = o.unwrap_or(0.5) * x[1];
    o = None;
    t * x[1] + if o.is_none() { x[0] } else { x[1] }
}

#[grad]
fn found(x: &[f64]) -> f64 {
    let mut o = x.iter().copied().find(|v| *v > 0.5);
    if let Some(v) = o.as_mut() {
        *v *= x[1];
    }
    let t = o.unwrap_or(x[2]);
    o = None;
    t * t + o.unwrap_or(x[0])
}

#[grad]
fn vector(x: &[f64], n: usize) -> f64 {
    let mut v;
    let mut t = x[2];
    if x[0] > x[1] {
        v = vec![x[0] * x[0]; 3];
        t += v[2] * x[1];
    }
    v = vec![t; n];
    t += v[0] * v[0];
    v = vec![t * x[1], x[0], t];
    t * v[0] * v[2]
}

#[derive(Clone, Debug, Differentiable)]
enum Either {
    One(f64),
    Two(f64, f64),
    Many(Vec<f64>),
}

#[grad]
fn variants(x: &[f64]) -> f64 {
    let mut s = if x[0] > x[1] { Either::One(x[0] * x[1]) } else { Either::Many(vec![x[0], x[1]]) };
    let mut t = x[2];
    t += match &s {
        Either::One(a) => a * a,
        Either::Two(a, b) => a * b,
        Either::Many(v) => v[0] * v[1],
    };
    s = Either::Two(t, x[1]);
    t *= match s {
        Either::One(a) => a * a,
        Either::Two(a, b) => a * b,
        Either::Many(v) => v[0],
    };
    t
}

/// Each iteration overwrites it, so it belongs to the iteration; what it holds in the end is put back as a whole.
#[grad]
fn option_in_a_loop(x: &[f64], n: usize) -> f64 {
    let mut o = Some((x[0], x[0]));
    let mut t = x[1];
    for i in 0..n {
        o = Some((t, x[0]));
        if i % 3 == 0 {
            o = None;
        }
        if let Some((a, b)) = o.as_mut() {
            *a *= *b * x[2];
        }
        if let Some((a, b)) = o {
            t += (a * b).sin();
        }
    }
    t + o.map_or(x[2], |(a, _)| a)
}

#[grad]
#[allow(unused_assignments)]
fn vector_in_an_option(x: &[f64], n: usize) -> f64 {
    let mut o = Some(vec![]);
    let mut t = x[1];
    for i in 0..n {
        o = if i % 2 == 0 { Some(vec![t; i + 1]) } else { None };
        if let Some(v) = o.as_mut() {
            v[i] *= x[0] * v[0];
        }
        if let Some(v) = &o {
            t += v[i].sin() * v[0];
        }
    }
    t
}

#[grad]
#[allow(unused_assignments)]
fn variants_in_a_loop(x: &[f64], n: usize) -> f64 {
    let mut s = Either::One(x[0]);
    let mut t = x[1];
    for i in 0..n {
        s = match i % 3 {
            0 => Either::One(t * x[0]),
            1 => Either::Two(t, x[0]),
            _ => Either::Many(vec![t, x[0], t * x[0]]),
        };
        match &mut s {
            Either::One(a) => *a *= *a,
            Either::Two(a, b) => {
                *a *= *b;
                *b += *a
            }
            Either::Many(v) => {
                v[0] *= v[1];
                v.reverse()
            }
        }
        t += match &s {
            Either::One(a) => a.sin(),
            Either::Two(a, b) => a * b,
            Either::Many(v) => v[0] * v[1] * v[2],
        };
    }
    t
}

const POINTS: [[f64; 3]; 3] = [[0.9, -0.3, 0.7], [0.2, 0.6, -0.4], [0.1, 0.3, 0.2]];

#[test]
fn after_a_branch() {
    for x in POINTS {
        assert_matches_central(&option::grad(&x), option, &x);
        assert_matches_central(&found::grad(&x), found, &x);
        assert_matches_central(&variants::grad(&x), variants, &x);
        for n in [1, 2, 4] {
            assert_matches_central(&vector::grad(&x, n), |x| vector(x, n), &x);
        }
    }
}

#[test]
fn in_each_iteration() {
    for x in POINTS {
        for n in 0..5 {
            assert_matches_central(&option_in_a_loop::grad(&x, n), |x| option_in_a_loop(x, n), &x);
            assert_matches_central(&vector_in_an_option::grad(&x, n), |x| vector_in_an_option(x, n), &x);
            assert_matches_central(&variants_in_a_loop::grad(&x, n), |x| variants_in_a_loop(x, n), &x);
        }
    }
}
