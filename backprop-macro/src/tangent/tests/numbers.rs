//! Against central differences, for everything that the interpreter can run.

use super::{forward, primal};
use crate::ir::interpret::{Machine, Val};
use crate::ir::{Access, Function, MemId, ParamKind, ResultOf};
use crate::tangent::TangentInput;

/// `x + h * d`, float by float; `d` runs through its numbers.
fn moved(x: &Val, h: f64, d: &mut dyn FnMut() -> f64) -> Val {
    match x {
        Val::F(x) => Val::F(x + h * d()),
        Val::List(items) => Val::List(items.iter().map(|i| moved(i, h, d)).collect()),
        Val::I(_) | Val::B(_) => x.clone(),
    }
}

/// In the shape of x.
fn tangent_of(x: &Val, d: &mut dyn FnMut() -> f64) -> Val {
    match x {
        Val::F(_) => Val::F(d()),
        Val::List(items) => Val::List(items.iter().map(|i| tangent_of(i, d)).collect()),
        Val::I(_) | Val::B(_) => x.clone(),
    }
}

/// Some direction, the same at each call.
fn direction() -> impl FnMut() -> f64 {
    let mut state = 0.37_f64;
    move || {
        state = (state * 7.13 + 0.29).fract();
        state - 0.4
    }
}

/// The floats of the result and of what is behind `&mut`.
fn outputs(machine: &Machine, result: &ResultOf, mems: &[MemId]) -> Vec<f64> {
    let mut all = match result {
        ResultOf::Unit => Vec::new(),
        ResultOf::Value(v) => machine.value(*v).floats(),
        ResultOf::Mem(m) => machine.mems[m].floats(),
    };
    mems.iter().for_each(|m| all.extend(machine.mems[m].floats()));
    all
}

fn set(machine: &mut Machine, kind: &ParamKind, val: Val) {
    match kind {
        ParamKind::Value(v) => drop(machine.values.insert(*v, val)),
        ParamKind::Mem(m) => drop(machine.mems.insert(*m, val)),
    }
}

fn run_primal(f: &Function, inputs: &[Val]) -> Vec<f64> {
    let mut machine = Machine::default();
    f.params.iter().zip(inputs).for_each(|(p, x)| set(&mut machine, &p.kind, x.clone()));
    machine.run(&f.body);
    outputs(&machine, &f.result, &written(f))
}

fn written(f: &Function) -> Vec<MemId> {
    let mems = f.params.iter().filter_map(|p| match p.kind {
        ParamKind::Mem(m) if f.mems[m].access == Access::RefMut => Some(m),
        ParamKind::Mem(_) | ParamKind::Value(_) => None,
    });
    mems.collect()
}

/// The function at `inputs`, in one direction: forward mode gives the primal's values bit for bit, and the derivative.
fn check(text: &str, inputs: &[Val]) {
    let f = primal(text);
    let made = forward(&f, &[], &[]).unwrap_or_else(|(_, e)| panic!("{e}"));
    let mut machine = Machine::default();
    let mut next = direction();
    for ((param, x), input) in f.params.iter().zip(inputs).zip(&made.inputs) {
        set(&mut machine, &param.kind, x.clone());
        let tangent = tangent_of(x, &mut || if param.active { next() } else { 0.0 });
        match input {
            TangentInput::None => assert!(!param.active),
            TangentInput::Value(v) => drop(machine.values.insert(*v, tangent)),
            TangentInput::Mem(m) => drop(machine.mems.insert(*m, tangent)),
        }
    }
    machine.run(&made.f.body);
    let values = outputs(&machine, &f.result, &written(&f));
    assert_eq!(values, run_primal(&f, inputs), "values of\n{}", made.f);
    let tangents: Vec<_> = written(&f).iter().map(|m| made.mems[m]).collect();
    let actual = outputs(&machine, &made.output, &tangents);
    let at = |h: f64| {
        let mut next = direction();
        let active = f.params.iter().map(|p| p.active);
        let shifted =
            inputs.iter().zip(active).map(|(x, a)| moved(x, h, &mut || if a { next() } else { 0.0 }));
        run_primal(&f, &shifted.collect::<Vec<_>>())
    };
    let (up, down) = (at(1e-5), at(-1e-5));
    let expected: Vec<f64> = up.iter().zip(&down).map(|(u, d)| (u - d) / 2e-5).collect();
    assert_eq!(actual.len(), expected.len(), "in\n{}", made.f);
    for (a, e) in actual.iter().zip(&expected) {
        assert!(
            (a - e).abs() <= 1e-7 * e.abs().max(1.0),
            "{actual:?} instead of {expected:?} in\n{}",
            made.f
        );
    }
}

