use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    let n: usize = x;
    x * 2
}

fn main() {}
