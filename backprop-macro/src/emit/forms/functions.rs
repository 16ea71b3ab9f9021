//! Parameters that are functions: in the hidden forms such a parameter is a pair of what the function captures and its
//! forward half (or its tangent), which the caller has made.
//!
//! ```text
//! fn f(g: impl Fn(f64) -> f64, x: f64) -> f64
//!   →
//! fn __fwd<__E0: Differentiable, __K0, __C0: Fn(&__E0, &__K0, f64) -> (f64, __P0), __P0: FnOnce(f64, &__E0, ..) -> ..>
//!     (g: (__E0, __K0, __C0), x: f64) -> (f64, impl FnOnce(f64, &__E0, Option<&mut __E0::Tangent>) -> ((), f64))
//! ```
//! `__E0` holds what may carry derivatives: the pullback gets it again, with the buffer for its cotangent, like any
//! argument by reference. `__K0` holds the rest, and stays in the residual. The code itself captures nothing, so that no
//! type has a lifetime of the caller's.

use super::core::local;
use super::generics::Mentioned;
use super::signature::Signature;
use crate::emit::callee::Entry;
use crate::emit::names::generated;
use crate::ir::Ty;
use crate::model::{call_name, constants_name, FunctionInput, FunctionParam, Generics, Model, Pass};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};

pub fn any(model: &Model) -> bool {
    model.params.iter().any(|p| p.function.is_some())
}

pub fn active(model: &Model) -> bool {
    model.params.iter().any(|p| p.function.as_ref().is_some_and(|f| f.active))
}

/// The names of the type parameters for one function.
struct Names {
    env: Ident,
    constants: Ident,
    call: Ident,
    pullback: Ident,
}

fn names(k: usize) -> Names {
    let name = |prefix: &str| generated(&format!("__{prefix}{k}"), Span::mixed_site());
    Names { env: name("E"), constants: name("K"), call: name("C"), pullback: name("P") }
}

