//! `Option` and `Result`: `?`, `unwrap` and their other methods.
//!
//! ```text
//! o.map(|t| t * 2.0).unwrap_or(x)   →   branch is_some { v2 = mul(..) } { }   phi; branch is_some { } { }   phi (v2, x)
//! ```

use super::lowerer::{Lowered, Lowerer, Slot};
use super::value::Val;
use crate::diag::{at, catalog, At};
use crate::ir::ty::Seen;
use crate::ir::{
    BranchKind, Const, Field, Fields, Init, Op, Opaque, Operand, Place, Proj, Stmt, Ty, ValueId,
};
use proc_macro2::Span;
use quote::{quote, quote_spanned};
use syn::{Expr, ExprMethodCall};

/// Methods that are handled here.
const METHODS: [&str; 26] = [
    "ok_or",
    "ok_or_else",
    "map_err",
    "unwrap",
    "expect",
    "unwrap_or",
    "unwrap_or_else",
    "unwrap_or_default",
    "is_some",
    "is_none",
    "is_ok",
    "is_err",
    "map",
    "and_then",
    "filter",
    "or",
    "or_else",
    "map_or",
    "map_or_else",
    "copied",
    "cloned",
    "as_ref",
    "as_mut",
    "as_deref",
    "as_deref_mut",
    "ok",
];

impl<'a> Lowerer<'a> {
    /// Whether it is `Some` (or `Ok`), and what it holds.
    pub fn as_option(&mut self, val: Val<'a>, at: At) -> Lowered<(Slot, Option<Val<'a>>)> {
        if let Val::Opt(is_some, inner) = val {
            return Ok((is_some, inner.map(|b| *b)));
        }
        let ty = self.ty_of(&val);
        let Some(name) = self.holding_variant(&ty) else {
            let why = "whether it is an `Option` or a `Result`";
            return self.fail(catalog::unknown_shape(at, why));
        };
        self.holding(val, name, at)
    }

