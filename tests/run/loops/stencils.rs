//! Contributions of a loop to neighbours: collected per element where that is allowed.

use crate::oracle::{assert_all_close, assert_matches_central};
use backprop::grad;

#[grad(wrt(u))]
fn laplacian(u: &[f64], c: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 1..u.len() - 1 {
        s += c[i] * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
    }
    s
}

#[test]
fn linear_stencil_by_hand() {
    for n in 2..9 {
        let (u, c) = (numbers(n, 1), numbers(n, 2));
        let inner = |i: usize| if (1..n - 1).contains(&i) { c[i] } else { 0.0 };
        let at = |i: usize| inner(i + 1) - 2.0 * inner(i) + if i > 0 { inner(i - 1) } else { 0.0 };
        assert_all_close(&laplacian::grad(&u, &c), &(0..n).map(at).collect::<Vec<_>>());
    }
}

/// Wide and lopsided, not linear, downwards, with a hole in the middle and the same neighbour twice.
#[grad]
fn lopsided(u: &[f64], from: usize, to: usize) -> f64 {
    let mut s = 0.0;
    for i in (from..to).rev() {
        s += u[i + 5] * u[i + 1] * u[i + 1] - 0.3 * u[i - 2] / (2.0 + u[i + 5]);
    }
    s
}

/// Time steps: the neighbours' derivatives come from the step after.
#[grad]
fn heat(u0: &[f64], k: f64, steps: usize) -> f64 {
    let n = u0.len();
    let mut u = u0.to_vec();
    let mut next = vec![0.0; n];
    for _ in 0..steps {
        for i in 1..n - 1 {
            next[i] = u[i] + k * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
        }
        for i in 1..n - 1 {
            u[i] = next[i];
        }
    }
    let mut s = 0.0;
    for i in 0..n {
        s += u[i] * u[i] * (i + 1) as f64;
    }
    s
}

/// What the neighbours get is read from elements that are overwritten: at other places, and twice.
#[grad]
fn advection(u0: &[f64], k: f64, steps: usize) -> f64 {
    let n = u0.len();
    let mut u = u0.to_vec();
    let mut next = u0.to_vec();
    for t in 0..steps {
        for i in 0..n - 2 {
            next[i + 1] = u[i] * k - u[i + 2] * u[i];
            u[i] = 0.5 * u[i + 1] + t as f64 * 0.01;
        }
        for i in 0..n - 1 {
            next[i] = 0.25 * next[i + 1] - 0.5 * u[i];
            u[i] = next[i] + u[i + 1];
        }
    }
    let mut s = 0.0;
    for i in 0..n {
        s += u[i] * u[i] + next[i] * (i + 1) as f64;
    }
    s
}

/// The neighbour is written by the same loop: the order matters.
#[grad]
fn recurrence(u: &[f64]) -> f64 {
    let n = u.len();
    let mut v = vec![1.0; n + 2];
    for i in 1..n {
        v[i + 1] = v[i] * 0.5 + v[i - 1] * u[i] + u[i - 1];
    }
    let mut s = 0.0;
    for i in 0..n + 2 {
        s += v[i] * v[i];
    }
    s
}

/// Costly partials are computed once per iteration, not once per neighbour.
#[grad]
fn differences(u: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..u.len() - 1 {
        s += (u[i + 1] - u[i]).sin().exp();
    }
    s
}

/// Two dimensions: neighbours in a row, rows apart.
#[grad]
fn plane(u: &[f64], w: usize) -> f64 {
    let h = u.len() / w;
    let mut s = 0.0;
    for r in 1..h - 1 {
        for c in 1..w - 1 {
            let at = r * w + c;
            let e = u[at - 1] + u[at + 1] + u[at - w] + u[at + w] - 4.0 * u[at];
            s += e * e;
        }
    }
    s
}

/// Only some iterations contribute.
#[grad]
fn masked(u: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 1..u.len() {
        if u[i] > 0.0 {
            s += u[i] * u[i - 1];
        }
    }
    s
}

/// Any integer, any float.
#[grad(wrt(u))]
fn small(u: &[f32], to: i32) -> f32 {
    let mut s = 0.0;
    for i in 1..to {
        s += u[i as usize] * u[(i - 1) as usize];
    }
    for i in 0..u.len() - 3 {
        s += 0.5 * u[i + 3] - u[i] * 0.25;
    }
    s
}

fn numbers(n: usize, seed: usize) -> Vec<f64> {
    (0..n).map(|i| ((i * 7919 + seed * 31 + 5) % 103) as f64 / 60.0 - 0.87).collect()
}

#[test]
fn all_match_central_differences() {
    for n in [3, 4, 6, 30] {
        let u = numbers(n, 3);
        assert_matches_central(&recurrence::grad(&u), recurrence, &u);
        assert_matches_central(&differences::grad(&u), differences, &u);
        assert_matches_central(&masked::grad(&u), masked, &u);
        for steps in [0, 1, 4] {
            let (d_u, d_k) = heat::grad(&u, 0.2, steps);
            assert_matches_central(&d_u, |u| heat(u, 0.2, steps), &u);
            assert_matches_central(&[d_k], |k| heat(&u, k[0], steps), &[0.2]);
        }
        for steps in [0, 1, 3] {
            let (d_u, d_k) = advection::grad(&u, 0.2, steps);
            assert_matches_central(&d_u, |u| advection(u, 0.2, steps), &u);
            assert_matches_central(&[d_k], |k| advection(&u, k[0], steps), &[0.2]);
        }
        for w in 3..=n / 3 {
            assert_matches_central(&plane::grad(&u, w), |u| plane(u, w), &u);
        }
    }
    let u = numbers(40, 4);
    for (from, to) in [(2, 2), (4, 2), (2, 3), (2, 6), (2, 9), (3, 10), (2, 35)] {
        assert_matches_central(&lopsided::grad(&u, from, to), |u| lopsided(u, from, to), &u);
    }
}

#[test]
fn by_pullback_and_in_short_numbers() {
    let u = numbers(20, 5);
    let (_, pullback) = lopsided::vjp(&u, 2, 15);
    let expected: Vec<f64> = lopsided::grad(&u, 2, 15).iter().map(|d| -2.0 * d).collect();
    assert_all_close(&pullback(-2.0), &expected);
    let short: Vec<f32> = u.iter().map(|x| *x as f32).collect();
    let d = small::grad(&short, 18);
    for i in 0..20 {
        let product = |a: usize, b: usize| if a < 18 && b < 18 { short[b] } else { 0.0 };
        let mut expected = product(i, i + 1) + if i > 0 { product(i, i - 1) } else { 0.0 };
        expected += if i >= 3 { 0.5 } else { 0.0 } - if i + 3 < 20 { 0.25 } else { 0.0 };
        assert!((d[i] - expected).abs() < 1e-6, "{i}: {} {expected}", d[i]);
    }
}
