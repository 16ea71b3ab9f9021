//! Methods that change how long a vector is, or where its elements are.
//!
//! ```text
//! v.insert(i, x)   →   push m0, v1; rotate_right m0[v0..], 1
//! v.truncate(n)    →   v2 = min(v1, len m0); truncate m0, v2
//! ```

use super::iter::Iter;
use super::lowerer::{Lowered, Lowerer, Slot};
use super::names;
use super::slice::by_value;
use super::value::Val;
use crate::diag::{at, catalog, At};
use crate::ir::{Bulk, Init, Operand, Place, Proj, Stmt, Ty, ValueId};
use crate::rules::Func;
use quote::quote;
use std::rc::Rc;
use syn::Expr;

/// Methods that decide by looking at the elements which goes where.
pub const REORDERING: [&str; 3] = ["sort_by", "sort_unstable_by", "retain"];

/// A vector about to lose its last element, if it has one.
pub struct Popping {
    pub place: Place,
    len: ValueId,
    pub exists: ValueId,
}

impl<'a> Lowerer<'a> {
    pub fn vector_method(
        &mut self,
        place: Place,
        name: &str,
        args: &[&'a Expr],
        span: At,
    ) -> Lowered<Val<'a>> {
        match (name, args) {
            ("pop", []) => self.pop(place, span),
            ("truncate", [n]) => {
                let n = self.index_value(n)?;
                self.cut(&place, n, span);
                Ok(Val::Unit)
            }
            ("clear", []) => {
                let len = self.int(0, span.span());
                self.emit(Stmt::Bulk(Bulk::Truncate { place, len }));
                Ok(Val::Unit)
            }
            ("resize", [n, x]) => self.resize(place, n, x, span),
            ("extend_from_slice" | "extend", [src]) => self.extend(place, src, span),
            ("append", [other]) => self.append(&place, other, span),
            ("extend_from_within", [range]) => {
                let (lo, hi) = self.bounds(&place, range)?;
                let copy = self.copy_of(place.with(Proj::Range { lo: Some(lo), hi: Some(hi) }), span);
                let iter = Rc::new(Iter::Seq { place: Place::whole(copy), by_ref: None });
                self.push_all(&place, &iter, span)
            }
            ("insert", [i, x]) => self.insert(&place, i, x, span),
            ("remove", [i]) => {
                let i = self.index_value(i)?;
                let item = self.snapshot(Val::Place(place.with(Proj::Index(i))), span)?;
                let one = self.int(1, span.span());
                let tail = place.with(Proj::Range { lo: Some(i), hi: None });
                self.emit(Stmt::Bulk(Bulk::RotateLeft { place: tail, by: one }));
                self.drop_last(place, span);
                Ok(item)
            }
            ("swap_remove", [i]) => {
                let i = self.index_value(i)?;
                let item = self.snapshot(Val::Place(place.with(Proj::Index(i))), span)?;
                let last = self.last_index(&place, span);
                let (a, b) = (place.with(Proj::Index(i)), place.with(Proj::Index(last)));
                self.emit(Stmt::Bulk(Bulk::Swap { a, b }));
                self.emit(Stmt::Bulk(Bulk::Pop { place, last: Some(last) }));
                Ok(item)
            }
            ("split_off", [k]) => {
                let k = self.index_value(k)?;
                let tail = self.copy_of(place.with(Proj::Range { lo: Some(k), hi: None }), span);
                self.emit(Stmt::Bulk(Bulk::Truncate { place, len: k }));
                Ok(Val::Temp(tail))
            }
            ("drain", [range]) => self.drain(&place, range, span),
            ("copy_within", [range, to]) => self.copy_within(&place, range, to, span),
            ("sort_by" | "sort_unstable_by", [order]) => self.sort_by(&place, name, order, span),
            ("retain", [keep]) => self.retain(&place, keep, span),
            _ => {
                let what = format!("method `{name}` on a sequence");
                self.fail(catalog::unsupported(span, &what))
            }
        }
    }

    /// Of a vector that is not empty.
    fn last_index(&mut self, place: &Place, span: At) -> ValueId {
        let len = self.len_of(place, span);
        let one = self.int(1, span.span());
        self.apply(Func::Sub, &[len, one], Ty::Int, span.span())
    }

    fn drop_last(&mut self, place: Place, span: At) {
        let last = self.last_index(&place, span);
        self.emit(Stmt::Bulk(Bulk::Pop { place, last: Some(last) }));
    }