    /// The same, of something in memory whose variant with a payload has this name.
    pub fn holding(&mut self, val: Val<'a>, name: &str, at: At) -> Lowered<(Slot, Option<Val<'a>>)> {
        let by_ref = super::pattern::reference_kind(&val);
        let place = self.place(val, at)?;
        let mut pieces = super::opaque::Pieces::default();
        let mut inner = super::opaque::Pieces::default();
        self.piece_place(&mut inner, &place, at)?;
        let scrutinee = inner.take_into(&mut pieces);
        let variant = variant_path(name, Span::mixed_site());
        pieces.push(quote!(::core::matches!(&#scrutinee, #variant(_))));
        let is_some = self.pure(pieces, Ty::Bool, at.span());
        let variant = self.source.code(variant);
        let proj = Proj::Payload { variant, field: Field::Index(0), arity: Fields::Tuple(1) };
        let payload = super::pattern::part_of(place.with(proj), by_ref);
        Ok((Slot::Val(is_some), Some(payload)))
    }

    /// `condition.then(f)`, `condition.then_some(x)`
    pub fn if_true(&mut self, condition: Val<'a>, name: &str, arg: &'a Expr, at: At) -> Lowered<Val<'a>> {
        let on = self.scalar(condition, at)?;
        let val = self.expr(arg, &Ty::Unknown)?;
        if name == "then_some" {
            let val = self.snapshot(val, at)?;
            return Ok(Val::Opt(Slot::Val(on), Some(Box::new(val))));
        }
        self.choose(Slot::Val(on), at, |s, some| {
            if !some {
                return Ok(Val::Opt(Slot::Flag(false), None));
            }
            let val = s.apply_val(&val, Vec::new(), &Ty::Unknown, at)?;
            Ok(Val::Opt(Slot::Flag(true), Some(Box::new(val))))
        })
    }

    /// `Some` or `Ok`, by the type.
    pub fn holding_variant(&self, ty: &Ty) -> Option<&'static str> {
        match ty {
            Ty::Option(_) => Some("Some"),
            Ty::Adt(code, _) => self.is_result(*code).then_some("Ok"),
            _ => None,
        }
    }

    fn is_result(&self, code: crate::ir::CodeId) -> bool {
        let text = self.source.tokens(code).to_string();
        let head = text.split('<').next().unwrap_or("").trim().to_string();
        head == "Result" || head.ends_with(":: Result") || head == "Ok" || head == "Err"
    }

    /// An `Option` as an object.
    pub fn option_init(&mut self, is_some: Slot, inner: Option<Box<Val<'a>>>, at: At) -> Lowered<Init> {
        let some = self.source.code(variant_path("Some", Span::mixed_site()));
        let none = self.source.code(quote!(::core::option::Option::None));
        match (is_some, inner) {
            (Slot::Flag(true), Some(inner)) => {
                let arg = self.operand(*inner, at)?;
                Ok(Init::Variant { path: some, args: vec![arg] })
            }
            (Slot::Val(on), Some(inner)) => {
                let inner = *inner;
                let ty = Ty::Option(Box::new(self.ty_of(&inner)));
                let tainted = self.tainted(&inner);
                let mem = self.object(ty, tainted, at.span());
                self.emit(Stmt::Decl { mem, init: None });
                let whole = Place::whole(mem);
                self.branch(on, BranchKind::If, 2, at, |s, i| {
                    let init = if i == 0 {
                        let arg = s.operand(inner.clone(), at)?;
                        Init::Variant { path: some, args: vec![arg] }
                    } else {
                        Init::Variant { path: none, args: Vec::new() }
                    };
                    s.emit(Stmt::Assign { place: whole.clone(), init });
                    Ok(Val::Unit)
                })?;
                self.made.insert(mem);
                Ok(Init::From(Operand::Mem(mem)))
            }
            _ => Ok(Init::Variant { path: none, args: Vec::new() }),
        }
    }

    /// A flag as a value.
    pub fn flag_value(&mut self, flag: Slot, span: Span) -> ValueId {
        match flag {
            Slot::Val(value) => value,
            Slot::Flag(b) => self.let_(Op::Const(Const::Bool(b)), Ty::Bool, false, span),
            Slot::Undef => self.let_(Op::Const(Const::Bool(false)), Ty::Bool, false, span),
        }
    }

    pub fn option_method(
        &mut self,
        receiver: &Val<'a>,
        call: &'a ExprMethodCall,
        name: &str,
        hint: &Ty,
    ) -> Lowered<Option<Val<'a>>> {
        let ty = match self.ty_of(receiver) {
            Ty::Unknown if matches!(receiver, Val::Place(_) | Val::Ref(..)) => {
                super::fallible::implied(call, name, &mut self.source)
            }
            other => other,
        };
        if let (Ty::Option(_), "take" | "replace", Val::Place(place) | Val::Ref(place, _)) =
            (&ty, name, receiver)
        {
            return self.taken_option(place, call, hint).map(Some);
        }
        let variant = self.holding_variant(&ty);
        let is_option = matches!(receiver, Val::Opt(..)) || variant.is_some();
        if !METHODS.contains(&name) || !(is_option || ty == Ty::Unknown) {
            return Ok(None);
        }
        let span = at(&call.method);
        let args: Vec<&'a Expr> = call.args.iter().collect();
        if let (Ty::Adt(..), true, [f]) = (&ty, is_option, args.as_slice()) {
            if matches!(name, "map" | "map_err" | "and_then" | "or_else" | "unwrap_or_else") {
                let place = self.place(receiver.clone(), span)?;
                return self.result_method(&place, name, f, hint, span).map(Some);
            }
        }
        if is_option && matches!(name, "as_ref" | "as_mut" | "copied" | "cloned") {
            return Ok(Some(match receiver {
                Val::Opt(..) => receiver.clone(),
                Val::Place(place) | Val::Ref(place, _) if name.starts_with("as_") => {
                    Val::Ref(place.clone(), name == "as_mut")
                }
                Val::Ref(place, _) => Val::Place(place.clone()),
                other => other.clone(),
            }));
        }
        if is_option && matches!(name, "as_deref" | "as_deref_mut") && args.is_empty() {
            return self.held_by_box(receiver, variant.unwrap_or("Some"), name, span).map(Some);
        }
        if !is_option {
            return self.unsure_option(receiver, call, name, hint, span);
        }
        let (is_some, inner) = match (receiver, variant) {
            (Val::Place(_) | Val::Ref(..), Some(variant)) => self.holding(receiver.clone(), variant, span)?,
            _ => self.as_option(receiver.clone(), span)?,
        };
        let result = match (name, args.as_slice()) {
            ("is_some" | "is_ok", []) => Val::Value(self.flag_value(is_some, span.span())),
            ("is_none" | "is_err", []) => {
                let flag = self.flag_value(is_some, span.span());
                Val::Value(self.not(flag, span.span()))
            }
            ("ok", []) => Val::Opt(is_some, inner.map(Box::new)),
            ("unwrap" | "expect", _) => self.unwrap(is_some, inner, receiver, call, span)?,
            ("unwrap_or" | "or", [other]) => {
                let other = self.expr(other, hint)?;
                let other = self.snapshot_scalar(other, span)?;
                self.either(is_some, inner, name == "or", span, |_, _| Ok(other.clone()))?
            }
            ("ok_or" | "ok_or_else", [error]) => self.with_error(is_some, inner, name, error, span)?,
            ("unwrap_or_else" | "or_else", [f]) => {
                let f = self.expr(f, &Ty::Unknown)?;
                self.either(is_some, inner, name == "or_else", span, |s, _| {
                    s.apply_val(&f, Vec::new(), hint, span)
                })?
            }
            ("unwrap_or_default", []) => {
                let ty = inner.as_ref().map_or(Ty::Unknown, |i| self.ty_of(i)).join(hint);
                let zero = match ty {
                    Ty::Int => Val::Value(self.int(0, span.span())),
                    Ty::Float(_) => Val::Value(self.float(0.0, ty, span)),
                    _ => return self.fail(catalog::unknown_shape(span, "the default needs a type")),
                };
                self.either(is_some, inner, false, span, |_, _| Ok(zero.clone()))?
            }
            ("map_or", [default, f]) => {
                let default = self.expr(default, hint)?;
                let f = self.expr(f, &Ty::Unknown)?;
                self.choose(is_some, span, |s, some| match (&inner, some) {
                    (Some(inner), true) => s.apply_val(&f, vec![inner.clone()], hint, span),
                    _ => Ok(default.clone()),
                })?
            }
            ("map_or_else", [default, f]) => {
                let default = self.expr(default, &Ty::Unknown)?;
                let f = self.expr(f, &Ty::Unknown)?;
                self.choose(is_some, span, |s, some| match (&inner, some) {
                    (Some(inner), true) => s.apply_val(&f, vec![inner.clone()], hint, span),
                    _ => s.apply_val(&default, Vec::new(), hint, span),
                })?
            }
            ("map" | "and_then" | "filter", [f]) => {
                let f = self.expr(f, &Ty::Unknown)?;
                self.mapped(is_some, inner, name, &f, span)?
            }
            _ => return self.fail(catalog::unsupported(span, "this use of an `Option` method")),
        };
        Ok(Some(result))
    }

