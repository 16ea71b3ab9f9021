//! The hand's Jacobian by hand: 26 directions in one sweep, each where it matters only.
//!
//! An angle moves the bones of its own finger from its joint on, so a vertex has at most three fingers'
//! columns. Two shapes: [`Transforms`] differentiates every bone's transform; [`Joints`] uses that a joint
//! moves everything beyond it by one linear map, so a vertex needs one sum per joint.

use super::hand::{bend, compose, rotation};
use super::hand_model::{Affine, Instance, Model, BONES};

/// A row of the Jacobian.
pub type Row = [f64; 26];
/// The three rows of a vertex, one after the other.
pub type Rows = [f64; 78];
type M3 = [[f64; 3]; 3];

/// The last bone of a finger is level 3; level 0 has no parameter. `(finger, level)` of a bone.
fn place(bone: usize) -> Option<(usize, usize)> {
    (1..=20).contains(&bone).then(|| ((bone - 1) / 4, (bone - 1) % 4))
}

/// Pose shared by both shapes.
struct Pose {
    relative: [Affine; BONES],
    absolute: [Affine; BONES],
    skin: [Affine; BONES],
    turn: M3,
    /// Minus `turn`, its first column with the model's sign: from a skinned derivative to the error's.
    out: M3,
    /// Minus the derivatives of `turn` by the three numbers of the rotation vector.
    d_out: [M3; 3],
    move_by: [f64; 3],
    /// Sign of x, for mirrored models.
    sign: f64,
}

fn angles(theta: &Row, finger: usize, level: usize) -> (f64, f64) {
    let p = 6 + 4 * finger;
    match level {
        1 => (theta[p], theta[p + 1]),
        2 | 3 => (theta[p + level], 0.0),
        _ => (0.0, 0.0),
    }
}

impl Pose {
    fn new(theta: &Row, model: &Model) -> Self {
        let mut relative = [[[0.0; 4]; 3]; BONES];
        let mut absolute = relative;
        let mut skin = relative;
        for i in 0..BONES {
            relative[i] = match place(i) {
                Some((finger, level)) if level > 0 => {
                    let (x, z) = angles(theta, finger, level);
                    let turned = if level == 1 { bend(x, z) } else { about_x(x) };
                    compose(&model.base_relative[i], &turned)
                }
                _ => model.base_relative[i],
            };
            absolute[i] = match absolute.get(model.parent[i]) {
                Some(parent) => compose(parent, &relative[i]),
                None => relative[i],
            };
            skin[i] = compose(&absolute[i], &model.inverse_base[i]);
        }
        let r = [theta[0], theta[1], theta[2]];
        let sign = if model.mirrored { -1.0 } else { 1.0 };
        let turn = rotation(&r);
        Self {
            relative,
            absolute,
            skin,
            turn,
            out: turn.map(|t| [-sign * t[0], -t[1], -t[2]]),
            d_out: d_rotation(&r, &turn).map(|m| m.map(|row| row.map(|d| -d))),
            move_by: [theta[3], theta[4], theta[5]],
            sign,
        }
    }

    /// The vertex from its skinned place `p`, and the columns of the global parameters into `rows`.
    #[inline(always)]
    fn global(&self, p: [f64; 3], rows: &mut Rows) -> [f64; 3] {
        for i in 0..3 {
            for (k, d) in self.d_out.iter().enumerate() {
                rows[26 * i + k] = d[i][0] * p[0] + d[i][1] * p[1] + d[i][2] * p[2];
            }
            rows[27 * i + 3] = -1.0;
        }
        let t = &self.turn;
        std::array::from_fn(|i| t[i][0] * p[0] + t[i][1] * p[1] + t[i][2] * p[2] + self.move_by[i])
    }
}

fn about_x(x: f64) -> Affine {
    let (s, c) = x.sin_cos();
    [[1.0, 0.0, 0.0, 0.0], [0.0, c, -s, 0.0], [0.0, s, c, 0.0]]
}

