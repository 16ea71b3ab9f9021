//! Rows of ADBench's problems and the deep network.

use super::Kind::{Function, Hand, NumDual, Ours, Restructured};
use super::{Kind, Row, Scale};
use crate::peers::functions;
use crate::problems::hand_jacobian::{self as jac, Joints, Transforms};
use crate::problems::{
    ba as b, gmm as g, gmm_blocked, gmm_hand, hand as h, hand_model, lstm as l, lstm_hand, mlp as m, ours,
};
use backprop::Workspace;
use std::hint::black_box;
use std::rc::Rc;

/// A closure with its own handle on the instance.
fn on<T: 'static>(
    instance: &Rc<T>,
    mut body: impl FnMut(&T, &mut [f64]) -> f64 + 'static,
) -> impl FnMut(&mut [f64]) -> f64 + 'static {
    let instance = Rc::clone(instance);
    move |d| body(black_box(&*instance), d)
}

fn mixture(name: &'static str, instance: g::Instance) -> Row {
    let instance = Rc::new(instance);
    let (mut fused, mut four, mut eight) =
        (gmm_hand::Scratch::default(), gmm_blocked::Scratch::default(), gmm_blocked::Scratch::default());
    let [mut workspace, mut by_iterators, mut collected, mut as_in_c] =
        [(); 4].map(|()| Workspace::default());
    Row::new(name, instance.parameters())
        .with(Function, "gmm", on(&instance, |g: &g::Instance, _: &mut [f64]| g.value()))
        .with(Ours, "grad_into", on(&instance, ours::gmm_into))
        .with(Ours, "grad_with", on(&instance, move |g: &_, d: &mut _| ours::gmm_with(&mut workspace, g, d)))
        .with(
            Ours,
            "by iterators",
            on(&instance, move |g: &_, d: &mut _| ours::gmm_by_iterators(&mut by_iterators, g, d)),
        )
        .with(
            Ours,
            "collected",
            on(&instance, move |g: &_, d: &mut _| ours::gmm_collected(&mut collected, g, d)),
        )
        .with(Ours, "as in C", on(&instance, move |g: &_, d: &mut _| ours::gmm_as_in_c(&mut as_in_c, g, d)))
        .with(Hand, "fused", on(&instance, move |g: &_, d: &mut _| gmm_hand::fused(g, d, &mut fused)))
        .with(
            Restructured,
            "4 points at a time",
            on(&instance, move |g: &_, d: &mut _| gmm_blocked::blocked::<4>(g, d, &mut four)),
        )
        .with(
            Restructured,
            "8 points at a time",
            on(&instance, move |g: &_, d: &mut _| gmm_blocked::blocked::<8>(g, d, &mut eight)),
        )
}

/// The mixture, d = 10, K = 25.
pub fn gmm_d10(scale: Scale) -> Row {
    let n = scale.pick(1000, 100);
    let instance = g::Instance::generate(10, 25, n, 4);
    let flat: Rc<Vec<f64>> = Rc::new([&instance.alphas[..], &instance.means, &instance.icf].concat());
    let shared = Rc::new(instance.clone());
    peers!(mixture("gmm-d10", instance), [Tape Reverse], by => {
        let g = Rc::clone(&shared);
        on(&flat, move |x: &Vec<f64>, d: &mut _| by(x, d, |p| [functions::mixture(&g, p)]))
    })
}

/// The mixture, d = 64, K = 25; a tape of it would take gigabytes.
pub fn gmm_d64(scale: Scale) -> Row {
    mixture("gmm-d64", g::Instance::generate(64, 25, scale.pick(1000, 20), 5))
}

/// The LSTM of two layers.
pub fn lstm(scale: Scale) -> Row {
    let instance = Rc::new(l::Instance::generate(2, scale.pick(1024, 64), 14, 6));
    let flat: Rc<Vec<f64>> = Rc::new([&instance.main[..], &instance.extra].concat());
    let mut scratch = lstm_hand::Scratch::default();
    let mut workspace = Workspace::default();
    let row = Row::new("lstm", instance.parameters())
        .with(Function, "lstm", on(&instance, |g: &l::Instance, _: &mut [f64]| g.value()))
        .with(Ours, "grad_into", on(&instance, ours::lstm_into))
        .with(Ours, "grad_with", on(&instance, move |g: &_, d: &mut _| ours::lstm_with(&mut workspace, g, d)))
        .with(Hand, "stored", on(&instance, move |g: &_, d: &mut _| lstm_hand::stored(g, d, &mut scratch)));
    peers!(row, [Tape Reverse], by => {
        let g = Rc::clone(&instance);
        on(&flat, move |x: &Vec<f64>, d: &mut _| by(x, d, |p| [functions::network(&g, p)]))
    })
}

/// Both rows, item by item.
fn each<T: 'static>(
    items: &Rc<Vec<T>>,
    mut gradient: impl FnMut((&T, &mut [f64])) -> f64 + 'static,
) -> impl FnMut(&mut [f64]) -> f64 + 'static {
    on(items, move |items, d| items.iter().zip(d.chunks_exact_mut(30)).map(&mut gradient).sum())
}

