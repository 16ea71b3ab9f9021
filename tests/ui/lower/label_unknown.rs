use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    let mut y = x;
    for _ in 0..3 {
        y *= x;
        break 'outer;
    }
    y
}

fn main() {}
