//! Reassignment and compound assignment of scalars, where earlier macro crates are silently wrong.

use backprop::grad;

#[grad]
fn reassigned(a: f64, x: f64) -> f64 {
    let mut a = a;
    a = a * x;
    a = a * x;
    a * a
}

#[test]
fn variable_on_both_sides() {
    check!(reassigned(2.0, 3.0) => [2.0 * 2.0 * 81.0, 4.0 * 4.0 * 27.0]);
}

#[grad]
fn cube_by_times_assign(x: f64) -> f64 {
    let mut a = x;
    a *= x;
    a *= x;
    a
}

#[test]
fn times_assign() {
    check!(cube_by_times_assign(3.0) => [27.0]);
}

#[grad]
fn all_compound_operators(x: f64, y: f64) -> f64 {
    let mut a = x;
    a += y * x;
    a -= y / x;
    a *= a + y;
    a /= x - y;
    a %= 5.0;
    a
}

#[test]
fn all_compound_assignments() {
    check_differences!(all_compound_operators(1.7, 0.4));
}

#[grad]
fn itself_on_the_right(x: f64) -> f64 {
    let mut a = x;
    a += a;
    a *= a;
    a -= a * a;
    a /= a + 1.0;
    a
}

#[test]
fn compound_assignment_with_itself_on_the_right() {
    check_differences!(itself_on_the_right(0.4));
}

#[grad]
fn self_subtraction(x: f64) -> f64 {
    let mut a = x * x;
    a -= a;
    a + x
}

#[test]
fn subtracting_itself_leaves_gradient_zero() {
    check!(self_subtraction(5.0) => [1.0]);
}

#[grad]
fn overwritten_parameter(mut x: f64, mut y: f64) -> f64 {
    x = x * y;
    y = x + y;
    x = y * y;
    x
}

#[test]
fn overwritten_parameters() {
    // (x y + y)^2
    check!(overwritten_parameter(2.0, 3.0) => [2.0 * 9.0 * 3.0, 2.0 * 9.0 * 3.0]);
}

#[grad]
fn overwritten_with_a_constant(x: f64) -> f64 {
    let mut a = x * x;
    let b = a * x;
    a = 3.0;
    a * b
}

#[test]
fn overwriting_with_a_constant_drops_the_dependence() {
    check!(overwritten_with_a_constant(2.0) => [36.0]);
}

#[grad]
fn active_passive_active(x: f64) -> f64 {
    let mut a = x.sin();
    let first = a;
    a = 1.0;
    let second = a * 2.0;
    a = x * first;
    a * second
}

#[test]
fn active_then_passive_then_active_again() {
    let x = 0.7f64;
    check!(active_passive_active(x) => [2.0 * (x.sin() + x * x.cos())]);
}

#[grad]
fn old_value_needed(x: f64) -> f64 {
    let mut a = x;
    let b = a * a;
    a = a + 1.0;
    let c = a * b;
    a = c * a;
    a + b
}

#[test]
fn old_values_needed_after_the_overwrite() {
    // x^2 (x + 1)^2 + x^2
    let x = 1.5f64;
    check!(old_value_needed(x) => [2.0 * x * (x + 1.0).powi(2) + 2.0 * x * x * (x + 1.0) + 2.0 * x]);
}

#[grad]
fn nonlinear_overwrites(x: f64) -> f64 {
    let mut a = x;
    a = a.sin();
    a = a.exp();
    a = a * a;
    a = a.sqrt() + a;
    a
}

#[test]
fn chains_of_nonlinear_overwrites() {
    check_differences!(nonlinear_overwrites(0.6));
}

#[grad]
fn swapped_by_hand(x: f64, y: f64) -> f64 {
    let mut a = x;
    let mut b = y * y;
    let t = a;
    a = b;
    b = t;
    a * 3.0 + b * b
}

#[test]
fn swap_by_a_third_variable() {
    check!(swapped_by_hand(2.0, 5.0) => [4.0, 30.0]);
}

#[grad]
fn value_used_before_and_after(x: f64) -> f64 {
    let mut total = 0.0;
    let mut power = 1.0;
    power *= x;
    total += power;
    power *= x;
    total += power;
    power *= x;
    total += 2.0 * power;
    total
}

#[test]
fn unrolled_accumulation() {
    check!(value_used_before_and_after(2.0) => [1.0 + 4.0 + 24.0]);
}

#[grad]
fn conditional_overwrite(x: f64, y: f64) -> f64 {
    let mut a = x * y;
    if a > 1.0 {
        a = a * a;
    }
    if y > 0.0 {
        a *= y;
        a += x;
    } else {
        a = y;
    }
    a
}

#[test]
fn overwrites_in_branches() {
    check!(conditional_overwrite(2.0, 3.0) => [2.0 * 2.0 * 27.0 + 1.0, 3.0 * 4.0 * 9.0]);
    check!(conditional_overwrite(0.5, 1.0) => [2.0, 1.0]);
    check!(conditional_overwrite(2.0, -3.0) => [0.0, 1.0]);
}

#[grad]
fn assigned_in_a_nested_block(x: f64) -> f64 {
    let mut a = x;
    {
        a *= 2.0;
        let b = a;
        {
            a = b * a;
        }
    }
    a
}

#[test]
fn assignment_reaches_out_of_blocks() {
    check!(assigned_in_a_nested_block(3.0) => [24.0]);
}

#[grad]
fn assignment_in_a_block_value(x: f64) -> f64 {
    let mut a = x;
    let b = {
        a = a * x;
        a + 1.0
    };
    a * b
}

#[test]
fn assignment_inside_a_block_that_is_a_value() {
    // x^2 (x^2 + 1)
    check!(assignment_in_a_block_value(2.0) => [4.0 * 8.0 + 4.0]);
}

#[grad]
fn order_of_evaluation(x: f64) -> f64 {
    let mut a = x;
    let y = a + {
        a = a * 3.0;
        a
    } * a;
    y + a
}

#[test]
fn operands_are_evaluated_from_left_to_right() {
    // x + (3x)(3x) + 3x
    check!(order_of_evaluation(2.0) => [1.0 + 36.0 + 3.0]);
}

#[grad]
fn declared_without_value(x: f64) -> f64 {
    let mut a;
    a = x;
    a = a * a;
    let mut b: f64;
    b = a;
    b += x;
    a * b
}

#[test]
fn mutable_variables_initialised_later() {
    // x^2 (x^2 + x)
    check!(declared_without_value(2.0) => [4.0 * 8.0 + 3.0 * 4.0]);
}

#[grad]
fn passive_counter(x: f64, n: usize) -> f64 {
    let mut k = n;
    let mut y = x;
    k += 2;
    y *= k as f64;
    k = k * 2 - 1;
    y *= x * k as f64;
    k -= 1;
    y + k as f64
}

#[test]
fn passive_variables_change_between_uses() {
    check!(passive_counter(2.0, 1) => [2.0 * 2.0 * 3.0 * 5.0]);
}
