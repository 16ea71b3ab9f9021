//! Counters that are recomputed and invariants that are computed before the loop, instead of being kept per iteration.

use crate::oracle::{assert_all_close, assert_same_bits, panic_message};
use backprop::grad;

#[grad]
fn upward(x: &[f64]) -> f64 {
    let mut s = x[0];
    let mut i = 1;
    let mut k = 2 * x.len();
    while i < x.len() {
        s = s * x[i] + s.sin() * k as f64;
        i += 2;
        k -= 1;
    }
    s
}

#[test]
fn counters_of_while_loops_that_grow_and_shrink() {
    check_slice!(upward([0.4, 1.3, -0.2, 0.7, 0.9, -0.3]));
    check_slice!(upward([0.4]));
}

#[grad]
fn downward(x: &[f64]) -> f64 {
    let mut s = 1.0;
    let mut i = x.len();
    let mut every = 0u8;
    loop {
        if i == 0 {
            break;
        }
        i -= 1;
        s = s * x[i] + (s * x[i]).cos();
        if every % 2 == 0 {
            s *= x[every as usize];
        }
        every += 1;
    }
    s
}

#[test]
fn counters_of_a_loop_that_breaks_first() {
    check_slice!(downward([0.4, 1.3, -0.2, 0.7, 0.9]));
    check_slice!(downward([]));
}

#[grad]
fn skipping(x: &[f64]) -> f64 {
    let mut s = 1.0;
    let mut i = 0;
    let mut used = 0;
    while i < x.len() {
        i += 1;
        if x[i - 1] < 0.0 {
            continue;
        }
        s = s * x[i - 1] + s.sin() * x[used];
        used += 1;
    }
    s
}

#[test]
fn a_counter_that_some_iterations_pass_over_is_no_closed_form() {
    check_slice!(skipping([0.4, -1.3, -0.2, 0.7, 0.9, -0.5, 1.1]));
}

#[grad]
fn searching(x: &[f64]) -> f64 {
    let mut s = 0.5;
    let mut at = 0;
    loop {
        s = s * x[at] + s.exp() * 0.1;
        if s > 2.0 || at + 1 == x.len() {
            break;
        }
        at += 1;
    }
    s * x[at]
}

#[test]
fn a_counter_behind_the_exit_is_read_after_the_loop() {
    check_slice!(searching([0.4, 1.3, 0.2, 0.7]));
    check_slice!(searching([0.4, 1.3, 5.2, 0.7]));
    check_slice!(searching([9.4]));
}

#[grad]
fn runge(h: f64, rate: f64, steps: usize) -> f64 {
    let mut y = 1.0;
    for _ in 0..steps {
        let k = -(y * rate).sin();
        y += h / 6.0 * (k + y * (rate / h).exp());
    }
    y
}

#[test]
fn quotients_and_functions_of_what_the_loop_does_not_change() {
    for steps in [0, 1, 2, 7] {
        let (value, gradient) = runge::value_and_grad(0.3, 0.2, steps);
        assert_same_bits(value, runge(0.3, 0.2, steps));
        let f = |x: &[f64]| runge(x[0], x[1], steps);
        crate::oracle::assert_matches_central(&[gradient.0, gradient.1], f, &[0.3, 0.2]);
        let (_, pullback) = runge::vjp(0.3, 0.2, steps);
        let split = pullback(1.0);
        assert_all_close(&[split.0, split.1], &[gradient.0, gradient.1]);
    }
}

#[grad]
fn nested(x: &[f64], scale: f64) -> f64 {
    let mut s = 1.0;
    for i in 0..x.len() {
        for j in 0..i {
            let weight = (x[i] / scale).tanh();
            s = s * (1.0 + 0.1 * weight) + (x[j] * s).sin() * (scale.sqrt() / 7.0);
        }
    }
    s
}

#[test]
fn invariants_of_two_loops_leave_both() {
    let x = [0.4, -1.3, 0.2, 0.7, 1.9];
    let (value, (mut gradient, d_scale)) = nested::value_and_grad(&x, 1.7);
    assert_same_bits(value, nested(&x, 1.7));
    gradient.push(d_scale);
    let all = [0.4, -1.3, 0.2, 0.7, 1.9, 1.7];
    crate::oracle::assert_matches_central(&gradient, |x| nested(&x[..5], x[5]), &all);
}

#[grad]
fn at_a_pole(x: f64, n: usize) -> f64 {
    let mut y: f64 = 2.0;
    for _ in 0..n {
        y = y * y.sin() + x.ln() / x;
    }
    y * (1.0 + x)
}

#[test]
fn without_iterations_a_pole_contributes_nothing() {
    check!(at_a_pole(0.0, 0) => [2.0]);
    let central = crate::oracle::central(|x| at_a_pole(x[0], 3), &[0.7]);
    crate::oracle::assert_all_close_to(&[at_a_pole::grad(0.7, 3)], &central, crate::oracle::DIFFERENCES);
}

#[grad]
fn bounded(x: f64, lo: f64, hi: f64, n: usize) -> f64 {
    let mut y = x;
    for _ in 0..n {
        y = y.sin() * x.clamp(lo, hi).sqrt();
    }
    y
}

#[test]
fn without_iterations_nothing_panics() {
    assert_eq!(bounded::grad(0.4, 2.0, 1.0, 0), (1.0, 0.0, 0.0));
    assert!(panic_message(|| bounded::grad(0.4, 2.0, 1.0, 1)).contains("min > max"));
}
