//! Which loops and branches can be reversed within their forward sweep: those whose results' cotangents are known
//! before they run. Then nothing has to be kept, and each iteration's values are used while they are live.
//!
//! ```text
//! let mut s = 0.0;                             the cotangent of s after the loop is seed / n, known before it:
//! for i in 0..n { s += x[i].sin() }            for i in 0..n { s += x[i].sin(); d_x[i] += seed / n * x[i].cos() }
//! s / n
//! ```
//! Legal if only accumulators are carried (`acc += e`), their results reach the function's result through
//! `+ - * / const` alone, and nothing active that the iteration touches is written outside or after.

use super::activity::{differentiable_operands, Activity};
use super::layout::{At, Kind, Layout, RegionId};
use super::private::Private;
use super::types::place_ty;
use crate::adjoint::prepare::Prepared;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::visit::Mentions;
use crate::ir::walk::Control;
use crate::ir::{
    Access, Branch, Function, Loop, MemId, Op, ParamKind, Place, Region, ResultOf, Stmt, Ty, ValueId,
};
use crate::rules::Func;

/// A cotangent that is known early, in terms of the seed and of values that are known too.
#[derive(Clone, Debug, PartialEq)]
pub enum Known {
    Zero,
    /// The function's seed.
    Seed,
    /// That of a result of an enclosing fused statement.
    Of(ValueId),
    Neg(Box<Known>),
    Mul(Box<Known>, ValueId),
    Div(Box<Known>, ValueId),
    Add(Box<Known>, Box<Known>),
}

/// The fused statements, with the known cotangents of their results.
#[derive(Clone, Debug, Default)]
pub struct Fusion {
    pub fused: HashSet<At>,
    /// Result (of a carried accumulator, or a phi) → its cotangent.
    pub known: HashMap<ValueId, Known>,
    /// Active local objects whose shadow must exist during the forward sweep.
    pub early: HashSet<MemId>,
}

/// Finds all fusable statements; `banned`: tried before, and found to need an undo.
pub fn find(
    prepared: &Prepared,
    layout: &Layout,
    act: &Activity,
    private: &Private,
    banned: &HashSet<At>,
) -> Fusion {
    let f = &prepared.f;
    let mut finder = Finder { f, layout, act, private, banned, chain: Vec::new(), fusion: Fusion::default() };
    finder.region(&f.body, 0);
    finder.fusion
}

struct Finder<'f> {
    f: &'f Function,
    layout: &'f Layout,
    act: &'f Activity,
    private: &'f Private,
    banned: &'f HashSet<At>,
    /// The regions from the top to here, each with the statement that holds the next.
    chain: Vec<(&'f Region, usize)>,
    fusion: Fusion,
}

impl<'f> Finder<'f> {
    fn region(&mut self, region: &'f Region, id: RegionId) {
        for (index, stmt) in region.stmts.iter().enumerate() {
            let at = (id, index);
            let known = match stmt.control() {
                Some(Control::Loop(l)) => self.loop_(l, region, at),
                Some(Control::Branch(b)) => self.branch(b, region, at),
                None => None,
            };
            let Some(known) = known else { continue };
            self.fusion.known.extend(known);
            self.fusion.fused.insert(at);
            self.fusion.early.extend(self.outer_active(stmt, at));
            self.chain.push((region, index));
            for (inner, id) in stmt.regions().into_iter().zip(self.layout.children(at).to_vec()) {
                if self.layout.regions[id].kind != Kind::Header {
                    self.region(inner, id);
                }
            }
            self.chain.pop();
        }
    }

    fn loop_(&self, l: &Loop, region: &Region, at: At) -> Option<Vec<(ValueId, Known)>> {
        if self.banned.contains(&at) || !self.body_active(&l.body) {
            return None;
        }
        let mut known = Vec::new();
        for c in l.carried.iter().filter(|c| self.act.value(c.phi) || self.act.value(c.result)) {
            if !self.accumulates(l, c.phi, c.next) {
                return None;
            }
            known.push((c.result, self.known(c.result, region, at, at)?));
        }
        let stmt = &region.stmts[at.1];
        let writes_outside = self.written_outside(stmt, at).iter().any(|m| self.act.mem(*m));
        (!writes_outside && self.quiet_after(stmt, region, at)).then_some(known)
    }

    fn branch(&self, b: &Branch, region: &Region, at: At) -> Option<Vec<(ValueId, Known)>> {
        if self.banned.contains(&at) || !b.arms.iter().any(|a| self.body_active(a)) {
            return None;
        }
        let mut known = Vec::new();
        for phi in b.phis.iter().filter(|p| self.act.value(p.value)) {
            known.push((phi.value, self.known(phi.value, region, at, at)?));
        }
        let stmt = &region.stmts[at.1];
        let writes_outside = self.written_outside(stmt, at).iter().any(|m| self.act.mem(*m));
        (!writes_outside && self.quiet_after(stmt, region, at)).then_some(known)
    }

