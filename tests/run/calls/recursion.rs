//! Recursion: linear, with arrays, tree-shaped, deep.

use crate::oracle::{assert_close, assert_close_to, assert_matches_central, assert_same_bits, dual};
use backprop::grad;
use num_dual::{Dual64, DualNum};

#[grad]
fn power(x: f64, n: usize) -> f64 {
    if n == 0 {
        return 1.0;
    }
    x * power(x, n - 1)
}

#[test]
fn power_by_recursion() {
    check!(power(2.0, 0) => [0.0]);
    check!(power(2.0, 1) => [1.0]);
    check!(power(2.0, 10) => [10.0 * 512.0]);
}

#[grad]
fn power_by_halves(x: f64, n: u32) -> f64 {
    match n {
        0 => 1.0,
        1 => x,
        _ if n % 2 == 0 => power_by_halves(x * x, n / 2),
        _ => x * power_by_halves(x * x, n / 2),
    }
}

#[test]
fn active_argument_changes_in_the_recursion() {
    for n in 0..20 {
        let expected = if n == 0 { 0.0 } else { f64::from(n) * 1.1f64.powi(n as i32 - 1) };
        check!(power_by_halves(1.1, n) => [expected]);
    }
}

#[grad]
fn tree_sum(x: &[f64]) -> f64 {
    match x.len() {
        0 => 0.0,
        1 => x[0] * x[0],
        n => {
            let (left, right) = x.split_at(n / 2);
            let (a, b) = (tree_sum(left), tree_sum(right));
            a + b + 0.1 * a * b
        }
    }
}

#[test]
fn divide_and_conquer() {
    check_slice!(tree_sum([0.5, -0.3, 0.9, 0.4, -0.8]));
    check_slice!(tree_sum([]));
}

#[grad]
fn de_casteljau(p: &[f64], t: f64) -> f64 {
    if p.len() == 1 {
        return p[0];
    }
    let n = p.len();
    (1.0 - t) * de_casteljau(&p[..n - 1], t) + t * de_casteljau(&p[1..], t)
}

#[test]
fn bezier_curve() {
    let v = [1.0, -0.5, 2.0, 0.7, 0.3];
    let (dp, dt) = de_casteljau::grad(&v[..4], v[4]);
    let flat = |v: &[f64]| de_casteljau(&v[..4], v[4]);
    assert_matches_central(&[&dp[..], &[dt]].concat(), flat, &v);
}

#[grad]
fn deep(x: f64, n: usize) -> f64 {
    if n == 0 {
        x
    } else {
        deep(x, n - 1) * 0.9999 + x * 1e-4
    }
}

/// Linear cost at depth ten thousand; the fixed point is x.
#[test]
fn recursion_of_depth_ten_thousand() {
    let run = || {
        let (value, gradient) = deep::value_and_grad(3.0, 10_000);
        assert_same_bits(value, deep(3.0, 10_000));
        assert_close_to(gradient, value / 3.0, 1e-9);
    };
    std::thread::Builder::new().stack_size(256 << 20).spawn(run).unwrap().join().unwrap();
}

#[grad]
fn countdown(x: &mut f64, n: usize) {
    if n > 0 {
        *x = *x * *x * 0.5 + 0.1;
        countdown(x, n - 1);
        *x += 0.01;
    }
}

#[grad]
fn recursive_in_place(x: f64, n: usize) -> f64 {
    let mut y = x;
    countdown(&mut y, n);
    y
}

#[test]
fn recursion_in_place() {
    for n in 0..5 {
        let gradient = recursive_in_place::grad(0.9, n);
        assert_matches_central(&[gradient], |x| recursive_in_place(x[0], n), &[0.9]);
    }
}

/// What each level keeps comes back to it: numbers of several types, loops, two calls of itself.
#[grad]
fn two_ways(x: f64, scale: f32, depth: u32) -> f64 {
    if depth == 0 {
        return x * x;
    }
    let mut s = f64::from(scale);
    for k in 0..depth {
        s = (s + x).sin() + f64::from(k);
    }
    let left = two_ways(x * s, scale, depth - 1);
    if left > 2.0 {
        left
    } else {
        let right = two_ways(s, scale * 0.5, depth - 1);
        left * right + s
    }
}

/// The same over dual numbers.
fn two_ways_dual(x: Dual64, scale: Dual64, depth: u32) -> Dual64 {
    if depth == 0 {
        return x * x;
    }
    let mut s = scale;
    for k in 0..depth {
        s = (s + x).sin() + f64::from(k);
    }
    let left = two_ways_dual(x * s, scale, depth - 1);
    if left.re > 2.0 {
        left
    } else {
        left * two_ways_dual(s, scale * 0.5, depth - 1) + s
    }
}

#[test]
fn levels_keep_numbers_in_one_arena() {
    for depth in 0..6 {
        for x in [0.3, 0.8, 1.4] {
            let (value, (d_x, d_scale)) = two_ways::value_and_grad(x, 0.5, depth);
            assert_same_bits(value, two_ways(x, 0.5, depth));
            let (_, expected) = dual(|v| two_ways_dual(v[0], v[1], depth), &[x, 0.5]);
            assert_close(d_x, expected[0]);
            assert_close_to(f64::from(d_scale), expected[1], 1e-6);
            let pullback = two_ways::vjp(x, 0.5, depth).1;
            assert_same_bits(pullback(2.0).0, 2.0 * d_x);
        }
    }
}
