//! From tokens to the model. All errors of an item are reported together.

use proc_macro2::{Span, TokenStream};
use quote::format_ident;
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Data, DeriveInput, Error, Fields, Meta, Path, Result, Type};

use super::generics::TangentGenerics;
use super::model::{Body, Field, Layout, Model, Role, Shape, Variant};
use super::passive::is_passive;

/// Collects errors until the end of the stage.
#[derive(Default)]
struct Errors(Option<Error>);

impl Errors {
    fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    fn finish(self) -> Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}

pub fn parse(input: TokenStream) -> Result<Model> {
    let input: DeriveInput = syn::parse2(input)?;
    let mut errors = Errors::default();
    let krate = item_attributes(&input.attrs, &mut errors);
    let body = body(&input, &mut errors);
    errors.finish()?;
    let (_, type_generics, _) = input.generics.split_for_impl();
    let (ident, mut body) = (&input.ident, body);
    spell_out_self(&mut body, &syn::parse_quote!(#ident #type_generics));

    let shapes: Vec<&Shape> = match &body {
        Body::Struct(shape) => vec![shape],
        Body::Enum(variants) => variants.iter().map(|variant| &variant.shape).collect(),
    };
    let active: Vec<&Type> = shapes.into_iter().flat_map(Shape::active).map(|field| &field.ty).collect();
    let tangent_generics = TangentGenerics::new(&input.generics, &active, &krate);
    let tangent_span = input.ident.span().resolved_at(Span::mixed_site());
    Ok(Model {
        krate,
        vis: input.vis,
        tangent: format_ident!("{}Tangent", input.ident, span = tangent_span),
        ident: input.ident,
        generics: input.generics,
        tangent_generics,
        lints: allowed(&input.attrs),
        body,
    })
}

/// The lints of `#[allow(..)]` and `#[expect(..)]`.
fn allowed(attributes: &[Attribute]) -> Vec<TokenStream> {
    let lints = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("allow") || list.path.is_ident("expect") => {
            Some(list.tokens.clone())
        }
        Meta::List(_) | Meta::Path(_) | Meta::NameValue(_) => None,
    });
    lints.collect()
}

/// `Self` in the type of a field is another type in the tangent.
fn spell_out_self(body: &mut Body, this: &Type) {
    struct SpellOut<'a>(&'a Type);
    impl VisitMut for SpellOut<'_> {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            match ty {
                Type::Path(path) if path.qself.is_none() && path.path.is_ident("Self") => {
                    *ty = self.0.clone()
                }
                _ => syn::visit_mut::visit_type_mut(self, ty),
            }
        }
    }
    let shapes: Vec<&mut Shape> = match body {
        Body::Struct(shape) => vec![shape],
        Body::Enum(variants) => variants.iter_mut().map(|variant| &mut variant.shape).collect(),
    };
    for field in shapes.into_iter().flat_map(|shape| &mut shape.fields) {
        SpellOut(this).visit_type_mut(&mut field.ty);
    }
}

fn body(input: &DeriveInput, errors: &mut Errors) -> Body {
    match &input.data {
        Data::Struct(data) => Body::Struct(shape(&data.fields, errors)),
        Data::Enum(data) => {
            if data.variants.is_empty() {
                errors.push(Error::new(input.ident.span(), "an enum without variants has no tangent"));
            }
            let variants = data.variants.iter().map(|variant| {
                no_attributes(&variant.attrs, "a variant", errors);
                Variant { ident: variant.ident.clone(), shape: shape(&variant.fields, errors) }
            });
            Body::Enum(variants.collect())
        }
        Data::Union(data) => {
            let message = "a union has no tangent: which of its fields is valid is not known";
            errors.push(Error::new(data.union_token.span(), message));
            Body::Enum(Vec::new())
        }
    }
}

fn shape(fields: &Fields, errors: &mut Errors) -> Shape {
    let layout = match fields {
        Fields::Named(_) => Layout::Named,
        Fields::Unnamed(_) => Layout::Tuple,
        Fields::Unit => Layout::Unit,
    };
    let fields = fields.iter().zip(fields.members()).map(|(field, member)| Field {
        vis: field.vis.clone(),
        member,
        ty: field.ty.clone(),
        role: role(field, errors),
    });
    Shape { layout, fields: fields.collect() }
}

fn role(field: &syn::Field, errors: &mut Errors) -> Role {
    let mut role = if is_passive(&field.ty) { Role::Passive } else { Role::Active };
    for attribute in &field.attrs {
        if attribute.path().is_ident("no_grad") {
            match &attribute.meta {
                Meta::Path(_) => role = Role::NoGrad,
                Meta::List(_) | Meta::NameValue(_) => {
                    errors.push(Error::new_spanned(attribute, "`#[no_grad]` takes no arguments"));
                }
            }
        } else if attribute.path().is_ident("differentiable") {
            let message = "`#[differentiable(..)]` belongs on the type; fields take `#[no_grad]`";
            errors.push(Error::new_spanned(attribute, message));
        }
    }
    role
}

/// `#[differentiable(crate = path)]`; the path of the runtime.
fn item_attributes(attributes: &[Attribute], errors: &mut Errors) -> Path {
    let mut krate: Path = syn::parse_quote!(::backprop);
    for attribute in attributes {
        if attribute.path().is_ident("no_grad") {
            let message =
                "`#[no_grad]` belongs on a field; a type without the derive is not differentiated at all";
            errors.push(Error::new_spanned(attribute, message));
        }
        if !attribute.path().is_ident("differentiable") {
            continue;
        }
        let parsed = attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("crate") {
                return Err(meta.error("unknown option: `#[differentiable(..)]` takes `crate = path`"));
            }
            krate = meta.value()?.call(Path::parse_mod_style)?;
            Ok(())
        });
        if let Err(error) = parsed {
            errors.push(error);
        }
    }
    krate
}

fn no_attributes(attributes: &[Attribute], place: &str, errors: &mut Errors) {
    for attribute in attributes {
        for name in ["no_grad", "differentiable"] {
            if attribute.path().is_ident(name) {
                errors.push(Error::new_spanned(attribute, format!("`#[{name}]` doesn't belong on {place}")));
            }
        }
    }
}
