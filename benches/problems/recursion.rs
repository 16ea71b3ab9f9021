//! A recursion as deep as its argument: `y' = a - y²` by Euler steps, written recursively.

use backprop::grad;

/// The step of the recursion.
const STEP: f64 = 1e-3;

/// The function, as a user writes it.
#[grad]
pub fn recurse(x: f64, a: f64, depth: u32) -> f64 {
    if depth == 0 {
        x
    } else {
        let y = recurse(x, a, depth - 1);
        y + STEP * (a - y * y)
    }
}

/// By hand, recursive: the way up keeps each level's value, the way down uses it.
pub fn recursive(x: f64, a: f64, depth: u32, kept: &mut Vec<f64>) -> (f64, [f64; 2]) {
    kept.clear();
    kept.reserve(depth as usize);
    let value = up(x, a, depth, kept);
    let mut d_a = 0.0;
    let d_x = down(1.0, depth, kept, &mut d_a);
    (value, [d_x, d_a])
}

fn up(x: f64, a: f64, depth: u32, kept: &mut Vec<f64>) -> f64 {
    if depth == 0 {
        return x;
    }
    let y = up(x, a, depth - 1, kept);
    kept.push(y);
    y + STEP * (a - y * y)
}

fn down(d: f64, depth: u32, kept: &mut Vec<f64>, d_a: &mut f64) -> f64 {
    if depth == 0 {
        return d;
    }
    let y = kept.pop().unwrap_or(f64::NAN);
    let s = STEP * d;
    *d_a += s;
    down(d - 2.0 * y * s, depth - 1, kept, d_a)
}

/// By hand, recursive, one recursion: the tangents of both inputs come back with the value.
pub fn recursive_forward(x: f64, a: f64, depth: u32) -> (f64, [f64; 2]) {
    if depth == 0 {
        return (x, [1.0, 0.0]);
    }
    let (y, [t_x, t_a]) = recursive_forward(x, a, depth - 1);
    let c = 1.0 - 2.0 * STEP * y;
    (y + STEP * (a - y * y), [c * t_x, c * t_a + STEP])
}

/// By hand, recursion turned into a loop, values kept, then the reverse loop.
pub fn looped(x: f64, a: f64, depth: u32, kept: &mut Vec<f64>) -> (f64, [f64; 2]) {
    kept.resize(depth as usize, 0.0);
    let mut y = x;
    for slot in kept.iter_mut() {
        *slot = y;
        y += STEP * (a - y * y);
    }
    let (mut d, mut d_a) = (1.0, 0.0);
    for y in kept.iter().rev() {
        let s = STEP * d;
        d_a += s;
        d -= 2.0 * y * s;
    }
    (y, [d, d_a])
}

/// By hand, recursion turned into a loop that carries both tangents: nothing kept.
pub fn looped_forward(x: f64, a: f64, depth: u32) -> (f64, [f64; 2]) {
    let (mut y, mut t_x, mut t_a) = (x, 1.0, 0.0);
    for _ in 0..depth {
        let c = 1.0 - 2.0 * STEP * y;
        t_x *= c;
        t_a = c * t_a + STEP;
        y += STEP * (a - y * y);
    }
    (y, [t_x, t_a])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problems::numeric::{central, max_relative};

    #[test]
    fn hand_written_equals_central_differences() {
        for depth in [0, 1, 7, 1000] {
            let expected = central(&[0.3, 1.7], |p| recurse(p[0], p[1], depth));
            let mut kept = Vec::new();
            for (y, g) in [
                recursive(0.3, 1.7, depth, &mut kept),
                recursive_forward(0.3, 1.7, depth),
                looped(0.3, 1.7, depth, &mut Vec::new()),
                looped_forward(0.3, 1.7, depth),
            ] {
                assert_eq!(y.to_bits(), recurse(0.3, 1.7, depth).to_bits());
                assert!(max_relative(&g, &expected) < 1e-9);
            }
        }
    }
}
