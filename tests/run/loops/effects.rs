//! Effects, panics and indices in loops stay as in the function (P15–P19).

use crate::oracle::{assert_same_bits, panic_message};
use backprop::grad;
use std::cell::RefCell;

thread_local! {
    static LOG: RefCell<Vec<usize>> = const { RefCell::new(vec![]) };
}

fn log(i: usize) {
    LOG.with(|l| l.borrow_mut().push(i));
}

fn logged<R>(f: impl FnOnce() -> R) -> (R, Vec<usize>) {
    LOG.with(|l| l.borrow_mut().clear());
    let result = f();
    (result, LOG.with(|l| l.borrow().clone()))
}

#[grad]
fn logging(x: f64, n: usize) -> f64 {
    let mut y = x;
    for i in 0..n {
        log(i);
        y = y * x;
        if i == 3 {
            log(100);
        }
    }
    y
}

#[test]
fn effects_in_a_loop_run_once_and_in_order() {
    let (_, by_function) = logged(|| logging(2.0, 5));
    assert_eq!(by_function, [0, 1, 2, 3, 100, 4]);
    assert_eq!(logged(|| logging::grad(2.0, 5)).1, by_function);
    assert_eq!(logged(|| logging::value_and_grad(2.0, 5)).1, by_function);
    let ((_, pullback), by_forward) = logged(|| logging::vjp(2.0, 5));
    assert_eq!(by_forward, by_function);
    let (gradient, by_pullback) = logged(|| pullback(1.0));
    assert_eq!((gradient, by_pullback.len()), (6.0 * 32.0, 0));
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 40) as f64 / (1u64 << 24) as f64
    }
}

#[grad]
fn noisy(x: f64, n: usize, #[no_grad] random: &mut Random) -> f64 {
    let mut y = x;
    for _ in 0..n {
        let noise = random.next();
        y = y * (1.0 + noise) + noise * x;
    }
    y
}

/// P16: numbers drawn in the forward sweep are kept, never drawn again.
#[test]
fn random_numbers_are_drawn_once() {
    let value = noisy(1.5, 20, &mut Random(9));
    let (again, gradient) = noisy::value_and_grad(1.5, 20, &mut Random(9));
    assert_same_bits(again, value);
    crate::oracle::assert_close(gradient, value / 1.5);
    let (mut plain, mut with_gradient) = (Random(4), Random(4));
    noisy(1.5, 20, &mut plain);
    noisy::grad(1.5, 20, &mut with_gradient);
    assert_eq!(plain.0, with_gradient.0);
}

#[grad]
fn out_of_bounds(x: &[f64], n: usize) -> f64 {
    let mut y = 1.0;
    for i in 0..n {
        y *= x[i];
    }
    y
}

#[test]
fn out_of_bounds_panics_as_the_function_does() {
    let x = [1.0, 2.0];
    let expected = panic_message(|| out_of_bounds(&x, 3));
    assert!(expected.contains("the len is 2 but the index is 2"));
    assert_eq!(panic_message(|| out_of_bounds::grad(&x, 3)), expected);
}

#[grad]
fn index_arithmetic(x: &[f64], back: usize) -> f64 {
    let mut y = 0.0;
    for i in 0..x.len() {
        y += x[i - back] * x[i];
    }
    y
}

#[test]
fn underflow_of_an_index_panics_only_where_the_function_does() {
    let x = [1.0, 2.0, 3.0];
    assert_eq!(index_arithmetic::grad(&x, 0), [2.0, 4.0, 6.0]);
    if cfg!(debug_assertions) {
        let expected = panic_message(|| index_arithmetic(&x, 1));
        assert_eq!(panic_message(|| index_arithmetic::grad(&x, 1)), expected);
    }
}

#[grad]
fn assertion_in_a_loop(x: &[f64]) -> f64 {
    let mut y = 0.0;
    for (i, v) in x.iter().enumerate() {
        assert!(*v >= 0.0, "negative entry {v} at {i}");
        y += v.sqrt();
    }
    y
}

#[test]
fn assertions_in_a_loop() {
    assert_eq!(assertion_in_a_loop::grad(&[4.0, 1.0]), [0.25, 0.5]);
    let message = panic_message(|| assertion_in_a_loop::grad(&[1.0, -2.0]));
    assert_eq!(message, "negative entry -2 at 1");
}

#[grad]
fn overwritten_condition_guards_a_division(x: &[f64]) -> f64 {
    let mut d = 1.0;
    let mut y = 0.0;
    for v in x {
        if d != 0.0 {
            y += v / d;
        }
        d = *v;
    }
    y
}

/// Q10: what the forward sweep did not divide, the reverse sweep does not either.
#[test]
fn guards_hold_in_the_reverse_sweep() {
    let gradient = overwritten_condition_guards_a_division::grad(&[2.0, 0.0, 5.0, 3.0]);
    // 2/1 + 0/2 + (no 5/0) + 3/5
    crate::oracle::assert_all_close(&gradient, &[1.0, 0.5, -0.12, 0.2]);
}

const GAIN: f64 = 0.8;

#[grad]
fn constant_until_written(x: f64, w: f64) -> f64 {
    let mut y = x;
    for i in 0..3 {
        let mut scratch = [[backprop::detach(w); 2]; 3];
        y -= (y * GAIN.midpoint(scratch[i][1])).tanh();
        scratch[i][0] *= y.sin();
        y += scratch[i][0] * x;
    }
    y
}

#[test]
fn carried_code_reads_an_object_before_it_is_active() {
    let central = crate::oracle::central(|v| constant_until_written(v[0], 0.7), &[0.4]);
    let (d_x, d_w) = constant_until_written::grad(0.4, 0.7);
    crate::oracle::assert_all_close_to(&[d_x], &central, crate::oracle::DIFFERENCES);
    assert_eq!(d_w, 0.0);
}
