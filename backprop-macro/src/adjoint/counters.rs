//! The counters of a reverse loop: carried integers that go the primal's steps, backwards or again forwards.
//!
//! ```text
//! loop i in 0..d carry (l: l0 -> l1) { l1 = l + (d - i) }
//!   →
//! loop i in (0..d).rev() carry (l1: last -> l) { v1 = d - i; l = l1 - v1; .. }      backwards
//! loop i in 0..d carry (l: l0 -> l1) { v1 = d - i; .. l1 = l + v1 }                 forwards, where the order is free
//! ```

use super::Reverse;
use crate::analysis::stepped::Stepped;
use crate::ir::{Carried, Loop, Op, Stmt, ValueId};
use crate::rules::Func;

/// One of them.
pub(super) struct Counter {
    /// The carried value of the primal's loop.
    of: ValueId,
    stepped: Stepped,
    /// What the outer region calls its ends.
    init: ValueId,
    last: ValueId,
    /// The value at the top of a primal iteration, and at the end of it.
    phi: ValueId,
    next: ValueId,
    /// The step: its size, and the range of its trips.
    step: Vec<ValueId>,
}

impl Reverse<'_> {
    /// In front of the loop.
    pub(super) fn counters(&mut self, l: &Loop) -> Vec<Counter> {
        let mut all = Vec::new();
        for c in &l.carried {
            let Some(stepped) = self.plan.stepped.get(&c.phi).copied() else { continue };
            let (init, last) = (self.demand(stepped.init), self.demand(stepped.result));
            let (phi, next) = (self.f.fresh_like(c.phi), self.f.fresh_like(c.phi));
            self.f.values[next].name = None;
            all.push(Counter { of: c.phi, stepped, init, last, phi, next, step: Vec::new() });
        }
        all
    }

    /// At the top of the body. Returns where the steps backwards belong.
    pub(super) fn start_counters(&mut self, counters: &mut [Counter]) -> usize {
        for counter in counters.iter_mut() {
            let Stepped { by, trips, .. } = counter.stepped;
            let by = match self.layout.ops.get(&by) {
                // It may stand in the inner loop.
                Some(op @ Op::Const(_)) => {
                    let info = self.f.values[by].clone();
                    self.build(|b| b.let_(op.clone(), info.ty, info.span))
                }
                Some(_) | None => self.demand(by),
            };
            counter.step = trips.into_iter().flat_map(|(lo, hi)| [lo, hi]).map(|v| self.demand(v)).collect();
            counter.step.push(by);
            self.frame().names.insert(counter.of, counter.phi);
        }
        self.frame().out.len()
    }

    /// Puts the steps into the finished body, and makes the carried values of the loop.
    pub(super) fn finish_counters(
        &mut self,
        counters: Vec<Counter>,
        forwards: bool,
        start: usize,
        body: &mut Vec<Stmt>,
    ) -> Vec<Carried> {
        let mut all = Vec::new();
        for counter in counters {
            let Counter { of: _, stepped, init, last, phi, next, step } = counter;
            let result = self.f.fresh_like(next);
            let (from, to, down) =
                if forwards { (phi, next, stepped.down) } else { (next, phi, !stepped.down) };
            let made = Stmt::Let { value: to, op: go(from, &step, down) };
            if forwards {
                body.push(made);
                all.push(Carried { phi, init: Some(init), next, result });
            } else {
                body.insert(start, made);
                all.push(Carried { phi: next, init: Some(last), next: phi, result });
            }
        }
        all
    }
}

/// `from + step`, or minus.
fn go(from: ValueId, step: &[ValueId], down: bool) -> Op {
    let args = [&[from], step].concat();
    match (step.len(), down) {
        (1, false) => Op::Apply { func: Func::Add, args },
        (1, true) => Op::Apply { func: Func::Sub, args },
        (_, false) => Op::Helper { name: "advance", args },
        (_, true) => Op::Helper { name: "retreat", args },
    }
}
