use backprop::grad;

fn rule(x: f64) -> f64 {
    2.0 * x
}

#[grad(vjp = rule)]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {}
