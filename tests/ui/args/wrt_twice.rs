use backprop::grad;

#[grad(wrt(w, b, w))]
fn f(w: f64, b: f64) -> f64 {
    w * b
}

fn main() {}
