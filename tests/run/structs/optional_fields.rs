//! Methods of `Option` and `Result` on fields whose types the macro does not see: the method's name tells.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};

#[derive(Clone, Differentiable)]
struct Quote {
    price: Option<f64>,
    carry: Option<f64>,
    rate: f64,
    #[no_grad]
    source: Result<usize, String>,
}

impl Quote {
    #[grad]
    fn forward(&self, x: f64) -> Result<f64, String> {
        let price = self.price.ok_or_else(|| format!("no price at {}", self.rate))?;
        let carry = self.carry.ok_or("no carry".to_string())?;
        Ok((price * x).sin() * carry + self.rate)
    }

    #[grad]
    fn guessed(&self, x: f64) -> f64 {
        let a = self.price.unwrap_or_else(|| x * self.rate);
        let b = self.carry.map_or(x, |c| c * x);
        let c = self.price.map_or_else(|| x.cos(), |p| p * p);
        let d = self.carry.and_then(|c| if c > 0.0 { Some(c * a) } else { None }).unwrap_or(self.rate);
        let e = self.price.filter(|p| *p > 1.0).unwrap_or(b);
        a * b + c * d - e
    }
}

#[grad]
fn of_parameters(x: Option<f64>, y: Option<f64>) -> Result<f64, &'static str> {
    let x = x.ok_or("x")?;
    let y = y.ok_or_else(|| "y")?;
    Ok(x * x * y)
}

fn quote(v: &[f64], price: bool, carry: bool) -> Quote {
    Quote { price: price.then_some(v[0]), carry: carry.then_some(v[1]), rate: v[2], source: Ok(3) }
}

#[test]
fn errors_or_payloads() {
    let at = [1.3, 0.7, 0.2, 0.9];
    let q = quote(&at, true, true);
    let (y, pullback) = q.forward_vjp(at[3]);
    assert_eq!(y, q.forward(at[3]));
    let (d, x) = pullback(Ok(1.0));
    let f = |v: &[f64]| quote(v, true, true).forward(v[3]).unwrap();
    assert_matches_central(&[d.price.unwrap(), d.carry.unwrap(), d.rate, x], f, &at);
    assert_eq!(quote(&at, false, true).forward_vjp(1.0).0.unwrap_err(), "no price at 0.2");
    assert_eq!(quote(&at, true, false).forward_vjp(1.0).0.unwrap_err(), "no carry");
}

#[test]
fn defaults_that_depend_on_parameters() {
    let at = [1.3, 0.7, 0.2, 0.9];
    for (price, carry) in [(true, true), (true, false), (false, true), (false, false)] {
        let (d, x) = quote(&at, price, carry).guessed_grad(at[3]);
        let gradient = [d.price.unwrap_or(0.0), d.carry.unwrap_or(0.0), d.rate, x];
        assert_matches_central(&gradient, |v| quote(v, price, carry).guessed(v[3]), &at);
    }
}

#[test]
fn optional_parameters() {
    let (y, pullback) = of_parameters::vjp(Some(3.0), Some(2.0));
    assert_eq!((y, pullback(Ok(1.0))), (Ok(18.0), (Some(12.0), Some(9.0))));
    assert_eq!(of_parameters::vjp(Some(3.0), None).0, Err("y"));
}

/// What E11 advises in the place of `Option<&[f64]>`, and references of constants, which are fine inside.
mod optional_slices {
    use crate::oracle::assert_matches_central;
    use backprop::grad;

    #[grad(forward)]
    fn weighted(x: f64, weights: &Option<Vec<f64>>, index: Option<&[usize]>, pair: (&str, &[usize])) -> f64 {
        let k = index.map_or(0, |i| i[0]) + pair.1[0];
        match weights {
            Some(w) => x * w[k] + w[0],
            None => x * x,
        }
    }

    #[grad]
    fn constant(x: f64, #[no_grad] weights: Option<&[f64]>) -> f64 {
        x * weights.map_or(3.0, |w| w[1])
    }

    #[test]
    fn as_vectors() {
        let at = [0.7, 1.5, -0.4];
        let f = |v: &[f64]| weighted(v[0], &Some(v[1..].to_vec()), Some(&[1]), ("", &[0]));
        let (d_x, d_w) = weighted::grad(at[0], &Some(at[1..].to_vec()), Some(&[1]), ("", &[0]));
        let d_w = d_w.unwrap();
        assert_matches_central(&[d_x, d_w[0], d_w[1]], f, &at);
        assert_eq!(weighted::grad(3.0, &None, None, ("", &[0])), (6.0, None));
        assert_eq!(constant::grad(2.0, Some(&[1.0, 5.0])), 5.0);
        assert_eq!(constant::grad(2.0, None), 3.0);
    }
}
