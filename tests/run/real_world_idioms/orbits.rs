//! Results through several `&mut` parameters, in a loop.

use crate::oracle::assert_matches_central;
use backprop::grad;
#[allow(non_snake_case)]
#[grad]
fn flip(t0: f64, x0: f64, y0: f64, rev: bool, t: &mut f64, x: &mut f64, y: &mut f64) {
    let θ = x0.atan2(if rev { -y0 } else { y0 });
    let ρ = x0.hypot(y0);
    let Δ = if rev { -(t0 - *t) } else { t0 - *t };
    *t = if Δ > 0.0 { t0 + Δ } else { t0 * *t };
    let (s, c) = (θ + Δ).sin_cos();
    (*x, *y) = (ρ * s + *y, ρ * c - *x);
    if rev {
        std::mem::swap(x, y);
    }
}
#[grad]
fn orbit(v: &[f64; 3], n: usize) -> f64 {
    let (mut t, mut x, mut y) = (v[0], 0.3, -0.2);
    for i in 0..n {
        flip(v[0] + i as f64 * 0.1, v[1] * y, v[2] + x, i % 2 == 1, &mut t, &mut x, &mut y);
    }
    t * x + y
}
#[test]
fn kerr() {
    let x = [0.4, 0.8, 1.3];
    for n in 0..6 {
        let g = orbit::grad(&x, n);
        assert_matches_central(&g, |x| orbit(x.try_into().unwrap(), n), &x);
    }
}
