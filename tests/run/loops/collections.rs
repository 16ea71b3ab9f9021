//! Passive collections of std in numeric code: queues, maps and sets decide which numbers are read.

use crate::oracle::{assert_all_close, assert_matches_central, assert_same_bits};
use backprop::grad;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

const X: [f64; 9] = [-0.5, 0.9, 0.25, -0.4, 1.0, 0.3, -0.3, 1.1, 0.5];

/// Gradient against central differences, pullback against gradient, for a function of a slice and passive arguments.
macro_rules! check_with {
    ($f:ident, $x:expr, $($rest:expr),+) => {{
        let x: &[f64] = &$x;
        let (value, gradient) = $f::value_and_grad(x, $($rest),+);
        assert_same_bits(value, $f(x, $($rest),+));
        assert_matches_central(&gradient, |x| $f(x, $($rest),+), x);
        let (_, pullback) = $f::vjp(x, $($rest),+);
        assert_all_close(&pullback(1.0), &gradient);
    }};
}

#[grad]
fn sliding_max(x: &[f64], k: usize) -> f64 {
    let mut queue: VecDeque<usize> = VecDeque::new();
    let mut total = 0.0;
    for i in 0..x.len() {
        while let Some(&back) = queue.back() {
            if x[back] <= x[i] {
                queue.pop_back();
            } else {
                break;
            }
        }
        queue.push_back(i);
        if queue[0] + k <= i {
            queue.pop_front();
        }
        if i + 1 >= k {
            total += x[queue[0]] * (i as f64);
        }
    }
    total
}

#[test]
fn a_monotone_queue() {
    check_with!(sliding_max, X, 3);
    check_with!(sliding_max, X[..1], 1);
}

#[grad]
fn graph_bfs(x: &[f64], #[no_grad] edges: &[(usize, usize)]) -> f64 {
    let n = x.len();
    let mut adj: Vec<Vec<usize>> = vec![Vec::new(); n];
    for &(a, b) in edges {
        adj[a].push(b);
        adj[b].push(a);
    }
    let mut depth = vec![usize::MAX; n];
    let mut queue = VecDeque::from([0usize]);
    depth[0] = 0;
    let mut acc = 0.0;
    while let Some(u) = queue.pop_front() {
        acc += x[u] * x[u] / (1.0 + depth[u] as f64);
        for &v in &adj[u] {
            if depth[v] == usize::MAX {
                depth[v] = depth[u] + 1;
                queue.push_back(v);
            }
        }
    }
    acc
}

#[test]
fn a_queue_of_nodes() {
    check_with!(graph_bfs, X[..5], &[(0, 1), (1, 2), (0, 3), (3, 4)]);
}

#[grad]
fn by_word(x: &[f64], text: &str) -> f64 {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for w in text.split_whitespace() {
        *counts.entry(w).or_insert(0) += 1;
    }
    let mut keys: Vec<&str> = counts.keys().copied().collect();
    keys.sort();
    let mut acc = 1.0;
    for (i, key) in keys.iter().enumerate() {
        acc *= 1.0 + x[i % x.len()] * counts[key] as f64;
    }
    acc
}

#[test]
fn a_map_that_counts_words() {
    check_with!(by_word, X[..3], "a b a c b a");
    check_with!(by_word, X[..3], "");
}

#[grad]
fn set_of_ids(x: &[f64], ids: &[u32]) -> f64 {
    let mut seen = HashSet::new();
    let mut acc = 0.0;
    for id in ids {
        if seen.insert(*id) {
            acc += x[*id as usize].powi(2);
        } else {
            acc *= x[*id as usize];
        }
    }
    acc
}

#[test]
fn a_set_of_what_was_seen() {
    check_with!(set_of_ids, X[..5], &[0, 3, 1, 3, 0, 2]);
}

#[grad]
fn grouped(x: &[f64], groups: &[u8]) -> f64 {
    let mut order: BTreeMap<u8, Vec<usize>> = BTreeMap::new();
    for (i, g) in groups.iter().enumerate() {
        order.entry(*g).or_default().push(i);
    }
    let mut acc = 0.0;
    for (g, members) in &order {
        let mean = members.iter().map(|i| x[*i]).sum::<f64>() / members.len() as f64;
        acc += mean * mean * f64::from(*g);
    }
    acc
}

#[test]
fn groups_in_a_map_of_vectors() {
    check_with!(grouped, X[..6], &[2, 1, 2, 3, 1, 2]);
}

