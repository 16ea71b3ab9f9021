//! The numbers of the tutorial: the chain rule, the sigmoid, the neuron.

use crate::oracle::assert_all_close_to;
use backprop::grad;

#[grad]
fn product_of_sum(x: f64, y: f64, z: f64) -> f64 {
    let q = x + y;
    q * z
}

#[test]
fn chain_rule() {
    assert_eq!(product_of_sum(-2.0, 5.0, -4.0), -12.0);
    assert_eq!(product_of_sum::grad(-2.0, 5.0, -4.0), (-4.0, -4.0, 3.0));
}

#[grad]
fn sigmoid(w0: f64, w1: f64, w2: f64, x0: f64, x1: f64) -> f64 {
    1.0 / (1.0 + (-(w0 * x0 + w1 * x1 + w2)).exp())
}

#[test]
fn sigmoid_of_a_neuron() {
    let (y, (w0, w1, w2, x0, x1)) = sigmoid::value_and_grad(2.0, -3.0, -3.0, -1.0, -2.0);
    assert_all_close_to(&[y], &[0.7311], 5e-5);
    assert_all_close_to(&[w0, w1, w2, x0, x1], &[-0.1966, -0.3932, 0.1966, 0.3932, -0.5898], 5e-5);
}

/// The sigmoid gate by gate, with the gradient that the tutorial writes below each wire.
mod gates {
    use super::*;

    #[grad]
    fn reciprocal(x: f64) -> f64 {
        1.0 / x
    }

    #[grad]
    fn plus_one(x: f64) -> f64 {
        1.0 + x
    }

    #[grad]
    fn exponential(x: f64) -> f64 {
        x.exp()
    }

    #[grad]
    fn negative(x: f64) -> f64 {
        -x
    }

    #[grad]
    fn linear(w0: f64, w1: f64, w2: f64, x0: f64, x1: f64) -> f64 {
        w0 * x0 + w1 * x1 + w2
    }

    #[test]
    fn values_forward_and_gradients_backward() {
        let a = linear(2.0, -3.0, -3.0, -1.0, -2.0);
        let (b, c, d) = (negative(a), exponential(negative(a)), plus_one(exponential(negative(a))));
        assert_all_close_to(&[a, b, c, d, reciprocal(d)], &[1.0, -1.0, 0.37, 1.37, 0.73], 5e-3);

        let at_d = reciprocal::grad(d);
        let at_c = at_d * plus_one::grad(c);
        let at_b = at_c * exponential::grad(b);
        let at_a = at_b * negative::grad(a);
        assert_all_close_to(&[at_d, at_c, at_b, at_a], &[-0.53, -0.53, -0.20, 0.20], 5e-3);

        let (w0, w1, w2, x0, x1) = linear::grad(2.0, -3.0, -3.0, -1.0, -2.0);
        let by_gates = [w0, w1, w2, x0, x1].map(|g| at_a * g);
        assert_all_close_to(&by_gates, &[-0.20, -0.39, 0.20, 0.39, -0.59], 5e-3);
    }
}
