//! Linear maps that a loop applies in every iteration: the gradient sums first and applies them once, where it may.

use crate::oracle::assert_matches_central;
use backprop::{grad, Real};

/// `Σ_p |A (x_p - m)|⁴`: the map from `o` to `m` is the same for all points.
#[grad(wrt(a, m))]
fn whiten(a: &[f64], m: &[f64], x: &[f64]) -> f64 {
    let d = m.len();
    let mut y = vec![0.0; d];
    let mut o = vec![0.0; d];
    let mut all = 0.0;
    for p in 0..x.len() / d {
        for j in 0..d {
            y[j] = x[p * d + j] - m[j];
            o[j] = 0.0;
        }
        for i in 0..d {
            for j in 0..d {
                o[i] += a[i * d + j] * y[j];
            }
        }
        let mut norm = 0.0;
        for j in 0..d {
            norm += o[j] * o[j];
        }
        all += norm * norm;
    }
    all
}

/// The same backwards, and for several components, packed.
#[grad(wrt(l, m))]
fn components(l: &[f64], m: &[f64], x: &[f64], d: usize) -> f64 {
    let k = m.len() / d;
    let size = d * (d + 1) / 2;
    let mut y = vec![0.0; d];
    let mut o = vec![0.0; d];
    let mut all = 0.0;
    for p in (0..x.len() / d).rev() {
        for c in 0..k {
            for j in 0..d {
                y[j] = x[p * d + j] - m[c * d + j];
                o[j] = 0.0;
            }
            let mut at = c * size;
            for i in 0..d {
                for j in i..d {
                    o[j] += l[at] * y[i];
                    at += 1;
                }
            }
            let mut norm = 0.0;
            for j in 0..d {
                norm += o[j] * o[j];
            }
            all += (-norm).exp();
        }
    }
    all
}

/// The coefficients change with the point: nothing can be applied once.
#[grad(wrt(m))]
fn varying(a: &[f64], m: &[f64], x: &[f64]) -> f64 {
    let d = m.len();
    let mut y = vec![0.0; d];
    let mut o = vec![0.0; d];
    let mut all = 0.0;
    for p in 0..x.len() / d {
        for j in 0..d {
            y[j] = x[p * d + j] - m[j];
            o[j] = 0.0;
        }
        for i in 0..d {
            for j in 0..d {
                o[i] += a[i * d + j] * x[p * d + i] * y[j];
            }
        }
        for j in 0..d {
            all += o[j].sin();
        }
    }
    all
}

/// The coefficients themselves change between the iterations.
#[grad(wrt(m))]
fn rewritten(m: &[f64], x: &[f64]) -> f64 {
    let d = m.len();
    let mut a = vec![0.5; d * d];
    let mut y = vec![0.0; d];
    let mut o = vec![0.0; d];
    let mut all = 0.0;
    for p in 0..x.len() / d {
        for j in 0..d {
            y[j] = x[p * d + j] - m[j];
            o[j] = 0.0;
        }
        for i in 0..d {
            for j in 0..d {
                o[i] += a[i * d + j] * y[j];
            }
        }
        for j in 0..d {
            all += o[j] * o[j];
        }
        for e in a.iter_mut() {
            *e += 0.25;
        }
    }
    all
}

/// Part of `y` is left from the point before.
#[grad(wrt(m, x))]
fn leftovers(a: &[f64], m: &[f64], x: &[f64]) -> f64 {
    let d = m.len();
    let mut y = vec![0.3; d + 1];
    let mut o = vec![0.0; d];
    let mut all = 0.0;
    for p in 0..x.len() / d {
        for j in 0..d - 1 {
            y[j + p % 2] = x[p * d + j] - m[j];
        }
        for i in 0..d {
            o[i] = 0.0;
            for j in 0..d + 1 {
                o[i] += a[i * d + j % d] * y[j];
            }
        }
        for j in 0..d {
            all += o[j] * o[j] * o[j];
        }
    }
    all
}

/// Each point's own gradient is wanted too, so the map is applied to each.
#[grad]
fn points_too(a: &[f64], m: &[f64], x: &[f64]) -> f64 {
    let d = m.len();
    let mut y = vec![0.0; d];
    let mut o = vec![0.0; d];
    let mut all = 0.0;
    for p in 0..x.len() / d {
        for j in 0..d {
            y[j] = x[p * d + j] * m[j];
            o[j] = 0.0;
        }
        for i in 0..d {
            for j in 0..d {
                o[i] += a[i * d + j] * y[j];
            }
        }
        for j in 0..d {
            all += o[j].cos();
        }
    }
    all
}

