use backprop::grad;

trait Energy {
    fn energy(&self, x: f64) -> f64;
}

#[derive(backprop::Differentiable)]
struct Spring {
    k: f64,
}

impl Energy for Spring {
    #[grad]
    fn energy(&self, x: f64) -> f64 {
        self.k * x * x
    }
}

fn main() {}
