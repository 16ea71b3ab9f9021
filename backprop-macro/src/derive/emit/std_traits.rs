//! `Clone`, `Debug`, `PartialEq` and `Default` of the tangent type.
//!
//! Written out, because std's derives would bound the type parameters where the tangents of their types
//! must be bounded. All but `Default` are promised by `Tangent`.

use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeSet;

use super::visit::{self, Access, Case, Side};
use crate::derive::model::{Body, Layout, Model};

pub fn clone(model: &Model) -> TokenStream {
    let tangent = &model.tangent;
    let (impl_generics, type_generics, clause) = model.tangent_generics.assumed.split_for_impl();
    let body = visit::one(
        model,
        Side::Tangent,
        Access::Shared,
        |_, _| TokenStream::new(),
        |case, _| {
            visit::construct(model, case, |field| match case.variant {
                Some(_) => {
                    let local = field.local("a");
                    quote!(::core::clone::Clone::clone(#local))
                }
                None => {
                    let member = &field.member;
                    quote!(::core::clone::Clone::clone(&self.#member))
                }
            })
        },
    );
    quote! {
        impl #impl_generics ::core::clone::Clone for #tangent #type_generics #clause {
            fn clone(&self) -> Self { #body }
        }
    }
}

pub fn debug(model: &Model) -> TokenStream {
    let tangent = &model.tangent;
    let (impl_generics, type_generics, clause) = model.tangent_generics.assumed.split_for_impl();
    let body = visit::one(
        model,
        Side::Tangent,
        Access::Shared,
        |field, slot| {
            let name = field.shown();
            match field.member {
                syn::Member::Named(_) => quote!(.field(#name, #slot)),
                syn::Member::Unnamed(_) => quote!(.field(#slot)),
            }
        },
        |Case { name, shape, .. }, parts| {
            let name = name.to_string();
            match shape.layout {
                Layout::Named if !parts.is_empty() => {
                    quote!(::core::fmt::Formatter::debug_struct(__bp_f, #name) #(#parts)* .finish())
                }
                Layout::Tuple if !parts.is_empty() => {
                    let parts = debug_tuple(shape, parts);
                    quote!(::core::fmt::Formatter::debug_tuple(__bp_f, #name) #(#parts)* .finish())
                }
                Layout::Named | Layout::Tuple | Layout::Unit => {
                    quote!(::core::fmt::Formatter::write_str(__bp_f, #name))
                }
            }
        },
    );
    quote! {
        impl #impl_generics ::core::fmt::Debug for #tangent #type_generics #clause {
            fn fmt(&self, __bp_f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result { #body }
        }
    }
}

/// Shows the places of passive fields as `()`.
fn debug_tuple(shape: &crate::derive::model::Shape, parts: Vec<TokenStream>) -> Vec<TokenStream> {
    let mut parts = parts.into_iter();
    let slots = shape.slots().into_iter();
    slots.filter_map(|slot| if slot.is_some() { parts.next() } else { Some(quote!(.field(&()))) }).collect()
}

pub fn partial_eq(model: &Model) -> TokenStream {
    let tangent = &model.tangent;
    let (impl_generics, type_generics, clause) = model.tangent_generics.assumed.split_for_impl();
    let other = quote!(__bp_other);
    let body = match &model.body {
        Body::Enum(variants) if variants.len() > 1 => {
            let same = equal_fields(model, &other, &quote!(__bp_left.__variant() == __bp_right.__variant()));
            quote!(#same)
        }
        Body::Enum(_) | Body::Struct(_) => equal_fields(model, &other, &quote!(false)),
    };
    let other = visit::parameter(model, &other);
    quote! {
        impl #impl_generics ::core::cmp::PartialEq for #tangent #type_generics #clause {
            fn eq(&self, #other: &Self) -> ::core::primitive::bool { #body }
        }
    }
}

fn equal_fields(model: &Model, other: &TokenStream, mismatch: &TokenStream) -> TokenStream {
    visit::two(
        model,
        Side::Tangent,
        Access::Shared,
        other,
        |_, left, right| quote!(::core::cmp::PartialEq::eq(#left, #right)),
        |parts| match parts.split_first() {
            None => quote!(true),
            Some((first, rest)) => quote!(#first #(&& #rest)*),
        },
        mismatch,
    )
}

/// For structs, where all slots have a default (arrays of more than 32 don't); which variant would be the
/// default of an enum is not known.
pub fn default(model: &Model) -> TokenStream {
    let Body::Struct(shape) = &model.body else { return TokenStream::new() };
    let tangent = &model.tangent;
    let mut kept = model.tangent_generics.assumed.clone();
    let mut seen = BTreeSet::new();
    for ty in model.active_types() {
        if seen.insert(quote!(#ty).to_string()) {
            let slot = model.tangent_of(ty);
            // `for<'..>` makes the bound a condition of the impl even where it has no parameters.
            kept.make_where_clause()
                .predicates
                .push(syn::parse_quote!(for<'__bp> #slot: ::core::default::Default));
        }
    }
    let (impl_generics, type_generics, clause) = kept.split_for_impl();
    let case = Case { name: tangent, variant: None, shape };
    let body = visit::construct(model, &case, |_| quote!(::core::default::Default::default()));
    quote! {
        impl #impl_generics ::core::default::Default for #tangent #type_generics #clause {
            fn default() -> Self { #body }
        }
    }
}
