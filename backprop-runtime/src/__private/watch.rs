//! What a rule of the user's has returned is looked at; what is wrong is reported with the rule's name.

use crate::Tangent;

/// The sum of the squares: NaN if a number is, else not finite if a number isn't (or is huge).
pub fn squares<T: Tangent>(numbers: &T) -> f64 {
    numbers.dot(numbers)
}

/// The same of a slice.
pub fn squares_in<T: Tangent>(numbers: &[T]) -> f64 {
    numbers.iter().map(squares).sum()
}

/// The cotangent of a slice must be as long as the slice.
///
/// # Panics
/// If it isn't, with the rule, the parameter and both lengths.
#[inline(always)]
#[track_caller]
pub fn check_rule_len(rule: &str, parameter: &str, given: usize, input: usize) {
    if given != input {
        rule_length_mismatch(rule, parameter, given, input);
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn rule_length_mismatch(rule: &str, parameter: &str, given: usize, input: usize) -> ! {
    panic!(
        "backprop: the rule `{rule}` returned a cotangent of length {given} for `{parameter}`, but `{parameter}` has \
         length {input}"
    )
}

/// In debug builds a rule makes no NaN out of finite numbers. `what`: the cotangent of a parameter, or the derivative.
///
/// # Panics
/// If `squares` is NaN, with the rule.
#[track_caller]
pub fn check_rule_nan(rule: &str, what: &str, squares: f64) {
    assert!(
        !squares.is_nan(),
        "backprop: the rule `{rule}` returned NaN {what}, out of finite numbers (this is looked at in debug builds only)"
    );
}
