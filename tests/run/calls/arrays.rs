//! Small vector algebra by helpers that take and return arrays.

use crate::oracle::{assert_all_close, assert_matches_central};
use backprop::grad;

type V3 = [f64; 3];

#[grad]
fn cross(a: V3, b: V3) -> V3 {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

#[grad]
fn dot(a: &V3, b: &V3) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[grad]
fn add(a: V3, b: V3) -> V3 {
    let mut c = a;
    for i in 0..3 {
        c[i] += b[i];
    }
    c
}

#[grad]
fn volume(a: V3, b: V3, c: V3) -> f64 {
    dot(&cross(a, b), &c)
}

#[test]
fn triple_product() {
    let (a, b, c) = ([1.0, 2.0, 3.0], [0.5, -1.0, 2.0], [2.0, 0.0, 1.0]);
    let (da, db, dc) = volume::grad(a, b, c);
    assert_all_close(&da, &cross(b, c));
    assert_all_close(&db, &cross(c, a));
    assert_all_close(&dc, &cross(a, b));
}

/// Rotation by an axis-angle vector.
#[grad]
fn rotate(r: V3, p: V3) -> V3 {
    let theta2 = dot(&r, &r);
    if theta2 == 0.0 {
        return add(p, cross(r, p));
    }
    let theta = theta2.sqrt();
    let (s, c) = theta.sin_cos();
    let k = [r[0] / theta, r[1] / theta, r[2] / theta];
    let kxp = cross(k, p);
    let along = dot(&k, &p) * (1.0 - c);
    let mut out = [0.0; 3];
    for i in 0..3 {
        out[i] = p[i] * c + kxp[i] * s + k[i] * along;
    }
    out
}

#[test]
fn rotation_through_helpers() {
    let w = [1.0, -2.0, 0.5];
    for r in [[0.3, -0.2, 0.9], [0.0, 0.0, 0.0], [1e-3, 0.0, 2e-3]] {
        let p = [1.0, 2.0, -0.5];
        let (value, pullback) = rotate::vjp(r, p);
        assert_eq!(value, rotate(r, p));
        let (_, dp) = pullback(w);
        // the transposed rotation
        assert_all_close(&dp, &rotate(r.map(|v| -v), w));
    }
    let r = [0.3, -0.2, 0.9];
    let seeded = |r: &[f64]| {
        let y = rotate([r[0], r[1], r[2]], [1.0, 2.0, -0.5]);
        y[0] - 2.0 * y[1] + 0.5 * y[2]
    };
    assert_matches_central(&rotate::vjp(r, [1.0, 2.0, -0.5]).1(w).0, seeded, &r);
}

#[grad]
fn matrix_of(q: [f64; 4]) -> [[f64; 3]; 3] {
    let [w, x, y, z] = q;
    [
        [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - w * z), 2.0 * (x * z + w * y)],
        [2.0 * (x * y + w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - w * x)],
        [2.0 * (x * z - w * y), 2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y)],
    ]
}

#[grad]
fn apply(m: &[[f64; 3]; 3], v: &V3) -> V3 {
    let mut out = [0.0; 3];
    for (o, row) in out.iter_mut().zip(m) {
        *o = dot(row, v);
    }
    out
}

#[grad]
fn misalignment(q: [f64; 4], from: V3, to: V3) -> f64 {
    let moved = apply(&matrix_of(q), &from);
    let difference = add(moved, [-to[0], -to[1], -to[2]]);
    dot(&difference, &difference)
}

#[test]
fn quaternion_rotation_loss() {
    let v = [0.8, 0.1, -0.4, 0.3, 1.0, 2.0, 3.0, 0.5, -1.0, 2.5];
    let pack = |v: &[f64]| ([v[0], v[1], v[2], v[3]], [v[4], v[5], v[6]], [v[7], v[8], v[9]]);
    let (q, a, b) = pack(&v);
    let (dq, da, db) = misalignment::grad(q, a, b);
    let flat = |v: &[f64]| {
        let (q, a, b) = pack(v);
        misalignment(q, a, b)
    };
    assert_matches_central(&[&dq[..], &da, &db].concat(), flat, &v);
}
