//! Vector algebra by inherent methods, as user code writes it where operators are not overloaded.

use crate::oracle::{assert_all_close, assert_matches_central};
use backprop::{grad, Differentiable};

#[derive(Differentiable, Clone, Copy, Debug)]
struct V3 {
    x: f64,
    y: f64,
    z: f64,
}

impl V3 {
    #[grad]
    fn add(self, o: Self) -> Self {
        V3 { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }

    #[grad]
    fn scale(self, k: f64) -> V3 {
        V3 { x: self.x * k, y: self.y * k, z: self.z * k }
    }

    #[grad]
    fn dot(&self, o: &V3) -> f64 {
        self.x * o.x + self.y * o.y + self.z * o.z
    }

    #[grad]
    fn cross(self, o: V3) -> V3 {
        V3 { x: self.y * o.z - self.z * o.y, y: self.z * o.x - self.x * o.z, z: self.x * o.y - self.y * o.x }
    }

    #[grad]
    fn norm(&self) -> f64 {
        self.dot(self).sqrt()
    }

    #[grad]
    fn normalised(self) -> V3 {
        self.scale(1.0 / self.norm())
    }
}

#[grad]
fn torque(r: V3, f: V3, axis: V3) -> f64 {
    r.cross(f).add(f.scale(0.5)).dot(&axis.normalised())
}

fn pack(v: &[f64]) -> [V3; 3] {
    std::array::from_fn(|k| V3 { x: v[3 * k], y: v[3 * k + 1], z: v[3 * k + 2] })
}

#[test]
fn chains_of_method_calls() {
    let v = [0.3, -1.2, 0.8, 2.0, 0.4, -0.5, 0.2, 1.0, 1.5];
    let [r, f, axis] = pack(&v);
    let (a, b, c) = torque::grad(r, f, axis);
    let gradient: Vec<f64> = [a, b, c].iter().flat_map(|t| [t.x, t.y, t.z]).collect();
    let flat = |v: &[f64]| {
        let [r, f, axis] = pack(v);
        torque(r, f, axis)
    };
    assert_matches_central(&gradient, flat, &v);
}

#[test]
fn norm_of_a_vector() {
    let d = V3 { x: 2.0, y: 3.0, z: 6.0 }.norm_grad();
    assert_all_close(&[d.x, d.y, d.z], &[2.0 / 7.0, 3.0 / 7.0, 6.0 / 7.0]);
}
