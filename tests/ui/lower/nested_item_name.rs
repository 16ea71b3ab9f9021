use backprop::grad;

const SCALE: f64 = 2.0;

#[grad]
fn f(x: f64) -> f64 {
    let y = {
        const SCALE: f64 = 3.0;
        x * SCALE
    };
    y * SCALE
}

fn main() {}
