//! The skinned hand of ADBench's kinematics problem: skeleton, vertices, skinning weights.

use super::Lcg;

/// The upper three rows of a 4 × 4 transform.
pub type Affine = [[f64; 4]; 3];

/// Wrist, five fingers of four bones, forearm.
pub const BONES: usize = 22;

/// The model; constant for differentiation.
#[derive(Clone)]
pub struct Model {
    /// Per bone its parent, `BONES` for none.
    pub parent: Vec<usize>,
    /// Per bone the transform relative to its parent at rest.
    pub base_relative: Vec<Affine>,
    /// Per bone the inverse of the absolute transform at rest.
    pub inverse_base: Vec<Affine>,
    /// Vertices at rest.
    pub vertices: Vec<[f64; 3]>,
    /// Vertex `v` has the skinning entries `first[v]..first[v + 1]`.
    pub first: Vec<usize>,
    /// Bone of each skinning entry.
    pub bone: Vec<usize>,
    /// Weight of each skinning entry.
    pub weight: Vec<f64>,
    /// Corners of each triangle.
    pub triangles: Vec<[usize; 3]>,
    /// Whether x is negated before the global transform.
    pub mirrored: bool,
}

/// One instance of the simple problem: each measured point belongs to a vertex.
#[derive(Clone)]
pub struct Instance {
    /// The model.
    pub model: Model,
    /// Rotation, translation, four angles per finger.
    pub theta: [f64; 26],
    /// The vertex of each point.
    pub corr: Vec<usize>,
    /// Measured points.
    pub points: Vec<[f64; 3]>,
}

impl Instance {
    /// A generated hand of 544 vertices (as many as ADBench's) and `n` measured points.
    pub fn generate(n: usize, seed: u64) -> Self {
        let mut lcg = Lcg::new(seed);
        let model = Model::generate(544, &mut lcg);
        Self {
            theta: lcg.array(-1.0, 1.0),
            corr: (0..n).map(|_| (lcg.unit() * 544.0) as usize).collect(),
            points: (0..n).map(|_| lcg.array(-1.0, 1.0)).collect(),
            model,
        }
    }
}

impl Model {
    fn generate(vertices: usize, lcg: &mut Lcg) -> Self {
        let parent: Vec<usize> = (0..BONES)
            .map(|i| match i {
                0 => BONES,
                21 => 0,
                i if (i - 1) % 4 == 0 => 0,
                i => i - 1,
            })
            .collect();
        let base_relative: Vec<Affine> = (0..BONES).map(|_| rigid(lcg)).collect();
        let inverse_base = (0..BONES).map(|_| rigid(lcg)).collect();
        let mut model = Self {
            parent,
            base_relative,
            inverse_base,
            vertices: (0..vertices).map(|_| lcg.array(-0.2, 0.2)).collect(),
            first: vec![0],
            bone: Vec::new(),
            weight: Vec::new(),
            triangles: (0..vertices).map(|v| [v, (v + 1) % vertices, (v + 2) % vertices]).collect(),
            mirrored: false,
        };
        for v in 0..vertices {
            let entries = 2 + v % 4;
            let start = (lcg.unit() * BONES as f64) as usize;
            let raw = lcg.vec(entries, 0.1, 1.0);
            let sum: f64 = raw.iter().sum();
            for (i, w) in raw.into_iter().enumerate() {
                model.bone.push((start + i) % BONES);
                model.weight.push(w / sum);
            }
            model.first.push(model.bone.len());
        }
        model
    }
}

/// A generated rotation about z and x with a translation.
fn rigid(lcg: &mut Lcg) -> Affine {
    let ((sa, ca), (sb, cb)) = (lcg.range(-1.0, 1.0).sin_cos(), lcg.range(-1.0, 1.0).sin_cos());
    let t: [f64; 3] = lcg.array(-0.5, 0.5);
    [[ca, -sa * cb, sa * sb, t[0]], [sa, ca * cb, -ca * sb, t[1]], [0.0, sb, cb, t[2]]]
}
