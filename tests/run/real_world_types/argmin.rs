//! argmin_testfunctions, in iterator style, generic where they are.
//! The user's change: `T: Real` for `T: Float + ..`, literals by `T::from_f64`, one attribute.

use crate::oracle::assert_matches_central;
use backprop::{grad, Real};

#[grad]
fn rosenbrock<T: Real>(param: &[T], a: T, b: T) -> T {
    param
        .iter()
        .zip(param.iter().skip(1))
        .map(|(&xi, &xi1)| (a - xi).powi(2) + b * (xi1 - xi.powi(2)).powi(2))
        .sum()
}
#[grad]
fn rosenbrock_windows(param: &[f64]) -> f64 {
    param.windows(2).map(|w| 100.0 * (w[1] - w[0].powi(2)).powi(2) + (1.0 - w[0]).powi(2)).sum::<f64>()
}
#[grad]
fn ackley<T: Real>(param: &[T]) -> T {
    let n = T::from_f64(param.len() as f64);
    let (sq, cs) = param.iter().fold((T::ZERO, T::ZERO), |(s, c), x| {
        (s + *x * *x, c + (*x * T::from_f64(std::f64::consts::TAU)).cos())
    });
    -T::from_f64(20.0) * (-T::from_f64(0.2) * (sq / n).sqrt()).exp() - (cs / n).exp()
        + T::from_f64(20.0)
        + T::ONE.exp()
}
#[grad]
fn ackley_lit<T: Real>(param: &[T]) -> T {
    let n = param.len() as f64;
    let rms = (param.iter().map(|x| x.powi(2)).sum::<T>() / T::from_f64(n)).sqrt();
    let c = T::from_f64;
    c(-20.0) * (c(-0.2) * rms).exp() + c(20.0)
}
#[grad]
fn rastrigin(param: &[f64]) -> f64 {
    const A: f64 = 10.0;
    A * (param.len() as f64)
        + param.iter().map(|&x| x.powi(2) - A * (std::f64::consts::TAU * x).cos()).sum::<f64>()
}
#[grad]
fn styblinski_tang(param: &[f64]) -> f64 {
    0.5 * param.iter().map(|x| x.powi(4) - 16.0 * x.powi(2) + 5.0 * x).sum::<f64>()
}
#[grad]
fn himmelblau(param: &[f64; 2]) -> f64 {
    let [x1, x2] = *param;
    (x1.powi(2) + x2 - 11.0).powi(2) + (x1 + x2.powi(2) - 7.0).powi(2)
}
#[grad]
fn beale<T: Real>(param: &[T; 2]) -> T {
    let [x1, x2] = *param;
    [(T::from_f64(1.5), 1), (T::from_f64(2.25), 2), (T::from_f64(2.625), 3)]
        .iter()
        .map(|&(c, p)| (c - x1 + x1 * x2.powi(p)).powi(2))
        .sum()
}
#[grad]
fn goldsteinprice(param: &[f64; 2]) -> f64 {
    let &[x1, x2] = param;
    let (a, b) = (x1 + x2 + 1.0, 2.0 * x1 - 3.0 * x2);
    (1.0 + a.powi(2) * (19.0 - 14.0 * (x1 + x2) + 3.0 * (x1.powi(2) + x2.powi(2)) + 6.0 * x1 * x2))
        * (30.0
            + b.powi(2)
                * (18.0 - 32.0 * x1 + 12.0 * x1.powi(2) + 48.0 * x2 - 36.0 * x1 * x2 + 27.0 * x2.powi(2)))
}
#[grad]
fn eggholder([x1, x2]: [f64; 2]) -> f64 {
    let x247 = x2 + 47.0;
    -x247 * (x1 / 2.0 + x247).abs().sqrt().sin() - x1 * (x1 - x247).abs().sqrt().sin()
}
#[grad]
fn holder_table(param: &(f64, f64)) -> f64 {
    let (x1, x2) = *param;
    -((x1.sin() * x2.cos() * (1.0 - x1.hypot(x2) / std::f64::consts::PI).abs().exp()).abs())
}
#[grad]
fn easom(param: &[f64]) -> f64 {
    assert!(param.len() == 2);
    let pi = std::f64::consts::PI;
    -param.iter().map(|x| x.cos()).product::<f64>()
        * (-param.iter().map(|x| (x - pi).powi(2)).sum::<f64>()).exp()
}
#[grad]
fn picheny(param: &[f64; 2]) -> f64 {
    let [x1, x2] = param.map(|x| 4.0 * x - 2.0);
    let (lhs, rhs) = (
        1.0 + (x1 + x2 + 1.0).powi(2)
            * (19.0 - 14.0 * x1 + 3.0 * x1.powi(2) - 14.0 * x2 + 6.0 * x1 * x2 + 3.0 * x2.powi(2)),
        30.0 + (2.0 * x1 - 3.0 * x2).powi(2)
            * (18.0 - 32.0 * x1 + 12.0 * x1.powi(2) + 48.0 * x2 - 36.0 * x1 * x2 + 27.0 * x2.powi(2)),
    );
    2.427_f64.recip() * ((lhs * rhs).log10() - 8.693)
}
#[grad]
fn levy<T: Real>(param: &[T]) -> T {
    let plen = param.len();
    assert!(plen >= 2);
    let pi = T::from_f64(core::f64::consts::PI);
    let w = |x: T| T::ONE + (x - T::ONE) / T::from_f64(4.0);
    let last = w(param[plen - 1]);
    (pi * w(param[0])).sin().powi(2)
        + param[1..(plen - 1)]
            .iter()
            .map(|&x| w(x))
            .map(|wi: T| {
                (wi - T::ONE).powi(2) * (T::ONE + T::from_f64(10.0) * (pi * wi + T::ONE).sin().powi(2))
            })
            .sum::<T>()
        + (last - T::ONE).powi(2) * (T::ONE + (T::TWO * pi * last).sin().powi(2))
}
#[grad]
fn zero_norm_like(x: &[f64]) -> f64 {
    let max = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let min = x.iter().fold(f64::INFINITY, |m, &v| m.min(v));
    let (i, _) = x
        .iter()
        .enumerate()
        .fold((0, f64::NEG_INFINITY), |(bi, bv), (i, &v)| if v > bv { (i, v) } else { (bi, bv) });
    max * min + x[i] + (i as f64)
}
#[grad]
fn by_option(x: &[f64]) -> Option<f64> {
    let first = x.first()?;
    let last = x.last().copied()?;
    let biggest = x.iter().copied().reduce(f64::max)?;
    let at = x.iter().position(|v| *v > 1.0).map(|i| x[i] * 2.0);
    Some(first * last + biggest + at.unwrap_or(0.5 * first))
}
#[test]
fn gradients_of_argmin() {
    let x = [0.3, -1.2, 1.7, 0.4];
    let (d, a, b) = rosenbrock::grad::<f64>(&x, 1.0, 100.0);
    assert_matches_central(
        &[&d[..], &[a, b]].concat(),
        |v| rosenbrock(&v[..4], v[4], v[5]),
        &[0.3, -1.2, 1.7, 0.4, 1.0, 100.0],
    );
    assert_matches_central(&rosenbrock_windows::grad(&x), rosenbrock_windows, &x);
    assert_matches_central(&ackley::grad::<f64>(&x), ackley, &x);
    assert_matches_central(&ackley_lit::grad::<f64>(&x), ackley_lit, &x);
    assert_matches_central(&rastrigin::grad(&x), rastrigin, &x);
    assert_matches_central(&styblinski_tang::grad(&x), styblinski_tang, &x);
    assert_matches_central(&levy::grad::<f64>(&x), levy, &x);
    assert_matches_central(&easom::grad(&[3.0, 3.3]), easom, &[3.0, 3.3]);
    let p = [0.7, -1.1];
    let two = |v: &[f64]| [v[0], v[1]];
    assert_matches_central(&himmelblau::grad(&p), |v| himmelblau(&two(v)), &p);
    assert_matches_central(&beale::grad::<f64>(&p), |v| beale(&two(v)), &p);
    assert_matches_central(&goldsteinprice::grad(&p), |v| goldsteinprice(&two(v)), &p);
    assert_matches_central(&eggholder::grad(p), |v| eggholder(two(v)), &p);
    let (a, b) = holder_table::grad(&(0.7, -1.1));
    assert_matches_central(&[a, b], |v| holder_table(&(v[0], v[1])), &p);
    assert_matches_central(&picheny::grad(&p), |v| picheny(&two(v)), &p);
    assert_matches_central(&zero_norm_like::grad(&x), zero_norm_like, &x);
    assert_matches_central(&by_option::vjp(&x).1(Some(1.0)), |v| by_option(v).unwrap(), &x);
}
