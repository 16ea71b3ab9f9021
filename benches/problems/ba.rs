//! ADBench's bundle adjustment: the reprojection error of a point in a camera with radial distortion.

use super::Lcg;
use backprop::grad;

/// One weighted reprojection error, as a user writes it.
///
/// `cam` is rotation (angle-axis), centre, focal length, principal point, two distortion coefficients.
#[grad]
pub fn reprojection(cam: &[f64; 11], point: &[f64; 3], weight: f64, #[no_grad] feat: &[f64; 2]) -> [f64; 2] {
    let p = [point[0] - cam[3], point[1] - cam[4], point[2] - cam[5]];
    let r = [cam[0], cam[1], cam[2]];
    let s = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    let c = if s != 0.0 {
        let theta = s.sqrt();
        let (sin, cos) = (theta.sin(), theta.cos());
        let w = [r[0] / theta, r[1] / theta, r[2] / theta];
        let cross = [w[1] * p[2] - w[2] * p[1], w[2] * p[0] - w[0] * p[2], w[0] * p[1] - w[1] * p[0]];
        let t = (w[0] * p[0] + w[1] * p[1] + w[2] * p[2]) * (1.0 - cos);
        [
            p[0] * cos + cross[0] * sin + w[0] * t,
            p[1] * cos + cross[1] * sin + w[1] * t,
            p[2] * cos + cross[2] * sin + w[2] * t,
        ]
    } else {
        [p[0] + r[1] * p[2] - r[2] * p[1], p[1] + r[2] * p[0] - r[0] * p[2], p[2] + r[0] * p[1] - r[1] * p[0]]
    };
    let (a, b) = (c[0] / c[2], c[1] / c[2]);
    let q = a * a + b * b;
    let distortion = 1.0 + cam[9] * q + cam[10] * q * q;
    [
        weight * (a * distortion * cam[6] + cam[7] - feat[0]),
        weight * (b * distortion * cam[6] + cam[8] - feat[1]),
    ]
}

/// The penalty on a weight.
#[grad]
pub fn weight_error(weight: f64) -> f64 {
    1.0 - weight * weight
}

/// A row of the Jacobian: camera, point, weight.
pub type Row = [f64; 15];

type V = [f64; 3];

#[inline(always)]
fn dot(a: V, b: V) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

type M = [V; 3];

/// A number of each of the two rows: they go through the same operations, so they share packed instructions.
type Pair = [f64; 2];

/// By hand: both rows in one sweep from one primal, through two matrices.
///
/// A row's cotangent `g` of the rotated point `c` gives `Rᵀ g` for the point (negated for the centre) and `Dᵀ g` for
/// `r`. With `r = θ w` and `V = 1 - cos θ`, `D = ∂c/∂r = W (1 - w wᵀ) / θ + (∂c/∂θ) wᵀ`, where
/// `W = ∂c/∂w = V (w·p + w pᵀ) - sin θ [p]×`, so `D = W / θ + m wᵀ`.
///
/// (The right Jacobian of the rotation group is shorter, but at θ ≈ 1e-7 the rounding of `1 - cos θ` enters it
/// otherwise than the function, by more than ADBench's limit.)
#[inline]
pub fn rows(cam: &[f64; 11], point: &[f64; 3], weight: f64, feat: &[f64; 2]) -> ([f64; 2], [Row; 2]) {
    let p = [point[0] - cam[3], point[1] - cam[4], point[2] - cam[5]];
    let r = [cam[0], cam[1], cam[2]];
    let s = dot(r, r);
    if s == 0.0 {
        // The function's own formula here is linear in r: c = p + r × p.
        let none = [0.0; 3];
        let by_r = matrix(0.0, none, none, [-p[0], -p[1], -p[2]]);
        return project(cam, p, &matrix(1.0, none, none, r), &by_r, weight, feat);
    }
    let theta = s.sqrt();
    let (sin, cos) = (theta.sin(), theta.cos());
    let inverse = 1.0 / theta;
    let w = [r[0] * inverse, r[1] * inverse, r[2] * inverse];
    let versine = 1.0 - cos;
    let turn = matrix(
        cos,
        [versine * w[0], versine * w[1], versine * w[2]],
        w,
        [w[0] * sin, w[1] * sin, w[2] * sin],
    );
    let c = [dot(turn[0], p), dot(turn[1], p), dot(turn[2], p)];

    let k = [w[1] * p[2] - w[2] * p[1], w[2] * p[0] - w[0] * p[2], w[0] * p[1] - w[1] * p[0]];
    let wp = dot(w, p);
    let (a, b) = (sin * inverse, versine * inverse);
    let mut by_r = matrix(b * wp, [b * w[0], b * w[1], b * w[2]], p, [-a * p[0], -a * p[1], -a * p[2]]);
    // m = ∂c/∂θ - W w / θ.
    let (along_k, along_w) = (cos - a, wp * (sin - 2.0 * b));
    for i in 0..3 {
        let m = along_k * k[i] + along_w * w[i] - sin * p[i];
        for j in 0..3 {
            by_r[i][j] += m * w[j];
        }
    }
    project(cam, c, &turn, &by_r, weight, feat)
}

