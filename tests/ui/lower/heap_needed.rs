use backprop::grad;

#[grad(no_heap)]
fn newton(a: f64, half: f64) -> f64 {
    let mut x = a;
    while (x * x - a).abs() > 1e-12 {
        x = half * (x + a / x);
    }
    x
}

fn main() {
    newton::grad(2.0, 0.5);
}
