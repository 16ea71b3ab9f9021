//! Numbers that only some lanes hold.
//!
//! The seeds of a Jacobian's rows are unit vectors; what is linear in one of them alone stays zero in the other lanes, so it is
//! computed as plain numbers, and put into its lanes where it meets others:
//!
//! ```text
//! v4 = load seed[1]; v5 = mul(v4, v2); v6 = add(v5, v3)      →      v5 = in_lane(v2, 1); v6 = add(v5, v3)
//! ```
//! A row is then free of what does not matter to it: a zero times an infinity would be NaN. In more than half of the lanes, all
//! of them are computed together. It must never see a seed that the caller has chosen.

use super::spread::Spreader;
use crate::ir::hash::HashMap;
use crate::ir::ty::{ArrayLen, FloatTy};
use crate::ir::{Const, Field, Function, IntTy, MemId, Op, Place, Proj, SpanId, Stmt, Ty, ValueId};
use crate::rules::Func;

/// Each result's seed is one in the lane of its number, and zero in all others.
pub(super) struct Seeds {
    mem: MemId,
    rows: usize,
    /// The constant indices.
    ints: HashMap<ValueId, i64>,
}

/// What the lanes hold; `None`: zero.
pub(super) type Units = Vec<Option<Unit>>;

#[derive(Clone, Copy)]
pub(super) enum Unit {
    One,
    Value(ValueId),
}

impl Seeds {
    /// `rows`: as many as there are lanes.
    pub(super) fn new(f: &Function, mem: MemId, rows: usize) -> Option<Self> {
        let known = count(&f.mems[mem].ty) == Some(rows) && !f.body.stmts.iter().any(|s| s.writes_deep(mem));
        known.then(|| Seeds { mem, rows, ints: f.body.ints() })
    }

    /// The lane of the result of which the place holds the seed.
    fn lane(&self, f: &Function, place: &Place) -> Option<usize> {
        if place.mem != self.mem {
            return None;
        }
        let (mut ty, mut lane) = (f.mems[self.mem].ty.clone(), 0);
        for proj in &place.proj {
            let at = match proj {
                Proj::Index(v) => usize::try_from(*self.ints.get(v)?).ok()?,
                Proj::Field(Field::Index(at)) => usize::try_from(*at).ok()?,
                Proj::Range { .. } | Proj::Field(Field::Named(..)) | Proj::Payload { .. } | Proj::Deref => {
                    return None
                }
            };
            lane += match &ty {
                Ty::Array(elem, ArrayLen::Known(n)) if u64::try_from(at).ok()? < *n => at * count(elem)?,
                Ty::Tuple(items) => items.get(..at)?.iter().map(count).sum::<Option<usize>>()?,
                Ty::Array(..)
                | Ty::Float(_)
                | Ty::Int
                | Ty::Bool
                | Ty::Passive(_)
                | Ty::Vec(_)
                | Ty::Slice(_)
                | Ty::Option(_)
                | Ty::Boxed(_)
                | Ty::Adt(..)
                | Ty::Unknown => return None,
            };
            ty = ty.project(proj);
        }
        (ty.is_float() && lane < self.rows).then_some(lane)
    }
}

/// How many floats there are, if the type tells.
fn count(ty: &Ty) -> Option<usize> {
    match ty {
        Ty::Float(_) => Some(1),
        Ty::Int | Ty::Bool | Ty::Passive(_) => Some(0),
        Ty::Array(elem, ArrayLen::Known(n)) => count(elem)?.checked_mul(usize::try_from(*n).ok()?),
        Ty::Tuple(items) => items.iter().try_fold(0_usize, |sum, item| sum.checked_add(count(item)?)),
        Ty::Array(_, ArrayLen::Code(_))
        | Ty::Vec(_)
        | Ty::Slice(_)
        | Ty::Option(_)
        | Ty::Boxed(_)
        | Ty::Adt(..)
        | Ty::Unknown => None,
    }
}

