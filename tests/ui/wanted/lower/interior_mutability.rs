use backprop::grad;

use std::cell::Cell;

#[grad]
fn f(x: f64, #[no_grad] last: &Cell<f64>) -> f64 {
    last.set(x);
    x * last.get()
}

fn main() {}
