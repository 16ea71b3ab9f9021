//! Scratch objects: declared outside a loop, but wholly overwritten in each iteration before they are read.
//!
//! ```text
//! let mut t = vec![0.0; n];
//! for p in .. { for j in 0..n { t[j] = .. }  .. t[i] .. }        t belongs to the body of the loop over p
//! ```
//! Such an object carries nothing from one iteration to the next: its stores need no undoing across iterations, and the
//! loop may be fused.

use super::layout::{At, Kind, Layout, RegionId};
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::ty::ArrayLen;
use crate::ir::visit::Mentions;
use crate::ir::{
    Access, Arg, Bulk, Call, Callee, Function, Init, Loop, MemId, Op, Operand, ParamKind, Place, Proj,
    Region, Stmt, Ty, ValueId,
};

/// Object → the loop body that it belongs to.
#[derive(Clone, Debug, Default)]
pub struct Private {
    bodies: HashMap<MemId, RegionId>,
}

impl Private {
    pub fn of(f: &Function, layout: &Layout) -> Private {
        let mut mentions = Vec::new();
        collect(&f.body, 0, layout, &mut mentions);
        let mut by_mem: HashMap<MemId, Vec<At>> = HashMap::default();
        for (mem, at) in mentions {
            by_mem.entry(mem).or_default().push(at);
        }
        let swapped = exchanged(&f.body);
        let mut bodies = HashMap::default();
        for (mem, all) in by_mem.into_iter().filter(|(m, _)| !swapped.iter().any(|(a, b)| a == m || b == m)) {
            let param = f.params.iter().any(|p| p.kind == ParamKind::Mem(mem));
            if !param && f.mems[mem].access == Access::Owned && !resizes(&f.body, &|p| p.mem == mem) {
                if let Some(body) = (Search { f, layout, mem }).body(&all) {
                    bodies.insert(mem, body);
                }
            }
        }
        Private { bodies }
    }

    pub fn body(&self, mem: MemId) -> Option<RegionId> {
        self.bodies.get(&mem).copied()
    }

    /// The region that the contents of the object belong to.
    pub fn home(&self, layout: &Layout, mem: MemId) -> RegionId {
        self.body(mem).unwrap_or_else(|| layout.home(mem))
    }

    pub fn iter(&self) -> impl Iterator<Item = (MemId, RegionId)> + use<'_> {
        self.bodies.iter().map(|(m, r)| (*m, *r))
    }
}

/// Pairs of different objects whose contents are exchanged: what one holds may come from the other.
pub fn exchanged(region: &Region) -> Vec<(MemId, MemId)> {
    let pair = |s: &Stmt| match s {
        Stmt::Bulk(Bulk::Swap { a, b }) if a.mem != b.mem => Some((a.mem, b.mem)),
        _ => None,
    };
    region.deep().filter_map(pair).collect()
}

/// Does the length of a vector change, other than by assigning it as a whole?
pub fn resizes(region: &Region, of: &dyn Fn(&Place) -> bool) -> bool {
    region.deep().any(|s| matches!(s, Stmt::Bulk(bulk) if bulk.resized().is_some_and(of)))
}

/// Every mention of an object, declarations apart.
fn collect(region: &Region, id: RegionId, layout: &Layout, all: &mut Vec<(MemId, At)>) {
    for (index, stmt) in region.stmts.iter().enumerate() {
        let at = (id, index);
        let mems: HashSet<MemId> = Mentions::of(|m| stmt.visit_shallow(m)).mems.into_iter().collect();
        all.extend(mems.into_iter().map(|m| (m, at)));
        for (inner, child) in stmt.regions().into_iter().zip(layout.children(at)) {
            collect(inner, *child, layout, all);
        }
    }
}

fn mentions(stmt: &Stmt, mem: MemId) -> bool {
    Mentions::of(|m| stmt.visit_deep(m)).mems.contains(&mem)
}

/// Does each iteration store the element at its index, and look at no element that it has not stored?
pub fn fills(f: &Function, l: &Loop, mem: MemId) -> bool {
    let Some(range) = &l.range else { return false };
    let slot = Place::whole(mem).with(Proj::Index(range.index));
    let mut stored = false;
    for stmt in l.body.stmts.iter().filter(|s| mentions(s, mem)) {
        match stmt {
            Stmt::Store { place, value: _ } if *place == slot => stored = true,
            Stmt::Let { value: _, op: Op::Load(place) } if *place == slot => {
                // The old value that an undo would put back is read before the store; nothing else may be.
                if !stored && !only_old(f, stmt) {
                    return false;
                }
            }
            // Any other mention may read what was there.
            _ => return false,
        }
    }
    stored
}

/// A load that nothing uses: made for an undo.
fn only_old(f: &Function, stmt: &Stmt) -> bool {
    let mut used = false;
    let defs = stmt.defs();
    f.body.visit(&mut |v| used |= defs.contains(&v));
    !used
}

struct Search<'f> {
    f: &'f Function,
    layout: &'f Layout,
    mem: MemId,
}

