//! Values whose cotangents are lent to pullbacks: those passed by reference to a call, and receivers. Their cotangent
//! is an object, made once, to which everything is added.
//!
//! ```text
//! loop { (d, _) = pullback p(&v1); v9 = sum(v8, d) }   →   m2 = zero_of(v1); loop { (+= m2, _) = pullback p(&v1) }
//! ```
//! A fresh zero per call would cost as much as the whole of a matrix for each of its elements.

use super::Reverse;
use crate::analysis::activity::Activity;
use crate::analysis::layout::{At, Layout};
use crate::analysis::plan::Plan;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::walk::Control;
use crate::ir::{
    Access, Arg, Call, CallRole, Callee, Cotangent, Function, Init, MemId, MemInfo, Op, Operand, ParamKind,
    Place, Region, Stmt, Ty, ValueId,
};

/// The values whose cotangents are objects.
#[derive(Default)]
pub(crate) struct Lent {
    all: HashSet<ValueId>,
    /// Needed by a fused statement, so declared in the forward sweep.
    early: HashMap<At, ValueId>,
    objects: HashMap<ValueId, MemId>,
}

pub(crate) fn find(f: &Function, layout: &Layout, act: &Activity, plan: &Plan) -> Lent {
    let mut lent: HashSet<ValueId> = HashSet::default();
    for stmt in f.body.deep() {
        let Stmt::Call(call) = stmt else { continue };
        let CallRole::Forward(_) = call.role else { continue };
        let by_reference = (0..call.args.len()).filter_map(|k| by_reference(call, k));
        lent.extend(by_reference.filter(|v| act.value(*v) && !f.values[*v].ty.is_float()));
    }
    for param in &f.params {
        if let ParamKind::Value(v) = param.kind {
            lent.remove(&v);
        }
    }
    let undefined = undefined(&f.body);
    lent.retain(|v| layout.defs.contains_key(v) && !undefined.contains(v));
    // A fused statement is reversed before the rest of the reverse sweep is there.
    let mut fused: HashSet<ValueId> = HashSet::default();
    for at in &plan.fused {
        let children = layout.children(*at);
        let inside = |v| {
            let def = layout.defs.get(&v);
            def.is_some_and(|d| children.iter().any(|c| layout.contains(*c, d.region)))
        };
        for region in layout.region(f, at.0).stmts[at.1].regions() {
            region.visit(&mut |v: ValueId| {
                if lent.contains(&v) && !inside(v) {
                    fused.insert(v);
                }
            });
        }
    }
    let mut early = HashMap::default();
    for v in fused {
        match early_at(layout, plan, v) {
            Some(at) => drop(early.insert(at, v)),
            None => drop(lent.remove(&v)),
        }
    }
    Lent { all: lent, early, objects: HashMap::default() }
}

/// Values that are not defined on some path: their zero is none.
fn undefined(body: &Region) -> HashSet<ValueId> {
    let mut all = HashSet::default();
    loop {
        let before = all.len();
        for stmt in body.deep() {
            match stmt.control() {
                Some(Control::Branch(branch)) => {
                    for phi in &branch.phis {
                        if phi.inputs.iter().any(|i| i.is_none_or(|v| all.contains(&v))) {
                            all.insert(phi.value);
                        }
                    }
                }
                Some(Control::Loop(l)) => {
                    for c in &l.carried {
                        if c.init.is_none_or(|v| all.contains(&v)) || all.contains(&c.next) {
                            all.extend([c.phi, c.result]);
                        }
                    }
                }
                None => {}
            }
        }
        if all.len() == before {
            return all;
        }
    }
}

/// Where a value comes into being, in a region that both sweeps run through once and together.
fn early_at(layout: &Layout, plan: &Plan, value: ValueId) -> Option<At> {
    let def = layout.defs.get(&value)?;
    let together =
        def.region == 0 || layout.regions[def.region].parent.is_some_and(|at| plan.fused.contains(&at));
    let index = def.index.checked_sub(1)?;
    together.then_some((def.region, index))
}

