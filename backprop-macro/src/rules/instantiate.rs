//! From a rule's expression to statements: reverse and forward mode instantiate the same rows.
//!
//! ```text
//! -(D / x1) * y    ↦    v7 = div(d, b)
//!                       v8 = mul(v7, y)
//!                       v9 = neg(v8)
//! ```
//! Signs are pulled outwards (exact in IEEE arithmetic) and die in sums; factors of one vanish; a statement that has just
//! been made with the same operands is used again. It never folds `0 * x`: that is NaN for an infinite `x`.

use super::{Expr, Func};
use crate::ir::build::Builder;
use crate::ir::{Const, Op, SpanId, Stmt, Ty, ValueId};

/// How many of the last statements are searched for a constant, a sign or the same computation.
const NEAR: usize = 64;

/// The value of `e` with `d` for the cotangent, `args` for the operands and `y` for the result; `ty` is the type of all
/// of them that are floats.
pub fn instantiate(
    b: &mut Builder<'_>,
    e: &Expr,
    d: ValueId,
    args: &[ValueId],
    y: ValueId,
    ty: Ty,
    span: SpanId,
) -> ValueId {
    let mut instance = Instance { b, d, args, y, ty, span };
    let part = instance.expr(e);
    instance.value(part)
}

/// `x + y`, where a negated operand becomes a difference.
pub fn add(b: &mut Builder<'_>, x: ValueId, y: ValueId, ty: Ty, span: SpanId) -> ValueId {
    let sum = Expr::X(0) + Expr::X(1);
    instantiate(b, &sum, x, &[x, y], x, ty, span)
}

/// The cotangent of a sum, a difference or a negation (or its tangent): where the type is not known, the runtime sees that it
/// is a number. These operators of a type of the user's may do anything. (The partials of a product need numbers anyway; where
/// neither operand is known to be one, the message is better so.)
pub fn number(b: &mut Builder<'_>, func: Func, d: ValueId, of: (&Ty, &[Ty]), span: SpanId) -> ValueId {
    let (result, operands) = of;
    let checked = match func {
        Func::Add | Func::Sub | Func::Neg => *result == Ty::Unknown,
        Func::Mul | Func::Div => operands.iter().chain([result]).all(|ty| *ty == Ty::Unknown),
        _ => false,
    };
    if !checked {
        return d;
    }
    b.let_(Op::Helper { name: "linear", args: vec![d] }, Ty::Unknown, span)
}

/// An intermediate result that may need no statement.
#[derive(Clone, Copy)]
enum Part {
    Num(f64),
    Value { value: ValueId, negative: bool },
}

impl Part {
    fn negated(self) -> Part {
        match self {
            Part::Num(x) => Part::Num(-x),
            Part::Value { value, negative } => Part::Value { value, negative: !negative },
        }
    }

    fn negated_if(self, negate: bool) -> Part {
        if negate {
            self.negated()
        } else {
            self
        }
    }

    /// Its absolute value, so to speak, and its sign.
    fn split(self) -> (Part, bool) {
        match self {
            Part::Num(x) => (Part::Num(x), false),
            Part::Value { value, negative } => (Part::Value { value, negative: false }, negative),
        }
    }
}

struct Instance<'a, 'f> {
    b: &'a mut Builder<'f>,
    d: ValueId,
    args: &'a [ValueId],
    y: ValueId,
    ty: Ty,
    span: SpanId,
}

impl Instance<'_, '_> {
    fn expr(&mut self, e: &Expr) -> Part {
        match e {
            Expr::D => self.leaf(self.d),
            // A rule names no operand that it has not; were it so, the cotangent is as wrong as anything.
            Expr::X(k) => self.leaf(self.args.get(*k).copied().unwrap_or(self.d)),
            Expr::Y => self.leaf(self.y),
            Expr::Num(x) => Part::Num(*x),
            Expr::Apply(func, args) => {
                let parts: Vec<Part> = args.iter().map(|a| self.expr(a)).collect();
                self.apply(*func, &parts)
            }
            Expr::Helper(name, args) => {
                let parts: Vec<Part> = args.iter().map(|a| self.expr(a)).collect();
                let args = parts.into_iter().map(|p| self.value(p)).collect();
                self.positive(Op::Helper { name, args })
            }
        }
    }

