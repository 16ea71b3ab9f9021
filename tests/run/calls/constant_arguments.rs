//! Arguments that are constant for the caller, but not for the callee: slices and structs, handed on as well.

#![deny(unused_variables)]

use crate::oracle::{assert_all_close, assert_all_close_to, assert_same_bits, central, DIFFERENCES};
use backprop::{grad, Differentiable};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Table {
    rows: Vec<Vec<f64>>,
    offset: f64,
}

impl Table {
    #[grad]
    fn weighted(&self, i: usize, w: &[f64]) -> f64 {
        let mut s = self.offset;
        for j in 0..w.len() {
            s += self.rows[i][j] * w[j];
        }
        s
    }

    /// Hands its own arguments on, once as they are, once with a local.
    #[grad]
    fn twice(&self, i: usize, w: &[f64]) -> f64 {
        let squares: Vec<f64> = w.iter().map(|x| x * x).collect();
        self.weighted(i, w) * self.weighted(i, &squares)
    }
}

#[grad]
fn distance(a: &[f64], b: &Vec<f64>, len: f64) -> f64 {
    let mut d = 0.0;
    for i in 0..a.len() {
        d += (a[i] - b[i]) * (a[i] - b[i]);
    }
    (-d / (len * len)).exp()
}

/// Each of the arguments is constant in one of the calls; the same thing is both in one.
#[grad(wrt(w, len))]
fn mixed(w: &[f64], len: f64, table: &Table, data: &Vec<f64>) -> f64 {
    let mut s = 0.0;
    for i in 0..table.rows.len() {
        s += table.twice(i, w) + distance(data, data, len) * distance(w, data, 2.0);
    }
    s + distance(&data[1..], &table.rows[0], len)
}

#[grad(wrt(table))]
fn of_the_table(w: &[f64], table: &Table) -> f64 {
    table.twice(0, w) + table.weighted(1, w)
}

#[test]
fn constants_in_calls() {
    let table = Table { rows: vec![vec![0.3, -0.5, 0.2], vec![1.5, 0.4, -0.1]], offset: 0.7 };
    let data = vec![0.1, 0.6, -0.4];
    let x = [0.4, -0.3, 0.8, 1.4];
    let f = |x: &[f64]| mixed(&x[..3], x[3], &table, &data);
    let (y, (d_w, d_len)) = mixed::value_and_grad(&x[..3], x[3], &table, &data);
    assert_same_bits(y, f(&x));
    let all = [&d_w[..], &[d_len]].concat();
    assert_all_close_to(&all, &central(f, &x), DIFFERENCES);
    let d = of_the_table::grad(&x[..3], &table);
    let g = |t: &[f64]| {
        of_the_table(&x[..3], &Table { rows: vec![t[..3].to_vec(), t[3..6].to_vec()], offset: t[6] })
    };
    let flat = [&table.rows[0][..], &table.rows[1], &[table.offset]].concat();
    let all = [&d.rows[0][..], &d.rows[1], &[d.offset]].concat();
    assert_all_close_to(&all, &central(g, &flat), DIFFERENCES);
}

/// The whole gradient of the callee is as before.
#[test]
fn of_everything() {
    let (d_a, d_b, _) = distance::grad(&[0.5, 1.0], &vec![0.0, 0.25], 1.0);
    let y = (-(0.25f64 + 0.5625)).exp();
    assert_all_close(&d_a, &[-y, -1.5 * y]);
    assert_all_close(&d_b, &[y, 1.5 * y]);
}

/// A local of the same name: no warning either (above).
#[grad]
fn shadowed(a: &[f64], by: f64) -> f64 {
    let mut a = a.to_vec();
    for i in 0..a.len() {
        a[i] = a[i] * a[i] * by;
    }
    let mut s = 0.0;
    for i in 0..a.len() {
        s += a[i] * a[i];
    }
    s
}

#[test]
fn of_a_shadowed_one() {
    // s = by² Σ a⁴
    let (d, d_by) = shadowed::grad(&[1.0, 2.0], 3.0);
    assert_all_close(&d, &[36.0, 288.0]);
    assert_all_close(&[d_by], &[102.0]);
}
