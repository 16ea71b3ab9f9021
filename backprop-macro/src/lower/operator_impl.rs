//! `#[grad]` on the `impl` of an operator: its method as a function of its own, which the compiler takes like any other.
//!
//! ```text
//! impl Mul<f64> for V3 { type Output = V3; fn mul(self, k: f64) -> Self { Self { x: self.x * k, .. } } }
//!   →
//! fn __bp_mul(__self: V3, k: f64) -> V3 { V3 { x: __self.x * k, .. } }
//! ```
//! Other traits have no place for a gradient: nobody could call it.

use crate::diag::{at, catalog, Errors};
use crate::model::{Operator, OperatorOperand, Pass};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, ToTokens};
use syn::{FnArg, GenericArgument, GenericParam, ImplItem, ItemImpl, PathArguments, Type};

const BINARY: [&str; 5] = ["Add", "Sub", "Mul", "Div", "Rem"];
const ASSIGN: [&str; 5] = ["AddAssign", "SubAssign", "MulAssign", "DivAssign", "RemAssign"];

/// The operator that the item implements; `None`: it is something else.
pub fn operator(item: &TokenStream) -> Option<Result<Operator, Errors>> {
    let is_impl = |t: &TokenTree| matches!(t, TokenTree::Ident(i) if i == "impl");
    if !item.clone().into_iter().any(|t| is_impl(&t)) {
        return None;
    }
    let item: ItemImpl = syn::parse2(item.clone()).ok()?;
    let (path, _) = item.trait_.as_ref()?;
    let name = path.segments.last()?.ident.to_string();
    let known = name == "Neg" || [BINARY, ASSIGN].iter().flatten().any(|known| *known == name);
    known.then(|| taken_apart(&item))
}

