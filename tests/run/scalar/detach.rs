//! Stop-gradient: the value goes on, the gradient is exactly zero (R12).

use crate::oracle::assert_same_bits;
use backprop::{detach, grad};

#[grad(forward)]
fn half_detached(x: f64) -> f64 {
    x * detach(x)
}

#[test]
fn a_detached_factor_is_a_constant() {
    assert_eq!(half_detached::value_and_grad(3.0), (9.0, 3.0));
    assert_eq!(half_detached::jvp(3.0, 2.0), (9.0, 6.0));
}

#[grad(forward)]
fn fully_detached(x: f64, y: f64) -> f64 {
    detach(x.sin() * y)
}

#[test]
fn everything_detached_is_exactly_zero() {
    let (value, (x, y)) = fully_detached::value_and_grad(0.5, 2.0);
    assert_same_bits(value, 0.5f64.sin() * 2.0);
    assert_same_bits(x, 0.0);
    assert_same_bits(y, 0.0);
    assert_same_bits(fully_detached::jvp(0.5, 2.0, (1.0, 1.0)).1, 0.0);
}

#[grad]
fn detached_infinity(x: f64) -> f64 {
    detach(x.sqrt()) + x
}

#[test]
fn an_infinite_partial_behind_detach_does_not_reach_the_gradient() {
    assert_eq!(detached_infinity::grad(0.0), 1.0);
}

#[grad]
fn by_path(x: f64) -> f64 {
    let shift = backprop::detach(x);
    (x - shift) * 5.0 + shift
}

#[test]
fn straight_through_trick_by_full_path() {
    assert_eq!(by_path::value_and_grad(2.0), (2.0, 5.0));
}

#[grad]
fn rounded_straight_through(x: f64) -> f64 {
    let y = x * 3.0;
    y + detach(y.round() - y)
}

#[test]
fn straight_through_rounding() {
    assert_eq!(rounded_straight_through::value_and_grad(0.5), (2.0, 3.0));
}

fn unmarked(x: f64) -> f64 {
    x.cos()
}

#[grad]
fn calls_unmarked(x: f64) -> f64 {
    x * unmarked(detach(x)) + detach(unmarked(x))
}

/// R13: an unmarked function may be called with detached values, or inside `detach`.
#[test]
fn unmarked_functions_of_detached_values() {
    assert_eq!(calls_unmarked::grad(0.0), 1.0);
}

#[grad]
fn detached_in_a_branch(x: f64) -> f64 {
    let weight = if x > 1.0 { detach(x * x) } else { x };
    weight * x
}

#[test]
fn detach_in_one_branch_only() {
    assert_eq!(detached_in_a_branch::grad(2.0), 4.0);
    assert_eq!(detached_in_a_branch::grad(0.5), 1.0);
}

#[test]
fn detach_outside_of_grad_is_the_identity() {
    assert_eq!(detach(2.5), 2.5);
}
