//! Carried integers that go in steps of changing size: the reverse sweep goes the same steps.

use crate::oracle::{assert_all_close, assert_matches_central};
use backprop::grad;

/// `L y` with the triangle packed by columns; the order of the iterations is free.
#[grad]
fn lower_times(l: &[f64], y: &[f64]) -> f64 {
    let n = y.len();
    let mut o = vec![0.0; n];
    let mut next = 0;
    for i in 0..n {
        for j in i..n {
            o[j] += l[next] * y[i].sin();
            next += 1;
        }
    }
    o.iter().map(|x| x * x).sum()
}

/// Forward substitution: each row needs those before it, so the reverse sweep must go backwards.
#[grad]
fn substitute(l: &[f64], b: &[f64]) -> f64 {
    let n = b.len();
    let mut x = vec![0.0; n];
    let mut row = 0usize;
    for i in 0..n {
        let mut s = b[i];
        for j in 0..i {
            s -= l[row + j] * x[j];
        }
        x[i] = s / l[row + i];
        row += i + 1;
    }
    x.iter().map(|x| x * x).sum()
}

/// Counts down, in a small unsigned type, to zero.
#[grad]
fn downwards(x: &[f64]) -> f64 {
    let mut at = 10u8;
    let mut s = 1.0;
    for i in 0..4u8 {
        at -= i + 1;
        s = s * x[at as usize].cos() + x[i as usize];
    }
    s
}

/// The inner loop has no iterations at all for small `i`, and more than one step per trip.
#[grad]
fn gaps(x: &[f64], n: usize) -> f64 {
    let mut s = 1.0;
    let mut at = 1usize;
    for i in 0..n {
        s *= x[at].sin() + 1.5;
        for _ in 3..i {
            at += 2;
        }
    }
    s
}

/// The counter goes on in a nest and is seen by both loops.
#[grad]
fn nest(x: &[f64], n: usize) -> f64 {
    let mut s = 0.5;
    for k in 0..2 {
        let mut at = k;
        for i in 0..n {
            s = (s * x[at]).sin();
            for j in 0..i {
                s += x[at] * x[j];
                at += 1;
            }
        }
    }
    s
}

/// A step that depends on the counter itself is not one of those.
#[grad]
fn doubling(x: &[f64]) -> f64 {
    let mut at = 1usize;
    let mut s = 1.0;
    for _ in 0..4 {
        s = s * x[at] + x[at].exp();
        at += at;
    }
    s
}

fn numbers(n: usize) -> Vec<f64> {
    (0..n).map(|i| 0.3 + ((i * 7919 + 13) % 101) as f64 / 80.0).collect()
}

#[test]
fn gradients_match_central_differences() {
    for n in [1, 2, 5, 6] {
        let (l, y) = (numbers(n * (n + 1) / 2), numbers(n));
        let flat = [&l[..], &y].concat();
        let split = |p: &[f64]| (p[..l.len()].to_vec(), p[l.len()..].to_vec());
        let g = lower_times::grad(&l, &y);
        assert_matches_central(
            &[g.0, g.1].concat(),
            |p| {
                let (l, y) = split(p);
                lower_times(&l, &y)
            },
            &flat,
        );
        let g = substitute::grad(&l, &y);
        assert_matches_central(
            &[g.0, g.1].concat(),
            |p| {
                let (l, y) = split(p);
                substitute(&l, &y)
            },
            &flat,
        );
    }
    let x = numbers(64);
    assert_matches_central(&downwards::grad(&x), downwards, &x);
    assert_matches_central(&doubling::grad(&x), doubling, &x);
    for n in [0, 1, 4, 7] {
        assert_matches_central(&gaps::grad(&x, n), |x| gaps(x, n), &x);
        assert_matches_central(&nest::grad(&x, n), |x| nest(x, n), &x);
    }
}

#[test]
fn forward_substitution_by_hand() {
    let (l, b) = ([2.0, 1.0, 4.0], [3.0, 5.0]);
    // x0 = b0 / l0, x1 = (b1 - l1 x0) / l2, and the result is x0² + x1².
    let x = [1.5, 0.875];
    let d1 = 2.0 * x[1] / l[2];
    let d0 = (2.0 * x[0] - d1 * l[1]) / l[0];
    let (d_l, d_b) = substitute::grad(&l, &b);
    assert_all_close(&d_b, &[d0, d1]);
    assert_all_close(&d_l, &[-d0 * x[0], -d1 * x[0], -d1 * x[1]]);
}
