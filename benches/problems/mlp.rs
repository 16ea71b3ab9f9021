//! A network of many narrow tanh layers over one flat parameter slice.

use super::Lcg;
use backprop::grad;

/// Squared error of the network's output, as a user writes it.
///
/// A layer is a square matrix (row by row), then its biases.
#[grad(wrt(params))]
pub fn mlp(params: &[f64], x: &[f64], target: &[f64]) -> f64 {
    let n = x.len();
    let layers = params.len() / (n * n + n);
    let mut h = x.to_vec();
    let mut z = vec![0.0; n];
    for l in 0..layers {
        let w = &params[l * (n * n + n)..(l + 1) * (n * n + n)];
        for i in 0..n {
            let mut s = w[n * n + i];
            for j in 0..n {
                s += w[i * n + j] * h[j];
            }
            z[i] = s;
        }
        for i in 0..n {
            h[i] = z[i].tanh();
        }
    }
    let mut loss = 0.0;
    for i in 0..n {
        let e = h[i] - target[i];
        loss += 0.5 * e * e;
    }
    loss
}

/// Reused memory: the activations, and one layer's cotangents.
#[derive(Default)]
pub struct Scratch {
    h: Vec<f64>,
    d_z: Vec<f64>,
    d_h: Vec<f64>,
}

/// How the forward matrix-vector product is written.
pub trait Forward {
    /// `out = tanh(W h + b)`.
    fn layer(w: &[f64], b: &[f64], h: &[f64], out: &mut [f64]);
}

/// One row after the other, as in the function.
pub struct Rows;

impl Forward for Rows {
    #[inline(always)]
    fn layer(w: &[f64], b: &[f64], h: &[f64], out: &mut [f64]) {
        for ((row, b), out) in w.chunks_exact(h.len()).zip(b).zip(out.iter_mut()) {
            let mut s = *b;
            for (w, h) in row.iter().zip(h) {
                s += w * h;
            }
            *out = s;
        }
        for out in out {
            *out = out.tanh();
        }
    }
}

/// Four rows at once: four independent chains of additions, each in the order of the function.
pub struct FourRows;

impl Forward for FourRows {
    #[inline(always)]
    fn layer(w: &[f64], b: &[f64], h: &[f64], out: &mut [f64]) {
        let n = h.len();
        let blocks = out.chunks_exact_mut(4).zip(b.chunks_exact(4)).zip(w.chunks_exact(4 * n));
        for ((out, b), w) in blocks {
            let (r0, rest) = w.split_at(n);
            let (r1, rest) = rest.split_at(n);
            let (r2, r3) = rest.split_at(n);
            let mut s = [b[0], b[1], b[2], b[3]];
            for ((((h, a), b), c), d) in h.iter().zip(r0).zip(r1).zip(r2).zip(r3) {
                s[0] += a * h;
                s[1] += b * h;
                s[2] += c * h;
                s[3] += d * h;
            }
            out.copy_from_slice(&s);
        }
        let done = n - n % 4;
        for i in done..n {
            out[i] = w[i * n..(i + 1) * n].iter().zip(h).fold(b[i], |s, (w, h)| s + w * h);
        }
        for out in out {
            *out = out.tanh();
        }
    }
}

/// By hand: activations kept; matrices' gradients assigned (each entry has one contribution).
pub fn stored<F: Forward>(params: &[f64], x: &[f64], target: &[f64], d: &mut [f64], s: &mut Scratch) -> f64 {
    let n = x.len();
    let size = n * n + n;
    let layers = params.len() / size;
    s.h.resize((layers + 1) * n, 0.0);
    s.d_z.resize(n, 0.0);
    s.d_h.resize(n, 0.0);
    let (h, d_z, d_h) = (&mut s.h[..], &mut s.d_z[..], &mut s.d_h[..]);

    h[..n].copy_from_slice(x);
    for (l, p) in params.chunks_exact(size).enumerate() {
        let (before, after) = h[l * n..(l + 2) * n].split_at_mut(n);
        let (w, b) = p.split_at(n * n);
        F::layer(w, b, before, after);
    }
    let mut loss = 0.0;
    for ((h, t), d) in h[layers * n..].iter().zip(target).zip(d_h.iter_mut()) {
        let e = h - t;
        loss += 0.5 * e * e;
        *d = e;
    }
    for (l, (p, d)) in params.chunks_exact(size).zip(d.chunks_exact_mut(size)).enumerate().rev() {
        let (before, after) = h[l * n..(l + 2) * n].split_at(n);
        let (d_w, d_b) = d.split_at_mut(n * n);
        for ((d_z, d_b), (d, h)) in d_z.iter_mut().zip(d_b).zip(d_h.iter().zip(after)) {
            *d_z = d * (1.0 - h * h);
            *d_b = *d_z;
        }
        d_h.fill(0.0);
        for ((d_row, row), d_z) in d_w.chunks_exact_mut(n).zip(p.chunks_exact(n)).zip(d_z.iter()) {
            for (((d_w, w), d_h), h) in d_row.iter_mut().zip(row).zip(d_h.iter_mut()).zip(before) {
                *d_w = d_z * h;
                *d_h += d_z * w;
            }
        }
    }
    loss
}

/// Generated `(params, x, target)`.
pub fn generate(layers: usize, n: usize, seed: u64) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let mut lcg = Lcg::new(seed);
    let scale = (3.0 / n as f64).sqrt() * 1.4;
    let params = lcg.vec(layers * (n * n + n), -scale, scale);
    (params, lcg.vec(n, -1.0, 1.0), lcg.vec(n, -0.5, 0.5))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problems::numeric::{central, max_relative};

    #[test]
    fn hand_written_equals_central_differences() {
        for (layers, n) in [(1, 1), (3, 4), (5, 6), (2, 9)] {
            let (params, x, target) = generate(layers, n, 4);
            let expected = central(&params, |p| mlp(p, &x, &target));
            for run in [stored::<Rows>, stored::<FourRows>] {
                let mut d = vec![f64::NAN; params.len()];
                let value = run(&params, &x, &target, &mut d, &mut Scratch::default());
                assert_eq!(value.to_bits(), mlp(&params, &x, &target).to_bits());
                assert!(max_relative(&d, &expected) < 1e-9, "{layers} {n}");
            }
        }
    }
}
