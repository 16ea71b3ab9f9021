use backprop::grad;
use std::collections::VecDeque;

#[grad]
fn f(x: f64) -> f64 {
    #[no_grad]
    let y;
    y = 2.0 * x;
    x * y
}

#[grad]
fn g(x: &[f64]) -> f64 {
    let mut items = x.iter();
    let head: f64 = items.by_ref().take(2).sum();
    head * items.sum::<f64>()
}

#[grad]
fn h(x: &[f64]) -> f64 {
    let mut window = VecDeque::new();
    let mut sum = 0.0;
    for v in x {
        window.push_back(v * v);
        sum += window.len() as f64;
    }
    sum
}

#[grad]
fn i(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    y.dedup_by(|a, b| a == b);
    y.iter().sum()
}

fn main() {}
