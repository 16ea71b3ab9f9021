//! The problems over any [`Scalar`], in the order of operations of the plain functions.

use super::Scalar;
use crate::problems::gmm::constant;
use crate::problems::{gmm, hand_model, lstm};

/// The neuron.
pub fn sigmoid<T: Scalar>(a: &[T]) -> T {
    logistic(a[0] * a[3] + a[1] * a[4] + a[2])
}

fn sum<T: Scalar>(items: impl IntoIterator<Item = T>) -> T {
    items.into_iter().reduce(|a, b| a + b).expect("a first item")
}

fn log_sum_exp<T: Scalar>(x: &[T]) -> T {
    let max = x.iter().copied().reduce(|m, x| if x.value() > m.value() { x } else { m }).expect("an entry");
    max + sum(x.iter().map(|&x| (x - max).exp())).ln()
}

/// The mixture: alphas, means, icf in one slice.
pub fn mixture<T: Scalar>(g: &gmm::Instance, p: &[T]) -> T {
    let k = g.alphas.len();
    let d = g.means.len() / k;
    let size = d * (d + 1) / 2;
    let (alphas, rest) = p.split_at(k);
    let (means, icf) = rest.split_at(k * d);
    let diagonal: Vec<Vec<T>> =
        icf.chunks_exact(size).map(|icf| icf[..d].iter().map(|q| q.exp()).collect()).collect();
    let sum_q: Vec<T> = icf.chunks_exact(size).map(|icf| sum(icf[..d].iter().copied())).collect();
    let mut likelihood = None;
    for x in g.x.chunks_exact(d) {
        let mut term = Vec::with_capacity(k);
        for c in 0..k {
            let y: Vec<T> = (0..d).map(|j| -means[c * d + j] + x[j]).collect();
            let mut o: Vec<T> = (0..d).map(|j| diagonal[c][j] * y[j]).collect();
            let mut l = c * size + d;
            for i in 0..d {
                for j in i + 1..d {
                    o[j] = o[j] + icf[l] * y[i];
                    l += 1;
                }
            }
            term.push(alphas[c] + sum_q[c] - sum(o.iter().map(|&o| o * o)) * 0.5);
        }
        let lse = log_sum_exp(&term);
        likelihood = Some(likelihood.map_or(lse, |l: T| l + lse));
    }
    let mut result = likelihood.expect("a point") - log_sum_exp(alphas) * (g.x.len() / d) as f64;
    for c in 0..k {
        let norm = sum(diagonal[c].iter().chain(&icf[c * size + d..(c + 1) * size]).map(|&v| v * v));
        result = result + norm * (0.5 * g.gamma * g.gamma) - sum_q[c] * f64::from(g.m);
    }
    result + constant(g.x.len() / d, d, k, g.gamma, g.m)
}

fn logistic<T: Scalar>(x: T) -> T {
    ((-x).exp() + 1.0).recip()
}

/// The LSTM: main, extra in one slice.
pub fn network<T: Scalar>(g: &lstm::Instance, p: &[T]) -> T {
    let b = g.extra.len() / 3;
    let layers = g.main.len() / (8 * b);
    let steps = g.sequence.len() / b - 1;
    let (main, extra) = p.split_at(g.main.len());
    let zero = main[0] * 0.0;
    let state: Vec<T> = g.state.iter().map(|&s| zero + s).collect();
    let mut hidden: Vec<T> = state.chunks_exact(2 * b).flat_map(|s| s[..b].to_vec()).collect();
    let mut cell: Vec<T> = state.chunks_exact(2 * b).flat_map(|s| s[b..].to_vec()).collect();
    let mut total = zero;
    for t in 0..steps {
        let mut x: Vec<T> = (0..b).map(|j| extra[j] * g.sequence[t * b + j]).collect();
        for l in 0..layers {
            let w = &main[l * 8 * b..(l + 1) * 8 * b];
            for j in 0..b {
                let h = hidden[l * b + j];
                let forget = logistic(x[j] * w[j] + w[4 * b + j]);
                let ingate = logistic(h * w[b + j] + w[5 * b + j]);
                let outgate = logistic(x[j] * w[2 * b + j] + w[6 * b + j]);
                let change = (h * w[3 * b + j] + w[7 * b + j]).tanh();
                let c = cell[l * b + j] * forget + ingate * change;
                cell[l * b + j] = c;
                x[j] = outgate * c.tanh();
                hidden[l * b + j] = x[j];
            }
        }
        let y: Vec<T> = (0..b).map(|j| x[j] * extra[b + j] + extra[2 * b + j]).collect();
        let normaliser = (sum(y.iter().map(|y| y.exp())) + 2.0).ln();
        for j in 0..b {
            total = total + (y[j] - normaliser) * g.sequence[(t + 1) * b + j];
        }
    }
    -total / (b * steps) as f64
}

