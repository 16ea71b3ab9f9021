use backprop::grad;

#[grad(wrt = x, forward = 3, name = "other", vjp)]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {}
