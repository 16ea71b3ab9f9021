//! Two-sided activity: which values and objects depend on an input *and* reach the result.
//!
//! Scalars are flow-sensitive by SSA; memory objects are taken as a whole. Both directions run to a fixpoint, so loops
//! need no special treatment.

use crate::ir::dense::IdSet;
use crate::ir::hash::HashSet;
use crate::ir::{
    Arg, Branch, Bulk, Call, CallResult, Function, Init, Loop, MemId, Op, Operand, ParamKind, Region,
    ResultOf, Stmt, ValueId,
};
use crate::rules::rule;

/// A set of values and objects.
#[derive(Clone, Debug, Default)]
pub struct Activity {
    values: IdSet<ValueId>,
    mems: HashSet<MemId>,
    /// Results of differentiated calls that reach nothing: their pullbacks want a zero cotangent.
    ignored: HashSet<MemId>,
}

impl Activity {
    /// The active values and objects of a function.
    pub fn of(f: &Function) -> Activity {
        let varied = Varied { f, set: Activity::default() }.run();
        let useful = Useful { set: Activity::default() }.run(f);
        let mut active = Activity {
            values: varied.values.iter().filter(|v| useful.values.contains(v)).collect(),
            mems: varied.mems.intersection(&useful.mems).copied().collect(),
            ignored: HashSet::default(),
        };
        active.find_ignored(f, &f.body);
        active
    }

    fn find_ignored(&mut self, f: &Function, region: &Region) {
        for stmt in region.deep() {
            let Stmt::Call(call) = stmt else { continue };
            match call.result {
                CallResult::Mem(m) if self.call(call) && !self.mem(m) && !f.mems[m].ty.is_passive() => {
                    self.ignored.insert(m);
                }
                CallResult::Mem(_) | CallResult::None | CallResult::Value(_) => {}
            }
        }
    }

    /// What depends on an input, whether or not it reaches the result.
    pub fn varied(f: &Function) -> Activity {
        Varied { f, set: Activity::default() }.run()
    }

    pub fn value(&self, value: ValueId) -> bool {
        self.values.contains(&value)
    }

    pub fn mem(&self, mem: MemId) -> bool {
        self.mems.contains(&mem)
    }

    /// Does the reverse sweep have an object of cotangents for it?
    pub fn has_shadow(&self, mem: MemId) -> bool {
        self.mem(mem) || self.ignored.contains(&mem)
    }

    pub fn operand(&self, operand: &Operand) -> bool {
        match operand {
            Operand::Value(v) => self.value(*v),
            Operand::Mem(m) => self.mem(*m),
            Operand::Copy(place) => self.mem(place.mem),
        }
    }

    /// Does the argument carry a derivative?
    pub fn arg(&self, arg: &Arg) -> bool {
        match arg {
            Arg::Value(v) | Arg::RefValue(v) => self.value(*v),
            Arg::Mem(operand) => self.operand(operand),
            Arg::Ref(place) | Arg::RefMut(place) | Arg::Receiver(place) => self.mem(place.mem),
            Arg::Closure(closure) => self.mem(closure.env.mem),
            Arg::Opaque(_) => false,
        }
    }

    /// Is the call differentiated?
    pub fn call(&self, call: &Call) -> bool {
        let result = match call.result {
            CallResult::None => false,
            CallResult::Value(v) => self.value(v),
            CallResult::Mem(m) => self.mem(m),
        };
        result || call.args.iter().any(|a| matches!(a, Arg::RefMut(p) if self.mem(p.mem)))
    }

    pub fn init(&self, init: &Init) -> bool {
        init_operands(init).iter().any(|o| self.operand(o))
    }

    fn size(&self) -> usize {
        self.values.len() + self.mems.len()
    }
}

/// Everything that an initialiser takes its contents from.
pub fn init_operands(init: &Init) -> Vec<Operand> {
    match init {
        Init::Array(items)
        | Init::VecOf(items)
        | Init::Tuple(items)
        | Init::Variant { path: _, args: items } => items.clone(),
        Init::Repeat { elem, len: _ } | Init::VecRepeat { elem, len: _ } => vec![elem.clone()],
        Init::Struct { path: _, fields, base } => {
            fields.iter().map(|(_, o)| o.clone()).chain(base.iter().cloned()).collect()
        }
        Init::From(operand) | Init::Boxed(operand) => vec![operand.clone()],
        Init::ToVec(place) | Init::Taken(place) => vec![Operand::Copy(place.clone())],
        Init::VecNew { capacity: _ } | Init::Opaque(_) | Init::ZeroOf(_) | Init::Row { .. } => Vec::new(),
    }
}

