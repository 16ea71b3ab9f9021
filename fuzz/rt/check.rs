//! Compares a function's generated forms with the oracle, at random points.

use crate::dual::D;
use std::panic::{catch_unwind, AssertUnwindSafe};

/// A choice, as passive parameters have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    A,
    B,
    C,
}

/// Floats of a value, in order.
pub trait Flat {
    fn flat(&self, out: &mut Vec<f64>);
}
impl Flat for f64 {
    fn flat(&self, out: &mut Vec<f64>) {
        out.push(*self);
    }
}
impl Flat for () {
    fn flat(&self, _: &mut Vec<f64>) {}
}
impl<T: Flat, const N: usize> Flat for [T; N] {
    fn flat(&self, out: &mut Vec<f64>) {
        self.iter().for_each(|x| x.flat(out));
    }
}
impl<T: Flat> Flat for Vec<T> {
    fn flat(&self, out: &mut Vec<f64>) {
        self.iter().for_each(|x| x.flat(out));
    }
}
macro_rules! tuples {
    ($(($($T:ident $k:tt),+))*) => {$(
        impl<$($T: Flat),+> Flat for ($($T,)+) {
            fn flat(&self, out: &mut Vec<f64>) { $(self.$k.flat(out);)+ }
        }
    )*};
}
tuples! { (A 0) (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, E 3) (A 0, B 1, C 2, E 3, F 4) (A 0, B 1, C 2, E 3, F 4, G 5)
    (A 0, B 1, C 2, E 3, F 4, G 5, H 6) (A 0, B 1, C 2, E 3, F 4, G 5, H 6, I 7) }

pub fn flat(x: impl Flat) -> Vec<f64> {
    let mut out = Vec::new();
    x.flat(&mut out);
    out
}

/// The same for the oracle's results.
pub trait Duals {
    fn duals(&self, out: &mut Vec<D>);
}
impl Duals for D {
    fn duals(&self, out: &mut Vec<D>) {
        out.push(*self);
    }
}
impl Duals for () {
    fn duals(&self, _: &mut Vec<D>) {}
}
impl<T: Duals, const N: usize> Duals for [T; N] {
    fn duals(&self, out: &mut Vec<D>) {
        self.iter().for_each(|x| x.duals(out));
    }
}
impl<T: Duals> Duals for Vec<T> {
    fn duals(&self, out: &mut Vec<D>) {
        self.iter().for_each(|x| x.duals(out));
    }
}
impl<A: Duals, B: Duals> Duals for (A, B) {
    fn duals(&self, out: &mut Vec<D>) {
        self.0.duals(out);
        self.1.duals(out);
    }
}
impl<A: Duals, B: Duals, C: Duals> Duals for (A, B, C) {
    fn duals(&self, out: &mut Vec<D>) {
        self.0.duals(out);
        self.1.duals(out);
        self.2.duals(out);
    }
}
pub fn duals(x: impl Duals) -> Vec<D> {
    let mut out = Vec::new();
    x.duals(&mut out);
    out
}

/// `N` numbers, as an array.
pub fn arr<T: Copy, const N: usize>(x: &[T]) -> [T; N] {
    std::array::from_fn(|i| x[i])
}

pub fn arr2<T: Copy, const N: usize, const M: usize>(x: &[T]) -> [[T; M]; N] {
    std::array::from_fn(|i| std::array::from_fn(|j| x[i * M + j]))
}

pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Rng(seed)
    }
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    pub fn below(&mut self, n: u64) -> u64 {
        self.bits() % n
    }
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }
    pub fn special(&mut self) -> f64 {
        const ALL: [f64; 12] = [
            0.0,
            -0.0,
            5e-324,
            -1e-310,
            1e-300,
            1e300,
            -1.7e308,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            1.0,
            -2.5,
        ];
        ALL[self.below(12) as usize]
    }
    pub fn input(&mut self) -> f64 {
        match self.below(40) {
            0 => 0.0,
            1 => 1.0,
            _ => self.unit() * 4.0 - 2.0,
        }
    }
}

type Both = (Vec<f64>, Vec<f64>);

/// The forms of one function with its passive arguments fixed; floats are flat, `&mut` arguments last.
pub struct Point<'a> {
    pub inputs: usize,
    /// Which inputs the gradient is with respect to, in its order.
    pub active: &'a [usize],
    pub tolerance: f64,
    pub plain: &'a dyn Fn(&[f64]) -> Vec<f64>,
    pub dual: &'a dyn Fn(&[D]) -> Vec<D>,
    pub grad: Option<&'a dyn Fn(&[f64]) -> (Vec<f64>, Vec<f64>, Vec<f64>)>,
    /// Arguments: the point, a seed, buffers for `grad_into` and `grad_add` in one.
    pub into: Option<&'a dyn Fn(&[f64], f64, &[f64]) -> (Both, Both)>,
    pub vjp: Option<&'a dyn Fn(&[f64], &[f64]) -> Both>,
    pub jvp: Option<&'a dyn Fn(&[f64], &[f64]) -> Both>,
    /// The rows.
    pub jacobian: Option<&'a dyn Fn(&[f64]) -> Vec<Vec<f64>>>,
}

