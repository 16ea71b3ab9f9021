//! What calls return and the body only asks by methods or passes by reference: its cotangent is made once, whatever the
//! number of calls.

use crate::oracle::{assert_all_close_to, assert_same_bits, central, DIFFERENCES};
use backprop::{grad, Differentiable};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Matrix {
    n: usize,
    data: Vec<f64>,
}

impl Matrix {
    #[grad]
    fn at(&self, i: usize, j: usize) -> f64 {
        self.data[i * self.n + j]
    }

    #[grad]
    fn times(&self, other: &Matrix) -> Matrix {
        let mut data = vec![0.0; self.n * self.n];
        for i in 0..self.n {
            for j in 0..self.n {
                for k in 0..self.n {
                    data[i * self.n + j] += self.at(i, k) * other.at(k, j);
                }
            }
        }
        Matrix { n: self.n, data }
    }
}

#[grad]
fn overlap(a: &Matrix, b: &Matrix, s: f64) -> f64 {
    let mut sum = 0.0;
    for k in 0..a.data.len() {
        sum += a.data[k] * (s * b.data[k]).sin();
    }
    sum
}

/// Entries in nested loops, in one branch only, before and behind; one matrix twice in one call; and from one iteration
/// to the next.
#[grad]
fn many_looks(m: &Matrix, s: f64) -> f64 {
    let p = m.times(m);
    let mut sum = p.at(0, 0) * s;
    for i in 0..m.n {
        for j in 0..i {
            sum += p.at(i, j) * p.at(j, i);
        }
        if i > 0 {
            let q = p.times(&p);
            sum -= q.at(i, 0).sin() + overlap(&q, &q, s);
        }
    }
    let mut r = p.times(m);
    for i in 0..m.n {
        r = r.times(&p);
        sum += r.at(i, i).tanh();
    }
    sum + overlap(&p, &p, s) + p.at(1, 1)
}

fn matrix(x: &[f64]) -> Matrix {
    Matrix { n: 3, data: x[..9].to_vec() }
}

#[test]
fn against_differences() {
    let x = [0.4, -0.3, 0.2, 0.9, 0.1, -0.5, 0.3, 0.8, -0.7, 1.3];
    let f = |x: &[f64]| many_looks(&matrix(x), x[9]);
    let (y, (dm, ds)) = many_looks::value_and_grad(&matrix(&x), x[9]);
    assert_same_bits(y, f(&x));
    let mut actual = dm.data;
    actual.push(ds);
    assert_all_close_to(&actual, &central(f, &x), DIFFERENCES);
}

/// The adjoint of a matrix product by hand: `P = M M`, `sum of P` has the gradient `1 Mᵀ + Mᵀ 1`.
#[grad]
fn sum_of_square(m: &Matrix) -> f64 {
    let p = m.times(m);
    let mut sum = 0.0;
    for i in 0..m.n {
        for j in 0..m.n {
            sum += p.at(i, j);
        }
    }
    sum
}

#[test]
fn against_the_formula() {
    let n = 4;
    let m = Matrix { n, data: (0..n * n).map(|k| (k as f64).cos()).collect() };
    let d = sum_of_square::grad(&m);
    let row = |i: usize| (0..n).map(|j| m.data[i * n + j]).sum::<f64>();
    let column = |j: usize| (0..n).map(|i| m.data[i * n + j]).sum::<f64>();
    for i in 0..n {
        for j in 0..n {
            assert!((d.data[i * n + j] - (row(j) + column(i))).abs() < 1e-12);
        }
    }
}
