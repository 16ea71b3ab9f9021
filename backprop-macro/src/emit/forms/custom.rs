//! A function with a rule of the user's: its body is not differentiated, all forms come from the rule.
//!
//! ```text
//! #[grad(vjp = rule)] fn f(x: f64, a: &[f64]) -> f64        rule: fn(x, a) -> (f64, impl FnOnce(f64) -> (f64, Vec<f64>))
//! fn __rule(..) -> (f64, impl FnOnce(f64) -> (f64, Vec<f64>)) { rule(x, a) }
//! fn __watched(..) -> (f64, impl FnOnce(f64) -> (f64, Vec<f64>)) { .. Self::__rule(x, a) .. }              see `watch`
//! fn value_and_grad(..) -> (f64, (f64, Vec<f64>)) { let (__y, __p) = Self::__watched(x, a); let __g = __p(1.0); (__y, __g) }
//! ```
//! `__rule` alone calls the rule, so that a rule of another signature is one error, at its name.
//! What the rule captures is the residual. It owns it: `+ use<>` where the edition would let it borrow the arguments.

use super::core::local;
use super::fwd::{again, pullback_type, Again};
use super::grad::{length_checks, write_returned};
use super::signature::{Item, Parameter, Signature};
use super::{jvp, vjp, watch};
use crate::emit::names::placed;
use crate::model::Pass;
use proc_macro2::{Span, TokenStream};

pub fn forms(signature: &Signature<'_>) -> TokenStream {
    let options = &signature.model.options;
    let mut all = TokenStream::new();
    if let Some(rule) = &options.vjp {
        all.extend(checked(signature, rule));
        all.extend(watched(signature, rule));
        let call = signature.call(&signature.hidden("watched"), &signature.arguments());
        let rule = Rule { signature, call };
        if signature.model.output.class.is_float() && signature.in_out().is_empty() {
            all.extend(rule.gradients());
        }
        all.extend(rule.vjp());
        all.extend(rule.forward());
        all.extend(super::dot::forward(signature, &rule.active()));
        all.extend(super::as_function::forward(signature, &rule.active()));
    }
    if let Some(rule) = &options.jvp {
        all.extend(public_jvp(signature, rule));
        all.extend(hidden_jvp(signature));
        let active: Vec<bool> = signature.params.iter().map(|p| p.model.wrt.is_some() || in_out(p)).collect();
        all.extend(super::dot::tangent(signature, &active));
        all.extend(super::as_function::tangent(signature, &active));
        all.extend(super::lanes::one_by_one(signature, &active));
        all.extend(super::blocks::entry(signature, None, &active));
        all.extend(super::lanes::dotted(signature, &active));
    }
    all
}

/// `__rule`: the user's rule, with the type that it must have.
fn checked(signature: &Signature<'_>, rule: &TokenStream) -> TokenStream {
    let output = vjp::owning(signature);
    let item = Item {
        params: signature.declarations(),
        output: placed(output, place(rule)),
        body: call(signature, rule, &[]),
        ..Item::default()
    };
    signature.item(&signature.hidden("rule"), item)
}

/// `__watched`: the same, with an eye on what the rule returns.
fn watched(signature: &Signature<'_>, rule: &TokenStream) -> TokenStream {
    let call = signature.call(&signature.hidden("rule"), &signature.arguments());
    let item = Item {
        params: signature.declarations(),
        output: vjp::owning(signature),
        body: watch::pullback(signature, rule, &call),
        ..Item::default()
    };
    signature.item(&signature.hidden("watched"), item)
}

fn call(signature: &Signature<'_>, rule: &TokenStream, more: &[TokenStream]) -> TokenStream {
    let arguments = signature.arguments();
    // The arguments that the function doesn't have stand at the rule's name: there is what it should take.
    let more = more.iter().map(|tokens| placed(tokens.clone(), place(rule)));
    q!(#rule(#(#arguments,)* #(#more),*))
}

fn place(rule: &TokenStream) -> Span {
    rule.clone().into_iter().next().map_or_else(Span::mixed_site, |t| t.span())
}

struct Rule<'a> {
    signature: &'a Signature<'a>,
    /// The rule on the function's arguments.
    call: TokenStream,
}

