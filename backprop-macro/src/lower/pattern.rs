//! Patterns that can't fail: each variable becomes a scalar, an object of its own, or another name for a place.
//!
//! ```text
//! let (a, [b, ..]) = (x * y, row);   →   a = v2; b = load m0[0]
//! ```

use super::lowerer::{Aliased, Binding, Lowered, Lowerer, Slot};
use super::names::{self, Fails};
use super::parse::addr;
use super::value::Val;
use crate::diag::{at, catalog, At};
use crate::ir::ty::ArrayLen;
use crate::ir::{Access, Field, Init, MemId, Op, Operand, Place, Proj, Stmt, Ty, ValueId};
use crate::rules::Func;
use proc_macro2::Ident;
use syn::Pat;

impl<'a> Lowerer<'a> {
    /// Binds the variables of a pattern to the parts of a value. `ty` is what an annotation says.
    pub fn bind_pattern(&mut self, pat: &'a Pat, val: Val<'a>, ty: &Ty, span: At) -> Lowered<()> {
        self.bind_parts(pat, val, ty, span, Fails::Never)
    }

    pub fn bind_parts(&mut self, pat: &'a Pat, val: Val<'a>, ty: &Ty, span: At, fails: Fails) -> Lowered<()> {
        match pat {
            Pat::Ident(p) if !names::is_binder(p, fails) => Ok(()),
            Pat::Ident(p) => {
                if let Some((_, sub)) = &p.subpat {
                    self.bind_parts(sub, val.clone(), ty, span, fails)?;
                }
                let val = match (&p.by_ref, val) {
                    (Some(_), Val::Place(place)) => Val::Ref(place, p.mutability.is_some()),
                    (Some(_), Val::Temp(mem)) => Val::Ref(Place::whole(mem), p.mutability.is_some()),
                    (_, val) => val,
                };
                let mutable = p.mutability.is_some() && p.by_ref.is_none();
                self.bind_ident(&p.ident, mutable, val, ty)
            }
            Pat::Type(p) => {
                let ty = self.ty(&p.ty);
                self.bind_parts(&p.pat, val, &ty, span, fails)
            }
            Pat::Paren(p) => self.bind_parts(&p.pat, val, ty, span, fails),
            Pat::Guard(p) => self.bind_parts(&p.pat, val, ty, span, fails),
            Pat::Wild(_) => Ok(()),
            Pat::Lit(_) | Pat::Range(_) | Pat::Path(_) | Pat::Const(_) if fails == Fails::Maybe => Ok(()),
            Pat::Reference(p) => {
                let inner = match val {
                    Val::RefValue(value) => Val::Value(value),
                    Val::Ref(place, _) => Val::Place(place),
                    other => other,
                };
                self.bind_parts(&p.pat, inner, ty, span, fails)
            }
            Pat::Tuple(p) => {
                let (front, back) = split_rest(p.elems.iter());
                let n = match (&val, back.is_empty() && !has_rest(p.elems.iter())) {
                    (Val::Tuple(items), _) => items.len(),
                    (_, true) => front.len(),
                    (other, false) => match self.ty_of(other) {
                        Ty::Tuple(items) => items.len(),
                        _ if back.is_empty() => front.len(),
                        _ => {
                            return self
                                .fail(catalog::pattern(at(p), "`..` before other elements of a tuple"))
                        }
                    },
                };
                let hints = match ty {
                    Ty::Tuple(items) => items.clone(),
                    _ => Vec::new(),
                };
                let items = self.components(val, n, span)?;
                if items.len() < front.len() + back.len() {
                    return self
                        .fail(catalog::unknown_shape(at(p), "the pattern has more parts than the value"));
                }
                let last = n.saturating_sub(back.len());
                let pairs = front
                    .into_iter()
                    .enumerate()
                    .chain(back.into_iter().enumerate().map(|(k, p)| (last + k, p)));
                for (k, sub) in pairs {
                    if let Some(item) = items.get(k) {
                        let hint = hints.get(k).cloned().unwrap_or(Ty::Unknown);
                        self.bind_parts(sub, item.clone(), &hint, span, fails)?;
                    }
                }
                Ok(())
            }
            Pat::TupleStruct(p) => self.bind_fields(p.elems.iter(), val, &p.path, span, fails),
            Pat::Struct(p) => {
                let by_ref = reference_kind(&val);
                let place = self.place(val, span)?;
                let variant = self.variant(&p.path, fails);
                for field in &p.fields {
                    let member = self.member(&field.member);
                    let proj = match &variant {
                        Some(code) => {
                            Proj::Payload { variant: *code, field: member, arity: crate::ir::Fields::Named }
                        }
                        None => Proj::Field(member),
                    };
                    let part = part_of(place.with(proj), by_ref);
                    self.bind_parts(&field.pat, part, &Ty::Unknown, span, fails)?;
                }
                Ok(())
            }
            Pat::Slice(p) => self.bind_slice(p, val, span, fails),
            Pat::Or(p) => match p.cases.first() {
                Some(first) if !binds(pat, fails) => {
                    let _ = first;
                    Ok(())
                }
                _ => self.fail(catalog::pattern(at(p), "a variable in alternatives `a | b`")),
            },
            other => self.fail(catalog::pattern(at(other), "this form")),
        }
    }

