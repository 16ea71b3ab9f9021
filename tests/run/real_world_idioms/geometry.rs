//! Constraints, test functions, a gravity field and a camera, with operators, generics and iterators.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable, Real};
use std::ops::{Add, Index, IndexMut, Mul, Neg, Sub};
#[derive(Clone, Copy, Debug, Differentiable)]
struct P {
    x: f64,
    y: f64,
}
#[grad]
impl Sub for P {
    type Output = P;
    fn sub(self, o: P) -> P {
        P { x: self.x - o.x, y: self.y - o.y }
    }
}
#[grad]
impl Neg for P {
    type Output = Self;
    fn neg(self) -> Self {
        P { x: -self.x, y: -self.y }
    }
}
#[grad]
impl Add<P> for P {
    type Output = P;
    fn add(self, P { x, y }: P) -> P {
        P { x: self.x + x, ..P { x: 0.0, y: self.y + y } }
    }
}
#[grad]
impl Mul<P> for f64 {
    type Output = P;
    fn mul(self, p: P) -> P {
        P { x: self * p.x, y: self * p.y }
    }
}
impl P {
    #[grad]
    fn cross(self, o: P) -> f64 {
        self.x * o.y - self.y * o.x
    }
    #[grad]
    fn len2(&self) -> f64 {
        let &P { x, y } = self;
        x * x + y * y
    }
    #[grad]
    fn angle(self, o: Self) -> f64 {
        let (s, c) = (self.cross(o), self.x * o.x + self.y * o.y);
        s.atan2(c)
    }
}
#[derive(Clone, Copy, Debug)]
enum C {
    PointPoint(usize, usize),
    Angle(usize, usize, usize),
    OnLine { p: usize, a: usize, b: usize },
    Tangent([usize; 4]),
    Ratio,
}
#[grad]
fn residual(v: &[f64; 8], target: f64, #[no_grad] c: C) -> (f64, [f64; 2]) {
    let at = |i: usize| P { x: v[2 * i], y: v[2 * i + 1] };
    let r = match c {
        C::PointPoint(i, j) => (at(i) - at(j)).len2().sqrt() - target,
        C::Angle(i, j, k) => {
            let mut a = (at(i) - at(j)).angle(at(k) - at(j)) - target;
            while a > std::f64::consts::PI {
                a -= std::f64::consts::TAU;
            }
            while a < -std::f64::consts::PI {
                a += std::f64::consts::TAU;
            }
            a
        }
        C::OnLine { p, a, b } => {
            let d = at(b) - at(a);
            d.cross(at(p) - at(a)) / d.len2().sqrt()
        }
        C::Tangent([a, b, c, d]) => {
            let (u, w) = (at(b) - at(a), at(d) - at(c));
            if u.len2() < 1e-12 {
                return (0.0, [0.0; 2]);
            }
            let t = u.cross(w) / u.len2();
            let q = at(a) + t * u + -w;
            q.len2() - target.powi(2)
        }
        C::Ratio => {
            v.chunks_exact(4).map(|c| (c[0] - c[2]).hypot(c[1] - c[3])).reduce(|a, b| a / b).unwrap() - target
        }
    };
    (r, [r * v[0], target * r])
}
#[test]
fn cad() {
    let x = [0.1, 0.2, 1.3, 0.7, -0.4, 0.9, 0.6, -1.1, 0.75];
    for c in [
        C::PointPoint(0, 2),
        C::Angle(0, 1, 2),
        C::Angle(2, 0, 3),
        C::OnLine { p: 1, a: 2, b: 3 },
        C::Tangent([0, 1, 2, 3]),
        C::Tangent([1, 1, 2, 3]),
        C::Ratio,
    ] {
        let a: [f64; 8] = x[..8].try_into().unwrap();
        let (_, pb) = residual::vjp(&a, x[8], c);
        let (g, t) = pb((1.0, [0.5, -2.0]));
        let mut g = g.to_vec();
        g.push(t);
        assert_matches_central(
            &g,
            |x| {
                let (r, [p, q]) = residual(x[..8].try_into().unwrap(), x[8], c);
                r + 0.5 * p - 2.0 * q
            },
            &x,
        );
    }
}
// 5
#[grad]
fn levy<T: Real, const N: usize>(param: &[T; N]) -> T {
    assert!(N > 1, "at least two");
    let pi = T::from_f64(std::f64::consts::PI);
    let w = param.map(|x| T::from_f64(1.0) + (x - T::from_f64(1.0)) / T::from_f64(4.0));
    let one = T::from_f64(1.0);
    let head = (pi * w[0]).sin().powi(2);
    let last = w[N - 1];
    let mid: T = w[..N - 1]
        .iter()
        .map(|&wi| (wi - one).powi(2) * (one + T::from_f64(10.0) * (pi * wi + one).sin().powi(2)))
        .sum();
    head + mid + (last - one).powi(2) * (one + (pi * last * T::from_f64(2.0)).sin().powi(2))
}
#[grad]
fn levy_slice<T>(param: &[T]) -> T
where
    T: Real + std::iter::Sum,
{
    let ten = T::from_f64(10.0);
    let w = |x: T| 1.0.into_real::<T>() + (x - 1.0.into_real::<T>()) / 4.0.into_real::<T>();
    let n = param.len();
    let f = (w(param[0]) * T::from_f64(3.0)).sin();
    f * f
        + param[1..n - 1].iter().map(|x| w(*x)).map(|w| w * w * (T::from_f64(1.0) + ten * w.sin())).sum::<T>()
        + w(param[n - 1])
}
trait IntoReal {
    fn into_real<T: Real>(self) -> T;
}
impl IntoReal for f64 {
    fn into_real<T: Real>(self) -> T {
        T::from_f64(self)
    }
}
#[test]
fn levys() {
    let x = [0.3, 1.7, -0.4, 2.2];
    let g = levy::grad(&x);
    assert_matches_central(&g, |x| levy::<f64, 4>(x.try_into().unwrap()), &x);
    let g = levy_slice::grad(&x[..]);
    assert_matches_central(&g, |x| levy_slice(x), &x);
}
// 6 gravity
#[derive(Clone, Debug, Differentiable)]
struct Field {
    mu: f64,
    re: f64,
    c: Vec<Vec<f64>>,
    s: Vec<Vec<f64>>,
}
#[derive(Clone, Copy, Debug, Default, Differentiable)]
struct Vec3 {
    x: f64,
    y: f64,
    z: f64,
}
#[derive(Debug, Clone, PartialEq)]
enum Trouble {
    Degree(usize),
    Inside,
}
impl Field {
    #[grad]
    fn accel(&self, r: Vec3, degree: usize) -> Result<Vec3, Trouble> {
        if degree >= self.c.len() {
            return Err(Trouble::Degree(degree));
        }
        let n2: f64 = [r.x, r.y, r.z].iter().map(|v| v.powi(2)).sum();
        let n = n2.sqrt();
        if n < self.re {
            return Err(Trouble::Inside);
        }
        let Vec3 { x: s, y: t, z: u } = Vec3 { x: r.x / n, y: r.y / n, z: r.z / n };
        let size = degree + 2;
        let mut a = vec![vec![0.0; size + 1]; size + 1];
        a[0][0] = 1.0;
        for l in 1..=size {
            a[l][l] = a[l - 1][l - 1] * (2 * l - 1) as f64;
        }
        for m in 0..size {
            for l in m + 1..=size {
                let prev = if l >= 2 { a[l - 2][m] } else { 0.0 };
                a[l][m] = ((2 * l - 1) as f64 * u * a[l - 1][m] - (l + m - 1) as f64 * prev) / (l - m) as f64;
            }
        }
        let (re, im): (Vec<f64>, Vec<f64>) =
            std::iter::successors(Some((1.0, 0.0)), |_| None).take(1).unzip();
        let (mut re, mut im) = (re, im);
        for m in 1..=degree {
            let (p, q) = (re[m - 1], im[m - 1]);
            re.push(s * p - t * q);
            im.push(s * q + t * p);
        }
        let rho = self.re / n;
        let mut power = self.mu / n * rho;
        let mut sum = Vec3 { x: 0.0, y: 0.0, z: 0.0 };
        let mut radial = -self.mu / n2;
        for l in 1..=degree {
            power *= rho;
            let mut part = [0.0_f64; 4];
            for m in 0..=l.min(degree) {
                let (c, sn) = (self.c[l][m], self.s[l][m]);
                let d = c * re[m] + sn * im[m];
                let (e, f) = if m == 0 {
                    (0.0, 0.0)
                } else {
                    (c * re[m - 1] + sn * im[m - 1], sn * re[m - 1] - c * im[m - 1])
                };
                let mf = m as f64;
                part[0] += mf * a[l][m] * e;
                part[1] += mf * a[l][m] * f;
                part[2] += a[l][m + 1] * d;
                part[3] -= a[l + 1][m + 1] * d;
            }
            let k = power / self.re;
            sum.x += k * part[0];
            sum.y += k * part[1];
            sum.z += k * part[2];
            radial += k * part[3];
        }
        Ok(Vec3 { x: sum.x + radial * s, y: sum.y + radial * t, z: sum.z + radial * u })
    }
    #[grad]
    fn eom(&self, state: &[f64; 6], degree: usize) -> Result<[f64; 6], Trouble> {
        let [x, y, z, v @ ..] = *state;
        let a = self.accel(Vec3 { x, y, z }, degree)?;
        let mut out = [0.0; 6];
        out[..3].copy_from_slice(&v);
        out[3..].iter_mut().zip([a.x, a.y, a.z]).for_each(|(o, a)| *o = a);
        Ok(out)
    }
}
#[test]
fn gravity() {
    let mk = |x: &[f64]| Field {
        mu: x[0],
        re: x[1],
        c: (0..4).map(|l| (0..=l).map(|m| x[2 + l * 4 + m]).collect()).collect(),
        s: (0..4).map(|l| (0..=l).map(|m| x[18 + l * 4 + m]).collect()).collect(),
    };
    let x: Vec<f64> = (0..40)
        .map(|i| {
            if i == 0 {
                4.0
            } else if i == 1 {
                0.6
            } else if i >= 34 {
                [0.9, -0.5, 0.8, 0.1, 0.2, 0.3][i - 34]
            } else {
                ((i * 7 % 11) as f64 - 5.0) * 0.05
            }
        })
        .collect();
    let w = [0.0, 0.3, 0.1, 1.0, -0.6, 0.8];
    let st = |x: &[f64]| -> [f64; 6] { x[34..40].try_into().unwrap() };
    let f = |x: &[f64]| mk(x).eom(&st(x), 3).unwrap().iter().zip(w).map(|(a, b)| a * b).sum::<f64>();
    let fd = mk(&x);
    let s = st(&x);
    let (y, pb) = fd.eom_vjp(&s, 3);
    y.unwrap();
    let (df, ds) = pb(Ok(w));
    let mut g = vec![0.0; 40];
    g[0] = df.mu;
    g[1] = df.re;
    for l in 0..4 {
        for m in 0..=l {
            g[2 + l * 4 + m] = df.c[l][m];
            g[18 + l * 4 + m] = df.s[l][m];
        }
    }
    g[34..].copy_from_slice(&ds);
    assert_matches_central(&g, f, &x);
}
// 7 camera with an own matrix type
#[derive(Clone, Debug, Differentiable)]
struct M<const R: usize, const K: usize> {
    d: [[f64; K]; R],
}
impl<const R: usize, const K: usize> Index<(usize, usize)> for M<R, K> {
    type Output = f64;
    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.d[i][j]
    }
}
impl<const R: usize, const K: usize> IndexMut<(usize, usize)> for M<R, K> {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        &mut self.d[i][j]
    }
}
#[grad]
fn pixels<const R: usize>(cam: &M<3, 4>, pts: &M<R, 3>, k: &[f64; 5]) -> [[f64; 2]; R] {
    let mut out = [[0.0; 2]; R];
    for (row, p) in out.iter_mut().zip(pts.d.iter()) {
        let mut h = [0.0; 3];
        for (i, hi) in h.iter_mut().enumerate() {
            *hi = cam.d[i][..3].iter().zip(p).map(|(a, b)| a * b).sum::<f64>() + cam.d[i][3];
        }
        let (x, y) = (h[0] / h[2], h[1] / h[2]);
        let r2 = x * x + y * y;
        let radial = [k[0], k[1], k[4]].iter().rev().fold(0.0, |acc, c| (acc + c) * r2) + 1.0;
        row[0] = x * radial + 2.0 * k[2] * x * y + k[3] * (r2 + 2.0 * x * x);
        row[1] = y * radial + k[2] * (r2 + 2.0 * y * y) + 2.0 * k[3] * x * y;
    }
    out
}
#[test]
fn camera() {
    let x: Vec<f64> = (0..12 + 6 + 5).map(|i| 0.2 + ((i * 5 % 13) as f64) * 0.07).collect();
    let cam = |x: &[f64]| M::<3, 4> {
        d: std::array::from_fn(|i| std::array::from_fn(|j| x[i * 4 + j] + if i == j { 1.0 } else { 0.0 })),
    };
    let pts =
        |x: &[f64]| M::<2, 3> { d: std::array::from_fn(|i| std::array::from_fn(|j| x[12 + i * 3 + j])) };
    let k = |x: &[f64]| -> [f64; 5] { x[18..23].try_into().unwrap() };
    let w = [[1.0, -0.5], [0.3, 0.7]];
    let f = |x: &[f64]| {
        pixels(&cam(x), &pts(x), &k(x))
            .iter()
            .flatten()
            .zip(w.iter().flatten())
            .map(|(a, b)| a * b)
            .sum::<f64>()
    };
    let (c, p, kk) = (cam(&x), pts(&x), k(&x));
    let (_, pb) = pixels::vjp(&c, &p, &kk);
    let (dc, dp, dk) = pb(w);
    let mut g = vec![];
    backprop::Tangent::to_flat(&dc, &mut g);
    backprop::Tangent::to_flat(&dp, &mut g);
    g.extend(dk);
    assert_matches_central(&g, f, &x);
}
