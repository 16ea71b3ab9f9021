//! Methods of constants that are given a value which depends on an input, and whose result is not differentiated: the value
//! may come back by another way (a `Cell`, a `Mutex`, a `thread_local!`), and its derivative would be lost.
//!
//! ```text
//! call .set(self m0, v3)        m0 a `&Cell<f64>`, v3 active: refused
//! call .log(self m0, v3)        checked .log(self m0, v3)         by the forward half: rustc finds none if it has no `#[grad]`
//! ```

use super::activity::{differentiable_operands, init_operands, Activity};
use crate::ir::dense::IdSet;
use crate::ir::hash::HashSet;
use crate::ir::{
    Arg, Bulk, Call, CallResult, CallRole, Callee, Function, Init, Loop, MemId, Op, Opaque, Operand,
    ParamKind, Proj, Read, Region, ResultOf, SpanId, Stmt, ValueId,
};

/// Methods of std that keep what they get where others find it. Their forward halves don't exist; E57 says it better.
const KEEPING: &[&str] = &[
    "set",
    "replace",
    "swap",
    "update",
    "store",
    "insert",
    "push",
    "push_back",
    "push_front",
    "extend",
    "append",
    "fill",
    "send",
    "try_send",
    "write",
    "get_or_init",
    "with",
    "with_borrow_mut",
    "for_each",
];

/// Calls whose result nobody wants, or is a number that no result depends on, are left to rustc.
pub fn check(f: &mut Function) {
    let (varied, active) = (Activity::varied(f), Activity::of(f));
    let unused = |call: &Call| match call.result {
        CallResult::None => true,
        CallResult::Value(v) => f.values[v].ty.is_float() || !used(f, v),
        CallResult::Mem(_) => false,
    };
    let checked = |call: &Call| {
        let known = matches!(&call.callee, Callee::Method { text, .. } if KEEPING.contains(&text.as_str()));
        !known && loses(call, &varied, &active) && unused(call) && !writes_constant(f, call, |_| true)
    };
    let spans: HashSet<SpanId> = f
        .body
        .deep()
        .filter_map(|s| match s {
            Stmt::Call(call) if checked(call) => Some(call.span),
            _ => None,
        })
        .collect();
    if !spans.is_empty() {
        mark(&mut f.body, &spans);
    }
}

fn mark(region: &mut Region, spans: &HashSet<SpanId>) {
    for stmt in &mut region.stmts {
        if let Stmt::Call(call) = stmt {
            if spans.contains(&call.span) && call.role == CallRole::Primal {
                call.role = CallRole::Checked;
            }
        }
        stmt.regions_mut().into_iter().for_each(|r| mark(r, spans));
    }
}

/// The first such call.
pub fn find(f: &Function) -> Option<SpanId> {
    let (varied, active) = (Activity::varied(f), Activity::of(f));
    region(f, &f.body, &varied, &active)
}

fn region(f: &Function, r: &Region, varied: &Activity, active: &Activity) -> Option<SpanId> {
    r.deep().find_map(|stmt| match stmt {
        Stmt::Call(call) if loses(call, varied, active) && !falls_back(f, call) && !by_half(call) => {
            Some(call.span)
        }
        Stmt::Call(call) if active.call(call) && writes_constant(f, call, |m| active.mem(m)) => {
            Some(call.span)
        }
        _ => None,
    })
}

/// A closure goes to the forward half in any case, also for the value alone: rustc finds none if there is no `#[grad]`.
fn by_half(call: &Call) -> bool {
    let closure = call.args.iter().any(|a| matches!(a, Arg::Closure(_)));
    closure && !matches!(&call.callee, Callee::Method { text, .. } if KEEPING.contains(&text.as_str()))
}