/// Derivatives of the rotation matrix: `dR/dr_k = [r_k r + r × (1 - R) e_k]× R / |r|²` (Gallego, Yezzi 2015).
fn d_rotation(r: &[f64; 3], turn: &M3) -> [M3; 3] {
    let s = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    if s.sqrt() < 1e-4 {
        return [[[0.0; 3]; 3]; 3];
    }
    std::array::from_fn(|k| {
        let e: [f64; 3] = std::array::from_fn(|i| f64::from(u8::from(i == k)) - turn[i][k]);
        let c = [r[1] * e[2] - r[2] * e[1], r[2] * e[0] - r[0] * e[2], r[0] * e[1] - r[1] * e[0]];
        let v: [f64; 3] = std::array::from_fn(|i| (r[k] * r[i] + c[i]) / s);
        crossed(v, turn)
    })
}

/// `[v]× m`.
fn crossed(v: [f64; 3], m: &M3) -> M3 {
    let row = |a: f64, x: [f64; 3], b: f64, y: [f64; 3]| std::array::from_fn(|j| a * x[j] + b * y[j]);
    [row(v[1], m[2], -v[2], m[1]), row(v[2], m[0], -v[0], m[2]), row(v[0], m[1], -v[1], m[0])]
}

#[inline(always)]
fn applied(t: &Affine, v: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|i| t[i][0] * v[0] + t[i][1] * v[1] + t[i][2] * v[2] + t[i][3])
}

/// A way to get one vertex and its three rows of the error, which falls as the vertex rises.
pub trait Sweep {
    /// Everything that does not depend on the vertex.
    fn new(theta: &Row, model: &Model) -> Self;
    /// The vertex; `rows` enters as zeros.
    fn vertex(&self, model: &Model, index: usize, rows: &mut Rows) -> [f64; 3];
}

/// First shape: the derivative of each bone's transform by each angle that moves it.
pub struct Transforms {
    pose: Pose,
    /// Per finger the transforms' derivatives: level 1 has two, level 2 three, level 3 four.
    d_skin: [[[Affine; 4]; 4]; 5],
}

impl Sweep for Transforms {
    fn new(theta: &Row, model: &Model) -> Self {
        let pose = Pose::new(theta, model);
        let mut d_skin = [[[[[0.0; 4]; 3]; 4]; 4]; 5];
        for (finger, d_skin) in d_skin.iter_mut().enumerate() {
            let mut d_absolute = [[[0.0; 4]; 3]; 4];
            for level in 1..4 {
                let bone = 1 + 4 * finger + level;
                let base = compose(&pose.absolute[bone - 1], &model.base_relative[bone]);
                for d in &mut d_absolute[..level] {
                    *d = compose(d, &pose.relative[bone]);
                }
                let ((sx, cx), (sz, cz)) = match angles(theta, finger, level) {
                    (x, z) if level == 1 => (x.sin_cos(), z.sin_cos()),
                    (x, _) => (x.sin_cos(), (0.0, 1.0)),
                };
                let d_x = [[0.0, sz * sx, sz * cx, 0.0], [0.0, -cz * sx, -cz * cx, 0.0], [0.0, cx, -sx, 0.0]];
                let d_z = [[-sz, -cz * cx, cz * sx, 0.0], [cz, -sz * cx, sz * sx, 0.0], [0.0; 4]];
                if level == 1 {
                    d_absolute[0] = without_translation(compose(&base, &d_x), &base);
                    d_absolute[1] = without_translation(compose(&base, &d_z), &base);
                } else {
                    d_absolute[level] = without_translation(compose(&base, &d_x), &base);
                }
                for p in 0..=level {
                    // The last row of a derivative is zero, so only the inverse's own translation enters.
                    let d = &d_absolute[p];
                    let full = compose(d, &model.inverse_base[bone]);
                    d_skin[level][p] = full;
                }
            }
        }
        Self { pose, d_skin }
    }

    #[inline(always)]
    fn vertex(&self, model: &Model, index: usize, rows: &mut Rows) -> [f64; 3] {
        let v = model.vertices[index];
        let mut p = [0.0; 3];
        let mut local = [[0.0; 3]; 26];
        let mut touched = [false; 5];
        for e in model.first[index]..model.first[index + 1] {
            let (bone, w) = (model.bone[e], model.weight[e]);
            let q = applied(&self.pose.skin[bone], v);
            (0..3).for_each(|i| p[i] += w * q[i]);
            if let Some((finger, level)) = place(bone) {
                if level == 0 {
                    continue;
                }
                touched[finger] = true;
                for (column, d) in
                    local[6 + 4 * finger..].iter_mut().zip(&self.d_skin[finger][level][..=level])
                {
                    let q = applied(d, v);
                    (0..3).for_each(|i| column[i] += w * q[i]);
                }
            }
        }
        p[0] *= self.pose.sign;
        let t = &self.pose.out;
        for finger in (0..5).filter(|&f| touched[f]) {
            for c in 6 + 4 * finger..10 + 4 * finger {
                let d = &local[c];
                (0..3).for_each(|i| rows[26 * i + c] = t[i][0] * d[0] + t[i][1] * d[1] + t[i][2] * d[2]);
            }
        }
        self.pose.global(p, rows)
    }
}

