//! Closures handed to differentiated functions: what they must not do, and what plain code can't ask for.
use backprop::grad;

#[grad]
fn twice(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(f(x))
}

#[grad]
fn constant(#[no_grad] f: impl Fn(f64) -> f64, x: f64) -> f64 {
    twice(&f, x)
}

#[grad]
fn counts(x: f64) -> f64 {
    let mut s = 0.0;
    let y = each(|t| s += t, x);
    y + s
}

#[grad]
fn each(mut f: impl FnMut(f64), x: f64) -> f64 {
    f(x);
    x
}

fn main() {}