fn taken_apart(item: &ItemImpl) -> Result<Operator, Errors> {
    let incomplete = || Errors::from(catalog::not_read(at(&item.self_ty), "an operator's method is missing"));
    let (path, _) = item.trait_.as_ref().ok_or_else(incomplete)?;
    let segment = path.segments.last().ok_or_else(incomplete)?;
    let mut method = None;
    let mut output = None;
    for inner in &item.items {
        match inner {
            ImplItem::Fn(f) => method = Some(f),
            ImplItem::Type(ty) => output = Some(&ty.ty),
            // Not in an operator's trait, as rustc says.
            ImplItem::Const(_) | ImplItem::Macro(_) | ImplItem::Verbatim(_) => {}
            _ => {}
        }
    }
    let method = method.ok_or_else(incomplete)?;
    let own = OwnType { ty: &item.self_ty, output };
    let rhs = match &segment.arguments {
        PathArguments::AngleBracketed(all) => all.args.iter().find_map(|a| match a {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        }),
        PathArguments::None | PathArguments::Parenthesized(_) => None,
    };
    let assign = segment.ident.to_string().ends_with("Assign");
    let mut lhs = operand(&item.self_ty, &own);
    if assign {
        lhs.pass = Pass::RefMut;
    }
    let rhs = (segment.ident != "Neg").then(|| operand(rhs.unwrap_or(&item.self_ty), &own));
    let name = format_ident!("__bp_{}", method.sig.ident, span = method.sig.ident.span());
    let span = Span::mixed_site();
    let mut params = Vec::new();
    let mut arguments = Vec::new();
    for (k, input) in method.sig.inputs.iter().enumerate() {
        let argument = format_ident!("__{k}", span = span);
        match input {
            FnArg::Receiver(receiver) => {
                let mutability = &receiver.mutability;
                let ty = &item.self_ty;
                let this = Ident::new("__self", receiver.self_token.span);
                let ty = if assign { quote!(&mut #ty) } else { quote!(#ty) };
                params.push((quote!(#mutability #this: #ty), quote!(#argument: #ty)));
            }
            FnArg::Typed(typed) => {
                let ty = own.replaced(typed.ty.to_token_stream());
                let pat = own.replaced(typed.pat.to_token_stream());
                let attrs = &typed.attrs;
                params.push((quote!(#(#attrs)* #pat: #ty), quote!(#argument: #ty)));
            }
        }
        arguments.push(quote!(#argument));
    }
    let (inner, outer): (Vec<_>, Vec<_>) = params.into_iter().unzip();
    let (generics, bounds) = (&item.generics, own.replaced(item.generics.where_clause.to_token_stream()));
    let listed = listed(&item.generics.params.iter().collect::<Vec<_>>());
    let result = own.replaced(method.sig.output.to_token_stream());
    let body = own.replaced(method.block.to_token_stream());
    let (self_ty, called) = (&item.self_ty, &method.sig.ident);
    let path = own.replaced(path.to_token_stream());
    let attrs = item.attrs.iter().filter(|a| a.path().is_ident("cfg"));
    Ok(Operator {
        cfgs: attrs.map(ToTokens::to_token_stream).collect(),
        function: quote!(fn #name #listed (#(#inner),*) #result #bounds #body),
        caller: quote! {
            fn #name #listed (#(#outer),*) #result #bounds {
                <#self_ty as #path>::#called(#(#arguments),*)
            }
        },
        name,
        of: segment.ident.clone(),
        params: listed_without_lifetimes(generics),
        types: generics.params.iter().filter_map(parameter_name).collect(),
        bounds,
        lhs,
        rhs,
        output: if assign { None } else { output.map(|ty| own.replaced(ty.to_token_stream())) },
    })
}

fn listed(params: &[&GenericParam]) -> TokenStream {
    if params.is_empty() {
        return TokenStream::new();
    }
    quote!(<#(#params),*>)
}

/// The lifetimes are those of the operands' references.
fn listed_without_lifetimes(generics: &syn::Generics) -> TokenStream {
    let is_type = |p: &&GenericParam| !matches!(p, GenericParam::Lifetime(_));
    listed(&generics.params.iter().filter(is_type).collect::<Vec<_>>())
}

fn parameter_name(param: &GenericParam) -> Option<Ident> {
    match param {
        GenericParam::Type(p) => Some(p.ident.clone()),
        GenericParam::Const(p) => Some(p.ident.clone()),
        GenericParam::Lifetime(_) => None,
    }
}

fn operand(ty: &Type, own: &OwnType<'_>) -> OperatorOperand {
    match ty {
        Type::Reference(r) => {
            let pass = if r.mutability.is_some() { Pass::RefMut } else { Pass::Ref };
            OperatorOperand { ty: own.replaced(r.elem.to_token_stream()), pass }
        }
        Type::Paren(inner) => operand(&inner.elem, own),
        Type::Group(inner) => operand(&inner.elem, own),
        other => OperatorOperand { ty: own.replaced(other.to_token_stream()), pass: Pass::Value },
    }
}

/// What `Self` and `Self::Output` stand for, outside of the `impl`.
struct OwnType<'a> {
    ty: &'a Type,
    output: Option<&'a Type>,
}

impl OwnType<'_> {
    /// The same tokens where there is no `self` and no `Self`.
    fn replaced(&self, tokens: TokenStream) -> TokenStream {
        let mut out = TokenStream::new();
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => {
                    let mut inner = Group::new(group.delimiter(), self.replaced(group.stream()));
                    inner.set_span(group.span());
                    out.extend([TokenTree::Group(inner)]);
                }
                TokenTree::Ident(ident) if ident == "self" => {
                    out.extend([TokenTree::Ident(Ident::new("__self", ident.span()))]);
                }
                TokenTree::Ident(ident) if ident == "Self" => {
                    let rest: Vec<String> = tokens.clone().take(3).map(|t| t.to_string()).collect();
                    let path =
                        rest.first().is_some_and(|t| t == ":") && rest.get(1).is_some_and(|t| t == ":");
                    match self.output {
                        Some(output) if path && rest.get(2).is_some_and(|t| t == "Output") => {
                            tokens.by_ref().take(3).for_each(drop);
                            let output = self.replaced(output.to_token_stream());
                            out.extend(quote!(#output));
                        }
                        _ => out.extend(self.written(path)),
                    }
                }
                other => out.extend([other]),
            }
        }
        out
    }

    /// The type, as an expression can name it too: `V3::<T>`.
    fn written(&self, in_path: bool) -> TokenStream {
        let ty = self.ty;
        match ty {
            Type::Path(path) if path.qself.is_none() => {
                let mut path = path.path.clone();
                for segment in &mut path.segments {
                    if let PathArguments::AngleBracketed(args) = &mut segment.arguments {
                        args.colon2_token = Some(syn::Token![::](Span::mixed_site()));
                    }
                }
                quote!(#path)
            }
            _ if in_path => quote!(<#ty>),
            _ => quote!(#ty),
        }
    }
}
