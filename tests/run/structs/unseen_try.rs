//! `?` on fields whose types the macro does not see; and values of such types that one branch alone uses.
//! (`cfg(all())` on a struct: its fields may be others, so they are not looked at.)

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};

#[cfg(any(unix, not(unix)))]
#[derive(Clone, Debug, Differentiable)]
struct Quote {
    vol: Option<f64>,
    rate: Option<f64>,
    yields: [f64; 2],
}

#[grad]
fn some(s: &Quote) -> Option<(f64, f64)> {
    let rate = s.rate?;
    let vol = s.vol?;
    let mut q = 0.0;
    for y in &s.yields {
        q += y * rate;
    }
    if q < -100.0 {
        return None;
    }
    Some((rate + vol, q))
}

#[grad]
fn ok(s: &Quote) -> Result<(f64, f64, f64), String> {
    let vol = s.vol.ok_or("none".to_string())?;
    let rate = s.rate.ok_or_else(|| "no".to_string())?;
    let q = s.yields.iter().filter(|y| **y > 0.0).map(|y| y * y).sum::<f64>();
    if vol < 0.0 {
        return Err("negative".to_string());
    }
    Ok((vol, rate, q))
}

#[grad]
fn pushed(s: &Quote, k: usize) -> f64 {
    let vol = s.vol.unwrap_or(1.0);
    let rate = s.rate.unwrap();
    let mut v = Vec::new();
    let mut w = [0.0; 2];
    for i in 0..k {
        if i % 2 == 0 {
            v.push(vol);
        } else {
            w[1] = rate;
        }
    }
    v.iter().sum::<f64>() * w[1] + rate * s.yields[0]
}

#[test]
fn fields_that_may_be_missing() {
    let mk = |x: &[f64]| Quote { vol: Some(x[0]), rate: Some(x[1]), yields: [x[2], x[3]] };
    let x = [0.3, 0.05, 0.7, -0.2];
    let flat = |d: QuoteTangent| {
        let mut all = Vec::new();
        backprop::Tangent::to_flat(&d, &mut all);
        all
    };
    let whole = mk(&x);
    let f = |x: &[f64]| some(&mk(x)).map(|(a, b)| a - 3.0 * b).unwrap();
    let (_, pullback) = some::vjp(&whole);
    assert_matches_central(&flat(pullback(Some((1.0, -3.0)))), f, &x);
    let f = |x: &[f64]| ok(&mk(x)).map(|(a, b, c)| a - 3.0 * b + 2.0 * c).unwrap();
    let (_, pullback) = ok::vjp(&whole);
    assert_matches_central(&flat(pullback(Ok((1.0, -3.0, 2.0)))), f, &x);
    for k in 0..4 {
        assert_matches_central(&flat(pushed::grad(&whole, k)), |x| pushed(&mk(x), k), &x);
    }
    let part = Quote { rate: None, ..whole };
    let (y, pullback) = some::vjp(&part);
    assert!(y.is_none() && flat(pullback(None)).iter().all(|d| *d == 0.0));
    let (y, pullback) = ok::vjp(&part);
    assert_eq!(y, Err("no".to_string()));
    assert!(flat(pullback(Err(()))).iter().all(|d| *d == 0.0));
}
