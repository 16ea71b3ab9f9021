use backprop::grad;

#[grad]
fn first<'a>(x: &'a [f64]) -> &'a f64 {
    &x[0]
}

fn main() {}
