//! The mixture in other writings: the same numbers, up to rounding.
// As such code is written.
#![allow(clippy::assign_op_pattern)]

/// With iterators and parts of slices.
pub mod iterators {
    use super::super::gmm::constant;
    use backprop::grad;

    /// See `gmm.rs`.

    #[grad]
    pub fn log_sum_exp(x: &[f64]) -> f64 {
        let max = x.iter().fold(f64::NEG_INFINITY, |a, b| a.max(*b));
        let sum: f64 = x.iter().map(|v| (v - max).exp()).sum();
        max + sum.ln()
    }

    /// See `gmm.rs`.

    #[grad(wrt(alphas, means, icf))]
    pub fn gmm(alphas: &[f64], means: &[f64], icf: &[f64], x: &[f64], gamma: f64, m: i32) -> f64 {
        let k = alphas.len();
        let d = means.len() / k;
        let n = x.len() / d;
        let size = d * (d + 1) / 2;
        let mut qdiags = vec![0.0; k * d];
        let mut sum_qs = vec![0.0; k];
        for c in 0..k {
            let row = &icf[c * size..(c + 1) * size];
            for (q, icf) in qdiags[c * d..(c + 1) * d].iter_mut().zip(row) {
                *q = icf.exp();
            }
            sum_qs[c] = row[..d].iter().sum::<f64>();
        }
        let mut total = 0.0;
        let mut y = vec![0.0; d];
        let mut o = vec![0.0; d];
        let mut term = vec![0.0; k];
        for point in x.chunks_exact(d) {
            for c in 0..k {
                let mean = &means[c * d..(c + 1) * d];
                for ((y, x), m) in y.iter_mut().zip(point).zip(mean) {
                    *y = x - m;
                }
                let q = &qdiags[c * d..(c + 1) * d];
                for ((o, q), y) in o.iter_mut().zip(q).zip(&y) {
                    *o = q * y;
                }
                let mut at = c * size + d;
                for i in 0..d {
                    let len = d - i - 1;
                    let l = &icf[at..at + len];
                    let yi = y[i];
                    for (o, l) in o[i + 1..].iter_mut().zip(l) {
                        *o += l * yi;
                    }
                    at += len;
                }
                let norm: f64 = o.iter().map(|v| v * v).sum();
                term[c] = alphas[c] + sum_qs[c] - 0.5 * norm;
            }
            total += log_sum_exp(&term);
        }
        let mut prior = 0.0;
        for c in 0..k {
            let q: f64 = qdiags[c * d..(c + 1) * d].iter().map(|v| v * v).sum();
            let l: f64 = icf[c * size + d..(c + 1) * size].iter().map(|v| v * v).sum();
            prior += 0.5 * gamma * gamma * (q + l) - m as f64 * sum_qs[c];
        }
        total - n as f64 * log_sum_exp(alphas) + prior + constant(n, d, k, gamma, m)
    }
}

/// As ADBench's C code has it, function by function; what a function makes goes through `&mut`.
pub mod c_port {
    use super::super::gmm::constant;
    use backprop::grad;

    /// See `gmm.rs`.

    #[grad]
    pub fn log_sum_exp(n: usize, x: &[f64]) -> f64 {
        let mut mx = x[0];
        for i in 1..n {
            if mx < x[i] {
                mx = x[i];
            }
        }
        let mut semx = 0.0;
        for i in 0..n {
            semx += (x[i] - mx).exp();
        }
        semx.ln() + mx
    }

    /// See `gmm.rs`.

    #[grad]
    pub fn sqnorm(n: usize, x: &[f64]) -> f64 {
        let mut res = x[0] * x[0];
        for i in 1..n {
            res += x[i] * x[i];
        }
        res
    }

    /// See `gmm.rs`.

    #[grad]
    pub fn subtract(d: usize, x: &[f64], y: &[f64], out: &mut [f64]) {
        for id in 0..d {
            out[id] = x[id] - y[id];
        }
    }

    /// See `gmm.rs`.

    #[grad]
    pub fn preprocess_qs(d: usize, k: usize, icf: &[f64], sum_qs: &mut [f64], qdiags: &mut [f64]) {
        let icf_sz = d * (d + 1) / 2;
        for ik in 0..k {
            sum_qs[ik] = 0.0;
            for id in 0..d {
                let q = icf[ik * icf_sz + id];
                sum_qs[ik] = sum_qs[ik] + q;
                qdiags[ik * d + id] = q.exp();
            }
        }
    }

    /// See `gmm.rs`.

