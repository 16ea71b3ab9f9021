//! R09: what a rule returns is looked at, and its name reported: too few cotangents always, NaN in debug builds.

use crate::oracle::assert_close;
use backprop::{grad, Differentiable, Real};
use std::panic::{catch_unwind, AssertUnwindSafe};

/// The report of the run, if there is one.
fn report<R>(run: impl FnOnce() -> R) -> Option<String> {
    let payload = catch_unwind(AssertUnwindSafe(run)).err()?;
    Some(payload.downcast_ref::<String>().cloned().unwrap_or_default())
}

/// In debug builds the report has all the words; in release builds there is none.
fn assert_reported<R>(run: impl FnOnce() -> R, words: &[&str]) {
    let text = report(run);
    if cfg!(debug_assertions) {
        let text = text.expect("a report");
        assert!(words.iter().all(|w| text.contains(w)), "{text}");
    } else {
        assert_eq!(text, None);
    }
}

#[grad(vjp = root_vjp, jvp = root_jvp)]
fn root(x: f64) -> f64 {
    x.sqrt()
}

/// Wrong at 0: 0/0.
fn root_vjp(x: f64) -> (f64, impl FnOnce(f64) -> f64) {
    (x.sqrt(), move |seed| seed * 0.5 * x.sqrt() / x)
}

fn root_jvp(x: f64, direction: f64) -> (f64, f64) {
    (x.sqrt(), direction * 0.5 * x.sqrt() / x)
}

#[grad(forward)]
fn calls_root(x: f64, k: f64) -> f64 {
    k * root(x) + x
}

#[test]
fn nan_of_a_scalar_rule_in_all_forms() {
    let words = ["`root_vjp`", "NaN", "`x`"];
    assert_reported(|| root::grad(0.0), &words);
    assert_reported(|| root::value_and_grad(0.0), &words);
    assert_reported(|| root::grad_into(0.0, &mut 0.0), &words);
    assert_reported(|| root::grad_add(0.0, 2.0, &mut 0.0), &words);
    assert_reported(|| root::grad_with(&mut backprop::Workspace::default(), 0.0, &mut 0.0), &words);
    assert_reported(|| root::vjp(0.0).1(1.0), &words);
    assert_reported(|| calls_root::grad(0.0, 2.0), &words);
    let words = ["`root_jvp`", "NaN", "derivative"];
    assert_reported(|| root::jvp(0.0, 1.0), &words);
    assert_reported(|| calls_root::jvp(0.0, 2.0, (1.0, 0.0)), &words);
}

#[test]
fn nan_that_came_in_or_of_no_finite_value_is_not_the_rules() {
    assert!(root::grad(-1.0).is_nan());
    assert!(root::grad(f64::NAN).is_nan());
    assert!(root::vjp(4.0).1(f64::NAN).is_nan());
    assert!(root::jvp(-1.0, 1.0).1.is_nan());
    assert!(root::jvp(4.0, f64::NAN).1.is_nan());
    assert!(calls_root::grad(4.0, f64::NAN).0.is_nan());
    assert_close(calls_root::grad(4.0, 2.0).0, 1.5);
}

#[derive(Clone, Copy, Differentiable)]
struct Point {
    x: f64,
    y: f64,
    id: usize,
}

impl Point {
    #[grad(vjp = Self::angle_rule)]
    fn angle(&self, turn: [f64; 2]) -> f64 {
        self.y.atan2(self.x) * turn[0] + turn[1] + self.id as f64
    }

    fn angle_rule(&self, turn: [f64; 2]) -> (f64, impl FnOnce(f64) -> (PointTangent, [f64; 2])) {
        let p = *self;
        let square = p.x * p.x + p.y * p.y;
        (p.angle(turn), move |seed| {
            let by = seed * turn[0] / square;
            (PointTangent { x: -by * p.y, y: by * p.x }, [seed * p.y.atan2(p.x), seed])
        })
    }
}

#[grad]
fn calls_angle(p: Point, k: f64) -> f64 {
    p.angle([k, 1.0]) * k
}

#[test]
fn nan_of_a_method_with_structs_and_arrays() {
    let at = |x, y| Point { x, y, id: 3 };
    assert_reported(|| calls_angle::grad(at(0.0, 0.0), 2.0), &["`Self::angle_rule`", "NaN", "`self`"]);
    assert_reported(|| Point::angle_grad(&at(0.0, 0.0), [1.0, 2.0]), &["`Self::angle_rule`"]);
    let (d, _) = calls_angle::grad(at(3.0, 4.0), 2.0);
    assert_close(d.x, -4.0 / 25.0 * 4.0);
}

#[grad(vjp = normalise_vjp, jvp = normalise_jvp)]
fn normalise(v: &mut [f64], scale: f64) {
    let length = v.iter().map(|x| x * x).sum::<f64>().sqrt();
    if length > 0.0 {
        v.iter_mut().for_each(|x| *x *= scale / length);
    }
}

