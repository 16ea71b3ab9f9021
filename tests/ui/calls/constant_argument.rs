//! A value that depends on a parameter, given to what the callee takes as a constant.

use backprop::{grad, Differentiable};

#[derive(Clone, Copy, Differentiable)]
struct Spring {
    k: f64,
}

#[grad]
fn scaled(x: f64, #[no_grad] k: f64) -> f64 {
    x * k
}

#[grad(wrt(w))]
fn line(w: f64, x: &[f64]) -> f64 {
    w * x[0]
}

impl Spring {
    #[grad(wrt(x))]
    fn energy(&self, x: f64) -> f64 {
        self.k * x * x
    }
}

#[grad]
fn by_value(x: f64, y: f64) -> f64 {
    scaled(x, y * 2.0) + y
}

#[grad]
fn by_reference(x: f64, y: &[f64]) -> f64 {
    line(x, y)
}

#[grad]
fn receiver(spring: &Spring, x: f64) -> f64 {
    spring.energy(x)
}

#[grad]
fn field(spring: Spring, x: f64) -> f64 {
    scaled(x, spring.k)
}

#[grad]
fn array(x: f64) -> f64 {
    let pair = [x, 2.0];
    line(x, &pair)
}

#[grad(wrt(x))]
fn recursive(x: f64, y: f64, n: usize) -> f64 {
    if n == 0 {
        return x * y;
    }
    recursive(x * y, y * x, n - 1)
}

mod elsewhere {
    use backprop::grad;

    #[grad(forward, wrt(a))]
    pub fn sum(a: f64, b: f64) -> f64 {
        a + b
    }
}

#[grad(forward, wrt(x, y))]
fn forward(x: f64, y: f64, z: f64) -> f64 {
    elsewhere::sum(x, z) + elsewhere::sum(y, x)
}

fn main() {}
