//! A local cotangent that one loop is the first to add to, and another one takes and makes zero again, is assigned instead.
//!
//! ```text
//! loop p { loop j in a..b { d[j] += v1 } .. loop j in a..b { v2 = load d[j]; d[j] = 0; .. } }
//!   →
//! loop p { loop j in a..b { d[j] = v1 }  .. loop j in a..b { v2 = load d[j]; .. } }
//! ```
//! Both loops run whenever the other does, over the same elements in all iterations of what is around; nothing else looks at
//! `d` before the first one or after the second. (A zero may have the other sign then.)

use crate::ir::hash::HashMap;
use crate::ir::visit::Mentions;
use crate::ir::walk::ElementAccess;
use crate::ir::{
    Const, Function, Init, Loop, MemId, Op, Operand, Place, Proj, Range, Region, Stmt, Ty, ValueId,
};

pub(super) fn assign_first(f: &mut Function) {
    let constants: HashMap<ValueId, f64> = f.body.deep().filter_map(constant).collect();
    let made: Vec<MemId> = f.body.stmts.iter().filter_map(|s| zeros(f, s, &constants)).collect();
    for mem in made {
        let mut body = std::mem::take(&mut f.body);
        if let Some(pair) = find(&body, mem, &constants) {
            rewrite(&mut body, mem, &pair);
        }
        f.body = body;
    }
}

/// The two loops: the positions on the way to the statements that they are among, and theirs.
struct Pair {
    path: Vec<usize>,
    first: usize,
    last: usize,
}

/// Ints are exact here as well.
fn constant(stmt: &Stmt) -> Option<(ValueId, f64)> {
    match stmt.computed()? {
        (value, Op::Const(Const::Int(n))) => i32::try_from(*n).ok().map(|n| (value, f64::from(n))),
        (value, Op::Const(Const::Float(x))) => Some((value, *x)),
        _ => None,
    }
}

/// The cotangent of a local, of numbers, which is zero at first.
fn zeros(f: &Function, stmt: &Stmt, constants: &HashMap<ValueId, f64>) -> Option<MemId> {
    let Stmt::Decl { mem, init: Some(init) } = stmt else { return None };
    let zero = match init {
        Init::ZeroOf(_) => true,
        Init::VecRepeat { elem: Operand::Value(v), len: _ } => constants.get(v) == Some(&0.0),
        _ => false,
    };
    let number = matches!(&f.mems[*mem].ty, Ty::Vec(elem) if elem.is_float());
    (zero && number && f.mems[*mem].shadow_of.is_some()).then_some(*mem)
}

/// Does it look at the object's contents?
fn looks(stmt: &Stmt, mem: MemId) -> bool {
    stmt.deep().any(|s| match s {
        Stmt::Decl { mem: m, init: Some(Init::ZeroOf(_) | Init::VecRepeat { .. }) } if *m == mem => false,
        Stmt::Decl { mem: _, init: Some(Init::ZeroOf(of)) } if *of == Place::whole(mem) => false,
        Stmt::Let { value: _, op: Op::Len(of) } if *of == Place::whole(mem) => false,
        other => Mentions::of(|m| other.visit_shallow(m)).mems.contains(&mem),
    })
}

fn find(body: &Region, mem: MemId, constants: &HashMap<ValueId, f64>) -> Option<Pair> {
    let mut path = Vec::new();
    let mut region = body;
    let mut outermost: Option<&Loop> = None;
    loop {
        let own: Vec<usize> = (0..region.stmts.len()).filter(|k| looks(&region.stmts[*k], mem)).collect();
        if let [only] = own[..] {
            let Stmt::Loop(l) = &region.stmts[only] else { return None };
            outermost = outermost.or(Some(l));
            path.push(only);
            region = &l.body;
            continue;
        }
        let (Some(&first), Some(&last), Some(around)) = (own.first(), own.last(), outermost) else {
            return None;
        };
        let (Stmt::Loop(adds), Stmt::Loop(takes)) = (&region.stmts[first], &region.stmts[last]) else {
            return None;
        };
        let (range, again) = (plain(adds)?, plain(takes)?);
        let inside = around.binds();
        let end = |v: ValueId| match constants.get(&v) {
            Some(n) => Some((None, *n)),
            None => (!inside.contains(&v)).then_some((Some(v), 0.0)),
        };
        let same = end(range.lo)? == end(again.lo)? && end(range.hi)? == end(again.hi)?;
        return (same && only_adds(adds, mem, range) && takes_all(takes, mem, again, constants))
            .then_some(Pair { path, first, last });
    }
}

fn plain(l: &Loop) -> Option<&Range> {
    l.whole_range().filter(|r| r.is_plain() && !r.inclusive)
}

/// The accesses to single elements in the statements of the loop itself; `None`: there are others.
fn accesses(l: &Loop, mem: MemId, range: &Range) -> Option<Vec<(ElementAccess, ValueId)>> {
    let slot = Place { mem, proj: vec![Proj::Index(range.index)] };
    let mut all = Vec::new();
    for stmt in l.body.stmts.iter().filter(|s| looks(s, mem)) {
        let element = stmt.element().filter(|e| *e.place == slot)?;
        all.push((element.access, element.value));
    }
    Some(all)
}

fn only_adds(l: &Loop, mem: MemId, range: &Range) -> bool {
    matches!(accesses(l, mem, range).as_deref(), Some([(ElementAccess::Add, _)]))
}

/// Zeros are the last that is stored, and every iteration stores them.
fn takes_all(l: &Loop, mem: MemId, range: &Range, constants: &HashMap<ValueId, f64>) -> bool {
    let all = accesses(l, mem, range).unwrap_or_default();
    let zero =
        |a: &(ElementAccess, ValueId)| a.0 == ElementAccess::Write && constants.get(&a.1) == Some(&0.0);
    let reads = |a: &(ElementAccess, ValueId)| a.0 == ElementAccess::Read;
    match all.split_last() {
        Some((last, before)) => zero(last) && before.iter().all(reads),
        None => false,
    }
}

fn rewrite(body: &mut Region, mem: MemId, pair: &Pair) {
    let mut region = body;
    for k in &pair.path {
        let Stmt::Loop(l) = &mut region.stmts[*k] else { return };
        region = &mut l.body;
    }
    if let Stmt::Loop(adds) = &mut region.stmts[pair.first] {
        for stmt in &mut adds.body.stmts {
            if let Stmt::Accumulate { place, from: Operand::Value(value) } = stmt {
                if place.mem == mem {
                    *stmt = Stmt::Store { place: place.clone(), value: *value };
                }
            }
        }
    }
    if let Stmt::Loop(takes) = &mut region.stmts[pair.last] {
        takes.body.stmts.retain(|s| !matches!(s, Stmt::Store { place, value: _ } if place.mem == mem));
    }
}
