//! `__jvp_lanes`: forward mode in several directions at once, for callers. Every function with `__jvp` has it, unless it
//! has a `&mut` parameter: where the sweep has no form with lanes, it runs once per direction.
//!
//! ```text
//! fn __jvp_lanes<const __K: usize>(x: f64, __t_x: Option<Lanes<f64, __K>>) -> (f64, Lanes<f64, __K>) {
//!     by_lane(|__k| { let __l_x = __t_x.as_ref().map(|t| lane(t, __k)); Self::__jvp(x, __l_x) })
//! }
//! ```

use super::core::local;
use super::jvp;
use super::signature::{Item, Parameter, Signature};
use crate::emit::names::{lanes, placed};
use crate::ir::Ty;
use crate::model::{Pass, Receiver};
use crate::tangent::Tangent;
use proc_macro2::{Span, TokenStream};

/// The entry point, and the one for callers that write `x.m(..)`.
pub fn entry(signature: &Signature<'_>, directions: Option<&Tangent>, active: &[bool]) -> TokenStream {
    if !has_entry(signature) {
        return TokenStream::new();
    }
    let mut all = match directions {
        Some(directions) => {
            let wide = signature.in_lanes();
            jvp::hidden(&wide, directions, bounds(&wide, active))
        }
        None => one_by_one(signature, active),
    };
    all.extend(dotted(signature, active));
    all
}

/// Can it be called in several directions at once?
pub fn has_entry(signature: &Signature<'_>) -> bool {
    signature.params.iter().all(|p| p.model.pass != Pass::RefMut && p.model.function.is_none())
}

