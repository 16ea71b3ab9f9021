//! What goes into and comes out of a rule of the user's is looked at: cotangents of slices must be as long as the slices,
//! and in debug builds a NaN that the rule makes out of finite numbers is reported with the rule's name.
//!
//! ```text
//! let (__y, __rule) = Self::__rule(x);                                    the pullback as the user wrote it
//! let __finite = cfg!(debug_assertions) && squares(&__y).is_finite();
//! (__y, move |__seed| {
//!     let __finite = __finite && squares(&__seed).is_finite();
//!     let __gradient = __rule(__seed);
//!     if __finite { check_rule_nan("square_rule", "as the cotangent of `x`", squares(&__gradient)); }
//!     __gradient
//! })
//! ```
//! A NaN that came in, or one beside a value that is not finite, is not the rule's doing.

use super::core::local;
use super::signature::Signature;
use crate::ir::Ty;
use proc_macro2::{Ident, Literal, Span, TokenStream};

/// `call` gives the value and the user's pullback; this the value and a pullback that watches that one.
pub fn pullback(signature: &Signature<'_>, rule: &TokenStream, call: &TokenStream) -> TokenStream {
    let (y, own, seed) = (local("y"), local("rule"), local("seed"));
    let (finite, gradient) = (local("finite"), local("gradient"));
    let (seed_ty, squares) = (signature.output_tangent(), runtime(signature, "squares"));
    let (mut inputs, mut buffers) = (vec![q!(#seed: #seed_ty)], Vec::new());
    let mut given = vec![q!(#squares(&#seed))];
    for k in signature.in_out() {
        let (name, buffer) = (signature.params[k].shadow("d"), &signature.params[k].buffer);
        inputs.push(q!(#name: &mut #buffer));
        given.push(shadow(signature, k, &q!(#name)));
        buffers.push(q!(#name));
    }
    let values = values(signature).into_iter().map(|v| q!(&& (#v).is_finite()));
    let given = given.into_iter().map(|v| q!(&& (#v).is_finite()));
    let (length, seeds) = seed_length(signature);
    let (kept, checks) = lengths(signature, rule);
    let nans = nans(signature, rule);
    q! {
        #kept
        let (#y, #own) = #call;
        #length
        let #finite = ::core::cfg!(debug_assertions) #(#values)*;
        (#y, #[inline(always)] move |#(#inputs),*| {
            #seeds
            let #finite = #finite #(#given)*;
            let #gradient = #own(#seed, #(#buffers),*);
            #checks
            if #finite { #nans }
            #gradient
        })
    }
}

/// `call` gives the value and its derivative.
pub fn tangent(signature: &Signature<'_>, rule: &TokenStream, call: &TokenStream) -> TokenStream {
    let (y, along, finite, direction) = (local("y"), local("along"), local("finite"), local("direction"));
    let (check, squares) = (runtime(signature, "check_rule_nan"), runtime(signature, "squares"));
    let rule = name(rule);
    let values = values(signature);
    let mut given = Vec::new();
    for (at, k) in signature.wrt().into_iter().enumerate() {
        let part = part(signature, &direction, at);
        given.push(if signature.params[k].is_sliced() {
            shadow(signature, k, &part)
        } else {
            q!(#squares(&#part))
        });
    }
    let mut checks = q!(#check(#rule, "as the derivative", #squares(&#along)););
    for k in signature.in_out() {
        let (name, ident) = (signature.params[k].shadow("t"), &signature.params[k].model.ident);
        let (text, numbers) = (format!("as the derivative of `{ident}`"), shadow(signature, k, &q!(#name)));
        checks.extend(q!(#check(#rule, #text, #numbers);));
        given.push(numbers);
    }
    q! {
        let #finite = ::core::cfg!(debug_assertions) #(&& (#given).is_finite())*;
        let (#y, #along) = #call;
        if #finite #(&& (#values).is_finite())* { #checks }
        (#y, #along)
    }
}

/// The squares of what a parameter's buffer holds.
fn shadow(signature: &Signature<'_>, k: usize, name: &TokenStream) -> TokenStream {
    let param = &signature.params[k];
    // The buffer of a `&mut Vec` is a `Vec`.
    let slice = param.is_sliced() && param.buffer.to_string().starts_with('[');
    let squares = runtime(signature, if slice { "squares_in" } else { "squares" });
    q!(#squares(&*#name))
}

/// The path of the rule as it stands in the attribute.
fn name(rule: &TokenStream) -> String {
    rule.to_string().replace(' ', "")
}

fn runtime(signature: &Signature<'_>, name: &str) -> TokenStream {
    let (krate, name) = (&signature.krate, Ident::new(name, Span::mixed_site()));
    q!(#krate::__private::#name)
}

/// The squares of the results, where the macro can see into them.
fn values(signature: &Signature<'_>) -> Vec<TokenStream> {
    let (y, squares) = (local("y"), runtime(signature, "squares"));
    let mut all = Vec::new();
    if is_own_tangent(&signature.model.output.class) {
        all.push(q!(#squares(&#y)));
    }
    for k in signature.in_out() {
        let (ident, class) = (&signature.params[k].ident, &signature.params[k].model.class);
        match class {
            Ty::Slice(elem) if is_own_tangent(elem) => {
                let squares = runtime(signature, "squares_in");
                all.push(q!(#squares(&*#ident)));
            }
            _ if is_own_tangent(class) => all.push(q!(#squares(&*#ident))),
            _ => {}
        }
    }
    all
}

/// Is a value of the type of the type of its cotangent?
fn is_own_tangent(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) => true,
        Ty::Array(elem, _) | Ty::Vec(elem) | Ty::Option(elem) => is_own_tangent(elem),
        Ty::Tuple(items) => items.iter().all(is_own_tangent),
        Ty::Int | Ty::Bool | Ty::Passive(_) | Ty::Slice(_) | Ty::Boxed(_) | Ty::Adt(..) | Ty::Unknown => {
            false
        }
    }
}

/// A `Vec` result: its length, and that the seed must be as long.
fn seed_length(signature: &Signature<'_>) -> (TokenStream, TokenStream) {
    let (y, seed, length, output) = (local("y"), local("seed"), local("length"), &signature.model.output);
    if !(matches!(output.class, Ty::Vec(_)) && output.differentiable) {
        return (TokenStream::new(), TokenStream::new());
    }
    let check = runtime(signature, "check_len");
    (q!(let #length = #y.len();), q!(#check("the result", #seed.len(), #length);))
}

/// The lengths of slices before the call, and what the pullback compares with them.
fn lengths(signature: &Signature<'_>, rule: &TokenStream) -> (TokenStream, TokenStream) {
    let (check, rule) = (runtime(signature, "check_rule_len"), name(rule));
    let (mut kept, mut checks) = (TokenStream::new(), TokenStream::new());
    for (at, k) in signature.wrt().into_iter().enumerate() {
        let param = &signature.params[k];
        if param.is_sliced() {
            let (name, ident) = (local(&format!("n_{}", param.name())), &param.ident);
            let (text, given) = (param.model.ident.to_string(), part(signature, &local("gradient"), at));
            kept.extend(q!(let #name = #ident.len();));
            checks.extend(q!(#check(#rule, #text, #given.len(), #name);));
        }
    }
    (kept, checks)
}

/// The parts of the gradient, and what the rule left in the buffers.
fn nans(signature: &Signature<'_>, rule: &TokenStream) -> TokenStream {
    let (check, squares, rule) =
        (runtime(signature, "check_rule_nan"), runtime(signature, "squares"), name(rule));
    let of = |k: usize| format!("as the cotangent of `{}`", signature.params[k].model.ident);
    let mut all = TokenStream::new();
    for (at, k) in signature.wrt().into_iter().enumerate() {
        let (text, given) = (of(k), part(signature, &local("gradient"), at));
        all.extend(q!(#check(#rule, #text, #squares(&#given));));
    }
    for k in signature.in_out() {
        let (name, text) = (signature.params[k].shadow("d"), of(k));
        let numbers = shadow(signature, k, &q!(#name));
        all.extend(q!(#check(#rule, #text, #numbers);));
    }
    all
}

/// Part `at` of a gradient or a direction.
fn part(signature: &Signature<'_>, of: &Ident, at: usize) -> TokenStream {
    if signature.wrt().len() == 1 {
        return q!(#of);
    }
    let at = Literal::usize_unsuffixed(at);
    q!(#of.#at)
}
