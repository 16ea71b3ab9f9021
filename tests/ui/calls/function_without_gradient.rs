//! A closure of plain code has no derivative, and a plain function has none.
use backprop::grad;

#[grad]
fn twice(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(f(x))
}

fn plain(x: f64) -> f64 {
    x
}

#[grad]
fn passes_plain(x: f64) -> f64 {
    twice(plain, x)
}

fn main() {
    twice::grad(|x| x * x, 1.0);
}