impl Rule<'_> {
    fn gradients(&self) -> TokenStream {
        let signature = self.signature;
        let (y, rule, gradient) = (local("y"), local("rule"), local("gradient"));
        let (call, one) = (&self.call, signature.one());
        let (value, g) = (signature.output(), signature.gradient_type());
        let function = &signature.model.ident;
        let item = Item {
            doc: Some(format!(" The value of [`{function}`], and its gradient by the custom rule.")),
            params: signature.declarations(),
            output: q!((#value, #g)),
            body: q! {
                let (#y, #rule) = #call;
                let #gradient = #rule(#one);
                (#y, #gradient)
            },
            ..Item::default()
        };
        let mut all = signature.item(&signature.public("value_and_grad"), item);
        let both = signature.call(&signature.public("value_and_grad"), &signature.arguments());
        let item = Item {
            doc: Some(format!(" The gradient of [`{function}`] by the custom rule.")),
            params: signature.declarations(),
            output: g,
            body: q!(#both.1),
            ..Item::default()
        };
        all.extend(signature.item(&signature.public("grad"), item));
        all.extend(["grad_into", "grad_add", "grad_with"].map(|name| self.in_place(name)));
        all
    }

    fn in_place(&self, name: &str) -> TokenStream {
        let signature = self.signature;
        let (y, rule, seed, krate) = (local("y"), local("rule"), local("seed"), &signature.krate);
        let add = name == "grad_add";
        let mut params = signature.declarations();
        if name == "grad_with" {
            let at = usize::from(signature.params.first().is_some_and(|p| p.receiver));
            params.insert(at, q!(_: &mut #krate::Workspace));
        }
        let seed_ty = signature.output_tangent();
        if add {
            params.push(q!(#seed: #seed_ty));
        }
        let mut writes = TokenStream::new();
        for k in signature.wrt() {
            let (name, buffer) = (signature.params[k].shadow("d"), &signature.params[k].buffer);
            params.push(q!(#name: &mut #buffer));
            let value = local(&format!("c_{}", signature.params[k].name()));
            writes.extend(write_returned(signature, k, &q!(#value), add));
        }
        let pattern = self.gradient();
        let (checks, call) = (length_checks(signature), &self.call);
        let seed = if add { q!(#seed) } else { signature.one() };
        let body = q! {
            #checks
            let (#y, #rule) = #call;
            let #pattern = #rule(#seed);
            #writes
            #y
        };
        let what = if add { "adds the gradient, times the seed, to" } else { "overwrites with the gradient" };
        let doc = format!(
            " The value of [`{}`]; {what} the buffers.\n\n # Panics\n If a buffer is not as long as its parameter.",
            signature.model.ident
        );
        let output = signature.output().clone();
        signature
            .item(&signature.public(name), Item { doc: Some(doc), params, output, body, ..Item::default() })
    }

    /// `(__c_x, __c_a)`
    fn gradient(&self) -> TokenStream {
        self.signature.gather(|k| {
            let name = local(&format!("c_{}", self.signature.params[k].name()));
            q!(#name)
        })
    }

    fn vjp(&self) -> TokenStream {
        let signature = self.signature;
        let (output, lifetime) = vjp::output(signature);
        let item = Item {
            doc: Some(format!(
                " The value of [`{}`], and the pullback of the custom rule.",
                signature.model.ident
            )),
            params: vjp::declarations(signature),
            output,
            body: self.call.clone(),
            lifetime,
            ..Item::default()
        };
        signature.item(&signature.public("vjp"), item)
    }

    fn active(&self) -> Vec<bool> {
        self.signature.params.iter().map(|p| p.model.wrt.is_some() || in_out(p)).collect()
    }

    /// For callers: the protocol of a generated pullback around the rule's.
    fn forward(&self) -> TokenStream {
        let signature = self.signature;
        let active = self.active();
        let (inputs, outputs) = pullback_type(signature, &active);
        // A caller may change the arguments before the pullback runs, so it must not borrow them.
        let captures = signature.captures(&signature.inner_lifetimes());
        let (y, rule, value) = (local("y"), local("rule"), signature.output());
        let (shapes, closure) = self.closure(&active, &inputs);
        let call = &self.call;
        let item = Item {
            doc: None,
            params: signature.declarations(),
            output: q!((#value, impl ::core::ops::FnOnce(#(#inputs),*) -> #outputs #captures)),
            body: q! {
                #shapes
                let (#y, #rule) = #call;
                (#y, #[inline(always)] #closure)
            },
            ..Item::default()
        };
        signature.item(&signature.hidden("fwd"), item)
    }

    fn closure(&self, active: &[bool], types: &[TokenStream]) -> (TokenStream, TokenStream) {
        let signature = self.signature;
        let krate = &signature.krate;
        let (rule, seed) = (local("rule"), local("seed"));
        let mut types = types.iter();
        let mut next = || types.next().cloned().unwrap_or_default();
        let seed_ty = next();
        let mut inputs = vec![q!(#seed: #seed_ty)];
        let (mut buffers, mut shapes) = (Vec::new(), TokenStream::new());
        let (mut before, mut after, mut returned) = (TokenStream::new(), TokenStream::new(), Vec::new());
        for (k, param) in signature.params.iter().enumerate() {
            let (name, value) = (param.shadow("d"), local(&format!("c_{}", param.name())));
            match again(signature, k) {
                Again::No => {
                    returned.push(if active[k] { q!(#value) } else { signature.nothing(k) });
                    continue;
                }
                Again::Shared => {
                    let (shared, slot) = (next(), next());
                    inputs.push(q!(_: #shared));
                    inputs.push(if active[k] { q!(#name: #slot) } else { q!(_: #slot) });
                    if active[k] {
                        after.extend(q! {
                            if let ::core::option::Option::Some(#name) = #name {
                                #krate::__private::Accumulate::accumulate(#name, #value);
                            }
                        });
                    }
                }
                Again::Buffer if active[k] => {
                    let slot = next();
                    let (scratch, zero) = (local(&format!("z_{}", param.name())), signature.shared(k));
                    let zero = signature.zero(&param.model.class, &zero);
                    shapes.extend(q!(let mut #scratch = #zero;));
                    inputs.push(q!(#name: #slot));
                    before.extend(q!(let #name = #name.unwrap_or(&mut #scratch);));
                    buffers.push(q!(#name));
                }
                Again::Buffer => {
                    let slot = next();
                    inputs.push(q!(_: #slot));
                }
            }
            returned.push(q!(()));
        }
        let pattern = self.gradient();
        let closure = q! {
            move |#(#inputs),*| {
                #before
                let #pattern = #rule(#seed, #(#buffers),*);
                #after
                (#(#returned,)*)
            }
        };
        (shapes, closure)
    }
}

/// Its cotangent goes in and out.
fn in_out(param: &Parameter<'_>) -> bool {
    param.model.pass == Pass::RefMut && param.model.differentiable
}

/// `__rule_jvp`: the user's rule, with the type that it must have; `jvp`: the same, with an eye on what it returns.
fn public_jvp(signature: &Signature<'_>, rule: &TokenStream) -> TokenStream {
    let direction = local("direction");
    let mut more = vec![q!(#direction)];
    more.extend(signature.in_out().into_iter().map(|k| {
        let name = signature.params[k].shadow("t");
        q!(#name)
    }));
    let item = Item {
        params: jvp::public_params(signature),
        output: jvp::output(signature),
        body: call(signature, rule, &more),
        ..Item::default()
    };
    let mut all = signature.item(&signature.hidden("rule_jvp"), item);
    let arguments = signature.arguments().into_iter().chain(more).collect::<Vec<_>>();
    let made = signature.call(&signature.hidden("rule_jvp"), &arguments);
    let item = Item {
        doc: Some(format!(
            " The value of [`{}`], and its derivative by the custom rule.",
            signature.model.ident
        )),
        params: jvp::public_params(signature),
        output: jvp::output(signature),
        body: watch::tangent(signature, rule, &made),
        ..Item::default()
    };
    all.extend(signature.item(&signature.public("jvp"), item));
    all
}

/// For callers: the direction put together from the tangents of the arguments.
fn hidden_jvp(signature: &Signature<'_>) -> TokenStream {
    let wanted = signature.wrt();
    let in_out = signature.in_out();
    let (mut params, mut lets, mut buffers) = (Vec::new(), TokenStream::new(), Vec::new());
    for (k, param) in signature.params.iter().enumerate() {
        let name = param.shadow("t");
        let active = wanted.contains(&k) || in_out.contains(&k);
        let ty = jvp::tangent_type(signature, k, active);
        params.push(signature.declaration(k));
        params.push(if active {
            q!(#name: ::core::option::Option<#ty>)
        } else {
            q!(_: ::core::option::Option<#ty>)
        });
        if !active {
            continue;
        }
        let (zero, scratch) =
            (signature.zero(&param.model.class, &signature.shared(k)), local(&format!("z_{k}")));
        lets.extend(match (param.model.pass, param.is_sliced()) {
            (Pass::RefMut, _) => {
                buffers.push(q!(#name));
                q!(let mut #scratch = #zero; let #name = #name.unwrap_or(&mut #scratch);)
            }
            (Pass::Ref, true) => q!(let #scratch = #zero; let #name = #name.unwrap_or(&#scratch);),
            (Pass::Value, true) => q!(let #scratch = #name.unwrap_or_else(|| #zero); let #name = &#scratch;),
            (Pass::Value, false) => q!(let #name = #name.unwrap_or_else(|| #zero);),
            (Pass::Ref, false) => q!(let #name = #name.cloned().unwrap_or_else(|| #zero);),
        });
    }
    let direction = signature.gather(|k| {
        let name = signature.params[k].shadow("t");
        q!(#name)
    });
    let arguments = signature.arguments().into_iter().chain([direction]).chain(buffers).collect::<Vec<_>>();
    let made = signature.call(&signature.public("jvp"), &arguments);
    let item = Item { params, output: jvp::output(signature), body: q!(#lets #made), ..Item::default() };
    signature.item(&signature.hidden("jvp"), item)
}
