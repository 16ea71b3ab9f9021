//! What the derive knows about an item: its cases, their fields, and the role of each field.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Ident, Path, Type, Visibility};

use super::generics::TangentGenerics;

/// A struct or an enum.
pub struct Model {
    /// Where the generated code finds the runtime.
    pub krate: Path,
    pub vis: Visibility,
    pub ident: Ident,
    /// The name of the tangent type.
    pub tangent: Ident,
    pub generics: syn::Generics,
    pub tangent_generics: TangentGenerics,
    /// What the item allows, or expects, its tangent has as well: `non_snake_case`.
    pub lints: Vec<TokenStream>,
    pub body: Body,
}

/// A struct has one case, an enum one per variant.
pub enum Body {
    Struct(Shape),
    Enum(Vec<Variant>),
}

pub struct Variant {
    pub ident: Ident,
    pub shape: Shape,
}

/// The fields of a struct or of a variant.
pub struct Shape {
    pub layout: Layout,
    pub fields: Vec<Field>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    Named,
    Tuple,
    Unit,
}

pub struct Field {
    pub vis: Visibility,
    pub member: syn::Member,
    pub ty: Type,
    pub role: Role,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It has a slot in the tangent.
    Active,
    /// Its type has no floats.
    Passive,
    /// The user says that it is a constant.
    NoGrad,
}

impl Model {
    pub fn shapes(&self) -> Vec<&Shape> {
        match &self.body {
            Body::Struct(shape) => vec![shape],
            Body::Enum(variants) => variants.iter().map(|variant| &variant.shape).collect(),
        }
    }

    pub fn active_types(&self) -> impl Iterator<Item = &Type> {
        self.shapes().into_iter().flat_map(Shape::active).map(|field| &field.ty)
    }

    /// `<Type as Differentiable>::Tangent`, at the place of the type: that is where the derive may be missing.
    pub fn tangent_of(&self, ty: &Type) -> TokenStream {
        let krate = &self.krate;
        quote_spanned!(ty.span().resolved_at(Span::call_site())=> <#ty as #krate::Differentiable>::Tangent)
    }
}

impl Shape {
    pub fn active(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.role == Role::Active)
    }

    /// The fields of the tangent: `None` where a passive one keeps the place of a tuple field.
    pub fn slots(&self) -> Vec<Option<&Field>> {
        let mut slots: Vec<_> =
            self.fields.iter().map(|field| (field.role == Role::Active).then_some(field)).collect();
        if self.layout == Layout::Named {
            slots.retain(Option::is_some);
        }
        while slots.last().is_some_and(Option::is_none) {
            slots.pop();
        }
        slots
    }

    /// A constructor or a pattern of the tangent, given what stands for an active field.
    pub fn with_slots(&self, placeholder: &TokenStream, each: impl Fn(&Field) -> TokenStream) -> TokenStream {
        let slots = self.slots().into_iter().map(|slot| slot.map_or_else(|| placeholder.clone(), &each));
        match self.layout {
            Layout::Named => {
                let members = self.active().map(|field| &field.member);
                quote!({ #(#members: #slots),* })
            }
            Layout::Tuple => quote!((#(#slots),*)),
            Layout::Unit => TokenStream::new(),
        }
    }
}

impl Field {
    /// A local for this field, unlike any of the user's names: a constant of the same name in the user's scope
    /// would turn the binding into a comparison.
    pub fn local(&self, side: &str) -> Ident {
        self.named(&format!("__bp_{side}"))
    }

    /// `<prefix>_<field>`.
    pub fn named(&self, prefix: &str) -> Ident {
        match &self.member {
            syn::Member::Named(ident) => format_ident!("{}_{}", prefix, ident, span = self.generated_span()),
            syn::Member::Unnamed(index) => {
                format_ident!("{}_{}", prefix, index.index, span = self.generated_span())
            }
        }
    }

    /// The place of the field with the resolution of generated code, so that lints know who wrote it.
    fn generated_span(&self) -> Span {
        let span = match &self.member {
            syn::Member::Named(ident) => ident.span(),
            syn::Member::Unnamed(index) => index.span,
        };
        span.resolved_at(Span::mixed_site())
    }

    /// The name without `r#`, for messages and docs.
    pub fn shown(&self) -> String {
        match &self.member {
            syn::Member::Named(ident) => ident.unraw().to_string(),
            syn::Member::Unnamed(index) => index.index.to_string(),
        }
    }
}
