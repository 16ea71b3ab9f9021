//! Bodies that do something to each field: member by member for a struct, arm by arm for an enum.

use proc_macro2::TokenStream;
use quote::quote;

use crate::derive::model::{Body, Field, Layout, Model, Shape};

/// What a body is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Shared,
    Mutable,
}

impl Access {
    fn borrow(self) -> TokenStream {
        match self {
            Self::Shared => quote!(&),
            Self::Mutable => quote!(&mut),
        }
    }
}

/// The type whose fields are visited.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Value,
    Tangent,
}

impl Side {
    pub fn name(self, model: &Model) -> &syn::Ident {
        match self {
            Self::Value => &model.ident,
            Self::Tangent => &model.tangent,
        }
    }
}

/// `each` on a reference to every active field of `self`, put together per struct or variant by `join`.
pub fn one(
    model: &Model,
    side: Side,
    access: Access,
    each: impl Fn(&Field, TokenStream) -> TokenStream,
    join: impl Fn(&Case, Vec<TokenStream>) -> TokenStream,
) -> TokenStream {
    match &model.body {
        Body::Struct(shape) => {
            let borrow = access.borrow();
            let parts = shape.active().map(|field| {
                let member = &field.member;
                each(field, quote!(#borrow self.#member))
            });
            join(&Case { name: side.name(model), variant: None, shape }, parts.collect())
        }
        Body::Enum(variants) => {
            let arms = variants.iter().map(|variant| {
                let (ident, shape) = (&variant.ident, &variant.shape);
                let pattern = pattern(side, shape, "a");
                let parts = shape.active().map(|field| {
                    let local = field.local("a");
                    each(field, quote!(#local))
                });
                let body = join(&Case { name: ident, variant: Some(ident), shape }, parts.collect());
                quote!(Self::#ident #pattern => { #body })
            });
            quote!(match self { #(#arms)* })
        }
    }
}

/// A struct, or one variant of an enum.
pub struct Case<'a> {
    /// The name of the struct or of the variant.
    pub name: &'a syn::Ident,
    pub variant: Option<&'a syn::Ident>,
    pub shape: &'a Shape,
}

/// `each` on references to every active field of `self` and of the tangent `other`.
///
/// For an enum, `mismatch` is the arm for different variants; it sees `__bp_left` and `__bp_right`.
pub fn two(
    model: &Model,
    side: Side,
    access: Access,
    other: &TokenStream,
    each: impl Fn(&Field, TokenStream, TokenStream) -> TokenStream,
    join: impl Fn(Vec<TokenStream>) -> TokenStream,
    mismatch: &TokenStream,
) -> TokenStream {
    match &model.body {
        Body::Struct(shape) => {
            let borrow = access.borrow();
            let parts = shape.active().map(|field| {
                let member = &field.member;
                each(field, quote!(#borrow self.#member), quote!(&#other.#member))
            });
            join(parts.collect())
        }
        Body::Enum(variants) => {
            let tangent = &model.tangent;
            let arms = variants.iter().map(|variant| {
                let (ident, shape) = (&variant.ident, &variant.shape);
                let (left, right) = (pattern(side, shape, "a"), pattern(Side::Tangent, shape, "b"));
                let parts = shape.active().map(|field| {
                    let (left, right) = (field.local("a"), field.local("b"));
                    each(field, quote!(#left), quote!(#right))
                });
                let body = join(parts.collect());
                quote!((Self::#ident #left, #tangent::#ident #right) => { #body })
            });
            let last = (variants.len() > 1).then(|| quote!((__bp_left, __bp_right) => { #mismatch }));
            quote!(match (self, #other) { #(#arms)* #last })
        }
    }
}

/// Binds the active fields of a variant.
pub fn pattern(side: Side, shape: &Shape, locals: &str) -> TokenStream {
    if shape.active().next().is_none() {
        return match side {
            Side::Value => quote!({ .. }),
            Side::Tangent => TokenStream::new(),
        };
    }
    let slots = shape.with_slots(&quote!(_), |field| {
        let local = field.local(locals);
        quote!(#local)
    });
    if side == Side::Tangent || shape.fields.len() == shape.slots().len() {
        return slots;
    }
    let bound = shape.slots().into_iter().map(|slot| match slot {
        Some(field) => {
            let local = field.local(locals);
            quote!(#local)
        }
        None => quote!(_),
    });
    match shape.layout {
        Layout::Named => {
            let members = shape.active().map(|field| &field.member);
            quote!({ #(#members: #bound,)* .. })
        }
        Layout::Tuple | Layout::Unit => quote!((#(#bound,)* ..)),
    }
}

/// A constructor of the tangent of a case; each slot by `each`.
pub fn construct(model: &Model, case: &Case, each: impl Fn(&Field) -> TokenStream) -> TokenStream {
    let tangent = &model.tangent;
    let slots = if case.variant.is_some() && case.shape.active().next().is_none() {
        TokenStream::new()
    } else {
        case.shape.with_slots(&quote!(()), each)
    };
    match case.variant {
        Some(variant) => quote!(#tangent::#variant #slots),
        None => quote!(#tangent #slots),
    }
}

/// `name`, or `_` where no field makes use of it.
pub fn parameter(model: &Model, name: &TokenStream) -> TokenStream {
    match &model.body {
        Body::Struct(shape) if shape.active().next().is_none() => quote!(_),
        Body::Struct(_) | Body::Enum(_) => name.clone(),
    }
}