/// `compose` adds the left translation, which a derivative of the right factor must not have.
fn without_translation(mut product: Affine, left: &Affine) -> Affine {
    (0..3).for_each(|i| product[i][3] -= left[i][3]);
    product
}

/// Second shape: per angle the linear map (and its offset) that moves what lies beyond its joint.
pub struct Joints {
    pose: Pose,
    /// Per finger and angle: `turn` times the map, and that map applied to the joint's centre.
    joints: [[Affine; 4]; 5],
}

impl Sweep for Joints {
    fn new(theta: &Row, model: &Model) -> Self {
        let pose = Pose::new(theta, model);
        let mut joints = [[[[0.0; 4]; 3]; 4]; 5];
        for (finger, joints) in joints.iter_mut().enumerate() {
            for level in 1..4 {
                let bone = 1 + 4 * finger + level;
                let base = compose(&pose.absolute[bone - 1], &model.base_relative[bone]);
                if level == 1 {
                    let (s, c) = theta[7 + 4 * finger].sin_cos();
                    joints[0] = joint(&base, [c, s, 0.0], &pose);
                    joints[1] = joint(&base, [0.0, 0.0, 1.0], &pose);
                } else {
                    joints[level] = joint(&base, [1.0, 0.0, 0.0], &pose);
                }
            }
        }
        Self { pose, joints }
    }

    #[inline(always)]
    fn vertex(&self, model: &Model, index: usize, rows: &mut Rows) -> [f64; 3] {
        let v = model.vertices[index];
        let mut p = [0.0; 3];
        // Per finger and level: the weighted sum of what the bones from that level on contribute.
        let mut beyond = [[[0.0; 4]; 4]; 5];
        for e in model.first[index]..model.first[index + 1] {
            let (bone, w) = (model.bone[e], model.weight[e]);
            let q = applied(&self.pose.skin[bone], v).map(|q| w * q);
            (0..3).for_each(|i| p[i] += q[i]);
            if let Some((finger, level)) = place(bone) {
                for s in &mut beyond[finger][1..=level] {
                    *s = [s[0] + q[0], s[1] + q[1], s[2] + q[2], s[3] + w];
                }
            }
        }
        for (finger, (beyond, joints)) in beyond.iter().zip(&self.joints).enumerate() {
            if beyond[1][3] == 0.0 {
                continue;
            }
            let c = 6 + 4 * finger;
            for (column, level) in [1, 1, 2, 3].into_iter().enumerate() {
                let (h, s) = (&joints[column], &beyond[level]);
                for i in 0..3 {
                    rows[26 * i + c + column] =
                        h[i][0] * s[0] + h[i][1] * s[1] + h[i][2] * s[2] - h[i][3] * s[3];
                }
            }
        }
        p[0] *= self.pose.sign;
        self.pose.global(p, rows)
    }
}

/// `out · L [axis]× L⁻¹` for the joint frame `base = (L, centre)`, with that map of the centre as last column.
fn joint(base: &Affine, axis: [f64; 3], pose: &Pose) -> Affine {
    let l: M3 = std::array::from_fn(|i| [base[i][0], base[i][1], base[i][2]]);
    let minor = |a: usize, b: usize, c: usize, d: usize| l[a][c] * l[b][d] - l[a][d] * l[b][c];
    let adjugate = [
        [minor(1, 2, 1, 2), -minor(0, 2, 1, 2), minor(0, 1, 1, 2)],
        [-minor(1, 2, 0, 2), minor(0, 2, 0, 2), -minor(0, 1, 0, 2)],
        [minor(1, 2, 0, 1), -minor(0, 2, 0, 1), minor(0, 1, 0, 1)],
    ];
    let scale = 1.0 / (l[0][0] * adjugate[0][0] + l[0][1] * adjugate[1][0] + l[0][2] * adjugate[2][0]);
    let map = product(&pose.out, &product(&l, &crossed(axis.map(|a| a * scale), &adjugate)));
    let centre = [base[0][3], base[1][3], base[2][3]];
    std::array::from_fn(|i| {
        let m = map[i];
        [m[0], m[1], m[2], m[0] * centre[0] + m[1] * centre[1] + m[2] * centre[2]]
    })
}

