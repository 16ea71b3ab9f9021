//! Built-in operations on slices and vectors.
//!
//! ```text
//! fill m0[v1..v2] = v3       a[i..j].fill(x);
//! swap m0[v1], m0[v2]        a.swap(i, j);
//! m4 += m5                   add_slices(&mut __d_a, &__v3);
//! ```

use super::body::Body;
use super::expr::Expr;
use super::place::Mode;
use super::tables::{is_number, place_ty};
use crate::ir::ty::FloatTy;
use crate::ir::{Bulk, Operand, Place, Proj, Ty, ValueId};
use proc_macro2::TokenStream;

impl Body<'_> {
    pub(super) fn bulk(&mut self, bulk: &Bulk) {
        match bulk {
            Bulk::Fill { place, value } => self.with_value(place, *value, |auto, v| q!(#auto.fill(#v);)),
            Bulk::RotateLeft { place, by } => {
                self.with_value(place, *by, |auto, v| q!(#auto.rotate_left(#v);))
            }
            Bulk::RotateRight { place, by } => {
                self.with_value(place, *by, |auto, v| q!(#auto.rotate_right(#v);))
            }
            Bulk::Truncate { place, len } => self.with_value(place, *len, |auto, v| q!(#auto.truncate(#v);)),
            Bulk::Push { place, item } => {
                let mut item = self.aggregate(item);
                if !place.proj.is_empty() && item.mems.contains(&place.mem) {
                    let name = self.names.temporary();
                    self.out.extend(q!(let #name = #item;));
                    item = Expr::atom(q!(#name));
                }
                let auto = self.quiet(place, Mode::Update);
                self.out.extend(q!(#auto.push(#item);));
            }
            Bulk::Grow { place, len } => {
                let zero = self.filler(&place_ty(self.f, place).elem());
                self.with_value(place, *len, |auto, v| q!(#auto.resize(#v, #zero);));
            }
            Bulk::Pop { place, last: _ } => {
                let auto = self.quiet(place, Mode::Update);
                self.out.extend(q!(let _ = #auto.pop();));
            }
            Bulk::Reverse { place } => {
                let auto = self.quiet(place, Mode::Update);
                self.out.extend(q!(#auto.reverse();));
            }
            Bulk::CopyFrom { dst, src } => self.copy_from(dst, src),
            Bulk::Swap { a, b } => self.swap(a, b),
            Bulk::AddAssign { dst, src } => self.add_all(dst, src),
            Bulk::Zero { place } => self.set_zero(place),
        }
    }

    /// The place for a method call; everything that waits is bound first.
    fn quiet(&mut self, place: &Place, mode: Mode) -> TokenStream {
        self.flush();
        self.path(place, mode).auto().clone().into()
    }

    fn with_value(
        &mut self,
        place: &Place,
        value: ValueId,
        make: impl FnOnce(&TokenStream, &Expr) -> TokenStream,
    ) {
        self.flush();
        let value = self.take_one(value);
        let auto = self.quiet(place, Mode::Update);
        self.out.extend(make(&auto, &value));
    }

    fn copy_from(&mut self, dst: &Place, src: &Place) {
        self.flush();
        let mut from = self.shared(src);
        if src.mem == dst.mem {
            let copy = self.names.temporary();
            let auto = self.path(src, Mode::Read).auto().clone();
            self.out.extend(q!(let #copy = #auto.to_vec();));
            from = q!(&#copy);
        }
        let elem = place_ty(self.f, dst).elem();
        let to = self.quiet(dst, Mode::Update);
        if elem.is_plain() || matches!(elem, Ty::Int | Ty::Bool) {
            self.out.extend(q!(#to.copy_from_slice(#from);));
        } else {
            self.out.extend(q!(#to.clone_from_slice(#from);));
        }
    }

    /// Two elements of one slice, or two places that rustc can tell apart.
    fn swap(&mut self, a: &Place, b: &Place) {
        self.flush();
        if let ([front @ .., Proj::Index(i)], [other @ .., Proj::Index(j)], true) =
            (a.proj.as_slice(), b.proj.as_slice(), a.mem == b.mem)
        {
            if front == other {
                let base = Place { mem: a.mem, proj: front.to_vec() };
                let indices = self.take(&[*i, *j]);
                let auto = self.quiet(&base, Mode::Update);
                self.out.extend(q!(#auto.swap(#(#indices),*);));
                return;
            }
        }
        if a.mem == b.mem && (self.facts.slotted.contains(&a.mem) || !apart(a, b)) {
            // Two accessors of one shadow can't be held at once, nor two elements behind different paths.
            let (first, second) = (self.names.temporary(), self.names.temporary());
            for (name, place) in [(&first, a), (&second, b)] {
                let slot = self.exclusive(place);
                self.out.extend(q!(let #name = ::core::clone::Clone::clone(&*#slot);));
            }
            for (place, name) in [(a, second), (b, first)] {
                let slot = self.exclusive(place);
                self.out.extend(q!(*#slot = #name;));
            }
            return;
        }
        let (left, right) = (self.exclusive(a), self.exclusive(b));
        self.out.extend(q!(::core::mem::swap(#left, #right);));
    }

    fn add_all(&mut self, dst: &Place, src: &Place) {
        let krate = self.krate;
        let (to, from) = (place_ty(self.f, dst), place_ty(self.f, src));
        let slices = |ty: &Ty| matches!(ty, Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_));
        if slices(&to) && slices(&from) {
            self.flush();
            let source = self.shared(src);
            let target = self.exclusive(dst);
            self.where_wanted(dst.mem, q!(#krate::__private::add_slices(#target, #source);));
            return;
        }
        self.accumulate(dst, &Operand::Copy(src.clone()));
    }

    fn set_zero(&mut self, place: &Place) {
        let ty = place_ty(self.f, place);
        self.flush();
        let krate = self.krate;
        match &ty {
            number if is_number(number) => {
                let zero = self.constant(&crate::ir::Const::Float(0.0), number, false);
                let target = self.path(place, Mode::Store).value();
                self.out.extend(q!(#target = #zero;));
            }
            Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) if elem.is_plain() => {
                let zero = self.zero(elem);
                let auto = self.quiet(place, Mode::Update);
                let filled = q!(#auto.fill(#zero););
                self.out.extend(if self.assigned.contains(&place.mem) {
                    let empty = super::names::empty();
                    q!(if #empty { #filled })
                } else {
                    filled
                });
            }
            plain if plain.is_plain() => {
                let zero = self.zero(plain);
                let target = self.path(place, Mode::Store).value();
                self.out.extend(q!(#target = #zero;));
            }
            Ty::Float(_)
            | Ty::Int
            | Ty::Bool
            | Ty::Passive(_)
            | Ty::Array(..)
            | Ty::Slice(_)
            | Ty::Vec(_)
            | Ty::Tuple(_)
            | Ty::Option(_)
            | Ty::Boxed(_)
            | Ty::Adt(..)
            | Ty::Unknown => {
                let slot = self.exclusive(place);
                let name = self.names.fresh("slot");
                let zero = q!(#krate::__private::set_zero(#name););
                self.out.extend(match &ty {
                    Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_) => {
                        q!(for #name in (#slot).iter_mut() { #zero })
                    }
                    _ => q!(#krate::__private::set_zero(#slot);),
                });
            }
        }
    }

    /// What a vector of numbers grows by.
    fn filler(&self, elem: &Ty) -> TokenStream {
        match elem {
            Ty::Int => q!(0),
            Ty::Bool => q!(false),
            number => self.zero(number),
        }
    }

    /// `a.iter().sum()` in the order of the elements.
    pub(super) fn sum_of(&mut self, place: &Place, ty: &Ty) -> Expr {
        let path = self.path(place, Mode::Read);
        let auto = path.auto();
        let float = self.float_type(ty);
        let lanes = matches!(ty, Ty::Float(FloatTy::Lanes(_)));
        let tokens = match float {
            Some(float) => q!(#auto.iter().copied().sum::<#float>()),
            None if lanes => {
                let (krate, shared) = (self.krate, path.shared());
                q!(#krate::__private::sum_of_lanes(#shared))
            }
            None => {
                let (krate, shared) = (self.krate, path.shared());
                q!(#krate::__private::sum(#shared))
            }
        };
        let mut expr = Expr::of(tokens, super::expr::Prec::Atom, [&path.expr]);
        expr.ordered = true;
        expr
    }

    pub(super) fn dot(&mut self, a: &Place, b: &Place) -> Expr {
        let (a, b) = (self.path(a, Mode::Read), self.path(b, Mode::Read));
        let (krate, first, second) = (self.krate, a.shared(), b.shared());
        let tokens = q!(#krate::__private::dot(#first, #second));
        let mut expr = Expr::of(tokens, super::expr::Prec::Atom, [&a.expr, &b.expr]);
        expr.ordered = true;
        expr
    }

    /// The type of a float, where it must be written.
    pub(super) fn float_type(&self, ty: &Ty) -> Option<TokenStream> {
        match ty {
            Ty::Float(FloatTy::F32) => Some(q!(::core::primitive::f32)),
            Ty::Float(FloatTy::F64) => Some(q!(::core::primitive::f64)),
            Ty::Float(FloatTy::Param(code)) => Some(self.tokens(*code)),
            Ty::Float(FloatTy::Any | FloatTy::Lanes(_))
            | Ty::Int
            | Ty::Bool
            | Ty::Passive(_)
            | Ty::Array(..)
            | Ty::Slice(_)
            | Ty::Vec(_)
            | Ty::Tuple(_)
            | Ty::Option(_)
            | Ty::Boxed(_)
            | Ty::Adt(..)
            | Ty::Unknown => None,
        }
    }
}

/// Can rustc tell the two places in one object apart? It looks at fields alone.
fn apart(a: &Place, b: &Place) -> bool {
    let differ = a.proj.iter().zip(&b.proj).find(|(x, y)| x != y);
    matches!(differ, Some((Proj::Field(_), Proj::Field(_))))
}
