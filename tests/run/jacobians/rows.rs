//! Rows of a Jacobian in one sweep: what a pullback gives for each, bit for bit unless quotients or poles are among them, and what
//! directions and differences say.

use crate::oracle::{
    assert_all_close, assert_all_close_to, assert_all_same_bits, central, Numbers, DIFFERENCES,
};
use backprop::grad;

/// Rows against pullbacks, columns against directions, both against differences. Bit for bit against one of the two,
/// whichever way it goes.
macro_rules! check_square {
    ($f:ident($($more:expr),*), $x:expr, $m:expr, $shape:ident) => {{
        let x = &$x;
        let rows = $f::jacobian(x $(, $more)*);
        assert_eq!(rows.len(), $m);
        let value = $f(x $(, $more)*);
        let (mut by_rows, mut by_columns) = (true, true);
        for (k, row) in rows.iter().enumerate() {
            let mut seed = $shape(&value);
            seed[k] = 1.0;
            let (again, pullback) = $f::vjp(x $(, $more)*);
            assert_all_same_bits(&again, &value);
            let alone = pullback(seed);
            by_rows &= row.iter().zip(&alone).all(|(a, b)| a.to_bits() == b.to_bits());
            assert_all_close(row, &alone);
            let differences = central(|x| $f(x.try_into().unwrap() $(, $more)*)[k], x);
            assert_all_close_to(row, &differences, DIFFERENCES);
        }
        for i in 0..x.len() {
            let mut direction = x.map(|_| 0.0);
            direction[i] = 1.0;
            let (_, column) = $f::jvp(x $(, $more)*, direction);
            let of_rows: Vec<f64> = rows.iter().map(|row| row[i]).collect();
            by_columns &= of_rows.iter().zip(&column).all(|(a, b)| a.to_bits() == b.to_bits());
            assert_all_close(&of_rows, &column);
        }
        assert!(by_rows || by_columns, "a lane is not what its sweep is alone");
    }};
}

fn zeros_array<const M: usize>(_: &[f64; M]) -> [f64; M] {
    [0.0; M]
}

fn zeros_vec(y: &[f64]) -> Vec<f64> {
    vec![0.0; y.len()]
}

#[grad(forward)]
fn three_to_five(x: &[f64; 3]) -> [f64; 5] {
    let s = x[0].sin() * x[1];
    let t = s / x[2];
    [s, t, s * t, x[2].exp() - t, x[0] * x[1] * x[2]]
}

#[grad(forward)]
fn five_to_three(x: &[f64; 5]) -> [f64; 3] {
    let mut sums = [0.0; 3];
    for i in 0..5 {
        sums[i % 3] += x[i] * x[(i + 1) % 5];
    }
    [sums[0].tanh(), sums[1] * sums[2], sums[0] - sums[2] / x[4]]
}

#[test]
fn more_outputs_than_inputs_and_fewer() {
    check_square!(three_to_five(), [0.7, -1.2, 1.9], 5, zeros_array);
    check_square!(five_to_three(), [0.3, -0.8, 1.1, 0.4, 1.7], 3, zeros_array);
}

#[grad(forward)]
fn one_to_n(x: &[f64; 1]) -> [f64; 4] {
    let y = x[0];
    [y, y * y, y.sin(), 1.0 / y]
}

#[grad(forward)]
fn n_to_one(x: &[f64; 4]) -> [f64; 1] {
    let mut p = 1.0;
    for v in x {
        p *= v + 0.5;
    }
    [p]
}

#[grad(forward)]
fn n_to_none(x: &[f64; 4], keep: usize) -> Vec<f64> {
    let mut all = Vec::new();
    for i in 0..keep {
        all.push(x[i] * x[i]);
    }
    all
}

#[test]
fn one_row_one_column_and_none() {
    check_square!(one_to_n(), [0.8], 4, zeros_array);
    check_square!(n_to_one(), [0.8, -0.1, 0.2, 2.0], 1, zeros_array);
    check_square!(n_to_none(0), [0.8, -0.1, 0.2, 2.0], 0, zeros_vec);
    check_square!(n_to_none(3), [0.8, -0.1, 0.2, 2.0], 3, zeros_vec);
}

/// State carried round, a branch, an early way out, undone stores.
#[grad(forward)]
fn walk(x: &[f64; 4], steps: usize) -> [f64; 4] {
    let mut state = *x;
    let mut energy = 0.0;
    for k in 0..steps {
        let old = state[k % 4];
        state[k % 4] = old * 0.9 + state[(k + 1) % 4].sin();
        if state[k % 4] > 0.5 {
            energy += old * state[(k + 2) % 4];
        } else {
            energy *= 0.7;
        }
        if energy > 3.0 {
            break;
        }
    }
    [state[0] * energy, state[1], state[2] + energy, state[3] * state[0]]
}

