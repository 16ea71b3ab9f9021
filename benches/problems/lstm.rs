//! ADBench's LSTM: diagonal weights, a softmax over the next character, mean negative log-likelihood.

use super::Lcg;
use backprop::grad;

/// The logistic function.
#[grad]
#[inline]
pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// The objective, as a user writes it.
///
/// `main` is `[layers][8][b]` (weights forget, in, out, change, then biases), `extra` is `in_w, out_w, out_b`,
/// `state` is `[layers][hidden, cell][b]`, `sequence` is `[chars][b]`.
#[grad(wrt(main, extra))]
pub fn lstm(main: &[f64], extra: &[f64], state: &[f64], sequence: &[f64]) -> f64 {
    let b = extra.len() / 3;
    let layers = main.len() / (8 * b);
    let steps = sequence.len() / b - 1;

    let mut hidden = vec![0.0; layers * b];
    let mut cell = vec![0.0; layers * b];
    for l in 0..layers {
        for j in 0..b {
            hidden[l * b + j] = state[2 * l * b + j];
            cell[l * b + j] = state[(2 * l + 1) * b + j];
        }
    }

    let mut x = vec![0.0; b];
    let mut y = vec![0.0; b];
    let mut total = 0.0;
    for t in 0..steps {
        for j in 0..b {
            x[j] = sequence[t * b + j] * extra[j];
        }
        for l in 0..layers {
            let w = &main[l * 8 * b..(l + 1) * 8 * b];
            for j in 0..b {
                let h = hidden[l * b + j];
                let forget = sigmoid(x[j] * w[j] + w[4 * b + j]);
                let ingate = sigmoid(h * w[b + j] + w[5 * b + j]);
                let outgate = sigmoid(x[j] * w[2 * b + j] + w[6 * b + j]);
                let change = (h * w[3 * b + j] + w[7 * b + j]).tanh();
                cell[l * b + j] = cell[l * b + j] * forget + ingate * change;
                hidden[l * b + j] = outgate * cell[l * b + j].tanh();
                x[j] = hidden[l * b + j];
            }
        }
        let mut sum = 2.0;
        for j in 0..b {
            y[j] = x[j] * extra[b + j] + extra[2 * b + j];
            sum += y[j].exp();
        }
        let normaliser = sum.ln();
        for j in 0..b {
            total += sequence[(t + 1) * b + j] * (y[j] - normaliser);
        }
    }
    -total / (b * steps) as f64
}

/// One instance.
#[derive(Clone)]
pub struct Instance {
    /// `[layers][8][b]`.
    pub main: Vec<f64>,
    /// `[3][b]`.
    pub extra: Vec<f64>,
    /// `[layers][2][b]`.
    pub state: Vec<f64>,
    /// `[chars][b]`.
    pub sequence: Vec<f64>,
}

impl Instance {
    /// A generated instance with `b` features.
    pub fn generate(layers: usize, chars: usize, b: usize, seed: u64) -> Self {
        let mut lcg = Lcg::new(seed);
        Self {
            main: lcg.vec(layers * 8 * b, -0.5, 1.0),
            extra: lcg.vec(3 * b, -0.5, 1.0),
            state: lcg.vec(layers * 2 * b, 0.0, 1.0),
            sequence: (0..chars * b).map(|_| if lcg.unit() < 0.3 { 1.0 } else { 0.0 }).collect(),
        }
    }

    /// The objective.
    pub fn value(&self) -> f64 {
        lstm(&self.main, &self.extra, &self.state, &self.sequence)
    }

    /// Number of parameters.
    pub fn parameters(&self) -> usize {
        self.main.len() + self.extra.len()
    }
}
