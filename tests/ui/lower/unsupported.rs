use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    #[no_grad]
    let y;
    y = 2.0 * x;
    x * y
}

fn main() {}