    /// The path of an enum variant, `None` for a struct.
    fn variant(&mut self, path: &syn::Path, fails: Fails) -> Option<crate::ir::CodeId> {
        let segments = path.segments.len();
        let known = path
            .segments
            .last()
            .is_some_and(|s| matches!(s.ident.to_string().as_str(), "Some" | "Ok" | "Err"));
        let qualified =
            segments > 1 && path.segments.iter().rev().nth(1).is_some_and(|s| names::starts_upper(&s.ident));
        let single =
            fails == Fails::Maybe && segments == 1 && path.segments.iter().all(|s| s.ident != "Self");
        (known || qualified || single).then(|| self.source.code(quote::quote!(#path)))
    }

    /// `S(a, b)`, `Some(x)`
    fn bind_fields(
        &mut self,
        elems: impl Iterator<Item = &'a Pat> + Clone,
        val: Val<'a>,
        path: &syn::Path,
        span: At,
        fails: Fails,
    ) -> Lowered<()> {
        let by_ref = reference_kind(&val);
        let n = elems.clone().count();
        if has_rest(elems.clone()) && !split_rest(elems.clone()).1.is_empty() {
            return self.fail(catalog::pattern(at(path), "`..` before other fields"));
        }
        let place = self.place(val, span)?;
        let variant = self.variant(path, fails);
        let rest = has_rest(elems.clone());
        for (k, sub) in split_rest(elems).0.into_iter().enumerate() {
            let k = u32::try_from(k).unwrap_or(u32::MAX);
            let proj = match &variant {
                Some(_) if rest && binds(sub, fails) => {
                    return self.fail(catalog::pattern(at(path), "`..` among the fields of an enum variant"));
                }
                Some(code) => Proj::Payload {
                    variant: *code,
                    field: Field::Index(k),
                    arity: crate::ir::Fields::Tuple(u32::try_from(n).unwrap_or(u32::MAX)),
                },
                None => Proj::Field(Field::Index(k)),
            };
            self.bind_parts(sub, part_of(place.with(proj), by_ref), &Ty::Unknown, span, fails)?;
        }
        Ok(())
    }

    /// `[a, b, rest @ .., z]`
    fn bind_slice(&mut self, p: &'a syn::PatSlice, val: Val<'a>, span: At, fails: Fails) -> Lowered<()> {
        let by_ref = reference_kind(&val);
        let place = self.place(val, span)?;
        let is_rest = |p: &Pat| match p {
            Pat::Rest(_) => true,
            Pat::Ident(p) => matches!(p.subpat.as_ref().map(|s| &*s.1), Some(Pat::Rest(_))),
            _ => false,
        };
        let rest = p.elems.iter().position(is_rest);
        let total = p.elems.len();
        for (k, sub) in p.elems.iter().enumerate() {
            let after = total - k - 1;
            let behind = rest.is_some_and(|r| k > r);
            if rest == Some(k) {
                let Pat::Ident(named) = sub else { continue };
                let lo = self.position(&place, k, false, span);
                let hi = if after == 0 { None } else { Some(self.position(&place, after, true, span)) };
                let part = part_of(place.with(Proj::Range { lo: Some(lo), hi }), by_ref.or(Some(false)));
                self.bind_ident(&named.ident, false, part, &Ty::Unknown)?;
                continue;
            }
            if !binds(sub, fails) {
                continue;
            }
            let i = self.position(&place, if behind { after + 1 } else { k }, behind, span);
            self.bind_parts(sub, part_of(place.with(Proj::Index(i)), by_ref), &Ty::Unknown, span, fails)?;
        }
        Ok(())
    }

    /// Index `k`, counted from the end if `back`.
    fn position(&mut self, place: &Place, k: usize, back: bool, span: At) -> ValueId {
        let n = i64::try_from(k).unwrap_or(i64::MAX);
        if !back {
            return self.int(n, span.span());
        }
        let len = self.len_of(place, span);
        let n = self.int(n, span.span());
        self.apply(Func::Sub, &[len, n], Ty::Int, span.span())
    }

    /// `place.len()`: a constant for arrays.
    pub fn len_of(&mut self, place: &Place, span: At) -> ValueId {
        if let Ty::Array(_, ArrayLen::Known(n)) = self.place_ty(place) {
            return self.int(i64::try_from(n).unwrap_or(i64::MAX), span.span());
        }
        self.let_(Op::Len(place.clone()), Ty::Int, false, span.span())
    }

    /// One variable.
    pub fn bind_ident(&mut self, ident: &'a Ident, mutable: bool, val: Val<'a>, ty: &Ty) -> Lowered<()> {
        let id = addr(ident);
        let binder = self.facts.binder(id);
        let span = At::from(ident.span());
        match val {
            Val::Value(value) => self.bind_value(ident, value, ty, mutable),
            Val::RefValue(value) => {
                self.seen_as(value, ty);
                self.give_name(value, ident);
                if mutable && binder.assigned {
                    return self.bind_value(ident, value, ty, true);
                }
                self.bind(id, Binding::Val(Val::RefValue(value)));
                Ok(())
            }
            Val::Place(place) => self.bind_place(ident, place, ty, mutable),
            Val::Ref(place, kind) => self.bind_ref(ident, place, kind, mutable),
            Val::Temp(mem) => {
                self.adopt(ident, mem, ty, mutable);
                Ok(())
            }
            Val::Fresh(init, known) => {
                let mem = self.declare(*init, ty.join(&known), ident.span());
                self.adopt(ident, mem, ty, mutable);
                Ok(())
            }
            Val::Tuple(items) => {
                let memory = mutable || binder.written || binder.mut_ref || binder.by_ref || binder.receiver;
                if memory {
                    let known = self.ty_of(&Val::Tuple(items.clone()));
                    let init = self.init(Val::Tuple(items), span)?;
                    let mem = self.declare(init, ty.join(&known), ident.span());
                    self.adopt(ident, mem, ty, mutable);
                    return Ok(());
                }
                let items: Lowered<Vec<_>> = items.into_iter().map(|i| self.stable(i, span)).collect();
                self.bind(id, Binding::Val(Val::Tuple(items?)));
                Ok(())
            }
            Val::Opt(is_some, inner) => {
                let memory = mutable || binder.written || binder.mut_ref || binder.by_ref;
                if memory {
                    let val = Val::Opt(is_some, inner);
                    let known = self.ty_of(&val);
                    let init = self.init(val, span)?;
                    let mem = self.declare(init, ty.join(&known), ident.span());
                    self.adopt(ident, mem, ty, mutable);
                    return Ok(());
                }
                let inner = match inner {
                    Some(inner) => Some(Box::new(self.stable(*inner, span)?)),
                    None => None,
                };
                self.bind(id, Binding::Val(Val::Opt(is_some, inner)));
                Ok(())
            }
            Val::Closure(closure) => {
                self.bind(id, Binding::Closure(closure));
                Ok(())
            }
            // A constant in small letters: functions are not assigned.
            Val::Func(path) if mutable || ty.is_scalar() => {
                let value = self.constant(path);
                self.bind_value(ident, value, ty, mutable)
            }
            other @ (Val::Unit | Val::Range(_) | Val::Iter(_) | Val::Func(_) | Val::Function(_)) => {
                if mutable && matches!(other, Val::Iter(_) | Val::Range(_)) {
                    return self.bind_cursor(ident, other);
                }
                self.bind(id, Binding::Val(other));
                Ok(())
            }
        }
    }

    /// A part of a tuple that keeps its value while other things change.
    fn stable(&mut self, val: Val<'a>, span: At) -> Lowered<Val<'a>> {
        match val {
            Val::Place(place) if !self.place_ty(&place).is_scalar() && self.is_frozen(place.mem) => {
                Ok(Val::Place(place))
            }
            Val::Place(place)
                if self.place_ty(&place).is_scalar() || self.place_ty(&place) == Ty::Unknown =>
            {
                Ok(Val::Value(self.load(place, span.span())))
            }
            Val::Tuple(items) => {
                let items: Lowered<Vec<_>> = items.into_iter().map(|i| self.stable(i, span)).collect();
                Ok(Val::Tuple(items?))
            }
            other @ (Val::Place(_) | Val::Fresh(..)) => {
                let ty = self.ty_of(&other);
                let init = self.init(other, span)?;
                let mem = self.declare(init, ty, span.span());
                self.frozen.insert(mem);
                Ok(Val::Place(Place::whole(mem)))
            }
            other => Ok(other),
        }
    }

    /// A value of known scalar type is a scalar, one of unknown type is an object if it is used as one.
    fn bind_value(&mut self, ident: &'a Ident, value: ValueId, ty: &Ty, mutable: bool) -> Lowered<()> {
        let binder = self.facts.binder(addr(ident));
        self.seen_as(value, ty);
        let known = self.f.values[value].ty.clone();
        let tainted = self.value_tainted(value);
        let scalar = known.is_scalar();
        let looked_into = binder.projected || binder.written;
        let borrowed = (binder.by_ref && (tainted || mutable)) || (binder.receiver && mutable);
        if binder.mut_ref || (!scalar && (looked_into || borrowed)) {
            let mem = self.object_of(value, known);
            self.adopt(ident, mem, ty, mutable);
            return Ok(());
        }
        self.give_name(value, ident);
        let name = self.name(ident);
        let var = self.var(Some(name), if scalar { known } else { ty.clone() }, ident.span());
        self.set(var, Slot::Val(value));
        self.bind(addr(ident), Binding::Var(var));
        Ok(())
    }

    /// Turns a value into an object; what has just been computed, and has no name so far, becomes one at once.
    pub fn object_of(&mut self, value: ValueId, ty: Ty) -> MemId {
        let tainted = self.value_tainted(value);
        let span = self.f.values[value].span;
        let mem = self.object_at(ty, tainted, span);
        if self.computed.contains(&value) {
            self.computed_mems.insert(mem);
        }
        let last = if self.f.values[value].name.is_none() { self.out.last_mut() } else { None };
        match last {
            Some(Stmt::Call(call)) if call.result == crate::ir::CallResult::Value(value) => {
                call.result = crate::ir::CallResult::Mem(mem);
                return mem;
            }
            Some(Stmt::Let { value: v, op: Op::Once(opaque) }) if *v == value => {
                let init = Some(Init::Opaque(opaque.clone()));
                self.out.pop();
                self.emit(Stmt::Decl { mem, init });
                return mem;
            }
            _ => {}
        }
        self.emit(Stmt::Decl { mem, init: Some(Init::From(Operand::Value(value))) });
        mem
    }

    /// Has the value just been returned by a call, so that it may as well be an object?
    pub fn is_object(&self, value: ValueId) -> bool {
        self.f.values[value].ty == Ty::Unknown
            && matches!(self.out.last(), Some(Stmt::Call(c)) if c.result == crate::ir::CallResult::Value(value))
    }

    /// The user's name for a computed value, unless it has one.
    pub fn give_name(&mut self, value: ValueId, ident: &Ident) {
        if self.f.values[value].name.is_none() {
            let name = self.name(ident);
            self.f.values[value].name = Some(name);
        }
    }

    /// An object becomes the variable's own.
    pub fn adopt(&mut self, ident: &'a Ident, mem: MemId, ty: &Ty, mutable: bool) {
        let name = self.name(ident);
        let info = &mut self.f.mems[mem];
        info.name = Some(name);
        info.ty = ty.join(&info.ty);
        if !mutable {
            self.frozen.insert(mem);
        }
        self.bind(addr(ident), Binding::Mem(mem));
    }

    /// Never written after it came into being.
    pub fn is_frozen(&self, mem: MemId) -> bool {
        self.f.mems[mem].access == Access::Ref || self.frozen.contains(&mem)
    }

    fn bind_place(&mut self, ident: &'a Ident, place: Place, ty: &Ty, mutable: bool) -> Lowered<()> {
        let binder = self.facts.binder(addr(ident));
        let known = ty.join(&self.place_ty(&place));
        let as_object =
            binder.projected || binder.written || binder.mut_ref || binder.receiver || binder.by_ref;
        if known.is_scalar() || (known == Ty::Unknown && !as_object) {
            let value = self.load(place, ident.span());
            return self.bind_value(ident, value, ty, mutable);
        }
        // An alias has the type of its place; the one that the user has written may say more.
        let told = known != Ty::Unknown && self.place_ty(&place) == Ty::Unknown;
        if !mutable && !told && self.is_frozen(place.mem) {
            self.bind(addr(ident), Binding::Alias(place, Aliased::Value));
            return Ok(());
        }
        let operand = self.operand(Val::Place(place), At::from(ident.span()))?;
        let mem = self.declare(Init::From(operand), known, ident.span());
        self.adopt(ident, mem, ty, mutable);
        Ok(())
    }

    fn bind_ref(&mut self, ident: &'a Ident, place: Place, kind: bool, mutable: bool) -> Lowered<()> {
        let binder = self.facts.binder(addr(ident));
        let ty = self.place_ty(&place);
        if mutable && binder.assigned && (kind || !ty.is_scalar()) {
            if !kind && !self.place_tainted(&place) {
                let mut pieces = super::opaque::Pieces::default();
                self.piece(&mut pieces, Val::Ref(place, false), At::from(ident.span()))?;
                let value = self.pure(pieces, Ty::Unknown, ident.span());
                let name = self.name(ident);
                let var = self.var(Some(name), Ty::Unknown, ident.span());
                self.set(var, Slot::Val(value));
                self.give_name(value, ident);
                self.bind(addr(ident), Binding::Var(var));
                return Ok(());
            }
            if matches!(ty, Ty::Slice(_) | Ty::Vec(_) | Ty::Array(..)) {
                let span = At::from(ident.span());
                let (first, last) = (self.int(0, ident.span()), self.len_of(&place, span));
                let (lo, hi) = (self.var(None, Ty::Int, ident.span()), self.var(None, Ty::Int, ident.span()));
                self.set(lo, Slot::Val(first));
                self.set(hi, Slot::Val(last));
                if let Some(scope) = self.scopes.last_mut() {
                    scope.extend([lo, hi]);
                }
                let kind = if kind { Aliased::RefMut } else { Aliased::Ref };
                self.bind(addr(ident), Binding::Window(place, lo, hi, kind));
                return Ok(());
            }
            let what = "a reference variable that is assigned again";
            return self.fail(catalog::reference_repointed(At::from(ident.span()), what));
        }
        if ty.is_scalar() && !kind {
            let value = self.load(place, ident.span());
            if mutable && binder.assigned {
                return self.bind_value(ident, value, &Ty::Unknown, true);
            }
            self.give_name(value, ident);
            self.bind(addr(ident), Binding::Val(Val::RefValue(value)));
            return Ok(());
        }
        self.bind(addr(ident), Binding::Alias(place, if kind { Aliased::RefMut } else { Aliased::Ref }));
        Ok(())
    }
}

/// Is it a reference, and which?
pub fn reference_kind(val: &Val<'_>) -> Option<bool> {
    match val {
        Val::Ref(_, mutable) => Some(*mutable),
        _ => None,
    }
}

/// A part of something, as a reference if the whole is one.
pub fn part_of<'a>(place: Place, by_ref: Option<bool>) -> Val<'a> {
    match by_ref {
        Some(mutable) => Val::Ref(place, mutable),
        None => Val::Place(place),
    }
}

/// Does the pattern bind any variable?
pub fn binds(pat: &Pat, fails: Fails) -> bool {
    let mut found = false;
    super::resolve::for_binders(pat, fails, &mut |_| found = true, &mut Vec::new());
    found
}

fn has_rest<'p>(mut elems: impl Iterator<Item = &'p Pat>) -> bool {
    elems.any(|p| matches!(p, Pat::Rest(_)))
}

/// What stands before and after `..`.
fn split_rest<'p>(elems: impl Iterator<Item = &'p Pat>) -> (Vec<&'p Pat>, Vec<&'p Pat>) {
    let all: Vec<&Pat> = elems.collect();
    match all.iter().position(|p| matches!(p, Pat::Rest(_))) {
        Some(k) => (all[..k].to_vec(), all[k + 1..].to_vec()),
        None => (all, Vec::new()),
    }
}
