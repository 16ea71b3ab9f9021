//! Option prices, barriers and pair potentials, with structs, operators, const generics and boxes.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};
use std::f64::consts::{FRAC_1_SQRT_2, PI, SQRT_2};
use std::ops::{Add, Mul, Sub};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Side {
    Call,
    Put,
}
#[derive(Clone, Debug)]
pub enum Missing {
    Field(&'static str),
    Negative { name: String, value: f64 },
}
impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}
impl std::error::Error for Missing {}

#[derive(Clone, Debug, Differentiable)]
pub struct Quote {
    spot: f64,
    strike: f64,
    vol: Option<f64>,
    rate: Option<f64>,
    yields: [Option<f64>; 2],
    days: u32,
    #[no_grad]
    side: Side,
}

#[grad]
fn cdf(x: f64) -> f64 {
    0.5 * backprop::special::erfc(-x * FRAC_1_SQRT_2)
}

impl Quote {
    const YEAR: f64 = 365.25;
    fn years(&self) -> f64 {
        f64::from(self.days) / Self::YEAR
    }
    #[grad]
    fn need(&self) -> Result<(f64, f64, f64), Missing> {
        let vol = self.vol.ok_or(Missing::Field("vol"))?;
        let rate = self.rate.ok_or_else(|| Missing::Field("rate"))?;
        let q = self.yields.iter().map(|y| y.unwrap_or(0.0)).sum::<f64>();
        if vol < 0.0 {
            return Err(Missing::Negative { name: "vol".to_owned(), value: vol });
        }
        Ok((vol, rate, q))
    }
    #[grad]
    fn d(&self, (vol, rate, q): (f64, f64, f64)) -> [f64; 2] {
        let t = f64::from(self.days) / Self::YEAR;
        let sd = vol * t.sqrt();
        let mid = ((self.spot / self.strike).ln() + (rate - q) * t) / sd;
        [0.5, -0.5].map(|h| mid + h * sd)
    }
    #[grad]
    fn price(&self) -> Result<f64, Missing> {
        let all @ (_, rate, q) = self.need()?;
        let [d1, d2] = self.d(all);
        let t = f64::from(self.days) / Self::YEAR;
        let sign = match self.side {
            Side::Call => 1.0,
            Side::Put => -1.0,
        };
        let legs = [(self.spot, q, d1, 1.0), (self.strike, rate, d2, -1.0)];
        let v: f64 = legs.iter().map(|&(s, r, d, w)| w * s * (-r * t).exp() * cdf(sign * d)).sum();
        Ok(f64::max(sign * v, 0.0))
    }
}
fn quote(x: &[f64], side: Side) -> Quote {
    Quote {
        spot: x[0],
        strike: x[1],
        vol: Some(x[2]),
        rate: Some(x[3]),
        yields: [Some(x[4]), None],
        days: 200,
        side,
    }
}
#[test]
fn black_scholes() {
    for side in [Side::Call, Side::Put] {
        let x = [101.0, 98.0, 0.25, 0.03, 0.01];
        let (y, pb) = {
            let q = quote(&x, side);
            let (y, pb) = q.price_vjp();
            (y.unwrap(), pb(Ok(1.0)))
        };
        let _ = y;
        let mut g = vec![];
        backprop::Tangent::to_flat(&pb, &mut g);
        assert_matches_central(&g, |x| quote(x, side).price().unwrap(), &x);
    }
    let mut q = quote(&[101.0, 98.0, 0.25, 0.03, 0.01], Side::Call);
    q.rate = None;
    let (y, pb) = q.price_vjp();
    assert!(matches!(y, Err(Missing::Field("rate"))));
    let mut g = vec![];
    backprop::Tangent::to_flat(&pb(Err(())), &mut g);
    assert!(g.iter().all(|v| *v == 0.0));
}

