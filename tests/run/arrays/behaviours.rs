//! The protocol P01–P24 for slices, vectors and `&mut` parameters, one test per line of the list. P13 (no allocation) is
//! also in `tests/memory.rs`; P25 (profiles of the build) is what `cargo test --release` adds.

use crate::oracle::{
    assert_all_close, assert_all_close_to, assert_all_same_bits, assert_matches_central, assert_same_bits,
    panic_message, Numbers,
};
use backprop::{grad, Workspace};
use std::cell::Cell;

/// In place, with early exits, a vector that shrinks, and two slices.
#[grad(forward)]
fn mix(w: &[f64], x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut s = 0.0;
    for i in 0..v.len() {
        v[i] *= w[i % w.len()];
        if v[i] > 3.0 {
            return v[i] * s;
        }
        s += v[i] * v[i];
    }
    while let Some(last) = v.pop() {
        s = s * 0.5 + last.sin();
    }
    s
}

/// The same without the attribute.
fn plain(w: &[f64], x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut s = 0.0;
    for i in 0..v.len() {
        v[i] *= w[i % w.len()];
        if v[i] > 3.0 {
            return v[i] * s;
        }
        s += v[i] * v[i];
    }
    while let Some(last) = v.pop() {
        s = s * 0.5 + last.sin();
    }
    s
}

fn inputs() -> (Vec<f64>, Vec<f64>) {
    let mut numbers = Numbers::new(2024);
    (numbers.vec(3), numbers.vec(8))
}

#[test]
fn p01_the_function_is_kept_bit_for_bit() {
    let (w, x) = inputs();
    assert_same_bits(mix(&w, &x), plain(&w, &x));
}

#[test]
fn p02_values_of_all_forms_have_the_bits_of_the_function_also_on_early_returns() {
    let (w, x) = inputs();
    for x in [x.clone(), vec![0.3, 40.0, 1.0]] {
        let w: Vec<f64> = w.iter().map(|w| w.abs() + 0.5).collect();
        let expected = plain(&w, &x);
        let (mut dw, mut dx) = (vec![0.0; 3], vec![0.0; x.len()]);
        assert_same_bits(mix::value_and_grad(&w, &x).0, expected);
        assert_same_bits(mix::grad_into(&w, &x, &mut dw, &mut dx), expected);
        assert_same_bits(mix::vjp(&w, &x).0, expected);
        assert_same_bits(mix::jvp(&w, &x, (&w, &x)).0, expected);
    }
}

#[test]
fn p03_inputs_are_unchanged() {
    let (w, x) = inputs();
    let before = (w.clone(), x.clone());
    mix::grad(&w, &x);
    mix::vjp(&w, &x).1(1.0);
    assert_eq!((w, x), before);
}

#[test]
fn p04_one_form_overwrites_and_one_accumulates() {
    let (w, x) = inputs();
    let (ew, ex) = mix::grad(&w, &x);
    let (mut dw, mut dx) = (vec![f64::NAN; 3], vec![1e300; 8]);
    mix::grad_into(&w, &x, &mut dw, &mut dx);
    assert_all_close_to(&dw, &ew, 1e-14);
    assert_all_close_to(&dx, &ex, 1e-14);
    mix::grad_add(&w, &x, 2.0, &mut dw, &mut dx);
    assert_all_close_to(&dx, &ex.iter().map(|e| 3.0 * e).collect::<Vec<_>>(), 1e-14);
}

#[test]
fn p05_accumulating_twice_gives_twice_the_gradient() {
    let (w, x) = inputs();
    let (ew, ex) = mix::grad(&w, &x);
    let (mut dw, mut dx) = (vec![0.0; 3], vec![0.0; 8]);
    mix::grad_add(&w, &x, 1.0, &mut dw, &mut dx);
    mix::grad_add(&w, &x, 1.0, &mut dw, &mut dx);
    assert_all_close_to(&dw, &ew.iter().map(|e| 2.0 * e).collect::<Vec<_>>(), 1e-15);
    assert_all_close_to(&dx, &ex.iter().map(|e| 2.0 * e).collect::<Vec<_>>(), 1e-15);
}

#[grad(wrt(x, w))]
fn reordered(w: &[f64], k: f64, x: &[f64]) -> f64 {
    let mut s = 0.0;
    for (a, b) in w.iter().zip(x) {
        s += a * b * b * k;
    }
    s
}

