//! Loops over parts of a vector that shrink towards its end take the uneven elements first.
//!
//! ```text
//! loop i in 0..d { v1 = add(i, 1); v2 = extent(v1, d); m1 = row m0[v1; v2]; loop j in 0..v2 { m1[j] += .. } }
//!   →
//! loop i in 0..d { ..; v3 = uneven(v2); loop j in 0..v3 { m1[j] += .. } loop j in v3..v2 { m1[j] += .. } }
//! ```
//! A processor hands on what was just stored where it is loaded in the same pairs, and waits where it is loaded in others.
//! LLVM pairs up elements from where a loop starts, which is another place for each `i`; now the pairs of all loops over `m0`
//! end where it ends. The order of the elements stays as it is.

use crate::ir::hash::{HashMap, HashSet};
use crate::ir::ty::FloatTy;
use crate::ir::walk::ElementAccess;
use crate::ir::{Carried, Function, Init, Loop, MemId, Op, Place, Proj, Range, Region, Stmt, Ty, ValueId};
use crate::rules::Func;

/// In all loops; after rows are cut.
pub(super) fn even_ends(f: &mut Function) {
    let known = Known::of(f);
    let mut shrinking = Vec::new();
    nests(&f.body, None, &mut |l, around| {
        if let (Some(around), Some(range)) = (around, walked(f, l)) {
            let places = known.written(f, l, range).filter(|(view, end)| {
                known.moves(view.start, around) && !around.binds().contains(end) && adds(l, view.mem)
            });
            shrinking.extend(places.map(|(view, end)| (view.of.clone(), end)));
        }
    });
    if shrinking.is_empty() {
        return;
    }
    let mut body = std::mem::take(&mut f.body);
    split_all(f, &mut body, false, &mut |f, l| {
        let Some(range) = walked(f, l) else { return false };
        let mut places = known.written(f, l, range);
        places.any(|(view, end)| shrinking.contains(&(view.of.clone(), end)))
    });
    f.body = body;
}

/// A row that may be written.
struct View {
    mem: MemId,
    of: Place,
    start: ValueId,
    len: ValueId,
}

/// What the function's values and rows are.
struct Known {
    views: HashMap<MemId, View>,
    /// `lo` and `hi` of the number of elements between them.
    extents: HashMap<ValueId, (ValueId, ValueId)>,
    constants: HashMap<ValueId, i64>,
    /// Sums of two integers.
    sums: HashMap<ValueId, [ValueId; 2]>,
}

impl Known {
    fn of(f: &Function) -> Self {
        let (mut views, mut extents) = (HashMap::default(), HashMap::default());
        let (mut constants, mut sums) = (HashMap::default(), HashMap::default());
        for stmt in f.body.deep() {
            if let Stmt::Decl { mem, init: Some(Init::Row { of, start, len, mutable: true, apart: false }) } =
                stmt
            {
                views.insert(*mem, View { mem: *mem, of: of.clone(), start: *start, len: *len });
            }
            let Some((value, op)) = stmt.computed() else { continue };
            if let Op::Helper { name: "extent", args } = op {
                extents.insert(value, (args[0], args[1]));
            } else if let Some(n) = op.int() {
                constants.insert(value, n);
            } else if let Op::Apply { func: Func::Add, args } = op {
                sums.insert(value, [args[0], args[1]]);
            }
        }
        Known { views, extents, constants, sums }
    }

    /// The rows of pairable numbers that the loop writes, with the index behind their last element.
    fn written<'k>(
        &'k self,
        f: &'k Function,
        l: &'k Loop,
        range: &'k Range,
    ) -> impl Iterator<Item = (&'k View, ValueId)> + 'k {
        let here = move |place: &Place| place.proj == [Proj::Index(range.index)];
        let elements = l.body.stmts.iter().filter_map(Stmt::element);
        let written = elements.filter(move |e| e.access != ElementAccess::Read && here(e.place));
        written.filter_map(move |e| {
            let view = self.views.get(&e.place.mem).filter(|v| v.len == range.hi)?;
            let double = matches!(&f.mems[view.mem].ty, Ty::Slice(elem) if **elem == Ty::Float(FloatTy::F64));
            let end = match self.extents.get(&view.len) {
                Some((lo, hi)) => (*lo == view.start).then_some(*hi),
                None => (self.constants.get(&view.start) == Some(&0)).then_some(view.len),
            };
            end.filter(|_| double).map(|end| (view, end))
        })
    }

    /// Does it grow by one with each iteration of the loop?
    fn moves(&self, start: ValueId, around: &Loop) -> bool {
        let Some(range) = around.whole_range().filter(|r| r.adaptors.is_empty()) else { return false };
        let fixed = |v: &ValueId| self.constants.contains_key(v);
        start == range.index
            || self
                .sums
                .get(&start)
                .is_some_and(|[a, b]| (*a == range.index && fixed(b)) || (*b == range.index && fixed(a)))
    }
}