#[derive(Default)]
pub struct Run {
    pub id: usize,
    pub failure: Option<String>,
    pub worst: f64,
    pub fd_off: bool,
    pub nonfinite: bool,
    pub panics: bool,
    /// Zeros, infinities, NaN as inputs: only values and panics are compared.
    pub special: bool,
    point: u64,
}

fn caught<T>(f: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(f)).ok()
}

fn same_bits(a: &[f64], b: &[f64]) -> bool {
    let same = |(x, y): (&f64, &f64)| x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan());
    a.len() == b.len() && a.iter().zip(b).all(same)
}

/// The same bits, but for the sign of a zero: CONVENTIONS.md fixes it for partials (`copysign`), not for sums of them. A
/// sum of contributions that begins with the zero of a buffer has another sign than one that begins with its first
/// contribution, if that is -0, and a statement that a direction does not matter to leaves the zero that was there.
/// `poles`: NaN may be zero instead.
fn same_but_zeros(a: &[f64], b: &[f64], poles: bool) -> bool {
    let same = |(x, y): (&f64, &f64)| match *x == 0.0 {
        true => *y == 0.0 || (poles && y.is_nan()),
        false => x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan()),
    };
    a.len() == b.len() && a.iter().zip(b).all(same)
}

/// A number that should be, and the sum of the absolute values of its contributions.
#[derive(Clone, Copy, Default)]
struct Target {
    d: f64,
    m: f64,
}

impl Run {
    pub fn new(id: usize) -> Self {
        Run { id, ..Run::default() }
    }

    pub fn rng(&mut self) -> Rng {
        self.point += 1;
        Rng::new((self.id as u64).wrapping_mul(0x1234_5679) ^ self.point << 40)
    }

    fn fail(&mut self, what: String) {
        self.failure.get_or_insert(what);
    }

    fn values(&mut self, form: &str, got: &[f64], want: &[f64], x: &[f64]) {
        if !same_bits(got, want) {
            self.fail(format!("value of {form}: {got:?} instead of {want:?} at {x:?}"));
        }
    }

    fn close(&mut self, form: &str, got: &[f64], want: &[Target], tolerance: f64, x: &[f64]) {
        if got.len() != want.len() {
            return self.fail(format!("{form}: {} numbers instead of {}", got.len(), want.len()));
        }
        for (k, (g, w)) in got.iter().zip(want).enumerate() {
            let off = (g - w.d).abs();
            let slack = tolerance * w.d.abs() + tolerance * 1e-2 * w.m;
            if !(off <= slack) {
                let all: Vec<f64> = want.iter().map(|w| w.d).collect();
                return self.fail(format!("{form}: entry {k} of {got:?} instead of {all:?} at {x:?}"));
            }
            let rel = off / w.d.abs().max(1e-3 * w.m).max(1e-300);
            self.worst = self.worst.max(rel);
        }
    }

    pub fn at(&mut self, p: &Point, rng: &mut Rng) {
        if self.failure.is_some() {
            return;
        }
        let special = self.special;
        let mut input = || if special && rng.below(3) > 0 { rng.special() } else { rng.input() };
        let x: Vec<f64> = (0..p.inputs).map(|_| input()).collect();
        let dir: Vec<f64> = p.active.iter().map(|_| rng.input()).collect();
        let Some(y) = caught(|| (p.plain)(&x)) else { return self.panicking(p, &x, &dir) };
        let seed: Vec<f64> = y.iter().map(|_| rng.input()).collect();
        if special {
            return self.values_alone(p, &x, &y, &dir, &seed, rng);
        }
        let jacobian = self.oracle(p, &x, &y);
        let finite = |t: &Target| t.d.is_finite() && t.m.is_finite() && t.m < 1e60;
        let smooth = y.iter().all(|v| v.is_finite()) && jacobian.iter().flatten().all(finite);
        self.nonfinite |= !smooth;
        let pull = |seed: &[f64]| -> Vec<Target> {
            let column = |k: usize| {
                let add = |t: Target, (s, row): (&f64, &Vec<Target>)| Target {
                    d: t.d + s * row[k].d,
                    m: t.m + s.abs() * row[k].m,
                };
                seed.iter().zip(&jacobian).fold(Target::default(), add)
            };
            (0..p.active.len()).map(column).collect()
        };
        match p.vjp.map(|f| caught(|| f(&x, &seed))) {
            None => {}
            Some(Some((v, g))) => {
                self.values("vjp", &v, &y, &x);
                if smooth {
                    self.close("vjp", &g, &pull(&seed), p.tolerance, &x);
                }
            }
            Some(None) => self.fail(format!("vjp panics at {x:?}")),
        }
        self.scalar_forms(p, &x, &y, smooth.then(|| pull(&[1.0])), rng);
        self.forward(p, &x, &y, &dir, smooth.then_some(&jacobian));
        self.rows(p, &x, &y, smooth.then_some(&jacobian));
        // Special inputs sit on jumps and kinks.
        if smooth && x.iter().all(|x| x.fract() != 0.0) {
            self.differences(p, &x, &jacobian);
        }
    }