/// What must hold of the types that the macro can't see into.
pub fn bounds(wide: &Signature<'_>, active: &[bool]) -> Vec<TokenStream> {
    let (krate, k) = (&wide.krate, lanes());
    let mut all: Vec<TokenStream> = Vec::new();
    for real in &wide.model.generics.reals {
        let real = ours(q!(#real));
        all.push(q!(#real: #krate::__private::InLanes<#k, Lanes = #krate::__private::Lanes<#real, #k>>));
    }
    let plain = Signature::new(wide.model);
    let mut opaque = Vec::new();
    for (k, param) in plain.params.iter().enumerate() {
        if active.get(k).copied().unwrap_or_default() {
            plain.opaque(&param.model.class, &param.model.inner, &mut opaque);
        }
    }
    let output = &wide.model.output;
    if output.differentiable {
        plain.opaque(&output.class, &output.ty, &mut opaque);
    }
    let mut seen = std::collections::BTreeSet::new();
    opaque.retain(|ty| seen.insert(ty.to_string()));
    all.extend(
        opaque.iter().map(|ty| q!(<#ty as #krate::Differentiable>::Tangent: #krate::__private::InLanes<#k>)),
    );
    all
}

/// A type of the user's in a bound of ours: it does not stand where a lint would ask the user to write all bounds at once.
fn ours(ty: TokenStream) -> TokenStream {
    placed(ty, Span::mixed_site())
}

/// The parameters, each followed by its tangent.
fn params(signature: &Signature<'_>, wide: &Signature<'_>, active: &[bool]) -> Vec<TokenStream> {
    let mut all = Vec::new();
    for (k, param) in signature.params.iter().enumerate() {
        let ty = jvp::tangent_type(wide, k, active[k]);
        let name = param.shadow("t");
        let name = if active[k] { q!(#name) } else { q!(_) };
        all.extend([signature.declaration(k), q!(#name: ::core::option::Option<#ty>)]);
    }
    all
}

/// A sweep per direction.
pub fn one_by_one(signature: &Signature<'_>, active: &[bool]) -> TokenStream {
    if !has_entry(signature) {
        return TokenStream::new();
    }
    let wide = signature.in_lanes();
    let (krate, index) = (&signature.krate, local("k"));
    let (mut lets, mut arguments) = (TokenStream::new(), Vec::new());
    for (k, argument) in signature.arguments().into_iter().enumerate() {
        let param = &signature.params[k];
        let many = lanes();
        arguments.push(if is_copied(param) {
            argument
        } else {
            q!(#krate::__private::CloneIn::<#many>::clone_in(&#argument))
        });
        let (take, pass) = one_lane(signature, k, active[k], &q!(#index));
        lets.extend(take);
        arguments.push(pass);
    }
    let call = signature.call(&signature.hidden("jvp"), &arguments);
    let body = q!(#krate::__private::by_lane(|#index| { #lets #call }));
    let params = params(signature, &wide, active);
    let bounds = bounds_of_entry(signature, active);
    let item = Item { params, output: jvp::output(&wide), body, bounds, ..Item::default() };
    wide.item(&wide.hidden("jvp"), item)
}

/// What takes the tangent of one direction, and how it is passed.
fn one_lane(
    signature: &Signature<'_>,
    k: usize,
    active: bool,
    index: &TokenStream,
) -> (TokenStream, TokenStream) {
    if !active {
        return (TokenStream::new(), q!(::core::option::Option::None));
    }
    let (krate, many, param) = (&signature.krate, lanes(), &signature.params[k]);
    let (name, lane, tangent) = (param.shadow("t"), param.shadow("l"), &param.tangent);
    let (take, pass) = match (param.model.pass, param.is_sliced()) {
        (Pass::Value, _) => {
            (q!(#name.as_ref().map(|__t| #krate::__private::lane::<#many, #tangent>(__t, #index))), q!(#lane))
        }
        (_, true) => (
            q!(#name.map(|__t| #krate::__private::lane_of_slice::<#many, _>(__t, #index))),
            q!(#lane.as_deref()),
        ),
        (_, false) => {
            (q!(#name.map(|__t| #krate::__private::lane::<#many, #tangent>(__t, #index))), q!(#lane.as_ref()))
        }
    };
    (q!(let #lane: ::core::option::Option<#tangent> = #take;), pass)
}

/// All directions are the same (mostly zero): a sweep in the first, and its tangent in every lane.
pub fn by_the_first(signature: &Signature<'_>, active: &[bool]) -> TokenStream {
    let (krate, many) = (&signature.krate, lanes());
    let plain = Signature::new(signature.model);
    let (mut lets, mut arguments) = (TokenStream::new(), Vec::new());
    for (k, argument) in plain.arguments().into_iter().enumerate() {
        let (take, pass) = one_lane(&plain, k, active[k], &q!(0));
        lets.extend(take);
        arguments.extend([argument, pass]);
    }
    let call = plain.call(&plain.hidden("jvp"), &arguments);
    let (y, along) = (local("y"), local("t_y"));
    q! {
        #lets
        let (#y, #along) = #call;
        return (#y, #krate::__private::InLanes::<#many>::wide(&#along));
    }
}

/// The entry point for callers that write `x.m(..)`: the receiver's tangent comes by reference.
pub fn dotted(signature: &Signature<'_>, active: &[bool]) -> TokenStream {
    let method = signature.model.receiver == Receiver::Method && !signature.params.is_empty();
    if !method || !has_entry(signature) {
        return TokenStream::new();
    }
    super::dot::tangent_of(&signature.in_lanes(), active, bounds_of_entry(signature, active))
}

/// What a caller of `__jvp_lanes` must know, whichever form that has.
pub fn bounds_of_entry(signature: &Signature<'_>, active: &[bool]) -> Vec<TokenStream> {
    let wide = signature.in_lanes();
    let (krate, many) = (&signature.krate, lanes());
    let mut all = bounds(&wide, active);
    for param in signature.params.iter().filter(|p| !is_copied(p)) {
        let ty = if param.receiver { q!(Self) } else { ours(param.model.ty.clone()) };
        all.push(q!(#ty: #krate::__private::CloneIn<#many>));
    }
    all
}

/// Passed to several calls as it is.
pub fn is_copied(param: &Parameter<'_>) -> bool {
    param.model.pass == Pass::Ref || matches!(param.model.class, Ty::Float(_) | Ty::Int | Ty::Bool)
}

/// In the companion of a function with an error.
pub fn stub(signature: &Signature<'_>, params: Vec<TokenStream>, active: &[bool]) -> TokenStream {
    if !has_entry(signature) {
        return TokenStream::new();
    }
    let wide = signature.in_lanes();
    let mut all = Vec::new();
    for (k, param) in params.into_iter().enumerate() {
        let ty = jvp::tangent_type(&wide, k, active[k]);
        all.extend([param, q!(_: ::core::option::Option<#ty>)]);
    }
    let item = Item {
        params: all,
        output: jvp::output(&wide),
        body: q!(::core::unreachable!()),
        bounds: bounds(&wide, active),
        ..Item::default()
    };
    wide.item(&wide.hidden("jvp"), item)
}