/// The function as the hidden form of this kind takes it; `None`: it has no such parameter.
pub fn hidden(model: &Model, entry: Entry) -> Option<Model> {
    if !any(model) {
        return None;
    }
    let signature = Signature::new(model);
    let mut copy = model.clone();
    let mut generics =
        model.generics.without_functions.as_deref().cloned().unwrap_or_else(|| model.generics.clone());
    for (k, param) in copy.params.iter_mut().enumerate() {
        let Some(function) = &param.function else { continue };
        let Names { env, constants, call, .. } = names(k);
        declare(&mut generics, &signature, k, function, entry);
        param.ty = q!((#env, #constants, #call));
        param.inner = q!(#env);
        param.pass = Pass::Ref;
        param.class = Ty::Unknown;
        param.differentiable = function.active;
    }
    copy.generics = generics;
    Some(copy)
}

fn declare(
    generics: &mut Generics,
    signature: &Signature<'_>,
    k: usize,
    function: &FunctionParam,
    entry: Entry,
) {
    let Names { env, constants, call, pullback } = names(k);
    let owned = super::fwd::is_recursive(signature).then(|| q!(+ 'static));
    let krate = &signature.krate;
    let tangent = q!(<#env as #krate::Differentiable>::Tangent);
    let output = &function.output;
    let output_tangent = output_tangent(signature, function);
    let (mut given, mut back, mut returned) = (Vec::new(), Vec::new(), Vec::new());
    for input in &function.inputs {
        let FunctionInput { ty, inner, pass, .. } = input;
        let (owned, buffer) = tangents(signature, input);
        match (entry, pass) {
            (Entry::Forward | Entry::Function, Pass::Value) => {
                given.push(q!(#ty));
                returned.push(owned);
            }
            (Entry::Forward | Entry::Function, Pass::Ref | Pass::RefMut) => {
                given.push(q!(#ty));
                back.extend([q!(&#inner), q!(::core::option::Option<&mut #buffer>)]);
                returned.push(q!(()));
            }
            (_, Pass::Value) => given.extend([q!(#ty), q!(::core::option::Option<#owned>)]),
            (_, Pass::Ref | Pass::RefMut) => given.extend([q!(#ty), q!(::core::option::Option<&#buffer>)]),
        }
    }
    let forward = is_forward(entry);
    let second = if forward { q!(#pullback) } else { q!(#output_tangent) };
    let extra = (!forward).then(|| q!(::core::option::Option<&#tangent>)).into_iter();
    add(generics, &env, q!(#krate::Differentiable + ::core::clone::Clone #owned));
    // Handed on with it.
    add(generics, &constants, if function.active { q!(::core::clone::Clone #owned) } else { q!() });
    let code = q!(::core::ops::Fn(&#env, #(#extra,)* &#constants, #(#given),*) -> (#output, #second));
    add(generics, &call, q!(#code + ::core::marker::Copy));
    constrain(generics, q!(#tangent: #krate::__private::Accumulate<#tangent> #owned));
    if forward {
        let bound = q! {
            ::core::ops::FnOnce(
                #output_tangent, &#env, ::core::option::Option<&mut #tangent>, &#constants, #(#back),*
            ) -> ((), #(#returned,)*) #owned
        };
        add(generics, &pullback, bound);
    }
}

fn is_forward(entry: Entry) -> bool {
    match entry {
        Entry::Forward | Entry::Function | Entry::Up | Entry::Down => true,
        Entry::Tangent
        | Entry::TangentLanes
        | Entry::TangentBlocks
        | Entry::ForwardTangent
        | Entry::FunctionTangent => false,
    }
}

/// One more predicate.
pub fn constrain(generics: &mut Generics, predicate: TokenStream) {
    let clause = &generics.where_clause;
    let ends = clause.clone().into_iter().last().is_some_and(|t| t.to_string() == ",");
    generics.where_clause = match (clause.is_empty(), ends) {
        (true, _) => q!(where #predicate),
        (false, true) => q!(#clause #predicate),
        (false, false) => q!(#clause, #predicate),
    };
}

/// For the forms that plain code can't use: no function has what they ask for.
pub fn without_derivative(model: &Model) -> Model {
    let mut copy = model.clone();
    let krate = copy.options.krate.clone().unwrap_or_else(|| q!(::backprop));
    for param in &model.params {
        if param.function.as_ref().is_some_and(|f| f.active) {
            let ty = &param.inner;
            constrain(&mut copy.generics, q!(#ty: #krate::__private::HasDerivative));
        }
    }
    copy
}

/// The type of the cotangent, by value and in a buffer.
fn tangents(signature: &Signature<'_>, input: &FunctionInput) -> (TokenStream, TokenStream) {
    if input.class.is_passive() {
        return (q!(()), q!(()));
    }
    let owned = signature.tangent(&input.class, &input.inner);
    let buffer = signature.buffer(&input.class, input.pass, &owned);
    (owned, buffer)
}

fn add(generics: &mut Generics, name: &Ident, bound: TokenStream) {
    let colon = (!bound.is_empty()).then(|| q!(:));
    let declared = q!(#name #colon #bound);
    let inside = inner(&generics.params, 1);
    generics.params = if inside.is_empty() { q!(<#declared>) } else { q!(<#inside #declared>) };
    let inside = inner(&generics.turbofish, 3);
    generics.turbofish = if inside.is_empty() { q!(::<_>) } else { q!(::<#inside _>) };
    generics.types.push(name.clone());
}

/// What stands between the angle brackets, with a comma.
fn inner(tokens: &TokenStream, front: usize) -> TokenStream {
    let items: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let end = items.len().saturating_sub(1);
    let inside: TokenStream = items.get(front..end).unwrap_or_default().iter().cloned().collect();
    let ends = inside.clone().into_iter().last().is_some_and(|t| t.to_string() == ",");
    if inside.is_empty() || ends {
        inside
    } else {
        q!(#inside,)
    }
}

/// At the start of a hidden form: the pairs taken apart. What is not differentiated becomes a plain closure again.
pub fn unpack(signature: &Signature<'_>, written: &Mentioned, entry: Entry) -> TokenStream {
    let mut out = TokenStream::new();
    for (k, param) in signature.params.iter().enumerate() {
        let Some(function) = &param.model.function else { continue };
        let (ident, call) = (&param.ident, call_name(&param.ident));
        if !written.has(ident) {
            continue;
        }
        let env = local(&format!("env_{k}"));
        let (constants, kept) = (constants_name(&call), local(&format!("constants_{k}")));
        let code = local(&format!("call_{k}"));
        if function.active {
            out.extend(q!(let (#env, #kept, #code) = #ident; let #ident = &#env;));
            if written.has(&constants) {
                out.extend(q!(let #constants = &#kept;));
            }
            if written.has(&call) {
                out.extend(q!(let #call = &#code;));
            }
            continue;
        }
        let inputs = inputs(function);
        let declared = inputs.iter().zip(&function.inputs).map(|(name, input)| {
            let ty = &input.ty;
            q!(#name: #ty)
        });
        let given = inputs.iter().map(|name| match entry {
            Entry::Forward | Entry::Function | Entry::Up | Entry::Down => q!(#name),
            Entry::Tangent
            | Entry::TangentLanes
            | Entry::TangentBlocks
            | Entry::ForwardTangent
            | Entry::FunctionTangent => {
                q!(#name, ::core::option::Option::None)
            }
        });
        let none = (entry == Entry::Tangent).then(|| q!(::core::option::Option::None,));
        let and = function.by_ref.then(|| q!(&));
        out.extend(q! {
            let (#env, #kept, #code) = #ident;
            let #ident = #and |#(#declared),*| #code(&#env, #none &#kept, #(#given),*).0;
        });
    }
    out
}

/// In the pullback: what was kept there of each function.
pub fn unpack_again(signature: &Signature<'_>, reverse: &Mentioned) -> TokenStream {
    let mut out = TokenStream::new();
    for (k, param) in signature.params.iter().enumerate() {
        if param.model.function.as_ref().is_some_and(|f| f.active) {
            let constants = constants_name(&call_name(&param.ident));
            let kept = local(&format!("constants_{k}"));
            if reverse.has(&constants) {
                out.extend(q!(let #constants = &#kept;));
            }
        }
    }
    out
}

fn inputs(function: &FunctionParam) -> Vec<Ident> {
    (0..function.inputs.len()).map(|k| local(&format!("a{k}"))).collect()
}

/// A call of a hidden form from a public one: functions, which are constants there, are wrapped.
pub fn call(signature: &Signature<'_>, form: &Ident, entry: Entry, arguments: &[TokenStream]) -> TokenStream {
    let Some(hidden) = hidden(signature.model, entry) else { return signature.call(form, arguments) };
    let turbofish = &hidden.generics.turbofish;
    q!(Self::#form #turbofish(#(#arguments),*))
}

/// The parameters, handed on to a hidden form.
pub fn arguments(signature: &Signature<'_>, entry: Entry) -> Vec<TokenStream> {
    let one = |k: usize| {
        let param = &signature.params[k];
        let ident = &param.ident;
        match &param.model.function {
            Some(function) => wrapped(signature, ident, function, entry),
            None => q!(#ident),
        }
    };
    (0..signature.params.len()).map(one).collect()
}

/// It is not asked for a derivative.
fn wrapped(signature: &Signature<'_>, ident: &Ident, function: &FunctionParam, entry: Entry) -> TokenStream {
    let krate = &signature.krate;
    let names = inputs(function);
    let (mut declared, mut back, mut returned) = (Vec::new(), Vec::new(), Vec::new());
    for (name, input) in names.iter().zip(&function.inputs) {
        let (ty, (owned, buffer)) = (&input.ty, tangents(signature, input));
        declared.push(q!(#name: #ty));
        match (is_forward(entry), input.pass) {
            (true, Pass::Value) => returned.push(owned),
            (true, Pass::Ref | Pass::RefMut) => {
                let inner = &input.inner;
                back.extend([q!(_: &#inner), q!(_: ::core::option::Option<&mut #buffer>)]);
                returned.push(q!(()));
            }
            (false, Pass::Value) => declared.push(q!(_: ::core::option::Option<#owned>)),
            (false, Pass::Ref | Pass::RefMut) => declared.push(q!(_: ::core::option::Option<&#buffer>)),
        }
    }
    let y = local("y");
    if is_forward(entry) {
        let seed = output_tangent(signature, function);
        return q! {
            ((), #ident, |_: &(), #ident: &_, #(#declared),*| (#ident(#(#names),*), |
                _: #seed, _: &(), _: ::core::option::Option<&mut ()>, _: &_, #(#back),*
            | -> ((), #(#returned,)*) { ::core::unreachable!() }))
        };
    }
    let zero = match (function.class.is_passive(), signature.plain_zero(&function.class)) {
        (true, _) => q!(()),
        (false, Some(zero)) => zero,
        (false, None) => q!(#krate::__private::zero(&#y)),
    };
    q! {
        ((), #ident, |_: &(), _: ::core::option::Option<&()>, #ident: &_, #(#declared),*| {
            let #y = #ident(#(#names),*);
            let __zero = #zero;
            (#y, __zero)
        })
    }
}

fn output_tangent(signature: &Signature<'_>, function: &FunctionParam) -> TokenStream {
    if function.class.is_passive() {
        return q!(());
    }
    signature.tangent(&function.class, &function.output)
}
