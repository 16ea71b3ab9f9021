//! Vectors replaced, nested and filled by program: more imperative code, against central differences.

use backprop::grad;

#[grad]
fn n_take_while(x: &[f64]) -> f64 {
    let a: f64 = x.iter().take_while(|v| **v > -1.0).map(|v| v * v).sum();
    let b: f64 = x.iter().skip_while(|v| v.abs() > 0.5).sum();
    let c = x
        .iter()
        .scan(1.0, |s, v| {
            *s *= v + 1.5;
            Some(*s)
        })
        .fold(0.0, |a, b| a + b * b);
    let d: f64 = x.iter().filter(|v| **v > 0.0).map(|v| v.ln()).sum();
    let e: Vec<f64> = x.iter().flat_map(|v| [*v, v * v]).collect();
    let g: f64 = x.chunks(4).map(|c| c.iter().product::<f64>()).sum();
    let h: f64 = x.iter().rev().skip(1).step_by(2).zip(x.iter().skip(2)).map(|(p, q)| p * q).sum();
    let i: f64 = x.iter().map(|v| if *v > 0.5 { v.exp() } else { 0.0 }).sum();
    a + b * c + d * e[3] + g * h + i
}

#[test]
fn n_take_while_matches_differences() {
    check_slice!(n_take_while([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_take_while([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_any_all_min(x: &[f64]) -> f64 {
    let k = if x.iter().any(|v| *v > 1.0) { 2.0 } else { 3.0 };
    let mn = x.iter().copied().fold(f64::INFINITY, f64::min);
    let mx = x.iter().cloned().max_by(|a, b| a.total_cmp(b)).unwrap();
    let mi = *x.iter().min_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
    if x.iter().all(|v| v.is_finite()) {
        k * mn * mx + mi * mi
    } else {
        0.0
    }
}

#[test]
fn n_any_all_min_matches_differences() {
    check_slice!(n_any_all_min([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_any_all_min([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_two_d_window(x: &[f64]) -> f64 {
    let (w, h) = (4usize, 3usize);
    let mut img = vec![0.0; w * h];
    for (k, p) in img.iter_mut().enumerate() {
        *p = x[k % 6] * (1.0 + k as f64 * 0.1);
    }
    let kern = [[0.1, 0.2, 0.1], [0.2, x[0], 0.2], [0.1, 0.2, x[1]]];
    let mut out = vec![0.0; w * h];
    for y in 0..h {
        for xx in 0..w {
            let mut acc = 0.0;
            for (dy, row) in kern.iter().enumerate() {
                for (dx, k) in row.iter().enumerate() {
                    let yy = y as isize + dy as isize - 1;
                    let xc = xx as isize + dx as isize - 1;
                    if yy < 0 || xc < 0 || yy >= h as isize || xc >= w as isize {
                        continue;
                    }
                    acc += k * img[yy as usize * w + xc as usize];
                }
            }
            out[y * w + xx] = acc.max(0.0);
        }
    }
    out.iter().sum()
}

#[test]
fn n_two_d_window_matches_differences() {
    check_slice!(n_two_d_window([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_two_d_window([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_accum_in_array(x: &[f64]) -> f64 {
    let mut acc = [0.0; 3];
    for (i, v) in x.iter().enumerate() {
        acc[i % 3] += v * v;
        acc[(i + 1) % 3] -= v;
    }
    let total: f64 = acc.iter().sum();
    for a in &mut acc {
        *a /= total + 5.0;
    }
    acc[0] * acc[1] * acc[2] + total
}

#[test]
fn n_accum_in_array_matches_differences() {
    check_slice!(n_accum_in_array([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_accum_in_array([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_labeled_value(x: &[f64]) -> f64 {
    let mut best = f64::NEG_INFINITY;
    let (i, j) = 'o: loop {
        for i in 0..x.len() {
            for j in 0..i {
                let v = x[i] * x[j];
                if v > best {
                    best = v;
                }
                if best > 0.8 {
                    break 'o (i, j);
                }
            }
        }
        break (0, 1);
    };
    best + x[i] * x[j] * 0.5
}

#[test]
fn n_labeled_value_matches_differences() {
    check_slice!(n_labeled_value([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_labeled_value([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_vec_replace(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    for k in 0..3 {
        let n = v.len();
        let mut w = Vec::with_capacity(n);
        for i in 0..n {
            w.push(v[i] * v[(i + 1) % n]);
        }
        if k == 1 {
            v = w[..4].to_vec();
        } else {
            v = w;
        }
    }
    v.iter().sum()
}

#[test]
fn n_vec_replace_matches_differences() {
    check_slice!(n_vec_replace([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_vec_replace([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_vec_replace_cond(x: &[f64]) -> f64 {
    let mut v = vec![x[0]];
    for i in 1..6 {
        if i % 2 == 0 {
            v = vec![v[0] * x[i]; i];
        } else {
            v.push(x[i]);
            let l = v.len();
            v[l - 1] *= v[0];
        }
    }
    v.iter().map(|a| a * a).sum()
}

#[test]
fn n_vec_replace_cond_matches_differences() {
    check_slice!(n_vec_replace_cond([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_vec_replace_cond([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_clone_rows(x: &[f64]) -> f64 {
    let mut cur: Vec<Vec<f64>> = vec![x[..3].to_vec(), x[3..].to_vec()];
    let mut hist: Vec<Vec<Vec<f64>>> = Vec::new();
    for k in 0..2 {
        hist.push(cur.clone());
        for i in 0..2 {
            for j in 0..3 {
                cur[i][j] = hist[k][1 - i][j] * hist[k][i][(j + 1) % 3];
            }
        }
    }
    hist[1][0][1] + cur[0][0] * cur[1][2]
}

#[test]
fn n_clone_rows_matches_differences() {
    check_slice!(n_clone_rows([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_clone_rows([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_lstm_ish(x: &[f64]) -> f64 {
    let n = 2;
    let (mut h, mut c) = (vec![0.0; n], vec![0.0; n]);
    let sig = |z: f64| 1.0 / (1.0 + (-z).exp());
    for t in 0..4 {
        let mut nh = vec![0.0; n];
        for i in 0..n {
            let z = x[t] + h[(i + 1) % n] * x[4];
            let (fg, ig) = (sig(z), sig(z * x[5]));
            c[i] = fg * c[i] + ig * z.tanh();
            nh[i] = c[i].tanh() * sig(z - 1.0);
        }
        h.copy_from_slice(&nh);
    }
    h[0] + h[1] * c[0]
}

#[test]
fn n_lstm_ish_matches_differences() {
    check_slice!(n_lstm_ish([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_lstm_ish([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_swap_pair_arrays(x: &[f64]) -> f64 {
    let (mut a, mut b) = ([x[0], x[1], x[2]], [x[3], x[4], x[5]]);
    for k in 0..3 {
        (a, b) = (b, a);
        a[k] += b[k] * b[(k + 1) % 3];
        if k == 1 {
            let t = a;
            a = [t[2], t[0], t[1]];
        }
    }
    a[0] * b[1] + a[2] * b[2]
}

#[test]
fn n_swap_pair_arrays_matches_differences() {
    check_slice!(n_swap_pair_arrays([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_swap_pair_arrays([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_vec_bool(x: &[f64]) -> f64 {
    let mut seen = vec![false; 6];
    let mut order = Vec::new();
    let mut k = 0;
    while !seen[k] {
        seen[k] = true;
        order.push(k);
        k = (k * 2 + 1) % 6;
    }
    let mut s = 0.0;
    for (r, &k) in order.iter().enumerate() {
        s += x[k] * (r + 1) as f64 * x[0];
    }
    s
}

#[test]
fn n_vec_bool_matches_differences() {
    check_slice!(n_vec_bool([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_vec_bool([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

mod n_bfs_parts {
    use backprop::grad;
    use std::collections::VecDeque;
    #[grad]
    fn n_bfs(x: &[f64]) -> f64 {
        let adj: Vec<Vec<usize>> = vec![vec![1, 2], vec![3], vec![3, 4], vec![5], vec![5], vec![]];
        let mut dist = vec![None; 6];
        let mut q = VecDeque::new();
        q.push_back(0usize);
        dist[0] = Some(0usize);
        while let Some(u) = q.pop_front() {
            for &v in &adj[u] {
                if dist[v].is_none() {
                    dist[v] = Some(dist[u].unwrap() + 1);
                    q.push_back(v);
                }
            }
        }
        let mut s = 0.0;
        for (i, d) in dist.iter().enumerate() {
            s += x[i] * x[i] * d.unwrap() as f64;
        }
        s
    }
    #[test]
    fn n_bfs_matches_differences() {
        check_slice!(n_bfs([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(n_bfs([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

#[grad]
fn n_topo_tape(x: &[f64]) -> f64 {
    let tape = [(0usize, 1usize, '+'), (2, 3, '*'), (6, 7, '*'), (8, 4, '-'), (9, 9, '*'), (10, 5, '/')];
    let mut v = x.to_vec();
    for (a, b, op) in tape {
        let r = match op {
            '+' => v[a] + v[b],
            '*' => v[a] * v[b],
            '-' => v[a] - v[b],
            _ => v[a] / (v[b] * v[b] + 1.0),
        };
        v.push(r);
    }
    v[v.len() - 1]
}

#[test]
fn n_topo_tape_matches_differences() {
    check_slice!(n_topo_tape([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_topo_tape([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_deep_nest(x: &[f64]) -> f64 {
    let mut t = [[[0.0; 2]; 3]; 2];
    for i in 0..2 {
        for j in 0..3 {
            for k in 0..2 {
                t[i][j][k] = x[(i + j * k) % 6] * x[j];
            }
        }
    }
    let mut s = 0.0;
    for (i, p) in t.iter().enumerate() {
        for r in p.iter().rev() {
            for (k, e) in r.iter().enumerate() {
                s += e * (i + k) as f64;
            }
        }
    }
    let u = t[1];
    t[0][1] = u[2];
    t[0][1][0] *= s;
    s + t[0][1][0] * t[0][2][1]
}

#[test]
fn n_deep_nest_matches_differences() {
    check_slice!(n_deep_nest([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_deep_nest([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

mod n_matrix_param_parts {
    use backprop::grad;
    #[grad]
    fn mv(m: &[[f64; 3]; 2], v: &[f64; 3]) -> [f64; 2] {
        let mut o = [0.0; 2];
        for (r, o) in m.iter().zip(&mut o) {
            for (a, b) in r.iter().zip(v) {
                *o += a * b;
            }
        }
        o
    }
    #[grad]
    fn n_matrix_param(x: &[f64]) -> f64 {
        let m = [[x[0], x[1], x[2]], [x[3], x[4], x[5]]];
        let y = mv(&m, &[x[5], 1.0, x[0]]);
        let z = mv(&m, &[y[0], y[1], y[0] * y[1]]);
        z[0] * z[1]
    }
    #[test]
    fn n_matrix_param_matches_differences() {
        check_slice!(n_matrix_param([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(n_matrix_param([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

#[grad]
fn q_swap_idx(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let n = a.len();
    for i in 0..n / 2 {
        a.swap(i, n - 1 - i);
        a[i] *= a[n - 1 - i];
    }
    let m = &mut a[1..4];
    m.swap(0, 2);
    m.reverse();
    m[1] += m[0];
    a[1] * a[2] + a[3] * a[5]
}

#[test]
fn q_swap_idx_matches_differences() {
    check_slice!(q_swap_idx([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(q_swap_idx([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn q_collect_rows(x: &[f64]) -> f64 {
    let rows: Vec<Vec<f64>> = x.chunks(2).map(|c| c.iter().map(|v| v * c[0]).collect()).collect();
    let t: Vec<f64> = (0..2).map(|j| rows.iter().map(|r| r[j]).sum()).collect();
    t[0] * t[1]
}

#[test]
fn q_collect_rows_matches_differences() {
    check_slice!(q_collect_rows([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(q_collect_rows([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn q_take_slice(x: &[f64]) -> f64 {
    let mut rest = x;
    let mut s = 0.0;
    while rest.len() >= 2 {
        let (head, tail) = rest.split_at(2);
        s += head[0] * head[1];
        rest = tail;
    }
    s
}

#[test]
fn q_take_slice_matches_differences() {
    check_slice!(q_take_slice([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(q_take_slice([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn q_bool_arr(x: &[f64]) -> f64 {
    let mask: Vec<bool> = x.iter().map(|v| *v > 0.0).collect();
    let idx: Vec<usize> = (0..x.len()).filter(|i| mask[*i]).collect();
    let mut s = 1.0;
    for i in idx {
        s *= x[i] + 1.0;
    }
    s
}

#[test]
fn q_bool_arr_matches_differences() {
    check_slice!(q_bool_arr([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(q_bool_arr([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn q_while_two(x: &[f64]) -> f64 {
    let (mut i, mut j) = (0usize, x.len() - 1);
    let mut s = 0.0;
    while i < j {
        if x[i] + x[j] > 0.3 {
            s += x[i] * x[j];
            j -= 1;
        } else {
            s -= x[i];
            i += 1;
        }
    }
    s * s
}

#[test]
fn q_while_two_matches_differences() {
    check_slice!(q_while_two([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(q_while_two([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn q_zero_len(x: &[f64]) -> f64 {
    let e: Vec<f64> = x.iter().filter(|v| **v > 1e9).copied().collect();
    let mut s = x[0];
    for w in e.windows(2) {
        s += w[0];
    }
    for c in e.chunks(2) {
        s += c[0];
    }
    s += e.iter().sum::<f64>();
    if let Some(l) = e.last() {
        s += l;
    }
    for i in 1..e.len() {
        s += e[i];
    }
    s * x[1]
}

#[test]
fn q_zero_len_matches_differences() {
    check_slice!(q_zero_len([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(q_zero_len([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}
