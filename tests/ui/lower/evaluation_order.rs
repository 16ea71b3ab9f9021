use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    let mut y = x;
    y + {
        y *= 2.0;
        y
    }
}

fn main() {}
