//! The mixture's gradient by hand: one pass over the data, nothing kept beyond one point.
//!
//! With `w = softmax(term)`, the gradient of a point's likelihood is `w` per component, so each component's
//! share is known as soon as all terms are. The linear map from `w o` to the mean's gradient is the same for
//! all points: the `w o` are summed and it is applied once.

use super::gmm::{constant, log_sum_exp, Instance};

/// Reused memory.
#[derive(Default)]
pub struct Scratch {
    diagonal: Vec<f64>,
    sum_q: Vec<f64>,
    y: Vec<f64>,
    o: Vec<f64>,
    term: Vec<f64>,
    sum_wo: Vec<f64>,
}

fn resized(v: &mut Vec<f64>, n: usize) -> &mut [f64] {
    v.clear();
    v.resize(n, 0.0);
    v
}

/// By hand, fused, in the order of the function: `d` is overwritten, the value returned.
pub fn fused(g: &Instance, d: &mut [f64], scratch: &mut Scratch) -> f64 {
    let (d_alphas, d_means, d_icf) = g.split(d);
    let k = g.alphas.len();
    let dim = g.means.len() / k;
    let n = g.x.len() / dim;
    let size = dim * (dim + 1) / 2;
    d_alphas.fill(0.0);
    d_icf.fill(0.0);

    let diagonal = resized(&mut scratch.diagonal, k * dim);
    let sum_q = resized(&mut scratch.sum_q, k);
    exponentials(g, size, diagonal, sum_q);
    let y = resized(&mut scratch.y, k * dim);
    let o = resized(&mut scratch.o, k * dim);
    let term = resized(&mut scratch.term, k);
    let sum_wo = resized(&mut scratch.sum_wo, k * dim);

    let mut likelihood = 0.0;
    for x in g.x.chunks_exact(dim) {
        for c in 0..k {
            let (y, o) = (&mut y[c * dim..(c + 1) * dim], &mut o[c * dim..(c + 1) * dim]);
            let mean = &g.means[c * dim..(c + 1) * dim];
            let q = &diagonal[c * dim..(c + 1) * dim];
            let l = &g.icf[c * size + dim..(c + 1) * size];
            term[c] = g.alphas[c] + sum_q[c] - 0.5 * whiten(x, mean, q, l, y, o);
        }
        likelihood += softmax(term);
        for c in 0..k {
            let w = term[c];
            let (y, o) = (&y[c * dim..(c + 1) * dim], &mut o[c * dim..(c + 1) * dim]);
            let s = &mut sum_wo[c * dim..(c + 1) * dim];
            let (d_q, d_l) = d_icf[c * size..(c + 1) * size].split_at_mut(dim);
            d_alphas[c] += w;
            spread(w, y, o, s, d_q, d_l);
        }
    }

    let prior = finish(g, d_alphas, d_means, d_icf, diagonal, sum_q, sum_wo);
    likelihood - n as f64 * log_sum_exp(&g.alphas) + prior + constant(n, dim, k, g.gamma, g.m)
}

/// `exp q` and `Σ q` of all components.
pub fn exponentials(g: &Instance, size: usize, diagonal: &mut [f64], sum_q: &mut [f64]) {
    let dim = g.means.len() / g.alphas.len();
    for ((icf, e), s) in g.icf.chunks_exact(size).zip(diagonal.chunks_exact_mut(dim)).zip(sum_q) {
        for (q, e) in icf[..dim].iter().zip(e) {
            *s += q;
            *e = q.exp();
        }
    }
}

/// `y = x - mean`, `o = L y`; returns `|o|²`.
#[inline(always)]
fn whiten(x: &[f64], mean: &[f64], q: &[f64], mut l: &[f64], y: &mut [f64], o: &mut [f64]) -> f64 {
    for ((((y, o), x), m), q) in y.iter_mut().zip(o.iter_mut()).zip(x).zip(mean).zip(q) {
        *y = x - m;
        *o = q * *y;
    }
    for i in 0..y.len() {
        let below = &mut o[i + 1..];
        let (column, rest) = l.split_at(below.len());
        l = rest;
        add_scaled(below, y[i], column);
    }
    let mut norm = 0.0;
    for o in o.iter() {
        norm += *o * *o;
    }
    norm
}

/// `to += a * from`, the uneven elements first: so the pairs of all columns end where the columns end, and no load waits for
/// stores in other pairs.
#[inline(always)]
#[allow(clippy::needless_range_loop, reason = "iterators are slower here")]
fn add_scaled(to: &mut [f64], a: f64, from: &[f64]) {
    let n = from.len();
    let uneven = n % 4;
    for j in 0..uneven {
        to[j] += a * from[j];
    }
    for j in uneven..n {
        to[j] += a * from[j];
    }
}

