//! `&mut` arguments of callees: scalars, slices, sub-slices, several at once, with results beside them.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};

#[grad]
fn step(position: &mut f64, velocity: &mut f64, k: f64) {
    *velocity -= 0.1 * k * position.sin();
    *position += 0.1 * *velocity;
}

#[grad]
fn pendulum(x: f64, v: f64, k: f64, n: usize) -> f64 {
    let (mut x, mut v) = (x, v);
    for _ in 0..n {
        step(&mut x, &mut v, k);
    }
    x * v
}

#[test]
fn two_mutable_scalars_in_a_loop() {
    for n in 0..5 {
        let (a, b, c) = pendulum::grad(0.7, 0.2, 1.5, n);
        assert_matches_central(&[a, b, c], |s| pendulum(s[0], s[1], s[2], n), &[0.7, 0.2, 1.5]);
    }
}

#[grad]
fn push_through(x: &mut [f64], w: &[f64]) -> f64 {
    let mut total = 0.0;
    for i in 0..x.len() {
        x[i] = (x[i] * w[i]).tanh();
        total += x[i];
    }
    total
}

#[grad]
fn network(input: &[f64], weights: &[f64]) -> f64 {
    let n = input.len();
    let mut h = input.to_vec();
    let mut penalty = 0.0;
    for layer in weights.chunks_exact(n) {
        penalty += push_through(&mut h, layer);
        h[0] += h[n - 1];
    }
    h[0] * h[1] + 0.1 * penalty
}

#[test]
fn mutable_slice_beside_a_result() {
    let v = [0.5, -0.8, 1.1, 0.9, 0.3, -0.6, 0.7, 1.2];
    let (dx, dw) = network::grad(&v[..2], &v[2..]);
    assert_matches_central(&[dx, dw].concat(), |v| network(&v[..2], &v[2..]), &v);
}

#[grad]
fn butterflies(a: &mut [f64], b: &mut [f64], w: f64) {
    for (x, y) in a.iter_mut().zip(b.iter_mut()) {
        let t = *y * w;
        *y = *x - t;
        *x += t;
    }
}

#[grad]
fn transform(x: &[f64], w: f64) -> f64 {
    let mut a = x.to_vec();
    let n = a.len();
    let mut half = n / 2;
    while half > 0 {
        for start in (0..n).step_by(2 * half) {
            let (left, right) = a[start..start + 2 * half].split_at_mut(half);
            butterflies(left, right, w);
        }
        half /= 2;
    }
    a[1] * a[n - 1]
}

#[test]
fn halves_of_one_buffer() {
    let v = [0.5, -0.8, 1.1, 0.9, 0.3, -0.6, 0.7, 1.2, 0.6];
    let (dx, dw) = transform::grad(&v[..8], v[8]);
    let flat = |v: &[f64]| transform(&v[..8], v[8]);
    assert_matches_central(&[&dx[..], &[dw]].concat(), flat, &v);
}

#[grad]
fn element(x: &mut f64) -> f64 {
    let old = *x;
    *x = old * old;
    old + *x
}

#[grad]
fn elements_of_arrays(x: &[f64; 3]) -> f64 {
    let mut a = *x;
    let mut s = element(&mut a[1]);
    for v in a.iter_mut() {
        s *= 1.0 + element(v);
    }
    s + a[0] * a[2]
}

#[test]
fn mutable_references_to_elements() {
    let x = [0.5, -0.8, 1.1];
    let gradient = elements_of_arrays::grad(&x);
    assert_matches_central(&gradient, |x| elements_of_arrays(x.try_into().unwrap()), &x);
}

#[grad]
fn outer(x: &mut f64, y: f64) {
    inner(x, y);
    inner(x, *x);
}

#[grad]
fn inner(x: &mut f64, y: f64) {
    *x *= y;
}

#[grad]
fn reborrowed(x: f64, y: f64) -> f64 {
    let mut a = x;
    outer(&mut a, y);
    a
}