/// The reprojection error: camera, point, weight in one slice.
pub fn reprojection<T: Scalar>(v: &[T], feat: &[f64; 2]) -> [T; 2] {
    let p = [v[11] - v[3], v[12] - v[4], v[13] - v[5]];
    let s = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
    let cross = |w: [T; 3]| [w[1] * p[2] - w[2] * p[1], w[2] * p[0] - w[0] * p[2], w[0] * p[1] - w[1] * p[0]];
    let c: [T; 3] = if s.value() != 0.0 {
        let theta = s.sqrt();
        let (sin, cos) = (theta.sin(), theta.cos());
        let w = [v[0] / theta, v[1] / theta, v[2] / theta];
        let k = cross(w);
        let t = (w[0] * p[0] + w[1] * p[1] + w[2] * p[2]) * (-cos + 1.0);
        std::array::from_fn(|i| p[i] * cos + k[i] * sin + w[i] * t)
    } else {
        let k = cross([v[0], v[1], v[2]]);
        std::array::from_fn(|i| p[i] + k[i])
    };
    let (a, b) = (c[0] / c[2], c[1] / c[2]);
    let q = a * a + b * b;
    let distortion = v[9] * q + v[10] * q * q + 1.0;
    [v[14] * (a * distortion * v[6] + v[7] - feat[0]), v[14] * (b * distortion * v[6] + v[8] - feat[1])]
}

/// The network of tanh layers.
pub fn layers<T: Scalar>(p: &[T], x: &[f64], target: &[f64]) -> T {
    let n = x.len();
    let zero = p[0] * 0.0;
    let mut h: Vec<T> = x.iter().map(|&x| zero + x).collect();
    for w in p.chunks_exact(n * n + n) {
        let row = |i: usize| (0..n).fold(w[n * n + i], |s, j| s + w[i * n + j] * h[j]);
        h = (0..n).map(|i| row(i).tanh()).collect();
    }
    sum(h.iter().zip(target).map(|(&h, &t)| (h - t) * (h - t) * 0.5))
}

/// Lorenz: start, then parameters.
pub fn lorenz<T: Scalar>(a: &[T], steps: usize) -> T {
    const H: f64 = 1e-3;
    let flow = |s: [T; 3]| [(s[1] - s[0]) * a[3], s[0] * (a[4] - s[2]) - s[1], s[0] * s[1] - a[5] * s[2]];
    let along = |s: [T; 3], h: f64, k: [T; 3]| -> [T; 3] { std::array::from_fn(|i| s[i] + k[i] * h) };
    let mut s = [a[0], a[1], a[2]];
    for _ in 0..steps {
        let k1 = flow(s);
        let k2 = flow(along(s, 0.5 * H, k1));
        let k3 = flow(along(s, 0.5 * H, k2));
        let k4 = flow(along(s, H, k3));
        s = std::array::from_fn(|i| s[i] + (k1[i] + k2[i] * 2.0 + k3[i] * 2.0 + k4[i]) * (H / 6.0));
    }
    s[0] + s[1] + s[2]
}

