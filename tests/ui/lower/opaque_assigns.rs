use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    let mut y = x;
    println!("{:?}", { y = 2.0; y });
    y * x
}

fn main() {}
