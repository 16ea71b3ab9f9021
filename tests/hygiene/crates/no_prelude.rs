//! Nothing is in scope.
#![no_implicit_prelude]
#![deny(warnings)]

use ::backprop::grad;

#[grad(forward)]
pub fn straight(x: f64, y: f64) -> f64 {
    let t = x * y;
    if t > 1.0 {
        return t * t;
    }
    -t
}

#[grad(forward)]
pub fn looped(a: &[f64], w: f64) -> f64 {
    let mut s = w;
    let mut i = 0;
    while i < a.len() {
        s = s * a[i] + w;
        i += 1;
    }
    s
}

#[grad]
pub fn vector(a: &[f64]) -> f64 {
    let mut b = ::std::vec![0.0; 3];
    for i in 0..a.len() {
        b[i % 3] += a[i] * a[i];
    }
    b[0] * b[1] + b[2]
}

#[grad]
pub fn option(x: f64, k: ::core::option::Option<usize>) -> f64 {
    match k {
        ::core::option::Option::Some(n) => x * n as f64,
        ::core::option::Option::None => x.sin(),
    }
}

#[test]
fn gradients() {
    ::std::assert_eq!(straight::grad(2.0, 3.0), (36.0, 24.0));
    ::std::assert_eq!(looped::grad(&[2.0, 3.0], 1.0), (::std::vec![3.0, 3.0], 10.0));
    ::std::assert_eq!(vector::grad(&[1.0, 2.0, 3.0]), ::std::vec![8.0, 4.0, 6.0]);
    ::std::assert_eq!(option::grad(2.0, ::core::option::Option::Some(3)), 3.0);
    ::std::assert_eq!(straight::jvp(2.0, 3.0, (1.0, 0.0)).1, 36.0);
}
