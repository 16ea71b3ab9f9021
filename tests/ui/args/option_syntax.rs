use backprop::grad;

#[grad(forward source)]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {}
