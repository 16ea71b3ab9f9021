use backprop::grad;

#[grad]
fn f(x: f32, y: f64) -> f64 {
    x * y
}

fn main() {}
