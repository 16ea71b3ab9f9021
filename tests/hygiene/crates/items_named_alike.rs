//! Constants, statics and unit structs turn a `let` of their name into a pattern.
#![allow(dead_code, non_upper_case_globals, non_camel_case_types, non_snake_case)]

use backprop::grad;

pub const d_x: f64 = 1.0;
pub const t_x: f64 = 1.0;
pub const t1: f64 = 1.0;
pub const t: f64 = 1.0;
pub const v1: usize = 1;
pub const y: f64 = 5.0;
pub const i: usize = 1;
pub const n: usize = 1;
pub const s: f64 = 1.0;
pub const g: f64 = 1.0;
pub static d_y: f64 = 1.0;
pub static seed: f64 = 1.0;
pub static tape: f64 = 1.0;
pub static out: f64 = 1.0;
pub static dir: f64 = 1.0;
pub struct pullback;
pub struct d_a;
pub struct value;
pub struct result;
pub struct stack;
pub fn grad_into() {}
pub fn ybar() {}
pub fn sin() {}
pub mod d_w {}


#[grad(forward)]
pub fn scalar(x: f64, w: f64) -> f64 {
    let u = x * w + y;
    u.sin() * u
}

#[grad(forward)]
pub fn looped(x: f64, a: &[f64], count: usize) -> f64 {
    let mut u = x;
    for k in 0..count {
        u = u * a[k % a.len()] + y * x;
    }
    u
}

#[grad]
pub fn in_place(a: &mut [f64], x: f64) {
    for v in a.iter_mut() {
        *v = *v * x + y;
    }
}

#[cfg(test)]
mod tests {
    use super::{in_place, looped, scalar};

    #[test]
    fn gradients() {
        let u: f64 = 2.0 * 3.0 + 5.0;
        let du = u.cos() * u + u.sin();
        let (_, (dx, dw)) = scalar::value_and_grad(2.0, 3.0);
        assert!((dx - 3.0 * du).abs() < 1e-12 && (dw - 2.0 * du).abs() < 1e-12);
        let (_, (dx, da)) = looped::value_and_grad(2.0, &[3.0], 2);
        assert_eq!((dx, da), (9.0 + 15.0 + 5.0, vec![2.0 * 2.0 * 3.0 + 10.0]));
        let mut a = [1.0, 2.0];
        let ((), back) = in_place::vjp(&mut a, 2.0);
        let mut d = [1.0, 1.0];
        assert_eq!((back((), &mut d), d), (3.0, [2.0, 2.0]));
    }
}