fn list(items: &[f64]) -> Val {
    Val::list(items)
}

#[test]
fn scalars() {
    let text = "
        fn(v0: f64, v1: f64, const v2: f64, v3: int) {
          v4 = mul(v0, v1)
          v5 = sin(v4)
          v6 = div(v5, v2)
          v7 = max(v6, v0)
          v8 = powi(v1, v3)
          v9 = hypot(v7, v8)
          v10 = floor(v9)
          v11 = sub(v9, v10)
          v13 = mul(v0, v2)
          v14 = neg(v13)
          v15 = sub(v11, v14)
          v16 = v15 as f64
          v17 = v3 as f64
          v18 = mul(v16, v17)
          v19 = gt(v18, v0)
          v20 = select(v19, v18, v0)
          return v20
        }";
    check(text, &[Val::F(0.7), Val::F(1.9), Val::F(-0.4), Val::I(3)]);
    check(text, &[Val::F(1.7), Val::F(0.3), Val::F(2.4), Val::I(-2)]);
}

#[test]
fn a_constant_result() {
    let text = "fn(v0: f64) {\n v1: f64 = const 2.0\n return v1\n}";
    check(text, &[Val::F(0.7)]);
    check(
        "fn(m0: &[f64], v0: int) {\n m1: [f64] = to_vec m0\n return m1\n}",
        &[list(&[1.0, 2.0]), Val::I(0)],
    );
    check(
        "fn(const m0: &[f64], v0: f64) {\n m1: [f64] = to_vec m0\n return m1\n}",
        &[list(&[1.0, 2.0]), Val::F(0.0)],
    );
}

#[test]
fn second_helpers() {
    let text = "
        fn(v0: f64, v1: f64, v2: int) {
          v3 = powf(v0, v1)
          v4 = powf_d0(v0, v1, v3)
          v5 = powf_d1(v0, v1, v3)
          v6 = hypot(v0, v1)
          v7 = hypot_d0(v0, v1, v6)
          v8 = hypot_d1(v0, v1, v6)
          v9 = atan2_d0(v0, v1)
          v10 = atan2_d1(v0, v1)
          v11 = powi_d0(v0, v2)
          v12 = max_d0(v0, v1)
          v13 = sum(v4, v5)
          m0 = [v7, v8, v9, v10, v11, v12, v13]
          return m0
        }";
    check(text, &[Val::F(0.7), Val::F(1.9), Val::I(3)]);
}

