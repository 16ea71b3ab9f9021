//! `impl Trait` parameters that are passive, and bounds on passive type parameters.

use backprop::grad;

trait Table {
    fn weight(&self, k: usize) -> f64;
}

struct Linear(f64);

impl Table for Linear {
    fn weight(&self, k: usize) -> f64 {
        self.0 * k as f64
    }
}

#[grad(wrt(x))]
fn weighted(x: &[f64], table: &impl Table) -> f64 {
    let mut s = 0.0;
    for (k, v) in x.iter().enumerate() {
        s += v * v * table.weight(k);
    }
    s
}

#[test]
fn passive_impl_trait() {
    assert_eq!(weighted::grad(&[1.0, 2.0, 3.0], &Linear(0.5)), [0.0, 2.0, 6.0]);
}

#[grad(wrt(x))]
fn by_type_parameter<W: Table>(x: f64, table: &W, n: usize) -> f64 {
    let mut y = x;
    for k in 1..n {
        y *= x + table.weight(k);
    }
    y
}

#[test]
fn passive_type_parameter() {
    // x (x + 1) (x + 2)
    assert_eq!(by_type_parameter::grad(2.0, &Linear(1.0), 3), 3.0 * 4.0 + 6.0 * 2.0 + 2.0);
}