#[test]
fn mutable_references_passed_on() {
    // (x y)^2
    check!(reborrowed(2.0, 3.0) => [36.0, 24.0]);
}

#[grad(forward)]
fn exchanged(out: &mut f64, x: f64) -> f64 {
    let old = *out;
    *out = (old * x).sin();
    old - x
}

/// Nobody uses what the call returns, and it is an object, because a reference to it is taken.
#[grad(forward)]
fn ignored_object(x: f64, y: f64, n: usize) -> f64 {
    let mut s = x * y;
    for _ in 0..n {
        let old = exchanged(&mut s, y);
        let _r = &old;
    }
    let last = exchanged(&mut s, x);
    let _r = &last;
    s * x
}

#[test]
fn results_that_reach_nothing() {
    for n in [0, 1, 3] {
        let (value, (d_x, d_y)) = ignored_object::value_and_grad(0.7, 1.3, n);
        assert_eq!(value, ignored_object(0.7, 1.3, n));
        crate::oracle::assert_matches_central(&[d_x, d_y], |p| ignored_object(p[0], p[1], n), &[0.7, 1.3]);
        let (_, along) = ignored_object::jvp(0.7, 1.3, n, (0.4, -0.9));
        crate::oracle::assert_close(along, 0.4 * d_x - 0.9 * d_y);
    }
}

/// What a call returned is copied into a variable whose `&mut` is taken, and read again.
#[grad(forward)]
fn copied_result(x: f64) -> f64 {
    let mut s = x;
    let first = exchanged(&mut s, 0.5);
    let mut copy: f64 = first;
    let second = exchanged(&mut copy, x - first / 0.7);
    first * copy + second * s
}

#[test]
fn a_result_and_its_copy() {
    check_differences!(copied_result(0.8));
    crate::oracle::assert_close(copied_result::jvp(0.8, 1.0).1, copied_result::grad(0.8));
}

/// A guard looks at what is behind a `&mut` parameter, of which the reverse sweep has a copy.
#[grad(forward)]
fn guarded_by_a_parameter(level: &mut f64, x: f64, n: usize) -> f64 {
    let mut last: Option<f64> = Some(x);
    let mut sum = 0.0;
    for _ in 0..n {
        last = match last {
            None => Some(x * *level),
            Some(_) if x * 0.5 <= *level / (x.sin() + 2.0) => None,
            Some(u) => Some(u * 0.5 + x),
        };
        sum += last.unwrap_or(*level);
        *level = (*level * x).cos();
    }
    sum
}

#[grad(forward)]
fn through_a_guard(x: f64, y: f64, n: usize) -> f64 {
    let mut level = x * y;
    guarded_by_a_parameter(&mut level, y, n) * level
}

#[test]
fn guards_look_behind_references() {
    for n in [0, 1, 2, 5] {
        for (x, y) in [(0.7, 1.3), (1.1, -0.4)] {
            let (value, (d_x, d_y)) = through_a_guard::value_and_grad(x, y, n);
            assert_eq!(value, through_a_guard(x, y, n));
            assert_matches_central(&[d_x, d_y], |p| through_a_guard(p[0], p[1], n), &[x, y]);
        }
    }
}

/// Hands its slices on: whoever does not want a cotangent must not get one, nor lose the others.
#[grad]
fn shifted(n: usize, a: &[f64], b: &[f64], out: &mut [f64]) -> f64 {
    for i in 0..n {
        out[i] = a[i] * b[i] + a[0];
    }
    weighed(n, a, b) + weighed(n, b, b)
}

#[grad]
fn weighed(n: usize, a: &[f64], b: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        s += a[i] * b[i].sin();
    }
    s
}

#[grad(wrt(x))]
fn first_wanted(x: &[f64], c: &[f64]) -> f64 {
    let mut t = [0.0; 3];
    let s = shifted(3, x, &c[1..], &mut t);
    s * t[0] + t[1] * t[2]
}

