//! `__fun`: the forward half in the shape of a closure that captures nothing, for callers that hand the function's name
//! to another differentiated function.
//!
//! ```text
//! integrate(square, a, b)   ─▶   integrate::__fwd(((), (), square::__fun), a, b)
//! ```

use super::core::local;
use super::fwd::pullback_type;
use super::jvp;
use super::signature::{Item, Signature};
use crate::model::{Pass, Receiver};
use proc_macro2::{Ident, TokenStream};

/// Can a closure have this signature?
fn fits(signature: &Signature<'_>) -> bool {
    signature.model.receiver != Receiver::Method
        && signature.params.iter().all(|p| p.model.pass != Pass::RefMut && p.model.function.is_none())
}

pub fn forward(signature: &Signature<'_>, active: &[bool]) -> TokenStream {
    if !fits(signature) {
        return TokenStream::new();
    }
    let (types, returned) = pullback_type(signature, active);
    let (seed, rest) = (&types[0], &types[1..]);
    let slot = q!(::core::option::Option<&mut ()>);
    let outs: Vec<Ident> = (0..signature.params.len()).map(|k| local(&format!("r{k}"))).collect();
    let names: Vec<Ident> = (0..rest.len()).map(|k| local(&format!("p{k}"))).collect();
    let (y, pullback, seed_name) = (local("y"), local("pullback"), local("seed"));
    let returned = strip(&returned);
    let captures = signature.captures(&signature.inner_lifetimes());
    let value = signature.output();
    let output = q! {
        (#value, impl ::core::ops::FnOnce(#seed, &(), #slot, &(), #(#rest),*) -> ((), #returned) #captures)
    };
    let call = signature.call(&signature.hidden("fwd"), &signature.arguments());
    let body = q! {
        let (#y, #pullback) = #call;
        (#y, #[inline(always)] move |#seed_name: #seed, _: &(), _: #slot, _: &(), #(#names: #rest),*| {
            let (#(#outs,)*) = #pullback(#seed_name, #(#names),*);
            ((), #(#outs,)*)
        })
    };
    let mut params = vec![q!(_: &()), q!(_: &())];
    params.extend(signature.declarations());
    signature.item(&signature.hidden("fun"), Item { params, output, body, ..Item::default() })
}

/// `(a, b,)` without its parentheses.
fn strip(tokens: &TokenStream) -> TokenStream {
    match tokens.clone().into_iter().next() {
        Some(proc_macro2::TokenTree::Group(group)) => group.stream(),
        Some(_) | None => TokenStream::new(),
    }
}

pub fn tangent(signature: &Signature<'_>, active: &[bool]) -> TokenStream {
    if !fits(signature) {
        return TokenStream::new();
    }
    let (mut params, mut arguments) =
        (vec![q!(_: &()), q!(_: ::core::option::Option<&()>), q!(_: &())], Vec::new());
    for (k, argument) in signature.arguments().into_iter().enumerate() {
        let (name, ty) = (signature.params[k].shadow("t"), jvp::tangent_type(signature, k, active[k]));
        params.extend([signature.declaration(k), q!(#name: ::core::option::Option<#ty>)]);
        arguments.extend([argument, q!(#name)]);
    }
    let body = signature.call(&signature.hidden("jvp"), &arguments);
    let item = Item { params, output: jvp::output(signature), body, ..Item::default() };
    signature.item(&signature.hidden("fun_jvp"), item)
}