    #[grad]
    pub fn qtimesx(d: usize, qdiag: &[f64], ltri: &[f64], x: &[f64], out: &mut [f64]) {
        for id in 0..d {
            out[id] = qdiag[id] * x[id];
        }
        let mut lparamsidx = 0;
        for i in 0..d {
            for j in i + 1..d {
                out[j] = out[j] + ltri[lparamsidx] * x[i];
                lparamsidx += 1;
            }
        }
    }

    /// See `gmm.rs`.

    #[grad]
    pub fn log_wishart_prior(
        p: usize,
        k: usize,
        gamma: f64,
        m: i32,
        sum_qs: &[f64],
        qdiags: &[f64],
        icf: &[f64],
    ) -> f64 {
        let icf_sz = p * (p + 1) / 2;
        let mut out = 0.0;
        for ik in 0..k {
            let frobenius = sqnorm(p, &qdiags[ik * p..]) + sqnorm(icf_sz - p, &icf[ik * icf_sz + p..]);
            out += 0.5 * gamma * gamma * frobenius - f64::from(m) * sum_qs[ik];
        }
        out
    }

    /// See `gmm.rs`.

    #[grad(wrt(alphas, means, icf))]
    pub fn gmm(alphas: &[f64], means: &[f64], icf: &[f64], x: &[f64], gamma: f64, m: i32) -> f64 {
        let k = alphas.len();
        let d = means.len() / k;
        let n = x.len() / d;
        let icf_sz = d * (d + 1) / 2;
        let mut qdiags = vec![0.0; d * k];
        let mut sum_qs = vec![0.0; k];
        let mut xcentered = vec![0.0; d];
        let mut qxcentered = vec![0.0; d];
        let mut main_term = vec![0.0; k];
        preprocess_qs(d, k, icf, &mut sum_qs, &mut qdiags);
        let mut slse = 0.0;
        for ix in 0..n {
            for ik in 0..k {
                subtract(d, &x[ix * d..], &means[ik * d..], &mut xcentered);
                qtimesx(d, &qdiags[ik * d..], &icf[ik * icf_sz + d..], &xcentered, &mut qxcentered);
                main_term[ik] = alphas[ik] + sum_qs[ik] - 0.5 * sqnorm(d, &qxcentered);
            }
            slse += log_sum_exp(k, &main_term);
        }
        let lse_alphas = log_sum_exp(k, alphas);
        let prior = log_wishart_prior(d, k, gamma, m, &sum_qs, &qdiags, icf);
        slse - n as f64 * lse_alphas + prior + constant(n, d, k, gamma, m)
    }
}

/// With vectors that are collected for each point and component.
pub mod collected {
    use super::super::gmm::constant;
    use backprop::grad;

    /// See `gmm.rs`.

    #[grad]
    pub fn log_sum_exp(x: &[f64]) -> f64 {
        let max = x.iter().fold(f64::NEG_INFINITY, |a, b| a.max(*b));
        max + x.iter().map(|v| (v - max).exp()).sum::<f64>().ln()
    }
    /// See `gmm.rs`.
    #[grad(wrt(alphas, means, icf))]
    pub fn gmm(alphas: &[f64], means: &[f64], icf: &[f64], x: &[f64], gamma: f64, m: i32) -> f64 {
        let k = alphas.len();
        let d = means.len() / k;
        let n = x.len() / d;
        let size = d * (d + 1) / 2;
        let mut q = vec![0.0; k * d];
        let mut sum_q = vec![0.0; k];
        for c in 0..k {
            for j in 0..d {
                q[c * d + j] = icf[c * size + j].exp();
                sum_q[c] += icf[c * size + j];
            }
        }
        let mut total = 0.0;
        for p in 0..n {
            let point = &x[p * d..(p + 1) * d];
            let mut term = vec![0.0; k];
            for c in 0..k {
                let y: Vec<f64> = point.iter().zip(&means[c * d..(c + 1) * d]).map(|(x, m)| x - m).collect();
                let mut o: Vec<f64> = y.iter().zip(&q[c * d..(c + 1) * d]).map(|(y, q)| y * q).collect();
                let mut l = c * size + d;
                for i in 0..d {
                    for j in i + 1..d {
                        o[j] += icf[l] * y[i];
                        l += 1;
                    }
                }
                let norm: f64 = o.iter().map(|v| v * v).sum();
                term[c] = alphas[c] + sum_q[c] - 0.5 * norm;
            }
            total += log_sum_exp(&term);
        }
        let mut prior = 0.0;
        for c in 0..k {
            let mut s = 0.0;
            for j in 0..d {
                s += q[c * d + j] * q[c * d + j];
            }
            for j in d..size {
                s += icf[c * size + j] * icf[c * size + j];
            }
            prior += 0.5 * gamma * gamma * s - f64::from(m) * sum_q[c];
        }
        total - n as f64 * log_sum_exp(alphas) + prior + constant(n, d, k, gamma, m)
    }
}