#[test]
fn loops_branches_and_exits() {
    for steps in [0, 1, 2, 7, 30] {
        check_square!(walk(steps), [0.9, -0.4, 1.3, 0.6], 4, zeros_array);
    }
}

/// More rows than go into one sweep, and a number that is known to the caller alone.
#[grad]
fn filtered(x: &[f64; 6], weights: &[f64; 2], out: usize) -> Vec<f64> {
    let mut y = vec![0.0; out];
    for i in 0..out {
        y[i] = weights[0] * x[i % 6] + weights[1] * x[(i + 1) % 6] * x[i % 6];
    }
    for i in 1..out {
        y[i] += 0.5 * y[i - 1].tanh();
    }
    y
}

#[test]
fn blocks_of_rows() {
    let x = [0.3, -0.7, 1.1, 0.2, 0.9, -1.4];
    let w = [0.8, -0.6];
    for out in [0, 1, 7, 8, 9, 16, 21] {
        let rows = filtered::jacobian(&x, &w, out);
        assert_eq!(rows.len(), out);
        for (k, (d_x, d_w)) in rows.iter().enumerate() {
            let mut seed = vec![0.0; out];
            seed[k] = 1.0;
            let (by_x, by_w) = filtered::vjp(&x, &w, out).1(seed);
            assert_all_same_bits(d_x, &by_x);
            assert_all_same_bits(d_w, &by_w);
            let flat: Vec<f64> = x.iter().chain(&w).copied().collect();
            let of = |p: &[f64]| filtered(p[..6].try_into().unwrap(), p[6..].try_into().unwrap(), out)[k];
            let expected = central(of, &flat);
            assert_all_close_to(d_x, &expected[..6], DIFFERENCES);
            assert_all_close_to(d_w, &expected[6..], DIFFERENCES);
        }
    }
}

/// Slices, a scalar and a vector by value go in; numbers of several kinds come out.
#[grad]
fn mixed(a: &[f64], b: Vec<f64>, c: f64, rounds: usize) -> (f64, [f64; 2], usize, ((f64,), f64)) {
    let mut sum = 0.0;
    for (x, y) in a.iter().zip(&b) {
        sum += x * y.cos();
    }
    let mut power = c;
    for _ in 0..rounds {
        power *= c + sum;
    }
    (sum, [power, b.iter().sum::<f64>() * c], a.len(), ((sum * sum,), c.abs()))
}

#[test]
fn tuples_and_passive_parts() {
    let (a, b, c) = (vec![0.4, -0.9, 1.3], vec![0.2, 0.5, -0.6, 2.0], 1.2);
    let (first, [second, third], (), ((fourth,), fifth)) = mixed::jacobian(&a, b.clone(), c, 2);
    let rows = [first, second, third, fourth, fifth];
    let flat: Vec<f64> = a.iter().chain(&b).copied().chain([c]).collect();
    for (k, (d_a, d_b, d_c)) in rows.iter().enumerate() {
        let of = |p: &[f64]| {
            let (s, [u, v], _, ((w,), z)) = mixed(&p[..3], p[3..7].to_vec(), p[7], 2);
            [s, u, v, w, z][k]
        };
        let row: Vec<f64> = d_a.iter().chain(d_b).copied().chain([*d_c]).collect();
        assert_all_close_to(&row, &central(of, &flat), DIFFERENCES);
    }
    let (none, ..) = mixed::jacobian(&[], Vec::new(), c, 0);
    assert_eq!(none, (vec![], vec![], 0.0));
}

/// A matrix of outputs, and single precision.
#[grad]
fn outer(a: &[f32; 3], b: f32) -> [[f32; 2]; 3] {
    let mut y = [[0.0; 2]; 3];
    for i in 0..3 {
        y[i][0] = a[i] * b;
        y[i][1] = a[i] / (1.0 + b * b);
    }
    y
}

#[test]
fn nested_arrays_in_single_precision() {
    let (a, b) = ([0.5, -1.5, 2.0], 0.75_f32);
    for (i, [(by_a, by_b), (of_a, of_b)]) in outer::jacobian(&a, b).into_iter().enumerate() {
        let mut expected = [0.0; 3];
        expected[i] = b;
        assert_eq!((by_a, by_b), (expected, a[i]));
        let scale = 1.0 / (1.0 + b * b);
        expected[i] = scale;
        assert_eq!(of_a, expected);
        assert!((of_b + a[i] * 2.0 * b * scale * scale).abs() < 1e-6);
    }
}

/// What has no lanes goes the slow way: a call, a cast, generic numbers.
#[grad]
fn square(x: f64) -> f64 {
    x * x
}

#[grad]
fn with_a_call(x: f64, y: f64) -> [f64; 2] {
    [square(x) * y, square(x + y)]
}

#[grad]
fn with_a_cast(x: f64, y: f64) -> (f64, f64) {
    let z = (x * y) as f32;
    (f64::from(z) * x, y)
}

#[grad]
fn generic<T: backprop::Real>(x: T, y: T) -> [T; 2] {
    [x.sin() * y, x / y]
}