    /// Not longer than `n`.
    fn cut(&mut self, place: &Place, n: ValueId, span: At) {
        let len = self.len_of(place, span);
        let len = self.smaller(n, len, span);
        self.emit(Stmt::Bulk(Bulk::Truncate { place: place.clone(), len }));
    }

    /// The smaller of two integers.
    fn smaller(&mut self, a: ValueId, b: ValueId, span: At) -> ValueId {
        let mut pieces = super::opaque::Pieces::default();
        let mut inner = super::opaque::Pieces::default();
        self.piece_value(&mut inner, a);
        inner.push(quote!(,));
        self.piece_value(&mut inner, b);
        pieces.append_call(quote!(::core::primitive::usize::min), inner);
        self.pure(pieces, Ty::Int, span.span())
    }

    /// `place.to_vec()`
    fn copy_of(&mut self, place: Place, span: At) -> crate::ir::MemId {
        let elem = self.place_ty(&place).elem();
        self.declare(Init::ToVec(place), Ty::Vec(Box::new(elem)), span.span())
    }

    /// `v.pop()` where the two outcomes go different ways.
    pub fn popping(&mut self, e: &'a Expr) -> Lowered<Option<Popping>> {
        let Expr::MethodCall(call) = names::strip(e) else { return Ok(None) };
        let place_like =
            matches!(names::strip(&call.receiver), Expr::Path(_) | Expr::Field(_) | Expr::Index(_));
        if call.method != "pop" || !call.args.is_empty() || !place_like || self.keeps_whole(call) {
            return Ok(None);
        }
        let receiver = self.expr(&call.receiver, &Ty::Unknown)?;
        let (Ty::Vec(_), Val::Place(place) | Val::Ref(place, _)) = (self.ty_of(&receiver), receiver) else {
            return Ok(None);
        };
        let span = at(&call.method);
        let len = self.len_of(&place, span);
        let zero = self.int(0, span.span());
        let exists = self.apply(Func::Gt, &[len, zero], Ty::Bool, span.span());
        Ok(Some(Popping { place, len, exists }))
    }

