use backprop::grad;

#[grad]
fn core(x: f64) -> f64 {
    x * x
}

#[grad]
fn f64(x: f64) -> f64 {
    x.sin()
}

fn main() {
    // No second error: there is no such type.
    println!("{}", f64(core(1.0)) + std::f64::consts::PI);
}
