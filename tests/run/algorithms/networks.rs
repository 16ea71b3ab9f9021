//! Neural networks and geometry, against central differences.

use backprop::grad;

#[grad]
fn nn_ragged(x: &[f64]) -> f64 {
    let sizes = [2usize, 3, 2, 1];
    let mut act = x[..2].to_vec();
    let mut off = 0;
    for l in 1..sizes.len() {
        let mut next = vec![0.0; sizes[l]];
        for o in 0..sizes[l] {
            let mut s = 0.1 * o as f64;
            for i in 0..act.len() {
                s += x[(off + o * act.len() + i) % x.len()] * act[i];
            }
            next[o] = if l + 1 < sizes.len() { s.tanh() } else { s };
        }
        off += sizes[l] * act.len();
        act = next;
    }
    act[0]
}

#[test]
fn nn_ragged_matches_differences() {
    check_slice!(nn_ragged([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(nn_ragged([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn nn_ragged2(x: &[f64]) -> f64 {
    let mut layers: Vec<Vec<f64>> = vec![x.to_vec()];
    for n in [4, 3, 1] {
        let prev = layers.last().unwrap();
        let out: Vec<f64> = (0..n)
            .map(|o| prev.iter().enumerate().map(|(i, a)| a * x[(i + o) % x.len()]).sum::<f64>().tanh())
            .collect();
        layers.push(out);
    }
    layers.iter().map(|l| l.iter().sum::<f64>()).sum()
}

#[test]
fn nn_ragged2_matches_differences() {
    check_slice!(nn_ragged2([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(nn_ragged2([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn softmax_attention(x: &[f64]) -> f64 {
    let n = 3;
    let mut out = vec![0.0; n];
    for i in 0..n {
        let mut scores = [0.0; 3];
        for j in 0..n {
            scores[j] = x[i] * x[3 + j];
        }
        let m = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut z = 0.0;
        for s in scores.iter_mut() {
            *s = (*s - m).exp();
            z += *s;
        }
        for j in 0..n {
            out[i] += scores[j] / z * x[j];
        }
    }
    out.iter().map(|v| v * v).sum()
}

#[test]
fn softmax_attention_matches_differences() {
    check_slice!(softmax_attention([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(softmax_attention([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn layer_norm(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    for chunk in v.chunks_mut(3) {
        let mean = chunk.iter().sum::<f64>() / chunk.len() as f64;
        let var = chunk.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / chunk.len() as f64;
        for c in chunk.iter_mut() {
            *c = (*c - mean) / (var + 1e-3).sqrt();
        }
    }
    v.iter().enumerate().map(|(i, c)| c * x[x.len() - 1 - i]).sum()
}

#[test]
fn layer_norm_matches_differences() {
    check_slice!(layer_norm([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(layer_norm([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn polygon(x: &[f64]) -> f64 {
    let pts: Vec<(f64, f64)> = x.chunks(2).map(|p| (p[0], p[1])).collect();
    let n = pts.len();
    let mut area = 0.0;
    let mut per = 0.0;
    for i in 0..n {
        let (x0, y0) = pts[i];
        let (x1, y1) = pts[(i + 1) % n];
        area += x0 * y1 - x1 * y0;
        per += ((x1 - x0).powi(2) + (y1 - y0).powi(2)).sqrt();
    }
    0.5 * area + per
}

#[test]
fn polygon_matches_differences() {
    check_slice!(polygon([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(polygon([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}
