use backprop::grad;

#[grad]
fn first<'a>(x: &'a [f64]) -> &'a f64 {
    &x[0]
}

#[grad]
fn last(x: &[f64]) -> &f64 {
    &x[x.len() - 1]
}

fn main() {
    let _ = first::vjp(&[1.0]);
}
