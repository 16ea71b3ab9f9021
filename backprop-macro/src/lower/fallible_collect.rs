//! `collect`, `sum` and `product` of options and results: the payloads up to the first failure.
//!
//! ```text
//! xs.iter().map(f).collect::<Result<Vec<_>, _>>()
//!   →   m1 = vec_new; loop { .. branch is_ok m2 { push m1, m2.Ok.0 } { e = load m2.Err.0; leave } }
//!       branch going { Ok(m1) } { Err(e) }
//! ```

use super::iter::Iter;
use super::lowerer::{Lowered, Lowerer, Slot, VarId};
use super::option::variant_path;
use super::value::Val;
use crate::diag::{catalog, At};
use crate::ir::ty::Seen;
use crate::ir::{Init, MemId, Place, Ty};
use proc_macro2::Span;
use quote::quote;
use std::rc::Rc;

/// What a failing item leaves.
struct Failure {
    /// No item has failed so far.
    going: VarId,
    /// What the `Err` held, of a `Result`.
    error: Option<VarId>,
}

impl<'a> Lowerer<'a> {
    /// `Some` or `Ok`, and what it holds, if the type is an `Option` or a `Result`.
    pub fn fallible_type(&mut self, ty: &Ty) -> Option<(&'static str, Ty)> {
        match ty {
            Ty::Option(inner) => Some(("Some", (**inner).clone())),
            Ty::Adt(code, _) if self.holding_variant(ty).is_some() => {
                let written = syn::parse2::<syn::Type>(self.source.tokens(*code)).ok();
                let held = written.as_ref().and_then(super::types::first_argument);
                Some(("Ok", held.map_or(Ty::Unknown, |held| self.ty(held))))
            }
            _ => None,
        }
    }

    /// `name` is the method; `variant` and `held` say what its result is.
    pub fn collect_fallible(
        &mut self,
        iter: &Rc<Iter<'a>>,
        name: &str,
        (variant, held): (&'static str, Ty),
        span: At,
    ) -> Lowered<Val<'a>> {
        let elem = match &held {
            Ty::Vec(elem) if name == "collect" => (**elem).clone(),
            Ty::Unknown => Ty::Unknown,
            scalar if name != "collect" && scalar.is_scalar() => scalar.clone(),
            _ => return self.fail(catalog::iterator_adaptor(span, name, " into this `Option` or `Result`")),
        };
        let start = self.flag_value(Slot::Flag(true), span.span());
        let going = self.hidden(Ty::Bool, start, span);
        let error = (variant == "Ok").then(|| self.var(None, Ty::Passive(None), span.span()));
        let failure = Failure { going, error };
        let mem = self.new_vector(iter, elem, false, span)?;
        let mut touched = self.iter_effects(iter, None, Vec::new());
        touched.extra.extend([Some(going), error].into_iter().flatten().map(|v| (v, false)));
        touched.going.push(going);
        self.drive(iter, touched, None, span, &mut |s, item| {
            let payload = s.payload_or_leave(item, variant, &failure, span)?;
            s.push_item(mem, payload, span)
        })?;
        let flag = self.slots[going];
        self.vars[going].retired = true;
        let made = self.finish_fallible(mem, name, &held, (flag, variant, error), span);
        error.into_iter().for_each(|e| self.vars[e].retired = true);
        made
    }

    /// What an item holds; one that holds nothing ends the loop.
    fn payload_or_leave(
        &mut self,
        item: Val<'a>,
        variant: &'static str,
        failure: &Failure,
        span: At,
    ) -> Lowered<Val<'a>> {
        let item = match item {
            Val::Opt(..) => item,
            other => Val::Place(self.place(other, span)?),
        };
        let (holds, payload) = match &item {
            Val::Opt(..) => self.as_option(item.clone(), span)?,
            _ => self.holding(item.clone(), variant, span)?,
        };
        let on = self.flag_value(holds, span.span());
        self.set(failure.going, Slot::Val(on));
        if let (Some(error), Val::Place(place)) = (failure.error, &item) {
            self.choose(Slot::Val(on), span, |s, ok| {
                if !ok {
                    let value = s.error_of(place, span)?;
                    // It goes from iteration to iteration, where its type must tell that it is a constant.
                    s.f.values[value].ty = Ty::Passive(None);
                    s.set(error, Slot::Val(value));
                }
                Ok(Val::Unit)
            })?;
        }
        self.run_or_leave(on, span)?;
        match payload {
            Some(payload) => Ok(payload),
            None => self.fail(catalog::unsupported(span, "an iterator of `None` alone")),
        }
    }

    fn finish_fallible(
        &mut self,
        mem: MemId,
        name: &str,
        held: &Ty,
        (flag, variant, error): (Slot, &'static str, Option<VarId>),
        span: At,
    ) -> Lowered<Val<'a>> {
        let made = |s: &mut Self| match name {
            "collect" => Ok(Val::Place(Place::whole(mem))),
            _ => {
                let all = Rc::new(Iter::Seq { place: Place::whole(mem), by_ref: None });
                s.total(&all, name == "sum", held, span)
            }
        };
        let Some(error) = error else {
            if name == "collect" {
                let whole = made(self)?;
                return Ok(Val::Opt(flag, Some(Box::new(whole))));
            }
            return self.choose(flag, span, |s, some| match some {
                true => Ok(Val::Opt(Slot::Flag(true), Some(Box::new(made(s)?)))),
                false => Ok(Val::Opt(Slot::Flag(false), None)),
            });
        };
        let ty = Ty::Adt(self.source.code(quote!(Result)), Seen::default());
        self.choose(flag, span, |s, ok| {
            let held = match (ok, s.slots[error]) {
                (true, _) => made(s)?,
                (false, Slot::Val(error)) => Val::Value(error),
                (false, Slot::Undef | Slot::Flag(_)) => {
                    return s.fail(catalog::unsupported(span, "an iterator of results that never fails"));
                }
            };
            let arg = s.operand(held, span)?;
            let path = s.source.code(variant_path(if ok { variant } else { "Err" }, Span::mixed_site()));
            Ok(Val::Fresh(Box::new(Init::Variant { path, args: vec![arg] }), ty.clone()))
        })
    }
}
