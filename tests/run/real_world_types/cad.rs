//! fiksi: constraints over a vector type with operators and methods.
//! The user's change: the derive, one attribute per function, method and operator; return the residual alone.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};
use std::ops::{Add, Mul, Neg, Sub};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Vec2 {
    x: f64,
    y: f64,
}
#[grad]
impl Sub for Vec2 {
    type Output = Vec2;
    fn sub(self, o: Vec2) -> Vec2 {
        Vec2 { x: self.x - o.x, y: self.y - o.y }
    }
}
#[grad]
impl Add for Vec2 {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Self { x: self.x + o.x, y: self.y + o.y }
    }
}
#[grad]
impl Mul<f64> for Vec2 {
    type Output = Vec2;
    fn mul(self, k: f64) -> Vec2 {
        Vec2 { x: self.x * k, y: self.y * k }
    }
}
#[grad]
impl Mul<Vec2> for f64 {
    type Output = Vec2;
    fn mul(self, v: Vec2) -> Vec2 {
        v * self
    }
}
#[grad]
impl Neg for Vec2 {
    type Output = Vec2;
    fn neg(self) -> Vec2 {
        Vec2 { x: -self.x, y: -self.y }
    }
}

impl Vec2 {
    #[grad]
    fn dot(self, o: Vec2) -> f64 {
        self.x * o.x + self.y * o.y
    }
    #[grad]
    fn cross(self, o: Vec2) -> f64 {
        self.x * o.y - self.y * o.x
    }
    #[grad]
    fn length_squared(self) -> f64 {
        self.dot(self)
    }
    #[grad]
    fn length(self) -> f64 {
        self.length_squared().sqrt()
    }
    #[grad]
    fn atan2(self) -> f64 {
        self.y.atan2(self.x)
    }
    #[grad]
    fn normalize(self) -> Vec2 {
        self * (1.0 / self.length())
    }
}
// as upstream, but returning the residual
#[grad]
fn point_point_distance(variables: &[f64; 4], distance: f64) -> f64 {
    let &[x1, y1, x2, y2] = variables;
    let d = Vec2 { x: x1, y: y1 } - Vec2 { x: x2, y: y2 };
    d.length() - distance
}
#[grad]
fn point_point_point_angle(variables: &[f64; 6], angle: f64) -> f64 {
    let point1 = Vec2 { x: variables[0], y: variables[1] };
    let point2 = Vec2 { x: variables[2], y: variables[3] };
    let point3 = Vec2 { x: variables[4], y: variables[5] };
    let u = point1 - point2;
    let v = point3 - point2;
    let cross = u.cross(v);
    let dot = u.dot(v);
    let residual = cross.atan2(dot) - angle;
    if residual < -core::f64::consts::PI {
        residual + 2.0 * core::f64::consts::PI
    } else if residual > core::f64::consts::PI {
        residual - 2.0 * core::f64::consts::PI
    } else {
        residual
    }
}
#[grad]
fn point_line_incidence(p: Vec2, line: (Vec2, Vec2)) -> f64 {
    let (a, b) = line;
    let along = (b - a).normalize();
    along.cross(p - a)
}
#[grad]
fn line_circle_tangency(&[ax, ay, bx, by, cx, cy, r]: &[f64; 7]) -> f64 {
    let [a, b, c] = [(ax, ay), (bx, by), (cx, cy)].map(|(x, y)| Vec2 { x, y });
    let dir = b - a;
    let signed = dir.cross(c - a) / dir.length();
    signed.abs() - r
}
#[grad]
fn segments_parallel(ls: &[(Vec2, Vec2)]) -> f64 {
    ls.windows(2)
        .map(|w| {
            let (a, b) = w[0];
            let (c, d) = w[1];
            let u: Vec2 = b - a;
            let v: Vec2 = d - c;
            u.cross(v).powi(2)
        })
        .sum()
}
#[grad]
fn mixed(v: Vec2, k: f64) -> f64 {
    let w = k * -v + v * 2.0;
    w.dot(v).sin() + w.atan2()
}
#[grad]
fn residuals(variables: &[f64; 6], targets: &[f64]) -> Vec<f64> {
    let p = |i: usize| Vec2 { x: variables[2 * i], y: variables[2 * i + 1] };
    (0..3).map(|i| (p(i) - p((i + 1) % 3)).length() - targets[i]).collect()
}
#[test]
fn gradients_of_cad() {
    let v4 = [0.1, 0.5, -0.7, 1.2];
    let (d, t) = point_point_distance::grad(&v4, 0.3);
    assert_matches_central(
        &[&d[..], &[t]].concat(),
        |v| point_point_distance(v[..4].try_into().unwrap(), v[4]),
        &[0.1, 0.5, -0.7, 1.2, 0.3],
    );
    for angle in [0.3, 3.0, -3.0] {
        for v6 in [[0.1, 0.5, -0.7, 1.2, 2.0, -1.0], [0.1, 0.5, -0.7, 1.2, -2.0, 1.0]] {
            let (d, t) = point_point_point_angle::grad(&v6, angle);
            let mut at = v6.to_vec();
            at.push(angle);
            assert_matches_central(
                &[&d[..], &[t]].concat(),
                |v| point_point_point_angle(v[..6].try_into().unwrap(), v[6]),
                &at,
            );
        }
    }
    let q = |v: &[f64], i: usize| Vec2 { x: v[2 * i], y: v[2 * i + 1] };
    let v6 = [0.1, 0.5, -0.7, 1.2, 2.0, -1.0];
    let (a, (b, c)) = point_line_incidence::grad(q(&v6, 0), (q(&v6, 1), q(&v6, 2)));
    assert_matches_central(
        &[a.x, a.y, b.x, b.y, c.x, c.y],
        |v| point_line_incidence(q(v, 0), (q(v, 1), q(v, 2))),
        &v6,
    );
    let v7 = [0.1, 0.5, -0.7, 1.2, 2.0, -1.0, 0.4];
    assert_matches_central(
        &line_circle_tangency::grad(&v7),
        |v| line_circle_tangency(v.try_into().unwrap()),
        &v7,
    );
    let at: Vec<f64> = (0..12).map(|k| (k as f64).sin() * 2.0).collect();
    let ls = |v: &[f64]| (0..3).map(|i| (q(v, 2 * i), q(v, 2 * i + 1))).collect::<Vec<_>>();
    let d: Vec<f64> =
        segments_parallel::grad(&ls(&at)).iter().flat_map(|(a, b)| [a.x, a.y, b.x, b.y]).collect();
    assert_matches_central(&d, |v| segments_parallel(&ls(v)), &at);
    let (d, k) = mixed::grad(Vec2 { x: 0.4, y: 1.1 }, 0.7);
    assert_matches_central(&[d.x, d.y, k], |v| mixed(q(v, 0), v[2]), &[0.4, 1.1, 0.7]);
    let j = residuals::jacobian(&v6, &[0.1, 0.2, 0.3]);
    for (i, row) in j.iter().enumerate() {
        assert_matches_central(&row.0, |v| residuals(v.try_into().unwrap(), &[0.1, 0.2, 0.3])[i], &v6);
    }
}
