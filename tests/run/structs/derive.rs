//! `#[derive(Differentiable)]`: tangents of structs, passive fields, `step`, `zero_tangent`.

use crate::oracle::{assert_all_close, assert_close};
use backprop::{grad, Differentiable};
use std::marker::PhantomData;

#[derive(Differentiable, Clone, Debug, PartialEq)]
struct Line {
    slope: f64,
    offset: f64,
}

#[grad]
fn evaluate(line: &Line, x: f64) -> f64 {
    line.slope * x + line.offset
}

#[test]
fn struct_by_reference() {
    let (d_line, dx) = evaluate::grad(&Line { slope: 2.0, offset: 1.0 }, 5.0);
    assert_eq!((d_line.slope, d_line.offset, dx), (5.0, 1.0, 2.0));
}

#[grad]
fn by_value(line: Line) -> f64 {
    line.slope * line.slope * line.offset
}

#[test]
fn struct_by_value() {
    let d = by_value::grad(Line { slope: 2.0, offset: 3.0 });
    assert_eq!((d.slope, d.offset), (12.0, 4.0));
}

#[test]
fn tangents_are_named_after_the_struct() {
    let tangent: LineTangent = by_value::grad(Line { slope: 2.0, offset: 3.0 });
    let LineTangent { slope, offset } = tangent;
    assert_eq!((slope, offset), (12.0, 4.0));
    let _: <Line as Differentiable>::Tangent = LineTangent { slope: 1.0, offset: 0.0 };
}

#[test]
fn struct_buffers() {
    let mut d = LineTangent { slope: f64::NAN, offset: f64::NAN };
    let mut dx = f64::NAN;
    let line = Line { slope: 2.0, offset: 1.0 };
    evaluate::grad_into(&line, 5.0, &mut d, &mut dx);
    assert_eq!((d.slope, d.offset, dx), (5.0, 1.0, 2.0));
    evaluate::grad_add(&line, 5.0, 10.0, &mut d, &mut dx);
    assert_eq!((d.slope, d.offset, dx), (55.0, 11.0, 22.0));
}

#[derive(Differentiable, Clone)]
struct Model {
    weights: Vec<f64>,
    bias: [f64; 2],
    line: Line,
    pair: (f64, f64),
    epochs: usize,
    name: String,
    frozen: bool,
    #[no_grad]
    temperature: f64,
    marker: PhantomData<u8>,
}

fn model() -> Model {
    Model {
        weights: vec![1.0, 2.0, 3.0],
        bias: [0.5, -0.5],
        line: Line { slope: 2.0, offset: 1.0 },
        pair: (4.0, 5.0),
        epochs: 3,
        name: "m".to_string(),
        frozen: false,
        temperature: 2.0,
        marker: PhantomData,
    }
}

#[grad]
fn loss(m: &Model, x: f64) -> f64 {
    let mut s = m.bias[0] * m.bias[1] + m.line.slope * m.pair.0 - m.pair.1;
    for w in &m.weights {
        s += w * w * x / m.temperature;
    }
    if m.frozen {
        s
    } else {
        s * m.epochs as f64 * m.name.len() as f64
    }
}

#[test]
fn fields_of_many_types() {
    let (d, dx) = loss::grad(&model(), 2.0);
    assert_all_close(&d.weights, &[6.0, 12.0, 18.0]);
    assert_all_close(&d.bias, &[-1.5, 1.5]);
    assert_all_close(&[d.line.slope, d.line.offset], &[12.0, 0.0]);
    assert_all_close(&[d.pair.0, d.pair.1], &[6.0, -3.0]);
    assert_close(dx, 3.0 * 14.0 / 2.0);
}

#[test]
fn zero_tangent_has_the_shape_of_the_value() {
    let zero = model().zero_tangent();
    assert_eq!(zero.weights, [0.0; 3]);
    assert_eq!((zero.bias, zero.line.slope, zero.pair), ([0.0; 2], 0.0, (0.0, 0.0)));
}

/// `x += scale * g`.
#[test]
fn step_moves_along_the_gradient() {
    let mut m = model();
    let (d, _) = loss::grad(&m, 2.0);
    m.step(-0.5, &d);
    assert_all_close(&m.weights, &[1.0 - 3.0, 2.0 - 6.0, 3.0 - 9.0]);
    assert_all_close(&m.bias, &[0.5 + 0.75, -0.5 - 0.75]);
    assert_all_close(&[m.line.slope, m.line.offset, m.pair.0, m.pair.1], &[-4.0, 1.0, 1.0, 6.5]);
    assert_eq!((m.epochs, m.temperature), (3, 2.0));
}

#[test]
fn gradient_descent_on_a_struct() {
    #[grad]
    fn fit(line: &Line, points: &[(f64, f64)]) -> f64 {
        let mut s = 0.0;
        for (x, y) in points {
            let e = line.slope * x + line.offset - y;
            s += e * e;
        }
        s / points.len() as f64
    }
    let points = [(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)];
    let mut line = Line { slope: 0.0, offset: 0.0 };
    for _ in 0..2000 {
        let (d, _) = fit::grad(&line, &points);
        line.step(-0.1, &d);
    }
    assert!((line.slope - 2.0).abs() < 1e-6 && (line.offset - 1.0).abs() < 1e-6);
}

#[derive(Differentiable, Clone, Copy)]
struct Pair(f64, f64);

#[derive(Differentiable, Clone, Copy)]
struct Tagged(f64, usize, f64);

#[grad]
fn tuple_structs(p: Pair, t: Tagged) -> f64 {
    let Pair(a, b) = p;
    a * b * t.0 + t.2 * t.1 as f64
}

/// A passive field in the middle keeps the indices.
#[test]
fn tuple_structs_have_tuple_tangents() {
    let (p, t) = tuple_structs::grad(Pair(2.0, 3.0), Tagged(5.0, 7, 11.0));
    assert_eq!((p.0, p.1, t.0, t.2), (15.0, 10.0, 6.0, 7.0));
}

#[derive(Differentiable, Clone, Copy)]
struct Single {
    value: f32,
}

#[grad]
fn single_precision(s: Single) -> f32 {
    s.value * s.value
}

#[test]
fn structs_of_f32() {
    assert_eq!(single_precision::grad(Single { value: 3.0 }).value, 6.0f32);
}
