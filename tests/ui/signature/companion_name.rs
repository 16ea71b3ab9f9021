use backprop::grad;

#[grad]
fn core(x: f64) -> f64 {
    x * x
}

fn main() {}
