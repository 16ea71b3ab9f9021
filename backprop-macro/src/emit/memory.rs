//! Memory objects: declarations, writes, contributions.
//!
//! ```text
//! decl m1 = [v0, v1]      let mut a = [x, y];
//! store m1[v2] = v3       a[i] = t;
//! m4[v2] += v5            __d_a[i] += d;
//! ```

use super::body::Body;
use super::expr::{add_assign, operator, Expr, Prec, Shape};
use super::names::relocated;
use super::place::Mode;
use super::tables;
use super::tables::{is_number, mem_access, mem_ty, place_ty, span};
use super::tokens::Tokens;
use crate::ir::ty::ArrayLen;
use crate::ir::{Access, Init, MemId, Operand, ParamKind, Place, SpanId, Ty, ValueId};
use proc_macro2::{Literal, Span, TokenStream, TokenTree};

impl Body<'_> {
    pub(super) fn decl(&mut self, mem: MemId, init: Option<&Init>) {
        if self.is_unit(mem) {
            return;
        }
        if let Some(init) = init.filter(|_| self.is_in_blocks(mem)) {
            return self.declare_blocks(mem, init);
        }
        let Some(init) = init else {
            let name = self.declare_mem(mem);
            if self.facts.unset.contains(&mem) {
                if let Some(placeholder) = self.placeholder(mem) {
                    self.out.extend(q!(let mut #name = #placeholder;));
                    return;
                }
            }
            if self.facts.held.contains(&mem) {
                self.out.extend(q!(let mut #name = ::core::option::Option::None;));
                return;
            }
            let mutable = self.facts.rewritten(mem).then(|| q!(mut));
            self.out.extend(q!(let #mutable #name;));
            return;
        };
        if let Init::Row { of, start, len, mutable, apart } = init {
            return self.declare_row(mem, of, (*start, *len), (*mutable, *apart));
        }
        let ty = mem_ty(self.f, mem);
        let expr = match init {
            Init::ZeroOf(place) if self.facts.held.contains(&mem) => self.zero_of_held(place, &ty),
            _ => self.init(init, &ty),
        };
        self.flush();
        let pattern = self.mem_pattern(mem);
        let annotation = if shows_no_type(init) { self.annotation(mem) } else { None };
        let annotation = annotation.map(|ty| q!(: #ty));
        self.out.extend(q!(let #pattern #annotation = #expr;));
    }

    /// The user's type, or the tangent of it where that is looked into before anything tells what is in there.
    fn annotation(&self, mem: MemId) -> Option<TokenStream> {
        let written = |mem| self.source.annotations.get(&mem).map(|code| tables::tokens(self.source, *code));
        let Some(of) = self.f.mems[mem].shadow_of else { return written(mem) };
        let ty = written(of).filter(|ty| !has_gaps(ty))?;
        if mem_ty(self.f, mem).elem().is_plain() {
            return None;
        }
        let krate = self.krate;
        let tangent = q!(<#ty as #krate::Differentiable>::Tangent);
        if !self.lanes {
            return Some(tangent);
        }
        let lanes = super::names::lanes();
        Some(q!(<#tangent as #krate::__private::InLanes<#lanes>>::Lanes))
    }

    /// `mut a`, or `a` if nothing is written to it.
    pub(super) fn mem_pattern(&mut self, mem: MemId) -> TokenStream {
        let name = self.declare_mem(mem);
        let held = self.facts.held.contains(&mem);
        let mutable = (held || self.facts.mem_written(mem, self.pos(), self.end())).then(|| q!(mut));
        q!(#mutable #name)
    }

    /// `()`: needs no variable.
    pub(super) fn is_unit(&self, mem: MemId) -> bool {
        matches!(mem_ty(self.f, mem), Ty::Tuple(items) if items.is_empty())
    }

    pub(super) fn store(&mut self, place: &Place, value: ValueId) {
        if self.is_held(place) {
            let (name, expr) = (self.mem_ident(place.mem), self.take_one(value));
            self.flush();
            let expr = self.typed(value, expr);
            self.out.extend(q!(#name = ::core::option::Option::Some(#expr);));
            return;
        }
        let (target, expr) = self.target(place, value, Mode::Store);
        let tokens = match &expr.shape {
            Shape::Binary { left: _, op, right } if expr.starts_with(&target, op, *right) => {
                let op = operator(&format!("{op}="), Span::mixed_site());
                let right = expr.inner(*right);
                q!(#target #op #right;)
            }
            Shape::Binary { .. } | Shape::Negated { .. } | Shape::Other | Shape::Constant => {
                q!(#target = #expr;)
            }
        };
        self.out.extend(tokens);
    }

    /// The value and then the place, in the order in which Rust evaluates an assignment.
    fn target(&mut self, place: &Place, value: ValueId, mode: Mode) -> (Tokens, Expr) {
        let mut all = vec![value];
        all.extend(Self::indices(place));
        let mut exprs = self.take(&all);
        let mut indices = exprs.split_off(1);
        let expr = exprs.pop().unwrap_or_else(|| Expr::atom(q!(())));
        self.flush();
        for index in &mut indices {
            if index.mems.contains(&place.mem) {
                let name = self.names.temporary();
                self.out.extend(q!(let #name = #index;));
                *index = Expr::atom(q!(#name));
            }
        }
        let path = self.path_with(place, mode, indices);
        let target = path.value();
        let lanes = self.lanes || tables::has_lanes(&place_ty(self.f, place));
        (target, if lanes { self.apart(place.mem, expr) } else { expr })
    }

    /// `+=` on lanes is a call that holds the target: what reads the same object is read before.
    fn apart(&mut self, mem: MemId, expr: Expr) -> Expr {
        if !expr.mems.contains(&mem) {
            return expr;
        }
        let name = self.names.temporary();
        self.out.extend(q!(let #name = #expr;));
        Expr::atom(q!(#name))
    }

    pub(super) fn assign(&mut self, place: &Place, init: &Init) {
        let row = match init {
            Init::From(Operand::Mem(row)) => self.taken.get(row).cloned(),
            _ => None,
        };
        if let Some(own) = row {
            let back = self.put_back(place, &own);
            self.out.extend(back);
            return;
        }
        let ty = place_ty(self.f, place);
        let expr = self.init(init, &ty);
        self.flush();
        if self.is_held(place) {
            let name = self.mem_ident(place.mem);
            self.out.extend(q!(#name = ::core::option::Option::Some(#expr);));
            return;
        }
        let path = self.path(place, Mode::Store);
        let target = path.value();
        self.out.extend(q!(#target = #expr;));
    }

    /// An object as a whole that is held in an `Option`.
    fn is_held(&self, place: &Place) -> bool {
        place.proj.is_empty() && self.facts.held.contains(&place.mem)
    }

    /// The zero of an object that may not be assigned on this path.
    fn zero_of_held(&mut self, place: &Place, of: &Ty) -> TokenStream {
        let (name, primal) = (self.mem_ident(place.mem), self.names.temporary());
        let was = self.aliases.insert(place.mem, primal.clone());
        let zero = self.zero_of(place, of);
        match was {
            Some(was) => self.aliases.insert(place.mem, was),
            None => self.aliases.remove(&place.mem),
        };
        q!(#name.as_ref().map(|#primal| #zero))
    }

    pub(super) fn accumulate(&mut self, place: &Place, from: &Operand) {
        let ty = place_ty(self.f, place);
        match from {
            Operand::Value(value) if is_number(&ty) => {
                let (target, expr) = self.target(place, *value, Mode::Update);
                let added = if self.assigned.contains(&place.mem) {
                    let (krate, empty) = (self.krate, super::names::empty());
                    q!(#krate::__private::put::<#empty, _>(&mut #target, #expr);)
                } else {
                    add_assign(&target, &expr)
                };
                self.where_wanted(place.mem, added);
            }
            Operand::Value(value) => {
                let expr = self.take_one(*value);
                self.flush();
                let expr = self.typed(*value, expr);
                self.accumulate_into(place, expr, tables::value_span(self.f, *value));
            }
            Operand::Copy(from) if is_number(&ty) && is_number(&place_ty(self.f, from)) => {
                let mut from = self.place_expr(from);
                self.flush();
                if self.lanes || tables::has_lanes(&ty) {
                    from = self.apart(place.mem, from);
                }
                let target = self.path(place, Mode::Update).value();
                self.where_wanted(place.mem, q!(#target += #from;));
            }
            Operand::Copy(from) if self.lends(from) && from.mem != place.mem => {
                self.flush();
                let krate = self.krate;
                let from = self.path(from, Mode::Read).shared();
                let slot = self.path(place, Mode::Update).exclusive();
                self.out.extend(q!(#krate::__private::Accumulate::accumulate_ref(#slot, #from);));
            }
            Operand::Mem(_) | Operand::Copy(_) => {
                let expr = self.aggregate(from);
                self.flush();
                self.accumulate_into(place, expr, None);
            }
        }
    }

    /// Would it be cloned where a reference to it does as well?
    fn lends(&self, place: &Place) -> bool {
        let ty = place_ty(self.f, place);
        let given = mem_access(self.f, place.mem) != Access::Owned && place.proj.is_empty();
        let slice = matches!(ty, Ty::Slice(_)) || given;
        let unit = place.proj.is_empty() && self.is_unit(place.mem);
        !slice && !unit && !self.lanes && !ty.is_plain() && !self.facts.pairs.contains(&place.mem)
    }

    /// Through the runtime; what is read from the same object is read before.
    fn accumulate_into(&mut self, place: &Place, expr: Expr, at: Option<SpanId>) {
        let krate = self.krate;
        let same = expr.mems.contains(&place.mem);
        let expr = if same {
            let name = self.names.temporary();
            self.out.extend(q!(let #name = #expr;));
            q!(#name)
        } else {
            q!(#expr)
        };
        let mut slot = self.path(place, Mode::Update).exclusive();
        let (mut add, mut expr) = (q!(#krate::__private::Accumulate::accumulate), expr);
        if let Some(at) = at {
            // Where rustc finds that the contribution doesn't fit.
            let at = span(self.source, at);
            (add, expr) = (relocated(add, at), relocated(expr, at));
            slot = around_accessors(slot, at);
        }
        self.where_wanted(place.mem, q!(#add(#slot, #expr);));
    }

    /// An operand that may be a whole object.
    pub(super) fn aggregate(&mut self, operand: &Operand) -> Expr {
        match operand {
            Operand::Value(value) => self.take_one(*value),
            Operand::Mem(mem) if self.is_unit(*mem) => Expr::atom(q!(())),
            Operand::Mem(mem) => {
                let ty = mem_ty(self.f, *mem);
                match mem_access(self.f, *mem) {
                    Access::Owned if self.outlives_move(*mem) => self.copy(&Place::whole(*mem), &ty),
                    Access::Owned => {
                        let mut expr = Expr::atom(self.moved(*mem));
                        expr.mems.push(*mem);
                        expr.ordered = true;
                        expr
                    }
                    Access::Ref | Access::RefMut => self.copy(&Place::whole(*mem), &ty),
                }
            }
            Operand::Copy(place) => {
                let ty = place_ty(self.f, place);
                self.copy(place, &ty)
            }
        }
    }

    /// The tangent of a `Copy` object is moved where the object is copied, though it may not be `Copy` itself.
    pub(super) fn outlives_move(&self, mem: MemId) -> bool {
        let Some(of) = tables::shadow_of(self.f, mem) else { return false };
        let mentions: &[u32] = self.facts.mems.get(&mem).map_or(&[], Vec::as_slice);
        // A parameter's is not declared in the body.
        let given = self.f.params.iter().any(|p| p.kind == ParamKind::Mem(of));
        let (first, pos) = (mentions.first().copied().unwrap_or_default(), self.pos());
        let again =
            self.facts.loops.iter().any(|l| (given || first < l.start) && l.start < pos && pos <= l.end);
        self.is_tangent() && (again || mentions.len() > if given { 1 } else { 2 })
    }

    /// What is at the place, again. What a call returned beside its tangent is moved.
    fn copy(&mut self, place: &Place, ty: &Ty) -> Expr {
        if self.facts.pairs.contains(&place.mem) {
            return self.place_expr(place);
        }
        // The tangent of a `&Vec` is a slice of the caller's.
        let given = mem_access(self.f, place.mem) != Access::Owned && place.proj.is_empty();
        let given = given && tables::shadow_of(self.f, place.mem).is_some() && matches!(ty, Ty::Vec(_));
        let slice = given || matches!(ty, Ty::Slice(_));
        if ty.is_plain() || matches!(ty, Ty::Int | Ty::Bool) {
            return self.place_expr(place);
        }
        let path = self.path(place, Mode::Read);
        let auto = path.auto();
        let tokens = if slice { q!(#auto.to_vec()) } else { q!(#auto.clone()) };
        let mut expr = Expr::of(tokens, Prec::Atom, [&path.expr]);
        expr.ordered = true;
        expr
    }

    /// `&place`, as generated code passes it to the runtime.
    pub(super) fn shared(&mut self, place: &Place) -> TokenStream {
        if place.proj.is_empty() && self.is_unit(place.mem) {
            return q!(&());
        }
        self.path(place, Mode::Read).shared()
    }

    pub(super) fn exclusive(&mut self, place: &Place) -> TokenStream {
        self.path(place, Mode::Update).exclusive()
    }

    /// The zero of what is at the place.
    pub(super) fn zero_of(&mut self, place: &Place, of: &Ty) -> TokenStream {
        let krate = self.krate;
        // With lanes, it is not of the type of what it is the zero of.
        let ty = if tables::has_lanes(of) { of.clone() } else { place_ty(self.f, place) };
        match &ty {
            plain if plain.is_plain() => self.zero(plain),
            Ty::Slice(elem) | Ty::Vec(elem) if elem.is_plain() => {
                let zero = self.zero(elem);
                let path = self.path(place, Mode::Read);
                let auto = path.auto();
                q!(#krate::__private::vec_from_elem(#zero, #auto.len()))
            }
            Ty::Slice(_) | Ty::Vec(_) if !self.lanes => {
                let shared = self.shared(place);
                q!(#krate::__private::zeros_like_slice(#shared))
            }
            _ if self.lanes => {
                let (shared, lanes) = (self.shared(place), super::names::lanes());
                q!(#krate::__private::zero_in_lanes::<#lanes, _>(#shared))
            }
            Ty::Slice(_) | Ty::Vec(_) => q!(()),
            Ty::Float(_)
            | Ty::Int
            | Ty::Bool
            | Ty::Passive(_)
            | Ty::Array(..)
            | Ty::Tuple(_)
            | Ty::Option(_)
            | Ty::Boxed(_)
            | Ty::Adt(..)
            | Ty::Unknown => {
                let shared = self.shared(place);
                q!(#krate::__private::zero(#shared))
            }
        }
    }

    /// The zero of a plain type.
    pub(super) fn zero(&self, ty: &Ty) -> TokenStream {
        match ty {
            Ty::Float(_) => self.constant(&crate::ir::Const::Float(0.0), ty, true).tokens.into(),
            Ty::Array(elem, len) => {
                let elem = self.zero(elem);
                let len = self.array_len(len);
                q!([#elem; #len])
            }
            Ty::Tuple(items) => {
                let items = items.iter().map(|t| self.zero(t));
                q!((#(#items,)*))
            }
            Ty::Int
            | Ty::Bool
            | Ty::Passive(_)
            | Ty::Slice(_)
            | Ty::Vec(_)
            | Ty::Option(_)
            | Ty::Boxed(_)
            | Ty::Adt(..)
            | Ty::Unknown => q!(()),
        }
    }

    fn array_len(&self, len: &ArrayLen) -> TokenStream {
        match len {
            ArrayLen::Known(n) => {
                let mut literal = Literal::u64_unsuffixed(*n);
                literal.set_span(Span::mixed_site());
                q!(#literal)
            }
            ArrayLen::Code(code) => tables::tokens(self.source, *code),
        }
    }
}

/// `Vec<_>`
fn has_gaps(ty: &TokenStream) -> bool {
    ty.clone().into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => ident == "_",
        proc_macro2::TokenTree::Group(group) => has_gaps(&group.stream()),
        proc_macro2::TokenTree::Punct(_) | proc_macro2::TokenTree::Literal(_) => false,
    })
}

/// The items that would tell the type are not there.
fn shows_no_type(init: &Init) -> bool {
    match init {
        Init::VecNew { .. } => true,
        Init::Variant { path: _, args: items } | Init::Array(items) | Init::VecOf(items) => items.is_empty(),
        Init::Repeat { .. }
        | Init::VecRepeat { .. }
        | Init::Tuple(_)
        | Init::Struct { .. }
        | Init::Boxed(_)
        | Init::From(_)
        | Init::ToVec(_)
        | Init::Taken(_)
        | Init::Opaque(_)
        | Init::ZeroOf(_)
        | Init::Row { .. } => false,
    }
}

/// The tokens elsewhere, but for the names of accessors: what isn't there is missed at the user's field.
fn around_accessors(tokens: TokenStream, at: Span) -> TokenStream {
    let mut after_dot = false;
    let move_one = |token: TokenTree| {
        let accessor = after_dot && matches!(token, TokenTree::Ident(_));
        after_dot = matches!(&token, TokenTree::Punct(p) if p.as_char() == '.');
        if accessor {
            token.into()
        } else {
            relocated(token.into(), at)
        }
    };
    tokens.into_iter().flat_map(move_one).collect()
}
