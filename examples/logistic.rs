//! Logistic regression on Fisher's irises: loss and gradient in one `#[grad]` function over slices.
//!
//! `cargo run --release --example logistic`
//!
//! Versicolor or virginica from four measurements: the classes overlap, so the regularised optimum is a point.
//! It is found by accelerated gradient descent on the generated gradient, and again by Newton's method, whose
//! gradient and Hessian are written by hand below and share nothing with it. Both must agree.

// Formulas of several arrays read better with indices.
#![allow(clippy::needless_range_loop)]

use backprop::grad;

/// Four weights and a bias.
const N: usize = 5;

/// Mean logistic loss plus `ridge / 2 · |w|²` (the bias is free).
///
/// `x` holds the rows one after the other, `label` is 1 or -1.
#[grad(wrt(w, bias))]
fn loss(w: &[f64], bias: f64, x: &[f64], label: &[f64], ridge: f64) -> f64 {
    let n = w.len();
    let mut total = 0.0;
    for i in 0..label.len() {
        let mut s = bias;
        for j in 0..n {
            s += w[j] * x[i * n + j];
        }
        let margin = label[i] * s;
        // ln(1 + exp(-margin)), without overflow on either side.
        total += if margin > 0.0 { (-margin).exp().ln_1p() } else { margin.exp().ln_1p() - margin };
    }
    let mut norm = 0.0;
    for j in 0..n {
        norm += w[j] * w[j];
    }
    total / label.len() as f64 + 0.5 * ridge * norm
}

const RIDGE: f64 = 1e-2;

fn main() {
    let (x, label) = data();
    let by_gradient = descend(&x, &label);
    let by_newton = newton(&x, &label);

    println!("\n  {:<13} {:>10} {:>10}", "parameter", "gradient", "Newton");
    let names = ["sepal length", "sepal width", "petal length", "petal width", "bias"];
    for ((name, a), b) in names.iter().zip(by_gradient).zip(by_newton) {
        println!("  {name:<13} {a:>10.6} {b:>10.6}");
        assert!((a - b).abs() < 1e-8, "{name}: {a} is not the optimum {b}");
    }

    let right = x
        .chunks_exact(4)
        .zip(&label)
        .filter(|(x, label)| {
            let s: f64 = by_gradient[4] + x.iter().zip(&by_gradient).map(|(x, w)| x * w).sum::<f64>();
            s * **label > 0.0
        })
        .count();
    println!("{right} of {} flowers on the right side", label.len());
    assert!(right >= 94, "the classes overlap in a few flowers only");
}

/// Standardised measurements of 100 flowers, and their labels.
fn data() -> (Vec<f64>, Vec<f64>) {
    let (mut x, mut label) = (Vec::new(), Vec::new());
    for line in include_str!("data/iris.csv").lines().skip(1).filter(|line| !line.ends_with("setosa")) {
        let fields: Vec<&str> = line.split(',').collect();
        x.extend(fields[..4].iter().map(|f| f.parse::<f64>().expect("a number")));
        label.push(if fields[4] == "virginica" { 1.0 } else { -1.0 });
    }
    let n = label.len() as f64;
    for j in 0..4 {
        let column = || x.iter().skip(j).step_by(4);
        let mean = column().sum::<f64>() / n;
        let deviation = (column().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n).sqrt();
        x.iter_mut().skip(j).step_by(4).for_each(|v| *v = (*v - mean) / deviation);
    }
    assert_eq!((x.len(), label.len()), (400, 100));
    (x, label)
}

/// Nesterov's accelerated gradient descent, until the gradient vanishes.
fn descend(x: &[f64], label: &[f64]) -> [f64; N] {
    let (mut at, mut before) = ([0.0; N], [0.0; N]);
    let (mut d_w, mut d_bias) = ([0.0; 4], 0.0);
    println!("  {:>6} {:>10} {:>10}", "step", "loss", "|gradient|");
    for step in 0..20_000 {
        let momentum = f64::from(step) / f64::from(step + 3);
        let ahead: [f64; N] = std::array::from_fn(|j| at[j] + momentum.min(0.97) * (at[j] - before[j]));
        let value = loss::grad_into(&ahead[..4], ahead[4], x, label, RIDGE, &mut d_w, &mut d_bias);
        let norm = d_w.iter().fold(d_bias * d_bias, |s, d| s + d * d).sqrt();
        if step % 200 == 0 || norm < 1e-11 {
            println!("  {step:>6} {value:>10.7} {norm:>10.1e}");
        }
        if norm < 1e-11 {
            return ahead;
        }
        before = at;
        at = std::array::from_fn(|j| ahead[j] - if j < 4 { d_w[j] } else { d_bias });
    }
    panic!("no convergence in 20 000 steps");
}

/// Newton's method with a gradient and a Hessian by hand.
fn newton(x: &[f64], label: &[f64]) -> [f64; N] {
    let mut p = [0.0; N];
    for _ in 0..50 {
        let (mut g, mut h) = ([0.0; N], [[0.0; N]; N]);
        for (x, label) in x.chunks_exact(4).zip(label) {
            let row = [x[0], x[1], x[2], x[3], 1.0];
            let s: f64 = row.iter().zip(&p).map(|(x, p)| x * p).sum();
            let sigma = 1.0 / (1.0 + (-s).exp());
            let target = 0.5 * (label + 1.0);
            for i in 0..N {
                g[i] += (sigma - target) * row[i] / 100.0;
                for j in 0..N {
                    h[i][j] += sigma * (1.0 - sigma) * row[i] * row[j] / 100.0;
                }
            }
        }
        for i in 0..4 {
            g[i] += RIDGE * p[i];
            h[i][i] += RIDGE;
        }
        let step = solve(h, g);
        for (p, s) in p.iter_mut().zip(step) {
            *p -= s;
        }
        if step.iter().all(|s| s.abs() < 1e-14) {
            return p;
        }
    }
    panic!("Newton's method did not converge");
}

/// Gaussian elimination of a positive definite system.
fn solve(mut a: [[f64; N]; N], mut b: [f64; N]) -> [f64; N] {
    for i in 0..N {
        for j in i + 1..N {
            let factor = a[j][i] / a[i][i];
            for k in i..N {
                a[j][k] -= factor * a[i][k];
            }
            b[j] -= factor * b[i];
        }
    }
    for i in (0..N).rev() {
        for k in i + 1..N {
            b[i] -= a[i][k] * b[k];
        }
        b[i] /= a[i][i];
    }
    b
}
