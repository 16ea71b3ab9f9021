//! `a = b` in loops, where `b` was made in the same iteration: its contents go to `a`, and back.

use crate::oracle::{assert_all_close, assert_matches_central, assert_same_bits};
use backprop::{grad, Differentiable};

/// Explicit steps, each into a new vector.
#[grad(wrt(u, k))]
fn burgers(u: &[f64], k: f64, steps: usize) -> f64 {
    let n = u.len();
    let mut a = u.to_vec();
    for _ in 0..steps {
        let mut b = a.clone();
        for i in 1..n - 1 {
            b[i] = a[i] - k * a[i] * (a[i + 1] - a[i - 1]);
        }
        a = b;
    }
    a.iter().map(|x| x * x).sum()
}

/// What was read of `b` is wanted behind the assignment, and `a` changes there.
#[grad]
fn read_before(x: &[f64], n: usize) -> f64 {
    let mut a = x.to_vec();
    let mut s = 1.0;
    for k in 0..n {
        let mut b = vec![0.0; a.len()];
        for i in 0..b.len() {
            b[i] = a[i] * a[(i + 1) % a.len()] + 0.1 * (k as f64);
        }
        let first = b[0];
        let last = b[b.len() - 1];
        a = b;
        s *= first * last + 0.5;
        a[0] *= s;
        a[1] = a[1].sin() * first;
    }
    s + a[0] * a[1]
}

/// The length changes with every iteration.
#[grad]
fn growing(x: &[f64], n: usize) -> f64 {
    let mut a = x.to_vec();
    let mut s = 0.0;
    for k in 0..n {
        let mut b = Vec::new();
        for i in 0..a.len() {
            b.push(a[i] * a[i]);
            if (i + k) % 2 == 0 {
                b.push(a[i].sin());
            }
        }
        s += b[0] * b[b.len() / 2];
        a = b;
    }
    for v in &a {
        s += v * v;
    }
    s
}

/// Assigned on one path only, left early, and not at all.
#[grad]
fn in_branches(x: &[f64], n: usize, limit: f64) -> f64 {
    let mut a = x.to_vec();
    for k in 0..n {
        let mut b = a.clone();
        b[k % x.len()] *= 1.2 + 0.3 * a[0].sin();
        if k == 1 {
            continue;
        }
        if b[0] > limit {
            a = b;
            break;
        }
        if k % 3 == 2 {
            a = b;
        } else {
            let mut c = b.clone();
            c[0] += 0.2 * b[1] * b[1].cos();
            a = c;
        }
    }
    a.iter().map(|v| v.cos()).sum()
}

/// Two states: the one before is handed on first.
#[grad]
fn leapfrog(x: &[f64], steps: usize, dt: f64) -> f64 {
    let mut before = x.to_vec();
    let mut now: Vec<f64> = x.iter().map(|v| v * 1.1).collect();
    for _ in 0..steps {
        let mut next = vec![0.0; x.len()];
        for i in 0..x.len() {
            next[i] = 2.0 * now[i] - before[i] - dt * dt * now[i].sin();
        }
        before = now;
        now = next;
    }
    now.iter().zip(&before).map(|(a, b)| a * b).sum()
}

/// Three states handed on, between which nothing looks; the lengths differ.
#[grad]
fn four_states(x: &[f64], steps: usize) -> f64 {
    let mut a = x.to_vec();
    let mut b: Vec<f64> = x.iter().map(|v| v * 1.1).collect();
    let mut c = vec![x[0] * x[1]; 2];
    for k in 0..steps {
        let mut d = Vec::new();
        for i in 0..c.len() {
            d.push(c[i].sin() + 0.3 * a[i % a.len()] * b[i % b.len()]);
        }
        if k % 2 == 1 {
            d.push(b[0] * b[0] * 0.2);
        }
        a = b;
        b = c;
        c = d;
    }
    let mut s = 0.0;
    for (k, v) in a.iter().chain(&b).chain(&c).enumerate() {
        s += v * v * (1.0 + k as f64);
    }
    s
}

/// Exchanged by hand: the first is empty for a while.
#[grad]
fn by_turns(x: &[f64], y: &[f64], steps: usize) -> f64 {
    let mut a = x.to_vec();
    let mut b = y.to_vec();
    for k in 0..steps {
        for i in 0..a.len() {
            a[i] = a[i] * b[i] + 0.1 * (k as f64);
        }
        let old = a;
        a = b;
        b = old;
    }
    a.iter().zip(&b).map(|(a, b)| a * a - b).sum()
}

