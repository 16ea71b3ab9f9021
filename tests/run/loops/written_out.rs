//! Short loops over constant ranges that keep something, which the gradient writes out.

use crate::oracle::{assert_all_close, assert_matches_central, assert_same_bits, panic_message};
use backprop::grad;

/// The largest of four goes around two loops.
#[grad]
fn pooled(x: &[f64], w: &[f64], n: usize) -> f64 {
    let mut total = 0.0;
    for i in (0..n).step_by(2) {
        for j in (0..n).step_by(2) {
            let mut most = f64::NEG_INFINITY;
            for a in 0..2 {
                for b in 0..2 {
                    let v = x[(i + a) * n + j + b];
                    if v > most {
                        most = v;
                    }
                }
            }
            total += w[(i / 2) * (n / 2) + j / 2] * most * most;
        }
    }
    total
}

/// Elements that only some iterations have: none of it may be compiled to a panic that never happens.
#[grad]
fn neighbours(x: &[f64; 3], steps: usize) -> f64 {
    let mut x = *x;
    for _ in 0..steps {
        for i in 0..4 {
            let left = if i > 0 { x[i - 1] } else { 0.5 };
            if i < 3 {
                let right = if i < 2 { x[i + 1] } else { 0.3 };
                x[i] = x[i].sin() * left + right * 0.2;
            }
        }
    }
    x[0] * x[1] + x[2]
}

/// A fixed number of steps that nothing counts, and one counted from the end.
#[grad]
fn roots(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in x {
        let mut r = 1.0;
        for _ in 0..4 {
            r = 0.5 * (r + v / r);
        }
        for i in (0..3).rev() {
            r = r * v + i as f64;
        }
        s += r;
    }
    s
}

/// Values of a branch, inclusive ends, a length that changes nothing, and results of inner loops behind them.
#[grad]
fn mixed(q: [f64; 4], x: &[f64]) -> f64 {
    let mut q = q;
    let mut s = 0.0;
    for v in x {
        let mut norm = 0.0;
        for i in 1..=3 {
            let d = q[i] - q[i - 1] * v;
            norm = if d > 0.0 { norm * 0.9 + d * d } else { norm - d };
            q[i] += 0.1 * d * norm;
        }
        let mut product = 1.0;
        for a in 0..2 {
            for b in a..2 {
                product *= 1.0 + q[a + b] * norm;
            }
            s += product;
        }
        for i in 0..4 {
            q[i] /= 1.0 + norm.sqrt();
        }
    }
    s + q[0]
}

/// The ends of the inner loop are the index of the outer one; in the first iteration it has none.
#[grad]
fn substituted(x: &[[f64; 3]], l: &[[f64; 3]; 3]) -> f64 {
    let mut s = 0.0;
    for v in x {
        let mut y = [0.0; 3];
        for i in 0..3 {
            let mut rest = v[i] * (1.0 + s * 0.1);
            for j in 0..i {
                rest -= l[i][j] * y[j];
            }
            y[i] = rest / l[i][i];
            s += y[i] * y[i];
        }
    }
    s
}

/// Beyond the end in its last iteration.
#[grad]
fn too_far(x: &[f64]) -> f64 {
    let mut m = 1.0;
    for i in 0..3 {
        m = m * x[i] + x[i + 1];
    }
    m
}

#[test]
fn largest_of_four() {
    let x: Vec<f64> = (0..16).map(|i| (i as f64 * 1.7).sin()).collect();
    let w = [0.5, -0.3, 0.8, 1.1];
    let (value, (d_x, d_w)) = pooled::value_and_grad(&x, &w, 4);
    assert_same_bits(value, pooled(&x, &w, 4));
    assert_matches_central(&d_x, |x| pooled(x, &w, 4), &x);
    assert_matches_central(&d_w, |w| pooled(&x, w, 4), &w);
    let (_, pullback) = pooled::vjp(&x, &w, 4);
    let (p_x, p_w) = pullback(1.0);
    assert_all_close(&p_x, &d_x);
    assert_all_close(&p_w, &d_w);
}

#[test]
fn guarded_elements() {
    let x = [0.7, -0.4, 0.9];
    for steps in [0, 1, 2, 5] {
        let (value, d) = neighbours::value_and_grad(&x, steps);
        assert_same_bits(value, neighbours(&x, steps));
        assert_matches_central(&d, |x| neighbours(x.try_into().unwrap(), steps), &x);
    }
}

#[test]
fn fixed_numbers_of_steps() {
    let x = [0.7, 1.4, 2.9];
    let (value, d) = roots::value_and_grad(&x);
    assert_same_bits(value, roots(&x));
    assert_matches_central(&d, roots, &x);
}

#[test]
fn branches_and_results() {
    let (q, x) = ([0.7, 0.4, -0.9, 0.3], [0.5, -0.8, 1.1]);
    let (value, (d_q, d_x)) = mixed::value_and_grad(q, &x);
    assert_same_bits(value, mixed(q, &x));
    assert_matches_central(&d_q, |q| mixed(q.try_into().unwrap(), &x), &q);
    assert_matches_central(&d_x, |x| mixed(q, x), &x);
}

#[test]
fn triangles() {
    let x = [[0.4, -0.7, 1.1], [0.9, 0.2, -0.3]];
    let l = [[1.2, 0.0, 0.0], [0.3, 0.8, 0.0], [-0.4, 0.5, 1.5]];
    let (value, (d_x, d_l)) = substituted::value_and_grad(&x, &l);
    assert_same_bits(value, substituted(&x, &l));
    let rows = |flat: &[f64]| [[flat[0], flat[1], flat[2]], [flat[3], flat[4], flat[5]]];
    assert_matches_central(d_x.as_flattened(), |x| substituted(&rows(x), &l), x.as_flattened());
    let square = |flat: &[f64]| {
        [[flat[0], flat[1], flat[2]], [flat[3], flat[4], flat[5]], [flat[6], flat[7], flat[8]]]
    };
    assert_matches_central(d_l.as_flattened(), |l| substituted(&x, &square(l)), l.as_flattened());
}

#[test]
fn panics_in_its_place() {
    let x = [1.0, 2.0, 3.0];
    let plain = panic_message(|| too_far(&x));
    assert_eq!(panic_message(|| too_far::grad(&x)), plain);
    assert!(plain.contains("the index is 3"), "{plain}");
}
