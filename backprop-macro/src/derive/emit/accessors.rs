//! Slots by name, for `#[grad]`, which can't see which fields the tangent has.
//!
//! | accessor | active field | passive field | `#[no_grad]` field |
//! |---|---|---|---|
//! | `__d_x()`, for reads of the field | the slot | a sink | a sink |
//! | `__store_x()`, for writes to it | the slot | a sink | an error that names the field |
//!
//! For a field of an enum variant: `__d_Variant__x()`, which panics on another variant.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, ToTokens};
use syn::Ident;

use super::visit::{self, Side};
use crate::derive::model::{Body, Field, Model, Role, Shape, Variant};

pub fn accessors(model: &Model) -> TokenStream {
    let tangent = &model.tangent;
    let (impl_generics, type_generics, clause) = model.tangent_generics.assumed.split_for_impl();
    let methods: Vec<TokenStream> = match &model.body {
        Body::Struct(shape) => {
            let fields = shape.fields.iter().map(|field| of_field(model, None, shape, field));
            fields.chain(shape.fields.iter().flat_map(|field| by_constructor(model, field))).collect()
        }
        Body::Enum(variants) => {
            let fields = variants.iter().flat_map(|variant| {
                let shape = &variant.shape;
                shape.fields.iter().map(move |field| of_field(model, Some(variant), shape, field))
            });
            let short = variants.iter().flat_map(|variant| {
                let shape = &variant.shape;
                shape.fields.iter().filter_map(move |field| by_field(model, variants, variant, field))
            });
            fields.chain(short).chain([variant_name(model, variants)]).collect()
        }
    };
    let markers = markers(model);
    quote! {
        #markers
        impl #impl_generics #tangent #type_generics #clause { #(#methods)* }
    }
}