    /// Bits of all values, and no panic, whatever the derivatives are.
    fn values_alone(&mut self, p: &Point, x: &[f64], y: &[f64], dir: &[f64], seed: &[f64], rng: &mut Rng) {
        match p.vjp.map(|f| caught(|| f(x, seed))) {
            None => {}
            Some(Some((v, _))) => self.values("vjp", &v, y, x),
            Some(None) => self.fail(format!("vjp panics at {x:?}")),
        }
        self.nonfinite |= y.iter().any(|v| !v.is_finite());
        self.scalar_forms(p, x, y, None, rng);
        self.forward(p, x, y, dir, None);
        self.rows(p, x, y, None);
    }

    /// A Jacobian has the bits of its columns by `jvp` (but see `same_but_zeros`), or the numbers of its rows by `vjp`, up to the
    /// last bits of quotients, which share reciprocals there, and to poles of other results.
    fn rows(&mut self, p: &Point, x: &[f64], y: &[f64], jacobian: Option<&Vec<Vec<Target>>>) {
        let (Some(f), Some(jvp), Some(vjp)) = (p.jacobian, p.jvp, p.vjp) else { return };
        let Some(rows) = caught(|| f(x)) else { return self.fail(format!("jacobian panics at {x:?}")) };
        if rows.len() != y.len() {
            return self.fail(format!("jacobian: {} rows instead of {}", rows.len(), y.len()));
        }
        if let Some(jacobian) = jacobian {
            for (row, want) in rows.iter().zip(jacobian) {
                self.close("jacobian", row, want, p.tolerance, x);
            }
        }
        let unit = |n: usize, k: usize| -> Vec<f64> { (0..n).map(|i| if i == k { 1.0 } else { 0.0 }).collect() };
        let n = p.active.len();
        let columns: Vec<Vec<f64>> = (0..n).map(|i| jvp(x, &unit(n, i)).1).collect();
        // In blocks, what a direction does not matter to is zero beside a pole too, as for the oracle.
        let blocks = n > 8;
        let by_columns = (0..n).all(|i| {
            same_but_zeros(&rows.iter().map(|row| row[i]).collect::<Vec<f64>>(), &columns[i], blocks)
        });
        let Some(jacobian) = jacobian.filter(|_| !by_columns) else { return };
        let pulled: Vec<Vec<f64>> = (0..y.len()).map(|k| vjp(x, &unit(y.len(), k)).1).collect();
        let near = |(a, (b, of)): (&f64, (&f64, &Target))| (a - b).abs() <= 1e-12 * of.m;
        let by_rows = (0..y.len()).all(|k| rows[k].iter().zip(pulled[k].iter().zip(&jacobian[k])).all(near));
        if !by_rows {
            self.fail(format!("jacobian {rows:?}, columns {columns:?}, rows {pulled:?} at {x:?}"));
        }
    }

    fn panicking(&mut self, p: &Point, x: &[f64], dir: &[f64]) {
        self.panics = true;
        if p.grad.is_some_and(|f| caught(|| f(x)).is_some()) {
            self.fail(format!("the function panics, the gradient doesn't, at {x:?}"));
        }
        if p.vjp.is_some_and(|f| caught(|| f(x, &[1.0; 64])).is_some()) {
            self.fail(format!("the function panics, vjp doesn't, at {x:?}"));
        }
        if p.jvp.is_some_and(|f| caught(|| f(x, dir)).is_some()) {
            self.fail(format!("the function panics, jvp doesn't, at {x:?}"));
        }
    }

