//! Lengths are told from what they are made of, before all analyses: loops over slices and zipped iterators become the loops
//! over ranges that one would write by hand.
//!
//! ```text
//! decl m0 = vec![x; d]; loop i in 0..d { v1 = add(i, 1); v2 = len m0[v1..]; loop j in 0..v2 { v3 = load m0[v1..][j] .. } }
//!   →
//! decl m0 = vec![x; d]; loop i in 0..d { v1 = add(i, 1); v2 = sub(d, v1); loop j in 0..v2 { v4 = add(v1, j); v3 = load m0[v4] .. } }
//! ```
//! A length is a polynomial of integers, equal to that of a value that is there already, or the difference of the ends. Of two
//! lengths the least is the one that the other can't be below. An element of a part is one of the whole where the index runs
//! up to the part's length, and the part was taken before: that panics where the function does, unless the part lies within
//! the whole anyway.

use crate::analysis::poly::{Bounds, Poly};
use crate::analysis::types::place_ty;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{
    Bulk, Const, Function, Init, Loop, MemId, Op, Operand, ParamKind, Place, Proj, Region, ResultOf, Stmt,
    Ty, ValueId,
};
use crate::rules::Func;

pub(super) fn lengths(f: &mut Function) {
    let looks = |s: &Stmt| matches!(s, Stmt::Let { op: Op::Len(_), .. });
    if !f.body.deep().any(looks) {
        return;
    }
    let stmts = std::mem::take(&mut f.body.stmts);
    let mut walk = Walk {
        changed: Changed::of(&stmts),
        f,
        polys: HashMap::default(),
        same: HashMap::default(),
        lens: HashMap::default(),
        bounds: HashMap::default(),
        limits: Bounds::default(),
        scopes: vec![Scope::default()],
    };
    let params = walk.f.params.iter().filter_map(|p| match p.kind {
        ParamKind::Value(v) => Some(v),
        ParamKind::Mem(_) => None,
    });
    for value in params.collect::<Vec<_>>() {
        walk.register(value);
    }
    let stmts = walk.stmts(stmts);
    let same = walk.same;
    f.body.stmts = stmts;
    let mut rename = |v: ValueId| same.get(&v).copied().unwrap_or(v);
    f.body.rename(&mut rename);
    if let ResultOf::Value(v) = &mut f.result {
        *v = rename(*v);
    }
}

/// Which objects are changed, and of which the length may change.
struct Changed {
    written: HashSet<MemId>,
    resized: HashSet<MemId>,
}

impl Changed {
    fn of(stmts: &[Stmt]) -> Changed {
        let (mut written, mut resized) = (HashSet::default(), HashSet::default());
        for stmt in stmts.iter().flat_map(Stmt::deep) {
            let own = stmt.declared();
            written.extend(stmt.written().into_iter().filter(|m| !own.contains(m)));
            match stmt {
                // Other elements in the same places.
                Stmt::Store { place, .. } if !place.proj.is_empty() => {}
                Stmt::Bulk(Bulk::Fill { .. } | Bulk::CopyFrom { .. } | Bulk::Reverse { .. }) => {}
                Stmt::Bulk(Bulk::RotateLeft { .. } | Bulk::RotateRight { .. }) => {}
                Stmt::Bulk(Bulk::Swap { a, b }) if !a.proj.is_empty() && !b.proj.is_empty() => {}
                Stmt::Call(call) => {
                    let whole = |p: &Place| !p.proj.iter().any(|p| matches!(p, Proj::Range { .. }));
                    let lent = call.written_places();
                    resized.extend(lent.iter().filter(|p| whole(p)).map(|p| p.mem));
                    let of_code = |m: &MemId| !lent.iter().any(|p| p.mem == *m);
                    resized.extend(call.written().into_iter().filter(of_code));
                }
                other => resized.extend(other.written().into_iter().filter(|m| !own.contains(m))),
            }
        }
        Changed { written, resized }
    }
}

/// What the statements of a region, and of those around it, have made.
#[derive(Default)]
struct Scope {
    values: HashMap<Poly, ValueId>,
    /// The parts that were taken, printed.
    parts: HashSet<String>,
}

