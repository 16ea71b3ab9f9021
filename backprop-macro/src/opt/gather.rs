//! Contributions to neighbours in one object are collected per element, in a loop of their own.
//!
//! ```text
//! loop i in lo..hi { .. d_u[i-1] += f(i); d_u[i] += g(i); d_u[i+1] += h(i) }
//!   →
//! loop i in lo..hi { .. }
//! if lo < hi {
//!     loop j in lo-1..lo+1 { if i-1 was in lo..hi { d_u[j] += h(j-1) } .. }                         the first few elements
//!     loop j in lo+1..hi-1 { d_u[j] += f(j+1) + g(j) + h(j-1) }
//!     loop j in max(lo+1, hi-1)..hi+1 { .. }                                                        the last few
//! }
//! ```
//! As written, each iteration reads what the one before has just stored, and nothing is packed; a loop per
//! contribution is slower than that. Only where the contributions are
//! cheap, and computed from what the loop does not change (or changes only after reading it: then they are collected in
//! front of the loop), since each is computed apart from the loop.

use crate::ir::build::Builder;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::walk::{Element, ElementAccess};
use crate::ir::{
    Branch, BranchKind, Function, Loop, MemId, Op, Operand, Place, Proj, Range, Region, SpanId, Stmt, Ty,
    ValueId,
};
use crate::rules::{rule, Func};
use std::collections::BTreeMap;

/// Operations of all contributions to one object.
const CHEAP: usize = 16;

/// In all loops; the first so many values are the user's own.
pub(super) fn gather(f: &mut Function, split: &mut usize, primal: usize) {
    let mut stmts = std::mem::take(&mut f.body.stmts);
    let second = stmts.split_off((*split).min(stmts.len()));
    let mut gatherer = Gatherer { f, constants: HashMap::default(), primal };
    let first = gatherer.stmts(stmts);
    *split = first.len();
    let second = gatherer.stmts(second);
    f.body.stmts = first.into_iter().chain(second).collect();
}

struct Gatherer<'f> {
    f: &'f mut Function,
    constants: HashMap<ValueId, i64>,
    primal: usize,
}

/// `object[i + shift] += value`
struct Contribution {
    shift: i64,
    value: ValueId,
}

/// All contributions to one object in a loop, and how they are computed.
struct Stencil {
    mem: MemId,
    contributions: Vec<Contribution>,
    ops: HashMap<ValueId, Op>,
    range: Range,
    span: SpanId,
    /// Something that it is computed from is gone after the loop.
    early: bool,
}

