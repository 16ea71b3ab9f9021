//! The plan of the reverse sweep: which statements have a reverse part, which primal values and objects it reads, and
//! how each is provided.
//!
//! A value that the reverse sweep needs is, in order of preference: still **visible** (defined in a scope that the
//! reverse code shares); **recomputed** from others, if its operation is cheap (a load is repeated where the object has
//! the same contents again); **kept** (an element of the one tuple that each execution of its region pushes).
//! A store that destroys contents that a repeated load reads is **undone** on the way back.
//!
//! ```text
//! for i in 0..n { x[i] = x[i] * c + x[i].sin() }      sin is costly, but its result is not needed: cos(x[i]) is
//! needs: old x[i] (also for the undo)                 plan: keep the old x[i], undo the store
//! ```

use super::activity::{init_operands, Activity};
use super::layout::{At, Kind, Layout, RegionId};
use super::private::Private;
use crate::adjoint::prepare::{deferred, held_as_value, loaded, measured, Prepared};
use crate::ir::dense::IdMap;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{
    Arg, Branch, Bulk, Call, Closure, Function, Init, Loop, MemId, Op, Opaque, Operand, Place, Read, Region,
    Stmt, Ty, ValueId,
};
use crate::rules::{rule, Func};
use std::collections::{BTreeMap, BinaryHeap};

/// How the reverse sweep gets a primal value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provide {
    Visible,
    Recompute,
    /// Still in the object that it was stored to: read from there, before that store is undone.
    Stored,
    Keep,
}

/// The latest point at which the reverse sweep reads a value: twice the statement's index in the value's own region, and
/// one more if that is the state behind the statement; and the statement itself.
#[derive(Clone, Copy, Debug)]
pub struct Latest {
    pub until: usize,
    pub at: At,
    pub after: bool,
}

/// `out[i] += e`: its reverse needs nothing of `out`, and leaves the shadow as it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Update {
    pub load: ValueId,
    pub sum: ValueId,
    pub term: ValueId,
    pub negative: bool,
}

/// A carried integer that grows by the same step in each iteration: `init + (index - lo) * step`; or shrinks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Induction {
    pub init: ValueId,
    /// The index of the loop, or the trip counter of one without a range.
    pub index: ValueId,
    pub lo: ValueId,
    pub step: ValueId,
    pub down: bool,
}

/// The side table.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Regions whose reverse code stands in the same scope as the forward code.
    pub visible: Vec<bool>,
    /// Loops and branches whose reverse runs within their forward sweep.
    pub fused: HashSet<At>,
    pub provide: IdMap<ValueId, Provide>,
    /// Per region: what each execution keeps, in a fixed order.
    pub keep: BTreeMap<RegionId, Vec<ValueId>>,
    pub keep_mem: BTreeMap<RegionId, Vec<MemId>>,
    /// Counters that a loop carries, in closed form.
    pub induction: HashMap<ValueId, Induction>,
    /// Values that are read back from where they were stored.
    pub stored: HashMap<ValueId, (At, Place)>,
    /// Scratch objects of outer regions whose contents at the end of each execution are put back.
    pub save: BTreeMap<RegionId, Vec<MemId>>,
    /// Stores to undo.
    pub undo: HashSet<At>,
    /// Statements that have a reverse part.
    pub reversed: HashSet<At>,
    pub updates: HashMap<At, Update>,
    /// Objects that the reverse sweep reads.
    pub read_back: HashSet<MemId>,
}

/// What the plan is made from.
pub struct Planner<'p> {
    pub f: &'p Function,
    pub prepared: &'p Prepared,
    pub layout: &'p Layout,
    pub act: &'p Activity,
    pub private: &'p Private,
    /// Body regions in which needed values are kept even if they could be recomputed.
    pub(super) eager: HashSet<RegionId>,
    /// Latest reverse use per value.
    pub(super) latest: HashMap<ValueId, Latest>,
    /// Values to decide about, by the position of their definition.
    pub(super) waiting: BinaryHeap<(usize, ValueId)>,
    pub(super) settled: HashMap<ValueId, usize>,
    /// The store that a value goes to, if there is one.
    pub(super) store_of: HashMap<ValueId, At>,
    pub(super) use_counts: IdMap<ValueId, usize>,
    /// Objects that are exchanged as a whole or in part.
    pub(super) exchanged: Vec<(MemId, MemId)>,
    /// Loads that the reverse sweep repeats.
    pub(super) reloads: HashMap<MemId, HashSet<At>>,
    pub(super) plan: Plan,
}

