//! `Box`: made by `Box::new`, looked into by `*b`, and by methods, fields and indices of what it holds.
//!
//! ```text
//! let mut b = Box::new([x, y]); b[0] *= *c;   →   m1 = [v0, v1]; m2 = box m1; v3 = load m2.*[0]; v4 = load m0.*; ..
//! ```

use super::effects::local;
use super::lowerer::{Lowered, Lowerer};
use super::names;
use super::value::Val;
use crate::diag::{at, At};
use crate::ir::{Arg, Callee, Init, Place, Proj, Ty};
use quote::quote;
use syn::Expr;

impl<'a> Lowerer<'a> {
    /// `Box::new(x)`
    pub fn boxed(&mut self, x: &'a Expr, hint: &Ty) -> Lowered<Val<'a>> {
        let inner = match hint {
            Ty::Boxed(inner) => (**inner).clone(),
            _ => Ty::Unknown,
        };
        let val = self.expr(x, &inner)?;
        if matches!(val, Val::Closure(_) | Val::Func(_) | Val::Function(_) | Val::Iter(_)) {
            return Ok(val);
        }
        let ty = inner.join(&self.ty_of(&val));
        let held = self.operand(val, at(x))?;
        Ok(Val::Fresh(Box::new(Init::Boxed(held)), Ty::Boxed(Box::new(ty))))
    }

    /// `v.into_boxed_slice()`, and `into_vec` of the other way round.
    pub fn boxed_slice(&mut self, receiver: Val<'a>, name: &str, span: At) -> Lowered<Val<'a>> {
        let ty = match self.ty_of(&receiver) {
            Ty::Boxed(held) => Ty::Vec(Box::new(held.elem())),
            other => Ty::Boxed(Box::new(Ty::Slice(Box::new(other.elem())))),
        };
        let place = self.place(receiver, span)?;
        let method = syn::Ident::new(name, span.span());
        let callee = Callee::Method { name: self.source.code(quote!(#method)), text: name.to_string() };
        self.emit_call(callee, vec![Arg::Receiver(place)], &ty, span)
    }

    /// Is `*e`, of which `val` is the value of `e`, what a box holds? Lowering does not tell a reference to a reference from
    /// a reference; closures get those, to items of sequences.
    pub fn may_be_box(&self, val: &Val<'a>, e: &'a Expr) -> bool {
        let place = match val {
            Val::Place(place) => Some(place),
            Val::Temp(_) | Val::Fresh(..) => None,
            _ => return false,
        };
        // Methods may have made an object of what they borrowed.
        let named = matches!(
            names::strip(e),
            Expr::Path(_) | Expr::Field(_) | Expr::Index(_) | Expr::Unary(_) | Expr::Call(_)
        );
        let item = place.is_some_and(|p| matches!(p.proj.last(), Some(Proj::Index(_))));
        let behind = match names::strip(e) {
            Expr::Unary(inner) => local(&self.facts, &inner.expr),
            _ => None,
        };
        let argument = behind.is_some_and(|id| self.facts.binder(id).of_closure);
        match self.ty_of(val) {
            Ty::Boxed(_) => true,
            Ty::Adt(..) | Ty::Unknown => named && !item && !argument,
            _ => false,
        }
    }

    /// What a box holds, also of a box in a box; anything else stays.
    pub fn unboxed(&self, mut place: Place) -> Place {
        while matches!(self.place_ty(&place), Ty::Boxed(_)) {
            place.proj.push(Proj::Deref);
        }
        place
    }

    /// `o.as_deref()`, of an `Option` (or a `Result`) that holds a box or a vector.
    pub fn held_by_box(
        &mut self,
        receiver: &Val<'a>,
        variant: &str,
        name: &str,
        span: At,
    ) -> Lowered<Val<'a>> {
        let place = self.place(receiver.clone(), span)?;
        let (is_some, payload) = self.holding(Val::Ref(place, name == "as_deref_mut"), variant, span)?;
        let payload = payload.map(|payload| match payload {
            Val::Ref(place, mutable) if !matches!(self.place_ty(&place), Ty::Vec(_) | Ty::Array(..)) => {
                Val::Ref(place.with(Proj::Deref), mutable)
            }
            other => other,
        });
        Ok(Val::Opt(is_some, payload.map(Box::new)))
    }

    /// The receiver of a method of what a box holds.
    pub fn unboxed_receiver(&mut self, receiver: Val<'a>, span: At) -> Lowered<Val<'a>> {
        if !matches!(self.ty_of(&receiver), Ty::Boxed(_)) {
            return Ok(receiver);
        }
        Ok(match receiver {
            Val::Ref(place, mutable) => Val::Ref(self.unboxed(place), mutable),
            other => {
                let place = self.place(other, span)?;
                Val::Place(self.unboxed(place))
            }
        })
    }
}
