//! Parameters that are functions: `impl Fn(f64) -> f64`, `F` with such a bound, and references to these.
//!
//! ```text
//! f: &impl Fn(&[f64]) -> f64   →   FunctionParam { inputs: [Ref Slice(f64)], output: f64, active, by_ref }
//! ```

use super::types::lower_type;
use crate::model::{FunctionInput, FunctionParam, Generics, Pass};
use crate::source::Source;
use proc_macro2::Ident;
use quote::{quote, ToTokens};
use syn::punctuated::Punctuated;
use syn::{
    FnArg, GenericParam, ParenthesizedGenericArguments, PathArguments, ReturnType, Signature, Token, Type,
    TypeParamBound, WherePredicate,
};

type Bounds = Punctuated<TypeParamBound, Token![+]>;

/// What kind of function the type is, if it is one whose signature can be seen.
pub fn function(
    ty: &Type,
    sig: &Signature,
    reals: &[Ident],
    no_grad: bool,
    source: &mut Source,
) -> Option<FunctionParam> {
    let (ty, by_ref) = match strip(ty) {
        Type::Reference(r) if r.mutability.is_none() => (strip(&r.elem), true),
        other => (other, false),
    };
    let (arguments, active) = match ty {
        Type::ImplTrait(t) => (from_bounds(&t.bounds)?, true),
        Type::TraitObject(t) if by_ref => (from_bounds(&t.bounds)?, false),
        Type::Path(path) => (from_bounds(&bounds_of(path.path.get_ident()?, sig)?)?, true),
        _ => return None,
    };
    let mut inputs = Vec::new();
    for argument in &arguments.inputs {
        inputs.push(input(&argument.ty, reals, source)?);
    }
    let (output, class) = match &arguments.output {
        ReturnType::Type(_, ty) => (ty.to_token_stream(), lower_type(ty, reals, source)),
        ReturnType::Default => return None,
    };
    Some(FunctionParam { inputs, output, class, active: active && !no_grad, by_ref })
}

fn strip(ty: &Type) -> &Type {
    match ty {
        Type::Paren(p) => strip(&p.elem),
        Type::Group(g) => strip(&g.elem),
        other => other,
    }
}

/// `&mut` is not passed on.
fn input(ty: &Type, reals: &[Ident], source: &mut Source) -> Option<FunctionInput> {
    let (pass, inner) = match strip(ty) {
        Type::Reference(r) if r.mutability.is_some() => return None,
        Type::Reference(r) => (Pass::Ref, strip(&r.elem)),
        other => (Pass::Value, other),
    };
    let class = lower_type(inner, reals, source);
    Some(FunctionInput { ty: ty.to_token_stream(), inner: inner.to_token_stream(), pass, class })
}

/// `Fn(f64) -> f64` among the bounds.
fn from_bounds(bounds: &Bounds) -> Option<ParenthesizedGenericArguments> {
    bounds.iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let last = bound.path.segments.last()?;
        let PathArguments::Parenthesized(arguments) = &last.arguments else { return None };
        let known = ["Fn", "FnMut", "FnOnce"].iter().any(|name| last.ident == name);
        known.then(|| arguments.clone())
    })
}

/// The bounds of a type parameter that stands for one parameter alone.
fn bounds_of(name: &Ident, sig: &Signature) -> Option<Bounds> {
    let mut all = Bounds::new();
    let mut found = false;
    for param in &sig.generics.params {
        if let GenericParam::Type(p) = param {
            if p.ident == *name {
                found = true;
                all.extend(p.bounds.iter().cloned());
            }
        }
    }
    for predicate in sig.generics.where_clause.iter().flat_map(|c| &c.predicates) {
        if let WherePredicate::Type(p) = predicate {
            if is_name(&p.bounded_ty, name) {
                all.extend(p.bounds.iter().cloned());
            }
        }
    }
    let inputs = &sig.inputs;
    let output = &sig.output;
    let uses = mentioned(&quote!(#inputs #output), name);
    (found && uses == 1).then_some(all)
}

fn is_name(ty: &Type, name: &Ident) -> bool {
    matches!(strip(ty), Type::Path(p) if p.path.get_ident() == Some(name))
}

fn mentioned(tokens: &proc_macro2::TokenStream, name: &Ident) -> usize {
    let count = |t: proc_macro2::TokenTree| match t {
        proc_macro2::TokenTree::Ident(i) => usize::from(i == *name),
        proc_macro2::TokenTree::Group(g) => mentioned(&g.stream(), name),
        proc_macro2::TokenTree::Punct(_) | proc_macro2::TokenTree::Literal(_) => 0,
    };
    tokens.clone().into_iter().map(count).sum()
}

/// The type parameters that are functions.
pub fn function_generics(sig: &Signature, reals: &[Ident]) -> Vec<Ident> {
    let mut all = Vec::new();
    for input in &sig.inputs {
        let FnArg::Typed(typed) = input else { continue };
        if function(&typed.ty, sig, reals, false, &mut Source::default()).is_none() {
            continue;
        }
        let ty = match strip(&typed.ty) {
            Type::Reference(r) => strip(&r.elem),
            other => other,
        };
        if let Type::Path(path) = ty {
            all.extend(path.path.get_ident().cloned());
        }
    }
    all
}

/// The generics without these.
pub fn without(generics: &syn::Generics, functions: &[Ident], whole: &Generics) -> Option<Box<Generics>> {
    if functions.is_empty() {
        return None;
    }
    let mut rest = generics.clone();
    let keep = |p: &GenericParam| !matches!(p, GenericParam::Type(p) if functions.contains(&p.ident));
    rest.params = generics.params.iter().filter(|p| keep(p)).cloned().collect();
    if let Some(clause) = &mut rest.where_clause {
        let about = |p: &WherePredicate| match p {
            WherePredicate::Type(p) => functions.iter().any(|f| is_name(&p.bounded_ty, f)),
            _ => false,
        };
        let kept: Punctuated<_, _> = clause.predicates.iter().filter(|p| !about(p)).cloned().collect();
        clause.predicates = kept;
        if clause.predicates.is_empty() {
            rest.where_clause = None;
        }
    }
    let mut out = super::signature::generics(&rest);
    out.reals.clone_from(&whole.reals);
    Some(Box::new(out))
}