/// Fixed sizes, two maps after each other, and two results of the second.
#[grad(wrt(m, b), no_heap)]
fn chained(a: &[[f64; 4]; 4], m: &[f64; 4], b: &[f64; 4], x: &[[f64; 4]]) -> f64 {
    let mut y = [0.0; 4];
    let mut z = [0.0; 4];
    let mut o = [0.0; 4];
    let mut all = 0.0;
    for point in x {
        for j in 0..4 {
            y[j] = point[j] - m[j];
            z[j] = b[j];
            o[j] = 0.0;
        }
        for i in 0..4 {
            for j in 0..4 {
                z[i] += a[i][j] * y[j] / 3.0;
            }
        }
        for i in 0..4 {
            for j in 0..4 {
                o[i] -= a[j][i] * z[j];
            }
        }
        for j in 0..4 {
            all += o[j] * o[j];
        }
    }
    all
}

/// In a loop whose iterations are not alike.
#[grad(wrt(m))]
fn epochs(a: &[f64], m: &[f64], x: &[f64], n: usize) -> f64 {
    let d = m.len();
    let mut y = vec![0.0; d];
    let mut o = vec![0.0; d];
    let mut all = 1.0;
    for e in 0..n {
        let mut sum = 0.0;
        for p in 0..x.len() / d {
            for j in 0..d {
                y[j] = x[p * d + j] - m[j];
                o[j] = 0.0;
            }
            for i in 0..d {
                for j in 0..d {
                    o[i] += a[i * d + j] * y[j];
                }
            }
            for j in 0..d {
                sum += o[j] * o[j];
            }
        }
        all = all * (0.01 * sum).sin() + e as f64;
    }
    all
}

/// In a loop, with fixed sizes.
#[grad(wrt(m))]
fn rounds(a: &[[f64; 3]; 3], m: &[f64; 3], x: &[[f64; 3]; 4], n: usize) -> f64 {
    let mut y = [0.0; 3];
    let mut o = [0.0; 3];
    let mut all = 1.0;
    for e in 0..n {
        let mut sum = 0.0;
        for p in 0..4 {
            for j in 0..3 {
                y[j] = x[p][j] - m[j];
                o[j] = 0.0;
            }
            for i in 0..3 {
                for j in 0..3 {
                    o[i] += a[i][j] * y[j];
                }
            }
            for j in 0..3 {
                sum += o[j] * o[j];
            }
        }
        all += (0.01 * sum).sin() * (e + 1) as f64;
    }
    all
}

/// Any float, and several outputs.
#[grad(wrt(m))]
fn any<T: Real>(a: &[T], m: &[T], x: &[T], scale: T) -> [T; 2] {
    let d = m.len();
    let mut y = vec![T::ZERO; d];
    let mut o = vec![T::ZERO; d];
    let mut squares = T::ZERO;
    let mut sines = T::ZERO;
    for p in 0..x.len() / d {
        for j in 0..d {
            y[j] = x[p * d + j] - m[j] * scale;
            o[j] = T::ZERO;
        }
        for i in 0..d {
            for j in 0..d {
                o[i] += a[i * d + j] * y[j];
            }
        }
        for j in 0..d {
            squares += o[j] * o[j];
            sines += o[j].sin();
        }
    }
    [squares, sines]
}

/// The same for `f64`, whose Jacobian takes both rows in one sweep.
#[grad(wrt(m))]
fn two(a: &[f64], m: &[f64; 3], x: &[f64]) -> [f64; 2] {
    let mut y = vec![0.0; 3];
    let mut o = vec![0.0; 3];
    let mut squares = 0.0;
    let mut sines = 0.0;
    for p in 0..x.len() / 3 {
        for j in 0..3 {
            y[j] = x[p * 3 + j] - m[j];
            o[j] = 0.0;
        }
        for i in 0..3 {
            for j in 0..3 {
                o[i] += a[i * 3 + j] * y[j];
            }
        }
        for j in 0..3 {
            squares += o[j] * o[j];
            sines += o[j].sin();
        }
    }
    [squares, sines]
}

