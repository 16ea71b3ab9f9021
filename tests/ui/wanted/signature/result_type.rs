use backprop::grad;

#[grad]
fn first(x: &[f64]) -> &f64 {
    &x[0]
}

#[grad]
fn doubled(x: &[f64]) -> impl Iterator<Item = f64> + '_ {
    x.iter().map(|v| 2.0 * v)
}

fn main() {}