fn product(a: &M3, b: &M3) -> M3 {
    std::array::from_fn(|i| {
        std::array::from_fn(|j| a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j])
    })
}

/// By hand: the error and its Jacobian's `3 n` rows, one after the other in `rows`.
pub fn jacobian<S: Sweep>(g: &Instance, err: &mut [f64], rows: &mut [f64]) {
    let sweep = S::new(&g.theta, &g.model);
    let points = g.corr.iter().zip(&g.points);
    for (((corr, point), err), rows) in points.zip(err.chunks_exact_mut(3)).zip(rows.chunks_exact_mut(78)) {
        let Ok(rows) = <&mut Rows>::try_from(rows) else { unreachable!("chunks of 78") };
        rows.fill(0.0);
        let v = sweep.vertex(&g.model, *corr, rows);
        (0..3).for_each(|i| err[i] = point[i] - v[i]);
    }
}

/// By hand, the complicated problem: rows of `[u, v, theta..]`.
pub fn jacobian_complicated<S: Sweep>(g: &Instance, us: &[f64]) -> (Vec<f64>, Vec<[f64; 28]>) {
    let sweep = S::new(&g.theta, &g.model);
    let (mut err, mut rows) = (Vec::new(), Vec::new());
    for ((&triangle, point), u) in g.corr.iter().zip(&g.points).zip(us.chunks_exact(2)) {
        let mut d = [[0.0; 78]; 3];
        let corners: [[f64; 3]; 3] =
            std::array::from_fn(|c| sweep.vertex(&g.model, g.model.triangles[triangle][c], &mut d[c]));
        let share = [u[0], u[1], 1.0 - u[0] - u[1]];
        let mix = |x: [f64; 3]| share[0] * x[0] + share[1] * x[1] + share[2] * x[2];
        for i in 0..3 {
            err.push(point[i] - mix([corners[0][i], corners[1][i], corners[2][i]]));
            let mut row = [0.0; 28];
            row[0] = corners[2][i] - corners[0][i];
            row[1] = corners[2][i] - corners[1][i];
            for p in 0..26 {
                row[2 + p] = mix([d[0][26 * i + p], d[1][26 * i + p], d[2][26 * i + p]]);
            }
            rows.push(row);
        }
    }
    (err, rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problems::hand::hand;
    use crate::problems::numeric::{central, max_relative};

    fn check<S: Sweep>(g: &Instance) {
        let n = 3 * g.corr.len();
        let (mut err, mut rows) = (vec![f64::NAN; n], vec![[f64::NAN; 26]; n]);
        jacobian::<S>(g, &mut err, rows.as_flattened_mut());
        let value = hand(&g.theta, &g.model, &g.corr, &g.points);
        assert!(max_relative(&err, &value) < 1e-14);
        for (out, row) in rows.iter().enumerate() {
            let expected =
                central(&g.theta, |t| hand(t.try_into().unwrap(), &g.model, &g.corr, &g.points)[out]);
            assert!(max_relative(row, &expected) < 1e-9, "{out}: {row:?} {expected:?}");
        }
    }

    #[test]
    fn hand_written_equals_central_differences() {
        let mut g = Instance::generate(12, 11);
        check::<Transforms>(&g);
        check::<Joints>(&g);
        g.model.mirrored = true;
        check::<Transforms>(&g);
        check::<Joints>(&g);
        g.theta[..3].fill(1e-6);
        let (mut err, mut rows) = (vec![0.0; 36], vec![[1.0; 26]; 36]);
        jacobian::<Joints>(&g, &mut err, rows.as_flattened_mut());
        assert!(rows.iter().all(|row| row[..3] == [0.0; 3]), "no rotation, no derivative");
    }
}