/// `a + u vᵀ + [x]×`.
#[inline(always)]
fn matrix(a: f64, u: V, v: V, x: V) -> M {
    [
        [a + u[0] * v[0], u[0] * v[1] - x[2], u[0] * v[2] + x[1]],
        [u[1] * v[0] + x[2], a + u[1] * v[1], u[1] * v[2] - x[0]],
        [u[2] * v[0] - x[1], u[2] * v[1] + x[0], a + u[2] * v[2]],
    ]
}

/// `mᵀ x` for both rows.
#[inline(always)]
fn transposed(m: &M, x: &[Pair; 3]) -> [Pair; 3] {
    std::array::from_fn(|i| {
        std::array::from_fn(|k| m[0][i] * x[0][k] + m[1][i] * x[1][k] + m[2][i] * x[2][k])
    })
}

/// The projection of the rotated point `c`, and both rows.
#[inline(always)]
fn project(cam: &[f64; 11], c: V, turn: &M, by_r: &M, weight: f64, feat: &[f64; 2]) -> ([f64; 2], [Row; 2]) {
    let z = 1.0 / c[2];
    let (a, b) = (c[0] * z, c[1] * z);
    let q = a * a + b * b;
    let (f, k1, k2) = (cam[6], cam[9], cam[10]);
    let distortion = 1.0 + k1 * q + k2 * q * q;
    let ab = [a, b];
    let bent: Pair = [a * distortion, b * distortion];
    let e = [bent[0] * f + cam[7] - feat[0], bent[1] * f + cam[8] - feat[1]];
    let wf = weight * f;
    let (scale, slope) = (wf * z, 2.0 * (k1 + 2.0 * k2 * q));
    // Row k has the derivatives of ab[k] · distortion by a and by b.
    let cross = scale * slope * a * b;
    let straight = scale * distortion;
    let scaled = scale * slope;
    let ga: Pair = [straight + scaled * a * a, cross];
    let gb: Pair = [cross, straight + scaled * b * b];
    let gc: Pair = [-(ga[0] * a + gb[0] * b), -(ga[1] * a + gb[1] * b)];
    let g = [ga, gb, gc];
    let t = transposed(turn, &g);
    let d = transposed(by_r, &g);
    let rows = std::array::from_fn(|k| {
        let by_k1 = wf * ab[k] * q;
        let own = |i: usize| if i == k { weight } else { 0.0 };
        [
            d[0][k],
            d[1][k],
            d[2][k],
            -t[0][k],
            -t[1][k],
            -t[2][k],
            weight * bent[k],
            own(0),
            own(1),
            by_k1,
            by_k1 * q,
            t[0][k],
            t[1][k],
            t[2][k],
            e[k],
        ]
    });
    ([weight * e[0], weight * e[1]], rows)
}

/// One observation.
#[derive(Clone)]
pub struct Observation {
    /// Camera.
    pub cam: [f64; 11],
    /// Point.
    pub point: [f64; 3],
    /// Weight.
    pub weight: f64,
    /// Measured feature.
    pub feat: [f64; 2],
}

/// `n` generated observations; the rotation of the first is zero (the other branch) if `with_zero`.
pub fn generate(n: usize, with_zero: bool, seed: u64) -> Vec<Observation> {
    let mut lcg = Lcg::new(seed);
    (0..n)
        .map(|i| {
            let mut cam = [0.0; 11];
            if !(with_zero && i == 0) {
                cam[..3].copy_from_slice(&lcg.array::<3>(-0.5, 0.5));
            }
            cam[3..6].copy_from_slice(&lcg.array::<3>(-1.0, 1.0));
            cam[6] = lcg.range(200.0, 800.0);
            cam[7..9].copy_from_slice(&lcg.array::<2>(-20.0, 20.0));
            cam[9..].copy_from_slice(&lcg.array::<2>(-0.1, 0.1));
            Observation {
                cam,
                point: [lcg.range(-2.0, 2.0), lcg.range(-2.0, 2.0), lcg.range(5.0, 9.0)],
                weight: lcg.range(0.2, 1.0),
                feat: lcg.array(-100.0, 100.0),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problems::numeric::{central, max_relative};

    #[test]
    fn hand_written_equals_central_differences() {
        for (i, o) in generate(20, true, 7).iter().enumerate() {
            let (value, rows) = rows(&o.cam, &o.point, o.weight, &o.feat);
            let expected = reprojection(&o.cam, &o.point, o.weight, &o.feat);
            let mut flat = [0.0; 15];
            flat[..11].copy_from_slice(&o.cam);
            flat[11..14].copy_from_slice(&o.point);
            flat[14] = o.weight;
            for out in 0..2 {
                assert!((value[out] - expected[out]).abs() < 1e-12 * expected[out].abs().max(1.0));
                let mut expected = central(&flat, |p| {
                    let (cam, point) = (p[..11].try_into().unwrap(), p[11..14].try_into().unwrap());
                    reprojection(cam, point, p[14], &o.feat)[out]
                });
                let mut row = rows[out];
                if i == 0 {
                    // Differences leave the branch that is taken only at exactly zero.
                    expected[..3].fill(0.0);
                    row[..3].fill(0.0);
                }
                assert!(max_relative(&row, &expected) < 1e-9, "{i} {out}");
            }
        }
    }
}
