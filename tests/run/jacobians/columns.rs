//! Columns of a Jacobian, several in one forward sweep: through calls, structs, methods and code that has no lanes.

use crate::oracle::{assert_all_close, assert_all_close_to, assert_all_same_bits, central, DIFFERENCES};
use backprop::{grad, Differentiable};

/// Columns against directions one by one, bit for bit, and rows against pullbacks and differences.
macro_rules! check_columns {
    ($f:ident($($more:expr),*), $x:expr) => {{
        let x = &$x;
        let rows = $f::jacobian(x $(, $more)*);
        let value = $f(x $(, $more)*);
        assert_eq!(rows.len(), value.len());
        for i in 0..x.len() {
            let mut direction = x.map(|_| 0.0);
            direction[i] = 1.0;
            let (again, column) = $f::jvp(x $(, $more)*, direction);
            assert_eq!(again, value);
            for (row, c) in rows.iter().zip(&column) {
                assert_eq!(row[i], *c);
            }
        }
        for (k, row) in rows.iter().enumerate() {
            let mut seed = value.clone();
            seed.iter_mut().for_each(|s| *s = 0.0);
            seed[k] = 1.0;
            assert_all_close(row, &$f::vjp(x $(, $more)*).1(seed));
            let differences = central(|x| $f(x.try_into().unwrap() $(, $more)*)[k], x);
            assert_all_close_to(row, &differences, DIFFERENCES);
        }
    }};
}

#[grad(forward)]
fn matrix(angle: f64, scale: f64) -> [[f64; 2]; 2] {
    let (s, c) = (angle.sin(), angle.cos());
    [[scale * c, -s], [s, c / scale]]
}

#[grad(forward)]
fn product(a: &[[f64; 2]; 2], b: &[[f64; 2]; 2]) -> [[f64; 2]; 2] {
    let mut c = [[0.0; 2]; 2];
    for i in 0..2 {
        for j in 0..2 {
            c[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j];
        }
    }
    c
}

#[grad(forward)]
fn length(v: &[f64]) -> f64 {
    let mut sum = 0.0;
    for x in v {
        sum += x * x;
    }
    sum.sqrt()
}

/// A chain of joints: matrices from calls, constants beside variables, a result as long as the caller likes.
#[grad(forward)]
fn chain(theta: &[f64; 9], #[no_grad] base: &[[[f64; 2]; 2]], points: &[usize]) -> Vec<f64> {
    let mut joints = Vec::new();
    let mut last = [[1.0, 0.0], [0.0, 1.0]];
    for i in 0..base.len() {
        let turned = product(&base[i], &matrix(theta[i], theta[8]));
        last = product(&last, &turned);
        joints.push(last);
    }
    let mut out = vec![0.0; 2 * points.len()];
    for n in 0..points.len() {
        let joint = joints[points[n]];
        for i in 0..2 {
            out[2 * n + i] = joint[i][0] * theta[7] + joint[i][1] - length(&joint[i]);
        }
    }
    out
}

#[test]
fn through_calls() {
    let theta = [0.3, -0.7, 1.1, 0.4, -0.2, 0.9, 0.1, 1.3, 0.8];
    let base: Vec<[[f64; 2]; 2]> = (0..7).map(|i| [[1.0, 0.1 * f64::from(i)], [-0.2, 0.9]]).collect();
    check_columns!(chain(&base, &[0, 3, 6, 3, 1]), theta);
    check_columns!(chain(&base, &[]), theta);
    check_columns!(chain(&base[..1], &[0]), theta);
}

/// Calls inside loops and branches, with tuples and options between.
#[grad(forward)]
fn polar(x: f64, y: f64) -> (f64, f64) {
    (x.hypot(y), y.atan2(x))
}

#[grad(forward)]
fn checked(x: f64) -> Option<f64> {
    if x > 0.0 {
        Some(x.ln())
    } else {
        None
    }
}

#[grad(forward)]
fn winding(p: &[f64; 2], rounds: usize) -> [f64; 5] {
    let (mut x, mut y) = (p[0], p[1]);
    let mut turns = 0.0;
    for _ in 0..rounds {
        let (r, phi) = polar(x, y);
        turns += phi;
        if r > 1.0 {
            x = x / r + 0.1 * phi;
        } else {
            x += 0.3;
        }
        y = y * 0.9 - length(&[x, y]) * 0.1;
    }
    let log = match checked(x) {
        Some(l) => l,
        None => x * y,
    };
    [x, y, turns, log, x * y]
}

#[test]
fn tuples_options_and_loops() {
    for rounds in [0, 1, 5] {
        check_columns!(winding(rounds), [0.7, 1.2]);
        check_columns!(winding(rounds), [-3.0, 0.4]);
    }
}

