//! Pullbacks read their parameters again: what the caller has changed since the call must be back by then.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};
use std::mem::{size_of, size_of_val};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Body {
    at: [f64; 2],
    speed: [f64; 2],
    mass: f64,
}

impl Body {
    #[grad]
    fn pull(&self, other: &Body, softening: f64) -> f64 {
        let (x, y) = (other.at[0] - self.at[0], other.at[1] - self.at[1]);
        self.mass * other.mass / (x * x + y * y + softening)
    }

    #[grad]
    fn kick(&mut self, by: f64) {
        self.speed[0] += by * self.at[1] / self.mass;
        self.speed[1] -= by * self.at[0] * self.speed[0];
        self.at[0] += 0.1 * self.speed[0];
        self.at[1] += 0.1 * self.speed[1];
    }

    #[grad]
    fn energy(self) -> f64 {
        0.5 * self.mass * (self.speed[0] * self.speed[0] + self.speed[1] * self.speed[1])
    }
}

fn bodies(x: &[f64]) -> Vec<Body> {
    x.chunks(5).map(|c| Body { at: [c[0], c[1]], speed: [c[2], c[3]], mass: c[4] }).collect()
}

/// Each call's receiver and argument change behind it.
#[grad(wrt(all, softening))]
fn simulate(all: &[Body], softening: f64, steps: usize) -> f64 {
    let mut all = all.to_vec();
    let mut s = 0.0;
    for k in 0..steps {
        for i in 0..all.len() {
            let j = (i + 1) % all.len();
            let f = all[i].pull(&all[j], softening);
            all[i].kick(f);
            all[j].mass *= 1.0 + 0.01 * f;
            s += all[i].energy() * f;
        }
        let first = all[0];
        s += first.pull(&all[1], softening + s * s);
        if k % 2 == 0 {
            all.swap(0, 1);
        }
    }
    s
}

/// The argument is overwritten as a whole, and by parts.
#[grad(wrt(b, x))]
fn overwritten(b: Body, x: f64) -> f64 {
    let mut b = b;
    let other = b;
    let first = b.pull(&other, x);
    b.mass = first * x;
    b.at = [b.mass, x];
    let second = b.pull(&other, x);
    b = Body { at: other.at, ..b };
    b.speed[1] = second;
    first + b.pull(&other, second) * b.energy()
}

/// A parameter by value that the body changes.
#[grad]
fn changed(mut b: Body, x: f64) -> f64 {
    let before = b.at[0];
    b.at[0] *= x;
    let after = b.at[0];
    b.kick(after);
    before * after * b.at[0] * b.speed[1]
}

#[grad]
fn plus(a: Body, b: Body) -> Body {
    Body {
        at: [a.at[0] + b.at[0], a.at[1] * b.at[1]],
        speed: [a.speed[0] * b.mass, b.speed[1] * a.mass],
        mass: a.mass + b.mass,
    }
}

#[grad(wrt(all))]
fn sum_of(all: &[Body]) -> f64 {
    let mut total = all[0];
    for b in all {
        total = plus(total, *b);
    }
    total.energy() + total.at[0] * total.at[1]
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Pair {
    x: f64,
    y: f64,
}

/// Complex numbers.
#[grad]
fn times(a: Pair, b: Pair) -> Pair {
    Pair { x: a.x * b.x - a.y * b.y, y: a.x * b.y + a.y * b.x }
}

fn flat(bodies: &[BodyTangent]) -> Vec<f64> {
    bodies.iter().flat_map(|b| [b.at[0], b.at[1], b.speed[0], b.speed[1], b.mass]).collect()
}

const X: [f64; 15] = [0.4, -0.3, 0.2, 0.1, 1.2, -0.5, 0.6, 0.3, -0.2, 0.8, 0.9, 0.7, -0.4, 0.5, 1.1];

#[test]
fn receivers_and_arguments_that_change() {
    for steps in [0, 1, 2, 5] {
        let (d, d_softening) = simulate::grad(&bodies(&X), 0.5, steps);
        assert_matches_central(&flat(&d), |x| simulate(&bodies(x), 0.5, steps), &X);
        assert_matches_central(&[d_softening], |s| simulate(&bodies(&X), s[0], steps), &[0.5]);
    }
}

#[test]
fn wholes_and_parts_that_change() {
    let (d, d_x) = overwritten::grad(bodies(&X)[0], 0.7);
    assert_matches_central(&flat(&[d]), |x| overwritten(bodies(x)[0], 0.7), &X[..5]);
    assert_matches_central(&[d_x], |x| overwritten(bodies(&X)[0], x[0]), &[0.7]);
    let (d, d_x) = changed::grad(bodies(&X)[1], 0.7);
    assert_matches_central(&flat(&[d]), |x| changed(bodies(x)[0], 0.7), &X[5..10]);
    assert_matches_central(&[d_x], |x| changed(bodies(&X)[1], x[0]), &[0.7]);
}

#[test]
fn what_can_be_read_again_is_not_kept() {
    let (_, pullback) = times::vjp(Pair { x: 1.0, y: 2.0 }, Pair { x: 3.0, y: 4.0 });
    assert_eq!(size_of_val(&pullback), 2 * size_of::<Pair>());
    assert_eq!(
        pullback(PairTangent { x: 1.0, y: 10.0 }),
        (PairTangent { x: 43.0, y: 26.0 }, PairTangent { x: 21.0, y: 8.0 })
    );
    let all = bodies(&X);
    assert_matches_central(&flat(&sum_of::grad(&all)), |x| sum_of(&bodies(x)), &X);
}
