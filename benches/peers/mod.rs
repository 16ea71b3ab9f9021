//! What others offer on stable Rust: a textbook tape, the crates `reverse` and `num-dual`.
//!
//! They need the functions written over a number type, so `functions` has each problem a second time.

// Formulas of several arrays read better with indices.
#![allow(clippy::needless_range_loop)]

pub mod functions;
pub mod scalar;
pub mod tape;

use num_dual::Dual64;
pub use scalar::Scalar;

/// Value and gradient by the textbook tape; the gradients of several outputs follow each other in `d`.
pub fn by_tape<const M: usize>(
    x: &[f64],
    d: &mut [f64],
    f: impl for<'t> Fn(&[tape::Var<'t>]) -> [tape::Var<'t>; M],
) -> f64 {
    let tape = tape::Tape::default();
    let inputs: Vec<_> = x.iter().map(|&x| tape.input(x)).collect();
    let outputs = f(&inputs);
    for (output, d) in outputs.iter().zip(d.chunks_exact_mut(x.len())) {
        let adjoints = tape.adjoints(*output);
        d.copy_from_slice(&adjoints[..x.len()]);
    }
    outputs[0].value
}

/// Value and gradient by the crate `reverse`.
pub fn by_reverse<const M: usize>(
    x: &[f64],
    d: &mut [f64],
    f: impl for<'t> Fn(&[reverse::Var<'t>]) -> [reverse::Var<'t>; M],
) -> f64 {
    let tape = reverse::Tape::new();
    let inputs = tape.add_vars(x);
    let outputs = f(&inputs);
    for (output, d) in outputs.iter().zip(d.chunks_exact_mut(x.len())) {
        let adjoints = output.grad();
        d.copy_from_slice(&adjoints[..x.len()]);
    }
    outputs[0].val()
}

/// Value and gradient by dual numbers, one pass per input.
pub fn by_dual<const M: usize>(x: &[f64], d: &mut [f64], f: impl Fn(&[Dual64]) -> [Dual64; M]) -> f64 {
    let mut inputs: Vec<Dual64> = x.iter().map(|&x| Dual64::from_re(x)).collect();
    let mut value = f64::NAN;
    for i in 0..x.len() {
        inputs[i].eps = 1.0;
        let outputs = f(&inputs);
        inputs[i].eps = 0.0;
        value = outputs[0].re;
        for (output, d) in outputs.iter().zip(d.chunks_exact_mut(x.len())) {
            d[i] = output.eps;
        }
    }
    value
}
