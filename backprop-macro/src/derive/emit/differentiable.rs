//! `impl Differentiable for S`.

use proc_macro2::TokenStream;
use quote::quote;

use super::visit::{self, Access, Side};
use crate::derive::model::{Body, Field, Model, Role};

pub fn differentiable(model: &Model) -> TokenStream {
    let Model { krate, ident, tangent, .. } = model;
    let (impl_generics, _, clause) = model.tangent_generics.bounded.split_for_impl();
    let (_, type_generics, _) = model.generics.split_for_impl();
    let (_, tangent_generics, _) = model.tangent_generics.kept.split_for_impl();
    let (zero, step, again) = (zero_tangent(model), step(model), zero_into(model));
    quote! {
        impl #impl_generics #krate::Differentiable for #ident #type_generics #clause {
            type Tangent = #tangent #tangent_generics;
            #zero
            #step
            #again
        }
    }
}

fn zero_tangent(model: &Model) -> TokenStream {
    let krate = &model.krate;
    let body = match &model.body {
        Body::Struct(_) => visit::one(
            model,
            Side::Value,
            Access::Shared,
            |_, _| TokenStream::new(),
            |case, _| {
                visit::construct(model, case, |field| {
                    let member = &field.member;
                    quote!(#krate::Differentiable::zero_tangent(&self.#member))
                })
            },
        ),
        Body::Enum(_) => visit::one(
            model,
            Side::Value,
            Access::Shared,
            |_, _| TokenStream::new(),
            |case, _| {
                visit::construct(model, case, |field| {
                    let local = field.local("a");
                    quote!(#krate::Differentiable::zero_tangent(#local))
                })
            },
        ),
    };
    let assertions = assertions(model);
    quote! {
        fn zero_tangent(&self) -> Self::Tangent {
            #assertions
            #body
        }
    }
}

/// Field by field, in their memory; of an enum the tangent may be that of another variant.
fn zero_into(model: &Model) -> TokenStream {
    let Body::Struct(shape) = &model.body else { return TokenStream::new() };
    let krate = &model.krate;
    let fields: Vec<TokenStream> = shape
        .fields
        .iter()
        .filter(|field| field.role == Role::Active)
        .map(|field| {
            let member = &field.member;
            quote!(#krate::Differentiable::__zero_into(&self.#member, &mut __bp_tangent.#member);)
        })
        .collect();
    if fields.is_empty() {
        return TokenStream::new();
    }
    quote! {
        fn __zero_into(&self, __bp_tangent: &mut Self::Tangent) {
            #(#fields)*
        }
    }
}

/// What was left out by the name of its type has no floats.
fn assertions(model: &Model) -> TokenStream {
    let krate = &model.krate;
    let passive = |field: &&Field| field.role == Role::Passive;
    let shapes = model.shapes();
    let types = shapes.iter().flat_map(|shape| shape.fields.iter().filter(passive)).map(|field| &field.ty);
    let mut seen = std::collections::BTreeSet::new();
    let types = types.filter(|ty| seen.insert(quote!(#ty).to_string()));
    quote!(#(#krate::__private::passive::<#types>();)*)
}

fn step(model: &Model) -> TokenStream {
    let (krate, tangent) = (&model.krate, model.tangent.to_string());
    let (scale, direction) = (quote!(__bp_scale), quote!(__bp_direction));
    let mismatch = quote! {
        #krate::__private::variant_mismatch(
            #tangent,
            #krate::Differentiable::zero_tangent(__bp_left).__variant(),
            __bp_right.__variant(),
        )
    };
    let body = visit::two(
        model,
        Side::Value,
        Access::Mutable,
        &direction,
        |_, value, slot| quote!(#krate::Differentiable::step(#value, #scale, #slot);),
        |parts| quote!(#(#parts)*),
        &mismatch,
    );
    let has_active = model.active_types().next().is_some();
    let scale = if has_active { scale } else { quote!(_) };
    let direction = visit::parameter(model, &direction);
    quote! {
        fn step(&mut self, #scale: ::core::primitive::f64, #direction: &Self::Tangent) {
            #body
        }
    }
}