// 2: barrier, struct with closures
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    UpIn,
    UpOut,
    DownIn,
    DownOut,
}
#[allow(non_snake_case)]
#[derive(Clone, Copy, Debug, Differentiable)]
pub struct Barrier {
    S: f64,
    X: f64,
    H: f64,
    K: f64,
    r: f64,
    q: f64,
    σ: f64,
    T: f64,
}
impl Barrier {
    #[grad]
    #[allow(non_snake_case)]
    fn price(&self, #[no_grad] kind: Kind, call: bool) -> f64 {
        let &Barrier { S, X, H, K, r, q, σ, T } = self;
        let b = r - q;
        let v = σ * T.sqrt();
        let μ = (b - σ.powi(2) / 2.0) / σ.powi(2);
        let λ = (μ * μ + 2.0 * r / σ.powi(2)).sqrt();
        let x = |a: f64| a.ln() / v + (1.0 + μ) * v;
        let (x1, x2, y1, y2) = (x(S / X), x(S / H), x(H.powi(2) / (S * X)), x(H / S));
        let z = (H / S).ln() / v + λ * v;
        let φ = if call { 1.0 } else { -1.0 };
        let η = match kind {
            Kind::DownIn | Kind::DownOut => 1.0,
            _ => -1.0,
        };
        let (df, dq) = ((-r * T).exp(), ((b - r) * T).exp());
        let h = H / S;
        let plain = |x: f64| φ * (S * dq * cdf(φ * x) - X * df * cdf(φ * (x - v)));
        let mirrored = |y: f64| {
            φ * (S * dq * h.powf(2.0 * (μ + 1.0)) * cdf(η * y) - X * df * h.powf(2.0 * μ) * cdf(η * (y - v)))
        };
        let rebate_in = || K * df * (cdf(η * (x2 - v)) - h.powf(2.0 * μ) * cdf(η * (y2 - v)));
        let rebate_out =
            move || K * (h.powf(μ + λ) * cdf(η * z) + h.powf(μ - λ) * cdf(η * (z - 2.0 * λ * v)));
        match (kind, call) {
            (Kind::DownIn, true) if X >= H => mirrored(y1) + rebate_in(),
            (Kind::DownIn, true) => plain(x1) - plain(x2) + mirrored(y2) + rebate_in(),
            (Kind::UpIn, true) if X < H => plain(x2) - mirrored(y1) + mirrored(y2) + rebate_in(),
            (Kind::UpIn, _) => plain(x1) + rebate_in(),
            (Kind::DownOut, _) => plain(x1) - mirrored(y1) + rebate_out(),
            (k, c) => {
                if c {
                    rebate_out()
                } else {
                    let w = if matches!(k, Kind::UpOut) { 1.0 } else { 0.5 };
                    w * plain(x1) - mirrored(y1) + rebate_out()
                }
            }
        }
    }
}
#[test]
fn barrier() {
    let mk = |x: &[f64]| Barrier { S: x[0], X: x[1], H: x[2], K: x[3], r: x[4], q: x[5], σ: x[6], T: x[7] };
    for kind in [Kind::UpIn, Kind::UpOut, Kind::DownIn, Kind::DownOut] {
        for call in [true, false] {
            for xh in [90.0, 110.0] {
                let x = [100.0, xh, 98.0, 3.0, 0.04, 0.01, 0.3, 0.7];
                let d = mk(&x).price_grad(kind, call);
                let mut g = vec![];
                backprop::Tangent::to_flat(&d, &mut g);
                assert_matches_central(&g, |x| mk(x).price(kind, call), &x);
            }
        }
    }
}

