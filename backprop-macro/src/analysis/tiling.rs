//! Which of the caller's buffers get each of their elements exactly once, up to some length: those need no zeros before.
//!
//! ```text
//! loop v1 in 0..n { loop v2 in 0..m { v3 = mul(v1, m); v4 = add(v3, v2); d[v4] += v5 } }        d: [0, n * m)
//! ```
//! An address is a polynomial of the indices of the loops around and of what is known before them. The elements of one
//! iteration must be ranges, each as long as the step to the next. What is in a branch, or is left early, proves nothing.

use super::poly::Poly;
use crate::adjoint::{Adjoint, ParamCotangent};
use crate::ir::build::Builder;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::ty::FloatTy;
use crate::ir::visit::Mentions;
use crate::ir::walk::{Element, ElementAccess};
use crate::ir::{Bulk, Function, Init, Loop, MemId, Op, Place, Proj, Region, Stmt, Ty, ValueId};
use crate::rules::Func;

/// The buffers; where such a range ends before the buffer may, its rest is zeroed at the end.
pub fn assigned(adjoint: &mut Adjoint) -> Vec<MemId> {
    let f = &adjoint.f;
    let buffers = adjoint.cotangents.iter().filter_map(|c| match c {
        ParamCotangent::Buffer(m) if is_plain(&f.mems[*m].ty) => Some(*m),
        ParamCotangent::Buffer(_)
        | ParamCotangent::None
        | ParamCotangent::Value(_)
        | ParamCotangent::Owned(_) => None,
    });
    let buffers: Vec<MemId> = buffers.collect();
    if buffers.is_empty() {
        return buffers;
    }
    let (known, mentions) = (Known::of(f), f.body.mentions());
    let mut ends = Vec::new();
    for mem in buffers {
        let mut walk = Walk { known: &known, mem, around: Vec::new(), seen: 0 };
        let spans = walk.region(&f.body).and_then(joined).unwrap_or_default();
        let from_zero = matches!(spans.as_slice(), [one] if one.start == Poly::constant(0));
        if let Some(Span { len, .. }) = spans.into_iter().next().filter(|_| from_zero) {
            if mentions.get(&mem) == Some(&walk.seen) {
                let whole = f.mems[mem].shadow_of.and_then(|of| known.lengths.get(&of));
                let rest = whole.is_none_or(|whole| Poly::atom(*whole) != len);
                ends.push((mem, rest.then_some(len)));
            }
        }
    }
    let mut all = Vec::new();
    for (mem, rest) in ends {
        all.push(mem);
        if let Some(end) = rest {
            zero_rest(&mut adjoint.f, mem, &end);
        }
    }
    all
}

/// Are the buffers still only added to, element by element? Later passes must not read what may be anything.
pub fn holds(adjoint: &Adjoint) -> Result<(), String> {
    let mut buffers = adjoint.assigned.clone();
    for stmt in adjoint.f.body.deep() {
        let added = stmt.element().is_some_and(|e| e.access == ElementAccess::Add);
        let zeroed = matches!(stmt, Stmt::Bulk(Bulk::Zero { .. }));
        let mentions = Mentions::of(|m| stmt.visit_shallow(m)).mems;
        if !mentions.iter().any(|m| buffers.contains(m)) {
            continue;
        }
        if let Stmt::Decl { mem, init: Some(Init::Row { .. }) } = stmt {
            buffers.push(*mem);
        } else if !added && !zeroed {
            return Err("an assigned buffer is read".to_owned());
        }
    }
    Ok(())
}

fn is_plain(ty: &Ty) -> bool {
    match ty {
        Ty::Slice(elem) | Ty::Vec(elem) => matches!(**elem, Ty::Float(FloatTy::F32 | FloatTy::F64)),
        Ty::Float(_)
        | Ty::Int
        | Ty::Bool
        | Ty::Array(..)
        | Ty::Passive(_)
        | Ty::Tuple(_)
        | Ty::Option(_)
        | Ty::Boxed(_)
        | Ty::Adt(..)
        | Ty::Unknown => false,
    }
}

/// `mem[end..]` becomes zero.
fn zero_rest(f: &mut Function, mem: MemId, end: &Poly) {
    let mut b = Builder { f, out: Vec::new() };
    let lo = end.build(&mut b);
    let place = Place { mem, proj: vec![Proj::Range { lo: Some(lo), hi: None }] };
    let mut out = b.out;
    out.push(Stmt::Bulk(Bulk::Zero { place }));
    f.body.stmts.extend(out);
}

/// What addresses are made of.
struct Known<'f> {
    ops: HashMap<ValueId, &'f Op>,
    /// One value for the length of each slice.
    lengths: HashMap<MemId, ValueId>,
    /// Bound inside a loop or a branch.
    inner: HashSet<ValueId>,
}

