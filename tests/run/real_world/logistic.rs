//! linfa-logistic: regularised loss with its hand-written gradient.
//! The user's change: rows of slices for ndarray, one attribute; `logistic_grad` can go.

use crate::oracle::{assert_all_close, Numbers};
use backprop::grad;

#[grad]
fn log_logistic(x: f64) -> f64 {
    if x > 0.0 {
        -(1.0 + (-x).exp()).ln()
    } else {
        x - (1.0 + x.exp()).ln()
    }
}

#[grad(wrt(w))]
fn logistic_loss(x: &[Vec<f64>], y: &[f64], alpha: f64, w: &[f64]) -> f64 {
    let (params, intercept) =
        if w.len() == x[0].len() { (w, 0.0) } else { (&w[..w.len() - 1], w[w.len() - 1]) };
    let mut loss = 0.0;
    for (row, label) in x.iter().zip(y) {
        let z = row.iter().zip(params).map(|(a, b)| a * b).sum::<f64>() + intercept;
        loss -= log_logistic(label * z);
    }
    loss + 0.5 * alpha * params.iter().map(|p| p * p).sum::<f64>()
}

/// As upstream writes it.
fn logistic_grad(x: &[Vec<f64>], y: &[f64], alpha: f64, w: &[f64]) -> Vec<f64> {
    let n = x[0].len();
    let mut gradient: Vec<f64> = (0..w.len()).map(|j| if j < n { alpha * w[j] } else { 0.0 }).collect();
    for (row, label) in x.iter().zip(y) {
        let z = row.iter().zip(w).map(|(a, b)| a * b).sum::<f64>() + if w.len() > n { w[n] } else { 0.0 };
        let factor = (1.0 / (1.0 + (-label * z).exp()) - 1.0) * label;
        for j in 0..w.len() {
            gradient[j] += factor * if j < n { row[j] } else { 1.0 };
        }
    }
    gradient
}

#[test]
fn gradient_equals_the_hand_written_one() {
    let mut numbers = Numbers::new(15);
    let x: Vec<Vec<f64>> = (0..20).map(|_| numbers.vec(3)).collect();
    let y: Vec<f64> = (0..20).map(|_| numbers.next().signum()).collect();
    for n in [3, 4] {
        let w = numbers.vec(n);
        assert_all_close(&logistic_loss::grad(&x, &y, 0.3, &w), &logistic_grad(&x, &y, 0.3, &w));
    }
}
