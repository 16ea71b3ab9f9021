//! Methods and associated functions that call themselves.

use crate::oracle::{assert_close, assert_matches_central};
use backprop::{grad, Differentiable, Real};

#[derive(Clone, Copy, Debug, Differentiable)]
struct Decay {
    rate: f64,
    floor: f64,
    steps: u32,
}

impl Decay {
    /// By `self.m(..)`.
    #[grad(forward)]
    fn after(&self, x: f64, n: u32) -> f64 {
        if n == 0 {
            return x * self.floor;
        }
        let next = self.after(x * self.rate + self.floor / f64::from(n), n - 1);
        next.sin() + self.rate * x
    }

    /// By `Self::m(..)`, in several arms and twice.
    #[grad]
    fn halved(&self, x: f64, y: f64, n: u32) -> f64 {
        match n {
            0 => x * self.rate,
            1 => Self::halved(self, y, x * self.rate, 0) * self.floor,
            _ => self.halved(x * y, y, n - 1) + self.halved(y, x * self.floor, n - 2),
        }
    }

    /// In a loop, with what only the call knows.
    #[grad]
    fn tree(&self, x: f64, depth: u32) -> f64 {
        let mut sum = self.rate * x;
        if depth > 0 {
            for k in 0..depth.min(self.steps) {
                sum += self.tree(x * 0.5 + self.floor * f64::from(k), depth - 1).cos();
            }
        }
        sum
    }

    /// Without a receiver.
    #[grad(method, forward)]
    fn power(x: f64, n: u32) -> f64 {
        if n == 0 {
            1.0
        } else {
            x * Self::power(x, n - 1)
        }
    }

    /// Changes itself.
    #[grad]
    fn worn(&mut self, x: f64, n: u32) -> f64 {
        if n == 0 {
            return x;
        }
        self.rate *= x;
        let y = self.worn(x + self.rate, n - 1);
        y * self.floor
    }

    /// By value.
    #[grad]
    fn spent(self, x: f64, n: u32) -> f64 {
        if n == 0 {
            return x * self.floor;
        }
        Decay { rate: self.rate * x, ..self }.spent(x + self.rate, n - 1) + self.spent(x, 0)
    }

    #[grad(wrt(x))]
    fn constant(&self, x: f64, n: u32) -> f64 {
        if n == 0 {
            self.floor * x
        } else {
            self.constant(x * x * self.rate, n - 1)
        }
    }
}

#[derive(Clone, Copy, Differentiable)]
struct Pair<T: Real>(T, T);

impl<T: Real> Pair<T> {
    #[grad]
    fn mixed(&self, x: T, n: usize) -> T {
        if n == 0 {
            return x;
        }
        self.mixed(self.0 * x.sin() + self.1, n - 1) * self.1
    }

    #[grad]
    fn of<const N: usize>(p: &Pair<T>, x: [T; N], n: usize) -> Self {
        if n == 0 {
            return Pair(x[0] * p.1, p.0);
        }
        Self::of::<N>(&Pair(p.1, p.0 * x[n % N]), x, n - 1)
    }
}

/// A list, whose rest is another of its kind.
#[derive(Clone, Debug, Differentiable)]
struct Chain {
    k: f64,
    rest: Vec<Chain>,
}

impl Chain {
    #[grad]
    fn total(&self, x: f64) -> f64 {
        let mut sum = self.k * x;
        for next in &self.rest {
            sum += next.total(x * self.k).sin();
        }
        sum
    }
}

#[grad]
fn caller(d: Decay, x: f64) -> f64 {
    let mut m = d;
    d.after(x, 3) * d.halved(x, d.rate, 4)
        + d.tree(x, 3)
        + Decay::power(x * d.floor, 3)
        + m.worn(x, 2)
        + m.rate
}

const AT: [f64; 3] = [0.8, 1.1, 0.6];

fn decay(v: &[f64]) -> Decay {
    Decay { rate: v[0], floor: v[1], steps: 2 }
}

