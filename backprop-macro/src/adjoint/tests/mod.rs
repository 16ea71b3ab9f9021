//! Reverse mode on random IR functions, without any Rust code around: an interpreter over dual numbers runs the primal
//! (the oracle) and the transformed function.

mod generate;
mod interpret;

use super::{adjoint, Adjoint, ParamCotangent, Seed};
use crate::ir::{Function, ParamKind};
use generate::Generator;
use interpret::{Dual, Machine, Object};

const INPUTS: [f64; 7] = [0.7, -0.4, 1.3, 0.9, -1.1, 0.5, 0.3];

fn run_primal(f: &Function, x: &[f64], direction: usize) -> Result<Dual, String> {
    let mut m = Machine::new(f);
    let dual = |k: usize| Dual { re: x[k], eps: f64::from(u8::from(k == direction)) };
    load_params(f, &mut m, &dual);
    m.run(&f.body.stmts)?;
    m.result(f)
}

fn load_params(f: &Function, m: &mut Machine<'_>, dual: &dyn Fn(usize) -> Dual) {
    let mut next = 0;
    for p in &f.params {
        match p.kind {
            ParamKind::Value(v) => {
                m.set_float(v, dual(next));
                next += 1;
            }
            ParamKind::Mem(mem) => {
                m.mems.insert(mem, Object::List((0..4).map(|k| Object::Float(dual(next + k))).collect()));
                next += 4;
            }
        }
    }
}

fn run_adjoint(a: &Adjoint, x: &[f64]) -> Result<(f64, Vec<f64>), String> {
    let f = &a.f;
    let mut m = Machine::new(f);
    load_params(f, &mut m, &|k| Dual { re: x[k], eps: 0.0 });
    if let Seed::Value(seed) = a.seed {
        m.set_float(seed, Dual { re: 1.0, eps: 0.0 });
    }
    for c in &a.cotangents {
        if let ParamCotangent::Buffer(mem) = c {
            m.mems.insert(*mem, Object::List(vec![Object::Float(Dual { re: 0.0, eps: 0.0 }); 4]));
        }
    }
    m.run(&f.body.stmts)?;
    if m.leftovers() {
        return Err("residuals left on a stack".into());
    }
    let mut gradient = Vec::new();
    for c in &a.cotangents {
        match c {
            ParamCotangent::None => {}
            ParamCotangent::Value(None) => gradient.push(0.0),
            ParamCotangent::Value(Some(v)) => gradient.push(m.float(*v)?.re),
            ParamCotangent::Owned(mem) | ParamCotangent::Buffer(mem) => gradient.extend(m.floats(*mem)?),
        }
    }
    Ok((m.result(f)?.re, gradient))
}

fn check(seed: u64, split: bool, optimised: bool) -> Result<bool, String> {
    let f = Generator::new(seed).function();
    let text = || crate::ir::print::print(&f, None);

    let mut a = adjoint(&f, split).map_err(|e| format!("refused: {}\n{}", e.1, text()))?;
    if optimised {
        a.optimise(f.values.len());
    }
    let reversed = || format!("{}\n--- adjoint ---\n{}", text(), crate::ir::print::print(&a.f, None));
    let expected = run_primal(&f, &INPUTS, usize::MAX).map_err(|e| format!("{e}\n{}", text()))?;
    if !expected.re.is_finite() || expected.re.abs() > 1e8 {
        return Ok(false);
    }
    let (value, gradient) = run_adjoint(&a, &INPUTS).map_err(|e| format!("{e}\n{}", reversed()))?;
    if value.to_bits() != expected.re.to_bits() {
        return Err(format!("value {value} instead of {}\n{}", expected.re, reversed()));
    }
    for (k, got) in gradient.iter().enumerate() {
        let want = run_primal(&f, &INPUTS, k).map_err(|e| format!("{e}\n{}", text()))?.eps;
        if !want.is_finite() {
            return Ok(false);
        }
        if (got - want).abs() > 1e-8 * (1.0 + want.abs()) {
            return Err(format!("d/dx{k}: {got} instead of {want}\n{}", reversed()));
        }
    }
    Ok(true)
}

fn many(split: bool, optimised: bool) {
    let programs = std::env::var("BACKPROP_PROGRAMS").ok().and_then(|n| n.parse().ok()).unwrap_or(600);
    let mut checked = 0;
    for seed in 0..programs {
        match check(seed, split, optimised) {
            Ok(ok) => checked += u64::from(ok),
            Err(text) => panic!("program {seed} (split {split}): {text}"),
        }
    }
    assert!(checked * 2 > programs, "only {checked} of {programs} programs are finite");
}

#[test]
fn joint_gradients_of_random_functions_equal_dual_numbers() {
    many(false, false);
}

#[test]
fn split_gradients_of_random_functions_equal_dual_numbers() {
    many(true, false);
}

#[test]
fn optimised_gradients_of_random_functions_equal_dual_numbers() {
    many(false, true);
    many(true, true);
}
