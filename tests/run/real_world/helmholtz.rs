//! feos: Helmholtz energy of a mixture by closures and double loops over binary parameters.
//! The user's change: `k[(i, j)]` becomes `k[i][j]`, one attribute.

use crate::oracle::assert_matches_central;
use backprop::grad;

struct Parameters {
    sigma: Vec<f64>,
    epsilon: Vec<f64>,
    k: Vec<Vec<f64>>,
}

#[grad(wrt(temperature, volume, moles))]
fn helmholtz_energy(temperature: f64, volume: f64, moles: &[f64], #[no_grad] p: &Parameters) -> f64 {
    let n = moles.len();
    let total: f64 = moles.iter().sum();
    let diameter = |i: usize| p.sigma[i] * (1.0 - 0.12 * (-3.0 * p.epsilon[i] / temperature).exp());
    let mut zeta = [0.0; 4];
    for i in 0..n {
        for k in 0..4 {
            zeta[k] += std::f64::consts::FRAC_PI_6 * moles[i] / volume * diameter(i).powi(k as i32);
        }
    }
    let free = 1.0 - zeta[3];
    let hard = total / zeta[0]
        * (3.0 * zeta[1] * zeta[2] / free
            + zeta[2].powi(3) / (zeta[3] * free.powi(2))
            + (zeta[2].powi(3) / zeta[3].powi(2) - zeta[0]) * free.ln());

    let mut attraction = 0.0;
    for i in 0..n {
        for j in 0..n {
            let eps = (p.epsilon[i] * p.epsilon[j]).sqrt() * (1.0 - p.k[i][j]);
            let sigma = 0.5 * (p.sigma[i] + p.sigma[j]);
            attraction += moles[i] * moles[j] * eps / temperature * sigma.powi(3);
        }
    }
    let ideal: f64 = moles.iter().map(|m| m * ((m / volume).ln() - 1.0)).sum();
    temperature * (ideal + hard - 2.0 * attraction / volume)
}

#[test]
fn pressure_entropy_and_chemical_potentials() {
    let p = Parameters {
        sigma: vec![1.0, 1.2, 0.9],
        epsilon: vec![1.5, 1.1, 0.8],
        k: vec![vec![0.0, 0.05, -0.02], vec![0.05, 0.0, 0.01], vec![-0.02, 0.01, 0.0]],
    };
    let at = [2.0, 10.0, 1.0, 2.0, 0.5];
    let (dt, dv, dn) = helmholtz_energy::grad(at[0], at[1], &at[2..], &p);
    let flat = |v: &[f64]| helmholtz_energy(v[0], v[1], &v[2..], &p);
    assert_matches_central(&[&[dt, dv][..], &dn].concat(), flat, &at);
}
