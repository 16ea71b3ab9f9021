//! `where P: Differentiable`, for the user's types in the signature: without the derive, that is said once, at the type,
//! instead of in every place of the generated code that needs it.
//!
//! ```text
//! fn f(p: &P) -> f64     ─▶     impl f where P: Differentiable { fn grad(p: &P) -> <P as Differentiable>::Tangent .. }
//! ```
//! Beside a method the same is said of `Self`, where its `impl` is known to have no parameters.
//! A bound on a type with parameters would hide the type's own implementation from the code under it: those have none.

use super::generics::Mentioned;
use super::signature::Signature;
use crate::emit::names::placed;
use crate::emit::tables;
use crate::ir::Ty;
use crate::model::{ParamModel, Pass};
use proc_macro2::{Span, TokenStream};

/// The clause of the companion's `impl`.
pub fn clause(signature: &Signature<'_>) -> TokenStream {
    let mut types = Vec::new();
    for param in signature.model.params.iter().filter(|p| wanted(p)) {
        collect(&param.class, signature, &mut types);
    }
    if signature.model.output.differentiable {
        collect(&signature.model.output.class, signature, &mut types);
    }
    if types.is_empty() {
        return TokenStream::new();
    }
    let bounds = types.iter().map(|ty| bound(signature, ty));
    q!(where #(#bounds),*)
}

/// A parameter that `wrt` leaves out needs no tangent.
fn wanted(param: &ParamModel) -> bool {
    param.wrt.is_some() || (param.differentiable && param.pass == Pass::RefMut)
}

/// The bound on `Self`, for one function beside a method.
pub fn on_self(signature: &Signature<'_>) -> Option<TokenStream> {
    let receiver = signature.params.first().filter(|p| p.receiver && wanted(p.model))?;
    signature.model.closed_self.then(|| bound(signature, &placed(q!(Self), receiver.model.span)))
}

/// At the place of the user's type.
fn bound(signature: &Signature<'_>, ty: &TokenStream) -> TokenStream {
    let place = ty.clone().into_iter().next().map_or_else(Span::mixed_site, |t| t.span());
    let krate = &signature.krate;
    let differentiable = placed(q!(: #krate::Differentiable), place);
    q!(#ty #differentiable)
}

fn collect(ty: &Ty, signature: &Signature<'_>, types: &mut Vec<TokenStream>) {
    match ty {
        Ty::Adt(code, _) => {
            let tokens = tables::tokens(&signature.model.source, *code);
            let known = types.iter().any(|t| t.to_string() == tokens.to_string());
            if !known && closed(&tokens, signature) {
                types.push(tokens);
            }
        }
        Ty::Array(inner, _) | Ty::Slice(inner) | Ty::Vec(inner) | Ty::Option(inner) | Ty::Boxed(inner) => {
            collect(inner, signature, types);
        }
        Ty::Tuple(items) => items.iter().for_each(|t| collect(t, signature, types)),
        Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Passive(_) | Ty::Unknown => {}
    }
}

/// A type without parameters.
fn closed(tokens: &TokenStream, signature: &Signature<'_>) -> bool {
    let words = Mentioned::of(tokens.clone());
    let open = ["Self", "impl", "_", "dyn"].iter().any(|word| words.says(word));
    let generic = signature.model.generics.types.iter().any(|t| words.has(t));
    !open && !generic && !tokens.to_string().contains('\'')
}
