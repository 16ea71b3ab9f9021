//! Loops that look for the largest and the like: the derivative goes where the number came from.

use crate::oracle::{assert_same_bits, Numbers};
use backprop::grad;

#[grad(forward)]
fn largest(x: &[f64]) -> f64 {
    let mut max = x[0];
    for i in 1..x.len() {
        if x[i] > max {
            max = x[i];
        }
    }
    max * max
}

/// The last of equal ones.
#[grad]
fn last_smallest(x: &[f64]) -> f64 {
    let mut min = f64::INFINITY;
    for v in x.iter() {
        if !(*v > min) {
            min = *v;
        }
    }
    3.0 * min
}

/// Made of several elements, from the end, and found with its index.
#[grad]
fn steepest(x: &[f64]) -> f64 {
    let (mut most, mut at) = (0.1, 0);
    for i in (1..x.len()).rev() {
        let step = (x[i] - x[i - 1]).abs() * (i as f64 + x[0].sin());
        if most < step {
            most = step;
            at = i;
        }
    }
    most * most + x[at]
}

/// A number that was the largest is used on.
#[grad]
fn two_largest(x: &[f64]) -> f64 {
    let (mut first, mut second) = (-9.0, -9.0);
    for i in 0..x.len() {
        if x[i] > first {
            second = first;
            first = x[i];
        } else if x[i] > second {
            second = x[i];
        }
    }
    first * second
}

/// What the number came from is overwritten, in the loop or after it.
#[grad]
fn overwritten(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    let mut max = -9.0;
    for i in 0..y.len() {
        if y[i] > max {
            max = y[i];
            y[i] = max * 0.5;
        }
    }
    let mut low = 9.0;
    for i in 0..y.len() {
        if y[i] < low {
            low = y[i];
        }
    }
    for i in 0..y.len() {
        y[i] = y[i] * low;
    }
    max * y.iter().sum::<f64>()
}

/// In each row, and in all.
#[grad]
fn of_rows(x: &[f64], columns: usize) -> f64 {
    let mut total = 1.0;
    let mut most = -9.0;
    for row in x.chunks_exact(columns) {
        let mut max = row[0];
        for j in 1..columns {
            if row[j] > max {
                max = row[j];
            }
        }
        let mut sum = 0.0;
        for j in 0..columns {
            sum += (row[j] - max).exp();
        }
        total *= max + sum.ln();
        if max > most {
            most = max;
        }
    }
    total + most
}

/// The sum of what was the largest so far.
#[grad]
fn running(x: &[f64]) -> f64 {
    let (mut max, mut sum) = (0.0, 0.0);
    for i in 0..x.len() {
        if x[i] > max {
            max = x[i];
        }
        sum += max * x[i];
    }
    sum + max
}

#[test]
fn central_differences() {
    let mut numbers = Numbers::new(41);
    for n in 0..7 {
        let x = numbers.vec(n + 1);
        check_slice!(largest(x));
        check_slice!(last_smallest(x));
        check_slice!(steepest(x));
        check_slice!(two_largest(x));
        check_slice!(overwritten(x));
        check_slice!(running(x));
        let of_rows_3 = |x: &[f64]| of_rows(x, 3);
        let x = numbers.vec(3 * n);
        let (value, d) = of_rows::value_and_grad(&x, 3);
        assert_same_bits(value, of_rows_3(&x));
        crate::oracle::assert_matches_central(&d, of_rows_3, &x);
    }
}

#[test]
fn equal_ones_and_nan() {
    assert_eq!(largest::grad(&[2.0, 5.0, 5.0, 1.0]), [0.0, 10.0, 0.0, 0.0]);
    assert_eq!(last_smallest::grad(&[2.0, 1.0, 1.0, 4.0]), [0.0, 0.0, 3.0, 0.0]);
    assert_eq!(largest::grad(&[5.0, f64::NAN, 3.0]), [10.0, 0.0, 0.0]);
    // NaN is neither above nor below.
    assert_eq!(last_smallest::grad(&[1.0, f64::NAN, 2.0]), [0.0, 0.0, 3.0]);
    assert_eq!(last_smallest::grad(&[]), [0.0; 0]);
}

#[test]
fn forward_and_halves() {
    let x = [0.3, 0.9, -0.4, 0.7];
    let t = [1.0, -2.0, 0.5, 4.0];
    let (value, tangent) = largest::jvp(&x, &t);
    assert_same_bits(value, largest(&x));
    assert_eq!(tangent, 2.0 * 0.9 * -2.0);
    let (value, pullback) = largest::vjp(&x);
    assert_same_bits(value, largest(&x));
    assert_eq!(pullback(0.5), [0.0, 0.9, 0.0, 0.0]);
}
