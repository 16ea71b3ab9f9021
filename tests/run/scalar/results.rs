//! Results with several values: tuples through `vjp`, `jvp` and `jacobian`.

use crate::oracle::{assert_all_close, Flat};
use backprop::grad;

#[grad(forward)]
fn polar(r: f64, phi: f64) -> (f64, f64) {
    let (s, c) = phi.sin_cos();
    (r * c, r * s)
}

#[test]
fn vjp_of_a_pair() {
    let (s, c) = 0.6f64.sin_cos();
    let (y, pullback) = polar::vjp(2.0, 0.6);
    assert_eq!(y, polar(2.0, 0.6));
    let (dr, dphi) = pullback((3.0, -1.0));
    assert_all_close(&[dr, dphi], &[3.0 * c - s, 3.0 * -2.0 * s - 2.0 * c]);
}

#[test]
fn jvp_of_a_pair() {
    let (s, c) = 0.6f64.sin_cos();
    let (y, (dx, dy)) = polar::jvp(2.0, 0.6, (1.0, 0.5));
    assert_eq!(y, polar(2.0, 0.6));
    assert_all_close(&[dx, dy], &[c - s, s + c]);
}

#[test]
fn jacobian_has_a_row_per_output() {
    let (s, c) = 0.6f64.sin_cos();
    let (row_x, row_y) = polar::jacobian(2.0, 0.6);
    assert_all_close(&row_x.flat(), &[c, -2.0 * s]);
    assert_all_close(&row_y.flat(), &[s, 2.0 * c]);
}

#[grad(forward)]
fn nested(x: f64, y: f64) -> (f64, (f64, f64)) {
    (x + y, (x * y, 7.0))
}

#[test]
fn nested_tuples_and_constant_outputs() {
    let (value, pullback) = nested::vjp(2.0, 3.0);
    assert_eq!(value, (5.0, (6.0, 7.0)));
    assert_eq!(pullback((1.0, (10.0, 100.0))), (31.0, 21.0));
    assert_eq!(nested::jvp(2.0, 3.0, (1.0, 0.0)).1, (1.0, (3.0, 0.0)));
}

#[grad]
fn line_and_square(x: f64) -> (f64, f64) {
    (x * 2.0, x * x)
}

/// P09.
#[test]
fn outputs_not_seeded_contribute_nothing() {
    let (_, pullback) = line_and_square::vjp(3.0);
    assert_eq!(pullback((0.0, 1.0)), 6.0);
    let (_, pullback) = line_and_square::vjp(3.0);
    assert_eq!(pullback((1.0, 0.0)), 2.0);
}

#[grad(forward)]
fn early(x: f64) -> (f64, f64) {
    if x < 0.0 {
        return (x, -x);
    }
    let y = x * x;
    if y > 10.0 {
        (y, x)
    } else {
        (x * y, y)
    }
}

#[test]
fn early_return_of_a_pair() {
    for (x, expected) in [(-1.0, 1.0 - 2.0), (4.0, 8.0 + 2.0), (2.0, 12.0 + 2.0 * 4.0)] {
        let (_, pullback) = early::vjp(x);
        assert_all_close(&[pullback((1.0, 2.0))], &[expected]);
    }
}

#[grad]
fn same_value_twice(x: f64) -> (f64, f64) {
    let y = x.exp();
    (y, y)
}

#[test]
fn one_value_in_two_outputs() {
    let (_, pullback) = same_value_twice::vjp(0.0);
    assert_eq!(pullback((2.0, 3.0)), 5.0);
}

#[grad]
fn one_input_is_an_output(x: f64, y: f64) -> (f64, f64) {
    (y, x)
}

#[test]
fn inputs_returned_as_they_are() {
    let (_, pullback) = one_input_is_an_output::vjp(1.0, 2.0);
    assert_eq!(pullback((3.0, 4.0)), (4.0, 3.0));
}