#[derive(Clone, Differentiable)]
struct Pose {
    turn: [f64; 2],
    place: [f64; 3],
}

impl Pose {
    #[grad(forward)]
    fn height(&self, by: f64) -> f64 {
        self.place[2] * by + self.turn[0]
    }
}

#[grad(forward)]
fn apply(pose: &Pose, p: &[f64; 3]) -> [f64; 3] {
    let (s, c) = (pose.turn[0].sin(), pose.turn[1].cos());
    [c * p[0] - s * p[1] + pose.place[0], s * p[0] + c * p[1] + pose.place[1], p[2] * pose.height(p[0])]
}

#[grad(forward)]
fn moved(pose: Pose, by: f64) -> Pose {
    Pose { turn: pose.turn, place: [pose.place[0] + by * by, pose.place[1], pose.place[2]] }
}

#[grad(forward)]
fn pose(theta: &[f64; 4]) -> Pose {
    Pose { turn: [theta[0], theta[0] * theta[1]], place: [theta[2], theta[3], theta[2] * theta[3]] }
}

/// Structs from calls, handed on to others.
#[grad(forward)]
fn seen(theta: &[f64; 4], #[no_grad] points: &[[f64; 3]]) -> Vec<f64> {
    let pose = pose(theta);
    let mut out = Vec::new();
    for p in points {
        let q = apply(&pose, p);
        out.push(q[0] * q[2]);
        out.push(q[1] + theta[0]);
    }
    out
}

#[grad(forward)]
fn seen_from_elsewhere(theta: &[f64; 4], #[no_grad] points: &[[f64; 3]]) -> Vec<f64> {
    let pose = moved(pose(theta), theta[1]);
    let mut out = vec![pose.place[0] * theta[2]];
    for p in points {
        let q = apply(&pose, p);
        out.push(q[0] * q[2]);
    }
    out
}

#[test]
fn structs_and_methods() {
    let points = [[0.4, 1.0, -0.3], [0.2, -0.6, 0.7]];
    check_columns!(seen(&points), [0.3, 1.4, -0.8, 0.5]);
    check_columns!(seen_from_elsewhere(&points), [0.3, 1.4, -0.8, 0.5]);
}

/// More inputs than go into one sweep, of several shapes; passive parts in the result.
#[grad(forward)]
fn spread_out(a: &[[f64; 2]; 3], b: f64, c: (f64, f64)) -> ([[f64; 3]; 2], usize, Vec<f64>, f64) {
    let mut table = [[0.0; 3]; 2];
    let mut list = Vec::new();
    for i in 0..3 {
        for j in 0..2 {
            table[j][i] = a[i][j] * b + c.0;
            list.push(a[i][j].exp() * c.1);
        }
    }
    (table, 3, list, length(&a[1]) * b)
}

#[test]
fn several_parameters() {
    let (a, b, c) = ([[0.1, -0.4], [0.7, 0.2], [1.1, -0.9]], 1.7, (0.6, -0.3));
    let flat: Vec<f64> = a.as_flattened().iter().copied().chain([b, c.0, c.1]).collect();
    let outputs = |p: &[f64]| {
        let a = [[p[0], p[1]], [p[2], p[3]], [p[4], p[5]]];
        let (table, _, list, last) = spread_out(&a, p[6], (p[7], p[8]));
        table.as_flattened().iter().copied().chain(list).chain([last]).collect::<Vec<f64>>()
    };
    let (table, (), list, last) = spread_out::jacobian(&a, b, c);
    let rows = table.into_iter().flatten().chain(list).chain([last]);
    for (k, (d_a, d_b, d_c)) in rows.enumerate() {
        let row: Vec<f64> = d_a.as_flattened().iter().copied().chain([d_b, d_c.0, d_c.1]).collect();
        assert_all_close_to(&row, &central(|p| outputs(p)[k], &flat), DIFFERENCES);
    }
}

/// Callees without lanes: generic, by a rule of the user's, with a cast, recursive.
#[grad(forward)]
fn generic<T: backprop::Real>(x: T, n: usize) -> T {
    let mut y = x;
    for _ in 0..n {
        y = y * x.cos();
    }
    y
}

fn cube_rule(x: f64, d: f64) -> (f64, f64) {
    (x * x * x, 3.0 * x * x * d)
}

fn cube_pullback(x: f64) -> (f64, impl FnOnce(f64) -> f64) {
    (x * x * x, move |d| 3.0 * x * x * d)
}

#[grad(vjp = cube_pullback, jvp = cube_rule)]
fn cube(x: f64) -> f64 {
    x * x * x
}

#[grad(forward)]
fn rounded(x: f64) -> f64 {
    f64::from((x * x) as f32)
}

