//! The LSTM's gradient by hand.
//!
//! Kept per step and layer: the four gates, the cell and its tanh; no transcendental is computed twice.
//! The loss is a plain sum over steps, so the output layer's cotangents are formed in the forward pass;
//! only `d x` of its input is kept.

use super::lstm::Instance;

/// Reused memory.
#[derive(Default)]
pub struct Scratch {
    /// Per step and layer six rows of `b`.
    gates: Vec<f64>,
    /// Per step the cotangent of the top layer's output.
    d_top: Vec<f64>,
    rows: Vec<f64>,
}

fn resized(v: &mut Vec<f64>, n: usize) -> &mut [f64] {
    if v.len() != n {
        v.clear();
        v.resize(n, 0.0);
    }
    v
}

/// The rows of a block of `N * b` numbers.
#[inline(always)]
fn rows<const N: usize>(mut block: &[f64], b: usize) -> [&[f64]; N] {
    std::array::from_fn(|_| {
        let (row, rest) = block.split_at(b);
        block = rest;
        row
    })
}

#[inline(always)]
fn rows_mut<const N: usize>(mut block: &mut [f64], b: usize) -> [&mut [f64]; N] {
    std::array::from_fn(|_| {
        let (row, rest) = std::mem::take(&mut block).split_at_mut(b);
        block = rest;
        row
    })
}

#[inline(always)]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// By hand: `d` (main, then extra) is overwritten, the value returned.
pub fn stored(g: &Instance, d: &mut [f64], scratch: &mut Scratch) -> f64 {
    let b = g.extra.len() / 3;
    let layers = g.main.len() / (8 * b);
    let steps = g.sequence.len() / b - 1;
    d.fill(0.0);
    let (d_main, d_extra) = d.split_at_mut(g.main.len());
    let gates = resized(&mut scratch.gates, steps * layers * 6 * b);
    let d_top = resized(&mut scratch.d_top, steps * b);
    let work = resized(&mut scratch.rows, (2 * layers + 2) * b);
    let (state, work) = work.split_at_mut(2 * layers * b);
    let [x, e] = rows_mut(work, b);

    state.copy_from_slice(&g.state);
    let seed = -1.0 / (b * steps) as f64;
    let mut total = 0.0;
    for (t, (gates, d_top)) in
        gates.chunks_exact_mut(layers * 6 * b).zip(d_top.chunks_exact_mut(b)).enumerate()
    {
        for ((x, s), w) in x.iter_mut().zip(&g.sequence[t * b..(t + 1) * b]).zip(&g.extra[..b]) {
            *x = s * w;
        }
        for ((gates, state), w) in
            gates.chunks_exact_mut(6 * b).zip(state.chunks_exact_mut(2 * b)).zip(g.main.chunks_exact(8 * b))
        {
            layer(b, x, state, w, gates);
        }
        total += output(b, x, &g.extra, &g.sequence[(t + 1) * b..(t + 2) * b], seed, e, d_top, d_extra);
    }

    state.fill(0.0);
    for (t, (gates_t, d_x)) in
        gates.chunks_exact(layers * 6 * b).zip(d_top.chunks_exact_mut(b)).enumerate().rev()
    {
        for l in (0..layers).rev() {
            let gates_l = &gates_t[l * 6 * b..(l + 1) * 6 * b];
            match l.checked_sub(1) {
                Some(below) => hidden(b, &gates_t[below * 6 * b..(below + 1) * 6 * b], x),
                None => {
                    let inputs = g.sequence[t * b..(t + 1) * b].iter().zip(&g.extra[..b]);
                    x.iter_mut().zip(inputs).for_each(|(x, (s, w))| *x = s * w);
                }
            }
            let (h, cell) = if t == 0 {
                let [h, cell] = rows(&g.state[l * 2 * b..(l + 1) * 2 * b], b);
                e.copy_from_slice(h);
                (&*e, cell)
            } else {
                let before = &gates[((t - 1) * layers + l) * 6 * b..][..6 * b];
                hidden(b, before, e);
                (&*e, &before[4 * b..5 * b])
            };
            let w = &g.main[l * 8 * b..(l + 1) * 8 * b];
            let d_w = &mut d_main[l * 8 * b..(l + 1) * 8 * b];
            layer_reverse(b, x, h, cell, w, gates_l, d_x, &mut state[l * 2 * b..(l + 1) * 2 * b], d_w);
        }
        let s = &g.sequence[t * b..(t + 1) * b];
        for ((d, s), d_x) in d_extra[..b].iter_mut().zip(s).zip(d_x.iter()) {
            *d += s * d_x;
        }
    }
    -total / (b * steps) as f64
}

/// The hidden state from the kept rows: out gate times tanh of the cell.
#[inline(always)]
fn hidden(b: usize, gates: &[f64], h: &mut [f64]) {
    for ((h, o), c) in h[..b].iter_mut().zip(&gates[2 * b..3 * b]).zip(&gates[5 * b..6 * b]) {
        *h = o * c;
    }
}

