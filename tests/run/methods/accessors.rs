//! Methods that only fetch or store a number are inlined where they are called: the same values and gradients, nothing kept.

use crate::oracle::{assert_all_close, assert_matches_central, assert_same_bits};
use backprop::{grad, Differentiable};
use std::mem::size_of_val;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Matrix {
    rows: usize,
    cols: usize,
    data: Vec<f64>,
}

impl Matrix {
    #[grad]
    fn at(&self, i: usize, j: usize) -> f64 {
        self.data[i * self.cols + j]
    }

    /// A comment with fn at( in it.
    #[inline]
    #[grad]
    fn set(&mut self, i: usize, j: usize, v: f64) {
        let k = i * self.cols + j;
        self.data[k] = v;
    }

    #[grad]
    pub(crate) fn add(&mut self, i: usize, j: usize, v: f64) {
        self.data[i * self.cols + j] += 2.0 * v;
    }

    /// Stores an old value elsewhere, and a product of it.
    #[grad]
    fn rotate(&mut self, s: f64) {
        let first = self.data[0];
        self.data[0] = self.data[1] * s;
        self.data[1] = -first / s;
    }

    #[grad]
    fn mul(&self, o: &Matrix) -> Matrix {
        let mut data = vec![0.0; self.rows * o.cols];
        for i in 0..self.rows {
            for j in 0..o.cols {
                let mut s = 0.0;
                for k in 0..self.cols {
                    s += self.at(i, k) * o.at(k, j);
                }
                data[i * o.cols + j] = s;
            }
        }
        Matrix { rows: self.rows, cols: o.cols, data }
    }
}

/// One with methods of the same names.
mod other {
    use backprop::{grad, Differentiable};

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Diagonal {
        pub data: Vec<f64>,
    }

    impl Diagonal {
        #[grad]
        pub fn at(&self, i: usize, j: usize) -> f64 {
            self.data[i] * self.data[j] * self.data[0]
        }
    }
}

fn matrix(rows: usize, x: &[f64]) -> Matrix {
    Matrix { rows, cols: x.len() / rows, data: x.to_vec() }
}

const X: [f64; 6] = [0.4, -0.3, 1.2, 0.7, -0.5, 0.9];
const Y: [f64; 6] = [1.1, 0.2, -0.8, 0.6, 0.3, -0.7];

#[test]
fn a_product_keeps_nothing() {
    let (a, b) = (matrix(2, &X), matrix(3, &Y));
    let (c, pullback) = a.mul_vjp(&b);
    assert_eq!(c, a.mul(&b));
    assert_eq!(size_of_val(&pullback), 2 * size_of_val(&&a), "the two matrices, by reference");
    let seed = [1.0, 10.0, 100.0, 1000.0];
    let mut d = c.clone();
    d.data.copy_from_slice(&seed);
    let (d_a, d_b) = pullback(MatrixTangent { data: seed.to_vec() });
    // By hand: seed · bᵀ and aᵀ · seed.
    let (mut by_a, mut by_b) = ([0.0; 6], [0.0; 6]);
    for i in 0..2 {
        for j in 0..2 {
            for k in 0..3 {
                by_a[i * 3 + k] += d.data[i * 2 + j] * b.data[k * 2 + j];
                by_b[k * 2 + j] += a.data[i * 3 + k] * d.data[i * 2 + j];
            }
        }
    }
    assert_all_close(&d_a.data, &by_a);
    assert_all_close(&d_b.data, &by_b);
}

/// Names of parameters are those of variables here, with the roles exchanged; receivers in arrays, behind `&mut`, owned.
#[grad(wrt(all, x))]
fn mixed(all: &[Matrix], d: &other::Diagonal, x: f64) -> f64 {
    let mut own = all[0].clone();
    let mut s = 0.0;
    for j in 0..all.len() {
        for i in 0..2 {
            let (v, k) = (all[j].at(i, 1 - i), d.at(i, j));
            own.set(1 - i, i, own.at(i, i) * v * x + k);
            own.add(i, j, all[j].at(0, 0) * own.at(1, 2));
            let m = &mut own;
            m.rotate(x + v);
            s += m.at(j, i) * k;
        }
    }
    s + own.at(1, 0)
}