/// The operands through which an operation's result depends on its inputs differentiably: values and an object.
pub fn differentiable_operands(op: &Op) -> (Vec<ValueId>, Vec<MemId>) {
    match op {
        Op::Apply { func, args } => {
            let row = rule(*func);
            let used = args.iter().zip(&row.partials).filter(|(_, p)| p.is_some());
            (used.map(|(a, _)| *a).collect(), Vec::new())
        }
        Op::Operator { args, .. } => (args.clone(), Vec::new()),
        Op::Cast { arg, to, code: _ } => (if to.is_passive() { Vec::new() } else { vec![*arg] }, Vec::new()),
        Op::Load(place) | Op::SumOf(place) => (Vec::new(), vec![place.mem]),
        Op::Dot(a, b) => (Vec::new(), vec![a.mem, b.mem]),
        Op::Select { cond: _, then, els } => (vec![*then, *els], Vec::new()),
        Op::Const(_) | Op::Len(_) | Op::Detach(_) | Op::Pure(_) | Op::Once(_) | Op::Helper { .. } => {
            (Vec::new(), Vec::new())
        }
    }
}

/// Forward: depends on an active parameter.
struct Varied<'f> {
    f: &'f Function,
    set: Activity,
}

impl Varied<'_> {
    fn run(mut self) -> Activity {
        for param in self.f.params.iter().filter(|p| p.active) {
            match param.kind {
                ParamKind::Value(v) => self.value(v),
                ParamKind::Mem(m) => self.mem(m),
            }
        }
        loop {
            let before = self.set.size();
            self.region(&self.f.body);
            if self.set.size() == before {
                return self.set;
            }
        }
    }

    fn value(&mut self, value: ValueId) {
        if !self.f.values[value].ty.is_passive() {
            self.set.values.insert(value);
        }
    }

    fn mem(&mut self, mem: MemId) {
        if !self.f.mems[mem].ty.is_passive() {
            self.set.mems.insert(mem);
        }
    }

    fn region(&mut self, region: &Region) {
        region.stmts.iter().for_each(|s| self.stmt(s));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let { value, op } => {
                let (values, mems) = differentiable_operands(op);
                if values.iter().any(|v| self.set.value(*v)) || mems.iter().any(|m| self.set.mem(*m)) {
                    self.value(*value);
                }
            }
            Stmt::Decl { mem, init } => {
                if init.as_ref().is_some_and(|i| self.set.init(i)) {
                    self.mem(*mem);
                }
            }
            Stmt::Store { place, value } => self.flow(place.mem, self.set.value(*value)),
            Stmt::Assign { place, init } => self.flow(place.mem, self.set.init(init)),
            Stmt::Accumulate { place, from } => self.flow(place.mem, self.set.operand(from)),
            Stmt::Bulk(bulk) => self.bulk(bulk),
            Stmt::Branch(branch) => self.branch(branch),
            Stmt::Loop(l) => self.loop_(l),
            Stmt::Call(call) => self.call(call),
            Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => {}
        }
    }

    fn flow(&mut self, mem: MemId, active: bool) {
        if active {
            self.mem(mem);
        }
    }

    fn bulk(&mut self, bulk: &Bulk) {
        bulk.flows().iter().for_each(|(to, from)| self.flow(*to, self.set.operand(from)));
    }

    fn branch(&mut self, branch: &Branch) {
        branch.arms.iter().for_each(|a| self.region(a));
        for phi in &branch.phis {
            if phi.inputs.iter().flatten().any(|v| self.set.value(*v)) {
                self.value(phi.value);
            }
        }
    }

    fn loop_(&mut self, l: &Loop) {
        for c in &l.carried {
            if c.init.is_some_and(|i| self.set.value(i)) || self.set.value(c.next) {
                self.value(c.phi);
                self.value(c.result);
            }
        }
        l.header.iter().for_each(|(h, _)| self.region(h));
        self.region(&l.body);
    }

    fn call(&mut self, call: &Call) {
        if !call.args.iter().any(|a| self.set.arg(a)) {
            return;
        }
        match call.result {
            CallResult::None => {}
            CallResult::Value(v) => self.value(v),
            CallResult::Mem(m) => self.mem(m),
        }
        for arg in &call.args {
            match arg {
                Arg::RefMut(place) => self.mem(place.mem),
                Arg::Value(_)
                | Arg::RefValue(_)
                | Arg::Mem(_)
                | Arg::Ref(_)
                | Arg::Receiver(_)
                | Arg::Opaque(_)
                | Arg::Closure(_) => {}
            }
        }
    }
}

