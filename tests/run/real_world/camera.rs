//! cam-geom: projection of many points by a perspective camera, rows of a matrix read and written in a loop.
//! The user's change: `m[(i, j)]` becomes `m[i * 3 + j]` of a slice, one attribute.

use crate::oracle::{assert_all_close, assert_matches_central, Numbers};
use backprop::{grad, Differentiable};

#[derive(Differentiable, Clone, Copy)]
struct Intrinsics {
    fx: f64,
    fy: f64,
    skew: f64,
    cx: f64,
    cy: f64,
}

#[grad]
fn camera_to_pixel(camera: &Intrinsics, points: &[f64]) -> Vec<f64> {
    let rows = points.len() / 3;
    let mut pixels = vec![0.0; 2 * rows];
    for i in 0..rows {
        let x = points[i * 3];
        let y = points[i * 3 + 1];
        let z = points[i * 3 + 2];
        let rx = camera.fx * x + camera.skew * y + camera.cx * z;
        let ry = camera.fy * y + camera.cy * z;
        pixels[i * 2] = rx / z;
        pixels[i * 2 + 1] = ry / z;
    }
    pixels
}

#[grad(wrt(camera, points))]
fn reprojection(camera: &Intrinsics, points: &[f64], observed: &[f64]) -> f64 {
    let predicted = camera_to_pixel(camera, points);
    let mut error = 0.0;
    for (p, o) in predicted.iter().zip(observed) {
        error += (p - o) * (p - o);
    }
    error / observed.len() as f64
}

fn camera(v: &[f64]) -> Intrinsics {
    Intrinsics { fx: v[0], fy: v[1], skew: v[2], cx: v[3], cy: v[4] }
}

#[test]
fn projection_of_one_point() {
    let camera = camera(&[100.0, 110.0, 0.5, 320.0, 240.0]);
    let (value, pullback) = camera_to_pixel::vjp(&camera, &[1.0, 2.0, 4.0]);
    assert_all_close(&value, &[(100.0 + 1.0) / 4.0 + 320.0, 220.0 / 4.0 + 240.0]);
    let (c, p) = pullback(vec![1.0, 0.0]);
    assert_all_close(&[c.fx, c.fy, c.skew, c.cx, c.cy], &[0.25, 0.0, 0.5, 1.0, 0.0]);
    assert_all_close(&p, &[25.0, 0.125, -101.0 / 16.0]);
}

#[test]
fn reprojection_error_of_many_points() {
    let mut numbers = Numbers::new(99);
    let mut v = vec![1.0, 1.1, 0.05, 0.3, 0.2];
    v.extend((0..4).flat_map(|_| [numbers.next(), numbers.next(), 3.0 + numbers.next()]));
    let observed = numbers.vec(8);
    let (c, p) = reprojection::grad(&camera(&v[..5]), &v[5..], &observed);
    let gradient = [&[c.fx, c.fy, c.skew, c.cx, c.cy][..], &p].concat();
    assert_matches_central(&gradient, |v| reprojection(&camera(&v[..5]), &v[5..], &observed), &v);
}