/// Does it write a `&mut` parameter that has no cotangent, one of these?
fn writes_constant(f: &Function, call: &Call, these: impl Fn(MemId) -> bool) -> bool {
    let constant = |mem: MemId| f.params.iter().any(|p| p.kind == ParamKind::Mem(mem) && !p.active);
    call.args.iter().any(|arg| matches!(arg, Arg::RefMut(place) if constant(place.mem) && these(place.mem)))
}

/// `g(k).unwrap_or(x)`: what `g` returned is used up here, so nothing comes back through it.
fn falls_back(f: &Function, call: &Call) -> bool {
    let (Callee::Method { text, .. }, Some(Arg::Value(receiver))) = (&call.callee, call.args.first()) else {
        return false;
    };
    let mut uses = 0;
    f.body.visit(&mut |v| uses += u32::from(v == *receiver));
    uses == 1 && ["unwrap_or", "ok_or"].contains(&text.as_str())
}

/// Carried code that takes a number out of something that depends on an input: what it binds would be a constant.
pub fn carried(f: &Function) -> Option<SpanId> {
    let mut walk = Carried { f, values: IdSet::default(), mems: HashSet::default() };
    for param in f.params.iter().filter(|p| p.active) {
        match param.kind {
            ParamKind::Value(v) => walk.value(v, true),
            ParamKind::Mem(m) => walk.mem(m, true),
        }
    }
    walk.report(&f.body)
}

/// What depends on an input by now, in the order of the statements: lowering, which chose to carry code, knows no more.
struct Carried<'f> {
    f: &'f Function,
    values: IdSet<ValueId>,
    mems: HashSet<MemId>,
}

