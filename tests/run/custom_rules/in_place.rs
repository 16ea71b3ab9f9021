//! Rules for functions that write through `&mut` (R05).

use crate::oracle::assert_matches_central;
use backprop::grad;

#[grad(vjp = square_all_rule)]
fn square_all(x: &mut [f64], k: f64) {
    for v in x.iter_mut() {
        *v *= *v * k;
    }
}

fn square_all_rule(x: &mut [f64], k: f64) -> ((), impl FnOnce((), &mut [f64]) -> f64) {
    let old = x.to_vec();
    square_all(x, k);
    ((), move |(), dx| {
        let mut dk = 0.0;
        for (d, v) in dx.iter_mut().zip(&old) {
            dk += *d * v * v;
            *d *= 2.0 * k * v;
        }
        dk
    })
}

#[grad]
fn caller(x: &[f64], k: f64) -> f64 {
    let mut a = x.to_vec();
    square_all(&mut a, k);
    square_all(&mut a[1..], 0.5);
    let mut s = 0.0;
    for (i, v) in a.iter().enumerate() {
        s += v * (i + 1) as f64;
    }
    s
}

#[test]
fn rule_of_an_in_place_function() {
    let (dx, dk) = caller::grad(&[0.5, -1.2, 0.9], 1.3);
    let flat = |v: &[f64]| caller(&v[..3], v[3]);
    assert_matches_central(&[&dx[..], &[dk]].concat(), flat, &[0.5, -1.2, 0.9, 1.3]);
}
