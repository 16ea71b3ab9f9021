//! Methods of arrays, slices and vectors.
//!
//! ```text
//! a[1..].swap(i, j)   →   swap m0[1..][v0], m0[1..][v1]        v.push(x)   →   push m0, v1
//! ```

use super::iter::Iter;
use super::lowerer::{Lowered, Lowerer, Slot};
use super::names;
use super::value::Val;
use crate::diag::{at, catalog, At};
use crate::ir::{Bulk, Init, MemId, Op, Operand, Place, Proj, Stmt, Ty, ValueId};
use crate::rules::Func;
use std::rc::Rc;
use syn::{Expr, ExprMethodCall};

/// Methods of std that have no rule: a method of the user's own would be a call.
const STD: [&str; 22] = [
    "dedup",
    "dedup_by",
    "dedup_by_key",
    "sort",
    "sort_unstable",
    "sort_by_key",
    "sort_by_cached_key",
    "sort_unstable_by_key",
    "select_nth_unstable",
    "select_nth_unstable_by",
    "select_nth_unstable_by_key",
    "retain_mut",
    "splice",
    "extract_if",
    "join",
    "repeat",
    "split",
    "splitn",
    "chunk_by",
    "array_chunks",
    "swap_with_slice",
    "fill_with",
];

impl<'a> Lowerer<'a> {
    /// `None`: not a method of sequences, or the receiver is something else.
    pub fn sequence_method(
        &mut self,
        receiver: &Val<'a>,
        call: &'a ExprMethodCall,
        name: &str,
        hint: &Ty,
    ) -> Lowered<Option<Val<'a>>> {
        let ty = self.ty_of(receiver);
        let sequence = matches!(ty, Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_));
        let unsure = matches!(ty, Ty::Unknown) && !matches!(receiver, Val::Tuple(_) | Val::Opt(..));
        let known = names::is_known_method(name)
            || super::iter::is_source(name)
            || (sequence && self.tainted(receiver) && super::vector::REORDERING.contains(&name));
        if sequence && !known && self.tainted(receiver) && STD.contains(&name) {
            let what = format!("method `{name}` of a sequence whose elements depend on a parameter");
            return self.fail(catalog::unsupported(at(&call.method), &what));
        }
        if !(sequence || unsure) || !known {
            return Ok(None);
        }
        let option_like = [
            "map", "unwrap", "expect", "and_then", "ok", "take", "replace", "zip", "filter", "or", "as_deref",
        ];
        if option_like.iter().any(|n| name.starts_with(n)) || name.starts_with("is_") && name != "is_empty" {
            return Ok(None);
        }
        let by_ref = super::pattern::reference_kind(receiver);
        let span = at(&call.method);
        let place = self.place(receiver.clone(), at(&call.receiver))?;
        let args: Vec<&'a Expr> = call.args.iter().collect();
        let val = match (name, args.as_slice()) {
            ("len" | "is_empty", []) => self.len_method(&place, name, span),
            ("as_slice" | "as_ref" | "borrow", []) => Val::Ref(place, false),
            ("as_mut_slice" | "as_mut", []) => Val::Ref(place, true),
            ("iter", []) => seq(place, Some(false)),
            ("iter_mut", []) => seq(place, Some(true)),
            ("into_iter", []) => seq(place, by_ref),
            (
                "chunks" | "chunks_exact" | "chunks_mut" | "chunks_exact_mut" | "rchunks" | "rchunks_exact"
                | "rchunks_mut" | "rchunks_exact_mut",
                [size],
            ) => {
                let size = self.index_value(size)?;
                let (exact, mutable) = (name.contains("_exact"), name.ends_with("_mut"));
                let back = name.starts_with('r');
                Val::Iter(Rc::new(Iter::Chunks { place, size, exact, mutable, back }))
            }
            ("concat", []) => self.concat(place, hint, span)?,
            ("windows", [size]) => {
                let size = self.index_value(size)?;
                Val::Iter(Rc::new(Iter::Windows { place, size }))
            }
            ("to_vec", []) => {
                let elem = self.place_ty(&place).elem();
                Val::Fresh(Box::new(Init::ToVec(place)), Ty::Vec(Box::new(elem)))
            }
            ("first" | "last" | "first_mut" | "last_mut" | "get" | "get_mut", _) => {
                self.element(place, name, &args, span)?
            }
            ("split_at" | "split_at_mut", [k]) => {
                let k = self.index_value(k)?;
                let mutable = name == "split_at_mut";
                let front = place.with(Proj::Range { lo: None, hi: Some(k) });
                let back = place.with(Proj::Range { lo: Some(k), hi: None });
                Val::Tuple(vec![Val::Ref(front, mutable), Val::Ref(back, mutable)])
            }
            ("split_first" | "split_last" | "split_first_mut" | "split_last_mut", []) => {
                self.split_end(place, name, span)
            }
            ("contains", [x]) => {
                let x = self.expr(x, &Ty::Unknown)?;
                let mut pieces = super::opaque::Pieces::default();
                let mut inner = super::opaque::Pieces::default();
                self.piece_place(&mut pieces, &place, span)?;
                self.piece(&mut inner, x, span)?;
                pieces.append_call(quote::quote!(.contains), inner);
                Val::Value(self.pure(pieces, Ty::Bool, span.span()))
            }
            _ => return self.bulk_method(place, call, name, &args, hint).map(Some),
        };
        Ok(Some(val))
    }

    /// Methods that write.
    fn bulk_method(
        &mut self,
        place: Place,
        call: &'a ExprMethodCall,
        name: &str,
        args: &[&'a Expr],
        _hint: &Ty,
    ) -> Lowered<Val<'a>> {
        let span = at(&call.method);
        let bulk = match (name, args) {
            ("swap", [i, j]) => {
                let (i, j) = (self.index_value(i)?, self.index_value(j)?);
                Bulk::Swap { a: place.with(Proj::Index(i)), b: place.with(Proj::Index(j)) }
            }
            ("reverse", []) => Bulk::Reverse { place },
            ("rotate_left", [k]) => Bulk::RotateLeft { by: self.index_value(k)?, place },
            ("rotate_right", [k]) => Bulk::RotateRight { by: self.index_value(k)?, place },
            ("fill", [x]) => {
                let elem = self.place_ty(&place).elem();
                let value = self.expr_scalar(x, &elem)?;
                self.writes(&place, self.value_tainted(value), span)?;
                Bulk::Fill { place, value }
            }
            ("copy_from_slice" | "clone_from_slice", [src]) => {
                let val = self.expr(src, &Ty::Unknown)?;
                let tainted = self.tainted(&val);
                let src = self.place(val, at(src))?;
                self.writes(&place, tainted, span)?;
                Bulk::CopyFrom { dst: place, src }
            }
            ("push", [x]) => {
                let elem = self.place_ty(&place).elem();
                let val = self.expr(x, &elem)?;
                let known = elem.join(&self.ty_of(&val));
                self.grow_type(&place, &known);
                let tainted = self.tainted(&val);
                let item = match val {
                    Val::Ref(place, _) if !known.is_scalar() => Operand::Copy(place),
                    val => self.operand(val, at(x))?,
                };
                self.writes(&place, tainted, span)?;
                Bulk::Push { place, item }
            }
            _ => return self.vector_method(place, name, args, span),
        };
        self.emit(Stmt::Bulk(bulk));
        Ok(Val::Unit)
    }

    /// The object may now depend on a parameter.
    pub fn writes(&mut self, place: &Place, tainted: bool, span: At) -> Lowered<()> {
        if tainted && self.passive_mems.contains(&place.mem) {
            return self.fail(catalog::passive_receiver(span, "this call"));
        }
        self.taint_mem(place.mem, tainted);
        Ok(())
    }

    /// `let mut v = Vec::new(); v.push(1.0)`: the element's type becomes known.
    pub fn grow_type(&mut self, place: &Place, elem: &Ty) {
        if place.proj.is_empty() {
            let info = &mut self.f.mems[place.mem];
            if info.ty == Ty::Unknown || info.ty == Ty::Vec(Box::new(Ty::Unknown)) {
                info.ty = Ty::Vec(Box::new(elem.clone()));
            }
        }
    }

    /// An integer.
    pub fn index_value(&mut self, e: &'a Expr) -> Lowered<ValueId> {
        let value = self.expr_scalar(e, &Ty::Int)?;
        self.seen_as(value, &Ty::Int);
        Ok(value)
    }

    /// `first`, `last`, `get(i)`: an option of a reference.
    fn element(&mut self, place: Place, name: &str, args: &[&'a Expr], span: At) -> Lowered<Val<'a>> {
        let mutable = name.ends_with("_mut");
        let len = self.len_of(&place, span);
        let here = span.span();
        let (index, exists) = match args {
            [] => {
                let zero = self.int(0, here);
                let exists = self.apply(Func::Gt, &[len, zero], Ty::Bool, here);
                let index = if name.starts_with("first") { Some(zero) } else { None };
                (index, exists)
            }
            [i] => match self.expr(i, &Ty::Int)? {
                Val::Range(_) => return self.fail(catalog::index_form(at(*i), "a range in `get`")),
                i => {
                    let i = self.scalar(i, span)?;
                    self.seen_as(i, &Ty::Int);
                    (Some(i), self.apply(Func::Lt, &[i, len], Ty::Bool, here))
                }
            },
            _ => return self.fail(catalog::unsupported(span, "this call")),
        };
        let part = match index {
            Some(i) => place.with(Proj::Index(i)),
            None => {
                // Without underflow where it is empty: the index is only used where it is not.
                let one = self.int(1, here);
                let index = self.saturating_sub(len, one, span);
                place.with(Proj::Index(index))
            }
        };
        Ok(Val::Opt(Slot::Val(exists), Some(Box::new(Val::Ref(part, mutable)))))
    }

    /// `a - b`, or 0.
    pub fn saturating_sub(&mut self, a: ValueId, b: ValueId, span: At) -> ValueId {
        let mut pieces = super::opaque::Pieces::default();
        let mut inner = super::opaque::Pieces::default();
        self.piece_value(&mut inner, a);
        inner.push(quote::quote!(,));
        self.piece_value(&mut inner, b);
        pieces.append_call(quote::quote!(::core::primitive::usize::saturating_sub), inner);
        self.pure(pieces, Ty::Int, span.span())
    }

    /// `split_first`, `split_last`
    fn split_end(&mut self, place: Place, name: &str, span: At) -> Val<'a> {
        let here = span.span();
        let len = self.len_of(&place, span);
        let zero = self.int(0, here);
        let one = self.int(1, here);
        let exists = self.apply(Func::Gt, &[len, zero], Ty::Bool, here);
        let mutable = name.ends_with("_mut");
        let parts = if name.starts_with("split_first") {
            (place.with(Proj::Index(zero)), place.with(Proj::Range { lo: Some(one), hi: None }))
        } else {
            let last = self.saturating_sub(len, one, span);
            (place.with(Proj::Index(last)), place.with(Proj::Range { lo: None, hi: Some(last) }))
        };
        let pair = Val::Tuple(vec![Val::Ref(parts.0, mutable), Val::Ref(parts.1, mutable)]);
        Val::Opt(Slot::Val(exists), Some(Box::new(pair)))
    }

    /// `std::array::from_fn(f)`
    pub fn array_from_fn(&mut self, f: &'a Expr, hint: &Ty, span: At) -> Lowered<Val<'a>> {
        let Ty::Array(elem, len) = hint else {
            return self.fail(catalog::unknown_shape(span, "the length of the array is not written here"));
        };
        let f = self.expr(f, &Ty::Unknown)?;
        if !elem.is_scalar() {
            let what = "`from_fn` for elements that are not numbers, of more than 32 or an unknown number,";
            return self.each_element(len, &f, elem, what, span, |_, index| Val::Value(index));
        }
        let (mem, count) = self.zero_array(elem, len, span);
        let lo = self.int(0, span.span());
        let iter = Rc::new(Iter::Range { lo, hi: Some(count), inclusive: false });
        self.fill_array(mem, &Rc::new(Iter::Map(iter, f.clone())), self.tainted(&f), span)?;
        Ok(Val::Temp(mem))
    }

    /// `array.map(f)`
    pub fn array_map(&mut self, array: Val<'a>, f: &'a Expr, hint: &Ty, span: At) -> Lowered<Val<'a>> {
        let Ty::Array(elem, len) = self.ty_of(&array) else {
            return self.fail(catalog::unknown_shape(span, "the length of the array is not written here"));
        };
        let tainted = self.tainted(&array);
        let place = self.place(array, span)?;
        let f = self.expr(f, &Ty::Unknown)?;
        let aggregate = matches!(&f, Val::Closure(closure) if names::is_aggregate(&closure.closure.body));
        let elem = if hint.elem().is_scalar() { hint.elem() } else { *elem };
        if aggregate || !elem.is_scalar() {
            let what =
                "`map` of an array whose elements are not numbers, of more than 32 or an unknown number,";
            let ty = if aggregate { hint.elem() } else { Ty::Unknown };
            return self.each_element(&len, &f, &ty, what, span, |_, index| {
                Val::Place(place.with(Proj::Index(index)))
            });
        }
        let (mem, _) = self.zero_array(&elem, &len, span);
        let tainted = tainted || self.tainted(&f);
        let iter = Rc::new(Iter::Seq { place, by_ref: None });
        self.fill_array(mem, &Rc::new(Iter::Map(iter, f)), tainted, span)?;
        Ok(Val::Temp(mem))
    }

    /// An array with the function applied to each of a few items, one after the other: no loop can begin with an array of
    /// elements that are not there yet.
    fn each_element(
        &mut self,
        len: &crate::ir::ty::ArrayLen,
        f: &Val<'a>,
        elem: &Ty,
        refused: &str,
        span: At,
        item: impl Fn(&mut Self, ValueId) -> Val<'a>,
    ) -> Lowered<Val<'a>> {
        let count = match len {
            crate::ir::ty::ArrayLen::Known(n @ 0..=32) => *n,
            crate::ir::ty::ArrayLen::Known(_) | crate::ir::ty::ArrayLen::Code(_) => {
                return self.fail(catalog::unsupported(span, refused));
            }
        };
        let mut items = Vec::new();
        let mut ty = elem.clone();
        for k in 0..count {
            let index = self.int(i64::try_from(k).unwrap_or(i64::MAX), span.span());
            let item = item(self, index);
            let val = self.apply_val(f, vec![item], elem, span)?;
            let val = self.snapshot(val, span)?;
            ty = ty.join(&self.ty_of(&val));
            items.push(self.operand(val, span)?);
        }
        let len = crate::ir::ty::ArrayLen::Known(count);
        Ok(Val::Fresh(Box::new(Init::Array(items)), Ty::Array(Box::new(ty), len)))
    }

    /// An array of zeros, and its length.
    fn zero_array(&mut self, elem: &Ty, len: &crate::ir::ty::ArrayLen, span: At) -> (MemId, ValueId) {
        let (count, code) = match len {
            crate::ir::ty::ArrayLen::Known(n) => {
                let text = proc_macro2::Literal::u64_unsuffixed(*n);
                (self.int(i64::try_from(*n).unwrap_or(i64::MAX), span.span()), quote::quote!(#text))
            }
            crate::ir::ty::ArrayLen::Code(code) => {
                let tokens = self.source.tokens(*code);
                let opaque =
                    crate::ir::Opaque { code: *code, reads: Vec::new(), writes: Vec::new(), diverges: false };
                (self.let_(Op::Pure(opaque), Ty::Int, false, span.span()), tokens)
            }
        };
        let zero = match elem {
            Ty::Int => self.int(0, span.span()),
            ty => self.float(0.0, ty.clone(), span),
        };
        let ty = Ty::Array(Box::new(elem.clone()), len.clone());
        let len = self.source.code(code);
        let mem = self.declare(Init::Repeat { elem: Operand::Value(zero), len }, ty, span.span());
        (mem, count)
    }

    fn fill_array(&mut self, mem: MemId, mapped: &Rc<Iter<'a>>, tainted: bool, span: At) -> Lowered<()> {
        self.taint_mem(mem, tainted);
        let touched = self.iter_effects(mapped, None, Vec::new());
        self.drive(&Rc::new(Iter::Enumerate(mapped.clone())), touched, None, span, &mut |s, item| {
            let Val::Tuple(parts) = item else { return Ok(()) };
            let [index, val] = parts.as_slice() else { return Ok(()) };
            let index = s.scalar(index.clone(), span)?;
            s.write(Place::whole(mem).with(Proj::Index(index)), val.clone(), span, span)
        })
    }
}

/// An iterator over a sequence.
fn seq<'a>(place: Place, by_ref: Option<bool>) -> Val<'a> {
    Val::Iter(Rc::new(Iter::Seq { place, by_ref }))
}

/// Without the reference.
pub fn by_value(val: Val<'_>) -> Val<'_> {
    match val {
        Val::RefValue(v) => Val::Value(v),
        Val::Ref(place, _) => Val::Place(place),
        other => other,
    }
}
