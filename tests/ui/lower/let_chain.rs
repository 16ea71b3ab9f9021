use backprop::grad;

#[grad]
fn f(x: Option<f64>, go: bool) -> f64 {
    if go && let Some(v) = x {
        v * v
    } else {
        0.0
    }
}

fn main() {}
