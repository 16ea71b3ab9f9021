//! The signature: what the function is called, what it takes and gives, and why it can't be differentiated.
//!
//! ```text
//! pub fn f<T: Real>(w: &[T], #[no_grad] n: usize) -> T   →   Model { params: [w: Ref Slice(T), active; n: Int], .. }
//! ```

use super::control::is_no_grad;
use super::fields::Fields;
use super::function_param;
use super::impl_generics::is_real;
use super::names;
use super::parse::Parsed;
use super::results::MethodResult;
use super::types::{first_argument, lower_type, primitive};
use crate::diag::{at, catalog, closest, meant, Diag, Errors};
use crate::enclosing::Place;
use crate::ir::ty::Seen;
use crate::ir::Ty;
use crate::model::{Generics, Model, Options, OutputModel, ParamModel, Pass, Receiver};
use crate::source::Source;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, ToTokens};
use syn::{
    FnArg, GenericParam, ImplItemFn, ReceiverKind, ReturnType, Safety, Type, TypeParamBound, WherePredicate,
};

/// Names that a companion enum must not hide.
const HIDDEN: [&str; 23] = [
    "f32",
    "f64",
    "usize",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "bool",
    "char",
    "str",
    "std",
    "core",
    "alloc",
    "backprop",
    "proc_macro",
    "test",
];

/// The function as a model; errors are added to the list.
pub fn model(
    parsed: &Parsed,
    options: Options,
    mut source: Source,
    results: &mut [MethodResult],
    errors: &mut Errors,
) -> Model {
    let item = &parsed.item;
    let sig = &item.sig;
    check_kind(item, errors);
    let mut generics = generics(&sig.generics);
    let functions = function_param::function_generics(sig, &generics.reals);
    generics.without_functions = function_param::without(&sig.generics, &functions, &generics);
    let receiver = receiver(item, &options);
    if receiver != Receiver::Free {
        let seen = super::impl_generics::reals(item, &generics);
        generics.reals.extend(seen);
    }
    let mut params = Vec::new();
    for (k, input) in sig.inputs.iter().enumerate() {
        params.push(param(k, input, sig, &generics, &mut source, errors));
    }
    let krate = options.krate.clone().unwrap_or_else(|| quote!(::backprop));
    let mut fields = Fields::of(parsed, &krate);
    params.iter_mut().for_each(|param| fields.see(&mut param.class, &mut source));
    results.iter_mut().for_each(|result| fields.see(&mut result.ty, &mut source));
    let output = match &sig.output {
        ReturnType::Type(_, ty) if unbound(ty, &sig.generics).is_some() && !errors.is_empty() => no_output(),
        written => output(written, &generics, &mut source, errors),
    };
    wrt(&mut params, &options, errors);
    let any = params.iter().any(|p| p.differentiable);
    let functions = params.iter().any(|p| p.function.as_ref().is_some_and(|f| f.active));
    let any = any || functions;
    if !any && errors.is_empty() {
        errors.push(catalog::no_parameter(at(&sig.ident)));
    }
    let results = params.iter().any(|p| p.differentiable && p.pass == Pass::RefMut);
    if any && !output.differentiable && !results && errors.is_empty() {
        match &sig.output {
            ReturnType::Type(_, ty) => {
                errors.push(catalog::nothing_to_differentiate(at(&**ty), &text(ty)));
            }
            ReturnType::Default => errors.push(catalog::nothing_to_differentiate(at(&sig.ident), "()")),
        }
    }
    // What the user allows in the function is allowed in its gradient, too.
    let carried = |a: &&syn::Attribute| a.path().is_ident("cfg") || a.path().is_ident("allow");
    let cfgs = item.attrs.iter().filter(carried).map(ToTokens::to_token_stream).collect();
    Model {
        source,
        options,
        ident: sig.ident.clone(),
        vis: item.vis.to_token_stream(),
        cfgs,
        generics,
        params,
        output,
        receiver,
        span: sig.ident.span(),
        recursive: false,
        closed_self: false,
    }
}