#[grad(forward)]
fn power(x: f64, n: u32) -> f64 {
    if n == 0 {
        1.0
    } else {
        x * power(x, n - 1)
    }
}

#[grad(forward)]
fn medley(x: f64, y: f64) -> [f64; 4] {
    [generic::<f64>(x, 3) * y, cube(x * y), power(y, 4) + x, generic(y, 1) * cube(x)]
}

#[grad(forward)]
fn medley_with_cast(x: f64) -> [f64; 2] {
    [rounded(x), x]
}

#[test]
fn callees_without_lanes() {
    let (x, y) = (0.8, 1.3);
    for (k, (d_x, d_y)) in medley::jacobian(x, y).into_iter().enumerate() {
        let expected = central(|p| medley(p[0], p[1])[k], &[x, y]);
        assert_all_close_to(&[d_x, d_y], &expected, DIFFERENCES);
    }
    let [by_rounded, by_itself] = medley_with_cast::jacobian(x);
    assert_all_close_to(&[by_rounded, by_itself], &[2.0 * x, 1.0], 1e-6);
}

/// Single precision, and a function that never comes back in one of its ways.
#[grad(forward)]
fn narrow(x: &[f32; 2], limit: usize) -> Vec<f32> {
    assert!(limit < 9, "too many");
    let mut y = vec![x[0]; limit];
    for i in 1..limit {
        y[i] = y[i - 1] * x[1] + x[0];
    }
    y
}

#[test]
fn single_precision() {
    let x = [0.5_f32, -1.5];
    let rows = narrow::jacobian(&x, 4);
    for i in 0..2 {
        let mut direction = [0.0; 2];
        direction[i] = 1.0;
        let (_, column) = narrow::jvp(&x, 4, direction);
        assert_eq!(rows.iter().map(|row| row[i]).collect::<Vec<f32>>(), column);
    }
    assert_eq!(rows[1], [x[1] + 1.0, x[0]]);
    assert!(narrow::jacobian(&x, 0).is_empty());
}

/// Zero times infinity is NaN, and zero times a negative number is `-0.0`: also where no direction of a sweep matters to a
/// call.
#[grad(forward)]
fn pole(x: f64, slope: &[f64; 2]) -> f64 {
    (x.sqrt() + slope[1]) * -2.0
}

#[grad(forward)]
fn poles(x: &[f64; 8], n: usize) -> Vec<f64> {
    let mut out = Vec::new();
    for i in 0..n {
        let down = pole(x[i], &[x[7], x[i]]);
        out.push(down);
        out.push(-down + x[(i + 1) % n]);
    }
    out
}

#[test]
fn zero_times_infinity_is_the_same_in_lanes() {
    let x = std::array::from_fn(|i| if i % 3 == 0 { 0.0 } else { i as f64 });
    let rows = poles::jacobian(&x, 7);
    for i in 0..x.len() {
        let mut direction = [0.0; 8];
        direction[i] = 1.0;
        let column: Vec<f64> = rows.iter().map(|row| row[i]).collect();
        let single = poles::jvp(&x, 7, direction).1;
        assert!(single[0].is_nan() == (i != 0) && single[2].is_finite());
        assert_all_same_bits(&column, &single);
    }
    let signs = rows[2].map(|d| d.to_bits());
    assert!(signs.contains(&(-0.0_f64).to_bits()), "a zero that kept its sign");
}

/// Sums and products alone: where the value is finite, so are the partials, and directions that do not matter are skipped.
#[grad(forward)]
fn area(x: f64, y: &[f64; 2]) -> [f64; 2] {
    [-x * y[0], (x * y[1] - y[0]).sin()]
}

#[grad(forward)]
fn areas(x: &[f64; 12], n: usize) -> Vec<f64> {
    let mut out = Vec::new();
    for i in 0..n {
        let [a, b] = area(x[i], &[x[11], -x[i]]);
        out.push(a);
        out.push(b * x[(i + 1) % n]);
    }
    out
}

#[test]
fn directions_that_are_skipped_have_the_same_bits() {
    let finite = std::array::from_fn(|i| i as f64 * 0.3 - 1.7);
    let mut x = finite;
    (x[3], x[6]) = (f64::INFINITY, -1e200);
    for x in [finite, x] {
        let rows = areas::jacobian(&x, 11);
        for i in 0..x.len() {
            let mut direction = [0.0; 12];
            direction[i] = 1.0;
            let column: Vec<f64> = rows.iter().map(|row| row[i]).collect();
            assert_all_same_bits(&column, &areas::jvp(&x, 11, direction).1);
        }
    }
    for (k, row) in areas::jacobian(&finite, 11).iter().enumerate() {
        let differences = central(|x| areas(x.try_into().unwrap(), 11)[k], &finite);
        assert_all_close_to(row, &differences, DIFFERENCES);
    }
}