#[grad(wrt(x))]
fn second_wanted(x: &[f64], c: &[f64]) -> f64 {
    let mut t = [0.0; 3];
    let s = shifted(3, &c[1..], x, &mut t);
    s * t[0] + t[1] * t[2]
}

#[grad(wrt(s))]
fn none_wanted(s: f64, c: &[f64]) -> f64 {
    let mut t = [s; 3];
    shifted(2, c, &c[1..], &mut t) * t[2]
}

#[test]
fn cotangents_that_nobody_wants() {
    let (x, c) = ([0.5, -0.8, 1.1], [0.9, 0.3, -0.6, 0.7]);
    assert_matches_central(&first_wanted::grad(&x, &c), |x| first_wanted(x, &c), &x);
    assert_matches_central(&second_wanted::grad(&x, &c), |x| second_wanted(x, &c), &x);
    assert_matches_central(&[none_wanted::grad(0.4, &c)], |s| none_wanted(s[0], &c), &[0.4]);
}

#[derive(Clone, Copy, Differentiable)]
struct Pair {
    a: f64,
    b: [f64; 2],
}

#[grad(forward)]
fn of_pair(p: &Pair, x: f64) -> f64 {
    p.a * x + p.b[1]
}

/// The second argument reads the tangent of the first.
#[grad(forward)]
fn pair_and_its_field(x: f64, p: Pair) -> f64 {
    let s = x - p.b[1];
    let y = of_pair(&p, s);
    y * y
}

#[test]
fn a_tangent_lent_beside_one_of_its_fields() {
    // y = a (x - b1) + b1
    let p = Pair { a: 0.5, b: [3.0, -0.7] };
    let y = 0.5 * (1.2 + 0.7) - 0.7;
    let along = PairTangent { a: 0.3, b: [9.0, 0.2] };
    let (value, t) = pair_and_its_field::jvp(1.2, p, (0.1, along));
    assert!((value - y * y).abs() < 1e-15);
    assert!((t - 2.0 * y * (0.3 * 1.9 + 0.5 * (0.1 - 0.2) + 0.2)).abs() < 1e-15, "{t}");
}

#[grad(forward)]
fn squares(n: usize, x: &[f64]) -> f64 {
    x[..n].iter().map(|x| x * x).sum()
}

#[grad(forward)]
fn doubled(x: &[f64], out: &mut [f64]) {
    for i in 0..x.len() {
        out[i] = 2.0 * x[i];
    }
}

/// As ADBench writes it: what is behind `&mut` goes to a function that only looks at it, and is changed afterwards.
#[grad(forward)]
fn distort(k: &[f64], proj: &mut [f64]) {
    let r = squares(2, proj);
    let l = 1.0 + k[0] * r + k[1] * r * r;
    proj[0] *= l;
    proj[1] *= l;
    let first = squares(1, proj);
    let mut twice = [0.0; 2];
    doubled(proj, &mut twice);
    proj[1] += first * twice[0];
}

#[grad(forward)]
fn distorted(k: &[f64; 2], p: &[f64; 2]) -> f64 {
    let mut proj = *p;
    let behind = &mut proj;
    distort(k, behind);
    proj[0] * proj[1] + squares(2, &proj)
}

#[test]
fn a_mutable_reference_handed_on_as_a_shared_one() {
    let v = [0.3, -0.2, 0.7, 1.1];
    let of = |v: &[f64]| distorted(&[v[0], v[1]], &[v[2], v[3]]);
    let (d_k, d_p) = distorted::grad(&[v[0], v[1]], &[v[2], v[3]]);
    let gradient = [d_k[0], d_k[1], d_p[0], d_p[1]];
    assert_matches_central(&gradient, of, &v);
    for k in 0..4 {
        let unit = |i: usize| f64::from(u8::from(i == k));
        let along = ([unit(0), unit(1)], [unit(2), unit(3)]);
        let (_, t) = distorted::jvp(&[v[0], v[1]], &[v[2], v[3]], along);
        assert!((t - gradient[k]).abs() < 1e-12 * (1.0 + t.abs()), "{k}: {t} {gradient:?}");
    }
}
