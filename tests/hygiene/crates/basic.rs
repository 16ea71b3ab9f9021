//! Every form, under the strictest ordinary lints, in all editions.
#![deny(warnings, missing_docs)]
#![forbid(unsafe_code)]

extern crate backprop;

use backprop::grad;

/// A neuron.
#[grad(forward)]
#[must_use]
pub fn neuron(w0: f64, w1: f64, w2: f64, x0: f64, x1: f64) -> f64 {
    1.0 / (1.0 + (-(w0 * x0 + w1 * x1 + w2)).exp())
}

/// A loop over a slice.
#[grad(forward)]
#[must_use]
pub fn squares(a: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for x in a {
        s += w * x * x;
    }
    s
}

/// State that overwrites itself.
#[grad]
#[must_use]
pub fn recurrence(x: f64, n: usize) -> f64 {
    let mut y = x;
    for i in 0..n {
        if i % 2 == 0 {
            y = y.sin() * x;
        } else {
            y *= y;
        }
    }
    y
}

/// Two results.
#[grad(forward)]
#[must_use]
pub fn polar(r: f64, t: f64) -> (f64, f64) {
    (r * t.cos(), r * t.sin())
}

/// In place.
#[grad]
pub fn scale(a: &mut [f64], s: f64) {
    for v in a.iter_mut() {
        *v *= s;
    }
}

/// Not public, and calls another.
#[grad]
fn twice(x: f64) -> f64 {
    recurrence(x, 3) + neuron(x, 1.0, 0.5, x, 2.0)
}

/// Uses it.
#[must_use]
pub fn public(x: f64) -> f64 {
    twice(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-8 * (1.0 + b.abs()), "{} instead of {}", a, b);
    }

    fn slope(f: &dyn Fn(f64) -> f64, x: f64) -> f64 {
        let h = 1e-5;
        (f(x + h) - f(x - h)) / (2.0 * h)
    }

    #[test]
    fn gradients() {
        let (y, g) = neuron::value_and_grad(2.0, -3.0, -3.0, -1.0, -2.0);
        close(y, 0.731_058_578_630_004_9);
        close(g.0, -0.196_611_933_241_481_85);
        close(g.4, -0.589_835_799_724_445_6);
        assert_eq!(neuron(2.0, -3.0, -3.0, -1.0, -2.0).to_bits(), y.to_bits());
        let (_, t) = neuron::jvp(2.0, -3.0, -3.0, -1.0, -2.0, (1.0, 0.0, 0.0, 0.0, 1.0));
        close(t, g.0 + g.4);

        let (da, dw) = squares::grad(&[1.0, 2.0], 3.0);
        assert_eq!((da, dw), (vec![6.0, 12.0], 5.0));
        let (mut da, mut dw) = ([9.0; 2], 9.0);
        assert_eq!(squares::grad_into(&[1.0, 2.0], 3.0, &mut da, &mut dw), 15.0);
        assert_eq!((da, dw), ([6.0, 12.0], 5.0));
        squares::grad_add(&[1.0, 2.0], 3.0, 2.0, &mut da, &mut dw);
        assert_eq!((da, dw), ([18.0, 36.0], 15.0));

        for n in 0..5 {
            close(recurrence::grad(0.8, n), slope(&|x| recurrence(x, n), 0.8));
        }
        let ((x, _), pullback) = polar::vjp(2.0, 0.5);
        close(x, 2.0 * 0.5f64.cos());
        let (dr, dt) = pullback((1.0, 0.0));
        close(dr, 0.5f64.cos());
        close(dt, -2.0 * 0.5f64.sin());

        let mut a = [1.0, 2.0];
        let ((), pullback) = scale::vjp(&mut a, 3.0);
        assert_eq!(a, [3.0, 6.0]);
        let mut d = [1.0, 1.0];
        close(pullback((), &mut d), 3.0);
        assert_eq!(d, [3.0, 3.0]);
        close(twice::grad(0.7), slope(&twice, 0.7));
    }
}
