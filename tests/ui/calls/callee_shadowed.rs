use backprop::grad;

#[grad]
fn square(x: f64) -> f64 {
    x * x
}

#[grad]
fn f(x: f64) -> f64 {
    let square = 2.0 * x;
    square(x)
}

fn main() {}
