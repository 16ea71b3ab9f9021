//! Making statements: fresh values with simple algebraic folding, so that no transform has to.

use super::{Const, Function, IntTy, Op, SpanId, Stmt, Ty, ValueId, ValueInfo};
use crate::rules::Func;

/// A list of statements under construction, in a function.
pub struct Builder<'f> {
    pub f: &'f mut Function,
    pub out: Vec<Stmt>,
}

impl Function {
    /// A fresh value without a definition yet.
    pub fn fresh(&mut self, ty: Ty, span: SpanId) -> ValueId {
        self.values.push(ValueInfo::new(ty, None, span))
    }

    /// A fresh value of the same type, name and span.
    pub fn fresh_like(&mut self, value: ValueId) -> ValueId {
        let info = self.values[value].clone();
        self.values.push(info)
    }
}

impl Builder<'_> {
    /// `let v: ty = op;`
    pub fn let_(&mut self, op: Op, ty: Ty, span: SpanId) -> ValueId {
        let value = self.f.fresh(ty, span);
        self.out.push(Stmt::Let { value, op });
        value
    }

    pub fn apply(&mut self, func: Func, args: &[ValueId], ty: Ty, span: SpanId) -> ValueId {
        self.let_(Op::Apply { func, args: args.to_vec() }, ty, span)
    }

    pub fn int(&mut self, n: i64, span: SpanId) -> ValueId {
        self.let_(Op::Const(Const::Int(n)), Ty::Int, span)
    }

    /// An index of what std indexes.
    pub fn index(&mut self, n: i64, span: SpanId) -> ValueId {
        let value = self.int(n, span);
        self.f.values[value].int = Some(IntTy::Named("usize"));
        value
    }

    pub fn float(&mut self, x: f64, ty: Ty, span: SpanId) -> ValueId {
        self.let_(Op::Const(Const::Float(x)), ty, span)
    }
}
