//! Branches and loops: phis and carried values in pairs.
//!
//! ```text
//! loop carry (v5 = v2 -> v7, result v8)
//!   →
//! loop carry (v5 = v2 -> v7, result v8, v9 = v10 -> v11, result v12)
//! ```
//! A header decides and outlives nothing, so it stays as it is.

use super::{Forward, Refusal};
use crate::ir::{Branch, Carried, Loop, Phi, Region, Stmt, ValueId};

impl Forward<'_> {
    pub(super) fn branch(&mut self, branch: &Branch) -> Result<(), Refusal> {
        let mut arms = branch.arms.iter().map(|a| self.region(a)).collect::<Result<Vec<_>, _>>()?;
        let mut phis = branch.phis.clone();
        for phi in &branch.phis {
            let carries = phi.inputs.iter().flatten().any(|v| self.of(*v).is_some());
            if carries && self.is_active(phi.value) {
                let inputs =
                    phi.inputs.iter().zip(&mut arms).map(|(v, arm)| self.input_of(*v, arm)).collect();
                let value = self.fresh(phi.value);
                phis.push(Phi { value, inputs });
            }
        }
        self.out.push(Stmt::Branch(Branch { on: branch.on, kind: branch.kind, arms, phis }));
        Ok(())
    }

    /// The tangent that leaves an arm; a zero is made at its end.
    fn input_of(&mut self, value: Option<ValueId>, arm: &mut Region) -> Option<ValueId> {
        let value = value?;
        if arm.diverges {
            return self.of(value);
        }
        Some(self.at_end_of(arm, value))
    }

    fn at_end_of(&mut self, region: &mut Region, value: ValueId) -> ValueId {
        std::mem::swap(&mut self.out, &mut region.stmts);
        let tangent = self.or_zero(value);
        std::mem::swap(&mut self.out, &mut region.stmts);
        tangent
    }

    pub(super) fn loop_(&mut self, l: &Loop) -> Result<(), Refusal> {
        let active: Vec<&Carried> =
            l.carried.iter().filter(|c| self.is_active(c.phi) || self.is_active(c.result)).collect();
        let mut pairs = Vec::new();
        for c in active {
            let init = c.init.map(|i| self.or_zero(i));
            pairs.push((c, self.fresh(c.phi), init));
        }
        let mut body = self.region(&l.body)?;
        let mut carried = l.carried.clone();
        for (c, phi, init) in pairs {
            let next = if body.diverges { phi } else { self.at_end_of(&mut body, c.next) };
            let result = self.fresh(c.result);
            carried.push(Carried { phi, init, next, result });
        }
        self.out.push(Stmt::Loop(Box::new(Loop { carried, body, ..l.clone() })));
        Ok(())
    }
}
