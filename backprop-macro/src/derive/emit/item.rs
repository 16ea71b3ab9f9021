//! The tangent type.

use proc_macro2::TokenStream;
use quote::quote;

use crate::derive::model::{Body, Field, Layout, Model, Shape, Variant};

/// `pub struct STangent { .. }` or `pub enum STangent { .. }`, documented.
pub fn tangent_type(model: &Model) -> TokenStream {
    let Model { vis, tangent, .. } = model;
    let (params, clause) = (&model.tangent_generics.kept.params, &model.tangent_generics.kept.where_clause);
    let generics = if params.is_empty() { TokenStream::new() } else { quote!(<#params>) };
    let doc = format!(
        "The tangent of `{}`: a gradient or a direction, one slot per differentiable field.",
        model.ident
    );
    let lints = &model.lints;
    let doc = quote!(#(#[allow(#lints)])* #[doc = #doc]);
    match &model.body {
        Body::Struct(shape) => {
            let fields = fields(model, shape, true);
            match shape.layout {
                Layout::Named => quote!(#doc #vis struct #tangent #generics #clause #fields),
                Layout::Tuple | Layout::Unit => {
                    quote!(#doc #vis struct #tangent #generics #fields #clause;)
                }
            }
        }
        Body::Enum(variants) => {
            let variants = variants.iter().map(|Variant { ident, shape }| {
                let (doc, fields) = (format!("The tangent of `{ident}`."), fields(model, shape, false));
                quote!(#[doc = #doc] #ident #fields)
            });
            quote!(#doc #vis enum #tangent #generics #clause { #(#variants),* })
        }
    }
}

/// The slots; a variant without any becomes unit-like.
fn fields(model: &Model, shape: &Shape, of_struct: bool) -> TokenStream {
    let slots = shape.slots();
    if shape.layout == Layout::Unit || (slots.is_empty() && !of_struct) {
        return TokenStream::new();
    }
    let slots = slots.into_iter().map(|slot| match slot {
        Some(field) => slot_of(model, field, shape.layout, of_struct),
        None => {
            let vis = of_struct.then_some(quote!(pub));
            quote!(#[doc = "No slot: the field is constant for differentiation."] #vis ())
        }
    });
    match shape.layout {
        Layout::Named => quote!({ #(#slots),* }),
        Layout::Tuple => quote!((#(#slots),*)),
        Layout::Unit => TokenStream::new(),
    }
}

fn slot_of(model: &Model, field: &Field, layout: Layout, of_struct: bool) -> TokenStream {
    let doc = format!("The derivative with respect to `{}`.", field.shown());
    let vis = of_struct.then_some(&field.vis);
    let ty = model.tangent_of(&field.ty);
    match layout {
        Layout::Named => {
            let member = &field.member;
            quote!(#[doc = #doc] #vis #member: #ty)
        }
        Layout::Tuple | Layout::Unit => quote!(#[doc = #doc] #vis #ty),
    }
}
