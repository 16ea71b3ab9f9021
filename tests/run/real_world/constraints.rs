//! fiksi: residuals of CAD constraints over a few coordinates; upstream each has a hand-written gradient.
//! The user's change: return the residual alone, one attribute.

use crate::oracle::{assert_all_close, assert_matches_central};
use backprop::{grad, Differentiable};
use std::f64::consts::PI;

#[derive(Differentiable, Clone, Copy)]
struct Vec2 {
    x: f64,
    y: f64,
}

impl Vec2 {
    #[grad]
    fn sub(self, o: Vec2) -> Vec2 {
        Vec2 { x: self.x - o.x, y: self.y - o.y }
    }

    #[grad]
    fn dot(self, o: Vec2) -> f64 {
        self.x * o.x + self.y * o.y
    }

    #[grad]
    fn cross(self, o: Vec2) -> f64 {
        self.x * o.y - self.y * o.x
    }
}

#[grad(wrt(variables))]
fn point_point_distance(variables: &[f64; 4], distance: f64) -> f64 {
    let p1 = Vec2 { x: variables[0], y: variables[1] };
    let p2 = Vec2 { x: variables[2], y: variables[3] };
    let d = p1.sub(p2);
    d.dot(d).sqrt() - distance
}

fn distance_by_hand(v: &[f64; 4]) -> [f64; 4] {
    let (dx, dy) = (v[0] - v[2], v[1] - v[3]);
    let r = 1.0 / (dx * dx + dy * dy).sqrt();
    [dx * r, dy * r, -dx * r, -dy * r]
}

#[test]
fn distance_of_two_points() {
    let v = [1.0, 2.0, -0.5, 4.0];
    assert_all_close(&point_point_distance::grad(&v, 1.5), &distance_by_hand(&v));
}

/// Angle at the second of three points, wrapped into (-pi, pi].
#[grad(wrt(variables))]
fn angle_of_three_points(variables: &[f64; 6], angle: f64) -> f64 {
    let p1 = Vec2 { x: variables[0], y: variables[1] };
    let p2 = Vec2 { x: variables[2], y: variables[3] };
    let p3 = Vec2 { x: variables[4], y: variables[5] };
    let u = p1.sub(p2);
    let v = p3.sub(p2);
    let residual = u.cross(v).atan2(u.dot(v)) - angle;
    let residual = if residual > PI {
        residual - 2.0 * PI
    } else if residual <= -PI {
        residual + 2.0 * PI
    } else {
        residual
    };
    residual
}

fn angle_by_hand(v: &[f64; 6]) -> [f64; 6] {
    let (ux, uy) = (v[0] - v[2], v[1] - v[3]);
    let (wx, wy) = (v[4] - v[2], v[5] - v[3]);
    let (u2, w2) = (ux * ux + uy * uy, wx * wx + wy * wy);
    let (du, dw) = ([uy / u2, -ux / u2], [-wy / w2, wx / w2]);
    [du[0], du[1], -du[0] - dw[0], -du[1] - dw[1], dw[0], dw[1]]
}

#[test]
fn angle_in_every_branch() {
    let v = [1.0, 2.0, -0.5, 1.0, 0.3, -1.4];
    for angle in [0.5, -3.0, 3.0] {
        assert_all_close(&angle_of_three_points::grad(&v, angle), &angle_by_hand(&v));
    }
}

#[grad(wrt(variables))]
fn point_line_incidence(variables: &[f64; 6]) -> f64 {
    let [px, py, ax, ay, bx, by] = *variables;
    let (p, a, b) = (Vec2 { x: px, y: py }, Vec2 { x: ax, y: ay }, Vec2 { x: bx, y: by });
    let line = b.sub(a);
    let length = line.dot(line).sqrt();
    if length < 1e-9 {
        p.sub(a).dot(p.sub(a)).sqrt()
    } else {
        line.cross(p.sub(a)) / length
    }
}

#[test]
fn distance_of_a_point_from_a_line() {
    let v = [0.4, 2.0, -1.0, 0.5, 2.0, 1.5];
    let gradient = point_line_incidence::grad(&v);
    assert_matches_central(&gradient, |v| point_line_incidence(v.try_into().unwrap()), &v);
}
