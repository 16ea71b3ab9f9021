use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    let mut y = [x, 1.0];
    let both = (y, {
        y[0] *= 2.0;
        y
    });
    both.0[0] * both.1[0]
}

fn main() {}
