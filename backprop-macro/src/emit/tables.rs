//! Look-ups that never fail: an id without an entry (a bug in an earlier stage) reads as "nothing known", so that the
//! user sees a type error in generated code rather than a crash of the compiler.

use crate::ir::ids::{Id, Table};
use crate::ir::ty::FloatTy;
use crate::ir::{Access, CodeId, Function, LambdaId, MemId, Place, SpanId, Ty, ValueId};
use crate::source::{Lambda, Source};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};

fn get<I: Id, T>(table: &Table<I, T>, id: I) -> Option<&T> {
    (id.index() < table.len()).then(|| &table[id])
}

pub fn value_ty(f: &Function, value: ValueId) -> Ty {
    get(&f.values, value).map_or(Ty::Unknown, |info| info.ty.clone())
}

pub fn value_name(f: &Function, value: ValueId) -> Option<CodeId> {
    get(&f.values, value).and_then(|info| info.name)
}

pub fn value_span(f: &Function, value: ValueId) -> Option<SpanId> {
    get(&f.values, value).map(|info| info.span)
}

pub fn mem_ty(f: &Function, mem: MemId) -> Ty {
    get(&f.mems, mem).map_or(Ty::Unknown, |info| info.ty.clone())
}

pub fn mem_name(f: &Function, mem: MemId) -> Option<CodeId> {
    get(&f.mems, mem).and_then(|info| info.name)
}

pub fn mem_access(f: &Function, mem: MemId) -> Access {
    get(&f.mems, mem).map_or(Access::Owned, |info| info.access)
}

pub fn shadow_of(f: &Function, mem: MemId) -> Option<MemId> {
    get(&f.mems, mem).and_then(|info| info.shadow_of)
}

pub fn lambda(source: &Source, id: LambdaId) -> Option<&Lambda> {
    get(&source.lambdas, id)
}

pub fn tokens(source: &Source, code: CodeId) -> TokenStream {
    get(&source.codes, code).map_or_else(TokenStream::new, |c| c.tokens.clone())
}

pub fn holes(source: &Source, code: CodeId) -> &[Ident] {
    get(&source.codes, code).map_or(&[], |c| &c.holes)
}

/// The place in the user's source, with the resolution of generated code: lints know who wrote it.
pub fn span(source: &Source, span: SpanId) -> Span {
    get(&source.spans, span).map_or_else(Span::mixed_site, |s| s.resolved_at(Span::mixed_site()))
}

/// The single identifier that a piece of code is.
pub fn ident(source: &Source, code: CodeId) -> Option<Ident> {
    tokens(source, code).into_iter().find_map(|t| match t {
        TokenTree::Ident(ident) => Some(ident),
        TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    })
}

/// The type of what is at a place, as far as it is known.
pub fn place_ty(f: &Function, place: &Place) -> Ty {
    place.proj.iter().fold(mem_ty(f, place.mem), |ty, proj| ty.project(proj))
}

/// Of several sweeps at once.
pub fn has_lanes(ty: &Ty) -> bool {
    match ty {
        Ty::Float(FloatTy::Lanes(_)) => true,
        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) | Ty::Boxed(elem) => {
            has_lanes(elem)
        }
        Ty::Tuple(items) => items.iter().any(has_lanes),
        Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Passive(_) | Ty::Adt(..) | Ty::Unknown => false,
    }
}

/// May a tangent of this type have parts that only an accessor reaches?
pub fn has_slots(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Passive(_) => false,
        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) => has_slots(elem),
        Ty::Tuple(items) => items.iter().any(has_slots),
        Ty::Option(_) | Ty::Boxed(_) | Ty::Adt(..) | Ty::Unknown => true,
    }
}

/// Of a type that has `+=`.
pub fn is_number(ty: &Ty) -> bool {
    matches!(ty, Ty::Float(_) | Ty::Int)
}