impl<'p> Planner<'p> {
    pub fn new(
        prepared: &'p Prepared,
        layout: &'p Layout,
        act: &'p Activity,
        private: &'p Private,
        fused: HashSet<At>,
    ) -> Self {
        let mut use_counts = IdMap::default();
        prepared.f.body.visit(&mut |v| *use_counts.or_insert(v, 0) += 1);
        let mut planner = Planner {
            use_counts,
            exchanged: super::private::exchanged(&prepared.f.body),
            f: &prepared.f,
            prepared,
            layout,
            act,
            private,
            eager: HashSet::default(),
            latest: HashMap::default(),
            waiting: BinaryHeap::new(),
            settled: HashMap::default(),
            store_of: HashMap::default(),
            reloads: HashMap::default(),
            plan: Plan { fused, ..Plan::default() },
        };
        planner.visibility();
        planner.find_updates(&prepared.f.body, 0);
        planner
    }

    /// Recomputes cheap values in all loops; then, where keeping the needed values themselves takes less storage, keeps
    /// those.
    pub fn run(mut self) -> Plan {
        self.solve();
        let lazy = self.plan.keep.clone();
        let regions = &self.layout.regions;
        self.eager = (0..regions.len()).filter(|r| regions[*r].kind == Kind::Body).collect();
        self.solve();
        let count = |keep: &BTreeMap<RegionId, Vec<ValueId>>, r: RegionId| keep.get(&r).map_or(0, Vec::len);
        let eager = &self.plan.keep;
        self.eager = lazy.keys().copied().filter(|r| count(eager, *r) < count(&lazy, *r)).collect();
        self.solve();
        self.plan
    }

    /// To a fixpoint: undoing needs old values, and old values need loads that other stores may have to be undone for.
    fn solve(&mut self) {
        self.plan.undo.clear();
        loop {
            self.plan.provide.clear();
            self.plan.keep.clear();
            self.plan.keep_mem.clear();
            self.plan.save.clear();
            self.plan.stored.clear();
            self.plan.induction.clear();
            self.plan.reversed.clear();
            self.plan.read_back.clear();
            self.latest.clear();
            self.settled.clear();
            self.reloads.clear();
            self.region(&self.f.body, 0);
            self.settle();
            if !self.find_undo() {
                break;
            }
        }
        self.drop_idle_undo();
        self.find_kept_objects();
    }

    fn visibility(&mut self) {
        let layout = self.layout;
        for info in &layout.regions {
            let visible = match info.parent {
                None => true,
                Some(parent) => self.plan.visible[parent.0] && self.plan.fused.contains(&parent),
            };
            self.plan.visible.push(visible);
        }
    }

    fn find_updates(&mut self, region: &Region, id: RegionId) {
        for (index, stmt) in region.stmts.iter().enumerate() {
            for (inner, r) in self.layout.children((id, index)).to_vec().into_iter().zip(stmt.regions()) {
                self.find_updates(r, inner);
            }
            let Stmt::Store { place, value } = stmt else { continue };
            self.store_of.entry(*value).or_insert((id, index));
            if let Some(update) = self.update(&region.stmts[..index], place, *value) {
                self.plan.updates.insert((id, index), update);
            }
        }
    }

    /// `place = load(place) ± term`, with the load and the sum used nowhere else.
    fn update(&self, before: &[Stmt], place: &Place, value: ValueId) -> Option<Update> {
        let load = loaded(before, place)?;
        let Some(Op::Apply { func, args }) = self.layout.ops.get(&value) else { return None };
        let (term, negative) = match (func, args.as_slice()) {
            (Func::Add, [a, b]) if *a == load => (*b, false),
            (Func::Add, [a, b]) if *b == load => (*a, false),
            (Func::Sub, [a, b]) if *a == load => (*b, true),
            _ => return None,
        };
        let only = self.uses(load) == 1 && self.uses(value) == 1 && term != load;
        let here = before.iter().any(|s| s.defs().contains(&value));
        (only && here && self.act.mem(place.mem)).then_some(Update { load, sum: value, term, negative })
    }

    fn uses(&self, value: ValueId) -> usize {
        let result = self.f.result == crate::ir::ResultOf::Value(value);
        self.use_counts.get(&value).copied().unwrap_or(0) + usize::from(result)
    }

