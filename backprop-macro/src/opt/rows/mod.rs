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

mod counters;
mod index;
mod rewrite;
mod sizes;

use crate::analysis::types::place_ty;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::walk::{Element, ElementAccess};
use crate::ir::{Function, Loop, MemId, Op, Place, Proj, Range, Region, SpanId, Stmt, Ty, ValueId};
use index::Indices;

/// Cuts rows in all innermost loops; the first so many values are the user's own. Returns the new length of the first
/// `split` statements.
pub fn cut(f: &mut Function, split: usize, primal: usize) -> usize {
    let (constants, lengths) = (f.body.ints(), lengths(f, &f.body));
    let (sizes, after) = (sizes::find(f), counters::successors(f, &constants));
    let mut stmts = std::mem::take(&mut f.body.stmts);
    let second = stmts.split_off(split.min(stmts.len()));
    let mut cutter = Cutter { f, constants, lengths, sizes, after, around: Vec::new(), primal };
    let first = cutter.stmts(stmts);
    let second = cutter.stmts(second);
    let split = first.len();
    f.body.stmts = first.into_iter().chain(second).collect();
    split
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
    /// Integers that are surely `usize`.
    sizes: HashSet<ValueId>,
    /// `v` in `v + 1`.
    after: HashMap<ValueId, ValueId>,
    /// The index and the end of each loop around; `None`: of no such kind.
    around: Vec<Option<(ValueId, ValueId)>>,
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
    /// Only rustc knows the type of what it is a row of.
    unseen: bool,
    /// Others are cut out of the same object, behind accessors: it is taken out for the time of the loop.
    apart: bool,
}

impl Cutter<'_> {
    fn stmts(&mut self, stmts: Vec<Stmt>) -> Vec<Stmt> {
        let mut out = Vec::with_capacity(stmts.len());
        for mut stmt in stmts {
            if let Stmt::Loop(l) = &stmt {
                self.enter(l);
            }
            for inner in stmt.regions_mut() {
                inner.stmts = self.stmts(std::mem::take(&mut inner.stmts));
            }
            if matches!(stmt, Stmt::Loop(_)) {
                self.around.pop();
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
                None => {
                    let unseen = !matches!(place_ty(self.f, &of), Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_));
                    rows.push(Row { of, index, mutable: look.writes, unseen, apart: false });
                }
            }
        }
        // Of what is written, each part must be reached by one row alone.
        let looks = self.looks(l);
        let by_row = |row: &Row| looks.iter().filter(|k| in_row(&k.place, row)).count();
        let alone = |row: &Row| {
            let of_mem: Vec<&Row> = rows.iter().filter(|r| r.of.mem == row.of.mem).collect();
            let all: usize = of_mem.iter().map(|r| by_row(r)).sum();
            let distinct = |(k, a): (usize, &&Row)| of_mem[..k].iter().all(|b| in_other_fields(&a.of, &b.of));
            mentions.get(&row.of.mem) == Some(&all) && of_mem.iter().enumerate().all(distinct)
        };
        let shared = |row: &Row| !written.contains(&row.of.mem) && !self.is_behind_accessors(row);
        let keep: Vec<bool> = rows.iter().map(|r| shared(r) || alone(r)).collect();
        let mut keep = keep.into_iter();
        rows.retain(|_| keep.next().unwrap_or_default());
        for k in 0..rows.len() {
            let several = rows.iter().filter(|r| r.of.mem == rows[k].of.mem).count() > 1;
            rows[k].apart = several && !shared(&rows[k]);
        }
        self.leave_arrays(&mut rows);
        rows.retain(|row| !self.is_whole(row, range));
        let fixed = |row: &Row| matches!(place_ty(self.f, &row.of), Ty::Array(..));
        let bounded = self.constants.contains_key(&range.lo) && self.constants.contains_key(&range.hi);
        if bounded && rows.iter().all(fixed) {
            rows.clear();
        }
        rows
    }

    /// An array would be copied to be moved out: one of each struct stays in its place, lent after the vectors are out.
    fn leave_arrays(&self, rows: &mut [Row]) {
        let mut left: Vec<MemId> = Vec::new();
        for row in rows.iter_mut().filter(|row| row.apart) {
            if matches!(place_ty(self.f, &row.of), Ty::Array(..)) && !left.contains(&row.of.mem) {
                left.push(row.of.mem);
                row.apart = false;
            }
        }
        if !left.is_empty() {
            rows.sort_by_key(|row| !row.apart);
        }
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

    /// The fields of a struct's shadow are reached by accessors, which want the whole of it.
    fn is_behind_accessors(&self, row: &Row) -> bool {
        let shadow = self.f.mems[row.of.mem].shadow_of.is_some();
        shadow && row.of.proj.iter().any(|p| matches!(p, Proj::Field(_)))
    }

    /// Elements of something of which rustc alone knows the type: numbers that are read, or cotangents.
    fn is_unseen_row(&self, place: &Place, of: &Place, index: ValueId, written: &HashSet<MemId>) -> bool {
        let shadow = self.f.mems[place.mem].shadow_of.is_some();
        let last = place.proj.len() == of.proj.len() + 1;
        last && self.sizes.contains(&index) && (shadow || !written.contains(&place.mem))
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
                    let cuttable = match place_ty(self.f, &of) {
                        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) => is_plain(&elem),
                        Ty::Unknown | Ty::Adt(..) => self.is_unseen_row(place, &of, *i, written),
                        Ty::Float(_)
                        | Ty::Int
                        | Ty::Bool
                        | Ty::Passive(_)
                        | Ty::Tuple(_)
                        | Ty::Option(_)
                        | Ty::Boxed(_) => false,
                    };
                    return cuttable.then_some((of, *i));
                }
                Proj::Index(i) if indices.is_fixed(*i, written) => {}
                Proj::Range { lo, hi } if lo.iter().chain(hi).all(|v| indices.is_fixed(*v, written)) => {}
                Proj::Deref | Proj::Field(_) => {}
                Proj::Index(_) | Proj::Range { .. } | Proj::Payload { .. } => return None,
            }
            of = of.with(proj.clone());
        }
        None
    }
}

/// Do the two lie in different fields of one struct?
fn in_other_fields(a: &Place, b: &Place) -> bool {
    let differ = a.proj.iter().zip(&b.proj).find(|(x, y)| x != y);
    matches!(differ, Some((Proj::Field(_), Proj::Field(_))))
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
        | Ty::Adt(..)
        | Ty::Unknown => false,
    }
}
