//! Functions as arguments, and calls of parameters that are functions.
//!
//! ```text
//! f(x)   (f a parameter)   →   v3 = call (f)(&m0, v1)
//! ```

use super::effects::local;
use super::lowerer::{Binding, Lowered, Lowerer};
use super::names;
use super::value::{FunctionVal, Val};
use crate::diag::At;
use crate::ir::{Arg, Callee, Operand, Ty};
use syn::Expr;

impl<'a> Lowerer<'a> {
    /// A closure, a function's name, or a variable that is one of these; also behind `&`.
    pub fn is_function(&self, e: &'a Expr) -> bool {
        match names::strip(e) {
            Expr::Closure(_) => true,
            Expr::Reference(r) if r.mutability.is_none() => self.is_function(&r.expr),
            other @ Expr::Path(path) => match local(&self.facts, other) {
                Some(id) => matches!(
                    self.bindings.get(&id),
                    Some(
                        Binding::Closure(_) | Binding::Val(Val::Func(_) | Val::Function(_) | Val::Closure(_))
                    )
                ),
                None => path.path.segments.last().is_some_and(|s| !names::starts_upper(&s.ident)),
            },
            _ => false,
        }
    }

    pub fn is_constant_function(&self, e: &'a Expr) -> bool {
        match names::strip(e) {
            Expr::Reference(r) => self.is_constant_function(&r.expr),
            other => local(&self.facts, other).is_some_and(|id| self.constant_functions.contains(&id)),
        }
    }

    /// A parameter that is a function, called.
    pub fn apply_function(
        &mut self,
        function: &FunctionVal,
        args: Vec<Val<'a>>,
        span: At,
    ) -> Lowered<Val<'a>> {
        let mut lowered = vec![Arg::Ref(function.place.clone())];
        for arg in args {
            lowered.push(self.plain_arg(arg, span)?);
        }
        self.emit_call(Callee::Function(function.call), lowered, &function.output.clone(), span)
    }

    /// An argument that is a value of its own.
    pub fn plain_arg(&mut self, arg: Val<'a>, span: At) -> Lowered<Arg> {
        Ok(match arg {
            Val::Value(v) => Arg::Value(v),
            Val::RefValue(v) => Arg::RefValue(v),
            Val::Ref(place, false) => Arg::Ref(place),
            Val::Ref(place, true) => Arg::RefMut(place),
            Val::Place(place) if self.place_ty(&place) == Ty::Unknown => {
                Arg::Value(self.load(place, span.span()))
            }
            other => match self.operand(other, span)? {
                Operand::Value(v) => Arg::Value(v),
                operand => Arg::Mem(operand),
            },
        })
    }
}
