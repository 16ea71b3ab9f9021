//! Dynamic programming, simulation and graph traversal, against central differences.

use backprop::grad;

#[grad]
fn dtw(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(3);
    let (n, m) = (a.len(), b.len());
    let mut d = vec![vec![f64::INFINITY; m + 1]; n + 1];
    d[0][0] = 0.0;
    for i in 1..=n {
        for j in 1..=m {
            let cost = (a[i - 1] - b[j - 1]).powi(2);
            d[i][j] = cost + d[i - 1][j].min(d[i][j - 1]).min(d[i - 1][j - 1]);
        }
    }
    d[n][m].sqrt()
}

#[test]
fn dtw_matches_differences() {
    check_slice!(dtw([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(dtw([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn edit_soft(x: &[f64]) -> f64 {
    let mut prev: Vec<f64> = (0..=x.len()).map(|i| i as f64).collect();
    for (i, a) in x.iter().enumerate() {
        let mut cur = Vec::with_capacity(prev.len());
        cur.push(i as f64 + 1.0);
        for (j, b) in x.iter().rev().enumerate() {
            let sub = prev[j] + (a - b).powi(2);
            let del = prev[j + 1] + 1.0;
            let ins = cur[j] + 1.0;
            let m = sub.min(del).min(ins);
            let s = (m - sub).exp() + (m - del).exp() + (m - ins).exp();
            cur.push(m - s.ln());
        }
        prev = cur;
    }
    *prev.last().unwrap()
}

#[test]
fn edit_soft_matches_differences() {
    check_slice!(edit_soft([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(edit_soft([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn crank_nicolson(x: &[f64]) -> f64 {
    let n = x.len();
    let mut u = x.to_vec();
    let r = 0.5 * x[0] * x[0];
    for _ in 0..3 {
        let mut rhs = vec![0.0; n];
        for i in 0..n {
            let l = if i == 0 { 0.0 } else { u[i - 1] };
            let rr = if i == n - 1 { 0.0 } else { u[i + 1] };
            rhs[i] = u[i] + r * (l - 2.0 * u[i] + rr);
        }
        let mut cp = vec![0.0; n];
        cp[0] = -r / (1.0 + 2.0 * r);
        rhs[0] /= 1.0 + 2.0 * r;
        for i in 1..n {
            let den = 1.0 + 2.0 * r + r * cp[i - 1];
            cp[i] = -r / den;
            rhs[i] = (rhs[i] + r * rhs[i - 1]) / den;
        }
        u[n - 1] = rhs[n - 1];
        for i in (0..n - 1).rev() {
            u[i] = rhs[i] - cp[i] * u[i + 1];
        }
    }
    u.iter().map(|v| v * v).sum()
}

#[test]
fn crank_nicolson_matches_differences() {
    check_slice!(crank_nicolson([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(crank_nicolson([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn verlet(x: &[f64]) -> f64 {
    let mut pos: Vec<[f64; 2]> = x.chunks_exact(2).map(|c| [c[0], c[1] * 2.0]).collect();
    let mut vel = vec![[0.0; 2]; pos.len()];
    let force = |pos: &Vec<[f64; 2]>, out: &mut Vec<[f64; 2]>| {
        for o in out.iter_mut() {
            *o = [0.0, 0.0];
        }
        for i in 0..pos.len() {
            for j in i + 1..pos.len() {
                let dx = pos[i][0] - pos[j][0];
                let dy = pos[i][1] - pos[j][1];
                let r2 = dx * dx + dy * dy + 0.5;
                let g = 1.0 / (r2 * r2.sqrt());
                out[i][0] -= g * dx;
                out[i][1] -= g * dy;
                out[j][0] += g * dx;
                out[j][1] += g * dy;
            }
        }
    };
    let mut acc = vec![[0.0; 2]; pos.len()];
    force(&pos, &mut acc);
    for _ in 0..4 {
        for (p, (v, a)) in pos.iter_mut().zip(vel.iter_mut().zip(acc.iter())) {
            for k in 0..2 {
                v[k] += 0.05 * a[k];
                p[k] += 0.1 * v[k];
            }
        }
        force(&pos, &mut acc);
        for (v, a) in vel.iter_mut().zip(&acc) {
            v[0] += 0.05 * a[0];
            v[1] += 0.05 * a[1];
        }
    }
    pos.iter().map(|p| p[0] * p[1]).sum::<f64>() + vel[0][0]
}

#[test]
fn verlet_matches_differences() {
    check_slice!(verlet([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(verlet([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn game_of_update(x: &[f64]) -> f64 {
    let (w, h) = (3usize, 2usize);
    let mut grid = x.to_vec();
    let mut next = grid.clone();
    for step in 0..3 {
        for r in 0..h {
            for c in 0..w {
                let at = |dr: i32, dc: i32| -> f64 {
                    let rr = (r as i32 + dr).rem_euclid(h as i32) as usize;
                    let cc = (c as i32 + dc).rem_euclid(w as i32) as usize;
                    grid[rr * w + cc]
                };
                let lap = at(-1, 0) + at(1, 0) + at(0, -1) + at(0, 1) - 4.0 * at(0, 0);
                next[r * w + c] = at(0, 0) + 0.1 * lap + 0.01 * step as f64 * at(0, 0).powi(3);
            }
        }
        std::mem::swap(&mut grid, &mut next);
    }
    grid.iter().zip(&next).map(|(a, b)| a * b).sum()
}

#[test]
fn game_of_update_matches_differences() {
    check_slice!(game_of_update([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(game_of_update([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn viterbi_back(x: &[f64]) -> f64 {
    let t = x.len();
    let mut best = vec![[0.0; 2]; t];
    let mut from = vec![[0usize; 2]; t];
    best[0] = [x[0], -x[0]];
    for i in 1..t {
        for s in 0..2 {
            let e = if s == 0 { x[i] } else { -x[i] * x[i] };
            let (a, b) = (best[i - 1][s] + 0.1, best[i - 1][1 - s] - 0.2);
            if a >= b {
                best[i][s] = a + e;
                from[i][s] = s;
            } else {
                best[i][s] = b + e;
                from[i][s] = 1 - s;
            }
        }
    }
    let mut s = if best[t - 1][0] > best[t - 1][1] { 0 } else { 1 };
    let mut score = best[t - 1][s];
    for i in (0..t).rev() {
        score += 0.1 * x[i] * s as f64;
        s = from[i][s];
    }
    score
}

#[test]
fn viterbi_back_matches_differences() {
    check_slice!(viterbi_back([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(viterbi_back([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn tree_rec_array(x: &[f64]) -> f64 {
    let parent = [0usize, 0, 0, 1, 1, 2];
    let mut msg = x.to_vec();
    for i in (1..6).rev() {
        let m = msg[i].tanh();
        msg[parent[i]] += m * x[i];
    }
    let mut down = vec![0.0; 6];
    down[0] = msg[0];
    for i in 1..6 {
        down[i] = down[parent[i]] * 0.5 + msg[i];
    }
    down.iter().sum()
}

#[test]
fn tree_rec_array_matches_differences() {
    check_slice!(tree_rec_array([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(tree_rec_array([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn bits_gray(x: &[f64]) -> f64 {
    let n = 4;
    let mut total = 0.0;
    let mut prod = 1.0;
    for mask in 0u32..(1 << n) {
        prod = 1.0;
        for b in 0..n {
            if mask >> b & 1 == 1 {
                prod *= x[b as usize];
            }
        }
        total += prod * if mask.count_ones() % 2 == 0 { 1.0 } else { -0.5 };
    }
    total + prod
}

#[test]
fn bits_gray_matches_differences() {
    check_slice!(bits_gray([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(bits_gray([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn permanent_dfs(x: &[f64]) -> f64 {
    let mut p = [0usize, 1, 2];
    let mut c = [0usize; 3];
    let mut s = x[0] * x[1] * x[2];
    let mut i = 0;
    while i < 3 {
        if c[i] < i {
            if i % 2 == 0 {
                p.swap(0, i);
            } else {
                p.swap(c[i], i);
            }
            let mut t = 1.0;
            for (k, q) in p.iter().enumerate() {
                t *= x[*q] + k as f64;
            }
            s += t;
            c[i] += 1;
            i = 0;
        } else {
            c[i] = 0;
            i += 1;
        }
    }
    s
}

#[test]
fn permanent_dfs_matches_differences() {
    check_slice!(permanent_dfs([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(permanent_dfs([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

mod struct_sim_parts {
    use backprop::grad;
    #[derive(Clone, Copy)]
    struct P {
        x: f64,
        v: f64,
    }
    #[grad]
    fn struct_sim(x: &[f64]) -> f64 {
        let mut a = (x[0], x[1]);
        let mut hist = Vec::new();
        for i in 0..4 {
            a = (a.0 + 0.1 * a.1, a.1 - 0.1 * a.0 * x[2]);
            hist.push(a);
            if i == 2 {
                a.0 *= 2.0;
            }
        }
        let mut s = 0.0;
        for (p, q) in &hist {
            s += p * q;
        }
        for h in hist.iter().rev().take(2) {
            s += h.0;
        }
        s
    }
    #[test]
    fn struct_sim_matches_differences() {
        check_slice!(struct_sim([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(struct_sim([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

#[grad]
fn option_vec(x: &[f64]) -> f64 {
    let mut best: Option<f64> = None;
    let mut memo: Vec<Option<f64>> = vec![None; 3];
    for (i, v) in x.iter().enumerate() {
        best = match best {
            None => Some(*v),
            Some(b) if *v > b => Some(*v),
            other => other,
        };
        if memo[i % 3].is_none() {
            memo[i % 3] = Some(v * v);
        }
    }
    let m: f64 = memo.iter().map(|o| o.unwrap_or(0.0)).sum();
    best.unwrap() * m
}

#[test]
fn option_vec_matches_differences() {
    check_slice!(option_vec([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(option_vec([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn rk45_adaptive(x: &[f64]) -> f64 {
    let deriv = |y: &[f64; 2]| [y[1], -x[0] * x[0] * y[0] - 0.1 * y[1]];
    let mut y = [x[1], x[2]];
    let (mut t, mut h) = (0.0f64, 0.1f64);
    let mut steps = 0;
    while t < 1.0 {
        if t + h > 1.0 {
            h = 1.0 - t;
        }
        let k1 = deriv(&y);
        let mid = [y[0] + 0.5 * h * k1[0], y[1] + 0.5 * h * k1[1]];
        let k2 = deriv(&mid);
        let mut new = y;
        for i in 0..2 {
            new[i] += h * k2[i];
        }
        y = new;
        t += h;
        steps += 1;
        h *= 1.1;
        if steps > 100 {
            break;
        }
    }
    y[0] * y[1]
}

#[test]
fn rk45_adaptive_matches_differences() {
    check_slice!(rk45_adaptive([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(rk45_adaptive([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn newton_bisect(x: &[f64]) -> f64 {
    let g = |t: f64| t * t * t + x[0] * x[0] * t - 1.0 - x[1] * x[1];
    let (mut lo, mut hi) = (0.0, 5.0);
    let mut t = 1.0;
    for it in 0..50 {
        let v = g(t);
        if v.abs() < 1e-13 {
            break;
        }
        if v > 0.0 {
            hi = t
        } else {
            lo = t
        }
        let d = 3.0 * t * t + x[0] * x[0];
        let cand = t - v / d;
        t = if cand > lo && cand < hi { cand } else { 0.5 * (lo + hi) };
        if it > 40 {
            return f64::NAN;
        }
    }
    t
}

#[test]
fn newton_bisect_matches_differences() {
    check_slice!(newton_bisect([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(newton_bisect([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn sieve_weights(x: &[f64]) -> f64 {
    let n = 30;
    let mut sieve = vec![true; n];
    sieve[0] = false;
    sieve[1] = false;
    let mut i = 2;
    while i * i < n {
        if sieve[i] {
            let mut j = i * i;
            while j < n {
                sieve[j] = false;
                j += i;
            }
        }
        i += 1;
    }
    let mut s = 0.0;
    for (p, is) in sieve.iter().enumerate() {
        if *is {
            s = s * 0.5 + x[p % x.len()] * x[0];
        }
    }
    s
}

#[test]
fn sieve_weights_matches_differences() {
    check_slice!(sieve_weights([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(sieve_weights([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn labels(x: &[f64]) -> f64 {
    let mut s = 0.0;
    'outer: for i in 0..x.len() {
        for j in 0..x.len() {
            if j > i {
                continue 'outer;
            }
            if s > 50.0 {
                break 'outer;
            }
            if x[j] < -1.2 {
                continue;
            }
            s += x[i] * x[j];
            let v = 'blk: {
                if s < 0.0 {
                    break 'blk s * s;
                }
                if j == 3 {
                    break 'blk x[0];
                }
                0.5 * s
            };
            s += 0.1 * v;
        }
        s *= 1.1;
    }
    s
}

#[test]
fn labels_matches_differences() {
    check_slice!(labels([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(labels([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}
