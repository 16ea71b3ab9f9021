//! Scratch vectors that a loop makes anew in each iteration are made once, before it.
//!
//! ```text
//! for p in .. { let mut o = vec![0.0; d]; for j in 0..d { o[j] = .. } .. }
//!     →   let mut o = vec![0.0; d]; for p in .. { for j in 0..d { o[j] = .. } .. }
//! ```
//! Legal for vectors of numbers that never leave the iteration and keep their length, which is not computed in the loop. No
//! loop that may have no trips may so come to need memory that the function does not: the length is that of something there.

use crate::ir::hash::{HashMap, HashSet};
use crate::ir::visit::{Mentions, Visitor};
use crate::ir::walk::Control;
use crate::ir::{
    Access, Bulk, Function, Init, MemId, Op, Operand, ParamKind, Place, Proj, Region, ResultOf, Stmt, Ty,
    ValueId,
};
use crate::rules::Func;

/// Lengths are looked into so deep.
const DEPTH: usize = 4;

pub(super) fn outside(f: &mut Function) {
    let mut body = std::mem::take(&mut f.body);
    let mut taken = Taken::default();
    body.visit(&mut taken);
    let mut moving = Outside { f, ops: HashMap::default(), leaving: taken.0, moved: HashSet::default() };
    for stmt in body.deep() {
        if let Some((value, op)) = stmt.computed() {
            moving.ops.insert(value, op.clone());
        }
        moving.leaves(stmt);
    }
    let params = moving.f.params.iter().filter_map(|p| match p.kind {
        ParamKind::Value(v) => Some(v),
        ParamKind::Mem(_) => None,
    });
    let mut seen: HashSet<ValueId> = params.collect();
    moving.region(&mut body, &mut seen);
    f.body = body;
}

#[derive(Default)]
struct Taken(HashSet<MemId>);

impl Visitor for Taken {
    fn value(&mut self, _value: ValueId) {}
    fn taken(&mut self, mem: MemId) {
        self.0.insert(mem);
    }
}

struct Outside<'f> {
    f: &'f mut Function,
    ops: HashMap<ValueId, Op>,
    /// Objects that may be elsewhere, or of another length, afterwards.
    leaving: HashSet<MemId>,
    /// What has been moved out of a loop: each iteration overwrites it.
    moved: HashSet<MemId>,
}

