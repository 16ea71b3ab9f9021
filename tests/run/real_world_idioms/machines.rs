//! Networks, a stack machine, root finding, splines and bodies in motion, as structs with methods, chains and early returns.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable, Real};

#[derive(Clone, Debug, Differentiable)]
struct Layer<const I: usize, const O: usize> {
    w: [[f64; I]; O],
    b: [f64; O],
    act: Option<f64>,
}
impl<const I: usize, const O: usize> Layer<I, O> {
    #[grad]
    fn forward(&self, x: &[f64; I]) -> [f64; O] {
        let mut y = [0.0; O];
        y.iter_mut()
            .zip(self.w.iter().zip(&self.b))
            .for_each(|(y, (w, b))| *y = w.iter().zip(x).map(|(w, x)| w * x).sum::<f64>() + b);
        match self.act {
            Some(k) => y.map(|v| if v > 0.0 { v } else { k * v }),
            None => y.map(f64::tanh),
        }
    }
}
#[derive(Clone, Debug, Differentiable)]
struct Net {
    a: Layer<2, 3>,
    b: Layer<3, 2>,
    scale: Vec<f64>,
}
#[grad]
fn loss(n: &Net, xs: &[[f64; 2]], #[no_grad] labels: &[usize]) -> f64 {
    xs.iter()
        .zip(labels.iter())
        .map(|(x, &l)| {
            let h = n.a.forward(x);
            let o = n.b.forward(&h);
            let m = o.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let z: f64 = o.iter().map(|v| (v - m).exp()).sum();
            n.scale[l] * (m + z.ln() - o[l])
        })
        .sum::<f64>()
        / xs.len() as f64
}
fn net(x: &[f64]) -> Net {
    Net {
        a: Layer { w: [[x[0], x[1]], [x[2], x[3]], [x[4], x[5]]], b: [x[6], x[7], x[8]], act: Some(x[9]) },
        b: Layer { w: [[x[10], x[11], x[12]], [x[13], x[14], x[15]]], b: [x[16], x[17]], act: None },
        scale: vec![x[18], x[19]],
    }
}
#[test]
fn nets() {
    let x: Vec<f64> = (0..24).map(|i| ((i * 11 % 17) as f64 - 8.0) * 0.11).collect();
    let xs = |x: &[f64]| vec![[x[20], x[21]], [x[22], x[23]]];
    let (d, dx) = loss::grad(&net(&x), &xs(&x), &[1, 0]);
    let mut g = vec![];
    backprop::Tangent::to_flat(&d, &mut g);
    backprop::Tangent::to_flat(&dx, &mut g);
    assert_matches_central(&g, |x| loss(&net(x), &xs(x), &[1, 0]), &x);
}
#[derive(Clone, Debug)]
enum Op {
    Push(usize),
    Add,
    Mul,
    Dup,
    Swap,
    Pow(i32),
    If(Vec<Op>, Vec<Op>),
    Loop(usize, Vec<Op>),
}
#[grad]
fn run(#[no_grad] ops: &[Op], vars: &[f64], mut stack: Vec<f64>) -> Result<Vec<f64>, String> {
    for op in ops {
        match op {
            Op::Push(k) => stack.push(*vars.get(*k).ok_or_else(|| format!("no variable {k}"))?),
            Op::Add | Op::Mul => {
                let (Some(a), Some(b)) = (stack.pop(), stack.pop()) else { return Err("empty".to_string()) };
                stack.push(if let Op::Add = op { a + b } else { a * b });
            }
            Op::Dup => {
                let t = *stack.last().ok_or("empty")?;
                stack.push(t);
            }
            Op::Swap => {
                let n = stack.len();
                stack.swap(n - 1, n - 2);
            }
            Op::Pow(n) => {
                let t = stack.last_mut().unwrap();
                *t = t.powi(*n);
            }
            Op::If(a, b) => {
                let c = stack.pop().unwrap_or(0.0);
                stack = if c > 0.0 { run(a, vars, stack)? } else { run(b, vars, stack)? };
            }
            Op::Loop(n, body) => {
                for _ in 0..*n {
                    stack = run(body, vars, stack)?;
                }
            }
        }
    }
    Ok(stack)
}
#[test]
fn machine() {
    use Op::*;
    let ops = vec![
        Push(0),
        Dup,
        Mul,
        Push(1),
        Loop(3, vec![Dup, Push(2), Mul, Add, Pow(2)]),
        Add,
        Push(2),
        Push(1),
        Swap,
        If(vec![Push(0), Add], vec![Mul]),
        Push(0),
        Mul,
    ];
    let f = |x: &[f64]| run(&ops, x, vec![x[0]]).unwrap().iter().sum::<f64>();
    let x = [0.4, 0.3, -0.6];
    for s in [1.0, -1.0] {
        let x = [x[0], x[1] * s, x[2] * s];
        let (y, pb) = run::vjp(&ops, &x, vec![x[0]]);
        let n = y.unwrap().len();
        let (mut g, d) = pb(Ok(vec![1.0; n]));
        g[0] += d[0];
        assert_matches_central(&g, f, &x);
    }
}
#[grad]
fn bisect<T: Real>(c: T, lo: T, hi: T) -> Option<T> {
    let f = |x: T| x * x * x - c;
    let (mut a, mut b) = (lo, hi);
    if f(a) * f(b) > T::ZERO {
        return None;
    }
    let half = T::from_f64(0.5);
    let root = 'find: loop {
        for _ in 0..3 {
            let m = (a + b) * half;
            if (b - a).abs() < T::from_f64(1e-3) {
                break 'find m;
            }
            if f(m) * f(a) <= T::ZERO {
                b = m
            } else {
                a = m
            }
        }
        if a == b {
            break a;
        }
    };
    // one Newton step carries the derivative
    Some(root - f(root) / (root * root * T::from_f64(3.0)))
}
#[test]
fn bisection() {
    let (y, pb) = bisect::vjp(2.0, 0.5, 3.0);
    assert!((y.unwrap() - 2f64.cbrt()).abs() < 1e-5);
    let g = pb(Some(1.0));
    assert_matches_central(&[g.0, g.1, g.2], |x| bisect(x[0], x[1], x[2]).unwrap(), &[2.0, 0.5, 3.0]);
}
#[derive(Clone, Debug, Differentiable)]
struct Spline {
    knots: Vec<(f64, f64)>,
    ends: (Option<f64>, Option<f64>),
}
impl Spline {
    #[grad]
    fn second(&self) -> Vec<f64> {
        let n = self.knots.len();
        let mut u = vec![0.0; n];
        let mut y2 = vec![0.0; n];
        if let Some(d) = self.ends.0 {
            let ((x0, y0), (x1, y1)) = (self.knots[0], self.knots[1]);
            y2[0] = -0.5;
            u[0] = 3.0 / (x1 - x0) * ((y1 - y0) / (x1 - x0) - d);
        }
        for i in 1..n - 1 {
            let [(xa, ya), (xb, yb), (xc, yc)] = [self.knots[i - 1], self.knots[i], self.knots[i + 1]];
            let sig = (xb - xa) / (xc - xa);
            let p = sig * y2[i - 1] + 2.0;
            y2[i] = (sig - 1.0) / p;
            let d = (yc - yb) / (xc - xb) - (yb - ya) / (xb - xa);
            u[i] = (6.0 * d / (xc - xa) - sig * u[i - 1]) / p;
        }
        let (q, w) = match self.ends.1 {
            None => (0.0, 0.0),
            Some(d) => {
                let (a, b) = (self.knots[n - 2], self.knots[n - 1]);
                let h = b.0 - a.0;
                (0.5, 3.0 / h * (d - (b.1 - a.1) / h))
            }
        };
        y2[n - 1] = (w - q * u[n - 2]) / (q * y2[n - 2] + 1.0);
        for k in (0..n - 1).rev() {
            y2[k] = y2[k] * y2[k + 1] + u[k];
        }
        y2
    }
    #[grad]
    fn at(&self, x: f64) -> f64 {
        let y2 = self.second();
        let hi = self.knots.iter().position(|k| k.0 > x).unwrap_or(self.knots.len() - 1).max(1);
        let ((xa, ya), (xb, yb)) = (self.knots[hi - 1], self.knots[hi]);
        let h = xb - xa;
        let (a, b) = ((xb - x) / h, (x - xa) / h);
        a * ya + b * yb + ((a.powi(3) - a) * y2[hi - 1] + (b.powi(3) - b) * y2[hi]) * h * h / 6.0
    }
}
#[test]
fn spline() {
    for e in 0..4 {
        let mk = |x: &[f64]| Spline {
            knots: x[..10].chunks(2).map(|c| (c[0], c[1])).collect(),
            ends: ((e & 1 == 1).then_some(x[10]), (e & 2 == 2).then_some(x[11])),
        };
        for at in [0.15, 0.9, 2.2, 3.1] {
            let x = [0.0, 0.4, 0.7, -0.2, 1.5, 0.9, 2.0, 0.3, 3.0, 1.1, 0.25, -0.6, at];
            let (d, dx) = mk(&x).at_grad(x[12]);
            let mut g: Vec<f64> = d.knots.iter().flat_map(|k| [k.0, k.1]).collect();
            g.extend([d.ends.0.unwrap_or(0.0), d.ends.1.unwrap_or(0.0), dx]);
            assert_matches_central(&g, |x| mk(x).at(x[12]), &x);
        }
    }
}
#[derive(Clone, Debug, Differentiable)]
struct Body {
    m: f64,
    x: [f64; 2],
    v: [f64; 2],
}
#[derive(Clone, Debug, Differentiable)]
struct World {
    bodies: Vec<Body>,
    g: f64,
    #[no_grad]
    log: Vec<String>,
}
impl World {
    #[grad]
    fn forces(&self) -> Vec<[f64; 2]> {
        self.bodies
            .iter()
            .enumerate()
            .map(|(i, a)| {
                self.bodies.iter().enumerate().filter(|(j, _)| *j != i).fold([0.0; 2], |mut f, (_, b)| {
                    let d = [b.x[0] - a.x[0], b.x[1] - a.x[1]];
                    let r2 = d.iter().map(|d| d * d).sum::<f64>() + 0.01;
                    let k = self.g * a.m * b.m / (r2 * r2.sqrt());
                    f.iter_mut().zip(d).for_each(|(f, d)| *f += k * d);
                    f
                })
            })
            .collect()
    }
    #[grad]
    fn step(&mut self, dt: f64) -> f64 {
        let f = self.forces();
        for (b, f) in self.bodies.iter_mut().zip(f) {
            for k in 0..2 {
                b.v[k] += dt * f[k] / b.m;
                b.x[k] += dt * b.v[k];
            }
        }
        self.energy()
    }
    #[grad]
    fn energy(&self) -> f64 {
        let kin: f64 = self.bodies.iter().map(|Body { m, v: [a, b], .. }| 0.5 * m * (a * a + b * b)).sum();
        let mut pot = 0.0;
        for (i, a) in self.bodies.iter().enumerate() {
            for b in &self.bodies[..i] {
                pot -= self.g * a.m * b.m / (a.x[0] - b.x[0]).hypot(a.x[1] - b.x[1]);
            }
        }
        kin + pot
    }
    #[grad]
    fn simulate(mut self, n: usize, dt: f64) -> f64 {
        let mut best = self.energy();
        for _ in 0..n {
            let e = self.step(dt);
            if e > best {
                best = e;
            }
        }
        best + self.bodies[0].x[1] * self.energy()
    }
}
#[test]
fn nbody() {
    let mk = |x: &[f64]| World {
        bodies: x[..15].chunks(5).map(|c| Body { m: c[0], x: [c[1], c[2]], v: [c[3], c[4]] }).collect(),
        g: x[15],
        log: vec![],
    };
    let x = [1.0, 0.0, 0.1, 0.2, -0.1, 0.5, 1.0, 0.3, -0.2, 0.4, 0.7, -0.8, 0.9, 0.1, 0.3, 0.6, 0.05];
    let (d, dt) = mk(&x).simulate_grad(4, x[16]);
    let mut g = vec![];
    backprop::Tangent::to_flat(&d, &mut g);
    g.push(dt);
    assert_matches_central(&g, |x| mk(x).simulate(4, x[16]), &x);
}
