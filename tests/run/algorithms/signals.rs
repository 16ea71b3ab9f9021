//! Signals, interpolation and statistics, against central differences.

use backprop::grad;

#[grad]
fn kalman(x: &[f64]) -> f64 {
    let (q, r) = (x[0] * x[0] + 0.1, x[1] * x[1] + 0.2);
    let mut state = [0.0, 0.0];
    let mut p = [[1.0, 0.0], [0.0, 1.0]];
    let dt = 0.5;
    let mut ll = 0.0;
    for z in &x[2..] {
        state = [state[0] + dt * state[1], state[1]];
        let p00 = p[0][0] + dt * (p[1][0] + p[0][1]) + dt * dt * p[1][1] + q;
        let p01 = p[0][1] + dt * p[1][1];
        let p11 = p[1][1] + q;
        let s = p00 + r;
        let k = [p00 / s, p01 / s];
        let y = z - state[0];
        state[0] += k[0] * y;
        state[1] += k[1] * y;
        p = [[(1.0 - k[0]) * p00, (1.0 - k[0]) * p01], [(1.0 - k[0]) * p01, p11 - k[1] * p01]];
        ll -= 0.5 * (s.ln() + y * y / s);
    }
    ll
}

#[test]
fn kalman_matches_differences() {
    check_slice!(kalman([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(kalman([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn fft(x: &[f64]) -> f64 {
    let n = 8;
    let mut re = vec![0.0; n];
    let mut im = vec![0.0; n];
    for i in 0..n {
        re[i] = x[i % x.len()] * (1.0 + i as f64);
    }
    let mut j = 0;
    for i in 1..n {
        let mut bit = n >> 1;
        while j & bit != 0 {
            j ^= bit;
            bit >>= 1;
        }
        j |= bit;
        if i < j {
            re.swap(i, j);
            im.swap(i, j);
        }
    }
    let mut len = 2;
    while len <= n {
        let ang = -2.0 * std::f64::consts::PI / len as f64;
        for s in (0..n).step_by(len) {
            for k in 0..len / 2 {
                let (wr, wi) = ((ang * k as f64).cos(), (ang * k as f64).sin());
                let (ur, ui) = (re[s + k], im[s + k]);
                let (vr, vi) = (
                    re[s + k + len / 2] * wr - im[s + k + len / 2] * wi,
                    re[s + k + len / 2] * wi + im[s + k + len / 2] * wr,
                );
                re[s + k] = ur + vr;
                im[s + k] = ui + vi;
                re[s + k + len / 2] = ur - vr;
                im[s + k + len / 2] = ui - vi;
            }
        }
        len <<= 1;
    }
    let mut p = 0.0;
    for k in 0..n {
        p += (re[k] * re[k] + im[k] * im[k]) * (1.0 / (1.0 + k as f64));
    }
    p
}

#[test]
fn fft_matches_differences() {
    check_slice!(fft([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(fft([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn bilinear(x: &[f64]) -> f64 {
    let grid = [[1.0, 2.0, 0.5], [0.3, -1.0, 2.2], [1.5, 0.7, 3.0]];
    let mut s = 0.0;
    for p in x.chunks(2) {
        let (u, v) = ((p[0].abs() * 0.9).min(1.99), (p[1].abs() * 0.9).min(1.99));
        let (i, j) = (u.floor() as usize, v.floor() as usize);
        let (fu, fv) = (u - i as f64, v.fract());
        s += (1.0 - fu) * (1.0 - fv) * grid[i][j]
            + fu * (1.0 - fv) * grid[i + 1][j]
            + (1.0 - fu) * fv * grid[i][j + 1]
            + fu * fv * grid[i + 1][j + 1];
    }
    s
}

#[test]
fn bilinear_matches_differences() {
    check_slice!(bilinear([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(bilinear([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn convolution(x: &[f64]) -> f64 {
    let (sig, ker) = x.split_at(4);
    let mut out = vec![0.0; sig.len() + ker.len() - 1];
    for (i, s) in sig.iter().enumerate() {
        for (j, k) in ker.iter().enumerate() {
            out[i + j] += s * k;
        }
    }
    let mut pooled = Vec::new();
    for w in out.chunks(2) {
        pooled.push(w.iter().cloned().fold(f64::MIN, f64::max));
    }
    pooled.iter().map(|v| v.max(0.0) + 0.1 * v).sum()
}

#[test]
fn convolution_matches_differences() {
    check_slice!(convolution([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(convolution([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn histogram(x: &[f64]) -> f64 {
    let mut h = [0.0; 4];
    for v in x {
        let b = ((v + 2.0) * 1.0).clamp(0.0, 3.999);
        let i = b as usize;
        let w = b - i as f64;
        h[i] += 1.0 - w;
        if i + 1 < h.len() {
            h[i + 1] += w;
        }
    }
    h.iter().map(|c| c * c).sum()
}

#[test]
fn histogram_matches_differences() {
    check_slice!(histogram([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(histogram([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn prefix(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    for i in 1..a.len() {
        a[i] += a[i - 1];
    }
    for i in (0..a.len() - 1).rev() {
        let n = a[i + 1];
        a[i] *= n;
    }
    let mut run = 1.0;
    for v in a.iter_mut() {
        run *= *v + 2.0;
        *v = run;
    }
    a[a.len() - 1] + a[2]
}

#[test]
fn prefix_matches_differences() {
    check_slice!(prefix([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(prefix([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn noise(x: &[f64]) -> f64 {
    let perm = [3u8, 1, 4, 1, 5, 9, 2, 6];
    let fade = |t: f64| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    let lerp = |t: f64, a: f64, b: f64| a + t * (b - a);
    let grad = |h: u8, a: f64, b: f64| match h & 3 {
        0 => a + b,
        1 => -a + b,
        2 => a - b,
        _ => -a - b,
    };
    let mut total = 0.0;
    let (mut amp, mut freq) = (1.0, 1.0);
    for _ in 0..3 {
        let (u, v) = (x[0] * freq + 3.0, x[1] * freq + 3.0);
        let (iu, iv) = (u.floor() as usize, v.floor() as usize);
        let (fu, fv) = (u - u.floor(), v - v.floor());
        let at = |i: usize, j: usize| perm[(perm[i & 7] as usize + j) & 7];
        let a = lerp(fade(fu), grad(at(iu, iv), fu, fv), grad(at(iu + 1, iv), fu - 1.0, fv));
        let b =
            lerp(fade(fu), grad(at(iu, iv + 1), fu, fv - 1.0), grad(at(iu + 1, iv + 1), fu - 1.0, fv - 1.0));
        total += amp * lerp(fade(fv), a, b);
        amp *= 0.5;
        freq *= 2.0;
    }
    total * x[2]
}

#[test]
fn noise_matches_differences() {
    check_slice!(noise([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(noise([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn de_boor(x: &[f64]) -> f64 {
    let p = 2;
    let knots = [0.0, 0.0, 0.0, 0.3, 0.5, 0.8, 1.0, 1.0, 1.0];
    let t = 0.1 + 0.8 / (1.0 + x[0] * x[0]);
    let mut k = p;
    while k + 1 < knots.len() - p - 1 && knots[k + 1] <= t {
        k += 1;
    }
    let mut d: Vec<f64> = (0..=p).map(|j| x[j + k - p]).collect();
    for r in 1..=p {
        for j in (r..=p).rev() {
            let i = j + k - p;
            let alpha = (t - knots[i]) / (knots[j + 1 + k - r] - knots[i]);
            d[j] = (1.0 - alpha) * d[j - 1] + alpha * d[j];
        }
    }
    d[p]
}

#[test]
fn de_boor_matches_differences() {
    check_slice!(de_boor([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(de_boor([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn spline(x: &[f64]) -> f64 {
    let xs = [0.0, 0.5, 1.1, 1.9, 2.5, 3.0];
    let n = xs.len();
    let q = 1.5 + x[0].tanh();
    let (mut lo, mut hi) = (0usize, n - 1);
    while hi - lo > 1 {
        let mid = (lo + hi) / 2;
        if xs[mid] > q {
            hi = mid
        } else {
            lo = mid
        }
    }
    let h = xs[hi] - xs[lo];
    let t = (q - xs[lo]) / h;
    let slope =
        |i: usize| if i == 0 || i == n - 1 { 0.0 } else { (x[i + 1] - x[i - 1]) / (xs[i + 1] - xs[i - 1]) };
    let (m0, m1) = (slope(lo) * h, slope(hi) * h);
    let (t2, t3) = (t * t, t * t * t);
    (2.0 * t3 - 3.0 * t2 + 1.0) * x[lo]
        + (t3 - 2.0 * t2 + t) * m0
        + (-2.0 * t3 + 3.0 * t2) * x[hi]
        + (t3 - t2) * m1
}

#[test]
fn spline_matches_differences() {
    check_slice!(spline([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(spline([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn partition_point(x: &[f64]) -> f64 {
    let xs = vec![0.0, 0.5, 1.1, 1.9, 2.5, 3.0];
    let q = 1.5 + x[0].tanh();
    let i = xs.partition_point(|v| *v < q).clamp(1, xs.len() - 1);
    let j = match xs.binary_search_by(|p| p.partial_cmp(&q).unwrap()) {
        Ok(i) => i,
        Err(i) => i,
    };
    let t = (q - xs[i - 1]) / (xs[i] - xs[i - 1]);
    x[i - 1] * (1.0 - t) + x[i] * t + x[j]
}

#[test]
fn partition_point_matches_differences() {
    check_slice!(partition_point([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(partition_point([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn ring2(x: &[f64]) -> f64 {
    let mut buf = [0.0; 3];
    let mut head = 0usize;
    let mut s = 0.0;
    for t in 0..11 {
        let v = x[t % x.len()];
        let old = std::mem::replace(&mut buf[head], v);
        s += old * v;
        head = if head + 1 == 3 { 0 } else { head + 1 };
        if t % 4 == 0 {
            buf.rotate_left(1);
        }
    }
    s * buf[head]
}

#[test]
fn ring2_matches_differences() {
    check_slice!(ring2([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(ring2([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn hmm(x: &[f64]) -> f64 {
    let trans = [[0.7, 0.3], [0.4, 0.6]];
    let mut alpha = vec![0.5, 0.5];
    let mut ll = 0.0;
    for obs in x {
        let mut new = vec![0.0; 2];
        for j in 0..2 {
            for i in 0..2 {
                new[j] += alpha[i] * trans[i][j];
            }
            let mu = j as f64 - 0.5;
            new[j] *= (-(obs - mu).powi(2)).exp();
        }
        let z: f64 = new.iter().sum();
        new.iter_mut().for_each(|v| *v /= z);
        ll += z.ln();
        alpha = new;
    }
    ll
}

#[test]
fn hmm_matches_differences() {
    check_slice!(hmm([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(hmm([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn clenshaw(x: &[f64]) -> f64 {
    let t = x[0] * 0.5;
    let (mut b1, mut b2) = (0.0, 0.0);
    for c in x[1..].iter().rev() {
        (b1, b2) = (c + 2.0 * t * b1 - b2, b1);
    }
    b1 - t * b2
}

#[test]
fn clenshaw_matches_differences() {
    check_slice!(clenshaw([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(clenshaw([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn legendre(x: &[f64]) -> f64 {
    let t = x[0].tanh();
    let mut p = vec![1.0, t];
    for n in 1..5 {
        let next = ((2 * n + 1) as f64 * t * p[n] - n as f64 * p[n - 1]) / (n + 1) as f64;
        p.push(next);
    }
    p.iter().zip(x).map(|(a, b)| a * b).sum()
}

#[test]
fn legendre_matches_differences() {
    check_slice!(legendre([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(legendre([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn barycentric(x: &[f64]) -> f64 {
    let n = 4;
    let nodes: Vec<f64> = (0..n).map(|i| (i as f64 * std::f64::consts::PI / 3.0).cos()).collect();
    let mut w = vec![1.0; n];
    for j in 0..n {
        for k in 0..n {
            if k != j {
                w[j] /= nodes[j] - nodes[k];
            }
        }
    }
    let q = x[4] * 0.3;
    let (mut num, mut den) = (0.0, 0.0);
    for j in 0..n {
        let c = w[j] / (q - nodes[j]);
        num += c * x[j];
        den += c;
    }
    num / den
}

#[test]
fn barycentric_matches_differences() {
    check_slice!(barycentric([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(barycentric([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn fold_tuple(x: &[f64]) -> f64 {
    let (n, mean, m2) = x.iter().fold((0.0, 0.0, 0.0), |(n, mean, m2), v| {
        let n = n + 1.0;
        let d = v - mean;
        let mean = mean + d / n;
        (n, mean, m2 + d * (v - mean))
    });
    let (lo, hi) = x.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &v| (l.min(v), h.max(v)));
    m2 / (n - 1.0) + mean * (hi - lo)
}

#[test]
fn fold_tuple_matches_differences() {
    check_slice!(fold_tuple([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(fold_tuple([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}
