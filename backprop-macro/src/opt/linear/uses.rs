//! Who else reads what comes behind a cut, and what the map needs.

use super::behind::Behind;
use super::find::Def;
use crate::ir::hash::HashSet;
use crate::ir::visit::Mentions;
use crate::ir::walk::{Element, ElementAccess};
use crate::ir::{Carried, Loop, MemId, Op, Operand, Place, Proj, Stmt, ValueId};
use crate::rules::Func;

impl Behind<'_, '_> {
    /// Candidates that get something else as well, are read by something else, or would keep something for the next
    /// iteration. `carried`: by the loop around.
    pub(super) fn bad(&self, carried: &[Carried]) -> HashSet<MemId> {
        let mut bad = HashSet::default();
        self.uses(self.stmts, &mut bad);
        carried.iter().for_each(|c| self.used(c.next, &mut bad));
        for mem in &self.moved {
            let here = self.stmts.iter().map(|s| mentions(s, *mem)).sum::<usize>();
            let elsewhere = self.finder.mentions.get(mem) != Some(&here);
            let left = if self.is_read(*mem) { !self.ends_as_zeros(*mem) } else { self.is_stored(*mem) };
            if elsewhere || left {
                bad.insert(*mem);
            }
        }
        bad.retain(|m| self.moved.contains(m));
        bad
    }

    /// A use by something that is not part of the map.
    fn used(&self, value: ValueId, bad: &mut HashSet<MemId>) {
        bad.extend(self.linear.get(&value).into_iter().flatten());
    }

    fn uses(&self, stmts: &[Stmt], bad: &mut HashSet<MemId>) {
        for stmt in stmts {
            match stmt {
                Stmt::Let { value, op: _ } if self.linear.contains_key(value) => {}
                Stmt::Accumulate { place, from: Operand::Value(v) } if self.moved.contains(&place.mem) => {
                    if !(self.linear.contains_key(v) && self.has_fixed_indices(place)) {
                        bad.insert(place.mem);
                        self.used(*v, bad);
                    }
                }
                Stmt::Store { place, value } if self.moved.contains(&place.mem) => {
                    let zero = self.finder.context.zeros.contains(value);
                    if !(zero && self.has_fixed_indices(place)) {
                        bad.insert(place.mem);
                        self.used(*value, bad);
                    }
                }
                Stmt::Loop(l) if self.finder.is_steady(l) => {
                    for c in l.carried.iter().filter(|c| !self.linear.contains_key(&c.phi)) {
                        c.init.into_iter().chain([c.next]).for_each(|v| self.used(v, bad));
                    }
                    self.uses(&l.body.stmts, bad);
                }
                Stmt::Loop(_)
                | Stmt::Let { .. }
                | Stmt::Decl { .. }
                | Stmt::Store { .. }
                | Stmt::Assign { .. }
                | Stmt::Accumulate { .. }
                | Stmt::Bulk(_)
                | Stmt::Branch(_)
                | Stmt::Call(_)
                | Stmt::Opaque(_)
                | Stmt::Push { .. }
                | Stmt::Pop { .. }
                | Stmt::Save { .. }
                | Stmt::Restore { .. }
                | Stmt::Pullback(_) => {
                    let all = Mentions::of(|m| stmt.visit_deep(m));
                    bad.extend(all.mems);
                    all.values.into_iter().for_each(|v| self.used(v, bad));
                }
            }
        }
    }

    /// Does something behind the cut load from it?
    pub(super) fn is_read(&self, mem: MemId) -> bool {
        self.linear.values().any(|through| through.contains(&mem))
    }

    fn is_stored(&self, mem: MemId) -> bool {
        let stored = |s: &Stmt| matches!(s, Stmt::Store { place, .. } if place.mem == mem);
        self.stmts.iter().flat_map(Stmt::deep).any(stored)
    }

