//! R07: a function with a forward rule alone has no reverse mode.
use backprop::grad;

#[grad(jvp = cosine_rule)]
fn cosine(x: f64) -> f64 {
    x.cos()
}

fn cosine_rule(x: f64, dir: f64) -> (f64, f64) {
    (x.cos(), -x.sin() * dir)
}

#[grad]
fn reverse(x: f64) -> f64 {
    cosine(x) * x
}

fn main() {
    cosine::grad(1.0);
}
