//! A variable: a scalar, an object of its own, or another name for a place, as the body uses it.
//!
//! ```text
//! let y = x * 2.0;      y → v1            let mut y = [x; 3];      y → m1
//! let r = &a[1..];      r → a[1..]
//! ```

use super::lowerer::{Aliased, Binding, Lowered, Lowerer, Slot};
use super::parse::addr;
use super::value::Val;
use crate::diag::{catalog, At};
use crate::ir::{Access, Init, MemId, Op, Operand, Place, Stmt, Ty, ValueId};
use proc_macro2::Ident;

impl<'a> Lowerer<'a> {
    /// One variable.
    pub fn bind_ident(&mut self, ident: &'a Ident, mutable: bool, val: Val<'a>, ty: &Ty) -> Lowered<()> {
        let id = addr(ident);
        let binder = self.facts.binder(id);
        let span = At::from(ident.span());
        match val {
            Val::Value(value) => self.bind_value(ident, value, ty, mutable),
            Val::RefValue(value) => {
                self.of_one_type(id, value);
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
        self.of_one_type(addr(ident), value);
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
            self.of_one_type(addr(ident), value);
            self.bind(addr(ident), Binding::Val(Val::RefValue(value)));
            return Ok(());
        }
        self.bind(addr(ident), Binding::Alias(place, if kind { Aliased::RefMut } else { Aliased::Ref }));
        Ok(())
    }
}
