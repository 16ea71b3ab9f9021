//! Reverse mode on random IR functions, without any Rust code around: an interpreter over dual numbers runs the primal
//! (the oracle) and the transformed function.

mod generate;

use super::{adjoint, preaccumulate, Adjoint, ParamCotangent, Seed};
use crate::ir::interpret::{Dual, Machine, Val};
use crate::ir::print::print;
use crate::ir::{Function, ParamKind, ResultOf};
use generate::Generator;

const INPUTS: [f64; 7] = [0.7, -0.4, 1.3, 0.9, -1.1, 0.5, 0.3];

/// Says what was run if that panics.
struct Shown(String);

impl Drop for Shown {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.0);
        }
    }
}

fn result(f: &Function, m: &Machine<Dual>) -> Dual {
    match f.result {
        ResultOf::Value(v) => m.value(v).f(),
        ResultOf::Unit | ResultOf::Mem(_) => panic!("no scalar result"),
    }
}

fn run_primal(f: &Function, x: &[f64], direction: usize) -> Dual {
    let mut m = Machine::default();
    let dual = |k: usize| Dual { re: x[k], eps: f64::from(u8::from(k == direction)) };
    load_params(f, &mut m, &dual);
    m.run(&f.body);
    result(f, &m)
}

fn load_params(f: &Function, m: &mut Machine<Dual>, dual: &dyn Fn(usize) -> Dual) {
    let mut next = 0;
    for p in &f.params {
        match p.kind {
            ParamKind::Value(v) => {
                m.values.insert(v, Val::F(dual(next)));
                next += 1;
            }
            ParamKind::Mem(mem) => {
                m.mems.insert(mem, Val::List((0..4).map(|k| Val::F(dual(next + k))).collect()));
                next += 4;
            }
        }
    }
}

fn run_adjoint(a: &Adjoint, x: &[f64]) -> (f64, Vec<f64>) {
    let f = &a.f;
    let number = |re: f64| Dual { re, eps: 0.0 };
    let mut m = Machine::default();
    load_params(f, &mut m, &|k| number(x[k]));
    if let Seed::Value(seed) = a.seed {
        m.values.insert(seed, Val::F(number(1.0)));
    }
    for c in &a.cotangents {
        if let ParamCotangent::Buffer(mem) = c {
            m.mems.insert(*mem, Val::list(&[number(0.0); 4]));
        }
    }
    m.run(&f.body);
    assert!(!m.leftovers(), "residuals left on a stack");
    let mut gradient = Vec::new();
    for c in &a.cotangents {
        match c {
            ParamCotangent::None => {}
            ParamCotangent::Value(None) => gradient.push(0.0),
            ParamCotangent::Value(Some(v)) => gradient.push(m.value(*v).f().re),
            ParamCotangent::Owned(mem) | ParamCotangent::Buffer(mem) => {
                gradient.extend(m.mems[mem].floats().iter().map(|x| x.re));
            }
        }
    }
    (result(f, &m).re, gradient)
}

/// Is the function finite, and its gradient right then?
fn check(seed: u64, split: bool, optimised: bool) -> bool {
    let f = Generator::new(seed).function();
    let mut shown = Shown(format!("program {seed} (split {split}):\n{}", print(&f, None)));
    let mut a = adjoint(&f, split).unwrap_or_else(|e| panic!("refused: {}", e.1));
    if optimised {
        a.optimise(f.values.len());
    }
    shown.0 += &format!("\n--- adjoint ---\n{}", print(&a.f, None));
    let expected = run_primal(&f, &INPUTS, usize::MAX).re;
    if !expected.is_finite() || expected.abs() > 1e8 {
        return false;
    }
    agrees(&f, &a, expected)
}

fn agrees(f: &Function, a: &Adjoint, expected: f64) -> bool {
    let (value, gradient) = run_adjoint(a, &INPUTS);
    assert_eq!(value.to_bits(), expected.to_bits(), "value {value} instead of {expected}");
    for (k, got) in gradient.iter().enumerate() {
        let want = run_primal(f, &INPUTS, k).eps;
        if !want.is_finite() {
            return false;
        }
        assert!((got - want).abs() <= 1e-8 * (1.0 + want.abs()), "d/dx{k}: {got} instead of {want}");
    }
    true
}

fn many(split: bool, optimised: bool) {
    let programs = std::env::var("BACKPROP_PROGRAMS").ok().and_then(|n| n.parse().ok()).unwrap_or(600);
    let mut checked = 0;
    for seed in 0..programs {
        checked += u64::from(check(seed, split, optimised));
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

/// The same functions of the three numbers alone.
#[test]
fn derivatives_computed_ahead_equal_dual_numbers() {
    let (mut checked, mut made) = (0, 0);
    for seed in 0..600 {
        let mut f = Generator::new(seed).function();
        f.params.iter_mut().filter(|p| matches!(p.kind, ParamKind::Mem(_))).for_each(|p| p.active = false);
        let mut split = adjoint(&f, true).unwrap_or_else(|e| panic!("refused: {}", e.1));
        split.optimise(f.values.len());
        let Some(mut ahead) = preaccumulate::instead(&f, &split) else { continue };
        made += 1;
        ahead.optimise(f.values.len());
        let shown = Shown(format!("program {seed}:\n{}\n{}", print(&f, None), print(&ahead.f, None)));
        let expected = run_primal(&f, &INPUTS, usize::MAX).re;
        if expected.is_finite() && expected.abs() <= 1e8 {
            checked += u64::from(agrees(&f, &ahead, expected));
        }
        drop(shown);
    }
    assert!(checked > 200, "{checked} of {made}");
}
