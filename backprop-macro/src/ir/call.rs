//! Calls of functions that are not built in, and their reverse halves.
//!
//! ```text
//! v3, v4 = forward g(v0, &m1)      (v7, m2) = pullback v4(v5, &m1)
//! ```

use super::visit::Visitor;
use super::{CodeId, LambdaId, MemId, Opaque, Operand, Place, Read, SpanId, ValueId};

/// A call of a function that is not built in. Inactive: any function. Active: a `#[grad]` function.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub callee: Callee,
    pub args: Vec<Arg>,
    pub result: CallResult,
    pub role: CallRole,
    pub span: SpanId,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Callee {
    /// `path(..)`: the path's tokens.
    Path(CodeId),
    /// `recv.name::<..>(..)`: receiver is argument 0; the name (with turbofish) is in the side table.
    Method { name: CodeId, text: String },
    /// A parameter that is a function: argument 0 is what it captures, the code is the name of its forward half.
    Function(CodeId),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    Value(ValueId),
    /// `&x` of a scalar.
    RefValue(ValueId),
    /// An aggregate by value.
    Mem(Operand),
    /// `&place`, or a reference passed on.
    Ref(Place),
    RefMut(Place),
    /// A method's receiver as written (`place.m()`), not mutable: by value or by `&`. A receiver that may be written
    /// (a `mut` local, something behind `&mut`) is `RefMut`.
    Receiver(Place),
    /// Passive code.
    Opaque(Opaque),
    /// A closure, or a function by its name.
    Closure(Closure),
}

/// A function as an argument: what it captures, and its code, which is differentiated apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Closure {
    /// What it captures and may carry derivatives, as one tuple: passed like a reference.
    pub env: Place,
    /// What it captures besides.
    pub constants: Vec<Read>,
    pub lambda: LambdaId,
}

#[derive(Clone, Debug, PartialEq)]
pub enum CallResult {
    /// Nothing, or ignored.
    None,
    Value(ValueId),
    Mem(MemId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallRole {
    /// As the user wrote it.
    Primal,
    /// The value alone, by the forward half, so that rustc sees that there is one.
    Checked,
    /// The forward half: also binds the pullback, for [`Stmt::Pullback`].
    Forward(ValueId),
    /// With tangents of all arguments, and of the result.
    Tangent,
}

/// The reverse half of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Pullback {
    /// The value bound by [`CallRole::Forward`].
    pub pullback: ValueId,
    /// The arguments of the call, for those passed by reference; for the others, any value, which is not read.
    pub args: Vec<Arg>,
    /// Cotangent of the result; `None`: the call has no result.
    pub seed: Option<Operand>,
    /// Per argument: where its cotangent goes.
    pub into: Vec<Cotangent>,
    pub span: SpanId,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Cotangent {
    /// Inactive here: computed by the callee, if it must, and dropped.
    Drop,
    /// A value's contribution.
    Value(ValueId),
    /// Added to a shadow (arguments by value), or accumulated in place (by reference).
    Place(Place),
}

impl Arg {
    pub fn visit(&self, v: &mut dyn Visitor) {
        match self {
            Arg::Value(value) | Arg::RefValue(value) => v.value(*value),
            Arg::Mem(operand) => operand.visit(v),
            Arg::Ref(place) | Arg::RefMut(place) | Arg::Receiver(place) => place.visit(v),
            Arg::Opaque(opaque) => opaque.visit(v),
            Arg::Closure(closure) => closure.visit(v),
        }
    }

    pub fn map(&self, f: &mut dyn FnMut(ValueId) -> ValueId) -> Arg {
        match self {
            Arg::Value(value) => Arg::Value(f(*value)),
            Arg::RefValue(value) => Arg::RefValue(f(*value)),
            Arg::Mem(operand) => Arg::Mem(operand.map(f)),
            Arg::Ref(place) => Arg::Ref(place.map(f)),
            Arg::RefMut(place) => Arg::RefMut(place.map(f)),
            Arg::Receiver(place) => Arg::Receiver(place.map(f)),
            Arg::Opaque(opaque) => Arg::Opaque(opaque.map(f)),
            Arg::Closure(closure) => Arg::Closure(closure.map(f)),
        }
    }
}

impl Closure {
    fn visit(&self, v: &mut dyn Visitor) {
        let Closure { env, constants, lambda: _ } = self;
        env.visit(v);
        for constant in constants {
            match constant {
                Read::Value(value) => v.value(*value),
                Read::Mem(mem) => v.mem(*mem),
            }
        }
    }

    fn map(&self, f: &mut dyn FnMut(ValueId) -> ValueId) -> Closure {
        let Closure { env, constants, lambda } = self;
        let constant = |read: &Read| match read {
            Read::Value(value) => Read::Value(f(*value)),
            Read::Mem(mem) => Read::Mem(*mem),
        };
        let constants = constants.iter().map(constant).collect();
        Closure { env: env.map(f), constants, lambda: *lambda }
    }
}

impl Pullback {
    pub fn visit(&self, v: &mut dyn Visitor) {
        v.value(self.pullback);
        self.args.iter().for_each(|a| a.visit(v));
        self.seed.iter().for_each(|s| s.visit(v));
        for into in &self.into {
            match into {
                Cotangent::Place(place) => place.visit(v),
                Cotangent::Drop | Cotangent::Value(_) => {}
            }
        }
    }
}