#[grad]
fn lag_features(x: &[f64], lags: &[usize]) -> f64 {
    let max = *lags.iter().max().unwrap();
    (max..x.len())
        .map(|t| {
            let row: Vec<f64> = lags.iter().map(|l| x[t - l]).collect();
            row.windows(2).map(|w| w[0] * w[1]).sum::<f64>() * x[t]
        })
        .sum()
}

#[test]
fn the_largest_of_passive_integers() {
    check_with!(lag_features, X, &[1, 3, 4]);
}

#[grad]
fn token_tree(x: &[f64], text: &str) -> f64 {
    // recursive descent as a loop with an explicit stack of (value, op)
    let mut stack: Vec<(f64, u8)> = vec![];
    let mut acc = 0.0;
    let mut op = b'+';
    for (i, c) in text.bytes().enumerate() {
        match c {
            b'(' => {
                stack.push((acc, op));
                acc = 0.0;
                op = b'+';
            }
            b')' => {
                let (outer, before) = stack.pop().expect("balanced");
                acc = if before == b'+' { outer + acc } else { outer * acc };
            }
            b'+' | b'*' => op = c,
            d if d.is_ascii_digit() => {
                let v = x[(d - b'0') as usize];
                acc = if op == b'+' { acc + v } else { acc * v };
            }
            _ => panic!("at {i}"),
        }
    }
    acc
}

#[test]
fn a_stack_of_numbers_under_the_control_of_text() {
    check_with!(token_tree, X[..4], "1+(2*3+(0*1))*2");
}

#[grad]
fn const_table(x: &[f64]) -> f64 {
    const GAUSS: [(f64, f64); 3] = [
        (-0.7745966692414834, 0.5555555555555556),
        (0.0, 0.8888888888888888),
        (0.7745966692414834, 0.5555555555555556),
    ];
    let mut total = 0.0;
    for w in x.windows(2) {
        let (a, b) = (w[0], w[1]);
        for (node, weight) in GAUSS {
            let t = 0.5 * (b - a) * node + 0.5 * (a + b);
            total += 0.5 * (b - a) * weight * (t * t).sin();
        }
        for &(node, weight) in GAUSS.iter() {
            total += node * weight * a;
        }
    }
    total
}

#[test]
fn constant_tables_by_value_and_by_reference() {
    check_slice!(const_table(X[..4]));
}

#[grad]
fn guard_in_tail(x: &[f64], #[no_grad] weights: &RefCell<Vec<usize>>) -> f64 {
    let mut acc = 0.0;
    for (i, v) in x.iter().enumerate() {
        acc += v * weights.borrow()[i] as f64;
    }
    acc * weights.borrow().len() as f64
}

#[grad]
fn cell_tail(x: &[f64]) -> f64 {
    let c = RefCell::new(2.0);
    *c.borrow_mut() += 1.0;
    let k = *c.borrow();
    let y = x[0] * x[1] * k * *c.borrow();
    y
}

#[test]
fn guards_of_cells_are_gone_when_the_value_is_read() {
    let weights = RefCell::new(vec![1, 2, 3]);
    check_with!(guard_in_tail, X[..3], &weights);
    check_slice!(cell_tail(X[..2]));
}

/// What becomes of the parameter does not reach the result: its gradient still has the caller's shape.
#[grad]
fn grows_for_nothing(x: f64, mut b: Vec<f64>, mut c: Vec<f64>) -> f64 {
    let y = x * b[0] * b[0];
    for i in 0..4 {
        b.push(x * i as f64);
    }
    if c.len() > 3 {
        c = vec![x; 2];
    }
    y * (c.len() - 1) as f64
}

#[grad]
fn unread(x: f64, mut b: Vec<f64>, mut c: Vec<f64>) -> f64 {
    b.push(x);
    if c.len() > 3 {
        c = vec![x; 2];
    }
    x * x * (b.len() - c.len() - 1) as f64
}

#[test]
fn gradients_have_the_shape_at_the_call() {
    let (b, c) = (vec![2.0, 3.0, 4.0], vec![1.0; 5]);
    assert_eq!(grows_for_nothing::grad(3.0, b.clone(), c.clone()), (4.0, vec![12.0, 0.0, 0.0], vec![0.0; 5]));
    let (_, pullback) = grows_for_nothing::vjp(3.0, b.clone(), c.clone());
    assert_eq!(pullback(2.0), (8.0, vec![24.0, 0.0, 0.0], vec![0.0; 5]));
    assert_eq!(unread::grad(3.0, b.clone(), c.clone()), (6.0, vec![0.0; 3], vec![0.0; 5]));
    let (_, pullback) = unread::vjp(3.0, b, c);
    assert_eq!(pullback(1.0), (6.0, vec![0.0; 3], vec![0.0; 5]));
}
