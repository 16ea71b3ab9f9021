//! What reverse mode stores: the tangents follow their items in the same push.
//!
//! ```text
//! push s0 (v1, m2)     →  push s0 (v1, m2, v7)
//! (v3, m4) = pop s0    →  (v3, m4, v8) = pop s0
//! ```

use super::{Forward, Refusal};
use crate::ir::{Operand, Place, Popped, Region, StackId, Stmt};

impl Forward<'_> {
    /// The pushes come first, but the pops say what is needed.
    pub(super) fn find_pops(&mut self, region: &Region) {
        for stmt in region.deep() {
            if let Stmt::Pop { stack, items } = stmt {
                let needed: Vec<bool> = items.iter().map(|i| self.needed(i)).collect();
                let before = self.stacks.remove(stack).unwrap_or_default();
                let length = needed.len().max(before.len());
                let at = |all: &[bool], k: usize| all.get(k).copied().unwrap_or(false);
                self.stacks.insert(*stack, (0..length).map(|k| at(&needed, k) || at(&before, k)).collect());
            }
        }
    }

    fn needed(&mut self, item: &Popped) -> bool {
        match item {
            Popped::Value(v) => self.is_active(*v),
            Popped::Mem(m) => self.of_mem(*m).is_some(),
        }
    }

    fn is_doubled(&self, stack: StackId, item: usize) -> bool {
        self.stacks.get(&stack).and_then(|all| all.get(item)).copied().unwrap_or(false)
    }

    pub(super) fn push(&mut self, stack: StackId, items: &[Operand]) -> Result<(), Refusal> {
        let mut all = items.to_vec();
        for (k, item) in items.iter().enumerate() {
            if self.is_doubled(stack, k) {
                let tangent = self.operand(item);
                all.push(tangent);
            }
        }
        self.out.push(Stmt::Push { stack, items: all });
        Ok(())
    }

    /// The tangent of a saved object is saved on top of it, and restored first.
    pub(super) fn saved(&mut self, stmt: &Stmt, place: &Place) -> Result<(), Refusal> {
        let tangent = self.of_mem(place.mem).map(|t| place.on(t));
        match (stmt, tangent) {
            (Stmt::Restore { stack, place: _ }, Some(tangent)) => {
                self.out.push(Stmt::Restore { stack: *stack, place: tangent });
                self.out.push(stmt.clone());
            }
            (Stmt::Save { stack, place: _ }, Some(tangent)) => {
                self.out.push(stmt.clone());
                self.out.push(Stmt::Save { stack: *stack, place: tangent });
            }
            (_, _) => self.out.push(stmt.clone()),
        }
        Ok(())
    }

    pub(super) fn pop(&mut self, stack: StackId, items: &[Popped]) -> Result<(), Refusal> {
        let mut all = items.to_vec();
        for (k, item) in items.iter().enumerate() {
            if self.is_doubled(stack, k) {
                all.push(match item {
                    Popped::Value(v) => Popped::Value(self.fresh(*v)),
                    Popped::Mem(m) => Popped::Mem(match self.of_mem(*m) {
                        Some(tangent) => tangent,
                        None => self.new_tangent(*m),
                    }),
                });
            }
        }
        self.out.push(Stmt::Pop { stack, items: all });
        Ok(())
    }
}