/// Read between the two assignments, or assigned in one branch only.
#[grad]
fn looked_at(x: &[f64], steps: usize) -> f64 {
    let mut before = x.to_vec();
    let mut now: Vec<f64> = x.iter().map(|v| v + 0.2).collect();
    let mut s = 0.0;
    for k in 0..steps {
        let next: Vec<f64> = now.iter().zip(&before).map(|(n, b)| n * b + 0.3).collect();
        if k % 3 == 1 {
            before = now;
            s += before[0] * before[1];
            now = next;
        } else {
            before = now.clone();
            now = next;
            s += now[0] * before[1];
        }
        before[0] *= 1.1;
    }
    s + now[1]
}

/// In the inner of two loops, and a parameter by value.
#[grad(wrt(a, w))]
fn nested(mut a: Vec<f64>, w: &[f64], n: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        for j in 0..i {
            let next: Vec<f64> = a.iter().map(|v| v * w[j] + 0.1).collect();
            s += next[0] * next[1];
            a = next;
        }
        s += a[a.len() - 1].exp();
    }
    s
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Chain {
    at: Vec<f64>,
    speed: f64,
}

#[grad]
fn advance(c: &Chain, dt: f64) -> Chain {
    let at: Vec<f64> = c.at.iter().map(|v| v + dt * c.speed * v.cos()).collect();
    let speed = c.speed - dt * at[0];
    Chain { at, speed }
}

/// A struct with a vector in it.
#[grad(wrt(c, dt))]
fn simulate(c: Chain, dt: f64, n: usize) -> f64 {
    let mut c = c;
    let mut s = 0.0;
    for _ in 0..n {
        let next = advance(&c, dt);
        s += next.speed * next.at[1];
        c = next;
    }
    s + c.at[0] * c.speed
}

/// The result is a vector, so that there is a Jacobian.
#[grad(forward, wrt(x))]
fn layers(x: &[f64; 3], w: &[f64], n: usize) -> Vec<f64> {
    let mut h = x.to_vec();
    for k in 0..n {
        let mut next = vec![0.0; h.len()];
        for i in 0..h.len() {
            for j in 0..h.len() {
                next[i] += w[(k + i * 3 + j) % w.len()] * h[j];
            }
            next[i] = next[i].tanh();
        }
        h = next;
    }
    h
}

/// What is moved has no derivative.
#[grad(wrt(x))]
fn constants(x: &[f64], n: usize) -> f64 {
    let mut order: Vec<usize> = (0..x.len()).collect();
    let mut scale = vec![1.0; x.len()];
    let mut s = 0.0;
    for k in 0..n {
        let next: Vec<usize> = order.iter().map(|i| (i + k) % x.len()).collect();
        let doubled: Vec<f64> = scale.iter().map(|v| v * 0.5).collect();
        s += x[next[0]] * x[next[1]] * doubled[0];
        order = next;
        scale = doubled;
    }
    s * scale[0] + x[order[1]]
}

#[test]
fn steps_into_new_vectors() {
    let u: Vec<f64> = (0..7).map(|i| (i as f64 * 0.9).sin()).collect();
    for steps in [0, 1, 2, 9] {
        let (value, (d_u, d_k)) = burgers::value_and_grad(&u, 0.2, steps);
        assert_same_bits(value, burgers(&u, 0.2, steps));
        assert_matches_central(&d_u, |u| burgers(u, 0.2, steps), &u);
        assert_matches_central(&[d_k], |k| burgers(&u, k[0], steps), &[0.2]);
    }
}

