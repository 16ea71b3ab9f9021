//! The gradient of a function of one number by forward mode: the derivative travels with the value, nothing is kept.
//!
//! ```text
//! fn f(v0 x) { loop carry (v1 = v0 -> v2, result v3) { v2 = sin(v1) } return v3 }
//!   →
//! v4 = 1; loop carry (.., v5 = v4 -> v7, result v8) { v2 = sin(v1); v6 = cos(v1); v7 = mul(v5, v6) } v9 = mul(seed, v8)
//! ```
//! Reverse mode would store something in each iteration. Measured (`cargo bench --bench speed -- newton`): gradient /
//! hand-written 2.5 → see `benches/RESULTS.md`.

use super::{tangent, TangentInput};
use crate::adjoint::{Adjoint, ParamCotangent, Seed};
use crate::analysis::activity::Activity;
use crate::ir::{
    Call, CallRole, Const, Function, Op, Operand, ParamKind, Region, ResultOf, Room, Stmt, ValueInfo,
};
use crate::rules::Func;

/// The same function with its gradient, if it has one input, and calls no function that may have no tangent form.
pub fn gradient(f: &Function) -> Option<Adjoint> {
    let input = only_input(f)?;
    let ResultOf::Value(y) = f.result else { return None };
    let act = Activity::of(f);
    let made = tangent(f, &|v| act.value(v), &|m| act.mem(m)).ok()?;
    let ResultOf::Value(slope) = made.output else { return None };
    let TangentInput::Value(direction) = made.inputs.get(input)? else { return None };
    let mut f = made.f;
    if f.body.diverges || has_active_call(&f.body) {
        return None;
    }
    let one = Stmt::Let { value: *direction, op: Op::Const(Const::Float(1.0)) };
    f.body.stmts.insert(0, one);
    let split = f.body.stmts.len();
    let seed = f.values.push(ValueInfo { name: None, ..f.values[y].clone() });
    let scaled = f.values.push(ValueInfo { name: None, ..f.values[*direction].clone() });
    f.body
        .stmts
        .push(Stmt::Let { value: scaled, op: Op::Apply { func: Func::Mul, args: vec![seed, slope] } });
    let cotangent = |k: usize| match k == input {
        true => ParamCotangent::Value(Some(scaled)),
        false => ParamCotangent::None,
    };
    let cotangents = (0..f.params.len()).map(cotangent).collect();
    Some(Adjoint { f, split, seed: Seed::Value(seed), cotangents, assigned: Vec::new(), report: Vec::new() })
}

/// The position of the parameter that is the only active one, if it is a float by value.
fn only_input(f: &Function) -> Option<usize> {
    let mut active = f.params.iter().enumerate().filter(|(_, p)| p.active);
    let (k, param) = active.next()?;
    match param.kind {
        ParamKind::Value(v) if f.values[v].ty.is_float() && active.next().is_none() => Some(k),
        ParamKind::Value(_) | ParamKind::Mem(_) => None,
    }
}

fn has_active_call(region: &Region) -> bool {
    let mut all = region.deep();
    all.any(|s| matches!(s, Stmt::Call(Call { role: CallRole::Tangent | CallRole::Forward(_), .. })))
}

/// Does a gradient keep numbers in each iteration of a loop?
pub fn keeps(adjoint: &Adjoint) -> bool {
    let f = &adjoint.f;
    let is_float = |item: &Operand| matches!(item, Operand::Value(v) if f.values[*v].ty.is_float());
    f.body.deep().any(|stmt| match stmt {
        Stmt::Push { stack, items } => f.stacks[*stack] != Room::One && items.iter().any(is_float),
        _ => false,
    })
}