/// Where the coefficients stand depends on how far a counter got in this iteration.
#[grad(wrt(m))]
fn moving(a: &[f64], m: &[f64], x: &[f64]) -> f64 {
    let d = m.len();
    let mut y = vec![0.0; d];
    let mut o = vec![0.0; d];
    let mut all = 0.0;
    for p in 0..x.len() / d {
        let mut at = 0;
        for _ in (0..d).take(p) {
            at += 1;
        }
        for j in 0..d {
            y[j] = x[p * d + j] - m[j];
            o[j] = 0.0;
        }
        for i in 0..d {
            for j in 0..d {
                o[i] += a[(at + i * d + j) % (d * d)] * y[j];
            }
        }
        for j in 0..d {
            all += o[j] * o[j];
        }
    }
    all
}

fn numbers(n: usize, seed: usize) -> Vec<f64> {
    (0..n).map(|i| ((i * 7919 + seed * 31 + 5) % 103) as f64 / 60.0 - 0.8).collect()
}

#[test]
fn all_match_central_differences() {
    for (d, n) in [(1, 0), (1, 1), (2, 3), (3, 1), (4, 5)] {
        let (a, m, x) = (numbers(d * d, 1), numbers(d, 2), numbers(n * d, 3));
        let (d_a, d_m) = whiten::grad(&a, &m, &x);
        assert_matches_central(&d_m, |m| whiten(&a, m, &x), &m);
        assert_matches_central(&d_a, |a| whiten(a, &m, &x), &a);
        let (l, means) = (numbers(3 * d * (d + 1) / 2, 4), numbers(3 * d, 5));
        let (d_l, d_m) = components::grad(&l, &means, &x, d);
        assert_matches_central(&d_m, |m| components(&l, m, &x, d), &means);
        assert_matches_central(&d_l, |l| components(l, &means, &x, d), &l);
        assert_matches_central(&varying::grad(&a, &m, &x), |m| varying(&a, m, &x), &m);
        assert_matches_central(&moving::grad(&a, &m, &x), |m| moving(&a, m, &x), &m);
        assert_matches_central(&rewritten::grad(&m, &x), |m| rewritten(m, &x), &m);
        let (d_m, d_x) = leftovers::grad(&a, &m, &x);
        assert_matches_central(&d_m, |m| leftovers(&a, m, &x), &m);
        assert_matches_central(&d_x, |x| leftovers(&a, &m, x), &x);
        let (d_a, d_m, d_x) = points_too::grad(&a, &m, &x);
        assert_matches_central(&d_a, |a| points_too(a, &m, &x), &a);
        assert_matches_central(&d_m, |m| points_too(&a, m, &x), &m);
        assert_matches_central(&d_x, |x| points_too(&a, &m, x), &x);
        for rounds in [0, 1, 3] {
            let d_m = epochs::grad(&a, &m, &x, rounds);
            assert_matches_central(&d_m, |m| epochs(&a, m, &x, rounds), &m);
        }
    }
}

#[test]
fn fixed_sizes() {
    let four = |s: usize| -> [f64; 4] { numbers(4, s).try_into().unwrap() };
    let (a, m, b) = ([four(1), four(2), four(3), four(9)], four(4), four(5));
    for x in [vec![], vec![four(6)], vec![four(6), four(7), four(8)]] {
        let (d_m, d_b) = chained::grad(&a, &m, &b, &x);
        assert_matches_central(&d_m, |m| chained(&a, m.try_into().unwrap(), &b, &x), &m);
        assert_matches_central(&d_b, |b| chained(&a, &m, b.try_into().unwrap(), &x), &b);
    }
}

#[test]
fn in_a_loop() {
    let three = |s: usize| -> [f64; 3] { numbers(3, s).try_into().unwrap() };
    let (a, m, x) = ([three(1), three(2), three(3)], three(4), [three(5), three(6), three(7), three(8)]);
    for n in [0, 1, 3] {
        let d_m = rounds::grad(&a, &m, &x, n);
        assert_matches_central(&d_m, |m| rounds(&a, m.try_into().unwrap(), &x, n), &m);
    }
}

#[test]
fn any_float_and_several_outputs() {
    let (a, m, x) = (numbers(9, 1), numbers(3, 2), numbers(12, 3));
    for k in 0..2 {
        let seed: [f64; 2] = std::array::from_fn(|i| if i == k { 1.0 } else { 0.0 });
        let (_, pullback) = any::vjp(&a, &m, &x, 1.5);
        assert_matches_central(&pullback(seed), |m| any(&a, m, &x, 1.5)[k], &m);
    }
    let m: [f64; 3] = m.try_into().unwrap();
    let rows = two::jacobian(&a, &m, &x);
    for k in 0..2 {
        assert_matches_central(&rows[k], |m| two(&a, m.try_into().unwrap(), &x)[k], &m);
    }
}
