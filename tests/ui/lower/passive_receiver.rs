use backprop::{grad, Differentiable};

#[derive(Differentiable)]
struct Log {
    last: f64,
}

impl Log {
    #[grad]
    fn record(&mut self, x: f64) -> f64 {
        self.last = x;
        x
    }

    fn print(&self, x: f64) {
        println!("{x} after {}", self.last);
    }
}

#[grad]
fn fill(x: f64, to: &mut [f64]) -> f64 {
    to[0] = x;
    2.0 * x
}

#[grad]
fn pushed(x: f64, #[no_grad] scratch: &mut Vec<f64>) -> f64 {
    scratch.push(x * x);
    scratch[0]
}

#[grad]
fn through_a_method(x: f64, #[no_grad] log: &mut Log) -> f64 {
    log.record(x);
    x * log.last
}

#[grad]
fn through_a_function(x: f64, #[no_grad] to: &mut [f64]) -> f64 {
    fill(x, to) * to[0]
}

#[grad]
fn unmarked(x: f64, #[no_grad] log: &Log) -> f64 {
    log.print(x);
    x * x
}

fn main() {}
