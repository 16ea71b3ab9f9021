use backprop::grad;

#[grad]
#[grad]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {}
