//! The generated gradients of the problems, each as a user calls it; the only file that names companions.
//!
//! `into` forms overwrite the caller's buffers, `with` forms reuse a workspace as well.

use super::ba::{reprojection, weight_error, Observation, Row};
use super::gmm::{gmm, Instance as Gmm};
use super::hand::{hand, hand_complicated};
use super::hand_model::Instance as Hand;
use super::lorenz::lorenz;
use super::lstm::{lstm, Instance as Lstm};
use super::mlp::mlp;
use super::newton::newton;
use super::recursion::recurse;
use super::sigmoid::sigmoid;
use super::sums::{sum, sum_of_sines};
use backprop::Workspace;

/// The neuron.
#[inline]
pub fn sigmoid_value_and_grad(a: &[f64; 5]) -> (f64, [f64; 5]) {
    let (y, (w0, w1, w2, x0, x1)) = sigmoid::value_and_grad(a[0], a[1], a[2], a[3], a[4]);
    (y, [w0, w1, w2, x0, x1])
}

/// The mixture, into a flat gradient.
pub fn gmm_into(g: &Gmm, d: &mut [f64]) -> f64 {
    let (da, dm, di) = g.split(d);
    gmm::grad_into(&g.alphas, &g.means, &g.icf, &g.x, g.gamma, g.m, da, dm, di)
}

/// The mixture, into a flat gradient, with a workspace.
pub fn gmm_with(w: &mut Workspace, g: &Gmm, d: &mut [f64]) -> f64 {
    let (da, dm, di) = g.split(d);
    gmm::grad_with(w, &g.alphas, &g.means, &g.icf, &g.x, g.gamma, g.m, da, dm, di)
}

/// The mixture written with iterators.
pub fn gmm_by_iterators(w: &mut Workspace, g: &Gmm, d: &mut [f64]) -> f64 {
    use super::gmm_ports::iterators::gmm;
    let (da, dm, di) = g.split(d);
    gmm::grad_with(w, &g.alphas, &g.means, &g.icf, &g.x, g.gamma, g.m, da, dm, di)
}

/// The mixture with collected vectors.
pub fn gmm_collected(w: &mut Workspace, g: &Gmm, d: &mut [f64]) -> f64 {
    use super::gmm_ports::collected::gmm;
    let (da, dm, di) = g.split(d);
    gmm::grad_with(w, &g.alphas, &g.means, &g.icf, &g.x, g.gamma, g.m, da, dm, di)
}

/// The mixture as it is in C.
pub fn gmm_as_in_c(w: &mut Workspace, g: &Gmm, d: &mut [f64]) -> f64 {
    use super::gmm_ports::c_port::gmm;
    let (da, dm, di) = g.split(d);
    gmm::grad_with(w, &g.alphas, &g.means, &g.icf, &g.x, g.gamma, g.m, da, dm, di)
}

/// The LSTM, into a flat gradient.
pub fn lstm_into(g: &Lstm, d: &mut [f64]) -> f64 {
    let (d_main, d_extra) = d.split_at_mut(g.main.len());
    lstm::grad_into(&g.main, &g.extra, &g.state, &g.sequence, d_main, d_extra)
}

/// The LSTM, into a flat gradient, with a workspace.
pub fn lstm_with(w: &mut Workspace, g: &Lstm, d: &mut [f64]) -> f64 {
    let (d_main, d_extra) = d.split_at_mut(g.main.len());
    lstm::grad_with(w, &g.main, &g.extra, &g.state, &g.sequence, d_main, d_extra)
}

#[inline]
fn row((cam, point, weight): ([f64; 11], [f64; 3], f64)) -> Row {
    let mut row = [weight; 15];
    row[..11].copy_from_slice(&cam);
    row[11..14].copy_from_slice(&point);
    row
}

/// Both rows of an observation's Jacobian in one call.
#[inline]
pub fn ba_rows(o: &Observation) -> [Row; 2] {
    reprojection::jacobian(&o.cam, &o.point, o.weight, &o.feat).map(row)
}

