use backprop::grad;

#[grad]
fn f(x: f64) -> [f64; 2] {
    [x, x * x]
}

fn user() {
    let _ = f::grad(1.0);
}

fn main() {}
