//! The value of a branch, a block or a loop that control can leave in several ways.
//!
//! ```text
//! if c { (x, 1.0) } else { (y, z) }   →   two phis        if c { [x; 3] } else { a }   →   m: declared, assigned in each arm
//! ```

use super::lowerer::{Lowered, Lowerer, Slot, VarId};
use super::pattern::reference_kind;
use super::value::Val;
use crate::diag::{catalog, At};
use crate::ir::{Field, Init, MemId, Place, Proj, Stmt, Ty};
use proc_macro2::Span;

/// What kind of thing the value is.
pub enum Shape<'a> {
    Unit,
    Scalar(Ty),
    Tuple(Vec<Shape<'a>>),
    /// An `Option` that is not in memory.
    Opt(Box<Shape<'a>>),
    Mem(Ty),
    /// The same place or value on every path.
    Same(Val<'a>),
}

/// Where the value is collected.
#[derive(Clone, Debug)]
pub enum ResultSlot {
    Unit,
    Scalar(VarId),
    Tuple(Vec<ResultSlot>),
    Opt(VarId, Option<Box<ResultSlot>>),
    Mem(MemId),
    Same(Place, Option<bool>),
}

impl<'a> Lowerer<'a> {
    /// What kind of thing all of these are.
    pub fn shape(&mut self, vals: &[&Val<'a>], at: At) -> Lowered<Shape<'a>> {
        let Some(first) = vals.first() else { return Ok(Shape::Unit) };
        if vals.iter().all(|v| matches!(v, Val::Unit)) {
            return Ok(Shape::Unit);
        }
        if vals.len() > 1 && vals.iter().all(|v| same_place(first, v)) {
            return Ok(Shape::Same((*first).clone()));
        }
        if let Val::Tuple(items) = first {
            let parts: Vec<&Vec<Val<'a>>> = vals
                .iter()
                .filter_map(|v| match v {
                    Val::Tuple(other) if other.len() == items.len() => Some(other),
                    _ => None,
                })
                .collect();
            if parts.len() == vals.len() {
                let column = |k: usize| parts.iter().map(|p| &p[k]).collect::<Vec<_>>();
                let columns: Vec<Vec<&Val<'a>>> = (0..items.len()).map(column).collect();
                let shapes: Lowered<Vec<_>> = columns.iter().map(|c| self.shape(c, at)).collect();
                return Ok(Shape::Tuple(shapes?));
            }
        }
        if vals.iter().all(|v| matches!(v, Val::Opt(..))) {
            let inner: Vec<&Val<'a>> = vals
                .iter()
                .filter_map(|v| match v {
                    Val::Opt(_, inner) => inner.as_deref(),
                    _ => None,
                })
                .collect();
            return Ok(Shape::Opt(Box::new(self.shape(&inner, at)?)));
        }
        let ty = vals.iter().fold(Ty::Unknown, |ty, v| ty.join(&self.ty_of(v)));
        if vals.iter().any(|v| matches!(v, Val::Ref(_, true)) && !self.ty_of(v).is_scalar()) {
            return self
                .fail(catalog::reference_repointed(at, "a mutable reference that depends on a condition"));
        }
        if vals.iter().any(|v| matches!(v, Val::Closure(_) | Val::Function(_) | Val::Iter(_) | Val::Range(_)))
        {
            let why = "a closure, iterator or range that depends on a condition";
            return self.fail(catalog::unknown_shape(at, why));
        }
        let aggregate = vals.iter().any(|v| match v {
            Val::Fresh(..) | Val::Temp(_) | Val::Tuple(_) | Val::Opt(..) => true,
            Val::Place(p) => !matches!(self.place_ty(p), Ty::Unknown) && !self.place_ty(p).is_scalar(),
            Val::Ref(p, _) => !self.place_ty(p).is_scalar(),
            Val::Unit
            | Val::Value(_)
            | Val::RefValue(_)
            | Val::Range(_)
            | Val::Closure(_)
            | Val::Iter(_)
            | Val::Func(_)
            | Val::Function(_) => false,
        });
        if aggregate && !ty.is_scalar() {
            let ty = match ty {
                Ty::Slice(elem) => Ty::Vec(elem),
                other => other,
            };
            return Ok(Shape::Mem(ty));
        }
        Ok(Shape::Scalar(ty))
    }

    /// A place for it. Objects are declared here, before the construct is emitted.
    pub fn result_slot(&mut self, shape: Shape<'a>, span: Span) -> ResultSlot {
        match shape {
            Shape::Unit => ResultSlot::Unit,
            Shape::Scalar(ty) => ResultSlot::Scalar(self.var(None, ty, span)),
            Shape::Tuple(parts) => {
                ResultSlot::Tuple(parts.into_iter().map(|p| self.result_slot(p, span)).collect())
            }
            Shape::Opt(inner) => {
                let is_some = self.var(None, Ty::Bool, span);
                self.set(is_some, Slot::Flag(false));
                let inner = match *inner {
                    Shape::Unit => None,
                    inner => Some(Box::new(self.result_slot(inner, span))),
                };
                ResultSlot::Opt(is_some, inner)
            }
            Shape::Mem(ty) => {
                let mem = self.object(ty, false, span);
                self.emit(Stmt::Decl { mem, init: None });
                ResultSlot::Mem(mem)
            }
            Shape::Same(Val::Ref(place, mutable)) => ResultSlot::Same(place, Some(mutable)),
            Shape::Same(Val::Place(place)) => ResultSlot::Same(place, None),
            Shape::Same(_) => ResultSlot::Unit,
        }
    }

    /// The value on this path.
    pub fn put(&mut self, slot: &ResultSlot, val: Val<'a>, at: At) -> Lowered<()> {
        match slot {
            ResultSlot::Unit | ResultSlot::Same(..) => Ok(()),
            ResultSlot::Scalar(var) => {
                let value = self.scalar(val, at)?;
                self.set(*var, Slot::Val(value));
                Ok(())
            }
            ResultSlot::Tuple(slots) => {
                let items = self.components(val, slots.len(), at)?;
                slots.iter().zip(items).try_for_each(|(slot, item)| self.put(slot, item, at))
            }
            ResultSlot::Opt(is_some, slot) => {
                let (flag, inner) = self.as_option(val, at)?;
                self.set(*is_some, flag);
                match (slot, inner) {
                    (Some(slot), Some(inner)) => self.put(slot, inner, at),
                    (None, Some(_)) => {
                        let why =
                            "it is `None` in one place and `Some` in another; annotate the result's type";
                        self.fail(catalog::unknown_shape(at, why))
                    }
                    (_, None) => Ok(()),
                }
            }
            ResultSlot::Mem(mem) => {
                let init = self.copied(val, at)?;
                let known = self.f.mems[*mem].ty.clone();
                let tainted = self.init_tainted(&init) && !known.is_passive();
                self.taint_mem(*mem, tainted);
                self.emit(Stmt::Assign { place: Place::whole(*mem), init });
                Ok(())
            }
        }
    }

    /// As an object of its own, also if it is a shared reference.
    pub fn copied(&mut self, val: Val<'a>, at: At) -> Lowered<Init> {
        match val {
            Val::Ref(place, _) if matches!(self.place_ty(&place), Ty::Slice(_)) => Ok(Init::ToVec(place)),
            Val::Ref(place, false) if !self.place_ty(&place).is_scalar() => {
                Ok(Init::From(crate::ir::Operand::Copy(place)))
            }
            other => self.init(other, at),
        }
    }

    /// The parts of a tuple, wherever it is.
    pub fn components(&mut self, val: Val<'a>, n: usize, at: At) -> Lowered<Vec<Val<'a>>> {
        if let Val::Tuple(items) = val {
            return Ok(items);
        }
        let by_ref = reference_kind(&val);
        let place = self.place(val, at)?;
        let part = |k: usize| {
            let part = place.with(Proj::Field(Field::Index(u32::try_from(k).unwrap_or(u32::MAX))));
            match by_ref {
                Some(mutable) => Val::Ref(part, mutable),
                None => Val::Place(part),
            }
        };
        Ok((0..n).map(part).collect())
    }

    /// Has anything been put on any path?
    fn is_put(&self, slot: &ResultSlot) -> bool {
        match slot {
            ResultSlot::Scalar(var) => self.slots[*var] != Slot::Undef,
            ResultSlot::Tuple(slots) => slots.iter().all(|s| self.is_put(s)),
            ResultSlot::Opt(..) | ResultSlot::Mem(_) | ResultSlot::Same(..) | ResultSlot::Unit => true,
        }
    }

    /// The variables that a slot consists of.
    pub fn slot_vars(slot: &ResultSlot) -> Vec<VarId> {
        match slot {
            ResultSlot::Scalar(var) => vec![*var],
            ResultSlot::Tuple(slots) => slots.iter().flat_map(Self::slot_vars).collect(),
            ResultSlot::Opt(var, slot) => {
                std::iter::once(*var).chain(slot.iter().flat_map(|s| Self::slot_vars(s))).collect()
            }
            ResultSlot::Unit | ResultSlot::Mem(_) | ResultSlot::Same(..) => Vec::new(),
        }
    }

    /// What has been put, after the join.
    pub fn take(&mut self, slot: &ResultSlot, at: At) -> Lowered<Val<'a>> {
        match slot {
            ResultSlot::Unit => Ok(Val::Unit),
            ResultSlot::Scalar(var) => {
                self.vars[*var].retired = true;
                match self.slots[*var] {
                    Slot::Val(value) => Ok(Val::Value(value)),
                    Slot::Undef | Slot::Flag(_) => self.fail(catalog::bug(at, "a branch without a value")),
                }
            }
            ResultSlot::Tuple(slots) => {
                let items: Lowered<Vec<_>> = slots.iter().map(|s| self.take(s, at)).collect();
                Ok(Val::Tuple(items?))
            }
            ResultSlot::Opt(is_some, slot) => {
                self.vars[*is_some].retired = true;
                let inner = match slot {
                    Some(slot) if self.is_put(slot) => Some(Box::new(self.take(slot, at)?)),
                    _ => None,
                };
                Ok(Val::Opt(self.slots[*is_some], inner))
            }
            ResultSlot::Mem(mem) => Ok(Val::Temp(*mem)),
            ResultSlot::Same(place, Some(mutable)) => Ok(Val::Ref(place.clone(), *mutable)),
            ResultSlot::Same(place, None) => Ok(Val::Place(place.clone())),
        }
    }
}

fn same_place(a: &Val<'_>, b: &Val<'_>) -> bool {
    match (a, b) {
        (Val::Ref(p, _), Val::Ref(q, _)) => p == q,
        _ => false,
    }
}
