use backprop::grad;

#[grad]
const fn constant(x: f64) -> f64 {
    x * x
}

#[grad]
extern "C" fn foreign(x: f64) -> f64 {
    x * x
}

#[grad]
unsafe fn trusted(x: f64) -> f64 {
    x * x
}

#[grad]
async fn later(x: f64) -> f64 {
    x * x
}

fn main() {
    // No second error: the companions are there.
    let _ = constant::grad(1.0) + foreign::value_and_grad(1.0).1 + trusted::grad(1.0) + later::grad(1.0);
}
