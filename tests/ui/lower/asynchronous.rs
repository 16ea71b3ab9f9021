use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    let later = async { x * x };
    x
}

fn main() {}
