//! The reverse of a call: its pullback, with the cotangent of the result and the shadows of the arguments.
//!
//! ```text
//! (v3, pb) = forward g(v0, &m1)   →   (d0) = pullback pb(d3, &m1, &mut d_m1); (v0 gets d0)
//! ```

use super::{Refusal, Reverse};
use crate::analysis::layout::At;
use crate::analysis::plan::written_places;
use crate::ir::{Arg, Call, CallResult, CallRole, Cotangent, Operand, Pullback, Stmt, ValueId};

impl Reverse<'_> {
    pub(crate) fn reverse_call(&mut self, call: &Call, at: At) -> Result<(), Refusal> {
        self.undo(at, &written_places(call), true);
        let CallRole::Forward(pullback) = call.role else { return Ok(()) };
        let seed = match call.result {
            CallResult::None => None,
            CallResult::Value(v) => Some(Operand::Value(match self.take(v) {
                Some(d) => d,
                None => self.zero_for(v),
            })),
            CallResult::Mem(m) => Some(Operand::Mem(self.shadow(m))),
        };
        let mut into = Vec::new();
        let mut contributions: Vec<(ValueId, ValueId)> = Vec::new();
        for arg in &call.args {
            into.push(self.cotangent_of(arg, &mut contributions));
        }
        let pullback = self.demand(pullback);
        let args = call.args.iter().map(|a| self.passed_again(a, pullback)).collect();
        self.push(Stmt::Pullback(Pullback { pullback, args, seed, into, span: call.span }));
        contributions.into_iter().for_each(|(of, d)| self.contribute(of, d));
        Ok(())
    }

    /// The argument as the pullback gets it: what was passed by value is not passed again.
    fn passed_again(&mut self, arg: &Arg, unread: ValueId) -> Arg {
        match arg {
            Arg::Value(_) | Arg::Mem(_) => Arg::Value(unread),
            Arg::RefValue(_) | Arg::Ref(_) | Arg::RefMut(_) | Arg::Receiver(_) | Arg::Opaque(_) => {
                arg.map(&mut |v| self.demand(v))
            }
        }
    }

    fn cotangent_of(&mut self, arg: &Arg, contributions: &mut Vec<(ValueId, ValueId)>) -> Cotangent {
        if !self.act.arg(arg) {
            return Cotangent::Drop;
        }
        match arg {
            Arg::Value(v) | Arg::RefValue(v) => {
                let d = self.fresh_cotangent(*v);
                contributions.push((*v, d));
                Cotangent::Value(d)
            }
            Arg::Mem(Operand::Mem(m)) => Cotangent::Place(crate::ir::Place::whole(self.shadow(*m))),
            Arg::Mem(Operand::Copy(place)) | Arg::Ref(place) | Arg::RefMut(place) | Arg::Receiver(place) => {
                Cotangent::Place(self.shadow_place(place))
            }
            Arg::Mem(Operand::Value(_)) | Arg::Opaque(_) => Cotangent::Drop,
        }
    }
}