    /// Is there anything to differentiate inside?
    fn body_active(&self, region: &Region) -> bool {
        region.deep().any(|s| {
            s.defs().iter().any(|v| self.act.value(*v)) || s.written().iter().any(|m| self.act.mem(*m))
        })
    }

    /// `next = phi + e`, possibly in branches, and no other active use of `phi` or of the partial sums.
    fn accumulates(&self, l: &Loop, phi: ValueId, next: ValueId) -> bool {
        let mut sums = HashSet::default();
        let mut reached = false;
        if !self.sum_chain(l, next, phi, &mut sums, &mut reached) {
            return false;
        }
        sums.insert(phi);
        // Every active use of a member of the chain is by another member (or the end of the loop).
        sums.iter().all(|s| self.active_uses_within(&l.body, *s, &sums))
    }

    fn sum_chain(
        &self,
        l: &Loop,
        value: ValueId,
        phi: ValueId,
        sums: &mut HashSet<ValueId>,
        reached: &mut bool,
    ) -> bool {
        if value == phi {
            *reached = true;
            return true;
        }
        if !self.inside(l, value) || !sums.insert(value) {
            return sums.contains(&value);
        }
        if let Some(Op::Apply { func, args }) = self.layout.ops.get(&value) {
            return match (func, args.as_slice()) {
                (Func::Add, [a, b]) => {
                    let (left, right) = (self.depends(l, *a, phi), self.depends(l, *b, phi));
                    match (left, right) {
                        (true, false) => self.sum_chain(l, *a, phi, sums, reached),
                        (false, true) => self.sum_chain(l, *b, phi, sums, reached),
                        _ => false,
                    }
                }
                (Func::Sub, [a, b]) => !self.depends(l, *b, phi) && self.sum_chain(l, *a, phi, sums, reached),
                _ => false,
            };
        }
        match find_phi(&l.body, value) {
            Some(inputs) => inputs.iter().flatten().all(|i| self.sum_chain(l, *i, phi, sums, reached)),
            None => match find_carried(&l.body, value) {
                Some((init, inner_phi, next, inner)) => {
                    sums.insert(inner_phi);
                    let mut inner_reached = false;
                    self.sum_chain(inner, next, inner_phi, sums, &mut inner_reached)
                        && self.sum_chain(l, init, phi, sums, reached)
                }
                None => false,
            },
        }
    }

    fn inside(&self, l: &Loop, value: ValueId) -> bool {
        defines(&l.body, value)
    }

    /// Does `value` depend on `phi` through the body's own values?
    fn depends(&self, l: &Loop, value: ValueId, phi: ValueId) -> bool {
        let mut todo = vec![value];
        let mut seen = HashSet::default();
        while let Some(v) = todo.pop() {
            if v == phi {
                return true;
            }
            if !seen.insert(v) {
                continue;
            }
            if let Some(op) = self.layout.ops.get(&v) {
                todo.extend(differentiable_operands(op).0);
            } else if let Some(inputs) = find_phi(&l.body, v) {
                todo.extend(inputs.iter().flatten());
            } else if let Some((init, _, next, _)) = find_carried(&l.body, v) {
                todo.extend([init, next]);
            }
        }
        false
    }

    fn active_uses_within(&self, region: &Region, value: ValueId, sums: &HashSet<ValueId>) -> bool {
        region.stmts.iter().all(|stmt| {
            let mut uses = false;
            stmt.visit_shallow(&mut |v| uses |= v == value);
            let own = !uses
                || match stmt {
                    Stmt::Let { value: result, op } => {
                        !self.act.value(*result)
                            || !differentiable_operands(op).0.contains(&value)
                            || sums.contains(result)
                    }
                    Stmt::Branch(b) => {
                        b.phis.iter().all(|p| !p.inputs.contains(&Some(value)) || sums.contains(&p.value))
                    }
                    Stmt::Loop(l) => l.carried.iter().all(|c| {
                        (c.init != Some(value) && c.next != value)
                            || sums.contains(&c.phi)
                            || !self.act.value(c.phi)
                    }),
                    Stmt::Opaque(_) => true,
                    Stmt::Decl { .. }
                    | Stmt::Store { .. }
                    | Stmt::Assign { .. }
                    | Stmt::Accumulate { .. }
                    | Stmt::Bulk(_)
                    | Stmt::Call(_)
                    | Stmt::Push { .. }
                    | Stmt::Save { .. }
                    | Stmt::Pop { .. }
                    | Stmt::Restore { .. }
                    | Stmt::Pullback(_) => false,
                };
            own && stmt.regions().into_iter().all(|r| self.active_uses_within(r, value, sums))
        })
    }

