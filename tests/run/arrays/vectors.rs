//! `Vec<f64>`: parameters, results, `vec!`, `with_capacity` and `push`, `pop`, `clone`, `to_vec`.

use crate::oracle::{assert_all_close, assert_matches_central, Numbers};
use backprop::grad;

#[grad(forward)]
fn by_reference(x: &Vec<f64>) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * x[i];
    }
    s
}

#[grad]
fn by_value(x: Vec<f64>) -> f64 {
    let mut x = x;
    for i in 1..x.len() {
        x[i] *= x[i - 1];
    }
    x[x.len() - 1]
}

#[test]
fn vector_parameters() {
    let x = vec![2.0, 3.0, 5.0];
    assert_eq!(by_reference::grad(&x), vec![4.0, 6.0, 10.0]);
    assert_eq!(by_reference::jvp(&x, &[1.0, 0.0, -1.0]).1, -6.0);
    assert_eq!(by_value::grad(x), vec![15.0, 10.0, 6.0]);
}

#[grad(forward)]
fn result(x: &[f64]) -> Vec<f64> {
    let mut y = Vec::with_capacity(x.len());
    for i in 0..x.len() {
        y.push(x[i] * x[(i + 1) % x.len()]);
    }
    y
}

#[test]
fn vector_result() {
    let x = [2.0, 3.0, 5.0];
    let (value, pullback) = result::vjp(&x);
    assert_eq!(value, [6.0, 15.0, 10.0]);
    // sum of w_i x_i x_{i+1}
    assert_eq!(pullback(vec![1.0, 10.0, 100.0]), [3.0 + 500.0, 2.0 + 50.0, 30.0 + 200.0]);
    assert_eq!(result::jvp(&x, &[1.0, 0.0, 0.0]).1, [3.0, 0.0, 5.0]);
    let jacobian = result::jacobian(&x);
    assert_eq!(jacobian, [[3.0, 2.0, 0.0], [0.0, 5.0, 3.0], [5.0, 0.0, 2.0]]);
}

#[test]
fn a_cotangent_of_wrong_length_panics() {
    let message = crate::oracle::panic_message(|| result::vjp(&[1.0, 2.0, 3.0]).1(vec![1.0, 2.0]));
    assert!(message.contains('2') && message.contains('3'), "{message}");
}

#[grad]
fn pushed(x: &[f64]) -> f64 {
    let mut stack: Vec<f64> = Vec::new();
    for v in x {
        if *v > 0.0 || stack.len() < 2 {
            stack.push(v * v + stack.len() as f64);
        } else {
            let last = stack.len() - 1;
            stack[last] *= v;
        }
    }
    let mut s = 0.0;
    for (i, v) in stack.iter().enumerate() {
        s += v * v * (i + 1) as f64;
    }
    s
}

#[test]
fn push_and_change_the_last() {
    check_slice!(pushed([0.3, -0.5, 0.8, -0.2, -0.9, 0.4]));
    check_slice!(pushed([]));
}

#[grad]
fn filled(x: f64, n: usize) -> f64 {
    let mut v = vec![x * x; n];
    v[0] = 1.0;
    let w = vec![x, 2.0, x * 3.0];
    let mut s = w[0] * w[2];
    for e in &v {
        s += e;
    }
    s
}

#[test]
fn vec_macro_with_a_repeated_active_value() {
    // 3 x^2 + 1 + (n - 1) x^2
    check!(filled(2.0, 4) => [12.0 + 12.0]);
}

#[grad]
fn copies(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let b = a.clone();
    a[0] *= b[1];
    let mut c = a.clone();
    c[1] += a[0] * b[0];
    let mut s = 0.0;
    for i in 0..x.len() {
        s += a[i] * b[i] + c[i] * c[i];
    }
    s
}

#[test]
fn clone_and_to_vec_are_independent_copies() {
    check_slice!(copies([0.4, -0.7, 1.2]));
}

#[grad]
fn two_buffers(x: &[f64], steps: usize) -> Vec<f64> {
    let n = x.len();
    let mut old = x.to_vec();
    let mut new = vec![0.0; n];
    for _ in 0..steps {
        for i in 0..n {
            new[i] = 0.5 * old[i] * old[i] + 0.25 * old[(i + 1) % n];
        }
        std::mem::swap(&mut old, &mut new);
    }
    old
}

#[test]
fn double_buffering() {
    let x = Numbers::new(77).vec(5);
    let w = [1.0, -2.0, 3.0, 0.5, 0.25];
    for steps in 0..4 {
        let (value, pullback) = two_buffers::vjp(&x, steps);
        assert_eq!(value, two_buffers(&x, steps));
        let seeded = |x: &[f64]| two_buffers(x, steps).iter().zip(&w).map(|(y, w)| y * w).sum();
        assert_matches_central(&pullback(w.to_vec()), seeded, &x);
    }
}

#[grad]
fn unused_vector(x: &[f64], y: &Vec<f64>) -> f64 {
    x[0] * y.len() as f64
}

#[test]
fn a_vector_used_for_its_length_only() {
    assert_eq!(unused_vector::grad(&[2.0], &vec![1.0; 3]), (vec![3.0], vec![0.0; 3]));
}

#[grad]
fn insertion_sort(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    for i in 1..v.len() {
        let mut j = i;
        while j > 0 && v[j - 1] > v[j] {
            v.swap(j - 1, j);
            j -= 1;
        }
    }
    let mut s = 0.0;
    for (rank, value) in v.iter().enumerate() {
        s += value * (rank + 1) as f64;
    }
    s
}

/// K24: a stable sort permutes the seed.
#[test]
fn sorting_permutes_the_gradient() {
    assert_all_close(&insertion_sort::grad(&[3.0, 1.0, 2.0]), &[3.0, 1.0, 2.0]);
    assert_all_close(&insertion_sort::grad(&[1.0, 1.0, 0.0]), &[2.0, 3.0, 1.0]);
}

#[derive(backprop::Differentiable, Clone, Copy)]
struct Two {
    both: [f64; 2],
}

/// What is pushed is read at an index that only a branch computes.
#[grad(forward)]
fn pushes_fields(two: Two, x: f64, k: usize) -> f64 {
    if k > 5 {
        let v = vec![x, x.cos()];
        if k % 2 == 0 {
            return v[k % 2] * two.both[0];
        }
    }
    let mut v: Vec<f64> = Vec::with_capacity(3);
    v.push(two.both[k % 2]);
    v.push(x);
    v[0].sin() * v[1]
}

#[test]
fn pushed_fields() {
    for k in [0, 3, 6, 7] {
        let f = |p: &[f64]| pushes_fields(Two { both: [p[0], p[1]] }, p[2], k);
        let (two, dx) = pushes_fields::grad(Two { both: [0.4, -0.9] }, 1.3, k);
        assert_matches_central(&[two.both[0], two.both[1], dx], f, &[0.4, -0.9, 1.3]);
        let (value, pullback) = pushes_fields::vjp(Two { both: [0.4, -0.9] }, 1.3, k);
        assert_eq!(value, f(&[0.4, -0.9, 1.3]));
        assert_eq!(pullback(1.0), (two, dx));
    }
}