/// Both rows by one pullback each.
#[inline]
pub fn ba_rows_by_vjp(o: &Observation) -> ([f64; 2], [Row; 2]) {
    let (value, pullback) = reprojection::vjp(&o.cam, &o.point, o.weight, &o.feat);
    let first = row(pullback([1.0, 0.0]));
    let (_, pullback) = reprojection::vjp(&o.cam, &o.point, o.weight, &o.feat);
    (value, [first, row(pullback([0.0, 1.0]))])
}

/// The derivative of the penalty on a weight.
pub fn ba_weight(weight: f64) -> f64 {
    weight_error::grad(weight)
}

/// The hand's Jacobian, a row per output.
pub fn hand_rows(g: &Hand) -> Vec<[f64; 26]> {
    hand::jacobian(&g.theta, &g.model, &g.corr, &g.points)
}

/// One column of the hand's Jacobian, by a direction.
pub fn hand_column(g: &Hand, direction: [f64; 26]) -> Vec<f64> {
    hand::jvp(&g.theta, &g.model, &g.corr, &g.points, direction).1
}

/// One column of the complicated hand's Jacobian, by a direction.
pub fn hand_complicated_column(g: &Hand, us: &[f64], theta: [f64; 26], d_us: &[f64]) -> Vec<f64> {
    hand_complicated::jvp(&g.theta, us, &g.model, &g.corr, &g.points, (theta, d_us)).1
}

/// The network, into a flat gradient.
pub fn mlp_into(params: &[f64], x: &[f64], target: &[f64], d: &mut [f64]) -> f64 {
    mlp::grad_into(params, x, target, d)
}

/// The network, into a flat gradient, with a workspace.
pub fn mlp_with(w: &mut Workspace, params: &[f64], x: &[f64], target: &[f64], d: &mut [f64]) -> f64 {
    mlp::grad_with(w, params, x, target, d)
}

/// Lorenz: start, then parameters.
pub fn lorenz_value_and_grad(a: &[f64; 6], steps: usize) -> (f64, [f64; 6]) {
    let (y, (x, dy, z, s, r, b)) = lorenz::value_and_grad(a[0], a[1], a[2], a[3], a[4], a[5], steps);
    (y, [x, dy, z, s, r, b])
}

/// Lorenz with a workspace.
pub fn lorenz_with(w: &mut Workspace, a: &[f64; 6], steps: usize) -> (f64, [f64; 6]) {
    let mut d = [0.0; 6];
    let [x, y, z, s, r, b] = &mut d;
    let value = lorenz::grad_with(w, a[0], a[1], a[2], a[3], a[4], a[5], steps, x, y, z, s, r, b);
    (value, d)
}

/// Newton's square root.
#[inline]
pub fn newton_value_and_grad(a: f64) -> (f64, f64) {
    newton::value_and_grad(a)
}

/// Newton's square root with a workspace.
#[inline]
pub fn newton_with(w: &mut Workspace, a: f64) -> (f64, f64) {
    let mut d = 0.0;
    let value = newton::grad_with(w, a, &mut d);
    (value, d)
}

/// Newton's square root with the reverse sweep that callers get.
#[inline]
pub fn newton_vjp(a: f64) -> (f64, f64) {
    let (value, pullback) = newton::vjp(a);
    (value, pullback(1.0))
}

/// The recursion.
pub fn recurse_value_and_grad(x: f64, a: f64, depth: u32) -> (f64, [f64; 2]) {
    let (y, (d_x, d_a)) = recurse::value_and_grad(x, a, depth);
    (y, [d_x, d_a])
}

/// The recursion with a workspace.
pub fn recurse_with(w: &mut Workspace, x: f64, a: f64, depth: u32) -> (f64, [f64; 2]) {
    let (mut d_x, mut d_a) = (0.0, 0.0);
    let value = recurse::grad_with(w, x, a, depth, &mut d_x, &mut d_a);
    (value, [d_x, d_a])
}

/// The sum.
pub fn sum_into(x: &[f64], d: &mut [f64]) -> f64 {
    sum::grad_into(x, d)
}

/// The sum of sines.
pub fn sines_into(x: &[f64], d: &mut [f64]) -> f64 {
    sum_of_sines::grad_into(x, d)
}
