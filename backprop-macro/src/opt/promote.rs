//! A sum into one element, which a loop does not otherwise touch, is formed in a variable and added once.
//!
//! ```text
//! loop v4 in .. { d_y[v1] += v7 }    →    loop v4 in .. carry (v8 = 0.0 -> v9, v10) { v9 = add(v8, v7) } d_y[v1] += v10
//! ```
//! The element's address does not depend on the iteration, but the optimiser behind us can't know that nothing else in
//! the loop writes there, and would load and store it every time.

use crate::ir::{Carried, Const, Function, Loop, Op, Operand, Place, Region, Stmt, Ty, ValueInfo};
use crate::rules::Func;

/// Only the reverse sweep (and fused loops of the forward sweep) adds to elements.
pub(super) fn promote(f: &mut Function, split: &mut usize) {
    let mut stmts = std::mem::take(&mut f.body.stmts);
    let second = stmts.split_off((*split).min(stmts.len()));
    let mut promoter = Promoter { f };
    let mut first = Region { stmts, diverges: false };
    let mut second = Region { stmts: second, diverges: false };
    promoter.region(&mut first);
    promoter.region(&mut second);
    *split = first.stmts.len();
    f.body.stmts = first.stmts.into_iter().chain(second.stmts).collect();
}

struct Promoter<'f> {
    f: &'f mut Function,
}

impl Promoter<'_> {
    /// Loops inside a region: innermost first, so that a sum can leave several loops.
    fn region(&mut self, region: &mut Region) {
        let stmts = std::mem::take(&mut region.stmts);
        for mut stmt in stmts {
            for inner in stmt.regions_mut() {
                self.region(inner);
            }
            let after = match &mut stmt {
                Stmt::Loop(l) => self.loop_(l),
                _ => Vec::new(),
            };
            region.stmts.push(stmt);
            region.stmts.splice(region.stmts.len() - 1..region.stmts.len() - 1, self.zeros(&after));
            region.stmts.extend(
                after
                    .into_iter()
                    .map(|(place, c)| Stmt::Accumulate { place, from: Operand::Value(c.result) }),
            );
        }
    }

    /// The starting values.
    fn zeros(&self, sums: &[(Place, Carried)]) -> Vec<Stmt> {
        let zero = |c: &Carried| c.init.map(|value| Stmt::Let { value, op: Op::Const(Const::Float(0.0)) });
        sums.iter().filter_map(|(_, c)| zero(c)).collect()
    }

    fn loop_(&mut self, l: &mut Loop) -> Vec<(Place, Carried)> {
        let defined = l.binds();
        let mentions = l.body.mentions();
        let mut sums = Vec::new();
        for stmt in &mut l.body.stmts {
            let Stmt::Accumulate { place, from: Operand::Value(term) } = stmt else { continue };
            let (place, term) = (place.clone(), *term);
            let mut fixed = true;
            place.visit_indices(&mut |v| fixed &= !defined.contains(&v));
            let alone = mentions.get(&place.mem) == Some(&1);
            let ty = self.f.values[term].ty.clone();
            if !(fixed && alone && matches!(ty, Ty::Float(_))) {
                continue;
            }
            let span = self.f.values[term].span;
            let mut fresh = || self.f.values.push(ValueInfo::new(ty.clone(), None, span));
            let (init, phi, next, result) = (fresh(), fresh(), fresh(), fresh());
            *stmt = Stmt::Let { value: next, op: Op::Apply { func: Func::Add, args: vec![phi, term] } };
            let carried = Carried { phi, init: Some(init), next, result };
            l.carried.push(carried.clone());
            sums.push((place, carried));
        }
        sums
    }
}
