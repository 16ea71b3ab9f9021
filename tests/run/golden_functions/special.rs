//! The golden function that needs `erf`, which is not in std: a user brings it with a rule.

use super::{check, Run};
use backprop::grad;

/// Series for small arguments, continued fraction of `erfc` for large ones (DLMF 7.6.2, 7.9.1).
#[grad(vjp = erf_vjp)]
fn erf(x: f64) -> f64 {
    let square = x * x;
    let scale = std::f64::consts::FRAC_2_SQRT_PI * (-square).exp();
    if x.abs() < 3.0 {
        let (mut term, mut sum, mut k) = (x, x, 0.0);
        while term.abs() > 1e-18 * sum.abs() {
            k += 1.0;
            term *= 2.0 * square / (2.0 * k + 1.0);
            sum += term;
        }
        scale * sum
    } else {
        let mut tail = x.abs();
        for k in (1..60).rev() {
            tail = x.abs() + 0.5 * f64::from(k) / tail;
        }
        x.signum() * (1.0 - 0.5 * scale / tail)
    }
}

fn erf_vjp(x: f64) -> (f64, impl FnOnce(f64) -> f64) {
    let slope = std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp();
    (erf(x), move |seed| seed * slope)
}

#[grad]
fn normal_cdf(z: f64) -> f64 {
    0.5 * (1.0 + erf(z * std::f64::consts::FRAC_1_SQRT_2))
}

#[allow(non_snake_case)]
#[grad]
fn black_scholes(S: f64, K: f64, r: f64, sigma: f64, T: f64) -> f64 {
    let total = sigma * T.sqrt();
    let d1 = ((S / K).ln() + (r + 0.5 * sigma * sigma) * T) / total;
    let d2 = d1 - total;
    S * normal_cdf(d1) - K * (-r * T).exp() * normal_cdf(d2)
}

#[test]
fn call_price_and_its_greeks() {
    check("black_scholes", |x, _| {
        let [s, k, r, sigma, t] = x.try_into().unwrap();
        let (value, (delta, strike, rho, vega, theta)) = black_scholes::value_and_grad(s, k, r, sigma, t);
        Run {
            plain: black_scholes(s, k, r, sigma, t),
            value,
            gradient: vec![delta, strike, rho, vega, theta],
        }
    });
}
