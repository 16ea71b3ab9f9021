//! Loops over parts of a vector that shrink towards its end take the uneven elements first.
//!
//! ```text
//! loop i in 0..d { v1 = add(i, 1); v2 = extent(v1, d); m1 = row m0[v1; v2]; loop j in 0..v2 { m1[j] += .. } }
//!   →
//! loop i in 0..d { ..; v3 = uneven(v2); loop j in 0..v3 { m1[j] += .. } loop j in v3..v2 { m1[j] += .. } }
//! ```
//! A processor hands on what was just stored where it is loaded in the same pairs, and waits where it is loaded in others.
//! LLVM pairs up elements from where a loop starts, which is another place for each `i`; now the pairs of all loops over `m0`
//! end where it ends: of those that add to it, and of those that read what others have stored. The order of the elements stays
//! as it is.

use crate::analysis::poly::{Poly, Polys};
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::ty::FloatTy;
use crate::ir::walk::ElementAccess;
use crate::ir::{Carried, Function, Init, Loop, MemId, Op, Place, Proj, Range, Region, Stmt, Ty, ValueId};

/// In all loops; after rows are cut.
pub(super) fn even_ends(f: &mut Function) {
    let known = Known::of(f);
    let mut shrinking = HashSet::default();
    nests(&f.body, None, &mut |l, around| {
        if let (Some(around), Some(range)) = (around, walked(f, l)) {
            let binds = around.binds();
            let fixed = |end: &Poly| end.atoms().iter().all(|v| !binds.contains(v));
            let places = known.rows(f, l, range).filter(|(view, access, end)| {
                let waits = *access != ElementAccess::Read && adds(l, view.mem);
                known.moves(view.start, around) && fixed(end) && waits
            });
            shrinking.extend(places.map(|(view, _, end)| (format!("{:?}", view.of), end)));
        }
    });
    if shrinking.is_empty() {
        return;
    }
    let mut wanted = HashSet::default();
    nests(&f.body, None, &mut |l, around| {
        let (Some(around), Some(range)) = (around, walked(f, l)) else { return };
        let mut places = known
            .rows(f, l, range)
            .filter(|(view, access, _)| *access != ElementAccess::Read || known.moves(view.start, around));
        if places.any(|(view, _, end)| shrinking.contains(&(format!("{:?}", view.of), end))) {
            wanted.insert(range.index);
        }
    });
    let mut body = std::mem::take(&mut f.body);
    split_all(f, &mut body, &wanted);
    f.body = body;
}

/// A row of something that is written.
struct View {
    mem: MemId,
    of: Place,
    start: ValueId,
    len: ValueId,
}

/// What the function's values and rows are.
struct Known {
    views: HashMap<MemId, View>,
    polys: Polys,
}

impl Known {
    fn of(f: &Function) -> Self {
        let rows = f.body.deep().filter_map(|stmt| match stmt {
            Stmt::Decl { mem, init: Some(Init::Row { of, start, len, mutable, apart: false }) } => {
                Some((View { mem: *mem, of: of.clone(), start: *start, len: *len }, *mutable))
            }
            _ => None,
        });
        let rows: Vec<(View, bool)> = rows.collect();
        let written: HashSet<MemId> = rows.iter().filter(|(_, w)| *w).map(|(view, _)| view.of.mem).collect();
        let views = rows.into_iter().filter(|(view, _)| written.contains(&view.of.mem));
        Known { views: views.map(|(view, _)| (view.mem, view)).collect(), polys: Polys::of(f) }
    }

    /// The rows of pairable numbers in a loop that writes some, with the index behind their last element.
    fn rows<'k>(
        &'k self,
        f: &'k Function,
        l: &'k Loop,
        range: &'k Range,
    ) -> impl Iterator<Item = (&'k View, ElementAccess, Poly)> + 'k {
        let here = move |place: &Place| place.proj == [Proj::Index(range.index)];
        let elements = move || l.body.stmts.iter().filter_map(Stmt::element).filter(move |e| here(e.place));
        let writes = elements().any(|e| e.access != ElementAccess::Read);
        elements().filter(move |_| writes).filter_map(move |e| {
            let view = self.views.get(&e.place.mem).filter(|v| v.len == range.hi)?;
            let double = matches!(&f.mems[view.mem].ty, Ty::Slice(elem) if **elem == Ty::Float(FloatTy::F64));
            let end = self.polys.get(view.start).add(&self.polys.get(view.len))?;
            double.then_some((view, e.access, end))
        })
    }

    /// Does it grow by one with each iteration of the loop?
    fn moves(&self, start: ValueId, around: &Loop) -> bool {
        let Some(range) = around.whole_range().filter(|r| r.adaptors.is_empty()) else { return false };
        let step = self.polys.get(start).split(range.index);
        step.is_some_and(|(step, _)| step == Poly::constant(1))
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

/// Splits the loops with these indices.
fn split_all(f: &mut Function, region: &mut Region, wanted: &HashSet<ValueId>) {
    for mut stmt in std::mem::take(&mut region.stmts) {
        stmt.regions_mut().into_iter().for_each(|inner| split_all(f, inner, wanted));
        match stmt {
            Stmt::Loop(l) if l.range.as_ref().is_some_and(|r| wanted.contains(&r.index)) => {
                split(f, *l, &mut region.stmts);
            }
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