    /// The last statement with the object is a loop over all of it that leaves zeros.
    fn ends_as_zeros(&self, mem: MemId) -> bool {
        let Some(Stmt::Loop(l)) = self.stmts.iter().rev().find(|s| mentions(s, mem) > 0) else {
            return false;
        };
        let Some(range) = l.whole_range().filter(|r| self.finder.context.covers(self.finder.f, r, mem))
        else {
            return false;
        };
        let own = |place: &Place| place.proj == [Proj::Index(range.index)];
        let (mut zero, mut untouched) = (false, true);
        for stmt in &l.body.stmts {
            match stmt {
                Stmt::Store { place, value } if place.mem == mem => {
                    zero = own(place) && self.finder.context.zeros.contains(value);
                }
                Stmt::Accumulate { place, from: _ } if place.mem == mem => zero = false,
                other => untouched &= mentions(other, mem) == 0 || matches!(other, Stmt::Let { .. }),
            }
        }
        let accumulated_elsewhere = l
            .body
            .stmts
            .iter()
            .any(|s| matches!(s, Stmt::Accumulate { place, from: _ } if place.mem == mem && !own(place)));
        zero && untouched && !accumulated_elsewhere
    }

    /// What the statements of the map need.
    pub(super) fn need(&self, stmts: &[Stmt], scratch: &HashSet<MemId>, needed: &mut HashSet<ValueId>) {
        let mut todo = Vec::new();
        self.roots(stmts, &mut Vec::new(), scratch, &mut todo);
        while let Some(value) = todo.pop() {
            let Some(def) = self.finder.defs.get(&value) else { continue };
            if !needed.insert(value) {
                continue;
            }
            match def {
                Def::Op(op) => todo.extend(op.operands()),
                Def::Index(range) => todo.extend([range.lo, range.hi]),
                Def::Carried(c, range) => {
                    todo.extend(c.init.into_iter().chain([c.next, c.phi, c.result, range.lo, range.hi]));
                }
                Def::Other => {}
            }
        }
    }

    fn roots<'s>(
        &self,
        stmts: &'s [Stmt],
        around: &mut Vec<&'s Loop>,
        scratch: &HashSet<MemId>,
        todo: &mut Vec<ValueId>,
    ) {
        for stmt in stmts {
            if is_part(stmt, &self.moved, scratch) {
                stmt.visit_shallow(&mut |v| todo.push(v));
                todo.extend(around.iter().flat_map(|l| l.range.iter()).flat_map(|r| [r.lo, r.hi]));
            }
            if let Stmt::Loop(l) = stmt {
                around.push(l);
                self.roots(&l.body.stmts, around, scratch, todo);
                around.pop();
            }
        }
    }

    /// Is there a product with a coefficient in a loop within a loop?
    pub(super) fn multiplies_in_nest(&self, stmts: &[Stmt], depth: usize, needed: &HashSet<ValueId>) -> bool {
        stmts.iter().any(|stmt| {
            let deeper = depth + usize::from(matches!(stmt, Stmt::Loop(_)));
            let Stmt::Let { value, op: Op::Apply { func: Func::Mul, args: _ } } = stmt else {
                return stmt.regions().into_iter().any(|r| self.multiplies_in_nest(&r.stmts, deeper, needed));
            };
            depth > 1 && needed.contains(value) && self.linear.contains_key(value)
        })
    }
}

/// A statement of the map: it adds to an object that the map adds to, or makes it zero.
pub(super) fn is_part(stmt: &Stmt, moved: &HashSet<MemId>, scratch: &HashSet<MemId>) -> bool {
    let Some(Element { place, value: _, access }) = stmt.element() else { return false };
    match access {
        ElementAccess::Add => moved.contains(&place.mem),
        ElementAccess::Write => scratch.contains(&place.mem),
        ElementAccess::Read => false,
    }
}

fn mentions(stmt: &Stmt, mem: MemId) -> usize {
    Mentions::of(|m| stmt.visit_deep(m)).mems.iter().filter(|m| **m == mem).count()
}
