//! Vectors of arrays, tuples, structs and vectors whose length changes.

use backprop::grad;

#[grad]
fn pop_tuple(x: &[f64]) -> f64 {
    let mut stack = vec![(0usize, 1.0)];
    let mut y = 0.0;
    while let Some((k, w)) = stack.pop() {
        y += w * x[k];
        if 2 * k + 1 < x.len() {
            stack.push((2 * k + 1, w * x[k]));
        }
        if 2 * k + 2 < x.len() {
            stack.push((2 * k + 2, w * x[k].sin()));
        }
    }
    y
}

#[test]
fn pop_tuple_matches_differences() {
    check_slice!(pop_tuple([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(pop_tuple([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn rows_push(x: &[f64]) -> f64 {
    let mut buckets: Vec<Vec<f64>> = vec![Vec::new(); 3];
    for i in 0..x.len() {
        buckets[i % 3].push(x[i] * x[i]);
    }
    buckets[0].push(x[1]);
    let mut s = 1.0;
    for b in buckets.iter() {
        let mut t = 0.0;
        for (j, e) in b.iter().enumerate() {
            t += e * (j + 1) as f64;
        }
        s *= t;
    }
    s
}

#[test]
fn rows_push_matches_differences() {
    check_slice!(rows_push([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(rows_push([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn rows_push2(x: &[f64]) -> f64 {
    let mut buckets = vec![vec![]; 3];
    for (i, v) in x.iter().enumerate() {
        buckets[i % 3].push(*v);
    }
    buckets.iter().map(|b| b.iter().sum::<f64>()).product()
}

#[test]
fn rows_push2_matches_differences() {
    check_slice!(rows_push2([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(rows_push2([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn ragged(x: &[f64]) -> f64 {
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for i in 0..3 {
        let mut r = Vec::new();
        for j in 0..=i {
            r.push(x[j] * x[i]);
        }
        rows.push(r);
    }
    let mut s = 0.0;
    for row in &rows {
        for e in row {
            s += e * e;
        }
    }
    for i in 1..rows.len() {
        for j in 0..rows[i].len() - 1 {
            let p = rows[i - 1][j];
            rows[i][j] *= p;
            s += rows[i][j];
        }
    }
    s
}

#[test]
fn ragged_matches_differences() {
    check_slice!(ragged([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(ragged([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn pop_rows(x: &[f64]) -> f64 {
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for i in 0..3 {
        rows.push(x[i..i + 3].to_vec());
        rows[0].push(x[i] * x[i]);
    }
    let last = rows.pop().unwrap();
    rows[0][1] *= last[2];
    let mut s = last[0];
    while let Some(mut r) = rows.pop() {
        r[0] *= s;
        s += r.iter().map(|e| e * e).sum::<f64>() * last[1];
    }
    s
}

#[test]
fn pop_rows_matches_differences() {
    check_slice!(pop_rows([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(pop_rows([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn pop_arrays(x: &[f64]) -> f64 {
    let mut st: Vec<[f64; 2]> = Vec::new();
    let mut s = 0.0;
    for i in 0..x.len() {
        st.push([x[i], x[i] * x[0]]);
        if i % 3 == 2 {
            let [a, b] = st.pop().unwrap();
            let top = st.len() - 1;
            st[top][0] *= a;
            st[top][1] += b.sin();
            s += st[top][0] * b;
        }
    }
    while st.len() > 1 {
        let p = st.pop().unwrap();
        s = s * p[0] + p[1];
    }
    s * st[0][1]
}

#[test]
fn pop_arrays_matches_differences() {
    check_slice!(pop_arrays([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(pop_arrays([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn truncate_rows(x: &[f64]) -> f64 {
    let mut rows: Vec<Vec<f64>> = (0..4).map(|i| x[i..i + 2].to_vec()).collect();
    let mut s = 0.0;
    for k in (1..4).rev() {
        for r in rows.iter_mut() {
            r[0] *= x[k];
            r[1] += r[0] * r[0];
        }
        s += rows[k][1] * rows[0][0];
        rows.truncate(k);
    }
    rows[0].truncate(1);
    rows[0].push(s);
    rows[0][0] * rows[0][1]
}

#[test]
fn truncate_rows_matches_differences() {
    check_slice!(truncate_rows([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(truncate_rows([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn truncate_tuples(x: &[f64]) -> f64 {
    let mut t: Vec<(usize, f64)> = x.iter().enumerate().map(|(i, v)| (i, *v)).collect();
    let mut s = 0.0;
    while t.len() > 1 {
        let n = t.len();
        let (i, v) = t[n - 1];
        s += v * x[i] * (i as f64);
        t[0].1 *= v + 1.5;
        t.truncate(n - 2);
        if n % 2 == 0 {
            t.push((0, s.sin()));
        }
    }
    s + t.len() as f64
}

#[test]
fn truncate_tuples_matches_differences() {
    check_slice!(truncate_tuples([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(truncate_tuples([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn typed_int(x: &[f64]) -> f64 {
    let mut c: Vec<usize> = Vec::new();
    let mut r: Vec<Vec<f64>> = Vec::new();
    let mut q: Vec<(usize, f64)> = Vec::with_capacity(3);
    let mut s = 0.0;
    for i in 0..4 {
        if let Some(l) = c.last() {
            s += x[i] * (*l as f64);
        }
        if c.len() > 2 {
            s += c[1] as f64 * x[0] * r[0].len() as f64 + r[1][0].abs() + q[0].1.sin() * (q[1].0 as f64);
        }
        c.push(i);
        r.push(vec![x[i]]);
        q.push((i, x[i]));
    }
    s
}

#[test]
fn typed_int_matches_differences() {
    check_slice!(typed_int([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(typed_int([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

mod struct_rows_parts {
    use backprop::grad;
    #[derive(Clone, backprop::Differentiable)]
    struct P {
        m: f64,
        q: f64,
    }
    #[grad]
    fn struct_rows(x: &[f64]) -> f64 {
        let mut st: Vec<P> = Vec::new();
        let mut s = 0.0;
        for i in 0..x.len() {
            st.push(P { m: x[i], q: x[0] * i as f64 });
            if i % 2 == 1 {
                let p = st.pop().unwrap();
                s += p.m * p.q;
                st[0].m += p.q;
            }
        }
        st.truncate(2);
        s * st[1].m + st[0].m
    }
    #[test]
    fn struct_rows_matches_differences() {
        check_slice!(struct_rows([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(struct_rows([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

#[grad]
fn hull(x: &[f64]) -> f64 {
    let mut pts: Vec<[f64; 2]> =
        vec![[0.0, 0.0], [1.0, x[0]], [2.0, x[1]], [3.0, x[2]], [4.0, x[3]], [5.0, x[4]], [6.0, x[5]]];
    pts.sort_by(|a, b| a[0].partial_cmp(&b[0]).unwrap());
    let mut hull: Vec<[f64; 2]> = Vec::new();
    for p in &pts {
        while hull.len() >= 2 {
            let a = hull[hull.len() - 2];
            let b = hull[hull.len() - 1];
            if (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0.0 {
                break;
            }
            hull.pop();
        }
        hull.push(*p);
    }
    let mut area = 0.0;
    for w in hull.windows(2) {
        area += 0.5 * (w[0][1] + w[1][1]) * (w[1][0] - w[0][0]);
    }
    area
}

#[test]
fn hull_matches_differences() {
    check_slice!(hull([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(hull([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}
