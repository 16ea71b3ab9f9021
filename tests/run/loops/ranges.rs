//! `for` over every form of a range.

use crate::oracle::{assert_close, assert_same_bits};
use backprop::grad;

/// `sum of c_i x^i` with the visited indices in order, so that the oracle is a hand-written sum.
macro_rules! over {
    ($name:ident, |$n:ident| $range:expr) => {
        mod $name {
            use backprop::grad;

            #[grad]
            pub fn f(x: f64, $n: usize) -> f64 {
                let mut sum = 0.0;
                for i in $range {
                    sum = sum * 0.5 + x.powi(i as i32 + 1) + x * sum;
                }
                sum
            }

            /// Value and derivative of the same recurrence, by hand.
            pub fn by_hand(x: f64, $n: usize) -> (f64, f64) {
                let (mut sum, mut slope) = (0.0, 0.0);
                for i in $range {
                    let power = i as i32 + 1;
                    slope = slope * 0.5 + f64::from(power) * x.powi(power - 1) + sum + x * slope;
                    sum = sum * 0.5 + x.powi(power) + x * sum;
                }
                (sum, slope)
            }
        }

        #[test]
        fn $name() {
            for n in 0..8 {
                let (value, gradient) = $name::f::value_and_grad(0.7, n);
                assert_same_bits(value, $name::f(0.7, n));
                assert_same_bits(value, $name::by_hand(0.7, n).0);
                assert_close(gradient, $name::by_hand(0.7, n).1);
            }
        }
    };
}

over!(exclusive, |n| 0..n);
over!(inclusive, |n| 0..=n);
over!(from_an_offset, |n| 2..n + 2);
over!(reversed, |n| (0..n).rev());
over!(reversed_inclusive, |n| (1..=n).rev());
over!(stepped, |n| (0..n).step_by(2));
over!(stepped_by_three_inclusive, |n| (1..=n).step_by(3));
over!(stepped_then_reversed, |n| (0..n).step_by(2).rev());
over!(reversed_then_stepped, |n| (0..n).rev().step_by(2));
over!(constant_trips, |_n| 0..5);
over!(empty, |n| n..n);
#[allow(clippy::reversed_empty_ranges)]
mod inverted_bounds {
    use super::*;
    over!(inverted, |n| n + 3..n);
    over!(inverted_inclusive, |n| n + 1..=n);
}
over!(computed_bounds, |n| n / 2..(n * n + 1) / 3);
over!(saturating_bounds, |n| 0..n.saturating_sub(2));

#[grad]
fn signed_indices(x: f64, n: i32) -> f64 {
    let mut sum = 0.0;
    for i in -n..n {
        sum += x.powi(i) * f64::from(i);
    }
    sum
}

#[test]
fn signed_ranges() {
    let x = 1.3f64;
    let expected: f64 = (-3..3).map(|i| f64::from(i) * f64::from(i) * x.powi(i - 1)).sum();
    check!(signed_indices(x, 3) => [expected]);
}

#[grad]
fn small_integer_indices(x: f64, n: u8) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        sum += x * f64::from(i);
    }
    for i in 0u32..4 {
        sum += x * i as f64;
    }
    for i in 0..3_i64 {
        sum += x * x * i as f64;
    }
    sum
}

#[test]
fn ranges_of_other_integer_types() {
    check!(small_integer_indices(2.0, 255) => [255.0 * 254.0 / 2.0 + 6.0 + 2.0 * 2.0 * 3.0]);
}

#[grad]
fn full_type_range(x: f64) -> f64 {
    let mut product = x;
    for i in 250..=u8::MAX {
        product *= 1.0 + x * f64::from(i) * 1e-3;
    }
    product
}

#[test]
fn inclusive_range_up_to_the_maximum_of_its_type() {
    check_differences!(full_type_range(0.4));
}

#[grad]
fn bound_changed_in_the_body(x: f64, n: usize) -> f64 {
    let mut n = n;
    let mut y = x;
    for i in 0..n {
        n = i;
        y = y * x + n as f64;
    }
    y * n as f64
}

#[test]
fn bounds_are_evaluated_once() {
    // ((x x + 0) x + 1) x + 2, times 2
    check!(bound_changed_in_the_body(0.7, 3) => [2.0 * (4.0 * 0.7f64.powi(3) + 1.0)]);
}

#[grad]
fn unused_index(x: f64, n: usize) -> f64 {
    let mut y = 1.0;
    for _ in 0..n {
        y *= x;
    }
    y
}

#[test]
fn repetition_without_an_index() {
    check!(unused_index(2.0, 0) => [0.0]);
    check!(unused_index(2.0, 1) => [1.0]);
    check!(unused_index(2.0, 5) => [80.0]);
}

#[grad]
fn range_in_a_variable(x: f64, n: usize) -> f64 {
    let range = 1..n;
    let mut y = x;
    for i in range {
        y = y * x / i as f64;
    }
    y
}

#[test]
fn range_bound_to_a_variable() {
    let x = 1.5f64;
    check!(range_in_a_variable(x, 4) => [4.0 * x.powi(3) / 6.0]);
}
