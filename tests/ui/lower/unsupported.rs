use backprop::grad;

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

fn main() {}
