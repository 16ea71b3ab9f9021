//! Forward mode: `__jvp` for callers, `jvp` for the user.
//!
//! ```text
//! fn __jvp(x: f64, __t_x: Option<f64>, a: &[f64], __t_a: Option<&[f64]>, n: usize, _: Option<()>) -> (f64, f64)
//! fn jvp(x: f64, a: &[f64], n: usize, __dir: (f64, &[f64])) -> (f64, f64)
//! ```

use super::core::{bind_params, drop_unused, local, renamed, reserved, result, slots, used_params};
use super::functions;
use super::fwd::{Extra, Halves};
use super::generics::Mentioned;
use super::jacobian::count;
use super::signature::{Item, Parameter, Signature};
use crate::analysis::strict::is_strict;
use crate::emit::body::{Body, Style};
use crate::emit::callee::Entry;
use crate::emit::names::lanes;
use crate::emit::tables::has_slots;
use crate::ir::{ResultOf, Ty, ValueId};
use crate::model::Pass;
use crate::source::Source;
use crate::tangent::{Tangent, TangentInput};
use proc_macro2::{Ident, TokenStream};

/// The type of a tangent, behind its `Option`.
pub fn tangent_type(signature: &Signature<'_>, k: usize, active: bool) -> TokenStream {
    let param = &signature.params[k];
    if !active && signature.inferred {
        return q!(_);
    }
    let nothing = signature.nothing(k);
    let (owned, buffer) = if active { (&param.tangent, &param.buffer) } else { (&nothing, &nothing) };
    match param.model.pass {
        Pass::RefMut => q!(&mut #buffer),
        Pass::Ref => q!(&#buffer),
        Pass::Value => q!(#owned),
    }
}

pub fn active(tangent: &Tangent) -> Vec<bool> {
    tangent.inputs.iter().map(|i| !matches!(i, TangentInput::None)).collect()
}

fn ends(tangent: &Tangent) -> Vec<ValueId> {
    match tangent.output {
        ResultOf::Value(v) => vec![v],
        ResultOf::Unit | ResultOf::Mem(_) => Vec::new(),
    }
}

/// `(Y, Ydot)`
pub fn output(signature: &Signature<'_>) -> TokenStream {
    let (y, tangent) = (signature.output(), signature.output_tangent());
    q!((#y, #tangent))
}

/// The value and its tangent, as written: see [`super::fwd::halves`].
pub fn parts(signature: &Signature<'_>, tangent: &Tangent, source: &Source, extra: &Extra) -> Halves {
    let f = &tangent.f;
    let krate = &signature.krate;
    let ends = ends(tangent);
    let mut body = Body::new(f, source, krate, Style::Tangent, &ends, &extra.reserved);
    body.renamed = renamed(signature);
    body.lanes = signature.lanes;
    body.inferred = signature.inferred;
    bind_params(&mut body, signature, f);
    extra.bind(&mut body);
    let mut start = TokenStream::new();
    let mut inputs = Vec::new();
    for (k, input) in tangent.inputs.iter().enumerate().take(signature.params.len()) {
        let name = body.names.fresh(&format!("t_{}", signature.params[k].name()));
        let ty = tangent_type(signature, k, *input != TangentInput::None);
        inputs.push(q!(#name: ::core::option::Option<#ty>));
        start.extend(unwrap(&mut body, signature, k, input, &name));
    }
    body.top(&f.body.stmts);
    let tail = if f.body.diverges {
        TokenStream::new()
    } else {
        let y = result(&mut body, &f.result);
        let t_y = match &tangent.output {
            ResultOf::Unit => zero_result(signature),
            known => Some(result(&mut body, known)),
        };
        body.finish();
        match t_y {
            Some(t_y) if leaves_zeros(signature, tangent) => {
                q!((#y, #krate::__private::with_unsigned_zeros(#t_y)))
            }
            Some(t_y) => q!((#y, #t_y)),
            None => {
                let name = local("y");
                let zero = if signature.lanes {
                    let lanes = lanes();
                    q!(#krate::__private::zero_in_lanes::<#lanes, _>(&#name))
                } else {
                    q!(#krate::__private::zero(&#name))
                };
                q!(let #name = #y; let __zero = #zero; (#name, __zero))
            }
        }
    };
    let (written, tuple_slots) = (body.take_out(), slots(&body));
    let again = &extra.again;
    let nothing = nothing_to_do(signature, tangent);
    let frame = q!(#again #tuple_slots #nothing #start #tail);
    let mentioned = Mentioned::of(frame).and(written.clone());
    let written = q!(#again #tuple_slots #nothing #start #written #tail);
    let declared = used_params(signature, f, &body, &mentioned);
    let mut params = Vec::new();
    for (param, input) in declared.into_iter().zip(inputs) {
        params.push(param);
        params.push(drop_unused(input, &mentioned));
    }
    params.splice(2.min(params.len())..2.min(params.len()), extra.param.clone());
    Halves { params, written, mentioned }
}

/// So few numbers are looked at before they are carried along.
const FEW: u64 = 32;

/// Several directions at once: most do not matter to most calls, whose tangents are all zero then. The tangent of the
/// result is zero times its partials: zero where those are surely finite, else it is computed, once for all directions.
fn nothing_to_do(signature: &Signature<'_>, tangent: &Tangent) -> Option<TokenStream> {
    if !signature.lanes || tangent.f.body.diverges {
        return None;
    }
    let zero = signature.plain_zero(&signature.model.output.class)?;
    let given = few_numbers(signature, tangent)?;
    let krate = &signature.krate;
    let all = |what: &TokenStream| {
        let one = |(k, pass): &(usize, Pass)| {
            let name = signature.params[*k].shadow("t");
            match pass {
                Pass::Value => q!(#name.as_ref().is_none_or(#krate::__private::#what)),
                Pass::Ref | Pass::RefMut => q!(#name.is_none_or(#krate::__private::#what)),
            }
        };
        let all = given.iter().map(one);
        q!(#(#all)&&*)
    };
    if !leaves_zeros(signature, tangent) {
        let (same, first) = (all(&q!(is_same)), super::lanes::by_the_first(signature, &active(tangent)));
        return Some(q!(if #same { #first }));
    }
    let (zeros, y, value) = (all(&q!(is_zero)), local("y"), signature.call_user_plainly());
    Some(q! {
        if #zeros {
            let #y = #value;
            if #krate::__private::Plain::is_all_finite(&#y) {
                return (#y, #zero);
            }
        }
    })
}

/// The active parameters, if they are few numbers.
fn few_numbers(signature: &Signature<'_>, tangent: &Tangent) -> Option<Vec<(usize, Pass)>> {
    let mut all = Vec::new();
    for (k, (param, input)) in signature.params.iter().zip(&tangent.inputs).enumerate() {
        if *input == TangentInput::None {
            continue;
        }
        let few = count(&param.model.class).is_some_and(|n| n <= FEW);
        if !few || !is_array(&param.model.class) || param.model.pass == Pass::RefMut {
            return None;
        }
        all.push((k, param.model.pass));
    }
    (!all.is_empty()).then_some(all)
}

/// Zero tangents make a zero tangent if the value is finite; its sign is lost, in all forms alike.
fn leaves_zeros(signature: &Signature<'_>, tangent: &Tangent) -> bool {
    let copied =
        |p: &Parameter<'_>| p.model.pass == Pass::Ref || is_array(&p.model.class) || p.model.class == Ty::Int;
    is_array(&signature.model.output.class)
        && few_numbers(signature, tangent).is_some()
        && signature.params.iter().all(copied)
        && is_strict(&tangent.f)
}

/// A float, or an array of them.
fn is_array(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) => true,
        Ty::Array(elem, _) => is_array(elem),
        Ty::Int
        | Ty::Bool
        | Ty::Passive(_)
        | Ty::Slice(_)
        | Ty::Vec(_)
        | Ty::Tuple(_)
        | Ty::Option(_)
        | Ty::Boxed(_)
        | Ty::Adt(..)
        | Ty::Unknown => false,
    }
}

pub fn hidden(signature: &Signature<'_>, tangent: &Tangent, bounds: Vec<TokenStream>) -> TokenStream {
    let extra = Extra { reserved: reserved(signature), ..Extra::default() };
    let Halves { params, written, mentioned } = parts(signature, tangent, &signature.model.source, &extra);
    let start = functions::unpack(signature, &mentioned, Entry::Tangent);
    let (output, body) = (output(signature), q!(#start #written));
    signature.item(&signature.hidden("jvp"), Item { params, output, body, bounds, ..Item::default() })
}

/// A result that depends on nothing; `None`: its zero is made from its value.
fn zero_result(signature: &Signature<'_>) -> Option<TokenStream> {
    let output = &signature.model.output;
    if !output.differentiable {
        return Some(q!(()));
    }
    signature.plain_zero(&output.class)
}

/// The tangent out of its `Option`: zero where the caller has none.
fn unwrap(
    body: &mut Body<'_>,
    signature: &Signature<'_>,
    k: usize,
    input: &TangentInput,
    name: &Ident,
) -> TokenStream {
    let param = &signature.params[k];
    let shared = signature.shared(k);
    let zero = signature.zero(&param.model.class, &shared);
    match input {
        TangentInput::None => TokenStream::new(),
        TangentInput::Value(v) => {
            body.bind_value(*v, name);
            q!(let #name = #name.unwrap_or(#zero);)
        }
        TangentInput::Mem(m) => {
            body.bind_mem(*m, name);
            let written = body.facts.written.contains(m);
            let mutable = written.then(|| q!(mut));
            match param.model.pass {
                Pass::Value => q!(let #mutable #name = #name.unwrap_or_else(|| #zero);),
                Pass::Ref if has_slots(&param.model.class) => {
                    owned(body, name, &zero, param.is_sliced(), signature.inferred)
                }
                Pass::Ref => borrowed(body, name, &zero, &q!(&), signature.inferred),
                Pass::RefMut => borrowed(body, name, &zero, &q!(&mut), false),
            }
        }
    }
}

/// A copy, because the accessors of its fields want `&mut`.
fn owned(body: &mut Body<'_>, name: &Ident, zero: &TokenStream, sliced: bool, inferred: bool) -> TokenStream {
    let (scratch, krate) = (body.names.fresh("z"), body.krate);
    let copied = match (inferred, sliced) {
        (true, _) => q!(#krate::__private::ToOwned::to_owned(#name)),
        (false, true) => q!(#name.to_vec()),
        (false, false) => q!(#name.clone()),
    };
    q! {
        let mut #scratch = match #name {
            ::core::option::Option::Some(#name) => #copied,
            ::core::option::Option::None => #zero,
        };
        let #name = &mut #scratch;
    }
}

fn borrowed(
    body: &mut Body<'_>,
    name: &Ident,
    zero: &TokenStream,
    by: &TokenStream,
    inferred: bool,
) -> TokenStream {
    let scratch = body.names.fresh("z");
    let mutable = (by.to_string() != "&").then(|| q!(mut));
    // A slice's tangent is a `Vec`.
    let lent = if inferred { q!(::core::borrow::Borrow::borrow(&#scratch)) } else { q!(#by #scratch) };
    q! {
        let #mutable #scratch;
        let #name = match #name {
            ::core::option::Option::Some(#name) => #name,
            ::core::option::Option::None => {
                #scratch = #zero;
                #lent
            }
        };
    }
}

/// `dir` in the shape of G, with slices and `Vec`s borrowed.
pub fn direction_type(signature: &Signature<'_>) -> TokenStream {
    signature.gather(|k| {
        let param = &signature.params[k];
        let (tangent, buffer) = (&param.tangent, &param.buffer);
        if param.is_sliced() {
            q!(&#buffer)
        } else {
            q!(#tangent)
        }
    })
}

pub fn public_params(signature: &Signature<'_>) -> Vec<TokenStream> {
    let direction = local("direction");
    let ty = direction_type(signature);
    let mut params = signature.declarations();
    params.push(q!(#direction: #ty));
    for k in signature.in_out() {
        let (name, buffer) = (signature.params[k].shadow("t"), &signature.params[k].buffer);
        params.push(q!(#name: &mut #buffer));
    }
    params
}

pub fn item(signature: &Signature<'_>, active: &[bool]) -> TokenStream {
    let direction = local("direction");
    let pattern = signature.gather(|k| {
        let name = signature.params[k].shadow("t");
        if active[k] {
            q!(#name)
        } else {
            q!(_)
        }
    });
    let wanted = signature.wrt();
    let in_out = signature.in_out();
    let given = functions::arguments(signature, Entry::Tangent);
    let mut arguments = Vec::new();
    for (k, param) in signature.params.iter().enumerate() {
        let name = param.shadow("t");
        arguments.push(given[k].clone());
        let wants = active[k] && (wanted.contains(&k) || in_out.contains(&k));
        let sliced = param.is_sliced();
        arguments.push(match (wants, param.model.pass) {
            (false, _) => q!(::core::option::Option::None),
            (true, Pass::Ref) if !sliced => q!(::core::option::Option::Some(&#name)),
            (true, Pass::Value) if sliced => q!(::core::option::Option::Some(#name.to_vec())),
            (true, Pass::Value | Pass::Ref | Pass::RefMut) => q!(::core::option::Option::Some(#name)),
        });
    }
    let call = functions::call(signature, &signature.hidden("jvp"), Entry::Tangent, &arguments);
    let wants = !wanted.is_empty();
    let unpack = if wants { q!(let #pattern = #direction;) } else { q!(let () = #direction;) };
    let body = q!(#unpack #call);
    let doc = format!(
        " The value of [`{}`], and its derivative in a direction of the shape of the gradient.",
        signature.model.ident
    );
    let params = public_params(signature);
    let item = Item { doc: Some(doc), params, output: output(signature), body, ..Item::default() };
    signature.item(&signature.public("jvp"), item)
}
