//! Callees that overwrite what they get by `&mut` before they look at it, and others that only seem to: buffers outside of a loop.

use crate::oracle::{assert_all_close, assert_all_same_bits, assert_matches_central};
use backprop::{grad, Workspace};

/// Overwrites `out[..d]`.
#[grad]
fn products(d: usize, x: &[f64], w: &[f64], out: &mut [f64]) {
    for i in 0..d {
        out[i] = x[i] * w[i];
    }
    for i in 1..d {
        out[i] += out[i - 1] * w[0];
    }
}

/// Overwrites as many as `x` and `w` have.
#[grad]
fn zipped(x: &[f64], w: &[f64], out: &mut [f64]) {
    for ((o, x), w) in out.iter_mut().zip(x).zip(w) {
        *o = x * w * w;
    }
}

/// Overwrites all of it.
#[grad]
fn filled(a: f64, out: &mut [f64]) {
    out.fill(a * a);
    out[0] += a;
}

/// Overwrites all but the last.
#[grad]
fn but_the_last(d: usize, x: &[f64], out: &mut [f64]) {
    for i in 0..d - 1 {
        out[i] = x[i] * x[i];
    }
}

/// Looks at each element before it overwrites it.
#[grad]
fn mixed(d: usize, x: &[f64], out: &mut [f64]) {
    for i in 0..d {
        out[i] = 0.5 * out[i] + x[i];
    }
}

/// Overwrites only where it has to.
#[grad]
fn at_times(d: usize, x: &[f64], out: &mut [f64]) {
    if x[0] > 0.1 {
        for i in 0..d {
            out[i] = x[i];
        }
    }
}

mod elsewhere {
    use backprop::grad;

    /// With a rule of its own, about which nothing is known.
    #[grad(vjp = halved_rule)]
    pub fn halved(out: &mut [f64], a: f64) {
        for v in out.iter_mut() {
            *v = 0.5 * *v + a;
        }
    }

    fn halved_rule(out: &mut [f64], a: f64) -> ((), impl FnOnce((), &mut [f64]) -> f64) {
        halved(out, a);
        let pullback = |(), d: &mut [f64]| {
            let sum = d.iter().sum();
            d.iter_mut().for_each(|d| *d *= 0.5);
            sum
        };
        ((), pullback)
    }

    #[grad]
    pub fn squares(x: &[f64], out: &mut [f64]) {
        for i in 0..out.len() {
            out[i] = x[i] * x[i];
        }
    }
}

#[grad]
fn sum_of_squares(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in x {
        s += v * v;
    }
    s
}

/// A function of rows of `x`, with a buffer outside of the loop over them, and the gradient against central differences: of
/// all forms, which have several cores.
macro_rules! rows {
    ($name:ident, |$d:ident, $extra:ident, $row:ident, $w:ident, $buffer:ident| $call:expr) => {
        #[grad]
        fn $name(x: &[f64], w: &[f64], extra: usize) -> f64 {
            let $d = w.len();
            let $extra = extra;
            let mut $buffer = vec![0.5; $d + extra];
            let mut s = 0.0;
            for p in 0..x.len() / $d {
                let $row = &x[p * $d..];
                let $w = w;
                $call;
                s += sum_of_squares(&$buffer).sin();
            }
            s
        }

        #[test]
        fn gradients() {
            let x: Vec<f64> = (0..12).map(|k| (k as f64 * 1.1).sin()).collect();
            for (d, extra) in [(3, 0), (4, 0), (3, 1), (2, 2), (1, 0)] {
                let w: Vec<f64> = (0..d).map(|k| 0.7 - 0.3 * k as f64).collect();
                let (d_x, d_w) = $name::grad(&x, &w, extra);
                assert_matches_central(&d_x, |x| $name(x, &w, extra), &x);
                assert_matches_central(&d_w, |w| $name(&x, w, extra), &w);
                let (_, pullback) = $name::vjp(&x, &w, extra);
                let (v_x, v_w) = pullback(1.0);
                assert_all_close(&d_x, &v_x);
                assert_all_close(&d_w, &v_w);
                let (mut i_x, mut i_w) = (vec![f64::NAN; 12], vec![f64::NAN; d]);
                $name::grad_into(&x, &w, extra, &mut i_x, &mut i_w);
                assert_all_same_bits(&d_x, &i_x);
                assert_all_same_bits(&d_w, &i_w);
                let mut workspace = Workspace::default();
                for _ in 0..2 {
                    $name::grad_with(&mut workspace, &x, &w, extra, &mut i_x, &mut i_w);
                    assert_all_same_bits(&d_x, &i_x);
                    assert_all_same_bits(&d_w, &i_w);
                }
                $name::grad_add(&x, &w, extra, 1.0, &mut i_x, &mut i_w);
                assert_all_close(&i_x, &d_x.iter().map(|d| 2.0 * d).collect::<Vec<_>>());
                assert_all_close(&i_w, &d_w.iter().map(|d| 2.0 * d).collect::<Vec<_>>());
            }
        }
    };
}

mod by_argument {
    use super::*;
    rows!(rows, |d, _extra, row, w, buffer| products(d, row, w, &mut buffer));
}
mod by_another_argument {
    use super::*;
    rows!(rows, |d, extra, row, w, buffer| products(d.min(d + extra), row, w, &mut buffer));
}
mod by_length {
    use super::*;
    rows!(rows, |d, _extra, row, w, buffer| zipped(&row[..d], w, &mut buffer));
}
mod by_fill {
    use super::*;
    rows!(rows, |_d, _extra, row, w, buffer| filled(row[0] * w[0], &mut buffer));
}
mod not_the_last {
    use super::*;
    rows!(rows, |d, _extra, row, _w, buffer| but_the_last(d, row, &mut buffer));
}
mod looked_at {
    use super::*;
    rows!(rows, |d, _extra, row, _w, buffer| mixed(d, row, &mut buffer));
}
mod in_a_branch {
    use super::*;
    rows!(rows, |d, _extra, row, _w, buffer| at_times(d, row, &mut buffer));
}
mod in_a_module {
    use super::*;
    rows!(rows, |d, extra, row, w, buffer| {
        zipped(&row[..d], w, &mut buffer);
        elsewhere::squares(w, &mut buffer[..d]);
        let _ = extra;
    });
}
mod by_a_rule {
    use super::*;
    rows!(rows, |_d, _extra, row, w, buffer| elsewhere::halved(&mut buffer, row[0] * w[0]));
}
mod by_path {
    use super::*;
    rows!(rows, |d, extra, row, w, buffer| {
        let long = [0.0; 4];
        products(d, row, w, &mut buffer);
        if extra == 0 {
            elsewhere::squares(row, &mut buffer);
        } else {
            elsewhere::squares(&long, &mut buffer);
        }
    });
}
