use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    let y = x * 2.0
    y + 1.0
}

fn main() {}
