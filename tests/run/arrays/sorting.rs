//! Sorting, selecting and retaining by active values: the order is a constant of the derivative.

use backprop::grad;

#[grad]
fn sort_active(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.sort_by(|a, b| a.partial_cmp(b).unwrap());
    let mut s = 0.0;
    for (i, e) in v.iter().enumerate() {
        s += e * e * (i as f64 + 0.5);
    }
    s
}

#[test]
fn sort_active_matches_differences() {
    check_slice!(sort_active([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(sort_active([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn sort_total(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.sort_by(f64::total_cmp);
    v[0] * v[5] + v[2]
}

#[test]
fn sort_total_matches_differences() {
    check_slice!(sort_total([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(sort_total([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn sort_keys(x: &[f64]) -> f64 {
    let mut idx: Vec<usize> = (0..x.len()).collect();
    idx.sort_by(|&a, &b| x[a].partial_cmp(&x[b]).unwrap());
    let mut s = 0.0;
    for (r, &i) in idx.iter().enumerate() {
        s += x[i] * x[i] * (r + 1) as f64;
    }
    s
}

#[test]
fn sort_keys_matches_differences() {
    check_slice!(sort_keys([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(sort_keys([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn retain_dedup(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.retain(|e| *e > 0.0);
    v.iter().map(|e| e * e).sum()
}

#[test]
fn retain_dedup_matches_differences() {
    check_slice!(retain_dedup([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(retain_dedup([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn sort_tuples(x: &[f64]) -> f64 {
    let mut t: Vec<(f64, f64)> = x.iter().map(|v| (v * v, v.sin())).collect();
    t.sort_by(|a, b| b.0.partial_cmp(&a.0).unwrap());
    t[0].0 * t[1].1 + t[5].0
}

#[test]
fn sort_tuples_matches_differences() {
    check_slice!(sort_tuples([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(sort_tuples([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn sort_loop(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    for k in 0..3 {
        v.sort_by(|a, b| b.total_cmp(a));
        v[0] *= v[k + 1].cos();
        let m = v.pop().unwrap();
        v[1] += m;
    }
    v.iter().map(|e| e * e * e).sum()
}

#[test]
fn sort_loop_matches_differences() {
    check_slice!(sort_loop([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(sort_loop([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn median(x: &[f64]) -> f64 {
    let mut v: Vec<f64> = x.iter().map(|e| (e - 0.2).abs()).collect();
    v.sort_unstable_by(|a, b| a.partial_cmp(b).unwrap());
    let n = v.len();
    if n % 2 == 0 {
        0.5 * (v[n / 2 - 1] + v[n / 2])
    } else {
        v[n / 2]
    }
}

#[test]
fn median_matches_differences() {
    check_slice!(median([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(median([-0.2, 0.8, 0.61, -1.4, 0.45, 1.9]));
}

#[grad]
fn array_sort(x: &[f64]) -> f64 {
    let mut a = [x[0], x[1], x[2], x[3]];
    a.sort_by(|p, q| p.partial_cmp(q).unwrap());
    let m = &mut a[1..3];
    m.sort_by(|p, q| q.partial_cmp(p).unwrap());
    a[0] * a[1] + a[2] * a[3]
}

#[test]
fn array_sort_matches_differences() {
    check_slice!(array_sort([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(array_sort([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn insertion_sort(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    for i in 1..v.len() {
        let key = v[i];
        let mut j = i;
        while j > 0 && v[j - 1] > key {
            v[j] = v[j - 1];
            j -= 1;
        }
        v[j] = key;
    }
    let mut s = 0.0;
    for i in 0..v.len() {
        s += v[i] * v[i] * (i + 1) as f64;
    }
    s
}

#[test]
fn insertion_sort_matches_differences() {
    check_slice!(insertion_sort([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(insertion_sort([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn bubble(x: &[f64]) -> f64 {
    let mut v: [f64; 6] = [x[0], x[1], x[2], x[3], x[4], x[5]];
    loop {
        let mut swapped = false;
        for i in 1..v.len() {
            if v[i - 1] > v[i] {
                v.swap(i - 1, i);
                swapped = true;
            }
        }
        if !swapped {
            break;
        }
    }
    v[0] * v[1] + v[2] * v[5]
}

#[test]
fn bubble_matches_differences() {
    check_slice!(bubble([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(bubble([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn heap_sort(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let n = a.len();
    for start in (0..n / 2).rev() {
        let mut root = start;
        loop {
            let mut child = 2 * root + 1;
            if child >= n {
                break;
            }
            if child + 1 < n && a[child] < a[child + 1] {
                child += 1;
            }
            if a[root] >= a[child] {
                break;
            }
            a.swap(root, child);
            root = child;
        }
    }
    let mut end = n;
    while end > 1 {
        end -= 1;
        a.swap(0, end);
        let mut root = 0;
        while 2 * root + 1 < end {
            let mut child = 2 * root + 1;
            if child + 1 < end && a[child] < a[child + 1] {
                child += 1;
            }
            if a[root] >= a[child] {
                break;
            }
            a.swap(root, child);
            root = child;
        }
    }
    a.iter().enumerate().map(|(i, v)| v * (i + 1) as f64 * v).sum()
}

#[test]
fn heap_sort_matches_differences() {
    check_slice!(heap_sort([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(heap_sort([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn merge(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(3);
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::with_capacity(x.len());
    while i < a.len() && j < b.len() {
        if a[i] <= b[j] {
            out.push(a[i]);
            i += 1;
        } else {
            out.push(b[j]);
            j += 1;
        }
    }
    out.extend_from_slice(&a[i..]);
    out.extend_from_slice(&b[j..]);
    out.iter().zip(1..).map(|(v, k)| v * v * k as f64).sum()
}

#[test]
fn merge_matches_differences() {
    check_slice!(merge([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(merge([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn quickselect(x: &[f64]) -> f64 {
    let keys = [5, 2, 8, 1, 9, 3];
    let mut idx: Vec<usize> = (0..x.len()).collect();
    let (mut lo, mut hi) = (0, idx.len() - 1);
    let k = 2;
    loop {
        let pivot = keys[idx[hi]];
        let mut store = lo;
        for i in lo..hi {
            if keys[idx[i]] < pivot {
                idx.swap(i, store);
                store += 1;
            }
        }
        idx.swap(store, hi);
        if store == k {
            break;
        } else if store < k {
            lo = store + 1;
        } else {
            hi = store - 1;
        }
    }
    let mut s = 0.0;
    for r in 0..=k {
        s += x[idx[r]] * x[idx[r]] * (r + 1) as f64;
    }
    s
}

#[test]
fn quickselect_matches_differences() {
    check_slice!(quickselect([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(quickselect([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}
