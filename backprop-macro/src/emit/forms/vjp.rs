//! `vjp`: the forward half with a pullback that takes the cotangent of the result and gives the gradient.
//!
//! ```text
//! fn vjp<'__a>(x: f64, a: &'__a [f64]) -> (f64, impl FnOnce(f64) -> (f64, Vec<f64>) + use<'__a>) {
//!     let (__y, __pullback) = Self::__fwd(x, a);
//!     (__y, move |__seed: f64| { let mut __d_a = ..; let (__d_x, ()) = __pullback(__seed, a, Some(&mut __d_a)); .. })
//! }
//! ```

use super::core::local;
use super::functions;
use super::fwd::{again, Again};
use super::signature::{receiver, Item, Signature};
use crate::emit::callee::Entry;
use crate::ir::Ty;
use crate::model::Pass;
use proc_macro2::{Group, TokenStream, TokenTree};

/// The declarations of the parameters, with a name for the lifetime of what the pullback captures.
pub fn declarations(signature: &Signature<'_>) -> Vec<TokenStream> {
    let lifetime = q!('__a);
    let declare = |k: usize| {
        let param = &signature.params[k];
        let (ident, ty) = (&param.ident, &param.model.ty);
        if again(signature, k) != Again::Shared {
            return signature.declaration(k);
        }
        if param.receiver {
            return receiver(ident, param.model.pass, Some(&lifetime));
        }
        let ty = name_lifetimes(ty.clone(), &lifetime);
        q!(#ident: #ty)
    };
    (0..signature.params.len()).map(declare).collect()
}

/// `use<..>` of the public pullback, and the lifetime if it needs one.
pub fn captures(signature: &Signature<'_>) -> (TokenStream, Option<TokenStream>) {
    let borrows = signature.params.iter().any(|p| p.model.pass == Pass::Ref);
    let lifetime = borrows.then(|| q!('__a));
    let mut all: Vec<TokenStream> = lifetime.clone().into_iter().collect();
    all.extend(signature.model.generics.lifetimes.iter().cloned());
    if lifetime.is_none() {
        all = signature.inner_lifetimes();
    }
    (signature.captures(&all), lifetime)
}

pub fn output(signature: &Signature<'_>) -> (TokenStream, Option<TokenStream>) {
    let (captures, lifetime) = captures(signature);
    (capturing(signature, &captures), lifetime)
}

/// The same with a pullback that borrows no argument.
pub fn owning(signature: &Signature<'_>) -> TokenStream {
    capturing(signature, &signature.captures(&signature.inner_lifetimes()))
}

fn capturing(signature: &Signature<'_>, captures: &TokenStream) -> TokenStream {
    let buffers = signature.in_out().into_iter().map(|k| {
        let buffer = &signature.params[k].buffer;
        q!(&mut #buffer)
    });
    let (y, seed, gradient) = (signature.output(), signature.output_tangent(), signature.gradient_type());
    q!((#y, impl ::core::ops::FnOnce(#seed, #(#buffers),*) -> #gradient #captures))
}

/// `active`: what the forward half gives cotangents for.
pub fn item(signature: &Signature<'_>, active: &[bool]) -> TokenStream {
    let (output, lifetime) = output(signature);
    let given = functions::arguments(signature, Entry::Forward);
    let call = functions::call(signature, &signature.hidden("fwd"), Entry::Forward, &given);
    let (y, pullback) = (local("y"), local("pullback"));
    let (shapes, check) = seed_check(signature);
    let (inputs, body) = closure(signature, active);
    let body = q! {
        #(#shapes)*
        let (#y, #pullback) = #call;
        #check
        (#y, #[inline(always)] move |#(#inputs),*| { #body })
    };
    let doc = format!(
        " The value of [`{0}`], and its pullback: from the cotangent of the result to the gradient.",
        signature.model.ident
    );
    let params = declarations(signature);
    let item = Item { doc: Some(doc), params, output, body, lifetime, ..Item::default() };
    signature.item(&signature.public("vjp"), item)
}

/// A `Vec` result: the seed must be as long.
fn seed_check(signature: &Signature<'_>) -> (Vec<TokenStream>, TokenStream) {
    let (y, length) = (local("y"), local("length"));
    match (&signature.model.output.class, signature.model.output.differentiable) {
        (Ty::Vec(_), true) => (Vec::new(), q!(let #length = #y.len();)),
        _ => (Vec::new(), TokenStream::new()),
    }
}

fn closure(signature: &Signature<'_>, active: &[bool]) -> (Vec<TokenStream>, TokenStream) {
    let krate = &signature.krate;
    let (seed, pullback, length) = (local("seed"), local("pullback"), local("length"));
    let seed_ty = signature.output_tangent();
    let mut inputs = vec![q!(#seed: #seed_ty)];
    let (mut lets, mut arguments, mut patterns) = (TokenStream::new(), vec![q!(#seed)], Vec::new());
    if matches!((&signature.model.output.class, signature.model.output.differentiable), (Ty::Vec(_), true)) {
        lets.extend(q!(#krate::__private::check_len("the result", #seed.len(), #length);));
    }
    let wanted = signature.wrt();
    for (k, param) in signature.params.iter().enumerate() {
        let (ident, name, buffer) = (&param.ident, param.shadow("d"), &param.buffer);
        let wants = wanted.contains(&k) && active[k];
        if param.model.function.is_some() {
            arguments.extend([q!(&()), q!(::core::option::Option::None)]);
            patterns.push(q!(()));
            continue;
        }
        match again(signature, k) {
            Again::No => patterns.push(if wants { q!(#name) } else { q!(_) }),
            Again::Shared => {
                arguments.push(q!(#ident));
                if wants {
                    let zero = signature.zero(&param.model.class, &signature.shared(k));
                    lets.extend(q!(let mut #name = #zero;));
                    arguments.push(q!(::core::option::Option::Some(&mut #name)));
                } else {
                    arguments.push(q!(::core::option::Option::None));
                }
                patterns.push(q!(()));
            }
            Again::Buffer => {
                if param.model.differentiable && active[k] {
                    inputs.push(q!(#name: &mut #buffer));
                    arguments.push(q!(::core::option::Option::Some(#name)));
                } else if param.model.differentiable {
                    inputs.push(q!(_: &mut #buffer));
                    arguments.push(q!(::core::option::Option::None));
                } else {
                    arguments.push(q!(::core::option::Option::None));
                }
                patterns.push(q!(()));
            }
        }
    }
    let gradient = signature.gather(|k| {
        let name = signature.params[k].shadow("d");
        if active[k] {
            q!(#name)
        } else {
            signature.zero(&signature.params[k].model.class, &signature.shared(k))
        }
    });
    let body = q! {
        #lets
        let (#(#patterns,)*) = #pullback(#(#arguments),*);
        #gradient
    };
    (inputs, body)
}

/// Gives every elided lifetime of a type a name, except inside of function types, where they mean something else.
pub fn name_lifetimes(tokens: TokenStream, lifetime: &TokenStream) -> TokenStream {
    let items: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = TokenStream::new();
    let mut k = 0;
    while k < items.len() {
        let next = |c: char| matches!(items.get(k + 1), Some(TokenTree::Punct(p)) if p.as_char() == c);
        match &items[k] {
            TokenTree::Punct(p) if p.as_char() == '&' => {
                out.extend([items[k].clone()]);
                if !next('\'') {
                    out.extend(lifetime.clone());
                }
            }
            TokenTree::Punct(p) if p.as_char() == '\'' => match items.get(k + 1) {
                Some(TokenTree::Ident(ident)) if ident == "_" => {
                    out.extend(lifetime.clone());
                    k += 1;
                }
                Some(_) | None => out.extend([items[k].clone()]),
            },
            TokenTree::Ident(ident) if ["Fn", "FnMut", "FnOnce", "fn"].iter().any(|f| ident == f) => {
                out.extend(items[k..].iter().cloned());
                return out;
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), name_lifetimes(group.stream(), lifetime));
                inner.set_span(group.span());
                out.extend([TokenTree::Group(inner)]);
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {
                out.extend([items[k].clone()])
            }
        }
        k += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::name_lifetimes;
    use quote::quote;

    #[test]
    fn elided_lifetimes_get_a_name() {
        let named = |ty| name_lifetimes(ty, &quote!('__a)).to_string().replace(' ', "");
        assert_eq!(named(quote!(&[f64])), "&'__a[f64]");
        assert_eq!(named(quote!(&'b [&str])), "&'b[&'__astr]");
        assert_eq!(named(quote!(S<'_, f64>)), "S<'__a,f64>");
        assert_eq!(named(quote!(&dyn Fn(&f64) -> f64)), "&'__adynFn(&f64)->f64");
    }
}