impl Carried<'_> {
    fn report(&mut self, r: &Region) -> Option<SpanId> {
        r.stmts.iter().find_map(|stmt| {
            if let Stmt::Loop(_) = stmt {
                // What an iteration makes dependent is so in the next one from its start.
                let mut before = None;
                while before != Some(self.size()) {
                    before = Some(self.size());
                    self.stmt(stmt);
                }
            }
            if let Stmt::Let { value, op: Op::Once(opaque) | Op::Pure(opaque) } = stmt {
                let info = &self.f.values[*value];
                if self.reads(opaque) && !info.ty.is_passive() && used(self.f, *value) {
                    return Some(info.span);
                }
            }
            let inner = stmt.regions().into_iter().find_map(|r| self.report(r));
            self.stmt(stmt);
            inner
        })
    }

    fn size(&self) -> usize {
        self.values.len() + self.mems.len()
    }

    fn value(&mut self, value: ValueId, depends: bool) {
        if depends && !self.f.values[value].ty.is_passive() {
            self.values.insert(value);
        }
    }

    fn mem(&mut self, mem: MemId, depends: bool) {
        if depends && !self.f.mems[mem].ty.is_passive() {
            self.mems.insert(mem);
        }
    }

    fn has(&self, value: ValueId) -> bool {
        self.values.contains(&value)
    }

    fn operand(&self, operand: &Operand) -> bool {
        match operand {
            Operand::Value(v) => self.has(*v),
            Operand::Mem(m) => self.mems.contains(m),
            Operand::Copy(place) => self.mems.contains(&place.mem),
        }
    }

    fn reads(&self, opaque: &Opaque) -> bool {
        opaque.reads.iter().any(|read| match read {
            Read::Value(v) => self.has(*v) && !is_payload(self.f, *v),
            Read::Mem(m) => self.mems.contains(m),
        })
    }

    fn init(&self, init: &Init) -> bool {
        init_operands(init).iter().any(|o| self.operand(o))
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let { value, op: Op::Once(opaque) | Op::Pure(opaque) } => {
                self.writes(opaque);
                // A constant, by the decision of lowering.
                self.value(*value, false);
            }
            Stmt::Let { value, op } => {
                let (values, mem) = differentiable_operands(op);
                let depends =
                    values.iter().any(|v| self.has(*v)) || mem.iter().any(|m| self.mems.contains(m));
                self.value(*value, depends);
            }
            Stmt::Decl { mem, init } => {
                // Anew in each iteration.
                self.mems.remove(mem);
                self.mem(*mem, init.as_ref().is_some_and(|i| self.init(i)));
            }
            Stmt::Store { place, value } => self.mem(place.mem, self.has(*value)),
            Stmt::Assign { place, init } => self.mem(place.mem, self.init(init)),
            Stmt::Bulk(bulk) => self.bulk(bulk),
            Stmt::Branch(branch) => {
                branch.arms.iter().for_each(|arm| self.region(arm));
                for phi in &branch.phis {
                    self.value(phi.value, phi.inputs.iter().flatten().any(|v| self.has(*v)));
                }
            }
            Stmt::Loop(l) => self.loop_(l),
            Stmt::Call(call) => self.call(call),
            Stmt::Opaque(opaque) => self.writes(opaque),
            // Made by the transforms.
            Stmt::Accumulate { .. }
            | Stmt::Push { .. }
            | Stmt::Pop { .. }
            | Stmt::Save { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => {}
        }
    }

    fn region(&mut self, r: &Region) {
        r.stmts.iter().for_each(|s| self.stmt(s));
    }

    fn writes(&mut self, opaque: &Opaque) {
        let depends = self.reads(opaque);
        opaque.writes.iter().for_each(|m| self.mem(*m, depends));
    }

    fn loop_(&mut self, l: &Loop) {
        let carried = |this: &mut Self| {
            for c in &l.carried {
                let depends = c.init.is_some_and(|i| this.has(i)) || this.has(c.next);
                this.value(c.phi, depends);
                this.value(c.result, depends);
            }
        };
        carried(self);
        l.header.iter().for_each(|(h, _)| self.region(h));
        self.region(&l.body);
        carried(self);
    }

    fn bulk(&mut self, bulk: &Bulk) {
        bulk.flows().iter().for_each(|(to, from)| self.mem(*to, self.operand(from)));
    }

    fn call(&mut self, call: &Call) {
        let depends = call.args.iter().any(|arg| match arg {
            Arg::Value(v) | Arg::RefValue(v) => self.has(*v),
            Arg::Mem(operand) => self.operand(operand),
            Arg::Ref(place) | Arg::RefMut(place) | Arg::Receiver(place) => self.mems.contains(&place.mem),
            Arg::Closure(closure) => self.mems.contains(&closure.env.mem),
            Arg::Opaque(opaque) => self.reads(opaque),
        });
        match call.result {
            CallResult::None => {}
            CallResult::Value(v) => self.value(v, depends),
            CallResult::Mem(m) => self.mem(m, depends),
        }
        for arg in &call.args {
            match arg {
                Arg::RefMut(place) => self.mem(place.mem, depends),
                Arg::Opaque(opaque) => opaque.writes.iter().for_each(|m| self.mem(*m, depends)),
                Arg::Value(_)
                | Arg::RefValue(_)
                | Arg::Mem(_)
                | Arg::Ref(_)
                | Arg::Receiver(_)
                | Arg::Closure(_) => {}
            }
        }
    }
}

/// The error that `?` converts and hands on: it carries no derivative.
fn is_payload(f: &Function, value: ValueId) -> bool {
    f.body.deep().filter_map(Stmt::computed).any(|(v, op)| match op {
        Op::Load(place) => v == value && matches!(place.proj.last(), Some(Proj::Payload { .. })),
        _ => false,
    })
}

fn used(f: &Function, value: ValueId) -> bool {
    let mut used = f.result == ResultOf::Value(value);
    f.body.visit(&mut |v| used |= v == value);
    used
}

fn loses(call: &Call, varied: &Activity, active: &Activity) -> bool {
    let method = matches!(call.callee, Callee::Method { .. });
    let Some((receiver, rest)) = call.args.split_first() else { return false };
    let given = rest.iter().any(|a| varied.arg(a));
    method && call.role == CallRole::Primal && !active.call(call) && !varied.arg(receiver) && given
}
