//! Sums what the map is applied to, and applies the map in the last iteration.

use super::uses::is_part;
use super::Map;
use crate::ir::build::Builder;
use crate::ir::hash::HashMap;
use crate::ir::{
    Access, Adaptor, Branch, BranchKind, Bulk, Carried, Function, Init, Loop, MemId, MemInfo, Op, Operand,
    Place, Proj, Range, Region, SpanId, Stmt, Ty, ValueId,
};
use crate::rules::Func;

/// `out`: in front of the loop.
pub(super) fn rewrite(f: &mut Function, l: &mut Loop, map: &Map, out: &mut Vec<Stmt>) {
    let Some(range) = l.range.clone() else { return };
    let span = f.mems[map.cut].span;
    let mut b = Builder { f, out: std::mem::take(out) };
    let around = ranges_around(&l.body, &map.path);
    let sum = Sum::declare(map.cut, &around, span, &mut b);
    *out = b.out;
    let mut region = &mut l.body;
    for k in &map.path {
        let Stmt::Loop(inner) = &mut region.stmts[*k] else { return };
        region = &mut inner.body;
    }
    let behind = region.stmts.split_off(map.at);
    let mut b = Builder { f, out: std::mem::take(&mut region.stmts) };
    let start = sum.start(&around, span, &mut b);
    sum.add(map.cut, start, span, &mut b);
    let last = is_last(&range, span, &mut b);
    region.stmts = b.out;
    let mut copier = Copier { f, map, sum: &sum, start, names: HashMap::default() };
    let applied = copier.stmts(&behind);
    region.stmts.extend(without(behind, map));
    let arms = vec![Region { stmts: applied, diverges: false }, Region::default()];
    region.stmts.push(Stmt::Branch(Branch { on: last, kind: BranchKind::If, arms, phis: Vec::new() }));
}

/// The loops between the outer one and the cut.
fn ranges_around(region: &Region, path: &[usize]) -> Vec<Range> {
    let mut all = Vec::new();
    let mut region = region;
    for k in path {
        let Stmt::Loop(l) = &region.stmts[*k] else { return all };
        all.extend(l.range.clone());
        region = &l.body;
    }
    all
}

fn is_last(range: &Range, span: SpanId, b: &mut Builder<'_>) -> ValueId {
    let down = range.adaptors.contains(&Adaptor::Rev);
    let (at, end) = match (down, range.inclusive) {
        (true, _) => (range.index, range.lo),
        (false, true) => (range.index, range.hi),
        (false, false) => {
            let one = b.int(1, span);
            (b.apply(Func::Add, &[range.index, one], Ty::Int, span), range.hi)
        }
    };
    b.apply(Func::Eq, &[at, end], Ty::Bool, span)
}

/// The sum of the cut's contents, one for each iteration of the loops around.
struct Sum {
    mem: MemId,
    /// Length of the cut and trips of the loops, if there are any.
    shape: Option<(ValueId, Vec<ValueId>)>,
}

impl Sum {
    fn declare(cut: MemId, around: &[Range], span: SpanId, b: &mut Builder<'_>) -> Sum {
        let of = b.f.mems[cut].clone();
        let info = MemInfo { access: Access::Owned, name: None, ..of.clone() };
        if around.is_empty() {
            let mem = b.f.mems.push(info);
            b.out.push(Stmt::Decl { mem, init: Some(Init::ZeroOf(Place::whole(cut))) });
            return Sum { mem, shape: None };
        }
        let elem = of.ty.elem();
        let mem = b.f.mems.push(info);
        let len = b.let_(Op::Len(Place::whole(cut)), Ty::Int, span);
        let mut trips = Vec::new();
        let mut all = len;
        for range in around {
            let count = b.let_(Op::Helper { name: "trips", args: vec![range.lo, range.hi] }, Ty::Int, span);
            all = b.apply(Func::Mul, &[all, count], Ty::Int, span);
            trips.push(count);
        }
        let zero = b.float(0.0, elem, span);
        b.out.push(Stmt::Decl { mem, init: Some(Init::VecRepeat { elem: Operand::Value(zero), len: all }) });
        Sum { mem, shape: Some((len, trips)) }
    }

    /// Where the sum of this iteration starts.
    fn start(&self, around: &[Range], span: SpanId, b: &mut Builder<'_>) -> Option<ValueId> {
        let (len, trips) = self.shape.as_ref()?;
        let mut at: Option<ValueId> = None;
        for (range, trips) in around.iter().zip(trips) {
            let own = b.let_(Op::Helper { name: "trips", args: vec![range.lo, range.index] }, Ty::Int, span);
            at = Some(match at {
                None => own,
                Some(outer) => {
                    let rows = b.apply(Func::Mul, &[outer, *trips], Ty::Int, span);
                    b.apply(Func::Add, &[rows, own], Ty::Int, span)
                }
            });
        }
        at.map(|at| b.apply(Func::Mul, &[at, *len], Ty::Int, span))
    }