// 3: potentials as an enum of structs, operators on a vector type
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct V<const N: usize>([f64; N]);
#[grad]
impl<const N: usize> Add for V<N> {
    type Output = V<N>;
    fn add(self, o: V<N>) -> V<N> {
        {
            let sum: [f64; N] = std::array::from_fn(|i| self.0[i] + o.0[i]);
            V(sum)
        }
    }
}
#[grad]
impl<const N: usize> Sub for V<N> {
    type Output = V<N>;
    fn sub(self, o: V<N>) -> V<N> {
        let mut r = self;
        r.0.iter_mut().zip(&o.0).for_each(|(a, b)| *a -= b);
        r
    }
}
#[grad]
impl<const N: usize> Mul<f64> for V<N> {
    type Output = V<N>;
    fn mul(self, k: f64) -> V<N> {
        V(self.0.map(|v| v * k))
    }
}
impl<const N: usize> V<N> {
    #[grad]
    fn norm(&self) -> f64 {
        self.0.iter().map(|v| v * v).sum::<f64>().sqrt()
    }
    #[grad]
    fn dot(self, o: &Self) -> f64 {
        self.0.iter().zip(o.0.iter()).fold(0.0, |s, (a, b)| s + a * b)
    }
}
#[derive(Clone, Debug, Differentiable)]
pub enum Pair {
    Lj { sigma: f64, epsilon: f64 },
    Buckingham(f64, f64, f64),
    Morse { a: f64, x0: f64, depth: f64 },
    Mie { sigma: f64, prefac: f64, n: i32, m: i32 },
    Sum(Vec<Pair>),
    Shifted(Box<Pair>, f64),
    Null,
}
impl Pair {
    #[grad]
    fn energy(&self, r: f64) -> f64 {
        match self {
            Pair::Lj { sigma, epsilon } => {
                let s6 = f64::powi(sigma / r, 6);
                4.0 * epsilon * (f64::powi(s6, 2) - s6)
            }
            Pair::Buckingham(a, c, rho) => a * f64::exp(-r / rho) - c / r.powi(6),
            &Pair::Morse { a, x0, depth } => {
                let e = 1.0 - f64::exp((x0 - r) * a);
                depth * e * e
            }
            Pair::Mie { sigma, prefac, n, m } => {
                let k = sigma / r;
                prefac * (k.powi(*n) - k.powi(*m))
            }
            Pair::Sum(all) => all.iter().map(|p| p.energy(r)).sum(),
            Pair::Shifted(inner, cut) => {
                if r < *cut {
                    inner.energy(r) - inner.energy(*cut)
                } else {
                    0.0
                }
            }
            Pair::Null => 0.0,
        }
    }
}
fn pot(x: &[f64]) -> Pair {
    Pair::Sum(vec![
        Pair::Lj { sigma: x[0], epsilon: x[1] },
        Pair::Shifted(Box::new(Pair::Buckingham(x[2], x[3], x[4])), x[5]),
        Pair::Null,
        Pair::Shifted(
            Box::new(Pair::Sum(vec![
                Pair::Morse { a: x[6], x0: x[7], depth: x[8] },
                Pair::Mie { sigma: x[9], prefac: x[10], n: 9, m: 6 },
            ])),
            x[11],
        ),
    ])
}
#[grad]
fn total<const N: usize>(at: &[V<N>], p: &Pair, k: f64) -> f64 {
    let mut e = 0.0;
    'outer: for (i, a) in at.iter().enumerate() {
        for b in at[i + 1..].iter() {
            let d = *b - *a;
            let r = d.norm();
            if r > 4.0 {
                continue 'outer;
            }
            e += p.energy(r) + k * d.dot(a);
        }
    }
    e + (at[0] + at[1] * k).norm()
}
#[test]
fn potentials() {
    let x = [1.1, 0.8, 4.0, 0.3, 0.7, 2.5, 1.2, 0.9, 0.6, 1.05, 0.4, 0.5, 1.3];
    let d = pot(&x).energy_grad(x[12]);
    let mut g = vec![];
    backprop::Tangent::to_flat(&d.0, &mut g);
    g.push(d.1);
    assert_matches_central(&g, |x| pot(x).energy(x[12]), &x);
    let mut all = x[..12].to_vec();
    all.extend([0.1, 0.2, 0.3, 1.2, 0.4, -0.3, -0.5, 0.9, 1.1, 5.0, 5.0, 5.0, 0.7]);
    let at = |x: &[f64]| -> Vec<V<3>> { x[12..24].chunks(3).map(|c| V([c[0], c[1], c[2]])).collect() };
    let f = |x: &[f64]| total(&at(x), &pot(x), x[24]);
    let (da, dp, dk) = total::grad(&at(&all), &pot(&all), all[24]);
    let mut g = vec![];
    backprop::Tangent::to_flat(&dp, &mut g);
    backprop::Tangent::to_flat(&da, &mut g);
    g.push(dk);
    assert_matches_central(&g, f, &all);
    let _ = (PI, SQRT_2);
}
