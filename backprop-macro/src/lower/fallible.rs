//! Methods of a `Result` that keep its error, and what the receiver of such a method must be.
//!
//! ```text
//! r.map(|v| v * v).map_err(name)   →   branch is_ok { m2 = Ok(v3) } { m2 = Err(v4) }; ..
//! ```

use super::lowerer::{Lowered, Lowerer, Slot};
use super::option::variant_path;
use super::value::Val;
use crate::diag::{at, At};
use crate::ir::ty::Seen;
use crate::ir::{Field, Fields, Init, Op, Place, Proj, Ty, ValueId};
use crate::source::Source;
use proc_macro2::Span;
use quote::quote;
use syn::{Expr, ExprMethodCall};

impl<'a> Lowerer<'a> {
    /// What an `Err` holds: a copy, for the reverse sweep looks at the whole again.
    pub fn error_of(&mut self, place: &Place, span: At) -> Lowered<ValueId> {
        let variant = self.source.code(variant_path("Err", Span::mixed_site()));
        let proj = Proj::Payload { variant, field: Field::Index(0), arity: Fields::Tuple(1) };
        Ok(self.let_(Op::Load(place.with(proj)), Ty::Passive(None), false, span.span()))
    }

    /// What is to be in an `Err`.
    pub fn error<T>(&mut self, compute: impl FnOnce(&mut Self) -> Lowered<T>) -> Lowered<T> {
        self.in_error += 1;
        let result = compute(self);
        self.in_error -= 1;
        result
    }

    /// What is to be in an `Err`, as it is written: it has no derivative, so any code may look at active values for it.
    pub fn error_value(&mut self, e: &'a Expr, hint: &Ty) -> Lowered<Val<'a>> {
        match self.carries(e) {
            true => self.carried_value(e, false, Ty::Passive(None), at(e)),
            false => self.error(|s| s.expr(e, hint)),
        }
    }

    /// `map`, `map_err`, `and_then`, `or_else` and `unwrap_or_else` of a `Result`, which keep its error.
    pub fn result_method(
        &mut self,
        place: &Place,
        name: &str,
        f: &'a Expr,
        hint: &Ty,
        span: At,
    ) -> Lowered<Val<'a>> {
        let f = self.expr(f, &Ty::Unknown)?;
        let (is_ok, inner) = self.holding(Val::Place(place.clone()), "Ok", span)?;
        let ty = Ty::Adt(self.source.code(quote!(Result)), Seen::default());
        self.choose(is_ok, span, |s, ok| {
            let made = match (&inner, ok, name) {
                (Some(inner), true, "map") => s.apply_val(&f, vec![inner.clone()], &Ty::Unknown, span)?,
                (Some(inner), true, "and_then") => {
                    return s.apply_val(&f, vec![inner.clone()], &ty, span);
                }
                (Some(inner), true, "unwrap_or_else") => return s.snapshot_scalar(inner.clone(), span),
                (Some(inner), true, _) => inner.clone(),
                (_, _, "map_err" | "or_else" | "unwrap_or_else") => {
                    let error = Val::Value(s.error_of(place, span)?);
                    let hint = if name == "unwrap_or_else" { hint } else { &ty };
                    if name != "map_err" {
                        let val = s.apply_val(&f, vec![error], hint, span)?;
                        return s.snapshot_scalar(val, span);
                    }
                    s.error(|s| s.apply_val(&f, vec![error], &Ty::Unknown, span))?
                }
                _ => Val::Value(s.error_of(place, span)?),
            };
            let val = s.snapshot_scalar(made, span)?;
            let arg = s.operand(val, span)?;
            let path = s.source.code(variant_path(if ok { "Ok" } else { "Err" }, Span::mixed_site()));
            Ok(Val::Fresh(Box::new(Init::Variant { path, args: vec![arg] }), ty.clone()))
        })
    }

    /// `o.ok_or(error)`, `o.ok_or_else(|| error)`
    pub fn with_error(
        &mut self,
        is_some: Slot,
        inner: Option<Val<'a>>,
        name: &str,
        error: &'a Expr,
        span: At,
    ) -> Lowered<Val<'a>> {
        let ty = Ty::Adt(self.source.code(quote!(Result)), Seen::default());
        let error = match name {
            "ok_or" => self.error_value(error, &Ty::Unknown)?,
            _ => self.expr(error, &Ty::Unknown)?,
        };
        self.choose(is_some, span, |s, some| {
            let held = match (&inner, some) {
                (Some(inner), true) => s.snapshot_scalar(inner.clone(), span)?,
                _ if name == "ok_or_else" => {
                    s.error(|s| s.apply_val(&error, Vec::new(), &Ty::Unknown, span))?
                }
                _ => error.clone(),
            };
            let arg = s.operand(held, span)?;
            let path = s.source.code(variant_path(if some { "Ok" } else { "Err" }, Span::mixed_site()));
            Ok(Val::Fresh(Box::new(Init::Variant { path, args: vec![arg] }), ty.clone()))
        })
    }

    /// What the receiver of such a method must be, where that is not known otherwise.
    pub fn holding_hint(&mut self, call: &'a ExprMethodCall, name: &str, hint: &Ty) -> Ty {
        let arity = match call.args.first().map(super::names::strip) {
            Some(Expr::Closure(closure)) => Some(closure.inputs.len()),
            _ => None,
        };
        let result = |s: &mut Self| Ty::Adt(s.source.code(quote!(Result)), Seen::default());
        match (name, arity) {
            ("map_err" | "unwrap_or_else" | "or_else", Some(1)) => result(self),
            ("unwrap_or_else" | "or_else" | "map_or_else", Some(0)) | ("ok_or" | "ok_or_else", _) => {
                Ty::Option(Box::new(Ty::Unknown))
            }
            ("map" | "and_then", Some(1)) => match self.holding_variant(hint) {
                Some("Some") => Ty::Option(Box::new(Ty::Unknown)),
                Some(_) => result(self),
                None => Ty::Unknown,
            },
            _ => Ty::Unknown,
        }
    }
}

/// What the name of a method and its closures say of a receiver in memory: an `Option`, a `Result`, or nothing.
pub fn implied(call: &ExprMethodCall, name: &str, source: &mut Source) -> Ty {
    let arity = |k: usize| match call.args.iter().nth(k).map(super::names::strip) {
        Some(Expr::Closure(closure)) => Some(closure.inputs.len()),
        _ => None,
    };
    match (name, arity(0)) {
        ("map_err", _) | ("unwrap_or_else" | "or_else" | "map_or_else", Some(1)) => {
            Ty::Adt(source.code(quote!(Result)), Seen::default())
        }
        ("ok_or" | "ok_or_else" | "as_deref" | "as_deref_mut", _)
        | ("unwrap_or_else" | "or_else" | "map_or_else", Some(0))
        | ("and_then" | "filter", Some(1)) => Ty::Option(Box::new(Ty::Unknown)),
        ("take", None) if call.args.is_empty() => Ty::Option(Box::new(Ty::Unknown)),
        ("map_or", _) if arity(1).is_some() => Ty::Option(Box::new(Ty::Unknown)),
        _ => Ty::Unknown,
    }
}