/// `__d_x` and `__store_x`.
fn of_field(model: &Model, variant: Option<&Variant>, shape: &Shape, field: &Field) -> TokenStream {
    let krate = &model.krate;
    let (read, store) = (accessor("__d", variant, field), accessor("__store", variant, field));
    let vis = as_generated(match variant {
        Some(_) => model.vis.to_token_stream(),
        None => field.vis.to_token_stream(),
    });
    let sink = quote!(#krate::__private::no_slot(self));
    let sink_type = quote!(#krate::NoTangent);
    let (ty, body, condition) = match field.role {
        Role::Active => (model.tangent_of(&field.ty), slot(model, variant, shape, field), TokenStream::new()),
        Role::Passive => (sink_type, sink, TokenStream::new()),
        Role::NoGrad => {
            let marker = marker(variant, field);
            (sink_type, sink, quote!(where for<'__bp> #krate::__private::NoGradField: #marker))
        }
    };
    quote! {
        #[doc(hidden)]
        #[inline]
        #vis fn #read(&mut self) -> &mut #ty { #body }
        #[doc(hidden)]
        #[inline]
        #vis fn #store(&mut self) -> &mut #ty #condition { #body }
    }
}

/// `Pair(a, b)` and `P { a, b }` look like variants: `__d_Pair__0` (and `__d_Self__0`) are `__d_0`.
fn by_constructor(model: &Model, field: &Field) -> Vec<TokenStream> {
    let name = model.tangent.to_string();
    let name = name.strip_suffix("Tangent").unwrap_or(&name).to_string();
    let named = matches!(field.member, syn::Member::Named(_));
    let names = [name.as_str(), "Self"];
    let pairs = names[..if named { 1 } else { 2 }]
        .iter()
        .flat_map(|name| ["__d", "__store"].map(|prefix| (*name, prefix)));
    let aliases = pairs.map(|(name, prefix)| {
        let alias = field.named(&format!("{prefix}_{name}_"));
        forward(model, &alias, &accessor(prefix, None, field), None, field)
    });
    aliases.collect()
}

/// `Shape::Rect { width, .. }` looks like a struct: `__d_width` is `__d_Rect__width`, if no other variant has a `width`.
fn by_field(model: &Model, variants: &[Variant], variant: &Variant, field: &Field) -> Option<TokenStream> {
    let syn::Member::Named(name) = &field.member else { return None };
    let same = variants.iter().flat_map(|v| &v.shape.fields).filter(|f| f.member == field.member).count();
    if same != 1 {
        return None;
    }
    let aliases = ["__d", "__store"].map(|prefix| {
        let alias = format_ident!("{}_{}", prefix, name);
        forward(model, &alias, &accessor(prefix, Some(variant), field), Some(variant), field)
    });
    Some(aliases.into_iter().collect())
}

/// Another name for an accessor.
fn forward(
    model: &Model,
    alias: &Ident,
    target: &Ident,
    variant: Option<&Variant>,
    field: &Field,
) -> TokenStream {
    let krate = &model.krate;
    let (ty, condition) = match field.role {
        Role::Active => (model.tangent_of(&field.ty), TokenStream::new()),
        Role::Passive => (quote!(#krate::NoTangent), TokenStream::new()),
        Role::NoGrad => {
            let marker = marker(variant, field);
            let stores = alias.to_string().starts_with("__store");
            let condition = stores.then(|| quote!(where for<'__bp> #krate::__private::NoGradField: #marker));
            (quote!(#krate::NoTangent), condition.unwrap_or_default())
        }
    };
    let vis = as_generated(match variant {
        Some(_) => model.vis.to_token_stream(),
        None => field.vis.to_token_stream(),
    });
    quote! {
        #[doc(hidden)]
        #[inline]
        #vis fn #alias(&mut self) -> &mut #ty #condition { self.#target() }
    }
}

fn slot(model: &Model, variant: Option<&Variant>, shape: &Shape, field: &Field) -> TokenStream {
    let Some(Variant { ident, .. }) = variant else {
        let member = &field.member;
        return quote!(&mut self.#member);
    };
    let Body::Enum(variants) = &model.body else { return TokenStream::new() };
    let (krate, tangent, name) = (&model.krate, model.tangent.to_string(), ident.to_string());
    let others = (variants.len() > 1).then(
        || quote!(__bp_other => #krate::__private::no_such_payload(#tangent, #name, __bp_other.__variant()),),
    );
    let local = field.local("a");
    let pattern = match &field.member {
        syn::Member::Named(member) => quote!({ #member: #local, .. }),
        syn::Member::Unnamed(_) => visit::pattern(Side::Tangent, shape, "a"),
    };
    let pattern = keep_only(pattern, shape, field);
    quote!(match self { Self::#ident #pattern => #local, #others })
}

/// Replaces the locals of the other fields by `_`.
fn keep_only(pattern: TokenStream, shape: &Shape, field: &Field) -> TokenStream {
    match field.member {
        syn::Member::Named(_) => pattern,
        syn::Member::Unnamed(_) => shape.with_slots(&quote!(_), |other| {
            let local = field.local("a");
            if other.member == field.member {
                quote!(#local)
            } else {
                quote!(_)
            }
        }),
    }
}

/// The names of the variants, for messages.
fn variant_name(model: &Model, variants: &[Variant]) -> TokenStream {
    let arms = variants.iter().map(|Variant { ident, .. }| {
        let name = ident.to_string();
        quote!(Self::#ident { .. } => #name,)
    });
    let vis = as_generated(model.vis.to_token_stream());
    quote! {
        #[doc(hidden)]
        #vis fn __variant(&self) -> &'static ::core::primitive::str {
            match self { #(#arms)* }
        }
    }
}

/// One trait for each `#[no_grad]` field, which nothing implements and whose message names the field.
fn markers(model: &Model) -> TokenStream {
    let fields: Vec<(Option<&Variant>, &Field)> = match &model.body {
        Body::Struct(shape) => shape.fields.iter().map(|field| (None, field)).collect(),
        Body::Enum(variants) => {
            let fields = variants
                .iter()
                .flat_map(|variant| variant.shape.fields.iter().map(move |f| (Some(variant), f)));
            fields.collect()
        }
    };
    let ident = &model.ident;
    let markers =
        fields.into_iter().filter(|(_, field)| field.role == Role::NoGrad).map(|(variant, field)| {
            let marker = marker(variant, field);
            let owner =
                variant.map_or_else(|| ident.to_string(), |variant| format!("{ident}::{}", variant.ident));
            let message = format!(
                "an active value is stored in `{}` of `{owner}`, which is `#[no_grad]`",
                field.shown()
            );
            quote! {
                #[diagnostic::on_unimplemented(
                    message = #message,
                    label = "its gradient would be lost here",
                    note = "remove `#[no_grad]` from the field, or store `backprop::detach(..)` of the value"
                )]
                pub trait #marker {}
            }
        });
    quote!(#(#markers)*)
}

/// The tokens of a visibility with the span of generated code: clippy takes the first token of a function for
/// its author's.
fn as_generated(tokens: TokenStream) -> TokenStream {
    let tokens = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let mut group = Group::new(group.delimiter(), as_generated(group.stream()));
            group.set_span(Span::call_site());
            TokenTree::Group(group)
        }
        TokenTree::Ident(mut ident) => {
            ident.set_span(ident.span().resolved_at(Span::call_site()));
            TokenTree::Ident(ident)
        }
        other @ (TokenTree::Punct(_) | TokenTree::Literal(_)) => other,
    });
    tokens.collect()
}

fn marker(variant: Option<&Variant>, field: &Field) -> Ident {
    accessor("__NoGrad", variant, field)
}

/// `<prefix>_<field>`, or `<prefix>_<Variant>__<field>`.
fn accessor(prefix: &str, variant: Option<&Variant>, field: &Field) -> Ident {
    match variant {
        None => field.named(prefix),
        Some(variant) => field.named(&format_ident!("{}_{}_", prefix, variant.ident).to_string()),
    }
}
