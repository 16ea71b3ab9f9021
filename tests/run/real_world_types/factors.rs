//! factrs and tiny-solver: poses of generic scalars with operators, a robust cost of relative poses.
//! The user's change: `T: Real`, the derive, one attribute per function, method and operator; a `let` with a type where a
//! field is an operand.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable, Real};
use std::ops::{Add, Mul, Sub};
#[derive(Clone, Copy, Debug, Differentiable)]
struct V3<T: Real>([T; 3]);
#[grad]
impl<T: Real> Add for V3<T> {
    type Output = V3<T>;
    fn add(self, o: V3<T>) -> V3<T> {
        let sum: [T; 3] = std::array::from_fn(|i| self.0[i] + o.0[i]);
        V3(sum)
    }
}
#[grad]
impl<T: Real> Sub for V3<T> {
    type Output = V3<T>;
    fn sub(self, o: V3<T>) -> V3<T> {
        V3([self.0[0] - o.0[0], self.0[1] - o.0[1], self.0[2] - o.0[2]])
    }
}
#[grad]
impl<T: Real> Mul<T> for V3<T> {
    type Output = V3<T>;
    fn mul(self, k: T) -> V3<T> {
        let v: [T; 3] = self.0;
        V3(v.map(|x| x * k))
    }
}
impl<T: Real> V3<T> {
    #[grad]
    fn cross(self, o: V3<T>) -> V3<T> {
        let ([a, b, c], [x, y, z]) = (self.0, o.0);
        V3([b * z - c * y, c * x - a * z, a * y - b * x])
    }
    #[grad]
    fn dot(self, o: V3<T>) -> T {
        (0..3).map(|i| self.0[i] * o.0[i]).sum()
    }
    #[grad]
    fn norm(self) -> T {
        self.dot(self).sqrt()
    }
}
#[derive(Clone, Copy, Debug, Differentiable)]
struct Quat<T: Real> {
    w: T,
    v: V3<T>,
}
impl<T: Real> Quat<T> {
    #[grad(method)]
    fn exp(phi: V3<T>) -> Quat<T> {
        let theta = phi.norm();
        let half = theta / T::TWO;
        let (s, c) = half.sin_cos();
        let k = if theta < T::from_f64(1e-6) { T::from_f64(0.5) } else { s / theta };
        Quat { w: c, v: phi * k }
    }
    #[grad]
    fn rotate(&self, x: V3<T>) -> V3<T> {
        let c: V3<T> = self.v.cross(x);
        let t = c * T::TWO;
        let wt: V3<T> = t * self.w;
        x + wt + self.v.cross(t)
    }
    #[grad]
    fn compose(self, o: Quat<T>) -> Quat<T> {
        let (a, b): (V3<T>, V3<T>) = (self.v, o.v);
        Quat { w: self.w * o.w - a.dot(b), v: b * self.w + a * o.w + a.cross(b) }
    }
    #[grad]
    fn inverse(&self) -> Self {
        let v: [T; 3] = self.v.0;
        Quat { w: self.w, v: V3(v.map(|x| -x)) }
    }
    #[grad]
    fn log(&self) -> V3<T> {
        let v: V3<T> = self.v;
        let n = v.norm();
        v * (T::TWO * n.atan2(self.w) / n)
    }
}
#[derive(Clone, Copy, Debug, Differentiable)]
struct Pose<T: Real> {
    q: Quat<T>,
    t: V3<T>,
}
#[grad]
impl<T: Real> Mul for Pose<T> {
    type Output = Pose<T>;
    fn mul(self, o: Pose<T>) -> Pose<T> {
        let rotated: V3<T> = self.q.rotate(o.t);
        Pose { q: self.q.compose(o.q), t: self.t + rotated }
    }
}
#[grad]
fn pose<T: Real>(x: &[T; 6]) -> Pose<T> {
    let [a, b, c, d, e, f] = *x;
    Pose { q: Quat::exp(V3([a, b, c])), t: V3([d, e, f]) }
}
#[grad]
fn residual<T: Real>(a: &[T; 6], b: &[T; 6], #[no_grad] m: &[T; 6]) -> [T; 6] {
    let (pa, pb, pm): (Pose<T>, Pose<T>, Pose<T>) = (pose(a), pose(b), pose(m));
    let predicted = pa * pm;
    let dq = predicted.q.inverse().compose(pb.q).log();
    let dt: V3<T> = pb.t - predicted.t;
    let [x, y, z] = dt.0;
    [dq.0[0], dq.0[1], dq.0[2], x, y, z]
}
#[grad]
fn huber_cost<T: Real>(#[no_grad] edges: &[(usize, usize, [T; 6])], poses: &[[T; 6]]) -> T {
    let huber = |s: T| -> T {
        if s <= T::ONE {
            s
        } else {
            T::TWO * s.sqrt() - T::ONE
        }
    };
    edges
        .iter()
        .map(|(i, j, m)| {
            let r = residual(&poses[*i], &poses[*j], m);
            huber(r.iter().map(|x| *x * *x).sum())
        })
        .sum()
}
#[test]
fn gradients_of_factors() {
    let at: Vec<f64> = (0..18).map(|k| ((k * k) as f64 * 0.7).sin()).collect();
    let edges = vec![
        (0usize, 1usize, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]),
        (1, 2, [0.3, -0.2, 0.1, 0.9, -0.5, 0.6]),
        (0, 2, [0.5; 6]),
    ];
    let poses = |v: &[f64]| v.chunks(6).map(|c| -> [f64; 6] { c.try_into().unwrap() }).collect::<Vec<_>>();
    let d = huber_cost::grad::<f64>(&edges, &poses(&at));
    assert_matches_central(&d.concat(), |v| huber_cost(&edges, &poses(v)), &at);
    let j = residual::jacobian::<f64>(&poses(&at)[0], &poses(&at)[1], &edges[0].2);
    for k in 0..6 {
        let (a, b) = &j[k];
        assert_matches_central(
            &[*a, *b].concat(),
            |v| residual(&poses(v)[0], &poses(v)[1], &edges[0].2)[k],
            &at[..12],
        );
    }
}
