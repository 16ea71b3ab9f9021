//! Iterator chains and structures as users write them, all against central differences.

use crate::oracle::assert_matches_central;
use backprop::{grad, Differentiable};

#[grad]
fn it1(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(a, b)| a * b).sum::<f64>()
}
#[grad]
fn it2(x: &[f64]) -> f64 {
    x.iter()
        .enumerate()
        .filter(|(i, _)| i % 2 == 0)
        .map(|(i, v)| v * v * i as f64)
        .fold(1.0, |a, b| a + b * a)
}
#[grad]
fn it3(x: &[f64]) -> f64 {
    x.windows(2).map(|w| (w[1] - w[0]).powi(2)).sum::<f64>()
        + x.chunks(2).map(|c| c.iter().product::<f64>()).sum::<f64>()
}
#[grad]
fn it4(x: &[f64], k: f64) -> f64 {
    let v: Vec<f64> = x.iter().rev().skip(1).take(3).step_by(2).map(|a| a * k).collect();
    v.iter().copied().sum::<f64>() * k
}
#[grad]
fn it5(x: &[f64], k: f64) -> f64 {
    x.iter()
        .scan(1.0, |s, v| {
            *s = *s * v + k;
            Some(*s)
        })
        .sum()
}
#[grad]
fn it6(x: &[f64]) -> f64 {
    x.iter().flat_map(|a| [a * a, 2.0 * a]).sum::<f64>() * x.iter().cloned().fold(f64::NEG_INFINITY, f64::max)
}
#[grad]
fn it7(n: usize, a: f64) -> f64 {
    (1..=n).rev().map(|k| a.powi(k as i32) / k as f64).sum::<f64>()
        * (0..n).map(|k| a + k as f64).product::<f64>()
}
#[grad]
fn it8(x: &mut [f64], a: f64) {
    x.iter_mut().enumerate().for_each(|(i, v)| *v = *v * a + i as f64);
}
#[grad]
fn it9(text: &str, a: f64) -> f64 {
    text.chars().map(|c| if c == 'a' { a } else { a * a }).sum()
}
#[grad]
fn it10(m: &[Vec<f64>], v: &[f64]) -> Vec<f64> {
    m.iter().map(|row| row.iter().zip(v.iter()).map(|(a, b)| a * b).sum()).collect()
}
#[grad]
fn it11(m: [[f64; 3]; 2], v: [f64; 3]) -> f64 {
    let w: [f64; 2] = std::array::from_fn(|i| (0..3).map(|j| m[i][j] * v[j]).sum());
    w.iter().map(|x| x.tanh()).sum()
}
#[derive(Clone, Copy, Differentiable)]
struct P {
    x: f64,
    y: f64,
}
#[grad]
fn it12(p: &[P]) -> f64 {
    p.iter().zip(p.iter().skip(1)).map(|(a, b)| ((a.x - b.x).powi(2) + (a.y - b.y).powi(2)).sqrt()).sum()
}
#[grad]
fn centroid(p: &[P]) -> P {
    let n = p.len() as f64;
    let s = p.iter().fold(P { x: 0.0, y: 0.0 }, |acc, q| P { x: acc.x + q.x, y: acc.y + q.y });
    P { x: s.x / n, y: s.y / n }
}
#[grad]
fn spread(p: &[P]) -> f64 {
    let c = centroid(p);
    p.iter().map(|q| (q.x - c.x).hypot(q.y - c.y)).sum::<f64>()
}
#[derive(Clone, Differentiable)]
struct Layer {
    w: Vec<Vec<f64>>,
    b: Vec<f64>,
    act: Act,
}
#[derive(Clone, Copy, PartialEq, Differentiable)]
enum Act {
    Tanh,
    Relu,
}
impl Layer {
    #[grad]
    fn forward(&self, x: &[f64]) -> Vec<f64> {
        self.w
            .iter()
            .zip(&self.b)
            .map(|(row, b)| {
                let z = row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>() + b;
                match self.act {
                    Act::Tanh => z.tanh(),
                    Act::Relu => z.max(0.0),
                }
            })
            .collect()
    }
}
#[derive(Clone, Differentiable)]
struct Net {
    layers: Vec<Layer>,
}
impl Net {
    #[grad]
    fn loss(&self, x: &[f64], t: f64) -> f64 {
        let mut h = x.to_vec();
        for l in &self.layers {
            h = l.forward(&h);
        }
        let e = h[0] - t;
        e * e
    }
}
#[grad]
fn with_state<const N: usize>(x: [f64; N], k: f64) -> f64 {
    let mut acc = [0.0; N];
    let mut step = |i: usize, v: f64| {
        acc[i] += v * k;
        acc[i]
    };
    let mut s = 0.0;
    for i in 0..N {
        s += step(i, x[i]) * step((i + 1) % N, x[i]);
    }
    s
}
#[grad]
fn swap_args(mut a: f64, mut b: f64, flag: bool) -> f64 {
    if flag {
        std::mem::swap(&mut a, &mut b);
    }
    let (c, d) = (a / b, b);
    c - d * a
}
#[grad]
fn opt_chain(x: Option<f64>, y: f64) -> f64 {
    let Some(v) = x else { return y };
    let w = Some(v * y).filter(|w| *w > 0.0).unwrap_or(y * y);
    w + x.map_or(0.0, |t| t * t)
}
#[grad]
fn tuple_out(x: f64, y: f64) -> (f64, [f64; 2]) {
    let r = x.hypot(y);
    (r, [x / r, y / r])
}
#[grad]
fn uses_tuple(x: f64, y: f64) -> f64 {
    let (r, [c, s]) = tuple_out(x, y);
    let (q, _) = tuple_out(c, r);
    q * s
}
#[grad]
fn letters(text: &str, a: f64) -> f64 {
    let mut s = 0.0;
    for (i, c) in text.char_indices() {
        s += if c.is_alphabetic() { a.powi(i as i32) } else { a };
    }
    s
}

