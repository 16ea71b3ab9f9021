//! What a call returned may be an `Option` or a `Result`: the runtime sees which.
//!
//! ```text
//! g(x).map_or(y, f)   →   v3 = pure has(m2); branch v3 { v4 = call .unwrap(m2); f(v4) } { y }
//! ```

use super::lowerer::{Lowered, Lowerer, Slot};
use super::opaque::Pieces;
use super::value::Val;
use crate::diag::At;
use crate::ir::{Arg, Callee, Ty};
use quote::quote;
use syn::Expr;

impl<'a> Lowerer<'a> {
    /// `g(x).map_or(default, f)`, of an `Option` or a `Result`: the runtime sees whether there is something inside.
    pub fn map_or_of_unseen(
        &mut self,
        receiver: &Val<'a>,
        default: &'a Expr,
        f: &'a Expr,
        hint: &Ty,
        span: At,
    ) -> Lowered<Val<'a>> {
        let place = self.place(receiver.clone(), span)?;
        let krate = self.signature.krate.clone();
        let (mut pieces, mut inner) = (Pieces::default(), Pieces::default());
        self.piece_place(&mut inner, &place, span)?;
        let whole = inner.take_into(&mut pieces);
        pieces.push(quote!(#krate::__private::Payload::has(&#whole)));
        let has = self.pure(pieces, Ty::Bool, span.span());
        let default = self.expr(default, hint)?;
        let f = self.expr(f, &Ty::Unknown)?;
        self.choose(Slot::Val(has), span, |s, some| {
            if !some {
                return Ok(default.clone());
            }
            let name = s.source.code(quote!(unwrap));
            let callee = Callee::Method { name, text: "unwrap".to_string() };
            let payload = s.emit_call(callee, vec![Arg::Receiver(place.clone())], &Ty::Unknown, span)?;
            s.apply_val(&f, vec![payload], hint, span)
        })
    }
}
