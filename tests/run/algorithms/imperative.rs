//! Imperative code as people write it, every form with every other, against central differences.
#![allow(unused_assignments)] // a test of just that

use backprop::grad;

mod n_inout1_parts {
    use backprop::grad;
    #[grad]
    fn relax(u: &mut [f64], w: f64) {
        for i in 1..u.len() - 1 {
            u[i] += w * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
        }
    }
    #[grad]
    fn n_inout1(x: &[f64]) -> f64 {
        let mut u = x.to_vec();
        for k in 0..3 {
            relax(&mut u, 0.1 * x[k]);
            relax(&mut u[1..], x[0]);
        }
        u[2] * u[3]
    }
    #[test]
    fn n_inout1_matches_differences() {
        check_slice!(n_inout1([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(n_inout1([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

mod n_inout2_parts {
    use backprop::grad;
    #[grad]
    fn acc(s: &mut f64, v: &mut [f64; 2], x: f64) -> f64 {
        *s += x * v[0];
        v[1] = *s * v[1];
        std::mem::swap(s, &mut v[0]);
        *s * x
    }
    #[grad]
    fn n_inout2(x: &[f64]) -> f64 {
        let mut s = x[0];
        let mut v = [x[1], x[2]];
        let mut t = 0.0;
        for i in 0..4 {
            t += acc(&mut s, &mut v, x[i]);
            if t > 2.0 {
                v.reverse();
            }
        }
        t + s * v[0] * v[1]
    }
    #[test]
    fn n_inout2_matches_differences() {
        check_slice!(n_inout2([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(n_inout2([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

#[grad]
fn n_nested_mut_rows(x: &[f64]) -> f64 {
    let mut m = vec![vec![0.0; 3]; 2];
    for (i, row) in m.iter_mut().enumerate() {
        for (j, e) in row.iter_mut().enumerate() {
            *e = x[i * 3 + j];
        }
    }
    let (top, bottom) = m.split_at_mut(1);
    let (r0, r1) = (&mut top[0], &mut bottom[0]);
    for (a, b) in r0.iter_mut().zip(r1.iter_mut()) {
        let t = *a;
        *a = t * *b;
        *b += t.sin();
    }
    r0.swap(0, 2);
    m.swap(0, 1);
    m[0][1] * m[1][0] + m[1].iter().sum::<f64>()
}

#[test]
fn n_nested_mut_rows_matches_differences() {
    check_slice!(n_nested_mut_rows([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_nested_mut_rows([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_early_nested(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        for j in 0..=i {
            s += x[i] * x[j];
            if s > 2.0 {
                return s * x[j];
            }
            if s < -3.0 {
                break;
            }
        }
        if x[i] == 0.0 {
            continue;
        }
        s *= 0.9;
    }
    s
}

#[test]
fn n_early_nested_matches_differences() {
    check_slice!(n_early_nested([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_early_nested([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_while_cond_effects(x: &[f64]) -> f64 {
    let mut i = 0;
    let mut s = 1.0;
    while {
        i += 1;
        i < x.len()
    } {
        s += x[i] * s;
        if s.abs() > 1e3 {
            break;
        }
    }
    s
}

#[test]
fn n_while_cond_effects_matches_differences() {
    check_slice!(n_while_cond_effects([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_while_cond_effects([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_active_passive_active(x: &[f64]) -> f64 {
    let mut t = x[0];
    let mut v = [x[1]; 3];
    t = 2.0;
    v[0] = t;
    v.fill(1.0);
    let u = t * x[2];
    t = u;
    v[1] = t * x[3];
    v[2] += v[1];
    t = v[2];
    v = [0.5; 3];
    t * v[0] + x[4]
}

#[test]
fn n_active_passive_active_matches_differences() {
    check_slice!(n_active_passive_active([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_active_passive_active([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_tuple_vec(x: &[f64]) -> f64 {
    let mut v: Vec<(f64, usize)> = x.iter().enumerate().map(|(i, a)| (a * a, i)).collect();
    for k in 0..v.len() {
        let (a, i) = v[k];
        v[(i + 1) % 6].0 += a * x[i];
        v[k].1 = (i * 2) % 6;
    }
    v.iter().map(|(a, i)| a * (*i as f64 + 1.0)).sum()
}

#[test]
fn n_tuple_vec_matches_differences() {
    check_slice!(n_tuple_vec([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_tuple_vec([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_closure_mut(x: &[f64]) -> f64 {
    let mut s = 0.0;
    let mut count = 0;
    let mut add = |v: f64| {
        s += v * (count as f64 + 1.0);
        count += 1;
    };
    for v in x {
        add(v.sin());
        if *v > 0.0 {
            add(*v);
        }
    }
    s * count as f64
}

#[test]
fn n_closure_mut_matches_differences() {
    check_slice!(n_closure_mut([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_closure_mut([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_closure_slice(x: &[f64]) -> f64 {
    let mut m = vec![0.0; 9];
    let at = |i: usize, j: usize| i * 3 + j;
    for i in 0..3 {
        for j in 0..3 {
            m[at(i, j)] = x[i] * x[3 + j];
        }
    }
    let tr = |m: &[f64]| (0..3).map(|i| m[at(i, i)]).sum::<f64>();
    for i in 0..3 {
        for j in i..3 {
            let t = m[at(i, j)];
            m[at(j, i)] = t + m[at(j, i)];
        }
    }
    tr(&m) * m[at(2, 0)]
}

#[test]
fn n_closure_slice_matches_differences() {
    check_slice!(n_closure_slice([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_closure_slice([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_while_let_passive_opt(x: &[f64]) -> f64 {
    let next = [Some(2usize), None, Some(4), Some(0), Some(1), Some(3)];
    let mut cur = Some(5);
    let mut s = 1.0;
    while let Some(k) = cur {
        s = s * 0.5 + x[k] * x[k];
        cur = next[k];
    }
    s
}

#[test]
fn n_while_let_passive_opt_matches_differences() {
    check_slice!(n_while_let_passive_opt([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_while_let_passive_opt([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_linked(x: &[f64]) -> f64 {
    let mut head = 0usize;
    let next = vec![3, usize::MAX, 1, 5, 2, 4];
    let mut s = 0.0;
    let mut w = 1.0;
    while head != usize::MAX {
        w *= x[head];
        s += w;
        head = next[head];
    }
    s
}

#[test]
fn n_linked_matches_differences() {
    check_slice!(n_linked([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_linked([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_rev_step(x: &[f64]) -> f64 {
    let n = x.len();
    let mut a = x.to_vec();
    for i in (0..n).rev().step_by(2) {
        a[i] *= 2.0;
        if i > 0 {
            a[i - 1] += a[i] * a[i];
        }
    }
    for i in (1..n).step_by(3).rev() {
        a[i] = a[i].sin();
    }
    for (i, j) in (0..n).zip((0..n).rev()) {
        if i < j {
            let t = a[i];
            a[i] = a[j] * t;
        }
    }
    for k in (1..=3).rev() {
        a[k] -= a[k - 1];
    }
    let mut i = n;
    while i > 0 {
        i -= 1;
        if i % 2 == 0 {
            a[i] *= a[(i + 3) % n];
        }
    }
    a.iter().sum()
}

#[test]
fn n_rev_step_matches_differences() {
    check_slice!(n_rev_step([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_rev_step([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn n_option_acc(x: &[f64]) -> f64 {
    let mut prev: Option<f64> = None;
    let mut s = 0.0;
    for v in x {
        if let Some(p) = prev {
            s += (v - p).powi(2) * v;
        }
        if *v > -1.0 {
            prev = Some(*v);
        }
    }
    s + prev.map_or(0.0, |p| p * p)
}

#[test]
fn n_option_acc_matches_differences() {
    check_slice!(n_option_acc([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(n_option_acc([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}
