//! `while`, `loop` with a break value, `while let` on passive values, data-dependent trip counts.

use crate::oracle::assert_same_bits;
use backprop::{grad, Real};

#[grad]
fn counted_by_hand(x: f64, n: usize) -> f64 {
    let mut i = 0;
    let mut y = 1.0;
    while i < n {
        y = y * x + i as f64;
        i += 1;
    }
    y
}

#[test]
fn while_with_a_counter() {
    // ((x + 0) x + 1) x + 2
    check!(counted_by_hand(2.0, 3) => [3.0 * 4.0 + 1.0]);
    check!(counted_by_hand(2.0, 0) => [0.0]);
}

/// The strict upper triangle of a matrix in one row, as a port from C goes through it.
#[grad]
fn packed_triangle(l: &[f64], x: &[f64]) -> f64 {
    let d = x.len();
    let mut out = vec![0.0; d];
    let mut at = 0;
    let mut i = 0;
    while i < d {
        let mut j = i + 1;
        while d > j {
            out[j] += l[at] * x[i];
            at += 1;
            j += 1;
        }
        i = 1 + i;
    }
    let mut sum = 0.0;
    while i > 0 {
        i -= 1;
        sum += out[i] * out[i];
    }
    sum + i as f64 + at as f64
}

#[test]
fn nested_while_loops_are_counted() {
    // out = [0, l0 x0, l1 x0 + l2 x1]
    let (l, x): ([f64; 3], [f64; 3]) = ([0.5, -1.5, 2.0], [0.7, 1.1, 9.0]);
    let (a, b) = (l[0] * x[0], l[1] * x[0] + l[2] * x[1]);
    let (y, (d_l, d_x)) = packed_triangle::value_and_grad(&l, &x);
    assert_same_bits(y, packed_triangle(&l, &x));
    assert!((y - (a * a + b * b + 3.0)).abs() < 1e-14);
    let expected = [2.0 * a * x[0], 2.0 * b * x[0], 2.0 * b * x[1]];
    d_l.iter().zip(expected).for_each(|(d, e)| assert!((d - e).abs() < 1e-14, "{d_l:?}"));
    let expected = [2.0 * a * l[0] + 2.0 * b * l[1], 2.0 * b * l[2], 0.0];
    d_x.iter().zip(expected).for_each(|(d, e)| assert!((d - e).abs() < 1e-14, "{d_x:?}"));
}

/// Layers one after the other in one slice: the step of `at` is computed in the loop.
#[grad(wrt(params))]
fn layers_in_a_row<T: Real>(params: &[T], x: &[T]) -> T {
    let n = x.len();
    let mut h = x.to_vec();
    let mut z = vec![T::ZERO; n];
    let mut at = 0;
    while at < params.len() {
        for i in 0..n {
            let mut s = params[at + n * n + i];
            for j in 0..n {
                s += params[at + i * n + j] * h[j];
            }
            z[i] = s.tanh() * T::from_f64(0.9) + T::from_usize(i) * s;
        }
        h.copy_from_slice(&z);
        at += n * n + n;
    }
    h[0] + T::from_f64(at as f64) * h[n - 1]
}

#[test]
fn a_step_that_is_computed_in_the_loop() {
    let params: Vec<f64> = (0..18).map(|k| (f64::from(k) * 1.3).sin()).collect();
    let expected = central_differences(&params);
    let mut d = vec![f64::NAN; 18];
    let y = layers_in_a_row::grad_into(&params, &[0.4, -0.7], &mut d);
    assert_same_bits(y, layers_in_a_row(&params, &[0.4, -0.7]));
    d.iter().zip(expected).for_each(|(d, e)| assert!((d - e).abs() < 1e-7, "{d} {e}"));
}

fn central_differences(params: &[f64]) -> Vec<f64> {
    let at = |k: usize, h: f64| {
        let mut p = params.to_vec();
        p[k] += h;
        layers_in_a_row(&p, &[0.4, -0.7])
    };
    (0..params.len()).map(|k| (at(k, 1e-6) - at(k, -1e-6)) / 2e-6).collect()
}

/// Its end moves, so it is not counted.
#[grad]
fn moving_end(x: f64, n: usize) -> f64 {
    let mut end = n;
    let mut i = 0;
    let mut y = 1.0;
    while i < end {
        y = y * x + i as f64;
        if i == 1 {
            end += 2;
        }
        i += 1;
    }
    y + i as f64
}

/// So does this one: the vector grows.
#[grad]
fn growing_end(x: f64) -> f64 {
    let mut v = vec![x];
    let mut i = 0;
    while i < v.len() {
        if v.len() < 4 {
            v.push(v[i] * x);
        }
        i += 1;
    }
    v[0] + v[1] + v[2] + v[3] + i as f64
}

/// Where a counter stands behind its loop: at the end, or where it began.
#[grad]
fn counters_behind_their_loops(x: f64, from: i32, to: i32) -> f64 {
    let mut up = from;
    let mut y = x;
    while up < to {
        y *= x;
        up += 1;
    }
    let mut down = from;
    while 0 < down {
        y += x * f64::from(down);
        down -= 1;
    }
    y * f64::from(up) + x * f64::from(down)
}

#[test]
fn ends_of_counting_loops() {
    let x: f64 = 1.3;
    // x^4 + x^2 + 2 x + 3 + 4
    check!(moving_end(x, 2) => [4.0 * x * x * x + 2.0 * x + 2.0]);
    check!(moving_end(x, 0) => [0.0]);
    check!(growing_end(x) => [1.0 + 2.0 * x + 3.0 * x * x + 4.0 * x * x * x]);
    // x^3 · 5, and 3 x + 2 x + x, times 5
    check!(counters_behind_their_loops(x, 3, 5) => [5.0 * (3.0 * x * x + 6.0)]);
    // No trip up: y = x + 5 x + 4 x + .. , times 5
    check!(counters_behind_their_loops(x, 5, 2) => [5.0 * 16.0]);
    // None down: y = x^4, times 1; the other counter stays at -2
    check!(counters_behind_their_loops(x, -2, 1) => [4.0 * x * x * x - 2.0]);
}

