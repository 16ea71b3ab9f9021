//! Looks for a linear map with constant coefficients in the body of a loop.

use super::behind::Behind;
use super::{Context, Map};
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{Carried, FloatTy, Function, Loop, MemId, Op, Range, Region, Stmt, Ty, ValueId};

/// The map of a loop; the first that is found.
pub(super) fn find(f: &Function, context: &Context, l: &Loop, nested: bool) -> Option<Map> {
    plain_range(l)?;
    let mut finder = Finder {
        f,
        context,
        nested,
        defs: HashMap::default(),
        written: HashSet::default(),
        declared: HashSet::default(),
        mentions: l.body.mentions(),
    };
    finder.region(&l.body);
    // What changes from iteration to iteration.
    finder.defs.extend(l.enters().map(|v| (v, Def::Other)));
    finder.search(&l.body, &l.carried, &mut Vec::new())
}

/// The range of a loop that runs all its iterations, each index once.
fn plain_range(l: &Loop) -> Option<&Range> {
    l.whole_range().filter(|r| r.is_plain())
}

/// What defines a value in the outer loop.
#[derive(Clone, Copy)]
pub(super) enum Def<'l> {
    Op(&'l Op),
    Index(&'l Range),
    /// At the top of an iteration, or after the loop.
    Carried(&'l Carried, &'l Range),
    Other,
}

pub(super) struct Finder<'l> {
    pub f: &'l Function,
    pub context: &'l Context,
    /// The outer loop is within others.
    nested: bool,
    pub defs: HashMap<ValueId, Def<'l>>,
    /// Objects that the outer loop writes, and those that come into being in it.
    written: HashSet<MemId>,
    pub declared: HashSet<MemId>,
    /// How often the outer loop mentions each object.
    pub mentions: HashMap<MemId, usize>,
}

impl<'l> Finder<'l> {
    fn region(&mut self, region: &'l Region) {
        for stmt in region.deep() {
            self.written.extend(stmt.written());
            if let Stmt::Decl { mem, init: _ } = stmt {
                self.declared.insert(*mem);
            }
            self.defs.extend(stmt.defs().into_iter().map(|v| (v, Def::Other)));
            self.defs.extend(stmt.computed().map(|(v, op)| (v, Def::Op(op))));
            let Stmt::Loop(l) = stmt else { continue };
            let Some(range) = plain_range(l) else {
                self.defs.extend(l.enters().map(|v| (v, Def::Other)));
                continue;
            };
            self.defs.insert(range.index, Def::Index(range));
            self.defs.extend(
                l.carried.iter().flat_map(|c| [c.phi, c.result].map(|v| (v, Def::Carried(c, range)))),
            );
        }
    }

    /// The same in every iteration of the outer loop (in the same iterations of the inner ones).
    fn invariant(&self, value: ValueId, seen: &mut HashSet<ValueId>) -> bool {
        let Some(def) = self.defs.get(&value) else { return true };
        if !seen.insert(value) {
            return true;
        }
        let mut all = |values: &[ValueId]| values.iter().all(|v| self.invariant(*v, seen));
        match def {
            Def::Op(op) => match op {
                Op::Const(_) | Op::Apply { .. } | Op::Cast { .. } | Op::Helper { .. } => all(&op.operands()),
                Op::Load(place) | Op::Len(place) => !self.written.contains(&place.mem) && all(&op.operands()),
                Op::Operator { .. }
                | Op::Select { .. }
                | Op::Detach(_)
                | Op::Pure(_)
                | Op::Once(_)
                | Op::SumOf(_)
                | Op::Dot(..) => false,
            },
            Def::Index(range) => all(&[range.lo, range.hi]),
            Def::Carried(c, range) => {
                let from = c.init.is_none_or(|init| all(&[init]));
                from && all(&[c.next, range.lo, range.hi])
            }
            Def::Other => false,
        }
    }

    pub fn is_fixed(&self, value: ValueId) -> bool {
        self.invariant(value, &mut HashSet::default())
    }

    /// A loop with the same iterations every time.
    pub fn is_steady(&self, l: &Loop) -> bool {
        plain_range(l).is_some_and(|r| self.is_fixed(r.lo) && self.is_fixed(r.hi))
    }

    /// Tries each object that is complete before some statement of a region, then the regions inside.
    fn search(&self, region: &'l Region, carried: &'l [Carried], path: &mut Vec<usize>) -> Option<Map> {
        let mut added: Vec<(MemId, usize)> = Vec::new();
        for (k, stmt) in region.stmts.iter().enumerate() {
            for mem in stmt.deep().filter_map(grown) {
                added.retain(|(m, _)| *m != mem);
                added.push((mem, k + 1));
            }
        }
        for (cut, at) in added {
            if self.is_cut(cut, !path.is_empty()) {
                let behind = Behind::new(self, &region.stmts[at..], cut);
                if let Some(found) = behind.map(carried, path, at) {
                    return Some(found);
                }
            }
        }
        for (k, stmt) in region.stmts.iter().enumerate() {
            let Stmt::Loop(l) = stmt else { continue };
            let outside = |v: ValueId| !self.defs.contains_key(&v);
            let counted = |r: &Range| !r.inclusive && outside(r.lo) && outside(r.hi);
            if self.is_steady(l) && l.range.as_ref().is_some_and(counted) {
                path.push(k);
                let found = self.search(&l.body, &l.carried, path);
                path.pop();
                if found.is_some() {
                    return found;
                }
            }
        }
        None
    }

    /// A row of numbers from outside of the loop; inside other loops its sum is a vector.
    fn is_cut(&self, mem: MemId, nested: bool) -> bool {
        let info = &self.f.mems[mem];
        let numbers = |elem: &Ty| matches!(elem, Ty::Float(FloatTy::F32 | FloatTy::F64 | FloatTy::Param(_)));
        let row = match &info.ty {
            Ty::Vec(elem) => numbers(elem) && !self.nested,
            Ty::Array(elem, _) => numbers(elem) && !nested,
            Ty::Float(_)
            | Ty::Int
            | Ty::Bool
            | Ty::Passive(_)
            | Ty::Slice(_)
            | Ty::Tuple(_)
            | Ty::Option(_)
            | Ty::Boxed(_)
            | Ty::Adt(..)
            | Ty::Unknown => false,
        };
        row && info.shadow_of.is_some() && !self.declared.contains(&mem)
    }
}

/// The object that the statement adds to.
fn grown(stmt: &Stmt) -> Option<MemId> {
    if let Stmt::Accumulate { place, from: _ } = stmt {
        return Some(place.mem);
    }
    None
}
