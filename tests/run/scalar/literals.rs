//! Literals, constants, operator precedence and casts.

use crate::oracle::assert_same_bits;
use backprop::grad;

#[grad]
fn unsuffixed(x: f64) -> f64 {
    2.0 * x + 3. - 1e-3 * x + 1_000.5 * x
}

#[test]
fn unsuffixed_literals() {
    check!(unsuffixed(0.7) => [2.0 - 1e-3 + 1000.5]);
}

#[grad]
fn suffixed(x: f64) -> f64 {
    2.0_f64 * x + 3f64 * x * x + 1e-3_f64 * x
}

#[test]
fn suffixed_literals() {
    check!(suffixed(0.5) => [2.0 + 6.0 * 0.5 + 1e-3]);
}

#[grad]
fn methods_on_literals(x: f64) -> f64 {
    2.0_f64.sqrt() * x + 0.5_f64.powi(2) + 2.0_f64.powf(x)
}

#[test]
fn methods_on_literals_are_differentiated_in_the_exponent() {
    check!(methods_on_literals(1.5) => [2.0f64.sqrt() + 2.0f64.powf(1.5) * 2.0f64.ln()]);
}

const GAIN: f64 = 2.5;

struct Limits;

impl Limits {
    const UPPER: f64 = 4.0;
}

#[grad]
fn constants(x: f64) -> f64 {
    GAIN * x + 0.25 * Limits::UPPER + std::f64::consts::PI * x * x - f64::EPSILON + f64::MAX * 0.0
}

#[test]
fn constants_and_associated_constants() {
    check!(constants(0.3) => [2.5 + 2.0 * std::f64::consts::PI * 0.3]);
}

#[grad]
fn local_constant(x: f64) -> f64 {
    const HALF: f64 = 0.5;
    HALF * x * x
}

#[test]
fn constants_of_the_body() {
    check!(local_constant(3.0) => [3.0]);
}

#[grad]
fn minus_before_a_method(x: f64) -> f64 {
    -x.powi(2)
}

#[grad]
fn minus_inside_a_method(x: f64) -> f64 {
    (-x).powi(2)
}

#[test]
fn unary_minus_binds_weaker_than_a_method() {
    check!(minus_before_a_method(3.0) => [-6.0]);
    check!(minus_inside_a_method(3.0) => [6.0]);
}

#[grad]
fn precedence(x: f64, y: f64, z: f64) -> f64 {
    x - y - z * x / y - (x - (y - z)) % 7.0 + -x * -y
}

#[test]
fn operators_keep_their_precedence_and_associativity() {
    check_differences!(precedence(1.3, 2.7, 0.4));
}

#[allow(double_negations)]
#[grad]
fn double_negation(x: f64) -> f64 {
    --x * ---x
}

#[test]
fn repeated_minus() {
    check!(double_negation(1.5) => [-3.0]);
}

#[allow(unused_parens)]
#[grad]
fn parentheses(x: f64) -> f64 {
    ((x) * ((x) + (1.0)))
}

#[test]
fn redundant_parentheses() {
    check!(parentheses(2.0) => [5.0]);
}

#[grad]
fn cast_to_integer(x: f64) -> f64 {
    (x as i32) as f64 * x + x
}

#[test]
fn cast_to_an_integer_is_a_jump_function() {
    check!(cast_to_integer(2.7) => [3.0]);
}

#[grad]
fn cast_of_a_passive_integer(x: f64, n: usize) -> f64 {
    x * n as f64 + (n as i64 - 3) as f64 * x * x
}

#[test]
fn cast_of_a_passive_integer_is_a_factor() {
    check!(cast_of_a_passive_integer(0.5, 4) => [4.0 + 2.0 * 0.5]);
}

#[grad]
fn from_passive(x: f64, n: i32, b: bool) -> f64 {
    f64::from(n) * x + f64::from(u8::from(b)) * x * x
}

#[test]
fn conversions_of_passive_values() {
    check!(from_passive(3.0, 7, true) => [13.0]);
    check!(from_passive(3.0, 7, false) => [7.0]);
}

#[grad]
fn integer_arithmetic(x: f64, n: usize) -> f64 {
    let half = (n + 1) / 2;
    let odd = n % 2 == 1;
    let shifted = (n << 2) ^ 1;
    let k = if odd { half } else { shifted };
    x.powi(k as i32) * (n.pow(2) as f64)
}

#[test]
fn integer_arithmetic_stays_passive() {
    check!(integer_arithmetic(1.5, 3) => [2.0 * 1.5 * 9.0]);
    check!(integer_arithmetic(1.1, 2) => [9.0 * 1.1f64.powi(8) * 4.0]);
}

#[grad]
fn unused_result_of_nothing(x: f64) -> f64 {
    let _unused = x.sin();
    42.0
}

#[test]
fn result_independent_of_the_input_has_gradient_zero() {
    assert_same_bits(unused_result_of_nothing::grad(1.0), 0.0);
}

#[grad]
fn identity(x: f64) -> f64 {
    x
}

#[test]
fn identity_has_gradient_one() {
    check!(identity(-4.0) => [1.0]);
}

#[grad]
fn same_input_twice(x: f64) -> f64 {
    x * x + x / x - x + x
}

#[test]
fn every_use_of_an_input_counts() {
    check!(same_input_twice(3.0) => [6.0]);
}
