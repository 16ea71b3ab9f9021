//! Vectors that a loop overwrites element by element, whose old contents the reverse sweep wants back.

use crate::oracle::{assert_all_close, assert_matches_central, assert_same_bits};
use backprop::{grad, Workspace};

macro_rules! check_rows {
    ($f:ident($x:expr $(, $n:expr)*)) => {{
        let x: &[f64] = &$x;
        let (value, gradient) = $f::value_and_grad(x $(, $n)*);
        assert_same_bits(value, $f(x $(, $n)*));
        assert_matches_central(&gradient, |x| $f(x $(, $n)*), x);
        let mut workspace = Workspace::new();
        let mut d = vec![f64::NAN; x.len()];
        for _ in 0..2 {
            $f::grad_with(&mut workspace, x $(, $n)*, &mut d);
            assert_all_close(&d, &gradient);
        }
        let (_, pullback) = $f::vjp(x $(, $n)*);
        assert_all_close(&pullback(1.0), &gradient);
    }};
}

const X: [f64; 5] = [0.4, -1.2, 0.9, 1.7, -0.3];

/// Each layer overwrites all of `h`.
#[grad]
fn activations(x: &[f64], layers: usize) -> f64 {
    let n = x.len();
    let mut h = x.to_vec();
    for _ in 0..layers {
        for i in 0..n {
            h[i] = (h[i] * x[i]).tanh() + 0.1;
        }
    }
    let mut s = 0.0;
    for i in 0..n {
        s += h[i] * h[i];
    }
    s
}

/// From a second vector, which the first one fills again.
#[grad]
fn to_and_fro(x: &[f64], layers: usize) -> f64 {
    let n = x.len();
    let mut h = x.to_vec();
    let mut z = vec![0.0; n];
    for _ in 0..layers {
        for i in 0..n {
            let mut s = 0.5;
            for j in 0..n {
                s += h[j] * x[i];
            }
            z[i] = s;
        }
        for i in (0..n).rev() {
            h[i] = z[i].sin();
        }
    }
    h.iter().map(|v| v * v).sum()
}

/// The new contents are looked at once more in the same iteration; the loop goes through a vector made of zeros.
#[grad]
fn looked_at_again(x: &[f64], layers: usize) -> f64 {
    let n = x.len();
    let mut h = vec![0.0; n];
    let mut s = 1.0;
    for _ in 0..layers {
        for i in 0..n {
            h[i] = h[i] * h[i] + x[i];
            s += h[i].sin() * s * 0.1;
        }
    }
    s
}

/// Neighbours are read, so rows can't be put back after the loop.
#[grad]
fn neighbours(x: &[f64], layers: usize) -> f64 {
    let n = x.len();
    let mut h = x.to_vec();
    for _ in 0..layers {
        for i in 0..n {
            h[i] = (h[i] * h[n - 1 - i] + 0.3 * x[i]).sin();
        }
    }
    h.iter().map(|v| v * v * v).sum()
}

/// Not all elements, or not in every iteration.
#[grad]
fn in_part(x: &[f64], layers: usize) -> f64 {
    let n = x.len();
    let mut h = x.to_vec();
    for k in 0..layers {
        for i in 1..n {
            h[i] = (h[i] + x[0]).sin();
        }
        for i in 0..n {
            if i > k {
                h[i] = h[i] * h[i];
            }
        }
    }
    h.iter().map(|v| v * v).sum()
}

/// Twice in a loop; and under a condition as a whole.
#[grad]
fn several_writes(x: &[f64], layers: usize) -> f64 {
    let n = x.len();
    let mut h = x.to_vec();
    for k in 0..layers {
        for i in 0..n {
            h[i] = h[i].sin();
            h[i] = h[i] * h[i] + x[i];
        }
        if k % 2 == 0 {
            for i in 0..n {
                h[i] = (h[i] * 0.7).exp();
            }
        }
    }
    h.iter().map(|v| v * v).sum()
}

/// The vector grows in between, so that the length is not the one at the start.
#[grad]
fn growing(x: &[f64], layers: usize) -> f64 {
    let n = x.len();
    let mut h = x.to_vec();
    for _ in 0..layers {
        for i in 0..n {
            h[i] = (h[i] * x[i]).sin();
        }
        h.push(x[0]);
    }
    h.iter().map(|v| v * v).sum()
}

#[test]
fn rows_come_back() {
    for layers in 0..4 {
        for n in [0, 1, 5] {
            check_rows!(activations(X[..n], layers));
            check_rows!(to_and_fro(X[..n], layers));
            check_rows!(looked_at_again(X[..n], layers));
            check_rows!(neighbours(X[..n], layers));
            check_rows!(several_writes(X[..n], layers));
        }
        check_rows!(in_part(X, layers));
        check_rows!(growing(X, layers));
    }
}
