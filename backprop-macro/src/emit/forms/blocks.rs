//! `__jvp_blocks`: forward mode in many directions at once, in blocks of lanes with masks: see `lanes/blocks`.
//!
//! ```text
//! fn __jvp_blocks<const __K: usize, const __B: usize>(x: f64, __t_x: [Option<Lanes<f64, __K>>; __B], __in_x: &[u64])
//!     -> (f64, [Lanes<f64, __K>; __B], [u64; 1])
//! ```
//! Every function with `__jvp_lanes` has it. Of few numbers, or where its statements can't be told apart, it is a sweep
//! for each block in the masks.

use super::core::{bind_params, drop_unused, local, renamed, reserved, result, slots, used_params};
use super::generics::Mentioned;
use super::jacobian::count;
use super::jvp;
use super::lanes::{bounds, bounds_of_entry, has_entry, is_copied};
use super::signature::{Item, Signature};
use crate::emit::blocks::{zeros, InBlocks, SMALL};
use crate::emit::body::{Body, Style};
use crate::emit::names::{blocks, lanes};
use crate::ir::ResultOf;
use crate::lanes::Blocks;
use crate::model::{Model, Pass, Receiver};
use crate::tangent::TangentInput;
use proc_macro2::TokenStream;

/// Does it gain by telling its statements apart?
pub fn wanted(model: &Model) -> bool {
    let signature = Signature::new(model);
    let few = |n: Option<u64>| n.is_some_and(|n| n <= SMALL);
    let inputs = signature.params.iter().filter(|p| p.model.differentiable).map(|p| count(&p.model.class));
    let small = inputs.into_iter().try_fold(0_u64, |sum, n| sum.checked_add(n?));
    let leaf = few(small) && few(count(&model.output.class));
    has_entry(&signature)
        && model.receiver == Receiver::Free
        && model.generics.types.is_empty()
        && model.generics.reals.is_empty()
        && model.generics.lifetimes.is_empty()
        && model.output.differentiable
        && !leaf
}

pub fn entry(signature: &Signature<'_>, in_blocks: Option<&Blocks>, active: &[bool]) -> TokenStream {
    if !has_entry(signature) || signature.model.receiver != Receiver::Free {
        return TokenStream::new();
    }
    let wide = signature.in_lanes();
    let item = match in_blocks {
        Some(of) => told_apart(&wide, of, active),
        None => sweeps(signature, &wide, active),
    };
    wide.item_in_blocks(item)
}

fn is_small(wide: &Signature<'_>) -> bool {
    count(&wide.model.output.class).is_some_and(|n| n <= SMALL)
}

