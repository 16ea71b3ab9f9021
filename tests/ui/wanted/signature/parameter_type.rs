use backprop::grad;

#[grad]
fn f(p: *const f64, x: f64) -> f64 {
    x
}

#[grad]
fn g(rows: &[&f64]) -> f64 {
    *rows[0]
}

fn main() {}
