//! Types behind other names: only rustc sees what they are.

use crate::oracle::{assert_all_close, assert_close, assert_matches_central};
use backprop::{grad, Differentiable, Real, Workspace};

type Metres = f64;
type Single = f32;
type Row = [f64; 3];
mod units {
    pub type Seconds = f64;
}

#[grad]
fn wave(x: Metres, t: units::Seconds, k: f64) -> Metres {
    let mut y: Metres = 0.5;
    y += (k * x - t).sin() * x.hypot(t);
    if y > 0.3 {
        y *= x.powi(3).max(t);
    }
    y - t.exp() / x
}

#[test]
fn floats() {
    let f = |v: &[f64]| wave(v[0], v[1], v[2]);
    for at in [[1.3, 0.4, 2.0], [0.4, 1.6, -0.5], [2.5, 2.4, 0.1]] {
        let (x, t, k) = wave::grad(at[0], at[1], at[2]);
        assert_matches_central(&[x, t, k], f, &at);
        let (y, (dx, ..)) = wave::value_and_grad(at[0], at[1], at[2]);
        assert_eq!((y.to_bits(), dx.to_bits()), (f(&at).to_bits(), x.to_bits()));
    }
}

#[test]
fn all_forms_of_the_gradient() {
    let (x, t, k) = wave::grad(1.3, 0.4, 2.0);
    let mut d = (9.0, 9.0, 9.0);
    let y = wave::grad_into(1.3, 0.4, 2.0, &mut d.0, &mut d.1, &mut d.2);
    assert_eq!((y, d), (wave(1.3, 0.4, 2.0), (x, t, k)));
    wave::grad_add(1.3, 0.4, 2.0, 2.0, &mut d.0, &mut d.1, &mut d.2);
    assert_all_close(&[d.0, d.1, d.2], &[3.0 * x, 3.0 * t, 3.0 * k]);
    let mut d = (9.0, 9.0, 9.0);
    wave::grad_with(&mut Workspace::default(), 1.3, 0.4, 2.0, &mut d.0, &mut d.1, &mut d.2);
    assert_eq!(d, (x, t, k));
}

#[grad]
fn weighted(x: &[Metres], w: &Row, k: Single) -> units::Seconds {
    let mut s = 0.0;
    for (a, b) in x.iter().zip(w) {
        s += a * a * b + a.tanh();
    }
    let mut last = x[0];
    last -= x[1] * w[2];
    s * last + f64::from(k * k)
}

#[test]
fn elements_and_arrays() {
    let f = |v: &[f64]| weighted(&v[..3], &[v[3], v[4], v[5]], v[6] as f32);
    let at = [0.5, -1.2, 0.8, 1.0, 2.0, 0.3, 1.5];
    let (x, w, k) = weighted::grad(&at[..3], &[at[3], at[4], at[5]], 1.5);
    assert_matches_central(&[x, w.to_vec()].concat(), |v| f(&[v, &at[6..]].concat()), &at[..6]);
    assert_close(f64::from(k), 3.0);
}

#[derive(Clone, Copy, Differentiable)]
struct Pair<Number> {
    a: Number,
    b: Number,
}

type Pair64 = Pair<f64>;

impl<Number: Real> Pair<Number> {
    #[grad(forward)]
    fn norm(&self, x: Number) -> Number {
        let half = x * Number::from_f64(0.5);
        (self.a * self.a + self.b * half).sqrt().tanh()
    }

    #[grad]
    fn sum(self, x: &[Number]) -> Number {
        let mut s = Number::ZERO;
        for v in x {
            s += *v * self.a;
        }
        s.exp() - self.b
    }
}

impl<N> Pair<N>
where
    N: Real,
{
    #[grad]
    fn larger(self) -> N {
        self.a.max(self.b).ln() * N::from_f64(2.0)
    }
}

#[grad]
fn of_pair(p: Pair64, x: Metres) -> Metres {
    p.norm(x) + p.sum(&[x, 2.0 * x]) * p.larger()
}

#[test]
fn type_parameters_of_the_impl() {
    let at = [1.2, 0.7, 0.4];
    let f = |v: &[f64]| of_pair(Pair { a: v[0], b: v[1] }, v[2]);
    let (p, x) = of_pair::grad(Pair { a: at[0], b: at[1] }, at[2]);
    assert_matches_central(&[p.a, p.b, x], f, &at);
    let single: Pair<f32> = Pair { a: 1.2, b: 0.7 };
    let (d, x) = single.norm_grad(0.4);
    let double = Pair { a: f64::from(1.2_f32), b: f64::from(0.7_f32) }.norm_grad(f64::from(0.4_f32));
    assert!((f64::from(d.a) - double.0.a).abs() < 1e-6 && (f64::from(x) - double.1).abs() < 1e-6);
    // Forward mode.
    let along = PairTangent { a: 1.0, b: -0.5 };
    let (_, slope) = Pair { a: at[0], b: at[1] }.norm_jvp(at[2], (along, 2.0));
    let (d, x) = Pair { a: at[0], b: at[1] }.norm_grad(at[2]);
    assert_close(slope, d.a - 0.5 * d.b + 2.0 * x);
}
