use backprop::grad;

#[grad]
fn f(x: &[f64]) -> f64 {
    let mut items = x.iter().peekable();
    items.by_ref().sum()
}

#[grad]
fn g(x: &[f64]) -> f64 {
    x.iter().copied().max_by_key(|a| *a as i64).unwrap_or(0.0)
}

fn main() {}
