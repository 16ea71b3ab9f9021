//! Expressions: one arm per kind of syntax, everything unknown refused where it stands.
//!
//! ```text
//! (x + y) * 2.0   →   v2 = add(v0, v1); v3 = const 2.0; v4 = mul(v2, v3)
//! ```

use super::lowerer::{Aliased, Binding, Lowered, Lowerer, Slot};
use super::names;
use super::parse::addr;
use super::value::{RangeVal, Val};
use crate::diag::{at, catalog};
use crate::ir::ty::{ArrayLen, Seen};
use crate::ir::{Access, Const, Field, FloatTy, Init, IntTy, Op, Operand, Place, Proj, Ty, ValueId};
use quote::ToTokens;
use syn::{Expr, Lit, Member, RangeLimits};

impl<'a> Lowerer<'a> {
    /// Lowers an expression; `hint` is the type that its context expects, as far as that is known.
    pub fn expr(&mut self, e: &'a Expr, hint: &Ty) -> Lowered<Val<'a>> {
        let e = names::strip(e);
        self.depth += 1;
        let result = if self.depth > super::DEPTH {
            let limit = super::DEPTH.to_string();
            self.fail(catalog::too_deep(at(e), "expressions are nested too deeply", &limit))
        } else {
            self.expr_kind(e, hint)
        };
        self.depth -= 1;
        result
    }

    /// Lowers an expression that must be a scalar.
    pub fn expr_scalar(&mut self, e: &'a Expr, hint: &Ty) -> Lowered<ValueId> {
        let val = self.expr(e, hint)?;
        self.scalar(val, at(e))
    }

    fn expr_kind(&mut self, e: &'a Expr, hint: &Ty) -> Lowered<Val<'a>> {
        // `&x` of a scalar is no reference to the name that carried code would bind.
        let whole = matches!(e, Expr::Reference(r) if matches!(names::strip(&r.expr), Expr::Path(_)));
        if let (Expr::Field(_) | Expr::Index(_) | Expr::Reference(_), false) = (e, whole) {
            if self.is_opaque_rooted(e) && self.can_carry(e) && !self.calls_closure(e) {
                let pure = self.effect_free(e);
                return self.carried_value(e, pure, Ty::Unknown, at(e));
            }
        }
        if let Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr, .. }) = e {
            // What a guard refers to: read while the guard is there.
            let whole = matches!(names::strip(expr), Expr::MethodCall(call) if self.keeps_whole(call));
            if whole && self.can_carry(e) && !self.calls_closure(e) {
                let ty = if hint.is_scalar() { hint.clone() } else { Ty::Unknown };
                return self.carried_value(e, false, ty, at(e));
            }
        }
        match e {
            Expr::Lit(lit) => Ok(Val::Value(self.literal(&lit.lit, hint))),
            Expr::Path(path) => self.path(path),
            Expr::Paren(inner) => self.expr(&inner.expr, hint),
            Expr::Group(inner) => self.expr(&inner.expr, hint),
            Expr::Unary(unary) => self.unary(unary, hint),
            Expr::Binary(binary) if names::is_compound(&binary.op) => self.compound(binary),
            Expr::Binary(_) => self.binary(e, hint),
            Expr::Cast(cast) => self.cast(cast),
            Expr::Call(call) => self.call(e, call, hint),
            Expr::MethodCall(call) => self.method(e, call, hint),
            Expr::Field(field) => self.field(e, field),
            Expr::Index(index) => self.index(e, index),
            Expr::Reference(reference) => self.reference(reference, hint),
            Expr::Tuple(tuple) => self.tuple(tuple, hint),
            Expr::Array(array) => self.array(array.elems.iter(), hint, e),
            Expr::Repeat(repeat) => self.repeat(repeat, hint),
            Expr::Struct(literal) => self.struct_(literal),
            Expr::Range(range) => self.range(range),
            Expr::Macro(mac) => self.macro_(&mac.mac, &mac.attrs, hint),
            Expr::Closure(closure) => self.closure(closure),
            Expr::Assign(assign) => self.assign_expr(assign),
            _ => self.control(e, hint),
        }
    }

