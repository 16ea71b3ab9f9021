//! Scalar forms beyond the first list of the language: patterns as parameters, matches on active values.

use backprop::grad;

#[grad]
fn pattern_parameter((a, b): (f64, f64), c: f64) -> f64 {
    a * b + c * a
}

#[test]
fn tuple_parameter_by_pattern() {
    let ((a, b), c) = pattern_parameter::grad((2.0, 3.0), 5.0);
    assert_eq!((a, b, c), (8.0, 2.0, 2.0));
}

#[grad]
fn on_sign(x: f64) -> f64 {
    match x.partial_cmp(&0.0) {
        Some(std::cmp::Ordering::Less) => -x,
        Some(std::cmp::Ordering::Equal) => 0.0,
        Some(std::cmp::Ordering::Greater) => x * x,
        None => 0.0,
    }
}

#[test]
fn orderings_of_active_values() {
    check!(on_sign(-2.0) => [-1.0]);
    check!(on_sign(3.0) => [6.0]);
    check!(on_sign(0.0) => [0.0]);
}

#[grad]
fn floats_in_patterns(x: f64) -> f64 {
    match x {
        0.0 => 7.0 * x,
        t if t > 1.0 => t * t,
        t => -t,
    }
}

#[test]
fn active_scrutinee_and_bindings() {
    check!(floats_in_patterns(0.0) => [7.0]);
    check!(floats_in_patterns(3.0) => [6.0]);
    check!(floats_in_patterns(0.5) => [-1.0]);
}
