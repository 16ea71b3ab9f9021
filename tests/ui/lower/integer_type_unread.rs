use backprop::grad;

struct Config {
    steps: u64,
}

fn config() -> Config {
    Config { steps: 3 }
}

#[grad]
#[allow(unused_assignments)]
fn f(x: f64) -> f64 {
    let c = config();
    let mut n = c.steps;
    n = 100_000;
    x * (n * n) as f64
}

fn main() {}
