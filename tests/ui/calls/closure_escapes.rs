use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    let mut a = [x, 2.0 * x];
    let first = move || a[0];
    a[0] *= 2.0;
    first() * a[0]
}

fn main() {}
