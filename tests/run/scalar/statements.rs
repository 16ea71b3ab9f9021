//! Statements without a derivative: assertions, printing, panics, `matches!`, passive calls with effects.

use crate::oracle::{assert_same_bits, panic_message};
use backprop::grad;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

#[grad]
fn asserted(x: f64, n: usize) -> f64 {
    assert!(n > 0, "n must be positive, got {n}");
    assert!(x.is_finite());
    assert_eq!(n % 2, 1, "n is odd");
    assert_ne!(n, 99);
    debug_assert!(x > -100.0, "x = {}", x);
    debug_assert_eq!(n, n);
    x * n as f64
}

#[test]
fn assertions_pass() {
    check!(asserted(2.0, 3) => [3.0]);
}

#[test]
fn assertions_fail_in_the_gradient_as_in_the_function() {
    let plain = panic_message(|| asserted(2.0, 0));
    assert_eq!(plain, "n must be positive, got 0");
    assert_eq!(panic_message(|| asserted::grad(2.0, 0)), plain);
    assert_eq!(panic_message(|| asserted::value_and_grad(2.0, 0)), plain);
    assert_eq!(panic_message(|| asserted::grad(f64::NAN, 1)), panic_message(|| asserted(f64::NAN, 1)));
}

#[grad]
fn printing(x: f64) -> f64 {
    let y = x * x;
    println!("y = {y}, x = {:.3}", x);
    eprintln!("y = {}", y);
    print!("");
    y + x
}

#[test]
fn printing_of_active_values_is_no_use_of_them() {
    check!(printing(3.0) => [7.0]);
}

#[grad]
fn panicking(x: f64) -> f64 {
    if x < 0.0 {
        panic!("negative: {x}");
    }
    let r = match x as i64 {
        0 => x,
        1 => x * x,
        _ => unreachable!("too large"),
    };
    r * 2.0
}

#[test]
fn panics_stay_panics_with_their_message() {
    check!(panicking(0.5) => [2.0]);
    check!(panicking(1.5) => [6.0]);
    assert_eq!(panic_message(|| panicking::grad(-1.5)), "negative: -1.5");
    assert!(panic_message(|| panicking::grad(7.0)).contains("too large"));
}

#[grad]
fn with_matches(x: f64, n: Option<i32>) -> f64 {
    let small = matches!(n, Some(0..=9) | None);
    if small && !matches!(n, Some(k) if k == 5) {
        x * x
    } else {
        -x
    }
}

#[test]
fn matches_macro() {
    check!(with_matches(2.0, Some(3)) => [4.0]);
    check!(with_matches(2.0, Some(5)) => [-1.0]);
    check!(with_matches(2.0, Some(10)) => [-1.0]);
    check!(with_matches(2.0, None) => [4.0]);
}

static CALLS: AtomicUsize = AtomicUsize::new(0);

fn count() -> f64 {
    CALLS.fetch_add(1, SeqCst) as f64
}

#[grad]
fn with_effect(x: f64) -> f64 {
    let number = count();
    x * x * (number + 1.0)
}

/// P15 and P16: an effect runs once per call, and the reverse half uses the value of the forward half.
#[test]
fn effects_run_once_and_their_value_is_kept() {
    CALLS.store(0, SeqCst);
    assert_same_bits(with_effect::grad(3.0), 6.0);
    assert_eq!(CALLS.load(SeqCst), 1);
    assert_eq!(with_effect::value_and_grad(3.0), (18.0, 12.0));
    assert_eq!(CALLS.load(SeqCst), 2);
    let (value, pullback) = with_effect::vjp(1.0);
    assert_eq!((value, CALLS.load(SeqCst)), (3.0, 3));
    assert_same_bits(pullback(1.0), 6.0);
    assert_eq!(CALLS.load(SeqCst), 3);
}

static LOGGED: AtomicUsize = AtomicUsize::new(0);

fn log(level: usize) {
    LOGGED.fetch_add(level, SeqCst);
}

