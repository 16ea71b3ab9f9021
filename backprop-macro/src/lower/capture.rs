//! What a closure that is lifted captures: copies of what may depend on a parameter, in one tuple, and constants.
//!
//! ```text
//! |t| k * t + table[n]   →   env (v0), constants [m2, v3]        inside: k is `load m0.0`, table a parameter
//! ```

use super::carry::Locals;
use super::lowerer::{Aliased, Binding, Lowered, Lowerer, Slot};
use super::resolve::BinderId;
use super::value::{ClosureVal, FunctionVal, RangeVal, Val};
use crate::diag::{catalog, At};
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{
    Access, CodeId, Field, Function, Init, MemId, MemInfo, Op, Operand, ParamKind, Place, Proj, Read, Stmt,
    Ty, ValueId, ValueInfo,
};
use std::rc::Rc;
use syn::visit::Visit;

/// The function under construction, before its body.
#[derive(Default)]
pub struct Inner {
    pub f: Function,
    pub value_taint: Vec<bool>,
    pub mem_taint: Vec<bool>,
    pub prelude: Vec<Stmt>,
    pub env: Vec<(Operand, Ty)>,
    pub constants: Vec<(Read, ParamKind)>,
    pub functions: Vec<CodeId>,
    pub values: HashMap<ValueId, ValueId>,
    pub mems: HashMap<MemId, MemId>,
}

/// Object 0: the tuple.
pub const ENV: MemId = MemId(0);

impl Inner {
    pub fn value(&mut self, info: ValueInfo, tainted: bool) -> ValueId {
        self.value_taint.push(tainted);
        self.f.values.push(info)
    }

    pub fn mem(&mut self, info: MemInfo, tainted: bool) -> MemId {
        self.mem_taint.push(tainted);
        self.f.mems.push(info)
    }

    /// The next field of the tuple.
    pub fn field(&mut self, operand: Operand, ty: Ty) -> Place {
        let index = u32::try_from(self.env.len()).unwrap_or(u32::MAX);
        self.env.push((operand, ty));
        Place::whole(ENV).with(Proj::Field(Field::Index(index)))
    }
}

impl<'a> Lowerer<'a> {
    /// The variables from outside that the body names, also through other closures, in order.
    pub fn captured(&self, closure: &ClosureVal<'a>) -> Vec<BinderId> {
        let mut found = Vec::new();
        let mut queue = vec![closure.closure];
        let mut seen = HashSet::default();
        while let Some(next) = queue.pop() {
            let mut walk = Locals { lowerer: self, found: Vec::new(), inner: HashSet::default() };
            walk.visit_expr_closure(next);
            for (_, id) in walk.found {
                if walk.inner.contains(&id) || !seen.insert(id) {
                    continue;
                }
                if let Some(Binding::Closure(other)) = self.bindings.get(&id) {
                    queue.push(other.closure);
                }
                found.push(id);
            }
        }
        found
    }

    pub fn refuse_changes(
        &mut self,
        closure: &ClosureVal<'a>,
        captured: &[BinderId],
        span: At,
    ) -> Lowered<()> {
        let effects =
            super::effects::effects(&self.facts, &[super::effects::Node::Expr(&closure.closure.body)]);
        if captured.iter().any(|id| effects.assigned.contains(id)) {
            let why = "it changes what it captures, and is handed to another function";
            return self.fail(catalog::closure_escapes(span, why));
        }
        Ok(())
    }