    /// The cotangent of a value of `region`, if all that happens to it after `at` is linear with factors that are known
    /// at `fused`.
    fn known(&self, value: ValueId, region: &Region, at: At, fused: At) -> Option<Known> {
        let mut total = self.at_exit(value, at.0)?;
        for (index, stmt) in region.stmts.iter().enumerate().skip(at.1 + 1) {
            let mut uses = false;
            stmt.visit_deep(&mut |v| uses |= v == value);
            if !uses {
                continue;
            }
            let Stmt::Let { value: result, op } = stmt else {
                if matches!(stmt, Stmt::Opaque(_)) {
                    continue;
                }
                return None;
            };
            if !self.act.value(*result) || !differentiable_operands(op).0.contains(&value) {
                continue;
            }
            let next = self.known(*result, region, (at.0, index), fused)?;
            total = add(total, self.through(op, value, next, fused)?);
        }
        Some(total)
    }

    /// One linear step.
    fn through(&self, op: &Op, value: ValueId, d: Known, at: At) -> Option<Known> {
        let Op::Apply { func, args } = op else { return None };
        if d == Known::Zero {
            return Some(d);
        }
        let boxed = |d: Known| Box::new(d);
        match (func, args.as_slice()) {
            (Func::Add, [a, b]) if a != b => Some(d),
            (Func::Sub, [a, b]) if a != b => Some(if *a == value { d } else { Known::Neg(boxed(d)) }),
            (Func::Neg, [_]) => Some(Known::Neg(boxed(d))),
            (Func::Mul, [a, b]) if a != b => {
                let factor = if *a == value { *b } else { *a };
                self.hoistable(factor, at).then(|| Known::Mul(boxed(d), factor))
            }
            (Func::Div, [a, b]) if *a == value && b != a => {
                self.hoistable(*b, at).then(|| Known::Div(boxed(d), *b))
            }
            _ => None,
        }
    }

    /// Is the value defined before the statement, or computed from such by cheap passive operations?
    fn hoistable(&self, value: ValueId, at: At) -> bool {
        let Some(def) = self.layout.defs.get(&value) else { return false };
        if def.region != at.0 {
            return self.layout.contains(def.region, at.0);
        }
        if def.index <= at.1 {
            return true;
        }
        match self.layout.ops.get(&value) {
            Some(Op::Const(_)) => true,
            Some(Op::Apply { func: _, args }) => args.iter().all(|a| self.hoistable(*a, at)),
            Some(Op::Cast { arg, .. }) => self.hoistable(*arg, at),
            Some(Op::Len(place)) => {
                let mut all = true;
                place.visit_indices(&mut |v| all &= self.hoistable(v, at));
                // It may come into being behind the statement.
                let later = &self.layout.region(self.f, at.0).stmts[at.1..];
                let comes_later = later.iter().any(|s| s.written().contains(&place.mem));
                all && !comes_later && self.layout.writes.get(&place.mem).is_none_or(Vec::is_empty)
            }
            Some(
                Op::Load(_)
                | Op::Select { .. }
                | Op::Detach(_)
                | Op::Pure(_)
                | Op::Once(_)
                | Op::Operator { .. }
                | Op::Helper { .. }
                | Op::SumOf(_)
                | Op::Dot(..),
            )
            | None => false,
        }
    }

    /// What leaves the region with the value.
    fn at_exit(&self, value: ValueId, region: RegionId) -> Option<Known> {
        let Some(parent) = self.layout.regions[region].parent else {
            return match self.f.result {
                ResultOf::Value(v) if v == value => Some(Known::Seed),
                ResultOf::Value(_) => Some(Known::Zero),
                ResultOf::Unit | ResultOf::Mem(_) => None,
            };
        };
        let (holder, index) = self.chain.last()?;
        debug_assert_eq!(parent.1, *index);
        let mut total = Known::Zero;
        match holder.stmts[*index].control()? {
            Control::Branch(b) => {
                let arm = self.layout.children(parent).iter().position(|c| *c == region)?;
                for phi in b.phis.iter().filter(|p| self.act.value(p.value)) {
                    if phi.inputs.get(arm) == Some(&Some(value)) {
                        total = add(total, Known::Of(phi.value));
                    }
                }
            }
            Control::Loop(l) => {
                for c in l.carried.iter().filter(|c| self.act.value(c.phi)) {
                    if c.next == value {
                        total = add(total, Known::Of(c.result));
                    }
                }
            }
        }
        Some(total)
    }

