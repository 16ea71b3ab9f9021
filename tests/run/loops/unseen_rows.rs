//! Loops over fields whose types the macro does not see: they walk slices where there are any, and anything else by its
//! own `Index`; panics stay where they are.
//! (`cfg(all())` on a struct: its fields may be others, so they are not looked at.)

use crate::oracle::{assert_all_close_to, assert_same_bits, central, panic_message, DIFFERENCES};
use backprop::{grad, Differentiable, Tangent};
use std::ops::{Deref, Index};

#[cfg(any(unix, not(unix)))]
#[derive(Clone, Debug, Differentiable)]
struct Dense {
    w: Vec<Vec<f64>>,
    b: Vec<f64>,
    scale: [f64; 3],
    #[no_grad]
    mask: Vec<f64>,
    boxed: Box<[f64]>,
    rows: usize,
}

fn dense(x: &[f64]) -> Dense {
    Dense {
        w: x[..9].chunks(3).map(<[f64]>::to_vec).collect(),
        b: x[9..12].to_vec(),
        scale: [x[12], x[13], x[14]],
        mask: vec![1.0, 0.5, -2.0],
        boxed: x[15..18].into(),
        rows: 3,
    }
}

fn flat(d: &<Dense as Differentiable>::Tangent) -> Vec<f64> {
    let mut out = Vec::new();
    d.to_flat(&mut out);
    out
}

fn numbers(n: usize) -> Vec<f64> {
    (0..n).map(|k| (1.3 * k as f64 + 0.2).sin()).collect()
}

impl Dense {
    /// Several fields in one loop, one of them a constant, one boxed.
    #[grad]
    fn forward(&self, x: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; self.rows];
        for i in 0..self.rows {
            let mut s = self.b[i];
            for j in 0..x.len() {
                s += self.w[i][j] * x[j] * self.scale[j] + self.mask[j] * self.boxed[j] * self.w[j][i];
            }
            out[i] = s.tanh();
        }
        out
    }

    /// Rows that start elsewhere, and neighbours.
    #[grad]
    fn neighbours(&self) -> f64 {
        let mut s = 0.0;
        for i in 1..self.b.len() {
            s += self.b[i] * self.b[i - 1] * self.scale[i];
        }
        for i in 0..self.b.len() - 1 {
            s *= self.w[1][i + 1] + self.boxed[i];
        }
        s
    }
}

#[test]
fn fields_of_self() {
    let x = numbers(18);
    let input = [0.3, -0.8, 0.5];
    let f = |x: &[f64]| dense(x).forward(&input).iter().enumerate().map(|(k, y)| (k + 1) as f64 * y).sum();
    let layer = dense(&x);
    let (y, pullback) = layer.forward_vjp(&input);
    assert_same_bits(y[2], layer.forward(&input)[2]);
    let (d, d_input) = pullback(vec![1.0, 2.0, 3.0]);
    assert_all_close_to(&flat(&d), &central(f, &x), DIFFERENCES);
    let g = |input: &[f64]| layer.forward(input).iter().enumerate().map(|(k, y)| (k + 1) as f64 * y).sum();
    assert_all_close_to(&d_input, &central(g, &input), DIFFERENCES);
    let d = layer.neighbours_grad();
    assert_all_close_to(&flat(&d), &central(|x| dense(x).neighbours(), &x), DIFFERENCES);
}

#[cfg(any(unix, not(unix)))]
#[derive(Clone, Debug, Differentiable)]
struct Net {
    layers: Vec<Dense>,
    #[no_grad]
    fixed: Vec<Dense>,
}

/// Elements of vectors of structs; constants in the same shape; two layers at once.
#[grad(wrt(net))]
fn energy(net: &Net, x: &[f64]) -> f64 {
    let mut e = 0.0;
    for k in 1..net.layers.len() {
        for j in 0..x.len() {
            e += net.layers[k].b[j] * net.layers[k - 1].b[j] * x[j];
            e += net.fixed[0].b[j] * net.layers[k].scale[j];
        }
        for j in 0..x.len() {
            e += (net.layers[k].w[0][j] * net.layers[k].boxed[j]).sin();
        }
    }
    e
}