#[test]
fn it1_() {
    let x = [0.7, -1.3, 0.4, 1.2, 0.5, 0.9];
    let g = it1::grad(&x[..3], &x[3..]);
    assert_matches_central(&[g.0, g.1].concat(), |v| it1(&v[..3], &v[3..]), &x);
}

#[test]
fn it2_() {
    let x = [0.7, -1.3, 0.4, 1.2, 0.5, 0.9];
    assert_matches_central(&it2::grad(&x), |v| it2(v), &x);
}

#[test]
fn it3_() {
    let x = [0.7, -1.3, 0.4, 1.2, 0.5, 0.9];
    assert_matches_central(&it3::grad(&x), |v| it3(v), &x);
}

#[test]
fn it4_() {
    let x = [0.7, -1.3, 0.4, 1.2, 0.5, 0.9];
    let g = it4::grad(&x[..5], x[5]);
    assert_matches_central(&[&g.0[..], &[g.1]].concat(), |v| it4(&v[..5], v[5]), &x);
}

#[test]
fn it5_() {
    let x = [0.7, -1.3, 0.4, 1.2, 0.5, 0.9];
    let g = it5::grad(&x[..5], x[5]);
    assert_matches_central(&[&g.0[..], &[g.1]].concat(), |v| it5(&v[..5], v[5]), &x);
}

#[test]
fn it6_() {
    let x = [0.7, -1.3, 0.4, 1.2, 0.5, 0.9];
    assert_matches_central(&it6::grad(&x), |v| it6(v), &x);
}

#[test]
fn it7_() {
    assert_matches_central(&[it7::grad(4, 0.7)], |v| it7(4, v[0]), &[0.7]);
}

#[test]
fn it8_() {
    let x = [0.7, -1.3, 0.4, 1.2, 0.5, 0.9];
    let mut z = x[..3].to_vec();
    let (_, pb) = it8::vjp(&mut z, 0.7);
    let mut d = vec![1.0, 2.0, 3.0];
    let ga = pb((), &mut d);
    assert_matches_central(
        &[&d[..], &[ga]].concat(),
        |v| {
            let mut z = v[..3].to_vec();
            it8(&mut z, v[3]);
            z[0] + 2.0 * z[1] + 3.0 * z[2]
        },
        &[0.7, -1.3, 0.4, 0.7],
    );
}

#[test]
fn it9_() {
    assert_matches_central(&[it9::grad("abca", 0.7)], |v| it9("abca", v[0]), &[0.7]);
}

