//! What a loop over vectors collects, one number per iteration, is stored in a vector that is long enough.
//!
//! ```text
//! decl m0 = vec![]; loop j in 0..n { m0.push(v1) }     →     decl m0 = vec![0.0; n]; loop j in 0..n { m0[j] = v1 }
//! ```
//! Then its length is known, and it may be a scratch object. `n` must be bounded by the length of something that is there.

use crate::ir::build::Builder;
use crate::ir::hash::HashMap;
use crate::ir::visit::Mentions;
use crate::ir::{Bulk, Function, Init, MemId, Op, Operand, Place, Proj, Region, Stmt, Ty, ValueId};
use crate::rules::Func;

/// Before lengths are told.
pub(super) fn collect(f: &mut Function) {
    let mut body = std::mem::take(&mut f.body);
    let facts = Facts::of(&body);
    collected(f, &mut body, &facts);
    f.body = body;
}

/// `Vec::new()`, and a loop that pushes one number per iteration.
fn collected(f: &mut Function, region: &mut Region, facts: &Facts) {
    for stmt in &mut region.stmts {
        stmt.regions_mut().into_iter().for_each(|inner| collected(f, inner, facts));
    }
    let mut at = 0;
    while at < region.stmts.len() {
        if let Some((next, push)) = filling(f, &region.stmts, at, facts) {
            at = store(f, region, at, next, push);
        }
        at += 1;
    }
}

fn mentions(stmt: &Stmt, mem: MemId) -> usize {
    Mentions::of(|m| stmt.visit_deep(m)).mems.iter().filter(|m| **m == mem).count()
}

/// The loop that fills what is declared at `at`, and where in its body it pushes.
fn filling(f: &Function, stmts: &[Stmt], at: usize, facts: &Facts) -> Option<(usize, usize)> {
    let Stmt::Decl { mem, init: Some(Init::VecNew { .. }) } = &stmts[at] else { return None };
    let number = matches!(&f.mems[*mem].ty, Ty::Vec(elem) if elem.is_float());
    let next = (at + 1..stmts.len()).find(|k| mentions(&stmts[*k], *mem) > 0)?;
    let Stmt::Loop(l) = &stmts[next] else { return None };
    let range = l.whole_range().filter(|r| r.adaptors.is_empty() && !r.inclusive)?;
    let pushes = |s: &Stmt| match s {
        Stmt::Bulk(Bulk::Push { place, item: Operand::Value(_) }) => *place == Place::whole(*mem),
        _ => false,
    };
    let push = l.body.stmts.iter().position(pushes)?;
    // (Ends that lengths bound are of the type of an index.)
    let whole = facts.is_zero(range.lo) && facts.bounded(range.hi);
    (number && whole && mentions(&stmts[next], *mem) == 1).then_some((next, push))
}

/// Returns where the loop is then.
fn store(f: &mut Function, region: &mut Region, at: usize, next: usize, push: usize) -> usize {
    let Stmt::Decl { mem, .. } = region.stmts.remove(at) else { return at };
    let (elem, span) = (f.mems[mem].ty.elem(), f.mems[mem].span);
    let mut b = Builder { f, out: Vec::new() };
    let zero = b.float(0.0, elem, span);
    let mut made = b.out;
    let Stmt::Loop(l) = &mut region.stmts[next - 1] else { return at };
    if let (Some(range), Stmt::Bulk(Bulk::Push { item: Operand::Value(value), .. })) =
        (&l.range, &l.body.stmts[push])
    {
        let init = Init::VecRepeat { elem: Operand::Value(zero), len: range.hi };
        made.push(Stmt::Decl { mem, init: Some(init) });
        let place = Place::whole(mem).with(Proj::Index(range.index));
        l.body.stmts[push] = Stmt::Store { place, value: *value };
    }
    let count = made.len();
    region.stmts.splice(next - 1..next - 1, made);
    next - 1 + count
}

/// What integers are made of.
struct Facts {
    ops: HashMap<ValueId, Op>,
}

impl Facts {
    fn of(body: &Region) -> Facts {
        Facts { ops: body.deep().filter_map(Stmt::computed).map(|(v, op)| (v, op.clone())).collect() }
    }

    /// Is it not above the length of something that is there?
    fn bounded(&self, value: ValueId) -> bool {
        match self.ops.get(&value) {
            Some(Op::Len(_)) => true,
            Some(Op::Apply { func: Func::Div | Func::Sub, args }) => self.bounded(args[0]),
            Some(Op::Helper { name: "least", args }) => args.iter().any(|a| self.bounded(*a)),
            Some(_) | None => false,
        }
    }

    fn is_zero(&self, value: ValueId) -> bool {
        self.ops.get(&value).and_then(Op::int) == Some(0)
    }
}
