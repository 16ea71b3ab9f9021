//! Integers that a recursive function is given are passed again on the way down, where that spares keeping anything.
//!
//! ```text
//! v4 = eq(v2, 0); .. f(x, sub(v2, 1)) ..; push v4   ..   v4 = pop; if v4 { } else { pullback f of v9 () }
//!   →
//! ..                                                     v7 = eq(v2, 0); if v7 { } else { v8 = sub(v2, 1); pullback f of v9 (v8) }
//! ```
//! The argument of each call must follow from the caller's own integers by arithmetic, which runs again where it ran
//! before: it can't panic a second time.

use crate::adjoint::{Adjoint, ParamCotangent};
use crate::analysis::recursion::Own;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::visit::Mentions;
use crate::ir::{Access, Arg, Const, Function, MemId, Op, Opaque, ParamKind, Read, Stmt, Ty, ValueId};

/// The parameters that are passed again.
pub fn pass_again(adjoint: &mut Adjoint, own: &HashMap<ValueId, Own>) -> Vec<usize> {
    let split = adjoint.split.min(adjoint.f.body.stmts.len());
    let known = Known::of(adjoint, split, own);
    let crossing = known.crossing(&adjoint.f, split);
    let again = known.needed(&crossing, own);
    if crossing.is_empty() {
        return again;
    }
    let mut reverse = adjoint.f.body.stmts.split_off(split);
    let mut start = Vec::new();
    let mut renamed = HashMap::default();
    for value in crossing {
        if !known.params.contains_key(&value) {
            let copy = known.copy(&mut adjoint.f, value, &mut start);
            renamed.insert(value, copy);
        }
    }
    let mut rename = |v: ValueId| renamed.get(&v).copied().unwrap_or(v);
    reverse.iter_mut().for_each(|s| s.rename(&mut rename));
    let reverse = known.calls(&mut adjoint.f, reverse, &again, own);
    adjoint.f.body.stmts.extend(start.into_iter().chain(reverse));
    again
}

/// What follows from the integers that are passed again.
struct Known {
    /// Their numbers.
    params: HashMap<ValueId, usize>,
    /// Parameters behind `&`, which the reverse half gets again in any case.
    shared: Vec<MemId>,
    ops: HashMap<ValueId, Op>,
}

/// More operations than this would cost more than a word that is kept.
const LIMIT: usize = 8;

impl Known {
    fn of(adjoint: &Adjoint, split: usize, own: &HashMap<ValueId, Own>) -> Known {
        let f = &adjoint.f;
        let shared = f.params.iter().filter_map(|param| match param.kind {
            ParamKind::Mem(m) if f.mems[m].access == Access::Ref => Some(m),
            ParamKind::Mem(_) | ParamKind::Value(_) => None,
        });
        let (params, ops) = (HashMap::default(), HashMap::default());
        let mut known = Known { params, shared: shared.collect(), ops };
        for (k, param) in f.params.iter().enumerate() {
            if let (ParamKind::Value(v), ParamCotangent::None) = (&param.kind, &adjoint.cotangents[k]) {
                if f.values[*v].ty == Ty::Int {
                    known.params.insert(*v, k);
                }
            }
        }
        known.read(f, &f.body.stmts[..split]);
        // What one call can't tell is not known in the next.
        loop {
            let before = known.params.len();
            let kept = |k: usize| own.values().all(|own| known.argument(own, k).is_some());
            let kept = known.params.iter().filter(|(_, k)| kept(**k)).map(|(v, k)| (*v, *k)).collect();
            known.params = kept;
            if known.params.len() == before {
                return known;
            }
        }
    }

    fn read(&mut self, f: &Function, stmts: &[Stmt]) {
        for stmt in stmts.iter().flat_map(Stmt::deep) {
            if let Stmt::Let { value, op } = stmt {
                if matches!(f.values[*value].ty, Ty::Int | Ty::Bool) {
                    self.ops.insert(*value, op.clone());
                }
            }
        }
    }

    /// The argument of a call for parameter `k`.
    fn argument(&self, own: &Own, k: usize) -> Option<ValueId> {
        match own.args.get(k)? {
            Arg::Value(v) => self.follows(*v, &mut LIMIT.clone(), &mut Vec::new()).then_some(*v),
            Arg::RefValue(_)
            | Arg::Mem(_)
            | Arg::Ref(_)
            | Arg::RefMut(_)
            | Arg::Receiver(_)
            | Arg::Opaque(_)
            | Arg::Closure(_) => None,
        }
    }

