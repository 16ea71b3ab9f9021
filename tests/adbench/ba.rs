//! Bundle adjustment against ADBench's references: blocks of the Jacobian, and one whole sparse Jacobian.

use crate::problems::ba::{rows, weight_error, Observation, Row};
use crate::problems::ours;
use crate::read::{assert_matches, float, floats, instances, Numbers};
use serde_json::Value;

type Gradient = fn(&Observation) -> ([f64; 2], [Row; 2]);

/// An ADBench file has one observation, which stands for all.
fn read_replicated(text: &str) -> Observation {
    let mut numbers = Numbers::new(text);
    let _shape: [usize; 3] = numbers.array();
    let o = Observation {
        cam: numbers.array(),
        point: numbers.array(),
        weight: numbers.next(),
        feat: numbers.array(),
    };
    numbers.end();
    o
}

/// Our file has all observations, with the indices of camera and point.
fn read_varied(text: &str) -> (usize, usize, Vec<(usize, usize, Observation)>) {
    let mut numbers = Numbers::new(text);
    let [n, m, p]: [usize; 3] = numbers.array();
    let cams: Vec<[f64; 11]> = (0..n).map(|_| numbers.array()).collect();
    let points: Vec<[f64; 3]> = (0..m).map(|_| numbers.array()).collect();
    let weights: Vec<f64> = numbers.take(p);
    let pairs: Vec<[usize; 2]> = (0..p).map(|_| numbers.array()).collect();
    let feats: Vec<[f64; 2]> = (0..p).map(|_| numbers.array()).collect();
    numbers.end();
    let observations = pairs.iter().zip(weights).zip(feats);
    let observations = observations
        .map(|((&[c, x], weight), feat)| (c, x, Observation { cam: cams[c], point: points[x], weight, feat }))
        .collect();
    (n, m, observations)
}

fn check_replicated(name: &str, text: &str, reference: &Value, gradient: Gradient) {
    let o = read_replicated(text);
    let (value, rows) = gradient(&o);
    assert_matches(name, &value, &floats(reference, "reproj_err_each"));
    assert_matches(name, &rows.concat(), &floats(reference, "jac_block_each"));
    let w = [weight_error(o.weight), ours::ba_weight(o.weight)];
    assert_matches(name, &w, &[float(reference, "w_err_each"), float(reference, "w_err_derivative_each")]);
}

fn check_varied(name: &str, text: &str, reference: &Value, gradient: Gradient) {
    let (n, m, observations) = read_varied(text);
    let (mut errors, mut values) = (Vec::new(), Vec::new());
    let (mut columns, mut starts) = (Vec::new(), vec![0.0]);
    for (i, (cam, point, o)) in observations.iter().enumerate() {
        let (value, rows) = gradient(o);
        errors.extend(value);
        for row in rows {
            values.extend(row);
            columns.extend((0..11).map(|j| (11 * cam + j) as f64));
            columns.extend((0..3).map(|j| (11 * n + 3 * point + j) as f64));
            columns.push((11 * n + 3 * m + i) as f64);
            starts.push(values.len() as f64);
        }
    }
    for (i, (_, _, o)) in observations.iter().enumerate() {
        values.push(ours::ba_weight(o.weight));
        columns.push((11 * n + 3 * m + i) as f64);
        starts.push(values.len() as f64);
    }
    let weights: Vec<f64> = observations.iter().map(|(_, _, o)| weight_error(o.weight)).collect();
    assert_matches(name, &errors, &floats(reference, "reproj_err"));
    assert_matches(name, &weights, &floats(reference, "w_err"));
    assert_eq!(starts, floats(reference, "csr_rows"), "{name}: rows");
    assert_eq!(columns, floats(reference, "csr_cols"), "{name}: columns");
    assert_matches(name, &values, &floats(reference, "csr_vals"));
}

fn check(gradient: Gradient) {
    for (path, reference) in instances("ba") {
        let text = std::fs::read_to_string(&path).expect("readable data");
        let name = path.display().to_string();
        if reference.get("csr_vals").is_some() {
            check_varied(&name, &text, &reference, gradient);
        } else {
            check_replicated(&name, &text, &reference, gradient);
        }
    }
}

#[test]
fn by_hand() {
    check(|o| rows(&o.cam, &o.point, o.weight, &o.feat));
}

#[test]
fn generated_by_vjp() {
    check(ours::ba_rows_by_vjp);
}

#[test]
fn generated_by_jacobian() {
    check(|o| (ours::ba_rows_by_vjp(o).0, ours::ba_rows(o)));
}