    fn add(&self, cut: MemId, start: Option<ValueId>, span: SpanId, b: &mut Builder<'_>) {
        let (Some(start), Some((len, _))) = (start, &self.shape) else {
            let (dst, src) = (Place::whole(self.mem), Place::whole(cut));
            b.out.push(Stmt::Bulk(Bulk::AddAssign { dst, src }));
            return;
        };
        let lo = b.int(0, span);
        let index = b.f.fresh(Ty::Int, span);
        let before = std::mem::take(&mut b.out);
        let elem = b.f.mems[cut].ty.elem();
        let one = b.let_(Op::Load(Place::whole(cut).with(Proj::Index(index))), elem, span);
        let at = b.apply(Func::Add, &[start, index], Ty::Int, span);
        let place = Place::whole(self.mem).with(Proj::Index(at));
        b.out.push(Stmt::Accumulate { place, from: Operand::Value(one) });
        let stmts = std::mem::replace(&mut b.out, before);
        let range = Range { index, lo, hi: *len, inclusive: false, adaptors: Vec::new() };
        let body = Region { stmts, diverges: false };
        b.out.push(Stmt::Loop(Box::new(Loop::counted(range, Vec::new(), body, span))));
    }
}

/// The statements without those of the map.
fn without(stmts: Vec<Stmt>, map: &Map) -> Vec<Stmt> {
    let mut out = Vec::with_capacity(stmts.len());
    for mut stmt in stmts {
        for inner in stmt.regions_mut() {
            inner.stmts = without(std::mem::take(&mut inner.stmts), map);
        }
        if !is_moved(&stmt, map) {
            out.push(stmt);
        }
    }
    out
}

fn is_moved(stmt: &Stmt, map: &Map) -> bool {
    is_part(stmt, &map.moved, &map.scratch)
}

/// Copies the map, with the sum in the place of the cut.
struct Copier<'c> {
    f: &'c mut Function,
    map: &'c Map,
    sum: &'c Sum,
    start: Option<ValueId>,
    names: HashMap<ValueId, ValueId>,
}

impl Copier<'_> {
    fn fresh(&mut self, value: ValueId) -> ValueId {
        let name = self.f.fresh_like(value);
        self.names.insert(value, name);
        name
    }

    fn name(&self, value: ValueId) -> ValueId {
        self.names.get(&value).copied().unwrap_or(value)
    }

    fn stmts(&mut self, stmts: &[Stmt]) -> Vec<Stmt> {
        let mut out = Vec::new();
        for stmt in stmts {
            match stmt {
                Stmt::Let { value, op } if self.map.needed.contains(value) => {
                    let op = match op {
                        Op::Load(place) if place.mem == self.map.cut => {
                            Op::Load(self.summed(place, &mut out))
                        }
                        other => other.map(&mut |v| self.name(v)),
                    };
                    let value = self.fresh(*value);
                    out.push(Stmt::Let { value, op });
                }
                Stmt::Loop(l) => out.extend(self.loop_(l)),
                other => {
                    let mut copy = other.clone();
                    copy.rename(&mut |v| self.name(v));
                    out.extend(is_moved(other, self.map).then_some(copy));
                }
            }
        }
        out
    }

    /// The place of an element in the sum.
    fn summed(&mut self, place: &Place, out: &mut Vec<Stmt>) -> Place {
        let place = place.on(self.sum.mem).map(&mut |v| self.name(v));
        let (Some(start), [Proj::Index(index)]) = (self.start, place.proj.as_slice()) else { return place };
        let span = self.f.values[*index].span;
        let mut b = Builder { f: self.f, out: std::mem::take(out) };
        let at = b.apply(Func::Add, &[start, *index], Ty::Int, span);
        *out = b.out;
        Place::whole(self.sum.mem).with(Proj::Index(at))
    }

    fn loop_(&mut self, l: &Loop) -> Option<Stmt> {
        let mut range = l.range.as_ref()?.map(&mut |v| self.name(v));
        let kept: Vec<&Carried> = l.carried.iter().filter(|c| self.map.needed.contains(&c.phi)).collect();
        let inits: Vec<Option<ValueId>> = kept.iter().map(|c| c.init.map(|v| self.name(v))).collect();
        range.index = self.fresh(l.range.as_ref()?.index);
        let phis: Vec<ValueId> = kept.iter().map(|c| self.fresh(c.phi)).collect();
        let stmts = self.stmts(&l.body.stmts);
        let mut carried = Vec::new();
        for ((c, init), phi) in kept.into_iter().zip(inits).zip(phis) {
            let (next, result) = (self.name(c.next), self.fresh(c.result));
            carried.push(Carried { phi, init, next, result });
        }
        if stmts.is_empty() && carried.is_empty() {
            return None;
        }
        let body = Region { stmts, diverges: false };
        Some(Stmt::Loop(Box::new(Loop::counted(range, carried, body, l.span))))
    }
}
