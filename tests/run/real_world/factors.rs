//! factrs, tiny-solver: residuals of an inertial factor, generic over the scalar, with vectors and quaternions by operators.
//! The user's change: `T: Real` for the bound, types of one's own (or copies) for nalgebra's, the derive on them, one attribute per
//! function, method and operator.

use crate::oracle::{assert_all_close_to, assert_matches_central};
use backprop::{grad, Differentiable, Real};
use std::ops::{Add, Mul, Neg, Sub};

#[derive(Clone, Copy, Debug, Differentiable)]
struct Vector3<T> {
    x: T,
    y: T,
    z: T,
}

#[grad]
impl<T: Real> Add for Vector3<T> {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Self { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }
}

#[grad]
impl<T: Real> Sub for Vector3<T> {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        Self { x: self.x - o.x, y: self.y - o.y, z: self.z - o.z }
    }
}

#[grad]
impl<T: Real> Mul<T> for Vector3<T> {
    type Output = Self;
    fn mul(self, k: T) -> Self {
        Self { x: self.x * k, y: self.y * k, z: self.z * k }
    }
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Quaternion<T> {
    w: T,
    v: Vector3<T>,
}

impl<T: Real> Vector3<T> {
    #[grad]
    fn dot(self, o: Vector3<T>) -> T {
        self.x * o.x + self.y * o.y + self.z * o.z
    }

    #[grad]
    fn cross(self, o: Vector3<T>) -> Vector3<T> {
        Vector3 {
            x: self.y * o.z - self.z * o.y,
            y: self.z * o.x - self.x * o.z,
            z: self.x * o.y - self.y * o.x,
        }
    }
}

#[grad]
impl<T: Real> Neg for Quaternion<T> {
    type Output = Self;
    /// The inverse of a unit quaternion.
    fn neg(self) -> Self {
        let v: Vector3<T> = self.v;
        Quaternion { w: self.w, v: v * -T::ONE }
    }
}

#[grad]
impl<T: Real> Mul for Quaternion<T> {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        let (a, b): (Vector3<T>, Vector3<T>) = (self.v, o.v);
        Quaternion { w: self.w * o.w - a.dot(b), v: b * self.w + a * o.w + a.cross(b) }
    }
}

#[grad]
impl<T: Real> Mul<Vector3<T>> for Quaternion<T> {
    type Output = Vector3<T>;
    fn mul(self, p: Vector3<T>) -> Vector3<T> {
        let v: Vector3<T> = self.v;
        let t: Vector3<T> = v.cross(p) * T::TWO;
        p + t * self.w + v.cross(t)
    }
}

#[grad]
fn log_map<T: Real>(q: Quaternion<T>) -> Vector3<T> {
    let v: Vector3<T> = q.v;
    let n: T = v.dot(v).sqrt();
    if n < T::from_f64(1e-6) {
        return v * T::TWO;
    }
    v * (T::TWO * n.atan2(q.w) / n)
}

#[derive(Clone, Copy, Differentiable)]
struct State<T> {
    rotation: Quaternion<T>,
    velocity: Vector3<T>,
    position: Vector3<T>,
}

#[grad]
fn imu_residual<T: Real>(a: &State<T>, b: &State<T>, delta: &State<T>, dt: T) -> [T; 9] {
    let gravity = Vector3 { x: T::ZERO, y: T::ZERO, z: T::from_f64(-9.81) };
    let inverse: Quaternion<T> = -a.rotation;
    let (p, q): (Vector3<T>, Vector3<T>) = (a.position, b.position);
    let (u, v): (Vector3<T>, Vector3<T>) = (a.velocity, b.velocity);
    let turned: Quaternion<T> = inverse * b.rotation;
    let measured: Quaternion<T> = -delta.rotation;
    let r: Vector3<T> = log_map(measured * turned);
    let s: Vector3<T> = inverse * (v - u - gravity * dt);
    let t: Vector3<T> = inverse * (q - p - u * dt - gravity * (T::HALF * dt * dt));
    let (s, t): (Vector3<T>, Vector3<T>) = (s - delta.velocity, t - delta.position);
    [r.x, r.y, r.z, s.x, s.y, s.z, t.x, t.y, t.z]
}

#[grad]
fn cost<T: Real>(a: &State<T>, b: &State<T>, delta: &State<T>, dt: T) -> T {
    let mut sum = T::ZERO;
    for (k, r) in imu_residual(a, b, delta, dt).iter().enumerate() {
        sum += *r * *r / T::from_usize(k + 1);
    }
    sum
}

fn vector<T: Real>(v: &[T]) -> Vector3<T> {
    Vector3 { x: v[0], y: v[1], z: v[2] }
}

fn state<T: Real>(v: &[T]) -> State<T> {
    let rotation = Quaternion { w: v[0], v: vector(&v[1..]) };
    State { rotation, velocity: vector(&v[4..]), position: vector(&v[7..]) }
}

fn flat<T: Real>(t: &StateTangent<T>) -> Vec<T> {
    let (q, v, p) = (&t.rotation, &t.velocity, &t.position);
    vec![q.w, q.v.x, q.v.y, q.v.z, v.x, v.y, v.z, p.x, p.y, p.z]
}

fn gradient<T: Real>(v: &[T]) -> Vec<T> {
    let (a, b, d, dt) = cost::grad(&state(v), &state(&v[10..]), &state(&v[20..]), v[30]);
    let mut all = [flat(&a), flat(&b), flat(&d)].concat();
    all.push(dt);
    all
}

const AT: [f64; 31] = [
    0.9, 0.1, -0.3, 0.2, 1.0, 0.2, -0.4, 0.0, 1.0, 2.0, 0.8, 0.3, -0.2, 0.4, 1.1, 0.1, -0.5, 0.3, 1.1, 1.8,
    0.95, 0.1, 0.1, -0.1, 0.2, -0.1, 0.3, 0.1, 0.05, -0.2, 0.25,
];

#[test]
fn inertial_factor() {
    let f = |v: &[f64]| cost(&state(v), &state(&v[10..]), &state(&v[20..]), v[30]);
    assert_matches_central(&gradient(&AT), f, &AT);
}

#[test]
fn inertial_factor_in_single_precision() {
    let single: Vec<f64> = gradient(&AT.map(|x| x as f32)).into_iter().map(f64::from).collect();
    assert_all_close_to(&single, &gradient(&AT), 2e-4);
}
