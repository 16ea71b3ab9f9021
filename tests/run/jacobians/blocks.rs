//! Jacobians by more directions than go without masks: each statement visits the blocks that matter to it.

use crate::oracle::{assert_all_close, assert_all_close_to, central, DIFFERENCES};
use backprop::grad;

/// Columns against directions one by one, rows against pullbacks and differences.
macro_rules! check {
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
                assert_eq!(row[i], *c, "column {i}");
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

/// Numbers between -1 and 1 without a pattern.
fn point<const N: usize>() -> [f64; N] {
    std::array::from_fn(|i| ((i * i * 7 + 3 * i + 2) % 23) as f64 / 11.5 - 0.93)
}

/// Carried numbers, which are objects between two loops over blocks.
#[grad(forward)]
fn chain(angles: &[f64; 12]) -> Vec<f64> {
    let mut places = vec![0.0; 24];
    let (mut x, mut y, mut turned) = (0.0, 0.0, 0.0);
    for i in 0..12 {
        turned += angles[i];
        x += turned.cos();
        y += turned.sin() * (1.0 + 0.1 * x);
        places[2 * i] = x;
        places[2 * i + 1] = y;
    }
    places
}

#[grad(forward)]
fn product(a: &[[f64; 3]; 3], b: &[[f64; 3]; 3]) -> [[f64; 3]; 3] {
    let mut c = [[0.0; 3]; 3];
    for i in 0..3 {
        for j in 0..3 {
            for k in 0..3 {
                c[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    c
}

#[grad(forward)]
fn turn(x: f64, z: f64) -> [[f64; 3]; 3] {
    [[z.cos(), -z.sin(), 0.0], [z.sin(), z.cos(), x], [0.0, x.sin(), x.cos()]]
}

/// Returns more numbers than an array of blocks holds.
#[grad(forward)]
fn frames(angles: &[f64; 14]) -> Vec<[[f64; 3]; 3]> {
    let mut all = Vec::with_capacity(7);
    all.push(turn(angles[0], angles[1]));
    for i in 1..7 {
        let parent = (i - 1) / 2;
        let next = product(&all[parent], &turn(angles[2 * i], angles[2 * i + 1]));
        all.push(next);
    }
    all
}

#[grad(forward)]
fn moved(all: &[[[f64; 3]; 3]], k: usize, v: &[f64; 3]) -> [f64; 3] {
    let mut p = [0.0; 3];
    let m = all[k];
    for i in 0..3 {
        for j in 0..3 {
            p[i] += m[i][j] * v[j];
        }
    }
    if k % 2 == 1 {
        p[0] = -p[0];
    }
    p
}

/// Calls of functions with and without blocks of their own, as in a skeleton.
#[grad(forward)]
fn skeleton(angles: &[f64; 14]) -> Vec<f64> {
    let all = frames(angles);
    let mut out = vec![0.0; 21];
    for k in 0..7 {
        let p = moved(&all, k, &[0.5, -1.0, 2.0]);
        for i in 0..3 {
            out[3 * k + i] = p[i] * p[(i + 1) % 3] + angles[k];
        }
    }
    out
}

/// Branches that join numbers, exits, and a `while` loop.
#[grad(forward)]
fn branches(x: &[f64; 11], #[no_grad] most: f64) -> Vec<f64> {
    let mut out = Vec::new();
    for i in 0..11 {
        let a = if x[i] > 0.0 { x[i] * x[i] } else { -2.0 * x[(i + 3) % 11] };
        let mut b = a;
        let mut steps = 0;
        while b.abs() < 1.0 && steps < 4 {
            b = 1.7 * b + 0.1 * x[i];
            steps += 1;
        }
        if b > most {
            out.push(b.sqrt());
            break;
        }
        out.push(b * x[10 - i]);
    }
    out.resize(11, 0.5);
    out
}

/// What is overwritten by something that depends on less: the blocks of before are zero again.
#[grad(forward)]
fn overwritten(x: &[f64; 10]) -> Vec<f64> {
    let mut a = [0.0; 5];
    for i in 0..5 {
        a[i] = x[i] * x[i + 5];
    }
    for i in 0..5 {
        if i % 2 == 0 {
            a[i] = 3.0;
        } else {
            a[i] = a[i - 1] * x[9 - i];
        }
    }
    let mut b = a;
    b[3] = a[1] + b[4];
    a[1] = 0.0;
    b.swap(0, 1);
    vec![a[0], a[1], a[2] + b[0], a[3], b[1], b[2] * x[0], b[3], b[4]]
}

/// An element is read after the same loop has written it.
#[grad(forward)]
fn in_place(x: &[f64; 9], sweeps: usize) -> Vec<f64> {
    let mut u = x.to_vec();
    for _ in 0..sweeps {
        for i in 1..8 {
            u[i] = 0.25 * u[i - 1] * u[i + 1] + 0.5 * u[i];
        }
        u.reverse();
        u[4] *= u[4];
    }
    u
}

/// Sums over rows, slices and iterators.
#[grad(forward)]
fn sums(x: &[[f64; 3]; 4], b: f64) -> Vec<f64> {
    let mut out = vec![b; 5];
    for i in 0..4 {
        let row = &x[i];
        out[i] += row.iter().zip(&x[3 - i]).map(|(a, b)| a * b).sum::<f64>();
        for j in 0..3 {
            out[4] += (x[i][j] * b).sin();
        }
    }
    out
}

#[grad(forward)]
fn halves(x: &[f64], k: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * (i + k) as f64;
    }
    s.tanh()
}

/// Parts of an object as arguments; a function of itself.
#[grad(forward)]
fn parts(x: &[f64; 12]) -> Vec<f64> {
    let mut out = Vec::new();
    for k in 0..4 {
        out.push(halves(&x[3 * k..3 * k + 3], k) * tower(x[k], 3));
    }
    out.push(halves(x, 1));
    out
}

#[grad(forward)]
fn tower(x: f64, n: usize) -> f64 {
    if n == 0 {
        return x;
    }
    1.0 + x * tower(x, n - 1)
}

/// Vectors that get other lengths: those of all blocks change alike.
#[grad(forward)]
fn lengths(x: &[f64; 10], n: usize) -> Vec<f64> {
    let mut a = vec![0.0; 2];
    let mut b = vec![x[9]; n];
    a[1] = x[0];
    for k in 0..3 {
        let c = vec![x[k]; n + k];
        std::mem::swap(&mut a, &mut b);
        a[0] += c[n + k - 1] * b[1];
        b = c;
    }
    a.push(x[3] * b[n]);
    for i in 0..n {
        b[i] += a[i % 2] * x[i + 4];
    }
    b.extend_from_slice(&a);
    b
}

/// Rows that change places.
#[grad(forward)]
fn rows(x: &[f64; 12]) -> Vec<f64> {
    let mut m = [[0.0; 3]; 4];
    for i in 0..4 {
        for j in 0..3 {
            m[i][j] = x[3 * i + j] * x[i];
        }
    }
    m.swap(0, 2);
    m[3] = m[1];
    m[1] = [1.0, x[5], 0.0];
    let mut out = vec![0.0; 12];
    for i in 0..4 {
        out[3 * i..3 * i + 3].copy_from_slice(&m[i]);
    }
    out[0] *= m[3][2];
    out
}

#[test]
fn lengths_that_change() {
    check!(lengths(4), point::<10>());
    check!(lengths(2), point::<10>());
}

#[test]
fn rows_that_change_places() {
    check!(rows(), point::<12>());
}

#[test]
fn carried_numbers() {
    check!(chain(), point::<12>());
}

#[test]
fn calls_with_blocks() {
    check!(skeleton(), point::<14>());
}

#[test]
fn branches_and_exits() {
    check!(branches(1.9), point::<11>());
    check!(branches(100.0), point::<11>());
}

#[test]
fn blocks_of_before_are_cleared() {
    check!(overwritten(), point::<10>());
}

#[test]
fn elements_of_the_same_loop() {
    check!(in_place(3), point::<9>());
    check!(in_place(0), point::<9>());
}

#[test]
fn parts_as_arguments() {
    check!(parts(), point::<12>());
}

#[test]
fn two_parameters() {
    let x = [[0.3, -0.2, 0.9], [1.1, 0.4, -0.7], [0.2, 0.8, -0.5], [0.6, -0.9, 0.1]];
    let rows = sums::jacobian(&x, 0.7);
    for (k, (d_x, d_b)) in rows.iter().enumerate() {
        let mut seed = vec![0.0; 5];
        seed[k] = 1.0;
        let (by_x, by_b) = sums::vjp(&x, 0.7).1(seed);
        assert_all_close(d_x.as_flattened(), by_x.as_flattened());
        assert_all_close(&[*d_b], &[by_b]);
    }
}

/// More directions than one sweep takes, which do not fill the last block.
#[grad(forward)]
fn many(x: &[f64; 35]) -> Vec<f64> {
    let mut out = vec![0.0; 40];
    for i in 0..35 {
        out[i] += x[i] * x[(5 * i + 1) % 35];
        out[i + 5] += x[i].exp();
    }
    out
}

/// A type without lanes is no error where no Jacobian is asked for.
#[grad(forward)]
fn root_of_all(x: &[f64; 40]) -> Result<f64, ()> {
    let mut s = 0.0;
    for i in 0..40 {
        s += x[i] * x[i];
    }
    if s < 1e-9 {
        return Err(());
    }
    Ok(s.sqrt())
}

#[test]
fn a_type_without_lanes() {
    let x = point::<40>();
    let (y, t) = root_of_all::jvp(&x, x);
    assert_all_close(&[y.unwrap()], &[t.unwrap()]);
}

#[test]
fn several_sweeps() {
    check!(many(), point::<35>());
}

/// A pole in one direction stays there, though the others go through the same sweep.
#[grad(forward)]
fn roots(x: &[f64; 12]) -> Vec<f64> {
    let mut out = vec![0.0; 12];
    for i in 0..12 {
        out[i] = x[i].sqrt();
    }
    out
}

#[test]
fn what_does_not_depend_is_zero_beside_a_pole() {
    let mut x = [1.0; 12];
    x[4] = 0.0;
    let rows = roots::jacobian(&x);
    assert_eq!(rows[4][4], f64::INFINITY);
    for other in (0..12).filter(|i| !(4..6).contains(i)) {
        assert_eq!(rows[4][other], 0.0);
        assert_eq!(rows[other][4], 0.0);
    }
}
