//! Iterator methods that make vectors.
//!
//! ```text
//! xs.iter().map(f).collect()   →   m1 = vec_new len m0; loop v2 in 0..len m0 { .. push m1, v4 }
//! ```

use super::iter::{by_reference, Iter};
use super::lowerer::{Lowered, Lowerer};
use super::value::Val;
use crate::diag::{catalog, At};
use crate::ir::{BranchKind, Bulk, Init, MemId, Operand, Place, Stmt, Ty};
use std::rc::Rc;
use syn::ExprMethodCall;

impl<'a> Lowerer<'a> {
    /// `collect::<Vec<_>>()`
    pub fn collect_vec(
        &mut self,
        iter: &Rc<Iter<'a>>,
        call: &'a ExprMethodCall,
        hint: &Ty,
        span: At,
    ) -> Lowered<Val<'a>> {
        let ty = self.turbofish(call).join(hint);
        if let Some(fallible) = self.fallible_type(&ty) {
            return self.collect_fallible(iter, "collect", fallible, span);
        }
        let slice = matches!(&ty, Ty::Boxed(held) if matches!(**held, Ty::Slice(_)));
        let elem = match &ty {
            Ty::Boxed(held) if slice => held.elem(),
            Ty::Vec(elem) => (**elem).clone(),
            Ty::Unknown => Ty::Unknown,
            _ => return self.fail(catalog::iterator_adaptor(span, "collect", " into anything but a `Vec`")),
        };
        let elem = elem.join(&self.item_ty(iter));
        let mem = self.new_vector(iter, elem, iter.is_indexed(), span)?;
        let touched = self.iter_effects(iter, None, Vec::new());
        self.drive(iter, touched, None, span, &mut |s, item| s.push_item(mem, item, span))?;
        if slice {
            return self.boxed_slice(Val::Temp(mem), "into_boxed_slice", span);
        }
        Ok(Val::Temp(mem))
    }

    /// An empty vector for items.
    pub fn new_vector(&mut self, of: &Rc<Iter<'a>>, elem: Ty, sized: bool, span: At) -> Lowered<MemId> {
        let capacity = if sized { Some(self.iter_len(of, span)?) } else { None };
        let tainted = self.iter_tainted(of) && !elem.is_passive();
        let init = Init::VecNew { capacity };
        let mem = self.declare(init, Ty::Vec(Box::new(elem)), span.span());
        self.taint_mem(mem, tainted);
        Ok(mem)
    }

    pub fn push_item(&mut self, mem: MemId, item: Val<'a>, span: At) -> Lowered<()> {
        let ty = self.ty_of(&item);
        if self.f.mems[mem].ty == Ty::Vec(Box::new(Ty::Unknown)) {
            self.f.mems[mem].ty = Ty::Vec(Box::new(ty));
        }
        let tainted = self.tainted(&item);
        let item = match item {
            Val::RefValue(v) => Operand::Value(v),
            Val::Ref(place, _) if !self.place_ty(&place).is_scalar() => Operand::Copy(place),
            other => self.operand(other, span)?,
        };
        self.taint_mem(mem, tainted);
        self.emit(Stmt::Bulk(Bulk::Push { place: Place::whole(mem), item }));
        Ok(())
    }

    /// The element types of `(Vec<A>, Vec<B>)`.
    fn two_elements(&mut self, hint: &Ty, name: &str, span: At) -> Lowered<(Ty, Ty)> {
        match hint {
            Ty::Unknown => Ok((Ty::Unknown, Ty::Unknown)),
            Ty::Tuple(items) => match items.as_slice() {
                [a @ (Ty::Vec(_) | Ty::Unknown), b @ (Ty::Vec(_) | Ty::Unknown)] => Ok((a.elem(), b.elem())),
                _ => self.fail(catalog::iterator_adaptor(span, name, " into anything but two `Vec`s")),
            },
            _ => self.fail(catalog::iterator_adaptor(span, name, " into anything but two `Vec`s")),
        }
    }

    /// `unzip()`
    pub fn unzip(&mut self, iter: &Rc<Iter<'a>>, hint: &Ty, span: At) -> Lowered<Val<'a>> {
        let (a, b) = self.two_elements(hint, "unzip", span)?;
        let sized = iter.is_indexed();
        let (a, b) = (self.new_vector(iter, a, sized, span)?, self.new_vector(iter, b, sized, span)?);
        let touched = self.iter_effects(iter, None, Vec::new());
        self.drive(iter, touched, None, span, &mut |s, item| {
            for (mem, part) in [a, b].into_iter().zip(s.components(item, 2, span)?) {
                s.push_item(mem, part, span)?;
            }
            Ok(())
        })?;
        Ok(Val::Tuple(vec![Val::Temp(a), Val::Temp(b)]))
    }

    /// `partition(f)`: those that satisfy `f`, and the others.
    pub fn partition(&mut self, iter: &Rc<Iter<'a>>, f: &Val<'a>, hint: &Ty, span: At) -> Lowered<Val<'a>> {
        let (a, b) = self.two_elements(hint, "partition", span)?;
        let item = self.item_ty(iter);
        let yes = self.new_vector(iter, a.join(&item), false, span)?;
        let no = self.new_vector(iter, b.join(&item), false, span)?;
        let touched = self.function_effects(iter, f);
        self.drive(iter, touched, None, span, &mut |s, item| {
            let item = s.snapshot_scalar(item, span)?;
            let hit = s.apply_val(f, vec![by_reference(item.clone())], &Ty::Bool, span)?;
            let hit = s.scalar(hit, span)?;
            s.branch(hit, BranchKind::If, 2, span, |s, arm| {
                s.push_item(if arm == 0 { yes } else { no }, item.clone(), span)?;
                Ok(Val::Unit)
            })?;
            Ok(())
        })?;
        Ok(Val::Tuple(vec![Val::Temp(yes), Val::Temp(no)]))
    }

    /// `rows.concat()`
    pub fn concat(&mut self, place: Place, hint: &Ty, span: At) -> Lowered<Val<'a>> {
        let elem = hint.elem().join(&self.place_ty(&place).elem().elem());
        let rows = Rc::new(Iter::Seq { place, by_ref: Some(false) });
        let all = Rc::new(Iter::Flatten(rows));
        let mem = self.new_vector(&all, elem, false, span)?;
        let touched = self.iter_effects(&all, None, Vec::new());
        self.drive(&all, touched, None, span, &mut |s, item| {
            s.push_item(mem, super::slice::by_value(item), span)
        })?;
        Ok(Val::Temp(mem))
    }
}