    fn control(&mut self, e: &'a Expr, hint: &Ty) -> Lowered<Val<'a>> {
        match e {
            Expr::Block(block) => self.block_expr(block, hint),
            Expr::If(branch) => self.if_(branch, hint),
            Expr::Match(m) => self.match_(m, hint),
            Expr::Loop(l) => self.loop_(l),
            Expr::While(l) => self.while_(l),
            Expr::ForLoop(l) => self.for_(l),
            Expr::Return(r) => self.return_(r),
            Expr::Break(b) => self.break_(b),
            Expr::Continue(c) => self.continue_(c),
            Expr::Try(t) => self.try_(t, hint),
            Expr::Let(l) => self.fail(catalog::let_chain(at(&l.let_token))),
            Expr::Const(c) if self.is_passive(e) => {
                let at = at(c);
                self.carried_value(e, true, Ty::Unknown, at)
            }
            Expr::Unsafe(u) => self.fail(catalog::unsafe_code(at(&u.unsafe_token), "`unsafe`")),
            Expr::RawAddr(r) => self.fail(catalog::unsafe_code(at(r), "a raw pointer")),
            Expr::Async(a) => self.fail(catalog::asynchronous(at(&a.async_token), "`async`")),
            Expr::Await(a) => self.fail(catalog::asynchronous(at(&a.await_token), "`await`")),
            Expr::Yield(y) => self.fail(catalog::asynchronous(at(&y.yield_token), "`yield`")),
            Expr::TryBlock(t) => self.fail(catalog::unsupported(at(&t.try_token), "a `try` block")),
            Expr::Const(c) => self.fail(catalog::unsupported(at(&c.const_token), "a `const` block")),
            Expr::Infer(i) => self.fail(catalog::unsupported(at(i), "`_` as an expression")),
            other => self.fail(catalog::unsupported(at(other), "this expression")),
        }
    }

    pub fn literal(&mut self, lit: &Lit, hint: &Ty) -> ValueId {
        let code = lit.to_token_stream();
        if let (Lit::Int(int), Some(ty)) = (lit, self.integers.get(&addr(lit)).copied()) {
            let constant =
                int.base10_parse().map_or_else(|_| Const::Literal(self.source.code(code)), Const::Int);
            let value = self.let_(Op::Const(constant), Ty::Int, false, int.span());
            self.f.values[value].int = Some(IntTy::Named(ty));
            return value;
        }
        let (ty, constant) = match lit {
            Lit::Float(float) => (float_literal(float.suffix(), hint), None),
            Lit::Int(int) if matches!(int.suffix(), "f32" | "f64") => {
                (float_literal(int.suffix(), hint), None)
            }
            Lit::Int(int) if int.suffix().is_empty() => (Ty::Int, int.base10_parse().ok().map(Const::Int)),
            Lit::Int(_) => (Ty::Int, None),
            Lit::Bool(b) => (Ty::Bool, Some(Const::Bool(b.value))),
            _ => (Ty::Passive(None), None),
        };
        let constant = constant.unwrap_or_else(|| Const::Literal(self.source.code(code)));
        self.let_(Op::Const(constant), ty, false, lit.span())
    }

    fn path(&mut self, path: &'a syn::ExprPath) -> Lowered<Val<'a>> {
        if let (None, Some(ident)) = (&path.qself, path.path.get_ident()) {
            if let Some(binder) = self.facts.uses.get(&addr(ident)).copied() {
                let binding = self.bindings.get(&binder).cloned();
                return match binding {
                    Some(binding) => self.read(&binding, path),
                    // Its declaration was given up.
                    None if !self.errors.is_empty() => Err(super::lowerer::Stop),
                    None => self.fail(catalog::bug(at(path), "a variable without a binding")),
                };
            }
        }
        let last = path.path.segments.last().map(|s| s.ident.clone());
        if last.as_ref().is_some_and(|l| l == "None") {
            return Ok(Val::Opt(Slot::Flag(false), None));
        }
        if last.as_ref().is_some_and(|l| !names::starts_upper(l)) {
            return Ok(Val::Func(path));
        }
        Ok(Val::Value(self.constant(path)))
    }

    /// A constant by its path.
    pub fn constant(&mut self, path: &'a syn::ExprPath) -> ValueId {
        let ty = self.constant_ty(path);
        let code = self.source.code(path.to_token_stream());
        let opaque = crate::ir::Opaque { code, reads: Vec::new(), writes: Vec::new(), diverges: false };
        let value = self.let_(Op::Pure(opaque), ty, false, at(path).span());
        // Of the parameters of an `impl`, which the attribute does not see, one letter is what tells.
        let parameter =
            |s: &syn::PathSegment| self.signature.reals.contains(&s.ident) || s.ident.to_string().len() == 1;
        if path.path.segments.len() > 1 && path.path.segments.first().is_some_and(parameter) {
            self.numeric.insert(value);
        }
        value
    }

    pub fn constant_ty(&self, path: &syn::ExprPath) -> Ty {
        let names: Vec<String> = path.path.segments.iter().map(|s| s.ident.to_string()).collect();
        let float = names.iter().find_map(|n| super::types::float_name(n));
        let last = names.last().map_or("", String::as_str);
        if let Some(ident) = path.path.get_ident() {
            if self.signature.consts.contains(ident) {
                return Ty::Int;
            }
        }
        let integers =
            ["DIGITS", "MANTISSA_DIGITS", "MAX_EXP", "MIN_EXP", "MAX_10_EXP", "MIN_10_EXP", "RADIX"];
        match float {
            Some(_) if integers.contains(&last) => Ty::Int,
            Some(float) => Ty::Float(float),
            None if names.iter().any(|n| super::types::is_integer_name(n)) => Ty::Int,
            None => Ty::Unknown,
        }
    }

    /// What a variable stands for, where it is named.
    pub fn read(&mut self, binding: &Binding<'a>, path: &impl ToTokens) -> Lowered<Val<'a>> {
        match binding {
            Binding::Var(var) => match self.slots[*var] {
                Slot::Val(value) => Ok(Val::Value(value)),
                Slot::Undef | Slot::Flag(_) => {
                    self.fail(catalog::unknown_shape(at(path), "it is not assigned on every path to here"))
                }
            },
            Binding::Mem(mem) => {
                let place = Place::whole(*mem);
                Ok(match self.f.mems[*mem].access {
                    Access::Owned => Val::Place(place),
                    Access::Ref => Val::Ref(place, false),
                    Access::RefMut => Val::Ref(place, true),
                })
            }
            Binding::Alias(place, Aliased::Ref) => Ok(Val::Ref(place.clone(), false)),
            Binding::Alias(place, Aliased::RefMut) => Ok(Val::Ref(place.clone(), true)),
            Binding::Alias(place, Aliased::Value) => Ok(Val::Place(place.clone())),
            Binding::Window(base, lo, hi, kind) => {
                let (Slot::Val(lo), Slot::Val(hi)) = (self.slots[*lo], self.slots[*hi]) else {
                    return self
                        .fail(catalog::unknown_shape(at(path), "it is not assigned on every path to here"));
                };
                let place = base.with(Proj::Range { lo: Some(lo), hi: Some(hi) });
                Ok(Val::Ref(place, *kind == Aliased::RefMut))
            }
            Binding::Cursor(iter, position) => self.rest_of(&iter.clone(), *position, at(path)),
            Binding::Closure(closure) => Ok(Val::Closure(closure.clone())),
            Binding::Val(val) => Ok(val.clone()),
            Binding::Poison => Err(super::lowerer::Stop),
        }
    }

    fn field(&mut self, e: &'a Expr, field: &'a syn::ExprField) -> Lowered<Val<'a>> {
        if self.is_constant_rooted(e) {
            return self.carried_value(e, true, Ty::Unknown, at(e));
        }
        let base = self.expr(&field.base, &Ty::Unknown)?;
        if let (Val::Tuple(items), Member::Unnamed(index)) = (&base, &field.member) {
            if let Some(item) = items.get(index.index as usize) {
                return Ok(item.clone());
            }
        }
        let place = self.place(base, at(&field.base))?;
        let place = self.unboxed(place);
        let proj = Proj::Field(self.member(&field.member));
        Ok(Val::Place(place.with(proj)))
    }

    pub fn member(&mut self, member: &Member) -> Field {
        match member {
            Member::Named(ident) => Field::Named(self.name(ident), ident.to_string()),
            Member::Unnamed(index) => Field::Index(index.index),
        }
    }

    fn index(&mut self, e: &'a Expr, index: &'a syn::ExprIndex) -> Lowered<Val<'a>> {
        if self.is_constant_rooted(e) && self.is_passive(e) {
            let pure = self.effect_free(e);
            return self.carried_value(e, pure, Ty::Unknown, at(e));
        }
        let made = matches!(names::strip(&index.expr), Expr::MethodCall(call) if self.keeps_whole(call));
        if (made || self.collection(&index.expr).is_some()) && self.can_carry(e) && !self.calls_closure(e) {
            return self.carried_value(e, false, Ty::Unknown, at(e));
        }
        let form = match names::strip(&index.index) {
            Expr::Tuple(_) => Some("a tuple"),
            Expr::Reference(_) => Some("a reference"),
            Expr::Lit(lit) if matches!(lit.lit, Lit::Str(_)) => Some("a string"),
            _ => None,
        };
        if let Some(form) = form {
            if self.is_passive(e) {
                return self.carried_value(e, false, Ty::Unknown, at(e));
            }
            return self.fail(catalog::index_form(at(&index.index), form));
        }
        let base = self.expr(&index.expr, &Ty::Unknown)?;
        let place = self.place(base, at(&index.expr))?;
        let place = self.unboxed(place);
        let i = self.expr(&index.index, &Ty::Int)?;
        Ok(Val::Place(match i {
            Val::Range(range) => self.sub_slice(place, &range, at(&index.index).span()),
            other => {
                let i = self.scalar(other, at(&index.index))?;
                self.seen_as(i, &Ty::Int);
                place.with(Proj::Index(i))
            }
        }))
    }

    /// `place[lo..hi]`
    pub fn sub_slice(&mut self, place: Place, range: &RangeVal, span: proc_macro2::Span) -> Place {
        let hi = match (range.hi, range.inclusive) {
            (Some(hi), true) => {
                let one = self.int(1, span);
                Some(self.apply(crate::rules::Func::Add, &[hi, one], Ty::Int, span))
            }
            (hi, _) => hi,
        };
        place.with(Proj::Range { lo: range.lo, hi })
    }

    fn range(&mut self, range: &'a syn::ExprRange) -> Lowered<Val<'a>> {
        let bound = |s: &mut Self, e: &'a Option<Box<Expr>>| match e {
            Some(e) => s.expr_scalar(e, &Ty::Int).map(Some),
            None => Ok(None),
        };
        let lo = bound(self, &range.start)?;
        let hi = bound(self, &range.end)?;
        for v in lo.into_iter().chain(hi) {
            self.seen_as(v, &Ty::Int);
        }
        let inclusive = matches!(range.limits, RangeLimits::Closed(_));
        Ok(Val::Range(RangeVal { lo, hi, inclusive }))
    }

    fn reference(&mut self, reference: &'a syn::ExprReference, hint: &Ty) -> Lowered<Val<'a>> {
        let mutable = reference.mutability.is_some();
        let inner = self.expr(&reference.expr, hint)?;
        Ok(match inner {
            Val::Value(value) if !mutable => {
                if self.is_object(value) {
                    Val::Ref(self.place(Val::Value(value), at(reference))?, false)
                } else {
                    Val::RefValue(value)
                }
            }
            Val::Place(place) | Val::Ref(place, _) => Val::Ref(place, mutable),
            same @ (Val::RefValue(_)
            | Val::Opt(..)
            | Val::Closure(_)
            | Val::Iter(_)
            | Val::Range(_)
            | Val::Func(_)
            | Val::Function(_)
            | Val::Unit) => same,
            other @ (Val::Value(_) | Val::Temp(_) | Val::Fresh(..) | Val::Tuple(_)) => {
                Val::Ref(self.place(other, at(reference))?, mutable)
            }
        })
    }

    fn tuple(&mut self, tuple: &'a syn::ExprTuple, hint: &Ty) -> Lowered<Val<'a>> {
        if tuple.elems.is_empty() {
            return Ok(Val::Unit);
        }
        let hints = match hint {
            Ty::Tuple(items) => items.clone(),
            _ => Vec::new(),
        };
        let mut items = Vec::new();
        for (k, elem) in tuple.elems.iter().enumerate() {
            let mark = self.out.len();
            let val = self.expr(elem, hints.get(k).unwrap_or(&Ty::Unknown))?;
            items = items.into_iter().map(|i| self.settled(i, mark, at(elem))).collect();
            items.push(self.snapshot_scalar(val, at(elem))?);
        }
        Ok(Val::Tuple(items))
    }

    /// Reads a scalar in memory now, rather than when it is used.
    pub fn snapshot_scalar(&mut self, val: Val<'a>, at: crate::diag::At) -> Lowered<Val<'a>> {
        match val {
            Val::Place(place) if self.place_ty(&place).is_scalar() => {
                Ok(Val::Value(self.load(place, at.span())))
            }
            other => Ok(other),
        }
    }

    /// `[a, b, c]`
    pub fn array(
        &mut self,
        elems: impl Iterator<Item = &'a Expr>,
        hint: &Ty,
        e: &impl ToTokens,
    ) -> Lowered<Val<'a>> {
        let (items, ty) = self.elements(elems, hint)?;
        let len = ArrayLen::Known(items.len() as u64);
        let _ = e;
        Ok(Val::Fresh(Box::new(Init::Array(items)), Ty::Array(Box::new(ty), len)))
    }

    /// The elements of an array or vector, and their type.
    pub fn elements(
        &mut self,
        elems: impl Iterator<Item = &'a Expr>,
        hint: &Ty,
    ) -> Lowered<(Vec<Operand>, Ty)> {
        let mut ty = hint.elem();
        let mut items = Vec::new();
        for elem in elems {
            let mark = self.out.len();
            let val = self.expr(elem, &ty)?;
            ty = ty.join(&self.ty_of(&val));
            let item = self.operand(val, at(elem))?;
            items.iter_mut().for_each(|earlier| self.settle(earlier, mark, at(elem)));
            items.push(item);
        }
        Ok((items, ty))
    }

    fn repeat(&mut self, repeat: &'a syn::ExprRepeat, hint: &Ty) -> Lowered<Val<'a>> {
        let val = self.expr(&repeat.expr, &hint.elem())?;
        let ty = hint.elem().join(&self.ty_of(&val));
        let elem = self.operand(val, at(&repeat.expr))?;
        let len = self.source.code(repeat.len.to_token_stream());
        let ty = Ty::Array(Box::new(ty), super::types::array_len(&repeat.len, &mut self.source));
        Ok(Val::Fresh(Box::new(Init::Repeat { elem, len }), ty))
    }

    fn struct_(&mut self, literal: &'a syn::ExprStruct) -> Lowered<Val<'a>> {
        let mut fields: Vec<(Field, Operand)> = Vec::new();
        for field in &literal.fields {
            let mark = self.out.len();
            let val = self.expr(&field.expr, &Ty::Unknown)?;
            let operand = self.operand(val, at(&field.expr))?;
            fields.iter_mut().for_each(|(_, earlier)| self.settle(earlier, mark, at(&field.expr)));
            fields.push((self.member(&field.member), operand));
        }
        let base = match &literal.rest {
            Some(rest) => {
                let val = self.expr(rest, &Ty::Unknown)?;
                Some(self.base_operand(val, at(rest))?)
            }
            None => None,
        };
        let path = match &literal.qself {
            Some(_) => literal.path.to_token_stream(),
            None => literal.path.to_token_stream(),
        };
        let path = self.source.code(path);
        let variant = literal.path.segments.len() > 1
            && literal.path.segments.iter().rev().nth(1).is_some_and(|s| names::starts_upper(&s.ident));
        let init = Init::Struct { path, fields, base };
        let known = self.struct_ty(&literal.path).filter(|ty| super::results::all_seen(ty, &init));
        let ty = match known {
            Some(ty) => ty,
            None if variant => Ty::Unknown,
            None => Ty::Adt(path, Seen::default()),
        };
        Ok(Val::Fresh(Box::new(init), ty))
    }

    /// `..base`
    fn base_operand(&mut self, val: Val<'a>, at: crate::diag::At) -> Lowered<Operand> {
        match val {
            Val::Ref(place, _) => Ok(Operand::Copy(place)),
            other => self.operand(other, at),
        }
    }
}

fn float_literal(suffix: &str, hint: &Ty) -> Ty {
    match (suffix, hint) {
        ("f32", _) => Ty::Float(FloatTy::F32),
        ("f64", _) => Ty::Float(FloatTy::F64),
        (_, Ty::Float(float)) => Ty::Float(float.clone()),
        _ => Ty::ANY_FLOAT,
    }
}
