//! Aggregates that control leaves a loop with: an array, a `Vec`, a tuple of arrays, a struct, out of nests and blocks.

use crate::oracle::{assert_all_close_to, central, Flat, DIFFERENCES};
use backprop::{grad, Differentiable};
use num_dual::{Dual64, DualNum};

fn grown(x: f64, n: usize) -> (f64, bool) {
    let mut y = x;
    for _ in 0..n {
        if y > 3.0 {
            return (y, true);
        }
        y = y * x + 0.1;
    }
    (y, false)
}

#[grad(forward)]
fn vector(x: f64, n: usize) -> Vec<f64> {
    let mut y = x;
    for _ in 0..n {
        if y > 3.0 {
            return vec![y, y * x, x];
        }
        y = y * x + 0.1;
    }
    vec![x, y]
}

#[grad(forward)]
fn array(x: f64, n: usize) -> [f64; 2] {
    let mut y = x;
    'outer: loop {
        for k in 0..n {
            if y > 3.0 {
                return [y, y * x];
            }
            if k == 4 {
                break 'outer;
            }
            y = y * x + 0.1;
        }
        if n < 3 {
            break;
        }
    }
    [x * y, y]
}

#[derive(Differentiable, Clone, Debug, PartialEq)]
struct Pair {
    a: f64,
    list: Vec<f64>,
}

#[grad(forward)]
fn structure(x: f64, n: usize) -> Pair {
    let mut y = x;
    let mut k = 0;
    while k < n {
        if y > 3.0 {
            return Pair { a: y, list: vec![y * x] };
        }
        y = y * x + 0.1;
        k += 1;
    }
    Pair { a: x, list: vec![y, x * x] }
}

#[grad]
fn inside(x: f64, n: usize) -> f64 {
    let mut total = 0.0;
    for k in 0..n {
        let pair: [f64; 2] = 'found: {
            for j in 0..n {
                if j == k {
                    break 'found [x * x, j as f64 * x];
                }
                if total > 50.0 {
                    return total * x;
                }
            }
            [x, 1.0]
        };
        total += pair[0] * pair[1] + total * x;
    }
    total
}

fn numbers(y: &Pair) -> Vec<f64> {
    std::iter::once(y.a).chain(y.list.iter().copied()).collect()
}

const POINTS: [(f64, usize); 5] = [(0.5, 0), (0.5, 6), (1.7, 2), (1.7, 9), (4.0, 3)];

/// The gradient of the weighted sum of a result, and its derivative in direction 1, against central differences.
fn check_result(gradient: f64, direction: &[f64], weights: &[f64], f: impl Fn(f64) -> Vec<f64>, x: f64) {
    let sum = |y: &[f64]| y.iter().zip(weights).map(|(y, w)| y * w).sum::<f64>();
    let expected = central(|x| sum(&f(x[0])), &[x]);
    assert_all_close_to(&[gradient], &expected, DIFFERENCES);
    assert_all_close_to(&[sum(direction)], &expected, DIFFERENCES);
}

const WEIGHTS: [f64; 3] = [0.3, -1.2, 0.7];

#[test]
fn a_vector() {
    for (x, n) in POINTS {
        let (y, pullback) = vector::vjp(x, n);
        assert_eq!(y, vector(x, n));
        assert_eq!(y.len(), if grown(x, n).1 { 3 } else { 2 });
        let gradient = pullback(WEIGHTS[..y.len()].to_vec());
        check_result(gradient, &vector::jvp(x, n, 1.0).1, &WEIGHTS, |x| vector(x, n), x);
    }
}

#[test]
fn an_array() {
    for (x, n) in POINTS {
        let (y, pullback) = array::vjp(x, n);
        assert_eq!(y, array(x, n));
        let gradient = pullback([0.3, -1.2]);
        check_result(gradient, &array::jvp(x, n, 1.0).1, &WEIGHTS, |x| array(x, n).to_vec(), x);
    }
}

