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

#[grad]
fn h(x: f64, w: Option<&[f64]>, first: Option<Vec<&f64>>) -> f64 {
    match w {
        Some(w) => x * w[0],
        None => x * x + first.map_or(0.0, |f| *f[0]),
    }
}

fn main() {
    let _ = g::grad(&1.0, 2.0);
}
