//! Expressions that wait for their only reader.
//!
//! A value that is read once, in the region in which it is computed, is not bound to a name but written where it is
//! read. What reads memory or may panic keeps its turn: such expressions wait in a queue, and a reader may take them
//! only from its end, in their order; whatever else happens first binds them.
//!
//! ```text
//! v2 = load a[v0]; v3 = load b[v1]; v4 = mul(v2, v3); store c[v0] = v4     →     c[i] = a[i] * b[j];
//! ```

use super::body::Body;
use super::expr::{Expr, Prec, Shape};
use super::facts::UseKind;
use super::literal;
use super::tables::{value_name, value_ty};
use crate::ir::hash::HashMap;
use crate::ir::ty::FloatTy;
use crate::ir::{Const, MemId, Op, Ty, ValueId};

/// Beyond this number of operations an expression gets a name.
const LARGEST: u32 = 12;

#[derive(Debug, Default)]
pub struct Pending {
    exprs: HashMap<ValueId, Expr>,
    /// The ordered ones, in evaluation order.
    queue: Vec<ValueId>,
}

impl Pending {
    pub fn is_ordered(&self, value: ValueId) -> bool {
        self.queue.contains(&value)
    }
}

impl Body<'_> {
    /// Written where it is read, or bound here.
    pub(super) fn offer(&mut self, value: ValueId, expr: Expr) {
        if self.may_wait(value, &expr) {
            self.wait(value, expr);
        } else {
            self.define(value, expr);
        }
    }

    /// May the value wait, rather than be bound at once?
    pub(super) fn waits(&self, value: ValueId, op: &Op, expr: &Expr) -> bool {
        !matches!(op, Op::Once(_)) && self.may_wait(value, expr)
    }

    fn may_wait(&self, value: ValueId, expr: &Expr) -> bool {
        let Some([only]) = self.facts.uses.get(&value).map(Vec::as_slice) else { return false };
        let local = self.facts.defs.get(&value).is_some_and(|d| d.region == only.region);
        local
            && expr.size <= LARGEST
            && value_name(self.f, value).is_none()
            && !self.vars.mutable(value)
            && !self.vars.optional.contains(&value)
    }

    pub(super) fn wait(&mut self, value: ValueId, expr: Expr) {
        if expr.ordered {
            self.pending.queue.push(value);
        }
        self.pending.exprs.insert(value, expr);
    }

    /// The operands of a statement or operation, in the order in which they are evaluated.
    pub(super) fn take(&mut self, values: &[ValueId]) -> Vec<Expr> {
        self.settle(values);
        values.iter().map(|v| self.operand(*v)).collect()
    }

    pub(super) fn take_one(&mut self, value: ValueId) -> Expr {
        self.settle(&[value]);
        self.operand(value)
    }

    /// Binds those ordered operands that would otherwise be evaluated out of turn.
    fn settle(&mut self, values: &[ValueId]) {
        let wanted: Vec<ValueId> =
            values.iter().copied().filter(|v| self.pending.queue.contains(v)).collect();
        if wanted.is_empty() {
            return;
        }
        let queue = &self.pending.queue;
        let kept = wanted.iter().rev().zip(queue.iter().rev()).take_while(|(a, b)| a == b).count();
        let early = &wanted[..wanted.len() - kept];
        let last = queue.iter().rposition(|v| early.contains(v));
        if let Some(last) = last {
            let bind: Vec<ValueId> = queue[..=last].to_vec();
            bind.into_iter().for_each(|v| self.bind_pending(v));
        }
    }

    fn operand(&mut self, value: ValueId) -> Expr {
        match self.pending.exprs.remove(&value) {
            Some(expr) => {
                self.pending.queue.retain(|v| *v != value);
                expr
            }
            None => self.read(value),
        }
    }

    /// Gives the expression a name.
    pub(super) fn bind_pending(&mut self, value: ValueId) {
        if let Some(expr) = self.pending.exprs.remove(&value) {
            self.pending.queue.retain(|v| *v != value);
            self.define(value, expr);
        }
    }

    /// Something happens that ordered expressions must precede.
    pub(super) fn flush(&mut self) {
        for value in self.pending.queue.clone() {
            self.bind_pending(value);
        }
    }

    /// Nothing waits any more.
    pub(super) fn flush_all(&mut self) {
        self.flush();
        let mut rest: Vec<ValueId> = self.pending.exprs.keys().copied().collect();
        rest.sort_unstable();
        rest.into_iter().for_each(|v| self.bind_pending(v));
    }

    /// The variable is about to change.
    pub(super) fn flush_readers(&mut self, of: impl Fn(ValueId) -> bool) {
        let reads = |e: &Expr| e.reads.iter().any(|v| of(self.vars.class(*v)));
        let mut readers: Vec<ValueId> =
            self.pending.exprs.iter().filter(|(_, e)| reads(e)).map(|(v, _)| *v).collect();
        readers.sort_unstable();
        readers.into_iter().for_each(|v| self.bind_pending(v));
    }

    /// The object is about to be moved away.
    pub(super) fn flush_readers_of(&mut self, mem: MemId) {
        let mut readers: Vec<ValueId> =
            self.pending.exprs.iter().filter(|(_, e)| e.mems.contains(&mem)).map(|(v, _)| *v).collect();
        readers.sort_unstable();
        readers.into_iter().for_each(|v| self.bind_pending(v));
    }

    /// Before a branch or a loop: what waits must not read a variable that changes inside.
    pub(super) fn flush_mutable(&mut self) {
        self.flush();
        if self.pending.exprs.is_empty() {
            return;
        }
        let mutable: Vec<ValueId> =
            self.pending.exprs.values().flat_map(|e| e.reads.iter().copied()).collect();
        let mutable: Vec<ValueId> =
            mutable.into_iter().filter(|v| self.vars.mutable(*v)).map(|v| self.vars.class(v)).collect();
        self.flush_readers(|class| mutable.contains(&class));
    }

    /// Does a waiting expression read it under its present name?
    pub(super) fn awaited(&self, class: ValueId) -> bool {
        let reads = |e: &Expr| e.reads.iter().any(|v| self.vars.class(*v) == class);
        self.pending.exprs.values().chain(&self.held).any(reads)
    }

    pub(super) fn awaited_mem(&self, mem: MemId) -> bool {
        self.pending.exprs.values().chain(&self.held).any(|e| e.mems.contains(&mem))
    }

    /// A value that does not wait: its constant or its name.
    pub(super) fn read(&self, value: ValueId) -> Expr {
        if let Some(constant) = self.inline_constant(value) {
            let typed = self.typed_int(value, constant);
            return typed.unwrap_or_else(|| self.constant(constant, &value_ty(self.f, value), false));
        }
        let name = self.value_ident(value);
        let mut expr = if !self.vars.optional.contains(&value) {
            Expr::atom(name)
        } else if self.facts.count(value) > 1 {
            Expr::atom(q!(#name.clone().unwrap()))
        } else {
            Expr::atom(q!(#name.unwrap()))
        };
        expr.reads.push(value);
        self.tied_read(value, expr)
    }

    /// Constants stand where they are read, unless the user gave them a name that can be kept.
    pub(super) fn inline_constant(&self, value: ValueId) -> Option<&Const> {
        let constant = self.facts.constants.get(&value)?;
        let named = value_name(self.f, value).is_some();
        let (Some(def), Some(uses)) = (self.facts.defs.get(&value), self.facts.uses.get(&value)) else {
            return Some(constant);
        };
        let end = self.facts.end(def.region);
        let keeps =
            named && uses.iter().all(|u| u.kind == UseKind::Plain && u.pos >= def.pos && u.pos <= end);
        (!keeps).then_some(constant)
    }

    pub(super) fn constant(&self, constant: &Const, ty: &Ty, typed: bool) -> Expr {
        match constant {
            Const::Float(x) => match ty {
                Ty::Float(FloatTy::Param(code)) => self.generic_float(*x, *code),
                Ty::Float(FloatTy::Lanes(inner)) => {
                    let number = self.constant(constant, &Ty::Float((**inner).clone()), true);
                    Expr { shape: Shape::Constant, ..Expr::atom(self.splat(&number)) }
                }
                _ => literal::float(*x, ty, typed),
            },
            Const::Int(n) => literal::int(*n),
            Const::Count(n) => literal::count(*n),
            Const::Bool(b) => literal::bool(*b),
            Const::Literal(code) => literal::written(self.tokens(*code), ty, typed),
        }
    }

    /// The same number in every lane.
    pub(super) fn splat(&self, number: &Expr) -> proc_macro2::TokenStream {
        let (krate, lanes) = (self.krate, super::names::lanes());
        q!(#krate::__private::Lanes::<_, #lanes>::splat(#number))
    }

    /// `<T as Real>::from_f64(2.0)`
    fn generic_float(&self, x: f64, code: crate::ir::CodeId) -> Expr {
        let (krate, ty) = (self.krate, self.tokens(code));
        let item = [(0.0_f64, q!(ZERO)), (1.0, q!(ONE)), (2.0, q!(TWO)), (0.5, q!(HALF))];
        let known = item.into_iter().find(|(y, _)| x.to_bits() == y.to_bits());
        let tokens = match known {
            Some((_, item)) => q!(<#ty as #krate::Real>::#item),
            None => {
                let literal = literal::float(x, &Ty::Float(FloatTy::F64), false);
                q!(<#ty as #krate::Real>::from_f64(#literal))
            }
        };
        Expr { shape: Shape::Constant, ..Expr::new(tokens, Prec::Atom) }
    }

    /// An expression whose type nothing around it tells: a bare literal gets its suffix.
    pub(super) fn typed(&self, value: ValueId, expr: Expr) -> Expr {
        match self.facts.constants.get(&value) {
            Some(constant) if expr.is_constant() => {
                let typed = self.typed_int(value, constant);
                typed.unwrap_or_else(|| self.constant(constant, &value_ty(self.f, value), true))
            }
            Some(_) | None => expr,
        }
    }
}
