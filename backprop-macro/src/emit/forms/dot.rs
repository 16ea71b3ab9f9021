//! `__m_fwd_dot` and `__m_jvp_dot`: the entry points for callers that write `x.m(..)`. Such a caller can't see whether
//! the method takes `self` by value or by reference, so here the receiver is always passed in the same way.
//!
//! ```text
//! let (y, pb) = p.__dot_fwd_dot(q);  pb(d_y, Some(&p), Some(&mut d_p), ..)      whatever `self` is
//! ```

use super::core::local;
use super::fwd::{again, is_recursive, pullback_type, Again};
use super::jvp;
use super::signature::{Item, Signature};
use crate::model::{Pass, Receiver};
use proc_macro2::TokenStream;

/// The pullback gets the receiver and the buffer for its cotangent as `Option`s, and returns `()` for it.
pub fn forward(signature: &Signature<'_>, active: &[bool]) -> TokenStream {
    let (Receiver::Method, Some(receiver)) = (signature.model.receiver, signature.params.first()) else {
        return TokenStream::new();
    };
    let krate = &signature.krate;
    let (seed, this, slot, given) = (local("seed"), local("this"), local("slot"), local("given"));
    let (inner, pass) = (&receiver.model.inner, receiver.model.pass);
    let buffer = if active[0] { receiver.buffer.clone() } else { q!(()) };
    let (types, _) = pullback_type(signature, active);
    let own = match again(signature, 0) {
        Again::No => 0,
        Again::Buffer => 1,
        Again::Shared => 2,
    };
    let rest = &types[(1 + own).min(types.len())..];
    let names: Vec<_> = (0..rest.len()).map(|k| local(&format!("p{k}"))).collect();
    let mut inputs = vec![types[0].clone()];
    inputs.extend([q!(::core::option::Option<&#inner>), q!(::core::option::Option<&mut #buffer>)]);
    inputs.extend_from_slice(rest);
    let outputs = (1..signature.params.len()).map(|k| match again(signature, k) {
        Again::No if active[k] => signature.params[k].tangent.clone(),
        Again::No | Again::Shared | Again::Buffer => q!(()),
    });
    let outputs = q!(((), #(#outputs,)*));
    let others: Vec<_> = (1..signature.params.len()).map(|k| local(&format!("r{k}"))).collect();
    let (first, second) = if pass == Pass::Ref { (q!(#this), q!(#slot)) } else { (q!(_), q!(#slot)) };
    let pullback = local("pullback");
    let call = match pass {
        Pass::Value => q!(#pullback(#seed, #(#names),*)),
        Pass::RefMut => q!(#pullback(#seed, #slot, #(#names),*)),
        Pass::Ref => q!(#pullback(#seed, #this, #slot, #(#names),*)),
    };
    let check = (pass == Pass::Ref).then(|| {
        q!(let ::core::option::Option::Some(#this) = #this else { ::core::unreachable!() };)
    });
    let give = (pass == Pass::Value && active[0]).then(|| {
        q! {
            if let ::core::option::Option::Some(#slot) = #slot {
                #krate::__private::Accumulate::accumulate(#slot, #given);
            }
        }
    });
    let second = if pass == Pass::Value && !active[0] { q!(_) } else { second };
    let given = if give.is_some() { q!(#given) } else { q!(_) };
    let closure = q! {
        move |#seed: #(#inputs_first)*| {}
    };
    let _ = closure;
    let declared = [q!(#seed), first, second].into_iter().chain(names.iter().map(|n| q!(#n)));
    let declared = declared.zip(&inputs).map(|(name, ty)| q!(#name: #ty));
    let closure = q! {
        move |#(#declared),*| {
            #check
            let (#given, #(#others,)*) = #call;
            #give
            ((), #(#others,)*)
        }
    };
    finish(signature, &inputs, &outputs, &closure)
}
