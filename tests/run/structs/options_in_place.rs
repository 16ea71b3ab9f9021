//! Options that are emptied and filled in place, and references in options that are taken apart by patterns.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};

#[derive(Clone, Debug, Differentiable)]
struct Inner {
    a: f64,
    b: [f64; 2],
}

#[derive(Clone, Debug, Differentiable)]
enum Shape {
    Disc { r: f64 },
    Rect(f64, f64),
}

#[derive(Clone, Debug, Differentiable)]
struct World {
    list: Vec<Inner>,
    shapes: Vec<Shape>,
    pair: Option<(f64, f64)>,
}

#[grad]
fn world(x: f64, y: f64) -> World {
    World {
        list: vec![Inner { a: x, b: [y, x] }, Inner { a: y, b: [x * y, x] }],
        shapes: vec![Shape::Disc { r: x }, Shape::Rect(x, y)],
        pair: Some((y, x * y)),
    }
}

#[grad]
fn taken_and_replaced(x: f64, y: f64) -> f64 {
    let mut o = Some(x * y);
    let p = o.take().unwrap_or(2.0);
    let q = o.replace(p * x);
    let r = o.replace(x).map_or(0.0, |v| v * v);
    if q.is_none() {
        p * r + o.unwrap()
    } else {
        0.0
    }
}

#[grad]
fn the_last_one(x: f64, y: f64, n: usize) -> f64 {
    let mut last: Option<f64> = None;
    let mut t = y;
    for i in 0..n {
        let d = match last.replace(t * x) {
            Some(l) => (t - l) * x,
            None => x,
        };
        t += d.sin();
        if i % 3 == 2 {
            if let Some(v) = last.take() {
                t += v * v;
            }
        }
    }
    t
}

/// Its type is seen by rustc alone.
#[grad]
fn field_taken(x: f64, y: f64) -> f64 {
    let mut w = world(x, y);
    let before = w.pair.take();
    let empty = w.pair.is_none();
    let (a, b) = before.unwrap_or((x, x));
    a * b + if empty { x } else { y }
}

#[grad]
fn parts_of_elements(x: f64, y: f64) -> f64 {
    let w = world(x, y);
    let mut t = 0.0;
    t += if let Some(Inner { a, b: [_, q] }) = w.list.last() { a * q } else { 1.0 };
    t += match w.list.first() {
        Some(Inner { a, b }) => a * b[0] * b[1],
        None => x,
    };
    t += match w.list.get(5) {
        None => x * y,
        Some(&Inner { a, .. }) => a,
    };
    let Some(Inner { a, b: [p, q] }) = w.list.get(1) else { return x };
    t += a * p * q;
    t
}

#[grad]
fn variants_of_elements(x: f64, y: f64) -> f64 {
    let w =
        World { list: vec![], shapes: vec![Shape::Disc { r: x }, Shape::Rect(x, y)], pair: Some((y, x * y)) };
    let mut t = y;
    if let Some(Shape::Rect(p, q)) = w.shapes.last() {
        t += p * q;
    }
    if let Some(Shape::Rect(p, q)) = w.shapes.first() {
        t -= p * q * 7.0;
    }
    if let Some(Shape::Disc { r }) = w.shapes.get(0) {
        t -= r * r;
    }
    if let Some((p, q)) = &w.pair {
        t *= p * q;
    }
    t
}

#[grad]
fn letters(x: f64, y: f64, text: &str) -> f64 {
    let mut t = x;
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        t += match c.to_ascii_lowercase() {
            'a' => x * t,
            'b' => y.sin(),
            _ => x * y,
        };
    }
    for (i, n) in text.split_whitespace().map(|w| w.len()).enumerate() {
        t += y * y * (i * n) as f64;
    }
    t
}

macro_rules! check {
    ($f:ident $(, $more:expr)*) => {
        for (x, y) in [(0.9, 0.3), (0.2, -0.6)] {
            let (d_x, d_y) = $f::grad(x, y $(, $more)*);
            assert_matches_central(&[d_x, d_y], |x| $f(x[0], x[1] $(, $more)*), &[x, y]);
        }
    };
}

#[test]
fn emptied_and_filled() {
    check!(taken_and_replaced);
    check!(field_taken);
    for n in 0..7 {
        check!(the_last_one, n);
    }
}

#[test]
fn references_taken_apart() {
    check!(parts_of_elements);
    check!(variants_of_elements);
}

#[test]
fn filtered_letters() {
    for text in ["ab Az", "q", "", "a ab  b"] {
        check!(letters, text);
    }
}