/// A function whose companion could only do harm where it stands, so that there is not even a stub.
pub fn misplaced(item: &ImplItemFn, options: &Options, place: Place) -> Option<Diag> {
    let (name, receiver) = (&item.sig.ident, receiver(item, options));
    let text = name.to_string();
    match place {
        Place::Impl { .. } | Place::Other
            if receiver == Receiver::Free && options.name.is_none() && HIDDEN.contains(&text.as_str()) =>
        {
            Some(catalog::companion_name(at(name), &text))
        }
        Place::Trait => Some(catalog::trait_method(at(name), &text)),
        Place::Impl { .. } if receiver == Receiver::Free => {
            Some(catalog::associated_function(at(name), &text))
        }
        Place::Impl { .. } | Place::Other => None,
    }
}

fn check_kind(item: &ImplItemFn, errors: &mut Errors) {
    let sig = &item.sig;
    for attr in &item.attrs {
        if attr.path().segments.last().is_some_and(|s| s.ident == "grad") {
            errors.push(catalog::attribute_twice(at(attr)));
        }
    }
    let mut refuse = |at, kind: &str| errors.push(catalog::function_kind(at, kind));
    if let Some(token) = &sig.constness {
        refuse(at(token), "a `const fn`");
    }
    if let Some(token) = &sig.asyncness {
        errors.push(catalog::asynchronous(at(token), "an `async fn`"));
        return;
    }
    if let Safety::Unsafe(token) = &sig.safety {
        refuse(at(token), "an `unsafe fn`");
    }
    if let Some(abi) = &sig.abi {
        refuse(at(abi), "an `extern` function");
    }
    if let Some(variadic) = &sig.variadic {
        refuse(at(variadic), "a variadic function");
    }
}

fn receiver(item: &ImplItemFn, options: &Options) -> Receiver {
    if item.sig.receiver().is_some() {
        return Receiver::Method;
    }
    let sig = &item.sig;
    let (inputs, output, generics) = (&sig.inputs, &sig.output, &sig.generics.where_clause);
    if options.method || mentions_self(quote!(#inputs #output #generics)) {
        return Receiver::Associated;
    }
    Receiver::Free
}

fn mentions_self(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|t| match t {
        proc_macro2::TokenTree::Ident(i) => i == "Self",
        proc_macro2::TokenTree::Group(g) => mentions_self(g.stream()),
        proc_macro2::TokenTree::Punct(_) | proc_macro2::TokenTree::Literal(_) => false,
    })
}

