//! The loop over rows, and what comes before it.

use super::index::Indices;
use super::{in_row, is_number, Cutter, Look, Row};
use crate::analysis::types::place_ty;
use crate::ir::build::Builder;
use crate::ir::hash::HashSet;
use crate::ir::{
    Access, Branch, BranchKind, Carried, Init, Loop, MemId, MemInfo, Op, Operand, Phi, Place, Proj, Range,
    Region, SpanId, Stmt, Ty, ValueId,
};
use crate::rules::Func;

impl Cutter<'_> {
    pub(super) fn rewrite(&mut self, mut l: Loop, rows: &[Row], out: &mut Vec<Stmt>) {
        let Some(range) = l.range.clone() else { return out.push(Stmt::Loop(Box::new(l))) };
        let span = l.span;
        let looks = self.looks(&l);
        let written: HashSet<MemId> = l.body.deep().flat_map(Stmt::written).collect();
        let body = l.clone();
        let constants = std::mem::take(&mut self.constants);
        let indices = Indices::of(&body, &constants);
        let fixed = self.fixed_loads(&looks, rows, &indices, &written);

        let upward = self.is_upward(&range);
        let mut b = Builder { f: self.f, out: Vec::new() };
        let trips = match (range.inclusive, constants.get(&range.lo)) {
            (false, Some(0)) => range.hi,
            _ if upward => b.apply(Func::Sub, &[range.hi, range.lo], Ty::Int, span),
            (inclusive, _) => {
                let name = if inclusive { "extent_inclusive" } else { "extent" };
                b.let_(Op::Helper { name, args: vec![range.lo, range.hi] }, Ty::Int, span)
            }
        };
        let head = std::mem::take(&mut b.out);

        // From here on inside `if trips != 0`.
        let mut first = indices.at(range.lo);
        let mut starts: Vec<ValueId> = rows.iter().map(|r| first.value(r.index, &mut b)).collect();
        let mut places: Vec<Place> = rows.iter().map(|r| first.place(&r.of, &mut b)).collect();
        let hoisted: Vec<Place> = fixed.iter().map(|k| first.place(&looks[*k].place, &mut b)).collect();
        let mut inner = std::mem::take(&mut b.out);
        self.parts(rows, (&mut places, &mut starts, trips), &mut inner, span);
        if looks.iter().any(|k| k.user) {
            self.touch(&l, &looks, rows, (&places, &starts, trips), &indices, &mut inner);
        }
        for (k, place) in fixed.iter().zip(hoisted) {
            if let Stmt::Let { value, .. } = &l.body.stmts[looks[*k].at] {
                inner.push(Stmt::Let { value: *value, op: Op::Load(place) });
            }
        }
        let views: Vec<MemId> = rows.iter().zip(&places).map(|(row, of)| self.view(row, of, span)).collect();
        for (((view, of), start), row) in views.iter().zip(&places).zip(&starts).zip(rows) {
            let mutable = row.mutable || row.apart;
            let init = Init::Row { of: of.clone(), start: *start, len: trips, mutable, apart: row.apart };
            inner.push(Stmt::Decl { mem: *view, init: Some(init) });
        }
        let back = rows.iter().zip(&places).zip(&views).filter(|((row, _), _)| row.apart);
        let back = back
            .map(|((_, of), view)| Stmt::Assign { place: of.clone(), init: Init::From(Operand::Mem(*view)) });
        let back: Vec<Stmt> = back.collect();
        self.constants = constants;
        let gone: HashSet<usize> = fixed.iter().map(|k| looks[*k].at).collect();
        let moved = Moved { rows, views: &views, gone: &gone, range: &range, trips, span };
        self.body(&mut l, &moved, &mut inner);
        let mut after = Vec::new();
        self.leave(&mut l, trips, &mut after);
        out.extend(head);
        self.guard(l, (inner, back), trips, span, out);
        out.append(&mut after);
    }

    /// Of what rustc alone knows, a part first, which may be shorter than the loop: its length can be asked for then.
    fn parts(
        &mut self,
        rows: &[Row],
        (places, starts, trips): (&mut [Place], &mut [ValueId], ValueId),
        out: &mut Vec<Stmt>,
        span: SpanId,
    ) {
        for (k, row) in rows.iter().enumerate() {
            if !row.unseen || row.mutable || row.apart {
                continue;
            }
            let mem = self.view(row, &places[k], span);
            self.f.mems[mem].access = Access::Owned;
            let of = std::mem::replace(&mut places[k], Place::whole(mem));
            let init = Init::Row { of, start: starts[k], len: trips, mutable: false, apart: false };
            out.push(Stmt::Decl { mem, init: Some(init) });
            let mut b = Builder { f: self.f, out: std::mem::take(out) };
            starts[k] = b.int(0, span);
            *out = b.out;
        }
    }

    /// Loads of elements that are the same in every iteration: positions in `looks`.
    fn fixed_loads(
        &self,
        looks: &[Look],
        rows: &[Row],
        indices: &Indices<'_>,
        written: &HashSet<MemId>,
    ) -> Vec<usize> {
        let is_fixed = |look: &Look| {
            let mut all = !look.place.proj.is_empty();
            look.place.visit_indices(&mut |v| all &= indices.is_fixed(v, written));
            let known = |p: &Proj| matches!(p, Proj::Index(_) | Proj::Range { .. });
            let in_row = rows.iter().any(|r| in_row(&look.place, r));
            let scalar = is_number(&place_ty(self.f, &look.place));
            all && !look.writes
                && !in_row
                && !written.contains(&look.place.mem)
                && scalar
                && look.place.proj.iter().all(known)
        };
        (0..looks.len()).filter(|k| is_fixed(&looks[*k])).collect()
    }

    /// The object that stands for a row.
    fn view(&mut self, row: &Row, of: &Place, span: SpanId) -> MemId {
        let ty = Ty::Slice(Box::new(place_ty(self.f, of).elem()));
        let access = if row.mutable { Access::RefMut } else { Access::Ref };
        let shadow_of = self.f.mems[row.of.mem].shadow_of;
        self.f.mems.push(MemInfo { ty, name: None, span, access, shadow_of })
    }

    /// If a row does not fit, the elements are touched one by one: this panics where the function does.
    fn touch(
        &mut self,
        l: &Loop,
        looks: &[Look],
        rows: &[Row],
        (places, starts, trips): (&[Place], &[ValueId], ValueId),
        indices: &Indices<'_>,
        out: &mut Vec<Stmt>,
    ) {
        let Some(range) = &l.range else { return };
        let span = l.span;
        let mut b = Builder { f: self.f, out: std::mem::take(out) };
        let mut outside: Option<ValueId> = None;
        for ((row, of), start) in rows.iter().zip(places).zip(starts) {
            let user = looks.iter().any(|k| k.user && in_row(&k.place, row));
            if !user {
                continue;
            }
            let len = b.let_(Op::Len(of.clone()), Ty::Int, span);
            let args = vec![len, *start, trips];
            let one = b.let_(Op::Helper { name: "outside", args }, Ty::Bool, span);
            outside = Some(match outside {
                None => one,
                Some(before) => b.apply(Func::Or, &[before, one], Ty::Bool, span),
            });
        }
        let Some(outside) = outside else {
            *out = b.out;
            return;
        };
        let before = std::mem::take(&mut b.out);
        let index = b.f.fresh(Ty::Int, span);
        let mut here = indices.at(index);
        for (k, look) in looks.iter().enumerate().filter(|(_, k)| k.user) {
            let again = looks[..k].iter().any(|before| before.user && before.place == look.place);
            let mut simple = true;
            look.place.visit_indices(&mut |v| simple &= indices.is_simple(v));
            if again || !simple {
                continue;
            }
            let place = here.place(&look.place, &mut b);
            let ty = place_ty(b.f, &place);
            b.let_(Op::Load(place), ty, look.span);
        }
        let body = Region { stmts: std::mem::take(&mut b.out), diverges: false };
        let range = Range { index, ..range.clone() };
        let touch = Loop::counted(range, Vec::new(), body, span);
        *out = before;
        // It does not come to its end: LLVM shall know that the rows fit from here on.
        let arms =
            vec![Region { stmts: vec![Stmt::Loop(Box::new(touch))], diverges: true }, Region::default()];
        out.push(Stmt::Branch(Branch { on: outside, kind: BranchKind::If, arms, phis: Vec::new() }));
    }

    /// The loop over the rows.
    fn body(&mut self, l: &mut Loop, moved: &Moved<'_>, inner: &mut Vec<Stmt>) {
        let Moved { rows, views, gone, range, trips, span } = *moved;
        let mut b = Builder { f: self.f, out: Vec::new() };
        let from_zero = self.constants.get(&range.lo) == Some(&0);
        let served = arithmetic(l);
        let mut stmts = Vec::new();
        let (zero, counter) = if from_zero {
            (range.lo, range.index)
        } else {
            let counter = b.f.fresh(Ty::Int, span);
            let args = vec![range.lo, counter];
            stmts.push(Stmt::Let { value: range.index, op: Op::Apply { func: Func::Add, args } });
            (b.int(0, span), counter)
        };
        inner.append(&mut b.out);
        for (at, mut stmt) in std::mem::take(&mut l.body.stmts).into_iter().enumerate() {
            if gone.contains(&at) {
                continue;
            }
            if let Some(place) = stmt.element_mut() {
                let row = rows.iter().zip(views).find(|(r, _)| in_row(place, r));
                if let Some((row, view)) = row {
                    let mut proj = place.proj.split_off(row.of.proj.len());
                    proj[0] = Proj::Index(counter);
                    *place = Place { mem: *view, proj };
                }
            }
            stmts.push(stmt);
        }
        l.body.stmts = stmts;
        l.range = Some(Range {
            index: counter,
            lo: zero,
            hi: trips,
            inclusive: false,
            adaptors: range.adaptors.clone(),
        });
        drop_unused(l, views, &served);
    }

    /// `if trips != 0 { inner; loop }`, unless nothing before the loop can go wrong without iterations.
    fn guard(
        &mut self,
        mut l: Loop,
        (mut inner, back): (Vec<Stmt>, Vec<Stmt>),
        trips: ValueId,
        span: SpanId,
        out: &mut Vec<Stmt>,
    ) {
        if back.is_empty() && inner.iter().all(harmless) {
            out.append(&mut inner);
            out.push(Stmt::Loop(Box::new(l)));
            return;
        }
        let mut b = Builder { f: self.f, out: std::mem::take(out) };
        let zero = b.int(0, span);
        let some = b.apply(Func::Ne, &[trips, zero], Ty::Bool, span);
        let mut phis = Vec::new();
        for c in &mut l.carried {
            let result = b.f.fresh_like(c.result);
            let value = std::mem::replace(&mut c.result, result);
            phis.push(Phi { value, inputs: vec![Some(result), c.init] });
        }
        *out = b.out;
        inner.push(Stmt::Loop(Box::new(l)));
        inner.extend(back);
        let arms = vec![Region { stmts: inner, diverges: false }, Region::default()];
        out.push(Stmt::Branch(Branch { on: some, kind: BranchKind::If, arms, phis }));
    }
}

