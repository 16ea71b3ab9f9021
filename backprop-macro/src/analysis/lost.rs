//! Methods of constants that are given a value which depends on an input, and whose result is not differentiated: the value
//! may come back by another way (a `Cell`, a `Mutex`, a `thread_local!`), and its derivative would be lost.
//!
//! ```text
//! call .set(self m0, v3)        m0 a `&Cell<f64>`, v3 active: refused
//! ```

use super::activity::Activity;
use crate::ir::hash::HashSet;
use crate::ir::{
    Arg, Call, CallRole, Callee, Function, MemId, Op, ParamKind, Proj, Read, Region, ResultOf, SpanId, Stmt,
    ValueId,
};

/// The first such call.
pub fn find(f: &Function) -> Option<SpanId> {
    let (varied, active) = (Activity::varied(f), Activity::of(f));
    region(f, &f.body, &varied, &active)
}

fn region(f: &Function, r: &Region, varied: &Activity, active: &Activity) -> Option<SpanId> {
    r.stmts.iter().find_map(|stmt| {
        let own = match stmt {
            Stmt::Call(call) if loses(call, varied, active) && !falls_back(f, call) => Some(call.span),
            _ => None,
        };
        own.or_else(|| stmt.regions().into_iter().find_map(|r| region(f, r, varied, active)))
    })
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
    let varied = Activity::varied(f);
    let mut walk = Carried { f, varied: &varied, written: HashSet::default() };
    for param in f.params.iter().filter(|p| p.active) {
        if let ParamKind::Mem(m) = param.kind {
            walk.written.insert(m);
        }
    }
    walk.region(&f.body)
}

struct Carried<'f> {
    f: &'f Function,
    varied: &'f Activity,
    /// Objects that may hold something active by now.
    written: HashSet<MemId>,
}

impl Carried<'_> {
    fn region(&mut self, r: &Region) -> Option<SpanId> {
        r.stmts.iter().find_map(|stmt| {
            if let Stmt::Loop(_) = stmt {
                self.writes_deep(stmt);
            }
            let own = match stmt {
                Stmt::Let { value, op: Op::Once(opaque) | Op::Pure(opaque) } => {
                    let reads = opaque.reads.iter().any(|r| match r {
                        Read::Value(v) => self.varied.value(*v) && !is_payload(self.f, *v),
                        Read::Mem(m) => self.varied.mem(*m) && self.written.contains(m),
                    });
                    let info = &self.f.values[*value];
                    (reads && !info.ty.is_passive() && used(self.f, *value)).then_some(info.span)
                }
                _ => None,
            };
            self.writes(stmt);
            own.or_else(|| stmt.regions().into_iter().find_map(|r| self.region(r)))
        })
    }

    fn writes(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Decl { mem: _, init } if !init.as_ref().is_some_and(|i| self.varied.init(i)) => {}
            Stmt::Store { place: _, value } if !self.varied.value(*value) => {}
            Stmt::Assign { place: _, init } if !self.varied.init(init) => {}
            _ => self.written.extend(stmt.written()),
        }
    }

    fn writes_deep(&mut self, stmt: &Stmt) {
        self.writes(stmt);
        stmt.regions().into_iter().flat_map(|r| &r.stmts).for_each(|s| self.writes_deep(s));
    }
}

/// The error that `?` converts and hands on: it carries no derivative.
fn is_payload(f: &Function, value: ValueId) -> bool {
    fn search(r: &Region, value: ValueId) -> bool {
        r.stmts.iter().any(|s| match s {
            Stmt::Let { value: v, op: Op::Load(place) } if *v == value => {
                matches!(place.proj.last(), Some(Proj::Payload { .. }))
            }
            _ => s.regions().into_iter().any(|r| search(r, value)),
        })
    }
    search(&f.body, value)
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