#[test]
fn the_slow_way() {
    let (x, y) = (0.7, 1.3);
    let rows = with_a_call::jacobian(x, y);
    assert_eq!(rows[0], (2.0 * x * y, x * x));
    assert_all_close(&[rows[1].0, rows[1].1], &[2.0 * (x + y); 2]);
    let ((by_x, by_y), second) = with_a_cast::jacobian(x, y);
    assert_all_close_to(&[by_x, by_y], &[2.0 * x * y, x * x], 1e-6);
    assert_eq!(second, (0.0, 1.0));
    let rows = generic::jacobian::<f64>(x, y);
    assert_all_close(&[rows[0].0, rows[0].1], &[x.cos() * y, x.sin()]);
    assert_all_close(&[rows[1].0, rows[1].1], &[1.0 / y, -x / (y * y)]);
}

/// A row is the gradient of its own result: poles of the others do not reach it, where a pullback has zero times infinity.
#[grad]
fn poles(x: f64, y: f64) -> [f64; 3] {
    [1.0 / x, x.sqrt() * y, (y - 1.0).ln()]
}

#[test]
fn poles_stay_in_their_rows() {
    for (x, y) in [(0.0, 2.0), (-1.0, 0.5), (f64::INFINITY, 3.0), (4.0, 1.0)] {
        let [first, second, third] = poles::jacobian(x, y);
        assert_all_same_bits(&[first.0, first.1], &[-(1.0 / x * (1.0 / x)), 0.0]);
        assert_all_same_bits(&[second.0, second.1], &[y * (0.5 / x.sqrt()), x.sqrt()]);
        assert_all_same_bits(&[third.0, third.1], &[0.0, 1.0 / (y - 1.0)]);
    }
}

/// Rows share the reciprocal of a divisor, unless that is infinite.
#[grad]
fn quotients(x: f64, y: f64) -> [f64; 2] {
    let q = x / y;
    let r = q / (x * x + 1.0).sqrt();
    [r * q, r * x]
}

#[test]
fn rows_share_reciprocals() {
    for (x, y) in [(0.7, 1.3), (-2.0, 0.1), (3.0, -1e300), (1e-310, 1e-310), (2e-310, -1e-310)] {
        let [(first_x, first_y), (second_x, second_y)] = quotients::jacobian(x, y);
        // With n = √(x² + 1): q²/n and q x/n.
        let (n, q) = ((x * x + 1.0).sqrt(), x / y);
        let along = q / n / (n * n);
        assert_all_close(&[first_x], &[(q * (2.0 - x * x / (n * n)) / n) / y]);
        assert_all_close(&[first_y], &[-2.0 * (q / n * q / y)]);
        assert_all_close(&[second_x], &[along + q / n]);
        assert_all_close(&[second_y], &[-(q * q / n)]);
    }
}

struct Lens {
    focus: f64,
}

impl Lens {
    #[grad(wrt(p))]
    fn project(&self, p: &[f64; 3]) -> [f64; 2] {
        [self.focus * p[0] / p[2], self.focus * p[1] / p[2]]
    }
}

#[test]
fn rows_of_a_method() {
    let lens = Lens { focus: 2.0 };
    let rows = lens.project_jacobian(&[1.0, 3.0, 4.0]);
    assert_eq!(rows, [[0.5, 0.0, -0.125], [0.0, 0.5, -0.375]]);
}

#[test]
fn random_polynomials() {
    #[grad]
    fn polynomials(c: &[f64; 8], x: f64) -> [f64; 2] {
        let (mut p, mut q) = (0.0, 0.0);
        for i in 0..4 {
            p = p * x + c[i];
            q = q * x + c[4 + i] * p;
        }
        [p, q]
    }
    let mut numbers = Numbers::new(11);
    for _ in 0..20 {
        let flat = numbers.vec(9);
        let c: [f64; 8] = flat[..8].try_into().unwrap();
        for (k, (d_c, d_x)) in polynomials::jacobian(&c, flat[8]).into_iter().enumerate() {
            let of = |p: &[f64]| polynomials(p[..8].try_into().unwrap(), p[8])[k];
            let row: Vec<f64> = d_c.into_iter().chain([d_x]).collect();
            assert_all_close_to(&row, &central(of, &flat), DIFFERENCES);
        }
    }
}

#[grad]
fn a_half_that_is_constant(x: f64, mut a: Vec<f64>) -> [f64; 2] {
    a.rotate_left(1);
    let pair = (a[0] * x, 0.5);
    [pair.0, if x >= pair.1 { x } else { x * x }]
}

#[test]
fn a_part_without_a_derivative_has_lanes_too() {
    let rows = a_half_that_is_constant::jacobian(3.0, vec![1.0, 2.0]);
    assert_eq!(rows, [(2.0, vec![0.0, 3.0]), (1.0, vec![0.0, 0.0])]);
}