    /// What a captured name stands for inside.
    pub fn capture(&mut self, inner: &mut Inner, binding: &Binding<'a>, span: At) -> Lowered<Binding<'a>> {
        Ok(match binding {
            Binding::Var(var) => match self.slots[*var] {
                Slot::Val(v) => Binding::Val(Val::Value(self.capture_value(inner, v))),
                Slot::Undef | Slot::Flag(_) => Binding::Poison,
            },
            Binding::Mem(mem) => {
                let place = self.capture_place(inner, &Place::whole(*mem), span);
                match self.f.mems[*mem].access {
                    Access::Owned => Binding::Alias(place, Aliased::Value),
                    Access::Ref | Access::RefMut => Binding::Alias(place, Aliased::Ref),
                }
            }
            Binding::Alias(place, kind) => {
                let place = self.capture_place(inner, place, span);
                let kind = if *kind == Aliased::Value { Aliased::Value } else { Aliased::Ref };
                Binding::Alias(place, kind)
            }
            Binding::Closure(closure) => {
                let mut captured = Vec::new();
                for (id, held) in &closure.captured {
                    captured.push((*id, self.capture(inner, held, span)?));
                }
                Binding::Closure(Rc::new(ClosureVal { closure: closure.closure, captured }))
            }
            Binding::Val(val) => Binding::Val(self.capture_val(inner, val, span)?),
            Binding::Cursor(..) => {
                return self.fail(catalog::closure_escapes(span, "it captures an iterator"));
            }
            Binding::Window(..) => {
                let why = "it captures a reference that is assigned again";
                return self.fail(catalog::closure_escapes(span, why));
            }
            Binding::Poison => Binding::Poison,
        })
    }

    pub fn capture_val(&mut self, inner: &mut Inner, val: &Val<'a>, span: At) -> Lowered<Val<'a>> {
        Ok(match val {
            Val::Unit => Val::Unit,
            Val::Value(v) => Val::Value(self.capture_value(inner, *v)),
            Val::RefValue(v) => Val::RefValue(self.capture_value(inner, *v)),
            Val::Place(place) => Val::Place(self.capture_place(inner, place, span)),
            Val::Ref(place, _) => Val::Ref(self.capture_place(inner, place, span), false),
            Val::Temp(mem) => Val::Place(self.capture_place(inner, &Place::whole(*mem), span)),
            Val::Tuple(items) => {
                let items: Lowered<Vec<_>> = items.iter().map(|i| self.capture_val(inner, i, span)).collect();
                Val::Tuple(items?)
            }
            Val::Opt(Slot::Val(v), payload) => {
                let is_some = Slot::Val(self.capture_value(inner, *v));
                Val::Opt(is_some, self.capture_payload(inner, payload.as_deref(), span)?)
            }
            Val::Opt(slot, payload) => {
                Val::Opt(*slot, self.capture_payload(inner, payload.as_deref(), span)?)
            }
            Val::Range(range) => Val::Range(RangeVal {
                lo: range.lo.map(|v| self.capture_value(inner, v)),
                hi: range.hi.map(|v| self.capture_value(inner, v)),
                inclusive: range.inclusive,
            }),
            Val::Func(path) => Val::Func(path),
            Val::Function(function) => {
                if !inner.functions.contains(&function.call) {
                    inner.functions.push(function.call);
                }
                let place = self.capture_place(inner, &function.place, span);
                let output = function.output.clone();
                Val::Function(Rc::new(FunctionVal { place, call: function.call, output }))
            }
            Val::Closure(closure) => match self.capture(inner, &Binding::Closure(closure.clone()), span)? {
                Binding::Closure(closure) => Val::Closure(closure),
                _ => return self.fail(catalog::bug(span, "a closure became something else")),
            },
            Val::Fresh(..) | Val::Iter(_) => {
                let why = "it captures an iterator, and is handed to another function";
                return self.fail(catalog::closure_escapes(span, why));
            }
        })
    }

    pub fn capture_payload(
        &mut self,
        inner: &mut Inner,
        payload: Option<&Val<'a>>,
        span: At,
    ) -> Lowered<Option<Box<Val<'a>>>> {
        payload.map(|val| self.capture_val(inner, val, span).map(Box::new)).transpose()
    }

    pub fn capture_value(&mut self, inner: &mut Inner, value: ValueId) -> ValueId {
        if let Some(known) = inner.values.get(&value) {
            return *known;
        }
        let info = self.f.values[value].clone();
        let tainted = self.value_tainted(value);
        let ty = info.ty.clone();
        let new = inner.value(info.clone(), tainted);
        inner.values.insert(value, new);
        if tainted {
            let place = inner.field(Operand::Value(value), ty);
            inner.prelude.push(Stmt::Let { value: new, op: Op::Load(place) });
        } else if matches!(ty, Ty::Float(_) | Ty::Int | Ty::Bool) {
            inner.constants.push((Read::Value(value), ParamKind::Value(new)));
        } else {
            // It may not be `Copy`: behind a reference.
            let ValueInfo { ty, name, span, int: _ } = info;
            let mem = inner.mem(MemInfo { ty, name, span, access: Access::Ref, shadow_of: None }, false);
            inner.constants.push((Read::Value(value), ParamKind::Mem(mem)));
            inner.prelude.push(Stmt::Let { value: new, op: Op::Load(Place::whole(mem)) });
        }
        new
    }

    pub fn capture_place(&mut self, inner: &mut Inner, place: &Place, span: At) -> Place {
        if !self.place_tainted(place) {
            let mem = self.constant_mem(inner, place.mem);
            let proj = place.proj.iter().map(|p| self.capture_proj(inner, p)).collect();
            return Place { mem, proj };
        }
        let ty = self.place_ty(place);
        if ty.is_scalar() {
            let value = self.load(place.clone(), span.span());
            return inner.field(Operand::Value(value), ty);
        }
        if let Ty::Slice(elem) = ty {
            let ty = Ty::Vec(elem);
            let copy = self.declare(Init::ToVec(place.clone()), ty.clone(), span.span());
            return inner.field(Operand::Mem(copy), ty);
        }
        inner.field(Operand::Copy(place.clone()), ty)
    }

    pub fn capture_proj(&mut self, inner: &mut Inner, proj: &Proj) -> Proj {
        match proj {
            Proj::Index(v) => Proj::Index(self.capture_value(inner, *v)),
            Proj::Range { lo, hi } => Proj::Range {
                lo: lo.map(|v| self.capture_value(inner, v)),
                hi: hi.map(|v| self.capture_value(inner, v)),
            },
            Proj::Field(_) | Proj::Payload { .. } | Proj::Deref => proj.clone(),
        }
    }

    pub fn constant_mem(&mut self, inner: &mut Inner, mem: MemId) -> MemId {
        if let Some(known) = inner.mems.get(&mem) {
            return *known;
        }
        let info = MemInfo { access: Access::Ref, ..self.f.mems[mem].clone() };
        let new = inner.mem(info, false);
        inner.mems.insert(mem, new);
        inner.constants.push((Read::Mem(mem), ParamKind::Mem(new)));
        new
    }
}
