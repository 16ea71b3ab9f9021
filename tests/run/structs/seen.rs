//! Structs that stand in the same file: the types of their fields are known; names that mean something else are not mixed up.

use crate::oracle::{assert_all_close, assert_matches_central, assert_same_bits, panic_message};
use backprop::{grad, Differentiable, Tangent};

fn flat(d: &impl Tangent) -> Vec<f64> {
    let mut all = Vec::new();
    d.to_flat(&mut all);
    all
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Particle {
    at: [f64; 2],
    speed: f64,
    mass: f64,
}

/// A spring between two particles.
#[derive(Clone, Debug, Differentiable)]
struct Spring(usize, usize, f64);

#[grad(wrt(all, springs))]
fn simulate(all: &[Particle], springs: &[Spring], steps: usize) -> f64 {
    let mut all = all.to_vec();
    let mut force = vec![0.0; all.len()];
    for _ in 0..steps {
        for i in 0..all.len() {
            force[i] = -0.1 * all[i].mass;
        }
        for s in springs {
            let stretch = all[s.1].at[0] - all[s.0].at[0];
            force[s.0] += s.2 * stretch * stretch;
            force[s.1] -= s.2 * stretch * all[s.0].at[1];
        }
        for (p, f) in all.iter_mut().zip(&force) {
            p.speed += 0.3 * f / p.mass;
            p.at[0] += 0.3 * p.speed;
        }
    }
    all.iter().map(|p| 0.5 * p.mass * p.speed * p.speed + p.at[0].sin()).sum()
}

#[test]
fn a_simulation() {
    let x: Vec<f64> = (0..11).map(|k| 1.0 + 0.3 * (1.7 * f64::from(k)).sin()).collect();
    let particles = |x: &[f64]| -> Vec<Particle> {
        x[..8].chunks(4).map(|c| Particle { at: [c[0], c[1]], speed: c[2], mass: c[3] }).collect()
    };
    let springs =
        |x: &[f64]| -> Vec<Spring> { (0..3).map(|k| Spring(k % 2, (k + 1) % 2, x[8 + k])).collect() };
    for steps in [0, 1, 4] {
        let f = |x: &[f64]| simulate(&particles(x), &springs(x), steps);
        let (y, (d, e)) = simulate::value_and_grad(&particles(&x), &springs(&x), steps);
        assert_same_bits(y, f(&x));
        assert_matches_central(&[flat(&d), flat(&e)].concat(), f, &x);
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Dense {
    w: Vec<Vec<f64>>,
    b: Vec<f64>,
    #[no_grad]
    mask: Vec<f64>,
    narrow: f32,
    index: Vec<usize>,
}

#[derive(Clone, Debug, Differentiable)]
struct Net {
    layers: Vec<Dense>,
    scale: f64,
    next: Option<Box<Net>>,
}

impl Dense {
    #[grad]
    fn forward(&self, x: &[f64]) -> Vec<f64> {
        let mut y = self.b.clone();
        for i in 0..self.w.len() {
            for j in 0..x.len() {
                y[i] += self.w[i][j] * x[j] * self.mask[i];
            }
            y[i] = y[i].tanh() + f64::from(self.narrow) * self.b[self.index[i]];
        }
        y
    }
}

impl Net {
    #[grad]
    fn run(&self, x: &[f64]) -> f64 {
        let mut h = x.to_vec();
        for layer in &self.layers {
            h = layer.forward(&h);
        }
        for layer in &self.layers {
            h[0] += layer.b[1] * layer.w[0][1];
        }
        let more = match &self.next {
            Some(net) => net.scale * net.layers[0].b[0],
            None => 0.0,
        };
        h.iter().map(|v| v * v).sum::<f64>() * self.scale + more
    }
}

fn net(x: &[f64], deep: bool) -> Net {
    let dense = |c: &[f64]| Dense {
        w: vec![c[..2].to_vec(), c[2..4].to_vec()],
        b: c[4..6].to_vec(),
        mask: vec![1.0, -0.5],
        narrow: 0.5,
        index: vec![1, 0],
    };
    Net {
        layers: x[..12].chunks(6).map(dense).collect(),
        next: deep.then(|| Box::new(net(&x[13..], false))),
        scale: x[12],
    }
}

#[test]
fn methods_and_nested_structs() {
    let x: Vec<f64> = (0..28).map(|k| (0.9 * f64::from(k)).sin()).collect();
    let (y, (d, d_x)) = net(&x, true).run_value_and_grad(&x[26..]);
    assert_same_bits(y, net(&x, true).run(&x[26..]));
    // The cotangents of the numbers of single precision come last in each layer, and have no differences here.
    let mut actual: Vec<f64> = flat(&d);
    let narrow = [6, 13, 21, 28];
    let mut k = 0;
    actual.retain(|_| {
        k += 1;
        !narrow.contains(&(k - 1))
    });
    assert_eq!(actual.len(), 26);
    assert_matches_central(&actual, |v| net(v, true).run(&x[26..]), &x[..26]);
    assert_matches_central(&d_x, |v| net(&x, true).run(v), &x[26..]);
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Pair {
    x: f64,
    y: f64,
}

#[grad]
fn products(a: Pair, b: Pair) -> f64 {
    a.x * b.x + a.y * b.y
}

/// Another one of the name.
mod other {
    use super::*;
    use crate::structs::seen::elsewhere::Pair;

    #[grad]
    pub fn products(a: Pair, b: Pair) -> f64 {
        (a.x * b.x).sum() + a.y as f64 * (b.x * b.x).sum()
    }
}

mod elsewhere {
    use super::*;

    #[derive(Clone, Copy, Debug, Differentiable)]
    pub struct Pair {
        pub x: V2,
        pub y: i32,
    }

    #[derive(Clone, Copy, Debug, Differentiable)]
    pub struct V2(pub f64, pub f64);

    #[grad]
    impl std::ops::Mul for V2 {
        type Output = V2;
        /// Of complex numbers.
        fn mul(self, o: V2) -> V2 {
            V2(self.0 * o.0 - self.1 * o.1, self.0 * o.1 + self.1 * o.0)
        }
    }

    impl V2 {
        #[grad]
        pub fn sum(self) -> f64 {
            self.0 + 2.0 * self.1
        }
    }

    /// Of this module, not of the one around.
    #[grad]
    pub fn squares(a: Pair) -> f64 {
        (a.x * a.x).sum() * f64::from(a.y)
    }
}

mod inside {
    use super::*;

    /// Of the module around.
    #[grad]
    pub fn quotient(a: &Pair) -> f64 {
        a.x / a.y
    }
}

/// In a function, another one of the name.
#[test]
fn of_the_name_in_a_function() {
    #[derive(Clone, Copy, Debug, Differentiable)]
    struct Pair {
        x: elsewhere::V2,
        y: f64,
    }
    #[grad]
    fn product(a: Pair) -> f64 {
        (a.x * a.x).sum() * a.y
    }
    let d = product::grad(Pair { x: elsewhere::V2(0.5, 2.0), y: 3.0 });
    // (a + bi)^2 = a^2 - b^2 + 2abi; its real part and twice its imaginary one
    assert_all_close(&flat(&d), &[3.0 * (1.0 + 8.0), 3.0 * (-4.0 + 2.0), 0.25 - 4.0 + 4.0]);
}

#[test]
fn names_that_mean_something_else() {
    let (a, b) = (Pair { x: 0.5, y: 2.0 }, Pair { x: 3.0, y: -1.0 });
    let (d_a, d_b) = products::grad(a, b);
    assert_all_close(&[flat(&d_a), flat(&d_b)].concat(), &[3.0, -1.0, 0.5, 2.0]);
    let d = inside::quotient::grad(&a);
    assert_all_close(&flat(&d), &[0.5, -0.125]);

    let at = |x: &[f64]| elsewhere::Pair { x: elsewhere::V2(x[0], x[1]), y: 3 };
    let x = [0.5, 2.0];
    let d = elsewhere::squares::grad(at(&x));
    assert_matches_central(&flat(&d), |x| elsewhere::squares(at(x)), &x);
    let d = other::products::grad(at(&x), at(&[1.5, -0.4])).0;
    assert_matches_central(&flat(&d), |x| other::products(at(x), at(&[1.5, -0.4])), &x);
}

#[derive(Clone, Debug, Differentiable)]
struct Mixed {
    w: Vec<f64>,
    scale: [f64; 5],
    shift: [f64; 5],
    more: Vec<f64>,
}

/// Arrays and vectors of one struct get contributions in one loop.
#[grad]
fn mixed(m: &Mixed, x: &[f64]) -> f64 {
    let mut s = 0.0;
    for x in x {
        let mut p = 0.1;
        for j in 0..m.w.len() {
            p += m.w[j] * m.scale[j] * x + m.shift[j] * m.more[j] * m.scale[j];
        }
        s += p * p;
    }
    s
}

#[test]
fn arrays_and_vectors_of_one_struct() {
    let m = |x: &[f64]| Mixed {
        w: x[..4].to_vec(),
        scale: x[4..9].try_into().unwrap(),
        shift: x[9..14].try_into().unwrap(),
        more: x[14..18].to_vec(),
    };
    let x: Vec<f64> = (0..21).map(|k| (1.1 * f64::from(k)).sin()).collect();
    let (y, (d, d_x)) = mixed::value_and_grad(&m(&x), &x[18..]);
    assert_same_bits(y, mixed(&m(&x), &x[18..]));
    assert_matches_central(&[flat(&d), d_x].concat(), |v| mixed(&m(v), &v[18..]), &x);
    let longer = Mixed { w: vec![1.0; 6], more: vec![1.0; 6], ..m(&x) };
    assert!(panic_message(|| mixed::grad(&longer, &x)).contains("index out of bounds"));
    assert!(panic_message(|| mixed(&longer, &x)).contains("index out of bounds"));
}
