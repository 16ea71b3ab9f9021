//! nyx-space: acceleration in a spherical-harmonic gravity field; upstream repeats the body with hyperduals.
//! The user's change: the position as an array, tables as arguments, one attribute.

use crate::oracle::assert_matches_central;
use backprop::grad;

const DEGREE: usize = 4;

#[grad(wrt(position))]
fn acceleration(position: [f64; 3], c: &[Vec<f64>], s: &[Vec<f64>], mu: f64, radius: f64) -> [f64; 3] {
    let r_ = (position[0] * position[0] + position[1] * position[1] + position[2] * position[2]).sqrt();
    let s_ = position[0] / r_;
    let t_ = position[1] / r_;
    let u_ = position[2] / r_;

    // Derived Legendre polynomials.
    let mut a = vec![vec![0.0; DEGREE + 2]; DEGREE + 2];
    a[0][0] = 1.0;
    for n in 1..=DEGREE + 1 {
        a[n][n] = (2.0 * n as f64 - 1.0) * a[n - 1][n - 1];
    }
    for m in 0..=DEGREE {
        a[m + 1][m] = (2.0 * m as f64 + 1.0) * u_ * a[m][m];
        for n in m + 2..=DEGREE + 1 {
            let (n_, m_) = (n as f64, m as f64);
            a[n][m] = ((2.0 * n_ - 1.0) * u_ * a[n - 1][m] - (n_ + m_ - 1.0) * a[n - 2][m]) / (n_ - m_);
        }
    }

    let mut r_m = vec![1.0];
    let mut i_m = vec![0.0];
    for m in 1..=DEGREE {
        r_m.push(s_ * r_m[m - 1] - t_ * i_m[m - 1]);
        i_m.push(s_ * i_m[m - 1] + t_ * r_m[m - 1]);
    }

    let rho = radius / r_;
    let mut rho_np1 = mu / r_ / r_ * rho;
    let mut sum = [0.0; 4];
    for n in 1..=DEGREE {
        let mut inner = [0.0; 4];
        rho_np1 *= rho;
        for m in 0..=n {
            let d_ = c[n][m] * r_m[m] + s[n][m] * i_m[m];
            let e_ = if m == 0 { 0.0 } else { c[n][m] * r_m[m - 1] + s[n][m] * i_m[m - 1] };
            let f_ = if m == 0 { 0.0 } else { s[n][m] * r_m[m - 1] - c[n][m] * i_m[m - 1] };
            inner[0] += m as f64 * a[n][m] * e_;
            inner[1] += m as f64 * a[n][m] * f_;
            inner[2] += a[n][m + 1] * d_;
            inner[3] -= (n + m + 1) as f64 * a[n][m] * d_;
        }
        for k in 0..4 {
            sum[k] += rho_np1 / radius * inner[k];
        }
    }
    let central = -mu / (r_ * r_ * r_);
    [
        sum[0] + sum[3] * s_ + central * position[0],
        sum[1] + sum[3] * t_ + central * position[1],
        sum[2] + sum[3] * u_ + central * position[2],
    ]
}

fn tables() -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let entry = |n: usize, m: usize, k: f64| ((n * 7 + m * 3) as f64 * k).sin() * 0.05;
    let table = |k: f64| (0..=DEGREE).map(|n| (0..=n).map(|m| entry(n, m, k)).collect()).collect();
    (table(0.9), table(1.7))
}

#[test]
fn jacobian_of_the_acceleration() {
    let (c, s) = tables();
    let position = [1.1, -0.4, 0.8];
    let jacobian = acceleration::jacobian(position, &c, &s, 1.0, 0.9);
    for row in 0..3 {
        let component = |p: &[f64]| acceleration(p.try_into().unwrap(), &c, &s, 1.0, 0.9)[row];
        assert_matches_central(&jacobian[row], component, &position);
    }
}

#[test]
fn pullback_of_the_acceleration() {
    let (c, s) = tables();
    let position = [1.1, -0.4, 0.8];
    let (_, pullback) = acceleration::vjp(position, &c, &s, 1.0, 0.9);
    let seeded = |p: &[f64]| {
        let a = acceleration(p.try_into().unwrap(), &c, &s, 1.0, 0.9);
        a[0] - 2.0 * a[1] + 3.0 * a[2]
    };
    assert_matches_central(&pullback([1.0, -2.0, 3.0]), seeded, &position);
}