/// The value that an argument passes by reference.
fn by_reference(call: &Call, k: usize) -> Option<ValueId> {
    let receiver = k == 0 && matches!(call.callee, Callee::Method { .. });
    match &call.args[k] {
        Arg::RefValue(v) => Some(*v),
        Arg::Value(v) if receiver => Some(*v),
        Arg::Value(_)
        | Arg::Mem(_)
        | Arg::Ref(_)
        | Arg::RefMut(_)
        | Arg::Receiver(_)
        | Arg::Opaque(_)
        | Arg::Closure(_) => None,
    }
}

impl Reverse<'_> {
    /// The object with the cotangent of an argument, if it has one.
    pub(crate) fn lent_slot(&mut self, call: &Call, k: usize) -> Option<Cotangent> {
        let value = by_reference(call, k)?;
        self.lent_object(value, None).map(|m| Cotangent::Place(Place::whole(m)))
    }

    /// Adds a contribution to the object of a value; `false`: it has none.
    pub(crate) fn contribute_lent(&mut self, value: ValueId, contribution: ValueId) -> bool {
        let Some(home) = self.lent_home(value) else { return false };
        let fresh = !self.lent.objects.contains_key(&value);
        let first = fresh && home + 1 == self.frames.len();
        let Some(mem) = self.lent_object(value, first.then_some(contribution)) else { return false };
        if !first {
            self.push(Stmt::Accumulate { place: Place::whole(mem), from: Operand::Value(contribution) });
        }
        true
    }

    /// The cotangent of a value that has an object, which is complete now.
    pub(crate) fn take_lent(&mut self, value: ValueId) -> Option<ValueId> {
        let mem = self.lent.objects.remove(&value)?;
        let (ty, span) = self.kind_of(value);
        Some(self.build(|b| b.let_(Op::Load(Place::whole(mem)), ty, span)))
    }

    /// In the forward sweep, right behind the value.
    pub(crate) fn declare_lent(&mut self, at: At, out: &mut Vec<Stmt>) {
        let Some(value) = self.lent.early.get(&at).copied() else { return };
        let mem = self.object_for(value);
        let zero = self.f.fresh(Ty::Unknown, self.f.mems[mem].span);
        out.push(Stmt::Let { value: zero, op: Op::Helper { name: "zero_of", args: vec![value] } });
        out.push(Stmt::Decl { mem, init: Some(Init::From(Operand::Value(zero))) });
        self.lent.objects.insert(value, mem);
    }

    fn object_for(&mut self, value: ValueId) -> MemId {
        let span = self.kind_of(value).1;
        let access = Access::Owned;
        self.f.mems.push(MemInfo { ty: Ty::Unknown, name: None, span, access, shadow_of: None })
    }

    fn lent_home(&self, value: ValueId) -> Option<usize> {
        let def = self.layout.defs.get(&value).filter(|_| self.lent.all.contains(&value))?;
        self.frames.iter().rposition(|f| f.region == def.region)
    }

    /// The object, declared where the value is at home: at its first contribution, or at zero.
    fn lent_object(&mut self, value: ValueId, first: Option<ValueId>) -> Option<MemId> {
        let home = self.lent_home(value)?;
        if let Some(mem) = self.lent.objects.get(&value) {
            return Some(*mem);
        }
        let span = self.kind_of(value).1;
        let mem = self.object_for(value);
        let start = match first {
            Some(d) => d,
            None => {
                let primal = self.demand(value);
                let zero = self.f.fresh(Ty::Unknown, span);
                let op = Op::Helper { name: "zero_of", args: vec![primal] };
                self.frames[home].out.push(Stmt::Let { value: zero, op });
                zero
            }
        };
        let init = Some(Init::From(Operand::Value(start)));
        self.frames[home].out.push(Stmt::Decl { mem, init });
        self.lent.objects.insert(value, mem);
        Some(mem)
    }

    /// A cotangent of its own for an argument that is passed twice.
    pub(crate) fn lent_apart(&mut self, value: ValueId) -> MemId {
        let zero = self.zero_for(value);
        let mem = self.object_for(value);
        self.push(Stmt::Decl { mem, init: Some(Init::From(Operand::Value(zero))) });
        mem
    }
}
