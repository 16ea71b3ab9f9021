//! The companion of a function with an error: every name is there with its type, and nothing can run, so that uses of
//! the companion cause no second error.

use super::core::drop_unused;
use super::generics::Mentioned;
use super::signature::{Item, Signature};
use super::{dot, fwd, jvp, lanes, vjp};
use crate::ir::Ty;
use proc_macro2::TokenStream;

pub fn forms(signature: &Signature<'_>) -> TokenStream {
    let mut all = TokenStream::new();
    if signature.in_out().is_empty() {
        match signature.model.output.class {
            Ty::Float(_) => all.extend(gradients(signature)),
            // A type parameter, perhaps, whose bounds are the error.
            Ty::Adt(..) | Ty::Unknown | Ty::Passive(_) => {
                for name in ["grad", "value_and_grad"] {
                    all.extend(never(signature, name, unused(signature), q!(!)));
                }
            }
            Ty::Int
            | Ty::Bool
            | Ty::Array(..)
            | Ty::Slice(_)
            | Ty::Vec(_)
            | Ty::Tuple(_)
            | Ty::Option(_)
            | Ty::Boxed(_) => {}
        }
    }
    all.extend(pullbacks(signature));
    if signature.model.options.forward || signature.model.options.second_order {
        all.extend(tangents(signature));
    }
    all
}

/// `grad` and `value_and_grad` of a function that differentiates its parameters, for which plain code has no
/// derivatives: they can be named, and say so.
pub fn for_callers(signature: &Signature<'_>) -> TokenStream {
    if !signature.model.output.class.is_float() || !signature.in_out().is_empty() {
        return TokenStream::new();
    }
    let (y, g, params) = (signature.output().clone(), signature.gradient_type(), unused(signature));
    let mut all = never(signature, "grad", params.clone(), g.clone());
    all.extend(never(signature, "value_and_grad", params, q!((#y, #g))));
    all
}

/// A parameter that nobody reads.
fn unused(signature: &Signature<'_>) -> Vec<TokenStream> {
    (0..signature.params.len())
        .map(|k| {
            let ty = &signature.params[k].model.ty;
            if signature.params[k].receiver {
                signature.declaration(k)
            } else {
                q!(_: #ty)
            }
        })
        .collect()
}

fn never(
    signature: &Signature<'_>,
    name: &str,
    params: Vec<TokenStream>,
    output: TokenStream,
) -> TokenStream {
    let doc = Some(" Not available here.".to_string());
    let body = q!(::core::unreachable!());
    signature.item(&signature.public(name), Item { doc, params, output, body, ..Item::default() })
}

/// The function itself may be one that can't be called like this.
pub fn value(signature: &Signature<'_>) -> TokenStream {
    never(signature, "value", unused(signature), signature.output().clone())
}

fn gradients(signature: &Signature<'_>) -> TokenStream {
    let (y, g, krate) = (signature.output().clone(), signature.gradient_type(), &signature.krate);
    let buffers: Vec<TokenStream> = signature
        .wrt()
        .into_iter()
        .map(|k| {
            let buffer = &signature.params[k].buffer;
            q!(_: &mut #buffer)
        })
        .collect();
    let params = unused(signature);
    let into = [params.clone(), buffers.clone()].concat();
    let seed = signature.output_tangent();
    let add = [params.clone(), vec![q!(_: #seed)], buffers].concat();
    let mut with = into.clone();
    with.insert(
        usize::from(signature.params.first().is_some_and(|p| p.receiver)),
        q!(_: &mut #krate::Workspace),
    );
    let mut all = never(signature, "grad", params.clone(), g.clone());
    all.extend(never(signature, "value_and_grad", params, q!((#y, #g))));
    all.extend(never(signature, "grad_into", into, y.clone()));
    all.extend(never(signature, "grad_add", add, y.clone()));
    all.extend(never(signature, "grad_with", with, y));
    all
}

/// `vjp` and `__fwd`, whose result has a type without a name.
fn pullbacks(signature: &Signature<'_>) -> TokenStream {
    let active: Vec<bool> = signature.params.iter().map(|p| p.model.differentiable).collect();
    let (inputs, _) = fwd::pullback_type(signature, &active);
    let krate = &signature.krate;
    let made = |closure: TokenStream| {
        let boxed = fwd::is_recursive(signature);
        if boxed {
            q!(#krate::__private::Box::new(#closure))
        } else {
            closure
        }
    };
    let y = signature.output();
    let never_y = q!(let __never = || -> #y { ::core::unreachable!() };);
    let closure = made(q!(move |#(_: #inputs),*| ::core::unreachable!()));
    let item = Item {
        params: unused(signature),
        output: fwd::output(signature, &active),
        body: q!(#never_y (__never(), #closure)),
        ..Item::default()
    };
    let mut all = signature.item(&signature.hidden("fwd"), item);
    all.extend(dot::forward(signature, &active));
    let (output, lifetime) = vjp::output(signature);
    let seed = signature.output_tangent();
    let buffers = signature.in_out().into_iter().map(|k| {
        let buffer = &signature.params[k].buffer;
        q!(_: &mut #buffer)
    });
    let body = q!(#never_y (__never(), move |_: #seed, #(#buffers),*| ::core::unreachable!()));
    let doc = Some(" Not available here.".to_string());
    let params = vjp::declarations(signature);
    let lets = signature.params.iter().filter(|p| !p.receiver).map(|p| {
        let ident = &p.ident;
        q!(let _ = #ident;)
    });
    let body = q!(#(#lets)* #body);
    all.extend(
        signature
            .item(&signature.public("vjp"), Item { doc, params, output, body, lifetime, ..Item::default() }),
    );
    all
}

fn tangents(signature: &Signature<'_>) -> TokenStream {
    let nothing = Mentioned::of(TokenStream::new());
    let declared = jvp::public_params(signature).into_iter().enumerate();
    let receiver = |k: usize| signature.params.get(k).is_some_and(|p| p.receiver);
    let params = declared.map(|(k, p)| if receiver(k) { p } else { drop_unused(p, &nothing) }).collect();
    let mut all = never(signature, "jvp", params, jvp::output(signature));
    let mut params = Vec::new();
    for (k, param) in unused(signature).into_iter().enumerate() {
        let ty = jvp::tangent_type(signature, k, signature.params[k].model.differentiable);
        params.extend([param, q!(_: ::core::option::Option<#ty>)]);
    }
    let item =
        Item { params, output: jvp::output(signature), body: q!(::core::unreachable!()), ..Item::default() };
    all.extend(signature.item(&signature.hidden("jvp"), item));
    let active: Vec<bool> = signature.params.iter().map(|p| p.model.differentiable).collect();
    all.extend(dot::tangent(signature, &active));
    all.extend(lanes::stub(signature, unused(signature), &active));
    all.extend(lanes::dotted(signature, &active));
    all
}