impl Outside<'_> {
    fn leaves(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Bulk(Bulk::Swap { a, b }) if a.mem != b.mem => self.leaving.extend([a.mem, b.mem]),
            Stmt::Bulk(bulk) => self.leaving.extend(bulk.resized().map(|p| p.mem)),
            Stmt::Assign { place, init: _ } => {
                self.leaving.insert(place.mem);
            }
            // What looks at it may hold on to it.
            Stmt::Opaque(_) => self.leaving.extend(Mentions::of(|m| stmt.visit_shallow(m)).mems),
            Stmt::Let { .. }
            | Stmt::Decl { .. }
            | Stmt::Store { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Branch(_)
            | Stmt::Loop(_)
            | Stmt::Call(_)
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => {}
        }
    }

    /// `seen`: the values that are there before the region.
    fn region(&mut self, region: &mut Region, seen: &mut HashSet<ValueId>) {
        let mut out = Vec::new();
        for mut stmt in std::mem::take(&mut region.stmts) {
            for inner in stmt.regions_mut() {
                self.region(inner, &mut seen.clone());
            }
            if let Stmt::Loop(l) = &mut stmt {
                self.out_of(&mut l.body, seen, &mut out);
            }
            seen.extend(stmt.defs());
            out.push(stmt);
        }
        region.stmts = out;
    }

    fn out_of(&mut self, body: &mut Region, seen: &HashSet<ValueId>, out: &mut Vec<Stmt>) {
        let mut left: Vec<Stmt> = Vec::new();
        let stmts = std::mem::take(&mut body.stmts);
        for (k, stmt) in stmts.iter().enumerate() {
            match self.scratch(stmt, seen) {
                Some((mem, value, len)) => {
                    let elem = self.again(value, seen, out);
                    let length = self.again(len, seen, out);
                    if !self.moved.contains(&mem) && !self.is_filled(&stmts[k + 1..], mem, len) {
                        left.push(Stmt::Bulk(Bulk::Fill { place: Place::whole(mem), value }));
                    }
                    self.moved.insert(mem);
                    let init = Init::VecRepeat { elem: Operand::Value(elem), len: length };
                    out.push(Stmt::Decl { mem, init: Some(init) });
                }
                None => left.push(stmt.clone()),
            }
        }
        body.stmts = left;
    }

    /// The constant or the length, before the loop.
    fn again(&mut self, value: ValueId, seen: &HashSet<ValueId>, out: &mut Vec<Stmt>) -> ValueId {
        let Some(op) = self.ops.get(&value).filter(|_| !seen.contains(&value)).cloned() else { return value };
        let info = self.f.values[value].clone();
        let new = self.f.values.push(info);
        self.ops.insert(new, op.clone());
        out.push(Stmt::Let { value: new, op });
        new
    }

    /// A declaration that may stand before the loop: the object, its elements, and its length.
    fn scratch(&self, stmt: &Stmt, seen: &HashSet<ValueId>) -> Option<(MemId, ValueId, ValueId)> {
        let Stmt::Decl { mem, init: Some(Init::VecRepeat { elem: Operand::Value(elem), len }) } = stmt else {
            return None;
        };
        let info = &self.f.mems[*mem];
        let numbers = matches!(&info.ty, Ty::Vec(t) if t.is_float()) && info.access == Access::Owned;
        let stays = !self.leaving.contains(mem) && self.f.result != ResultOf::Mem(*mem);
        let number = seen.contains(elem) || matches!(self.ops.get(elem), Some(Op::Const(_)));
        let there = number && self.is_fixed(*len, seen) && self.is_there(*len, DEPTH);
        (numbers && stays && there).then_some((*mem, *elem, *len))
    }

    /// The same in each iteration: from before the loop, or of what nobody changes.
    fn is_fixed(&self, len: ValueId, seen: &HashSet<ValueId>) -> bool {
        seen.contains(&len)
            || match self.ops.get(&len) {
                Some(Op::Const(_)) => true,
                Some(Op::Len(of)) => of.proj.is_empty() && self.f.mems[of.mem].access == Access::Ref,
                _ => false,
            }
    }

    /// Is it no more than the length of something, or a small number?
    fn is_there(&self, len: ValueId, depth: usize) -> bool {
        match self.ops.get(&len) {
            Some(Op::Len(_)) => true,
            Some(op @ Op::Apply { func: Func::Div, args }) if args.len() == 2 => {
                op.int().is_none() && depth > 0 && self.is_there(args[0], depth - 1)
            }
            Some(op) => op.int().is_some_and(|n| (0..=1024).contains(&n)),
            None => false,
        }
    }

    /// Does what follows begin by writing each element?
    fn is_filled(&self, rest: &[Stmt], mem: MemId, len: ValueId) -> bool {
        let first = rest.iter().find(|s| Mentions::of(|m| s.visit_deep(m)).mems.contains(&mem));
        let Some(Control::Loop(l)) = first.and_then(Stmt::control) else { return false };
        let Some(range) = l.whole_range() else { return false };
        let counted = !range.inclusive && range.adaptors.is_empty();
        let from_zero = self.ops.get(&range.lo).and_then(Op::int) == Some(0);
        counted && from_zero && range.hi == len && stores_first(&l.body, &slot(mem, range.index))
    }
}

fn slot(mem: MemId, index: ValueId) -> Place {
    Place::whole(mem).with(Proj::Index(index))
}

/// Does each iteration store this element, look at it afterwards at most, and at no other?
fn stores_first(body: &Region, slot: &Place) -> bool {
    let mut mentions =
        body.stmts.iter().filter(|s| Mentions::of(|m| s.visit_deep(m)).mems.contains(&slot.mem));
    let stored = matches!(mentions.next(), Some(Stmt::Store { place, value: _ }) if place == slot);
    stored && mentions.all(|s| matches!(s, Stmt::Let { op: Op::Load(place), .. } if place == slot))
}
