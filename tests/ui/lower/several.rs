use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    let a = x.flor();
    let b = x.to_bits();
    a + x.erf()
}

#[grad]
fn user() -> f64 {
    f::grad(1.0)
}

fn main() {}
