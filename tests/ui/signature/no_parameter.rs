use backprop::grad;

#[grad]
fn f(n: usize, name: &str) -> f64 {
    (n + name.len()) as f64
}

#[grad]
fn constant() -> f64 {
    1.0
}

fn main() {}
