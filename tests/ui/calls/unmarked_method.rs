use backprop::grad;

#[derive(backprop::Differentiable)]
struct Spring {
    k: f64,
}

impl Spring {
    fn force(&self, x: f64) -> f64 {
        -self.k * x
    }
}

#[grad]
fn work(spring: &Spring, x: f64) -> f64 {
    spring.force(x) * x
}

fn main() {}
