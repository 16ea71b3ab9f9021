//! Straight lines of more than a hundred operations, whose sweeps are written once for `grad` and for callers.

use crate::oracle::{assert_close_to, assert_same_bits};
use backprop::{grad, Real};

/// Two lines, `$x` and `$y` in them, for each factor.
macro_rules! long_line {
    ($(#[$attribute:meta])* [$($signature:tt)*] ($a:ident, $b:ident) = $start:expr; $x:ident $y:ident
        $(($($times:tt)*))*; $end:expr
    ) => {
        $(#[$attribute])*
        fn $($signature)* {
            let ($a, $b) = $start;
            $(
                let $a = ($a * $y - $b).sin() * $x + $b;
                let $b = ($b * $a).cos() * $y $($times)*;
            )*
            $end
        }
    };
}

long_line! {
    #[grad(forward)]
    [line(x: f64, y: f64, k: i32, z: f64) -> f64]
    (a, b) = (x, f64::from(k) * z);
    x y
    (* 0.1) (* 0.2) (* 0.3) (* 0.4) (* 0.5) (* 0.6) (* 0.7) (* 0.8) (* 0.9) (* 0.10) (* 0.11) (* 0.12) (* 0.13) (* 0.14);
    a * b
}

long_line! {
    /// Only some parameters, in another order; an unused one.
    #[grad(wrt(y, x))]
    [some(x: f64, _: usize, y: f64, _unused: f64) -> f64]
    (a, b) = (x, 1.5);
    x y
    (* 0.1) (* 0.2) (* 0.3) (* 0.4) (* 0.5) (* 0.6) (* 0.7) (* 0.8) (* 0.9) (* 0.10) (* 0.11) (* 0.12) (* 0.13) (* 0.14);
    a + b
}

long_line! {
    #[grad]
    [generic<T: Real>(x: T, y: T) -> T]
    (a, b) = (x, y);
    x y
    () () () () () () () () () () () () () () () ();
    a - b
}

#[grad]
fn twice(x: f64, y: f64) -> f64 {
    line(x, y, 1, y) + line(y, x, 2, x)
}

fn difference(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let h = 6e-6;
    (f(x + h) - f(x - h)) / (2.0 * h)
}

#[test]
fn every_form_of_a_long_line() {
    let (x, y, k, z) = (0.4, 0.7, 3, 0.2);
    let (value, (dx, dy, dz)) = line::value_and_grad(x, y, k, z);
    assert_same_bits(value, line(x, y, k, z));
    assert_close_to(dx, difference(|x| line(x, y, k, z), x), 1e-7);
    assert_close_to(dy, difference(|y| line(x, y, k, z), y), 1e-7);
    assert_close_to(dz, difference(|z| line(x, y, k, z), z), 1e-7);
    let (value, pullback) = line::vjp(x, y, k, z);
    assert_same_bits(value, line(x, y, k, z));
    assert_eq!(pullback(1.0), (dx, dy, dz));
    let (_, tangent) = line::jvp(x, y, k, z, (0.5, -1.0, 2.0));
    assert_close_to(tangent, 0.5 * dx - dy + 2.0 * dz, 1e-12);
    let (mut a, mut b, mut c) = (1.0, 1.0, 1.0);
    line::grad_add(x, y, k, z, 2.0, &mut a, &mut b, &mut c);
    assert_eq!((a, b, c), (1.0 + 2.0 * dx, 1.0 + 2.0 * dy, 1.0 + 2.0 * dz));
    line::grad_into(x, y, k, z, &mut a, &mut b, &mut c);
    assert_eq!((a, b, c), (dx, dy, dz));
}

#[test]
fn long_lines_with_constants_and_generics() {
    let (dy, dx) = some::grad(0.3, 7, 0.6, 2.0);
    assert_close_to(dx, difference(|x| some(x, 7, 0.6, 2.0), 0.3), 1e-7);
    assert_close_to(dy, difference(|y| some(0.3, 7, y, 2.0), 0.6), 1e-7);
    let (dx, dy) = generic::grad(0.3, 0.6);
    assert_close_to(dx, difference(|x| generic(x, 0.6), 0.3), 1e-7);
    assert_close_to(dy, difference(|y| generic(0.3, y), 0.6), 1e-7);
    let single = generic::grad(0.3_f32, 0.6);
    assert!((f64::from(single.0) - dx).abs() < 1e-3 * dx.abs().max(1.0));
}

#[test]
fn long_lines_are_called() {
    let (dx, dy) = twice::grad(0.3, 0.5);
    assert_close_to(dx, difference(|x| twice(x, 0.5), 0.3), 1e-7);
    assert_close_to(dy, difference(|y| twice(0.3, y), 0.5), 1e-7);
}
