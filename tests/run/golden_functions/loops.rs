//! The golden functions whose loops accumulate.

use super::{check, table, Run};
use crate::golden::numbers;
use backprop::grad;
use std::f64::consts::{E, PI};

#[grad]
fn rosenbrock(x: &[f64]) -> f64 {
    let mut f = 0.0;
    for i in 0..x.len() - 1 {
        let a = x[i + 1] - x[i] * x[i];
        let b = 1.0 - x[i];
        f += 100.0 * a * a + b * b;
    }
    f
}

#[test]
fn rosenbrock_over_a_slice() {
    check("rosenbrock", |x, _| {
        let (value, gradient) = rosenbrock::value_and_grad(x);
        Run { plain: rosenbrock(x), value, gradient }
    });
}

#[grad]
fn ackley(x: &[f64]) -> f64 {
    let n = x.len() as f64;
    let mut squares = 0.0;
    let mut cosines = 0.0;
    for &xi in x {
        squares += xi * xi;
        cosines += (2.0 * PI * xi).cos();
    }
    -20.0 * (-0.2 * (squares / n).sqrt()).exp() - (cosines / n).exp() + 20.0 + E
}

#[test]
fn ackley_with_two_accumulators() {
    check("ackley", |x, _| {
        let (value, gradient) = ackley::value_and_grad(x);
        Run { plain: ackley(x), value, gradient }
    });
}

#[grad]
fn styblinski_tang(x: &[f64; 6]) -> f64 {
    let mut f = 0.0;
    for v in x.iter() {
        f += v.powi(4) - 16.0 * v.powi(2) + 5.0 * v;
    }
    0.5 * f
}

#[test]
fn styblinski_tang_over_an_array() {
    check("styblinski_tang", |x, _| {
        let x: &[f64; 6] = x.try_into().unwrap();
        let (value, gradient) = styblinski_tang::value_and_grad(x);
        Run { plain: styblinski_tang(x), value, gradient: gradient.to_vec() }
    });
}

#[grad]
fn brown_dennis(x: [f64; 4]) -> f64 {
    let [x1, x2, x3, x4] = x;
    let mut f = 0.0;
    for i in 1..=20 {
        let t = i as f64 * 0.2;
        let u = x1 + t * x2 - t.exp();
        let v = x3 + x4 * t.sin() - t.cos();
        let w = u * u + v * v;
        f += w * w;
    }
    f
}

#[test]
fn brown_dennis_by_value() {
    check("brown_dennis", |x, _| {
        let x: [f64; 4] = x.try_into().unwrap();
        let (value, gradient) = brown_dennis::value_and_grad(x);
        Run { plain: brown_dennis(x), value, gradient: gradient.to_vec() }
    });
}

#[grad(wrt(w, b))]
fn logistic_regression(w: &[f64], b: f64, rows: &[[f64; 4]], labels: &[f64]) -> f64 {
    let mut loss = 0.0;
    for (row, y) in rows.iter().zip(labels) {
        let mut z = b;
        for j in 0..4 {
            z += w[j] * row[j];
        }
        let softplus = if z > 0.0 { z + (-z).exp().ln_1p() } else { z.exp().ln_1p() };
        loss += softplus - y * z;
    }
    loss /= rows.len() as f64;
    for wj in w {
        loss += 0.005 * wj * wj;
    }
    loss
}

#[test]
fn logistic_regression_on_150_rows() {
    check("logistic_regression", |x, k| {
        let (rows, labels) = (table::<4>(&k["X"]), numbers(&k["y"]));
        let (value, (mut w, b)) = logistic_regression::value_and_grad(&x[..4], x[4], &rows, &labels);
        w.push(b);
        Run { plain: logistic_regression(&x[..4], x[4], &rows, &labels), value, gradient: w }
    });
}

#[grad]
fn logsumexp(x: &[f64]) -> f64 {
    let mut largest = x[0];
    for i in 1..x.len() {
        if x[i] > largest {
            largest = x[i];
        }
    }
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += (x[i] - largest).exp();
    }
    largest + sum.ln()
}

#[test]
fn logsumexp_with_its_maximum() {
    check("logsumexp", |x, _| {
        let (value, gradient) = logsumexp::value_and_grad(x);
        Run { plain: logsumexp(x), value, gradient }
    });
}

/// Parameters: W1 (4x2), b1, W2 (3x4), b2, W3 (1x3), b3.
#[grad(wrt(p))]
fn mlp3(p: &[f64], inputs: &[[f64; 2]], targets: &[f64]) -> f64 {
    let mut loss = 0.0;
    for s in 0..inputs.len() {
        let mut h1 = [0.0; 4];
        for a in 0..4 {
            let mut z = p[8 + a];
            for b in 0..2 {
                z += p[a * 2 + b] * inputs[s][b];
            }
            h1[a] = z.tanh();
        }
        let mut h2 = [0.0; 3];
        for a in 0..3 {
            let mut z = p[24 + a];
            for b in 0..4 {
                z += p[12 + a * 4 + b] * h1[b];
            }
            h2[a] = z.tanh();
        }
        let mut out = p[30];
        for b in 0..3 {
            out += p[27 + b] * h2[b];
        }
        let e = out - targets[s];
        loss += e * e;
    }
    loss / inputs.len() as f64
}

