//! kerr: if-expressions as arguments, Greek identifiers, results through three `&mut f64`.
//! The user's change: one attribute.

use crate::oracle::assert_matches_central;
use backprop::grad;

#[grad]
fn turn(θ: f64, amount: f64) -> f64 {
    (θ + amount).sin() * amount
}

#[allow(clippy::too_many_arguments, non_snake_case)]
#[grad]
fn flip(t0: f64, x0: f64, y0: f64, rev: bool, Δφ: f64, t: &mut f64, x: &mut f64, y: &mut f64) {
    let λ = if rev { -1.0 } else { 1.0 };
    *t = turn(if rev { t0 } else { -t0 }, λ * Δφ);
    *x = x0 * Δφ.cos() - λ * y0 * Δφ.sin();
    *y = if rev { y0 + *x } else { y0 * *x } + *t;
}

#[test]
fn three_results_through_references() {
    for rev in [true, false] {
        let at = [0.4, 1.2, -0.7, 0.9];
        let (mut t, mut x, mut y) = (f64::NAN, f64::NAN, f64::NAN);
        let ((), pullback) = flip::vjp(at[0], at[1], at[2], rev, at[3], &mut t, &mut x, &mut y);
        let (mut dt, mut dx, mut dy) = (1.0, -2.0, 3.0);
        let (a, b, c, d) = pullback((), &mut dt, &mut dx, &mut dy);
        assert_eq!((dt, dx, dy), (0.0, 0.0, 0.0));
        let seeded = |v: &[f64]| {
            let (mut t, mut x, mut y) = (0.0, 0.0, 0.0);
            flip(v[0], v[1], v[2], rev, v[3], &mut t, &mut x, &mut y);
            t - 2.0 * x + 3.0 * y
        };
        assert_matches_central(&[a, b, c, d], seeded, &at);
    }
}