/// The generic parameters.
pub fn generics(generics: &syn::Generics) -> Generics {
    let mut out = Generics::default();
    let mut printed = Vec::new();
    let mut turbofish = Vec::new();
    for param in &generics.params {
        match param {
            GenericParam::Lifetime(p) => {
                let lifetime = &p.lifetime;
                out.lifetimes.push(quote!(#lifetime));
                printed.push(p.to_token_stream());
            }
            GenericParam::Type(p) => {
                let mut p = p.clone();
                p.default = None;
                if p.bounds.iter().any(is_real) {
                    out.reals.push(p.ident.clone());
                }
                turbofish.push(p.ident.clone());
                out.types.push(p.ident.clone());
                printed.push(p.to_token_stream());
            }
            GenericParam::Const(p) => {
                let mut p = p.clone();
                p.default = None;
                turbofish.push(p.ident.clone());
                out.types.push(p.ident.clone());
                printed.push(p.to_token_stream());
            }
        }
    }
    if let Some(clause) = &generics.where_clause {
        for predicate in &clause.predicates {
            if let WherePredicate::Type(p) = predicate {
                if let (Type::Path(path), true) = (&p.bounded_ty, p.bounds.iter().any(is_real)) {
                    out.reals.extend(path.path.get_ident().cloned());
                }
            }
        }
        out.where_clause = clause.to_token_stream();
    }
    if !printed.is_empty() {
        out.params = quote!(<#(#printed),*>);
    }
    if !turbofish.is_empty() {
        out.turbofish = quote!(::<#(#turbofish),*>);
    }
    out
}

fn param(
    k: usize,
    input: &FnArg,
    sig: &syn::Signature,
    generics: &Generics,
    source: &mut Source,
    errors: &mut Errors,
) -> ParamModel {
    match input {
        FnArg::Receiver(receiver) => self_param(receiver, source, errors),
        FnArg::Typed(typed) => {
            let mut no_grad = false;
            for attr in &typed.attrs {
                if is_no_grad(attr) {
                    no_grad = true;
                } else if attr.path().is_ident("cfg") {
                    errors.push(catalog::cfg_inside(at(attr)));
                }
            }
            let ident = match names::single(&typed.pat) {
                Some(ident) => ident.clone(),
                None => format_ident!("__bp_arg{}", k, span = Span::mixed_site()),
            };
            let (pass, inner) = passing(&typed.ty);
            let named = names::single(&typed.pat).is_some();
            let function =
                function_param::function(&typed.ty, sig, &generics.reals, no_grad, source).filter(|_| named);
            let mut class = match &function {
                Some(_) => Ty::Passive(Some(source.code(inner.to_token_stream()))),
                None => lower_type(inner, &generics.reals, source),
            };
            if let (Some(name), false, None) = (unbound(inner, &sig.generics), no_grad, &function) {
                errors.push(catalog::type_parameter(at(inner), &name));
                class = Ty::Passive(None);
            }
            if let Some(wrong) = unsupported(inner).filter(|_| !no_grad && !class.is_passive()) {
                errors.push(catalog::parameter_type(at(wrong), &text(wrong)));
                class = Ty::Passive(None);
            }
            ParamModel {
                ident,
                ty: typed.ty.to_token_stream(),
                inner: inner.to_token_stream(),
                pass,
                differentiable: !no_grad && !class.is_passive(),
                class,
                wrt: None,
                span: names::single(&typed.pat).map_or_else(Span::call_site, Ident::span),
                function,
            }
        }
    }
}

/// A type parameter, bare or as the element of a slice or an array, of which only traits of std are known.
fn unbound(ty: &Type, generics: &syn::Generics) -> Option<String> {
    const OF_STD: [&str; 24] = [
        "Copy",
        "Clone",
        "Debug",
        "Display",
        "Default",
        "Sized",
        "Send",
        "Sync",
        "PartialEq",
        "PartialOrd",
        "Eq",
        "Ord",
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Rem",
        "Neg",
        "AddAssign",
        "SubAssign",
        "MulAssign",
        "DivAssign",
        "Sum",
        "From",
    ];
    let ident = match ty {
        Type::Slice(slice) => return unbound(&slice.elem, generics),
        Type::Array(array) => return unbound(&array.elem, generics),
        Type::Path(path) => path.path.get_ident()?,
        _ => return None,
    };
    let declared = generics.type_params().find(|p| p.ident == *ident)?;
    let of_std = |bound: &TypeParamBound| match bound {
        TypeParamBound::Trait(bound) => {
            bound.path.segments.last().is_some_and(|s| OF_STD.iter().any(|known| s.ident == known))
        }
        TypeParamBound::Lifetime(_) => true,
        _ => false,
    };
    let clause = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let more = clause.filter_map(|predicate| match predicate {
        WherePredicate::Type(p) if matches!(&p.bounded_ty, Type::Path(path) if path.path.is_ident(ident)) => {
            Some(&p.bounds)
        }
        _ => None,
    });
    let mut all = more.chain([&declared.bounds]).flatten();
    all.all(of_std).then(|| ident.to_string())
}

fn self_param(receiver: &syn::Receiver, source: &mut Source, errors: &mut Errors) -> ParamModel {
    let span = receiver.self_token.span;
    let this = Ident::new("Self", span);
    let no_grad = receiver.attrs.iter().any(is_no_grad);
    let (ty, pass) = match &receiver.kind {
        ReceiverKind::Value => (quote!(#this), Pass::Value),
        ReceiverKind::Reference(and, lifetime, mutability) => {
            let pass = if mutability.is_some() { Pass::RefMut } else { Pass::Ref };
            (quote!(#and #lifetime #mutability #this), pass)
        }
        ReceiverKind::Typed(_, ty) => {
            let (pass, inner) = passing(ty);
            if inner.to_token_stream().to_string() != "Self" {
                errors.push(catalog::parameter_type(at(&**ty), &ty.to_token_stream().to_string()));
            }
            (ty.to_token_stream(), pass)
        }
        _ => {
            errors.push(catalog::parameter_type(at(receiver), "this receiver"));
            (quote!(#this), Pass::Value)
        }
    };
    ParamModel {
        ident: names::self_ident(receiver),
        ty,
        inner: quote!(#this),
        pass,
        class: Ty::Adt(source.code(quote!(#this)), Seen::default()),
        differentiable: !no_grad,
        wrt: None,
        span,
        function: None,
    }
}

/// By value or by reference, and the type behind it.
fn passing(ty: &Type) -> (Pass, &Type) {
    match ty {
        Type::Paren(p) => passing(&p.elem),
        Type::Reference(r) if r.mutability.is_some() => (Pass::RefMut, inner(&r.elem)),
        Type::Reference(r) => (Pass::Ref, inner(&r.elem)),
        other => (Pass::Value, other),
    }
}

fn inner(ty: &Type) -> &Type {
    match ty {
        Type::Paren(p) => inner(&p.elem),
        other => other,
    }
}

/// The part of a parameter's type that has no cotangent.
fn unsupported(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Paren(p) => unsupported(&p.elem),
        Type::Array(array) => unsupported(&array.elem),
        Type::Slice(slice) => unsupported(&slice.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(unsupported),
        Type::Reference(r) => {
            let text = primitive(&r.elem);
            let passive =
                text.is_some_and(|t| t == "str" || super::types::is_integer_name(&t) || t == "bool");
            (!passive).then_some(ty)
        }
        Type::Path(path) => {
            let last = path.path.segments.last();
            let holds = last.is_some_and(|s| ["Option", "Vec", "Box"].iter().any(|name| s.ident == name));
            first_argument(ty).filter(|_| holds).and_then(unsupported)
        }
        Type::FnPtr(_) | Type::ImplTrait(_) | Type::TraitObject(_) => None,
        _ => Some(ty),
    }
}

fn no_output() -> OutputModel {
    OutputModel { ty: quote!(()), class: Ty::Passive(None), differentiable: false }
}

fn output(output: &ReturnType, generics: &Generics, source: &mut Source, errors: &mut Errors) -> OutputModel {
    let ReturnType::Type(_, ty) = output else {
        return no_output();
    };
    let wrong = matches!(
        &**ty,
        Type::Reference(_)
            | Type::ImplTrait(_)
            | Type::Ptr(_)
            | Type::Never(_)
            | Type::Slice(_)
            | Type::TraitObject(_)
            | Type::FnPtr(_)
            | Type::Macro(_)
            | Type::Infer(_)
    );
    if wrong {
        errors.push(catalog::result_type(at(&**ty), &text(ty)));
        return no_output();
    }
    let class = lower_type(ty, &generics.reals, source);
    let differentiable = !class.is_passive();
    OutputModel { ty: ty.to_token_stream(), class, differentiable }
}

/// As the user would write it.
fn text(ty: &Type) -> String {
    let text = ty.to_token_stream().to_string();
    [
        (" < ", "<"),
        (" >", ">"),
        ("& ", "&"),
        ("* ", "*"),
        (" ,", ","),
        ("[ ", "["),
        (" ]", "]"),
        ("( ", "("),
        (" )", ")"),
        (" ::", "::"),
        (":: ", "::"),
    ]
    .into_iter()
    .fold(text, |text, (from, to)| text.replace(from, to))
}

/// Which parameters the gradient is for, and in which order.
fn wrt(params: &mut [ParamModel], options: &Options, errors: &mut Errors) {
    let Some(names) = &options.wrt else {
        let wanted = params.iter_mut().filter(|p| p.differentiable && p.pass != Pass::RefMut);
        wanted.enumerate().for_each(|(k, param)| param.wrt = Some(k));
        return;
    };
    let mut next = 0;
    for (k, name) in names.iter().enumerate() {
        let text = name.to_string();
        if names[..k].iter().any(|n| n == name) {
            errors.push(catalog::wrt_twice(at(name), &text));
            continue;
        }
        match params.iter_mut().find(|p| p.differentiable && p.ident == text) {
            Some(param) if param.pass == Pass::RefMut => {}
            Some(param) => {
                param.wrt = Some(next);
                next += 1;
            }
            None => {
                let known: Vec<String> =
                    params.iter().filter(|p| p.differentiable).map(|p| p.ident.to_string()).collect();
                let hint = meant(closest(&text, known.iter().map(String::as_str)));
                errors.push(catalog::wrt_name(at(name), &text, &hint));
            }
        }
    }
}