#[test]
fn perceptron_with_three_layers() {
    check("mlp3", |x, k| {
        let (inputs, targets) = (table::<2>(&k["X"]), numbers(&k["y"]));
        let (value, gradient) = mlp3::value_and_grad(x, &inputs, &targets);
        Run { plain: mlp3(x, &inputs, &targets), value, gradient }
    });
}

/// Rotation by an axis-angle vector, projection, residuals to the features.
#[grad(wrt(r, t, f))]
fn reprojection(r: &[f64; 3], t: &[f64; 3], f: f64, points: &[[f64; 3]], features: &[[f64; 2]]) -> f64 {
    let theta2 = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    let mut loss = 0.0;
    for (p, uv) in points.iter().zip(features.iter()) {
        let q: [f64; 3] = if theta2 > 1e-12 {
            let theta = theta2.sqrt();
            let k = [r[0] / theta, r[1] / theta, r[2] / theta];
            let (s, c) = theta.sin_cos();
            let cross = [k[1] * p[2] - k[2] * p[1], k[2] * p[0] - k[0] * p[2], k[0] * p[1] - k[1] * p[0]];
            let dot = k[0] * p[0] + k[1] * p[1] + k[2] * p[2];
            let mut rotated = [0.0; 3];
            for i in 0..3 {
                rotated[i] = p[i] * c + cross[i] * s + k[i] * dot * (1.0 - c) + t[i];
            }
            rotated
        } else {
            [
                p[0] + (r[1] * p[2] - r[2] * p[1]) + t[0],
                p[1] + (r[2] * p[0] - r[0] * p[2]) + t[1],
                p[2] + (r[0] * p[1] - r[1] * p[0]) + t[2],
            ]
        };
        let du = f * q[0] / q[2] - uv[0];
        let dv = f * q[1] / q[2] - uv[1];
        loss += du * du + dv * dv;
    }
    loss
}

#[test]
fn rodrigues_reprojection() {
    check("rodrigues_reproj", |x, k| {
        let (points, features) = (table::<3>(&k["P"]), table::<2>(&k["uv"]));
        let (r, t) = (x[..3].try_into().unwrap(), x[3..6].try_into().unwrap());
        let (value, (dr, dt, df)) = reprojection::value_and_grad(r, t, x[6], &points, &features);
        let gradient = [&dr[..], &dt[..], &[df]].concat();
        Run { plain: reprojection(r, t, x[6], &points, &features), value, gradient }
    });
}

#[grad]
fn lennard_jones(x: &[[f64; 3]]) -> f64 {
    let mut energy = 0.0;
    for i in 0..x.len() {
        for j in i + 1..x.len() {
            let mut r2 = 0.0;
            for k in 0..3 {
                let d = x[i][k] - x[j][k];
                r2 += d * d;
            }
            let s = 1.0 / r2;
            let s3 = s * s * s;
            energy += 4.0 * (s3 * s3 - s3);
        }
    }
    energy
}

#[test]
fn lennard_jones_in_a_triangular_nest() {
    check("lennard_jones8", |x, _| {
        let atoms: Vec<[f64; 3]> = x.chunks(3).map(|c| c.try_into().unwrap()).collect();
        let (value, gradient) = lennard_jones::value_and_grad(&atoms);
        Run { plain: lennard_jones(&atoms), value, gradient: gradient.concat() }
    });
}

#[grad]
fn dft_power(x: &[f64; 16], #[no_grad] cosines: &[[f64; 16]], #[no_grad] sines: &[[f64; 16]]) -> f64 {
    let mut f = 0.0;
    for k in 0..9 {
        let (mut re, mut im) = (0.0, 0.0);
        for n in 0..16 {
            re += x[n] * cosines[k][n];
            im -= x[n] * sines[k][n];
        }
        let power = re * re + im * im;
        f += (1.0 + power).ln() / (1.0 + k as f64);
    }
    f
}

#[test]
fn dft_power_with_tables() {
    check("dft_power", |x, k| {
        let (c, s) = (table::<16>(&k["C"]), table::<16>(&k["S"]));
        let x: &[f64; 16] = x.try_into().unwrap();
        let (value, gradient) = dft_power::value_and_grad(x, &c, &s);
        Run { plain: dft_power(x, &c, &s), value, gradient: gradient.to_vec() }
    });
}
