//! Even the primitive types are shadowed.
#![allow(dead_code, non_camel_case_types)]

use backprop::grad;

pub struct f64;
pub struct usize;
pub struct bool;

#[grad(forward)]
pub fn product(x: ::core::primitive::f64, y: ::core::primitive::f64) -> ::core::primitive::f64 {
    let mut s = x;
    for _ in 0..3 {
        s = s * y + x;
    }
    s
}

#[test]
fn gradients() {
    assert_eq!(product::grad(2.0, 1.0), (4.0, 12.0));
}
