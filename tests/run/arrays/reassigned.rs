//! Vectors that are first assigned in branches, and again in loops, with other lengths.

use crate::oracle::assert_matches_central;
use backprop::grad;

/// At all lengths, both branches and some numbers of trips.
macro_rules! check {
    ($test:ident, $f:ident) => {
        #[test]
        fn $test() {
            for (n, k) in (0..5_usize).flat_map(|n| (0..4_usize).map(move |k| (n, k))) {
                for c in [true, false] {
                    let x: Vec<f64> = (0..n).map(|i| 0.3 + 0.4 * i as f64).collect();
                    let (mut gradient, d_y) = $f::grad(&x, 1.3, c, k);
                    gradient.push(d_y);
                    let at: Vec<f64> = x.iter().copied().chain([1.3]).collect();
                    assert_matches_central(&gradient, |z| $f(&z[..n], z[n], c, k), &at);
                }
            }
        }
    };
}

#[grad]
fn branches_then_collect(x: &[f64], y: f64, c: bool, k: usize) -> f64 {
    let mut v;
    if c {
        v = vec![y; 2];
    } else {
        v = x.to_vec();
    }
    for i in 0..k {
        v = v.iter().map(|t| t * y + i as f64).collect();
        v.push(y * i as f64);
    }
    v.iter().map(|t| t * t).sum::<f64>()
}
check!(test_branches_then_collect, branches_then_collect);
#[grad]
fn chain_or_half(x: &[f64], y: f64, c: bool, k: usize) -> f64 {
    let v: Vec<f64>;
    if c {
        v = vec![y, y * y, 1.0];
    } else {
        v = x.iter().map(|t| t.sin()).collect();
    }
    let mut w = v.clone();
    let mut s = 0.0;
    for i in 0..k {
        s += w.iter().sum::<f64>() * y;
        if i % 2 == 0 {
            w = v.iter().chain(w.iter()).map(|t| t * y).collect();
        } else {
            w = w[w.len() / 2..].to_vec();
        }
    }
    s + w.iter().map(|t| t.sin()).sum::<f64>()
}
check!(test_chain_or_half, chain_or_half);
#[grad]
fn block_value(x: &[f64], y: f64, c: bool, k: usize) -> f64 {
    let mut v: Vec<f64>;
    if c {
        v = Vec::new();
    } else {
        v = x.to_vec();
    }
    let mut s = y;
    for _ in 0..k {
        v = if v.len() > 2 {
            vec![s; 1]
        } else {
            let mut u = v.clone();
            u.push(s);
            u.push(y);
            u
        };
        for t in &v {
            s = s * 0.5 + t * t;
        }
    }
    s + v.len() as f64
}
check!(test_block_value, block_value);
#[grad]
fn next_state(x: &[f64], y: f64, c: bool, k: usize) -> f64 {
    let mut v = if c { x.to_vec() } else { vec![] };
    let mut i = 0;
    while i < k {
        let mut next = Vec::new();
        for (j, t) in v.iter().enumerate() {
            if j % 2 == 0 {
                next.push(t * y);
            }
        }
        if next.len() < 2 {
            next.push(y);
            next.push(y * y);
        }
        v = next;
        i += 1;
    }
    let mut s = 0.0;
    for j in 0..v.len() {
        s += v[j] * (j as f64 + y);
    }
    s
}
check!(test_next_state, next_state);
#[grad]
fn loop_with_break(x: &[f64], y: f64, c: bool, k: usize) -> f64 {
    let mut v;
    let mut s = 0.0;
    loop {
        if c {
            v = vec![y; k];
            if k > 2 {
                break;
            }
        } else {
            v = x.to_vec();
        }
        for t in v.iter_mut() {
            *t *= y;
        }
        s += v.iter().sum::<f64>();
        break;
    }
    for j in 0..k {
        v = vec![s * y; j];
        for t in &v {
            s += t * 0.1;
        }
    }
    s + v.iter().sum::<f64>()
}
check!(test_loop_with_break, loop_with_break);
#[grad]
fn deferred_pair(x: &[f64], y: f64, c: bool, k: usize) -> f64 {
    let (mut p, mut q);
    if c {
        p = x.to_vec();
        q = vec![y];
    } else {
        p = vec![y; 3];
        q = x.iter().map(|t| t * t).collect();
    }
    for _ in 0..k {
        std::mem::swap(&mut p, &mut q);
        p.push(y);
        q = p.iter().rev().map(|t| t * 0.9).collect();
    }
    let mut r = Vec::with_capacity(3);
    for (a, b) in p.iter().zip(&q) {
        r.push(a * b);
    }
    if r.len() > 2 {
        r.truncate(2);
        r = vec![r[0], r[1], r[0] * r[1]];
    }
    r.iter().sum::<f64>() + p.len() as f64 * y
}
check!(test_deferred_pair, deferred_pair);
#[grad]
fn rows(x: &[f64], y: f64, c: bool, k: usize) -> f64 {
    let mut v: Vec<Vec<f64>> = Vec::new();
    let row;
    if c {
        row = x.to_vec();
    } else {
        row = vec![y, 2.0 * y];
    }
    for i in 0..k {
        v.push(row.iter().map(|t| t * (i as f64 + y)).collect());
        if i > 1 {
            v[0] = vec![y; i];
            v[i].push(y);
        }
    }
    let mut best = Vec::new();
    for r in &v {
        if r.len() >= best.len() {
            best = r.clone();
        }
    }
    v.iter().flatten().sum::<f64>() + best.iter().map(|t| t.exp()).sum::<f64>()
}
check!(test_rows, rows);
#[grad]
fn match_then_extend(x: &[f64], y: f64, c: bool, k: usize) -> f64 {
    let mut v = vec![];
    match k {
        0 => v = x.to_vec(),
        1 if c => v = vec![y; 4],
        2 => v.push(y),
        _ => {}
    }
    let mut total = 0.0;
    'o: for i in 0..k + 1 {
        for j in 0..3 {
            if v.len() > 5 {
                v = vec![total; 1];
                continue 'o;
            }
            if j > i {
                break;
            }
            v.extend(x.iter().map(|t| t * y));
            v.extend_from_slice(&[y, total]);
            total += v[0] + v[v.len() - 1] * 0.3;
        }
        v = v.into_iter().filter(|t| *t > 0.2).collect();
    }
    total + v.iter().sum::<f64>()
}
check!(test_match_then_extend, match_then_extend);
#[grad]
fn deferred_in_nest(x: &[f64], y: f64, c: bool, k: usize) -> f64 {
    let mut v: Vec<f64>;
    if c {
        if k > 1 {
            v = vec![y];
        } else {
            v = x.to_vec();
        }
    } else {
        return y * x.len() as f64;
    }
    let mut acc = vec![0.0; v.len()];
    for i in 0..k {
        if i == 1 {
            acc = v.clone();
            v = vec![y * 2.0; i + 1];
            acc.resize(v.len(), y);
        }
        for (p, q) in acc.iter_mut().zip(v.iter()) {
            *p += q * y;
        }
    }
    acc.iter().map(|t| t * t).sum::<f64>() + v.iter().sum::<f64>()
}
check!(test_deferred_in_nest, deferred_in_nest);
