//! P25: gradients are right under every way to build: link-time optimisation, codegen units, incremental builds.
//!
//! `cargo run -p xtask -- builds` runs it in each; it prints the bits, which may not differ between optimised builds by more
//! than rounding.

use backprop::grad;

mod callee {
    use backprop::grad;

    /// Called from another codegen unit.
    #[grad]
    pub fn wave(x: f64, k: f64) -> f64 {
        (k * x).sin() * x.exp()
    }

    /// Recursive: its residuals are in an arena.
    #[grad]
    pub fn power(x: f64, n: u32) -> f64 {
        if n == 0 {
            1.0
        } else {
            x * power(x, n - 1)
        }
    }

    /// Generic: made where it is called.
    #[grad]
    pub fn norm<const N: usize>(x: &[f64; N]) -> f64 {
        let mut sum = 0.0;
        for v in x {
            sum += v * v;
        }
        sum.sqrt()
    }

    /// Changes its argument.
    #[grad]
    pub fn scale(x: &mut [f64], by: f64) {
        for v in x.iter_mut() {
            *v *= by;
        }
    }
}

/// Accumulates: fused, nothing is kept.
#[grad]
fn mean_of_waves(x: &[f64], k: f64) -> f64 {
    let mut sum = 0.0;
    for v in x {
        sum += callee::wave(*v, k);
    }
    sum / x.len() as f64
}

/// Carries state: kept per iteration.
#[grad]
fn map(x0: f64, rate: f64, steps: usize) -> f64 {
    let mut x = x0;
    for _ in 0..steps {
        x = rate * x * (1.0 - x);
    }
    x
}

/// Arrays in place, calls that change them, an unknown trip count.
#[grad]
fn in_place(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    callee::scale(&mut y, 0.5);
    let mut i = 1;
    while i < y.len() {
        y[i] = y[i] * y[i - 1] + y[i].cos();
        i += 1;
    }
    y[x.len() - 1] * callee::norm(&[x[0], x[1], 2.0]) + callee::power(x[0], 5)
}

/// The derivative of the logistic map by the chain rule, and of its rate.
fn map_by_hand(x0: f64, rate: f64, steps: usize) -> [f64; 2] {
    let (mut x, mut dx, mut dr) = (x0, 1.0, 0.0);
    for _ in 0..steps {
        (dx, dr) = (rate * (1.0 - 2.0 * x) * dx, x * (1.0 - x) + rate * (1.0 - 2.0 * x) * dr);
        x = rate * x * (1.0 - x);
    }
    [dx, dr]
}

/// The derivative of `mean_of_waves`, written out.
fn waves_by_hand(x: &[f64], k: f64) -> Vec<f64> {
    let n = x.len() as f64;
    let mut all: Vec<f64> = x.iter().map(|v| (k * (k * v).cos() + (k * v).sin()) * v.exp() / n).collect();
    all.push(x.iter().map(|v| v * (k * v).cos() * v.exp() / n).sum());
    all
}

/// The derivative of `in_place`, forward, one input at a time.
fn in_place_by_hand(x: &[f64]) -> Vec<f64> {
    let partial = |k: usize| {
        let t = |i: usize| if i == k { 1.0 } else { 0.0 };
        let (mut y, mut d) = (0.5 * x[0], 0.5 * t(0));
        for (i, v) in x.iter().enumerate().skip(1) {
            let (h, dh) = (0.5 * v, 0.5 * t(i));
            (y, d) = (h * y + h.cos(), dh * y + h * d - h.sin() * dh);
        }
        let norm = (x[0] * x[0] + x[1] * x[1] + 4.0).sqrt();
        let dnorm = (x[0] * t(0) + x[1] * t(1)) / norm;
        d * norm + y * dnorm + 5.0 * x[0].powi(4) * t(0)
    };
    (0..x.len()).map(partial).collect()
}

fn compare(name: &str, gradient: &[f64], expected: &[f64]) {
    assert_eq!(gradient.len(), expected.len(), "{name}");
    for (k, (g, e)) in gradient.iter().zip(expected).enumerate() {
        assert!((g - e).abs() <= 1e-11 * e.abs().max(1.0), "{name}, entry {k}: {g:e}, expected {e:e}");
        println!("{name} {k} {:016x}", g.to_bits());
    }
}

fn run() {
    let x: Vec<f64> = (0..37).map(|k| f64::from((k * 29 + 7) % 31) / 17.0 - 0.8).collect();
    let (value, (mut gradient, d_k)) = mean_of_waves::value_and_grad(&x, 1.3);
    assert_eq!(value.to_bits(), mean_of_waves(&x, 1.3).to_bits());
    gradient.push(d_k);
    compare("mean_of_waves", &gradient, &waves_by_hand(&x, 1.3));

    let (value, (d_x0, d_rate)) = map::value_and_grad(0.3, 3.1, 25);
    assert_eq!(value.to_bits(), map(0.3, 3.1, 25).to_bits());
    compare("map", &[d_x0, d_rate], &map_by_hand(0.3, 3.1, 25));

    let (value, pullback) = in_place::vjp(&x[..9]);
    assert_eq!(value.to_bits(), in_place(&x[..9]).to_bits());
    let gradient = in_place::grad(&x[..9]);
    compare("in_place", &gradient, &in_place_by_hand(&x[..9]));
    compare("in_place, split", &pullback(1.0), &in_place_by_hand(&x[..9]));
}

fn main() {
    run();
}

#[test]
fn p25_gradients_in_this_build() {
    run();
}
