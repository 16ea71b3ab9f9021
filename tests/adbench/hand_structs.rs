//! The hand again, as a user with types of his own writes it: structs, methods and operators; the Jacobian by directions.

use crate::problems::hand_model::{Instance, Model, BONES};
use backprop::{grad, Differentiable};
use std::ops::{Add, Mul};

#[derive(Clone, Copy, Debug, Default, Differentiable)]
pub struct V3 {
    x: f64,
    y: f64,
    z: f64,
}

#[grad(forward)]
impl Add for V3 {
    type Output = V3;
    fn add(self, o: V3) -> V3 {
        V3 { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }
}

#[grad(forward)]
impl Mul<f64> for V3 {
    type Output = V3;
    fn mul(self, k: f64) -> V3 {
        V3 { x: self.x * k, y: self.y * k, z: self.z * k }
    }
}

/// By columns: where the axes and the origin go.
#[derive(Clone, Copy, Debug, Default, Differentiable)]
pub struct Affine {
    x: V3,
    y: V3,
    z: V3,
    origin: V3,
}

impl Affine {
    #[grad(forward)]
    fn turned(&self, v: V3) -> V3 {
        self.x * v.x + self.y * v.y + self.z * v.z
    }
}

#[grad(forward)]
impl Mul<V3> for Affine {
    type Output = V3;
    #[expect(clippy::suspicious_arithmetic_impl, reason = "an affine map adds its origin")]
    fn mul(self, v: V3) -> V3 {
        self.turned(v) + self.origin
    }
}

#[grad(forward)]
impl Mul for Affine {
    type Output = Affine;
    fn mul(self, o: Affine) -> Affine {
        Affine { x: self.turned(o.x), y: self.turned(o.y), z: self.turned(o.z), origin: self * o.origin }
    }
}

/// Angles: two of the first joint, one of each other.
#[derive(Clone, Copy, Debug, Default, Differentiable)]
pub struct Finger {
    flexion: f64,
    spread: f64,
    rest: [f64; 2],
}

impl Finger {
    /// The turn of its bone `k`, the first of which is fixed.
    #[grad(forward)]
    fn joint(&self, k: usize) -> Option<Affine> {
        let (flexion, spread) = match k {
            0 => return None,
            1 => (self.flexion, self.spread),
            k => (self.rest[k - 2], 0.0),
        };
        let ((sx, cx), (sz, cz)) = (flexion.sin_cos(), spread.sin_cos());
        Some(Affine {
            x: V3 { x: cz, y: sz, z: 0.0 },
            y: V3 { x: -sz * cx, y: cz * cx, z: sx },
            z: V3 { x: sz * sx, y: -cz * sx, z: cx },
            origin: V3 { x: 0.0, y: 0.0, z: 0.0 },
        })
    }
}

#[derive(Clone, Copy, Debug, Default, Differentiable)]
pub struct Pose {
    /// Angle times axis.
    wrist: V3,
    place: V3,
    fingers: [Finger; 5],
}

/// What does not move.
pub struct Hand {
    parent: Vec<usize>,
    base: Vec<Affine>,
    inverse: Vec<Affine>,
    vertices: Vec<V3>,
    /// Per vertex its bones with their weights.
    skin: Vec<Vec<(usize, f64)>>,
    triangles: Vec<[usize; 3]>,
    mirrored: bool,
}

impl Pose {
    #[grad(forward)]
    fn global(&self) -> Affine {
        let w: V3 = self.wrist;
        let angle = (w.x * w.x + w.y * w.y + w.z * w.z).sqrt();
        if angle < 1e-4 {
            return Affine {
                x: V3 { x: 1.0, y: 0.0, z: 0.0 },
                y: V3 { x: 0.0, y: 1.0, z: 0.0 },
                z: V3 { x: 0.0, y: 0.0, z: 1.0 },
                origin: self.place,
            };
        }
        let V3 { x, y, z } = w * (1.0 / angle);
        let (s, c) = angle.sin_cos();
        let v = 1.0 - c;
        Affine {
            x: V3 { x: x * x + (1.0 - x * x) * c, y: x * y * v + z * s, z: x * z * v - y * s },
            y: V3 { x: x * y * v - z * s, y: y * y + (1.0 - y * y) * c, z: y * z * v + x * s },
            z: V3 { x: x * z * v + y * s, y: y * z * v - x * s, z: z * z + (1.0 - z * z) * c },
            origin: self.place,
        }
    }

