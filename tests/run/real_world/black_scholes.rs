//! blackscholes: a price from optional fields, with `?`, an enum match and helpers, followed upstream by
//! seventeen hand-written Greeks. The user's change: the derive and attributes; the Greeks can go.

use crate::oracle::assert_close;
use backprop::{grad, Differentiable};

#[derive(Clone, Copy, PartialEq)]
enum OptionType {
    Call,
    Put,
}

#[derive(Differentiable, Clone, Copy)]
struct Inputs {
    #[no_grad]
    option_type: OptionType,
    s: f64,
    k: f64,
    r: f64,
    q: f64,
    t: f64,
    sigma: Option<f64>,
}

/// Abramowitz and Stegun 26.2.17, differentiated as written.
#[grad]
fn cdf(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
    let poly = t
        * (0.319_381_530
            + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let tail = (-0.5 * x * x).exp() * 0.398_942_280_401_432_7 * poly;
    if x >= 0.0 {
        1.0 - tail
    } else {
        tail
    }
}

#[grad]
fn calc_d1d2(inputs: &Inputs) -> Result<(f64, f64), String> {
    let sigma = inputs.sigma.ok_or("expected sigma, received None")?;
    let part1 = (inputs.s / inputs.k).ln();
    if part1.is_infinite() {
        return Err("log from s/k is infinity".to_string());
    }
    let part2 = (inputs.r - inputs.q + sigma.powi(2) / 2.0) * inputs.t;
    let denominator = sigma * inputs.t.sqrt();
    let d1 = (part1 + part2) / denominator;
    Ok((d1, d1 - denominator))
}

#[grad]
fn calc_price(inputs: &Inputs) -> Result<f64, String> {
    let (d1, d2) = calc_d1d2(inputs)?;
    let discount = (-inputs.r * inputs.t).exp();
    let carry = (-inputs.q * inputs.t).exp();
    let price = match inputs.option_type {
        OptionType::Call => f64::max(0.0, cdf(d1) * inputs.s * carry - cdf(d2) * inputs.k * discount),
        OptionType::Put => f64::max(0.0, cdf(-d2) * inputs.k * discount - cdf(-d1) * inputs.s * carry),
    };
    Ok(price)
}

#[grad]
fn price_or_zero(inputs: &Inputs) -> f64 {
    match calc_price(inputs) {
        Ok(price) => price,
        Err(_) => 0.0,
    }
}

fn inputs(option_type: OptionType) -> Inputs {
    Inputs { option_type, s: 100.0, k: 105.0, r: 0.03, q: 0.01, t: 0.75, sigma: Some(0.25) }
}

#[test]
fn greeks_from_one_gradient() {
    for option_type in [OptionType::Call, OptionType::Put] {
        let at = inputs(option_type);
        let d = price_or_zero::grad(&at);
        let difference = |change: &dyn Fn(&mut Inputs, f64)| {
            let price = |h: f64| {
                let mut moved = at;
                change(&mut moved, h);
                price_or_zero(&moved)
            };
            (price(1e-5) - price(-1e-5)) / 2e-5
        };
        let close = |a: f64, e: f64| crate::oracle::assert_close_to(a, e, 1e-6);
        close(d.s, difference(&|i, h| i.s += h));
        close(d.k, difference(&|i, h| i.k += h));
        close(d.r, difference(&|i, h| i.r += h));
        close(d.q, difference(&|i, h| i.q += h));
        close(d.t, difference(&|i, h| i.t += h));
        close(d.sigma.unwrap(), difference(&|i, h| i.sigma = i.sigma.map(|s| s + h)));
    }
}

#[test]
fn put_call_parity_of_the_deltas() {
    let (call, put) =
        (price_or_zero::grad(&inputs(OptionType::Call)), price_or_zero::grad(&inputs(OptionType::Put)));
    assert_close(call.s - put.s, (-0.01f64 * 0.75).exp());
    assert_close(call.k - put.k, -(-0.03f64 * 0.75).exp());
}

#[test]
fn missing_volatility_is_an_error_with_gradient_zero() {
    let at = Inputs { sigma: None, ..inputs(OptionType::Call) };
    assert!(calc_price(&at).is_err());
    let d = price_or_zero::grad(&at);
    assert_eq!((d.s, d.k, d.sigma), (0.0, 0.0, None));
}
