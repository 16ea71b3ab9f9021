//! lumol: potentials as types, an enum of them, and the energy of a configuration by nested iterator chains.
//! The user's change: the derive, one attribute per method.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};

#[derive(Clone, Copy, Debug, Differentiable)]
struct LennardJones {
    sigma: f64,
    epsilon: f64,
}
impl LennardJones {
    #[grad]
    #[inline]
    fn energy(&self, r: f64) -> f64 {
        let s6 = f64::powi(self.sigma / r, 6);
        4.0 * self.epsilon * (f64::powi(s6, 2) - s6)
    }
}
#[derive(Clone, Copy, Debug, Differentiable)]
struct Harmonic {
    k: f64,
    x0: f64,
}
impl Harmonic {
    #[grad]
    fn energy(&self, x: f64) -> f64 {
        let dx = x - self.x0;
        0.5 * self.k * dx * dx
    }
}
#[derive(Clone, Copy, Debug, Differentiable)]
struct Morse {
    depth: f64,
    a: f64,
    x0: f64,
}
impl Morse {
    #[grad]
    fn energy(&self, r: f64) -> f64 {
        self.depth * ((-self.a * (r - self.x0)).exp() - 1.0).powi(2)
    }
}
#[derive(Clone, Copy, Debug, Differentiable)]
struct Buckingham {
    a: f64,
    c: f64,
    rho: f64,
}
impl Buckingham {
    #[grad]
    fn energy(&self, r: f64) -> f64 {
        let r3 = r * r * r;
        self.a * f64::exp(-r / self.rho) - self.c / (r3 * r3)
    }
}
#[derive(Clone, Copy, Debug, Differentiable)]
struct Mie {
    sigma: f64,
    n: f64,
    m: f64,
    prefactor: f64,
}
impl Mie {
    #[grad]
    fn new(sigma: f64, epsilon: f64, n: f64, m: f64) -> Self {
        assert!(m < n, "The repulsive exponent n has to be larger than the attractive exponent m");
        let prefactor = n / (n - m) * (n / m).powf(m / (n - m)) * epsilon;
        Mie { sigma, n, m, prefactor }
    }
    #[grad]
    fn energy(&self, r: f64) -> f64 {
        let sigma_r = self.sigma / r;
        let repulsive = f64::powf(sigma_r, self.n);
        let attractive = f64::powf(sigma_r, self.m);
        self.prefactor * (repulsive - attractive)
    }
}
#[derive(Clone, Copy, Debug, Differentiable)]
enum Potential {
    Lj(LennardJones),
    Spring(Harmonic),
    Morse(Morse),
    Gauss { a: f64, b: f64 },
    Null,
}
impl Potential {
    #[grad]
    fn energy(&self, r: f64) -> f64 {
        match self {
            Potential::Lj(lj) => lj.energy(r),
            Potential::Spring(h) => h.energy(r),
            Self::Morse(m) => m.energy(r),
            Self::Gauss { a, b } => -a * (-b * r * r).exp(),
            Self::Null => 0.0,
        }
    }
}
// Total energy of atoms: struct of positions, pair iteration
#[derive(Clone, Debug, Differentiable)]
struct Configuration {
    positions: Vec<[f64; 3]>,
    cutoff: f64,
    kinds: Vec<usize>,
}
#[grad]
fn distance(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a.iter().zip(b.iter()).map(|(p, q)| (p - q).powi(2)).sum::<f64>().sqrt()
}
impl Configuration {
    #[grad]
    fn energy(&self, table: &[Potential]) -> f64 {
        let n = self.positions.len();
        (0..n)
            .flat_map(|i| (i + 1..n).map(move |j| (i, j)))
            .map(|(i, j)| {
                let r = distance(&self.positions[i], &self.positions[j]);
                if r > self.cutoff {
                    0.0
                } else {
                    table[self.kinds[i] * 2 + self.kinds[j]].energy(r)
                }
            })
            .sum()
    }
}
#[grad]
fn mie_at(sigma: f64, eps: f64, n: f64, m: f64, r: f64) -> f64 {
    Mie::new(sigma, eps, n, m).energy(r)
}
#[grad]
fn sum_of<const N: usize>(ps: &[Potential; N], r: f64) -> f64 {
    ps.iter().map(|p| p.energy(r)).sum()
}
#[test]
fn gradients_of_potentials() {
    assert_matches_central(
        &{
            let (d, r) = LennardJones { sigma: 1.1, epsilon: 0.7 }.energy_grad(1.3);
            [d.sigma, d.epsilon, r]
        },
        |v| LennardJones { sigma: v[0], epsilon: v[1] }.energy(v[2]),
        &[1.1, 0.7, 1.3],
    );
    assert_matches_central(
        &{
            let (d, r) = Buckingham { a: 1.1, c: 0.7, rho: 0.4 }.energy_grad(1.3);
            [d.a, d.c, d.rho, r]
        },
        |v| Buckingham { a: v[0], c: v[1], rho: v[2] }.energy(v[3]),
        &[1.1, 0.7, 0.4, 1.3],
    );
    let (a, b, c, d, e) = mie_at::grad(1.1, 0.6, 12.0, 6.0, 1.3);
    assert_matches_central(
        &[a, b, c, d, e],
        |v| mie_at(v[0], v[1], v[2], v[3], v[4]),
        &[1.1, 0.6, 12.0, 6.0, 1.3],
    );
    let ps = |v: &[f64]| {
        [
            Potential::Lj(LennardJones { sigma: v[0], epsilon: v[1] }),
            Potential::Spring(Harmonic { k: v[2], x0: v[3] }),
            Potential::Morse(Morse { depth: v[4], a: v[5], x0: v[6] }),
            Potential::Gauss { a: v[7], b: v[8] },
            Potential::Null,
        ]
    };
    let at = [1.1, 0.7, 2.0, 1.2, 0.5, 1.4, 1.0, 0.8, 0.9, 1.3];
    let (d, r) = sum_of::grad::<5>(&ps(&at), at[9]);
    let mut got = vec![];
    for p in &d {
        match p {
            PotentialTangent::Lj(l) => got.extend([l.sigma, l.epsilon]),
            PotentialTangent::Spring(l) => got.extend([l.k, l.x0]),
            PotentialTangent::Morse(l) => got.extend([l.depth, l.a, l.x0]),
            PotentialTangent::Gauss { a, b } => got.extend([*a, *b]),
            PotentialTangent::Null => {}
        }
    }
    got.push(r);
    assert_matches_central(&got, |v| sum_of(&ps(v), v[9]), &at);
    let conf = |v: &[f64]| Configuration {
        positions: v[..12].chunks(3).map(|c| [c[0], c[1], c[2]]).collect(),
        cutoff: 3.0,
        kinds: vec![0, 1, 1, 0],
    };
    let x: Vec<f64> = (0..12).map(|k| (k as f64 * 1.7).sin() * 1.5).collect();
    let table = [
        Potential::Lj(LennardJones { sigma: 0.5, epsilon: 0.7 }),
        Potential::Morse(Morse { depth: 0.5, a: 1.4, x0: 1.0 }),
        Potential::Morse(Morse { depth: 0.3, a: 1.4, x0: 1.0 }),
        Potential::Spring(Harmonic { k: 0.4, x0: 1.0 }),
    ];
    let (d, _t) = conf(&x).energy_grad(&table);
    assert_matches_central(&d.positions.concat(), |v| conf(v).energy(&table), &x);
}
