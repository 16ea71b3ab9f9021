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
