//! Halves of a function of few numbers: the forward half computes the derivatives, which are all that its pullback needs.
//!
//! ```text
//! v2 = exp(neg x); v3 = add(1, v2); v4 = div(1, v3) | pullback of (v2, v4): ..
//!   →
//! v2 = ..; v4 = ..; v9 = dv4/dx                     | pullback of v9: mul(seed, v9)
//! ```
//! A caller in a loop keeps one number then in the place of two. It must not run what belongs to others ahead of time: the
//! pullback of a call may be no linear map (a rule that clips), so a function with active calls stays as it is. Where a
//! branch or a loop may have nothing to contribute, a zero derivative of its own is none: no infinite cotangent makes it NaN.

use super::{adjoint, Adjoint, ParamCotangent, Seed};
use crate::ir::dense::IdSet;
use crate::ir::hash::HashSet;
use crate::ir::visit::Mentions;
use crate::ir::{Const, Function, Op, ParamKind, ResultOf, Room, Stmt, Ty, ValueId, ValueInfo};
use crate::rules::Func;
use crate::tangent::gradient;

/// A stack counts as so many numbers.
const STACK: usize = 16;

/// The halves of `f` in this form, where its plain ones (`split`, optimised) keep more.
pub fn instead(f: &Function, split: &Adjoint) -> Option<Adjoint> {
    let inputs = numbers(f)?;
    let calls = split.f.body.deep().any(|stmt| matches!(stmt, Stmt::Pullback(_)));
    if calls || inputs == 0 || inputs >= kept(split) {
        return None;
    }
    let primal = f.values.len();
    let mut made = adjoint(f, false).ok()?;
    made.optimise(primal);
    if gradient::keeps(&made) {
        if let Some(forward) = gradient::gradient(f) {
            made = forward;
        }
    }
    ahead(made, may_contribute_nothing(f))
}

/// How many numbers it has derivatives with respect to, if all are of the type of the result, and there is nothing else.
fn numbers(f: &Function) -> Option<usize> {
    let ResultOf::Value(result) = f.result else { return None };
    let ty = &f.values[result].ty;
    let alike = |kind: &ParamKind| match kind {
        ParamKind::Value(v) => f.values[*v].ty == *ty,
        ParamKind::Mem(_) => false,
    };
    let inputs = f.params.iter().filter(|p| p.active);
    let all = inputs.clone().all(|p| alike(&p.kind));
    let unseen = f.body.deep().any(|s| matches!(s, Stmt::Let { value: _, op: Op::Operator { .. } }));
    (ty.is_float() && all && !unseen && !f.body.diverges).then(|| inputs.count())
}

/// How many numbers the pullback captures.
fn kept(split: &Adjoint) -> usize {
    let (forward, reverse) = split.f.body.stmts.split_at(split.split.min(split.f.body.stmts.len()));
    let mut own: IdSet<ValueId> = IdSet::default();
    let params = split.f.params.iter().filter_map(|p| match p.kind {
        ParamKind::Value(v) => Some(v),
        ParamKind::Mem(_) => None,
    });
    own.extend(params);
    for stmt in forward.iter().filter(|s| !matches!(s, Stmt::Let { op: Op::Const(_), .. })) {
        own.extend(stmt.defs());
    }
    let mut stacks = HashSet::default();
    let mut captured: IdSet<ValueId> = IdSet::default();
    for stmt in reverse.iter().flat_map(Stmt::deep) {
        if let Stmt::Pop { stack, items: _ } = stmt {
            stacks.insert(*stack);
        }
        let mentioned = Mentions::of(|m| stmt.visit_shallow(m)).values;
        captured.extend(mentioned.into_iter().filter(|v| own.contains(v)));
    }
    let room = |stack: &_| if split.f.stacks[*stack] == Room::One { 1 } else { STACK };
    captured.len() + stacks.iter().map(room).sum::<usize>()
}

/// Are there statements that run on some inputs only?
fn may_contribute_nothing(f: &Function) -> bool {
    f.body.deep().any(|stmt| match stmt {
        Stmt::Branch(_) | Stmt::Loop(_) => true,
        Stmt::Let { value, op: Op::Select { .. } } => f.values[*value].ty.is_float(),
        _ => false,
    })
}

/// Both sweeps for a cotangent of one; then the products with the true one.
fn ahead(made: Adjoint, guarded: bool) -> Option<Adjoint> {
    let Adjoint { mut f, seed: Seed::Value(one), cotangents, .. } = made else { return None };
    f.body.stmts.insert(0, Stmt::Let { value: one, op: Op::Const(Const::Float(1.0)) });
    let split = f.body.stmts.len();
    let seed = f.values.push(ValueInfo { name: None, ..f.values[one].clone() });
    let cotangents = cotangents.into_iter().map(|c| match c {
        ParamCotangent::Value(Some(partial)) => {
            ParamCotangent::Value(Some(times(&mut f, seed, partial, guarded)))
        }
        other => other,
    });
    let cotangents = cotangents.collect();
    Some(Adjoint { f, split, seed: Seed::Value(seed), cotangents, assigned: Vec::new(), report: made.report })
}

fn times(f: &mut Function, seed: ValueId, partial: ValueId, guarded: bool) -> ValueId {
    let mut out = Vec::new();
    let mut make = |f: &mut Function, op: Op, ty: Option<Ty>| {
        let value = f.fresh_like(partial);
        f.values[value].name = None;
        if let Some(ty) = ty {
            f.values[value].ty = ty;
        }
        out.push(Stmt::Let { value, op });
        value
    };
    let mut product = make(f, Op::Apply { func: Func::Mul, args: vec![seed, partial] }, None);
    if guarded {
        let zero = make(f, Op::Const(Const::Float(0.0)), None);
        let args = vec![partial, zero];
        let cond = make(f, Op::Apply { func: Func::Eq, args }, Some(Ty::Bool));
        product = make(f, Op::Select { cond, then: partial, els: product }, None);
    }
    f.body.stmts.extend(out);
    product
}
