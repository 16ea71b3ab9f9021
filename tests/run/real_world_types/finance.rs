//! blackscholes with an `Option` field and `Result`s, RustQuant's barrier option as a method with closures that call closures.
//! The user's change: the derive, one attribute per function and method.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};

// ---- blackscholes, f64, Option fields, Result
#[derive(Clone, Copy, Debug, PartialEq)]
enum OptionType {
    Call,
    Put,
}

#[derive(Clone, Debug, Differentiable)]
struct Inputs {
    #[no_grad]
    option_type: OptionType,
    s: f64,
    k: f64,
    p: Option<f64>,
    r: f64,
    q: f64,
    t: f64,
    sigma: Option<f64>,
}

#[grad]
fn cnd(x: f64) -> f64 {
    // Abramowitz and Stegun, as in many codes
    const A: [f64; 5] = [0.319_381_53, -0.356_563_78, 1.781_477_9, -1.821_256, 1.330_274_4];
    let l = x.abs();
    let k = (1.0 + 0.231_641_9 * l).recip();
    let poly = A.iter().rev().fold(0.0f64, |acc, a| (acc + a) * k);
    let w = 1.0 - (-0.5 * l * l).exp() / (2.0 * std::f64::consts::PI).sqrt() * poly;
    if x < 0.0 {
        1.0 - w
    } else {
        w
    }
}

impl Inputs {
    #[grad]
    fn d1_d2(&self) -> Result<(f64, f64), String> {
        let sigma =
            self.sigma.ok_or_else(|| "Expected Some(f64) for self.sigma, received None".to_string())?;
        let (num, den) = {
            let part1 = (self.s / self.k).ln();
            if part1.is_infinite() {
                return Err("Log from s/k is infinity".into());
            }
            let part2 = (self.r - self.q + sigma.powi(2) / 2.0) * self.t;
            (part1 + part2, sigma * self.t.sqrt())
        };
        let d1 = num / den;
        Ok((d1, d1 - den))
    }

    #[grad]
    fn calc_price(&self) -> Result<f64, String> {
        let (d1, d2) = self.d1_d2()?;
        let sign: f64 = match self.option_type {
            OptionType::Call => 1.0,
            OptionType::Put => -1.0,
        };
        let (nd1, nd2) = (cnd(sign * d1), cnd(sign * d2));
        let (disc_s, disc_k) = (self.s * (-self.q * self.t).exp(), self.k * (-self.r * self.t).exp());
        let raw = match self.option_type {
            OptionType::Call => f64::max(0.0, nd1 * disc_s - nd2 * disc_k),
            OptionType::Put => (nd2 * disc_k - nd1 * disc_s).max(0.0),
        };
        Ok(raw)
    }
}

// ---- RustQuant: gaussian as struct, barrier as method with closures
#[derive(Clone, Copy, Differentiable)]
struct Gaussian {
    mean: f64,
    variance: f64,
}
impl Gaussian {
    #[grad]
    fn cdf(&self, x: f64) -> f64 {
        0.5 * backprop::special::erfc(-(x - self.mean) / (self.variance.sqrt() * std::f64::consts::SQRT_2))
    }
}

#[derive(Clone, Copy, Debug)]
enum BarrierType {
    CUI,
    CDI,
    CUO,
    CDO,
    PUI,
    PDI,
    PUO,
    PDO,
}

#[derive(Clone, Copy, Differentiable)]
struct BarrierOption {
    initial_price: f64,
    strike_price: f64,
    barrier: f64,
    risk_free_rate: f64,
    volatility: f64,
    dividend_rate: Option<f64>,
    rebate: f64,
    time_to_maturity: f64,
}

