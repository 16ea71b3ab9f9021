use backprop::grad;

#[grad]
fn f(x: &[f64]) -> f64 {
    x.iter().max_by_key(|a| **a as i64).copied().unwrap_or(0.0)
}

#[grad]
fn g(x: &[f64]) -> f64 {
    x.iter().map(|a| a * a).is_sorted().then_some(x[0]).unwrap_or(0.0)
}

fn main() {}
