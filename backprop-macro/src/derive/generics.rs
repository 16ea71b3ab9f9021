//! What the tangent type is generic over.
//!
//! `struct Model<'a, T: Real, Tag> { w: Vec<T>, #[no_grad] name: &'a str, tag: PhantomData<Tag> }` has
//! `ModelTangent<T: Real> where T: Differentiable`: a parameter that only passive fields name would be
//! unused there, and an error.

use proc_macro2::{TokenStream, TokenTree};
use quote::{quote, ToTokens};
use std::collections::BTreeSet;
use syn::visit::Visit;
use syn::{GenericParam, Generics, Path, Type, TypePath, WherePredicate};

/// The generics of the tangent type, and what every impl needs to hold.
pub struct TangentGenerics {
    /// The parameters that active fields name, with bounds on `Differentiable`.
    pub kept: Generics,
    /// The same for impls on the tangent, where a field whose type lacks the derive shall not be reported again.
    pub assumed: Generics,
    /// The generics of the type itself, with the bounds of `kept`.
    pub bounded: Generics,
}

impl TangentGenerics {
    pub fn new(generics: &Generics, active: &[&Type], krate: &Path) -> Self {
        let names: BTreeSet<String> = generics.params.iter().map(name).collect();
        let used = mentioned(active.iter().map(ToTokens::to_token_stream), &names);
        let dropped: BTreeSet<String> = names.difference(&used).cloned().collect();
        let mut kept = without(generics, &dropped);
        let mut bounded = generics.clone();
        for ty in bounds(generics, active) {
            let predicate: WherePredicate = syn::parse_quote!(#ty: #krate::Differentiable);
            kept.make_where_clause().predicates.push(predicate.clone());
            bounded.make_where_clause().predicates.push(predicate);
        }
        let mut assumed = kept.clone();
        let mut seen = BTreeSet::new();
        for ty in active.iter().filter(|ty| !is_known(ty) && seen.insert(quote!(#ty).to_string())) {
            let predicate = syn::parse_quote!(for<'__bp> #ty: #krate::Differentiable);
            assumed.make_where_clause().predicates.push(predicate);
        }
        Self { kept, assumed, bounded }
    }
}

/// Whether a type has a tangent by its looks: a float, or an array of such.
fn is_known(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.is_ident("f64") || path.path.is_ident("f32"),
        Type::Array(array) => is_known(&array.elem),
        _ => false,
    }
}

/// The parameters not in `dropped`, and the bounds that name none of those.
fn without(generics: &Generics, dropped: &BTreeSet<String>) -> Generics {
    let clean = |tokens: TokenStream| mentioned([tokens], dropped).is_empty();
    let mut kept = generics.clone();
    kept.params = generics.params.iter().filter(|param| !dropped.contains(&name(param))).cloned().collect();
    for param in &mut kept.params {
        match param {
            GenericParam::Lifetime(lifetime) => {
                lifetime.bounds =
                    lifetime.bounds.iter().filter(|bound| clean(bound.to_token_stream())).cloned().collect();
            }
            GenericParam::Type(ty) => {
                ty.bounds =
                    ty.bounds.iter().filter(|bound| clean(bound.to_token_stream())).cloned().collect();
            }
            GenericParam::Const(_) => {}
        }
    }
    if let Some(clause) = &mut kept.where_clause {
        let predicates = clause.predicates.iter();
        clause.predicates =
            predicates.filter(|predicate| clean(predicate.to_token_stream())).cloned().collect();
    }
    kept
}

/// The name of a parameter, a lifetime with its quote.
fn name(param: &GenericParam) -> String {
    match param {
        GenericParam::Lifetime(lifetime) => lifetime.lifetime.to_string(),
        GenericParam::Type(ty) => ty.ident.to_string(),
        GenericParam::Const(konst) => konst.ident.to_string(),
    }
}

/// Which of `names` occur in the tokens.
fn mentioned(tokens: impl IntoIterator<Item = TokenStream>, names: &BTreeSet<String>) -> BTreeSet<String> {
    fn collect(tokens: TokenStream, names: &BTreeSet<String>, found: &mut BTreeSet<String>) {
        let mut after_quote = false;
        for token in tokens {
            let quoted = std::mem::take(&mut after_quote);
            match token {
                TokenTree::Group(group) => collect(group.stream(), names, found),
                TokenTree::Ident(ident) => {
                    let name = if quoted { format!("'{ident}") } else { ident.to_string() };
                    if names.contains(&name) {
                        found.insert(name);
                    }
                }
                TokenTree::Punct(punct) => after_quote = punct.as_char() == '\'',
                TokenTree::Literal(_) => {}
            }
        }
    }
    let mut found = BTreeSet::new();
    for tokens in tokens {
        collect(tokens, names, &mut found);
    }
    found
}

/// The types that must be `Differentiable` for all active fields to be: parameters and their projections.
fn bounds(generics: &Generics, active: &[&Type]) -> Vec<TokenStream> {
    let mut collector = Collector {
        params: generics.type_params().map(|param| param.ident.to_string()).collect(),
        seen: BTreeSet::new(),
        types: Vec::new(),
    };
    for ty in active {
        collector.visit_type(ty);
    }
    collector.types
}

struct Collector {
    params: BTreeSet<String>,
    seen: BTreeSet<String>,
    types: Vec<TokenStream>,
}

impl<'ast> Visit<'ast> for Collector {
    fn visit_type_path(&mut self, ty: &'ast TypePath) {
        let first = ty.path.segments.first().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let is_projection = match &ty.qself {
            Some(qself) => !mentioned([qself.ty.to_token_stream()], &self.params).is_empty(),
            None => ty.path.leading_colon.is_none() && self.params.contains(&first),
        };
        if !is_projection {
            syn::visit::visit_type_path(self, ty);
        } else if self.seen.insert(quote!(#ty).to_string()) {
            self.types.push(quote!(#ty));
        }
    }
}
