use backprop::grad;

#[grad]
fn f(x: f64, #[cfg(unix)] y: f64) -> f64 {
    x
}

fn main() {}
