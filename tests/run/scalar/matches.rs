//! `match` on passive values: integers, bools, chars, tuples, ranges, guards, bindings, enums, constants.

use crate::oracle::{assert_matches_central, assert_same_bits};
use backprop::grad;

#[grad]
fn on_integer(x: f64, n: i32) -> f64 {
    match n {
        0 => 1.0,
        1 => x,
        2 | 3 => x * x,
        -5..=-1 => 1.0 / x,
        4..10 => x.powi(n),
        _ => {
            let y = x.sin();
            y * y
        }
    }
}

#[test]
fn integers_alternatives_and_ranges() {
    check!(on_integer(2.0, 0) => [0.0]);
    check!(on_integer(2.0, 1) => [1.0]);
    check!(on_integer(2.0, 3) => [4.0]);
    check!(on_integer(2.0, -4) => [-0.25]);
    check!(on_integer(2.0, 5) => [80.0]);
    check!(on_integer(2.0, 10) => [4.0f64.sin()]);
}

#[grad]
fn on_bool(x: f64, up: bool) -> f64 {
    match up {
        true => x * x,
        false => -x,
    }
}

#[test]
fn bools() {
    check!(on_bool(3.0, true) => [6.0]);
    check!(on_bool(3.0, false) => [-1.0]);
}

#[grad]
fn on_comparison(x: f64, y: f64) -> f64 {
    match (x > 0.0, y > 0.0) {
        (true, true) => x * y,
        (true, false) => x,
        (false, _) => y * y,
    }
}

#[test]
fn tuples_of_comparisons() {
    check!(on_comparison(2.0, 3.0) => [3.0, 2.0]);
    check!(on_comparison(2.0, -3.0) => [1.0, 0.0]);
    check!(on_comparison(-2.0, 3.0) => [0.0, 6.0]);
}

#[grad]
fn with_guards(x: f64, n: u32) -> f64 {
    match n {
        k if k % 2 == 0 && x > 0.0 => x * f64::from(k),
        k @ 1..=9 => x * x * f64::from(k),
        k @ (10 | 11) if x < 0.0 => f64::from(k) / x,
        _ => 0.5 * x,
    }
}

#[test]
fn guards_and_bindings() {
    check!(with_guards(2.0, 4) => [4.0]);
    check!(with_guards(-2.0, 4) => [-16.0]);
    check!(with_guards(2.0, 3) => [12.0]);
    check!(with_guards(-2.0, 11) => [-11.0 / 4.0]);
    check!(with_guards(2.0, 11) => [0.5]);
}

#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Linear,
    Square,
    Wave = 7,
}

#[grad]
fn on_enum(x: f64, #[no_grad] shape: Shape) -> f64 {
    match shape {
        Shape::Linear => 2.0 * x,
        Shape::Square => x * x,
        Shape::Wave => x.sin(),
    }
}

#[test]
fn fieldless_enums() {
    check!(on_enum(3.0, Shape::Linear) => [2.0]);
    check!(on_enum(3.0, Shape::Square) => [6.0]);
    check!(on_enum(3.0, Shape::Wave) => [3.0f64.cos()]);
}

#[grad]
fn with_imported_variants(x: f64, #[no_grad] shape: Shape) -> f64 {
    use Shape::*;
    let scale = if shape == Wave { 3.0 } else { 1.0 };
    scale
        * match shape {
            Linear | Square => x,
            Wave => x * x,
        }
}

#[test]
fn variants_imported_in_the_body() {
    check!(with_imported_variants(2.0, Shape::Linear) => [1.0]);
    check!(with_imported_variants(2.0, Shape::Wave) => [12.0]);
}

const FIRST: usize = 3;

#[grad]
fn on_constants(x: f64, n: usize) -> f64 {
    match n {
        FIRST => x,
        usize::MAX => -x,
        _ => x * x,
    }
}

#[test]
fn constants_in_patterns_are_no_bindings() {
    check!(on_constants(5.0, 3) => [1.0]);
    check!(on_constants(5.0, usize::MAX) => [-1.0]);
    check!(on_constants(5.0, 4) => [10.0]);
}

#[grad]
fn on_option(x: f64, k: Option<(usize, bool)>) -> f64 {
    match k {
        None => x,
        Some((n, true)) => x * n as f64,
        Some((n, false)) if n > 3 => x * x,
        Some(_) => 0.0,
    }
}

