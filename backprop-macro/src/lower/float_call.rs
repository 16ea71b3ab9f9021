//! Float functions by path: `f64::sin(x)`, `<f64>::max(a, b)`, `T::exp(x)`.
//!
//! ```text
//! f64::sin(x) → sin(v0)
//! ```

use super::lowerer::{Lowered, Lowerer, Signature};
use super::names;
use super::value::Val;
use crate::diag::{at, catalog, At};
use crate::ir::{Const, FloatTy, Op, Ty, ValueId};
use crate::rules::{rule, Func};
use syn::{Expr, Type};

/// `f64::sin`, `<f64>::max`, `Real::sin`, `T::exp`, `Float::powi`: the type, if the path says it, and the method.
pub fn float_path(callee: &Expr, signature: &Signature) -> Option<(Ty, String)> {
    let Expr::Path(path) = names::strip(callee) else { return None };
    let mut segments: Vec<_> = path.path.segments.iter().collect();
    let name = segments.pop()?.ident.to_string();
    if Func::from_method(&name).is_none() && name != "sin_cos" {
        return None;
    }
    if let Some(qself) = &path.qself {
        return match super::types::primitive(&qself.ty) {
            Some(p) => super::types::float_name(&p).map(|f| (Ty::Float(f), name)),
            None => match &*qself.ty {
                Type::Path(p) if p.path.get_ident().is_some_and(|i| signature.reals.contains(i)) => {
                    Some((Ty::ANY_FLOAT, name))
                }
                _ => None,
            },
        };
    }
    let ty = segments.last()?;
    if let Some(float) = super::types::float_name(&ty.ident.to_string()) {
        return Some((Ty::Float(float), name));
    }
    let real = signature.reals.contains(&ty.ident) || ty.ident == "Real" || ty.ident == "Float";
    real.then_some((Ty::ANY_FLOAT, name))
}

impl<'a> Lowerer<'a> {
    pub fn float_call(&mut self, ty: &Ty, name: &str, call: &'a syn::ExprCall) -> Lowered<Val<'a>> {
        let mut args = Vec::new();
        for arg in &call.args {
            args.push(self.expr_scalar(arg, ty)?);
        }
        self.float_method(name, &args, ty, at(&call.func))
    }

    /// A method of floats on values.
    pub fn float_method(&mut self, name: &str, args: &[ValueId], ty: &Ty, at: At) -> Lowered<Val<'a>> {
        let span = at.span();
        if let ("sin_cos", [x]) = (name, args) {
            let known = self.f.values[*x].ty.join(ty);
            let sin = self.apply(Func::Sin, &[*x], known.clone(), span);
            let cos = self.apply(Func::Cos, &[*x], known, span);
            return Ok(Val::Tuple(vec![Val::Value(sin), Val::Value(cos)]));
        }
        let Some(func) = Func::from_method(name) else {
            return self.fail(catalog::no_rule(at, name, ""));
        };
        let row = rule(func);
        if row.arity != args.len() {
            let why = match args.len() {
                1 => " without arguments".to_string(),
                2 => " with one argument".to_string(),
                n => format!(" with {} arguments", n.saturating_sub(1)),
            };
            return self.fail(catalog::no_rule(at, name, &why));
        }
        if func == Func::Powi && self.f.values[args[1]].ty.is_float() {
            return self.fail(catalog::no_rule(at, name, " with a float as the exponent (`powf` takes one)"));
        }
        if func == Func::Powi {
            self.seen_as(args[1], &Ty::Int);
        }
        let known = args[..1].iter().fold(ty.clone(), |ty, a| ty.join(&self.f.values[*a].ty));
        let known = if row.float { known } else { Ty::Bool };
        Ok(Val::Value(self.apply(func, args, known, span)))
    }

    pub fn refuse_method<T>(&mut self, ty: &str, name: &str, path: &syn::ExprPath) -> Lowered<T> {
        if matches!(name, "to_bits" | "from_bits" | "to_le_bytes" | "to_be_bytes" | "to_ne_bytes") {
            let what = format!("{ty}::{name}");
            return self.fail(catalog::derivative_lost(at(path), &what));
        }
        let hint = similar_method(name);
        self.fail(catalog::no_rule(at(path), name, &hint))
    }

    /// A constant of a float type.
    pub fn float(&mut self, x: f64, ty: Ty, span: At) -> ValueId {
        let ty = if ty.is_float() { ty } else { Ty::Float(FloatTy::Any) };
        self.let_(Op::Const(Const::Float(x)), ty, false, span.span())
    }
}

pub fn float_path_of(path: &syn::ExprPath, signature: &Signature) -> Option<(Ty, String)> {
    float_path(&Expr::Path(path.clone()), signature)
}

/// A method with a rule whose name is close.
pub fn similar_method(name: &str) -> String {
    if name == "into" {
        return " (write `f64::from(x)`)".into();
    }
    let known = Func::ALL.iter().map(|f| f.name());
    crate::diag::meant(crate::diag::closest(name, known.filter(|n| Func::from_method(n).is_some())))
}
