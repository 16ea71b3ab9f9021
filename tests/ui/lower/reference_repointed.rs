use backprop::grad;

#[grad]
fn f(x: &[f64], y: &[f64], swap: bool) -> f64 {
    let mut a = x;
    if swap {
        a = y;
    }
    a[0] * a[1]
}

fn main() {}
