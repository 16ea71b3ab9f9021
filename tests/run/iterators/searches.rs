//! Iterators that look for an item, flatten, repeat, and take the extremes of pairs.

use backprop::grad;

#[grad]
fn q_min_max_idx(x: &[f64]) -> f64 {
    let mut best = 0;
    for i in 1..x.len() {
        if x[i] > x[best] {
            best = i;
        }
    }
    let am = x.iter().enumerate().fold(0, |b, (i, v)| if *v < x[b] { i } else { b });
    let (i, m) = x
        .iter()
        .enumerate()
        .fold((0, f64::MIN), |(bi, bm), (i, &v)| if v * v > bm { (i, v * v) } else { (bi, bm) });
    x[best] * x[am] + x[i] * m
}

#[test]
fn q_min_max_idx_matches_differences() {
    check_slice!(q_min_max_idx([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(q_min_max_idx([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn q_max_by_tuple(x: &[f64]) -> f64 {
    let (i, m) = x.iter().enumerate().max_by(|a, b| a.1.partial_cmp(b.1).unwrap()).unwrap();
    let j = (0..x.len()).min_by(|&a, &b| x[a].partial_cmp(&x[b]).unwrap()).unwrap();
    m * x[i] * x[j]
}

#[test]
fn q_max_by_tuple_matches_differences() {
    check_slice!(q_max_by_tuple([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(q_max_by_tuple([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn q_max_map(x: &[f64]) -> f64 {
    let am = x.iter().enumerate().max_by(|a, b| a.1.partial_cmp(b.1).unwrap()).map(|(i, _)| i).unwrap();
    x[am] * x[0]
}

#[test]
fn q_max_map_matches_differences() {
    check_slice!(q_max_map([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(q_max_map([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn q_flatten(x: &[f64]) -> f64 {
    let d = [[x[0], x[1]], [x[2], x[3]]];
    let r = vec![vec![x[4]], vec![x[5], x[0]]];
    let s: f64 = d.iter().flatten().sum();
    let p: f64 = r.iter().flatten().map(|v| v * v).product();
    let q: f64 = r.into_iter().flatten().sum();
    let o = [Some(x[0]), None, Some(x[1])];
    let z: f64 = o.iter().flatten().sum();
    s * p + q * z
}

#[test]
fn q_flatten_matches_differences() {
    check_slice!(q_flatten([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(q_flatten([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn q_cycle(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for (t, v) in x.iter().cycle().take(11).enumerate() {
        s = s * 0.5 + v * v * t as f64;
    }
    let w = [1.0, -1.0];
    s + x.iter().zip(w.iter().cycle()).map(|(a, b)| a * b).sum::<f64>()
}

#[test]
fn q_cycle_matches_differences() {
    check_slice!(q_cycle([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(q_cycle([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn q_sum_of_products(x: &[f64]) -> f64 {
    (0..x.len()).map(|i| (0..i).map(|j| x[i] * x[j]).sum::<f64>()).sum::<f64>()
        + (0..3).flat_map(|i| (0..2).map(move |j| x[i] * x[i + j])).product::<f64>()
}

#[test]
fn q_sum_of_products_matches_differences() {
    check_slice!(q_sum_of_products([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(q_sum_of_products([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn q_iter_views(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    for (i, c) in v.chunks_exact_mut(3).enumerate() {
        let (h, t) = c.split_first_mut().unwrap();
        for e in t.iter_mut() {
            *e *= *h;
        }
        *h += i as f64 * t[0];
    }
    if let Some((l, rest)) = v.split_last_mut() {
        *l += rest.iter().sum::<f64>();
        rest[0] *= *l;
    }
    v.iter().product()
}

#[test]
fn q_iter_views_matches_differences() {
    check_slice!(q_iter_views([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(q_iter_views([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn q_split_first_mut_loop(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut rest = &mut v[..];
    let mut acc = 1.0;
    while let Some((h, t)) = rest.split_first_mut() {
        *h *= acc;
        acc += *h;
        rest = t;
    }
    v.iter().map(|a| a * a).sum()
}

#[test]
fn q_split_first_mut_loop_matches_differences() {
    check_slice!(q_split_first_mut_loop([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(q_split_first_mut_loop([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

mod q_copy_struct_arr_parts {
    use backprop::grad;
    #[derive(Clone, Copy, backprop::Differentiable)]
    struct P {
        x: f64,
        y: f64,
    }
    #[grad]
    fn q_copy_struct_arr(x: &[f64]) -> f64 {
        let mut ps = [P { x: x[0], y: x[1] }, P { x: x[2], y: x[3] }, P { x: x[4], y: x[5] }];
        for k in 0..3 {
            let p = ps[k];
            let q = &mut ps[(k + 1) % 3];
            q.x += p.y * q.y;
            q.y *= p.x;
            ps.swap(0, 2);
        }
        for p in ps.iter_mut() {
            std::mem::swap(&mut p.x, &mut p.y);
            p.x *= 2.0;
        }
        ps.iter().map(|p| p.x * p.y).sum()
    }
    #[test]
    fn q_copy_struct_arr_matches_differences() {
        check_slice!(q_copy_struct_arr([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(q_copy_struct_arr([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

mod q_struct_rows_parts {
    use backprop::grad;
    #[derive(Clone, backprop::Differentiable)]
    struct L {
        w: Vec<f64>,
        b: f64,
    }
    #[grad]
    fn q_struct_rows(x: &[f64]) -> f64 {
        let mut ls: Vec<L> = (0..3).map(|i| L { w: x[i..i + 2].to_vec(), b: x[i] }).collect();
        let mut h = 1.0;
        for l in &ls {
            h = (l.w[0] * h + l.w[1] + l.b).tanh();
        }
        for l in ls.iter_mut() {
            l.b *= h;
            l.w.push(l.b);
        }
        ls[1].w[2] * ls[2].w[0] + h
    }
    #[test]
    fn q_struct_rows_matches_differences() {
        check_slice!(q_struct_rows([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(q_struct_rows([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

#[grad]
fn iter_sum_ref(x: &[f64]) -> f64 {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let var = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let mx = x.iter().cloned().fold(f64::NEG_INFINITY, f64::max);
    let am = x.iter().enumerate().max_by(|a, b| a.1.partial_cmp(b.1).unwrap()).map(|(i, _)| i).unwrap();
    let p = x.iter().position(|v| *v > 0.5).unwrap_or(0);
    var.sqrt() + mx * x[am] + x[p]
}

#[test]
fn iter_sum_ref_matches_differences() {
    check_slice!(iter_sum_ref([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(iter_sum_ref([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn floyd(x: &[f64]) -> f64 {
    let n = 3;
    let mut d = [[0.0; 3]; 3];
    for i in 0..n {
        for j in 0..n {
            d[i][j] = if i == j { 0.0 } else { 1.0 + x[(i * n + j) % x.len()].abs() };
        }
    }
    let softmin = |a: f64, b: f64| -((-3.0 * a).exp() + (-3.0 * b).exp()).ln() / 3.0;
    for k in 0..n {
        for i in 0..n {
            for j in 0..n {
                d[i][j] = softmin(d[i][j], d[i][k] + d[k][j]);
            }
        }
    }
    d.iter().flatten().sum()
}

#[test]
fn floyd_matches_differences() {
    check_slice!(floyd([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(floyd([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn ring(x: &[f64]) -> f64 {
    const CAP: usize = 3;
    let mut buf = [0.0; CAP];
    let (mut head, mut sum) = (0, 0.0);
    let mut s = 0.0;
    for (t, v) in x.iter().cycle().take(11).enumerate() {
        sum -= buf[head];
        buf[head] = v * (t as f64 + 1.0);
        sum += buf[head];
        head = (head + 1) % CAP;
        s += sum * sum * buf[(head + CAP - 1) % CAP];
    }
    s
}

#[test]
fn ring_matches_differences() {
    check_slice!(ring([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(ring([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

mod lin_inout_parts {
    use backprop::grad;
    #[grad]
    fn axpy(a: f64, x: &[f64], y: &mut [f64]) {
        for (y, x) in y.iter_mut().zip(x) {
            *y += a * x;
        }
    }
    #[grad]
    fn nl(y: &mut [f64]) {
        for e in y.iter_mut() {
            *e *= *e;
        }
    }
    #[grad]
    fn lin_inout(x: &[f64]) -> f64 {
        let mut y = vec![0.5; 6];
        axpy(2.0, x, &mut y);
        nl(&mut y[2..]);
        axpy(x[1], x, &mut y);
        nl(&mut y);
        y.iter().product()
    }
    #[test]
    fn lin_inout_matches_differences() {
        check_slice!(lin_inout([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(lin_inout([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

mod swap_inout_parts {
    use backprop::grad;
    #[grad]
    fn g(a: &mut [f64], b: &mut f64, k: f64) {
        a.reverse();
        a.swap(0, 1);
        *b += a[0] * k;
        a.rotate_left(1);
    }
    #[grad]
    fn swap_inout(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        let mut s = x[2];
        for i in 0..3 {
            g(&mut v, &mut s, x[i]);
            g(&mut v[1..], &mut s, 2.0);
        }
        s * v[0]
    }
    #[test]
    fn swap_inout_matches_differences() {
        check_slice!(swap_inout([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(swap_inout([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

mod passive_mut_parts {
    use backprop::grad;
    #[grad]
    fn g(x: &[f64], idx: &mut [usize]) -> f64 {
        let mut s = 1.0;
        for i in 0..idx.len() {
            s = s * x[idx[i]] + x[0];
            idx[i] = (idx[i] + 2) % 6;
            s *= x[idx[i]] + 1.0;
        }
        s
    }
    #[grad]
    fn passive_mut(x: &[f64]) -> f64 {
        let mut idx = [1usize, 3, 5];
        let a = g(x, &mut idx);
        let b = g(x, &mut idx);
        a * b
    }
    #[test]
    fn passive_mut_matches_differences() {
        check_slice!(passive_mut([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(passive_mut([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}
