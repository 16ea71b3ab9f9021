//! Enums with payloads: the tangent is an enum with the same variants.

use backprop::{grad, Differentiable};

#[derive(Differentiable, Clone, Debug, PartialEq)]
enum Shape {
    Circle(f64),
    Rectangle { width: f64, height: f64 },
    Polygon(usize, f64),
    Empty,
}

#[grad]
fn area(shape: &Shape, scale: f64) -> f64 {
    match shape {
        Shape::Circle(r) => std::f64::consts::PI * r * r * scale,
        Shape::Rectangle { width, height } => width * height * scale,
        Shape::Polygon(n, side) => *n as f64 * side * side * scale,
        Shape::Empty => 0.0,
    }
}

#[test]
fn struct_like_variant() {
    let (d, ds) = area::grad(&Shape::Rectangle { width: 2.0, height: 3.0 }, 10.0);
    let ShapeTangent::Rectangle { width, height } = d else { panic!("another variant") };
    assert_eq!((width, height, ds), (30.0, 20.0, 6.0));
}

#[test]
fn tuple_like_variant() {
    let (d, _) = area::grad(&Shape::Circle(2.0), 1.0);
    let ShapeTangent::Circle(r) = d else { panic!("another variant") };
    crate::oracle::assert_close(r, 4.0 * std::f64::consts::PI);
}

#[test]
fn variant_without_payload() {
    let (d, ds) = area::grad(&Shape::Empty, 1.0);
    assert!(matches!(d, ShapeTangent::Empty));
    assert_eq!(ds, 0.0);
}

#[grad]
fn made_in_the_body(x: f64, kind: u8) -> f64 {
    let shape = match kind {
        0 => Shape::Circle(x),
        1 => Shape::Rectangle { width: x, height: x * x },
        _ => Shape::Polygon(5, 2.0 * x),
    };
    if let Shape::Rectangle { width, .. } = &shape {
        return area(&shape, *width);
    }
    area(&shape, 1.0)
}

#[test]
fn enums_made_and_taken_apart() {
    let x = 1.5f64;
    check!(made_in_the_body(x, 0) => [2.0 * std::f64::consts::PI * x]);
    check!(made_in_the_body(x, 1) => [4.0 * x.powi(3)]);
    check!(made_in_the_body(x, 2) => [40.0 * x]);
}

#[test]
fn step_within_a_variant() {
    let mut shape = Shape::Rectangle { width: 2.0, height: 3.0 };
    let (d, _) = area::grad(&shape, 1.0);
    shape.step(0.5, &d);
    assert_eq!(shape, Shape::Rectangle { width: 3.5, height: 4.0 });
}

#[derive(Differentiable, Clone, Copy)]
enum Kind {
    Plain,
    Times(f64),
}

impl Kind {
    #[grad(forward)]
    fn of(&self, x: f64) -> f64 {
        match *self {
            Kind::Plain => x,
            Kind::Times(a) => a * x,
        }
    }
}

fn kind(k: usize) -> Kind {
    if k == 0 {
        Kind::Plain
    } else {
        Kind::Times(k as f64)
    }
}

/// The result of a method of a constant only decides something, or nobody reads it.
#[grad(forward)]
fn decided_by_a_constant(x: f64, k: usize) -> f64 {
    let c = kind(k);
    let y: f64 = c.of(x);
    let unread: f64 = c.of(x * x);
    let _ = unread + 1.0;
    if y > 1.0 {
        x * x
    } else {
        3.0 * x
    }
}

#[test]
fn methods_of_constants_that_decide() {
    for (x, k) in [(0.4, 0), (0.7, 2), (1.4, 0), (0.3, 5)] {
        let slope = if x * (k.max(1) as f64) > 1.0 { 2.0 * x } else { 3.0 };
        crate::oracle::assert_close(decided_by_a_constant::grad(x, k), slope);
        crate::oracle::assert_close(decided_by_a_constant::vjp(x, k).1(1.0), slope);
        crate::oracle::assert_close(decided_by_a_constant::jvp(x, k, 1.0).1, slope);
    }
}
