use backprop::grad;

#[grad]
fn f(x: [f64; 3]) -> f64 {
    let y = (x[0], x[1]);
    y + 1.0
}

fn main() {}
