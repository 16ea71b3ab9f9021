//! A vector that carries derivatives ends in a field that is a constant.
use backprop::{grad, Differentiable};

#[derive(Clone, Differentiable)]
pub struct Model {
    pub weights: Vec<f64>,
    #[no_grad]
    pub mask: Vec<f64>,
}

#[grad]
fn make(x: &[f64]) -> Model {
    let mut weights = x.to_vec();
    weights[0] *= 2.0;
    let mask = weights.clone();
    Model { weights, mask }
}

fn main() {
    let _ = make(&[1.0]);
}