#[test]
fn p06_p07_a_subset_in_any_order() {
    let (w, x) = (vec![2.0, 3.0], vec![5.0, 7.0]);
    assert_eq!(reordered::grad(&w, 2.0, &x), (vec![40.0, 84.0], vec![50.0, 98.0]));
}

#[test]
fn p08_seeds_scale() {
    let (w, x) = inputs();
    let (_, once) = mix::vjp(&w, &x).1(1.0);
    let (_, half) = mix::vjp(&w, &x).1(0.5);
    half.iter().zip(&once).for_each(|(h, o)| assert_same_bits(*h, 0.5 * o));
    let (zw, zx) = mix::vjp(&w, &x).1(0.0);
    assert!(zw.iter().chain(&zx).all(|d| *d == 0.0));
}

#[grad]
fn several(x: &[f64]) -> (f64, Vec<f64>, f64) {
    (x[0] * x[1], x.iter().map(|v| v * v).collect(), 4.0)
}

#[test]
fn p09_every_output_has_its_seed() {
    let x = [2.0, 3.0, 5.0];
    let gradient = |a: f64, b: [f64; 3]| several::vjp(&x).1((a, b.to_vec(), 1.0));
    assert_eq!(gradient(1.0, [0.0; 3]), [3.0, 2.0, 0.0]);
    assert_eq!(gradient(0.0, [0.0, 10.0, 0.0]), [0.0, 60.0, 0.0]);
}

#[grad]
fn outputs(x: &[f64], over: &mut [f64], acc: &mut [f64]) {
    for i in 0..x.len() {
        over[i] = x[i] * x[i];
        acc[i] += 3.0 * x[i];
    }
}

#[test]
fn p10_cotangents_of_overwritten_elements_are_consumed() {
    let (mut over, mut acc) = ([9.0; 2], [1.0; 2]);
    let ((), pullback) = outputs::vjp(&[2.0, 5.0], &mut over, &mut acc);
    let (mut d_over, mut d_acc) = ([1.0, 10.0], [1.0, 1.0]);
    assert_eq!(pullback((), &mut d_over, &mut d_acc), [4.0 + 3.0, 100.0 + 3.0]);
    assert_eq!((d_over, d_acc), ([0.0, 0.0], [1.0, 1.0]));
}

#[grad]
fn in_out(k: f64, v: &mut [f64]) {
    for i in 1..v.len() {
        v[i] *= v[i - 1] * k;
    }
}

#[test]
fn p11_final_cotangents_go_in_and_initial_ones_come_out() {
    let start = [1.5, 2.0, -0.5];
    let mut v = start;
    let ((), pullback) = in_out::vjp(2.0, &mut v);
    let mut d = [0.0, 0.0, 1.0];
    let d_k = pullback((), &mut d);
    // v2 = v2 v1 v0 k k
    assert_all_close(&d, &[-0.5 * 2.0 * 4.0, -0.5 * 1.5 * 4.0, 2.0 * 1.5 * 4.0]);
    assert_all_close(&[d_k], &[2.0 * 2.0 * -0.5 * 2.0 * 1.5]);
}

#[test]
fn p12_one_slice_passed_twice_has_two_cotangents() {
    let (_, x) = inputs();
    let (dw, dx) = mix::grad(&x, &x);
    let both: Vec<f64> = dw.iter().zip(&dx).map(|(a, b)| a + b).collect();
    assert_matches_central(&both, |x| mix(x, x), &x);
}

#[test]
fn p13_empty_slices() {
    assert_eq!(mix::grad(&[1.0], &[]), (vec![0.0], vec![]));
    let mut none: [f64; 0] = [];
    let ((), pullback) = in_out::vjp(2.0, &mut none);
    assert_eq!(pullback((), &mut []), 0.0);
}

#[test]
fn p14_a_wrong_length_panics_before_any_work() {
    let (w, x) = inputs();
    let (mut dw, mut dx) = (vec![7.0; 3], vec![7.0; 5]);
    let message = panic_message(|| mix::grad_into(&w, &x, &mut dw, &mut dx));
    assert!(message.contains('x') && message.contains('5') && message.contains('8'), "{message}");
    assert_eq!(dw, [7.0; 3]);
}

