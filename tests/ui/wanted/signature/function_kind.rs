use backprop::grad;

#[grad]
const fn constant(x: f64) -> f64 {
    x * x
}

#[grad]
unsafe fn dangerous(x: f64) -> f64 {
    x * x
}

#[grad]
extern "C" fn foreign(x: f64) -> f64 {
    x * x
}

fn main() {}
