use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    x * x;
}

#[grad]
fn g(x: f64) -> f64 {
    if x > 0.0 {
        x * x
    }
}

fn main() {}