    /// `o.take()`, `o.replace(x)`: what was there, before something else is.
    fn taken_option(&mut self, place: &Place, call: &'a ExprMethodCall, hint: &Ty) -> Lowered<Val<'a>> {
        let span = at(&call.method);
        let next = match call.args.first() {
            Some(x) => {
                let payload = if let Ty::Option(elem) = hint { (**elem).clone() } else { Ty::Unknown };
                let x = self.expr(x, &payload)?;
                let x = self.snapshot(x, span)?;
                Val::Opt(Slot::Flag(true), Some(Box::new(x)))
            }
            None => Val::Opt(Slot::Flag(false), None),
        };
        let ty = self.place_ty(place);
        let old = self.declare(Init::From(Operand::Copy(place.clone())), ty, span.span());
        self.write(place.clone(), next, at(&call.receiver), span)?;
        Ok(Val::Temp(old))
    }

    /// On something of unknown type, like what a call returned: some methods tell, or go to the runtime's methods for
    /// both types.
    fn unsure_option(
        &mut self,
        receiver: &Val<'a>,
        call: &'a ExprMethodCall,
        name: &str,
        hint: &Ty,
        span: At,
    ) -> Lowered<Option<Val<'a>>> {
        match name {
            "is_some" | "is_none" | "is_ok" | "is_err" => {
                let place = self.place(receiver.clone(), span)?;
                let mut pieces = super::opaque::Pieces::default();
                self.piece_place(&mut pieces, &place, span)?;
                let method = &call.method;
                pieces.append_call(quote!(.#method), super::opaque::Pieces::default());
                Ok(Some(Val::Value(self.pure(pieces, Ty::Bool, span.span()))))
            }
            "ok" => {
                let place = self.place(receiver.clone(), span)?;
                let result = self.source.code(quote!(Result));
                let mem = place.mem;
                if place.proj.is_empty() && self.f.mems[mem].ty == Ty::Unknown {
                    self.f.mems[mem].ty = Ty::Adt(result, Seen::default());
                }
                let (is_ok, inner) = self.as_option(Val::Place(place), span)?;
                Ok(Some(Val::Opt(is_ok, inner.map(Box::new))))
            }
            "unwrap" | "expect" | "unwrap_or" | "unwrap_or_default" => Ok(None),
            "map_or" if call.args.len() == 2 => {
                let val = self.map_or_of_unseen(receiver, &call.args[0], &call.args[1], hint, span)?;
                Ok(Some(val))
            }
            "and_then" | "filter" | "or" | "or_else" | "map_or_else" | "unwrap_or_else"
                if call.args.iter().any(|a| matches!(super::names::strip(a), Expr::Closure(_))) =>
            {
                let why =
                    "whether it is an `Option` or a `Result`; give it a name with `let r: Option<f64> = ..`";
                self.fail(catalog::unknown_shape(span, why))
            }
            _ => Ok(None),
        }
    }

    /// One of two values, by a flag that may be known.
    pub fn choose(
        &mut self,
        flag: Slot,
        span: At,
        mut arm: impl FnMut(&mut Self, bool) -> Lowered<Val<'a>>,
    ) -> Lowered<Val<'a>> {
        match flag {
            Slot::Flag(known) => arm(self, known),
            Slot::Undef => arm(self, false),
            Slot::Val(on) => self.branch(on, BranchKind::If, 2, span, |s, i| arm(s, i == 0)),
        }
    }

    fn either(
        &mut self,
        is_some: Slot,
        inner: Option<Val<'a>>,
        stays_option: bool,
        span: At,
        mut other: impl FnMut(&mut Self, bool) -> Lowered<Val<'a>>,
    ) -> Lowered<Val<'a>> {
        self.choose(is_some, span, |s, some| match (&inner, some) {
            (Some(inner), true) if stays_option => {
                Ok(Val::Opt(Slot::Flag(true), Some(Box::new(inner.clone()))))
            }
            (Some(inner), true) => s.snapshot_scalar(inner.clone(), span),
            _ => other(s, false),
        })
    }

