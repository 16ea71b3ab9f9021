//! What methods in the same file as their struct return: such a struct, or a float. Then what is done with it is known, too.
//!
//! ```text
//! impl Matrix { fn mul(&self, o: &Matrix) -> Matrix }   ..   let c = a.mul(&b); c.at(0, 0)   →   c: Adt(Matrix { data: Vec, .. })
//!                                          let _ = |__self: &Matrix, __a| -> Matrix { Matrix::mul(__self, __a) };
//! ```
//! The compiler checks it, in code beside the gradient.

use super::lowerer::Lowerer;
use super::types::{float_name, primitive};
use super::value::Val;
use crate::ir::ty::Seen;
use crate::ir::{Place, Ty};
use crate::source::Source;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, ToTokens};
use syn::{FnArg, ImplItemFn, ReceiverKind, ReturnType, Type};

/// A method whose result is known.
pub struct MethodResult {
    /// The type, as the caller names it.
    pub owner: String,
    pub name: String,
    pub ty: Ty,
}

/// `own`: the name of the struct, `owner`: as the caller writes it.
pub fn of(method: &ImplItemFn, owner: &Ident, own: &str, source: &mut Source) -> Option<MethodResult> {
    let sig = &method.sig;
    let ReturnType::Type(_, written) = &sig.output else { return None };
    let plain = sig.generics.params.is_empty()
        && sig.generics.where_clause.is_none()
        && sig.asyncness.is_none()
        && matches!(sig.safety, syn::Safety::Default)
        && !sig.inputs.iter().any(is_generic);
    if !plain {
        return None;
    }
    let (ty, result) = match primitive(written).and_then(|name| Some((float_name(&name)?, name))) {
        Some((float, name)) => {
            let name = format_ident!("{}", name);
            (Ty::Float(float), quote!(::core::primitive::#name))
        }
        None => {
            let Type::Path(path) = &**written else { return None };
            path.path.get_ident().filter(|ident| *ident == "Self" || *ident == own)?;
            (Ty::Adt(source.code(owner.to_token_stream()), Seen::default()), owner.to_token_stream())
        }
    };
    let mut inputs = TokenStream::new();
    let mut args = TokenStream::new();
    for (k, input) in sig.inputs.iter().enumerate() {
        let arg = format_ident!("__a{}", k, span = Span::mixed_site());
        args.extend(quote!(#arg,));
        match input {
            FnArg::Receiver(receiver) => match &receiver.kind {
                ReceiverKind::Value => inputs.extend(quote!(#arg: #owner,)),
                ReceiverKind::Reference(_, None, mutability) => {
                    inputs.extend(quote!(#arg: & #mutability #owner,));
                }
                _ => return None,
            },
            FnArg::Typed(_) => inputs.extend(quote!(#arg,)),
        }
    }
    let method = &sig.ident;
    source.checks.push(quote!(let _ = |#inputs| -> #result { #owner::#method(#args) };));
    Some(MethodResult { owner: owner.to_string(), name: method.to_string(), ty })
}

/// `f: impl Fn(f64)`: its type can't be inferred.
fn is_generic(input: &FnArg) -> bool {
    fn any(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => ident == "impl" || ident == "dyn" || ident == "fn",
            TokenTree::Group(group) => any(group.stream()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
    }
    any(input.to_token_stream())
}

impl<'a> Lowerer<'a> {
    /// The name of the receiver's type, if it is a struct that is seen.
    pub fn seen_struct(&self, receiver: &Val<'a>) -> Option<String> {
        let place = match receiver {
            Val::Place(place) | Val::Ref(place, _) => place.clone(),
            Val::Temp(mem) => Place::whole(*mem),
            _ => return None,
        };
        let whole = self.f.mems[place.mem].ty.clone();
        let ty = place.proj.iter().fold(whole, |ty, proj| ty.project(proj));
        match ty {
            Ty::Adt(code, seen) if !seen.is_empty() => Some(self.source.tokens(code).to_string()),
            _ => None,
        }
    }

    /// What a method of a struct that is seen returns.
    pub fn method_result(&self, receiver: &Val<'a>, name: &str) -> Option<Ty> {
        let owner = self.seen_struct(receiver)?;
        let found = self.results.iter().find(|r| r.owner == owner && r.name == name)?;
        Some(found.ty.clone())
    }
}
