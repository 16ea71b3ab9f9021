//! What the integers around a loop over rows say about it: how long it is, and what its counters come to.
//!
//! ```text
//! loop i in 0..d { v1 = add(i, 1); v2 = extent(v1, d); .. }            v2 = sub(d, v1)
//! loop j in 0..v2 carry (v4 = v3 -> v5, out v6) { ..; v5 = add(v4, 1) }      loop j in 0..v2 { .. }; v6 = add(v3, v2)
//! ```
//! LLVM would add up the ones of a counter in packed instructions; and if it knows the length of a loop in the terms of the one
//! around, it does so more often.

use super::Cutter;
use crate::ir::hash::HashMap;
use crate::ir::{Carried, Function, Loop, Op, Range, Stmt, ValueId};
use crate::rules::Func;

impl Cutter<'_> {
    /// Its loops are inside of a loop over this range.
    pub(super) fn enter(&mut self, l: &Loop) {
        let inner = l.range.as_ref().filter(|r| !r.inclusive);
        self.around.push(inner.map(|r| (r.index, r.hi)));
    }

    /// A range that can't end before it starts: from an index of a loop around it, or behind that, to where that loop ends.
    pub(super) fn is_upward(&self, range: &Range) -> bool {
        let at = self.after.get(&range.lo).copied().unwrap_or(range.lo);
        !range.inclusive && self.around.contains(&Some((at, range.hi)))
    }

    /// Counters that nothing in the loop reads any more; what they come to is written after it.
    pub(super) fn leave(&mut self, l: &mut Loop, trips: ValueId, after: &mut Vec<Stmt>) {
        let (mut idle, stmts) = (Vec::new(), &l.body.stmts);
        l.carried.retain(|c| {
            let init = c.init.filter(|_| self.sizes.contains(&c.phi));
            let (Some(init), Some(at)) = (init, self.counted(stmts, c)) else { return true };
            idle.push(at);
            let op = Op::Apply { func: Func::Add, args: vec![init, trips] };
            after.push(Stmt::Let { value: c.result, op });
            false
        });
        idle.sort_unstable();
        for at in idle.into_iter().rev() {
            l.body.stmts.remove(at);
        }
    }

    /// The statement that adds one to it, if all that is done with it is that.
    fn counted(&self, stmts: &[Stmt], c: &Carried) -> Option<usize> {
        let at = stmts.iter().position(|s| matches!(s, Stmt::Let { value, .. } if *value == c.next))?;
        let Stmt::Let { op: Op::Apply { func: Func::Add, args }, .. } = &stmts[at] else { return None };
        let one = |v: &ValueId| self.constants.get(v) == Some(&1);
        let steps = match args.as_slice() {
            [a, b] => (*a == c.phi && one(b)) || (*b == c.phi && one(a)),
            _ => false,
        };
        let mut mentions = 0;
        for stmt in stmts {
            stmt.visit_deep(&mut |v| mentions += usize::from(v == c.phi || v == c.next));
        }
        (steps && mentions == 1).then_some(at)
    }
}

/// `v` in `w = v + 1`, by `w`.
pub(super) fn successors(f: &Function, constants: &HashMap<ValueId, i64>) -> HashMap<ValueId, ValueId> {
    let mut all = HashMap::default();
    for (value, op) in f.body.deep().filter_map(Stmt::computed) {
        let Op::Apply { func: Func::Add, args } = op else { continue };
        let one = |v: &ValueId| constants.get(v) == Some(&1);
        match args.as_slice() {
            [a, b] if one(b) => all.insert(value, *a),
            [a, b] if one(a) => all.insert(value, *b),
            _ => None,
        };
    }
    all
}
