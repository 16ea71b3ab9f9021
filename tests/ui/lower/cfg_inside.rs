#![allow(unexpected_cfgs)]
use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    #[cfg(feature = "a")]
    let x = 2.0 * x;
    #[cfg(feature = "b")]
    let x = 2.0 * x;
    #[cfg(feature = "c")]
    let x = 2.0 * x;
    #[cfg(feature = "d")]
    let x = 2.0 * x;
    #[cfg(feature = "e")]
    let x = 2.0 * x;
    x * x
}

fn main() {}
