//! Vectors whose length changes: elements are popped, cut off, inserted, removed, drained.

use backprop::grad;

#[grad]
fn pop1(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let a = v.pop().unwrap();
    v[0] *= a;
    let b = v.pop().unwrap();
    v.push(a * b);
    let mut s = 0.0;
    for (i, e) in v.iter().enumerate() {
        s += e * e * (i + 1) as f64;
    }
    s
}

#[test]
fn pop1_matches_differences() {
    check_slice!(pop1([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(pop1([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn pop_while(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut y = 0.0;
    while let Some(e) = v.pop() {
        y = y * e + e.sin();
    }
    y
}

#[test]
fn pop_while_matches_differences() {
    check_slice!(pop_while([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(pop_while([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn pop_stack_machine(x: &[f64]) -> f64 {
    let ops = [0u8, 0, 1, 0, 2, 0, 1, 0, 0, 1, 2];
    let mut st: Vec<f64> = Vec::new();
    let mut k = 0;
    for op in ops.iter() {
        match op {
            0 => {
                st.push(x[k % x.len()]);
                k += 1;
            }
            1 => {
                let b = st.pop().unwrap();
                let a = st.pop().unwrap();
                st.push(a * b);
            }
            _ => {
                let b = st.pop().unwrap();
                let a = st.pop().unwrap();
                st.push(a + b.sin());
            }
        }
    }
    let mut s = 1.0;
    for e in st.iter() {
        s *= e + 2.0;
    }
    s
}

#[test]
fn pop_stack_machine_matches_differences() {
    check_slice!(pop_stack_machine([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(pop_stack_machine([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn truncate1(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v[4] = v[4] * v[5];
    let t = v[4].exp();
    v.truncate(3);
    v[2] *= v[0] * t;
    v.push(v[1]);
    v.iter().map(|e| e * e).sum()
}

#[test]
fn truncate1_matches_differences() {
    check_slice!(truncate1([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(truncate1([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn truncate_loop(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    while v.len() > 1 {
        let n = v.len();
        for i in 0..n - 1 {
            v[i] = v[i] * v[i + 1] + v[i].sin();
        }
        v.truncate(n - 1);
    }
    v[0]
}

#[test]
fn truncate_loop_matches_differences() {
    check_slice!(truncate_loop([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(truncate_loop([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn resize1(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.clear();
    v.resize(4, x[1] * x[0]);
    v[2] *= x[3];
    v.resize(2, 0.0);
    v.resize(5, x[2]);
    let mut s = 0.0;
    for (i, e) in v.iter().enumerate() {
        s += e * e * (i as f64 + 0.5);
    }
    s
}

#[test]
fn resize1_matches_differences() {
    check_slice!(resize1([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(resize1([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn insert_remove(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.insert(1, x[0] * x[2]);
    let r = v.remove(3);
    v[0] *= r;
    let q = v.swap_remove(0);
    v[1] += q * q;
    let mut s = 0.0;
    for (i, e) in v.iter().enumerate() {
        s += e * e * (i as f64 + 0.5);
    }
    s
}

#[test]
fn insert_remove_matches_differences() {
    check_slice!(insert_remove([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(insert_remove([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn extend1(x: &[f64]) -> f64 {
    let mut v = Vec::new();
    v.extend(x.iter().map(|e| e * e));
    v.extend_from_slice(&x[1..3]);
    v.extend(x);
    v.extend([x[0], x[1]]);
    v.extend(vec![x[2]; 2]);
    let mut s = 0.0;
    for (i, e) in v.iter().enumerate() {
        s += e * e * (i as f64 + 0.5);
    }
    s
}

#[test]
fn extend1_matches_differences() {
    check_slice!(extend1([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(extend1([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn append1(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut w = vec![x[0] * x[1], x[2]];
    v.append(&mut w);
    w.push(x[3]);
    let mut s = w[0];
    for (i, e) in v.iter().enumerate() {
        s += e * e * (i as f64 + 0.5);
    }
    s
}

#[test]
fn append1_matches_differences() {
    check_slice!(append1([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(append1([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn split_off1(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut w = v.split_off(2);
    w[0] *= v[1];
    let mut s = v[0] * w[3];
    for (i, e) in w.iter().enumerate() {
        s += e * e * (i as f64 + 0.5);
    }
    s
}

#[test]
fn split_off1_matches_differences() {
    check_slice!(split_off1([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(split_off1([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn drain1(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut s = 0.0;
    for (i, e) in v.drain(1..3).enumerate() {
        s += e * e * (i as f64 + 0.5);
    }
    s * v[1] + v.len() as f64
}

#[test]
fn drain1_matches_differences() {
    check_slice!(drain1([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(drain1([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn copy_within1(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.copy_within(1..4, 2);
    v[0] *= v[2];
    v.copy_within(..2, 3);
    let mut s = 0.0;
    for (i, e) in v.iter().enumerate() {
        s += e * e * (i as f64 + 0.5);
    }
    s
}

#[test]
fn copy_within1_matches_differences() {
    check_slice!(copy_within1([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(copy_within1([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn nested_pops(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for k in 0..3 {
        let mut v = x[k..].to_vec();
        let mut w: Vec<f64> = Vec::new();
        while let Some(a) = v.pop() {
            if a > 0.3 {
                w.push(a * s);
            } else if let Some(b) = w.pop() {
                s += a * b;
            } else {
                w.push(a.sin());
            }
        }
        for e in &w {
            s = s * 0.5 + e;
        }
    }
    s
}

#[test]
fn nested_pops_matches_differences() {
    check_slice!(nested_pops([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(nested_pops([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn merge_stack(x: &[f64]) -> f64 {
    // pool adjacent violators
    let mut sums: Vec<f64> = Vec::new();
    let mut counts: Vec<usize> = Vec::new();
    for v in x {
        let mut sum = *v;
        let mut count = 1;
        while let Some(last) = sums.last() {
            if *last / counts[counts.len() - 1] as f64 <= sum / count as f64 {
                break;
            }
            sum += sums.pop().unwrap();
            count += counts.pop().unwrap();
        }
        sums.push(sum);
        counts.push(count);
    }
    let mut s = 0.0;
    for (k, (a, c)) in sums.iter().zip(&counts).enumerate() {
        s += (a / *c as f64).powi(2) * (k + 1) as f64;
    }
    s
}

#[test]
fn merge_stack_matches_differences() {
    check_slice!(merge_stack([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(merge_stack([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn unused_pop(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.pop();
    let _ = v.pop();
    if v.pop().is_some() {
        v[0] *= 2.0;
    }
    let d = v.pop().unwrap_or(1.0);
    v.clear();
    v.pop();
    v.push(d * x[0]);
    v[0]
}

#[test]
fn unused_pop_matches_differences() {
    check_slice!(unused_pop([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(unused_pop([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn remove_loop(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut s = 0.0;
    let mut i = 0;
    while !v.is_empty() {
        i = (i + 2) % v.len();
        let a = v.remove(i);
        s = s * 0.7 + a * a * (v.len() as f64 + 1.0);
        if v.len() == 3 {
            v.insert(2, s);
            v.insert(0, a);
            i = 0;
            while v.len() > 2 {
                v.remove(1);
            }
        }
    }
    s
}

#[test]
fn remove_loop_matches_differences() {
    check_slice!(remove_loop([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(remove_loop([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn extend_self(x: &[f64]) -> f64 {
    let mut v = x[..2].to_vec();
    let w = v.clone();
    v.extend(w.iter().rev().map(|e| e * x[2]));
    v.extend_from_within(1..);
    v.iter().product()
}

#[test]
fn extend_self_matches_differences() {
    check_slice!(extend_self([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(extend_self([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn drain_all(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut out = Vec::new();
    for round in 0..2 {
        for e in v.drain(..) {
            out.push(e * e + round as f64);
        }
        v.extend(out.drain(1..));
    }
    let s: f64 = v.drain(..2).sum();
    s * v[0] + out[0]
}

#[test]
fn drain_all_matches_differences() {
    check_slice!(drain_all([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(drain_all([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

mod vec_value_param_parts {
    use backprop::grad;
    #[grad]
    fn tail(mut v: Vec<f64>) -> f64 {
        let a = v.pop().unwrap();
        v.truncate(2);
        v.insert(1, a * v[0]);
        v[0] * v[1] + v[2]
    }
    #[grad]
    fn vec_value_param(x: &[f64]) -> f64 {
        tail(x.to_vec()) * x[0]
    }
    #[test]
    fn vec_value_param_matches_differences() {
        check_slice!(vec_value_param([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(vec_value_param([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

mod popped_result_parts {
    use backprop::grad;
    #[grad]
    fn shrink(x: &[f64]) -> Vec<f64> {
        let mut v = x.to_vec();
        let a = v.pop().unwrap();
        v[0] *= a;
        v.truncate(3);
        v
    }
    #[grad]
    fn popped_result(x: &[f64]) -> f64 {
        let v = shrink(x);
        v[0] * v[1] + v[2] * v.len() as f64
    }
    #[test]
    fn popped_result_matches_differences() {
        check_slice!(popped_result([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(popped_result([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}
