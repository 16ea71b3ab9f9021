use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    #[no_grad]
    let pair = [x, 2.0 * x];
    pair[0] * x
}

fn main() {}
