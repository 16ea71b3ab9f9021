//! A refused operator is one error: those who use it have none.

use backprop::{grad, Differentiable};
use std::ops::Mul;

#[derive(Clone, Copy, Differentiable)]
struct V {
    x: f64,
}

#[grad]
impl Mul for V {
    type Output = V;
    fn mul(self, o: V) -> V {
        V { x: f64::from_bits(self.x.to_bits()) * o.x }
    }
}

#[grad(forward)]
impl Mul<f64> for V {
    type Output = V;
    fn mul(self, k: f64) -> V {
        V { x: f64::from_bits(self.x.to_bits()) * k }
    }
}

#[grad]
fn f(a: V, b: V) -> f64 {
    let c = a * b;
    (c * 2.0).x
}

fn main() {}