#[grad]
fn logging_in_a_branch(x: f64, level: usize) -> f64 {
    let y = x.exp();
    if level > 2 {
        log(level);
    }
    y
}

#[test]
fn effects_in_branches_run_as_in_the_function() {
    LOGGED.store(0, SeqCst);
    logging_in_a_branch::grad(0.0, 1);
    assert_eq!(LOGGED.load(SeqCst), 0);
    logging_in_a_branch::grad(0.0, 5);
    assert_eq!(LOGGED.load(SeqCst), 5);
}

#[grad]
fn empty_statements(x: f64) -> f64 {
    {}
    let y = x * x;
    ();
    let _ = y;
    y
}

#[test]
fn empty_statements_do_nothing() {
    check!(empty_statements(2.0) => [4.0]);
}

#[grad]
fn with_cfg(x: f64) -> f64 {
    #[cfg(any())]
    let x = x * 100.0;
    #[cfg(debug_assertions)]
    let y = x * 3.0;
    #[cfg(not(debug_assertions))]
    let y = 3.0 * x;
    y * x
}

/// T3: the attribute sees the body before `cfg` is evaluated.
#[test]
fn cfg_on_statements_is_honoured() {
    check!(with_cfg(2.0) => [12.0]);
}

#[grad]
fn positive(x: f64) -> Option<f64> {
    if x <= 0.0 {
        return None;
    }
    Some(x)
}

#[grad]
fn with_cfg_on_exits(x: f64) -> Option<f64> {
    #[cfg(any())]
    positive(-x)?;
    let mut y = x;
    for _ in 0..2 {
        y *= x;
        #[cfg(any())]
        break;
    }
    Some(y)
}

#[test]
fn cfg_on_statements_that_leave_is_honoured() {
    let (value, pullback) = with_cfg_on_exits::vjp(2.0);
    assert_eq!(value, with_cfg_on_exits(2.0));
    assert_eq!(pullback(Some(1.0)), 12.0);
}

/// The name of a number whose `&mut` is taken, and which shadows one that the gradient still needs.
#[grad(forward)]
fn shadowed_and_borrowed(x: f64, y: f64) -> f64 {
    let product = &x * &y;
    let mut y: f64 = 0.5 + y;
    let r = &mut y;
    *r += 0.25;
    assert!((y * 0.5) < 9.0 && y <= 8.0 && -y < 0.0, "y is {}", y);
    assert!(y - 1.0 < 9.0, "y is {y}");
    product * y
}

#[test]
fn carried_code_uses_a_borrowed_number_as_a_number() {
    check!(shadowed_and_borrowed(2.0, 3.0) => [3.0 * 3.75, 2.0 * 3.75 + 6.0]);
    let plain = panic_message(|| shadowed_and_borrowed(2.0, 9.5));
    assert_eq!(panic_message(|| shadowed_and_borrowed::grad(2.0, 9.5)), plain);
}

/// Bounds that are none, and an index below zero, in values that nobody reads.
#[grad(forward)]
fn unread(x: f64, low: f64, k: usize) -> f64 {
    let mut y = x;
    for i in 0..3 {
        let _unread = (x * 0.5).clamp(low, 2.0).tanh();
        let _below = k - i;
        y *= x;
    }
    y
}

#[test]
fn values_that_nobody_reads_panic_as_in_the_function() {
    check!(unread(0.5, 0.0, 2) => [4.0 * 0.125, 0.0]);
    for (low, k) in [(f64::NAN, 2), (3.0, 2), (0.0, 1)] {
        let plain = panic_message(|| unread(0.5, low, k));
        assert_eq!(panic_message(|| unread::grad(0.5, low, k)), plain);
        assert_eq!(panic_message(|| unread::vjp(0.5, low, k).0), plain);
        assert_eq!(panic_message(|| unread::jvp(0.5, low, k, (1.0, 0.0))), plain);
    }
}
