//! ADBench's Gaussian mixture: the log-likelihood with a Wishart prior on the precisions.
//!
//! `icf` holds per component d log-diagonals `q`, then the strict lower triangle column by column.

use super::Lcg;
use backprop::grad;

/// ADBench's π.
#[allow(clippy::approx_constant)]
pub const PI: f64 = 3.141_592_653_59;

/// `ln Σ exp x`, shifted by the largest entry.
#[grad]
pub fn log_sum_exp(x: &[f64]) -> f64 {
    let mut max = x[0];
    for i in 1..x.len() {
        if x[i] > max {
            max = x[i];
        }
    }
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += (x[i] - max).exp();
    }
    max + sum.ln()
}

/// The objective, as a user writes it.
#[grad(wrt(alphas, means, icf))]
pub fn gmm(alphas: &[f64], means: &[f64], icf: &[f64], x: &[f64], gamma: f64, m: i32) -> f64 {
    let k = alphas.len();
    let d = means.len() / k;
    let n = x.len() / d;
    let size = d * (d + 1) / 2;

    let mut diagonal = vec![0.0; k * d];
    let mut sum_q = vec![0.0; k];
    for c in 0..k {
        for j in 0..d {
            sum_q[c] += icf[c * size + j];
            diagonal[c * d + j] = icf[c * size + j].exp();
        }
    }

    let mut y = vec![0.0; d];
    let mut o = vec![0.0; d];
    let mut term = vec![0.0; k];
    let mut likelihood = 0.0;
    for p in 0..n {
        for c in 0..k {
            for j in 0..d {
                y[j] = x[p * d + j] - means[c * d + j];
                o[j] = diagonal[c * d + j] * y[j];
            }
            let mut l = c * size + d;
            for i in 0..d {
                for j in i + 1..d {
                    o[j] += icf[l] * y[i];
                    l += 1;
                }
            }
            let mut norm = 0.0;
            for j in 0..d {
                norm += o[j] * o[j];
            }
            term[c] = alphas[c] + sum_q[c] - 0.5 * norm;
        }
        likelihood += log_sum_exp(&term);
    }

    let mut prior = 0.0;
    for c in 0..k {
        let mut norm = 0.0;
        for j in 0..d {
            norm += diagonal[c * d + j] * diagonal[c * d + j];
        }
        for l in d..size {
            norm += icf[c * size + l] * icf[c * size + l];
        }
        prior += 0.5 * gamma * gamma * norm - f64::from(m) * sum_q[c];
    }

    likelihood - n as f64 * log_sum_exp(alphas) + prior + constant(n, d, k, gamma, m)
}

/// The part of the objective that depends on shapes and hyperparameters only.
pub fn constant(n: usize, d: usize, k: usize, gamma: f64, m: i32) -> f64 {
    let (nf, df) = (n as f64, d as f64);
    let freedom = df + f64::from(m) + 1.0;
    let mut ln_gamma_d = 0.25 * df * (df - 1.0) * PI.ln();
    for j in 1..=d {
        ln_gamma_d += ln_gamma(0.5 * freedom + 0.5 * (1.0 - j as f64));
    }
    let wishart = freedom * df * (gamma.ln() - 0.5 * 2.0_f64.ln()) - ln_gamma_d;
    -0.5 * nf * df * (2.0 * PI).ln() - k as f64 * wishart
}

/// `ln Γ` of a positive number: Stirling's series, after the recurrence has moved the argument beyond 12.
fn ln_gamma(mut x: f64) -> f64 {
    let mut shift = 0.0;
    while x < 12.0 {
        shift += x.ln();
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let series = (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r / 1188.0)))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - shift
}

/// One instance.
#[derive(Clone)]
pub struct Instance {
    /// Mixture weights before the softmax: k.
    pub alphas: Vec<f64>,
    /// k × d.
    pub means: Vec<f64>,
    /// k × d(d+1)/2.
    pub icf: Vec<f64>,
    /// n × d.
    pub x: Vec<f64>,
    /// Wishart prior.
    pub gamma: f64,
    /// Wishart prior.
    pub m: i32,
}

impl Instance {
    /// A generated instance of the given shape.
    pub fn generate(d: usize, k: usize, n: usize, seed: u64) -> Self {
        let mut lcg = Lcg::new(seed);
        Self {
            alphas: lcg.vec(k, -1.0, 1.0),
            means: lcg.vec(k * d, 0.0, 1.0),
            icf: lcg.vec(k * d * (d + 1) / 2, -1.0, 1.0),
            x: lcg.vec(n * d, -2.0, 2.0),
            gamma: 0.7,
            m: 2,
        }
    }

    /// The objective.
    pub fn value(&self) -> f64 {
        gmm(&self.alphas, &self.means, &self.icf, &self.x, self.gamma, self.m)
    }

    /// Number of parameters.
    pub fn parameters(&self) -> usize {
        self.alphas.len() + self.means.len() + self.icf.len()
    }

    /// The three parts of a flat gradient: alphas, means, icf.
    pub fn split<'a>(&self, flat: &'a mut [f64]) -> (&'a mut [f64], &'a mut [f64], &'a mut [f64]) {
        let (alphas, rest) = flat.split_at_mut(self.alphas.len());
        let (means, icf) = rest.split_at_mut(self.means.len());
        (alphas, means, icf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ln_gamma_at_known_points() {
        for (x, expected) in [
            (1.0, 0.0),
            (2.0, 0.0),
            (0.5, 0.572_364_942_924_700_1),
            (5.0, 24.0_f64.ln()),
            (20.0, 121_645_100_408_832_000.0_f64.ln()),
        ] {
            assert!((ln_gamma(x) - expected).abs() < 1e-14 * (1.0 + expected), "{x}");
        }
    }
}
