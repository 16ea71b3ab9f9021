//! Loops that carry state: recurrences, pairs, shift registers, integrators (class L3, L4).

use crate::oracle::{assert_all_close, assert_matches_central, assert_matches_dual, assert_same_bits};
use backprop::grad;
use num_dual::Dual64;

#[grad]
fn fibonacci_like(a: f64, b: f64, n: usize) -> f64 {
    let (mut p, mut q) = (a, b);
    for _ in 0..n {
        let next = p + q * 0.5;
        p = q;
        q = next;
    }
    q
}

#[test]
fn linear_recurrence_of_two() {
    // q after 3: q1 = a + b/2; q2 = b + q1/2; q3 = q1 + q2/2
    check!(fibonacci_like(2.0, 3.0, 3) => [1.25, 0.5 + 0.5 + 0.125]);
    check!(fibonacci_like(2.0, 3.0, 0) => [0.0, 1.0]);
}

#[grad]
fn parallel_assignment(a: f64, b: f64, n: usize) -> f64 {
    let (mut a, mut b) = (a, b);
    for _ in 0..n {
        (a, b) = (b, a * b);
    }
    a + 2.0 * b
}

/// The bug of Zygote#1198: a parallel copy of loop-carried variables.
#[test]
fn parallel_copies_in_a_loop() {
    for n in 0..7 {
        let (value, (da, db)) = parallel_assignment::value_and_grad(1.1, 0.9, n);
        assert_same_bits(value, parallel_assignment(1.1, 0.9, n));
        assert_matches_central(&[da, db], |v| parallel_assignment(v[0], v[1], n), &[1.1, 0.9]);
    }
}

#[grad]
fn rotation_of_three(a: f64, b: f64, c: f64, n: usize) -> f64 {
    let (mut a, mut b, mut c) = (a, b, c);
    for _ in 0..n {
        let t = a;
        a = b;
        b = c;
        c = t;
    }
    a + 10.0 * b + 100.0 * c
}

#[test]
fn rotating_variables() {
    let expected = [[1.0, 10.0, 100.0], [100.0, 1.0, 10.0], [10.0, 100.0, 1.0], [1.0, 10.0, 100.0]];
    for (n, expected) in expected.into_iter().enumerate() {
        let (a, b, c) = rotation_of_three::grad(1.0, 2.0, 3.0, n);
        assert_eq!([a, b, c], expected, "after {n}");
    }
}

#[grad]
fn shift_register(x: &[f64]) -> f64 {
    let mut register = [0.0; 4];
    let mut y = 0.0;
    for v in x {
        for k in (1..4).rev() {
            register[k] = register[k - 1];
        }
        register[0] = v * v;
        y += register[0] * register[3] + register[1] - y * register[2];
    }
    y
}

#[test]
fn shift_register_of_old_inputs() {
    check_slice!(shift_register([0.3, -0.2, 0.9, 0.4, -0.6, 0.8, 0.1]));
    check_slice!(shift_register([]));
}

#[grad]
fn logistic(r: f64, x: f64, n: usize) -> f64 {
    let mut x = x;
    for _ in 0..n {
        x = r * x * (1.0 - x);
    }
    x
}

fn logistic_dual(r: Dual64, x: Dual64, n: usize) -> Dual64 {
    (0..n).fold(x, |x, _| -r * x * (x - 1.0))
}

#[test]
fn chaotic_map_against_dual_numbers() {
    for n in [0, 1, 2, 3, 10, 30] {
        let (dr, dx) = logistic::grad(3.3, 0.3, n);
        assert_matches_dual(&[dr, dx], |v| logistic_dual(v[0], v[1], n), &[3.3, 0.3]);
    }
}

#[grad]
fn oscillator(x: f64, v: f64, k: f64, steps: usize) -> (f64, f64) {
    let (mut x, mut v) = (x, v);
    for _ in 0..steps {
        v -= 0.1 * k * x;
        x += 0.1 * v;
    }
    (x, v)
}

#[test]
fn pair_of_states_as_result() {
    let (value, pullback) = oscillator::vjp(1.0, 0.5, 2.0, 25);
    assert_eq!(value, oscillator(1.0, 0.5, 2.0, 25));
    let (dx, dv, dk) = pullback((2.0, -1.0));
    let seeded = |s: &[f64]| {
        let (x, v) = oscillator(s[0], s[1], s[2], 25);
        2.0 * x - v
    };
    assert_matches_central(&[dx, dv, dk], seeded, &[1.0, 0.5, 2.0]);
}

#[grad]
fn index_carried(x: &[f64], start: usize, n: usize) -> f64 {
    let mut k = start;
    let mut y = 1.0;
    for i in 0..n {
        y = y * 0.9 + x[k] * y;
        k = (5 * k + i + 3) % x.len();
    }
    y
}

#[test]
fn carried_integers_are_those_of_the_iteration() {
    let x = [0.2, -0.1, 0.4, 0.3, -0.5, 0.6];
    for n in [0, 1, 2, 9] {
        let (value, gradient) = index_carried::value_and_grad(&x, 2, n);
        assert_same_bits(value, index_carried(&x, 2, n));
        assert_matches_central(&gradient, |x| index_carried(x, 2, n), &x);
    }
}

#[grad]
fn conditional_state(x: &[f64]) -> f64 {
    let mut high = false;
    let mut level = 0.5;
    for v in x {
        if high {
            level *= 1.0 - v * v;
            high = level > 0.6;
        } else {
            level += v * level;
            high = level > 0.9;
        }
    }
    level
}

