//! `impl Tangent for STangent` and `impl Accumulate for STangent`.

use proc_macro2::TokenStream;
use quote::quote;

use super::visit::{self, Access, Side};
use crate::derive::model::Model;

pub fn tangent(model: &Model) -> TokenStream {
    let Model { krate, tangent, .. } = model;
    let (impl_generics, type_generics, clause) = model.tangent_generics.assumed.split_for_impl();
    let methods = [
        add(model),
        scale(model),
        dot(model),
        flat_len(model),
        to_flat(model),
        from_flat(model),
        set_zero(model),
    ];
    quote! {
        impl #impl_generics #krate::Tangent for #tangent #type_generics #clause { #(#methods)* }
    }
}

pub fn accumulate(model: &Model) -> TokenStream {
    let Model { krate, tangent, .. } = model;
    let (impl_generics, type_generics, clause) = model.tangent_generics.assumed.split_for_impl();
    quote! {
        impl #impl_generics #krate::__private::operators::Carried for #tangent #type_generics #clause {}
        impl #impl_generics #krate::__private::Accumulate for #tangent #type_generics #clause {
            fn accumulate(&mut self, __bp_d: Self) {
                #krate::Tangent::add(self, &__bp_d);
            }
            fn accumulate_ref(&mut self, __bp_d: &Self) {
                #krate::Tangent::add(self, __bp_d);
            }
        }
    }
}

/// Several at once, for calls in forward mode: beside each other.
pub fn in_lanes(model: &Model) -> TokenStream {
    let Model { krate, tangent, .. } = model;
    let mut wide = model.tangent_generics.assumed.clone();
    wide.params.push(syn::parse_quote!(const __BP_K: ::core::primitive::usize));
    let (impl_generics, _, _) = wide.split_for_impl();
    let (_, type_generics, clause) = model.tangent_generics.assumed.split_for_impl();
    quote! {
        impl #impl_generics #krate::__private::InLanes<__BP_K> for #tangent #type_generics #clause {
            type Lanes = #krate::__private::Spread<Self, __BP_K>;
            fn lane(__bp_lanes: &Self::Lanes, __bp_k: ::core::primitive::usize) -> Self {
                __bp_lanes.lane(__bp_k)
            }
            fn gather(__bp_all: [Self; __BP_K]) -> Self::Lanes {
                #krate::__private::Spread::gather(__bp_all)
            }
            fn wide(&self) -> Self::Lanes {
                #krate::__private::Spread::gather(::core::array::from_fn(|_| ::core::clone::Clone::clone(self)))
            }
        }
    }
}

/// A call of `variant_mismatch` on two tangents.
fn mismatch(model: &Model) -> TokenStream {
    let (krate, tangent) = (&model.krate, model.tangent.to_string());
    quote!(#krate::__private::variant_mismatch(#tangent, __bp_left.__variant(), __bp_right.__variant()))
}

fn statements(parts: &[TokenStream]) -> TokenStream {
    quote!(#(#parts)*)
}

/// The sum of the parts, `zero` without any.
fn sum(parts: &[TokenStream], zero: &TokenStream) -> TokenStream {
    match parts.split_first() {
        None => zero.clone(),
        Some((first, rest)) => quote!(#first #(+ #rest)*),
    }
}

fn add(model: &Model) -> TokenStream {
    let (krate, other) = (&model.krate, quote!(__bp_other));
    let body = visit::two(
        model,
        Side::Tangent,
        Access::Mutable,
        &other,
        |_, to, from| quote!(#krate::Tangent::add(#to, #from);),
        |parts| statements(&parts),
        &mismatch(model),
    );
    let other = visit::parameter(model, &other);
    quote!(fn add(&mut self, #other: &Self) { #body })
}

fn scale(model: &Model) -> TokenStream {
    let (krate, by) = (&model.krate, quote!(__bp_by));
    let body = visit::one(
        model,
        Side::Tangent,
        Access::Mutable,
        |_, slot| quote!(#krate::Tangent::scale(#slot, #by);),
        |_, parts| statements(&parts),
    );
    let by = if model.active_types().next().is_some() { by } else { quote!(_) };
    quote!(fn scale(&mut self, #by: ::core::primitive::f64) { #body })
}

fn set_zero(model: &Model) -> TokenStream {
    let krate = &model.krate;
    let body = visit::one(
        model,
        Side::Tangent,
        Access::Mutable,
        |_, slot| quote!(#krate::Tangent::__set_zero(#slot);),
        |_, parts| statements(&parts),
    );
    quote!(fn __set_zero(&mut self) { #body })
}

fn dot(model: &Model) -> TokenStream {
    let (krate, other) = (&model.krate, quote!(__bp_other));
    let body = visit::two(
        model,
        Side::Tangent,
        Access::Shared,
        &other,
        |_, left, right| quote!(#krate::Tangent::dot(#left, #right)),
        |parts| sum(&parts, &quote!(0.0)),
        &mismatch(model),
    );
    let other = visit::parameter(model, &other);
    quote!(fn dot(&self, #other: &Self) -> ::core::primitive::f64 { #body })
}

fn flat_len(model: &Model) -> TokenStream {
    let krate = &model.krate;
    let body = visit::one(
        model,
        Side::Tangent,
        Access::Shared,
        |_, slot| quote!(#krate::Tangent::flat_len(#slot)),
        |_, parts| sum(&parts, &quote!(0)),
    );
    quote!(fn flat_len(&self) -> ::core::primitive::usize { #body })
}

fn to_flat(model: &Model) -> TokenStream {
    let (krate, out) = (&model.krate, quote!(__bp_out));
    let body = visit::one(
        model,
        Side::Tangent,
        Access::Shared,
        |_, slot| quote!(#krate::Tangent::to_flat(#slot, #out);),
        |_, parts| statements(&parts),
    );
    let out = if model.active_types().next().is_some() { out } else { quote!(_) };
    quote!(fn to_flat(&self, #out: &mut #krate::__private::Vec<::core::primitive::f64>) { #body })
}

fn from_flat(model: &Model) -> TokenStream {
    let (krate, flat) = (&model.krate, quote!(__bp_flat));
    let body = visit::one(
        model,
        Side::Tangent,
        Access::Mutable,
        |_, slot| quote!(let __bp_rest = &__bp_rest[#krate::Tangent::from_flat(#slot, __bp_rest)..];),
        |_, parts| match parts.is_empty() {
            true => quote!(0),
            false => quote!(let __bp_rest = #flat; #(#parts)* #flat.len() - __bp_rest.len()),
        },
    );
    let flat = if model.active_types().next().is_some() { flat } else { quote!(_) };
    quote! {
        fn from_flat(&mut self, #flat: &[::core::primitive::f64]) -> ::core::primitive::usize { #body }
    }
}
