//! Aggregates that are declared first and assigned on some paths only.

use backprop::grad;

#[grad]
fn deferred(x: &[f64]) -> f64 {
    let z;
    if x[0] > 0.0 {
        z = [x[0], x[1]];
    } else {
        return x[2];
    }
    z[0] * z[1]
}

#[test]
fn deferred_matches_differences() {
    check_slice!(deferred([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(deferred([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn deferred2(x: &[f64]) -> f64 {
    let z;
    if x[0] > 0.0 {
        if x[1] > 0.0 {
            return x[3] * x[1];
        }
        z = [x[0], x[1]];
    } else if x[1] < 5.0 {
        z = [x[1], x[4] * x[0]];
    } else {
        return x[2];
    }
    z[0] * z[1]
}

#[test]
fn deferred2_matches_differences() {
    check_slice!(deferred2([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(deferred2([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn deferred_loop(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        let p;
        if x[i] > 0.0 {
            p = (x[i], x[i] * x[0]);
        } else if i == 4 {
            break;
        } else {
            continue;
        }
        s += p.0 * p.1;
    }
    s
}

#[test]
fn deferred_loop_matches_differences() {
    check_slice!(deferred_loop([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(deferred_loop([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

/// The vector's length changes with each assignment.
#[grad]
fn pooled(x: &[f64]) -> f64 {
    let mut h;
    let scale = x[0];
    h = x.to_vec();
    while h.len() > 1 {
        h = h.chunks(2).map(|c| c.iter().sum::<f64>() * scale).collect();
    }
    h[0]
}

#[grad]
fn halves(x: &[f64]) -> Vec<f64> {
    x.chunks(2).map(|c| c.iter().product::<f64>()).collect()
}

#[grad]
fn folded(x: &[f64]) -> f64 {
    let last = (0..3).fold(x.to_vec(), |h, i| if h.len() > 1 { halves(&h) } else { vec![h[0], x[i]] });
    last.iter().enumerate().map(|(i, v)| v * (i + 2) as f64).sum()
}

#[test]
fn vectors_of_changing_length() {
    for n in 1..7 {
        let x = &[0.7, -0.4, 1.3, 0.9, -1.1, 0.35][..n];
        check_slice!(pooled(x));
        if n > 2 {
            check_slice!(folded(x));
        }
    }
}
