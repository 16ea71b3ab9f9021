//! The companion: one file per family of forms.
//!
//! | file | forms |
//! |---|---|
//! | `core` | `__core`, which the gradient family wraps |
//! | `grad` | `grad`, `value_and_grad`, `grad_into`, `grad_add`, `grad_with` |
//! | `unseen_scalar` | the same where only rustc sees whether the result is a float |
//! | `fwd`, `vjp` | `__fwd`, `__m_call` (for callers), `vjp` |
//! | `dot` | `__m_fwd`, `__m_jvp`: the same for callers that write `x.m(..)` |
//! | `jvp` | `__jvp`, `__m_call_jvp` (for callers), `jvp` |
//! | `functions`, `as_function` | parameters that are functions; functions that are arguments |
//! | `jacobian` | `jacobian` |
//! | `custom`, `watch` | all of them, from the user's rule |
//! | `stub` | the names alone |

mod anonymous;
mod arena;
mod as_function;
mod blocks;
mod bounds;
mod columns;
pub(super) mod core;
mod custom;
mod dot;
mod functions;
mod fwd;
mod generics;
mod grad;
mod jacobian;
mod jvp;
mod lanes;
mod signature;
mod stub;
mod unseen_scalar;
mod value;
mod vjp;
mod watch;
mod zeros;

pub use arena::is_itself;
pub use fwd::{halves, Extra};
pub use jacobian::count as numbers;
pub use jvp::parts as tangent_parts;
pub use signature::Signature;

use super::callee::Entry;
use super::Forms;
use crate::analysis::covers::Claim;
use crate::model::{Model, Receiver};
use proc_macro2::{Span, TokenStream};

pub fn companion(model: &Model, forms: &Forms, public: Option<&(Model, Forms)>) -> TokenStream {
    let named = anonymous::named(model);
    let signature = Signature::new(named.as_ref().unwrap_or(model));
    let mut all = TokenStream::new();
    if model.options.vjp.is_some() || model.options.jvp.is_some() {
        all.extend(custom::forms(&signature));
        return wrap(model, &signature, &forms.claims, &all);
    }
    all.extend(called(model, forms));
    if functions::active(model) {
        // For callers alone, but for the gradient of what does not depend on the function.
        if let Some((model, Forms { joint: Some(joint), .. })) = public {
            let named = anonymous::named(model);
            let signature = Signature::new(named.as_ref().unwrap_or(model));
            all.extend(grad::family(&core::Core::new(&signature, joint)));
        } else {
            let model = functions::without_derivative(signature.model);
            all.extend(stub::for_callers(&Signature::new(&model)));
        }
        return wrap(model, &signature, &forms.claims, &all);
    }
    let wide = signature.in_lanes();
    if let Some(joint) = &forms.joint {
        all.extend(grad::family(&core::Core::new(&signature, joint).or(forms.other.as_ref())));
    }
    if let (true, Some(split)) = (forms.line, &forms.split) {
        all.extend(grad::family(&core::Core::of_line(&signature, split)));
    }
    if let Some(split) = &forms.split {
        all.extend(vjp::item(&signature, &fwd::active(split)));
        if forms.joint.is_none() && !forms.line && unseen_scalar::wanted(&signature) {
            all.extend(unseen_scalar::family(&signature));
        }
        let rows = forms.rows.as_ref().map(|rows| core::Core::new(&wide, rows));
        all.extend(rows.as_ref().map(core::Core::item));
        all.extend(jacobian::item(&signature, rows.as_ref(), forms.blocks.is_some()));
    }
    if let Some(tangent) = &forms.tangent {
        all.extend(jvp::item(&signature, &jvp::active(tangent)));
    }
    wrap(model, &signature, &forms.claims, &all)
}

/// What other differentiated functions call, alone.
pub fn for_callers(model: &Model, forms: &Forms) -> TokenStream {
    let named = anonymous::named(model);
    let signature = Signature::new(named.as_ref().unwrap_or(model));
    let all = match (&model.options.vjp, &model.options.jvp) {
        (None, None) => called(model, forms),
        (Some(_), _) | (_, Some(_)) => custom::forms(&signature),
    };
    wrap(model, &signature, &forms.claims, &all)
}

