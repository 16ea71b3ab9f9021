//! In-place updates where the indices may alias, and old elements are needed later.

use crate::oracle::{assert_matches_central, Numbers};
use backprop::grad;

#[grad]
fn element_on_both_sides(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    for i in 0..a.len() {
        a[i] = a[i] * a[i] + a[0];
    }
    a[a.len() - 1]
}

#[grad]
fn prefix_products(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    for i in 1..a.len() {
        a[i] *= a[i - 1] + 1.0;
    }
    let mut s = 0.0;
    for v in &a {
        s += v * v;
    }
    s
}

#[grad]
fn backwards(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    for i in (0..a.len() - 1).rev() {
        a[i] += a[i + 1] * a[i];
        a[i + 1] = a[i].sin();
    }
    a[0] * a[1]
}

#[grad]
fn same_element_twice(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    a[1] = a[0] * a[1];
    a[1] = a[1] * a[1] + a[0];
    a[0] = a[1] / (2.0 + a[0]);
    a[1] *= a[0];
    a[0] + a[1]
}

#[grad]
fn old_element_needed(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let mut s = 0.0;
    for i in 0..a.len() {
        let old = a[i];
        a[i] = old * old + s;
        s += old * a[i];
        a[i] = s;
    }
    s * a[0]
}

#[grad]
fn overwritten_with_a_constant(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let before = a[0] * a[1];
    a[0] = 2.0;
    let after = a[0] * a[1];
    before * after + a[0]
}

#[grad]
fn colliding_indices(x: &[f64]) -> f64 {
    let n = x.len();
    let mut a = x.to_vec();
    for i in 0..2 * n {
        let j = (i * i) % n;
        let k = (i * 3 + 1) % n;
        a[j] = a[j] * 0.5 + a[k] * x[i % n];
    }
    let mut s = 0.0;
    for v in &a {
        s += v.cos();
    }
    s
}

#[grad]
fn index_depends_on_the_data(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    for i in 0..x.len() {
        let k = (x[i].abs() * 10.0) as usize % x.len();
        a[k] += x[i] * a[i];
        if a[k] > 0.5 {
            a[i] *= 0.9;
        }
    }
    let mut s = 0.0;
    for (v, w) in a.iter().zip(x) {
        s += v * w;
    }
    s
}

#[grad]
fn ring_buffer(x: &[f64]) -> f64 {
    let mut ring = [0.1; 3];
    let mut at = 0;
    let mut y = 0.0;
    for v in x {
        y += ring[at] * v;
        ring[at] = v * v + y;
        at = (at + 1) % 3;
    }
    y + ring[0]
}

#[grad]
fn swapped_elements(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    for i in 0..a.len() / 2 {
        let t = a[i];
        a[i] = a[a.len() - 1 - i];
        let last = a.len() - 1 - i;
        a[last] = t * a[i];
    }
    let mut s = 0.0;
    for (i, v) in a.iter().enumerate() {
        s += v * i as f64;
    }
    s
}

#[grad]
fn accumulated_elements(x: &[f64]) -> f64 {
    let mut bins = [0.0; 3];
    for (i, v) in x.iter().enumerate() {
        bins[i % 3] += v;
        bins[(i + 1) % 3] -= 0.5 * v;
        bins[2] += v * x[0];
    }
    bins[0] * bins[1] + bins[2] * bins[2]
}

#[test]
fn in_place_recurrences() {
    let mut numbers = Numbers::new(55);
    for n in [3, 4, 6] {
        let x = numbers.vec(n);
        check_slice!(element_on_both_sides(x));
        check_slice!(prefix_products(x));
        check_slice!(backwards(x));
        check_slice!(same_element_twice(x));
        check_slice!(old_element_needed(x));
        check_slice!(overwritten_with_a_constant(x));
        check_slice!(colliding_indices(x));
        check_slice!(ring_buffer(x));
        check_slice!(swapped_elements(x));
        check_slice!(accumulated_elements(x));
    }
    check_slice!(index_depends_on_the_data([0.33, -0.47, 0.81, 0.12, -0.66]));
}

#[grad]
fn updated_in_a_nest(x: &[f64; 4]) -> f64 {
    let mut a = [[0.0; 4]; 4];
    for i in 0..4 {
        for j in 0..4 {
            a[i][j] = x[i] * x[j];
        }
    }
    for k in 0..4 {
        for i in 0..4 {
            for j in 0..4 {
                a[i][j] += 0.1 * a[i][k] * a[k][j];
            }
        }
    }
    a[0][3] + a[2][1]
}

/// Floyd-Warshall-like updates read and write the same matrix.
#[test]
fn matrix_updated_from_itself() {
    let x = [0.5, -0.3, 0.8, 0.2];
    let gradient = updated_in_a_nest::grad(&x);
    assert_matches_central(&gradient, |x| updated_in_a_nest(x.try_into().unwrap()), &x);
}

/// Index 0 of one part and index 1 of another may be the same element: indices are counted from where the part begins.
#[grad]
fn through_parts(a: &mut [f64], x: f64, z: f64) -> f64 {
    let y: f64 = a.chunks(2).map(|e| e[0].sin()).sum();
    let first = a[0..][2].exp() * a[2..][1].cos();
    let part = &mut a[1..];
    part[1] = z * x;
    part[2] *= x;
    let (_, tail) = a.split_at_mut(3);
    tail[0] = tail[0] * y + first;
    y.cos() * first + a[2] * a[3]
}

#[grad]
fn rows_through_parts(m: &mut [[f64; 2]], x: f64) -> f64 {
    let before = m[2][1].sin() * m[1][0].exp();
    m[1..][1][1] = x;
    m[1..][0] = [x * x, before];
    before * before + m[2][1] * m[1][1] + m[1][0]
}

#[test]
fn elements_of_overlapping_parts() {
    let at = [0.3, 0.7, 1.1, 0.9, 0.4, 0.8];
    let f = |v: &[f64]| through_parts(&mut v[..4].to_vec(), v[4], v[5]);
    let (mut a, mut d_a) = (at[..4].to_vec(), [0.0; 4]);
    let (_, pullback) = through_parts::vjp(&mut a, at[4], at[5]);
    let (x, z) = pullback(1.0, &mut d_a);
    assert_matches_central(&[&d_a[..], &[x, z]].concat(), f, &at);

    let at = [0.3, 0.7, 1.1, 0.9, 0.4, 0.8, 0.6];
    let rows = |v: &[f64]| vec![[v[0], v[1]], [v[2], v[3]], [v[4], v[5]]];
    let (mut m, mut d_m) = (rows(&at), [[0.0; 2]; 3]);
    let (_, pullback) = rows_through_parts::vjp(&mut m, at[6]);
    let x = pullback(1.0, &mut d_m);
    assert_matches_central(
        &[d_m.concat(), vec![x]].concat(),
        |v| rows_through_parts(&mut rows(v), v[6]),
        &at,
    );
}
