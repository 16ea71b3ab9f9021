//! RustQuant: a barrier option by ten locals, six capturing closures and a match with guards.
//! The user's change: the cdf gets a rule (or `#[grad]`), the price one attribute.

use crate::oracle::assert_matches_central;
use backprop::grad;

#[derive(Clone, Copy, PartialEq)]
enum TypeFlag {
    CallDownIn,
    CallUpIn,
    PutDownIn,
    PutUpIn,
    CallDownOut,
    PutUpOut,
}

/// Logistic approximation of the normal distribution: smooth, enough for the structure.
#[grad]
fn cdf(x: f64) -> f64 {
    1.0 / (1.0 + (-(1.5976 * x + 0.070_565_992 * x.powi(3))).exp())
}

struct Barrier {
    initial: f64,
    strike: f64,
    barrier: f64,
    rate: f64,
    volatility: f64,
    dividend: f64,
    rebate: f64,
    years: f64,
}

#[allow(non_snake_case)]
#[grad(wrt(S, X, H, v))]
#[rustfmt::skip]
fn price(S: f64, X: f64, H: f64, v: f64, #[no_grad] o: &Barrier, #[no_grad] type_flag: TypeFlag) -> f64 {
    let t = o.years;
    let r = o.rate;
    let K = o.rebate;
    let b = r - o.dividend;
    let mu = (b - v * v / 2.0) / (v * v);
    let lambda = (mu * mu + 2.0 * r / (v * v)).sqrt();
    let root = v * t.sqrt();

    let x1 = (S / X).ln() / root + (1.0 + mu) * root;
    let x2 = (S / H).ln() / root + (1.0 + mu) * root;
    let y1 = (H * H / (S * X)).ln() / root + (1.0 + mu) * root;
    let y2 = (H / S).ln() / root + (1.0 + mu) * root;
    let z = (H / S).ln() / root + lambda * root;

    let carry = ((b - r) * t).exp();
    let discount = (-r * t).exp();

    let A = |phi: f64| phi * S * carry * cdf(phi * x1) - phi * X * discount * cdf(phi * x1 - phi * root);
    let B = |phi: f64| phi * S * carry * cdf(phi * x2) - phi * X * discount * cdf(phi * x2 - phi * root);
    let C = |phi: f64, eta: f64| phi * S * carry * (H / S).powf(2.0 * (mu + 1.0)) * cdf(eta * y1)
        - phi * X * discount * (H / S).powf(2.0 * mu) * cdf(eta * y1 - eta * root);
    let D = |phi: f64, eta: f64| phi * S * carry * (H / S).powf(2.0 * (mu + 1.0)) * cdf(eta * y2)
        - phi * X * discount * (H / S).powf(2.0 * mu) * cdf(eta * y2 - eta * root);
    let E = |eta: f64| K * discount * (cdf(eta * x2 - eta * root) - (H / S).powf(2.0 * mu) * cdf(eta * y2 - eta * root));
    let F = |eta: f64| K * ((H / S).powf(mu + lambda) * cdf(eta * z) + (H / S).powf(mu - lambda) * cdf(eta * z - 2.0 * eta * lambda * root));

    match type_flag {
        TypeFlag::CallDownIn if X >= H => C(1.0, 1.0) + E(1.0),
        TypeFlag::CallDownIn => A(1.0) - B(1.0) + D(1.0, 1.0) + E(1.0),
        TypeFlag::CallUpIn if X >= H => A(1.0) + E(-1.0),
        TypeFlag::CallUpIn => B(1.0) - C(1.0, -1.0) + D(1.0, -1.0) + E(-1.0),
        TypeFlag::PutDownIn if X >= H => B(-1.0) - C(-1.0, 1.0) + D(-1.0, 1.0) + E(1.0),
        TypeFlag::PutDownIn => A(-1.0) + E(1.0),
        TypeFlag::PutUpIn => A(-1.0) - B(-1.0) + D(-1.0, -1.0) + E(-1.0),
        TypeFlag::CallDownOut if X >= H => A(1.0) - C(1.0, 1.0) + F(1.0),
        TypeFlag::CallDownOut => B(1.0) - D(1.0, 1.0) + F(1.0),
        TypeFlag::PutUpOut => B(-1.0) - D(-1.0, -1.0) + F(-1.0),
    }
}

#[test]
fn greeks_of_every_kind() {
    use TypeFlag::{CallDownIn, CallDownOut, CallUpIn, PutDownIn, PutUpIn, PutUpOut};
    for (strike, barrier) in [(110.0, 95.0), (90.0, 105.0)] {
        for flag in [CallDownIn, CallUpIn, PutDownIn, PutUpIn, CallDownOut, PutUpOut] {
            let o = Barrier {
                initial: 100.0,
                strike,
                barrier,
                rate: 0.08,
                volatility: 0.25,
                dividend: 0.04,
                rebate: 3.0,
                years: 0.5,
            };
            let at = [o.initial, o.strike, o.barrier, o.volatility];
            let (s, x, h, v) = price::grad(at[0], at[1], at[2], at[3], &o, flag);
            assert_matches_central(&[s, x, h, v], |p| price(p[0], p[1], p[2], p[3], &o, flag), &at);
        }
    }
}
