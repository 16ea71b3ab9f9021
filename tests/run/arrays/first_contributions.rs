//! Buffers that get each element once are assigned, whatever they held before; all others are added to zeros. Every
//! form against central differences, and all forms that overwrite against each other, bit for bit.

use crate::oracle::{assert_all_close_to, assert_all_same_bits, assert_matches_central, assert_same_bits};
use backprop::{grad, Workspace};

/// `check_forms!(f(x, n))` for a function of a slice and constants.
macro_rules! check_forms {
    ($f:ident($x:expr $(, $n:expr)*)) => {{
        let x: &[f64] = &$x;
        let (value, gradient) = $f::value_and_grad(x $(, $n)*);
        assert_same_bits(value, $f(x $(, $n)*));
        assert_matches_central(&gradient, |x| $f(x $(, $n)*), x);
        let mut d = vec![f64::NAN; x.len()];
        assert_same_bits($f::grad_into(x $(, $n)*, &mut d), value);
        assert_all_same_bits(&d, &gradient);
        let mut d = vec![f64::INFINITY; x.len()];
        let mut workspace = Workspace::new();
        for _ in 0..2 {
            $f::grad_with(&mut workspace, x $(, $n)*, &mut d);
            assert_all_same_bits(&d, &gradient);
        }
        let mut d = vec![1.0; x.len()];
        $f::grad_add(x $(, $n)*, 2.0, &mut d);
        let added: Vec<f64> = gradient.iter().map(|g| 1.0 + 2.0 * g).collect();
        assert_all_close_to(&d, &added, 1e-14);
    }};
}

const X: [f64; 9] = [0.4, -1.2, 0.9, 1.7, -0.3, 0.8, -0.6, 1.1, 0.2];

#[grad]
fn squares(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * x[i] * 0.5;
    }
    s
}

#[grad]
fn first(x: &[f64], n: usize) -> f64 {
    let mut s = 1.0;
    for i in 0..n {
        s = s * 0.5 + x[i].sin();
    }
    s
}

#[grad]
fn backwards(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in (0..x.len()).rev() {
        s = (s + x[i]).tanh();
    }
    s
}

#[test]
fn whole_and_first_part() {
    for n in 0..=X.len() {
        check_forms!(squares(X[..n]));
        check_forms!(backwards(X[..n]));
        check_forms!(first(X, n));
    }
}

#[grad]
fn matrix(x: &[f64], rows: usize, columns: usize) -> f64 {
    let mut total = 0.0;
    for i in 0..rows {
        let mut row = 1.0;
        for j in 0..columns {
            row *= x[i * columns + j] + 2.0;
        }
        total += row.ln();
    }
    total
}

#[grad]
fn layers(x: &[f64], n: usize) -> f64 {
    let size = n * n + n;
    let mut h = 0.3;
    for l in 0..x.len() / size {
        let w = &x[l * size..(l + 1) * size];
        for i in 0..n {
            let mut s = w[n * n + i];
            for j in 0..n {
                s += w[i * n + j] * h;
            }
            h = s.tanh();
        }
    }
    h
}

/// The step is larger than what an iteration covers.
#[grad]
fn with_gaps(x: &[f64], rows: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..rows {
        for j in 0..2 {
            s += (x[i * 3 + j] * (i as f64 + 1.5)).cos();
        }
    }
    s
}

/// The step is smaller: elements are met twice.
#[grad]
fn overlapping(x: &[f64], rows: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..rows {
        for j in 0..3 {
            s += (x[i * 2 + j] * (i as f64 + 1.5)).cos();
        }
    }
    s
}

/// Columns first: the inner step is not one.
#[grad]
fn transposed(x: &[f64], rows: usize, columns: usize) -> f64 {
    let mut s = 1.0;
    for j in 0..columns {
        for i in 0..rows {
            s = (s * x[i * columns + j]).sin() + 1.0;
        }
    }
    s
}

#[test]
fn nests() {
    for rows in 0..4 {
        for columns in 0..4 {
            if rows * columns <= X.len() {
                check_forms!(matrix(X, rows, columns));
                check_forms!(transposed(X, rows, columns));
            }
        }
        check_forms!(with_gaps(X, rows));
        check_forms!(overlapping(X, rows));
    }
    for n in 1..4 {
        check_forms!(layers(X, n));
        check_forms!(layers(X[..0], n));
    }
}

#[grad]
fn pairs(x: &[f64], n: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        s += x[2 * i] * x[2 * i + 1] * x[2 * i + 1];
    }
    s
}

#[grad]
fn neighbours(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() - 1 {
        s += x[i] * x[i + 1];
    }
    s
}

#[grad]
fn two_halves(x: &[f64], n: usize) -> f64 {
    let mut s = 1.0;
    for i in 0..n {
        s *= x[i] + 2.0;
    }
    for i in 0..n {
        s += x[n + i].exp() * s;
    }
    s
}

