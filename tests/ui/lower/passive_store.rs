use backprop::grad;

#[grad]
fn f(x: f64, #[no_grad] scratch: &mut [f64]) -> f64 {
    scratch[0] = x * x;
    scratch[0]
}

fn main() {}
