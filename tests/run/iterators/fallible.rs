//! `collect` and `sum` of options and results.

use crate::oracle::assert_matches_central;
use backprop::grad;

// collect into Result/Option
#[grad]
fn inv(x: f64) -> Result<f64, String> {
    if x == 0.0 {
        Err("zero".to_string())
    } else {
        Ok(1.0 / x)
    }
}
#[grad]
fn maybe(x: f64) -> Option<f64> {
    if x < -5.0 {
        None
    } else {
        Some(x.sin())
    }
}
#[grad]
fn coll_r(x: &[f64], y: f64) -> Result<f64, String> {
    let v = x.iter().map(|t| inv(*t * y)).collect::<Result<Vec<_>, _>>()?;
    Ok(v.iter().sum::<f64>() * y)
}
#[grad]
fn coll_r2(x: &[f64], y: f64) -> Result<f64, String> {
    let v: Result<Vec<f64>, String> = x
        .iter()
        .enumerate()
        .map(|(i, t)| if *t == 0.0 { Err(format!("zero at {i}")) } else { Ok(y / t) })
        .collect();
    let v = v?;
    let s: f64 = x.iter().map(|t| inv(t + y)).sum::<Result<f64, _>>()?;
    Ok(v.iter().map(|t| t * t).sum::<f64>() + s)
}
#[grad]
fn coll_o(x: &[f64], y: f64) -> Option<f64> {
    let v = x.iter().map(|t| maybe(t * y)).collect::<Option<Vec<_>>>()?;
    let w: Option<Vec<f64>> = x.iter().map(|t| if *t > -9.0 { Some(t * t) } else { None }).collect();
    let w = w?;
    Some(v.iter().zip(&w).map(|(a, b)| a * b).sum::<f64>())
}
#[grad]
fn coll_match(x: &[f64], y: f64) -> f64 {
    match x.iter().map(|t| inv(t * y)).collect::<Result<Vec<f64>, String>>() {
        Ok(v) => v.iter().sum(),
        Err(e) => y * e.len() as f64,
    }
}
#[test]
fn collects() {
    let x = [0.4, 0.7, 1.2, 0.9];
    let f = |x: &[f64]| coll_r(&x[..3], x[3]).unwrap();
    let (_, pb) = coll_r::vjp(&x[..3], x[3]);
    let (mut g, d) = pb(Ok(1.0));
    g.push(d);
    assert_matches_central(&g, f, &x);
    let f = |x: &[f64]| coll_r2(&x[..3], x[3]).unwrap();
    let (_, pb) = coll_r2::vjp(&x[..3], x[3]);
    let (mut g, d) = pb(Ok(1.0));
    g.push(d);
    assert_matches_central(&g, f, &x);
    let f = |x: &[f64]| coll_o(&x[..3], x[3]).unwrap();
    let (_, pb) = coll_o::vjp(&x[..3], x[3]);
    let (mut g, d) = pb(Some(1.0));
    g.push(d);
    assert_matches_central(&g, f, &x);
    let (mut g, d) = coll_match::grad(&x[..3], x[3]);
    g.push(d);
    assert_matches_central(&g, |x| coll_match(&x[..3], x[3]), &x);
    let x = [0.4, 0.0, 1.2, 0.9];
    let (mut g, d) = coll_match::grad(&x[..3], x[3]);
    g.push(d);
    assert_eq!(g, [0., 0., 0., 4.]);
    let (y, pb) = coll_r::vjp(&x[..3], x[3]);
    assert_eq!(y, coll_r(&x[..3], x[3]));
    let (mut g, d) = pb(Err(()));
    g.push(d);
    assert_eq!(g, [0.; 4]);
}
