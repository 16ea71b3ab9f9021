use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    let scaled = |y: f64| x * y;
    let boxed = Box::new(scaled);
    boxed(2.0)
}

fn main() {}
