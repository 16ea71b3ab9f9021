use backprop::{grad, Differentiable};

trait Model {
    fn eval(&self, x: f64) -> f64;
}

#[derive(Clone, Differentiable)]
struct Line {
    k: f64,
}

impl Line {
    /// Without the attribute.
    #[inline]
    fn at(&self, x: f64) -> f64 {
        self.k * x
    }

    fn steps(&self, n: usize) -> usize {
        n + 1
    }

    #[grad]
    fn twice(&self, x: f64) -> f64 {
        self.at(x) + self.at(2.0 * x)
    }
}

#[grad]
fn by_a_parameter(line: &Line, x: f64) -> f64 {
    line.at(x) + line.steps(2) as f64
}

#[grad]
fn of_a_constant(#[no_grad] line: &Line, x: f64) -> f64 {
    line.at(3.0) + line.at(x)
}

#[grad]
fn by_a_trait_object(model: &dyn Model, x: f64) -> f64 {
    model.eval(1.0) * model.eval(x)
}

fn main() {}
