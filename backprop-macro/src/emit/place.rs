//! Places as Rust paths.
//!
//! ```text
//! load m0[v1].k          a[i].k
//! load m2 (behind &)     *x
//! m3.k += v              __d_s.__d_k() += v       m3 the shadow of a user's struct
//! ```
//! A shadow's fields are reached by accessors that the derive makes for every field, because the macro can't see which
//! fields the tangent has: `__d_k` to read and to add, `__store_k` to overwrite; both want `&mut`.

use super::body::Body;
use super::expr::{Expr, Prec};
use super::literal;
use super::names::{bare, generated};
use super::tables::{mem_access, mem_ty, shadow_of};
use super::tokens::Tokens;
use super::{dead, tables};
use crate::ir::{Access, Const, Field, Fields, Place, Proj, Ty, ValueId};
use proc_macro2::{Delimiter, Literal, Span, TokenStream, TokenTree};

/// What is done with the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Read,
    /// `+=`, or `&mut` of it.
    Update,
    /// `=`
    Store,
}

/// A place in the making.
#[derive(Clone, Debug)]
pub struct Path {
    tokens: Tokens,
    /// The tokens are a reference to the place.
    reference: bool,
    /// That reference is `&mut`.
    mutable: bool,
    /// An accessor's slot: what it is, rustc alone knows.
    pub opaque: bool,
    pub expr: Expr,
}

impl Path {
    /// The place itself: `a[i]`, `*x`.
    pub fn value(&self) -> Tokens {
        let mut value = Tokens::default();
        if self.reference {
            value.punct("*");
        }
        value.append(self.tokens.clone());
        value
    }

    /// For methods and projections, which dereference by themselves.
    pub fn auto(&self) -> &Tokens {
        &self.tokens
    }

