//! Items inside the body: both sweeps of the gradient see them, wherever they stand.

use backprop::grad;

#[grad]
fn in_a_branch(x: f64, y: f64) -> f64 {
    let z;
    if x > y {
        const HALF: f64 = 0.5;
        z = if y > 0.0 { HALF * x * y } else { x + HALF };
    } else {
        use std::f64::consts::PI as CIRCLE;
        z = (CIRCLE * x).sin();
    }
    z * y
}

#[test]
fn a_constant_in_a_branch() {
    check!(in_a_branch(3.0, 2.0) => [2.0, 6.0]);
    check!(in_a_branch(3.0, -2.0) => [-2.0, 3.5]);
    let (s, c) = (std::f64::consts::PI * 0.1).sin_cos();
    check!(in_a_branch(0.1, 0.7) => [std::f64::consts::PI * c * 0.7, s]);
}

#[grad]
fn in_a_loop(x: f64, n: usize) -> f64 {
    let mut y = 1.0;
    for _ in 0..n {
        const RATE: f64 = 0.375;
        fn twice(k: f64) -> f64 {
            2.0 * k
        }
        y = y * x * RATE * twice(RATE);
    }
    y
}

#[test]
fn a_constant_and_a_function_in_a_loop() {
    let k = 2.0 * 0.375 * 0.375_f64;
    check!(in_a_loop(1.5, 3) => [3.0 * 1.5_f64.powi(2) * k.powi(3)]);
}

#[grad]
fn behind_an_exit(x: f64) -> f64 {
    if x < 0.0 {
        return 0.0;
    }
    const SCALE: f64 = 3.0;
    let y = 'b: {
        const LIMIT: f64 = 4.0;
        if x > LIMIT {
            break 'b LIMIT * x;
        }
        x * x * LIMIT
    };
    y * SCALE
}

#[test]
fn a_constant_behind_an_exit() {
    check!(behind_an_exit(2.0) => [48.0]);
    check!(behind_an_exit(5.0) => [12.0]);
    check!(behind_an_exit(-1.0) => [0.0]);
}