    fn mapped(
        &mut self,
        is_some: Slot,
        inner: Option<Val<'a>>,
        name: &str,
        f: &Val<'a>,
        span: At,
    ) -> Lowered<Val<'a>> {
        self.choose(is_some, span, |s, some| {
            let (Some(inner), true) = (&inner, some) else { return Ok(Val::Opt(Slot::Flag(false), None)) };
            if name == "filter" {
                let by_ref = super::iter::by_reference(inner.clone());
                let keep = s.apply_val(f, vec![by_ref], &Ty::Bool, span)?;
                let keep = s.scalar(keep, span)?;
                return Ok(Val::Opt(Slot::Val(keep), Some(Box::new(inner.clone()))));
            }
            let val = s.apply_val(f, vec![inner.clone()], &Ty::Unknown, span)?;
            if name == "map" {
                let val = s.snapshot_scalar(val, span)?;
                return Ok(Val::Opt(Slot::Flag(true), Some(Box::new(val))));
            }
            let (flag, inner) = s.as_option(val, span)?;
            Ok(Val::Opt(flag, inner.map(Box::new)))
        })
    }

    /// `o.unwrap()`: panics as the user's does, where there is nothing.
    pub fn unwrap(
        &mut self,
        is_some: Slot,
        inner: Option<Val<'a>>,
        receiver: &Val<'a>,
        call: &'a ExprMethodCall,
        span: At,
    ) -> Lowered<Val<'a>> {
        let (method, args) = (&call.method, &call.args);
        let message = match args.first() {
            Some(e) => Some(self.opaque(e)?),
            None => None,
        };
        let is_option = matches!(receiver, Val::Opt(..)) || matches!(self.ty_of(receiver), Ty::Option(_));
        self.choose(is_some, span, |s, some| {
            if let (Some(inner), true) = (&inner, some) {
                return Ok(inner.clone());
            }
            let mut pieces = super::opaque::Pieces::default();
            let here = call.method.span();
            if is_option {
                let tokens = message.as_ref().map(|m| s.source.tokens(m.code));
                pieces.push(quote_spanned!(here=> ::core::option::Option::<()>::None.#method(#tokens); ::core::unreachable!()));
            } else {
                let mut inner = super::opaque::Pieces::default();
                s.piece(&mut inner, receiver.clone(), span)?;
                let whole = inner.take_into(&mut pieces);
                let tokens = message.as_ref().map(|m| s.source.tokens(m.code));
                pieces.push(quote_spanned!(here=> let _ = #whole.#method(#tokens); ::core::unreachable!()));
            }
            if let Some(message) = &message {
                pieces.take_reads(&s.source, message);
            }
            let opaque = s.opaque_from(pieces);
            s.emit(Stmt::Opaque(Opaque { diverges: true, ..opaque }));
            s.end = super::flow::End::Diverges;
            Err(super::lowerer::Stop)
        })
    }
}

/// The full path of a variant.
pub fn variant_path(name: &str, span: Span) -> proc_macro2::TokenStream {
    match name {
        "Some" => quote_spanned!(span=> ::core::option::Option::Some),
        "Ok" => quote_spanned!(span=> ::core::result::Result::Ok),
        _ => quote_spanned!(span=> ::core::result::Result::Err),
    }
}

impl super::opaque::Pieces {
    /// Also reads what other code reads.
    fn take_reads(&mut self, source: &crate::source::Source, opaque: &Opaque) {
        let holes = source.codes[opaque.code].holes.clone();
        for (hole, read) in holes.into_iter().zip(opaque.reads.iter().cloned()) {
            self.add_read(hole, read);
        }
    }
}
