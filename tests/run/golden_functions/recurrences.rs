//! The golden functions whose loops carry state, mutate arrays or exit early.

use super::{check, Run};
use crate::golden::numbers;
use backprop::grad;
use std::f64::consts::PI;

#[allow(non_snake_case)]
#[grad]
fn kepler_newton(M: f64, e: f64) -> f64 {
    let mut E = if e < 0.8 { M } else { PI };
    for _ in 0..10 {
        E -= (E - e * E.sin() - M) / (1.0 - e * E.cos());
    }
    1.0 - e * E.cos()
}

#[test]
fn kepler_by_newton() {
    check("kepler_newton", |x, _| {
        let (value, (a, b)) = kepler_newton::value_and_grad(x[0], x[1]);
        Run { plain: kepler_newton(x[0], x[1]), value, gradient: vec![a, b] }
    });
}

#[grad]
fn lorenz(s: [f64; 3], sigma: f64, rho: f64, beta: f64) -> [f64; 3] {
    let [x, y, z] = s;
    [sigma * (y - x), x * (rho - z) - y, x * y - beta * z]
}

#[grad]
fn lorenz_rk4(sigma: f64, rho: f64, beta: f64, start: [f64; 3]) -> f64 {
    let dt = 0.01;
    let mut s = start;
    for _ in 0..100 {
        let k1 = lorenz(s, sigma, rho, beta);
        let mut at = s;
        for i in 0..3 {
            at[i] = s[i] + 0.5 * dt * k1[i];
        }
        let k2 = lorenz(at, sigma, rho, beta);
        for i in 0..3 {
            at[i] = s[i] + 0.5 * dt * k2[i];
        }
        let k3 = lorenz(at, sigma, rho, beta);
        for i in 0..3 {
            at[i] = s[i] + dt * k3[i];
        }
        let k4 = lorenz(at, sigma, rho, beta);
        for i in 0..3 {
            s[i] += dt / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    s[0] * s[0] + s[1] * s[1] + s[2] * s[2]
}

#[test]
fn lorenz_by_runge_kutta() {
    check("lorenz_rk4", |x, _| {
        let start = [x[3], x[4], x[5]];
        let (value, (a, b, c, s)) = lorenz_rk4::value_and_grad(x[0], x[1], x[2], start);
        Run { plain: lorenz_rk4(x[0], x[1], x[2], start), value, gradient: vec![a, b, c, s[0], s[1], s[2]] }
    });
}

#[grad]
fn kalman(a: f64, lq: f64, lr: f64, m0: f64, #[no_grad] observations: &[f64]) -> f64 {
    let mut p = 1.0;
    let mut x = m0;
    let mut ll = 0.0;
    for y in observations {
        x = a * x;
        p = a * a * p + lq.exp();
        let s = p + lr.exp();
        let e = y - x;
        ll -= 0.5 * ((2.0 * PI * s).ln() + e * e / s);
        let k = p / s;
        x += k * e;
        p *= 1.0 - k;
    }
    ll
}

#[test]
fn kalman_likelihood() {
    check("kalman_ll", |x, k| {
        let y = numbers(&k["y"]);
        let (value, (a, b, c, d)) = kalman::value_and_grad(x[0], x[1], x[2], x[3], &y);
        Run { plain: kalman(x[0], x[1], x[2], x[3], &y), value, gradient: vec![a, b, c, d] }
    });
}

#[grad]
fn cholesky_logdet(b: &[[f64; 4]; 4]) -> f64 {
    let mut a = [[0.0; 4]; 4];
    for i in 0..4 {
        for j in 0..4 {
            let mut sum = if i == j { 1.0 } else { 0.0 };
            for k in 0..4 {
                sum += b[i][k] * b[j][k];
            }
            a[i][j] = sum;
        }
    }
    let mut f = 0.0;
    for j in 0..4 {
        let mut d = a[j][j];
        for k in 0..j {
            d -= a[j][k] * a[j][k];
        }
        d = d.sqrt();
        a[j][j] = d;
        f += d.ln();
        for i in j + 1..4 {
            let mut s = a[i][j];
            for k in 0..j {
                s -= a[i][k] * a[j][k];
            }
            a[i][j] = s / d;
        }
    }
    2.0 * f
}

#[test]
fn cholesky_in_place() {
    check("cholesky_logdet", |x, _| {
        let b: [[f64; 4]; 4] = std::array::from_fn(|i| std::array::from_fn(|j| x[4 * i + j]));
        let (value, gradient) = cholesky_logdet::value_and_grad(&b);
        Run { plain: cholesky_logdet(&b), value, gradient: gradient.concat() }
    });
}

/// Upper incomplete gamma function by the modified Lentz method.
#[grad]
fn upper_gamma(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut c = 1e300;
    let mut d = 1.0 / b;
    let mut h = d;
    let mut i = 0;
    loop {
        i += 1;
        let n = f64::from(i);
        let an = -n * (n - a);
        b += 2.0;
        d = 1.0 / (an * d + b);
        c = b + an / c;
        let del = d * c;
        h *= del;
        if (del - 1.0).abs() < 1e-13 {
            break;
        }
    }
    h * (-x + a * x.ln()).exp()
}

#[test]
fn continued_fraction_until_convergence() {
    check("continued_fraction", |x, _| {
        let (value, (da, dx)) = upper_gamma::value_and_grad(x[0], x[1]);
        Run { plain: upper_gamma(x[0], x[1]), value, gradient: vec![da, dx] }
    });
}

/// Cubic Hermite interpolation, linear outside the knots.
#[grad]
fn interpolate(y: &[f64; 6], m: &[f64; 6], q: f64) -> f64 {
    if q <= 0.0 {
        return y[0] + q * m[0];
    }
    if q >= 5.0 {
        return y[5] + (q - 5.0) * m[5];
    }
    let mut cell = 0;
    for i in 0..5 {
        if q < (i + 1) as f64 {
            cell = i;
            break;
        }
    }
    let u = q - cell as f64;
    let (u2, u3) = (u * u, u * u * u);
    (2.0 * u3 - 3.0 * u2 + 1.0) * y[cell]
        + (u3 - 2.0 * u2 + u) * m[cell]
        + (3.0 * u2 - 2.0 * u3) * y[cell + 1]
        + (u3 - u2) * m[cell + 1]
}

#[grad]
fn spline(y: &[f64; 6], q: f64) -> f64 {
    let mut m = [0.0; 6];
    m[0] = y[1] - y[0];
    for i in 1..5 {
        m[i] = 0.5 * (y[i + 1] - y[i - 1]);
    }
    m[5] = y[5] - y[4];
    let a = interpolate(y, &m, q);
    a * a + interpolate(y, &m, q + 1.25)
}

#[test]
fn spline_by_pieces() {
    check("spline_piecewise", |x, _| {
        let y: &[f64; 6] = x[..6].try_into().unwrap();
        let (value, (dy, dq)) = spline::value_and_grad(y, x[6]);
        Run { plain: spline(y, x[6]), value, gradient: [&dy[..], &[dq]].concat() }
    });
}

#[grad]
fn soft_dtw(a: &[f64], #[no_grad] b: &[f64]) -> f64 {
    let gamma = 0.5;
    let (n, m) = (a.len(), b.len());
    let mut r = vec![vec![1e10_f64; m + 1]; n + 1];
    r[0][0] = 0.0;
    for i in 1..=n {
        for j in 1..=m {
            let (p, q, s) = (r[i - 1][j - 1], r[i - 1][j], r[i][j - 1]);
            let mut smallest = p;
            if q < smallest {
                smallest = q;
            }
            if s < smallest {
                smallest = s;
            }
            let sum = (-(p - smallest) / gamma).exp()
                + (-(q - smallest) / gamma).exp()
                + (-(s - smallest) / gamma).exp();
            let d = a[i - 1] - b[j - 1];
            r[i][j] = d * d + (smallest - gamma * sum.ln());
        }
    }
    r[n][m]
}

#[test]
fn soft_time_warping_fills_a_table() {
    check("soft_dtw", |x, k| {
        let b = numbers(&k["b"]);
        let (value, gradient) = soft_dtw::value_and_grad(x, &b);
        Run { plain: soft_dtw(x, &b), value, gradient }
    });
}

#[grad]
fn inplace_scan(mut x: [f64; 8]) -> f64 {
    for i in 1..8 {
        x[i] = x[i] * x[i - 1] + x[i].sin();
    }
    for i in (0..7).rev() {
        x[i] += 0.5 * x[i + 1] * x[i];
    }
    let t = x[0];
    x[0] = x[7];
    x[7] = t * x[0];
    let mut f = 0.0;
    for (i, v) in x.iter().enumerate() {
        f += (i + 1) as f64 * v;
    }
    f
}

#[test]
fn scan_in_place() {
    check("inplace_scan", |x, _| {
        let x: [f64; 8] = x.try_into().unwrap();
        let (value, gradient) = inplace_scan::value_and_grad(x);
        Run { plain: inplace_scan(x), value, gradient: gradient.to_vec() }
    });
}

#[grad]
fn early_exit(x: &[f64]) -> f64 {
    let mut acc = 1.0;
    for i in 0..8 {
        if x[i] < 0.0 {
            continue;
        }
        acc *= 1.0 + x[i];
        if acc > 50.0 {
            return acc * acc - x[i];
        }
        if x[i] > 3.0 {
            break;
        }
        acc += x[i] * x[i];
    }
    acc.ln() + x[7]
}

#[test]
fn continue_break_and_return() {
    check("early_exit", |x, _| {
        let (value, gradient) = early_exit::value_and_grad(x);
        Run { plain: early_exit(x), value, gradient }
    });
}

#[grad]
fn logistic_map(r: f64, x0: f64) -> f64 {
    let mut x = x0;
    let mut s = 0.0;
    for i in 0..6 {
        let t = x;
        for j in 0..=i {
            x = r * x * (1.0 - x);
            let t = t * x;
            s += t / (1.0 + j as f64);
        }
        x = 0.5 * (x + t);
    }
    s
}

#[test]
fn logistic_map_in_a_nest_with_shadowing() {
    check("logistic_map_nested", |x, _| {
        let (value, (dr, dx)) = logistic_map::value_and_grad(x[0], x[1]);
        Run { plain: logistic_map(x[0], x[1]), value, gradient: vec![dr, dx] }
    });
}
