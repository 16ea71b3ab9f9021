//! nyx-space: the gravity field with a `Result`, recurrences in vectors, a struct that is added to by fields.
//! The user's change: one attribute, the derive on the orbit; a name with a type for the position.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};
#[derive(Debug)]
enum DynamicsError {
    OutOfBounds(usize),
    Collapsed,
}
struct GravityFieldData {
    degree: usize,
    order: usize,
    c: Vec<Vec<f64>>,
    s: Vec<Vec<f64>>,
    radius: f64,
    mu: f64,
}
impl GravityFieldData {
    fn cs_nm(&self, n: usize, m: usize) -> (f64, f64) {
        (self.c[n][m], self.s[n][m])
    }
}
#[derive(Clone, Copy, Debug, Differentiable)]
struct Orbit {
    radius: [f64; 3],
    velocity: [f64; 3],
}
impl Orbit {
    #[grad]
    fn rmag(&self) -> f64 {
        self.radius.iter().map(|x| x * x).sum::<f64>().sqrt()
    }
}
#[derive(Clone, Copy, Debug, Default, Differentiable)]
struct Acc {
    x: f64,
    y: f64,
    z: f64,
    w: f64,
}

#[grad(wrt(osc))]
fn eom(#[no_grad] field: &GravityFieldData, osc: &Orbit) -> Result<[f64; 3], DynamicsError> {
    let r_ = osc.rmag();
    if r_ < 1e-3 {
        return Err(DynamicsError::Collapsed);
    }
    let radius: [f64; 3] = osc.radius;
    let [s_, t_, u_] = radius.map(|x| x / r_);
    let max_degree = field.degree;
    let max_order = field.order;
    if max_degree + 2 > 100 {
        return Err(DynamicsError::OutOfBounds(max_degree));
    }
    let mut a_nm = vec![vec![0.0; max_degree + 3]; max_degree + 3];
    a_nm[0][0] = 1.0;
    for n in 1..=max_degree + 1 {
        let nf = n as f64;
        a_nm[n][n] = (1.0 + 1.0 / (2.0 * nf)).sqrt() * a_nm[n - 1][n - 1];
    }
    for n in 0..=max_degree {
        a_nm[n + 1][n] = ((2 * n + 3) as f64).sqrt() * u_ * a_nm[n][n];
    }
    for m in 0..=max_order + 1 {
        for n in (m + 2)..=max_degree + 1 {
            let hm = (n as f64 + m as f64 - 1.0) / (n as f64 - m as f64);
            a_nm[n][m] = u_ * hm.sqrt() * a_nm[n - 1][m] - 0.3 * a_nm[n - 2][m];
        }
    }
    let mut r_m: Vec<f64> = Vec::with_capacity(max_degree + 2);
    let mut i_m = Vec::with_capacity(max_degree + 2);
    r_m.push(1.0);
    i_m.push(0.0);
    for m in 1..=max_degree + 1 {
        let (re, im) = (s_ * r_m[m - 1] - t_ * i_m[m - 1], s_ * i_m[m - 1] + t_ * r_m[m - 1]);
        r_m.push(re);
        i_m.push(im);
    }
    let rho = field.radius / r_;
    let mut rho_np1 = field.mu / r_ * rho;
    let mut accel4 = Acc::default();
    for n in 1..=max_degree {
        let mut sum = Acc { x: 0.0, y: 0.0, z: 0.0, w: 0.0 };
        rho_np1 *= rho;
        for m in 0..=n.min(max_order) {
            let (c_val, s_val) = field.cs_nm(n, m);
            let d_ = (c_val * r_m[m] + s_val * i_m[m]) * 2.0_f64.sqrt();
            let e_ = if m == 0 { 0.0 } else { (c_val * r_m[m - 1] + s_val * i_m[m - 1]) * 2.0_f64.sqrt() };
            let f_ = if m == 0 { 0.0 } else { (s_val * r_m[m - 1] - c_val * i_m[m - 1]) * 2.0_f64.sqrt() };
            sum.x += m as f64 * a_nm[n][m] * e_;
            sum.y += m as f64 * a_nm[n][m] * f_;
            sum.z += a_nm[n][m + 1] * d_;
            sum.w -= a_nm[n + 1][m + 1] * d_;
        }
        let rr = rho_np1 / field.radius;
        accel4 =
            Acc { x: accel4.x + rr * sum.x, y: accel4.y + rr * sum.y, z: accel4.z + rr * sum.z, ..accel4 };
        accel4.w += rr * sum.w;
    }
    let Acc { x, y, z, w } = accel4;
    Ok([x + w * s_, y + w * t_, z + w * u_])
}
#[test]
fn gradients_of_gravity() {
    let t = |k: f64| {
        (0..8).map(|n| (0..8).map(|m| ((n * 7 + m * 3) as f64 * k).sin() * 0.05).collect()).collect()
    };
    let field = GravityFieldData { degree: 5, order: 4, c: t(0.9), s: t(1.7), radius: 0.9, mu: 1.3 };
    let orbit = |v: &[f64]| Orbit { radius: [v[0], v[1], v[2]], velocity: [0.0; 3] };
    let at = [1.1, -0.4, 0.8];
    for row in 0..3 {
        let o = orbit(&at);
        let (y, pb) = eom::vjp(&field, &o);
        y.unwrap();
        let mut seed = [0.0; 3];
        seed[row] = 1.0;
        let d = pb(Ok(seed));
        assert_matches_central(&d.radius, |v| eom(&field, &orbit(v)).unwrap()[row], &at);
    }
    let o = orbit(&[0.0; 3]);
    let (y, pb) = eom::vjp(&field, &o);
    assert!(y.is_err());
    let _ = pb;
}
