use backprop::grad;

#[grad]
fn f(x: &[f64]) -> f64 {
    unsafe { *x.get_unchecked(0) }
}

#[grad]
fn g(x: f64) -> f64 {
    let p = &raw const x;
    x
}

fn main() {}