#[test]
fn carried_flags() {
    check_slice!(conditional_state([0.4, 0.3, 0.8, 0.9, -0.3, 0.7, 0.5]));
}

#[grad]
fn late_activity(x: f64, n: usize) -> f64 {
    let mut a = 1.0;
    let mut b = 2.0;
    let mut c = 3.0;
    for _ in 0..n {
        c = c * b;
        b = b * a;
        a = x;
    }
    c
}

/// `a` is active after one trip, `b` after two, `c` after three: activity needs a fixpoint.
#[test]
fn activity_reaches_a_fixpoint_over_the_loop() {
    check!(late_activity(2.0, 1) => [0.0]);
    check!(late_activity(2.0, 2) => [0.0]);
    // n = 3: 6 * 2 * (2 x)
    check!(late_activity(2.0, 3) => [24.0]);
    // n = 4: 6 * 2 * 2x * 2x^2
    check!(late_activity(2.0, 4) => [144.0 * 4.0]);
}

#[grad]
fn passive_then_active(x: f64, n: usize) -> f64 {
    let mut y = 1.0;
    for i in 0..n {
        if i % 2 == 0 {
            y = 2.0;
        } else {
            y *= x;
        }
    }
    y * x
}

#[test]
fn state_reset_inside_the_loop() {
    check!(passive_then_active(3.0, 3) => [2.0]);
    check!(passive_then_active(3.0, 4) => [12.0]);
}

#[grad]
fn runge_kutta(y0: f64, rate: f64, steps: usize) -> f64 {
    let h = 1.0 / steps as f64;
    let mut y = y0;
    let mut t = 0.0;
    for _ in 0..steps {
        let k1 = rate * y;
        let k2 = rate * (y + 0.5 * h * k1);
        let k3 = rate * (y + 0.5 * h * k2);
        let k4 = rate * (y + h * k3);
        y += h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
        t += h;
    }
    y * t
}

#[test]
fn runge_kutta_of_the_exponential() {
    let (dy, dr) = runge_kutta::grad(2.0, -0.5, 50);
    let decay = (-0.5f64).exp();
    crate::oracle::assert_all_close_to(&[dy, dr], &[decay, 2.0 * decay], 1e-8);
}

#[grad]
fn array_state(start: [f64; 3], n: usize) -> [f64; 3] {
    let mut s = start;
    for _ in 0..n {
        let old = s;
        s[0] = old[0] * old[1] + 0.1;
        s[1] = old[2] - old[0] * 0.3;
        s[2] = old[1] * s[0];
    }
    s
}

#[test]
fn array_state_by_copies() {
    let start = [0.5, 0.8, -0.4];
    for n in [0, 1, 2, 6] {
        let (value, pullback) = array_state::vjp(start, n);
        assert_eq!(value, array_state(start, n));
        let seeded = |s: &[f64]| {
            let y = array_state([s[0], s[1], s[2]], n);
            y[0] - 2.0 * y[1] + 3.0 * y[2]
        };
        assert_matches_central(&pullback([1.0, -2.0, 3.0]), seeded, &start);
    }
}

#[grad]
fn two_loops_one_state(x: f64) -> f64 {
    let mut y = x;
    for i in 0..3 {
        y = y * x + f64::from(i);
    }
    let middle = y;
    for _ in 0..2 {
        y = y * middle;
    }
    y
}

#[test]
fn a_state_through_two_loops() {
    // m = x^4 + x + 2, y = m^3
    let x = 0.8f64;
    let m = x.powi(4) + x + 2.0;
    check!(two_loops_one_state(x) => [3.0 * m * m * (4.0 * x.powi(3) + 1.0)]);
    assert_all_close(&[two_loops_one_state(x)], &[m.powi(3)]);
}

/// Beyond what an `i32` holds, which is what rustc takes for integers of which nothing tells the type.
#[grad]
fn powers_of_two(x: f64, n: usize) -> f64 {
    let mut big: u64 = 1;
    let (mut small, step): (i64, i64) = (-(1 << 31), if n > 3 { 100_000 } else { 2 });
    let mut s = 0.0;
    for _ in 0..n {
        big = big * 2;
        small = small - step * step;
        s += x * big as f64 + x * small as f64;
    }
    s
}

#[grad]
fn assigned_again(x: f64, mut n: u64) -> f64 {
    let limit: i64;
    n = if n > 1 { 200_000 } else { 100_000 };
    limit = 300_000;
    x * (n * n) as f64 + x * (limit * limit) as f64
}

#[grad]
fn as_another_variable(x: f64, start: u64, n: usize) -> f64 {
    let mut big = start;
    let y = x * big as f64;
    big = 100_000;
    let w: [[u64; 2]; 1] = [[100_000, 3]];
    let v: Vec<i64> = vec![-100_000; n];
    y + x * (big * big) as f64 + x * (w[0][0] * w[0][0]) as f64 + x * (v[0] * v[1]) as f64
}

#[test]
fn integers_keep_the_type_of_their_variable() {
    // The sum of 2^k, and of -2^31 - k 10^10
    let expected = 2.0_f64.powi(41) - 2.0 - 40.0 * 2.0_f64.powi(31) - 1e10 * 820.0;
    check!(powers_of_two(1.5, 40) => [expected]);
    check!(assigned_again(1.5, 7) => [4e10 + 9e10]);
    check!(as_another_variable(1.5, 7, 2) => [7.0 + 3e10]);
}
