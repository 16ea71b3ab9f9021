//! Rows of small and scalar problems.

use super::Kind::{Function, Hand, Ours, Restructured};
use super::{Kind, Row, Scale};
use crate::peers::functions;
use crate::problems::{lorenz as l, newton as n, ours, recursion as r, sigmoid as s, sums};
use backprop::Workspace;
use std::hint::black_box;
use std::rc::Rc;

/// 64 neurons a call.
pub fn sigmoid(_: Scale) -> Row {
    const N: usize = 64;
    let inputs: Rc<[[f64; 5]]> = s::generate(N, 1).into();
    let each = |gradient: fn(&[f64; 5], &mut [f64]) -> f64| {
        let inputs = Rc::clone(&inputs);
        move |d: &mut [f64]| {
            let rows = d.chunks_exact_mut(5);
            black_box(&inputs[..]).iter().zip(rows).map(|(a, d)| gradient(a, d)).sum::<f64>()
        }
    };
    // The closures below have to be inlined as a user's call would be.
    macro_rules! inlined {
        ($gradient:expr) => {{
            let inputs = Rc::clone(&inputs);
            move |d: &mut [f64]| {
                let mut total = 0.0;
                for (a, d) in black_box(&inputs[..]).iter().zip(d.chunks_exact_mut(5)) {
                    let (value, g): (f64, [f64; 5]) = $gradient(a);
                    d.copy_from_slice(&g);
                    total += value;
                }
                total
            }
        }};
    }
    let f = {
        let inputs = Rc::clone(&inputs);
        move |_: &mut [f64]| {
            black_box(&inputs[..]).iter().map(|a| s::sigmoid(a[0], a[1], a[2], a[3], a[4])).sum()
        }
    };
    let row = Row::new("sigmoid", 5 * N)
        .with(Function, "sigmoid", f)
        .with(Ours, "value_and_grad", inlined!(ours::sigmoid_value_and_grad))
        .with(Hand, "by value", inlined!(|a: &[f64; 5]| s::by_value(a[0], a[1], a[2], a[3], a[4])))
        .with(Hand, "by exponential", inlined!(|a: &[f64; 5]| s::by_exp(a[0], a[1], a[2], a[3], a[4])));
    peers!(row, [Tape NumDual Reverse], by => each(|a, d| by(a, d, |a| [functions::sigmoid(a)])))
}

/// One integration a call.
pub fn lorenz(scale: Scale) -> Row {
    let steps = scale.pick(10_000, 1_000);
    let start = || black_box(l::START);
    let halves = || {
        let [x, y, z, sigma, rho, beta] = black_box(l::START);
        ([x, y, z], [sigma, rho, beta])
    };
    let written = |(value, g): (f64, [f64; 6]), d: &mut [f64]| {
        d.copy_from_slice(&g);
        value
    };
    let (mut states, mut stages, mut workspace) = (Vec::new(), Vec::new(), Workspace::default());
    let row = Row::new("lorenz", 6)
        .with(Function, "lorenz", move |_| {
            let a = start();
            l::lorenz(a[0], a[1], a[2], a[3], a[4], a[5], steps)
        })
        .with(Ours, "value_and_grad", move |d| written(ours::lorenz_value_and_grad(&start(), steps), d))
        .with(Ours, "grad_with", move |d| written(ours::lorenz_with(&mut workspace, &start(), steps), d))
        .with(Hand, "keep state", move |d| {
            let (start, p) = halves();
            written(l::keep_state(start, p, steps, &mut states), d)
        })
        .with(Hand, "keep stages", move |d| {
            let (start, p) = halves();
            written(l::keep_stages(start, p, steps, &mut stages), d)
        });
    peers!(row, [Tape NumDual Reverse], by => move |d| by(&start(), d, |a| [functions::lorenz(a, steps)]))
}

