//! Forward mode: a function becomes one that also computes the tangent of its result, in the same IR.
//!
//! ```text
//! v2 = sin(v0); store m1[v3] = v2
//!   →
//! v2 = sin(v0);
//! v5 = cos(v0); v6 = mul(v4, v5);            v4: the tangent of v0, v6: of v2
//! store m7[v3] = v6; store m1[v3] = v2       m7: the tangent of m1
//! ```
//! The primal's statements stay as they are, in order; what is inactive has no tangent. Every kind of statement has its
//! arm, those that only reverse mode makes too: second order is the tangent of the adjoint. What can't be differentiated
//! is an error with its place, never skipped.

mod apart;
mod call;
mod flow;
pub mod gradient;
mod init;
mod memory;
mod residual;
mod scalar;

#[cfg(test)]
mod tests;

use crate::analysis::types::place_ty;
use crate::ir::build::Builder;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{
    Access, Function, Init, MemId, MemInfo, Op, Operand, ParamKind, Place, Region, ResultOf, SpanId, StackId,
    Stmt, Ty, ValueId,
};

/// A function with its tangent.
#[derive(Clone, Debug)]
pub struct Tangent {
    pub f: Function,
    /// Per parameter: its tangent, a parameter too (`Mem`: by value for aggregates by value, `&` or `&mut` like the
    /// parameter itself if that is a reference).
    pub inputs: Vec<TangentInput>,
    /// Tangent of the result.
    pub output: ResultOf,
    /// The tangent of each value that has one; the others' is zero.
    #[cfg_attr(not(test), allow(dead_code))] // second order will ask for them
    pub values: HashMap<ValueId, ValueId>,
    /// The tangent of each object that has one.
    #[cfg_attr(not(test), allow(dead_code))]
    pub mems: HashMap<MemId, MemId>,
}

impl Tangent {
    /// What the generated function is given besides `f.params`.
    pub fn given(&self) -> Vec<ParamKind> {
        let given = self.inputs.iter().filter_map(|i| match i {
            TangentInput::None => None,
            TangentInput::Value(v) => Some(ParamKind::Value(*v)),
            TangentInput::Mem(m) => Some(ParamKind::Mem(*m)),
        });
        given.collect()
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum TangentInput {
    /// Passive.
    None,
    Value(ValueId),
    Mem(MemId),
}

/// What can't be differentiated: where, and why.
pub type Refusal = (SpanId, String);

/// Forward mode of `f`; `active` and `mem_active` say what needs a tangent (passive types never do).
pub fn tangent(
    f: &Function,
    active: &dyn Fn(ValueId) -> bool,
    mem_active: &dyn Fn(MemId) -> bool,
) -> Result<Tangent, Refusal> {
    let mut copy = f.clone();
    let body = std::mem::take(&mut copy.body);
    let mut forward = Forward {
        f: copy,
        active,
        mem_active,
        values: HashMap::default(),
        mems: HashMap::default(),
        stacks: HashMap::default(),
        uncertain: HashSet::default(),
        out: Vec::new(),
    };
    forward.find_pops(&body);
    let inputs = forward.inputs();
    body.stmts.iter().try_for_each(|s| forward.stmt(s))?;
    let output = if body.diverges { ResultOf::Unit } else { forward.output() };
    let Forward { mut f, values, mems, out, .. } = forward;
    f.body = Region { stmts: out, diverges: body.diverges };
    Ok(Tangent { f, inputs, output, values, mems })
}

/// The transform in progress.
struct Forward<'a> {
    /// The function under construction: the primal's tables, and what is added.
    f: Function,
    active: &'a dyn Fn(ValueId) -> bool,
    mem_active: &'a dyn Fn(MemId) -> bool,
    values: HashMap<ValueId, ValueId>,
    mems: HashMap<MemId, MemId>,
    /// Per stack: which items of a push are followed by their tangents at its end.
    stacks: HashMap<StackId, Vec<bool>>,
    /// Tangents that are none where the field turns out to be a constant: from loads of unknown type alone.
    uncertain: HashSet<ValueId>,
    /// The region under construction.
    out: Vec<Stmt>,
}

impl Forward<'_> {
    fn stmt(&mut self, stmt: &Stmt) -> Result<(), Refusal> {
        match stmt {
            Stmt::Let { value, op } => self.let_(*value, op),
            Stmt::Decl { mem, init } => self.decl(*mem, init.as_ref()),
            Stmt::Store { place, value } => self.store(place, *value),
            Stmt::Assign { place, init } => self.assign(place, init),
            Stmt::Accumulate { place, from } => self.accumulate(place, from),
            Stmt::Bulk(bulk) => self.bulk(bulk),
            Stmt::Branch(branch) => self.branch(branch),
            Stmt::Loop(l) => self.loop_(l),
            Stmt::Call(call) => self.call(call),
            Stmt::Opaque(_) => {
                self.out.push(stmt.clone());
                Ok(())
            }
            Stmt::Push { stack, items } => self.push(*stack, items),
            Stmt::Pop { stack, items } => self.pop(*stack, items),
            Stmt::Save { stack: _, place } | Stmt::Restore { stack: _, place } => self.saved(stmt, place),
            Stmt::Pullback(pullback) => self.pullback(pullback),
        }
    }