#[test]
fn options_of_tuples() {
    check!(on_option(2.0, None) => [1.0]);
    check!(on_option(2.0, Some((6, true))) => [6.0]);
    check!(on_option(2.0, Some((6, false))) => [4.0]);
    check!(on_option(2.0, Some((1, false))) => [0.0]);
}

#[grad]
fn on_text(x: f64, unit: &str) -> f64 {
    match unit {
        "deg" => x.to_radians().sin(),
        "rad" => x.sin(),
        _ => panic!("unknown unit {unit}"),
    }
}

#[test]
fn strings() {
    check!(on_text(0.5, "rad") => [0.5f64.cos()]);
    check!(on_text(30.0, "deg") => [30f64.to_radians().cos() * std::f64::consts::PI / 180.0]);
}

#[grad]
fn on_char(x: f64, kind: char) -> f64 {
    match kind {
        'a'..='f' => x,
        'x' => x * x,
        _ => 3.0 * x,
    }
}

#[test]
fn characters() {
    check!(on_char(2.0, 'c') => [1.0]);
    check!(on_char(2.0, 'x') => [4.0]);
    check!(on_char(2.0, 'z') => [3.0]);
}

#[grad]
fn statement(x: f64, n: u8) -> f64 {
    let mut y = x;
    match n {
        0 => {}
        1 => y = y * y,
        2 => {
            y += 1.0;
            y *= x;
        }
        _ => return y * 9.0,
    }
    y
}

#[test]
fn match_as_a_statement() {
    check!(statement(2.0, 0) => [1.0]);
    check!(statement(2.0, 1) => [4.0]);
    check!(statement(2.0, 2) => [5.0]);
    check!(statement(2.0, 3) => [9.0]);
}

#[grad]
fn tuple_of_actives(x: f64, n: u8) -> f64 {
    let (a, b) = match n {
        0 => (x, 1.0),
        1 => (x * x, x),
        _ => (2.0, x.exp()),
    };
    a * b
}

#[test]
fn match_gives_a_tuple() {
    check!(tuple_of_actives(2.0, 0) => [1.0]);
    check!(tuple_of_actives(2.0, 1) => [12.0]);
    check!(tuple_of_actives(2.0, 2) => [2.0 * 2.0f64.exp()]);
}

#[grad]
fn an_integer_of_one_type(x: f64) -> f64 {
    let a = [x, x * x, 1.0, 2.0 * x];
    let y = match 3 {
        n @ 1..=4 => x * (n as f64),
        n => x - n as f64,
    };
    let k: usize = 3;
    y * x.sin().powi(3) + a[3] + a[k]
}

#[test]
fn integers_of_several_types_with_one_value() {
    let (s, c) = 0.6_f64.sin_cos();
    check!(an_integer_of_one_type(0.6) => [3.0 * s.powi(3) + 3.0 * 0.6 * 3.0 * s * s * c + 4.0]);
}

/// The guard reads `x` as it is now and, through `first`, as it was.
#[grad(forward)]
fn guard_on_two_values_of_a_name(mut x: f64, k: usize, w: f64) -> f64 {
    let before = x;
    let first = &before;
    x = 0.7;
    let old = std::mem::replace(&mut x, w * 0.5);
    let y = match k * 2 + 1 {
        0 => w,
        _ if x / (old * old + 1.0) <= ((*first).cos() + 1.2).powi(-2) => w.exp() - before * 0.1,
        _ => before.sin().exp(),
    };
    y + old + x * before
}

#[test]
fn a_guard_on_two_values_of_a_name() {
    for x in [1.6, 0.3, -1.0, 2.5, 3.0] {
        for w in [1.4, -0.7, 0.2] {
            let f = |p: &[f64]| guard_on_two_values_of_a_name(p[0], 1, p[1]);
            let (value, (d_x, d_w)) = guard_on_two_values_of_a_name::value_and_grad(x, 1, w);
            assert_same_bits(value, f(&[x, w]));
            assert_matches_central(&[d_x, d_w], f, &[x, w]);
            let (value, _) = guard_on_two_values_of_a_name::jvp(x, 1, w, (1.0, 0.0));
            assert_same_bits(value, f(&[x, w]));
        }
    }
}
