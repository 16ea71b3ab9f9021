//! Nests: rectangular, triangular, ragged, three deep, zero trips inside.

use crate::oracle::{assert_all_close, assert_matches_central, assert_same_bits, Numbers};
use backprop::grad;

#[grad]
fn rectangular(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        for j in 0..y.len() {
            s += (x[i] * y[j]).sin();
        }
    }
    s
}

#[test]
fn rectangular_nest() {
    let (x, y) = ([0.3, -0.9], [1.0, 0.4, -0.2]);
    let (dx, dy) = rectangular::grad(&x, &y);
    let flat = |v: &[f64]| rectangular(&v[..2], &v[2..]);
    assert_matches_central(&[dx, dy].concat(), flat, &[x.as_slice(), y.as_slice()].concat());
    assert_eq!(rectangular::grad(&x, &[]), (vec![0.0; 2], vec![]));
    assert_eq!(rectangular::grad(&[], &y), (vec![], vec![0.0; 3]));
}

#[grad]
fn triangular(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for i in 0..x.len() {
        for j in 0..i {
            s += x[i] * x[j] * s;
        }
    }
    s
}

#[grad]
fn triangular_inclusive(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        let mut t = 1.0;
        for j in 0..=i {
            t *= x[j] + 1.0;
        }
        s += t * x[i];
    }
    s
}

#[grad]
fn upper_triangle(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        for j in i + 1..x.len() {
            let d = x[i] - x[j];
            s += d * d * d + s * 0.01;
        }
    }
    s
}

#[grad]
fn three_deep(x: &[f64]) -> f64 {
    let mut s = 0.5;
    for i in 0..x.len() {
        for j in (0..=i).rev() {
            for k in j..x.len() {
                s = s * 0.9 + x[i] * x[j] * x[k];
            }
            s += x[j];
        }
    }
    s
}

#[grad]
fn inner_state(x: &[f64]) -> f64 {
    let mut total = 0.0;
    for i in 0..x.len() {
        let mut y = x[i];
        for _ in 0..i {
            y = (y * x[i]).sin() + y;
        }
        total += y * y;
    }
    total
}

#[grad]
fn inner_while(x: &[f64]) -> f64 {
    let mut total = 0.0;
    for v in x {
        let mut y = v + 1.5;
        while y > 1.0 {
            y = y * 0.7 + 0.1 * v;
        }
        total = total * 0.5 + y;
    }
    total
}

#[grad]
fn bound_from_the_data(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in x {
        let n = (v.abs() * 5.0) as usize;
        let mut y = *v;
        for k in 0..n {
            y = y * v + k as f64;
        }
        s += y;
    }
    s
}

#[grad]
fn outer_changed_by_inner(x: &[f64]) -> f64 {
    let mut a = 1.0;
    for i in 0..x.len() {
        let before = a;
        for j in 0..3 {
            a = a * x[i] + before * (j + 1) as f64 * 0.1;
        }
        a += before * a;
    }
    a
}

#[grad]
fn siblings(x: &[f64]) -> f64 {
    let mut a = 0.0;
    let mut b = 1.0;
    for i in 0..x.len() {
        for j in 0..i {
            a += x[j] * b;
        }
        for j in i..x.len() {
            b += x[j] * a * 0.1;
        }
    }
    a * b
}

#[test]
fn nests_over_one_slice() {
    let mut numbers = Numbers::new(23);
    for n in 0..6 {
        let x = numbers.vec(n);
        check_slice!(triangular(x));
        check_slice!(triangular_inclusive(x));
        check_slice!(upper_triangle(x));
        check_slice!(three_deep(x));
        check_slice!(inner_state(x));
        check_slice!(inner_while(x));
        check_slice!(bound_from_the_data(x));
        check_slice!(outer_changed_by_inner(x));
        check_slice!(siblings(x));
    }
}

#[grad]
fn ragged(x: f64, lengths: &[usize]) -> f64 {
    let mut s = 0.0;
    for n in lengths {
        let mut p = 1.0;
        for _ in 0..*n {
            p *= x;
        }
        s += p;
    }
    s
}

#[test]
fn ragged_nest_with_empty_rows() {
    let lengths = [3, 0, 1, 5, 0];
    let x = 1.2f64;
    let expected: f64 = lengths.iter().map(|n| *n as f64 * x.powi(*n as i32 - 1)).sum();
    check!(ragged(x, &lengths) => [expected]);
    check!(ragged(x, &[]) => [0.0]);
}

#[grad]
fn four_deep(x: f64, n: usize) -> f64 {
    let mut s = x;
    for i in 0..n {
        for j in 0..2 {
            for k in 0..i {
                for l in 0..=j {
                    s += x * (i + j + k + l) as f64 * 0.01 + s * 0.1;
                }
            }
        }
    }
    s
}

#[test]
fn four_deep_nest() {
    for n in 0..4 {
        let (value, gradient) = four_deep::value_and_grad(0.7, n);
        assert_same_bits(value, four_deep(0.7, n));
        // linear and homogeneous in x
        assert_all_close(&[gradient], &[value / 0.7]);
    }
}

#[grad]
fn matrix_product(a: &[f64; 6], b: &[f64; 6]) -> f64 {
    let mut c = [0.0; 4];
    for i in 0..2 {
        for j in 0..2 {
            for k in 0..3 {
                c[i * 2 + j] += a[i * 3 + k] * b[k * 2 + j];
            }
        }
    }
    c[0] * c[3] - c[1] * c[2]
}

#[test]
fn determinant_of_a_matrix_product() {
    let x = Numbers::new(8).vec(12);
    let split = |x: &[f64]| (x[..6].try_into().unwrap(), x[6..].try_into().unwrap());
    let (a, b): ([f64; 6], [f64; 6]) = split(&x);
    let (da, db) = matrix_product::grad(&a, &b);
    let flat = |x: &[f64]| {
        let (a, b) = split(x);
        matrix_product(&a, &b)
    };
    assert_matches_central(&[da, db].concat(), flat, &x);
}

/// A vector made inside takes elements of a constant one, and is written to.
#[grad(forward)]
fn copies_of_a_constant(x: f64) -> f64 {
    let mut table: Vec<f64> = Vec::new();
    table.push(0.5);
    table.push(-1.5);
    let mut sum = x;
    for pair in table.chunks_exact(2) {
        for t in pair.iter() {
            for i in 0..2 {
                let mut own = vec![x, pair[0], *t];
                own[i..2].copy_from_slice(&pair[i..]);
                sum += own[0] * own[2] * sum;
            }
        }
    }
    sum
}

#[test]
fn a_constant_stays_one_where_parts_of_it_are_copied() {
    check_differences!(copies_of_a_constant(0.7));
}