/// A setter behind a `&mut` parameter.
#[grad]
fn fill(m: &mut Matrix, x: f64) {
    for i in 0..m.rows {
        for j in 0..m.cols {
            let v = m.at(i, j);
            m.set(i, j, v * v * x);
        }
    }
}

#[grad(wrt(x))]
fn filled(first: &Matrix, x: f64) -> f64 {
    let mut m = first.clone();
    fill(&mut m, x);
    fill(&mut m, x * x);
    m.at(1, 1) + m.at(0, 2)
}

#[test]
fn stores_loads_and_names() {
    let diagonal = other::Diagonal { data: vec![0.5, 1.5, -0.4] };
    let all = |x: &[f64]| vec![matrix(2, &x[..6]), matrix(2, &x[6..])];
    let point: Vec<f64> = X.iter().chain(&Y).copied().collect();
    let (value, (d_all, d_x)) = mixed::value_and_grad(&all(&point), &diagonal, 0.7);
    assert_same_bits(value, mixed(&all(&point), &diagonal, 0.7));
    let d: Vec<f64> = d_all.iter().flat_map(|m| m.data.clone()).collect();
    assert_matches_central(&d, |x| mixed(&all(x), &diagonal, 0.7), &point);
    assert_matches_central(&[d_x], |x| mixed(&all(&point), &diagonal, x[0]), &[0.7]);
    let m = matrix(2, &X);
    assert_matches_central(&[filled::grad(&m, 0.8)], |x| filled(&m, x[0]), &[0.8]);
}

