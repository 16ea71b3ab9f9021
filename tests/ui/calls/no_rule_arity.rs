use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    x.sqrt(2.0)
}

fn main() {}
