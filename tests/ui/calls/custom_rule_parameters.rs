use backprop::grad;

fn rule(x: f64, n: usize) -> (f64, impl FnOnce(f64) -> f64) {
    (x * n as f64, move |seed| seed)
}

#[grad(vjp = rule)]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {}