    /// Per bone the transform from its place at rest.
    #[grad(forward)]
    fn bones(&self, #[no_grad] hand: &Hand) -> Vec<Affine> {
        let mut absolute: Vec<Affine> = Vec::with_capacity(BONES);
        for i in 0..BONES {
            let parent: usize = hand.parent[i];
            let base: Affine = hand.base[i];
            let mut relative: Affine = base;
            if (1..=20).contains(&i) {
                let finger = &self.fingers[(i - 1) / 4];
                if let Some(joint) = finger.joint((i - 1) % 4) {
                    relative = base * joint;
                }
            }
            absolute.push(if parent < BONES { absolute[parent] * relative } else { relative });
        }
        (0..BONES).map(|i| absolute[i] * hand.inverse[i]).collect()
    }

    #[grad(forward)]
    fn errors(&self, #[no_grad] hand: &Hand, corr: &[usize], #[no_grad] points: &[V3]) -> Vec<V3> {
        let bones = self.bones(hand);
        let global: Affine = self.global();
        corr.iter()
            .zip(points)
            .map(|(vertex, point)| {
                let p = global * hand.vertex(&bones, *vertex);
                V3 { x: point.x - p.x, y: point.y - p.y, z: point.z - p.z }
            })
            .collect()
    }

    /// The points lie on triangles.
    #[grad(forward, wrt(self, us))]
    fn errors_on_triangles(
        &self,
        us: &[[f64; 2]],
        #[no_grad] hand: &Hand,
        corr: &[usize],
        #[no_grad] points: &[V3],
    ) -> Vec<V3> {
        let bones = self.bones(hand);
        let global: Affine = self.global();
        let mut errors = Vec::with_capacity(points.len());
        for (k, point) in points.iter().enumerate() {
            let [a, b, c] = hand.triangles[corr[k]];
            let [u, v] = us[k];
            let a: V3 = hand.vertex(&bones, a);
            let b: V3 = hand.vertex(&bones, b);
            let c: V3 = hand.vertex(&bones, c);
            let p = global * (a * u + b * v + c * (1.0 - u - v));
            errors.push(V3 { x: point.x - p.x, y: point.y - p.y, z: point.z - p.z });
        }
        errors
    }
}

impl Hand {
    #[grad(forward, wrt(bones))]
    fn vertex(&self, bones: &[Affine], index: usize) -> V3 {
        let at_rest = self.vertices[index];
        let mut p = V3 { x: 0.0, y: 0.0, z: 0.0 };
        for (bone, weight) in &self.skin[index] {
            p = p + (bones[*bone] * at_rest) * *weight;
        }
        if self.mirrored {
            p.x = -p.x;
        }
        p
    }

