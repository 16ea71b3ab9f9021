//! Method calls: on numbers, on sequences, on options and iterators, and everything else.
//!
//! ```text
//! x.sin() → sin(v0)      v.len() → len m0      p.norm() → call norm(m1)
//! ```

use super::lowerer::{Binding, Lowered, Lowerer, Slot};
use super::names;
use super::value::Val;
use crate::diag::{at, catalog, At};
use crate::ir::{Access, Arg, Callee, ParamKind, Place, Ty};
use crate::rules::Func;
use proc_macro2::Ident;
use quote::quote;
use syn::{Expr, ExprMethodCall};

/// Methods that turn numbers into text or bits.
const LOSING: [&str; 6] = ["to_bits", "to_string", "to_le_bytes", "to_be_bytes", "to_ne_bytes", "parse"];

impl<'a> Lowerer<'a> {
    pub fn method(&mut self, e: &'a Expr, call: &'a ExprMethodCall, hint: &Ty) -> Lowered<Val<'a>> {
        let name = call.method.to_string();
        self.check_collection(call)?;
        if let Some(item) = self.advance(call)? {
            return Ok(item);
        }
        if matches!(name.as_str(), "unwrap" | "expect") {
            if let Some(popping) = self.popping(&call.receiver)? {
                let some = super::lowerer::Slot::Val(popping.exists);
                let receiver = Val::Opt(some, Some(Box::new(Val::Unit)));
                self.unwrap(some, Some(Val::Unit), &receiver, call, at(&call.method))?;
                return self.take_last(&popping, at(&call.receiver));
            }
        }
        if self.keeps_whole(call)
            && !self.iterables.contains(&super::parse::addr(e))
            && self.can_carry(e)
            && !self.calls_closure(e)
            && !self.is_recursive_method(call)
        {
            let pure = names::is_scalar_method(&name) && self.effect_free(e);
            return self.carried_value(e, pure, self.passive_method_ty(&name, hint), at(e));
        }
        let scalar = names::is_scalar_method(&name) && !names::is_namesake(call);
        let receiver_hint = if scalar { hint.clone() } else { Ty::Unknown };
        let receiver_hint =
            if receiver_hint.is_float() { receiver_hint } else { self.holding_hint(call, &name, hint) };
        let receiver = match super::iter::is_iterator_method(&name) {
            true if receiver_hint == Ty::Unknown => self.iterable(&call.receiver)?,
            _ => self.expr(&call.receiver, &receiver_hint)?,
        };
        self.method_on(e, receiver, call, &name, hint)
    }

    /// Does the compiler look at the call only as a whole?
    pub fn keeps_whole(&self, call: &'a ExprMethodCall) -> bool {
        let name = call.method.to_string();
        // Of an iterator over integers.
        let extreme = matches!(name.as_str(), "min" | "max") && call.args.is_empty();
        let structural = names::is_known_method(&name)
            || names::is_scalar_method(&name) && !names::is_namesake(call)
            || super::iter::is_iterator_method(&name);
        !structural || extreme || !self.is_rooted(&call.receiver) || self.is_passive_rooted(&call.receiver)
    }

    /// Is the receiver something local, or made from it?
    fn is_rooted(&self, e: &Expr) -> bool {
        match names::strip(e) {
            Expr::Lit(_)
            | Expr::Array(_)
            | Expr::Range(_)
            | Expr::Binary(_)
            | Expr::Unary(_)
            | Expr::Block(_) => true,
            Expr::MethodCall(call) => {
                let name = call.method.to_string();
                let known = names::is_known_method(&name)
                    || names::is_scalar_method(&name)
                    || super::iter::is_iterator_method(&name);
                known && self.is_rooted(&call.receiver)
            }
            Expr::Reference(r) => self.is_rooted(&r.expr),
            Expr::Field(field) => self.is_rooted(&field.base),
            Expr::Cast(_) | Expr::Tuple(_) | Expr::Repeat(_) | Expr::If(_) | Expr::Match(_) => true,
            other => super::effects::root(&self.facts, other).is_some(),
        }
    }

    /// Is it a passive thing that the IR only knows as a value?
    pub fn is_opaque_rooted(&self, e: &'a Expr) -> bool {
        let Some(id) = super::effects::root(&self.facts, e) else { return false };
        let Some(Binding::Var(var)) = self.bindings.get(&id) else { return false };
        let Slot::Val(v) = self.slots[*var] else { return false };
        let scalar = matches!(self.f.values[v].ty, Ty::Float(_) | Ty::Int | Ty::Bool);
        !scalar && !self.value_tainted(v)
    }

    /// The same, or a passive object of a type that the compiler does not know.
    pub fn is_passive_rooted(&self, e: &'a Expr) -> bool {
        let Some(id) = super::effects::root(&self.facts, e) else { return false };
        if let Some(Binding::Mem(mem)) = self.bindings.get(&id) {
            let unseen =
                matches!(self.f.mems[*mem].ty, Ty::Adt(..) | Ty::Boxed(_) | Ty::Unknown | Ty::Passive(_));
            return unseen && !self.mem_tainted(*mem);
        }
        self.is_opaque_rooted(e)
    }

    fn passive_method_ty(&self, name: &str, hint: &Ty) -> Ty {
        match name {
            "len" | "count" | "pow" | "count_ones" => Ty::Int,
            "is_empty" | "contains" | "starts_with" | "is_some" | "is_none" | "is_ok" | "is_err" => Ty::Bool,
            "ok" | "as_deref" | "as_deref_mut" => Ty::Option(Box::new(Ty::Unknown)),
            _ if hint.is_scalar() || matches!(hint, Ty::Option(_)) => hint.clone(),
            _ => Ty::Unknown,
        }
    }

    fn is_recursive_method(&self, call: &ExprMethodCall) -> bool {
        self.signature.method && call.method == self.signature.name
    }

    /// Dispatch on what the receiver turned out to be.
    fn method_on(
        &mut self,
        e: &'a Expr,
        receiver: Val<'a>,
        call: &'a ExprMethodCall,
        name: &str,
        hint: &Ty,
    ) -> Lowered<Val<'a>> {
        if let Val::Iter(iter) = &receiver {
            return self.iter_method(iter.clone(), call, name, hint);
        }
        if let Val::Range(_) = &receiver {
            return self.range_as_iter(receiver, call, name, hint);
        }
        if let Val::Closure(_) = &receiver {
            if name == "clone" {
                return Ok(receiver);
            }
        }
        if matches!(
            (name, self.ty_of(&receiver)),
            ("into_boxed_slice", Ty::Vec(_)) | ("into_vec", Ty::Boxed(_))
        ) {
            return self.boxed_slice(receiver, name, at(&call.method));
        }
        let whole = name == "clone" && call.args.is_empty();
        let receiver = if whole { receiver } else { self.unboxed_receiver(receiver, at(&call.receiver))? };
        let ty = self.ty_of(&receiver);
        if let ("then" | "then_some", Ty::Bool, Some(arg), 1) =
            (name, &ty, call.args.first(), call.args.len())
        {
            return self.if_true(receiver, name, arg, at(e));
        }
        if let ("map", Ty::Array(..), Some(f), 1) = (name, &ty, call.args.first(), call.args.len()) {
            return self.array_map(receiver, f, hint, at(e));
        }
        if matches!(name, "clone" | "to_owned") && call.args.is_empty() {
            return self.cloned(receiver, at(e));
        }
        if !matches!(ty, Ty::Float(_) | Ty::Int | Ty::Bool) || names::receiver_use(call) != names::Use::Plain
        {
            if let Some(val) = self.sequence_method(&receiver, call, name, hint)? {
                return Ok(val);
            }
            if let Some(val) = self.option_method(&receiver, call, name, hint)? {
                return Ok(val);
            }
        }
        let user_type = matches!(ty, Ty::Adt(..))
            || matches!(receiver, Val::Fresh(..) | Val::Tuple(_))
            || ty == Ty::Unknown && names::is_namesake(call);
        if names::is_scalar_method(name) && !user_type {
            return self.scalar_method(receiver, call, name, hint);
        }
        if LOSING.contains(&name) && self.tainted(&receiver) {
            return self.fail(catalog::derivative_lost(at(&call.method), name));
        }
        if ty.is_float() {
            let hint = super::float_call::similar_method(name);
            return self.fail(catalog::no_rule(at(&call.method), name, &hint));
        }
        self.unknown_method(receiver, call, name, hint, at(e))
    }

    /// A method of numbers.
    fn scalar_method(
        &mut self,
        receiver: Val<'a>,
        call: &'a ExprMethodCall,
        name: &str,
        hint: &Ty,
    ) -> Lowered<Val<'a>> {
        let span = at(&call.method);
        if LOSING.contains(&name) && self.tainted(&receiver) {
            return self.fail(catalog::derivative_lost(span, name));
        }
        let receiver = self.scalar(receiver, at(&call.receiver))?;
        let ty = self.f.values[receiver].ty.clone();
        let float = ty.is_float() || (self.value_tainted(receiver) && !ty.is_scalar());
        let mut args = vec![receiver];
        for arg in &call.args {
            let value = self.expr_scalar(arg, &ty)?;
            if name != "powi" {
                self.forgive(receiver, value, arg);
            }
            args.push(value);
        }
        let any_float = float || args.iter().any(|a| self.f.values[*a].ty.is_float());
        let tainted = args.iter().any(|a| self.value_tainted(*a));
        let known = Func::from_method(name).is_some() || name == "sin_cos";
        if known && (any_float || tainted) {
            let ty = if ty.is_float() { ty } else { hint.clone() };
            let ty = if ty.is_float() { ty } else { Ty::Unknown };
            return self.float_method(name, &args, &ty, span);
        }
        let ty = match name {
            "partial_cmp" | "total_cmp" | "cmp" => Ty::Passive(None),
            "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "is_power_of_two" => Ty::Bool,
            _ if tainted || ty.is_float() => {
                let hint = super::float_call::similar_method(name);
                return self.fail(catalog::no_rule(span, name, &hint));
            }
            _ => ty,
        };
        let mut pieces = super::opaque::Pieces::default();
        self.piece_value(&mut pieces, args[0]);
        let (method, turbofish) = (&call.method, &call.turbofish);
        let mut inner = super::opaque::Pieces::default();
        for (arg, value) in call.args.iter().zip(&args[1..]) {
            if matches!(names::strip(arg), Expr::Reference(_))
                || matches!(name, "partial_cmp" | "total_cmp" | "cmp")
            {
                inner.push(quote!(&));
            }
            self.piece_value(&mut inner, *value);
            inner.push(quote!(,));
        }
        pieces.append_call(quote!(.#method #turbofish), inner);
        Ok(Val::Value(self.pure(pieces, ty, span.span())))
    }

    /// `x.clone()`
    fn cloned(&mut self, receiver: Val<'a>, span: At) -> Lowered<Val<'a>> {
        match receiver {
            Val::Value(v) | Val::RefValue(v) => Ok(Val::Value(v)),
            Val::Place(place) | Val::Ref(place, _) => {
                let ty = self.place_ty(&place);
                if ty.is_scalar() {
                    return Ok(Val::Value(self.load(place, span.span())));
                }
                if let Ty::Slice(elem) = ty {
                    return Ok(Val::Fresh(Box::new(crate::ir::Init::ToVec(place)), Ty::Vec(elem)));
                }
                let init = crate::ir::Init::From(crate::ir::Operand::Copy(place));
                Ok(Val::Fresh(Box::new(init), ty))
            }
            other => Ok(other),
        }
    }

    /// A method that the compiler does not know: a `#[grad]` function of an impl.
    fn unknown_method(
        &mut self,
        receiver: Val<'a>,
        call: &'a ExprMethodCall,
        name: &str,
        hint: &Ty,
        span: At,
    ) -> Lowered<Val<'a>> {
        if self.is_recursive_method(call) {
            self.recursive = true;
        }
        if let Some(val) = self.accessor(&receiver, call, span)? {
            return Ok(val);
        }
        let known = self.method_result(&receiver, name).filter(|_| call.turbofish.is_none());
        let mut args = vec![self.receiver_arg(receiver, at(&call.receiver))?];
        let active = self.arg_tainted(&args[0]) || call.args.iter().any(|a| self.mentions_tainted(a));
        let mark = self.out.len();
        for arg in &call.args {
            args.push(self.arg(arg, active)?);
        }
        self.settle_receiver(&mut args[0], mark, at(&call.receiver));
        let (method, turbofish) = (&call.method, &call.turbofish);
        let own = self.own_receiver(call, &args[0]);
        let callee = if let Some(place) = own {
            // `self.m(..)` in `fn m(&self, ..)`: by its path, for its halves are made for each other.
            args[0] = Arg::Ref(place);
            let this = Ident::new("Self", method.span());
            Callee::Path(self.source.code(quote!(#this::#method #turbofish)))
        } else {
            Callee::Method { name: self.source.code(quote!(#method #turbofish)), text: name.to_string() }
        };
        let ty = if self.is_recursive_method(call) {
            self.signature.output.clone().unwrap_or(Ty::Unknown)
        } else {
            known.map_or_else(|| hint.clone(), |known| hint.join(&known))
        };
        self.emit_call(callee, args, &ty, span)
    }

    /// What an argument changes is taken by value, for no reference to it could be there: it is what it was before.
    fn settle_receiver(&mut self, receiver: &mut Arg, mark: usize, span: At) {
        let (Arg::Receiver(place) | Arg::RefMut(place)) = &*receiver else { return };
        if let Val::Place(now) = self.settled(Val::Place(place.clone()), mark, span) {
            if now != *place {
                *receiver = Arg::Receiver(now);
            }
        }
    }

    /// `self` behind `&`, in a call of the method itself.
    fn own_receiver(&self, call: &ExprMethodCall, receiver: &Arg) -> Option<Place> {
        let Arg::Receiver(place) = receiver else { return None };
        let itself = self.is_recursive_method(call) && place.proj.is_empty();
        let by_ref = self.f.mems[place.mem].access == Access::Ref;
        let first = self.f.params.first().is_some_and(|p| p.kind == ParamKind::Mem(place.mem));
        (itself && by_ref && first).then(|| place.clone())
    }

    fn receiver_arg(&mut self, receiver: Val<'a>, span: At) -> Lowered<Arg> {
        Ok(match receiver {
            Val::Value(v) | Val::RefValue(v) => Arg::Value(v),
            Val::Ref(place, true) => Arg::RefMut(place),
            Val::Ref(place, false) => Arg::Receiver(place),
            Val::Place(place) => {
                let mutable = match self.f.mems[place.mem].access {
                    Access::Owned => !self.is_frozen(place.mem),
                    Access::RefMut => true,
                    Access::Ref => false,
                };
                if mutable {
                    Arg::RefMut(place)
                } else {
                    Arg::Receiver(place)
                }
            }
            other => Arg::Receiver(self.place(other, span)?),
        })
    }

    /// `xs.len()` and `xs.is_empty()`
    pub fn len_method(&mut self, place: &Place, name: &str, span: At) -> Val<'a> {
        let len = self.len_of(place, span);
        if name == "len" {
            return Val::Value(len);
        }
        let zero = self.int(0, span.span());
        Val::Value(self.apply(Func::Eq, &[len, zero], Ty::Bool, span.span()))
    }
}

impl super::opaque::Pieces {
    /// `self.method(args)`
    pub fn append_call(&mut self, method: proc_macro2::TokenStream, args: super::opaque::Pieces) {
        let tokens = args.take_into(self);
        self.push(quote!(#method(#tokens)));
    }
}
