//! Lifetimes in signatures.

use backprop::{grad, Differentiable};

#[grad]
fn longest<'a>(x: &'a [f64], y: &'a [f64]) -> f64 {
    let chosen: &'a [f64] = if x.len() >= y.len() { x } else { y };
    let mut s = 0.0;
    for v in chosen {
        s += v * v;
    }
    s
}

#[test]
fn references_chosen_by_a_branch() {
    assert_eq!(longest::grad(&[1.0, 2.0], &[3.0]), (vec![2.0, 4.0], vec![0.0]));
    assert_eq!(longest::grad(&[1.0], &[3.0, 4.0]), (vec![0.0], vec![6.0, 8.0]));
}

#[derive(Differentiable, Clone)]
struct Scale {
    factor: f64,
}

struct View<'a> {
    weights: &'a [f64],
}

#[grad]
fn through_a_view<'v>(scale: &'v Scale, x: f64, #[no_grad] view: &'v View<'v>) -> f64 {
    let mut s = 0.0;
    for w in view.weights {
        s += w * x * scale.factor;
    }
    s
}

#[test]
fn lifetimes_of_structs() {
    let weights = [1.0, 2.0];
    let (d, dx) = through_a_view::grad(&Scale { factor: 5.0 }, 2.0, &View { weights: &weights });
    assert_eq!((d.factor, dx), (6.0, 15.0));
}

#[grad]
fn elided(x: &mut [f64], y: &'_ [f64]) {
    for (a, b) in x.iter_mut().zip(y) {
        *a += b;
    }
}

#[test]
fn elided_lifetimes() {
    let mut x = [1.0, 2.0];
    let ((), pullback) = elided::vjp(&mut x, &[10.0, 20.0]);
    let mut dx = [3.0, 4.0];
    assert_eq!(pullback((), &mut dx), [3.0, 4.0]);
    assert_eq!((x, dx), ([11.0, 22.0], [3.0, 4.0]));
}

#[derive(Clone, Copy, Differentiable)]
struct Labelled<'a> {
    k: f64,
    #[no_grad]
    label: &'a str,
}

#[grad(forward)]
fn elided_inside(v: Labelled<'_>, x: f64) -> f64 {
    v.k * x * v.label.len() as f64
}

#[grad(forward)]
fn elided_behind_references(v: &Labelled<'_>, w: &Labelled<'_>, x: f64) -> f64 {
    v.k * w.k * x + elided_inside(*v, x)
}

#[test]
fn elided_lifetimes_of_a_type() {
    let (v, w) = (Labelled { k: 2.0, label: "abc" }, Labelled { k: 5.0, label: "" });
    let (dv, dx) = elided_inside::grad(v, 4.0);
    assert_eq!((dv.k, dx), (12.0, 6.0));
    let (dv, dw, dx) = elided_behind_references::grad(&v, &w, 4.0);
    assert_eq!((dv.k, dw.k, dx), (20.0 + 12.0, 8.0, 10.0 + 6.0));
    let (_, pullback) = elided_behind_references::vjp(&v, &w, 4.0);
    assert_eq!(pullback(2.0).0.k, 64.0);
}

#[grad(forward)]
fn optional(#[no_grad] x: Option<&[f64]>, k: f64) -> f64 {
    match x {
        Some(v) => v[0] * k * k,
        None => k,
    }
}

#[grad]
fn words(one: Option<&str>, (two, n): (&str, usize), all: &[&str], pair: [&str; 2], k: &[f64]) -> f64 {
    let count = all.len() + n + two.len() + pair[1].len();
    if one.is_some() {
        k[0] * k[1] * count as f64
    } else {
        k[0]
    }
}

#[grad]
fn with_words(k: f64) -> f64 {
    words(Some("a"), ("bc", 3), &["d", "e"], ["f", "gh"], &[k, k]) + optional(None, k)
}

#[test]
fn references_without_a_name_inside_of_constants() {
    assert_eq!(optional::grad(Some(&[1.5]), 3.0), 9.0);
    assert_eq!(optional::jvp(None, 3.0, 2.0), (3.0, 2.0));
    let (y, pullback) = optional::vjp(Some(&[1.5]), 3.0);
    assert_eq!((y, pullback(2.0)), (13.5, 18.0));
    assert_eq!(words::grad(None, ("", 0), &[], ["", ""], &[2.0, 3.0]), [1.0, 0.0]);
    assert_eq!(with_words::grad(2.0), 2.0 * 2.0 * 9.0 + 1.0);
}
