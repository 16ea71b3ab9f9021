//! cam-geom: a generic camera and a matrix type of constant size.
//! The user's change: `T: Real`, the derive, one attribute per method.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable, Real};
#[derive(Clone, Copy, Debug, Differentiable)]
struct Matrix<T: Real, const R: usize, const C: usize> {
    data: [[T; C]; R],
}
impl<T: Real, const R: usize, const C: usize> Matrix<T, R, C> {
    #[grad]
    fn get(&self, i: usize, j: usize) -> T {
        self.data[i][j]
    }
    #[grad]
    fn set(&mut self, i: usize, j: usize, v: T) {
        self.data[i][j] = v;
    }
    fn zeros() -> Self {
        Matrix { data: [[T::ZERO; C]; R] }
    }
}
#[derive(Clone, Copy, Debug, Differentiable)]
struct IntrinsicParametersPerspective<T: Real> {
    fx: T,
    fy: T,
    skew: T,
    cx: T,
    cy: T,
    #[no_grad]
    tag: usize,
}
#[derive(Clone, Debug, Differentiable)]
struct Points<T: Real> {
    xyz: Vec<[T; 3]>,
}
#[derive(Clone, Debug, Differentiable)]
struct Pixels<T: Real> {
    uv: Vec<[T; 2]>,
}
impl<T: Real> IntrinsicParametersPerspective<T> {
    #[grad]
    fn camera_to_pixel(&self, camera: &Points<T>) -> Pixels<T> {
        let uv = camera
            .xyz
            .iter()
            .map(|p| {
                let [x, y, z] = *p;
                [(self.fx * x + self.skew * y + self.cx * z) / z, (self.fy * y + self.cy * z) / z]
            })
            .collect();
        Pixels { uv }
    }
    #[grad]
    fn to_matrix(&self) -> Matrix<T, 2, 3> {
        let mut m = Matrix::<T, 2, 3>::zeros();
        m.set(0, 0, self.fx);
        m.set(0, 1, self.skew);
        m.set(0, 2, self.cx);
        m.set(1, 1, self.fy);
        m.data[1][2] = self.cy;
        m
    }
}
#[grad]
fn camera_to_pixel<const N: usize>(k: &Matrix<f64, 2, 3>, camera: &Matrix<f64, N, 3>) -> Matrix<f64, N, 2> {
    let mut result = Matrix { data: [[0.0; 2]; N] };
    for i in 0..N {
        let z = camera.get(i, 2);
        for j in 0..2 {
            let mut acc = 0.0;
            for l in 0..3 {
                acc += k.get(j, l) * camera.get(i, l);
            }
            result.set(i, j, acc / z);
        }
    }
    result
}
#[grad]
fn reprojection(p: &IntrinsicParametersPerspective<f64>, pts: &[[f64; 3]; 3], seen: &[[f64; 2]; 3]) -> f64 {
    let k = p.to_matrix();
    let pixels = camera_to_pixel::<3>(&k, &Matrix { data: *pts });
    pixels
        .data
        .iter()
        .zip(seen.iter())
        .flat_map(|(a, b)| a.iter().zip(b.iter()))
        .map(|(a, b)| (a - b).powi(2))
        .sum()
}
#[grad]
fn reprojection2<T: Real>(p: &IntrinsicParametersPerspective<T>, pts: &Points<T>, seen: &[[T; 2]]) -> T {
    let px = p.camera_to_pixel(pts);
    let mut total = T::ZERO;
    for (a, b) in px.uv.iter().zip(seen) {
        total += (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2);
    }
    total
}
#[test]
fn gradients_of_camera() {
    let at: Vec<f64> = vec![
        2.0, 2.1, 0.1, 0.5, 0.4, 0.3, -0.2, 1.5, -0.4, 0.6, 2.0, 0.9, 0.8, 1.2, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6,
    ];
    let p = |v: &[f64]| IntrinsicParametersPerspective {
        fx: v[0],
        fy: v[1],
        skew: v[2],
        cx: v[3],
        cy: v[4],
        tag: 3,
    };
    let pts = |v: &[f64]| [[v[5], v[6], v[7]], [v[8], v[9], v[10]], [v[11], v[12], v[13]]];
    let seen = |v: &[f64]| [[v[14], v[15]], [v[16], v[17]], [v[18], v[19]]];
    let (d, dp, ds) = reprojection::grad(&p(&at), &pts(&at), &seen(&at));
    let got = [&[d.fx, d.fy, d.skew, d.cx, d.cy][..], &dp.concat(), &ds.concat()].concat();
    assert_matches_central(&got, |v| reprojection(&p(v), &pts(v), &seen(v)), &at);
    let points = |v: &[f64]| Points { xyz: pts(v).to_vec() };
    let (d, dp, ds) = reprojection2::grad::<f64>(&p(&at), &points(&at), &seen(&at));
    let got = [&[d.fx, d.fy, d.skew, d.cx, d.cy][..], &dp.xyz.concat(), &ds.concat()].concat();
    assert_matches_central(&got, |v| reprojection2(&p(v), &points(v), &seen(v)), &at);
}
