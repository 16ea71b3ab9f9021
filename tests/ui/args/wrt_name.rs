use backprop::grad;

#[grad(wrt(wieght, n))]
fn f(weight: f64, n: usize) -> f64 {
    weight * n as f64
}

fn main() {}