#[test]
fn a_struct() {
    for (x, n) in POINTS {
        let (y, pullback) = structure::vjp(x, n);
        assert_eq!(y, structure(x, n));
        let seed = PairTangent { a: WEIGHTS[0], list: WEIGHTS[1..1 + y.list.len()].to_vec() };
        let t = structure::jvp(x, n, 1.0).1;
        let t: Vec<f64> = std::iter::once(t.a).chain(t.list).collect();
        check_result(pullback(seed), &t, &WEIGHTS, |x| numbers(&structure(x, n)), x);
    }
}

#[test]
fn an_array_out_of_a_block_inside_a_loop() {
    for (x, n) in [(0.5, 0), (0.5, 3), (1.3, 4), (2.5, 6)] {
        let (y, gradient) = inside::value_and_grad(x, n);
        assert_eq!(y.to_bits(), inside(x, n).to_bits());
        assert_all_close_to(&gradient.flat(), &central(|x| inside(x[0], n), &[x]), DIFFERENCES);
    }
}

#[grad(forward)]
fn square(x: f64) -> f64 {
    x * x
}

/// The type of `w` is known to rustc alone, and on one path it is never assigned.
#[grad(forward)]
fn unknown_and_unassigned(x: f64, n: usize) -> f64 {
    let mut k = 0;
    let w = loop {
        k += 1;
        if x > 5.0 {
            return x;
        }
        if k > n {
            break square(x) * x;
        }
    };
    w * w
}

macro_rules! carried_and_unassigned {
    ($(#[$attr:meta])* $name:ident, $square:ident, $t:ty) => {
        $(#[$attr])*
        fn $name(x: $t, n: usize) -> $t {
            let mut total = x;
            for k in 0..n {
                let mut w = $square(total);
                let v = 'b: loop {
                    if total > 40.0 {
                        return total * w;
                    }
                    for _ in 0..k {
                        if w > 3.0 {
                            break 'b $square(w);
                        }
                        w = $square(w) + 0.1;
                    }
                    if k > 3 {
                        break w * total;
                    }
                    total += w * 0.5;
                    if k == 2 {
                        continue 'b;
                    }
                    break $square(total);
                };
                total += v.sin();
            }
            total
        }
    };
}
carried_and_unassigned!(
    #[grad(forward)]
    carried,
    square,
    f64
);
carried_and_unassigned!(carried_dual, dual_square, Dual64);

fn dual_square(x: Dual64) -> Dual64 {
    x * x
}

#[test]
fn values_of_calls_that_some_path_never_assigns() {
    for (x, n) in [(0.9, 0), (1.1, 3), (6.0, 2), (5.5, 0)] {
        let (y, gradient) = unknown_and_unassigned::value_and_grad(x, n);
        assert_eq!(y.to_bits(), unknown_and_unassigned(x, n).to_bits());
        let (expected, value) = if x > 5.0 { (1.0, x) } else { (6.0 * x.powi(5), x.powi(6)) };
        assert_all_close_to(&[gradient, unknown_and_unassigned::jvp(x, n, 1.0).1], &[expected; 2], 1e-13);
        assert_all_close_to(&[y], &[value], 1e-13);
    }
    for (x, n) in [(0.5, 0), (0.4, 5), (0.9, 4), (1.3, 6), (7.0, 3), (-0.3, 5)] {
        let (y, gradient) = carried::value_and_grad(x, n);
        assert_eq!(y.to_bits(), carried(x, n).to_bits());
        let expected = carried_dual(Dual64::new(x, 1.0), n).eps;
        assert_all_close_to(&[gradient, carried::jvp(x, n, 1.0).1], &[expected; 2], 1e-10);
    }
}

const GAIN: f64 = 0.8;

/// A constant's type is known to rustc alone.
#[grad(forward)]
fn broken_out_of(a: [f64; 3], n: usize) -> f64 {
    let mut k = 0;
    let w: f64 = loop {
        k += 1;
        if k > n {
            break GAIN * a[k % 3];
        }
    } + 0.7;
    w * w
}

#[test]
fn a_value_times_a_constant() {
    check!(broken_out_of([1.0, 2.0, 3.0], 3) => [0.0, 1.6 * (1.6 + 0.7), 0.0]);
}