#[test]
fn branches() {
    let text = "
        fn(v0: f64, v1: f64, const v2: f64) {
          v3 = lt(v0, v1)
          if v3 phi (v4 = v5 | v2, v6 = v0 | v7, v8 = none | v7, v20 = v2 | v2) {
            v5 = mul(v0, v0)
          } else {
            v7 = exp(v1)
          }
          v9 = const 2
          switch v9 phi (v10 = v4 | v2 | v6) {
          0 {
          } 1 {
          } 2 {
            v11 = const 1
          }
          v12 = mul(v10, v4)
          v13 = add(v12, v20)
          return v13
        }";
    check(text, &[Val::F(0.7), Val::F(1.9), Val::F(0.1)]);
    check(text, &[Val::F(1.7), Val::F(0.9), Val::F(0.1)]);
}

#[test]
fn loops() {
    let text = "
        fn(v0: f64, v1: int, const v2: f64, v3: f64) {
          v4 = const 0
          loop v5 in v4..v1 rev carry (v6 = v2 -> v7, result v8, v9 = none -> v10, result v11, v20 = v4 -> v21, result v22) {
            v12 = mul(v6, v0)
            v13 = sin(v12)
            v7 = add(v13, v3)
            v10 = mul(v7, v0)
            v23 = const 1
            v21 = add(v20, v23)
          }
          loop carry (v14 = v11 -> v15, result v16) stop v17 {
            while {
              v18 = lt(v14, v0)
            } v18
            v15 = mul(v14, v3)
            v19 = mul(v0, v0)
            v17 = gt(v15, v19)
          }
          return v16
        }";
    check(text, &[Val::F(2.7), Val::I(4), Val::F(0.4), Val::F(1.3)]);
}

#[test]
fn stores_and_bulk_operations() {
    let text = "
        fn(m0: &mut [f64], m1: &[f64], v0: f64, v1: int, const m2: &mut [f64], const m3: &[f64]) {
          v2 = load m0[v1]
          v3 = sin(v2)
          v4 = mul(v3, v0)
          m0[v1] = v4
          m0[v1] += v4
          v5: f64 = const 3.0
          v6 = const 0
          v7 = load m1[v6]
          m2[v6] = v7
          m0[v6] = v5
          m4 = vec![v0; v1]
          m4.push(v4)
          m4.push(v5)
          m4.fill(v0)
          m4[v6] = v7
          m4.rotate_left(v1)
          m4.pop()
          v8 = const 1
          m4.truncate(v8)
          v9 = load m4[v6]
          v20 = const 2
          m0[v6..v20].copy_from(m1[v8..])
          swap(m0[v6], m0[v8])
          m0.reverse()
          m5 = to_vec m0[..v20]
          m5 += m1[v6..v20]
          m0[v6..v20].copy_from(m3[v6..v20])
          v10 = sum m5
          v11 = len m5
          v12 = v11 as f64
          v13 = mul(v10, v12)
          m6 = to_vec m1
          m6.rotate_right(v8)
          m6.zero()
          swap(m6[v6], m5[v8])
          v14 = load m6[v6]
          v15 = mul(v13, v14)
          v16 = mul(v15, v9)
          return v16
        }";
    let (m0, m1) = (list(&[0.3, 0.8, 1.2]), list(&[0.5, 1.5, 2.5]));
    check(text, &[m0, m1, Val::F(0.9), Val::I(2), list(&[1.0]), list(&[4.0, 5.0])]);
}

#[test]
fn objects() {
    let text = "
        fn(v0: f64, v1: int, const v2: f64, m0: [f64; 2], const m1: [f64; 2]) {
          m2 = [v0, v2]
          m3 = [m2, copy m1, m0]
          m4 = (v1, v0, copy m3)
          m5 = m4
          m6: [[f64; 2]]
          m6 = copy m5.2
          v3 = const 1
          m6[v3] = [v2, v0]
          m7 = vec![copy m6[v3]; v3]
          v5 = const 0
          m8 = vec![]
          m8.push(copy m7[v5])
          m9 = zero of m6
          m10 = copy m1
          v4 = load m6[v3][v3]
          v6 = load m5.1
          v7 = mul(v4, v6)
          m10[v5] = v7
          m11 = (copy m10, m6, copy m9)
          return m11
        }";
    check(text, &[Val::F(0.7), Val::I(5), Val::F(-0.4), list(&[1.0, 2.0]), list(&[3.0, 4.0])]);
}

#[test]
fn residuals() {
    let text = "
        fn(v0: f64, v1: int, m0: &[f64], const m7: &[f64]) {
          stack s0
          v2 = const 0
          v20: f64 = const 2.0
          loop v3 in v2..v1 {
            v4 = load m0[v3]
            v5 = mul(v4, v0)
            m1 = [v5, v4]
            push s0 (v3, v5, m1, copy m0, v20, copy m7)
          }
          loop v6 in v2..v1 carry (v7 = v0 -> v8, result v9) {
            (v10: int, v11: f64, m2: [f64; 2], m3: Vec<f64>, v21: f64, m8: Vec<f64>) = pop s0
            v12 = load m2[v2]
            v13 = load m3[v10]
            v14 = mul(v12, v11)
            v15 = mul(v14, v13)
            v16 = mul(v15, v21)
            v17 = load m8[v10]
            v18 = mul(v16, v17)
            v8 = mul(v7, v18)
          }
          return v9
        }";
    check(text, &[Val::F(0.7), Val::I(2), list(&[1.5, 2.0]), list(&[0.5, 0.2])]);
}
