//! Array elements under every assignment operator, and scalars of loops that are overwritten.

use crate::oracle::{assert_matches_central, Numbers};
use backprop::grad;

#[grad]
fn all_operators(x: [f64; 4]) -> f64 {
    let mut a = x;
    a[0] += a[1] * a[2];
    a[1] -= a[0] / a[3];
    a[2] *= a[1] + a[2];
    a[3] /= a[0] + 3.0;
    a[0] %= 0.7;
    a[1] = -a[1];
    a[0] * a[1] + a[2] * a[3]
}

#[test]
fn compound_assignment_of_elements() {
    let x = [0.6, -1.2, 0.4, 1.9];
    assert_matches_central(&all_operators::grad(x), |x| all_operators(x.try_into().unwrap()), &x);
}

#[grad]
fn itself_on_the_right(x: [f64; 2]) -> f64 {
    let mut a = x;
    a[0] += a[0];
    a[0] *= a[0];
    a[1] -= a[1] * a[0];
    a[1] /= a[1] + 5.0;
    a[0] * a[1]
}

#[test]
fn elements_with_themselves_on_the_right() {
    let x = [0.6, -1.2];
    assert_matches_central(&itself_on_the_right::grad(x), |x| itself_on_the_right(x.try_into().unwrap()), &x);
}

#[grad]
fn gradient_is_reset(x: [f64; 2]) -> f64 {
    let mut a = x;
    let y = a[0] * 3.0;
    a[0] = a[1] * a[1];
    let z = a[0];
    a[0] = 0.0;
    y + z * z + a[0]
}

#[test]
fn overwritten_elements_reset_their_adjoint() {
    check!(gradient_is_reset([2.0, 3.0]) => [3.0, 4.0 * 27.0]);
}

#[grad]
fn write_keeps_the_others(x: [f64; 3]) -> f64 {
    let mut a = x;
    a[1] = 2.0 * a[0];
    a[0] * a[1] * a[2]
}

#[test]
fn writing_one_element_keeps_the_others() {
    // 2 x^2 z
    check!(write_keeps_the_others([3.0, 9.0, 5.0]) => [60.0, 0.0, 18.0]);
}

#[grad]
fn index_mutated_between(x: &[f64]) -> f64 {
    let mut i = 0;
    let mut a = x.to_vec();
    a[i] = a[i] * a[i];
    i += 1;
    a[i] *= a[i - 1];
    let j = i;
    i = 0;
    a[i] + a[j] * a[j + 1]
}

#[test]
fn indices_change_between_statements() {
    // x^2 + x^2 y z
    assert_eq!(index_mutated_between::grad(&[2.0, 3.0, 5.0]), [4.0 + 60.0, 20.0, 12.0]);
}

#[grad]
fn index_from_an_array(x: &[f64], order: [usize; 3]) -> f64 {
    let mut order = order;
    let mut y = 1.0;
    for k in 0..3 {
        y = y * x[order[k]] + x[order[2 - k]];
        order[(k + 1) % 3] = k;
    }
    y
}

#[test]
fn passive_arrays_change_between_uses() {
    let x = [0.5, -1.5, 2.5];
    for order in [[0, 1, 2], [2, 2, 0], [1, 0, 1]] {
        let gradient = index_from_an_array::grad(&x, order);
        assert_matches_central(&gradient, |x| index_from_an_array(x, order), &x);
    }
}

#[grad]
fn destructuring_assignment(x: f64, y: f64) -> f64 {
    let (mut a, mut b) = (x, y);
    let c;
    (a, b) = (a * b, a + b);
    (c, _) = (a * a, b);
    [a, b] = [b, a];
    (a, (b, ..)) = (a + c, (b * a, 1.0, 2.0));
    a * b + c
}

#[test]
fn destructuring_assignments() {
    let gradient = destructuring_assignment::grad(1.2, -0.7);
    let plain = |v: &[f64]| destructuring_assignment(v[0], v[1]);
    assert_matches_central(&[gradient.0, gradient.1], plain, &[1.2, -0.7]);
}

#[grad]
fn destructured_elements(x: [f64; 3]) -> f64 {
    let mut a = x;
    (a[0], a[1]) = (a[1], a[0] * a[2]);
    [a[1], a[2]] = [a[2], a[1]];
    a[0] * 100.0 + a[1] * 10.0 + a[2]
}

#[test]
fn destructuring_assignment_to_elements() {
    // (y, z, x z)
    check!(destructured_elements([2.0, 3.0, 5.0]) => [5.0, 100.0, 12.0]);
}

#[grad]
fn activity_alternates(x: &[f64]) -> f64 {
    let mut t = 1.0;
    let mut y = 0.0;
    for (i, v) in x.iter().enumerate() {
        if i % 3 == 0 {
            t = 2.0;
        } else if i % 3 == 1 {
            t *= v;
        } else {
            t = t * t + 1.0;
        }
        y += t * v;
    }
    y
}

#[test]
fn active_passive_active_in_a_loop() {
    for n in 0..8 {
        check_slice!(activity_alternates(Numbers::new(n as u64 + 50).vec(n)));
    }
}
