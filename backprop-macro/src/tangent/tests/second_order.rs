//! Second order: the tangent of the adjoint, against differences of the gradient.

use super::{forward, primal};
use crate::adjoint::{adjoint, ParamCotangent, Seed};
use crate::ir::interpret::{Machine, Val};
use crate::ir::verify::verify;
use crate::ir::{Function, Param, ParamKind, ValueId};

/// The gradient of a function of floats with a float result as a function of its own: the seed is the last parameter.
fn gradient(text: &str) -> (Function, Vec<Option<ValueId>>) {
    let made = adjoint(&primal(text), false).unwrap_or_else(|(_, e)| panic!("{e}"));
    let mut f = made.f;
    let Seed::Value(seed) = made.seed else { panic!("no seed") };
    f.params.push(Param { kind: ParamKind::Value(seed), active: false });
    verify(&f).unwrap_or_else(|e| panic!("{e} in\n{f}"));
    let cotangents = made.cotangents.iter().map(|c| match c {
        ParamCotangent::Value(v) => *v,
        ParamCotangent::None => None,
        ParamCotangent::Owned(_) | ParamCotangent::Buffer(_) => panic!("not a scalar"),
    });
    (f, cotangents.collect())
}

fn run(f: &Function, inputs: &[Val]) -> Machine {
    let mut machine = Machine::default();
    for (param, x) in f.params.iter().zip(inputs.iter().chain([&Val::F(1.0)])) {
        let ParamKind::Value(v) = param.kind else { panic!("not a scalar") };
        machine.values.insert(v, x.clone());
    }
    machine
}

fn check(text: &str, inputs: &[Val]) {
    let (f, gradient) = gradient(text);
    let made = forward(&f, &[], &[]).unwrap_or_else(|(_, e)| panic!("{e}"));
    for k in (0..inputs.len()).filter(|k| f.params[*k].active) {
        let mut machine = run(&f, inputs);
        for (j, input) in made.inputs.iter().enumerate() {
            if let crate::tangent::TangentInput::Value(v) = input {
                machine.values.insert(*v, Val::F(if j == k { 1.0 } else { 0.0 }));
            }
        }
        machine.run(&made.f.body);
        let at = |h: f64| {
            let mut moved = inputs.to_vec();
            moved[k] = Val::F(inputs[k].f() + h);
            let mut machine = run(&f, &moved);
            machine.run(&f.body);
            gradient.iter().flatten().map(|d| machine.value(*d).f()).collect::<Vec<_>>()
        };
        let actual =
            gradient.iter().flatten().map(|d| made.values.get(d).map_or(0.0, |t| machine.value(*t).f()));
        for ((a, up), down) in actual.zip(at(1e-5)).zip(at(-1e-5)) {
            let e = (up - down) / 2e-5;
            assert!((a - e).abs() <= 1e-6 * e.abs().max(1.0), "{a} instead of {e} in\n{}", made.f);
        }
    }
}

#[test]
fn scalars() {
    let text = "
        fn(v0: f64, v1: f64, v2: int) {
          v3 = mul(v0, v1)
          v4 = tanh(v3)
          v5 = div(v4, v1)
          v6 = powf(v0, v1)
          v7 = powi(v1, v2)
          v8 = hypot(v5, v7)
          v9 = atan2(v8, v6)
          v10 = max(v9, v0)
          v11 = add(v10, v9)
          return v11
        }";
    check(text, &[Val::F(0.7), Val::F(1.9), Val::I(3)]);
}

#[test]
fn branches_and_loops_with_residuals() {
    let text = "
        fn(v0: f64, v1: f64, v2: int) {
          v3 = const 0
          m0 = [v0, v1]
          loop v4 in v3..v2 carry (v5 = v0 -> v6, result v7) {
            v8 = lt(v5, v1)
            if v8 phi (v9 = v10 | v11) {
              v10 = sin(v5)
            } else {
              v11 = mul(v5, v5)
            }
            v12 = load m0[v3]
            v6 = mul(v9, v12)
            v13 = exp(v6)
            m0[v3] = v13
          }
          v14 = load m0[v3]
          v15 = mul(v14, v7)
          return v15
        }";
    check(text, &[Val::F(0.7), Val::F(0.9), Val::I(3)]);
}