    /// A region of its own.
    fn region(&mut self, region: &Region) -> Result<Region, Refusal> {
        let outer = std::mem::take(&mut self.out);
        let done = region.stmts.iter().try_for_each(|s| self.stmt(s));
        let stmts = std::mem::replace(&mut self.out, outer);
        done.map(|()| Region { stmts, diverges: region.diverges })
    }

    /// Runs `make` on a builder that appends to the region under construction.
    fn build<R>(&mut self, make: impl FnOnce(&mut Builder<'_>) -> R) -> R {
        let mut b = Builder { f: &mut self.f, out: std::mem::take(&mut self.out) };
        let result = make(&mut b);
        self.out = b.out;
        result
    }

    fn is_active(&self, value: ValueId) -> bool {
        (self.active)(value) && !self.f.values[value].ty.is_passive()
    }

    /// The tangent of a value; `None`: zero.
    fn of(&self, value: ValueId) -> Option<ValueId> {
        self.values.get(&value).copied()
    }

    /// A fresh value that is the tangent of another.
    fn fresh(&mut self, of: ValueId) -> ValueId {
        let tangent = self.f.fresh_like(of);
        self.f.values[tangent].name = None;
        self.values.insert(of, tangent);
        tangent
    }

    fn kind_of(&self, value: ValueId) -> (Ty, SpanId) {
        let info = &self.f.values[value];
        (info.ty.clone(), info.span)
    }

    /// The tangent of a value, a zero if it has none: of the type that others expect of it.
    fn or_zero(&mut self, value: ValueId) -> ValueId {
        match self.of(value) {
            Some(tangent) if self.uncertain.contains(&tangent) => {
                let (ty, span) = self.kind_of(value);
                let op = Op::Helper { name: "tangent_of", args: vec![value, tangent] };
                self.build(|b| b.let_(op, ty, span))
            }
            Some(tangent) => tangent,
            None => self.zero(value),
        }
    }

    fn zero(&mut self, of: ValueId) -> ValueId {
        let (ty, span) = self.kind_of(of);
        let (op, ty) = match ty {
            Ty::Float(_) => (Op::Const(crate::ir::Const::Float(0.0)), ty),
            passive if passive.is_passive() => {
                (Op::Helper { name: "zero_of", args: vec![of] }, Ty::Passive(None))
            }
            unknown => (Op::Helper { name: "zero_of", args: vec![of] }, unknown),
        };
        self.build(|b| b.let_(op, ty, span))
    }

    /// The object that holds the tangents of another; `None`: zero.
    fn of_mem(&mut self, mem: MemId) -> Option<MemId> {
        if let Some(tangent) = self.mems.get(&mem) {
            return Some(*tangent);
        }
        if self.f.mems[mem].ty.is_passive() || !(self.mem_active)(mem) || self.is_constant_param(mem) {
            return None;
        }
        Some(self.new_tangent(mem))
    }

    /// Behind `&`, and not differentiated with respect to.
    fn is_constant_param(&self, mem: MemId) -> bool {
        let constant = self.f.params.iter().any(|p| p.kind == ParamKind::Mem(mem) && !p.active);
        constant && self.f.mems[mem].access == Access::Ref
    }

    fn new_tangent(&mut self, mem: MemId) -> MemId {
        if let Some(tangent) = self.mems.get(&mem) {
            return *tangent;
        }
        let info = MemInfo { shadow_of: Some(mem), ..self.f.mems[mem].clone() };
        let tangent = self.f.mems.push(info);
        self.mems.insert(mem, tangent);
        tangent
    }

    /// The same place in the tangent.
    fn of_place(&mut self, place: &Place) -> Option<Place> {
        self.of_mem(place.mem).map(|t| place.on(t))
    }

    /// A local object with the zero tangent of what is at the place now.
    fn zero_object(&mut self, of: &Place) -> MemId {
        let MemInfo { span, shadow_of, .. } = self.f.mems[of.mem].clone();
        let ty = match place_ty(&self.f, of) {
            Ty::Slice(elem) => Ty::Vec(elem),
            other => other,
        };
        // A whole object passes its type's tokens on; a part of one has a type of its own.
        let shadow_of = if of.proj.is_empty() { Some(of.mem) } else { shadow_of };
        let zero = self.f.mems.push(MemInfo { ty, name: None, span, access: Access::Owned, shadow_of });
        self.out.push(Stmt::Decl { mem: zero, init: Some(Init::ZeroOf(of.clone())) });
        zero
    }

    /// The tangent of an operand; a zero is made before the primal can move the object.
    fn operand(&mut self, operand: &Operand) -> Operand {
        let place = match operand {
            Operand::Value(v) => return Operand::Value(self.or_zero(*v)),
            Operand::Mem(m) => match self.of_mem(*m) {
                Some(tangent) => return Operand::Mem(tangent),
                None => Place::whole(*m),
            },
            Operand::Copy(place) => match self.of_place(place) {
                Some(tangent) => return Operand::Copy(tangent),
                None => place.clone(),
            },
        };
        Operand::Mem(self.zero_object(&place))
    }

    /// Whether the operand has a tangent.
    fn carries(&mut self, operand: &Operand) -> bool {
        match operand {
            Operand::Value(v) => self.of(*v).is_some(),
            Operand::Mem(m) => self.of_mem(*m).is_some(),
            Operand::Copy(place) => self.of_mem(place.mem).is_some(),
        }
    }

    fn inputs(&mut self) -> Vec<TangentInput> {
        let params = self.f.params.clone();
        params.iter().map(|p| self.input(&p.kind, p.active)).collect()
    }

    fn input(&mut self, kind: &ParamKind, active: bool) -> TangentInput {
        match kind {
            ParamKind::Value(v) if active => TangentInput::Value(self.fresh(*v)),
            ParamKind::Value(_) => TangentInput::None,
            ParamKind::Mem(m) if active => TangentInput::Mem(self.new_tangent(*m)),
            ParamKind::Mem(m) => {
                // A constant at first, into which something active is written.
                if let Some(tangent) = self.of_mem(*m) {
                    self.f.mems[tangent].access = Access::Owned;
                    if let Ty::Slice(elem) = self.f.mems[tangent].ty.clone() {
                        self.f.mems[tangent].ty = Ty::Vec(elem);
                    }
                    self.out.push(Stmt::Decl { mem: tangent, init: Some(Init::ZeroOf(Place::whole(*m))) });
                }
                TangentInput::None
            }
        }
    }

    fn output(&mut self) -> ResultOf {
        match self.f.result.clone() {
            ResultOf::Unit => ResultOf::Unit,
            ResultOf::Value(v) if self.f.values[v].ty.is_passive() => ResultOf::Unit,
            ResultOf::Value(v) => ResultOf::Value(self.or_zero(v)),
            ResultOf::Mem(m) if self.f.mems[m].ty.is_passive() => ResultOf::Unit,
            ResultOf::Mem(m) => match self.of_mem(m) {
                Some(tangent) => ResultOf::Mem(tangent),
                None => ResultOf::Mem(self.zero_object(&Place::whole(m))),
            },
        }
    }
}
