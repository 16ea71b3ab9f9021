//! `for` over iterator adaptors beyond the first list: `copied`, `skip`, `take`, `step_by`.

use crate::oracle::Numbers;
use backprop::grad;

#[grad]
fn over_copied(x: &[f64]) -> f64 {
    let mut y = 0.5;
    for v in x.iter().copied() {
        y = (y + v).tanh();
    }
    y
}

#[grad]
fn over_enumerate_of_zip(x: &[f64]) -> f64 {
    let mut y = 0.0;
    for (i, (a, b)) in x.iter().zip(x.iter().skip(2)).enumerate() {
        y += a * b * (i + 1) as f64;
    }
    y
}

#[grad]
fn over_take_skip_step(x: &[f64]) -> f64 {
    let mut y = 0.0;
    for v in x.iter().skip(1).take(3) {
        y = y * 0.5 + v * v;
    }
    for v in x.iter().step_by(2) {
        y = y * v + 1.0;
    }
    y
}

#[test]
fn functions_of_one_slice() {
    let mut numbers = Numbers::new(5);
    for length in [3, 4, 5, 8] {
        let x = numbers.vec(length);
        check_slice!(over_copied(x));
        check_slice!(over_enumerate_of_zip(x));
        check_slice!(over_take_skip_step(x));
    }
}
