//! The gradient of a scalar result: `grad`, `value_and_grad`, `grad_into`, `grad_add`, `grad_with`.
//!
//! ```text
//! fn value_and_grad(x: f64, a: &[f64]) -> (f64, (f64, Vec<f64>)) {
//!     let mut __d_a = vec_from_elem(0.0, a.len());
//!     let (__y, (__d_x,)) = Self::__core(x, a, 1.0, &mut __d_a);
//!     (__y, (__d_x, __d_a))
//! }
//! ```

use super::core::{local, Core};
use super::signature::{Item, Signature};
use proc_macro2::TokenStream;

pub fn family(core: &Core<'_>) -> TokenStream {
    let mut all = core.item();
    all.extend(value_and_grad(core));
    all.extend(grad(core.signature));
    all.extend(in_place(core, Kind::Into));
    all.extend(in_place(core, Kind::Add));
    all.extend(in_place(core, Kind::With));
    all
}

fn user(signature: &Signature<'_>) -> String {
    format!("[`{0}`]", signature.model.ident)
}

fn entries(signature: &Signature<'_>) -> String {
    let wrt = signature.wrt();
    let names: Vec<String> = wrt.iter().map(|k| format!("`{}`", signature.params[*k].model.ident)).collect();
    names.join(", ")
}

