//! Calls: every argument is followed by its tangent, and the result is a pair.
//!
//! ```text
//! v3 = call g(v0, &m1, v2)
//!   →
//! m9 = ();  m8 = tangent g(v0, v4, &m1, &m5, v2, m9)
//! v3 = load m8.0;  v6 = load m8.1
//! ```
//! Second order: in a function made by forward mode *every* forward half and pullback is doubled in the same way:
//! `m8, v7 = forward g(v0, v4, ..)`, and its pullback takes the pair of seeds `(d, t_d)`, the arguments with their
//! tangents, and gives each cotangent followed by its tangent.

use super::{Forward, Refusal};
use crate::analysis::types::place_ty;
use crate::ir::{
    Access, Arg, Call, CallResult, CallRole, Callee, Cotangent, Field, Init, MemId, MemInfo, Op, Operand,
    Place, Proj, Pullback, SpanId, Stmt, Ty, ValueId,
};

impl Forward<'_> {
    pub(super) fn call(&mut self, call: &Call) -> Result<(), Refusal> {
        let role = match call.role {
            CallRole::Primal if !self.is_differentiated(call) => {
                self.out.push(Stmt::Call(call.clone()));
                return Ok(());
            }
            CallRole::Checked => {
                self.out.push(Stmt::Call(call.clone()));
                return Ok(());
            }
            CallRole::Primal => CallRole::Tangent,
            CallRole::Forward(pullback) => CallRole::Forward(pullback),
            CallRole::Tangent => {
                return Err((call.span, "forward mode of forward mode is not supported".into()))
            }
        };
        let mut unit = None;
        let mut args = Vec::new();
        let method = matches!(call.callee, Callee::Method { .. });
        for (k, arg) in call.args.iter().enumerate() {
            args.push(arg.clone());
            let tangent = self.tangent_arg(arg, &mut unit, call.span);
            // A caller can't see how a method takes its receiver, so the receiver's tangent comes by reference.
            args.push(match tangent {
                Arg::Value(t) if method && k == 0 => Arg::RefValue(t),
                Arg::Receiver(place) if method && k == 0 => Arg::Ref(place),
                other => other,
            });
        }
        let back = self.keep_apart(&mut args);
        let result = match call.result {
            CallResult::None => CallResult::None,
            CallResult::Value(v) => CallResult::Mem(self.pair(self.f.values[v].ty.clone(), call.span)),
            CallResult::Mem(m) => CallResult::Mem(self.pair(self.f.mems[m].ty.clone(), call.span)),
        };
        self.out.push(Stmt::Call(Call { args, result: result.clone(), role, ..call.clone() }));
        self.out.extend(back.into_iter().map(Stmt::Bulk));
        if let CallResult::Mem(pair) = result {
            self.unpack(&call.result, pair);
        }
        Ok(())
    }

    fn is_differentiated(&mut self, call: &Call) -> bool {
        let result = match call.result {
            CallResult::None => false,
            CallResult::Value(v) => self.is_active(v),
            CallResult::Mem(m) => self.of_mem(m).is_some(),
        };
        let written = call.args.iter().any(|a| match a {
            Arg::RefMut(place) => self.of_mem(place.mem).is_some(),
            Arg::Value(_)
            | Arg::RefValue(_)
            | Arg::Mem(_)
            | Arg::Ref(_)
            | Arg::Receiver(_)
            | Arg::Opaque(_)
            | Arg::Closure(_) => false,
        });
        result || written
    }

    /// A local for `(y, t_y)`.
    fn pair(&mut self, ty: Ty, span: SpanId) -> MemId {
        let ty = Ty::Tuple(vec![ty.clone(), ty]);
        self.f.mems.push(MemInfo { ty, name: None, span, access: Access::Owned, shadow_of: None })
    }

    /// Takes the pair apart into what the primal binds and its tangent.
    fn unpack(&mut self, result: &CallResult, pair: MemId) {
        let part = |k| Place::whole(pair).with(Proj::Field(Field::Index(k)));
        match result {
            CallResult::None => {}
            CallResult::Value(v) => {
                self.out.push(Stmt::Let { value: *v, op: Op::Load(part(0)) });
                if self.is_active(*v) {
                    let value = self.fresh(*v);
                    self.out.push(Stmt::Let { value, op: Op::Load(part(1)) });
                }
            }
            CallResult::Mem(m) => {
                let from = |k| Some(Init::From(Operand::Copy(part(k))));
                self.out.push(Stmt::Decl { mem: *m, init: from(0) });
                if let Some(mem) = self.of_mem(*m) {
                    self.out.push(Stmt::Decl { mem, init: from(1) });
                }
            }
        }
    }

    /// Constants of passive type have the tangent `()`: one object serves all of a call.
    fn unit(&mut self, unit: &mut Option<MemId>, span: SpanId) -> Arg {
        let mem = *unit.get_or_insert_with(|| {
            let ty = Ty::Tuple(Vec::new());
            let mem =
                self.f.mems.push(MemInfo { ty, name: None, span, access: Access::Owned, shadow_of: None });
            self.out.push(Stmt::Decl { mem, init: Some(Init::Tuple(Vec::new())) });
            mem
        });
        Arg::Mem(Operand::Mem(mem))
    }

    fn tangent_arg(&mut self, arg: &Arg, unit: &mut Option<MemId>, span: SpanId) -> Arg {
        match arg {
            // A constant has no tangent to pass: `()` stands for none.
            Arg::Value(v) | Arg::RefValue(v) if self.f.values[*v].ty.is_passive() || !self.is_active(*v) => {
                self.unit(unit, span)
            }
            Arg::Value(v) => Arg::Value(self.or_zero(*v)),
            Arg::RefValue(v) => Arg::RefValue(self.or_zero(*v)),
            Arg::Mem(operand) if self.is_constant(operand) || !self.carries(operand) => self.unit(unit, span),
            Arg::Mem(operand) => Arg::Mem(self.operand(operand)),
            Arg::Ref(place) | Arg::RefMut(place) | Arg::Receiver(place)
                if place_ty(&self.f, place).is_passive() || self.of_place(place).is_none() =>
            {
                self.unit(unit, span)
            }
            Arg::Ref(place) => Arg::Ref(self.place_or_zero(place)),
            Arg::RefMut(place) => Arg::RefMut(self.place_or_zero(place)),
            Arg::Receiver(place) => Arg::Receiver(self.place_or_zero(place)),
            Arg::Closure(closure) if self.of_place(&closure.env).is_none() => self.unit(unit, span),
            Arg::Closure(closure) => Arg::Ref(self.place_or_zero(&closure.env)),
            Arg::Opaque(_) => self.unit(unit, span),
        }
    }

    fn is_constant(&self, operand: &Operand) -> bool {
        match operand {
            Operand::Value(v) => self.f.values[*v].ty.is_passive(),
            Operand::Mem(m) => self.f.mems[*m].ty.is_passive(),
            Operand::Copy(place) => place_ty(&self.f, place).is_passive(),
        }
    }

    fn place_or_zero(&mut self, place: &Place) -> Place {
        match self.of_place(place) {
            Some(tangent) => tangent,
            None => Place::whole(self.zero_object(place)),
        }
    }

    pub(super) fn pullback(&mut self, call: &Pullback) -> Result<(), Refusal> {
        let Pullback { pullback, args, seed, into, span } = call;
        let mut unit = None;
        let mut all = Vec::new();
        for arg in args {
            all.push(arg.clone());
            all.push(match arg {
                // Passed by value: gone, and not asked for.
                Arg::Value(_) | Arg::Mem(_) | Arg::Opaque(_) | Arg::Closure(_) => arg.clone(),
                Arg::RefValue(_) | Arg::Ref(_) | Arg::RefMut(_) | Arg::Receiver(_) => {
                    self.tangent_arg(arg, &mut unit, *span)
                }
            });
        }
        let seed = seed.as_ref().map(|s| self.seed_pair(s, *span));
        let into = into.iter().flat_map(|c| self.cotangent(c)).collect();
        self.out.push(Stmt::Pullback(Pullback { pullback: *pullback, args: all, seed, into, span: *span }));
        Ok(())
    }

    fn seed_pair(&mut self, seed: &Operand, span: SpanId) -> Operand {
        let tangent = self.operand(seed);
        let ty = |of: &Operand| match of {
            Operand::Value(v) => self.f.values[*v].ty.clone(),
            Operand::Mem(m) => self.f.mems[*m].ty.clone(),
            Operand::Copy(place) => place_ty(&self.f, place),
        };
        let ty = ty(seed);
        let pair = self.pair(ty, span);
        self.out.push(Stmt::Decl { mem: pair, init: Some(Init::Tuple(vec![seed.clone(), tangent])) });
        Operand::Mem(pair)
    }

    /// A cotangent and its tangent.
    fn cotangent(&mut self, into: &Cotangent) -> [Cotangent; 2] {
        let tangent = match into {
            Cotangent::Drop => None,
            Cotangent::Value(v) => self.cotangent_value(*v),
            Cotangent::Place(place) => self.of_place(place).map(Cotangent::Place),
        };
        [into.clone(), tangent.unwrap_or(Cotangent::Drop)]
    }

    fn cotangent_value(&mut self, value: ValueId) -> Option<Cotangent> {
        self.is_active(value).then(|| Cotangent::Value(self.fresh(value)))
    }
}
