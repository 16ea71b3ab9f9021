//! Deep call graphs: thirteen levels of functions that each call the next one twice (8192 leaves), and functions that call
//! each other. `cargo run --release -p xtask -- call-graph` compiles the former; here it must not need much stack either.

use crate::oracle::{assert_close, assert_matches_central};
use backprop::grad;
use std::time::{Duration, Instant};

#[grad]
fn f0(x: f64) -> f64 {
    x.sin() * x
}
#[grad]
fn f1(x: f64) -> f64 {
    f0(x * 0.9) + f0(x + 0.1).cos()
}
#[grad]
fn f2(x: f64) -> f64 {
    f1(x * 0.9) + f1(x + 0.1).cos()
}
#[grad]
fn f3(x: f64) -> f64 {
    f2(x * 0.9) + f2(x + 0.1).cos()
}
#[grad]
fn f4(x: f64) -> f64 {
    f3(x * 0.9) + f3(x + 0.1).cos()
}
#[grad]
fn f5(x: f64) -> f64 {
    f4(x * 0.9) + f4(x + 0.1).cos()
}
#[grad]
fn f6(x: f64) -> f64 {
    f5(x * 0.9) + f5(x + 0.1).cos()
}
#[grad]
fn f7(x: f64) -> f64 {
    f6(x * 0.9) + f6(x + 0.1).cos()
}
#[grad]
fn f8(x: f64) -> f64 {
    f7(x * 0.9) + f7(x + 0.1).cos()
}
#[grad]
fn f9(x: f64) -> f64 {
    f8(x * 0.9) + f8(x + 0.1).cos()
}
#[grad]
fn f10(x: f64) -> f64 {
    f9(x * 0.9) + f9(x + 0.1).cos()
}
#[grad]
fn f11(x: f64) -> f64 {
    f10(x * 0.9) + f10(x + 0.1).cos()
}
#[grad]
fn f12(x: f64) -> f64 {
    f11(x * 0.9) + f11(x + 0.1).cos()
}
#[grad]
fn f13(x: f64) -> f64 {
    f12(x * 0.9) + f12(x + 0.1).cos()
}

#[test]
fn thirteen_levels_that_call_twice() {
    let run = || assert_matches_central(&[f13::grad(0.3)], |x| f13(x[0]), &[0.3]);
    std::thread::Builder::new().stack_size(16 << 20).spawn(run).unwrap().join().unwrap();
}

#[grad(recursive)]
fn even(x: f64, n: usize) -> f64 {
    if n == 0 {
        x
    } else {
        x * odd(x.sin(), n - 1)
    }
}
#[grad(recursive)]
fn odd(x: f64, n: usize) -> f64 {
    if n == 0 {
        1.0
    } else {
        even(x * 0.9, n - 1) + x
    }
}

#[test]
fn mutual_recursion() {
    for n in 0..9 {
        assert_matches_central(&[even::grad(0.7, n)], |x| even(x[0], n), &[0.7]);
        assert_matches_central(&[odd::grad(0.7, n)], |x| odd(x[0], n), &[0.7]);
    }
}

/// The fastest of some runs.
fn fastest(n: usize) -> Duration {
    let once = |_| {
        let start = Instant::now();
        std::hint::black_box(even::grad(std::hint::black_box(0.7), n));
        start.elapsed()
    };
    (0..7).map(once).min().unwrap()
}

/// Four times the depth: about four times the time, where quadratic cost would be sixteen times.
#[test]
fn mutual_recursion_of_depth_ten_thousand_in_linear_time() {
    let run = || {
        let deep = even::grad(0.7, 10_000);
        assert_close(deep, even::grad(0.7, 1_000)); // it converges
        let (short, long) = (fastest(2_500), fastest(10_000));
        assert!(long < 10 * short, "{short:?} at depth 2500, {long:?} at depth 10000");
    };
    std::thread::Builder::new().stack_size(256 << 20).spawn(run).unwrap().join().unwrap();
}
