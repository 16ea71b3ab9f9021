//! Nested arrays, `Vec<[f64; N]>`, `Vec<Vec<f64>>` and slices of arrays.

use crate::oracle::{assert_all_close, assert_matches_central, Numbers};
use backprop::grad;

#[grad]
fn determinant(m: &[[f64; 3]; 3]) -> f64 {
    m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
}

#[test]
fn gradient_of_a_determinant_is_the_cofactor_matrix() {
    let m = [[2.0, 1.0, 0.0], [1.0, 3.0, -1.0], [0.5, 0.0, 4.0]];
    let cofactors = [[12.0, -4.5, -1.5], [-4.0, 8.0, 0.5], [-1.0, 2.0, 5.0]];
    assert_all_close(&determinant::grad(&m).concat(), &cofactors.concat());
}

#[grad]
fn product_by_value(a: [[f64; 2]; 2], b: [[f64; 2]; 2]) -> [[f64; 2]; 2] {
    let mut c = [[0.0; 2]; 2];
    for i in 0..2 {
        for j in 0..2 {
            for k in 0..2 {
                c[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    c
}

#[test]
fn matrix_product_by_value() {
    let (a, b) = ([[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]);
    let (value, pullback) = product_by_value::vjp(a, b);
    assert_eq!(value, [[19.0, 22.0], [43.0, 50.0]]);
    let (da, db) = pullback([[1.0, 0.0], [0.0, 2.0]]);
    assert_eq!(da, [[5.0, 7.0], [12.0, 16.0]]);
    assert_eq!(db, [[1.0, 6.0], [2.0, 8.0]]);
}

#[grad]
fn rows_overwritten(m: [[f64; 2]; 3]) -> f64 {
    let mut m = m;
    m[1] = [m[0][0] * m[1][1], m[1][0]];
    let row = m[1];
    m[0] = row;
    m[2][0] *= m[0][1] + row[0];
    let mut s = 0.0;
    for r in &m {
        for v in r {
            s += v * v;
        }
    }
    s
}

#[test]
fn whole_rows_are_values() {
    let x = Numbers::new(31).vec(6);
    let pack = |x: &[f64]| [[x[0], x[1]], [x[2], x[3]], [x[4], x[5]]];
    let gradient = rows_overwritten::grad(pack(&x));
    assert_matches_central(&gradient.concat(), |x| rows_overwritten(pack(x)), &x);
}

#[grad]
fn slice_of_points(points: &[[f64; 2]]) -> f64 {
    let mut length = 0.0;
    for i in 1..points.len() {
        let dx = points[i][0] - points[i - 1][0];
        let dy = points[i][1] - points[i - 1][1];
        length += dx.hypot(dy);
    }
    length
}

#[test]
fn length_of_a_path() {
    let points = vec![[0.0, 0.0], [3.0, 4.0], [3.0, 10.0]];
    let expected = vec![[-0.6, -0.8], [0.6, -0.2], [0.0, 1.0]];
    assert_all_close(&slice_of_points::grad(&points).concat(), &expected.concat());
    assert_eq!(slice_of_points::grad(&[]), Vec::<[f64; 2]>::new());
}

#[grad]
fn vector_of_vectors(rows: &[Vec<f64>]) -> f64 {
    let mut s = 0.0;
    for row in rows {
        let mut p = 1.0;
        for v in row {
            p *= v;
        }
        s += p * p;
    }
    s
}

#[test]
fn ragged_vectors() {
    let rows = vec![vec![2.0, 3.0], vec![], vec![5.0]];
    assert_eq!(vector_of_vectors::grad(&rows), vec![vec![36.0, 24.0], vec![], vec![10.0]]);
}

#[grad]
fn local_table(x: &[f64]) -> f64 {
    let n = x.len();
    let mut t = vec![vec![0.0; n + 1]; n + 1];
    for i in 0..=n {
        t[i][0] = 1.0;
        t[0][i] = 1.0;
    }
    for i in 1..=n {
        for j in 1..=n {
            t[i][j] = 0.5 * t[i - 1][j] + x[j - 1] * t[i][j - 1] - t[i - 1][j - 1] * x[i - 1];
        }
    }
    t[n][n]
}

#[test]
fn dynamic_programming_table() {
    for n in 0..5 {
        check_slice!(local_table(Numbers::new(n as u64 + 2).vec(n)));
    }
}

#[grad]
fn local_rows(x: &[f64]) -> f64 {
    let mut rows: Vec<[f64; 2]> = Vec::new();
    for v in x {
        rows.push([*v, v * v]);
    }
    for i in 1..rows.len() {
        rows[i][0] += rows[i - 1][1];
    }
    let mut s = 0.0;
    for r in &rows {
        s += r[0] * r[1];
    }
    s
}

#[test]
fn vector_of_arrays() {
    check_slice!(local_rows([0.3, -0.8, 1.1, 0.4]));
    check_slice!(local_rows([]));
}

#[grad]
fn in_place_lu(a: [[f64; 3]; 3]) -> f64 {
    let mut a = a;
    let mut log_det = 0.0;
    for k in 0..3 {
        let pivot = a[k][k];
        log_det += pivot.abs().ln();
        for i in k + 1..3 {
            a[i][k] /= pivot;
            for j in k + 1..3 {
                a[i][j] -= a[i][k] * a[k][j];
            }
        }
    }
    log_det
}

/// The gradient of `ln |det A|` is the transposed inverse.
#[test]
fn elimination_in_place() {
    let a = [[4.0, 1.0, 0.5], [1.0, 3.0, -1.0], [0.5, 0.2, 2.0]];
    let cofactors = determinant::grad(&a);
    let det = determinant(&a);
    let expected: Vec<f64> = cofactors.concat().iter().map(|c| c / det).collect();
    assert_all_close(&in_place_lu::grad(a).concat(), &expected);
}

#[grad]
fn three_levels(t: &[[[f64; 2]; 2]; 2]) -> f64 {
    let mut s = 0.0;
    for i in 0..2 {
        for j in 0..2 {
            for k in 0..2 {
                s += t[i][j][k] * t[k][i][j];
            }
        }
    }
    s
}

#[test]
fn three_levels_of_arrays() {
    let x = Numbers::new(6).vec(8);
    let pack = |x: &[f64]| [[[x[0], x[1]], [x[2], x[3]]], [[x[4], x[5]], [x[6], x[7]]]];
    let gradient = three_levels::grad(&pack(&x));
    assert_matches_central(&gradient.concat().concat(), |x| three_levels(&pack(x)), &x);
}