#[grad]
fn newton_root(a: f64) -> f64 {
    let mut y = a;
    while (y * y - a).abs() > 1e-12 * a {
        y = 0.5 * (y + a / y);
    }
    y
}

#[test]
fn trip_count_depends_on_the_data() {
    for a in [0.5, 2.0, 81.0, 1e4] {
        check!(newton_root(a) => [0.5 / a.sqrt()]);
    }
}

#[grad]
fn halving(x: f64) -> f64 {
    let mut y = x * x;
    let mut steps = 0;
    while y > 1.0 {
        y *= 0.5;
        y += 0.01 * x;
        steps += 1;
    }
    y * f64::from(steps)
}

#[test]
fn predicate_on_an_active_value() {
    check_differences!(halving(5.3));
    check_differences!(halving(0.3));
}

#[grad]
fn break_with_a_value(x: f64) -> f64 {
    let mut power = x;
    let mut n = 1;
    let found = loop {
        if power > 50.0 {
            break power * 2.0;
        }
        power *= x;
        n += 1;
        if n > 20 {
            break -power;
        }
    };
    found + x
}

#[test]
fn loop_gives_the_value_of_its_break() {
    // 3^4 = 81
    check!(break_with_a_value(3.0) => [2.0 * 4.0 * 27.0 + 1.0]);
    check!(break_with_a_value(60.0) => [3.0]);
    check!(break_with_a_value(1.1) => [1.0 - 21.0 * 1.1f64.powi(20)]);
}

#[grad]
fn loop_without_value(x: f64, n: usize) -> f64 {
    let mut y = x;
    let mut k = 0;
    loop {
        if k == n {
            break;
        }
        y = y.sin() + x;
        k += 1;
    }
    y
}

#[test]
fn loop_with_break() {
    let x = 0.4f64;
    check!(loop_without_value(x, 0) => [1.0]);
    check!(loop_without_value(x, 1) => [x.cos() + 1.0]);
}

#[grad]
fn while_let_option(x: f64, n: u32) -> f64 {
    let mut k = n;
    let mut y = x;
    while let Some(less) = k.checked_sub(1) {
        y *= x + f64::from(less);
        k = less;
    }
    y
}

#[test]
fn while_let_on_an_option() {
    // x (x + 2) (x + 1) x
    let x = 1.5f64;
    check!(while_let_option(x, 3) => [4.0 * x.powi(3) + 9.0 * x * x + 4.0 * x]);
}

#[grad]
fn compound_predicate(x: f64, limit: usize) -> f64 {
    let mut y = x;
    let mut i = 0;
    while i < limit && y < 100.0 && !(i == 7 && y > 50.0) {
        y += y * x * 0.1;
        i += 1;
    }
    y
}

#[test]
fn predicates_with_short_circuits() {
    for limit in [0, 1, 5, 8, 100] {
        let (value, gradient) = compound_predicate::value_and_grad(3.0, limit);
        assert_same_bits(value, compound_predicate(3.0, limit));
        crate::oracle::assert_matches_central(&[gradient], |x| compound_predicate(x[0], limit), &[3.0]);
    }
}

#[grad]
fn counter_changed_in_the_body(x: f64, n: usize) -> f64 {
    let mut i = 0;
    let mut y = 1.0;
    while i < n {
        if i % 3 == 1 {
            i += 2;
            y *= x;
            continue;
        }
        y = y * x + x * i as f64;
        i += 1;
    }
    y
}

#[test]
fn counters_that_jump() {
    for n in [0, 1, 2, 4, 9] {
        let (value, gradient) = counter_changed_in_the_body::value_and_grad(1.2, n);
        assert_same_bits(value, counter_changed_in_the_body(1.2, n));
        crate::oracle::assert_matches_central(&[gradient], |x| counter_changed_in_the_body(x[0], n), &[1.2]);
    }
}

#[grad]
fn counting_down(x: &[f64]) -> f64 {
    let mut i = x.len();
    let mut y = 0.0;
    while i > 0 {
        i -= 1;
        y = y * x[i] + x[i].exp();
    }
    y
}

#[test]
fn counting_down_to_zero() {
    check_slice!(counting_down([0.1, -0.4, 0.8, 0.2]));
    check_slice!(counting_down([]));
}

#[grad]
fn bisection(target: f64) -> f64 {
    let (mut lo, mut hi) = (0.0, target);
    while hi - lo > 1e-3 {
        let mid = 0.5 * (lo + hi);
        if mid * mid > target {
            hi = mid;
        } else {
            lo = mid;
        }
    }
    lo + hi
}

/// The path is differentiated: both ends are a rational multiple of the target.
#[test]
fn bisection_follows_its_path() {
    let value = bisection(3.0);
    check!(bisection(3.0) => [value / 3.0]);
}

#[grad]
fn binary_exponent(x: f64, n: u32) -> f64 {
    let (mut base, mut result, mut n) = (x, 1.0, n);
    while n > 0 {
        if n & 1 == 1 {
            result *= base;
        }
        base *= base;
        n >>= 1;
    }
    result
}

#[test]
fn exponentiation_by_squaring() {
    for n in [0, 1, 2, 13, 31] {
        check!(binary_exponent(1.1, n) => [f64::from(n) * 1.1f64.powi(n as i32 - 1)]);
    }
}