    fn oracle(&mut self, p: &Point, x: &[f64], y: &[f64]) -> Vec<Vec<Target>> {
        let mut jacobian = vec![Vec::new(); y.len()];
        for &k in p.active {
            let unit = |(i, v): (usize, &f64)| {
                let d = if i == k { 1.0 } else { 0.0 };
                D { v: *v, d, m: d }
            };
            let xs: Vec<D> = x.iter().enumerate().map(unit).collect();
            let Some(ys) = caught(|| (p.dual)(&xs)) else {
                self.fail(format!("ORACLE panics at {x:?}"));
                return vec![vec![Target::default(); p.active.len()]; y.len()];
            };
            let value: Vec<f64> = ys.iter().map(|y| y.v).collect();
            self.values("ORACLE", &value, y, x);
            for (row, y) in jacobian.iter_mut().zip(&ys) {
                row.push(Target { d: y.d, m: y.m });
            }
        }
        jacobian
    }

    fn scalar_forms(&mut self, p: &Point, x: &[f64], y: &[f64], want: Option<Vec<Target>>, rng: &mut Rng) {
        if let Some(f) = p.grad {
            let Some((v, g, only)) = caught(|| f(x)) else { return self.fail(format!("grad panics at {x:?}")) };
            self.values("value_and_grad", &v, y, x);
            if !same_bits(&g, &only) {
                self.fail(format!("grad {only:?}, value_and_grad {g:?} at {x:?}"));
            }
            if let Some(want) = &want {
                self.close("value_and_grad", &g, want, p.tolerance, x);
            }
        }
        if let Some(f) = p.into {
            let before: Vec<f64> = p.active.iter().map(|_| rng.input()).collect();
            let seed = rng.input();
            let Some(((v, g), (w, h))) = caught(|| f(x, seed, &before)) else {
                return self.fail(format!("grad_into or grad_add panics at {x:?}"));
            };
            self.values("grad_into", &v, y, x);
            self.values("grad_add", &w, y, x);
            if let Some(want) = &want {
                self.close("grad_into", &g, want, p.tolerance, x);
                let sum = |(t, b): (&Target, &f64)| Target {
                    d: b + seed * t.d,
                    m: b.abs() + (seed * t.m).abs(),
                };
                let want: Vec<Target> = want.iter().zip(&before).map(sum).collect();
                self.close("grad_add", &h, &want, p.tolerance, x);
            }
        }
    }

    fn forward(&mut self, p: &Point, x: &[f64], y: &[f64], dir: &[f64], jacobian: Option<&Vec<Vec<Target>>>) {
        let Some(f) = p.jvp else { return };
        let Some((v, t)) = caught(|| f(x, dir)) else { return self.fail(format!("jvp panics at {x:?}")) };
        self.values("jvp", &v, y, x);
        let Some(jacobian) = jacobian else { return };
        let row = |row: &Vec<Target>| {
            let add = |t: Target, (c, d): (&Target, &f64)| Target { d: t.d + c.d * d, m: t.m + (c.m * d).abs() };
            row.iter().zip(dir).fold(Target::default(), add)
        };
        let want: Vec<Target> = jacobian.iter().map(row).collect();
        self.close("jvp", &t, &want, p.tolerance, x);
    }

    fn differences(&mut self, p: &Point, x: &[f64], jacobian: &[Vec<Target>]) {
        for (column, &k) in p.active.iter().enumerate() {
            let h = 6e-6 * x[k].abs().max(1.0);
            let at = |s: f64| {
                let mut x = x.to_vec();
                x[k] += s * h;
                caught(|| (p.plain)(&x))
            };
            let (Some(up), Some(down)) = (at(1.0), at(-1.0)) else { continue };
            for (row, (u, d)) in jacobian.iter().zip(up.iter().zip(&down)) {
                let fd = (u - d) / (2.0 * h);
                let off = (fd - row[column].d).abs() / row[column].d.abs().max(1.0);
                self.fd_off |= !(off <= 1e-4);
            }
        }
    }

    pub fn report(&self) {
        if let Some(what) = &self.failure {
            println!("fail {} {what}", self.id);
        }
        let (fd, nonfinite, panics) = (self.fd_off as u8, self.nonfinite as u8, self.panics as u8);
        println!("done {} {:e} {fd} {nonfinite} {panics}", self.id, self.worst);
    }
}

/// The binary of a batch: arguments are the programs to run, all if there are none.
pub fn main(programs: &[(usize, fn(&mut Run))]) {
    std::panic::set_hook(Box::new(|_| ()));
    let only: Vec<usize> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    for (id, check) in programs {
        if only.is_empty() || only.contains(id) {
            println!("start {id}");
            let mut run = Run { special: std::env::args().any(|a| a == "special"), ..Run::new(*id) };
            check(&mut run);
            run.report();
        }
    }
}
