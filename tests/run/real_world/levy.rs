//! argmin_testfunctions: Levy's function by iterator chains and a closure.
//! The user's change: f64 for `T`, one attribute.

use crate::oracle::{assert_all_close_to, assert_matches_dual, Numbers};
use backprop::grad;
use num_dual::{Dual64, DualNum};
use std::f64::consts::PI;

#[grad]
fn levy(param: &[f64]) -> f64 {
    let plen = param.len();
    assert!(plen >= 2);

    let w = |x: f64| 1.0 + (x - 1.0) / 4.0;

    (PI * w(param[0])).sin().powi(2)
        + param[1..(plen - 1)]
            .iter()
            .map(|x| w(*x))
            .map(|wi: f64| (wi - 1.0).powi(2) * (1.0 + 10.0 * (PI * wi + 1.0).sin().powi(2)))
            .sum::<f64>()
        + (w(param[plen - 1]) - 1.0).powi(2) * (1.0 + (2.0 * PI * w(param[plen - 1])).sin().powi(2))
}

fn levy_of_duals(x: &[Dual64]) -> Dual64 {
    let w: Vec<Dual64> = x.iter().map(|x| (*x - 1.0) / 4.0 + 1.0).collect();
    let last = w[w.len() - 1];
    let mut sum = (w[0] * PI).sin().powi(2);
    for wi in &w[1..w.len() - 1] {
        sum += (*wi - 1.0).powi(2) * ((*wi * PI + 1.0).sin().powi(2) * 10.0 + 1.0);
    }
    sum + (last - 1.0).powi(2) * ((last * (2.0 * PI)).sin().powi(2) + 1.0)
}

#[test]
fn levy_against_dual_numbers() {
    let mut numbers = Numbers::new(4);
    for n in [2, 3, 8] {
        let x: Vec<f64> = numbers.vec(n).iter().map(|v| 5.0 * v).collect();
        assert_matches_dual(&levy::grad(&x), levy_of_duals, &x);
    }
}

#[test]
fn levy_has_its_minimum_at_one() {
    assert_all_close_to(&levy::grad(&[1.0; 5]), &[0.0; 5], 1e-14);
}
