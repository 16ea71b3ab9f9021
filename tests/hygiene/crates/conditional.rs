//! Attributes inside and outside of the function.
#![deny(warnings)]

use backprop::grad;

#[grad]
#[must_use]
#[inline(always)]
#[cfg(not(any()))]
pub fn outside(x: f64) -> f64 {
    x * x
}

#[cfg(any())]
#[grad]
pub fn outside(x: f64) -> f64 {
    x
}

#[cfg_attr(all(), grad(forward))]
pub fn by_cfg_attr(x: f64) -> f64 {
    x * x * x
}

#[must_use]
#[doc = "Documented."]
#[grad]
#[allow(clippy::let_and_return)]
pub fn between(x: f64) -> f64 {
    #[allow(unused_variables)]
    let unused = x;
    let y = x * 3.0;
    y
}

#[grad]
pub fn inside(x: f64) -> f64 {
    let a = if cfg!(any()) { x * 100.0 } else { x * 3.0 };
    a * x
}

#[test]
fn gradients() {
    assert_eq!(outside::grad(3.0), 6.0);
    assert_eq!(by_cfg_attr::grad(2.0), 12.0);
    assert_eq!(between::grad(2.0), 3.0);
    assert_eq!((inside(2.0), inside::value_and_grad(2.0)), (12.0, (12.0, 12.0)));
}