thread_local!(static CALLS: Cell<u32> = const { Cell::new(0) });

fn count() -> u32 {
    CALLS.with(|c| c.replace(c.get() + 1))
}

#[grad]
fn counting(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for v in x {
        let n = count();
        s *= v + f64::from(n % 3);
    }
    s
}

#[test]
fn p15_p16_effects_run_once_and_their_values_are_kept() {
    CALLS.with(|c| c.set(0));
    let gradient = counting::grad(&[2.0, 3.0, 5.0]);
    assert_eq!(CALLS.with(Cell::get), 3);
    // (x0 + 0) (x1 + 1) (x2 + 2)
    assert_all_close(&gradient, &[28.0, 14.0, 8.0]);
}

#[grad]
fn strict(x: &[f64], i: usize) -> f64 {
    assert!(x[0] < 10.0, "too large: {}", x[0]);
    let mut v = x.to_vec();
    let last = v.pop().expect("an element");
    v[i] * last
}

#[test]
fn p17_p19_panics_are_those_of_the_function() {
    for (x, i) in [(vec![20.0, 1.0], 0), (vec![1.0, 1.0], 1), (vec![1.0, 1.0], 7)] {
        let expected = panic_message(|| strict(&x, i));
        assert_eq!(panic_message(|| strict::grad(&x, i)), expected);
        let mut d = vec![7.0; 2];
        assert_eq!(panic_message(|| strict::grad_add(&x, i, 1.0, &mut d)), expected);
        assert_eq!(d, [7.0; 2], "nothing is written before the function is through");
    }
    assert_all_close(&strict::grad(&[2.0, 3.0], 0), &[3.0, 2.0]);
}

#[grad]
fn down_to_zero(x: &[f64]) -> f64 {
    let mut i = x.len();
    let mut s = 0.0;
    while i > 0 {
        i -= 1;
        s = s * 0.5 + x[i] * x[i];
    }
    for k in (0..x.len()).rev() {
        s += x[k] * i as f64;
    }
    s
}

#[test]
fn p18_counters_do_not_overflow_on_the_way_back() {
    check_slice!(down_to_zero([0.4, -0.3, 0.9]));
    check_slice!(down_to_zero([]));
}

#[test]
fn p20_threads_agree() {
    let (w, x) = inputs();
    let expected = mix::grad(&w, &x);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..20).for_each(|_| assert_eq!(mix::grad(&w, &x), expected)));
        }
    });
}

#[test]
fn p21_calls_are_deterministic() {
    let (w, x) = inputs();
    let first = mix::grad(&w, &x);
    let mut workspace = Workspace::default();
    let (mut dw, mut dx) = (vec![0.0; 3], vec![0.0; 8]);
    for _ in 0..3 {
        assert_eq!(mix::grad(&w, &x), first);
        mix::grad_with(&mut workspace, &w, &x, &mut dw, &mut dx);
        assert_all_close_to(&dx, &first.1, 1e-14);
    }
}

#[grad(vjp = outer_rule)]
fn outer(x: &[f64]) -> f64 {
    mix(&[1.0], x)
}

fn outer_rule(x: &[f64]) -> (f64, impl FnOnce(f64) -> Vec<f64>) {
    let (y, (_, dx)) = mix::value_and_grad(&[1.0], x);
    (y, move |seed| dx.into_iter().map(|d| d * seed).collect())
}

#[grad]
fn calls_outer(x: &[f64]) -> f64 {
    let a = outer(x);
    a * a
}

#[test]
fn p22_a_gradient_within_a_rule() {
    check_slice!(calls_outer([0.4, -0.3, 0.9]));
}

#[grad]
fn unused(x: &[f64], y: &[f64]) -> f64 {
    x[0] + y.len() as f64
}

#[test]
fn p23_unused_elements_have_positive_zeros() {
    let (dx, dy) = unused::grad(&[1.0, 2.0], &[3.0]);
    assert_all_same_bits(&dx, &[1.0, 0.0]);
    assert_all_same_bits(&dy, &[0.0]);
}

#[test]
fn p24_gradients_agree_with_differences_in_every_build() {
    let (w, x) = inputs();
    assert_matches_central(&mix::grad(&w, &x).1, |x| plain(&w, x), &x);
    assert_matches_central(&mix::grad(&w, &x).0, |w| plain(w, &x), &w);
}
