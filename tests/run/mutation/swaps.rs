//! `mem::swap`, `mem::replace`, `mem::take`, `slice::swap`, `reverse`, `rotate_left`.

use crate::oracle::{assert_all_close, Numbers};
use backprop::grad;
use std::mem;

#[grad]
fn swapped(x: f64, y: f64) -> f64 {
    let mut a = x * x;
    let mut b = y;
    mem::swap(&mut a, &mut b);
    a * 10.0 + b
}

#[test]
fn mem_swap_of_scalars() {
    check!(swapped(3.0, 5.0) => [6.0, 10.0]);
}

#[grad]
fn swapped_in_a_loop(x: f64, y: f64, n: usize) -> f64 {
    let (mut a, mut b) = (x, y);
    for _ in 0..n {
        a = a * b;
        std::mem::swap(&mut a, &mut b);
    }
    a + 2.0 * b
}

#[test]
fn mem_swap_in_a_loop() {
    // n = 1: (y, x y); n = 2: (x y, x y^2)
    check!(swapped_in_a_loop(2.0, 3.0, 1) => [6.0, 1.0 + 4.0]);
    check!(swapped_in_a_loop(2.0, 3.0, 2) => [3.0 + 18.0, 2.0 + 24.0]);
}

#[grad]
fn replaced(x: f64) -> f64 {
    let mut a = x * x;
    let old = mem::replace(&mut a, 3.0 * x);
    let older = std::mem::replace(&mut a, 1.0);
    old * older + a
}

#[test]
fn mem_replace() {
    // 3 x^3 + 1
    check!(replaced(2.0) => [36.0]);
}

#[grad]
fn elements(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    a.swap(0, 2);
    a[0] *= a[1];
    a.swap(1, 1);
    a.swap(2, 1);
    let mut s = 0.0;
    for (i, v) in a.iter().enumerate() {
        s += v * v * (i + 1) as f64;
    }
    s
}

#[grad]
fn reversed(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    a.reverse();
    for i in 0..a.len() {
        a[i] *= x[i];
    }
    a[1..].reverse();
    let mut s = 0.0;
    for (i, v) in a.iter().enumerate() {
        s += v * i as f64;
    }
    s
}

#[grad]
fn rotated(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    a.rotate_left(1);
    a[0] *= a[1];
    a.rotate_right(2);
    a[2] += a[0] * a[1];
    let mut s = 0.0;
    for (i, v) in a.iter().enumerate() {
        s += v.sin() * (i + 1) as f64;
    }
    s
}

#[test]
fn permutations_of_elements() {
    let mut numbers = Numbers::new(61);
    for n in 3..6 {
        let x = numbers.vec(n);
        check_slice!(elements(x));
        check_slice!(reversed(x));
        check_slice!(rotated(x));
    }
}

#[grad]
fn whole_arrays(x: [f64; 2], y: [f64; 2]) -> f64 {
    let (mut a, mut b) = (x, y);
    mem::swap(&mut a, &mut b);
    a[0] *= b[1];
    std::mem::swap(&mut a[0], &mut b[0]);
    a[0] + 10.0 * a[1] + 100.0 * b[0] + 1000.0 * b[1]
}

#[test]
fn mem_swap_of_arrays_and_elements() {
    // a = (x0, y1), b = (y0 x1, x1)
    let (dx, dy) = whole_arrays::grad([2.0, 3.0], [5.0, 7.0]);
    assert_eq!((dx, dy), ([1.0, 500.0 + 1000.0], [300.0, 10.0]));
}

#[grad]
fn selection_by_swaps(x: &[f64], order: &[(usize, usize)]) -> f64 {
    let mut a = x.to_vec();
    for &(i, j) in order {
        a.swap(i, j);
        a[i] *= 2.0;
    }
    let mut s = 0.0;
    for (i, v) in a.iter().enumerate() {
        s = s * 0.5 + v * (i + 1) as f64;
    }
    s
}

#[test]
fn swaps_through_a_passive_table() {
    let x = [1.0, 2.0, 3.0];
    let order = [(0, 1), (1, 2), (0, 0)];
    let gradient = selection_by_swaps::grad(&x, &order);
    crate::oracle::assert_matches_central(&gradient, |x| selection_by_swaps(x, &order), &x);
}

#[grad]
fn taken(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let b = mem::take(&mut a);
    a.push(b[0] * b[1]);
    a[0] * b[0]
}

#[test]
fn mem_take_of_a_vector() {
    assert_all_close(&taken::grad(&[2.0, 3.0]), &[12.0, 4.0]);
}

/// A branch that reads a variable is the value of an arm whose end assigns to it.
#[grad(forward)]
fn replaced_before_an_exit(x: f64) -> [f64; 2] {
    let mut x = x;
    let a = [x, 0.7];
    x *= 0.7;
    if x > 0.5 {
        let old = std::mem::replace(&mut x, a[0]);
        if old < x {
            return [0.1, old];
        }
        if old > 9.0 {
            return [old, old];
        }
    }
    [x, 0.5]
}

#[test]
fn an_arm_is_evaluated_before_its_assignments() {
    for (x, slopes) in [(1.6, [0.0, 0.7]), (0.2, [0.7, 0.0])] {
        let value = replaced_before_an_exit(x);
        assert_eq!(replaced_before_an_exit::jvp(x, 1.0), (value, slopes));
        let (y, pullback) = replaced_before_an_exit::vjp(x);
        assert_eq!((y, pullback([1.0, 0.0])), (value, slopes[0]));
        assert_eq!(replaced_before_an_exit::vjp(x).1([0.0, 1.0]), slopes[1]);
        assert_eq!(replaced_before_an_exit::jacobian(x), slopes);
    }
}

/// The halves of one array, and elements of its rows: rustc can't tell two paths into one object apart.
#[grad(forward)]
fn halves(x: &[f64; 3]) -> f64 {
    let mut m = [[x[0], x[1]], [x[2], x[0] * x[1]], [1.0, x[2] * x[2]]];
    let (a, b) = m.split_at_mut(1);
    std::mem::swap(&mut a[0], &mut b[1]);
    std::mem::swap(&mut a[0][1], &mut b[0][0]);
    m[0][0] * m[0][1] + m[1][0] * m[2][1] + m[1][1] * m[2][0]
}

#[test]
fn swaps_between_halves() {
    let x = [0.7, -1.3, 0.4];
    let gradient = halves::grad(&x);
    crate::oracle::assert_matches_central(&gradient, |x| halves(x.try_into().unwrap()), &x);
    let direction = [0.3, 2.0, -0.8];
    let along: f64 = gradient.iter().zip(&direction).map(|(g, d)| g * d).sum();
    crate::oracle::assert_close(halves::jvp(&x, direction).1, along);
}
