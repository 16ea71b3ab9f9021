//! Arguments that the callee may take as constants (`#[no_grad]`, `wrt(..)`), which its caller can't see.
//!
//! ```text
//! (v3, += m2) = pullback v1 of v2 (v0, &m1)       let (c, _) = pb(d_y, &a, lend(&mut d_a)); .. carried::<f64, _>(c) ..
//! ```
//! `lend`, `carried`, `along` hand on what they get. Where the callee has a `Constant` there, they have no implementation,
//! and what the compiler then says names the cause; without them it would be a mismatch of types.

use super::body::Body;
use super::call::Passed;
use super::names::relocated;
use super::tables::{span, value_ty};
use crate::ir::ty::FloatTy;
use crate::ir::{Arg, Call, Callee, SpanId, Ty, ValueId};
use proc_macro2::{Span, TokenStream};

/// What its arguments must know of a pullback's call.
#[derive(Clone, Copy)]
pub struct Called {
    pub at: Span,
    /// Of the function itself.
    pub own: bool,
    pub plain: bool,
}

impl Body<'_> {
    /// A call whose types are inferred from what is passed, or of the runtime: it has no constants.
    pub(super) fn is_plain_call(&self, at: SpanId) -> bool {
        let runtime = |code| self.tokens(code).to_string().contains("__private");
        self.inferred
            || self.facts.functions.contains_key(&at)
            || self.facts.paths.get(&at).is_some_and(|code| runtime(*code))
    }

    /// The tangent of an argument: `None` if it is a constant here, and the compiler's word if it is one for the callee.
    pub(super) fn along(&self, call: &Call, k: usize, tokens: TokenStream) -> TokenStream {
        let (krate, arg) = (self.krate, &call.args[k]);
        // Whether a receiver is taken by `&` or `&mut`, only the compiler sees.
        let receiver = k == 1 && matches!((&call.callee, arg), (Callee::Method { .. }, Arg::RefMut(_)));
        let plain = receiver || self.is_plain_call(call.span);
        let given = match arg {
            _ if self.is_nothing(arg) => return q!(::core::option::Option::None),
            Arg::Closure(_) | Arg::Opaque(_) => q!(::core::option::Option::Some(#tokens)),
            _ if plain => q!(::core::option::Option::Some(#tokens)),
            Arg::Value(_) | Arg::Mem(_) => q!(#krate::__private::along(#tokens)),
            Arg::RefValue(_) | Arg::Ref(_) | Arg::Receiver(_) => q!(#krate::__private::lend_shared(#tokens)),
            Arg::RefMut(_) => q!(#krate::__private::lend(#tokens)),
        };
        relocated(given, span(self.source, call.span))
    }

    /// The cotangent of an argument by value.
    pub(super) fn returned(&mut self, value: ValueId, called: Called) -> Passed {
        let ty = value_ty(self.f, value);
        // A recursive call finds its type arguments from what it returns.
        let found = called.own && matches!(ty, Ty::Float(FloatTy::Param(_)));
        match self.float_type(&ty) {
            Some(ty) if !called.plain && !found && self.is_used(value) => {
                let name = self.names.fresh("c");
                Passed { pattern: q!(#name), number: Some((value, ty, name)), ..Passed::default() }
            }
            Some(_) | None => Passed { pattern: self.pattern(value), ..Passed::default() },
        }
    }

    /// The buffer of an argument by reference. The types of what closures capture are inferred from it.
    pub(super) fn lent(&self, arg: &Arg, slot: &TokenStream, called: Called) -> TokenStream {
        let krate = self.krate;
        match arg {
            Arg::Closure(_) => q!(::core::option::Option::Some(#slot)),
            _ if called.plain || called.own => q!(::core::option::Option::Some(#slot)),
            Arg::Value(_)
            | Arg::RefValue(_)
            | Arg::Mem(_)
            | Arg::Ref(_)
            | Arg::RefMut(_)
            | Arg::Receiver(_)
            | Arg::Opaque(_) => q!(#krate::__private::lend(#slot)),
        }
    }
}
