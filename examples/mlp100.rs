//! "For a small model gradients by hand are possible, for a 100-layer network they are not": 100 layers of 32
//! tanh units as one `#[grad]` function over a flat slice, trained by gradient descent.
//!
//! `cargo run --release --example mlp100`

// Formulas of several arrays read better with indices.
#![allow(clippy::needless_range_loop)]

use backprop::{grad, Workspace};
use cpu_time::ThreadTime;
use std::hint::black_box;

const WIDTH: usize = 32;
const LAYERS: usize = 100;
/// A matrix (row by row) and its biases.
const LAYER: usize = WIDTH * WIDTH + WIDTH;

/// Mean squared error over samples of `WIDTH` inputs and `WIDTH` targets.
#[grad(wrt(params))]
fn loss(params: &[f64], inputs: &[f64], targets: &[f64]) -> f64 {
    let samples = inputs.len() / WIDTH;
    let mut h = vec![0.0; WIDTH];
    let mut z = vec![0.0; WIDTH];
    let mut total = 0.0;
    for s in 0..samples {
        for i in 0..WIDTH {
            h[i] = inputs[s * WIDTH + i];
        }
        for l in 0..params.len() / LAYER {
            let w = &params[l * LAYER..(l + 1) * LAYER];
            for i in 0..WIDTH {
                let mut sum = w[WIDTH * WIDTH + i];
                for j in 0..WIDTH {
                    sum += w[i * WIDTH + j] * h[j];
                }
                z[i] = sum;
            }
            for i in 0..WIDTH {
                h[i] = z[i].tanh();
            }
        }
        for i in 0..WIDTH {
            let e = h[i] - targets[s * WIDTH + i];
            total += e * e;
        }
    }
    total / targets.len() as f64
}

/// The same numbers on every machine: a linear congruential generator, uniform in ±1.
fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

fn main() {
    let mut seed = 7;
    // Close to the identity, so that a signal passes 100 layers.
    let mut params = Vec::with_capacity(LAYERS * LAYER);
    for _ in 0..LAYERS {
        for i in 0..WIDTH {
            for j in 0..WIDTH {
                params.push(if i == j { 1.0 } else { 0.0 } + 0.02 * uniform(&mut seed));
            }
        }
        params.resize(params.len() + WIDTH, 0.0);
    }
    // The task: each sample's inputs in reverse order, at a fraction of their size.
    let samples = 8;
    let inputs: Vec<f64> = (0..samples * WIDTH).map(|_| 0.5 * uniform(&mut seed)).collect();
    let targets: Vec<f64> =
        inputs.chunks(WIDTH).flat_map(|x| x.iter().rev().map(|x| 0.2 * x).collect::<Vec<_>>()).collect();

    train(&mut params, &inputs, &targets);
    cost(&params, &inputs[..WIDTH], &targets[..WIDTH]);
}

fn train(params: &mut [f64], inputs: &[f64], targets: &[f64]) {
    let mut workspace = Workspace::default();
    let mut d = vec![0.0; params.len()];
    let mut losses = Vec::new();
    println!("{LAYERS} layers of {WIDTH}, {} parameters", params.len());
    for step in 0..=300 {
        let value = loss::grad_with(&mut workspace, params, inputs, targets, &mut d);
        if step % 50 == 0 {
            println!("  step {step:>3}  loss {value:.6}");
            losses.push(value);
        }
        for (p, d) in params.iter_mut().zip(&d) {
            *p -= 0.05 * d;
        }
    }
    assert!(losses.windows(2).all(|pair| pair[1] < pair[0]), "the loss falls: {losses:?}");
    assert!(losses[losses.len() - 1] < 0.5 * losses[0], "and far: {losses:?}");
}

/// One gradient's time and extra memory beside the function's own.
fn cost(params: &[f64], inputs: &[f64], targets: &[f64]) {
    let mut d = vec![0.0; params.len()];
    let mut workspace = Workspace::default();
    let mut gradient = || loss::grad_with(&mut workspace, params, inputs, targets, &mut d);
    let function = || loss(params, inputs, targets);
    assert_eq!(gradient().to_bits(), function().to_bits(), "the same value, to the bit");

    let (f, g) = (seconds(function), seconds(&mut gradient));
    let warm = allocation_counter::measure(|| {
        black_box(gradient());
    });
    let mut fresh = vec![0.0; params.len()];
    let held = |info: allocation_counter::AllocationInfo| info.bytes_max;
    let f_bytes = held(allocation_counter::measure(|| {
        black_box(function());
    }));
    let g_bytes = held(allocation_counter::measure(|| {
        black_box(loss::grad_into(params, inputs, targets, &mut fresh));
    }));
    println!("one sample: function {:.1} µs, gradient {:.1} µs, ratio {:.2}", f * 1e6, g * 1e6, g / f);
    println!(
        "heap held during a call: function {f_bytes} bytes, gradient {g_bytes} bytes (the parameters are {} bytes); \
         with a warm workspace {} allocations",
        8 * params.len(),
        warm.count_total
    );
}

/// Seconds of thread CPU time per call, the best of several batches.
fn seconds(mut f: impl FnMut() -> f64) -> f64 {
    (0..20)
        .map(|_| {
            let start = ThreadTime::now();
            for _ in 0..10 {
                black_box(f());
            }
            start.elapsed().as_secs_f64() / 10.0
        })
        .fold(f64::INFINITY, f64::min)
}
