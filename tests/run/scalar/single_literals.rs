//! Literals that are `f32`, as only a call or a use tells: rustc takes `f64` for want of better.

use backprop::grad;

fn single() -> f32 {
    0.5
}

fn eat_single(_: f32) {}

#[grad(forward)]
fn single_assigned(x: f64) -> f64 {
    let mut k = single();
    let y = x * f64::from(k);
    k = 16_777_217.0;
    y * f64::from(k)
}

#[grad(forward)]
fn single_in_a_sum(x: f64) -> f64 {
    let mut k = single();
    let y = x * k as f64;
    k = 16_777_216.0;
    y * (k + 1.0) as f64
}

#[grad(forward)]
fn single_told_by_a_use(x: f64) -> f64 {
    let k = 0.1;
    eat_single(k);
    x * (k * k) as f64
}

#[grad(forward)]
fn single_in_a_branch(x: f64) -> f64 {
    let mut k = single();
    if x < 1e9 {
        k = 0.1;
    }
    x * (k * k) as f64
}

#[grad(forward)]
fn single_in_a_loop(x: f64) -> f64 {
    let mut k = 0.1;
    let mut y = 0.0;
    for _ in 0..5 {
        y += x * (k * 3.0) as f64;
        k = k * 0.1 + 0.7;
    }
    eat_single(k);
    y
}

#[grad(forward)]
fn single_in_a_closure(x: f64) -> f64 {
    let square = |k| k * k;
    let a = square(0.1) as f64;
    let b = square(single()) as f64;
    x * a + x * b
}

linear!(
    single_assigned,
    single_in_a_sum,
    single_told_by_a_use,
    single_in_a_branch,
    single_in_a_loop,
    single_in_a_closure
);