/// 64 roots a call.
pub fn newton(_: Scale) -> Row {
    const N: usize = 64;
    let inputs: Rc<[f64]> = n::generate(N, 2).into();
    macro_rules! inlined {
        ($gradient:expr) => {{
            let inputs = Rc::clone(&inputs);
            move |d: &mut [f64]| {
                let mut total = 0.0;
                for (&a, d) in black_box(&inputs[..]).iter().zip(d) {
                    let (value, g): (f64, f64) = $gradient(a);
                    *d = g;
                    total += value;
                }
                total
            }
        }};
    }
    let peer = |gradient: fn(f64, &mut [f64]) -> f64| {
        let inputs = Rc::clone(&inputs);
        move |d: &mut [f64]| {
            let cells = d.chunks_exact_mut(1);
            black_box(&inputs[..]).iter().zip(cells).map(|(&a, d)| gradient(a, d)).sum::<f64>()
        }
    };
    let f = {
        let inputs = Rc::clone(&inputs);
        move |_: &mut [f64]| black_box(&inputs[..]).iter().map(|&a| n::newton(a)).sum()
    };
    let (mut kept, mut workspace) = (Vec::new(), Workspace::default());
    let row = Row::new("newton", N)
        .with(Function, "newton", f)
        .with(Ours, "value_and_grad", inlined!(ours::newton_value_and_grad))
        .with(Ours, "grad_with", inlined!(|a| ours::newton_with(&mut workspace, a)))
        .with(Ours, "vjp", inlined!(ours::newton_vjp))
        .with(Hand, "forward", inlined!(n::forward))
        .with(Hand, "reverse, inline buffer", inlined!(n::reverse_inline))
        .with(Hand, "reverse, reused buffer", inlined!(|a| n::reverse_reused(a, &mut kept)));
    peers!(row, [Tape NumDual Reverse], by => peer(|a, d| by(&[a], d, |a| [functions::newton(a[0])])))
}

/// One recursion of depth 1000 a call.
pub fn recursion(_: Scale) -> Row {
    const DEPTH: u32 = 1000;
    let inputs = || black_box([0.3, 1.7]);
    let written = |(value, g): (f64, [f64; 2]), d: &mut [f64]| {
        d.copy_from_slice(&g);
        value
    };
    macro_rules! call {
        ($gradient:expr) => {
            move |d: &mut [f64]| {
                let [x, a] = inputs();
                written($gradient(x, a), d)
            }
        };
    }
    let (mut stack, mut list, mut workspace) = (Vec::new(), Vec::new(), Workspace::default());
    let row = Row::new("recursion", 2)
        .with(Function, "recurse", move |_| {
            let [x, a] = inputs();
            r::recurse(x, a, DEPTH)
        })
        .with(Ours, "value_and_grad", call!(|x, a| ours::recurse_value_and_grad(x, a, DEPTH)))
        .with(Ours, "grad_with", call!(|x, a| ours::recurse_with(&mut workspace, x, a, DEPTH)))
        .with(Hand, "up and down", call!(|x, a| r::recursive(x, a, DEPTH, &mut stack)))
        .with(Hand, "tangents", call!(|x, a| r::recursive_forward(x, a, DEPTH)))
        .with(Restructured, "as a loop", call!(|x, a| r::looped(x, a, DEPTH, &mut list)))
        .with(Restructured, "as a loop of tangents", call!(|x, a| r::looped_forward(x, a, DEPTH)));
    peers!(row, [Tape NumDual Reverse], by => {
        move |d: &mut [f64]| by(&inputs(), d, |a| [functions::recurse(a[0], a[1], DEPTH)])
    })
}

const COUNT: usize = 1000;

type Slices = fn(&[f64], &mut [f64]) -> f64;

fn on(x: &Rc<[f64]>, gradient: Slices) -> impl FnMut(&mut [f64]) -> f64 + 'static {
    let x = Rc::clone(x);
    move |d| gradient(black_box(&x), d)
}

/// A thousand numbers.
pub fn sum(_: Scale) -> Row {
    let x: Rc<[f64]> = sums::generate(COUNT, 3).into();
    let row = Row::new("sum", COUNT)
        .with(Function, "sum", on(&x, |x, _| sums::sum(x)))
        .with(Ours, "grad_into", on(&x, ours::sum_into))
        .with(Hand, "split", on(&x, sums::sum_split))
        .with(Hand, "fused", on(&x, sums::sum_fused));
    peers!(row, [Tape Reverse], by => on(&x, |x, d| by(x, d, |x| [functions::plain_sum(x)])))
}

/// A thousand sines.
pub fn sines(_: Scale) -> Row {
    let x: Rc<[f64]> = sums::generate(COUNT, 3).into();
    let row = Row::new("sines", COUNT)
        .with(Function, "sum_of_sines", on(&x, |x, _| sums::sum_of_sines(x)))
        .with(Ours, "grad_into", on(&x, ours::sines_into))
        .with(Hand, "fused", on(&x, sums::sines_fused))
        .with(Hand, "split", on(&x, sums::sines_split));
    peers!(row, [Tape Reverse], by => on(&x, |x, d| by(x, d, |x| [functions::sines(x)])))
}
