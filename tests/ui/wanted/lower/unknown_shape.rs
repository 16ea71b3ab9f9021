use backprop::grad;

#[grad]
fn f(x: f64, late: bool) -> f64 {
    let y;
    if late {
        y = x;
    }
    y * x
}

fn main() {}
