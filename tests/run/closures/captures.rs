//! Closures called in the body: capturing nothing, by reference, by value, by `&mut`.

use backprop::grad;

#[grad]
fn without_capture(x: f64) -> f64 {
    let square = |v: f64| v * v;
    square(x) + square(square(x))
}

#[test]
fn closure_without_capture() {
    check!(without_capture(2.0) => [4.0 + 32.0]);
}

#[grad]
fn by_reference(x: f64, k: f64) -> f64 {
    let scale = k * k;
    let f = |v: f64| v * scale + k;
    f(x) * f(x + 1.0) + scale
}

#[test]
fn closure_that_captures_active_values() {
    check_differences!(by_reference(0.7, 1.3));
}

#[grad]
fn by_value(x: f64) -> f64 {
    let mut k = x;
    let f = move |v: f64| v * k;
    k *= 10.0;
    f(x) + k
}

#[test]
fn moved_captures_keep_their_value() {
    check!(by_value(3.0) => [6.0 + 10.0]);
}

#[grad]
fn by_mutable_reference(x: f64, n: usize) -> f64 {
    let mut total = 0.0;
    let mut add = |v: f64| total += v * v;
    for i in 0..n {
        add(x * i as f64);
    }
    add(x);
    total * x
}

#[test]
fn closure_that_accumulates() {
    // x^3 (0 + 1 + 4 + 1)
    check!(by_mutable_reference(2.0, 3) => [18.0 * 4.0]);
}

#[grad]
fn block_body(x: f64, y: f64) -> f64 {
    let f = |a: f64, b: f64| -> f64 {
        let c = a * b;
        if c > 1.0 {
            c * c
        } else {
            c + a
        }
    };
    f(x, y) - f(y, 0.1) + f(2.0, y)
}

#[test]
fn closures_with_branches_and_several_parameters() {
    check_differences!(block_body(1.4, 1.9));
    check_differences!(block_body(0.4, 0.3));
}

#[grad]
fn closure_calls_closure(x: f64) -> f64 {
    let inner = |v: f64| v.sin() * x;
    let outer = |v: f64| inner(v) + inner(2.0 * v);
    outer(x) * outer(1.0)
}

#[test]
fn closures_that_call_closures() {
    check_differences!(closure_calls_closure(0.6));
}

#[grad]
fn early_return_inside(x: f64) -> f64 {
    let f = |v: f64| {
        if v < 0.0 {
            return -v;
        }
        v * v
    };
    f(x) + f(-x)
}

#[test]
fn return_leaves_the_closure_only() {
    check!(early_return_inside(3.0) => [7.0]);
    check!(early_return_inside(-3.0) => [-7.0]);
}

#[grad]
fn captures_slices(x: &[f64]) -> f64 {
    let at = |i: usize| x[i % x.len()];
    let mut s = 0.0;
    for i in 0..x.len() {
        s += at(i) * at(i + 1) * at(2 * i);
    }
    s
}

#[test]
fn closures_over_slices() {
    check_slice!(captures_slices([0.5, -0.8, 1.1]));
}

#[grad]
fn returns_tuples(x: f64, y: f64) -> f64 {
    let both = |a: f64| (a * x, a + y);
    let (p, q) = both(y);
    p * q + both(2.0).0
}

#[test]
fn closures_with_tuple_results() {
    // x y (2 y) + 2 x
    check!(returns_tuples(3.0, 5.0) => [52.0, 60.0]);
}

#[grad]
fn calls_functions(x: f64) -> f64 {
    let f = |v: f64| without_capture(v) * x;
    f(0.5) + f(x)
}

#[test]
fn closures_that_call_annotated_functions() {
    check_differences!(calls_functions(0.8));
}

#[derive(Clone, Copy, backprop::Differentiable)]
struct Wave {
    rate: f64,
    #[allow(dead_code)]
    shape: [f64; 2],
}

#[grad(forward)]
fn wave(x: f64) -> Wave {
    Wave { rate: x * x, shape: [x, 1.0] }
}

/// Only a method of its field is called, and only in a closure that runs several times.
#[grad(forward)]
fn field_in_a_repeated_closure(x: f64) -> f64 {
    let w = wave(x);
    let all: [f64; 3] = std::array::from_fn(|i| w.rate.sin() + w.shape[i % 2]);
    all[0] + all[1] * all[2]
}

#[test]
fn a_closure_that_runs_several_times_captures_what_a_call_returned() {
    check_differences!(field_in_a_repeated_closure(0.7));
    let (_, t) = field_in_a_repeated_closure::jvp(0.7, 1.0);
    crate::oracle::assert_close(t, field_in_a_repeated_closure::grad(0.7));
}
