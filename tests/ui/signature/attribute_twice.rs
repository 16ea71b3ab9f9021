use backprop::grad;

#[grad]
#[grad(forward)]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {
    let _ = f::grad(f(1.0));
}
