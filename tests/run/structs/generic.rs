//! Generic structs and nested tangents.

use backprop::{grad, Differentiable, Real};

#[derive(Differentiable, Clone, Copy)]
struct V2<T> {
    x: T,
    y: T,
}

#[grad]
fn dot(a: V2<f64>, b: &V2<f64>) -> f64 {
    a.x * b.x + a.y * b.y
}

#[test]
fn generic_struct_at_f64() {
    let (da, db) = dot::grad(V2 { x: 1.0, y: 2.0 }, &V2 { x: 3.0, y: 4.0 });
    assert_eq!((da.x, da.y, db.x, db.y), (3.0, 4.0, 1.0, 2.0));
}

#[grad]
fn norm2<T: Real>(v: &V2<T>) -> T {
    v.x * v.x + v.y * v.y
}

#[test]
fn generic_function_of_a_generic_struct() {
    let d = norm2::grad(&V2 { x: 3.0f64, y: 4.0 });
    assert_eq!((d.x, d.y), (6.0, 8.0));
    let d = norm2::grad(&V2 { x: 3.0f32, y: 4.0 });
    assert_eq!((d.x, d.y), (6.0f32, 8.0));
}

#[derive(Differentiable, Clone, Copy)]
struct Matrix<const N: usize> {
    rows: [[f64; N]; N],
}

#[grad]
fn trace<const N: usize>(m: &Matrix<N>) -> f64 {
    let mut t = 0.0;
    for i in 0..N {
        t += m.rows[i][i] * m.rows[0][i];
    }
    t
}

#[test]
fn struct_with_a_const_parameter() {
    let d = trace::grad(&Matrix { rows: [[1.0, 2.0], [3.0, 4.0]] });
    assert_eq!(d.rows, [[2.0, 4.0], [0.0, 2.0]]);
}