#[grad]
fn twice(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i].sin();
    }
    for i in 0..x.len() {
        s *= x[i];
    }
    s
}

/// Every iteration of the outer loop adds to all.
#[grad]
fn again_and_again(x: &[f64], n: usize) -> f64 {
    let mut s = 0.0;
    for k in 0..n {
        for i in 0..x.len() {
            s += x[i] * (k as f64);
        }
    }
    s
}

#[grad]
fn triangle(x: &[f64], n: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        for j in 0..i {
            s += (x[i] - x[j]) * (x[i] - x[j]) * x[j];
        }
    }
    s
}

#[test]
fn several_places() {
    for n in 0..=4 {
        check_forms!(pairs(X, n));
        check_forms!(two_halves(X, n));
        check_forms!(again_and_again(X, n));
        check_forms!(triangle(X, n));
    }
    check_forms!(neighbours(X));
    check_forms!(twice(X));
}

#[grad]
fn until_negative(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for i in 0..x.len() {
        if x[i] < -0.5 {
            break;
        }
        s *= x[i] + 1.5;
    }
    s
}

#[grad]
fn positive_only(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for i in 0..x.len() {
        if x[i] < 0.0 {
            continue;
        }
        s = (s * x[i]).sin() + 1.0;
    }
    s
}

#[grad]
fn or_nothing(x: &[f64], all: bool) -> f64 {
    let mut s = 0.0;
    if all {
        for i in 0..x.len() {
            s += x[i].exp();
        }
    }
    s
}

#[grad]
fn every_other(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for i in (0..x.len()).step_by(2) {
        s *= x[i];
    }
    s
}

#[grad]
fn from_one(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for i in 1..x.len() {
        s *= x[i];
    }
    s
}

#[grad]
fn by_while(x: &[f64]) -> f64 {
    let (mut s, mut i) = (1.0, 0);
    while i < x.len() && s < 3.0 {
        s += x[i] * x[i];
        i += 1;
    }
    s
}

#[test]
fn what_is_left_out_is_zero() {
    check_forms!(until_negative(X));
    check_forms!(positive_only(X));
    check_forms!(or_nothing(X, true));
    check_forms!(or_nothing(X, false));
    check_forms!(every_other(X));
    check_forms!(from_one(X));
    check_forms!(by_while(X));
}

#[grad]
fn zipped(x: &[f64], n: usize) -> f64 {
    let other = [0.5, 1.5, -0.5, 2.0];
    x.iter().zip(&other[..n]).map(|(a, b)| a * a * b).sum()
}

#[grad]
fn chunks(x: &[f64], n: usize) -> f64 {
    let mut s = 1.0;
    for (k, chunk) in x.chunks_exact(n).enumerate() {
        for v in chunk {
            s = s * 0.7 + (v * (k as f64 + 1.0)).sin();
        }
    }
    s
}

#[grad]
fn by_reference(x: &Vec<f64>) -> f64 {
    x.iter().map(|v| v.exp()).sum()
}

#[test]
fn iterators() {
    for n in 1..=4 {
        check_forms!(zipped(X, n));
        check_forms!(chunks(X, n));
        check_forms!(chunks(X[..2], n));
    }
    let x = X.to_vec();
    let mut d = vec![f64::NAN; x.len()];
    by_reference::grad_into(&x, &mut d);
    assert_all_close_to(&d, &x.iter().map(|v| v.exp()).collect::<Vec<_>>(), 1e-15);
}

/// Minus zero plus zero is zero: assigned or added, the bits are the same.
#[grad]
fn scaled(x: &[f64], c: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += c * x[i];
    }
    s
}

#[test]
fn signs_of_zeros() {
    let mut d = [f64::NAN; 2];
    scaled::grad_into(&[1.0, 2.0], -0.0, &mut d, &mut 0.0);
    assert_eq!(d.map(f64::to_bits), [0, 0]);
    let mut d = [0.0; 2];
    scaled::grad_add(&[1.0, 2.0], -0.0, 1.0, &mut d, &mut 0.0);
    assert_eq!(d.map(f64::to_bits), [0, 0]);
}

/// Single precision, two buffers, one of them in both loops.
#[grad]
fn single(a: &[f32], b: &[f32]) -> f32 {
    let mut s = 0.0;
    for i in 0..a.len() {
        s += a[i] * b[i];
    }
    for i in 0..b.len() {
        s += b[i] * 0.5;
    }
    s
}

#[test]
fn single_precision() {
    let (a, b) = ([1.0f32, 2.0, 3.0], [0.5f32, -1.0, 2.0, 4.0]);
    let (mut d_a, mut d_b) = ([f32::NAN; 3], [f32::NAN; 4]);
    single::grad_into(&a, &b, &mut d_a, &mut d_b);
    assert_eq!((d_a, d_b), ([0.5, -1.0, 2.0], [1.5, 2.5, 3.5, 0.5]));
}
