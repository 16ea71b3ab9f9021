use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    #[instrument]
    let y = 2.0 * x;
    y
}

fn main() {}
