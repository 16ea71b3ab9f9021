//! Fused statements: forward and reverse in one, where the cotangents of the results are known beforehand.
//!
//! ```text
//! loop v4 in .. carry (v5 = v2 -> v7) { v6 = sin(v9); v7 = add(v5, v6) }
//!   →
//! loop v4 in .. carry (v5 = v2 -> v7, d9 = 0 -> d9') { v6 = sin(v9); v7 = add(v5, v6); d9' = add(d9, seed * cos(v9)) }
//! ```

use super::frame::Frame;
use super::{Refusal, Reverse, Seed};
use crate::analysis::fuse::Known;
use crate::analysis::layout::At;
use crate::ir::build::Builder;
use crate::ir::hash::HashMap;
use crate::ir::{Branch, Carried, Loop, Op, Region, Stmt, ValueId};
use crate::rules::Func;

impl Reverse<'_> {
    pub(crate) fn fused_loop(&mut self, l: &Loop, at: At, out: &mut Vec<Stmt>) -> Result<(), Refusal> {
        let id = self.layout.body(at);
        let active: Vec<&Carried> =
            l.carried.iter().filter(|c| self.fusion.known.contains_key(&c.result)).collect();
        for c in &active {
            self.make_known(c.result, out);
        }
        let mut forward = Vec::new();
        self.frames.push(Frame::new(id));
        self.forward(&l.body, id, &mut forward)?;
        self.frame().out = forward;
        for c in &active {
            if let Some(d) = self.known.get(&c.result).copied() {
                self.contribute(c.next, d);
            }
        }
        self.reverse(&l.body, id)?;
        let Some(mut frame) = self.frames.pop() else { return Ok(()) };
        let mut carried = l.carried.clone();
        // Zeros of the accumulators are made in front of the loop: in `out`, not in the frame of the reverse sweep.
        let before = std::mem::replace(&mut self.frame().out, std::mem::take(out));
        let exported = self.close_body(&mut frame, &mut carried);
        *out = std::mem::replace(&mut self.frame().out, before);
        let body = Region { stmts: frame.out, diverges: l.body.diverges };
        out.push(Stmt::Loop(Box::new(Loop { carried, body, ..l.clone() })));
        self.export(exported, out);
        let inits: Vec<(ValueId, ValueId)> =
            active.iter().filter_map(|c| Some((c.init?, self.known.get(&c.result).copied()?))).collect();
        self.export(inits, out);
        Ok(())
    }

    pub(crate) fn fused_branch(
        &mut self,
        branch: &Branch,
        at: At,
        out: &mut Vec<Stmt>,
    ) -> Result<(), Refusal> {
        for phi in &branch.phis {
            self.make_known(phi.value, out);
        }
        let mut frames = Vec::new();
        for (k, (arm, id)) in branch.arms.iter().zip(self.layout.children(at).to_vec()).enumerate() {
            let mut forward = Vec::new();
            self.frames.push(Frame::new(id));
            self.forward(arm, id, &mut forward)?;
            self.frame().out = forward;
            for phi in &branch.phis {
                let seed = self.known.get(&phi.value).copied();
                if let (Some(Some(input)), Some(seed)) = (phi.inputs.get(k), seed) {
                    self.contribute(*input, seed);
                }
            }
            if !arm.diverges {
                self.reverse(arm, id)?;
            }
            frames.extend(self.frames.pop());
        }
        let (arms, phis) = self.close_arms(branch, frames);
        let exported = phis.iter().map(|(of, p)| (*of, p.value)).collect();
        let phis = branch.phis.iter().cloned().chain(phis.into_iter().map(|(_, p)| p)).collect();
        out.push(Stmt::Branch(Branch { on: branch.on, kind: branch.kind, arms, phis }));
        self.export(exported, out);
        Ok(())
    }

    /// Contributions made during the forward sweep; sums are formed in `out`.
    fn export(&mut self, contributions: Vec<(ValueId, ValueId)>, out: &mut Vec<Stmt>) {
        let before = std::mem::replace(&mut self.frame().out, std::mem::take(out));
        for (of, d) in contributions {
            self.contribute(of, d);
        }
        *out = std::mem::replace(&mut self.frame().out, before);
    }

    /// Computes the cotangent of a fused statement's result, in front of it.
    fn make_known(&mut self, result: ValueId, out: &mut Vec<Stmt>) {
        let Some(known) = self.fusion.known.get(&result) else { return };
        let mut hoisted = HashMap::default();
        let stmts = std::mem::take(out);
        let mut maker = Maker { rev: self, hoisted: &mut hoisted, result, out: stmts };
        let d = maker.known(known);
        *out = maker.out;
        if let Some(d) = d {
            self.known.insert(result, d);
        }
    }
}

struct Maker<'m, 'a> {
    rev: &'m mut Reverse<'a>,
    /// Primal values defined behind the fused statement, computed again in front of it.
    hoisted: &'m mut HashMap<ValueId, ValueId>,
    result: ValueId,
    out: Vec<Stmt>,
}

impl Maker<'_, '_> {
    fn known(&mut self, known: &Known) -> Option<ValueId> {
        match known {
            Known::Zero => None,
            Known::Seed => match self.rev.seed {
                Seed::Value(seed) => Some(seed),
                Seed::None | Seed::Mem(_) => None,
            },
            Known::Of(value) => self.rev.known.get(value).copied(),
            Known::Neg(d) => {
                let d = self.known(d)?;
                Some(self.apply(Func::Neg, &[d]))
            }
            Known::Mul(d, factor) => {
                let (d, factor) = (self.known(d)?, self.hoist(*factor));
                Some(self.apply(Func::Mul, &[d, factor]))
            }
            Known::Div(d, divisor) => {
                let (d, divisor) = (self.known(d)?, self.hoist(*divisor));
                Some(self.apply(Func::Div, &[d, divisor]))
            }
            Known::Add(a, b) => match (self.known(a), self.known(b)) {
                (Some(a), Some(b)) => Some(self.apply(Func::Add, &[a, b])),
                (a, b) => a.or(b),
            },
        }
    }

    fn apply(&mut self, func: Func, args: &[ValueId]) -> ValueId {
        let (ty, span) = self.rev.kind_of(self.result);
        let mut b = Builder { f: &mut self.rev.f, out: std::mem::take(&mut self.out) };
        let value = b.apply(func, args, ty, span);
        self.out = b.out;
        value
    }

    fn hoist(&mut self, value: ValueId) -> ValueId {
        if let Some(name) = self.hoisted.get(&value) {
            return *name;
        }
        let (Some(def), Some(here)) =
            (self.rev.layout.defs.get(&value), self.rev.layout.defs.get(&self.result))
        else {
            return value;
        };
        let op = self.rev.layout.ops.get(&value).cloned();
        let (Some(op), true) = (op, def.region == here.region && def.index > here.index) else {
            return value;
        };
        let op: Op = op.map(&mut |v| self.hoist(v));
        let name = self.rev.f.fresh_like(value);
        self.rev.f.values[name].name = None;
        self.out.push(Stmt::Let { value: name, op });
        self.hoisted.insert(value, name);
        name
    }
}
