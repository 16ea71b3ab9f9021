//! Rows as statements: folding, sharing, and the same numbers bit for bit.

use super::eval;
use crate::ir::build::Builder;
use crate::ir::hash::HashMap;
use crate::ir::{Const, FloatTy, Function, Op, SpanId, Stmt, Ty, ValueId};
use crate::rules::{add, instantiate, rule, Expr, Func};

const F64: Ty = Ty::Float(FloatTy::F64);
const SPAN: SpanId = SpanId(0);

/// The statements as text, `v0` and so on as names.
fn text(stmts: &[Stmt]) -> Vec<String> {
    let line = |s: &Stmt| match s {
        Stmt::Let { value, op: Op::Const(Const::Float(x)) } => format!("{value:?} = {x:?}"),
        Stmt::Let { value, op: Op::Apply { func, args } } => format!("{value:?} = {}{args:?}", func.name()),
        Stmt::Let { value, op: Op::Helper { name, args } } => format!("{value:?} = {name}{args:?}"),
        other => format!("{other:?}"),
    };
    stmts.iter().map(line).collect()
}

/// What the partials of `func` become, with `v0` for D, `v1..` for the operands and the last one for the result.
fn expand(func: Func) -> (Vec<String>, Vec<ValueId>) {
    let rule = rule(func);
    let mut f = Function::default();
    let inputs: Vec<ValueId> = (0..rule.arity + 2).map(|_| f.fresh(F64, SPAN)).collect();
    let mut b = Builder { f: &mut f, out: Vec::new() };
    let (args, y) = (&inputs[1..=rule.arity], inputs[rule.arity + 1]);
    let made = rule.partials.iter().flatten().map(|e| instantiate(&mut b, e, inputs[0], args, y, F64, SPAN));
    let made = made.collect();
    (text(&b.out), made)
}

fn v(id: u32) -> ValueId {
    ValueId(id)
}

#[test]
fn nothing_where_nothing_is_needed() {
    assert_eq!(expand(Func::Add), (vec![], vec![v(0), v(0)]));
    assert_eq!(expand(Func::Sub), (vec!["v4 = neg[v0]".into()], vec![v(0), v(4)]));
}

#[test]
fn quotients_are_shared_and_signs_pulled_out() {
    let lines = ["v4 = div[v0, v2]", "v5 = mul[v4, v3]", "v6 = neg[v5]"];
    assert_eq!(expand(Func::Div), (lines.map(String::from).to_vec(), vec![v(4), v(6)]));
}

#[test]
fn helpers_become_helpers() {
    let lines = ["v4 = max_d0[v1, v2]", "v5 = mul[v0, v4]", "v6 = max_d1[v1, v2]", "v7 = mul[v0, v6]"];
    assert_eq!(expand(Func::Max), (lines.map(String::from).to_vec(), vec![v(5), v(7)]));
}

#[test]
fn a_constant_seed_folds() {
    let mut f = Function::default();
    let (x, y) = (f.fresh(F64, SPAN), f.fresh(F64, SPAN));
    let mut b = Builder { f: &mut f, out: Vec::new() };
    let one = b.float(1.0, F64, SPAN);
    let e = rule(Func::Mul).partials[0].clone().expect("a derivative");
    assert_eq!(instantiate(&mut b, &e, one, &[x, y], x, F64, SPAN), y);
    let e = rule(Func::Sub).partials[1].clone().expect("a derivative");
    let minus = instantiate(&mut b, &e, one, &[x, y], x, F64, SPAN);
    assert_eq!(text(&b.out).last().map(String::as_str), Some("v3 = -1.0"));
    let e = rule(Func::Mul).partials[1].clone().expect("a derivative");
    let negated = instantiate(&mut b, &e, minus, &[x, y], x, F64, SPAN);
    assert_eq!(text(&b.out).last().map(String::as_str), Some("v4 = neg[v0]"));
    assert_eq!(add(&mut b, y, negated, F64, SPAN), v(5));
    assert_eq!(text(&b.out).last().map(String::as_str), Some("v5 = sub[v1, v0]"));
}

#[test]
fn zero_times_something_stays() {
    let mut f = Function::default();
    let (x, y) = (f.fresh(F64, SPAN), f.fresh(F64, SPAN));
    let mut b = Builder { f: &mut f, out: Vec::new() };
    instantiate(&mut b, &(0.0 * Expr::X(0)), x, &[x], y, F64, SPAN);
    assert_eq!(text(&b.out), ["v2 = 0.0", "v3 = mul[v2, v0]"]);
}

#[test]
fn constants_of_another_type_are_not_shared() {
    let mut f = Function::default();
    let x = f.fresh(F64, SPAN);
    let mut b = Builder { f: &mut f, out: Vec::new() };
    let half = 0.5 / Expr::X(0);
    instantiate(&mut b, &half, x, &[x], x, F64, SPAN);
    instantiate(&mut b, &half, x, &[x], x, Ty::Float(FloatTy::F32), SPAN);
    assert_eq!(b.out.len(), 4);
}

#[test]
fn statements_compute_what_the_expression_says() {
    for func in Func::ALL {
        let rule = rule(*func);
        for (partial, sample) in
            rule.partials.iter().flatten().flat_map(|p| rule.samples.iter().map(move |s| (p, s)))
        {
            let mut f = Function::default();
            let inputs: Vec<ValueId> = (0..rule.arity + 2).map(|_| f.fresh(F64, SPAN)).collect();
            let mut b = Builder { f: &mut f, out: Vec::new() };
            let value = eval::apply(*func, sample);
            let args = &inputs[1..=rule.arity];
            let made = instantiate(&mut b, partial, inputs[0], args, inputs[rule.arity + 1], F64, SPAN);
            let numbers = std::iter::once(0.7).chain(sample.iter().copied()).chain([value]);
            let mut known: HashMap<ValueId, f64> = inputs.iter().copied().zip(numbers).collect();
            run(&b.out, &mut known);
            let expected = eval::expr(partial, 0.7, sample, value);
            assert_eq!(known[&made].to_bits(), expected.to_bits(), "{func:?} at {sample:?}");
        }
    }
}

fn run(stmts: &[Stmt], known: &mut HashMap<ValueId, f64>) {
    for s in stmts {
        let Stmt::Let { value, op } = s else { panic!("{s:?}") };
        let of = |args: &[ValueId]| args.iter().map(|a| known[a]).collect::<Vec<_>>();
        let result = match op {
            Op::Const(Const::Float(x)) => *x,
            Op::Apply { func, args } => eval::apply(*func, &of(args)),
            Op::Helper { name, args } => eval::helper(name, &of(args)),
            other => panic!("{other:?}"),
        };
        known.insert(*value, result);
    }
}
