//! The forms in which a float method can be written: method, path, qualified path, chains, references.

use backprop::grad;

#[grad]
fn by_method(x: f64, y: f64) -> f64 {
    x.sin() * y.exp() + x.atan2(y) + x.hypot(y).max(y)
}

#[grad]
fn by_path(x: f64, y: f64) -> f64 {
    f64::sin(x) * f64::exp(y) + f64::atan2(x, y) + f64::max(f64::hypot(x, y), y)
}

#[grad]
fn by_qualified_path(x: f64, y: f64) -> f64 {
    <f64>::sin(x) * <f64>::exp(y) + <f64>::atan2(x, y) + <f64>::max(<f64>::hypot(x, y), y)
}

#[test]
fn all_forms_agree_bit_for_bit() {
    let expected = by_method::value_and_grad(0.8, -0.3);
    assert_eq!(by_path::value_and_grad(0.8, -0.3), expected);
    assert_eq!(by_qualified_path::value_and_grad(0.8, -0.3), expected);
    check_differences!(by_method(0.8, -0.3));
}

#[grad]
fn chain(x: f64) -> f64 {
    x.sin().exp().sqrt().ln_1p().tanh().powi(3).abs()
}

#[test]
fn long_method_chains() {
    check_differences!(chain(0.7));
}

#[grad]
fn methods_on_expressions(x: f64, y: f64) -> f64 {
    (x * y + 1.0).ln() + (-x).exp() + { x + y }.cos() + (if x > y { x } else { y }).sqrt()
}

#[test]
fn methods_on_parenthesised_blocks_and_branches() {
    check_differences!(methods_on_expressions(0.9, 0.4));
    check_differences!(methods_on_expressions(0.4, 0.9));
}

#[grad]
fn reference_operators(x: f64, y: f64) -> f64 {
    let (a, b) = (&x, &y);
    &a.sin() * b + a * &y - &x / b % &3.0
}

#[test]
fn operators_on_references() {
    check_differences!(reference_operators(1.1, 0.6));
}

#[grad]
fn annotated_cast(x: f64) -> f64 {
    let single = x as f32;
    let back = single as f64;
    back * back
}

#[test]
fn casts_between_floats_have_derivative_one() {
    check!(annotated_cast(1.5) => [3.0]);
}

#[grad]
fn passive_exponent(x: f64, n: i32) -> f64 {
    x.powi(n) + x.powi(-2) + x.powf(2.5)
}

#[test]
fn powers_with_passive_exponents() {
    let x = 1.3f64;
    check!(passive_exponent(x, 4) => [4.0 * x.powi(3) - 2.0 * x.powi(-3) + 2.5 * x.powf(1.5)]);
}

#[grad]
fn exponent_only(y: f64) -> f64 {
    3.0_f64.powf(y)
}

#[test]
fn passive_base() {
    check!(exponent_only(0.5) => [3.0f64.sqrt() * 3.0f64.ln()]);
}

#[grad]
fn division_forms(x: f64) -> f64 {
    1.0 / x + x / 3.0 + x.recip() + 2.0 / (x * x)
}

#[test]
fn division_by_and_of_a_variable() {
    let x = 0.8f64;
    check!(division_forms(x) => [-2.0 / (x * x) + 1.0 / 3.0 - 4.0 / x.powi(3)]);
}

#[grad]
fn both_halves_of_sin_cos(x: f64) -> f64 {
    x.sin_cos().0 * x.sin_cos().1
}

#[test]
fn tuple_results_indexed_directly() {
    check!(both_halves_of_sin_cos(0.6) => [1.2f64.cos()]);
}

#[grad]
fn fused(x: f64, y: f64, z: f64) -> f64 {
    x.mul_add(y, z).mul_add(x, y)
}

#[test]
fn fused_multiply_add() {
    // (x y + z) x + y
    check!(fused(2.0, 3.0, 5.0) => [17.0, 5.0, 2.0]);
}

fn foreign_scale(n: usize) -> f64 {
    n as f64 / 2.0
}

#[grad]
fn total_of_constants(x: f64, n: usize) -> f64 {
    x * f64::sqrt(2.0) * f64::from(3u8) * foreign_scale(n)
}

#[test]
fn calls_with_inactive_arguments_may_be_anything() {
    check!(total_of_constants(1.0, 1) => [2.0f64.sqrt() * 1.5]);
}

#[grad]
fn reference_to_a_constant_of_unseen_type(x: f64, mut y: f64) -> f64 {
    let k = (backprop::detach(-y) * 0.9).sin();
    y += 0.0;
    let z = if x > 100.0 { x } else { y };
    let y = k;
    &x * &y + z * &y
}

#[test]
fn references_to_constants() {
    let k = (-1.8_f64).sin();
    check!(reference_to_a_constant_of_unseen_type(1.5, 2.0) => [k, k]);
}