    /// Does it follow from the parameters (which are added to `from`) and constants?
    fn follows(&self, value: ValueId, left: &mut usize, from: &mut Vec<usize>) -> bool {
        if let Some(k) = self.params.get(&value) {
            from.push(*k);
            return true;
        }
        let Some(rest) = left.checked_sub(1) else { return false };
        *left = rest;
        match self.ops.get(&value) {
            Some(Op::Const(Const::Int(_) | Const::Count(_) | Const::Bool(_) | Const::Literal(_))) => true,
            Some(Op::Apply { func: _, args }) => args.iter().all(|a| self.follows(*a, left, from)),
            Some(Op::Len(place)) => place.proj.is_empty() && self.shared.contains(&place.mem),
            Some(Op::Pure(Opaque { code: _, reads, writes, diverges: false })) => {
                writes.is_empty()
                    && reads.iter().all(|read| match read {
                        Read::Value(v) => self.follows(*v, left, from),
                        Read::Mem(_) => false,
                    })
            }
            Some(
                Op::Const(Const::Float(_))
                | Op::Operator { .. }
                | Op::Cast { .. }
                | Op::Load(_)
                | Op::Select { .. }
                | Op::Detach(_)
                | Op::Pure(_)
                | Op::Once(_)
                | Op::Helper { .. }
                | Op::SumOf(_)
                | Op::Dot(..),
            )
            | None => false,
        }
    }

    fn sources(&self, value: ValueId) -> Option<Vec<usize>> {
        let mut from = Vec::new();
        self.follows(value, &mut LIMIT.clone(), &mut from).then_some(from)
    }

    /// Values of the outermost region that the reverse sweep reads, and that need not be kept, in order.
    fn crossing(&self, f: &Function, split: usize) -> Vec<ValueId> {
        let (forward, reverse) = f.body.stmts.split_at(split);
        let read = Mentions::of(|m| reverse.iter().for_each(|s| s.visit_deep(m)));
        let read: HashSet<ValueId> = read.values.into_iter().collect();
        let params = f.params.iter().filter_map(|p| match p.kind {
            ParamKind::Value(v) => Some(v),
            ParamKind::Mem(_) => None,
        });
        let made = params.chain(forward.iter().flat_map(Stmt::defs)).filter(|v| read.contains(v));
        made.filter(|v| self.sources(*v).is_some()).collect()
    }

    /// The parameters that all of this takes, in every call.
    fn needed(&self, crossing: &[ValueId], own: &HashMap<ValueId, Own>) -> Vec<usize> {
        let mut needed: Vec<usize> = crossing.iter().filter_map(|v| self.sources(*v)).flatten().collect();
        loop {
            needed.sort_unstable();
            needed.dedup();
            let arguments = own.values().flat_map(|own| needed.iter().filter_map(|k| self.argument(own, *k)));
            let more: Vec<usize> = arguments.filter_map(|v| self.sources(v)).flatten().collect();
            if more.iter().all(|k| needed.contains(k)) {
                return needed;
            }
            needed.extend(more);
        }
    }

    /// Makes the value again.
    fn copy(&self, f: &mut Function, value: ValueId, out: &mut Vec<Stmt>) -> ValueId {
        let Some(op) = self.ops.get(&value).filter(|_| !self.params.contains_key(&value)) else {
            return value;
        };
        let op = op.map(&mut |v| self.copy(f, v, out));
        let copy = f.fresh(f.values[value].ty.clone(), f.values[value].span);
        out.push(Stmt::Let { value: copy, op });
        copy
    }

    /// The reverse sweep, where calls of its own get the arguments again.
    fn calls(
        &self,
        f: &mut Function,
        stmts: Vec<Stmt>,
        again: &[usize],
        own: &HashMap<ValueId, Own>,
    ) -> Vec<Stmt> {
        let mut out = Vec::new();
        for mut stmt in stmts {
            for region in stmt.regions_mut() {
                region.stmts = self.calls(f, std::mem::take(&mut region.stmts), again, own);
            }
            if let Stmt::Pullback(pullback) = &mut stmt {
                if let Some(own) = own.get(&pullback.pullback) {
                    for k in again {
                        let value = self.argument(own, *k).map(|v| self.copy(f, v, &mut out));
                        if let (Some(arg), Some(value)) = (pullback.args.get_mut(*k), value) {
                            *arg = Arg::Value(value);
                        }
                    }
                }
            }
            out.push(stmt);
        }
        out
    }
}
