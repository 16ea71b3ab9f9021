//! Chains over constant fields of unknown type, with closures that see active values.

use crate::oracle::assert_matches_central;
use backprop::grad;

struct Table {
    weights: Vec<f64>,
    rows: Vec<[f64; 2]>,
    labels: [i32; 3],
    flat: Box<[f64]>,
    width: usize,
}

#[grad]
fn chains(x: f64, y: f64, #[no_grad] t: &Table) -> f64 {
    let a: f64 = t.weights.iter().map(|w| w * x).sum();
    let b: f64 = t.weights.iter().zip(&t.labels).map(|(w, &k)| (w * y).sin() * k as f64).sum();
    let c = t.rows.iter().rev().enumerate().fold(x, |s, (k, [p, q])| s * y + p * k as f64 - q * x);
    let d: f64 = t.flat.chunks_exact(t.width).skip(1).map(|row| row[0] * x + row[1] * y).sum();
    let mut e = 0.0;
    for (i, (w, row)) in t.weights.iter().zip(t.rows.iter()).enumerate() {
        e += w * row[1] * x.powi(i as i32);
    }
    let f: f64 =
        [x, y, x * y].iter().zip(t.weights.iter().copied().filter(|w| *w > 0.0)).map(|(v, w)| v * w).sum();
    let g: f64 = t.labels.iter().map(|k| f64::from(*k)).sum(); // constant as a whole
    a * b + c * d + e * f + g * x
}

struct Model {
    table: Table,
    gains: [f64; 3],
}

impl Model {
    #[grad(wrt(x))]
    fn energy(&self, x: &[f64]) -> f64 {
        let inner: f64 =
            self.gains.iter().zip(self.table.weights.iter()).zip(x).map(|((g, w), v)| g * w * v * v).sum();
        self.table.flat.windows(2).zip(x.iter()).map(|(w, v)| (w[1] - w[0]) * v).sum::<f64>() * inner
    }
}

fn table() -> Table {
    Table {
        weights: vec![0.5, -1.2, 0.8],
        rows: vec![[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]],
        labels: [2, -1, 3],
        flat: (0..8).map(|k| (k as f64).sin()).collect(),
        width: 2,
    }
}

#[test]
fn constant_fields_are_iterated_over() {
    let t = table();
    let (x, y) = chains::grad(0.7, 1.3, &t);
    assert_matches_central(&[x, y], |v| chains(v[0], v[1], &t), &[0.7, 1.3]);
}

#[test]
fn fields_of_a_constant_receiver() {
    let model = Model { table: table(), gains: [1.0, -0.5, 2.0] };
    let at = [0.4, -1.1, 0.9];
    assert_matches_central(&model.energy_grad(&at), |x| model.energy(x), &at);
}
