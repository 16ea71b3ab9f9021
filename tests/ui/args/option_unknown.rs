use backprop::grad;

#[grad(forwrad)]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {}