impl Search<'_> {
    /// The innermost loop body around all mentions that starts by overwriting the whole object.
    fn body(&self, all: &[At]) -> Option<RegionId> {
        let first = all.first()?;
        let home = self.layout.home(self.mem);
        let around = self.layout.loops_around(first.0);
        let bodies = around.into_iter().filter(|b| *b != home && !self.layout.contains(*b, home));
        bodies.into_iter().find(|b| {
            all.iter().all(|at| self.layout.contains(*b, at.0))
                && self.starts_with_kill(self.layout.region(self.f, *b))
        })
    }

    fn starts_with_kill(&self, region: &Region) -> bool {
        let first = region.stmts.iter().find(|s| mentions(s, self.mem));
        first.is_some_and(|stmt| self.kills(stmt))
    }

    /// Does the statement overwrite the whole object without reading what was there?
    fn kills(&self, stmt: &Stmt) -> bool {
        let whole = |p: &Place| p.mem == self.mem && p.proj.is_empty();
        match stmt {
            Stmt::Store { place, value: _ } | Stmt::Bulk(Bulk::Fill { place, value: _ }) => whole(place),
            Stmt::Assign { place, init } => {
                whole(place) && !Mentions::of(|m| init.visit(m)).mems.contains(&self.mem)
            }
            Stmt::Bulk(Bulk::CopyFrom { dst, src }) => whole(dst) && src.mem != self.mem,
            Stmt::Loop(l) => self.loop_kills(l),
            Stmt::Call(call) => self.call_kills(call),
            Stmt::Let { .. }
            | Stmt::Decl { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Branch(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => false,
        }
    }

    /// `for j in 0..n { m[j] = ..; .. m[j] .. }`, where `n` is the object's length.
    fn loop_kills(&self, l: &Loop) -> bool {
        let Some(range) = l.whole_range() else { return false };
        let counted = !range.inclusive && range.adaptors.is_empty();
        counted && self.is_zero(range.lo) && self.is_length(range.hi) && fills(self.f, l, self.mem)
    }

    /// May it count on the callee to overwrite the object?
    fn call_kills(&self, call: &Call) -> bool {
        let Callee::Path(callee) = call.callee else { return false };
        let mut mentions = Mentions::of(|m| call.args.iter().for_each(|a| a.visit(m))).mems;
        mentions.retain(|m| *m == self.mem);
        let counts = |(k, arg): (usize, &Arg)| {
            *arg == Arg::RefMut(Place::whole(self.mem)) && self.f.overwrites.contains(&(callee, k))
        };
        mentions.len() == 1 && call.args.iter().enumerate().any(counts)
    }

    fn is_zero(&self, value: ValueId) -> bool {
        self.layout.ops.get(&value).and_then(Op::int) == Some(0)
    }

    fn is_length(&self, value: ValueId) -> bool {
        let own = Op::Len(Place::whole(self.mem));
        if self.layout.ops.get(&value) == Some(&own) {
            return true;
        }
        let constant = self.layout.ops.get(&value).and_then(Op::int);
        if let (Ty::Array(_, ArrayLen::Known(n)), Some(k)) = (&self.f.mems[self.mem].ty, constant) {
            return i64::try_from(*n) == Ok(k);
        }
        match self.init() {
            Some(Init::VecRepeat { elem: Operand::Value(_), len }) => self.same(*len, value),
            Some(Init::ToVec(from)) => self.layout.ops.get(&value) == Some(&Op::Len(from.clone())),
            _ => false,
        }
    }

    fn init(&self) -> Option<&Init> {
        self.f.body.deep().find_map(|s| match s {
            Stmt::Decl { mem, init } if *mem == self.mem => init.as_ref(),
            _ => None,
        })
    }

    /// Equal by definition.
    fn same(&self, a: ValueId, b: ValueId) -> bool {
        a == b
            || match (self.layout.ops.get(&a), self.layout.ops.get(&b)) {
                (Some(Op::Len(x)), Some(Op::Len(y))) => x == y && !self.layout.writes.contains_key(&x.mem),
                (Some(x), Some(y)) => x.int().is_some() && x.int() == y.int(),
                (None, _) | (_, None) => false,
            }
    }
}

/// Can a later iteration of the loop with this body write what an earlier one reads?
pub fn disjoint(f: &Function, layout: &Layout, body: RegionId, read: &Place, write: &Place) -> bool {
    let Some(parent) = layout.regions[body].parent else { return false };
    if layout.regions[body].kind != Kind::Body {
        return false;
    }
    let Stmt::Loop(l) = &layout.region(f, parent.0).stmts[parent.1] else { return false };
    let Some(range) = &l.range else { return false };
    for (a, b) in read.proj.iter().zip(&write.proj) {
        match (a, b) {
            (Proj::Index(i), Proj::Index(j)) if *i == range.index && i == j => return true,
            (Proj::Index(_), Proj::Index(_)) => {}
            // A range that moves from iteration to iteration may meet what it met before.
            (Proj::Range { lo, hi: _ }, Proj::Range { lo: other, hi: _ }) => {
                let moves = |v: &ValueId| layout.defs.get(v).is_some_and(|d| layout.contains(body, d.region));
                if lo != other || lo.iter().any(moves) {
                    return false;
                }
            }
            _ if a == b => {}
            // Not known to be apart.
            _ => return false,
        }
    }
    false
}

/// Elements with different constant indices, or different fields, of the same part.
pub fn distinct(layout: &Layout, a: &Place, b: &Place) -> bool {
    let constant = |v: &ValueId| layout.ops.get(v)?.int();
    let start = |lo: &Option<ValueId>| lo.as_ref().map_or(Some(0), constant);
    for pair in a.proj.iter().zip(&b.proj) {
        match pair {
            // Where these are not the same element, what follows does not matter.
            (Proj::Index(i), Proj::Index(j)) => {
                if constant(i).zip(constant(j)).is_some_and(|(i, j)| i != j) {
                    return true;
                }
            }
            (Proj::Field(x), Proj::Field(y)) if x != y => return true,
            // Indices are counted from where the part begins.
            (Proj::Range { lo: x, hi: _ }, Proj::Range { lo: y, hi: _ }) => {
                if x != y && (start(x).is_none() || start(x) != start(y)) {
                    return false;
                }
            }
            (x, y) if x == y => {}
            _ => return false,
        }
    }
    false
}