/// `(Y, [Ydot; B], masks)`
fn output(wide: &Signature<'_>) -> TokenStream {
    let (krate, all) = (&wide.krate, blocks());
    let (y, tangent) = (wide.output(), wide.output_tangent());
    let parts = match is_small(wide) {
        true => q!([#tangent; #all]),
        false => q!(#krate::__private::Vec<#tangent>),
    };
    q!((#y, #parts, <#tangent as #krate::__private::Masked>::Masks))
}

fn params(wide: &Signature<'_>, active: &[bool], declared: Vec<TokenStream>) -> Vec<TokenStream> {
    let (mut params, all) = (Vec::new(), blocks());
    for (k, declaration) in declared.into_iter().enumerate() {
        let ty = jvp::tangent_type(wide, k, active[k]);
        let (name, mask) = (wide.params[k].shadow("t"), wide.params[k].shadow("in"));
        let (name, mask) = if active[k] { (q!(#name), q!(#mask)) } else { (q!(_), q!(_)) };
        params.push(declaration);
        params.push(q!(#name: [::core::option::Option<#ty>; #all]));
        params.push(q!(#mask: &[::core::primitive::u64]));
    }
    params
}

/// A sweep for each block.
fn sweeps(signature: &Signature<'_>, wide: &Signature<'_>, active: &[bool]) -> Item {
    let (krate, many) = (&signature.krate, lanes());
    let (y, t_y, mask, marks, block) =
        (local("y"), local("along"), local("marked"), local("marks"), local("at"));
    let mut arguments = Vec::new();
    let mut plain = Vec::new();
    let mut union = q!(0);
    for (k, argument) in signature.arguments().into_iter().enumerate() {
        let param = &signature.params[k];
        let again = if is_copied(param) {
            argument
        } else {
            q!(#krate::__private::CloneIn::<#many>::clone_in(&#argument))
        };
        plain.push(again.clone());
        arguments.push(again);
        if active[k] {
            let (name, of) = (param.shadow("t"), param.shadow("in"));
            arguments.push(q!(::core::clone::Clone::clone(&#name[#block])));
            union.extend(q!(| #krate::__private::union(&#of)));
        } else {
            arguments.push(q!(::core::option::Option::None));
        }
    }
    let value = Signature::new(signature.model).call_user(&plain);
    let call = wide.call(&wide.hidden("jvp"), &arguments);
    let class = &signature.model.output.class;
    let zero = match wide.plain_zero(class) {
        Some(zero) if class.is_plain() => zero,
        _ if signature.model.output.differentiable => q!(#krate::__private::zero_in_lanes::<#many, _>(&#y)),
        _ => q!(()),
    };
    let made = zeros(krate, class, &zero, is_small(wide));
    let body = q! {
        let #mask: ::core::primitive::u64 = #union;
        let #y = #value;
        let mut #t_y = #made;
        for #block in #krate::__private::bits(#mask) {
            #t_y[#block] = #call.1;
        }
        let mut #marks = #krate::__private::marks(&#t_y);
        #krate::__private::mark(&mut #marks, #mask);
        (#y, #t_y, #marks)
    };
    let declared = (0..signature.params.len()).map(|k| signature.declaration(k)).collect();
    let bounds = bounds_of_entry(signature, active);
    Item { params: params(wide, active, declared), output: output(wide), body, bounds, ..Item::default() }
}

/// The primal once.
fn told_apart(wide: &Signature<'_>, of: &Blocks, active: &[bool]) -> Item {
    let (tangent, f) = (&of.tangent, &of.tangent.f);
    let krate = &wide.krate;
    let mut body = Body::new(f, &wide.model.source, krate, Style::Tangent, &[], &reserved(wide));
    body.renamed = renamed(wide);
    body.lanes = true;
    body.blocks = Some(InBlocks::of(of.mems.clone(), &f.body));
    bind_params(&mut body, wide, f);
    let mut start = TokenStream::new();
    let mut inputs = Vec::new();
    let all = blocks();
    for (k, input) in tangent.inputs.iter().enumerate().take(wide.params.len()) {
        let name = body.names.fresh(&format!("t_{}", wide.params[k].name()));
        let mask = body.names.fresh("in");
        let ty = jvp::tangent_type(wide, k, *input != TangentInput::None);
        inputs.push([q!(#name: [::core::option::Option<#ty>; #all]), q!(#mask: &[::core::primitive::u64])]);
        let TangentInput::Mem(m) = input else { continue };
        body.bind_mem(*m, &name);
        let zero = wide.zero(&wide.params[k].model.class, &wide.shared(k));
        let scratch = body.names.fresh("z");
        let marked = body.blocks.as_ref().and_then(|b| b.mutable(*m));
        let written = body.facts.written.contains(m).then(|| q!(mut));
        start.extend(match wide.params[k].model.pass {
            Pass::Value => q! {
                let #written #name = #name.map(|__t| __t.unwrap_or_else(|| #zero));
                let #marked #mask = #krate::__private::marks_from(&#name[0], #mask);
            },
            Pass::Ref | Pass::RefMut => q! {
                let #scratch;
                let #name = match #krate::__private::all_given(#name) {
                    ::core::option::Option::Some(#name) => #name,
                    ::core::option::Option::None => {
                        #scratch = #zero;
                        #name.map(|__t| __t.unwrap_or(&#scratch))
                    }
                };
                let #marked #mask = #krate::__private::marks_from(#name[0], #mask);
            },
        });
        if let Some(blocks) = &mut body.blocks {
            blocks.masks.insert(*m, mask);
        }
    }
    body.top(&f.body.stmts);
    let y = result(&mut body, &f.result);
    let (t_y, marks) = match &tangent.output {
        ResultOf::Mem(m) => (body.mem_ident(*m), body.blocks.as_ref().and_then(|b| b.masks.get(m).cloned())),
        ResultOf::Unit | ResultOf::Value(_) => (local("t_y"), None),
    };
    body.finish();
    let tail = q!((#y, #krate::__private::Parts::into_parts(#t_y), #marks));
    let (written, tuple_slots) = (body.take_out(), slots(&body));
    let frame = q!(#tuple_slots #start #tail);
    let mentioned = Mentioned::of(frame).and(written.clone());
    let declared = used_params(wide, f, &body, &mentioned);
    let mut params = Vec::new();
    for (param, [tangent, mask]) in declared.into_iter().zip(inputs) {
        params.extend([param, drop_unused(tangent, &mentioned), drop_unused(mask, &mentioned)]);
    }
    let written = q!(#tuple_slots #start #written #tail);
    let bounds = bounds(wide, active);
    Item { params, output: output(wide), body: written, bounds, ..Item::default() }
}
