//! The gradient of a result whose type only rustc sees (`type Metres = f64;`): the same forms through the pullback, for
//! results that are floats.
//!
//! ```text
//! fn value_and_grad(x: f64) -> (Metres, f64) where for<'__bp> Metres: ScalarResult<<Metres as Differentiable>::Tangent> {
//!     let (__y, __pullback) = Self::vjp(x);
//!     (__y, __pullback(<Metres as ScalarResult<_>>::one()))
//! }
//! ```
//! For a struct the forms are there, and calling them is an error that says why. (Without `for<'__bp>`, the function itself
//! would be the error.)

use super::core::local;
use super::functions;
use super::generics::Mentioned;
use super::grad::{length_checks, write_returned};
use super::signature::{Item, Signature};
use crate::emit::tables;
use crate::ir::Ty;
use crate::model::Model;
use proc_macro2::TokenStream;

/// Is the result of a named type without arguments, which may be another name of a float?
pub fn wanted(signature: &Signature<'_>) -> bool {
    let output = &signature.model.output;
    let Ty::Adt(code, _) = &output.class else { return false };
    let tokens = tables::tokens(&signature.model.source, *code);
    let plain = !tokens.to_string().contains('<') && !Mentioned::of(tokens).says("Self");
    plain && output.differentiable && signature.in_out().is_empty()
}

pub fn family(signature: &Signature<'_>) -> TokenStream {
    let mut model: Model = signature.model.clone();
    let (ty, krate) = (signature.output(), &signature.krate);
    let tangent = q!(<#ty as #krate::Differentiable>::Tangent);
    functions::constrain(&mut model.generics, q!(for<'__bp> #ty: #krate::__private::ScalarResult<#tangent>));
    let constrained = Signature::new(&model);
    let mut all = value_and_grad(&constrained);
    all.extend(super::grad::grad(&constrained));
    for kind in ["grad_into", "grad_add", "grad_with"] {
        all.extend(in_place(&constrained, kind));
    }
    all
}

fn value_and_grad(signature: &Signature<'_>) -> TokenStream {
    let (ty, krate) = (signature.output(), &signature.krate);
    let (y, pullback) = (local("y"), local("pullback"));
    let call = signature.call(&signature.public("vjp"), &signature.arguments());
    let body = q! {
        let (#y, #pullback) = #call;
        (#y, #pullback(<#ty as #krate::__private::ScalarResult<_>>::one()))
    };
    let doc = format!(
        " The value of [`{}`], and its gradient, for a result that is a float.",
        signature.model.ident
    );
    let gradient = signature.gradient_type();
    let params = signature.declarations();
    let item = Item { doc: Some(doc), params, output: q!((#ty, #gradient)), body, ..Item::default() };
    signature.item(&signature.public("value_and_grad"), item)
}

fn in_place(signature: &Signature<'_>, form: &str) -> TokenStream {
    let krate = &signature.krate;
    let (seed, y, pullback) = (local("seed"), local("y"), local("pullback"));
    let add = form == "grad_add";
    let mut params = signature.declarations();
    if form == "grad_with" {
        let at = usize::from(signature.params.first().is_some_and(|p| p.receiver));
        params.insert(at, q!(_: &mut #krate::Workspace));
    }
    let ty = signature.output();
    let made = if add {
        let tangent = signature.output_tangent();
        params.push(q!(#seed: #tangent));
        q!(#seed)
    } else {
        q!(<#ty as #krate::__private::ScalarResult<_>>::one())
    };
    let (mut writes, checks) = (TokenStream::new(), length_checks(signature));
    for k in signature.wrt() {
        let (name, buffer) = (signature.params[k].shadow("d"), &signature.params[k].buffer);
        params.push(q!(#name: &mut #buffer));
        let given = local(&format!("c_{}", signature.params[k].name()));
        writes.extend(write_returned(signature, k, &q!(#given), add));
    }
    let pattern = signature.gather(|k| {
        let given = local(&format!("c_{}", signature.params[k].name()));
        q!(#given)
    });
    let call = signature.call(&signature.public("vjp"), &signature.arguments());
    let body = q! {
        #checks
        let (#y, #pullback) = #call;
        let #pattern = #pullback(#made);
        #writes
        #y
    };
    let doc = format!(
        " The value of [`{}`], for a result that is a float; the gradient goes into the buffers.\n\n # Panics\n If a buffer is not as long as its parameter.",
        signature.model.ident
    );
    let output = ty.clone();
    signature.item(&signature.public(form), Item { doc: Some(doc), params, output, body, ..Item::default() })
}
