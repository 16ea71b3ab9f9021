use backprop::grad;

#[grad]
fn f(rows: &[&f64]) -> f64 {
    *rows[0]
}

#[grad]
fn g(x: *const f64, y: f64) -> f64 {
    let _ = x;
    y * y
}

fn main() {
    let _ = g::grad(&1.0, 2.0);
}
