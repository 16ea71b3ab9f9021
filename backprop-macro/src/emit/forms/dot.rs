//! `__m_fwd` and `__m_jvp`: the entry points for callers that write `x.m(..)`. Such a caller can't see whether the
//! method takes `self` by value or by reference, so here the receiver is always passed in the same way.
//!
//! ```text
//! let (y, pb) = p.__dot_fwd(q);   pb(d_y, &p, Some(&mut d_p), ..)      whatever `self` is
//! ```

use super::core::local;
use super::functions;
use super::fwd::{again, is_recursive, pullback_type, Again};
use super::jvp;
use super::signature::{Item, Signature};
use crate::model::{Pass, Receiver};
use proc_macro2::{Ident, TokenStream};

/// The pullback gets the receiver by reference and the buffer for its cotangent, and returns `()` for it.
pub fn forward(signature: &Signature<'_>, active: &[bool]) -> TokenStream {
    if signature.model.receiver != Receiver::Method || signature.params.is_empty() {
        return TokenStream::new();
    }
    let receiver = &signature.params[0];
    let inner = &receiver.model.inner;
    let buffer = if active[0] { receiver.buffer.clone() } else { signature.nothing(0) };
    let (types, _) = pullback_type(signature, active);
    let own = match again(signature, 0) {
        Again::No => 0,
        Again::Buffer => 1,
        Again::Shared => 2,
    };
    let (seed, rest) = (&types[0], &types[(1 + own).min(types.len())..]);
    let mut inputs = vec![seed.clone(), q!(&#inner), q!(::core::option::Option<&mut #buffer>)];
    inputs.extend_from_slice(rest);
    let outputs = (1..signature.params.len()).map(|k| match again(signature, k) {
        Again::No if active[k] => signature.params[k].tangent.clone(),
        Again::No => signature.nothing(k),
        Again::Shared | Again::Buffer => q!(()),
    });
    let outputs = q!(((), #(#outputs,)*));
    let closure = closure(signature, active[0], &inputs);
    let (y, pullback, krate) = (local("y"), local("pullback"), &signature.krate);
    let by_value = receiver.model.pass == Pass::Value;
    let mut arguments = signature.arguments();
    if by_value {
        let this = &arguments[0];
        arguments[0] = q!(::core::clone::Clone::clone(#this));
    }
    let call = signature.call(&signature.hidden("fwd"), &arguments);
    let value = signature.output();
    let (output, closure) = if is_recursive(signature) {
        let ty = q!(#krate::__private::Box<dyn ::core::ops::FnOnce(#(#inputs),*) -> #outputs>);
        (q!((#value, #ty)), q!(#krate::__private::Box::new(#closure)))
    } else {
        let captures = signature.captures(&signature.inner_lifetimes());
        let ty = q!(impl ::core::ops::FnOnce(#(#inputs),*) -> #outputs #captures);
        (q!((#value, #ty)), q!(#[inline(always)] #closure))
    };
    let body = q! {
        let (#y, #pullback) = #call;
        (#y, #closure)
    };
    let mut params = signature.declarations();
    if !by_value {
        return signature.item(&signature.dotted("fwd"), Item { params, output, body, ..Item::default() });
    }
    // The caller needs the receiver again. A type without `Clone` has the method all the same.
    let this = &receiver.ident;
    params[0] = q!(&#this);
    let mut model = signature.model.clone();
    functions::constrain(&mut model.generics, q!(for<'__bp> #inner: ::core::clone::Clone));
    let item = Item { params, output, body, ..Item::default() };
    Signature::new(&model).item(&signature.dotted("fwd"), item)
}

fn closure(signature: &Signature<'_>, active: bool, inputs: &[TokenStream]) -> TokenStream {
    let krate = &signature.krate;
    let (seed, this, slot, given) = (local("seed"), local("this"), local("slot"), local("given"));
    let pullback = local("pullback");
    let names: Vec<Ident> = (3..inputs.len()).map(|k| local(&format!("p{k}"))).collect();
    let others: Vec<Ident> = (1..signature.params.len()).map(|k| local(&format!("r{k}"))).collect();
    let gives = active && signature.params[0].model.pass == Pass::Value;
    let (first, second, call) = match signature.params[0].model.pass {
        Pass::Value if gives => (q!(_), q!(#slot), q!(#pullback(#seed, #(#names),*))),
        Pass::Value => (q!(_), q!(_), q!(#pullback(#seed, #(#names),*))),
        Pass::RefMut => (q!(_), q!(#slot), q!(#pullback(#seed, #slot, #(#names),*))),
        Pass::Ref => (q!(#this), q!(#slot), q!(#pullback(#seed, #this, #slot, #(#names),*))),
    };
    let declared = [q!(#seed), first, second].into_iter().chain(names.iter().map(|n| q!(#n)));
    let declared = declared.zip(inputs).map(|(name, ty)| q!(#name: #ty));
    let give = gives.then(|| {
        q! {
            if let ::core::option::Option::Some(#slot) = #slot {
                #krate::__private::Accumulate::accumulate(#slot, #given);
            }
        }
    });
    let given = if gives { q!(#given) } else { q!(_) };
    q! {
        move |#(#declared),*| {
            let (#given, #(#others,)*) = #call;
            #give
            ((), #(#others,)*)
        }
    }
}

/// The receiver's tangent comes by reference.
pub fn tangent(signature: &Signature<'_>, active: &[bool]) -> TokenStream {
    if signature.model.receiver != Receiver::Method || signature.params.is_empty() {
        return TokenStream::new();
    }
    tangent_of(signature, active, Vec::new())
}

/// Also for several directions at once.
pub fn tangent_of(signature: &Signature<'_>, active: &[bool], bounds: Vec<TokenStream>) -> TokenStream {
    let (mut params, mut arguments) = (Vec::new(), Vec::new());
    for (k, argument) in signature.arguments().into_iter().enumerate() {
        let name = signature.params[k].shadow("t");
        let by_value = k == 0 && signature.params[0].model.pass == Pass::Value;
        let ty = jvp::tangent_type(signature, k, active[k]);
        let ty = if by_value { q!(&#ty) } else { ty };
        params.extend([signature.declaration(k), q!(#name: ::core::option::Option<#ty>)]);
        let given = if by_value { q!(#name.map(::core::clone::Clone::clone)) } else { q!(#name) };
        arguments.extend([argument, given]);
    }
    let body = signature.call(&signature.hidden("jvp"), &arguments);
    let item = Item { params, output: jvp::output(signature), body, bounds, ..Item::default() };
    signature.item(&signature.dotted("jvp"), item)
}
