//! With respect to what: subsets, their order, `#[no_grad]`, passive parameters of any type.

use crate::oracle::{assert_all_close, assert_close, assert_same_bits, Flat};
use backprop::grad;

#[grad]
fn full(a: f64, b: f64, c: f64) -> f64 {
    a * b.sin() + b * c.exp() + a * c
}

#[grad(wrt(b))]
fn one(a: f64, b: f64, c: f64) -> f64 {
    a * b.sin() + b * c.exp() + a * c
}

#[grad(wrt(c, a), forward)]
fn two_reordered(a: f64, b: f64, c: f64) -> f64 {
    a * b.sin() + b * c.exp() + a * c
}

#[test]
fn subsets_are_entries_of_the_full_gradient() {
    let (a, b, c) = full::grad(0.3, 1.2, -0.4);
    assert_close(one::grad(0.3, 1.2, -0.4), b);
    assert_all_close(&two_reordered::grad(0.3, 1.2, -0.4).flat(), &[c, a]);
}

#[test]
fn the_order_of_wrt_holds_for_buffers_and_directions_too() {
    let (c, a) = two_reordered::grad(0.3, 1.2, -0.4);
    let (mut first, mut second) = (f64::NAN, f64::NAN);
    two_reordered::grad_into(0.3, 1.2, -0.4, &mut first, &mut second);
    assert_all_close(&[first, second], &[c, a]);
    let (_, along) = two_reordered::jvp(0.3, 1.2, -0.4, (1.0, 0.0));
    assert_close(along, c);
    let (_, pullback) = two_reordered::vjp(0.3, 1.2, -0.4);
    assert_all_close(&pullback(2.0).flat(), &[2.0 * c, 2.0 * a]);
}

#[grad]
fn marked(x: f64, #[no_grad] scale: f64, y: f64) -> f64 {
    scale * x * y + scale * scale
}

#[test]
fn no_grad_parameters_have_no_entry() {
    check!(marked(2.0, 10.0, 3.0) => [30.0, 20.0]);
}

#[grad]
fn constant_let(x: f64) -> f64 {
    #[no_grad]
    let frozen = x * x;
    let live = x * x;
    frozen * live
}

#[test]
fn no_grad_on_a_let_is_constant_for_differentiation() {
    check!(constant_let(3.0) => [9.0 * 6.0]);
}

struct Options {
    scale: f64,
    label: String,
}

#[grad]
fn passive_of_any_type(
    x: f64,
    n: usize,
    flag: bool,
    name: &str,
    letter: char,
    owned: String,
    #[no_grad] options: &Options,
    list: &[usize],
    unit: (),
) -> f64 {
    let () = unit;
    let length = (name.len() + owned.len() + options.label.len() + list.len() + n) as f64;
    let sign = if flag && letter == 'p' { 1.0 } else { -1.0 };
    sign * length * options.scale * x
}

#[test]
fn passive_parameters_of_many_types() {
    let options = Options { scale: 0.5, label: "ab".to_string() };
    let call =
        |flag| passive_of_any_type::grad(1.5, 1, flag, "xyz", 'p', "q".to_string(), &options, &[4, 5], ());
    assert_eq!(call(true), 4.5);
    assert_eq!(call(false), -4.5);
}

#[grad]
fn passive_state(x: f64, counter: &mut usize) -> f64 {
    *counter += 1;
    x * *counter as f64
}

#[test]
fn passive_mutable_parameters_are_written_once() {
    let mut counter = 4;
    assert_eq!(passive_state::grad(2.0, &mut counter), 5.0);
    assert_eq!(counter, 5);
}

#[grad(wrt(p26, p1))]
#[rustfmt::skip]
fn many_parameters(
    p1: f64, p2: f64, p3: f64, p4: f64, p5: f64, p6: f64, p7: f64, p8: f64, p9: f64, p10: f64, p11: f64, p12: f64, p13: f64,
    p14: f64, p15: f64, p16: f64, p17: f64, p18: f64, p19: f64, p20: f64, p21: f64, p22: f64, p23: f64, p24: f64, p25: f64, p26: f64,
) -> f64 {
    let sum = p1 + p2 + p3 + p4 + p5 + p6 + p7 + p8 + p9 + p10 + p11 + p12 + p13;
    sum * p26 + p14 + p15 + p16 + p17 + p18 + p19 + p20 + p21 + p22 + p23 + p24 + p25
}

#[test]
fn twenty_six_parameters() {
    let gradient = many_parameters::grad(
        1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0,
        1.0, 1.0, 1.0, 1.0, 1.0, 5.0,
    );
    assert_eq!(gradient, (13.0, 5.0));
}

#[grad]
#[allow(unused_variables)]
fn mostly_unused(a: f64, b: f64, c: f64, _d: f64, _: f64) -> f64 {
    b * 2.0
}

/// P23: an unused parameter has the gradient +0.0.
#[test]
fn unused_parameters_have_gradient_plus_zero() {
    let (a, b, c, d, e) = mostly_unused::grad(1.0, 2.0, 3.0, 4.0, 5.0);
    assert_eq!(b, 2.0);
    [a, c, d, e].into_iter().for_each(|g| assert_same_bits(g, 0.0));
}

#[grad(wrt(x))]
fn wrt_unused(x: f64, y: f64) -> f64 {
    let _ = x;
    y * y
}

#[test]
fn wrt_a_parameter_that_is_not_used() {
    assert_same_bits(wrt_unused::grad(1.0, 2.0), 0.0);
}
