//! Vectors that each iteration makes anew: made once where they stay in it, and otherwise as the function makes them.

use crate::oracle::{assert_matches_central, assert_same_bits, panic_message};
use backprop::grad;

/// Filled first.
#[grad]
fn filled(x: &[f64], y: &[f64]) -> f64 {
    let mut total = 0.0;
    for p in 0..y.len() {
        let mut a = vec![0.0; x.len()];
        for j in 0..x.len() {
            a[j] = (x[j] * y[p]).sin();
        }
        for j in 1..x.len() {
            total += a[j] * a[j - 1] * y[p];
        }
    }
    total
}

/// Added to at once, and stored twice.
#[grad]
fn twice(x: &[f64], y: &[f64]) -> f64 {
    let mut total = 0.0;
    for p in 0..y.len() {
        let mut a = vec![0.0; x.len()];
        let mut b = vec![0.0; x.len()];
        for j in 0..x.len() {
            a[j] += x[j] * y[p];
            b[j] = a[j] * x[j];
            b[j] = b[j] * b[j];
        }
        for j in 0..x.len() {
            total += a[j] * a[j] * b[j] * y[p];
        }
    }
    total
}

/// Zero where nothing is added, and added to; in a loop in a loop, of a shorter length.
#[grad]
fn added_to(x: &[f64], y: &[f64]) -> f64 {
    let mut total = 0.0;
    let half = x.len() / 2;
    for p in 0..y.len() {
        for q in 0..p {
            let mut a = vec![0.0; half];
            let mut b = vec![1.0; x.len()];
            for j in 0..half {
                if j % 2 == q % 2 {
                    a[j] += x[j] * y[q];
                }
                b[j + 1] *= a[j] + y[p];
                a[j] *= b[j];
            }
            for j in 0..half {
                total += a[j] * b[j] * x[p % x.len()];
            }
            total += b[x.len() - 1];
        }
    }
    total
}

/// These leave the iteration, or change their length.
#[grad]
fn leaving(x: &[f64], y: &[f64]) -> f64 {
    let mut last = vec![0.5; x.len()];
    let mut all = Vec::new();
    let mut total = 0.0;
    for p in 0..y.len() {
        let mut next = vec![0.0; x.len()];
        for j in 0..x.len() {
            next[j] = last[j] * x[j] + y[p];
        }
        last = next;
        let mut row = vec![0.0; x.len()];
        row[p % x.len()] = last[0] * y[p];
        all.push(row);
        let mut grown = vec![1.0; x.len()];
        grown.push(x[0]);
        grown[0] *= y[p];
        total += grown.iter().sum::<f64>() * grown[x.len()];
        let mut a = vec![0.0; x.len()];
        a[0] = x[1];
        std::mem::swap(&mut a, &mut last);
        total += a[0] * last[0];
        last[1] += a[1];
    }
    for row in &all {
        for (j, r) in row.iter().enumerate() {
            total += r * x[j];
        }
    }
    total
}

/// In an arm, with a length of the iteration, and as long as a number says.
#[grad]
fn sometimes(x: &[f64], y: &[f64], n: usize) -> f64 {
    let mut total = 0.0;
    for p in 0..y.len() {
        let mut a = vec![0.0; p + 1];
        for j in 0..=p {
            a[j] = x[j % x.len()] * y[p];
        }
        if y[p] > 0.0 {
            let mut b = vec![0.0; x.len()];
            for j in 0..x.len() {
                b[j] = x[j].exp() * a[p];
            }
            total += b[0] * b[x.len() - 1];
        }
        let mut c = vec![0.0; n];
        c[0] = a[0] * y[p];
        total += c[0].sin() * a[p];
    }
    total
}

#[grad]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Lent to a callee, and left early.
#[grad]
fn lent(x: &[f64], y: &[f64]) -> f64 {
    let mut total = 1.0;
    for p in 0..y.len() {
        let mut a = vec![0.0; x.len()];
        if total > 1e3 {
            break;
        }
        a[0] = total;
        for j in 1..x.len() {
            a[j] = a[j - 1] * 0.5 + y[p];
        }
        total += dot(&a, x);
    }
    total
}

#[test]
fn scratch_vectors() {
    let all: Vec<f64> = (0..9).map(|k| (1.3 * f64::from(k)).sin()).collect();
    let functions: [(fn(&[f64], &[f64]) -> f64, fn(&[f64], &[f64]) -> (f64, (Vec<f64>, Vec<f64>))); 6] = [
        (filled, filled::value_and_grad),
        (twice, twice::value_and_grad),
        (added_to, added_to::value_and_grad),
        (leaving, leaving::value_and_grad),
        (|x, y| sometimes(x, y, 2), |x, y| sometimes::value_and_grad(x, y, 2)),
        (lent, lent::value_and_grad),
    ];
    for (k, (f, gradient)) in functions.into_iter().enumerate() {
        for at in [4, 5, 9] {
            let (x, y) = all.split_at(at);
            let (value, (d_x, d_y)) = gradient(x, y);
            assert_same_bits(value, f(x, y));
            assert_matches_central(&[d_x, d_y].concat(), |v| f(&v[..at], &v[at..]), &all);
            assert!(at == 9 || value != 0.0, "{k}");
        }
    }
}

/// No iteration, and a length that no memory has.
#[test]
fn what_no_iteration_makes_is_not_made() {
    let (value, (d_x, d_y)) = sometimes::value_and_grad(&[1.0], &[], usize::MAX);
    assert_eq!((value, d_x, d_y), (0.0, vec![0.0], vec![]));
    assert!(panic_message(|| sometimes(&[1.0], &[1.0], usize::MAX)).contains("capacity"));
    assert!(panic_message(|| sometimes::grad(&[1.0], &[1.0], usize::MAX)).contains("capacity"));
}

#[derive(Clone, Debug, PartialEq, backprop::Differentiable)]
struct Layer {
    w: Vec<Vec<f64>>,
    scale: f64,
}

#[grad]
fn nested(w: &[Vec<f64>], layers: &[Layer]) -> f64 {
    let mut s = 0.0;
    for (row, layer) in w.iter().zip(layers) {
        for (a, b) in row.iter().zip(&layer.w[0]) {
            s += a * b * layer.scale;
        }
    }
    s
}

/// Buffers get the shape of their parameters, whatever they had; what was in them is gone.
#[test]
fn nested_buffers_are_overwritten() {
    let w = vec![vec![1.0, 2.0], vec![], vec![3.0]];
    let layer = |v: &[f64]| Layer { w: vec![v.to_vec(), vec![7.0]], scale: 2.0 };
    let layers = vec![layer(&[4.0, 5.0]), layer(&[6.0]), layer(&[8.0])];
    let (value, (d_w, d_layers)) = nested::value_and_grad(&w, &layers);
    assert_eq!(d_w, [vec![8.0, 10.0], vec![], vec![16.0]]);
    for start in [vec![vec![f64::NAN; 2]; 3], vec![vec![], vec![1.0, 2.0, 3.0], vec![f64::INFINITY]]] {
        let mut buffer = start.clone();
        let mut others = d_layers.clone();
        others[0].w = start;
        others[2].scale = f64::NAN;
        assert_eq!(nested::grad_into(&w, &layers, &mut buffer, &mut others), value);
        assert_eq!((&buffer, &others), (&d_w, &d_layers));
    }
}
