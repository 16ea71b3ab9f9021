use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    static CALLS: f64 = 1.0;
    x * CALLS
}

fn main() {}
