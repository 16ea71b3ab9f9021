//! Patterns that can't fail: each variable becomes a scalar, an object of its own, or another name for a place.
//!
//! ```text
//! let (a, [b, ..]) = (x * y, row);   →   a = v2; b = load m0[0]
//! ```

use super::lowerer::{Lowered, Lowerer};
use super::names::{self, Fails};
use super::value::Val;
use crate::diag::{at, catalog, At};
use crate::ir::ty::ArrayLen;
use crate::ir::{Field, Op, Place, Proj, Ty, ValueId};
use crate::rules::Func;
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
            Pat::Tuple(p) => self.bind_tuple(p, val, ty, span, fails),
            Pat::TupleStruct(p) => self.bind_fields(p.elems.iter(), val, &p.path, span, fails),
            Pat::Struct(p) => self.bind_struct(p, val, span, fails),
            Pat::Slice(p) => self.bind_slice(p, val, span, fails),
            Pat::Or(_) if !binds(pat, fails) => Ok(()),
            Pat::Or(p) => self.fail(catalog::pattern(at(p), "a variable in alternatives `a | b`")),
            other => self.fail(catalog::pattern(at(other), "this form")),
        }
    }

    /// `(a, .., z)`
    fn bind_tuple(
        &mut self,
        p: &'a syn::PatTuple,
        val: Val<'a>,
        ty: &Ty,
        span: At,
        fails: Fails,
    ) -> Lowered<()> {
        let (front, back) = split_rest(p.elems.iter());
        let n = match (&val, back.is_empty() && !has_rest(p.elems.iter())) {
            (Val::Tuple(items), _) => items.len(),
            (_, true) => front.len(),
            (other, false) => match self.ty_of(other) {
                Ty::Tuple(items) => items.len(),
                _ if back.is_empty() => front.len(),
                _ => return self.fail(catalog::pattern(at(p), "`..` before other elements of a tuple")),
            },
        };
        let hints = match ty {
            Ty::Tuple(items) => items.clone(),
            _ => Vec::new(),
        };
        let items = self.components(val, n, span)?;
        if items.len() < front.len() + back.len() {
            return self.fail(catalog::unknown_shape(at(p), "the pattern has more parts than the value"));
        }
        let last = n.saturating_sub(back.len());
        let pairs =
            front.into_iter().enumerate().chain(back.into_iter().enumerate().map(|(k, p)| (last + k, p)));
        for (k, sub) in pairs {
            if let Some(item) = items.get(k) {
                let hint = hints.get(k).cloned().unwrap_or(Ty::Unknown);
                self.bind_parts(sub, item.clone(), &hint, span, fails)?;
            }
        }
        Ok(())
    }

    /// `S { a, b: [c, _], .. }`
    fn bind_struct(&mut self, p: &'a syn::PatStruct, val: Val<'a>, span: At, fails: Fails) -> Lowered<()> {
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
        for (k, sub) in split_rest(elems).0.into_iter().enumerate() {
            let k = u32::try_from(k).unwrap_or(u32::MAX);
            let proj = match &variant {
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
    !super::resolve::binders(pat, fails).is_empty()
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
