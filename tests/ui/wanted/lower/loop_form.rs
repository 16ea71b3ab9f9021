use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    let mut y = x;
    for k in 0.. {
        if k > 3 {
            break;
        }
        y *= x;
    }
    y
}

#[grad]
fn g(x: Option<f64>) -> f64 {
    let mut y = 0.0;
    for v in x {
        y += v;
    }
    y
}

fn main() {}
