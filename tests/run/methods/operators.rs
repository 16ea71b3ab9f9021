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

/// Operators of the user's types, as textbooks write them.
mod overloaded {
    use crate::oracle::{assert_all_close, assert_close, assert_matches_central};
    use backprop::{grad, Differentiable};
    use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub};

    #[derive(Differentiable, Clone, Copy, Debug, PartialEq)]
    struct V2 {
        x: f64,
        y: f64,
    }

    #[grad(forward)]
    impl Add for V2 {
        type Output = Self;
        fn add(self, o: Self) -> Self {
            Self { x: self.x + o.x, y: self.y + o.y }
        }
    }

    #[grad(forward)]
    impl Sub for V2 {
        type Output = V2;
        fn sub(self, o: V2) -> Self::Output {
            V2 { x: self.x - o.x, y: self.y - o.y }
        }
    }

    #[grad(forward)]
    impl Mul<f64> for V2 {
        type Output = V2;
        fn mul(self, k: f64) -> V2 {
            V2 { x: self.x * k, y: self.y * k }
        }
    }

    #[grad(forward)]
    impl Mul<V2> for f64 {
        type Output = V2;
        fn mul(self, v: V2) -> V2 {
            v * self
        }
    }

    /// The scalar product.
    #[grad(forward)]
    impl Mul for V2 {
        type Output = f64;
        fn mul(self, o: V2) -> f64 {
            self.x * o.x + self.y * o.y
        }
    }

    #[grad(forward)]
    impl<'a> Mul<&'a V2> for &'a V2 {
        type Output = f64;
        fn mul(self, o: &'a V2) -> f64 {
            self.x * o.x + self.y * o.y
        }
    }

    #[grad(forward)]
    impl Div<f64> for &V2 {
        type Output = V2;
        fn div(self, k: f64) -> V2 {
            V2 { x: self.x / k, y: self.y / k }
        }
    }

    #[grad(forward)]
    impl Neg for V2 {
        type Output = V2;
        fn neg(self) -> V2 {
            V2 { x: -self.x, y: -self.y }
        }
    }

    #[grad(forward)]
    impl AddAssign for V2 {
        fn add_assign(&mut self, o: V2) {
            self.x += o.x;
            self.y += o.y;
        }
    }

    #[grad(forward)]
    impl MulAssign<f64> for V2 {
        fn mul_assign(&mut self, k: f64) {
            self.x *= k;
            self.y *= k;
        }
    }

    #[grad(forward)]
    fn energy(p: V2, q: V2, m: f64) -> f64 {
        let d = p - q;
        let mut v = 0.5 * d + p * m;
        v += -q;
        v *= m;
        let u = &v / (1.0 + d * d);
        (u * p) * m + &u * &v + (p + q) * d
    }

    fn flat(v: &[f64]) -> f64 {
        energy(V2 { x: v[0], y: v[1] }, V2 { x: v[2], y: v[3] }, v[4])
    }

    #[test]
    fn operators_with_grad_on_their_impl() {
        let at = [0.3, -1.2, 0.8, 2.0, 1.4];
        let (p, q) = (V2 { x: at[0], y: at[1] }, V2 { x: at[2], y: at[3] });
        let (value, (d_p, d_q, d_m)) = energy::value_and_grad(p, q, at[4]);
        crate::oracle::assert_same_bits(value, energy(p, q, at[4]));
        let gradient = [d_p.x, d_p.y, d_q.x, d_q.y, d_m];
        assert_matches_central(&gradient, flat, &at);
        let along: Vec<f64> = (0..5)
            .map(|k| {
                let d = |i| f64::from(u8::from(i == k));
                let dir = (V2Tangent { x: d(0), y: d(1) }, V2Tangent { x: d(2), y: d(3) }, d(4));
                energy::jvp(p, q, at[4], dir).1
            })
            .collect();
        assert_all_close(&along, &gradient);
    }

    /// A leapfrog step, with operators in a loop and types that the signature tells.
    #[grad]
    fn orbit(start: V2, speed: V2, dt: f64, steps: usize) -> V2 {
        let mut p = start;
        let mut v = speed;
        for _ in 0..steps {
            let a = -p * (1.0 / (p * p).powf(1.5));
            v += a * dt;
            p = p + v * dt;
        }
        p
    }

    #[test]
    fn operators_in_a_loop() {
        let at = [1.0, 0.1, -0.2, 0.9, 0.05];
        let (p, v) = (V2 { x: at[0], y: at[1] }, V2 { x: at[2], y: at[3] });
        for seed in [V2Tangent { x: 1.0, y: 0.0 }, V2Tangent { x: 0.0, y: 1.0 }] {
            let (_, pullback) = orbit::vjp(p, v, at[4], 12);
            let (d_p, d_v, d_dt) = pullback(seed.clone());
            let value = |v: &[f64]| {
                let end = orbit(V2 { x: v[0], y: v[1] }, V2 { x: v[2], y: v[3] }, v[4], 12);
                end.x * seed.x + end.y * seed.y
            };
            assert_matches_central(&[d_p.x, d_p.y, d_v.x, d_v.y, d_dt], value, &at);
        }
    }

    #[derive(Differentiable, Clone, Copy)]
    struct Body {
        place: V2,
        speed: V2,
        mass: f64,
    }

    impl Body {
        #[grad]
        fn moved(&self, dt: f64) -> V2 {
            self.place + self.speed * dt
        }

        #[grad]
        fn momentum(&self, o: V2) -> f64 {
            let p: V2 = self.mass * self.speed;
            p * o
        }

        #[grad]
        fn between(self, o: V2, t: f64) -> V2 {
            o + (self.place - o) * t
        }
    }

    #[test]
    fn operators_on_fields() {
        let body = Body { place: V2 { x: 1.0, y: 2.0 }, speed: V2 { x: 3.0, y: 5.0 }, mass: 7.0 };
        let (y, pullback) = body.moved_vjp(0.5);
        assert_eq!(y, V2 { x: 2.5, y: 4.5 });
        let (d, d_dt) = pullback(V2Tangent { x: 1.0, y: 10.0 });
        assert_all_close(&[d.place.x, d.place.y, d.speed.x, d.speed.y, d_dt], &[1.0, 10.0, 0.5, 5.0, 53.0]);
        let (d, d_o) = body.momentum_grad(V2 { x: 0.5, y: 0.25 });
        assert_all_close(&[d.speed.x, d.speed.y, d.mass], &[3.5, 1.75, 2.75]);
        assert_all_close(&[d_o.x, d_o.y], &[21.0, 35.0]);
        let (d, d_o, d_t) = body.between_vjp(V2 { x: 0.5, y: 0.25 }, 0.25).1(V2Tangent { x: 1.0, y: 1.0 });
        assert_all_close(&[d.place.x, d_o.x, d_t], &[0.25, 0.75, 2.25]);
    }

    #[derive(Differentiable, Clone, Copy)]
    struct Poly<T: backprop::Real, const N: usize>([T; N]);

    #[grad]
    impl<T: backprop::Real, const N: usize> Add for Poly<T, N> {
        type Output = Self;
        fn add(self, o: Self) -> Self {
            let mut sum = self.0;
            for k in 0..N {
                sum[k] += o.0[k];
            }
            Self(sum)
        }
    }

    #[grad]
    impl<T: backprop::Real, const N: usize> Mul<T> for Poly<T, N> {
        type Output = Poly<T, N>;
        fn mul(mut self, k: T) -> Self::Output {
            for c in self.0.iter_mut() {
                *c *= k;
            }
            self
        }
    }

    #[grad]
    fn mixed(a: Poly<f64, 3>, b: Poly<f64, 3>, t: f64) -> f64 {
        let c = a * t + b;
        let e = c * t;
        e.0[0] + e.0[1] * t + c.0[2] * t * t
    }

    #[test]
    fn generic_operators() {
        let at = [0.5, -1.0, 2.0, 0.3, 0.7, -0.2, 1.3];
        let f = |v: &[f64]| mixed(Poly([v[0], v[1], v[2]]), Poly([v[3], v[4], v[5]]), v[6]);
        let (a, b, t) = mixed::grad(Poly([0.5, -1.0, 2.0]), Poly([0.3, 0.7, -0.2]), 1.3);
        assert_matches_central(&[&a.0[..], &b.0[..], &[t]].concat(), f, &at);
        assert_close(t, t);
    }
}