#[test]
fn states_that_are_handed_on() {
    let (x, y) = ([0.4, -0.3, 0.8], [0.9, 0.2, -0.5]);
    for steps in [0, 1, 2, 3, 7] {
        let (value, d) = four_states::value_and_grad(&x, steps);
        assert_same_bits(value, four_states(&x, steps));
        assert_matches_central(&d, |x| four_states(x, steps), &x);
        let (value, (d_x, d_y)) = by_turns::value_and_grad(&x, &y, steps);
        assert_same_bits(value, by_turns(&x, &y, steps));
        assert_matches_central(&d_x, |x| by_turns(x, &y, steps), &x);
        assert_matches_central(&d_y, |y| by_turns(&x, y, steps), &y);
        let (value, d) = looked_at::value_and_grad(&x, steps);
        assert_same_bits(value, looked_at(&x, steps));
        assert_matches_central(&d, |x| looked_at(x, steps), &x);
        let (_, pullback) = four_states::vjp(&x, steps);
        assert_all_close(&pullback(1.0), &four_states::grad(&x, steps));
    }
}

#[test]
fn contents_read_before_the_move() {
    let x = [0.4, -0.3, 0.8, 0.6];
    for n in [0, 1, 2, 5] {
        assert_matches_central(&read_before::grad(&x, n), |x| read_before(x, n), &x);
    }
}

#[test]
fn lengths_that_change() {
    let x = [0.4, -0.3, 0.8];
    for n in [0, 1, 2, 4] {
        let d = growing::grad(&x, n);
        assert_eq!(d.len(), 3);
        assert_matches_central(&d, |x| growing(x, n), &x);
    }
}

#[test]
fn moves_on_some_paths() {
    let x = [0.4, -0.3, 0.8];
    for n in [0, 1, 2, 3, 8] {
        for limit in [0.45, 0.9, 100.0] {
            let (d, _) = in_branches::grad(&x, n, limit);
            assert_matches_central(&d, |x| in_branches(x, n, limit), &x);
        }
    }
}

#[test]
fn two_states() {
    let x = [0.4, -0.3, 0.8];
    for n in [0, 1, 2, 6] {
        let (d_x, d_dt) = leapfrog::grad(&x, n, 0.3);
        assert_matches_central(&d_x, |x| leapfrog(x, n, 0.3), &x);
        assert_matches_central(&[d_dt], |dt| leapfrog(&x, n, dt[0]), &[0.3]);
    }
}

#[test]
fn in_a_nest() {
    let (a, w) = ([0.4, -0.3, 0.8], [0.9, 1.1, -0.7, 0.4]);
    for n in [0, 1, 2, 4] {
        let (d_a, d_w) = nested::grad(a.to_vec(), &w, n);
        assert_matches_central(&d_a, |a| nested(a.to_vec(), &w, n), &a);
        assert_matches_central(&d_w, |w| nested(a.to_vec(), w, n), &w);
    }
}

#[test]
fn structs_with_vectors() {
    let x = [0.4, -0.3, 0.8];
    let chain = |x: &[f64]| Chain { at: x[..2].to_vec(), speed: x[2] };
    for n in [0, 1, 2, 5] {
        let (d, d_dt) = simulate::grad(chain(&x), 0.2, n);
        let flat = [d.at.as_slice(), &[d.speed]].concat();
        assert_matches_central(&flat, |x| simulate(chain(x), 0.2, n), &x);
        assert_matches_central(&[d_dt], |dt| simulate(chain(&x), dt[0], n), &[0.2]);
    }
}

#[test]
fn jacobians_and_directions() {
    let (x, w) = ([0.4, -0.3, 0.8], [0.9, 1.1, -0.7, 0.4, 0.3]);
    for n in [0, 1, 3] {
        let rows = layers::jacobian(&x, &w, n);
        for (i, row) in rows.iter().enumerate() {
            assert_matches_central(row, |x| layers(&[x[0], x[1], x[2]], &w, n)[i], &x);
        }
        let (_, pullback) = layers::vjp(&x, &w, n);
        let by_seed = pullback(vec![1.0, 2.0, -1.0]);
        let (_, along) = layers::jvp(&x, &w, n, [0.5, -1.0, 2.0]);
        let columns: Vec<f64> = (0..3).map(|j| rows[0][j] + 2.0 * rows[1][j] - rows[2][j]).collect();
        assert_all_close(&by_seed, &columns);
        let expected: Vec<f64> = rows.iter().map(|r| 0.5 * r[0] - r[1] + 2.0 * r[2]).collect();
        assert_all_close(&along, &expected);
    }
}

#[test]
fn constants_are_moved_too() {
    let x = [0.4, -0.3, 0.8];
    for n in [0, 1, 4] {
        assert_matches_central(&constants::grad(&x, n), |x| constants(x, n), &x);
    }
}
