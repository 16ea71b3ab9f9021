//! Accumulating loops: sums, products, several accumulators, seeds known late (classes L1, L2, L6).

use crate::oracle::{assert_all_close, assert_all_close_to, assert_same_bits, Numbers};
use backprop::grad;

#[grad(forward)]
fn sum(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i];
    }
    s
}

#[test]
fn sum_of_a_slice() {
    for n in [0, 1, 2, 17] {
        assert_eq!(sum::grad(&vec![0.5; n]), vec![1.0; n]);
    }
}

#[grad]
fn sum_of_sines(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i].sin();
    }
    s
}

#[test]
fn sum_of_sines_of_a_slice() {
    let x = Numbers::new(1).vec(33);
    let cosines: Vec<f64> = x.iter().map(|v| v.cos()).collect();
    assert_all_close(&sum_of_sines::grad(&x), &cosines);
}

#[grad(forward)]
fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * y[i];
    }
    s
}

#[test]
fn dot_product() {
    let mut numbers = Numbers::new(2);
    let (x, y) = (numbers.vec(9), numbers.vec(9));
    let (value, (dx, dy)) = dot::value_and_grad(&x, &y);
    assert_same_bits(value, dot(&x, &y));
    assert_eq!((dx, dy), (y.clone(), x.clone()));
    let (u, v) = (numbers.vec(9), numbers.vec(9));
    let (_, along) = dot::jvp(&x, &y, (&u, &v));
    assert_all_close(&[along], &[dot(&u, &y) + dot(&x, &v)]);
}

#[grad]
fn product(x: &[f64]) -> f64 {
    let mut p = 1.0;
    for v in x {
        p *= v;
    }
    p
}

/// K18, and the bug of Warp: `prod *= x[i]` at (1, 2, 4).
#[test]
fn product_with_zeros() {
    assert_eq!(product::grad(&[1.0, 2.0, 4.0]), [8.0, 4.0, 2.0]);
    assert_eq!(product::grad(&[2.0, 0.0, 4.0]), [0.0, 8.0, 0.0]);
    assert_eq!(product::grad(&[0.0, 3.0, 0.0]), [0.0; 3]);
    assert_eq!(product::grad(&[]), [0.0; 0]);
}

#[grad]
fn two_sums(x: &[f64]) -> f64 {
    let (mut sum, mut squares) = (0.0, 0.0);
    for v in x {
        sum += v;
        squares += v * v;
    }
    let n = x.len() as f64;
    squares / n - (sum / n) * (sum / n)
}

#[test]
fn variance_with_two_accumulators() {
    let x = [1.0, 4.0, -2.0, 5.0];
    let mean = 2.0;
    let expected: Vec<f64> = x.iter().map(|v| 2.0 * (v - mean) / 4.0).collect();
    check!(two_sums(&x) => expected);
}

#[grad]
fn used_after_the_loop(x: &[f64], w: f64) -> f64 {
    let mut s = 1.0;
    for v in x {
        s += v * v * w;
    }
    (s * w).ln() + s.sqrt()
}

#[test]
fn accumulator_used_nonlinearly() {
    let flat = |v: &[f64]| used_after_the_loop(&v[..3], v[3]);
    let (dx, dw) = used_after_the_loop::grad(&[0.3, -0.8, 1.1], 0.6);
    crate::oracle::assert_matches_central(&[&dx[..], &[dw]].concat(), flat, &[0.3, -0.8, 1.1, 0.6]);
}

#[grad]
fn subtracting(x: &[f64], a: f64) -> f64 {
    let mut s = a * a;
    for v in x {
        s -= a * v;
    }
    for v in x {
        s = s + v;
    }
    for v in x {
        s = v * 2.0 + s;
    }
    3.0 * s
}

#[test]
fn accumulation_written_in_other_ways() {
    let (dx, da) = subtracting::grad(&[1.0, 2.0], 5.0);
    assert_all_close(&dx, &[3.0 * (-5.0 + 3.0); 2]);
    assert_all_close(&[da], &[3.0 * (10.0 - 3.0)]);
}

#[grad]
fn conditional_sum(x: &[f64], threshold: f64) -> f64 {
    let mut s = 0.0;
    let mut count = 0;
    for v in x {
        if *v > threshold {
            s += v * v;
            count += 1;
        } else {
            s -= v * 0.5;
        }
    }
    if count > 0 {
        s / count as f64
    } else {
        s
    }
}

