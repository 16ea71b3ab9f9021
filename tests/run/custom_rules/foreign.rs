//! One-line wrappers that give a foreign function a rule (R03).

use crate::oracle::assert_close;
use backprop::grad;

/// Stands for a crate whose body is not available.
mod vendor {
    pub fn bessel_like(x: f64) -> f64 {
        (x.sin() / x + x.cos()) * 0.5
    }

    pub fn bessel_like_slope(x: f64) -> f64 {
        ((x * x.cos() - x.sin()) / (x * x) - x.sin()) * 0.5
    }
}

#[grad(vjp = special_rule)]
fn special(x: f64) -> f64 {
    vendor::bessel_like(x)
}

fn special_rule(x: f64) -> (f64, impl FnOnce(f64) -> f64) {
    (vendor::bessel_like(x), move |seed| seed * vendor::bessel_like_slope(x))
}

#[grad]
fn uses_special(x: f64, k: f64) -> f64 {
    special(x * k) * special(k)
}

#[test]
fn wrapper_around_a_foreign_function() {
    assert_close(special::grad(1.3), vendor::bessel_like_slope(1.3));
    check_differences!(uses_special(0.8, 1.7));
}
