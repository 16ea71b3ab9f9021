//! The end of an iteration that an adaptor decides: it leaves the loop, and where the iterator is made of several loops
//! (`chain`, `flat_map`), a variable tells the others.
//!
//! ```text
//! a.chain(b).take_while(f)   →   loop over a { on = f(item); if !on { break } .. }; branch on { loop over b { .. } } { }
//! ```

use super::effects::Effects;
use super::exits::TargetKind;
use super::iter::Iter;
use super::lowerer::{Lowered, Lowerer, Slot, VarId};
use super::value::Val;
use crate::diag::{catalog, At};
use crate::ir::{BranchKind, Ty, ValueId};
use std::rc::Rc;

impl<'a> Lowerer<'a> {
    /// `if !on { break }`
    pub fn run_or_leave(&mut self, on: ValueId, span: At) -> Lowered<()> {
        let Some(index) = self.targets.iter().rposition(|t| t.kind == TargetKind::Loop) else {
            return self.fail(catalog::bug(span, "no loop to leave"));
        };
        self.branch(on, BranchKind::If, 2, span, |s, i| {
            if i == 0 {
                Ok(Val::Unit)
            } else {
                s.leave(index, Val::Unit, span)
            }
        })?;
        Ok(())
    }

    /// The variable that tells all loops of an iterator whether to go on; `None`: it is one loop, which is left.
    pub fn ending(&mut self, iter: &Iter<'a>, touched: &mut Effects, span: At) -> Option<VarId> {
        if !nests(iter) {
            return None;
        }
        let on = self.flag_value(Slot::Flag(true), span.span());
        let var = self.var(None, Ty::Bool, span.span());
        self.set(var, Slot::Val(on));
        touched.extra.push((var, false));
        touched.going.push(var);
        Some(var)
    }

    /// `if !on { break }`, of the whole iteration.
    pub fn go_on_if(&mut self, on: ValueId, ending: Option<VarId>, span: At) -> Lowered<()> {
        if let Some(var) = ending {
            self.set(var, Slot::Val(on));
        }
        self.run_or_leave(on, span)
    }

    /// After the iteration.
    pub fn ended(&mut self, ending: Option<VarId>) {
        if let Some(var) = ending {
            self.vars[var].retired = true;
        }
    }

    /// At the start of an outer loop's iteration.
    pub fn leave_if_ended(&mut self, going: &[VarId], span: At) -> Lowered<()> {
        for var in going {
            let on = self.flag_value(self.slots[*var], span.span());
            self.run_or_leave(on, span)?;
        }
        Ok(())
    }

    /// Another loop of the same iteration.
    pub fn if_going_on(
        &mut self,
        going: &[VarId],
        span: At,
        body: &mut dyn FnMut(&mut Self) -> Lowered<()>,
    ) -> Lowered<()> {
        let Some((first, rest)) = going.split_first() else { return body(self) };
        let on = self.flag_value(self.slots[*first], span.span());
        self.run_if(on, span, |s| s.if_going_on(rest, span, body))
    }
}

/// Does running it take more than one loop?
pub fn nests(iter: &Iter<'_>) -> bool {
    matches!(iter, Iter::Chain(..) | Iter::FlatMap(..) | Iter::Flatten(_))
        || iter.parts().iter().any(|p: &&Rc<Iter<'_>>| nests(p))
}
