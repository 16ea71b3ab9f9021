use backprop::grad;

#[grad(forward, forward)]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {}
