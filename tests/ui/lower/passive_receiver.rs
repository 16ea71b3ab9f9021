use backprop::grad;

#[grad]
fn f(x: f64, #[no_grad] scratch: &mut Vec<f64>) -> f64 {
    scratch.push(x * x);
    scratch[0]
}

fn main() {}
