use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    x.powi(2.0)
}

#[grad]
fn g(x: f32) -> f64 {
    let y: f64 = x.into();
    y * y
}

fn main() {}
