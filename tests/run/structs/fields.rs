//! Struct literals, update syntax, field reads and writes, nested fields, patterns, `&mut S`.

use crate::oracle::{assert_all_close, assert_matches_central};
use backprop::{grad, Differentiable};

#[derive(Differentiable, Clone, Copy, Debug, PartialEq)]
struct Point {
    x: f64,
    y: f64,
}

#[derive(Differentiable, Clone, Copy)]
struct Segment {
    from: Point,
    to: Point,
    id: usize,
}

#[grad]
fn midpoint(s: &Segment) -> Point {
    Point { x: 0.5 * (s.from.x + s.to.x), y: 0.5 * (s.from.y + s.to.y) }
}

#[grad]
fn length2(s: Segment) -> f64 {
    let Segment { from, to: Point { x, y }, id: _ } = s;
    let (dx, dy) = (x - from.x, y - from.y);
    dx * dx + dy * dy
}

const SEGMENT: Segment = Segment { from: Point { x: 1.0, y: 2.0 }, to: Point { x: 4.0, y: 6.0 }, id: 7 };

#[test]
fn struct_result() {
    let (value, pullback) = midpoint::vjp(&SEGMENT);
    assert_eq!(value, Point { x: 2.5, y: 4.0 });
    let d = pullback(PointTangent { x: 2.0, y: -4.0 });
    assert_eq!((d.from.x, d.from.y, d.to.x, d.to.y), (1.0, -2.0, 1.0, -2.0));
}

#[test]
fn nested_patterns() {
    let d = length2::grad(SEGMENT);
    assert_eq!((d.from.x, d.from.y, d.to.x, d.to.y), (-6.0, -8.0, 6.0, 8.0));
}

#[grad]
fn literals(x: f64, y: f64) -> f64 {
    let p = Point { x, y: x * y };
    let q = Point { y: 3.0 * x, ..p };
    let r = Point { x: q.y, ..q };
    p.x * p.y + q.x * q.y + r.x * r.y
}

#[test]
fn literals_shorthand_and_update_syntax() {
    // x^2 y + 3 x^2 + 9 x^2
    check!(literals(2.0, 5.0) => [20.0 + 48.0, 4.0]);
}

#[grad]
fn written(x: f64) -> f64 {
    let mut s = Segment { from: Point { x, y: 1.0 }, to: Point { x: 2.0, y: x * x }, id: 0 };
    s.from.x *= s.to.y;
    s.to.y += s.from.x;
    s.id += 1;
    let copy = s;
    s.from = s.to;
    s.from.x = 1.0;
    s.from.y * copy.from.x + s.from.x * s.id as f64 * x
}

#[test]
fn field_writes_and_copies() {
    // (x^2 + x^3) x^3 + x
    let x = 1.5f64;
    check!(written(x) => [5.0 * x.powi(4) + 6.0 * x.powi(5) + 1.0]);
}

#[grad]
fn advance(p: &mut Point, v: &Point, dt: f64) {
    p.x += dt * v.x;
    p.y += dt * v.y * p.x;
}

#[test]
fn mutable_struct_parameter() {
    let mut p = Point { x: 1.0, y: 2.0 };
    let v = Point { x: 3.0, y: 4.0 };
    let ((), pullback) = advance::vjp(&mut p, &v, 0.5);
    assert_eq!(p, Point { x: 2.5, y: 7.0 });
    let mut dp = PointTangent { x: 10.0, y: 1.0 };
    let (dv, ddt) = pullback((), &mut dp);
    // y' = y + t v_y (x + t v_x)
    assert_all_close(&[dp.x, dp.y], &[10.0 + 0.5 * 4.0, 1.0]);
    assert_all_close(&[dv.x, dv.y], &[5.0 + 0.5 * 4.0 * 0.5, 0.5 * 2.5]);
    assert_all_close(&[ddt], &[30.0 + 4.0 * 2.5 + 0.5 * 4.0 * 3.0]);
}

#[grad]
fn simulated(x: f64, y: f64, vx: f64, n: usize) -> f64 {
    let mut p = Point { x, y };
    let mut v = Point { x: vx, y: 0.5 };
    for _ in 0..n {
        advance(&mut p, &v, 0.1);
        v.x -= 0.1 * p.x;
    }
    p.x * p.y
}

#[test]
fn state_in_structs() {
    for n in 0..5 {
        let (a, b, c) = simulated::grad(0.3, 0.8, 1.1, n);
        assert_matches_central(&[a, b, c], |s| simulated(s[0], s[1], s[2], n), &[0.3, 0.8, 1.1]);
    }
}

#[grad]
fn array_of_structs(x: f64) -> f64 {
    let mut path = [Point { x: 0.0, y: 0.0 }; 3];
    for i in 0..3 {
        path[i].x = x * i as f64;
        path[i].y = path[i].x * path[i].x;
    }
    path[1] = path[2];
    path[1].y += path[0].x;
    path[0].x + path[1].x * path[1].y
}

#[test]
fn arrays_of_structs() {
    // 2x (2x)^2
    check!(array_of_structs(1.5) => [24.0 * 1.5 * 1.5]);
}

#[grad]
fn references_to_fields(x: f64, y: f64) -> f64 {
    let mut p = Point { x, y };
    let first = &mut p.x;
    *first *= 2.0;
    let Point { x: a, y: b } = &mut p;
    *a += *b;
    let Point { x, y } = &p;
    x * y
}

#[test]
fn references_to_fields_and_pattern_bindings() {
    // (2x + y) y
    check!(references_to_fields(2.0, 3.0) => [6.0, 4.0 + 6.0]);
}

#[grad]
fn from_branches(x: f64, up: bool) -> f64 {
    let p = if up { Point { x, y: x * x } } else { Point { x: 1.0, y: -x } };
    p.x * p.y
}

#[test]
fn structs_from_branches() {
    check!(from_branches(2.0, true) => [12.0]);
    check!(from_branches(2.0, false) => [-1.0]);
}

#[grad]
fn passive_field_is_used(s: &Segment, x: f64) -> f64 {
    let mut y = 1.0;
    for _ in 0..s.id {
        y *= x;
    }
    y * s.from.x
}

#[test]
fn passive_fields_control_the_flow() {
    let (d, dx) = passive_field_is_used::grad(&Segment { id: 3, ..SEGMENT }, 2.0);
    assert_eq!((d.from.x, d.to.x, dx), (8.0, 0.0, 12.0));
}