#[test]
fn fields_of_elements() {
    let x = numbers(36);
    let net = |x: &[f64]| Net { layers: vec![dense(x), dense(&x[18..])], fixed: vec![dense(&numbers(18))] };
    let input = [0.3, -0.8, 0.5];
    let (y, d) = energy::value_and_grad(&net(&x), &input);
    assert_same_bits(y, energy(&net(&x), &input));
    let mut all = Vec::new();
    d.to_flat(&mut all);
    assert_all_close_to(&all, &central(|x| energy(&net(x), &input), &x), DIFFERENCES);
}

/// Its own `Index`, backwards; and one that is reached by `Deref` alone; and one that wants another type of index.
#[derive(Clone, Debug)]
struct Backwards(Vec<f64>);
impl Index<usize> for Backwards {
    type Output = f64;
    fn index(&self, k: usize) -> &f64 {
        &self.0[self.0.len() - 1 - k]
    }
}
#[derive(Clone, Debug)]
struct Wrapped(Vec<f64>);
impl Deref for Wrapped {
    type Target = Vec<f64>;
    fn deref(&self) -> &Vec<f64> {
        &self.0
    }
}
#[derive(Clone, Debug)]
struct ByInt(Vec<f64>);
impl Index<i32> for ByInt {
    type Output = f64;
    fn index(&self, k: i32) -> &f64 {
        &self.0[(k + 1) as usize]
    }
}
#[derive(Clone, Debug)]
struct Data<'a> {
    back: Backwards,
    wrapped: Wrapped,
    by_int: ByInt,
    slice: &'a [f64],
    shared: std::rc::Rc<Vec<f64>>,
}

#[grad(wrt(x))]
fn dot_with_all(x: &[f64], #[no_grad] data: &Data<'_>, n: i32) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * data.back[i] + (x[i] * data.wrapped[i]).cos() + x[i] * data.slice[i] * data.shared[i];
    }
    for i in -1..n {
        s *= 1.0 + 0.1 * data.by_int[i] * x[0];
    }
    s
}

#[test]
fn other_containers() {
    let numbers = numbers(12);
    let data = Data {
        back: Backwards(numbers[..3].to_vec()),
        wrapped: Wrapped(numbers[3..6].to_vec()),
        by_int: ByInt(numbers[6..9].to_vec()),
        slice: &numbers[9..],
        shared: std::rc::Rc::new(numbers[2..5].to_vec()),
    };
    let x = [0.4, -0.7, 1.1];
    let (y, d) = dot_with_all::value_and_grad(&x, &data, 2);
    assert_same_bits(y, dot_with_all(&x, &data, 2));
    assert_all_close_to(&d, &central(|x| dot_with_all(x, &data, 2), &x), DIFFERENCES);
}

/// The same message as the function's, whichever of the fields is too short; none where the loop does not run.
#[test]
fn panics_are_the_functions() {
    let input = [0.3, -0.8, 0.5];
    let whole = dense(&numbers(18));
    let mut short = [whole.clone(), whole.clone(), whole.clone(), whole.clone(), whole.clone()];
    short[0].w[1].truncate(1);
    short[1].b.truncate(2);
    short[2].mask.truncate(2);
    short[3].boxed = vec![1.0].into();
    short[4].w.truncate(2);
    for layer in &short {
        let expected = panic_message(|| layer.forward(&input));
        assert!(expected.contains("index out of bounds"), "{expected}");
        assert_eq!(panic_message(|| layer.forward_vjp(&input).0), expected);
    }
    for layer in [&short[0], &short[2], &short[3], &short[4]] {
        assert_eq!(layer.forward_vjp(&[]).0, layer.forward(&[]));
    }
    let two = [&short[0], &short[2]];
    for layer in two {
        let expected = panic_message(|| layer.clone().forward(&[1.0; 7]));
        assert_eq!(panic_message(|| layer.forward_vjp(&[1.0; 7]).0), expected);
    }
}

/// A local of a type that the macro does not see.
#[grad]
fn smoothed(d: &Dense, dt: f64) -> f64 {
    let mut u = d.b.clone();
    let k = d.scale;
    for i in 0..u.len() {
        u[i] = u[i] * dt * k[i];
    }
    let mut s = 0.0;
    for i in 0..u.len() {
        s += u[i] * u[i] * d.b[i] * k[i];
    }
    s
}

#[test]
fn locals() {
    let mut x = numbers(18);
    let (d, dt) = smoothed::grad(&dense(&x), 0.7);
    let mut all = flat(&d);
    all.push(dt);
    x.push(0.7);
    assert_all_close_to(&all, &central(|x| smoothed(&dense(x), x[18]), &x), DIFFERENCES);
}
