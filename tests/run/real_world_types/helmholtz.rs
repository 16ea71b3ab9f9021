//! feos: residual Helmholtz energies, of a state with a generic scalar.
//! The user's change: one attribute, the derive on the state.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable, Real};
#[derive(Clone, Debug, Differentiable)]
struct StateHD<T: Real> {
    temperature: T,
    volume: T,
    moles: Vec<T>,
}
struct PengRobinson {
    tc: Vec<f64>,
    a: Vec<f64>,
    b: Vec<f64>,
    kappa: Vec<f64>,
    k_ij: Vec<Vec<f64>>,
}
impl<T: Real> StateHD<T> {
    #[grad]
    fn total(&self) -> T {
        self.moles.iter().copied().fold(T::ZERO, |a, b| a + b)
    }
    #[grad]
    fn molefracs(&self) -> Vec<T> {
        let n = self.total();
        self.moles.iter().map(|m| *m / n).collect()
    }
}
impl PengRobinson {
    #[grad(wrt(state))]
    fn helmholtz(&self, state: &StateHD<f64>) -> f64 {
        let x = state.molefracs();
        let ak: Vec<f64> = self
            .tc
            .iter()
            .zip(self.kappa.iter())
            .zip(&self.a)
            .map(|((tc, kappa), a)| a * (1.0 + kappa * (1.0 - (state.temperature / tc).sqrt())).powi(2))
            .collect();
        let n_comp = ak.len();
        let mut ak_mix = 0.0;
        for i in 0..n_comp {
            for j in 0..n_comp {
                ak_mix += (ak[i] * ak[j]).sqrt() * (x[i] * x[j]) * (1.0 - self.k_ij[i][j]);
            }
        }
        let b: f64 = x.iter().zip(&self.b).map(|(x, b)| x * b).sum();
        let v = state.volume;
        let n = state.total();
        let f = |s: f64| ((v * (1.0 + s * 2f64.sqrt())) / n + b).ln();
        n * ((v / (v - b * n)).ln()
            - ak_mix / (b * 2f64.sqrt() * 2.0 * state.temperature) * (f(1.0) - f(-0.3)))
    }
}
#[grad]
fn zetas<const N: usize>(state: &StateHD<f64>, #[no_grad] diameters: &[f64], k: [i32; N]) -> [f64; N] {
    let mut z = [0.0; N];
    for (i, d) in diameters.iter().enumerate() {
        for (z, &k) in z.iter_mut().zip(k.iter()) {
            *z += state.moles[i] * d.powi(k) * (std::f64::consts::PI / 6.0);
        }
    }
    z.map(|v| v / state.volume)
}
#[grad]
fn hard_sphere(state: &StateHD<f64>, #[no_grad] d: &[f64]) -> f64 {
    let p = zetas::<4>(state, d, [0, 1, 2, 3]);
    let frac_1mz3 = -(p[3] - 1.0).recip();
    let zeta_23 = p[2] / p[3];
    state.volume * 6.0 / std::f64::consts::PI
        * (p[1] * p[2] * frac_1mz3 * 3.0
            + p[2].powi(2) * frac_1mz3.powi(2) * zeta_23
            + (p[2] * zeta_23.powi(2) - p[0]) * (1.0 - p[3]).ln())
}
#[test]
fn gradients_of_helmholtz() {
    let pr = PengRobinson {
        tc: vec![1.2, 0.9],
        a: vec![0.7, 0.5],
        b: vec![0.1, 0.12],
        kappa: vec![0.4, 0.5],
        k_ij: vec![vec![0.0, 0.02], vec![0.03, 0.0]],
    };
    let s = |v: &[f64]| StateHD { temperature: v[0], volume: v[1], moles: v[2..].to_vec() };
    let at = [1.1, 3.0, 0.8, 1.3];
    let d = pr.helmholtz_grad(&s(&at));
    assert_matches_central(
        &[&[d.temperature, d.volume][..], &d.moles].concat(),
        |v| pr.helmholtz(&s(v)),
        &at,
    );
    let d = hard_sphere::grad(&s(&at), &[0.7, 0.9]);
    assert_matches_central(
        &[&[d.temperature, d.volume][..], &d.moles].concat(),
        |v| hard_sphere(&s(v), &[0.7, 0.9]),
        &at,
    );
}