/// `d_v = scale (d_w - u (u d_w)) / length`, which is 0/0 for the zero vector.
fn normalise_vjp(v: &mut [f64], scale: f64) -> ((), impl FnOnce((), &mut [f64]) -> f64) {
    let length = v.iter().map(|x| x * x).sum::<f64>().sqrt();
    let unit: Vec<f64> = v.iter().map(|x| x / length).collect();
    normalise(v, scale);
    ((), move |(), d_v| {
        let along: f64 = unit.iter().zip(d_v.iter()).map(|(u, d)| u * d).sum();
        for (d, u) in d_v.iter_mut().zip(&unit) {
            *d = scale * (*d - u * along) / length;
        }
        if along.is_nan() {
            0.0
        } else {
            along
        }
    })
}

fn normalise_jvp(v: &mut [f64], scale: f64, d_scale: f64, t_v: &mut [f64]) -> ((), ()) {
    let length = v.iter().map(|x| x * x).sum::<f64>().sqrt();
    let along: f64 = v.iter().zip(t_v.iter()).map(|(x, t)| x * t / length).sum();
    for (t, x) in t_v.iter_mut().zip(v.iter()) {
        *t = (scale * (*t - x * along / length) + d_scale * x) / length;
    }
    normalise(v, scale);
    ((), ())
}

#[grad(forward)]
fn calls_normalise(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    normalise(&mut v, k);
    v[0] + 2.0 * v[1]
}

#[test]
fn nan_left_in_a_buffer() {
    let words = ["`normalise_vjp`", "NaN", "`v`"];
    assert_reported(|| calls_normalise::grad(&[0.0, 0.0], 1.0), &words);
    assert_reported(|| normalise::vjp(&mut [0.0, 0.0], 1.0).1((), &mut [1.0, 1.0]), &words);
    let words = ["`normalise_jvp`", "NaN", "`v`"];
    assert_reported(|| calls_normalise::jvp(&[0.0, 0.0], 1.0, (&[1.0, 1.0], 0.0)), &words);
    // An incoming NaN passes.
    let mut d = [f64::NAN, 0.0];
    normalise::vjp(&mut [3.0, 4.0], 1.0).1((), &mut d);
    assert!(d[0].is_nan());
    let (d_x, d_k) = calls_normalise::grad(&[3.0, 4.0], 2.0);
    crate::oracle::assert_matches_central(
        &[d_x[0], d_x[1], d_k],
        |v| calls_normalise(&v[..2], v[2]),
        &[3.0, 4.0, 2.0],
    );
    assert_close(calls_normalise::jvp(&[3.0, 4.0], 2.0, (&[1.0, -1.0], 0.5)).1, d_x[0] - d_x[1] + 0.5 * d_k);
}

#[grad(vjp = mean_rule)]
fn mean<T: Real>(x: &[T], shift: T) -> T {
    x.iter().fold(shift, |s, v| s + *v / T::from_usize(x.len()))
}

fn mean_rule<T: Real>(x: &[T], shift: T) -> (T, impl FnOnce(T) -> (Vec<T>, T) + use<T>) {
    let n = x.len();
    (mean(x, shift), move |seed| (vec![seed / T::from_usize(n); n.min(3)], seed * T::from_f64(0.0) / T::ZERO))
}

#[grad]
fn calls_mean(x: &[f64]) -> f64 {
    mean(x, 1.0)
}

#[test]
fn generic_rules_and_the_lengths_of_slices() {
    assert_reported(|| mean::grad(&[1.0f32, 2.0], 0.0), &["`mean_rule`", "NaN", "`shift`"]);
    for run in [|| drop(calls_mean::grad(&[1.0; 5])), || drop(mean::vjp(&[1.0; 5], 0.0).1(1.0))] {
        let text = report(run).expect("a report");
        assert!(["`mean_rule`", "`x`", "3", "5"].iter().all(|w| text.contains(w)), "{text}");
    }
}

#[grad(vjp = doubled_rule)]
fn doubled(x: Vec<f64>) -> Vec<f64> {
    x.into_iter().map(|v| 2.0 * v).collect()
}

fn doubled_rule(x: Vec<f64>) -> (Vec<f64>, impl FnOnce(Vec<f64>) -> Vec<f64>) {
    (doubled(x), doubled)
}

#[test]
fn a_seed_of_another_length() {
    let (y, pullback) = doubled::vjp(vec![1.0, 2.0]);
    assert_eq!((y, pullback(vec![1.0, 3.0])), (vec![2.0, 4.0], vec![2.0, 6.0]));
    let text = report(|| doubled::vjp(vec![1.0, 2.0]).1(vec![1.0])).expect("a report");
    assert!(text.contains("length 1") && text.contains("length 2"), "{text}");
}
