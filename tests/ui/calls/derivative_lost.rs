use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    f64::from_bits(x.to_bits() | 1)
}

#[grad]
fn g(x: f64) -> f64 {
    format!("{x:.3}").parse().unwrap()
}

fn main() {}
