//! Closures called in the body are inlined at the call: captures are just the surrounding variables.
//!
//! ```text
//! let sq = |t: f64| t * t; sq(x) + sq(y)   →   v2 = mul(v0, v0); v3 = mul(v1, v1); v4 = add(v2, v3)
//! ```

use super::effects::named;
use super::exits::TargetKind;
use super::lowerer::{Binding, Lowered, Lowerer};
use super::parse::addr;
use super::value::{ClosureVal, Val};
use crate::diag::{at, catalog, At};
use crate::ir::{Access, Ty};
use std::rc::Rc;
use syn::{ExprClosure, ReturnType};

impl<'a> Lowerer<'a> {
    /// The closure's body, with its parameters bound to the arguments.
    pub fn inline(
        &mut self,
        val: &ClosureVal<'a>,
        args: Vec<Val<'a>>,
        hint: &Ty,
        span: At,
    ) -> Lowered<Val<'a>> {
        let (closure, captured) = (val.closure, &val.captured);
        let id = addr(closure);
        if self.inlining.contains(&id) || self.inlining.len() > 64 {
            return self.fail(catalog::closure_escapes(span, "closures are nested too deeply"));
        }
        if closure.inputs.len() != args.len() {
            return self.fail(catalog::closure_escapes(
                span,
                "the number of its arguments is not that of its parameters",
            ));
        }
        let hint = match &closure.output {
            ReturnType::Type(_, ty) => self.ty(ty),
            ReturnType::Default => hint.clone(),
        };
        self.inlining.push(id);
        let outside: Vec<_> =
            captured.iter().map(|(id, b)| (*id, self.bindings.insert(*id, b.clone()))).collect();
        let result = self.scoped(|s| {
            s.leavable(TargetKind::Body, None, &hint, at(&closure.inputs_begin), |s| {
                for (input, arg) in closure.inputs.iter().zip(args) {
                    s.bind_pattern(input, arg, &Ty::Unknown, span)?;
                }
                let val = match s.in_error > 0 {
                    true => s.error_value(&closure.body, &hint)?,
                    false => s.expr(&closure.body, &hint)?,
                };
                let val = s.snapshot_scalar(val, at(&closure.body))?;
                if let Val::Value(value) = &val {
                    s.of_one_type(id, *value);
                }
                if let (Val::Value(value), true) = (&val, hint.is_scalar()) {
                    s.seen_as(*value, &hint);
                }
                Ok(val)
            })
        });
        self.inlining.pop();
        for (id, binding) in outside {
            if let Some(binding) = binding {
                self.bindings.insert(id, binding);
            }
        }
        result
    }

    /// A closure expression. What a `move` closure captures by value is a variable of its own from here on.
    pub fn closure(&mut self, closure: &'a ExprClosure) -> Lowered<Val<'a>> {
        if let Some(token) = &closure.asyncness {
            return self.fail(catalog::asynchronous(at(token), "an `async` closure"));
        }
        let mut captured = Vec::new();
        if closure.capture.is_some() {
            for id in named(&self.facts, &closure.body) {
                match self.bindings.get(&id).cloned() {
                    Some(Binding::Var(var)) if self.facts.binder(id).assigned => {
                        let (name, ty) = (self.vars[var].name, self.vars[var].ty.clone());
                        let copy = self.var(name, ty, closure.inputs_begin.spans[0]);
                        self.set(copy, self.slots[var]);
                        captured.push((id, Binding::Var(copy)));
                    }
                    Some(Binding::Mem(mem))
                        if self.f.mems[mem].access == Access::Owned
                            && !self.is_frozen(mem)
                            && (self.facts.binder(id).written || self.facts.binder(id).assigned) =>
                    {
                        let why = "it is a `move` closure that captures something that changes";
                        return self.fail(catalog::closure_escapes(at(&closure.inputs_begin), why));
                    }
                    Some(
                        Binding::Var(_)
                        | Binding::Mem(_)
                        | Binding::Alias(..)
                        | Binding::Closure(_)
                        | Binding::Window(..)
                        | Binding::Cursor(..)
                        | Binding::Val(_)
                        | Binding::Poison,
                    )
                    | None => {}
                }
            }
        }
        Ok(Val::Closure(Rc::new(ClosureVal { closure, captured })))
    }

    /// Anything that can be called: a closure, or a function named by its path.
    pub fn apply_val(&mut self, f: &Val<'a>, args: Vec<Val<'a>>, hint: &Ty, span: At) -> Lowered<Val<'a>> {
        match f {
            Val::Closure(closure) => self.inline(closure, args, hint, span),
            Val::Func(path) => self.apply_path(path, args, hint, span),
            Val::Function(function) => self.apply_function(function, args, span),
            _ => self.fail(catalog::closure_escapes(span, "it is not a closure of this function")),
        }
    }
}
