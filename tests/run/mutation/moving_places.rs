//! Places that come to be the same from iteration to iteration, in ranges, fields and vectors whose length changes.

use backprop::grad;

mod m1_parts {
    use backprop::grad;
    #[derive(Clone, backprop::Differentiable)]
    struct S {
        p: Vec<f64>,
        k: f64,
    }
    #[grad]
    fn m1(x: &[f64]) -> f64 {
        let mut s = S { p: x.to_vec(), k: x[0] };
        for i in 1..s.p.len() {
            s.p[i] *= s.k;
            s.k += s.p[i - 1] * 0.1;
        }
        s.p.iter().sum::<f64>()
    }
    #[test]
    fn m1_matches_differences() {
        check_slice!(m1([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(m1([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

mod m7_parts {
    use backprop::grad;
    #[derive(Clone, backprop::Differentiable)]
    struct S {
        p: [f64; 6],
        k: f64,
    }
    #[grad]
    fn m7(x: &[f64]) -> f64 {
        let mut s = S { p: [x[0], x[1], x[2], x[3], x[4], x[5]], k: x[0] };
        for i in 1..3 {
            s.p[i] *= s.k;
            s.k += s.p[i - 1] * 0.1;
        }
        s.p[2]
    }
    #[test]
    fn m7_matches_differences() {
        check_slice!(m7([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(m7([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

mod m2_parts {
    use backprop::grad;
    #[derive(Clone, backprop::Differentiable)]
    struct S {
        p: Vec<f64>,
        k: f64,
    }
    #[grad]
    fn m2(x: &[f64]) -> f64 {
        let mut s = S { p: x.to_vec(), k: x[0] };
        let t = S { k: s.k * 2.0, ..s.clone() };
        s.p[0] = t.p[1];
        s.p.iter().sum::<f64>() * t.k + t.p[5]
    }
    #[test]
    fn m2_matches_differences() {
        check_slice!(m2([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(m2([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

#[grad]
fn d1(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let mut s = 1.0;
    for i in 0..3 {
        let lo = 3 - i;
        a[lo..][i] = x[i] * s;
        let t = a[lo..][i];
        s += t * t;
    }
    s
}

#[test]
fn d1_matches_differences() {
    check_slice!(d1([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(d1([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn d2(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let mut s = 1.0;
    for i in 0..3 {
        let w = &mut a[3 - i..];
        w[i] = x[i] * s;
        s += w[i] * w[i];
    }
    s * a[3]
}

#[test]
fn d2_matches_differences() {
    check_slice!(d2([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(d2([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn d3(x: &[f64]) -> f64 {
    let mut t = vec![0.0; 1];
    let mut s = 0.5;
    for i in 1..4 {
        t = vec![x[i] * s; i];
        for e in &t {
            s += e * e;
        }
    }
    s
}

#[test]
fn d3_matches_differences() {
    check_slice!(d3([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(d3([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn d4(x: &[f64]) -> f64 {
    let mut t = vec![0.0; 2];
    let mut s = 0.5;
    for p in 0..3 {
        for j in 0..2 {
            t[j] = x[j] * s;
        }
        t.push(x[p] * s);
        for k in 0..t.len() {
            s += t[k] * t[k] * 0.1;
        }
    }
    s
}

#[test]
fn d4_matches_differences() {
    check_slice!(d4([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(d4([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn d5(x: &[f64]) -> f64 {
    let mut t = vec![0.0; 2];
    let mut s = 0.5;
    for p in 0..3 {
        for j in 0..2 {
            t[j] = x[j] * s;
        }
        for k in 0..t.len() {
            s += t[k] * t[k] * 0.1;
        }
        if p == 1 {
            t = vec![s, x[p], s * s];
        }
    }
    s
}

#[test]
fn d5_matches_differences() {
    check_slice!(d5([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(d5([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn d6(x: &[f64]) -> f64 {
    let mut t: Vec<f64> = Vec::new();
    let mut s = 0.5;
    for p in 0..3 {
        t.clear();
        for j in 0..=p {
            t.push(x[j] * s);
        }
        for k in 0..t.len() {
            s += t[k] * t[k] * 0.1;
        }
        t.truncate(1);
        s *= t[0].cos();
    }
    s
}

#[test]
fn d6_matches_differences() {
    check_slice!(d6([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(d6([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn d7(x: &[f64]) -> f64 {
    let mut rows: Vec<Vec<f64>> = vec![Vec::new(); 2];
    let mut s = 0.5;
    for p in 0..4 {
        rows[p % 2].push(x[p] * s);
        let q = (p + 1) % 2;
        if let Some(e) = rows[q].pop() {
            s += e * e;
        }
        if rows[0].len() > 1 {
            rows[0].clear();
        }
        rows.swap(0, 1);
        s += rows[1].iter().sum::<f64>();
    }
    s
}

#[test]
fn d7_matches_differences() {
    check_slice!(d7([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(d7([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn d8(x: &[f64]) -> f64 {
    let mut t = (vec![x[0]], 1.0);
    let mut s = 0.5;
    for p in 1..6 {
        t.0.push(x[p] * s);
        t.1 *= t.0[p / 2];
        if p == 3 {
            s += t.0.pop().unwrap() * t.1;
            t.0.insert(0, s);
        }
        s += t.0[0] * t.1;
    }
    s
}

#[test]
fn d8_matches_differences() {
    check_slice!(d8([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(d8([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

mod n_struct_mut_parts {
    use backprop::grad;
    #[derive(Clone, backprop::Differentiable)]
    struct S {
        p: Vec<f64>,
        k: f64,
    }
    #[grad]
    fn n_struct_mut(x: &[f64]) -> f64 {
        let mut s = S { p: x.to_vec(), k: x[0] };
        for i in 1..s.p.len() {
            s.p[i] *= s.k;
            s.k += s.p[i - 1] * 0.1;
        }
        let t = S { k: s.k * 2.0, ..s.clone() };
        s.p[0] = t.p[1];
        s.p.iter().sum::<f64>() * t.k + t.p[5]
    }
    #[test]
    fn n_struct_mut_matches_differences() {
        check_slice!(n_struct_mut([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(n_struct_mut([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

mod n_struct_vec_push_parts {
    use backprop::grad;
    #[derive(Clone, backprop::Differentiable)]
    struct S {
        p: Vec<f64>,
        k: f64,
    }
    #[grad]
    fn n_struct_vec_push(x: &[f64]) -> f64 {
        let mut s = S { p: Vec::new(), k: 1.0 };
        for v in x {
            s.k *= *v + 2.0;
            s.p.push(s.k);
            if s.p.len() > 3 {
                let q = s.p.remove(0);
                s.k += q;
            }
        }
        s.p[0] * s.p[2] + s.k
    }
    #[test]
    fn n_struct_vec_push_matches_differences() {
        check_slice!(n_struct_vec_push([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(n_struct_vec_push([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

#[grad]
fn n_row_swap_mem(x: &[f64]) -> f64 {
    let mut a = [[x[0], x[1]], [x[2], x[3]]];
    let tmp = a[0];
    a[0] = a[1];
    a[1] = tmp;
    a[0][0] *= a[1][1];
    let [r0, r1] = &mut a;
    std::mem::swap(&mut r0[0], &mut r1[1]);
    r0[1] += r1[0] * r1[1];
    a[0][0] * a[0][1] + a[1][1]
}

#[test]
fn n_row_swap_mem_matches_differences() {
    check_slice!(n_row_swap_mem([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_row_swap_mem([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_alias_index(x: &[f64]) -> f64 {
    let idx = [3, 1, 1, 0, 3, 2];
    let mut a = x.to_vec();
    for k in 0..6 {
        let (i, j) = (idx[k], idx[5 - k]);
        a[i] = a[i] * a[j] + a[j];
        a[j] *= a[i].cos();
    }
    a.iter().sum()
}

#[test]
fn n_alias_index_matches_differences() {
    check_slice!(n_alias_index([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_alias_index([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_loop_carried_slice(x: &[f64]) -> f64 {
    let mut lo = 0;
    let mut hi = x.len();
    let mut s = 0.0;
    while hi - lo > 1 {
        let mid = (lo + hi) / 2;
        let (l, r) = (&x[lo..mid], &x[mid..hi]);
        let (a, b): (f64, f64) = (l.iter().sum(), r.iter().sum());
        s += a * b;
        if a > b {
            hi = mid;
        } else {
            lo = mid;
        }
    }
    s * x[lo]
}

#[test]
fn n_loop_carried_slice_matches_differences() {
    check_slice!(n_loop_carried_slice([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_loop_carried_slice([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}