impl Gatherer<'_> {
    fn stmts(&mut self, stmts: Vec<Stmt>) -> Vec<Stmt> {
        let mut out = Vec::with_capacity(stmts.len());
        for mut stmt in stmts {
            self.constants.extend(stmt.int());
            for inner in stmt.regions_mut() {
                inner.stmts = self.stmts(std::mem::take(&mut inner.stmts));
            }
            let (mut before, mut after) = (Vec::new(), Vec::new());
            if let Stmt::Loop(l) = &mut stmt {
                for stencil in self.stencils(l) {
                    l.body.stmts.retain(
                        |s| !matches!(s, Stmt::Accumulate { place, from: _ } if place.mem == stencil.mem),
                    );
                    let place = if stencil.early { &mut before } else { &mut after };
                    place.extend(self.collect(&stencil));
                }
            }
            out.extend(before);
            out.push(stmt);
            out.extend(after);
        }
        out
    }

    fn stencils(&self, l: &Loop) -> Vec<Stencil> {
        let Some(range) = l.whole_range().filter(|r| r.is_plain() && !r.inclusive) else { return Vec::new() };
        let computed = l.body.stmts.iter().filter_map(Stmt::computed);
        let ops: HashMap<ValueId, Op> = computed.map(|(value, op)| (value, op.clone())).collect();
        let mut mems: Vec<MemId> = Vec::new();
        for Element { place, value: _, access } in l.body.stmts.iter().filter_map(Stmt::element) {
            if access == ElementAccess::Add && !mems.contains(&place.mem) {
                mems.push(place.mem);
            }
        }
        let inside = l.binds();
        let written: HashSet<MemId> = l.body.deep().flat_map(Stmt::written).collect();
        let stencil = |mem: MemId| self.stencil(l, range, mem, &ops, &inside, &written);
        mems.into_iter().filter_map(stencil).collect()
    }

    fn stencil(
        &self,
        l: &Loop,
        range: &Range,
        mem: MemId,
        ops: &HashMap<ValueId, Op>,
        inside: &HashSet<ValueId>,
        written: &HashSet<MemId>,
    ) -> Option<Stencil> {
        let own = l.body.stmts.iter().flat_map(Stmt::defs).any(|v| (v.0 as usize) < self.primal);
        let mut early = false;
        let mut contributions = Vec::new();
        let mut wanted = HashMap::default();
        for stmt in &l.body.stmts {
            let Stmt::Accumulate { place, from } = stmt else { continue };
            if place.mem != mem {
                continue;
            }
            let Operand::Value(value) = from else { return None };
            let shift = match place.proj.as_slice() {
                [Proj::Index(index)] => self.shift(*index, range.index, ops)?,
                [Proj::Range { lo: Some(lo), hi: _ }, Proj::Index(index)] => {
                    self.shift(*lo, range.index, ops)?.checked_add(*self.constants.get(index)?)?
                }
                _ => return None,
            };
            contributions.push(Contribution { shift, value: *value });
            let mut todo = vec![*value];
            while let Some(v) = todo.pop() {
                if v == range.index || !inside.contains(&v) || wanted.contains_key(&v) {
                    continue;
                }
                let op = ops.get(&v)?;
                let overwritten = op.read().iter().any(|m| written.contains(m));
                if !self.may_move(v, op) || overwritten && (own || !self.is_read_first(l, v, op, ops)) {
                    return None;
                }
                early |= overwritten;
                todo.extend(op.operands());
                wanted.insert(v, op.clone());
            }
        }
        let only = l.body.mentions().get(&mem) == Some(&contributions.len());
        let shifts: HashSet<i64> = contributions.iter().map(|c| c.shift).collect();
        let number = matches!(self.f.mems[mem].ty.elem(), Ty::Float(_));
        let cheap = wanted.values().filter(|op| matches!(op, Op::Apply { .. })).count() <= CHEAP;
        let fits = only && number && cheap && shifts.len() > 1 && !self.is_short(range);
        fits.then(|| Stencil { mem, contributions, ops: wanted, range: range.clone(), span: l.span, early })
    }

    /// `i + shift`
    fn shift(&self, index: ValueId, of: ValueId, ops: &HashMap<ValueId, Op>) -> Option<i64> {
        if index == of {
            return Some(0);
        }
        let (by, down) = ops.get(&index)?.sum_with(of)?;
        let by = *self.constants.get(&by)?;
        if down {
            by.checked_neg()
        } else {
            Some(by)
        }
    }

    /// Is the element written only by its own iteration, later? Then it is in front of the loop what it is there.
    fn is_read_first(&self, l: &Loop, value: ValueId, op: &Op, ops: &HashMap<ValueId, Op>) -> bool {
        let (Op::Load(place), Some(range)) = (op, &l.range) else { return false };
        let [Proj::Index(index)] = place.proj.as_slice() else { return false };
        let mut read = false;
        let ordered = l.body.stmts.iter().all(|stmt| match stmt {
            Stmt::Let { value: v, op: _ } => {
                read |= *v == value;
                true
            }
            Stmt::Store { place: to, value: _ } if to.mem == place.mem => read && to == place,
            other => !other.writes_deep(place.mem),
        });
        ordered && self.shift(*index, range.index, ops).is_some()
    }

    /// Cheap, and without panics but those of its indices.
    fn may_move(&self, value: ValueId, op: &Op) -> bool {
        let integer = self.f.values[value].ty == Ty::Int;
        match op {
            Op::Const(_) => true,
            Op::Apply { func, args: _ } if integer => matches!(func, Func::Add | Func::Sub | Func::Mul),
            Op::Apply { func, args: _ } => !rule(*func).costly && self.f.values[value].ty.is_float(),
            Op::Load(_) => true,
            Op::Operator { .. }
            | Op::Cast { .. }
            | Op::Len(_)
            | Op::Select { .. }
            | Op::Detach(_)
            | Op::Pure(_)
            | Op::Once(_)
            | Op::Helper { .. }
            | Op::SumOf(_)
            | Op::Dot(..) => false,
        }
    }

    /// So few iterations that the loop will be unrolled.
    fn is_short(&self, range: &Range) -> bool {
        match (self.constants.get(&range.lo), self.constants.get(&range.hi)) {
            (Some(lo), Some(hi)) => hi - lo <= 16,
            (Some(_) | None, _) => false,
        }
    }

    /// The loops that collect the contributions.
    fn collect(&mut self, stencil: &Stencil) -> Vec<Stmt> {
        let span = stencil.span;
        let (lo, hi) = (stencil.range.lo, stencil.range.hi);
        let mut b = Builder { f: self.f, out: Vec::new() };
        // Where the elements that each shift reaches begin, and end.
        let mut ends: BTreeMap<i64, (ValueId, ValueId)> = BTreeMap::new();
        for contribution in &stencil.contributions {
            let at = |b: &mut Builder<'_>, of| shifted(of, contribution.shift, span, b);
            ends.entry(contribution.shift).or_insert_with(|| (at(&mut b, lo), at(&mut b, hi)));
        }
        let (Some((_, least)), Some((_, most))) = (ends.first_key_value(), ends.last_key_value()) else {
            return Vec::new();
        };
        let ((first, to), (from, end)) = (*least, *most);
        let few = b.apply(Func::Lt, &[to, from], Ty::Bool, span);
        let rest = b.let_(Op::Select { cond: few, then: from, els: to }, Ty::Int, span);
        stencil.edge(first, from, &ends, &mut b);
        stencil.middle(from, to, &mut b);
        stencil.edge(rest, end, &ends, &mut b);
        let stmts = std::mem::take(&mut b.out);
        let any = b.apply(Func::Lt, &[lo, hi], Ty::Bool, span);
        let arms = vec![Region { stmts, diverges: false }, Region::default()];
        b.out.push(Stmt::Branch(Branch { on: any, kind: BranchKind::If, arms, phis: Vec::new() }));
        b.out
    }
}