    /// Visits the statements of a region; is there any with a reverse part?
    fn region(&mut self, region: &Region, id: RegionId) -> bool {
        let mut any = false;
        for (index, stmt) in region.stmts.iter().enumerate() {
            let at = (id, index);
            if self.stmt(stmt, at) {
                self.plan.reversed.insert(at);
                any = true;
            }
        }
        any
    }

    fn stmt(&mut self, stmt: &Stmt, at: At) -> bool {
        match stmt {
            Stmt::Let { value, op } => self.act.value(*value) && self.let_(*value, op, at),
            Stmt::Decl { mem, init } => {
                let active = self.act.mem(*mem);
                if let (true, Some(init)) = (active, init) {
                    self.init(init, at);
                }
                active
            }
            Stmt::Store { place, value: _ } => self.store(place, at),
            Stmt::Assign { place, init } => {
                let active = self.act.mem(place.mem);
                if active {
                    self.place(place, at);
                    self.init(init, at);
                    self.keep_shape(place, at);
                }
                self.written(std::slice::from_ref(place), at) || active
            }
            Stmt::Bulk(bulk) => self.bulk(bulk, at),
            Stmt::Branch(branch) => self.branch(branch, at),
            Stmt::Loop(l) => self.loop_(l, at),
            Stmt::Call(call) => self.call(call, at),
            Stmt::Opaque(opaque) => {
                let places: Vec<Place> = opaque.writes.iter().map(|m| Place::whole(*m)).collect();
                self.written(&places, at)
            }
            Stmt::Accumulate { .. }
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => false,
        }
    }

    fn let_(&mut self, value: ValueId, op: &Op, at: At) -> bool {
        for operand in op.operands() {
            self.need_for_zero(operand, at);
        }
        match op {
            Op::Apply { func, args } => {
                let partials = &rule(*func).partials;
                let active: Vec<bool> = args.iter().map(|a| self.act.value(*a)).collect();
                for (partial, _) in partials.iter().zip(&active).filter(|(_, on)| **on) {
                    let Some(expr) = partial else { continue };
                    for (k, arg) in args.iter().enumerate() {
                        if expr.reads_operand(k) {
                            self.need(*arg, at, false);
                        }
                    }
                    if expr.reads_result() {
                        self.need(value, at, false);
                    }
                }
            }
            Op::Load(place) | Op::SumOf(place) => self.place(place, at),
            Op::Dot(a, b) => [a, b].into_iter().for_each(|place| self.place(place, at)),
            Op::Select { cond, then: _, els: _ } => self.need(*cond, at, false),
            // The cotangent is cast back to a type that rustc alone knows.
            Op::Cast { arg, .. } if !self.f.values[*arg].ty.is_float() => self.need(*arg, at, false),
            Op::Cast { .. } => {}
            Op::Const(_) | Op::Len(_) | Op::Detach(_) | Op::Pure(_) | Op::Once(_) | Op::Helper { .. } => {}
        }
        true
    }

    /// A contribution that crosses a branch or a loop starts from zero; where the type is unknown, that is made from the
    /// value itself.
    fn need_for_zero(&mut self, value: ValueId, at: At) {
        let unknown = self.act.value(value) && !self.f.values[value].ty.is_float();
        if unknown && self.layout.defs.get(&value).is_some_and(|d| d.region != at.0 || d.index == 0) {
            self.need(value, at, false);
        }
    }

    /// The reverse sweep uses the indices of a place.
    fn place(&mut self, place: &Place, at: At) {
        let mut indices = Vec::new();
        place.visit_indices(&mut |v| indices.push(v));
        indices.into_iter().for_each(|v| self.need(v, at, true));
    }

    /// Assigning a whole vector may change its length, and so that of its shadow: the old one is put back.
    fn keep_shape(&mut self, place: &Place, at: At) {
        let resized = !known_shape(&super::types::place_ty(self.f, place));
        let in_sight = !self.prepared.outer.contains(&place.mem);
        if resized && in_sight && !deferred(&self.f.body, place.mem) {
            self.plan.undo.insert(at);
            self.plan.read_back.insert(place.mem);
        }
    }

    fn init(&mut self, init: &Init, at: At) {
        for operand in init_operands(init) {
            match operand {
                Operand::Copy(place) if self.act.mem(place.mem) => self.place(&place, at),
                Operand::Copy(_) | Operand::Value(_) | Operand::Mem(_) => {}
            }
        }
        if let Init::Repeat { elem: Operand::Value(v), .. }
        | Init::VecRepeat { elem: Operand::Value(v), .. } = init
        {
            self.need_for_sum(*v, at);
        }
    }