/// Its range, if it is an ascending one over rows, from zero, of statements that can be written twice, without sums of floats:
/// those wait for each other anyway.
fn walked<'l>(f: &Function, l: &'l Loop) -> Option<&'l Range> {
    let range = l.whole_range().filter(|r| r.adaptors.is_empty() && !r.inclusive)?;
    let counts = l.carried.iter().all(|c| f.values[c.phi].ty == Ty::Int);
    (counts && l.body.stmts.iter().all(Stmt::is_simple)).then_some(range)
}

/// Does the loop load what it then stores in the same place?
fn adds(l: &Loop, mem: MemId) -> bool {
    l.body
        .stmts
        .iter()
        .filter_map(Stmt::element)
        .any(|e| e.place.mem == mem && matches!(e.access, ElementAccess::Add | ElementAccess::Read))
}

/// All loops, with the innermost one around each.
fn nests<'r>(
    region: &'r Region,
    around: Option<&'r Loop>,
    each: &mut impl FnMut(&'r Loop, Option<&'r Loop>),
) {
    for stmt in &region.stmts {
        match stmt {
            Stmt::Loop(l) => {
                each(l, around);
                nests(&l.body, Some(l), each);
            }
            other => other.regions().into_iter().for_each(|inner| nests(inner, around, each)),
        }
    }
}

/// Splits all loops inside others for which `wanted` holds.
fn split_all(
    f: &mut Function,
    region: &mut Region,
    inside: bool,
    wanted: &mut impl FnMut(&Function, &Loop) -> bool,
) {
    for mut stmt in std::mem::take(&mut region.stmts) {
        let is_loop = matches!(stmt, Stmt::Loop(_));
        for inner in stmt.regions_mut() {
            split_all(f, inner, inside || is_loop, wanted);
        }
        match stmt {
            Stmt::Loop(l) if inside && wanted(f, &l) => split(f, *l, &mut region.stmts),
            other => region.stmts.push(other),
        }
    }
}

/// The loop over the uneven elements, and the loop over the others.
fn split(f: &mut Function, mut l: Loop, out: &mut Vec<Stmt>) {
    let Some(range) = &mut l.range else { return out.push(Stmt::Loop(Box::new(l))) };
    let uneven = f.fresh(Ty::Int, l.span);
    out.push(Stmt::Let { value: uneven, op: Op::Helper { name: "uneven", args: vec![range.hi] } });
    let head = Range { hi: uneven, ..range.clone() };
    range.lo = uneven;
    let mut head = Loop { range: Some(head), ..l.clone() };
    let results = again(f, &mut head);
    for (carried, result) in l.carried.iter_mut().zip(results) {
        carried.init = Some(result);
    }
    out.push(Stmt::Loop(Box::new(head)));
    out.push(Stmt::Loop(Box::new(l)));
}

/// New names for all that the loop binds; its results.
fn again(f: &mut Function, l: &mut Loop) -> Vec<ValueId> {
    let bound: HashSet<ValueId> = l.binds();
    let mut names: HashMap<ValueId, ValueId> = HashMap::default();
    let mut name = |v: ValueId| match bound.contains(&v) {
        true => *names.entry(v).or_insert_with(|| f.fresh_like(v)),
        false => v,
    };
    for stmt in &mut l.body.stmts {
        stmt.rename(&mut name);
        if let Stmt::Let { value, op: _ } = stmt {
            *value = name(*value);
        }
    }
    if let Some(range) = &mut l.range {
        range.index = name(range.index);
    }
    for Carried { phi, init: _, next, result: _ } in &mut l.carried {
        (*phi, *next) = (name(*phi), name(*next));
    }
    let fresh = |c: &mut Carried| {
        c.result = f.fresh_like(c.result);
        c.result
    };
    l.carried.iter_mut().map(fresh).collect()
}