impl Stencil {
    /// Elements that get all contributions.
    fn middle(&self, lo: ValueId, hi: ValueId, b: &mut Builder<'_>) {
        let j = b.f.fresh_like(self.range.index);
        let before = std::mem::take(&mut b.out);
        let mut sum = None;
        for contribution in &self.contributions {
            let value = self.value(contribution, j, b);
            sum = Some(match sum {
                None => value,
                Some(sum) => {
                    let ty = b.f.values[value].ty.clone();
                    b.apply(Func::Add, &[sum, value], ty, self.span)
                }
            });
        }
        if let Some(sum) = sum {
            self.add(j, sum, b);
        }
        let stmts = std::mem::replace(&mut b.out, before);
        b.out.push(self.over(j, lo, hi, stmts));
    }

    /// Elements that get those contributions whose iteration is one of the loop's.
    fn edge(&self, lo: ValueId, hi: ValueId, ends: &BTreeMap<i64, (ValueId, ValueId)>, b: &mut Builder<'_>) {
        let j = b.f.fresh_like(self.range.index);
        let before = std::mem::take(&mut b.out);
        for contribution in &self.contributions {
            let Some((first, end)) = ends.get(&contribution.shift) else { continue };
            let outer = std::mem::take(&mut b.out);
            let value = self.value(contribution, j, b);
            self.add(j, value, b);
            let stmts = std::mem::replace(&mut b.out, outer);
            let started = b.apply(Func::Ge, &[j, *first], Ty::Bool, self.span);
            let before_end = b.apply(Func::Lt, &[j, *end], Ty::Bool, self.span);
            let both = b.apply(Func::And, &[started, before_end], Ty::Bool, self.span);
            let arms = vec![Region { stmts, diverges: false }, Region::default()];
            b.out.push(Stmt::Branch(Branch { on: both, kind: BranchKind::If, arms, phis: Vec::new() }));
        }
        let stmts = std::mem::replace(&mut b.out, before);
        b.out.push(self.over(j, lo, hi, stmts));
    }

    fn add(&self, j: ValueId, value: ValueId, b: &mut Builder<'_>) {
        let place = Place::whole(self.mem).with(Proj::Index(j));
        b.out.push(Stmt::Accumulate { place, from: Operand::Value(value) });
    }

    fn over(&self, index: ValueId, lo: ValueId, hi: ValueId, stmts: Vec<Stmt>) -> Stmt {
        let range = Range { index, lo, hi, inclusive: false, adaptors: Vec::new() };
        let body = Region { stmts, diverges: false };
        let (header, carried, stop) = (None, Vec::new(), None);
        Stmt::Loop(Box::new(Loop {
            range: Some(range),
            header,
            carried,
            body,
            stop,
            blocks: None,
            span: self.span,
        }))
    }

    /// What an element gets from the iteration that has it at this shift.
    fn value(&self, contribution: &Contribution, j: ValueId, b: &mut Builder<'_>) -> ValueId {
        let i = shifted(j, -contribution.shift, self.span, b);
        let mut names: HashMap<ValueId, ValueId> = HashMap::default();
        names.insert(self.range.index, i);
        let mut todo = vec![contribution.value];
        while let Some(value) = todo.last().copied() {
            let op = self.ops.get(&value).filter(|_| !names.contains_key(&value));
            let Some(op) = op else {
                todo.pop();
                continue;
            };
            let missing = |v: &ValueId| self.ops.contains_key(v) && !names.contains_key(v);
            let before = todo.len();
            todo.extend(op.operands().into_iter().filter(missing));
            if todo.len() == before {
                let op = op.map(&mut |v| names.get(&v).copied().unwrap_or(v));
                let name = b.f.fresh_like(value);
                b.out.push(Stmt::Let { value: name, op });
                names.insert(value, name);
                todo.pop();
            }
        }
        names.get(&contribution.value).copied().unwrap_or(contribution.value)
    }
}

/// `value + by`
fn shifted(value: ValueId, by: i64, span: SpanId, b: &mut Builder<'_>) -> ValueId {
    if by == 0 {
        return value;
    }
    let size = b.int(by.abs(), span);
    let func = if by > 0 { Func::Add } else { Func::Sub };
    b.apply(func, &[value, size], Ty::Int, span)
}