/// What the body of the new loop is made from.
#[derive(Clone, Copy)]
struct Moved<'m> {
    rows: &'m [Row],
    views: &'m [MemId],
    gone: &'m HashSet<usize>,
    range: &'m Range,
    trips: ValueId,
    span: SpanId,
}

/// Does it do nothing, and can't it go wrong, where the loop has no iterations?
fn harmless(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Let { op: Op::Apply { func, .. }, .. } => matches!(func, Func::Add | Func::Mul | Func::Or),
        Stmt::Let { op: Op::Const(_) | Op::Helper { .. }, .. } => true,
        Stmt::Let { op: Op::Len(of), .. } | Stmt::Decl { init: Some(Init::Row { of, .. }), .. } => {
            of.proj.iter().all(|p| matches!(p, Proj::Field(_)))
        }
        // The elements touched one by one: a loop as well.
        Stmt::Branch(_) => true,
        Stmt::Let { .. }
        | Stmt::Decl { .. }
        | Stmt::Store { .. }
        | Stmt::Assign { .. }
        | Stmt::Accumulate { .. }
        | Stmt::Bulk(_)
        | Stmt::Loop(_)
        | Stmt::Call(_)
        | Stmt::Opaque(_)
        | Stmt::Push { .. }
        | Stmt::Save { .. }
        | Stmt::Pop { .. }
        | Stmt::Restore { .. }
        | Stmt::Pullback(_) => false,
    }
}

