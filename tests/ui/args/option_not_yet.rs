use backprop::grad;

#[grad(graph)]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {
    square::grad(2.0);
}
