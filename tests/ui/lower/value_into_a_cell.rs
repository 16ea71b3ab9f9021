use backprop::grad;
use std::cell::Cell;

thread_local! {
    static LAST: Cell<f64> = const { Cell::new(0.0) };
}

#[grad]
fn through_a_parameter(x: f64, #[no_grad] last: &Cell<f64>) -> f64 {
    last.set(x);
    x * last.get()
}

#[grad]
fn through_a_thread_local(x: f64) -> f64 {
    LAST.set(x);
    LAST.get() * x
}

fn main() {}
