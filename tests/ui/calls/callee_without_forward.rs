use backprop::grad;

#[grad]
fn square(x: f64) -> f64 {
    x * x
}

#[grad(forward)]
fn f(x: f64) -> f64 {
    square(x) + 1.0
}

fn main() {}