    /// Where there is a last element.
    pub fn take_last(&mut self, popping: &Popping, span: At) -> Lowered<Val<'a>> {
        let one = self.int(1, span.span());
        let last = self.apply(Func::Sub, &[popping.len, one], Ty::Int, span.span());
        let item = self.snapshot(Val::Place(popping.place.with(Proj::Index(last))), span)?;
        self.emit(Stmt::Bulk(Bulk::Pop { place: popping.place.clone(), last: Some(last) }));
        Ok(item)
    }

    /// `v.pop()` as an `Option`: the last element is read before it goes.
    fn pop(&mut self, place: Place, span: At) -> Lowered<Val<'a>> {
        let here = span.span();
        let len = self.len_of(&place, span);
        let zero = self.int(0, here);
        let exists = self.apply(Func::Gt, &[len, zero], Ty::Bool, here);
        self.choose(Slot::Val(exists), span, |s, some| {
            if !some {
                return Ok(Val::Opt(Slot::Flag(false), None));
            }
            let item = s.take_last(&Popping { place: place.clone(), len, exists }, span)?;
            Ok(Val::Opt(Slot::Flag(true), Some(Box::new(item))))
        })
    }

    /// `v.resize(n, x)`: shorter, or one push per new element.
    fn resize(&mut self, place: Place, n: &'a Expr, x: &'a Expr, span: At) -> Lowered<Val<'a>> {
        let n = self.index_value(n)?;
        let elem = self.place_ty(&place).elem();
        let val = self.expr(x, &elem)?;
        let tainted = self.tainted(&val);
        self.grow_type(&place, &elem.join(&self.ty_of(&val)));
        self.writes(&place, tainted, span)?;
        let item = self.operand(val, at(x))?;
        self.cut(&place, n, span);
        let len = self.len_of(&place, span);
        let iter = Rc::new(Iter::Range { lo: len, hi: Some(n), inclusive: false });
        let touched = self.iter_effects(&iter, None, Vec::new());
        self.drive(&iter, touched, None, span, &mut |s, _| {
            s.emit(Stmt::Bulk(Bulk::Push { place: place.clone(), item: copied(&item) }));
            Ok(())
        })?;
        Ok(Val::Unit)
    }

    /// `v.extend(..)`: one push per item.
    fn extend(&mut self, place: Place, src: &'a Expr, span: At) -> Lowered<Val<'a>> {
        let val = self.iterable(src)?;
        let iter = self.iterated(val, at(src))?;
        self.push_all(&place, &iter, span)
    }

    fn push_all(&mut self, place: &Place, iter: &Rc<Iter<'a>>, span: At) -> Lowered<Val<'a>> {
        let tainted = self.iter_tainted(iter);
        self.writes(place, tainted, span)?;
        let touched = self.iter_effects(iter, None, Vec::new());
        self.drive(iter, touched, None, span, &mut |s, item| {
            let item = by_value(item);
            let ty = s.ty_of(&item);
            s.grow_type(place, &ty);
            let operand = match item {
                Val::Place(p) if !ty.is_scalar() => Operand::Copy(p),
                item => s.operand(item, span)?,
            };
            s.emit(Stmt::Bulk(Bulk::Push { place: place.clone(), item: operand }));
            Ok(())
        })?;
        Ok(Val::Unit)
    }

    /// `v.append(&mut w)`: `w` is empty then.
    fn append(&mut self, place: &Place, other: &'a Expr, span: At) -> Lowered<Val<'a>> {
        let val = self.expr(other, &Ty::Unknown)?;
        let from = self.place(val, at(other))?;
        let iter = Rc::new(Iter::Seq { place: from.clone(), by_ref: Some(false) });
        self.push_all(place, &iter, span)?;
        let len = self.int(0, span.span());
        self.emit(Stmt::Bulk(Bulk::Truncate { place: from, len }));
        Ok(Val::Unit)
    }

    /// `v.insert(i, x)`: pushed, then moved to its place.
    fn insert(&mut self, place: &Place, i: &'a Expr, x: &'a Expr, span: At) -> Lowered<Val<'a>> {
        let i = self.index_value(i)?;
        let elem = self.place_ty(place).elem();
        let val = self.expr(x, &elem)?;
        let tainted = self.tainted(&val);
        self.grow_type(place, &elem.join(&self.ty_of(&val)));
        let item = self.operand(val, at(x))?;
        self.writes(place, tainted, span)?;
        let len = self.len_of(place, span);
        let fits = self.apply(Func::Le, &[i, len], Ty::Bool, span.span());
        self.choose(Slot::Val(fits), span, |s, fits| {
            if fits {
                return Ok(Val::Unit);
            }
            let mut pieces = super::opaque::Pieces::default();
            let mut inner = super::opaque::Pieces::default();
            s.piece_value(&mut inner, i);
            inner.push(quote!(,));
            s.piece_value(&mut inner, len);
            let args = inner.take_into(&mut pieces);
            pieces.push(quote!(::core::panic!("insertion index (is {}) should be <= len (is {})", #args)));
            let opaque = s.opaque_from(pieces);
            s.emit(Stmt::Opaque(crate::ir::Opaque { diverges: true, ..opaque }));
            s.end = super::flow::End::Diverges;
            Err(super::lowerer::Stop)
        })?;
        self.emit(Stmt::Bulk(Bulk::Push { place: place.clone(), item }));
        let one = self.int(1, span.span());
        let tail = place.with(Proj::Range { lo: Some(i), hi: None });
        self.emit(Stmt::Bulk(Bulk::RotateRight { place: tail, by: one }));
        Ok(Val::Unit)
    }

    /// The bounds of a range of a sequence: first index, and the one behind the last.
    fn bounds(&mut self, place: &Place, range: &'a Expr) -> Lowered<(ValueId, ValueId)> {
        let span = at(range);
        let Val::Range(range) = self.expr(range, &Ty::Int)? else {
            return self.fail(catalog::index_form(span, "anything but a range"));
        };
        let lo = match range.lo {
            Some(lo) => lo,
            None => self.int(0, span.span()),
        };
        let hi = match range.hi {
            Some(hi) if range.inclusive => {
                let one = self.int(1, span.span());
                self.apply(Func::Add, &[hi, one], Ty::Int, span.span())
            }
            Some(hi) => hi,
            None => self.len_of(place, span),
        };
        self.seen_as(lo, &Ty::Int);
        self.seen_as(hi, &Ty::Int);
        Ok((lo, hi))
    }

    /// `v.drain(a..b)`: what goes is moved to the end, and cut off.
    fn drain(&mut self, place: &Place, range: &'a Expr, span: At) -> Lowered<Val<'a>> {
        let here = span.span();
        let (lo, hi) = self.bounds(place, range)?;
        let gone = self.copy_of(place.with(Proj::Range { lo: Some(lo), hi: Some(hi) }), span);
        let by = self.apply(Func::Sub, &[hi, lo], Ty::Int, here);
        let tail = place.with(Proj::Range { lo: Some(lo), hi: None });
        self.emit(Stmt::Bulk(Bulk::RotateLeft { place: tail, by }));
        let len = self.len_of(place, span);
        let len = self.apply(Func::Sub, &[len, by], Ty::Int, here);
        self.emit(Stmt::Bulk(Bulk::Truncate { place: place.clone(), len }));
        Ok(Val::Iter(Rc::new(Iter::Seq { place: Place::whole(gone), by_ref: None })))
    }

    /// `v.copy_within(a..b, to)`
    fn copy_within(&mut self, place: &Place, range: &'a Expr, to: &'a Expr, span: At) -> Lowered<Val<'a>> {
        let (lo, hi) = self.bounds(place, range)?;
        let to = self.index_value(to)?;
        let copy = self.copy_of(place.with(Proj::Range { lo: Some(lo), hi: Some(hi) }), span);
        let count = self.apply(Func::Sub, &[hi, lo], Ty::Int, span.span());
        let end = self.apply(Func::Add, &[to, count], Ty::Int, span.span());
        let dst = place.with(Proj::Range { lo: Some(to), hi: Some(end) });
        self.emit(Stmt::Bulk(Bulk::CopyFrom { dst, src: Place::whole(copy) }));
        Ok(Val::Unit)
    }

    /// `v.sort_by(..)`: the order is a constant, the elements are gathered by it.
    fn sort_by(&mut self, place: &Place, name: &str, order: &'a Expr, span: At) -> Lowered<Val<'a>> {
        if !self.carries(order) {
            return self
                .fail(catalog::closure_escapes(at(order), "it changes something, or leaves the function"));
        }
        if name == "sort_unstable_by" && !self.place_ty(place).elem().is_float() {
            let what =
                "`sort_unstable_by` of anything but numbers (equal elements have no order of their own)";
            return self.fail(catalog::unsupported(span, what));
        }
        let order = self.opaque(order)?;
        let code = self.source.codes[order.code].clone();
        let mut pieces = super::opaque::Pieces::default();
        let mut inner = super::opaque::Pieces::default();
        self.piece_place(&mut inner, place, span)?;
        let items = inner.take_into(&mut pieces);
        for (hole, read) in code.holes.into_iter().zip(order.reads) {
            pieces.add_read(hole, read);
        }
        let compare = code.tokens;
        let method = quote::format_ident!("order_{}", name);
        let krate = self.signature.krate.clone();
        pieces.push(quote!(#krate::__private::#method(&#items, #compare)));
        let opaque = self.opaque_from(pieces);
        let ty = Ty::Vec(Box::new(Ty::Int));
        let order = self.declare(Init::Opaque(opaque), ty, span.span());
        let copy = self.copy_of(place.clone(), span);
        let iter = Rc::new(Iter::Seq { place: Place::whole(order), by_ref: None });
        let iter = Rc::new(Iter::Enumerate(iter));
        let touched = self.iter_effects(&iter, None, Vec::new());
        self.drive(&iter, touched, None, span, &mut |s, item| {
            let items = s.components(item, 2, span)?;
            let [to, from] = items.as_slice() else { return Ok(()) };
            let (to, from) = (s.scalar(to.clone(), span)?, s.scalar(from.clone(), span)?);
            let from = s.snapshot(Val::Place(Place::whole(copy).with(Proj::Index(from))), span)?;
            s.write(place.with(Proj::Index(to)), from, span, span)
        })?;
        Ok(Val::Unit)
    }

    /// `v.retain(..)`: what stays moves to the front, the rest is cut off.
    fn retain(&mut self, place: &Place, keep: &'a Expr, span: At) -> Lowered<Val<'a>> {
        let here = span.span();
        let Val::Closure(keep) = self.expr(keep, &Ty::Unknown)? else {
            return self.fail(catalog::closure_escapes(at(keep), "it is not a closure of this function"));
        };
        let elem = self.place_ty(place).elem();
        let kept = self.declare(Init::VecNew { capacity: None }, Ty::Vec(Box::new(elem)), here);
        let iter = Rc::new(Iter::Seq { place: place.clone(), by_ref: Some(false) });
        let iter = Rc::new(Iter::Filter(iter, Val::Closure(keep)));
        self.push_all(&Place::whole(kept), &iter, span)?;
        self.write(place.clone(), Val::Temp(kept), span, span)?;
        Ok(Val::Unit)
    }
}

/// Used several times.
fn copied(item: &Operand) -> Operand {
    match item {
        Operand::Mem(mem) => Operand::Copy(Place::whole(*mem)),
        Operand::Value(_) | Operand::Copy(_) => item.clone(),
    }
}
