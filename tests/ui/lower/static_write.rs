use backprop::grad;

static mut LAST: f64 = 0.0;

#[grad]
fn f(x: f64) -> f64 {
    LAST = x;
    x * x
}

fn main() {}
