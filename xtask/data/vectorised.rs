//! Loops whose adjoints must be packed; built by `cargo run -p xtask -- vectorised`.

use backprop::grad;

/// `x · y`.
#[grad]
pub fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * y[i];
    }
    s
}

/// `y += a x`.
#[grad]
pub fn axpy(a: f64, x: &[f64], y: &mut [f64]) {
    for i in 0..y.len() {
        y[i] += a * x[i];
    }
}

/// `cᵀ W x`, `W` row by row.
#[grad(wrt(w, x))]
pub fn matvec(w: &[f64], x: &[f64], c: &[f64]) -> f64 {
    let n = x.len();
    let mut total = 0.0;
    for i in 0..c.len() {
        let mut s = 0.0;
        for j in 0..n {
            s += w[i * n + j] * x[j];
        }
        total += c[i] * s;
    }
    total
}

/// `Σ c_i (u_{i-1} - 2 u_i + u_{i+1})`.
#[grad(wrt(u))]
pub fn stencil(u: &[f64], c: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 1..u.len() - 1 {
        s += c[i] * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
    }
    s
}

// The reverse sweep on its own: `grad_into` runs it inside of the sum's loop, which waits for the sum, in its strict
// order, and has the rest for nothing.
#[inline(never)]
pub fn dot_adjoint(x: &[f64], y: &[f64], seed: f64) -> (f64, (Vec<f64>, Vec<f64>)) {
    let (s, pullback) = dot::vjp(x, y);
    (s, pullback(seed))
}

#[inline(never)]
pub fn axpy_adjoint(a: f64, x: &[f64], y: &mut [f64], d_y: &mut [f64]) -> (f64, Vec<f64>) {
    let ((), pullback) = axpy::vjp(a, x, y);
    pullback((), d_y)
}

#[inline(never)]
pub fn matvec_adjoint(w: &[f64], x: &[f64], c: &[f64], d_w: &mut [f64], d_x: &mut [f64]) -> f64 {
    matvec::grad_into(w, x, c, d_w, d_x)
}

#[inline(never)]
pub fn stencil_adjoint(u: &[f64], c: &[f64], seed: f64) -> (f64, Vec<f64>) {
    let (s, pullback) = stencil::vjp(u, c);
    (s, pullback(seed))
}

/// The product of a matrix in a struct and a vector.
#[derive(backprop::Differentiable)]
pub struct Layer {
    pub w: Vec<Vec<f64>>,
    pub b: Vec<f64>,
}

#[grad]
pub fn layer(l: &Layer, x: &[f64], out: &mut [f64]) {
    for i in 0..out.len() {
        let mut s = l.b[i];
        for j in 0..x.len() {
            s += l.w[i][j] * x[j];
        }
        out[i] = s;
    }
}

#[inline(never)]
#[unsafe(no_mangle)]
pub fn layer_adjoint(l: &Layer, x: &[f64], out: &mut [f64], d: &mut [f64]) -> (LayerTangent, Vec<f64>) {
    let ((), pullback) = layer::vjp(l, x, out);
    pullback((), d)
}