/// Index arithmetic that only served elements that are in rows now; elements of rows that nobody reads.
fn drop_unused(l: &mut Loop, views: &[MemId], served: &HashSet<ValueId>) {
    loop {
        let mut used: HashSet<ValueId> = HashSet::default();
        l.body.visit(&mut |v| {
            used.insert(v);
        });
        for Carried { phi: _, init: _, next, result: _ } in &l.carried {
            used.insert(*next);
        }
        let idle = |s: &Stmt| {
            let Some((value, op)) = s.computed() else { return false };
            let unread = match op {
                Op::Apply { .. } | Op::Helper { .. } | Op::Const(_) => served.contains(&value),
                Op::Load(place) => views.contains(&place.mem),
                Op::Operator { .. }
                | Op::Cast { .. }
                | Op::Len(_)
                | Op::Select { .. }
                | Op::Detach(_)
                | Op::Pure(_)
                | Op::Once(_)
                | Op::SumOf(_)
                | Op::Dot(..) => false,
            };
            unread && !used.contains(&value)
        };
        let before = l.body.stmts.len();
        l.body.stmts.retain(|s| !idle(s));
        if l.body.stmts.len() == before {
            return;
        }
    }
}

/// What the body computes for the indices of the elements that it looks at.
fn arithmetic(l: &Loop) -> HashSet<ValueId> {
    let mut all: HashSet<ValueId> = HashSet::default();
    for stmt in l.body.stmts.iter().rev() {
        if let Some(element) = stmt.element() {
            element.place.visit_indices(&mut |v| {
                all.insert(v);
            });
        } else if let Some((_, op)) = stmt.computed().filter(|(value, _)| all.contains(value)) {
            all.extend(op.operands());
        }
    }
    all
}
