//! ADBench's hand kinematics: a skinned hand posed by 26 numbers, compared with measured points.

use super::hand_model::{Model, BONES};
use backprop::grad;

/// The product of two affine transforms.
#[grad(forward)]
pub fn compose(a: &[[f64; 4]; 3], b: &[[f64; 4]; 3]) -> [[f64; 4]; 3] {
    let mut c = [[0.0; 4]; 3];
    for i in 0..3 {
        for j in 0..4 {
            c[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
        }
        c[i][3] += a[i][3];
    }
    c
}

/// Rotation about x, then about z.
#[grad(forward)]
pub fn bend(x: f64, z: f64) -> [[f64; 4]; 3] {
    let (sx, cx) = (x.sin(), x.cos());
    let (sz, cz) = (z.sin(), z.cos());
    [[cz, -sz * cx, sz * sx, 0.0], [sz, cz * cx, -cz * sx, 0.0], [0.0, sx, cx, 0.0]]
}

/// The rotation matrix of an angle-axis vector.
#[grad(forward)]
pub fn rotation(r: &[f64; 3]) -> [[f64; 3]; 3] {
    let norm = (r[0] * r[0] + r[1] * r[1] + r[2] * r[2]).sqrt();
    if norm < 1e-4 {
        return [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    }
    let (x, y, z) = (r[0] / norm, r[1] / norm, r[2] / norm);
    let (s, c) = (norm.sin(), norm.cos());
    let v = 1.0 - c;
    [
        [x * x + (1.0 - x * x) * c, x * y * v - z * s, x * z * v + y * s],
        [x * y * v + z * s, y * y + (1.0 - y * y) * c, y * z * v - x * s],
        [x * z * v - y * s, y * z * v + x * s, z * z + (1.0 - z * z) * c],
    ]
}

/// Per bone the transform from its place at rest to its place in this pose.
#[grad(forward)]
pub fn skeleton(theta: &[f64; 26], #[no_grad] model: &Model) -> [[[f64; 4]; 3]; BONES] {
    let mut absolute = [[[0.0; 4]; 3]; BONES];
    for i in 0..BONES {
        let mut relative = model.base_relative[i];
        if i > 0 && i <= 20 {
            let p = 6 + 4 * ((i - 1) / 4);
            let b = (i - 1) % 4;
            if b == 1 {
                relative = compose(&model.base_relative[i], &bend(theta[p], theta[p + 1]));
            } else if b > 1 {
                relative = compose(&model.base_relative[i], &bend(theta[p + b], 0.0));
            }
        }
        if model.parent[i] < BONES {
            absolute[i] = compose(&absolute[model.parent[i]], &relative);
        } else {
            absolute[i] = relative;
        }
    }
    let mut transforms = [[[0.0; 4]; 3]; BONES];
    for i in 0..BONES {
        transforms[i] = compose(&absolute[i], &model.inverse_base[i]);
    }
    transforms
}

/// One skinned vertex, before the global transform.
#[grad(forward)]
pub fn skinned(transforms: &[[[f64; 4]; 3]; BONES], #[no_grad] model: &Model, index: usize) -> [f64; 3] {
    let v = model.vertices[index];
    let mut p = [0.0; 3];
    for e in model.first[index]..model.first[index + 1] {
        let t = transforms[model.bone[e]];
        for i in 0..3 {
            p[i] += model.weight[e] * (t[i][0] * v[0] + t[i][1] * v[1] + t[i][2] * v[2] + t[i][3]);
        }
    }
    if model.mirrored {
        p[0] = -p[0];
    }
    p
}

/// The simple objective, as a user writes it: measured point minus its vertex, `3 n` numbers.
#[grad(forward)]
pub fn hand(
    theta: &[f64; 26],
    #[no_grad] model: &Model,
    corr: &[usize],
    #[no_grad] points: &[[f64; 3]],
) -> Vec<f64> {
    let transforms = skeleton(theta, model);
    let turn = rotation(&[theta[0], theta[1], theta[2]]);
    let mut err = vec![0.0; 3 * corr.len()];
    for n in 0..corr.len() {
        let p = skinned(&transforms, model, corr[n]);
        for i in 0..3 {
            let v = turn[i][0] * p[0] + turn[i][1] * p[1] + turn[i][2] * p[2] + theta[3 + i];
            err[3 * n + i] = points[n][i] - v;
        }
    }
    err
}

/// The complicated objective: the point lies on triangle `corr[n]` at barycentric `us[2 n], us[2 n + 1]`.
#[grad(forward, wrt(theta, us))]
pub fn hand_complicated(
    theta: &[f64; 26],
    us: &[f64],
    model: &Model,
    corr: &[usize],
    points: &[[f64; 3]],
) -> Vec<f64> {
    let transforms = skeleton(theta, model);
    let turn = rotation(&[theta[0], theta[1], theta[2]]);
    let mut err = vec![0.0; 3 * corr.len()];
    for n in 0..corr.len() {
        let corners = model.triangles[corr[n]];
        let a = skinned(&transforms, model, corners[0]);
        let b = skinned(&transforms, model, corners[1]);
        let c = skinned(&transforms, model, corners[2]);
        let (u, v) = (us[2 * n], us[2 * n + 1]);
        let mut p = [0.0; 3];
        for i in 0..3 {
            p[i] = u * a[i] + v * b[i] + (1.0 - u - v) * c[i];
        }
        for i in 0..3 {
            let v = turn[i][0] * p[0] + turn[i][1] * p[1] + turn[i][2] * p[2] + theta[3 + i];
            err[3 * n + i] = points[n][i] - v;
        }
    }
    err
}