#[test]
fn conditional_accumulation_and_counting() {
    let (dx, dt) = conditional_sum::grad(&[1.0, -1.0, 3.0], 0.0);
    assert_all_close(&dx, &[1.0, -0.25, 3.0]);
    assert_same_bits(dt, 0.0);
    assert_eq!(conditional_sum::grad(&[1.0], 2.0).0, [-0.5]);
}

#[grad]
fn running_maximum(x: &[f64]) -> f64 {
    let mut m = f64::NEG_INFINITY;
    for v in x {
        m = m.max(*v);
    }
    m
}

#[grad]
fn running_maximum_by_branch(x: &[f64]) -> f64 {
    let mut m = x[0];
    for i in 1..x.len() {
        if x[i] > m {
            m = x[i];
        }
    }
    m
}

/// K04: ties of a fold with `max` share, an `if` takes the executed branch.
#[test]
fn maximum_of_a_slice_with_ties() {
    assert_eq!(running_maximum::grad(&[1.0, 3.0, 3.0, 2.0]), [0.0, 0.5, 0.5, 0.0]);
    assert_eq!(running_maximum_by_branch::grad(&[1.0, 3.0, 3.0, 2.0]), [0.0, 1.0, 0.0, 0.0]);
    assert_eq!(running_maximum::grad(&[1.0, 3.0, 7.0, 2.0]), [0.0, 0.0, 1.0, 0.0]);
}

#[grad]
fn matrix_vector(a: &[f64], x: &[f64]) -> f64 {
    let n = x.len();
    let mut y = vec![0.0; a.len() / n];
    for i in 0..y.len() {
        for j in 0..n {
            y[i] += a[i * n + j] * x[j];
        }
    }
    let mut s = 0.0;
    for v in &y {
        s += v * v;
    }
    s
}

#[test]
fn linear_in_place_accumulation() {
    let (a, x) = ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [0.5, -1.0]);
    let y = [-1.5, -2.5, -3.5];
    let (da, dx) = matrix_vector::grad(&a, &x);
    assert_all_close(&da, &[-1.5, 3.0, -2.5, 5.0, -3.5, 7.0]);
    let by_column = |j: usize| (0..3).map(|i| 2.0 * y[i] * a[2 * i + j]).sum::<f64>();
    assert_all_close(&dx, &[by_column(0), by_column(1)]);
}

#[grad]
fn passive_loop(x: f64, table: &[usize]) -> f64 {
    let mut total = 0;
    for k in table {
        total += k * k;
    }
    x * total as f64
}

#[test]
fn loops_over_passive_values_only() {
    check!(passive_loop(2.0, &[1, 2, 3]) => [14.0]);
}

#[grad]
fn softmax_entry(x: &[f64], k: usize) -> f64 {
    let mut m = x[0];
    for v in x {
        if *v > m {
            m = *v;
        }
    }
    let mut s = 0.0;
    for v in x {
        s += (v - m).exp();
    }
    (x[k] - m).exp() / s
}

#[test]
fn softmax_with_large_entries() {
    let x = [1000.0, 1001.0, -1000.0];
    let value = softmax_entry(&x, 1);
    let other = 1.0 - value;
    let (_, gradient) = softmax_entry::value_and_grad(&x, 1);
    assert_all_close_to(&gradient, &[-value * other, value * other, 0.0], 1e-12);
}

/// The cotangent of the branch and of the loop would need the length of what comes into being behind them.
#[grad]
fn divided_by_a_later_length(x: f64, w: &[f64], k: usize) -> f64 {
    let y = match k {
        0 => x * x,
        _ => x * x * x,
    };
    let mut s = 0.0;
    for i in 0..w.len() {
        s += w[i] * w[i];
    }
    let later = vec![0.5; k + 2];
    (y + s) / later.len() as f64 + later[1] * x
}

#[test]
fn lengths_of_later_vectors() {
    let (d_x, d_w) = divided_by_a_later_length::grad(3.0, &[1.0, 2.0], 0);
    assert_all_close(&[d_x, d_w[0], d_w[1]], &[3.5, 1.0, 2.0]);
    let (d_x, d_w) = divided_by_a_later_length::grad(3.0, &[1.0, 2.0], 1);
    assert_all_close(&[d_x, d_w[0], d_w[1]], &[9.5, 2.0 / 3.0, 4.0 / 3.0]);
}
