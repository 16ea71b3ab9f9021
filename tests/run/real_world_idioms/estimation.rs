//! Inertial factors, a logistic loss and a Helmholtz energy, with generic structs, methods and chains.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable, Real};
use std::ops::Mul;

#[derive(Clone, Copy, Debug, Differentiable)]
struct Quat<T: Real> {
    w: T,
    v: [T; 3],
}
#[grad]
impl<T: Real> Mul for Quat<T> {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        let c = cross(self.v, o.v);
        let w = self.w * o.w - self.v.iter().zip(&o.v).map(|(a, b)| *a * *b).sum::<T>();
        let mut v = [T::ZERO; 3];
        for i in 0..3 {
            v[i] = self.w * o.v[i] + o.w * self.v[i] + c[i];
        }
        Quat { w, v }
    }
}
#[grad]
fn cross<T: Real>([a, b, c]: [T; 3], [d, e, f]: [T; 3]) -> [T; 3] {
    [b * f - c * e, c * d - a * f, a * e - b * d]
}
impl<T: Real> Quat<T> {
    #[grad]
    fn exp(w: [T; 3]) -> Self {
        let n2 = w.iter().fold(T::ZERO, |s, x| s + *x * *x);
        if n2 < T::from_f64(1e-18) {
            return Quat { w: T::ONE, v: w.map(|x| x * T::from_f64(0.5)) };
        }
        let n = n2.sqrt();
        let h = n * T::from_f64(0.5);
        let k = h.sin() / n;
        Quat { w: h.cos(), v: w.map(|x| x * k) }
    }
    #[grad]
    fn conj(&self) -> Self {
        let Quat { w, v: [a, b, c] } = *self;
        Quat { w, v: [-a, -b, -c] }
    }
    #[grad]
    fn rotate(&self, x: [T; 3]) -> [T; 3] {
        let q = *self * Quat { w: T::ZERO, v: x } * self.conj();
        q.v
    }
    #[grad]
    fn log(self) -> [T; 3] {
        let s = self.v.iter().map(|x| x.powi(2)).sum::<T>().sqrt();
        let k = T::from_f64(2.0) * s.atan2(self.w) / s;
        self.v.map(|x| x * k)
    }
}
#[derive(Clone, Debug, Differentiable)]
struct State<T: Real> {
    q: Quat<T>,
    p: [T; 3],
    v: [T; 3],
    bias: ([T; 3], [T; 3]),
}
#[derive(Clone, Debug)]
struct Preint {
    dt: f64,
    dq: [f64; 3],
    dv: [f64; 3],
    dp: [f64; 3],
    g: [f64; 3],
}
#[grad]
fn imu<T: Real>(a: &State<T>, b: &State<T>, #[no_grad] m: &Preint) -> [T; 9] {
    let dt = T::from_f64(m.dt);
    let inv = a.q.conj();
    let r: Vec<T> = {
        let gyro = m.dq.map(T::from_f64);
        let corrected =
            Quat::exp([gyro[0] - a.bias.0[0] * dt, gyro[1] - a.bias.0[1] * dt, gyro[2] - a.bias.0[2] * dt]);
        (corrected.conj() * (inv * b.q)).log().to_vec()
    };
    let mut out = [T::ZERO; 9];
    let dv: [T; 3] = std::array::from_fn(|i| b.v[i] - a.v[i] - T::from_f64(m.g[i]) * dt);
    let dp: [T; 3] =
        std::array::from_fn(|i| b.p[i] - a.p[i] - a.v[i] * dt - T::from_f64(0.5 * m.g[i]) * dt * dt);
    let (rv, rp) = (inv.rotate(dv), inv.rotate(dp));
    for (k, o) in out.iter_mut().enumerate() {
        *o = match k / 3 {
            0 => r[k],
            1 => rv[k - 3] - T::from_f64(m.dv[k - 3]) - a.bias.1[k - 3] * dt,
            _ => rp[k - 6] - T::from_f64(m.dp[k - 6]),
        };
    }
    out
}
#[test]
fn factors() {
    let st = |x: &[f64]| {
        let n = (x[0] * x[0] + x[1] * x[1] + x[2] * x[2] + x[3] * x[3]).sqrt();
        let _ = n;
        State {
            q: Quat { w: x[0], v: [x[1], x[2], x[3]] },
            p: [x[4], x[5], x[6]],
            v: [x[7], x[8], x[9]],
            bias: ([x[10], x[11], x[12]], [x[13], x[14], x[15]]),
        }
    };
    let m = Preint {
        dt: 0.1,
        dq: [0.02, -0.05, 0.1],
        dv: [0.1, 0.2, -0.3],
        dp: [0.01, 0.0, 0.03],
        g: [0.0, 0.0, -9.81],
    };
    let x: Vec<f64> =
        (0..32).map(|i| 0.1 + ((i * 7 % 16) as f64) * 0.06 + if i % 16 == 0 { 0.8 } else { 0.0 }).collect();
    let w: [f64; 9] = std::array::from_fn(|i| 1.0 - 0.3 * i as f64);
    let f = |x: &[f64]| imu(&st(&x[..16]), &st(&x[16..]), &m).iter().zip(w).map(|(a, b)| a * b).sum::<f64>();
    let (a, b) = (st(&x[..16]), st(&x[16..]));
    let (_, pb) = imu::vjp(&a, &b, &m);
    let (da, db) = pb(w);
    let mut g = vec![];
    backprop::Tangent::to_flat(&da, &mut g);
    backprop::Tangent::to_flat(&db, &mut g);
    assert_matches_central(&g, f, &x);
}
// 9
#[derive(Clone, Debug)]
struct Data {
    rows: Vec<Vec<f64>>,
    labels: Vec<bool>,
    weights: Option<Vec<f64>>,
}
#[derive(Clone, Debug, Differentiable)]
struct Logistic {
    w: Vec<f64>,
    b: Option<f64>,
}
impl Logistic {
    #[grad]
    fn margin(&self, #[no_grad] row: &[f64], label: bool) -> f64 {
        let s = self.w.iter().zip(row).map(|(w, x)| w * x).sum::<f64>() + self.b.unwrap_or(0.0);
        if label {
            s
        } else {
            -s
        }
    }
    #[grad]
    fn loss(&self, #[no_grad] data: &Data, alpha: f64) -> f64 {
        let ones = std::iter::repeat(1.0);
        let mut loss = 0.0;
        for (i, (row, &label)) in data.rows.iter().zip(&data.labels).enumerate() {
            let k = data.weights.as_ref().map_or(1.0, |w| w[i]);
            let m = self.margin(row, label);
            loss -= k * if m > 30.0 {
                0.0
            } else if m < -30.0 {
                m
            } else {
                -((-m).exp().ln_1p())
            };
        }
        let _ = ones;
        loss + 0.5 * alpha * self.w.iter().map(|w| w.powi(2)).sum::<f64>()
    }
}
#[test]
fn logistic() {
    let data = |weights| Data {
        rows: vec![vec![0.2, 1.0, -0.4], vec![1.1, -0.7, 0.3], vec![-40.0, 20.0, 0.1], vec![60.0, 20.0, 0.1]],
        labels: vec![true, false, true, true],
        weights,
    };
    for b in [true, false] {
        for wt in [None, Some(vec![0.3, 1.0, 2.0, 0.7])] {
            let d = data(wt);
            let mk = |x: &[f64]| Logistic { w: x[..3].to_vec(), b: b.then_some(x[3]) };
            let x = [0.4, -0.6, 0.9, 0.2, 0.3];
            let (dl, da) = mk(&x).loss_grad(&d, x[4]);
            let g = vec![dl.w[0], dl.w[1], dl.w[2], dl.b.unwrap_or(0.0), da];
            assert_matches_central(&g, |x| mk(x).loss(&d, x[4]), &x);
        }
    }
}
// 10
#[derive(Clone, Debug)]
struct Parameters<const N: usize> {
    tc: [f64; N],
    pc: [f64; N],
    kappa: [f64; N],
    k: [[f64; N]; N],
}
#[derive(Clone, Copy, Debug, Differentiable)]
struct StateHd<T: Real, const N: usize> {
    t: T,
    v: T,
    moles: [T; N],
}
#[grad]
fn helmholtz<const N: usize>(s: &StateHd<f64, N>, #[no_grad] p: &Parameters<N>) -> f64 {
    let StateHd { t, v, moles } = s;
    let n: f64 = moles.iter().sum();
    let x = moles.map(|m| m / n);
    let ak: Vec<f64> =
        p.tc.iter()
            .zip(p.pc.iter())
            .zip(&p.kappa)
            .map(|((tc, pc), k)| {
                let alpha = 1.0 + k * (1.0 - (t / tc).sqrt());
                0.45724 * tc * tc / pc * alpha * alpha
            })
            .collect();
    let mut a = 0.0;
    for (i, ai) in ak.iter().enumerate() {
        for (j, aj) in ak.iter().enumerate() {
            a += x[i] * x[j] * (ai * aj).sqrt() * (1.0 - p.k[i][j]);
        }
    }
    let b: f64 = (0..N).map(|i| x[i] * 0.0778 * p.tc[i] / p.pc[i]).sum();
    let s2 = 2.0_f64.sqrt();
    let rho = n / v;
    let repulsive = -n * (1.0 - b * rho).ln();
    let attractive =
        n * a / (b * s2 * 2.0 * t) * ((1.0 + (1.0 - s2) * b * rho) / (1.0 + (1.0 + s2) * b * rho)).ln();
    let ideal = moles.iter().filter(|m| **m > 0.0).map(|m| m * ((m / v).ln() - 1.0)).sum::<f64>();
    ideal + repulsive + attractive
}
#[test]
fn helmholtzs() {
    let p = Parameters {
        tc: [1.1, 0.9, 1.4],
        pc: [2.0, 1.5, 1.8],
        kappa: [0.4, 0.5, 0.3],
        k: [[0.0, 0.02, 0.1], [0.02, 0.0, 0.05], [0.1, 0.05, 0.0]],
    };
    let mk = |x: &[f64]| StateHd { t: x[0], v: x[1], moles: [x[2], x[3], x[4]] };
    let x = [0.95, 3.0, 0.7, 0.4, 0.2];
    let d = helmholtz::grad(&mk(&x), &p);
    assert_matches_central(&[d.t, d.v, d.moles[0], d.moles[1], d.moles[2]], |x| helmholtz(&mk(x), &p), &x);
}
