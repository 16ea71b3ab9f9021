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
use crate::ir::{Field, Init, Place, Proj, Ty};
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
    /// What a place is, also in the fields of structs that are seen.
    pub fn projected_ty(&self, place: &Place) -> Ty {
        let whole = self.f.mems[place.mem].ty.clone();
        place.proj.iter().fold(whole, |ty, proj| ty.project(proj))
    }

    /// The name of the receiver's type, if it is a struct that is seen.
    pub fn seen_struct(&self, receiver: &Val<'a>) -> Option<String> {
        let ty = match receiver {
            Val::Place(place) | Val::Ref(place, _) => self.projected_ty(place),
            Val::Temp(mem) => self.f.mems[*mem].ty.clone(),
            Val::Fresh(_, ty) => ty.clone(),
            _ => return None,
        };
        match ty {
            Ty::Adt(code, seen) if !seen.is_empty() => Some(self.source.tokens(code).to_string()),
            _ => None,
        }
    }

    /// What a method of a struct that is seen returns.
    pub fn method_result(&self, receiver: &Val<'a>, name: &str) -> Option<Ty> {
        self.result_of(&self.seen_struct(receiver)?, name)
    }

    pub fn result_of(&self, owner: &str, name: &str) -> Option<Ty> {
        let found = self.results.iter().find(|r| r.owner == owner && r.name == name)?;
        Some(found.ty.clone())
    }

    /// The type of a literal `V3 { x, y }`, if it is seen.
    pub fn struct_ty(&self, path: &syn::Path) -> Option<Ty> {
        let name = path.get_ident()?.to_string();
        self.structs.iter().find(|(known, _)| *known == name).map(|(_, ty)| ty.clone())
    }
}

/// Are all fields of a literal seen, and none of them is a constant by its type? (Others may be constants by an attribute.)
pub fn all_seen(ty: &Ty, init: &Init) -> bool {
    let Init::Struct { path: _, fields, base: None } = init else { return false };
    let of = |field: &Field| ty.project(&Proj::Field(field.clone()));
    fields.iter().all(|(field, _)| of(field) != Ty::Unknown && !of(field).is_passive())
}

/// The structs that are seen in these types, by the names that they have there. In a function with structs of its own, whose
/// names may be the same, none.
pub fn structs<'t>(
    types: impl Iterator<Item = &'t Ty>,
    item: &ImplItemFn,
    source: &Source,
) -> Vec<(String, Ty)> {
    let mut all = Vec::new();
    for ty in types {
        let mut inner = ty;
        while let Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) | Ty::Boxed(elem) =
            inner
        {
            inner = elem;
        }
        if let Ty::Adt(code, seen) = inner {
            if !seen.is_empty() {
                all.push((source.tokens(*code).to_string(), inner.clone()));
            }
        }
    }
    let own = item.block.to_token_stream().into_iter().any(|token| declares(&token));
    if own {
        all.clear();
    }
    all
}

fn declares(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(ident) => ["struct", "use", "type", "enum"].iter().any(|word| ident == word),
        TokenTree::Group(group) => group.stream().into_iter().any(|token| declares(&token)),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    }
}