/// Backward: reaches the result.
struct Useful {
    set: Activity,
}

impl Useful {
    fn run(mut self, f: &Function) -> Activity {
        match f.result {
            ResultOf::Unit => {}
            ResultOf::Value(v) => {
                self.set.values.insert(v);
            }
            ResultOf::Mem(m) => {
                self.set.mems.insert(m);
            }
        }
        for param in &f.params {
            match param.kind {
                ParamKind::Mem(m) if param.active && f.mems[m].access == crate::ir::Access::RefMut => {
                    self.set.mems.insert(m);
                }
                ParamKind::Mem(_) | ParamKind::Value(_) => {}
            }
        }
        loop {
            let before = self.set.size();
            self.region(&f.body);
            if self.set.size() == before {
                return self.set;
            }
        }
    }

    fn operand(&mut self, operand: &Operand) {
        match operand {
            Operand::Value(v) => self.set.values.insert(*v),
            Operand::Mem(m) => self.set.mems.insert(*m),
            Operand::Copy(place) => self.set.mems.insert(place.mem),
        };
    }

    fn init(&mut self, init: &Init) {
        init_operands(init).iter().for_each(|o| self.operand(o));
    }

    fn region(&mut self, region: &Region) {
        region.stmts.iter().rev().for_each(|s| self.stmt(s));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let { value, op } if self.set.value(*value) => {
                let (values, mems) = differentiable_operands(op);
                self.set.values.extend(values);
                self.set.mems.extend(mems);
            }
            Stmt::Decl { mem, init: Some(init) } if self.set.mem(*mem) => self.init(init),
            Stmt::Store { place, value } if self.set.mem(place.mem) => {
                self.set.values.insert(*value);
            }
            Stmt::Assign { place, init } if self.set.mem(place.mem) => self.init(init),
            Stmt::Accumulate { place, from } if self.set.mem(place.mem) => self.operand(from),
            Stmt::Let { .. } | Stmt::Decl { .. } | Stmt::Store { .. } | Stmt::Assign { .. } => {}
            Stmt::Bulk(bulk) => self.bulk(bulk),
            Stmt::Branch(branch) => {
                for phi in &branch.phis {
                    if self.set.value(phi.value) {
                        self.set.values.extend(phi.inputs.iter().flatten().copied());
                    }
                }
                branch.arms.iter().for_each(|a| self.region(a));
            }
            Stmt::Loop(l) => self.loop_(l),
            Stmt::Call(call) => self.call(call),
            Stmt::Accumulate { .. }
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => {}
        }
    }

    fn bulk(&mut self, bulk: &Bulk) {
        for (to, from) in bulk.flows() {
            if self.set.mem(to) {
                self.operand(&from);
            }
        }
    }

    fn loop_(&mut self, l: &Loop) {
        for c in &l.carried {
            if self.set.value(c.result) || self.set.value(c.phi) {
                self.set.values.extend([c.phi, c.next]);
                self.set.values.extend(c.init);
            }
        }
        self.region(&l.body);
        l.header.iter().for_each(|(h, _)| self.region(h));
    }

    fn call(&mut self, call: &Call) {
        let result = match call.result {
            CallResult::None => false,
            CallResult::Value(v) => self.set.value(v),
            CallResult::Mem(m) => self.set.mem(m),
        };
        if !result && !call.args.iter().any(|a| matches!(a, Arg::RefMut(p) if self.set.mem(p.mem))) {
            return;
        }
        for arg in &call.args {
            match arg {
                Arg::Value(v) | Arg::RefValue(v) => {
                    self.set.values.insert(*v);
                }
                Arg::Mem(operand) => self.operand(operand),
                Arg::Ref(place) | Arg::RefMut(place) | Arg::Receiver(place) => {
                    self.set.mems.insert(place.mem);
                }
                Arg::Closure(closure) => {
                    self.set.mems.insert(closure.env.mem);
                }
                Arg::Opaque(_) => {}
            }
        }
    }
}