/// Newton's square root.
pub fn newton<T: Scalar>(a: T) -> T {
    let mut x = a;
    while (x.value() * x.value() - a.value()).abs() > 1e-12 * a.value() {
        x = (x + a / x) * 0.5;
    }
    x
}

/// The recursion.
pub fn recurse<T: Scalar>(x: T, a: T, depth: u32) -> T {
    if depth == 0 {
        return x;
    }
    let y = recurse(x, a, depth - 1);
    y + (a - y * y) * 1e-3
}

/// The sum of sines.
pub fn sines<T: Scalar>(x: &[T]) -> T {
    sum(x.iter().map(|x| x.sin()))
}

/// The plain sum.
pub fn plain_sum<T: Scalar>(x: &[T]) -> T {
    sum(x.iter().copied())
}

type M34<T> = [[T; 4]; 3];

fn times<T: Scalar>(a: &M34<T>, b: &M34<T>) -> M34<T> {
    std::array::from_fn(|i| {
        std::array::from_fn(|j| {
            let s = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
            if j == 3 {
                s + a[i][3]
            } else {
                s
            }
        })
    })
}

/// The hand's errors.
pub fn hand<T: Scalar>(g: &hand_model::Instance, theta: &[T]) -> Vec<T> {
    let zero = theta[0] * 0.0;
    let lift = |m: &hand_model::Affine| m.map(|r| r.map(|v| zero + v));
    let bend = |x: T, z: T| {
        let (sx, cx, sz, cz) = (x.sin(), x.cos(), z.sin(), z.cos());
        [[cz, -sz * cx, sz * sx, zero], [sz, cz * cx, -cz * sx, zero], [zero, sx, cx, zero]]
    };
    let mut absolute: Vec<M34<T>> = Vec::new();
    for i in 0..hand_model::BONES {
        let base = lift(&g.model.base_relative[i]);
        let relative = match (6 + 4 * (i.wrapping_sub(1) / 4), i.wrapping_sub(1) % 4) {
            (p, 1) if (1..=20).contains(&i) => times(&base, &bend(theta[p], theta[p + 1])),
            (p, b) if (1..=20).contains(&i) && b > 1 => times(&base, &bend(theta[p + b], zero)),
            _ => base,
        };
        absolute.push(match absolute.get(g.model.parent[i]) {
            Some(parent) => times(parent, &relative),
            None => relative,
        });
    }
    let skin: Vec<M34<T>> =
        absolute.iter().zip(&g.model.inverse_base).map(|(a, b)| times(a, &lift(b))).collect();
    let norm = (theta[0] * theta[0] + theta[1] * theta[1] + theta[2] * theta[2]).sqrt();
    let [x, y, z] = [theta[0] / norm, theta[1] / norm, theta[2] / norm];
    let (s, c) = (norm.sin(), norm.cos());
    let v = -c + 1.0;
    let turn = [
        [x * x + (-(x * x) + 1.0) * c, x * y * v - z * s, x * z * v + y * s],
        [x * y * v + z * s, y * y + (-(y * y) + 1.0) * c, y * z * v - x * s],
        [x * z * v - y * s, y * z * v + x * s, z * z + (-(z * z) + 1.0) * c],
    ];
    let mut err = Vec::with_capacity(3 * g.corr.len());
    for (&index, point) in g.corr.iter().zip(&g.points) {
        let v = g.model.vertices[index];
        let mut p = [zero; 3];
        for e in g.model.first[index]..g.model.first[index + 1] {
            let t = &skin[g.model.bone[e]];
            for i in 0..3 {
                p[i] =
                    p[i] + (t[i][0] * v[0] + t[i][1] * v[1] + t[i][2] * v[2] + t[i][3]) * g.model.weight[e];
            }
        }
        for i in 0..3 {
            let v = turn[i][0] * p[0] + turn[i][1] * p[1] + turn[i][2] * p[2] + theta[3 + i];
            err.push(-v + point[i]);
        }
    }
    err
}
