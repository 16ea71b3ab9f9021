//! Scalar operations, by their rows.

use super::{Forward, Refusal};
use crate::analysis::types::place_ty;
use crate::ir::{Op, Stmt, Ty, ValueId};
use crate::rules::{add, helper_partials, instantiate, number, operator_helper, rule, Expr, Func};

impl Forward<'_> {
    pub(super) fn let_(&mut self, value: ValueId, op: &Op) -> Result<(), Refusal> {
        self.out.push(Stmt::Let { value, op: op.clone() });
        if !self.is_active(value) {
            return Ok(());
        }
        let tangent = match op {
            Op::Apply { func, args } => {
                let (ty, span) = self.kind_of(value);
                let tangent = match self.quotient(*func, args, value) {
                    Some(tangent) => Some(tangent),
                    None => self.sum(&rule(*func).partials, args, value),
                };
                let operands: Vec<Ty> = args.iter().map(|a| self.f.values[*a].ty.clone()).collect();
                tangent.map(|t| self.build(|b| number(b, *func, t, (&ty, &operands), span)))
            }
            Op::Operator { func, args, assigns } => {
                self.operator(operator_helper(*func, *assigns, true), args, value)
            }
            Op::Helper { name, args } => {
                match helper_partials(name) {
                    Some(partials) => self.sum(&partials, args, value),
                    None if args.iter().any(|a| self.of(*a).is_some()) => {
                        let (_, span) = self.kind_of(value);
                        return Err((span, format!("the derivative of `{name}` is not known: third derivatives are not supported")));
                    }
                    None => None,
                }
            }
            Op::Cast { arg, to, code: _ } => self.cast(*arg, to, op, value),
            Op::Load(place) => {
                let tangent = self.of_place(place).map(|p| self.like(value, Op::Load(p)));
                // (The value's own type may be known from elsewhere: a field that is a constant has no tangent all the same.)
                let unseen = matches!(place_ty(&self.f, place), Ty::Unknown | Ty::Adt(..));
                self.uncertain.extend(tangent.filter(|_| unseen));
                tangent
            }
            Op::SumOf(place) => self.of_place(place).map(|p| self.like(value, Op::SumOf(p))),
            Op::Select { cond, then, els } => self.select(*cond, *then, *els, value),
            Op::Dot(a, _) => {
                let span = self.f.mems[a.mem].span;
                return Err((span, "a sum that is made after differentiation".into()));
            }
            // Constants for differentiation.
            Op::Const(_) | Op::Len(_) | Op::Detach(_) | Op::Pure(_) | Op::Once(_) => None,
        };
        if let Some(tangent) = tangent {
            self.values.insert(value, tangent);
        }
        Ok(())
    }

    /// An operation whose result has the type of `of`.
    fn like(&mut self, of: ValueId, op: Op) -> ValueId {
        let (ty, span) = self.kind_of(of);
        self.build(|b| b.let_(op, ty, span))
    }

    /// `(t_a - t_b * v) / b` for `v = a / b`, where both carry tangents: one division for the two contributions.
    fn quotient(&mut self, func: Func, args: &[ValueId], value: ValueId) -> Option<ValueId> {
        let (Func::Div, [a, b]) = (func, args) else { return None };
        let (above, below) = (self.of(*a)?, self.of(*b)?);
        let certain = [above, below].iter().all(|t| !self.uncertain.contains(t));
        let (ty, span) = self.kind_of(value);
        if !certain || !ty.is_float() {
            return None;
        }
        Some(self.build(|builder| {
            let taken = builder.apply(Func::Mul, &[below, value], ty.clone(), span);
            let rest = builder.apply(Func::Sub, &[above, taken], ty.clone(), span);
            builder.apply(Func::Div, &[rest, *b], ty, span)
        }))
    }

    /// The contributions of all operands that have a tangent.
    fn sum(&mut self, partials: &[Option<Expr>], args: &[ValueId], value: ValueId) -> Option<ValueId> {
        let (ty, span) = self.kind_of(value);
        let given: Vec<ValueId> = args.iter().filter_map(|a| self.of(*a)).collect();
        let uncertain = given.iter().all(|t| self.uncertain.contains(t));
        let mut total = None;
        for (partial, arg) in partials.iter().zip(args) {
            let (Some(expr), Some(tangent)) = (partial, self.of(*arg)) else { continue };
            total = Some(self.build(|b| {
                let term = instantiate(b, expr, tangent, args, value, ty.clone(), span);
                match total {
                    None => term,
                    Some(before) => add(b, before, term, ty.clone(), span),
                }
            }));
        }
        self.uncertain.extend(total.filter(|_| uncertain));
        total
    }

    /// By the rule that the runtime finds; an operand without a tangent is followed by `no_tangent`.
    fn operator(
        &mut self,
        helper: Option<&'static str>,
        args: &[ValueId],
        value: ValueId,
    ) -> Option<ValueId> {
        let name = helper?;
        if args.iter().all(|a| self.of(*a).is_none()) {
            return None;
        }
        let (_, span) = self.kind_of(value);
        let mut all = Vec::new();
        for arg in args {
            let tangent = self.of(*arg).unwrap_or_else(|| {
                let none = Op::Helper { name: "no_tangent", args: Vec::new() };
                self.build(|b| b.let_(none, Ty::Passive(None), span))
            });
            all.extend([*arg, tangent]);
        }
        Some(self.like(value, Op::Helper { name, args: all }))
    }

    /// From float to float; a value of unknown type may be an integer, which the runtime sees.
    fn cast(&mut self, arg: ValueId, to: &Ty, op: &Op, value: ValueId) -> Option<ValueId> {
        let tangent = self.of(arg)?;
        if to.is_passive() {
            return None;
        }
        let op = if self.f.values[arg].ty.is_float() {
            op.map(&mut |_| tangent)
        } else {
            Op::Helper { name: "cast_forward", args: vec![arg, tangent] }
        };
        Some(self.like(value, op))
    }

    fn select(&mut self, cond: ValueId, then: ValueId, els: ValueId, value: ValueId) -> Option<ValueId> {
        self.of(then).or(self.of(els))?;
        let (then, els) = (self.or_zero(then), self.or_zero(els));
        Some(self.like(value, Op::Select { cond, then, els }))
    }
}