#[test]
fn it10_() {
    let x = [0.7, -1.3, 0.4, 1.2, 0.5, 0.9];
    let m = |v: &[f64]| vec![v[..2].to_vec(), v[2..4].to_vec()];
    let g = it10::vjp(&m(&x), &x[4..]).1(vec![1.0, 2.0]);
    assert_matches_central(
        &[&g.0[0][..], &g.0[1], &g.1].concat(),
        |v| {
            let y = it10(&m(v), &v[4..]);
            y[0] + 2.0 * y[1]
        },
        &x,
    );
}

#[test]
fn it11_() {
    let a = [[0.7, -1.3, 0.4], [1.2, 0.5, 0.9]];
    let g = it11::grad(a, [0.3, 0.2, -0.6]);
    assert_matches_central(
        &[&g.0[0][..], &g.0[1], &g.1].concat(),
        |v| it11([[v[0], v[1], v[2]], [v[3], v[4], v[5]]], [v[6], v[7], v[8]]),
        &[0.7, -1.3, 0.4, 1.2, 0.5, 0.9, 0.3, 0.2, -0.6],
    );
}

#[test]
fn it12_() {
    let x = [0.7, -1.3, 0.4, 1.2, 0.5, 0.9];
    let p = |v: &[f64]| v.chunks(2).map(|c| P { x: c[0], y: c[1] }).collect::<Vec<_>>();
    let f = |g: &[PTangent]| g.iter().flat_map(|t| [t.x, t.y]).collect::<Vec<_>>();
    assert_matches_central(&f(&it12::grad(&p(&x))), |v| it12(&p(v)), &x);
}

#[test]
fn spread_() {
    let x = [0.7, -1.3, 0.4, 1.2, 0.5, 0.9];
    let p = |v: &[f64]| v.chunks(2).map(|c| P { x: c[0], y: c[1] }).collect::<Vec<_>>();
    let f = |g: &[PTangent]| g.iter().flat_map(|t| [t.x, t.y]).collect::<Vec<_>>();
    assert_matches_central(&f(&spread::grad(&p(&x))), |v| spread(&p(v)), &x);
}

#[test]
fn loss_() {
    let net = |v: &[f64]| Net {
        layers: vec![
            Layer { w: vec![v[..2].to_vec(), v[2..4].to_vec()], b: vec![0.1, 0.2], act: Act::Tanh },
            Layer { w: vec![v[4..6].to_vec()], b: vec![v[6]], act: Act::Relu },
        ],
    };
    let y = [0.7, -1.3, 0.4, 1.2, 0.5, 0.9, 0.8];
    let g = net(&y).loss_grad(&[0.3, 0.5], 0.2);
    assert_matches_central(
        &[&g.0.layers[0].w[0][..], &g.0.layers[0].w[1], &g.0.layers[1].w[0], &g.0.layers[1].b].concat(),
        |v| net(v).loss(&[0.3, 0.5], 0.2),
        &y,
    );
}

#[test]
fn with_state_() {
    let g = with_state::grad([0.7, -1.3, 0.4], 0.6);
    assert_matches_central(
        &[&g.0[..], &[g.1]].concat(),
        |v| with_state([v[0], v[1], v[2]], v[3]),
        &[0.7, -1.3, 0.4, 0.6],
    );
}

#[test]
fn swap_args_() {
    let g = swap_args::grad(0.7, 0.3, true);
    assert_matches_central(&[g.0, g.1], |v| swap_args(v[0], v[1], true), &[0.7, 0.3]);
}

#[test]
fn opt_chain_() {
    let g = opt_chain::grad(Some(0.7), 0.3);
    assert_matches_central(&[g.0.unwrap(), g.1], |v| opt_chain(Some(v[0]), v[1]), &[0.7, 0.3]);
}

#[test]
fn uses_tuple_() {
    let g = uses_tuple::grad(0.7, 0.3);
    assert_matches_central(&[g.0, g.1], |v| uses_tuple(v[0], v[1]), &[0.7, 0.3]);
}

#[test]
fn characters_in_a_loop() {
    assert_matches_central(&[letters::grad("a-bc", 0.7)], |v| letters("a-bc", v[0]), &[0.7]);
}
