use backprop::grad;

struct Spring;

impl Spring {
    #[grad]
    pub fn energy(k: f64, x: f64) -> f64 {
        0.5 * k * x * x
    }
}

fn main() {}