impl Spreader<'_> {
    /// Makes the value of the numbers that its lanes hold, if these are known; then it needs no other definition.
    pub(super) fn by_units(&mut self, value: ValueId, op: &Op) -> Option<()> {
        let Ty::Float(FloatTy::Lanes(float)) = &self.f.values[value].ty else { return None };
        let (float, span) = (Ty::Float((**float).clone()), self.f.values[value].span);
        let units = self.units_of(op, &float, span)?;
        let held = units.iter().flatten().count();
        self.put(value, &units, &float, span);
        if 2 * held <= units.len() {
            self.units.insert(value, units);
        }
        Some(())
    }

    fn units_of(&mut self, op: &Op, float: &Ty, span: SpanId) -> Option<Units> {
        match op {
            Op::Load(place) => {
                let seeds = self.seeds.as_ref()?;
                let lane = seeds.lane(&self.f, place)?;
                let mut units = vec![None; seeds.rows];
                *units.get_mut(lane)? = Some(Unit::One);
                Some(units)
            }
            Op::Apply { func: func @ (Func::Mul | Func::Div), args } => match args[..] {
                [a, b] if !self.has(b) => {
                    let units = self.units.get(&a)?.clone();
                    Some(self.each(units, |s, x| s.times(*func, x, b, float, span)))
                }
                [a, b] if *func == Func::Mul && !self.has(a) => {
                    let units = self.units.get(&b)?.clone();
                    Some(self.each(units, |s, x| s.times(*func, x, a, float, span)))
                }
                _ => None,
            },
            Op::Apply { func: Func::Neg, args } => {
                let units = self.units.get(args.first()?)?.clone();
                Some(self.each(units, |s, x| s.applied(Func::Neg, &[x], float, span)))
            }
            Op::Apply { func: func @ (Func::Add | Func::Sub), args } => {
                let [a, b] = args[..] else { return None };
                let (a, b) = (self.units.get(&a)?.clone(), self.units.get(&b)?.clone());
                let pairs = a.into_iter().zip(b);
                Some(pairs.map(|pair| self.joined(*func, pair, float, span)).collect())
            }
            Op::Apply { .. }
            | Op::Const(_)
            | Op::Operator { .. }
            | Op::Cast { .. }
            | Op::Len(_)
            | Op::Select { .. }
            | Op::Detach(_)
            | Op::Pure(_)
            | Op::Once(_)
            | Op::Helper { .. }
            | Op::SumOf(_)
            | Op::Dot(..) => None,
        }
    }

    fn each(&mut self, units: Units, mut run: impl FnMut(&mut Self, Unit) -> Unit) -> Units {
        units.into_iter().map(|unit| unit.map(|x| run(self, x))).collect()
    }

    /// A lane of a sum or a difference.
    fn joined(
        &mut self,
        func: Func,
        (a, b): (Option<Unit>, Option<Unit>),
        float: &Ty,
        span: SpanId,
    ) -> Option<Unit> {
        Some(match (a, b) {
            (Some(a), Some(b)) => self.applied(func, &[a, b], float, span),
            (None, Some(b)) if func == Func::Sub => self.applied(Func::Neg, &[b], float, span),
            (a, b) => return a.or(b),
        })
    }

    fn times(&mut self, func: Func, unit: Unit, by: ValueId, float: &Ty, span: SpanId) -> Unit {
        match (func, unit) {
            (Func::Mul, Unit::One) => Unit::Value(by),
            (_, unit) => self.applied(func, &[unit, Unit::Value(by)], float, span),
        }
    }

    fn applied(&mut self, func: Func, args: &[Unit], float: &Ty, span: SpanId) -> Unit {
        let args = args.iter().map(|x| self.number(*x, float, span)).collect();
        Unit::Value(self.made(Op::Apply { func, args }, float, span))
    }

    fn number(&mut self, unit: Unit, float: &Ty, span: SpanId) -> ValueId {
        match unit {
            Unit::One => self.made(Op::Const(Const::Float(1.0)), float, span),
            Unit::Value(v) => v,
        }
    }

    /// Puts the numbers into their lanes.
    fn put(&mut self, value: ValueId, units: &Units, float: &Ty, span: SpanId) {
        let wide = self.f.values[value].ty.clone();
        let held: Vec<(usize, Unit)> =
            units.iter().enumerate().filter_map(|(k, unit)| Some((k, (*unit)?))).collect();
        let mut before = None;
        for (n, (lane, unit)) in held.iter().enumerate() {
            let x = self.number(*unit, float, span);
            let at = self.lane_number(*lane, span);
            let op = match before {
                None => Op::Helper { name: "in_lane", args: vec![x, at] },
                Some(others) => Op::Helper { name: "and_in_lane", args: vec![others, x, at] },
            };
            if n + 1 == held.len() {
                self.out.push(Stmt::Let { value, op });
            } else {
                before = Some(self.made(op, &wide, span));
            }
        }
    }

    fn lane_number(&mut self, lane: usize, span: SpanId) -> ValueId {
        let lane = i64::try_from(lane).unwrap_or_default();
        let at = self.made(Op::Const(Const::Int(lane)), &Ty::Int, span);
        self.f.values[at].int = Some(IntTy::Named("usize"));
        at
    }

    fn made(&mut self, op: Op, ty: &Ty, span: SpanId) -> ValueId {
        let value = self.f.fresh(ty.clone(), span);
        self.out.push(Stmt::Let { value, op });
        value
    }
}