    /// Objects that live longer than the statement and are written in it.
    fn written_outside(&self, stmt: &Stmt, at: At) -> Vec<MemId> {
        let mut all: Vec<MemId> = stmt.deep().flat_map(Stmt::written).collect();
        let children = self.layout.children(at);
        let home = |m: MemId| self.private.home(self.layout, m);
        all.retain(|m| !children.iter().any(|c| self.layout.contains(*c, home(*m))));
        all
    }

    /// Active objects of outside that the statement touches.
    fn outer_active(&self, stmt: &Stmt, at: At) -> Vec<MemId> {
        let mems = Mentions::of(|m| stmt.visit_deep(m)).mems;
        let children = self.layout.children(at);
        let outside = |m: &MemId| !children.iter().any(|c| self.layout.contains(*c, self.layout.home(*m)));
        mems.into_iter().filter(|m| self.act.mem(*m) && outside(m)).collect()
    }

    /// No active object that the statement reads is written or resized later, and its shadow can exist by now.
    fn quiet_after(&self, stmt: &Stmt, region: &Region, at: At) -> bool {
        let later = |m: MemId| {
            let here = region.stmts.iter().skip(at.1 + 1).any(|s| s.writes_deep(m));
            here || self.chain.iter().any(|(r, i)| r.stmts.iter().skip(i + 1).any(|s| s.writes_deep(m)))
        };
        self.outer_active(stmt, at).into_iter().all(|m| !later(m) && self.shadow_early(m))
    }

    /// Can the shadow be made right after the declaration (the shape does not change)?
    fn shadow_early(&self, mem: MemId) -> bool {
        let param = self.f.params.iter().any(|p| p.kind == ParamKind::Mem(mem));
        if self.f.mems[mem].access != Access::Owned {
            return true;
        }
        if param {
            return !self.resized(mem);
        }
        let home = self.layout.home(mem);
        let deferred = crate::adjoint::prepare::deferred(&self.f.body, mem);
        home_visible(self.layout, home, &self.fusion.fused) && !deferred && !self.resized(mem)
    }

    fn resized(&self, mem: MemId) -> bool {
        let body = &self.f.body;
        let assigned = |s: &Stmt| matches!(s, Stmt::Assign { place, .. } if place.mem == mem);
        // A callee may change lengths inside of what it gets, not that of a vector.
        let inside = |p: &Place| p.mem == mem && may_hold_vectors(&place_ty(self.f, p));
        let lent = |s: &Stmt| matches!(s, Stmt::Call(call) if call.written_places().iter().any(inside));
        body.deep().any(|s| assigned(s) || lent(s)) || super::private::resizes(body, &|p| p.mem == mem)
    }
}

fn home_visible(layout: &Layout, home: RegionId, fused: &HashSet<At>) -> bool {
    match layout.regions[home].parent {
        None => true,
        Some(parent) => fused.contains(&parent) && home_visible(layout, parent.0, fused),
    }
}

/// Behind what a vector itself is.
fn may_hold_vectors(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Passive(_) => false,
        Ty::Array(elem, _) => may_hold_vectors(elem),
        Ty::Slice(elem) | Ty::Vec(elem) => matches!(**elem, Ty::Vec(_)) || may_hold_vectors(elem),
        Ty::Tuple(items) => items.iter().any(|i| matches!(i, Ty::Vec(_)) || may_hold_vectors(i)),
        Ty::Option(_) | Ty::Boxed(_) | Ty::Adt(..) | Ty::Unknown => true,
    }
}

fn add(a: Known, b: Known) -> Known {
    match (a, b) {
        (Known::Zero, k) | (k, Known::Zero) => k,
        (a, b) => Known::Add(Box::new(a), Box::new(b)),
    }
}

fn defines(region: &Region, value: ValueId) -> bool {
    let phi = |s: &Stmt| matches!(s, Stmt::Loop(l) if l.carried.iter().any(|c| c.phi == value));
    region.deep().any(|s| phi(s) || s.defs().contains(&value))
}

/// The inputs of a phi of a branch somewhere in the region.
fn find_phi(region: &Region, value: ValueId) -> Option<&[Option<ValueId>]> {
    let mut branches = region.deep().filter_map(|s| match s.control()? {
        Control::Branch(b) => Some(b),
        Control::Loop(_) => None,
    });
    branches.find_map(|b| b.phis.iter().find(|p| p.value == value)).map(|p| p.inputs.as_slice())
}

/// Init, phi and next of the carried value of an inner loop whose result this is.
fn find_carried(region: &Region, value: ValueId) -> Option<(ValueId, ValueId, ValueId, &Loop)> {
    let mut loops = region.deep().filter_map(|s| match s.control()? {
        Control::Loop(l) => Some(l),
        Control::Branch(_) => None,
    });
    loops.find_map(|l| {
        let c = l.carried.iter().find(|c| c.result == value)?;
        Some((c.init?, c.phi, c.next, l))
    })
}
