//! `return`, `break`, `continue` and `?`: each sets the flag of its target and ends the region.
//!
//! ```text
//! 'a: { if c { break 'a x; } y }   →   branch c { } { }   phi (x, y)
//! ```

use super::flow::End;
use super::lowerer::{Lowered, Lowerer, Slot, Stop, VarId};
use super::resolve::{key, Key};
use super::result::{ResultSlot, Shape};
use super::value::Val;
use crate::diag::{at, catalog, At};
use crate::ir::{Stmt, Ty};
use proc_macro2::Span;
use syn::Lifetime;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// `return` goes here: a function, or a closure being inlined.
    Body,
    Loop,
    Block,
}

/// Something that control can leave.
#[derive(Clone, Debug)]
pub struct Target {
    pub kind: TargetKind,
    label: Option<Key>,
    /// Set by `return` or `break`.
    pub exit: VarId,
    /// Set by `continue`.
    pub next: Option<VarId>,
    pub result: Option<ResultSlot>,
    /// Objects for the result, to be declared before the construct.
    pub decls: Vec<Stmt>,
    pub used: bool,
    hint: Ty,
    home: usize,
}

impl Target {
    /// The type of the value that control leaves with, as far as it is known.
    pub fn hint_ty(&self) -> Ty {
        self.hint.clone()
    }

    pub fn flags(&self) -> impl Iterator<Item = VarId> + use<'_> {
        std::iter::once(self.exit).chain(self.next)
    }
}

impl<'a> Lowerer<'a> {
    /// A flag that is not set.
    fn flag(&mut self, span: Span) -> VarId {
        let var = self.var(None, Ty::Bool, span);
        self.set(var, Slot::Flag(false));
        var
    }

    /// Opens a target.
    pub fn push_target(&mut self, kind: TargetKind, label: Option<&Lifetime>, hint: Ty, span: Span) {
        let exit = self.flag(span);
        let next = (kind == TargetKind::Loop).then(|| self.flag(span));
        let label = label.map(|l| key(&l.ident));
        let home = self.logs.len();
        let (result, decls) = (None, Vec::new());
        self.targets.push(Target { kind, label, exit, next, result, decls, used: false, hint, home });
    }