/// One layer forward: `x` and the layer's state become the new ones, `gates` is filled.
#[inline(always)]
fn layer(b: usize, x: &mut [f64], state: &mut [f64], w: &[f64], gates: &mut [f64]) {
    let [wf, wi, wo, wc, bf, bi, bo, bc] = rows(w, b);
    let [f, i, o, a, c, th] = rows_mut(gates, b);
    let [h, cell] = rows_mut(state, b);
    let x = &mut x[..b];
    for j in 0..b {
        f[j] = sigmoid(x[j] * wf[j] + bf[j]);
        i[j] = sigmoid(h[j] * wi[j] + bi[j]);
        o[j] = sigmoid(x[j] * wo[j] + bo[j]);
        a[j] = (h[j] * wc[j] + bc[j]).tanh();
        c[j] = cell[j] * f[j] + i[j] * a[j];
        th[j] = c[j].tanh();
        cell[j] = c[j];
        h[j] = o[j] * th[j];
        x[j] = h[j];
    }
}

/// The output layer's value, its cotangents, and its parameters' gradient.
#[allow(clippy::too_many_arguments)]
#[inline(always)]
fn output(
    b: usize,
    x: &[f64],
    extra: &[f64],
    next: &[f64],
    seed: f64,
    e: &mut [f64],
    d_x: &mut [f64],
    d_extra: &mut [f64],
) -> f64 {
    let [_, w, bias] = rows(extra, b);
    let [_, d_w, d_bias] = rows_mut(d_extra, b);
    let (x, e, d_x, next) = (&x[..b], &mut e[..b], &mut d_x[..b], &next[..b]);
    let (mut sum, mut linear, mut hot) = (2.0, 0.0, 0.0);
    for j in 0..b {
        let y = x[j] * w[j] + bias[j];
        e[j] = y.exp();
        sum += e[j];
        linear += next[j] * y;
        hot += next[j];
    }
    let share = hot / sum;
    for j in 0..b {
        let d = seed * (next[j] - share * e[j]);
        d_bias[j] += d;
        d_w[j] += d * x[j];
        d_x[j] = d * w[j];
    }
    linear - hot * sum.ln()
}

/// One layer backward. `d_x` enters as the cotangent of the layer's output and leaves as that of its input;
/// `d_state` holds the cotangents of hidden and cell state carried from the later step.
#[allow(clippy::too_many_arguments)]
#[inline(always)]
fn layer_reverse(
    b: usize,
    x: &[f64],
    h: &[f64],
    cell: &[f64],
    w: &[f64],
    gates: &[f64],
    d_x: &mut [f64],
    d_state: &mut [f64],
    d_w: &mut [f64],
) {
    let [wf, wi, wo, wc, ..] = rows::<8>(w, b);
    let [f, i, o, a, _, th] = rows(gates, b);
    let [d_h, d_c] = rows_mut(d_state, b);
    let [dwf, dwi, dwo, dwc, dbf, dbi, dbo, dbc] = rows_mut(d_w, b);
    let (x, h, cell, d_x) = (&x[..b], &h[..b], &cell[..b], &mut d_x[..b]);
    for j in 0..b {
        let d_out = d_x[j] + d_h[j];
        let d_cell = d_c[j] + d_out * o[j] * (1.0 - th[j] * th[j]);
        let d_o = d_out * th[j] * o[j] * (1.0 - o[j]);
        let d_f = d_cell * cell[j] * f[j] * (1.0 - f[j]);
        let d_i = d_cell * a[j] * i[j] * (1.0 - i[j]);
        let d_a = d_cell * i[j] * (1.0 - a[j] * a[j]);
        d_c[j] = d_cell * f[j];
        d_x[j] = d_f * wf[j] + d_o * wo[j];
        d_h[j] = d_i * wi[j] + d_a * wc[j];
        dwf[j] += d_f * x[j];
        dwi[j] += d_i * h[j];
        dwo[j] += d_o * x[j];
        dwc[j] += d_a * h[j];
        dbf[j] += d_f;
        dbi[j] += d_i;
        dbo[j] += d_o;
        dbc[j] += d_a;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problems::lstm::lstm;
    use crate::problems::numeric::{central, max_relative};

    #[test]
    fn hand_written_equals_central_differences() {
        for (layers, chars, b) in [(1, 2, 1), (2, 5, 3), (3, 9, 4)] {
            let g = Instance::generate(layers, chars, b, 5);
            let flat = [&g.main[..], &g.extra].concat();
            let expected = central(&flat, |p| {
                let (main, extra) = p.split_at(g.main.len());
                lstm(main, extra, &g.state, &g.sequence)
            });
            let mut d = vec![f64::NAN; flat.len()];
            let mut scratch = Scratch::default();
            for _ in 0..2 {
                let value = stored(&g, &mut d, &mut scratch);
                assert!((value - g.value()).abs() < 1e-14);
                assert!(max_relative(&d, &expected) < 1e-9, "{layers} {chars} {b}");
            }
        }
    }
}