fn value_and_grad(core: &Core<'_>) -> TokenStream {
    let signature = core.signature;
    let (lets, seed) = (made_buffers(core), signature.one());
    let buffers: Vec<TokenStream> = core
        .buffered()
        .into_iter()
        .map(|k| {
            let name = signature.params[k].shadow("d");
            q!(&mut #name)
        })
        .collect();
    let call = core.call(&seed, &buffers, &fresh(signature), true);
    let pattern = returned_pattern(core);
    let gradient = signature.gather(|k| {
        let name = signature.params[k].shadow("d");
        q!(#name)
    });
    let y = local("y");
    let body = q! {
        #lets
        let (#y, #pattern) = #call;
        (#y, #gradient)
    };
    let (value, gradient) = (signature.output(), signature.gradient_type());
    let doc = format!(
        " The value of {}, and its gradient with respect to {}.",
        user(signature),
        entries(signature)
    );
    let params = signature.declarations();
    let item = Item { doc: Some(doc), params, output: q!((#value, #gradient)), body, ..Item::default() };
    signature.item(&signature.public("value_and_grad"), item)
}

pub(super) fn grad(signature: &Signature<'_>) -> TokenStream {
    let call = signature.call(&signature.public("value_and_grad"), &signature.arguments());
    let doc = format!(" The gradient of {} with respect to {}.", user(signature), entries(signature));
    let item = Item {
        doc: Some(doc),
        params: signature.declarations(),
        output: signature.gradient_type(),
        body: q!(#call.1),
        ..Item::default()
    };
    signature.item(&signature.public("grad"), item)
}

/// New stacks for every call.
pub(super) fn fresh(signature: &Signature<'_>) -> TokenStream {
    let krate = &signature.krate;
    q!(&mut #krate::__private::Fresh)
}

/// Zero buffers for the parameters behind references.
pub(super) fn made_buffers(core: &Core<'_>) -> TokenStream {
    let make = |k: usize| {
        let param = &core.signature.params[k];
        let (name, zero) =
            (param.shadow("d"), core.signature.zero(&param.model.class, &core.signature.shared(k)));
        q!(let mut #name = #zero;)
    };
    core.buffered().into_iter().map(make).collect()
}

/// `(__d_x, __d_y)`; `_` for what G has no entry for.
pub(super) fn returned_pattern(core: &Core<'_>) -> TokenStream {
    let wanted = core.signature.wrt();
    let names = core.returned().into_iter().map(|k| {
        let name = core.signature.params[k].shadow("d");
        if wanted.contains(&k) {
            q!(#name)
        } else {
            q!(_)
        }
    });
    q!((#(#names,)*))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Into,
    Add,
    With,
}

/// The forms that write to the caller's buffers.
fn in_place(core: &Core<'_>, kind: Kind) -> TokenStream {
    let signature = core.signature;
    let krate = &signature.krate;
    let mut params = signature.declarations();
    let workspace = local("workspace");
    if kind == Kind::With {
        let at = usize::from(signature.params.first().is_some_and(|p| p.receiver));
        let name = if core.store { q!(#workspace) } else { q!(_) };
        params.insert(at, q!(#name: &mut #krate::Workspace));
    }
    let seed = local("seed");
    let seed_ty = signature.output_tangent();
    if kind == Kind::Add {
        params.push(q!(#seed: #seed_ty));
    }
    for k in signature.wrt() {
        let (name, buffer) = (signature.params[k].shadow("d"), &signature.params[k].buffer);
        params.push(q!(#name: &mut #buffer));
    }
    let seed = if kind == Kind::Add { q!(#seed) } else { signature.one() };
    let store = if kind == Kind::With { q!(#workspace) } else { fresh(signature) };
    let body = if kind == Kind::With && !core.store {
        let mut arguments = signature.arguments();
        arguments.extend(signature.wrt().into_iter().map(|k| {
            let name = signature.params[k].shadow("d");
            q!(#name)
        }));
        signature.call(&signature.public("grad_into"), &arguments)
    } else {
        in_place_body(core, kind, &seed, &store)
    };
    let doc = match kind {
        Kind::Into => "overwrites the buffers with the gradient",
        Kind::Add => "adds the gradient, times the seed, to the buffers",
        Kind::With => "overwrites the buffers with the gradient, and reuses the memory of the workspace",
    };
    let doc = format!(
        " The value of {}; {doc} (with respect to {}).\n\n # Panics\n If a buffer is not as long as its parameter.",
        user(signature),
        entries(signature)
    );
    let name = match kind {
        Kind::Into => "grad_into",
        Kind::Add => "grad_add",
        Kind::With => "grad_with",
    };
    let output = signature.output().clone();
    signature.item(&signature.public(name), Item { doc: Some(doc), params, output, body, ..Item::default() })
}

fn in_place_body(core: &Core<'_>, kind: Kind, seed: &TokenStream, store: &TokenStream) -> TokenStream {
    let signature = core.signature;
    let checks = length_checks(signature);
    let zeros: TokenStream = if kind == Kind::Add {
        TokenStream::new()
    } else {
        core.buffered()
            .into_iter()
            .filter(|k| !core.is_assigned(*k))
            .map(|k| zero_buffer(signature, k))
            .collect()
    };
    let buffers: Vec<TokenStream> = core
        .buffered()
        .into_iter()
        .map(|k| {
            let name = signature.params[k].shadow("d");
            q!(#name)
        })
        .collect();
    let call = core.call(seed, &buffers, store, kind != Kind::Add);
    let y = local("y");
    let wanted = signature.wrt();
    let (mut names, mut writes) = (Vec::new(), TokenStream::new());
    for k in core.returned() {
        if !wanted.contains(&k) {
            names.push(q!(_));
            continue;
        }
        let name = local(&format!("c_{}", signature.params[k].name()));
        writes.extend(write_returned(signature, k, &q!(#name), kind == Kind::Add));
        names.push(q!(#name));
    }
    q! {
        #checks
        #zeros
        let (#y, (#(#names,)*)) = #call;
        #writes
        #y
    }
}

/// Buffers of slices must have the parameter's length.
pub fn length_checks(signature: &Signature<'_>) -> TokenStream {
    let krate = &signature.krate;
    let check = |k: usize| {
        let param = &signature.params[k];
        let (text, ident, name) = (param.model.ident.to_string(), &param.ident, param.shadow("d"));
        param.is_sliced().then(|| q!(#krate::__private::check_len(#text, #name.len(), #ident.len());))
    };
    signature.wrt().into_iter().filter_map(check).collect()
}

fn zero_buffer(signature: &Signature<'_>, k: usize) -> TokenStream {
    let param = &signature.params[k];
    let name = param.shadow("d");
    let class = &param.model.class;
    if let crate::ir::Ty::Slice(elem) | crate::ir::Ty::Vec(elem) = class {
        if let Some(zero) = signature.plain_zero(elem) {
            return q!(#name.fill(#zero););
        }
        let (krate, shared) = (&signature.krate, signature.shared(k));
        return q!(#krate::__private::zero_slice(#name, #shared););
    }
    let zero = signature.zero(class, &signature.shared(k));
    q!(*#name = #zero;)
}

/// What the core has returned, into the caller's buffer.
pub fn write_returned(signature: &Signature<'_>, k: usize, value: &TokenStream, add: bool) -> TokenStream {
    let krate = &signature.krate;
    let param = &signature.params[k];
    let name = param.shadow("d");
    match (add, param.is_sliced()) {
        (true, _) if param.model.class.is_float() => q!(*#name += #value;),
        (true, _) => q!(#krate::__private::Accumulate::accumulate(#name, #value);),
        (false, true) => q!(#name.clone_from_slice(&#value);),
        (false, false) => q!(*#name = #value;),
    }
}
