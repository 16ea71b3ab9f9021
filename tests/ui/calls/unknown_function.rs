use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    not_defined(x)
}

fn main() {}