    /// An operand: a constant or a negation if that was made a moment ago.
    fn leaf(&self, value: ValueId) -> Part {
        match self.recent(value) {
            Some(Op::Const(Const::Float(x))) => Part::Num(*x),
            Some(Op::Apply { func: Func::Neg, args }) if args.len() == 1 => {
                Part::Value { value: args[0], negative: true }
            }
            _ => Part::Value { value, negative: false },
        }
    }

    fn recent(&self, wanted: ValueId) -> Option<&Op> {
        self.b.out.iter().rev().take(NEAR).find_map(|s| match s {
            Stmt::Let { value, op } if *value == wanted => Some(op),
            _ => None,
        })
    }

    fn apply(&mut self, func: Func, parts: &[Part]) -> Part {
        match (func, parts) {
            (Func::Neg, [x]) => x.negated(),
            (Func::Add, [x, y]) => self.add(*x, *y),
            (Func::Sub, [x, y]) => self.add(*x, y.negated()),
            (Func::Mul, [x, y]) => self.mul(*x, *y),
            (Func::Div, [x, y]) => self.div(*x, *y),
            _ => {
                let args = parts.iter().map(|p| self.value(*p)).collect();
                self.positive(Op::Apply { func, args })
            }
        }
    }

    fn add(&mut self, x: Part, y: Part) -> Part {
        match (x, y) {
            (Part::Num(x), Part::Num(y)) => Part::Num(x + y),
            (Part::Num(0.0), part) | (part, Part::Num(0.0)) => part,
            _ => match (x.split(), y.split()) {
                ((x, false), (y, false)) => self.binary(Func::Add, x, y),
                ((x, false), (y, true)) => self.binary(Func::Sub, x, y),
                ((x, true), (y, false)) => self.binary(Func::Sub, y, x),
                ((x, true), (y, true)) => self.binary(Func::Add, x, y).negated(),
            },
        }
    }

    fn mul(&mut self, x: Part, y: Part) -> Part {
        match (x, y) {
            (Part::Num(x), Part::Num(y)) => Part::Num(x * y),
            (Part::Num(1.0), part) | (part, Part::Num(1.0)) => part,
            (Part::Num(-1.0), part) | (part, Part::Num(-1.0)) => part.negated(),
            _ => {
                let ((x, negative), (y, other)) = (x.split(), y.split());
                self.binary(Func::Mul, x, y).negated_if(negative != other)
            }
        }
    }

    fn div(&mut self, x: Part, y: Part) -> Part {
        match (x, y) {
            (Part::Num(x), Part::Num(y)) => Part::Num(x / y),
            (part, Part::Num(1.0)) => part,
            (part, Part::Num(-1.0)) => part.negated(),
            _ => {
                let ((x, negative), (y, other)) = (x.split(), y.split());
                self.binary(Func::Div, x, y).negated_if(negative != other)
            }
        }
    }

    fn binary(&mut self, func: Func, x: Part, y: Part) -> Part {
        let args = vec![self.value(x), self.value(y)];
        self.positive(Op::Apply { func, args })
    }

    fn positive(&mut self, op: Op) -> Part {
        Part::Value { value: self.emit(op), negative: false }
    }

    fn value(&mut self, part: Part) -> ValueId {
        match part {
            Part::Num(x) => self.emit(Op::Const(Const::Float(x))),
            Part::Value { value, negative: false } => value,
            Part::Value { value, negative: true } => {
                self.emit(Op::Apply { func: Func::Neg, args: vec![value] })
            }
        }
    }

    fn emit(&mut self, op: Op) -> ValueId {
        let again = self.b.out.iter().rev().take(NEAR).find_map(|s| match s {
            Stmt::Let { value, op: made } if *made == op && self.b.f.values[*value].ty == self.ty => {
                Some(*value)
            }
            _ => None,
        });
        again.unwrap_or_else(|| self.b.let_(op, self.ty.clone(), self.span))
    }
}
