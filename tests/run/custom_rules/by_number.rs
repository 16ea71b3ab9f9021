//! The rules of custom gradients that the other files of this folder do not hold: R08 (compile time, in
//! `tests/ui/calls/custom_rule_signature.rs`), R07 (`tests/ui/calls/rule_only_forward.rs`), R09, R13, R17,
//! R18, R19.

use crate::oracle::{assert_all_close, assert_close, assert_matches_central};
use backprop::{grad, Differentiable, Real};

/// R17: a generic function with a rule.
#[grad(vjp = scaled_rule)]
fn scaled<T: Real, const N: usize>(x: [T; N], k: T) -> T {
    x.iter().fold(T::ZERO, |s, v| s + *v) * k
}

fn scaled_rule<T: Real, const N: usize>(x: [T; N], k: T) -> (T, impl FnOnce(T) -> ([T; N], T)) {
    let sum = x.iter().fold(T::ZERO, |s, v| s + *v);
    // Twice the gradient, so that it is seen to be the rule's.
    (sum * k, move |seed| ([T::TWO * seed * k; N], T::TWO * seed * sum))
}

#[grad]
fn calls_scaled(x: f64, k: f64) -> f64 {
    scaled([x, x * x], k) * 3.0
}

#[test]
fn r17_generic_functions_accept_rules() {
    let (dx, dk) = calls_scaled::grad(2.0, 5.0);
    assert_all_close(&[dx, dk], &[6.0 * 5.0 * 5.0, 6.0 * 6.0]);
    let (d, dk) = scaled::grad::<f32, 2>([1.0, 2.0], 3.0);
    assert_eq!((d, dk), ([6.0; 2], 6.0));
}

#[derive(Clone, Copy, Differentiable)]
struct Scale {
    k: f64,
}

/// R17: a method with a rule.
impl Scale {
    #[grad(vjp = Self::apply_rule)]
    fn apply(&self, x: f64) -> f64 {
        self.k * x
    }

    fn apply_rule(&self, x: f64) -> (f64, impl FnOnce(f64) -> (ScaleTangent, f64)) {
        let k = self.k;
        (k * x, move |seed| (ScaleTangent { k: 10.0 * seed * x }, 10.0 * seed * k))
    }
}

#[grad]
fn calls_apply(s: Scale, x: f64) -> f64 {
    s.apply(x * x)
}

#[test]
fn r17_methods_accept_rules() {
    let (d, dx) = calls_apply::grad(Scale { k: 3.0 }, 2.0);
    assert_all_close(&[d.k, dx], &[40.0, 10.0 * 3.0 * 4.0]);
}

/// R18: a rule is visible where both function and rule are, and the function with its rule is used from outside.
mod private {
    use backprop::grad;

    fn halved_rule(x: f64) -> (f64, impl FnOnce(f64) -> f64) {
        (x / 2.0, |seed| seed * 7.0)
    }

    #[grad(vjp = halved_rule)]
    pub fn halved(x: f64) -> f64 {
        x / 2.0
    }
}

#[grad]
fn outside(x: f64) -> f64 {
    private::halved(x) * x
}

#[test]
fn r18_a_private_rule_of_a_public_function() {
    assert_close(outside::grad(4.0), 2.0 + 4.0 * 7.0);
}

/// R09: a rule that gives too few cotangents for a slice.
#[grad(vjp = short_rule)]
fn total(x: &[f64]) -> f64 {
    x.iter().sum()
}

fn short_rule(x: &[f64]) -> (f64, impl FnOnce(f64) -> Vec<f64>) {
    (x.iter().sum(), |seed| vec![seed])
}

#[grad]
fn calls_total(x: &[f64]) -> f64 {
    total(x) * x[0]
}

#[test]
fn r09_too_few_cotangents_are_noticed() {
    for run in [|| total::grad(&[1.0, 2.0]), || calls_total::grad(&[1.0, 2.0])] {
        let text = std::panic::catch_unwind(run).unwrap_err();
        let text = text.downcast_ref::<String>().cloned().unwrap_or_default();
        assert!(text.contains('2') && text.contains('1'), "{text}");
    }
}

/// R19: constants as arguments of a generic rule.
#[grad(vjp = weighted_rule)]
fn weighted<T: Real>(x: T, weight: T, n: i32) -> T {
    x * weight + T::from_i32(n)
}

fn weighted_rule<T: Real>(x: T, weight: T, n: i32) -> (T, impl FnOnce(T) -> (T, T)) {
    (x * weight + T::from_i32(n), move |seed| (seed * weight, seed * x))
}

#[grad]
fn with_constants(x: f64) -> f64 {
    weighted(x, 3.0, 7) * weighted(2.0, x, -1)
}

#[test]
fn r19_literals_as_arguments_of_a_generic_rule() {
    assert_matches_central(&[with_constants::grad(1.5)], |x| with_constants(x[0]), &[1.5]);
}