#[allow(non_snake_case)]
impl BarrierOption {
    #[grad]
    fn price(&self, #[no_grad] type_flag: BarrierType) -> f64 {
        let S = self.initial_price;
        let X = self.strike_price;
        let H = self.barrier;
        let r = self.risk_free_rate;
        let q = self.dividend_rate.unwrap_or(0.0);
        let K = self.rebate;
        let v = self.volatility;
        let t = self.time_to_maturity;
        let b = r - q;
        let N = Gaussian { mean: 0.0, variance: 1.0 };
        let mu = (b - v * v / 2.0) / (v * v);
        let lambda = (mu * mu + 2.0 * r / (v * v)).sqrt();
        let common = |num: f64| num.ln() / (v * t.sqrt());
        let shift = (1.0 + mu) * (v * t.sqrt());
        let x1 = common(S / X) + shift;
        let x2 = common(S / H) + shift;
        let y1 = common(H * H / (S * X)) + shift;
        let y2 = common(H / S) + shift;
        let z = common(H / S) + lambda * (v * t.sqrt());
        let term = |phi: f64, x: f64| -> f64 {
            phi * S * ((b - r) * t).exp() * N.cdf(phi * x)
                - phi * X * (-r * t).exp() * N.cdf(phi * (x - v * t.sqrt()))
        };
        let refl = |phi: f64, eta: f64, y: f64| {
            let p = (H / S).powf(2.0 * mu);
            phi * S * ((b - r) * t).exp() * p * (H / S) * (H / S) * N.cdf(eta * y)
                - phi * X * (-r * t).exp() * p * N.cdf(eta * y - eta * v * t.sqrt())
        };
        let A = |phi| term(phi, x1);
        let B = |phi| term(phi, x2);
        let C = |phi, eta| refl(phi, eta, y1);
        let D = |phi, eta| refl(phi, eta, y2);
        let E = |eta: f64| {
            K * (-r * t).exp()
                * (N.cdf(eta * x2 - eta * v * t.sqrt())
                    - (H / S).powf(2.0 * mu) * N.cdf(eta * y2 - eta * v * t.sqrt()))
        };
        let F = |eta: f64| {
            K * ((H / S).powf(mu + lambda) * N.cdf(eta * z)
                + (H / S).powf(mu - lambda) * N.cdf(eta * z - 2.0 * eta * lambda * v * t.sqrt()))
        };
        use BarrierType::*;
        match type_flag {
            CUI | CUO if S >= H => 0.0,
            CDI if X >= H => C(1.0, 1.0) + E(1.0),
            CDI => A(1.0) - B(1.0) + D(1.0, 1.0) + E(1.0),
            CUI if X >= H => A(1.0) + E(-1.0),
            CUI => B(1.0) - C(1.0, -1.0) + D(1.0, -1.0) + E(-1.0),
            PDI if X >= H => B(-1.0) - C(-1.0, 1.0) + D(-1.0, 1.0) + E(1.0),
            PDI => A(-1.0) + E(1.0),
            PUI if X >= H => A(-1.0) - B(-1.0) + D(-1.0, -1.0) + E(-1.0),
            PUI => C(-1.0, -1.0) + E(-1.0),
            CDO if X >= H => A(1.0) - C(1.0, 1.0) + F(1.0),
            CDO => B(1.0) - D(1.0, 1.0) + F(1.0),
            CUO if X >= H => F(-1.0),
            CUO => A(1.0) - B(1.0) + C(1.0, -1.0) - D(1.0, -1.0) + F(-1.0),
            PDO if X >= H => A(-1.0) - B(-1.0) + C(-1.0, 1.0) - D(-1.0, 1.0) + F(1.0),
            PDO => F(1.0),
            PUO if X >= H => B(-1.0) - D(-1.0, -1.0) + F(-1.0),
            PUO => A(-1.0) - C(-1.0, -1.0) + F(-1.0),
        }
    }
}

#[test]
fn gradients_of_prices() {
    let inputs = |v: &[f64], option_type| Inputs {
        option_type,
        s: v[0],
        k: v[1],
        p: None,
        r: v[2],
        q: v[3],
        t: v[4],
        sigma: v.get(5).copied(),
    };
    let at = [100.0, 105.0, 0.05, 0.02, 0.7, 0.3];
    for ty in [OptionType::Call, OptionType::Put] {
        let i = inputs(&at, ty);
        let (y, pullback) = i.calc_price_vjp();
        assert_eq!(y, i.calc_price());
        let d = pullback(Ok(1.0));
        let gradient = [d.s, d.k, d.r, d.q, d.t, d.sigma.unwrap()];
        assert_matches_central(&gradient, |v| inputs(v, ty).calc_price().unwrap(), &at);
    }
    let without = inputs(&at[..5], OptionType::Call);
    assert!(without.calc_price_vjp().0.unwrap_err().starts_with("Expected"));
}

#[test]
fn gradients_of_barriers() {
    use BarrierType::*;
    for (x, h) in [(110.0, 95.0), (90.0, 105.0), (90.0, 95.0), (110.0, 105.0)] {
        for t in [CUI, CDI, CUO, CDO, PUI, PDI, PUO, PDO] {
            let o = |v: &[f64]| BarrierOption {
                initial_price: v[0],
                strike_price: v[1],
                barrier: v[2],
                risk_free_rate: v[3],
                volatility: v[4],
                dividend_rate: Some(v[5]),
                rebate: v[6],
                time_to_maturity: v[7],
            };
            let at = [100.0, x, h, 0.08, 0.25, 0.04, 3.0, 0.5];
            let d = o(&at).price_grad(t);
            assert_matches_central(
                &[
                    d.initial_price,
                    d.strike_price,
                    d.barrier,
                    d.risk_free_rate,
                    d.volatility,
                    d.dividend_rate.unwrap(),
                    d.rebate,
                    d.time_to_maturity,
                ],
                |v| o(v).price(t),
                &at,
            );
        }
    }
}