/// Turns terms into softmax weights and returns their log-sum-exp; the exponentials are computed once.
#[inline(always)]
fn softmax(term: &mut [f64]) -> f64 {
    let mut max = term[0];
    for &t in &term[1..] {
        if t > max {
            max = t;
        }
    }
    let mut sum = 0.0;
    for t in term.iter_mut() {
        *t = (*t - max).exp();
        sum += *t;
    }
    let scale = 1.0 / sum;
    for t in term {
        *t *= scale;
    }
    max + sum.ln()
}

/// Adds one point's `w o`, `w o y` (diagonal) and `w o yᵀ` (triangle) to a component's sums.
#[inline(always)]
fn spread(w: f64, y: &[f64], o: &mut [f64], s: &mut [f64], d_q: &mut [f64], mut d_l: &mut [f64]) {
    for (((o, s), d_q), y) in o.iter_mut().zip(s).zip(d_q).zip(y) {
        *o *= w;
        *s += *o;
        *d_q += *o * y;
    }
    for (i, y) in y.iter().enumerate() {
        let below = &o[i + 1..];
        let (column, rest) = d_l.split_at_mut(below.len());
        d_l = rest;
        add_scaled(column, *y, below);
    }
}

/// Applies what is common to all points, and the prior; returns the prior.
pub fn finish(
    g: &Instance,
    d_alphas: &mut [f64],
    d_means: &mut [f64],
    d_icf: &mut [f64],
    diagonal: &[f64],
    sum_q: &[f64],
    sum_wo: &[f64],
) -> f64 {
    let dim = g.means.len() / g.alphas.len();
    let size = dim * (dim + 1) / 2;
    let gamma2 = g.gamma * g.gamma;
    let m = f64::from(g.m);
    let mut prior = 0.0;
    let rows = d_icf.chunks_exact_mut(size).zip(g.icf.chunks_exact(size));
    let vectors = d_means.chunks_exact_mut(dim).zip(diagonal.chunks_exact(dim)).zip(sum_wo.chunks_exact(dim));
    for (((d, icf), ((d_mean, e), s)), (w, sum_q)) in rows.zip(vectors).zip(d_alphas.iter().zip(sum_q)) {
        let (d_q, d_l) = d.split_at_mut(dim);
        let mut l = &icf[dim..];
        let mut norm = 0.0;
        for i in 0..dim {
            d_q[i] = w - e[i] * d_q[i] + gamma2 * e[i] * e[i] - m;
            norm += e[i] * e[i];
            let below = &s[i + 1..dim];
            let (column, rest) = l.split_at(below.len());
            l = rest;
            let mut d = e[i] * s[i];
            for (l, s) in column.iter().zip(below) {
                d += l * s;
            }
            d_mean[i] = d;
        }
        for (d, l) in d_l.iter_mut().zip(&icf[dim..]) {
            *d = gamma2 * l - *d;
            norm += l * l;
        }
        prior += 0.5 * gamma2 * norm - m * sum_q;
    }
    let n = (g.x.len() / dim) as f64;
    let mut share = g.alphas.clone();
    softmax(&mut share);
    for (d, share) in d_alphas.iter_mut().zip(share) {
        *d -= n * share;
    }
    prior
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problems::gmm_blocked;
    use crate::problems::numeric::{central, max_relative};

    #[test]
    fn hand_written_equals_central_differences() {
        for (dim, k, n) in [(1, 1, 1), (2, 3, 5), (5, 4, 13)] {
            let g = Instance::generate(dim, k, n, 3);
            let flat = [&g.alphas[..], &g.means, &g.icf].concat();
            let expected = central(&flat, |p| {
                let mut p = p.to_vec();
                let (alphas, means, icf) = g.split(&mut p);
                super::super::gmm::gmm(alphas, means, icf, &g.x, g.gamma, g.m)
            });
            let mut d = vec![f64::NAN; flat.len()];
            let value = fused(&g, &mut d, &mut Scratch::default());
            assert!((value - g.value()).abs() <= 1e-14 * value.abs());
            assert!(max_relative(&d, &expected) < 1e-9, "fused {dim} {k} {n}");
            for run in [gmm_blocked::blocked::<4>, gmm_blocked::blocked::<8>] {
                d.fill(f64::NAN);
                let value = run(&g, &mut d, &mut gmm_blocked::Scratch::default());
                assert!((value - g.value()).abs() <= 1e-13 * value.abs());
                assert!(max_relative(&d, &expected) < 1e-9, "blocked {dim} {k} {n}");
            }
        }
    }
}