/// Values and both rows of a number of observations.
pub fn ba(scale: Scale) -> Row {
    let observations: Rc<Vec<b::Observation>> = Rc::new(b::generate(scale.pick(1000, 100), false, 7));
    let flat: Rc<Vec<([f64; 15], [f64; 2])>> = Rc::new(
        observations
            .iter()
            .map(|o| {
                let mut x = [o.weight; 15];
                x[..11].copy_from_slice(&o.cam);
                x[11..14].copy_from_slice(&o.point);
                (x, o.feat)
            })
            .collect(),
    );
    let by_hand = |(o, d): (&b::Observation, &mut [f64])| {
        let (value, rows) = b::rows(&o.cam, &o.point, o.weight, &o.feat);
        d.copy_from_slice(rows.as_flattened());
        value[0]
    };
    let row = Row::new("ba", 30 * observations.len())
        .with(
            Function,
            "reprojection",
            each(&observations, |(o, d): (&b::Observation, &mut [f64])| {
                let e = b::reprojection(&o.cam, &o.point, o.weight, &o.feat);
                d[..2].copy_from_slice(&e);
                e[0]
            }),
        )
        .with(
            Ours,
            "jacobian",
            each(&observations, |(o, d): (&b::Observation, &mut [f64])| {
                let rows = ours::ba_rows(o);
                d.copy_from_slice(rows.as_flattened());
                rows[0][0]
            }),
        )
        .with(
            Ours,
            "two pullbacks",
            each(&observations, |(o, d): (&b::Observation, &mut [f64])| {
                let (value, rows) = ours::ba_rows_by_vjp(o);
                d.copy_from_slice(rows.as_flattened());
                value[0]
            }),
        )
        .with(Hand, "both rows in one sweep", each(&observations, by_hand));
    peers!(row, [Tape NumDual Reverse], by => each(&flat, |((x, f), d): (&([f64; 15], _), &mut [f64])| {
        by(x, d, |x| functions::reprojection(x, f))
    }))
}

/// The Jacobian of 100 points by 26 parameters.
pub fn hand(scale: Scale) -> Row {
    let instance = Rc::new(hand_model::Instance::generate(scale.pick(100, 20), 8));
    let outputs = 3 * instance.corr.len();
    let (mut err, mut err_) = (vec![0.0; outputs], vec![0.0; outputs]);
    let check = Rc::clone(&instance);
    Row::new("hand", 26 * outputs)
        .with(
            Function,
            "hand",
            on(&instance, |g: &hand_model::Instance, _: &mut [f64]| {
                black_box(h::hand(&g.theta, &g.model, &g.corr, &g.points))[0]
            }),
        )
        .with(Ours, "jacobian", on(&instance, |g: &_, _: &mut [f64]| black_box(ours::hand_rows(g))[0][0]))
        .checked_by(move |d| d.copy_from_slice(ours::hand_rows(&check).as_flattened()))
        .with(
            Ours,
            "26 directions",
            on(&instance, |g: &_, d: &mut [f64]| {
                for c in 0..26 {
                    let mut direction = [0.0; 26];
                    direction[c] = 1.0;
                    let rows = d.chunks_exact_mut(26);
                    ours::hand_column(g, direction).iter().zip(rows).for_each(|(t, row)| row[c] = *t);
                }
                d[0]
            }),
        )
        .with(
            Hand,
            "transforms",
            on(&instance, move |g: &_, d: &mut [f64]| {
                jac::jacobian::<Transforms>(g, &mut err, d);
                err[0]
            }),
        )
        .with(
            Hand,
            "joints",
            on(&instance, move |g: &_, d: &mut [f64]| {
                jac::jacobian::<Joints>(g, &mut err_, d);
                err_[0]
            }),
        )
        .with(
            NumDual,
            "num-dual",
            on(&instance, |g: &hand_model::Instance, d: &mut [f64]| {
                let mut theta = g.theta.map(num_dual::Dual64::from_re);
                for c in 0..26 {
                    theta[c].eps = 1.0;
                    let rows = d.chunks_exact_mut(26);
                    functions::hand(g, &theta).iter().zip(rows).for_each(|(e, row)| row[c] = e.eps);
                    theta[c].eps = 0.0;
                }
                d[0]
            }),
        )
}

/// 100 layers of 32 units.
pub fn mlp(scale: Scale) -> Row {
    let task = Rc::new(m::generate(scale.pick(100, 20), 32, 9));
    let (mut rows, mut four, mut workspace) =
        (m::Scratch::default(), m::Scratch::default(), Workspace::default());
    type Task = (Vec<f64>, Vec<f64>, Vec<f64>);
    let row = Row::new("mlp", task.0.len())
        .with(Function, "mlp", on(&task, |(p, x, t): &Task, _: &mut [f64]| m::mlp(p, x, t)))
        .with(Ours, "grad_into", on(&task, |(p, x, t): &Task, d: &mut _| ours::mlp_into(p, x, t, d)))
        .with(
            Ours,
            "grad_with",
            on(&task, move |(p, x, t): &Task, d: &mut _| ours::mlp_with(&mut workspace, p, x, t, d)),
        )
        .with(
            Hand,
            "row by row",
            on(&task, move |(p, x, t): &Task, d: &mut _| m::stored::<m::Rows>(p, x, t, d, &mut rows)),
        )
        .with(
            Restructured,
            "four rows at once",
            on(&task, move |(p, x, t): &Task, d: &mut _| m::stored::<m::FourRows>(p, x, t, d, &mut four)),
        );
    peers!(row, [Tape Reverse], by => {
        on(&task, |(p, x, t): &Task, d: &mut _| by(p, d, |p| [functions::layers(p, x, t)]))
    })
}
