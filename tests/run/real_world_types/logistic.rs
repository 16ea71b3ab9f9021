//! linfa: logistic regression as a model with a method over constant data; the multinomial one.
//! The user's change: slices for ndarray, one attribute.

use crate::oracle::assert_matches_central;
use backprop::{
    grad,
    special::{dot, softplus},
    Differentiable,
};
#[derive(Clone, Debug, Differentiable)]
struct Model {
    params: Vec<f64>,
    intercept: Option<f64>,
    #[no_grad]
    alpha: f64,
}
struct Data {
    x: Vec<f64>,
    y: Vec<i32>,
    features: usize,
}
#[grad]
fn log_logistic(num: f64) -> f64 {
    if num > 0.0 {
        -(1.0 + (-num).exp()).ln()
    } else {
        num - num.exp().ln_1p()
    }
}
impl Model {
    #[grad]
    fn decision(&self, row: &[f64]) -> f64 {
        let z: f64 = row.iter().zip(&self.params).map(|(a, b)| a * b).sum();
        match self.intercept {
            Some(b) => z + b,
            None => z,
        }
    }
    #[grad]
    fn loss(&self, #[no_grad] data: &Data) -> f64 {
        let n = data.y.len() as f64;
        let nll = data
            .x
            .chunks_exact(data.features)
            .zip(&data.y)
            .map(|(row, &y)| -log_logistic(self.decision(row) * if y > 0 { 1.0 } else { -1.0 }))
            .sum::<f64>();
        nll / n + 0.5 * self.alpha * self.params.iter().map(|w| w.powi(2)).sum::<f64>()
    }
}
#[grad(wrt(w))]
fn loss_slices(x: &[f64], y: &[f64], alpha: f64, w: &[f64]) -> f64 {
    let (b, w) = w.split_last().unwrap();
    let n = w.len();
    let yz: Vec<f64> = x.chunks(n).map(|r| dot(r, w) + b).zip(y).map(|(z, y)| z * y).collect();
    yz.iter().map(|v| softplus(-v)).sum::<f64>() + 0.5 * alpha * dot(w, w)
}
#[grad]
fn multinomial(w: &[[f64; 3]], x: &[Vec<f64>], #[no_grad] labels: &[usize]) -> f64 {
    let mut total = 0.0;
    for (row, &label) in x.iter().zip(labels.iter()) {
        let scores: [f64; 3] =
            std::array::from_fn(|c| row.iter().enumerate().map(|(f, v)| v * w[f][c]).sum());
        let m = scores.iter().cloned().fold(f64::MIN, f64::max);
        let lse = m + scores.iter().map(|s| (s - m).exp()).sum::<f64>().ln();
        total += lse - scores[label];
    }
    total / labels.len() as f64
}
#[test]
fn gradients_of_logistic() {
    let data =
        Data { x: (0..12).map(|k| (k as f64 * 1.3).sin()).collect(), y: vec![1, -1, 1, -1], features: 3 };
    let m = |v: &[f64]| Model { params: v[..3].to_vec(), intercept: v.get(3).copied(), alpha: 0.3 };
    let at = [0.3, -0.5, 1.1, 0.2];
    let d = m(&at).loss_grad(&data);
    assert_matches_central(&[&d.params[..], &[d.intercept.unwrap()]].concat(), |v| m(v).loss(&data), &at);
    let d = m(&at[..3]).loss_grad(&data);
    assert_matches_central(&d.params, |v| m(v).loss(&data), &at[..3]);
    let y = [1.0, -1.0, 1.0, -1.0];
    assert_matches_central(
        &loss_slices::grad(&data.x, &y, 0.3, &at),
        |v| loss_slices(&data.x, &y, 0.3, v),
        &at,
    );
    let x: Vec<Vec<f64>> = data.x.chunks(3).map(|c| c.to_vec()).collect();
    let w: Vec<f64> = (0..9).map(|k| (k as f64 * 0.7).cos()).collect();
    let ws = |v: &[f64]| v.chunks(3).map(|c| [c[0], c[1], c[2]]).collect::<Vec<_>>();
    let (d, _) = multinomial::grad(&ws(&w), &x, &[0, 2, 1, 1]);
    assert_matches_central(&d.concat(), |v| multinomial(&ws(v), &x, &[0, 2, 1, 1]), &w);
}
