use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    #[cfg(unix)]
    let x = 2.0 * x;
    x * x
}

fn main() {}
