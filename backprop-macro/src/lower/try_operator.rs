//! The operator `?`.
//!
//! ```text
//! let v = g(x)?;   →   m1 = call g(v0); branch is_ok m1 { v2 = load m1.Ok.0; .. } { e = load m1.Err.0; return Err(From::from(e)) }
//! ```

use super::exits::TargetKind;
use super::lowerer::{Lowered, Lowerer, Slot};
use super::option::variant_path;
use super::value::Val;
use crate::diag::{at, catalog, At};
use crate::ir::{Init, Op, Operand, Ty, ValueId};
use proc_macro2::Span;
use quote::quote;
use syn::Expr;

impl<'a> Lowerer<'a> {
    /// `e?`
    pub fn try_(&mut self, e: &'a syn::ExprTry, hint: &Ty) -> Lowered<Val<'a>> {
        let span = at(&e.question_token);
        let Some(index) = self.targets.iter().rposition(|t| t.kind == TargetKind::Body) else {
            return self.fail(catalog::bug(span, "no function around `?`"));
        };
        let returns = self.targets[index].hint_ty();
        let Some(holding) = self.holding_variant(&returns) else {
            let why = "the macro can't see whether the function or closure returns `Option` or `Result`";
            return self.fail(catalog::try_operator(span, why));
        };
        let inner_hint = if holding == "Some" { Ty::Option(Box::new(hint.clone())) } else { returns.clone() };
        if self.can_carry(&e.expr) && !self.calls_closure(&e.expr) && holding == "Ok" {
            return self.try_passive(&e.expr, index, span);
        }
        let val = self.expr(&e.expr, &inner_hint)?;
        if holding == "Some" {
            let (is_some, inner) = match val {
                // The function's result tells.
                Val::Place(_) | Val::Ref(..) if self.ty_of(&val) == Ty::Unknown => {
                    self.holding(val, holding, span)?
                }
                other => self.as_option(other, span)?,
            };
            return self.choose(is_some, span, |s, some| match (&inner, some) {
                (Some(inner), true) => Ok(inner.clone()),
                _ => s.leave(index, Val::Opt(Slot::Flag(false), None), span),
            });
        }
        let place = self.place(val, span)?;
        if self.f.mems[place.mem].ty == Ty::Unknown && place.proj.is_empty() {
            self.f.mems[place.mem].ty = returns.clone();
        }
        let whole = Val::Place(place.clone());
        let (is_ok, inner) = match self.place_ty(&place) {
            Ty::Unknown => self.holding(whole, holding, span)?,
            _ => self.as_option(whole, span)?,
        };
        self.choose(is_ok, span, |s, ok| match (&inner, ok) {
            (Some(inner), true) => Ok(inner.clone()),
            _ => {
                let error = s.error_of(&place, span)?;
                s.leave_with_error(index, error, &returns, span)
            }
        })
    }

    /// `?` on something passive: `text.parse::<usize>()?`.
    fn try_passive(&mut self, e: &'a Expr, index: usize, span: At) -> Lowered<Val<'a>> {
        let returns = self.targets[index].hint_ty();
        let Val::Value(whole) = self.carried_value(e, false, Ty::Unknown, span)? else {
            return self.fail(catalog::bug(span, "no value"));
        };
        let mut pieces = super::opaque::Pieces::default();
        let mut inner = super::opaque::Pieces::default();
        self.piece_value(&mut inner, whole);
        let scrutinee = inner.take_into(&mut pieces);
        pieces.push(quote!(::core::result::Result::is_ok(&#scrutinee)));
        // Kept for the reverse sweep, where the whole is gone.
        let opaque = self.opaque_from(pieces);
        let is_ok = self.let_(Op::Once(opaque), Ty::Bool, false, span.span());
        self.choose(Slot::Val(is_ok), span, |s, ok| {
            let mut pieces = super::opaque::Pieces::default();
            let mut inner = super::opaque::Pieces::default();
            s.piece_value(&mut inner, whole);
            let scrutinee = inner.take_into(&mut pieces);
            let path = variant_path(if ok { "Ok" } else { "Err" }, Span::mixed_site());
            pieces.push(quote! {
                match #scrutinee { #path(__bp_inner) => __bp_inner, _ => ::core::unreachable!() }
            });
            let opaque = s.opaque_from(pieces);
            let value = s.let_(Op::Once(opaque), Ty::Unknown, false, span.span());
            if ok {
                Ok(Val::Value(value))
            } else {
                s.leave_with_error(index, value, &returns, span)
            }
        })
    }

    /// `return Err(From::from(error))`
    fn leave_with_error<T>(&mut self, index: usize, error: ValueId, returns: &Ty, span: At) -> Lowered<T> {
        let mut pieces = super::opaque::Pieces::default();
        let mut inner = super::opaque::Pieces::default();
        self.piece_value(&mut inner, error);
        let tokens = inner.take_into(&mut pieces);
        pieces.push(quote!(::core::convert::From::from(#tokens)));
        let opaque = self.opaque_from(pieces);
        let error = self.let_(Op::Once(opaque), Ty::Unknown, false, span.span());
        let path = self.source.code(variant_path("Err", Span::mixed_site()));
        let init = Init::Variant { path, args: vec![Operand::Value(error)] };
        self.leave(index, Val::Fresh(Box::new(init), returns.clone()), span)
    }
}
