//! The mixture's gradient by hand, restructured: `P` points at a time, one point per lane.
//!
//! Not the order of the function any more: the triangle is transposed, and each entry of it is loaded once for
//! `P` points. It shows how much a rewrite of the *function* would give on top of a good adjoint.

use super::gmm::{constant, log_sum_exp, Instance};
use super::gmm_hand::{exponentials, finish};

/// Reused memory; lanes are re-sized to the block's width.
#[derive(Default)]
pub struct Scratch {
    diagonal: Vec<f64>,
    sum_q: Vec<f64>,
    rows: Vec<f64>,
    d_rows: Vec<f64>,
    sum_wo: Vec<f64>,
}

/// One block's vectors, a lane per point.
struct Block<const P: usize> {
    x: Vec<[f64; P]>,
    y: Vec<[f64; P]>,
    o: Vec<[f64; P]>,
    term: Vec<[f64; P]>,
}

/// By hand, `P` points at a time: `d` is overwritten, the value returned.
pub fn blocked<const P: usize>(g: &Instance, d: &mut [f64], scratch: &mut Scratch) -> f64 {
    let (d_alphas, d_means, d_icf) = g.split(d);
    let k = g.alphas.len();
    let dim = g.means.len() / k;
    let n = g.x.len() / dim;
    let size = dim * (dim + 1) / 2;
    let triangle = size - dim;
    d_alphas.fill(0.0);
    d_icf.fill(0.0);
    for (v, n) in [
        (&mut scratch.diagonal, k * dim),
        (&mut scratch.sum_q, k),
        (&mut scratch.rows, k * triangle),
        (&mut scratch.d_rows, k * triangle),
        (&mut scratch.sum_wo, k * dim),
    ] {
        v.clear();
        v.resize(n, 0.0);
    }
    let Scratch { diagonal, sum_q, rows, d_rows, sum_wo } = scratch;
    exponentials(g, size, diagonal, sum_q);
    for c in 0..k {
        for_triangle(dim, |column, row| rows[c * triangle + row] = g.icf[c * size + dim + column]);
    }

    let zero = [0.0; P];
    let mut b = Block { x: vec![zero; dim], y: vec![zero; dim], o: vec![zero; k * dim], term: vec![zero; k] };
    let mut likelihood = 0.0;
    for points in g.x.chunks(P * dim) {
        let valid = points.len() / dim;
        for (i, x) in b.x.iter_mut().enumerate() {
            *x = std::array::from_fn(|p| points[p.min(valid - 1) * dim + i]);
        }
        for c in 0..k {
            difference(&mut b.y, &b.x, &g.means[c * dim..(c + 1) * dim]);
            let o = &mut b.o[c * dim..(c + 1) * dim];
            let l = &rows[c * triangle..(c + 1) * triangle];
            let norm = whiten(&diagonal[c * dim..(c + 1) * dim], l, &b.y, o);
            b.term[c] = norm.map(|norm| g.alphas[c] + sum_q[c] - 0.5 * norm);
        }
        likelihood += softmax(&mut b.term, valid);
        for c in 0..k {
            let w = b.term[c];
            d_alphas[c] += w.iter().sum::<f64>();
            difference(&mut b.y, &b.x, &g.means[c * dim..(c + 1) * dim]);
            let o = &mut b.o[c * dim..(c + 1) * dim];
            let s = &mut sum_wo[c * dim..(c + 1) * dim];
            let d_q = &mut d_icf[c * size..c * size + dim];
            spread(&w, &b.y, o, s, d_q, &mut d_rows[c * triangle..(c + 1) * triangle]);
        }
    }

    for c in 0..k {
        for_triangle(dim, |column, row| d_icf[c * size + dim + column] = d_rows[c * triangle + row]);
    }
    let prior = finish(g, d_alphas, d_means, d_icf, diagonal, sum_q, sum_wo);
    likelihood - n as f64 * log_sum_exp(&g.alphas) + prior + constant(n, dim, k, g.gamma, g.m)
}

/// Pairs of positions of the strict lower triangle: column by column, and row by row.
fn for_triangle(dim: usize, mut f: impl FnMut(usize, usize)) {
    let mut column = 0;
    for i in 0..dim {
        for j in i + 1..dim {
            f(column, j * (j - 1) / 2 + i);
            column += 1;
        }
    }
}

#[inline(always)]
fn difference<const P: usize>(y: &mut [[f64; P]], x: &[[f64; P]], mean: &[f64]) {
    for ((y, x), m) in y.iter_mut().zip(x).zip(mean) {
        for p in 0..P {
            y[p] = x[p] - m;
        }
    }
}

#[inline(always)]
fn whiten<const P: usize>(q: &[f64], mut l: &[f64], y: &[[f64; P]], o: &mut [[f64; P]]) -> [f64; P] {
    let mut norm = [0.0; P];
    for (j, (o, q)) in o.iter_mut().zip(q).enumerate() {
        let (row, rest) = l.split_at(j);
        l = rest;
        let mut sum: [f64; P] = std::array::from_fn(|p| q * y[j][p]);
        for (l, y) in row.iter().zip(y) {
            for p in 0..P {
                sum[p] += l * y[p];
            }
        }
        *o = sum;
        for p in 0..P {
            norm[p] += sum[p] * sum[p];
        }
    }
    norm
}

#[inline(always)]
fn softmax<const P: usize>(term: &mut [[f64; P]], valid: usize) -> f64 {
    let mut max = term[0];
    for t in &term[1..] {
        for p in 0..P {
            max[p] = if t[p] > max[p] { t[p] } else { max[p] };
        }
    }
    let mut sum = [0.0; P];
    for t in term.iter_mut() {
        for p in 0..valid {
            t[p] = (t[p] - max[p]).exp();
            sum[p] += t[p];
        }
    }
    let scale: [f64; P] = std::array::from_fn(|p| 1.0 / sum[p]);
    for t in term {
        for p in 0..P {
            t[p] = if p < valid { t[p] * scale[p] } else { 0.0 };
        }
    }
    (0..valid).map(|p| max[p] + sum[p].ln()).sum()
}

#[inline(always)]
fn spread<const P: usize>(
    w: &[f64; P],
    y: &[[f64; P]],
    o: &mut [[f64; P]],
    s: &mut [f64],
    d_q: &mut [f64],
    mut d_l: &mut [f64],
) {
    for (j, (o, (s, d_q))) in o.iter_mut().zip(s.iter_mut().zip(d_q)).enumerate() {
        for p in 0..P {
            o[p] *= w[p];
        }
        *s += pairwise(o);
        *d_q += dot(o, &y[j]);
        let (row, rest) = d_l.split_at_mut(j);
        d_l = rest;
        for (d, y) in row.iter_mut().zip(y) {
            *d += dot(o, y);
        }
    }
}

/// The dot product over the lanes, in two partial sums, so that it stays packed.
#[inline(always)]
fn dot<const P: usize>(a: &[f64; P], b: &[f64; P]) -> f64 {
    let mut sum = [0.0; 2];
    for (a, b) in a.chunks_exact(2).zip(b.chunks_exact(2)) {
        sum[0] += a[0] * b[0];
        sum[1] += a[1] * b[1];
    }
    sum[0] + sum[1]
}

#[inline(always)]
fn pairwise<const P: usize>(a: &[f64; P]) -> f64 {
    dot(a, &[1.0; P])
}
