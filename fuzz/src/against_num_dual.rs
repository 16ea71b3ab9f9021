//! The oracle's dual numbers against num-dual's: every function that both have, at ordinary points.

use crate::dual::{c, D};
use num_dual::{Dual64, DualNum};

type Ours = fn(D) -> D;
type Theirs = fn(Dual64) -> Dual64;

const UNARY: &[(&str, f64, f64, Ours, Theirs)] = &[
    ("sin", -3.0, 3.0, |x| x.sin(), |x| x.sin()),
    ("cos", -3.0, 3.0, |x| x.cos(), |x| x.cos()),
    ("tan", -1.4, 1.4, |x| x.tan(), |x| x.tan()),
    ("asin", -0.9, 0.9, |x| x.asin(), |x| x.asin()),
    ("acos", -0.9, 0.9, |x| x.acos(), |x| x.acos()),
    ("atan", -3.0, 3.0, |x| x.atan(), |x| x.atan()),
    ("sinh", -3.0, 3.0, |x| x.sinh(), |x| x.sinh()),
    ("cosh", -3.0, 3.0, |x| x.cosh(), |x| x.cosh()),
    ("tanh", -3.0, 3.0, |x| x.tanh(), |x| x.tanh()),
    ("asinh", -3.0, 3.0, |x| x.asinh(), |x| x.asinh()),
    ("acosh", 1.1, 3.0, |x| x.acosh(), |x| x.acosh()),
    ("atanh", -0.9, 0.9, |x| x.atanh(), |x| x.atanh()),
    ("exp", -3.0, 3.0, |x| x.exp(), |x| x.exp()),
    ("exp2", -3.0, 3.0, |x| x.exp2(), |x| x.exp2()),
    ("exp_m1", -3.0, 3.0, |x| x.exp_m1(), |x| x.exp_m1()),
    ("ln", 0.1, 3.0, |x| x.ln(), |x| x.ln()),
    ("ln_1p", -0.8, 3.0, |x| x.ln_1p(), |x| x.ln_1p()),
    ("log2", 0.1, 3.0, |x| x.log2(), |x| x.log2()),
    ("log10", 0.1, 3.0, |x| x.log10(), |x| x.log10()),
    ("sqrt", 0.1, 3.0, |x| x.sqrt(), |x| x.sqrt()),
    ("cbrt", 0.1, 3.0, |x| x.cbrt(), |x| x.cbrt()),
    ("recip", 0.1, 3.0, |x| x.recip(), |x| x.recip()),
    ("powi", -3.0, 3.0, |x| x.powi(3), |x| x.powi(3)),
    ("powi of a negative", 0.1, 3.0, |x| x.powi(-2), |x| x.powi(-2)),
    ("powf", 0.1, 3.0, |x| x.powf(c(1.7)), |x| x.powf(1.7)),
    ("neg", -3.0, 3.0, |x| -x, |x| -x),
];

type Two<T> = fn(T, T) -> T;

const BINARY: &[(&str, Two<D>, Two<Dual64>)] = &[
    ("add", |x, y| x + y, |x, y| x + y),
    ("sub", |x, y| x - y, |x, y| x - y),
    ("mul", |x, y| x * y, |x, y| x * y),
    ("div", |x, y| x / y, |x, y| x / y),
    ("powf", |x, y| x.powf(y), |x, y| x.powd(y)),
    ("atan2", |x, y| x.atan2(y), |x, y| x.atan2(y)),
    ("mul_add", |x, y| x.mul_add(y, x), |x, y| x.mul_add(y, x)),
];

fn dual(v: f64, d: f64) -> D {
    D { v, d, m: d.abs() }
}

#[track_caller]
fn check(name: &str, at: f64, ours: D, theirs: Dual64) {
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-13 * (1.0 + a.abs());
    assert!(close(ours.v, theirs.re) && close(ours.d, theirs.eps), "{name} at {at}: {ours:?} {theirs:?}");
}

#[test]
fn functions_of_one_number() {
    for (name, lo, hi, ours, theirs) in UNARY {
        for k in 0..40 {
            let x = lo + (hi - lo) * (f64::from(k) + 0.37) / 40.0;
            check(name, x, ours(dual(x, 1.25)), theirs(Dual64::new(x, 1.25)));
        }
    }
}

#[test]
fn functions_of_two_numbers() {
    for (name, ours, theirs) in BINARY {
        for k in 0..40 {
            let (x, y) = (0.1 + f64::from(k) * 0.07, 2.9 - f64::from(k) * 0.061);
            let (t, u) = (0.75, -1.5);
            check(name, x, ours(dual(x, t), dual(y, u)), theirs(Dual64::new(x, t), Dual64::new(y, u)));
        }
    }
}
