//! A `while` loop that counts by ones to a fixed end becomes a loop over a range, which all later stages know more about:
//! how often it runs, and that its counter is an index.
//!
//! ```text
//! loop carry (i = lo -> next, result r) { while { c = lt(i, n) } c  ..  next = add(i, 1) }    (n fixed)
//!     →    loop i in lo..n { ..  next = add(i, 1) }    r = select(lt(lo, n), n, lo)
//! loop carry (i = n -> next, result r) { while { c = gt(i, 0) } c  ..  next = sub(i, 1)  .. }
//!     →    loop next in 0..n rev { i = add(next, 1)  .. }
//! ```
//! What the condition computes besides the comparison is the same before every iteration; it runs once, before the loop.

use crate::ir::hash::HashSet;
use crate::ir::visit::Mentions;
use crate::ir::{
    Adaptor, Carried, Const, Function, Loop, MemId, Op, Opaque, Place, Range, Region, Stmt, Ty, ValueId,
};
use crate::rules::Func;

pub(super) fn count(f: &mut Function) {
    let mut body = std::mem::take(&mut f.body);
    region(f, &mut body);
    f.body = body;
}

fn region(f: &mut Function, region_: &mut Region) {
    let stmts = std::mem::take(&mut region_.stmts);
    let mut constants: Vec<(ValueId, i64)> = Vec::new();
    for mut stmt in stmts {
        stmt.regions_mut().into_iter().for_each(|inner| region(f, inner));
        constants.extend(stmt.int());
        let Stmt::Loop(l) = &mut stmt else {
            region_.stmts.push(stmt);
            continue;
        };
        let Some(counter) = counter(f, l, &constants) else {
            region_.stmts.push(stmt);
            continue;
        };
        let (before, after) = rewrite(f, l, counter);
        region_.stmts.extend(before);
        region_.stmts.push(stmt);
        region_.stmts.extend(after);
    }
}

/// The carried value that counts, and where it ends.
struct Counter {
    at: usize,
    /// Where `next` is computed in the body.
    step: usize,
    end: ValueId,
    down: bool,
}

fn counter(f: &Function, l: &Loop, outside: &[(ValueId, i64)]) -> Option<Counter> {
    let (header, cond) = l.header.as_ref().filter(|_| l.range.is_none() && l.stop.is_none())?;
    let (last, rest) = header.stmts.split_last()?;
    let (value, Op::Apply { func, args }) = last.computed()? else { return None };
    let (small, large) = match (func, args.as_slice()) {
        (Func::Lt, [a, b]) => (*a, *b),
        (Func::Gt, [a, b]) => (*b, *a),
        _ => return None,
    };
    let mentioned = Mentions::of(|m| l.body.visit(m)).values;
    if value != *cond || mentioned.contains(cond) || !is_fixed(l, rest) {
        return None;
    }
    let carried = |v: ValueId| l.carried.iter().position(|c| c.phi == v);
    let (at, end, func) = match (carried(small), carried(large)) {
        (Some(at), None) => (at, large, Func::Add),
        (None, Some(at)) => (at, small, Func::Sub),
        _ => return None,
    };
    let Carried { phi, init, next, result: _ } = l.carried[at];
    let constants: Vec<(ValueId, i64)> =
        outside.iter().copied().chain(rest.iter().chain(&l.body.stmts).filter_map(Stmt::int)).collect();
    let is = |v: ValueId, n: i64| constants.contains(&(v, n));
    let down = func == Func::Sub;
    let by_one = |op: &Op| match op {
        Op::Apply { func: f, args } if *f == func => {
            matches!(args.as_slice(), [a, b] if *a == phi && is(*b, 1) || !down && *b == phi && is(*a, 1))
        }
        _ => false,
    };
    let step =
        l.body.stmts.iter().position(|s| s.computed().is_some_and(|(v, op)| v == next && by_one(op)))?;
    let whole = init.is_some() && f.values[phi].ty == Ty::Int && f.values[end].ty == Ty::Int;
    (whole && (!down || is(end, 0))).then_some(Counter { at, step, end, down })
}

/// Is this the same before every iteration?
fn is_fixed(l: &Loop, stmts: &[Stmt]) -> bool {
    let header: HashSet<ValueId> = stmts.iter().flat_map(Stmt::defs).collect();
    let mut inside = l.binds();
    inside.retain(|v| !header.contains(v));
    let written: HashSet<MemId> = l.body.deep().flat_map(Stmt::written).collect();
    stmts.iter().all(|stmt| {
        let Some((_, op)) = stmt.computed() else { return false };
        op.operands().iter().all(|v| !inside.contains(v)) && keeps(op, l, &written)
    })
}

fn keeps(op: &Op, l: &Loop, written: &HashSet<MemId>) -> bool {
    match op {
        Op::Const(_) | Op::Apply { .. } | Op::Cast { .. } | Op::Helper { .. } | Op::Select { .. } => true,
        Op::Len(place) => !written.contains(&place.mem) || keeps_length(place, &l.body),
        Op::Load(place) => !written.contains(&place.mem),
        Op::Pure(Opaque { writes, diverges, .. }) => {
            writes.is_empty() && !diverges && op.read().iter().all(|m| !written.contains(m))
        }
        Op::Operator { .. } | Op::Once(_) | Op::Detach(_) | Op::SumOf(_) | Op::Dot(..) => false,
    }
}

/// Is nothing but elements of it written?
fn keeps_length(place: &Place, body: &Region) -> bool {
    place.proj.is_empty()
        && body.deep().filter(|s| s.written().contains(&place.mem)).all(|stmt| match stmt {
            Stmt::Store { place, value: _ } => !place.proj.is_empty(),
            _ => false,
        })
}

/// What comes before the loop and behind it.
fn rewrite(f: &mut Function, l: &mut Loop, counter: Counter) -> (Vec<Stmt>, Vec<Stmt>) {
    let Counter { at, step, end, down } = counter;
    let Carried { phi, init, next, result } = l.carried.remove(at);
    let (mut before, comparison) = match l.header.take() {
        Some((header, _)) => (header.stmts, f.fresh(Ty::Bool, l.span)),
        None => return (Vec::new(), Vec::new()),
    };
    before.pop();
    let start = init.unwrap_or(phi);
    let (index, lo, hi) = if down { (next, end, start) } else { (phi, start, end) };
    if down {
        let one = f.fresh(Ty::Int, l.span);
        l.body.stmts.remove(step);
        let first = [
            Stmt::Let { value: one, op: Op::Const(Const::Int(1)) },
            Stmt::Let { value: phi, op: Op::Apply { func: Func::Add, args: vec![next, one] } },
        ];
        l.body.stmts.splice(..0, first);
    } else {
        // It can't overflow, so nobody misses it.
        let counted = l.body.stmts.remove(step);
        if Mentions::of(|m| l.body.visit(m)).values.contains(&next) {
            l.body.stmts.insert(step, counted);
        }
    }
    let adaptors = if down { vec![Adaptor::Rev] } else { Vec::new() };
    l.range = Some(Range { index, lo, hi, inclusive: false, adaptors });
    let after = vec![
        Stmt::Let { value: comparison, op: Op::Apply { func: Func::Lt, args: vec![lo, hi] } },
        Stmt::Let { value: result, op: Op::Select { cond: comparison, then: end, els: start } },
    ];
    (before, after)
}