struct Walk<'f> {
    f: &'f mut Function,
    changed: Changed,
    polys: HashMap<ValueId, Poly>,
    same: HashMap<ValueId, ValueId>,
    /// The lengths of whole objects, printed.
    lens: HashMap<String, Poly>,
    /// What a value is at most, if that is not itself.
    bounds: HashMap<ValueId, Vec<Poly>>,
    /// What indices are below.
    limits: Bounds,
    scopes: Vec<Scope>,
}

/// A place is an object, a part of it, a part of that.
struct Part<'p> {
    base: Place,
    ranges: &'p [Proj],
    len: Poly,
    /// The length of what the last part is of.
    of: Option<Poly>,
    /// It can't lie outside.
    within: bool,
}

impl Walk<'_> {
    fn resolve(&self, value: ValueId) -> ValueId {
        self.same.get(&value).copied().unwrap_or(value)
    }

    fn poly(&self, value: ValueId) -> Poly {
        self.polys.get(&value).cloned().unwrap_or_else(|| Poly::atom(value))
    }

    fn at_most(&self, value: ValueId) -> Vec<Poly> {
        self.bounds.get(&value).cloned().unwrap_or_else(|| vec![self.poly(value)])
    }

    /// The value that is this, if there is one. (A constant is of a type that rustc alone knows.)
    fn made(&self, poly: &Poly) -> Option<ValueId> {
        if poly.int().is_some() {
            return None;
        }
        self.scopes.iter().rev().find_map(|s| s.values.get(poly)).copied()
    }

    fn register(&mut self, value: ValueId) {
        let poly = self.poly(value);
        if let (Ty::Int, None, Some(scope)) =
            (&self.f.values[value].ty, self.made(&poly), self.scopes.last_mut())
        {
            scope.values.insert(poly, value);
        }
    }

    fn difference(&self, more: &Poly, less: &Poly) -> bool {
        self.limits.at_least(more, less)
    }

    /// Does its length stay as it is?
    fn is_fixed(&self, base: &Place) -> bool {
        if !self.changed.written.contains(&base.mem) {
            return true;
        }
        let info = &self.f.mems[base.mem];
        let slice = matches!(info.ty, Ty::Slice(_)) || matches!(info.ty, Ty::Array(..));
        base.proj.is_empty() && (slice || !self.changed.resized.contains(&base.mem))
    }

    /// `None`: its length may be anything.
    fn part<'p>(&self, place: &'p Place) -> Option<Part<'p>> {
        let parts = place.proj.iter().rev().take_while(|p| matches!(p, Proj::Range { .. })).count();
        let (base, ranges) = place.proj.split_at(place.proj.len() - parts);
        let base = Place { mem: place.mem, proj: base.to_vec() };
        if !self.is_fixed(&base) {
            return None;
        }
        let mut len = self.lens.get(&format!("{base:?}")).cloned();
        let (mut within, mut of) = (true, None);
        for range in ranges {
            let Proj::Range { lo, hi } = range else { return None };
            let lo = lo.map_or_else(|| Poly::constant(0), |lo| self.poly(lo));
            let hi = match (hi, &len) {
                (Some(hi), len) => {
                    let hi = self.poly(*hi);
                    within &= len.as_ref().is_some_and(|len| self.difference(len, &hi));
                    hi
                }
                (None, Some(len)) => len.clone(),
                (None, None) => return None,
            };
            within &= self.difference(&hi, &lo);
            of = len;
            len = Some(hi.sub(&lo)?);
        }
        Some(Part { base, ranges, len: len?, of, within })
    }

    fn scoped<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        self.scopes.push(Scope::default());
        let result = run(self);
        self.scopes.pop();
        result
    }

    fn region(&mut self, region: &mut Region) {
        let stmts = std::mem::take(&mut region.stmts);
        region.stmts = self.scoped(|walk| walk.stmts(stmts));
    }

    fn stmts(&mut self, stmts: Vec<Stmt>) -> Vec<Stmt> {
        let mut out = Vec::with_capacity(stmts.len());
        for mut stmt in stmts {
            if let Some(place) = stmt.element_mut() {
                let whole = place.map(&mut |v| self.resolve(v));
                *place = self.in_whole(whole, &mut out);
            }
            match stmt {
                Stmt::Let { value, op } if self.f.values[value].ty == Ty::Int => {
                    let op = op.map(&mut |v| self.resolve(v));
                    self.integer(value, op, &mut out);
                    continue;
                }
                Stmt::Decl { mem, init: Some(ref init) } => self.declared(mem, init),
                Stmt::Loop(ref mut l) => self.loop_(l),
                Stmt::Branch(ref mut branch) => branch.arms.iter_mut().for_each(|arm| self.region(arm)),
                Stmt::Let { .. }
                | Stmt::Decl { .. }
                | Stmt::Store { .. }
                | Stmt::Assign { .. }
                | Stmt::Accumulate { .. }
                | Stmt::Bulk(_)
                | Stmt::Call(_)
                | Stmt::Opaque(_)
                | Stmt::Push { .. }
                | Stmt::Save { .. }
                | Stmt::Pop { .. }
                | Stmt::Restore { .. }
                | Stmt::Pullback(_) => {}
            }
            stmt.defs().into_iter().for_each(|v| self.register(v));
            out.push(stmt);
        }
        out
    }

    fn loop_(&mut self, l: &mut Loop) {
        if let Some((header, _)) = &mut l.header {
            self.region(header);
        }
        let ends = l.range.as_ref().map_or_else(Vec::new, |range| self.at_most(self.resolve(range.hi)));
        self.limits.index(l.range.as_ref(), |_| ends);
        let enters: Vec<ValueId> = l.enters().collect();
        let stmts = std::mem::take(&mut l.body.stmts);
        l.body.stmts = self.scoped(|walk| {
            enters.into_iter().for_each(|v| walk.register(v));
            walk.stmts(stmts)
        });
    }

    fn declared(&mut self, mem: MemId, init: &Init) {
        let of = |place: &Place| self.part(&place.map(&mut |v| self.resolve(v))).map(|p| p.len);
        let len = match init {
            Init::VecRepeat { elem: _, len } => Some(self.poly(self.resolve(*len))),
            Init::ToVec(place) | Init::From(Operand::Copy(place)) => of(place),
            Init::VecOf(items) => i64::try_from(items.len()).ok().map(Poly::constant),
            _ => None,
        };
        let whole = Place::whole(mem);
        if let Some(len) = len.filter(|_| self.is_fixed(&whole)) {
            self.lens.insert(format!("{whole:?}"), len);
        }
    }

    fn integer(&mut self, value: ValueId, op: Op, out: &mut Vec<Stmt>) {
        let poly = match &op {
            Op::Len(place) => return self.length(value, place.clone(), out),
            Op::Helper { name: "least", args } => match args[..] {
                [a, b] => return self.least(value, (a, b), op, out),
                _ => None,
            },
            Op::Apply { func: Func::Div, args } => {
                self.limits.quotient(value, args[0], self.poly(args[1]));
                None
            }
            Op::Const(Const::Int(n)) => Some(Poly::constant(*n)),
            Op::Apply { func: Func::Add, args } => self.poly(args[0]).add(&self.poly(args[1])),
            Op::Apply { func: Func::Sub, args } => self.poly(args[0]).sub(&self.poly(args[1])),
            Op::Apply { func: Func::Mul, args } => self.poly(args[0]).mul(&self.poly(args[1])),
            _ => None,
        };
        self.polys.extend(poly.map(|poly| (value, poly)));
        self.register(value);
        out.push(Stmt::Let { value, op });
    }

    fn least(&mut self, value: ValueId, (a, b): (ValueId, ValueId), op: Op, out: &mut Vec<Stmt>) {
        let ([all, others], [pa, pb]) = ([a, b].map(|v| self.at_most(v)), [a, b].map(|v| self.poly(v)));
        if self.difference(&pb, &pa) {
            self.same.insert(value, a);
        } else if self.difference(&pa, &pb) {
            self.same.insert(value, b);
        } else {
            self.bounds.insert(value, all.into_iter().chain(others).collect());
            self.register(value);
            out.push(Stmt::Let { value, op });
        }
    }

    fn length(&mut self, value: ValueId, place: Place, out: &mut Vec<Stmt>) {
        let known = self.part(&place);
        let key = format!("{place:?}");
        let Some(part) = known else {
            if !place.proj.iter().any(|p| matches!(p, Proj::Range { .. })) && self.is_fixed(&place) {
                self.lens.insert(key, Poly::atom(value));
            }
            self.register(value);
            return out.push(Stmt::Let { value, op: Op::Len(place) });
        };
        let Part { base, ranges, len, of, within } = part;
        let last = ranges.last().cloned();
        let made = self.made(&len);
        let ends = match last {
            Some(Proj::Range { lo, hi }) => hi.or_else(|| self.made(&of?)).map(|hi| (lo, hi)),
            Some(_) | None => None,
        };
        let safe = within && base.proj.is_empty();
        let check = |walk: &mut Self, out: &mut Vec<Stmt>| {
            if !safe {
                let unused = walk.f.fresh_like(value);
                out.push(Stmt::Let { value: unused, op: Op::Len(place.clone()) });
            }
        };
        match (made, len.int(), ends) {
            (Some(made), _, _) => {
                check(self, out);
                self.same.insert(value, made);
            }
            (None, Some(n), _) => {
                check(self, out);
                out.push(Stmt::Let { value, op: Op::Const(Const::Int(n)) });
            }
            (None, None, Some((None, hi))) => {
                check(self, out);
                self.same.insert(value, hi);
            }
            (None, None, Some((Some(lo), hi))) => {
                check(self, out);
                out.push(Stmt::Let { value, op: Op::Apply { func: Func::Sub, args: vec![hi, lo] } });
            }
            (None, None, None) => out.push(Stmt::Let { value, op: Op::Len(place.clone()) }),
        }
        self.polys.insert(value, len);
        self.register(value);
        if let Some(scope) = self.scopes.last_mut() {
            scope.parts.insert(key);
        }
    }

    /// `m[lo..hi][i]` as `m[lo + i]`.
    fn in_whole(&mut self, place: Place, out: &mut Vec<Stmt>) -> Place {
        let is_range = |p: &Proj| matches!(p, Proj::Range { .. });
        let Some(first) = place.proj.iter().position(is_range) else { return place };
        let count = place.proj[first..].iter().take_while(|p| is_range(p)).count();
        let (parts, rest) = place.proj.split_at(first + count);
        let Some((Proj::Index(index), rest)) = rest.split_first() else { return place };
        let taken = Place { mem: place.mem, proj: parts.to_vec() };
        let key = format!("{taken:?}");
        let Some(part) = self.part(&taken) else { return place };
        let container = matches!(place_ty(self.f, &part.base), Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_));
        let was_taken = part.within || self.scopes.iter().any(|s| s.parts.contains(&key));
        let last = part.len.sub(&Poly::constant(1));
        let inside = match (self.poly(*index).int(), last.and_then(|l| l.int())) {
            (Some(n), Some(last)) => (0..=last).contains(&n),
            _ => self.limits.ends_at(*index, &part.len),
        };
        if !container || !was_taken || !inside {
            return place;
        }
        let mut at = *index;
        for range in part.ranges {
            if let Proj::Range { lo: Some(lo), hi: _ } = range {
                at = self.sum(*lo, at, out);
            }
        }
        let mut whole = part.base;
        whole.proj.push(Proj::Index(at));
        whole.proj.extend_from_slice(rest);
        whole
    }

    fn sum(&mut self, a: ValueId, b: ValueId, out: &mut Vec<Stmt>) -> ValueId {
        let (first, second) = (self.poly(a), self.poly(b));
        if first.int() == Some(0) {
            return b;
        }
        let sum = first.add(&second);
        if let Some(made) = sum.as_ref().and_then(|sum| self.made(sum)) {
            return made;
        }
        let value = self.f.fresh(Ty::Int, self.f.values[b].span);
        out.push(Stmt::Let { value, op: Op::Apply { func: Func::Add, args: vec![a, b] } });
        self.polys.extend(sum.map(|sum| (value, sum)));
        self.register(value);
        value
    }
}
