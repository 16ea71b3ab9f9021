//! Slices: sub-slices, `split_at`, `first`/`last`, `len`, affine and computed indices.

use crate::oracle::{assert_all_close, assert_matches_central, Numbers};
use backprop::grad;

#[grad]
fn ends(x: &[f64]) -> f64 {
    x[0] * x[x.len() - 1] + x[x.len() / 2] * x.len() as f64
}

#[grad]
fn sub_slices(x: &[f64]) -> f64 {
    let head = &x[..2];
    let tail = &x[2..];
    let middle = &x[1..=2];
    let whole = &x[..];
    head[0] * tail[0] + middle[1] * head[1] + whole[3] * tail[1] * middle[0]
}

#[grad]
fn nested_sub_slices(x: &[f64]) -> f64 {
    let a = &x[1..];
    let b = &a[1..3];
    let c = &b[1..];
    a[0] * b[0] * c[0]
}

#[grad]
fn split(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(2);
    let mut s = 0.0;
    for i in 0..2 {
        s += a[i] * b[i] * b[i];
    }
    s
}

#[grad]
fn first_and_last(x: &[f64]) -> f64 {
    let first = x.first().unwrap();
    let last = *x.last().unwrap();
    first * first * last
}

#[grad]
fn affine_indices(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() / 2 {
        s += x[2 * i] * x[2 * i + 1] + x[x.len() - 1 - i] * s;
    }
    s
}

#[grad]
fn computed_indices(x: &[f64]) -> f64 {
    let n = x.len();
    let mut s = 1.0;
    for i in 0..n {
        let k = (3 * i + 1) % n;
        let j = if i % 2 == 0 { k } else { n - 1 - k };
        s += x[k] * x[j] * x[i] * s;
    }
    s
}

#[grad]
fn stencil(x: &[f64]) -> f64 {
    let n = x.len();
    let mut energy = 0.0;
    for i in 0..n {
        let left = x[(i + n - 1) % n];
        let right = x[(i + 1) % n];
        energy += (left - 2.0 * x[i] + right).powi(2) * x[i];
    }
    energy
}

#[test]
fn functions_of_one_slice() {
    let mut numbers = Numbers::new(41);
    for n in [4, 5, 7] {
        let x = numbers.vec(n);
        check_slice!(ends(x));
        check_slice!(sub_slices(x));
        check_slice!(nested_sub_slices(x));
        check_slice!(split(x));
        check_slice!(first_and_last(x));
        check_slice!(affine_indices(x));
        check_slice!(computed_indices(x));
        check_slice!(stencil(x));
    }
}

#[grad]
fn row_major(a: &[f64], rows: usize, columns: usize) -> f64 {
    let mut trace = 0.0;
    for i in 0..rows.min(columns) {
        trace += a[i * columns + i] * a[(rows - 1 - i) * columns];
    }
    trace
}

#[test]
fn row_major_matrices() {
    let a = Numbers::new(12).vec(12);
    let gradient = row_major::grad(&a, 3, 4);
    assert_matches_central(&gradient, |a| row_major(a, 3, 4), &a);
}

#[grad]
fn gather(x: &[f64], table: &[usize]) -> f64 {
    let mut y = vec![0.0; table.len()];
    for i in 0..table.len() {
        y[i] = x[table[i]] * x[table[i]];
    }
    let mut s = 0.0;
    for (i, v) in y.iter().enumerate() {
        s += v * (i + 1) as f64;
    }
    s
}

#[grad]
fn scatter(x: &[f64], table: &[usize], bins: usize) -> f64 {
    let mut y = vec![1.0; bins];
    for (v, k) in x.iter().zip(table) {
        y[*k] += v;
    }
    let mut p = 1.0;
    for v in &y {
        p *= v;
    }
    p
}

#[grad]
fn scatter_overwriting(x: &[f64], table: &[usize], bins: usize) -> f64 {
    let mut y = vec![0.5; bins];
    for (i, k) in table.iter().enumerate() {
        y[*k] = x[i] * y[(*k + 1) % bins];
    }
    let mut s = 0.0;
    for v in &y {
        s += v * v;
    }
    s
}

#[test]
fn gather_and_scatter_through_tables_that_alias() {
    let x = [0.5, -1.0, 2.0, 0.3];
    let table = [2, 0, 2, 1];
    assert_matches_central(&gather::grad(&x, &table), |x| gather(x, &table), &x);
    assert_matches_central(&scatter::grad(&x, &table, 3), |x| scatter(x, &table, 3), &x);
    let gradient = scatter_overwriting::grad(&x, &table, 3);
    assert_matches_central(&gradient, |x| scatter_overwriting(x, &table, 3), &x);
}

#[grad]
fn same_slice_twice(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * y[i] * y[i];
    }
    s
}

/// P12.
#[test]
fn the_same_slice_as_two_arguments() {
    let x = [2.0, 3.0];
    let (dx, dy) = same_slice_twice::grad(&x, &x);
    assert_all_close(&dx, &[4.0, 9.0]);
    assert_all_close(&dy, &[8.0, 18.0]);
}

#[grad]
fn single_precision(x: &[f32], w: f32) -> f32 {
    let mut s = 0.0;
    for v in x {
        s += v * v * w;
    }
    s
}

#[test]
fn slices_of_f32() {
    let (dx, dw): (Vec<f32>, f32) = single_precision::grad(&[1.0, 2.0], 0.5);
    assert_eq!((dx, dw), (vec![1.0, 2.0], 5.0));
}

/// A number taken out of a tuple, of an array into which something active is stored only later.
#[grad(forward)]
fn constant_then_active(#[no_grad] w: f64, x: f64) -> f64 {
    let mut a = [0.0; 4];
    a[0] += w.cos();
    let mut b = 0.7;
    {
        let s = &a[0..2];
        b += s[0].asinh().sin_cos().1.tanh();
    }
    a[3] += x * w;
    b * a[3] + a[0]
}

#[test]
fn an_array_may_be_constant_at_first() {
    let (w, x): (f64, f64) = (0.6, 1.4);
    let b = 0.7 + w.cos().asinh().cos().tanh();
    let (value, gradient) = constant_then_active::value_and_grad(w, x);
    assert_eq!(value, constant_then_active(w, x));
    assert_all_close(&[gradient], &[b * w]);
}

const LEVEL: f64 = 0.8;

/// Code that the macro carries along, because all in it is constant by then, and a loop that makes it depend later.
#[grad(forward)]
fn constant_before_a_loop(w: f64, x: f64, n: usize) -> f64 {
    let mut a: Vec<f64> = vec![0.5; 3];
    a[1] -= ((LEVEL - a[0]) * 0.3).cos();
    let first = a[1];
    for i in 0..n {
        for pair in a.chunks_exact_mut(2) {
            pair[1] += ((w + x * pair[0]) * (i as f64 + 1.0)).sin();
        }
    }
    first * x + a[1] * a[2]
}

#[test]
fn a_vector_may_be_constant_before_a_loop() {
    for n in [0, 1, 3] {
        let (w, x): (f64, f64) = (0.6, 1.4);
        let (value, (d_w, d_x)) = constant_before_a_loop::value_and_grad(w, x, n);
        assert_eq!(value, constant_before_a_loop(w, x, n));
        assert_matches_central(&[d_w, d_x], |p| constant_before_a_loop(p[0], p[1], n), &[w, x]);
    }
}