    fn store(&mut self, place: &Place, at: At) -> bool {
        let active = self.act.mem(place.mem);
        if active {
            self.place(place, at);
        }
        if self.plan.undo.contains(&at) {
            self.place(place, at);
            if let Some(old) = self.old_value(place, at) {
                self.need(old, at, true);
            }
            return true;
        }
        active
    }

    /// The value to put back at a store.
    pub fn old_value(&self, place: &Place, at: At) -> Option<ValueId> {
        loaded(&self.layout.region(self.f, at.0).stmts[..at.1], place)
    }

    /// A statement that writes places as a whole: is it undone?
    fn written(&mut self, places: &[Place], at: At) -> bool {
        if !self.plan.undo.contains(&at) {
            return false;
        }
        places.iter().for_each(|p| self.place(p, at));
        true
    }

    fn bulk(&mut self, bulk: &Bulk, at: At) -> bool {
        let active = bulk.written().iter().any(|m| self.act.mem(*m));
        let undone = self.plan.undo.contains(&at);
        if !(active || undone) {
            return false;
        }
        let mut values = Vec::new();
        if let Bulk::Fill { place: _, value } = bulk {
            self.need_for_sum(*value, at);
        }
        match bulk {
            Bulk::Fill { place, value: _ } | Bulk::Reverse { place } | Bulk::Zero { place } => {
                place.visit_indices(&mut |v| values.push(v));
            }
            Bulk::Push { place, item } => {
                place.visit_indices(&mut |v| values.push(v));
                if let Operand::Copy(from) = item {
                    from.visit_indices(&mut |v| values.push(v));
                }
            }
            Bulk::RotateLeft { place, by: extra }
            | Bulk::RotateRight { place, by: extra }
            | Bulk::Grow { place, len: extra } => {
                place.visit_indices(&mut |v| values.push(v));
                values.push(*extra);
            }
            Bulk::Pop { place, last } => self.shrink(place, *last, at, &mut values),
            Bulk::Truncate { place, len } => {
                values.push(*len);
                self.shrink(place, None, at, &mut values);
            }
            Bulk::CopyFrom { dst: a, src: b } | Bulk::AddAssign { dst: a, src: b } | Bulk::Swap { a, b } => {
                a.visit_indices(&mut |v| values.push(v));
                b.visit_indices(&mut |v| values.push(v));
            }
        }
        values.into_iter().for_each(|v| self.need(v, at, true));
        true
    }

    /// Elements go: the shadow grows again, by zeros that look like what went, which is therefore put back, if its
    /// type does not tell.
    fn shrink(&mut self, place: &Place, last: Option<ValueId>, at: At, values: &mut Vec<ValueId>) {
        place.visit_indices(&mut |v| values.push(v));
        let before = &self.layout.region(self.f, at.0).stmts[..at.1];
        let elem = super::types::place_ty(self.f, place).elem();
        let active = self.act.mem(place.mem);
        let old = last.and_then(|last| loaded(before, &place.with(crate::ir::Proj::Index(last))));
        match last {
            Some(_) if held_as_value(&elem) => {
                if self.plan.undo.contains(&at) || (active && !elem.is_float()) {
                    values.extend(old);
                }
                return;
            }
            Some(last) => values.push(last),
            None => values.extend(measured(before, place)),
        }
        if active && !known_shape(&elem) && !self.prepared.outer.contains(&place.mem) {
            self.plan.undo.insert(at);
            self.plan.read_back.insert(place.mem);
            self.reloads.entry(place.mem).or_default().insert(at);
        }
    }

    fn branch(&mut self, branch: &Branch, at: At) -> bool {
        let mut any = branch.phis.iter().any(|p| self.act.value(p.value));
        for (arm, id) in branch.arms.iter().zip(self.layout.children(at).to_vec()) {
            any |= self.region(arm, id);
        }
        if any {
            self.need(branch.on, at, true);
            self.need_inputs_for_zero(branch, at);
        }
        any
    }

