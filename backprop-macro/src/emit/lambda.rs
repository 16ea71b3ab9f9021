//! A closure that is handed to a differentiated function: its forward half with its pullback, or its tangent, written
//! where the call is. Its types are those that the callee's signature asks for.
//!
//! ```text
//! l0 m3     ((k,), (n,), |env, (n,), t| { let k = env.0; ..; (y, move |seed, env, d_env, (n,)| { ..; ((), d_t) }) })
//! ```

use super::body::Body;
use super::callee::{self, Entry};
use super::forms::{halves, tangent_parts, Extra, Signature};
use super::tables;
use crate::ir::{Closure, CodeId, Function, ParamKind, Place, Read, Table, Ty};
use crate::model::{constants_name, Generics, Model, Options, OutputModel, Receiver};
use crate::source::{Lambda, LambdaCode, Source};
use proc_macro2::{Ident, Span, TokenStream};

impl Body<'_> {
    /// What the callee gets for it: what it captures, in two tuples, and its code.
    pub(super) fn lambda(&mut self, closure: &Closure) -> TokenStream {
        match tables::lambda(self.source, closure.lambda) {
            Some(Lambda::Path(code)) => {
                let entry = if self.is_tangent() { Entry::FunctionTangent } else { Entry::Function };
                let path = callee::path(self.callee(*code), entry);
                q!(((), (), #path))
            }
            Some(Lambda::Parameter(code)) => {
                let env = self.shared(&closure.env);
                let call = self.tokens(*code);
                let constants = constants(self.source, *code);
                let clone = q!(::core::clone::Clone::clone);
                q!((#clone(#env), #clone(#constants), *#call))
            }
            Some(Lambda::Code(code)) => {
                let env = self.shared(&closure.env);
                let captured = self.captured(closure, code);
                let written = if self.is_tangent() {
                    tangent(self.source, self.krate, code)
                } else {
                    forward(self.source, self.krate, code)
                };
                q!((::core::clone::Clone::clone(#env), #captured, #written))
            }
            None => TokenStream::new(),
        }
    }

    /// The tuple of the constants.
    fn captured(&mut self, closure: &Closure, code: &LambdaCode) -> TokenStream {
        let krate = self.krate;
        let mut items = Vec::new();
        for constant in &closure.constants {
            items.push(match constant {
                Read::Value(v) => {
                    let read = self.take_one(*v);
                    let plain = matches!(tables::value_ty(self.f, *v), Ty::Float(_) | Ty::Int | Ty::Bool);
                    let read = self.typed(*v, read);
                    if plain {
                        read.tokens.into()
                    } else {
                        q!(::core::clone::Clone::clone(&#read))
                    }
                }
                Read::Mem(m) => {
                    let shared = self.shared(&Place::whole(*m));
                    q!(#krate::__private::ToOwned::to_owned(#shared))
                }
            });
        }
        for function in &code.functions {
            let (call, constants) = (self.tokens(*function), constants(self.source, *function));
            items.extend([q!(*#call), q!(::core::clone::Clone::clone(#constants))]);
        }
        q!((#(#items,)*))
    }
}

pub(super) fn constants(source: &Source, call: CodeId) -> TokenStream {
    tables::ident(source, call).map_or_else(TokenStream::new, |call| {
        let name = constants_name(&call);
        q!(#name)
    })
}

/// The lifted closure as a function of its own, whose types are left to inference.
fn model(source: &Source, krate: &TokenStream, code: &LambdaCode) -> Model {
    let source = Source { lambdas: Table::default(), ..source.clone() };
    Model {
        source,
        options: Options { krate: Some(krate.clone()), ..Options::default() },
        ident: Ident::new("__bp_closure", Span::mixed_site()),
        vis: TokenStream::new(),
        cfgs: Vec::new(),
        generics: Generics::default(),
        params: code.params.clone(),
        output: OutputModel { ty: q!(_), class: Ty::Unknown, differentiable: true },
        receiver: Receiver::Free,
        span: code.span,
        recursive: false,
        closed_self: false,
    }
}

/// The constants are the last parameters of the function; here they come in one tuple.
fn extra(source: &Source, code: &LambdaCode, f: &Function) -> Extra {
    let tuple = Ident::new("__bp_constants", Span::mixed_site());
    let mut extra = Extra::default();
    let (mut pattern, mut copies) = (Vec::new(), TokenStream::new());
    for (k, param) in f.params.iter().skip(code.params.len()).enumerate() {
        let name = Ident::new(&format!("__bp_constant{k}"), Span::mixed_site());
        if let ParamKind::Value(_) = param.kind {
            copies.extend(q!(let #name = *#name;));
        }
        pattern.push(q!(#name));
        extra.reserved.push(name.clone());
        extra.bound.push((param.kind.clone(), name));
    }
    for function in &code.functions {
        pattern.extend([tables::tokens(source, *function), constants(source, *function)]);
    }
    extra.reserved.push(tuple.clone());
    if pattern.is_empty() {
        extra.param = Some(q!(_: &_));
    } else {
        extra.param = Some(q!(#tuple: &_));
        extra.again = q!(let (#(#pattern,)*) = #tuple; #copies);
    }
    extra
}

fn forward(source: &Source, krate: &TokenStream, code: &LambdaCode) -> TokenStream {
    let Some(adjoint) = &code.adjoint else { return TokenStream::new() };
    let source = &Source { annotations: code.annotations.clone(), ..source.clone() };
    let model = model(source, krate, code);
    let signature = Signature::inferred(&model);
    let parts = halves(&signature, adjoint, source, &extra(source, code, &adjoint.f));
    let (inputs, written) = (parts.params, parts.written);
    q!(|#(#inputs),*| { #written })
}

fn tangent(source: &Source, krate: &TokenStream, code: &LambdaCode) -> TokenStream {
    let Some(tangent) = &code.tangent else { return TokenStream::new() };
    let source = &Source { annotations: code.annotations.clone(), ..source.clone() };
    let model = model(source, krate, code);
    let signature = Signature::inferred(&model);
    let parts = tangent_parts(&signature, tangent, source, &extra(source, code, &tangent.f));
    let (inputs, written) = (parts.params, parts.written);
    q!(|#(#inputs),*| { #written })
}