#[test]
#[should_panic(expected = "index out of bounds")]
fn an_element_that_is_not_there() {
    let (a, b) = (matrix(2, &X), Matrix { rows: 3, cols: 2, data: vec![1.0; 5] });
    let _ = a.mul_vjp(&b);
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

impl Point {
    #[grad]
    fn scaled(self, k: f64) -> Self {
        Point { x: self.x * k, y: self.y / k }
    }

    #[grad]
    fn dot(&self, o: &Point) -> f64 {
        self.x * o.x + self.y * o.y
    }

    #[grad]
    fn x(&self) -> f64 {
        self.x
    }

    /// Nothing is known of what this returns.
    #[grad]
    fn both(&self) -> (f64, f64) {
        (self.y, self.x)
    }
}

/// Results of methods are such structs and numbers: elements of theirs, sums that loops carry, branches.
#[grad(wrt(p, k))]
fn walk(p: &Point, k: f64, steps: usize) -> f64 {
    let mut at = *p;
    let mut s = 0.0;
    for i in 0..steps {
        let next = at.scaled(k + 0.1 * i as f64);
        let d = next.dot(p);
        if d > 1.0 {
            s += d * next.x();
            at = next;
        } else {
            let (a, b) = at.scaled(1.5).both();
            s -= d * a + b;
            at.y += next.x() * at.x();
        }
    }
    s + at.dot(&at)
}

#[test]
fn what_methods_return() {
    for steps in [0, 1, 5] {
        let value = walk::value_and_grad(&Point { x: 0.9, y: 1.3 }, 0.8, steps);
        let f = |x: &[f64]| walk(&Point { x: x[0], y: x[1] }, x[2], steps);
        assert_same_bits(value.0, f(&[0.9, 1.3, 0.8]));
        let (d, d_k) = value.1;
        assert_matches_central(&[d.x, d.y, d_k], f, &[0.9, 1.3, 0.8]);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct V3 {
    x: f64,
    y: f64,
    z: f64,
}

impl V3 {
    #[grad]
    fn sub(self, o: V3) -> V3 {
        V3 { x: self.x - o.x, y: self.y - o.y, z: self.z - o.z }
    }

    #[grad]
    fn add(self, o: &V3) -> Self {
        Self { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }

    #[grad]
    fn scale(&self, k: f64) -> V3 {
        let x = self.x * k;
        V3 { x, y: self.y * k, z: self.z * k }
    }

    #[grad]
    fn dot(self, o: V3) -> f64 {
        self.x * o.x + self.y * o.y + self.z * o.z
    }

    #[grad]
    fn length(&self) -> f64 {
        (self.x * self.x + self.y * self.y + self.z * self.z).sqrt()
    }

    /// Changes what it is called on, and says by how much.
    #[grad]
    fn push(&mut self, by: f64) -> f64 {
        let old = self.x;
        self.x = self.x * by + self.z;
        self.x - old
    }
}

/// Vectors by value, by reference, in vectors, out of other calls.
#[grad(wrt(all, k))]
fn chain(all: &[V3], k: f64, steps: usize) -> f64 {
    let mut p = all.to_vec();
    let n = p.len();
    let mut total = V3 { x: k, y: 0.0, z: 1.0 };
    for s in 0..steps {
        for i in 0..n {
            let j = (i + 1) % n;
            let d = p[j].sub(p[i]);
            let l = d.length() + 0.5;
            p[i] = p[i].add(&d.scale(k / l));
            if s % 2 == 0 {
                p[j] = p[j].sub(p[i].scale(0.1).add(&total.scale(0.01)));
            }
            total = total.add(&d);
        }
    }
    let mut e = total.dot(p[0]);
    for v in &p {
        e += v.dot(*v) * v.length();
    }
    e
}

/// What is passed by value is as it was before the arguments behind it, in calls that are inlined and in others.
#[grad]
fn in_order(a: V3, k: f64) -> f64 {
    let mut a = a;
    let first = a.dot(V3 { x: a.push(k), y: a.x, z: k });
    let b = a;
    let second = a.sub({
        a.x *= k;
        b
    });
    first + second.dot(a)
}

#[test]
fn vectors_by_value() {
    let points = |x: &[f64]| x.chunks(3).map(|c| V3 { x: c[0], y: c[1], z: c[2] }).collect::<Vec<_>>();
    let x: Vec<f64> = X.iter().chain(&Y[..3]).copied().collect();
    for steps in [0, 1, 4] {
        let f = |x: &[f64]| chain(&points(x), 0.3, steps);
        let (value, (d, d_k)) = chain::value_and_grad(&points(&x), 0.3, steps);
        assert_same_bits(value, f(&x));
        let d: Vec<f64> = d.iter().flat_map(|v| [v.x, v.y, v.z]).collect();
        assert_matches_central(&d, f, &x);
        assert_matches_central(&[d_k], |k| chain(&points(&x), k[0], steps), &[0.3]);
    }
    let f = |x: &[f64]| in_order(V3 { x: x[0], y: x[1], z: x[2] }, x[3]);
    let (value, (d, d_k)) = in_order::value_and_grad(V3 { x: 0.4, y: -0.3, z: 1.2 }, 0.7);
    assert_same_bits(value, f(&[0.4, -0.3, 1.2, 0.7]));
    assert_matches_central(&[d.x, d.y, d.z, d_k], f, &[0.4, -0.3, 1.2, 0.7]);
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Weighted {
    x: f64,
    #[no_grad]
    w: f64,
}

impl Weighted {
    #[grad]
    fn moved(self, by: f64) -> Weighted {
        Weighted { x: self.x + by * self.w, w: self.w }
    }
}

/// Fields that are constants have no cotangent.
#[grad(wrt(all, k))]
fn weighted(all: &[Weighted], k: f64) -> f64 {
    let mut all = all.to_vec();
    for i in 0..all.len() {
        all[i] = all[i].moved(k * k);
        all[i] = Weighted { x: all[i].x * k, w: 2.0 };
    }
    all.iter().map(|v| v.x * v.w).sum()
}

#[test]
fn fields_that_are_constants() {
    let all = [Weighted { x: 0.4, w: 3.0 }, Weighted { x: 1.0, w: 5.0 }];
    let (value, (d, d_k)) = weighted::value_and_grad(&all, 0.7);
    assert_same_bits(value, weighted(&all, 0.7));
    assert_all_close(&[d[0].x, d[1].x], &[1.4, 1.4]);
    assert_matches_central(&[d_k], |k| weighted(&all, k[0]), &[0.7]);
}