    fn of(model: &Model) -> Self {
        let affine = |m: &[[f64; 4]; 3]| {
            let column = |k: usize| V3 { x: m[0][k], y: m[1][k], z: m[2][k] };
            Affine { x: column(0), y: column(1), z: column(2), origin: column(3) }
        };
        let skin = |v: usize| (model.first[v]..model.first[v + 1]).map(|e| (model.bone[e], model.weight[e]));
        Hand {
            parent: model.parent.clone(),
            base: model.base_relative.iter().map(affine).collect(),
            inverse: model.inverse_base.iter().map(affine).collect(),
            vertices: model.vertices.iter().map(vector).collect(),
            skin: (0..model.vertices.len()).map(|v| skin(v).collect()).collect(),
            triangles: model.triangles.clone(),
            mirrored: model.mirrored,
        }
    }
}

fn vector(v: &[f64; 3]) -> V3 {
    V3 { x: v[0], y: v[1], z: v[2] }
}

fn pose(theta: &[f64; 26]) -> Pose {
    Pose {
        wrist: V3 { x: theta[0], y: theta[1], z: theta[2] },
        place: V3 { x: theta[3], y: theta[4], z: theta[5] },
        fingers: std::array::from_fn(|f| {
            let t = &theta[6 + 4 * f..];
            Finger { flexion: t[0], spread: t[1], rest: [t[2], t[3]] }
        }),
    }
}

fn direction(theta: &[f64; 26]) -> PoseTangent {
    PoseTangent {
        wrist: V3Tangent { x: theta[0], y: theta[1], z: theta[2] },
        place: V3Tangent { x: theta[3], y: theta[4], z: theta[5] },
        fingers: std::array::from_fn(|f| {
            let t = &theta[6 + 4 * f..];
            FingerTangent { flexion: t[0], spread: t[1], rest: [t[2], t[3]] }
        }),
    }
}

fn flat(all: &[V3]) -> Vec<f64> {
    all.iter().flat_map(|v| [v.x, v.y, v.z]).collect()
}

fn flat_tangent(all: &[V3Tangent]) -> Vec<f64> {
    all.iter().flat_map(|v| [v.x, v.y, v.z]).collect()
}

fn unit(c: usize) -> [f64; 26] {
    std::array::from_fn(|k| f64::from(u8::from(k == c)))
}

/// The errors, and the Jacobian column by column.
pub fn simple(g: &Instance) -> (Vec<f64>, Vec<f64>) {
    let (hand, pose) = (Hand::of(&g.model), pose(&g.theta));
    let points: Vec<V3> = g.points.iter().map(vector).collect();
    let column = |c| flat_tangent(&pose.errors_jvp(&hand, &g.corr, &points, direction(&unit(c))).1);
    (flat(&pose.errors(&hand, &g.corr, &points)), (0..26).flat_map(column).collect())
}

/// The same, with columns for the u and v of all points first.
pub fn complicated(g: &Instance, us: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let (hand, pose) = (Hand::of(&g.model), pose(&g.theta));
    let points: Vec<V3> = g.points.iter().map(vector).collect();
    let us: Vec<[f64; 2]> = us.chunks(2).map(|c| [c[0], c[1]]).collect();
    let along = |theta: [f64; 26], d_us: &[[f64; 2]]| {
        let dir = (direction(&theta), d_us);
        flat_tangent(&pose.errors_on_triangles_jvp(&us, &hand, &g.corr, &points, dir).1)
    };
    let mut columns = along([0.0; 26], &vec![[1.0, 0.0]; us.len()]);
    columns.extend(along([0.0; 26], &vec![[0.0, 1.0]; us.len()]));
    for c in 0..26 {
        columns.extend(along(unit(c), &vec![[0.0; 2]; us.len()]));
    }
    (flat(&pose.errors_on_triangles(&us, &hand, &g.corr, &points)), columns)
}

/// By pullbacks: the gradient of half the sum of squares is the errors times the Jacobian.
pub fn gradient(g: &Instance) -> Vec<f64> {
    let (hand, pose) = (Hand::of(&g.model), pose(&g.theta));
    let points: Vec<V3> = g.points.iter().map(vector).collect();
    let (errors, pullback) = pose.errors_vjp(&hand, &g.corr, &points);
    let seed = errors.iter().map(|e| V3Tangent { x: e.x, y: e.y, z: e.z }).collect();
    let d: PoseTangent = pullback(seed);
    let fingers = d.fingers.iter().flat_map(|f| [f.flexion, f.spread, f.rest[0], f.rest[1]]);
    let mut all = vec![d.wrist.x, d.wrist.y, d.wrist.z, d.place.x, d.place.y, d.place.z];
    all.extend(fingers);
    all
}
