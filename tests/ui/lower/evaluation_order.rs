use backprop::grad;

#[grad]
fn f(x: [f64; 2]) -> f64 {
    let mut y = x;
    y[0] + {
        y[0] *= 2.0;
        y[1]
    }
}

fn main() {}
