//! The reverse of a call: its pullback, with the cotangent of the result and the shadows of the arguments.
//!
//! ```text
//! (v3, pb) = forward g(v0, &m1)   →   (d0) = pullback pb(d3, &m1, &mut d_m1); (v0 gets d0)
//! ```

use super::{Refusal, Reverse};
use crate::analysis::layout::At;
use crate::analysis::types::place_ty;
use crate::ir::{
    Access, Arg, Bulk, Call, CallResult, CallRole, Callee, Closure, Const, Cotangent, Init, MemId, MemInfo,
    Op, Operand, Place, Pullback, Stmt, Ty, ValueId,
};

impl Reverse<'_> {
    pub(crate) fn reverse_call(&mut self, call: &Call, at: At) -> Result<(), Refusal> {
        self.undo(at, &call.written_places(), true);
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
        for (k, arg) in call.args.iter().enumerate() {
            let slot = if self.act.arg(arg) { self.lent_slot(call, k) } else { None };
            let slot = slot.unwrap_or_else(|| self.cotangent_of(arg, &mut contributions));
            into.push(slot);
        }
        let apart = self.keep_apart(call, &mut into);
        let pullback = self.demand(pullback);
        let method = matches!(call.callee, Callee::Method { .. });
        let args = call.args.iter().enumerate();
        let args = args.map(|(k, a)| self.passed_again(a, pullback, method && k == 0)).collect();
        self.push(Stmt::Pullback(Pullback { pullback, args, seed, into, span: call.span }));
        for (place, temp, in_out) in apart {
            let (dst, src) = (place, Place::whole(temp));
            self.push(Stmt::Bulk(if in_out {
                Bulk::CopyFrom { dst, src }
            } else {
                Bulk::AddAssign { dst, src }
            }));
        }
        contributions.into_iter().for_each(|(of, d)| self.contribute(of, d));
        Ok(())
    }

    /// Arguments that are parts of one object (`f(&x, &x)`, the halves of a `split_at_mut`) can't lend its shadow twice:
    /// all but one get a buffer of their own. For `&mut` ones it starts with the cotangent, and is copied back.
    fn keep_apart(&mut self, call: &Call, into: &mut [Cotangent]) -> Vec<(Place, MemId, bool)> {
        let by_reference = |arg: &Arg| match arg {
            Arg::Ref(_) | Arg::RefMut(_) | Arg::Receiver(_) | Arg::Closure(_) => true,
            // Only these may have objects.
            Arg::RefValue(_) | Arg::Value(_) => true,
            Arg::Mem(_) | Arg::Opaque(_) => false,
        };
        let mut lent: Vec<MemId> = Vec::new();
        let mut apart = Vec::new();
        // `&mut` arguments first: theirs is the shadow itself, if they are alone.
        let mut order: Vec<usize> = (0..into.len()).filter(|k| by_reference(&call.args[*k])).collect();
        order.sort_by_key(|k| !matches!(call.args[*k], Arg::RefMut(_)));
        for k in order {
            let Cotangent::Place(place) = &into[k] else { continue };
            if !lent.contains(&place.mem) {
                lent.push(place.mem);
                continue;
            }
            let place = place.clone();
            let in_out = matches!(call.args[k], Arg::RefMut(_));
            let temp = self.buffer_for(&call.args[k], &place, in_out);
            into[k] = Cotangent::Place(Place::whole(temp));
            apart.push((place, temp, in_out));
        }
        apart
    }

    fn buffer_for(&mut self, arg: &Arg, shadow: &Place, in_out: bool) -> MemId {
        if let Arg::RefValue(v) | Arg::Value(v) = arg {
            return self.lent_apart(*v);
        }
        let ty = place_ty(&self.f, shadow);
        let slice = matches!(ty, Ty::Slice(_));
        let ty = if slice { Ty::Vec(Box::new(ty.elem())) } else { ty };
        let info = MemInfo { ty, access: Access::Owned, ..self.f.mems[shadow.mem].clone() };
        let temp = self.f.mems.push(info);
        let init = match (in_out, slice, arg) {
            (true, true, _) => Init::ToVec(shadow.clone()),
            (true, false, _) => Init::From(Operand::Copy(shadow.clone())),
            (
                false,
                _,
                Arg::Ref(place)
                | Arg::RefMut(place)
                | Arg::Receiver(place)
                | Arg::Closure(Closure { env: place, .. }),
            ) => Init::ZeroOf(self.demand_place(place)),
            (false, _, Arg::Value(_) | Arg::RefValue(_) | Arg::Mem(_) | Arg::Opaque(_)) => {
                Init::ZeroOf(shadow.clone())
            }
        };
        self.push(Stmt::Decl { mem: temp, init: Some(init) });
        temp
    }

    /// The argument as the pullback gets it: what was passed by value is not passed again. A receiver always is, by
    /// reference: a caller can't see how the method takes it.
    fn passed_again(&mut self, arg: &Arg, unread: ValueId, receiver: bool) -> Arg {
        match arg {
            Arg::Value(v) if receiver => Arg::RefValue(self.demand(*v)),
            Arg::Value(v) if matches!(self.layout.ops.get(v), Some(Op::Const(Const::Literal(_)))) => {
                arg.map(&mut |v| self.demand_literal(v))
            }
            Arg::Value(_) | Arg::Mem(_) => Arg::Value(unread),
            // Its code is in the callee's residual.
            Arg::Closure(closure) => Arg::Ref(self.demand_place(&closure.env)),
            Arg::RefValue(_) | Arg::Ref(_) | Arg::RefMut(_) | Arg::Receiver(_) | Arg::Opaque(_) => {
                arg.map(&mut |v| self.demand(v))
            }
        }
    }

    /// A literal again.
    fn demand_literal(&mut self, value: ValueId) -> ValueId {
        let (ty, span) = self.kind_of(value);
        match self.layout.ops.get(&value).cloned() {
            Some(op) => self.build(|b| b.let_(op, ty, span)),
            None => value,
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
            Arg::Closure(closure) => Cotangent::Place(self.shadow_place(&closure.env)),
            Arg::Mem(Operand::Value(_)) | Arg::Opaque(_) => Cotangent::Drop,
        }
    }
}
