use backprop::grad;

#[grad]
fn f(x: &[f64]) -> f64 {
    x.iter().cycle().take(7).sum()
}

#[grad]
fn g(x: &[f64]) -> f64 {
    x.iter().copied().reduce(|a, b| a * b).unwrap_or(0.0)
}

fn main() {}
