//! The Lorenz system, integrated by the classical Runge-Kutta method with a fixed step.

use backprop::grad;

/// The step.
const H: f64 = 1e-3;

/// The right-hand side.
#[grad]
#[inline]
pub fn flow(x: f64, y: f64, z: f64, sigma: f64, rho: f64, beta: f64) -> (f64, f64, f64) {
    (sigma * (y - x), x * (rho - z) - y, x * y - beta * z)
}

/// The sum of the coordinates after `steps` steps, as a user writes it.
#[grad]
pub fn lorenz(x0: f64, y0: f64, z0: f64, sigma: f64, rho: f64, beta: f64, steps: usize) -> f64 {
    let (mut x, mut y, mut z) = (x0, y0, z0);
    for _ in 0..steps {
        let (ax, ay, az) = flow(x, y, z, sigma, rho, beta);
        let (bx, by, bz) = flow(x + 0.5 * H * ax, y + 0.5 * H * ay, z + 0.5 * H * az, sigma, rho, beta);
        let (cx, cy, cz) = flow(x + 0.5 * H * bx, y + 0.5 * H * by, z + 0.5 * H * bz, sigma, rho, beta);
        let (dx, dy, dz) = flow(x + H * cx, y + H * cy, z + H * cz, sigma, rho, beta);
        x += H / 6.0 * (ax + 2.0 * bx + 2.0 * cx + dx);
        y += H / 6.0 * (ay + 2.0 * by + 2.0 * cy + dy);
        z += H / 6.0 * (az + 2.0 * bz + 2.0 * cz + dz);
    }
    x + y + z
}

type V = [f64; 3];

#[inline(always)]
fn rhs(s: V, p: V) -> V {
    [p[0] * (s[1] - s[0]), s[0] * (p[1] - s[2]) - s[1], s[0] * s[1] - p[2] * s[2]]
}

#[inline(always)]
fn along(s: V, h: f64, k: V) -> V {
    [s[0] + h * k[0], s[1] + h * k[1], s[2] + h * k[2]]
}

/// The transposed Jacobian of the right-hand side applied to `k`, and the parameters' share into `d_p`.
#[inline(always)]
fn pull(s: V, p: V, k: V, d_p: &mut V) -> V {
    d_p[0] += (s[1] - s[0]) * k[0];
    d_p[1] += s[0] * k[1];
    d_p[2] -= s[2] * k[2];
    [
        (p[1] - s[2]) * k[1] + s[1] * k[2] - p[0] * k[0],
        p[0] * k[0] - k[1] + s[0] * k[2],
        -(s[0] * k[1]) - p[2] * k[2],
    ]
}

#[inline(always)]
fn stages(s: V, p: V) -> [V; 4] {
    let b = along(s, 0.5 * H, rhs(s, p));
    let c = along(s, 0.5 * H, rhs(b, p));
    [s, b, c, along(s, H, rhs(c, p))]
}

#[inline(always)]
fn advance(s: V, p: V) -> (V, [V; 4]) {
    let a = rhs(s, p);
    let s2 = along(s, 0.5 * H, a);
    let b = rhs(s2, p);
    let s3 = along(s, 0.5 * H, b);
    let c = rhs(s3, p);
    let s4 = along(s, H, c);
    let d = rhs(s4, p);
    let next = std::array::from_fn(|i| s[i] + H / 6.0 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]));
    (next, [s, s2, s3, s4])
}

#[inline(always)]
fn back(at: [V; 4], p: V, d: V, d_p: &mut V) -> V {
    let scaled = |h: f64, v: V| [h * v[0], h * v[1], h * v[2]];
    let (sixth, third) = (scaled(H / 6.0, d), scaled(H / 3.0, d));
    let s4 = pull(at[3], p, sixth, d_p);
    let s3 = pull(at[2], p, along(third, H, s4), d_p);
    let s2 = pull(at[1], p, along(third, 0.5 * H, s3), d_p);
    let s1 = pull(at[0], p, along(sixth, 0.5 * H, s2), d_p);
    std::array::from_fn(|i| d[i] + (s1[i] + s2[i]) + (s3[i] + s4[i]))
}

/// By hand: three numbers kept per step; the reverse step computes its stages again.
pub fn keep_state(start: V, p: V, steps: usize, kept: &mut Vec<V>) -> (f64, [f64; 6]) {
    kept.resize(steps, [0.0; 3]);
    let mut s = start;
    for slot in kept.iter_mut() {
        *slot = s;
        s = advance(s, p).0;
    }
    let (mut d, mut d_p) = ([1.0; 3], [0.0; 3]);
    for &s in kept.iter().rev() {
        d = back(stages(s, p), p, d, &mut d_p);
    }
    (s[0] + s[1] + s[2], [d[0], d[1], d[2], d_p[0], d_p[1], d_p[2]])
}

/// By hand: all four stages kept, twelve numbers per step.
pub fn keep_stages(start: V, p: V, steps: usize, kept: &mut Vec<[V; 4]>) -> (f64, [f64; 6]) {
    kept.resize(steps, [[0.0; 3]; 4]);
    let mut s = start;
    for slot in kept.iter_mut() {
        let (next, at) = advance(s, p);
        *slot = at;
        s = next;
    }
    let (mut d, mut d_p) = ([1.0; 3], [0.0; 3]);
    for &at in kept.iter().rev() {
        d = back(at, p, d, &mut d_p);
    }
    (s[0] + s[1] + s[2], [d[0], d[1], d[2], d_p[0], d_p[1], d_p[2]])
}

/// The usual start and parameters.
pub const START: [f64; 6] = [1.0, 1.2, 20.0, 10.0, 28.0, 8.0 / 3.0];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problems::numeric::{central, max_relative};

    #[test]
    fn hand_written_equals_central_differences() {
        let [x, y, z, sigma, rho, beta] = START;
        for steps in [0, 1, 3, 500] {
            let expected = central(&START, |a| lorenz(a[0], a[1], a[2], a[3], a[4], a[5], steps));
            let (start, p) = ([x, y, z], [sigma, rho, beta]);
            for (value, g) in
                [keep_state(start, p, steps, &mut Vec::new()), keep_stages(start, p, steps, &mut Vec::new())]
            {
                assert_eq!(value.to_bits(), lorenz(x, y, z, sigma, rho, beta, steps).to_bits());
                assert!(max_relative(&g, &expected) < 1e-8, "{steps}: {g:?} {expected:?}");
            }
        }
    }
}