    fn loop_(&mut self, l: &Loop, at: At) -> bool {
        let active = l.carried.iter().any(|c| self.act.value(c.result) || self.act.value(c.phi));
        let any = self.region(&l.body, self.layout.body(at)) || active;
        if any {
            let mut bounds = Vec::new();
            l.range.iter().for_each(|r| r.visit(&mut |v| bounds.push(v)));
            bounds.extend(l.carried.iter().filter_map(|c| self.prepared.trips.get(&c.phi)));
            // Where nothing flows back to a result, the zero cotangent is made from its value.
            let unseen = l.carried.iter().filter(|c| !self.f.values[c.phi].ty.is_float());
            bounds.extend(unseen.filter(|c| self.act.value(c.result)).map(|c| c.result));
            bounds.into_iter().for_each(|v| self.need(v, at, true));
            // Where nothing flows back to a result of unknown type, its zero cotangent is made from its value.
            for c in l.carried.iter().filter(|c| self.act.value(c.phi) || self.act.value(c.result)) {
                if !self.f.values[c.result].ty.is_float() {
                    self.need(c.result, at, true);
                }
            }
        }
        any
    }

    fn call(&mut self, call: &Call, at: At) -> bool {
        let places: Vec<Place> = written_places(call);
        let undone = self.written(&places, at);
        if !self.act.call(call) {
            return undone;
        }
        let method = matches!(call.callee, crate::ir::Callee::Method { .. });
        for (k, arg) in call.args.iter().enumerate() {
            match arg {
                Arg::Value(v) if method && k == 0 => self.need(*v, at, false),
                Arg::Ref(place) | Arg::Closure(Closure { env: place, .. }) => {
                    self.place(place, at);
                    self.plan.read_back.insert(place.mem);
                    self.reloads.entry(place.mem).or_default().insert(at);
                }
                // A method on a `mut` object may still take it by `&`, and then wants it again.
                Arg::RefMut(place) if method && k == 0 => {
                    self.place(place, at);
                    self.plan.read_back.insert(place.mem);
                    self.reloads.entry(place.mem).or_default().insert(at);
                }
                Arg::Receiver(place) => {
                    self.place(place, at);
                    self.plan.read_back.insert(place.mem);
                    self.reloads.entry(place.mem).or_default().insert(at);
                }
                Arg::RefMut(place) => self.place(place, at),
                Arg::RefValue(v) => self.need(*v, at, false),
                Arg::Mem(Operand::Copy(place)) => self.place(place, at),
                Arg::Opaque(opaque) => self.opaque_reads(opaque, at),
                Arg::Value(_) | Arg::Mem(_) => {}
            }
        }
        if let crate::ir::CallRole::Forward(pullback) = call.role {
            self.need(pullback, at, false);
        }
        // Where nothing flows back to the result, its zero cotangent is made from its value.
        if let crate::ir::CallResult::Value(v) = call.result {
            if !self.f.values[v].ty.is_float() {
                self.need(v, at, true);
            }
        }
        true
    }

    fn opaque_reads(&mut self, opaque: &Opaque, at: At) {
        for read in &opaque.reads {
            match read {
                Read::Value(v) => self.need(*v, at, false),
                Read::Mem(m) => {
                    self.plan.read_back.insert(*m);
                    self.reloads.entry(*m).or_default().insert(at);
                }
            }
        }
    }
}

/// The type tells the zero of its tangent.
pub fn known_shape(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) => true,
        Ty::Array(elem, _) => known_shape(elem),
        Ty::Tuple(items) => items.iter().all(known_shape),
        Ty::Int
        | Ty::Bool
        | Ty::Passive(_)
        | Ty::Slice(_)
        | Ty::Vec(_)
        | Ty::Option(_)
        | Ty::Adt(_)
        | Ty::Unknown => false,
    }
}

/// The places that a call may write.
pub fn written_places(call: &Call) -> Vec<Place> {
    let places = call.args.iter().filter_map(|a| match a {
        Arg::RefMut(place) => Some(place.clone()),
        Arg::Value(_)
        | Arg::RefValue(_)
        | Arg::Mem(_)
        | Arg::Ref(_)
        | Arg::Receiver(_)
        | Arg::Opaque(_)
        | Arg::Closure(_) => None,
    });
    places.collect()
}

/// The objects that an operation reads.
pub fn read_mems(op: &Op) -> Vec<MemId> {
    match op {
        Op::Load(place) | Op::Len(place) | Op::SumOf(place) => vec![place.mem],
        Op::Dot(a, b) => vec![a.mem, b.mem],
        Op::Pure(opaque) | Op::Once(opaque) => {
            let mems = opaque.reads.iter().filter_map(|r| match r {
                Read::Mem(m) => Some(*m),
                Read::Value(_) => None,
            });
            mems.collect()
        }
        Op::Const(_)
        | Op::Apply { .. }
        | Op::Cast { .. }
        | Op::Select { .. }
        | Op::Detach(_)
        | Op::Helper { .. } => Vec::new(),
    }
}