    /// Lowers a block, function or closure body that can be left.
    pub fn leavable(
        &mut self,
        kind: TargetKind,
        label: Option<&Lifetime>,
        hint: &Ty,
        span: At,
        body: impl FnOnce(&mut Self) -> Lowered<Val<'a>>,
    ) -> Lowered<Val<'a>> {
        let (keep, start) = (self.pendings.len(), self.out.len());
        self.push_target(kind, label, hint.clone(), span.span());
        let mut result = body(self);
        let index = self.targets.len() - 1;
        if index == 0 && self.pendings.len() > keep {
            self.targets[index].used = true;
        }
        if self.end == End::Live && self.targets[index].used {
            if let Ok(val) = result.clone() {
                result = self.put_result(index, val, span).map(|()| Val::Unit);
            }
        }
        let failed = result.is_err() && self.end == End::Live;
        let Some(target) = self.targets.pop() else { return Err(Stop) };
        self.vars[target.exit].retired = true;
        if !target.used {
            return result;
        }
        self.close_pendings(keep);
        let at = start.min(self.out.len());
        self.out.splice(at..at, target.decls);
        let exits = self.end != End::Diverges;
        if exits {
            self.after_exit(span.span());
        }
        if failed || !exits {
            return Err(Stop);
        }
        match target.result {
            Some(slot) => self.take(&slot, span),
            None => Ok(Val::Unit),
        }
    }

    /// Control goes on here, unless it is on its way to a target further out.
    fn after_exit(&mut self, span: Span) {
        let pending = |slot: Slot| slot != Slot::Flag(false);
        let open = self.targets.iter().flat_map(Target::flags).any(|f| pending(self.slots[f]));
        self.end = End::Live;
        if open {
            self.open_guard(span);
        }
    }

    /// Collects the value that control leaves with.
    pub fn put_result(&mut self, index: usize, val: Val<'a>, at: At) -> Lowered<()> {
        if self.targets[index].result.is_none() {
            let slot = self.new_result(index, &val, at)?;
            self.targets[index].result = Some(slot);
        }
        let Some(slot) = self.targets[index].result.clone() else { return Ok(()) };
        self.put(&slot, val, at)
    }

    fn new_result(&mut self, index: usize, val: &Val<'a>, at: At) -> Lowered<ResultSlot> {
        let hint = self.targets[index].hint.clone();
        let shape = match (&hint, self.shape(&[val], at)?) {
            (Ty::Option(inner), Shape::Opt(_)) => Shape::Opt(Box::new(shape_of(inner))),
            (Ty::Unknown | Ty::Adt(..) | Ty::Passive(_), shape) => shape,
            (ty, Shape::Scalar(_)) if !ty.is_scalar() && !matches!(ty, Ty::Tuple(_)) => {
                Shape::Mem(ty.clone())
            }
            (ty, Shape::Mem(_)) => Shape::Mem(ty.clone()),
            (ty, Shape::Scalar(_)) if ty.is_scalar() => Shape::Scalar(ty.clone()),
            (_, shape) => shape,
        };
        let outer = std::mem::take(&mut self.out);
        let first = self.vars.len();
        let slot = self.result_slot(shape, at.span());
        let decls = std::mem::replace(&mut self.out, outer);
        let home = self.targets[index].home;
        self.vars[first..].iter_mut().for_each(|v| v.home = home);
        self.targets[index].decls.extend(decls);
        Ok(slot)
    }

    /// Control goes to the exit of the target.
    pub fn leave<T>(&mut self, index: usize, val: Val<'a>, at: At) -> Lowered<T> {
        self.targets[index].used = true;
        self.put_result(index, val, at)?;
        let flag = self.targets[index].exit;
        self.set(flag, Slot::Flag(true));
        self.end = End::Left;
        Err(Stop)
    }

    pub fn return_(&mut self, e: &'a syn::ExprReturn) -> Lowered<Val<'a>> {
        let Some(index) = self.targets.iter().rposition(|t| t.kind == TargetKind::Body) else {
            return self.fail(catalog::bug(at(e), "no function around `return`"));
        };
        let hint = self.targets[index].hint.clone();
        let val = match &e.expr {
            Some(inner) => self.expr(inner, &hint)?,
            None => Val::Unit,
        };
        self.leave(index, val, at(e))
    }

    pub fn break_(&mut self, e: &'a syn::ExprBreak) -> Lowered<Val<'a>> {
        let index = self.find_target(e.label.as_ref(), at(e), &[TargetKind::Loop, TargetKind::Block])?;
        let hint = self.targets[index].hint.clone();
        let val = match &e.expr {
            Some(inner) => self.expr(inner, &hint)?,
            None => Val::Unit,
        };
        self.leave(index, val, at(e))
    }

    pub fn continue_(&mut self, e: &'a syn::ExprContinue) -> Lowered<Val<'a>> {
        let index = self.find_target(e.label.as_ref(), at(e), &[TargetKind::Loop])?;
        if let Some(flag) = self.targets[index].next {
            self.set(flag, Slot::Flag(true));
        }
        self.end = End::Left;
        Err(Stop)
    }

    fn find_target(&mut self, label: Option<&Lifetime>, at: At, kinds: &[TargetKind]) -> Lowered<usize> {
        let body = self.targets.iter().rposition(|t| t.kind == TargetKind::Body).unwrap_or(0);
        let wanted = label.map(|l| key(&l.ident));
        let fits = |t: &Target| match &wanted {
            Some(_) => t.label == wanted && kinds.contains(&t.kind),
            None => t.kind == TargetKind::Loop,
        };
        match self.targets.iter().rposition(fits) {
            Some(index) if index >= body => Ok(index),
            _ => {
                let name = label.map_or_else(|| "break".to_string(), |l| l.to_string());
                self.fail(catalog::label_unknown(label.map_or(at, crate::diag::at), &name))
            }
        }
    }
}

/// The shape of something of a written type.
fn shape_of<'a>(ty: &Ty) -> Shape<'a> {
    match ty {
        Ty::Tuple(items) => Shape::Tuple(items.iter().map(shape_of).collect()),
        Ty::Option(inner) => Shape::Opt(Box::new(shape_of(inner))),
        ty if ty.is_scalar() || *ty == Ty::Unknown => Shape::Scalar(ty.clone()),
        ty => Shape::Mem(ty.clone()),
    }
}