pub fn wants_blocks(model: &Model) -> bool {
    blocks::wanted(model)
}

pub fn wants_rows(model: &Model) -> bool {
    let signature = Signature::new(model);
    jacobian::wanted(&signature) && !columns::preferred(&signature)
}

/// The rows that one sweep takes, if that is all of them.
pub fn rows_at_once(model: &Model) -> Option<usize> {
    jacobian::few(&model.output.class)
}

/// What other differentiated functions call.
fn called(model: &Model, forms: &Forms) -> TokenStream {
    let mut all = TokenStream::new();
    if let Some(split) = &forms.split {
        let model = functions::hidden(model, Entry::Forward).unwrap_or_else(|| model.clone());
        let named = anonymous::named(&model);
        let signature = Signature::new(named.as_ref().unwrap_or(&model));
        all.extend(fwd::item(&signature, split, forms));
        all.extend(dot::forward(&signature, &fwd::active(split)));
        all.extend(as_function::forward(&signature, &fwd::active(split)));
    }
    if let Some(tangent) = &forms.tangent {
        let model = functions::hidden(model, Entry::Tangent).unwrap_or_else(|| model.clone());
        let named = anonymous::named(&model);
        let signature = Signature::new(named.as_ref().unwrap_or(&model));
        let active = jvp::active(tangent);
        all.extend(jvp::hidden(&signature, tangent, Vec::new()));
        all.extend(dot::tangent(&signature, &active));
        all.extend(as_function::tangent(&signature, &active));
        all.extend(lanes::entry(&signature, forms.directions.as_ref(), &active));
        all.extend(blocks::entry(&signature, forms.blocks.as_ref(), &active));
    }
    all
}

pub fn stub(model: &Model) -> TokenStream {
    let named = anonymous::named(model);
    let signature = Signature::new(named.as_ref().unwrap_or(model));
    let mut all = stub::forms(&signature);
    if model.receiver == Receiver::Free {
        all.extend(stub::value(&signature));
    }
    frame(model, &signature, &[], &all)
}

/// In the companion enum; beside a method as they are.
fn wrap(model: &Model, signature: &Signature<'_>, claims: &[Claim], forms: &TokenStream) -> TokenStream {
    if model.receiver != Receiver::Free {
        let (vis, cfgs) = (&model.vis, &model.cfgs);
        let seal = model.source.seal.as_ref();
        let seal = seal.map(|name| q!(#(#cfgs)* #[doc(hidden)] #vis const #name: () = ();));
        return q!(#seal #forms);
    }
    let value = value::item(signature, &model.generics.turbofish);
    frame(model, signature, claims, &q!(#value #forms))
}

fn frame(model: &Model, signature: &Signature<'_>, claims: &[Claim], forms: &TokenStream) -> TokenStream {
    if model.receiver != Receiver::Free {
        return forms.clone();
    }
    let name = model.options.name.as_ref().unwrap_or(&model.ident);
    let mut name = name.clone();
    name.set_span(name.span().resolved_at(Span::mixed_site()));
    let (vis, cfgs) = (&model.vis, &model.cfgs);
    let bounds = bounds::clause(signature);
    let claims = covers(claims);
    q! {
        #(#cfgs)*
        #[doc(hidden)]
        #vis enum #name {}

        #(#cfgs)*
        impl #name #bounds {
            #claims
            #forms
        }
    }
}

/// `__covers`: is this parameter wholly overwritten first, if these are not less than its length? (`analysis/covers.rs`)
fn covers(claims: &[Claim]) -> TokenStream {
    let [param, enough, long] = ["param", "enough", "long"].map(core::local);
    let arms = claims.iter().map(
        |Claim { param, values, lens }| q!(#param => #values & #enough == #values && #lens & #long == #lens,),
    );
    let int = q!(::core::primitive::u64);
    let unused = claims.is_empty().then(|| q!(let _ = (#enough, #long);));
    let name = super::names::generated("__covers", Span::mixed_site());
    q! {
        #[doc(hidden)]
        pub const fn #name(#param: ::core::primitive::usize, #enough: #int, #long: #int) -> ::core::primitive::bool {
            #unused
            match #param {
                #(#arms)*
                _ => false,
            }
        }
    }
}
