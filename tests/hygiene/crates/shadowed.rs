//! The names of the standard library mean something else here.
#![allow(dead_code, non_camel_case_types, unused_macros)]
#![deny(unused_mut, unused_variables, unreachable_code)]

use backprop::grad;

pub struct Vec;
pub struct Option;
pub struct Some;
pub struct None;
pub struct Default;
pub struct Clone;
pub struct Box;
pub struct Iterator;
pub struct String;
pub struct FnOnce;
pub struct Copy;
pub struct Into;
pub struct Ok;
pub struct usize_;
pub mod core {}
pub mod std {}
pub mod alloc {}
pub mod backprop_runtime {}
pub mod __private {}
pub trait Differentiable {}
pub trait Tangent {}
pub struct Workspace;

macro_rules! vec {
    ($($t:tt)*) => {
        compile_error!("not this one")
    };
}
macro_rules! assert {
    ($($t:tt)*) => {
        compile_error!("not this one")
    };
}
macro_rules! debug_assert_eq {
    ($($t:tt)*) => {
        compile_error!("not this one")
    };
}

#[grad(forward)]
pub fn straight(x: f64, y: f64) -> f64 {
    x.powf(y) + y.max(x) * x.atan2(y) + x.hypot(y)
}

#[grad(forward)]
pub fn looped(x: f64, n: usize) -> f64 {
    let mut s = x;
    for i in 0..n {
        if s > 4.0 {
            break;
        }
        let t = s * s;
        s = t.sin() + x * i as f64;
    }
    s
}

#[grad(forward)]
pub fn arrays(a: &[f64], w: [f64; 2]) -> f64 {
    let mut b = [0.0; 2];
    for i in 0..a.len() {
        b[i % 2] = b[i % 2] * w[i % 2] + a[i];
    }
    b[0] * b[1]
}

#[cfg(test)]
mod tests {
    use super::{arrays, looped, straight};

    fn slope(f: impl Fn(f64) -> f64, x: f64) -> f64 {
        (f(x + 1e-5) - f(x - 1e-5)) / 2e-5
    }

    #[test]
    fn gradients() {
        let (x, y) = straight::grad(1.3, 0.7);
        assert_eq!((x - slope(|t| straight(t, 0.7), 1.3)).abs() < 1e-8, true);
        assert_eq!((y - slope(|t| straight(1.3, t), 0.7)).abs() < 1e-8, true);
        for n in 0..6 {
            assert_eq!((looped::grad(0.9, n) - slope(|t| looped(t, n), 0.9)).abs() < 1e-6, true);
        }
        let (da, dw) = arrays::grad(&[1.0, 2.0, 3.0], [0.5, 0.25]);
        assert_eq!((da[0], da[1], da[2], dw), (1.0, 3.5, 2.0, [2.0, 0.0]));
    }
}