#[test]
fn methods_by_their_name_and_by_their_path() {
    let d = decay(&AT);
    let flat = |(d, x): (DecayTangent, f64)| [d.rate, d.floor, x];
    assert_matches_central(&flat(d.after_grad(AT[2], 5)), |v| decay(v).after(v[2], 5), &AT);
    assert_matches_central(&flat(d.spent_grad(AT[2], 3)), |v| decay(v).spent(v[2], 3), &AT);
    assert_matches_central(&flat(d.tree_grad(AT[2], 4)), |v| decay(v).tree(v[2], 4), &AT);
    assert_matches_central(&flat(caller::grad(d, AT[2])), |v| caller(decay(v), v[2]), &AT);
    let (g, x, y) = d.halved_grad(AT[2], 0.7, 6);
    let at = [AT[0], AT[1], AT[2], 0.7];
    assert_matches_central(&[g.rate, g.floor, x, y], |v| decay(v).halved(v[2], v[3], 6), &at);
    assert_matches_central(&[d.constant_grad(AT[2], 3)], |v| d.constant(v[0], 3), &AT[2..]);
    let (g, x) = d.after_grad(AT[2], 5);
    let along = d.after_jvp(AT[2], 5, (DecayTangent { rate: 0.5, floor: -2.0 }, 0.3)).1;
    assert_close(along, 0.5 * g.rate - 2.0 * g.floor + 0.3 * x);
    let (_, pullback) = d.after_vjp(AT[2], 5);
    assert_close(pullback(2.0).1, 2.0 * x);
}

#[test]
fn associated_functions() {
    assert_close(Decay::power_grad(1.5, 5), 5.0 * 1.5f64.powi(4));
    assert_close(Decay::power_jvp(1.5, 5, 2.0).1, 10.0 * 1.5f64.powi(4));
    let at = [0.7, 1.2, 0.4, 0.9];
    let f = |v: &[f64]| Pair::of(&Pair(v[0], v[1]), [v[2], v[3]], 5);
    let pair = Pair(at[0], at[1]);
    let (_, pullback) = Pair::of_vjp(&pair, [at[2], at[3]], 5);
    let (p, x) = pullback(PairTangent(1.0, 2.0));
    assert_matches_central(&[p.0, p.1, x[0], x[1]], |v| f(v).0 + 2.0 * f(v).1, &at);
}

#[test]
fn generic_receivers() {
    let (p, x) = Pair(0.7, 1.2).mixed_grad(0.4, 4);
    assert_matches_central(&[p.0, p.1, x], |v| Pair(v[0], v[1]).mixed(v[2], 4), &[0.7, 1.2, 0.4]);
    let (single, _) = Pair(0.7f32, 1.2).mixed_grad(0.4, 4);
    assert!((f64::from(single.0) - p.0).abs() < 1e-4);
}

#[test]
fn other_receivers_of_the_same_type() {
    let leaf = |k| Chain { k, rest: Vec::new() };
    let chain =
        |v: &[f64]| Chain { k: v[0], rest: vec![Chain { k: v[1], rest: vec![leaf(v[2])] }, leaf(v[3])] };
    let at = [0.7, 1.2, 0.4, 0.9, 0.3];
    let (d, x) = chain(&at).total_grad(at[4]);
    let gradient = [d.k, d.rest[0].k, d.rest[0].rest[0].k, d.rest[1].k, x];
    assert_matches_central(&gradient, |v| chain(v).total(v[4]), &at);
}

/// In a stack that holds the plain function with room for little more.
#[test]
fn deep() {
    let run = || {
        let d = Decay { rate: 1e-3, floor: 1.0, steps: 2 };
        let (g, x) = d.after_grad(0.5, 10_000);
        assert!(g.rate.is_finite() && g.floor.is_finite() && x.is_finite());
        assert_eq!(Decay::power_grad(1.0, 10_000), 10_000.0);
    };
    std::thread::Builder::new().stack_size(16 << 20).spawn(run).unwrap().join().unwrap();
}
