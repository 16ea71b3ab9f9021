//! Rows: what an innermost loop touches of a slice, element by element, is cut out of it before the loop.
//!
//! ```text
//! loop v4 in v1..v2 { v5 = mul(v0, v3); v6 = add(v5, v4); v7 = load m0[v6]; m1[v4] += v7 }
//!   →
//! v8 = extent(v1, v2); v9 = add(v5, v1)
//! m2 = row m0[v9; v8]; m3 = row m1[v1; v8]
//! loop v10 in 0..v8 { v7 = load m2[v10]; m3[v10] += v7 }
//! ```
//! A row is as long as the loop, and LLVM sees that: the loop has no bounds checks and vectorises. Elements that do not
//! depend on the iteration are read once, before the loop. If the function itself would panic in the loop, a loop that
//! only touches the elements, in the function's order, panics in its place, with its message.
//!
//! It must never cut two rows out of one object if the loop writes to it, nor touch what a branch may not touch.

mod index;
mod rewrite;

use crate::analysis::types::place_ty;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::walk::{Element, ElementAccess};
use crate::ir::{Const, Function, Loop, MemId, Op, Place, Proj, Range, Region, SpanId, Stmt, Ty, ValueId};
use index::Indices;

/// Cuts rows in all innermost loops; the first so many values are the user's own. Returns the new length of the first
/// `split` statements.
pub fn cut(f: &mut Function, split: usize, primal: usize) -> usize {
    let (constants, lengths) = (constants(&f.body), lengths(f, &f.body));
    let mut stmts = std::mem::take(&mut f.body.stmts);
    let second = stmts.split_off(split.min(stmts.len()));
    let mut cutter = Cutter { f, constants, lengths, primal };
    let first = cutter.stmts(stmts);
    let second = cutter.stmts(second);
    let split = first.len();
    f.body.stmts = first.into_iter().chain(second).collect();
    split
}

fn constants(region: &Region) -> HashMap<ValueId, i64> {
    let constant = |(value, op): (ValueId, &Op)| match op {
        Op::Const(Const::Int(n)) => Some((value, *n)),
        _ => None,
    };
    region.deep().filter_map(Stmt::computed).filter_map(constant).collect()
}

/// `x.len()` of slices, whose lengths stay as they are.
fn lengths(f: &Function, region: &Region) -> HashMap<ValueId, MemId> {
    let length = |(value, op): (ValueId, &Op)| match op {
        Op::Len(place) if place.proj.is_empty() && matches!(f.mems[place.mem].ty, Ty::Slice(_)) => {
            Some((value, place.mem))
        }
        _ => None,
    };
    region.deep().filter_map(Stmt::computed).filter_map(length).collect()
}

struct Cutter<'f> {
    f: &'f mut Function,
    constants: HashMap<ValueId, i64>,
    /// Lengths of slices.
    lengths: HashMap<ValueId, MemId>,
    primal: usize,
}

/// One look at an element, at the top of the loop's body.
struct Look {
    /// Position in the body.
    at: usize,
    place: Place,
    writes: bool,
    /// The function itself looks there, and may panic.
    user: bool,
    span: SpanId,
}

/// A row to be cut.
#[derive(Clone)]
struct Row {
    of: Place,
    index: ValueId,
    mutable: bool,
}