impl<'f> Known<'f> {
    fn of(f: &'f Function) -> Known<'f> {
        let mut known =
            Known { ops: HashMap::default(), lengths: HashMap::default(), inner: HashSet::default() };
        for (value, op) in f.body.deep().filter_map(Stmt::computed) {
            known.ops.insert(value, op);
            if let Op::Len(place) = op {
                if place.proj.is_empty() && matches!(f.mems[place.mem].ty, Ty::Slice(_)) {
                    known.lengths.entry(place.mem).or_insert(value);
                }
            }
        }
        let inside = f.body.stmts.iter().flat_map(Stmt::regions).flat_map(Region::deep);
        known.inner.extend(inside.flat_map(Stmt::defs));
        for stmt in f.body.deep() {
            if let Stmt::Loop(l) = stmt {
                known.inner.extend(l.enters());
            }
        }
        known
    }

    /// `None`: it may differ between iterations in another way than by the indices of the loops around.
    fn poly(&self, value: ValueId, around: &[ValueId], depth: usize) -> Option<Poly> {
        if around.contains(&value) {
            return Some(Poly::atom(value));
        }
        let depth = depth.checked_sub(1)?;
        let two = |args: &[ValueId], join: fn(&Poly, &Poly) -> Option<Poly>| match args {
            [a, b] => join(&self.poly(*a, around, depth)?, &self.poly(*b, around, depth)?),
            _ => None,
        };
        let known = match self.ops.get(&value) {
            Some(op @ Op::Const(_)) => op.int().map(Poly::constant),
            Some(Op::Apply { func: Func::Add, args }) => two(args, Poly::add),
            Some(Op::Apply { func: Func::Sub, args }) => two(args, Poly::sub),
            Some(Op::Apply { func: Func::Mul, args }) => two(args, Poly::mul),
            Some(Op::Len(place)) if place.proj.is_empty() => {
                self.lengths.get(&place.mem).map(|len| Poly::atom(*len))
            }
            Some(_) | None => None,
        };
        known.or_else(|| (!self.inner.contains(&value)).then(|| Poly::atom(value)))
    }
}

/// `len` elements from `start` on.
struct Span {
    start: Poly,
    len: Poly,
}

/// Deep enough for every index that a person writes.
const DEPTH: usize = 16;

struct Walk<'a, 'f> {
    known: &'a Known<'f>,
    mem: MemId,
    /// The indices of the loops around.
    around: Vec<ValueId>,
    /// Additions to the buffer.
    seen: usize,
}

impl Walk<'_, '_> {
    /// What the region adds to, of the buffer.
    fn region(&mut self, region: &Region) -> Option<Vec<Span>> {
        let mut all = Vec::new();
        for stmt in &region.stmts {
            if let Some(Element { place, value: _, access: ElementAccess::Add }) = stmt.element() {
                if place.mem == self.mem {
                    self.seen += 1;
                    all.push(Span { start: self.address(place)?, len: Poly::constant(1) });
                }
            }
            if let Stmt::Loop(l) = stmt {
                all.extend(self.loop_(l)?);
            }
        }
        Some(all)
    }

    /// `m[lo..hi][i]` is at `lo + i`.
    fn address(&self, place: &Place) -> Option<Poly> {
        let mut sum = Poly::constant(0);
        for (k, proj) in place.proj.iter().enumerate() {
            let step = match proj {
                Proj::Index(i) if k + 1 == place.proj.len() => Some(*i),
                Proj::Range { lo, hi: _ } if k + 1 < place.proj.len() => *lo,
                Proj::Index(_) | Proj::Range { .. } | Proj::Field(_) | Proj::Payload { .. } | Proj::Deref => {
                    return None
                }
            };
            if let Some(step) = step {
                sum = sum.add(&self.known.poly(step, &self.around, DEPTH)?)?;
            }
        }
        matches!(place.proj.last(), Some(Proj::Index(_))).then_some(sum)
    }

    fn loop_(&mut self, l: &Loop) -> Option<Vec<Span>> {
        let seen = self.seen;
        let index = l.range.as_ref().map(|r| r.index);
        self.around.extend(index);
        let spans = self.region(&l.body)?;
        self.around.truncate(self.around.len() - usize::from(index.is_some()));
        if self.seen == seen {
            return Some(Vec::new());
        }
        let range = l.whole_range()?;
        let plain = !range.inclusive && range.is_plain();
        let from_zero = self.known.poly(range.lo, &[], DEPTH)? == Poly::constant(0);
        let trips = self.known.poly(range.hi, &[], DEPTH)?;
        (plain && from_zero).then_some(())?;
        let stretched = joined(spans)?.into_iter().map(|Span { start, len }| {
            let (step, rest) = start.split(range.index)?;
            (step == len).then_some(Span { start: rest, len: len.mul(&trips)? })
        });
        stretched.collect()
    }
}

/// Ranges that follow each other become one.
fn joined(mut spans: Vec<Span>) -> Option<Vec<Span>> {
    let mut at = 0;
    while at < spans.len() {
        let end = spans[at].start.add(&spans[at].len)?;
        match spans.iter().position(|next| next.start == end) {
            Some(next) if next != at => {
                spans[at].len = spans[at].len.add(&spans[next].len)?;
                spans.remove(next);
                at = 0;
            }
            Some(_) | None => at += 1,
        }
    }
    Some(spans)
}
