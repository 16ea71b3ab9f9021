use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    x * missing
}

fn main() {}