    pub fn shared(&self) -> TokenStream {
        let tokens = &self.tokens;
        match (self.reference, self.mutable) {
            (false, _) => q!(&#tokens),
            (true, false) => tokens.clone().into(),
            (true, true) => q!(&*#tokens),
        }
    }

    pub fn exclusive(&self) -> TokenStream {
        let tokens = &self.tokens;
        if self.reference {
            q!(&mut *#tokens)
        } else {
            q!(&mut #tokens)
        }
    }
}

impl Body<'_> {
    /// The values in a place, in the order in which they are evaluated.
    pub(super) fn indices(place: &Place) -> Vec<ValueId> {
        let mut all = Vec::new();
        place.visit_indices(&mut |v| all.push(v));
        all
    }

    /// The place read as a value, its indices taken.
    pub(super) fn place_expr(&mut self, place: &Place) -> Expr {
        let path = self.path(place, Mode::Read);
        let prec = if path.reference { Prec::Unary } else { Prec::Atom };
        let changes = self.facts.written.contains(&place.mem) || path.opaque;
        let ordered = dead::may_panic(place) || changes;
        let size = u32::from(!place.proj.is_empty());
        // What is in a slot, rustc alone knows: it may not be `Copy`.
        let known = tables::is_number(&tables::place_ty(self.f, place));
        let payload = matches!(place.proj.last(), Some(Proj::Payload { .. }));
        let again = match place.proj.last() {
            None => !path.reference && self.outlives_move(place.mem),
            // Nothing is moved out of a vector of tangents.
            Some(Proj::Index(_)) => shadow_of(self.f, place.mem).is_some(),
            Some(Proj::Field(_) | Proj::Range { .. } | Proj::Payload { .. } | Proj::Deref) => false,
        };
        let (value, prec) = if (path.opaque || payload || again) && !known {
            let auto = path.auto();
            (q!(#auto.clone()).into(), Prec::Atom)
        } else {
            (path.value(), prec)
        };
        Expr {
            tokens: value,
            prec,
            ordered: ordered || path.expr.ordered,
            size: path.expr.size + size,
            ..path.expr
        }
    }

    pub(super) fn path(&mut self, place: &Place, mode: Mode) -> Path {
        let indices = self.take(&Self::indices(place));
        self.path_with(place, mode, indices)
    }

    /// The place, with its indices taken already.
    pub(super) fn path_with(&mut self, place: &Place, mode: Mode, mut indices: Vec<Expr>) -> Path {
        // An accessor's `&mut` leaves no room for a second look at the same object.
        for index in &mut indices {
            if self.facts.slotted.contains(&place.mem) && index.mems.contains(&place.mem) {
                let name = self.names.temporary();
                self.out.extend(q!(let #name = #index;));
                *index = Expr::atom(q!(#name));
            }
        }
        let access = mem_access(self.f, place.mem);
        let name = self.mem_ident(place.mem);
        let held = self.facts.held.contains(&place.mem) && access == Access::Owned;
        let aliased = held && self.aliases.contains_key(&place.mem);
        let mutable = mode != Mode::Read || shadow_of(self.f, place.mem).is_some();
        let tokens = match (held && !aliased, mutable) {
            (false, _) => name.into(),
            (true, true) => q!(#name.as_mut().unwrap()).into(),
            (true, false) => q!(#name.as_ref().unwrap()).into(),
        };
        let tokens = match self.block_of(place.mem) {
            Some(block) => q!(#tokens[#block]).into(),
            None => tokens,
        };
        let mut path = Path {
            tokens,
            reference: access != Access::Owned || held,
            mutable: access == Access::RefMut || (held && !aliased && mutable),
            opaque: self.opaque.contains(&place.mem),
            expr: Expr::atom(Tokens::default()),
        };
        path.expr.mems.push(place.mem);
        indices.iter().for_each(|i| path.expr.absorb(i));
        let mut indices = indices.into_iter();
        let mut ty = mem_ty(self.f, place.mem);
        let shadow = shadow_of(self.f, place.mem).is_some();
        for (k, proj) in place.proj.iter().enumerate() {
            let last = k + 1 == place.proj.len();
            let mode = if mode == Mode::Store && !last { Mode::Update } else { mode };
            self.project(&mut path, proj, &ty, &mut indices, Step { mode, shadow });
            ty = ty.project(proj);
        }
        path
    }

    fn project(
        &mut self,
        path: &mut Path,
        proj: &Proj,
        ty: &Ty,
        indices: &mut impl Iterator<Item = Expr>,
        step: Step,
    ) {
        let base = &path.tokens;
        let mut next = || indices.next().map(|e| e.tokens).unwrap_or_default();
        match proj {
            Proj::Index(value) => {
                let index = match (next(), self.facts.constants.get(value)) {
                    (_, Some(Const::Count(n))) => literal::int(i64::from(*n)).tokens,
                    (index, Some(_) | None) => index,
                };
                path.tokens.group(Delimiter::Bracket, index);
                path.reference = false;
            }
            Proj::Range { lo, hi } => {
                let lo = lo.map(|_| next());
                let hi = hi.map(|_| next());
                path.tokens = q!(#base[#lo..#hi]).into();
                path.reference = false;
            }
            Proj::Field(field) if step.shadow && !is_tuple(ty, field) => {
                let text = format!("{}_{}", step.prefix(), field_text(field));
                let accessor = generated(&text, self.field_span(field));
                if path.opaque && matches!(field, Field::Named(..)) && step.mode != Mode::Store {
                    self.sinks.insert(text.clone());
                }
                path.tokens = q!(#base.#accessor()).into();
                path.reference = true;
                path.mutable = true;
                path.opaque = true;
                self.tuple_slots |= matches!(field, Field::Index(_));
            }
            Proj::Field(field) => {
                let member = self.member(field);
                path.tokens.punct(".");
                path.tokens.append(member);
                path.reference = false;
            }
            Proj::Payload { variant, field, arity } if step.shadow => {
                let name = last_name(tables::tokens(self.source, *variant));
                path.tokens = self.payload_slot(path, &name, field, step).into();
                path.reference = true;
                path.mutable = true;
                path.opaque = true;
            }
            Proj::Payload { variant, field, arity } => {
                path.tokens = self.payload(path, &self.tokens(*variant), field, arity, step.mode).into();
                path.reference = true;
                path.mutable = step.mode != Mode::Read;
            }
            // Of what an accessor gave, it may be the box of a constant.
            Proj::Deref if path.opaque => {
                let (krate, base) = (self.krate, path.exclusive());
                path.tokens = q!(#krate::__private::boxed_slot(#base)).into();
                path.reference = true;
                path.mutable = true;
            }
            Proj::Deref => {
                let held = path.value();
                path.tokens = q!((*#held)).into();
                path.reference = false;
            }
        }
    }

    /// `match &place { Variant(_, x) => x, _ => unreachable!() }`
    fn payload(
        &self,
        path: &Path,
        variant: &TokenStream,
        field: &Field,
        arity: &Fields,
        mode: Mode,
    ) -> TokenStream {
        let scrutinee = match mode {
            Mode::Read => path.shared(),
            Mode::Update | Mode::Store => path.exclusive(),
        };
        let pattern = match (field, arity) {
            (Field::Named(..), _) | (Field::Index(_), Fields::Named) => {
                let member = self.member(field);
                q!({ #member: __payload, .. })
            }
            (Field::Index(k), Fields::Tuple(_)) => {
                let skipped = (0..*k).map(|_| q!(_,));
                q!((#(#skipped)* __payload, ..))
            }
        };
        q!((match #scrutinee { #variant #pattern => __payload, _ => ::core::unreachable!() }))
    }

    /// The same in a tangent, whose type has no name here.
    fn payload_slot(&self, path: &Path, name: &str, field: &Field, step: Step) -> TokenStream {
        let krate = self.krate;
        let base = path.exclusive();
        match name {
            "Some" => q!(#krate::__private::some_payload(#base)),
            "Ok" => q!(#krate::__private::ok_payload(#base)),
            "Err" => q!(#krate::__private::err_payload(#base)),
            _ => {
                let text = format!("{}_{name}__{}", step.prefix(), field_text(field));
                let accessor = generated(&text, self.field_span(field));
                let base = &path.tokens;
                q!(#base.#accessor())
            }
        }
    }

    fn member(&self, field: &Field) -> Tokens {
        match field {
            Field::Named(code, text) => {
                let tokens = self.tokens(*code);
                if tokens.is_empty() {
                    generated(text, Span::mixed_site()).into()
                } else {
                    tokens.into()
                }
            }
            Field::Index(k) => {
                let mut index = Literal::u32_unsuffixed(*k);
                index.set_span(Span::mixed_site());
                TokenTree::from(index).into()
            }
        }
    }

    /// Where the user has written the field.
    fn field_span(&self, field: &Field) -> Span {
        match field {
            Field::Named(code, _) => {
                let written = self.tokens(*code).into_iter().next();
                written.map_or_else(Span::mixed_site, |t| t.span().resolved_at(Span::mixed_site()))
            }
            Field::Index(_) => Span::mixed_site(),
        }
    }

    /// The name of a field, for patterns and struct expressions.
    pub(super) fn field(&self, field: &Field) -> TokenStream {
        self.member(field).into()
    }
}

/// How one projection is made.
#[derive(Clone, Copy)]
struct Step {
    mode: Mode,
    shadow: bool,
}

impl Step {
    fn prefix(self) -> &'static str {
        match self.mode {
            Mode::Read | Mode::Update => "__d",
            Mode::Store => "__store",
        }
    }
}

/// `Poly` of `m::Poly::<T, 3>`.
fn last_name(path: TokenStream) -> String {
    let mut depth = 0_usize;
    let mut last = String::new();
    for token in path {
        match token {
            TokenTree::Punct(p) if p.as_char() == '<' => depth += 1,
            TokenTree::Punct(p) if p.as_char() == '>' => depth = depth.saturating_sub(1),
            TokenTree::Ident(ident) if depth == 0 => last = bare(&ident),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Group(_) | TokenTree::Literal(_) => {}
        }
    }
    last
}

fn field_text(field: &Field) -> String {
    match field {
        Field::Named(_, text) => text.strip_prefix("r#").unwrap_or(text).to_string(),
        Field::Index(k) => k.to_string(),
    }
}

/// A plain tuple has plain fields, also in its tangent.
fn is_tuple(ty: &Ty, field: &Field) -> bool {
    matches!((ty, field), (Ty::Tuple(_), Field::Index(_)))
}
