//! Slices and vectors of structs: `Vec<STangent>`.

use crate::oracle::{assert_all_close, assert_matches_central};
use backprop::{grad, Differentiable};

#[derive(Differentiable, Clone, Copy, Debug)]
struct Particle {
    x: f64,
    v: f64,
    mass: f64,
    id: u32,
}

fn particles(flat: &[f64]) -> Vec<Particle> {
    flat.chunks(3).zip(0..).map(|(c, id)| Particle { x: c[0], v: c[1], mass: c[2], id }).collect()
}

fn flat(tangents: &[ParticleTangent]) -> Vec<f64> {
    tangents.iter().flat_map(|t| [t.x, t.v, t.mass]).collect()
}

const STATE: [f64; 9] = [0.1, 0.5, 1.0, 1.3, -0.2, 2.0, 2.9, 0.1, 1.5];

#[grad]
fn energy(particles: &[Particle], k: f64) -> f64 {
    let mut e = 0.0;
    for p in particles {
        e += 0.5 * p.mass * p.v * p.v;
    }
    for i in 0..particles.len() {
        for j in 0..i {
            let d = particles[i].x - particles[j].x;
            e += k * d * d * f64::from(particles[i].id);
        }
    }
    e
}

#[test]
fn slice_of_structs() {
    let (d, dk) = energy::grad(&particles(&STATE), 0.7);
    let mut expected = flat(&d);
    expected.push(dk);
    let with_k = [&STATE[..], &[0.7]].concat();
    assert_matches_central(&expected, |s| energy(&particles(&s[..9]), s[9]), &with_k);
}

#[grad]
fn simulated(start: &[Particle], steps: usize) -> f64 {
    let mut ps = start.to_vec();
    for _ in 0..steps {
        for i in 0..ps.len() {
            let left = ps[(i + 2) % 3].x;
            ps[i].v += 0.1 * (left - ps[i].x) / ps[i].mass;
        }
        for p in ps.iter_mut() {
            p.x += 0.1 * p.v;
        }
    }
    let mut s = 0.0;
    for p in &ps {
        s += p.x * p.v;
    }
    s
}

#[test]
fn structs_updated_in_place() {
    for steps in 0..4 {
        let d = simulated::grad(&particles(&STATE), steps);
        assert_matches_central(&flat(&d), |s| simulated(&particles(s), steps), &STATE);
    }
}

#[grad]
fn updated(ps: &mut [Particle], dt: f64) {
    for p in ps.iter_mut() {
        p.x += dt * p.v;
    }
}

#[test]
fn mutable_slice_of_structs() {
    let mut ps = particles(&STATE);
    let ((), pullback) = updated::vjp(&mut ps, 0.5);
    let mut d: Vec<ParticleTangent> =
        ps.iter().map(|_| ParticleTangent { x: 1.0, v: 10.0, mass: 0.0 }).collect();
    let dt = pullback((), &mut d);
    assert_all_close(&[dt], &[0.5 - 0.2 + 0.1]);
    assert_all_close(&flat(&d), &[1.0, 10.5, 0.0, 1.0, 10.5, 0.0, 1.0, 10.5, 0.0]);
}

#[grad]
fn tuples(points: &[(f64, f64)], shift: f64) -> f64 {
    let mut s = 0.0;
    for (x, y) in points {
        s += (x + shift) * y;
    }
    for p in points.iter() {
        s += p.0 * p.0;
    }
    s
}

#[test]
fn slices_of_tuples() {
    let (d, ds) = tuples::grad(&[(1.0, 2.0), (3.0, 4.0)], 0.5);
    assert_eq!((d, ds), (vec![(4.0, 1.5), (10.0, 3.5)], 6.0));
}
