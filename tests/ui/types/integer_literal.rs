use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    x * 2
}

#[grad]
fn g(x: f64) -> f64 {
    let mut y = 2 * x.max(0);
    y += 1;
    y
}

fn main() {}