impl Cutter<'_> {
    fn stmts(&mut self, stmts: Vec<Stmt>) -> Vec<Stmt> {
        let mut out = Vec::with_capacity(stmts.len());
        for mut stmt in stmts {
            for inner in stmt.regions_mut() {
                inner.stmts = self.stmts(std::mem::take(&mut inner.stmts));
            }
            match stmt {
                Stmt::Loop(l) => self.loop_(*l, &mut out),
                other => out.push(other),
            }
        }
        out
    }

    fn loop_(&mut self, l: Loop, out: &mut Vec<Stmt>) {
        let rows = self.rows(&l);
        if rows.is_empty() {
            out.push(Stmt::Loop(Box::new(l)));
        } else {
            self.rewrite(l, &rows, out);
        }
    }

    /// The rows of a loop; none if it is not of a kind that has any.
    fn rows(&self, l: &Loop) -> Vec<Row> {
        let Some(range) = l.whole_range() else { return Vec::new() };
        let innermost = !l.body.deep().any(|s| matches!(s, Stmt::Loop(_)));
        if !range.is_plain() || !innermost || self.is_short(range) {
            return Vec::new();
        }
        let indices = Indices::of(l, &self.constants);
        let mentions = l.body.mentions();
        let written: HashSet<MemId> = l.body.deep().flat_map(Stmt::written).collect();
        let mut rows: Vec<Row> = Vec::new();
        for look in self.looks(l) {
            let Some((of, index)) = self.element(&look.place, &indices, &written) else { continue };
            let known = rows.iter_mut().find(|r| r.of == of && r.index == index);
            match known {
                Some(row) => row.mutable |= look.writes,
                None => rows.push(Row { of, index, mutable: look.writes }),
            }
        }
        // What is written must be reached by one row alone.
        let looks = self.looks(l);
        rows.retain(|row| {
            let mem = row.of.mem;
            if !written.contains(&mem) {
                return true;
            }
            let by_row = looks.iter().filter(|k| in_row(&k.place, row)).count();
            mentions.get(&mem) == Some(&by_row)
        });
        rows.retain(|row| !self.is_whole(row, range));
        let fixed = |row: &Row| matches!(place_ty(self.f, &row.of), Ty::Array(..));
        let bounded = self.constants.contains_key(&range.lo) && self.constants.contains_key(&range.hi);
        if bounded && rows.iter().all(fixed) {
            rows.clear();
        }
        rows
    }

    /// `x[i]` for `i` in `0..x.len()`: LLVM needs no help there.
    fn is_whole(&self, row: &Row, range: &Range) -> bool {
        let from_zero = self.constants.get(&range.lo) == Some(&0) && row.index == range.index;
        let whole = self.lengths.get(&range.hi) == Some(&row.of.mem) && row.of.proj.is_empty();
        from_zero && whole && !range.inclusive
    }

    /// So few iterations that the loop will be unrolled.
    fn is_short(&self, range: &Range) -> bool {
        match (self.constants.get(&range.lo), self.constants.get(&range.hi)) {
            (Some(lo), Some(hi)) => hi - lo <= 16,
            (Some(_) | None, _) => false,
        }
    }

    /// Single elements of what is there before the loop, read or written in every iteration.
    fn looks(&self, l: &Loop) -> Vec<Look> {
        let user = |m: MemId| self.f.mems[m].shadow_of.is_none();
        let look = |(at, stmt): (usize, &Stmt)| {
            let Element { place, value, access } = stmt.element()?;
            let user = match access {
                ElementAccess::Read => (value.0 as usize) < self.primal,
                ElementAccess::Write => user(place.mem),
                ElementAccess::Add => false,
            };
            let writes = access != ElementAccess::Read;
            Some(Look { at, place: place.clone(), writes, user, span: self.f.values[value].span })
        };
        let own: HashSet<MemId> = l.body.stmts.iter().flat_map(Stmt::declared).collect();
        let all = l.body.stmts.iter().enumerate().filter_map(look);
        all.filter(|k| !own.contains(&k.place.mem)).collect()
    }

    /// `m[p][i]`, where `i` grows by one with each iteration: what it is an element of, and the index.
    fn element(
        &self,
        place: &Place,
        indices: &Indices<'_>,
        written: &HashSet<MemId>,
    ) -> Option<(Place, ValueId)> {
        let mut of = Place::whole(place.mem);
        for proj in &place.proj {
            match proj {
                Proj::Index(i) if indices.advances(*i, written) => {
                    let ty = place_ty(self.f, &of);
                    let cuttable =
                        matches!(ty, Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_)) && is_plain(&ty.elem());
                    return cuttable.then_some((of, *i));
                }
                Proj::Index(i) if indices.is_fixed(*i, written) => {}
                Proj::Range { lo, hi } if lo.iter().chain(hi).all(|v| indices.is_fixed(*v, written)) => {}
                Proj::Deref => {}
                Proj::Index(_) | Proj::Range { .. } | Proj::Field(_) | Proj::Payload { .. } => return None,
            }
            of = of.with(proj.clone());
        }
        None
    }
}

fn in_row(place: &Place, row: &Row) -> bool {
    let depth = row.of.proj.len();
    place.mem == row.of.mem
        && place.proj.len() > depth
        && place.proj[..depth] == row.of.proj[..]
        && place.proj[depth] == Proj::Index(row.index)
}

fn is_number(ty: &Ty) -> bool {
    matches!(ty, Ty::Float(_) | Ty::Int | Ty::Bool)
}

/// Numbers and arrays of numbers: their shadows are plain, too.
fn is_plain(ty: &Ty) -> bool {
    match ty {
        Ty::Array(elem, _) => is_plain(elem),
        Ty::Float(_) | Ty::Int | Ty::Bool => true,
        Ty::Slice(_)
        | Ty::Vec(_)
        | Ty::Passive(_)
        | Ty::Tuple(_)
        | Ty::Option(_)
        | Ty::Boxed(_)
        | Ty::Adt(_)
        | Ty::Unknown => false,
    }
}
