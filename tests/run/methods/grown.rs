//! Vectors in what is behind `&mut`, which a callee makes longer or shorter: the cotangent that it gives back has the lengths of before.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};

#[derive(Clone, Debug, Differentiable)]
struct Track {
    log: Vec<f64>,
    k: f64,
}

#[grad]
fn square(t: &Track, i: usize) -> f64 {
    if i > 7 {
        0.0
    } else {
        t.k * t.k
    }
}

impl Track {
    #[grad]
    fn flux(&self, i: usize) -> f64 {
        self.log.last().copied().unwrap_or(1.0) * self.k + i as f64
    }

    /// Looks at what is made longer after it, so the pullback works on a copy.
    #[grad]
    fn step(&mut self, x: f64) -> f64 {
        let f = self.flux(1);
        self.k *= f;
        self.log.push(f * x);
        f
    }

    #[grad]
    fn back(&mut self, x: f64) -> f64 {
        let f = self.flux(2);
        self.log.pop().unwrap_or(x) * f
    }
}

#[grad]
fn logged(t: &mut Track, x: f64) -> f64 {
    let f = square(t, 1);
    t.log.push(f * x);
    f
}

#[grad]
fn by_methods(x: &[f64], n: usize) -> f64 {
    let mut t = Track { log: Vec::new(), k: x[0] };
    let mut s = 0.0;
    for i in 0..n {
        s += t.step(x[1]);
        if i % 3 == 1 {
            s *= t.back(x[1]);
        }
    }
    s + t.log.iter().rev().take(2).sum::<f64>()
}

/// The loop at the end is reversed where it stands, with a cotangent that is made before: not before the lengths are known.
#[grad]
fn read_in_the_end(x: &[f64], n: usize) -> f64 {
    let mut t = Track { log: vec![], k: x[0] };
    let mut s = 0.0;
    for k in 0..n {
        s = t.step(x[1]);
        if s > 1e3 {
            return s * k as f64;
        }
    }
    s + t.log.iter().map(|v| v * v).sum::<f64>()
}

#[grad]
fn by_functions(x: &[f64], n: usize) -> f64 {
    let mut t = Track { log: vec![x[1]], k: x[0] };
    let mut s = 0.0;
    for _ in 0..n {
        s += logged(&mut t, x[1]) * t.log[0];
    }
    s + t.log[n] * t.log[0]
}

#[test]
fn lengths_of_before() {
    let x = [0.7, 0.4];
    for n in 0..5 {
        assert_matches_central(&by_methods::grad(&x, n), |x| by_methods(x, n), &x);
        assert_matches_central(&read_in_the_end::grad(&x, n), |x| read_in_the_end(x, n), &x);
        assert_matches_central(&by_functions::grad(&x, n), |x| by_functions(x, n), &x);
    }
}
