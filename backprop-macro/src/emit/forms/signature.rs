//! What all forms share: the parameters, the types of their cotangents, and the frame of a generated function.

use super::generics::{lifetimes_in, with_bounds, with_lanes, with_lifetime, Mentioned};
use crate::emit::callee::Entry;
use crate::emit::names::{self, bare, generated, lanes};
use crate::emit::tables;
use crate::ir::ty::{ArrayLen, FloatTy};
use crate::ir::Ty;
use crate::model::{Model, ParamModel, Pass, Receiver};
use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};

/// The function with what is derived from its signature.
pub struct Signature<'a> {
    pub model: &'a Model,
    pub krate: TokenStream,
    pub params: Vec<Parameter<'a>>,
    /// Of a form for several seeds or directions at once: `__K` of them.
    pub lanes: bool,
    /// Of a closure: its types are inferred.
    pub inferred: bool,
}

pub struct Parameter<'a> {
    pub model: &'a ParamModel,
    pub ident: Ident,
    pub receiver: bool,
    /// The type of its cotangent: an element of G.
    pub tangent: TokenStream,
    /// What a buffer for its cotangent points to.
    pub buffer: TokenStream,
}

impl Parameter<'_> {
    /// `__d_x`, `__t_x`
    pub fn shadow(&self, prefix: &str) -> Ident {
        generated(&format!("__{prefix}_{}", bare(&self.ident)), Span::mixed_site())
    }

    pub fn is_sliced(&self) -> bool {
        matches!(self.model.class, Ty::Slice(_) | Ty::Vec(_))
    }

    /// Its buffer must be as long as itself.
    pub fn name(&self) -> String {
        bare(&self.ident)
    }
}

/// A function of the companion, in parts.
#[derive(Default)]
pub struct Item {
    /// `None`: hidden.
    pub doc: Option<String>,
    pub params: Vec<TokenStream>,
    pub output: TokenStream,
    pub body: TokenStream,
    /// An additional lifetime.
    pub lifetime: Option<TokenStream>,
    /// Additional bounds.
    pub bounds: Vec<TokenStream>,
    /// Inlined into every caller.
    pub always: bool,
    /// Has the constant parameter [`empty`].
    pub empty: bool,
    /// Has the constant parameter for the number of blocks.
    pub in_blocks: bool,
}

impl<'a> Signature<'a> {
    pub fn new(model: &'a Model) -> Signature<'a> {
        Signature::made(model, false)
    }

    /// The same with lanes in the place of floats, in all that is a cotangent or a tangent.
    pub fn in_lanes(&self) -> Signature<'a> {
        Signature::made(self.model, true)
    }

    fn made(model: &'a Model, lanes: bool) -> Signature<'a> {
        let krate = model.options.krate.clone().unwrap_or_else(|| q!(::backprop));
        let mut signature = Signature { model, krate, params: Vec::new(), lanes, inferred: false };
        for (k, param) in model.params.iter().enumerate() {
            let receiver = k == 0 && model.receiver == Receiver::Method;
            let tangent = signature.tangent(&param.class, &param.inner);
            let buffer = signature.buffer(&param.class, param.pass, &tangent);
            let ident = if receiver { param.ident.clone() } else { read(&param.ident) };
            signature.params.push(Parameter { model: param, ident, receiver, tangent, buffer });
        }
        signature
    }

    /// Of a closure.
    pub fn inferred(model: &'a Model) -> Signature<'a> {
        let mut signature = Signature::new(model);
        signature.inferred = true;
        for param in &mut signature.params {
            param.tangent = q!(_);
            param.buffer = q!(_);
        }
        signature
    }

    /// What a buffer for the cotangent points to.
    pub fn buffer(&self, class: &Ty, pass: Pass, tangent: &TokenStream) -> TokenStream {
        match class {
            Ty::Slice(elem) | Ty::Vec(elem) => match self.tangent_of(elem) {
                Some(elem) if !(pass == Pass::RefMut && matches!(class, Ty::Vec(_))) => q!([#elem]),
                Some(_) | None => tangent.clone(),
            },
            _ => tangent.clone(),
        }
    }

    /// `<S as Differentiable>::Tangent`, simplified where the macro knows better.
    pub fn tangent(&self, ty: &Ty, tokens: &TokenStream) -> TokenStream {
        let krate = &self.krate;
        match self.tangent_of(ty) {
            _ if ty.is_plain() && !self.lanes => tokens.clone(),
            Some(known) => known,
            None => self.widened(q!(<#tokens as #krate::Differentiable>::Tangent)),
        }
    }

    /// A tangent type that the macro can't see into, with lanes if there are any.
    fn widened(&self, tangent: TokenStream) -> TokenStream {
        let (krate, lanes) = (&self.krate, lanes());
        if self.lanes {
            q!(<#tangent as #krate::__private::InLanes<#lanes>>::Lanes)
        } else {
            tangent
        }
    }

    /// In the place of a cotangent or tangent that parameter `k` has not. What a caller may take for something that carries
    /// derivatives is marked, so that the compiler can say what is wrong.
    pub fn nothing(&self, k: usize) -> TokenStream {
        let (param, krate) = (&self.params[k], &self.krate);
        if self.inferred || param.model.class.is_passive() || param.model.function.is_some() {
            return q!(());
        }
        q!(#krate::__private::Constant)
    }

    /// The types inside of which only the trait knows the tangent.
    pub fn opaque(&self, ty: &Ty, tokens: &TokenStream, all: &mut Vec<TokenStream>) {
        match ty {
            Ty::Float(FloatTy::Any | FloatTy::Lanes(_)) | Ty::Unknown => all.push(tokens.clone()),
            Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Passive(_) => {}
            _ if self.tangent_of(ty).is_none() => all.push(tokens.clone()),
            Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) | Ty::Boxed(elem) => {
                self.opaque(elem, tokens, all);
            }
            Ty::Tuple(items) => items.iter().for_each(|item| self.opaque(item, tokens, all)),
            Ty::Adt(code, _) => all.push(tables::tokens(&self.model.source, *code)),
        }
    }

    /// A float, or one per lane.
    pub(super) fn float(&self, float: TokenStream) -> TokenStream {
        let (krate, lanes) = (&self.krate, lanes());
        if self.lanes {
            q!(#krate::__private::Lanes<#float, #lanes>)
        } else {
            float
        }
    }

    /// The tangent of a type that is known through and through.
    fn tangent_of(&self, ty: &Ty) -> Option<TokenStream> {
        let krate = &self.krate;
        Some(match ty {
            Ty::Float(FloatTy::F32) => self.float(q!(::core::primitive::f32)),
            Ty::Float(FloatTy::F64) => self.float(q!(::core::primitive::f64)),
            Ty::Float(FloatTy::Param(code)) => self.float(tables::tokens(&self.model.source, *code)),
            Ty::Float(FloatTy::Any | FloatTy::Lanes(_)) | Ty::Unknown => return None,
            Ty::Int | Ty::Bool | Ty::Passive(_) => q!(()),
            Ty::Array(elem, len) => {
                let elem = self.tangent_of(elem)?;
                let len = self.len(len);
                q!([#elem; #len])
            }
            Ty::Slice(elem) | Ty::Vec(elem) => {
                let elem = self.tangent_of(elem)?;
                q!(#krate::__private::Vec<#elem>)
            }
            Ty::Tuple(items) => {
                let items = items.iter().map(|t| self.tangent_of(t)).collect::<Option<Vec<_>>>()?;
                q!((#(#items,)*))
            }
            Ty::Option(inner) => {
                let inner = self.tangent_of(inner)?;
                q!(::core::option::Option<#inner>)
            }
            Ty::Boxed(inner) => {
                let whole = self.tangent_of(inner)?;
                if matches!(**inner, Ty::Slice(_)) {
                    return Some(whole);
                }
                let inner = whole;
                q!(#krate::__private::Box<#inner>)
            }
            Ty::Adt(code, _) => {
                let ty = tables::tokens(&self.model.source, *code);
                self.widened(q!(<#ty as #krate::Differentiable>::Tangent))
            }
        })
    }

    pub(super) fn len(&self, len: &ArrayLen) -> TokenStream {
        match len {
            ArrayLen::Known(n) => {
                let mut literal = Literal::u64_unsuffixed(*n);
                literal.set_span(Span::mixed_site());
                q!(#literal)
            }
            ArrayLen::Code(code) => tables::tokens(&self.model.source, *code),
        }
    }

    /// The tangent of the result; `()` if it has none.
    pub fn output_tangent(&self) -> TokenStream {
        let output = &self.model.output;
        if self.inferred {
            return q!(_);
        }
        if output.differentiable {
            self.tangent(&output.class, &output.ty)
        } else {
            q!(())
        }
    }

    pub fn output(&self) -> &TokenStream {
        &self.model.output.ty
    }

    /// The parameters that G has an entry for, in the order of G.
    pub fn wrt(&self) -> Vec<usize> {
        let mut all: Vec<(usize, usize)> =
            self.params.iter().enumerate().filter_map(|(k, p)| p.model.wrt.map(|at| (at, k))).collect();
        all.sort_unstable();
        all.into_iter().map(|(_, k)| k).filter(|k| self.params[*k].model.pass != Pass::RefMut).collect()
    }

    /// Parameters behind `&mut` that have a cotangent: their buffers are passed apart.
    pub fn in_out(&self) -> Vec<usize> {
        let is = |p: &Parameter<'_>| p.model.pass == Pass::RefMut && p.model.differentiable;
        self.params.iter().enumerate().filter(|(_, p)| is(p)).map(|(k, _)| k).collect()
    }

    /// G, or its value, from one piece per parameter.
    pub fn gather(&self, each: impl Fn(usize) -> TokenStream) -> TokenStream {
        let all: Vec<TokenStream> = self.wrt().into_iter().map(each).collect();
        match all.as_slice() {
            [one] => one.clone(),
            many => q!((#(#many),*)),
        }
    }

    pub fn gradient_type(&self) -> TokenStream {
        self.gather(|k| self.params[k].tangent.clone())
    }

    /// `x: f64`, `&self`.
    pub fn declaration(&self, k: usize) -> TokenStream {
        let param = &self.params[k];
        let (ident, ty) = (&param.ident, &param.model.ty);
        if param.receiver {
            return receiver(ident, param.model.pass, None);
        }
        q!(#ident: #ty)
    }

    pub fn declarations(&self) -> Vec<TokenStream> {
        (0..self.params.len()).map(|k| self.declaration(k)).collect()
    }

    /// The parameters, handed on.
    pub fn arguments(&self) -> Vec<TokenStream> {
        let ident = |p: &Parameter<'_>| {
            let ident = &p.ident;
            q!(#ident)
        };
        self.params.iter().map(ident).collect()
    }

    /// `grad`, or `m_grad` beside a method.
    pub fn public(&self, form: &str) -> Ident {
        let span = self.model.ident.span().resolved_at(Span::mixed_site());
        match self.model.receiver {
            Receiver::Free => generated(form, span),
            Receiver::Associated | Receiver::Method => generated(&format!("{}_{form}", self.stem()), span),
        }
    }

    /// `__core`, or `__m_core`. What callers use by path is `__fwd`, `__jvp`, or `__m_call`, `__m_call_jvp`.
    pub fn hidden(&self, form: &str) -> Ident {
        let span = self.model.ident.span().resolved_at(Span::mixed_site());
        let many = self.many();
        let form = match (self.model.receiver, form) {
            (Receiver::Free, _) => return generated(&format!("__{form}{many}"), span),
            (Receiver::Associated | Receiver::Method, "fwd") => Entry::Forward.by_path(),
            (Receiver::Associated | Receiver::Method, "jvp") => Entry::Tangent.by_path(),
            (Receiver::Associated | Receiver::Method, "up") => Entry::Up.by_path(),
            (Receiver::Associated | Receiver::Method, "down") => Entry::Down.by_path(),
            (Receiver::Associated | Receiver::Method, _) => form,
        };
        generated(&format!("__{}_{form}{many}", self.stem()), span)
    }

    /// What callers use that write `x.m(..)`: `__m_fwd`, `__m_jvp`.
    pub fn dotted(&self, form: &str) -> Ident {
        let span = self.model.ident.span().resolved_at(Span::mixed_site());
        generated(&format!("__{}_{form}{}", self.stem(), self.many()), span)
    }

    /// The end of a hidden name.
    fn many(&self) -> &'static str {
        if self.lanes {
            "_lanes"
        } else {
            ""
        }
    }

    fn stem(&self) -> String {
        bare(self.model.options.name.as_ref().unwrap_or(&self.model.ident))
    }

    /// A call of another form.
    pub fn call(&self, form: &Ident, arguments: &[TokenStream]) -> TokenStream {
        if self.lanes {
            let lanes = lanes();
            return self.call_for(form, &q!(#lanes), arguments);
        }
        let turbofish = &self.model.generics.turbofish;
        q!(Self::#form #turbofish(#(#arguments),*))
    }

    /// A call of another form for so many lanes.
    pub fn call_lanes(&self, form: &Ident, lanes: usize, arguments: &[TokenStream]) -> TokenStream {
        let mut lanes = Literal::usize_unsuffixed(lanes);
        lanes.set_span(Span::mixed_site());
        self.call_for(form, &q!(#lanes), arguments)
    }

    /// A call of a form with one more constant argument.
    pub fn call_for(&self, form: &Ident, lanes: &TokenStream, arguments: &[TokenStream]) -> TokenStream {
        // `::<T, N>`
        let mut items: Vec<TokenTree> = self.model.generics.turbofish.clone().into_iter().collect();
        items.pop();
        let mut given: TokenStream = items.into_iter().skip(3).collect();
        if given.is_empty() {
            // The arguments for `impl Trait` parameters can't be given.
            let opaque = self.model.generics.types.iter().filter(|t| super::anonymous::is_ours(t));
            let inferred = opaque.map(|_| q!(_));
            given = q!(#(#inferred),*);
        }
        let separator = (!given.is_empty()).then(|| q!(,));
        q!(Self::#form::<#given #separator #lanes>(#(#arguments),*))
    }

    /// A call of the user's function.
    pub fn call_user(&self, arguments: &[TokenStream]) -> TokenStream {
        match self.model.receiver {
            Receiver::Free => self.call(&self.public("value"), arguments),
            Receiver::Associated | Receiver::Method => self.call(&self.model.ident, arguments),
        }
    }

    /// A call of the user's function with the parameters, in a form for several directions.
    pub fn call_user_plainly(&self) -> TokenStream {
        let plain = Signature::new(self.model);
        plain.call_user(&plain.arguments())
    }

    /// `__jvp_blocks`
    pub fn hidden_in_blocks(&self) -> Ident {
        generated("__jvp_blocks", self.model.ident.span().resolved_at(Span::mixed_site()))
    }

    pub fn item_in_blocks(&self, item: Item) -> TokenStream {
        self.item(&self.hidden_in_blocks(), Item { in_blocks: true, ..item })
    }

    /// One function.
    pub fn item(&self, name: &Ident, item: Item) -> TokenStream {
        let Item { doc, params, output, body, lifetime, bounds, always, empty, in_blocks } = item;
        let always = always.then(|| q!((always)));
        let used = doc.is_some().then(|| self.mention());
        let doc = match doc {
            Some(text) => q!(#[doc = #text]),
            None => q!(#[doc(hidden)]),
        };
        let (vis, generics) = (&self.model.vis, &self.model.generics);
        let cfgs = match self.model.receiver {
            Receiver::Free => TokenStream::new(),
            Receiver::Associated | Receiver::Method => self.model.cfgs.iter().cloned().collect(),
        };
        let lanes = self.lanes.then(lanes).map(|k| q!(const #k: ::core::primitive::usize));
        let blocks = in_blocks.then(names::blocks).map(|b| q!(, const #b: ::core::primitive::usize));
        let lanes = lanes.map(|lanes| q!(#lanes #blocks));
        let known = empty.then(names::empty).map(|k| q!(const #k: ::core::primitive::bool));
        let arguments = with_lanes(&with_lifetime(&generics.params, lifetime), lanes.or(known));
        let bounds = bounds.into_iter().chain(super::bounds::on_self(self)).collect::<Vec<_>>();
        let clause = with_bounds(&generics.where_clause, &bounds);
        // As many as the user's parameters make it; the lint counts those of the generated function.
        let allow = (params.len() > 7).then(|| q!(#[allow(clippy::too_many_arguments)]));
        q! {
            #cfgs
            #doc
            #[inline #always]
            #allow
            #vis fn #name #arguments(#(#params),*) -> #output #clause { #used #body }
        }
    }

    /// A function whose gradient alone is called is used all the same.
    fn mention(&self) -> TokenStream {
        // The arguments for `impl Trait` parameters can't be given.
        let opaque = self.model.generics.types.iter().any(super::anonymous::is_ours);
        let (function, turbofish) = (&self.model.ident, &self.model.generics.turbofish);
        match self.model.receiver {
            _ if opaque => TokenStream::new(),
            Receiver::Free => q!(let _ = #function #turbofish;),
            Receiver::Associated | Receiver::Method => q!(let _ = Self::#function #turbofish;),
        }
    }

    /// `+ use<'a, T>`; empty where it can't be written: beside a method, whose `impl` may be generic, and with `impl
    /// Trait` parameters. There the edition of this crate keeps lifetimes out.
    pub fn captures(&self, lifetimes: &[TokenStream]) -> TokenStream {
        let anonymous = self.params.iter().any(|p| Mentioned::of(p.model.ty.clone()).says("impl"));
        if self.model.receiver != Receiver::Free || anonymous {
            let first = lifetimes.first();
            return first.map_or_else(TokenStream::new, |l| q!(+ #l));
        }
        let types = &self.model.generics.types;
        q!(+ use<#(#lifetimes,)* #(#types),*>)
    }

    /// Does a type of the signature name one of the user's lifetimes inside?
    pub fn inner_lifetimes(&self) -> Vec<TokenStream> {
        let all = &self.model.generics.lifetimes;
        let inside = |l: &&TokenStream| {
            let text = l.to_string().replace(' ', "");
            let ty = |t: &TokenStream| lifetimes_in(t).contains(&text);
            self.params.iter().any(|p| ty(&p.model.inner)) || ty(self.output())
        };
        all.iter().filter(inside).cloned().collect()
    }

    /// `&x` for the runtime: parameters behind references are references already.
    pub fn shared(&self, k: usize) -> TokenStream {
        let ident = &self.params[k].ident;
        match self.params[k].model.pass {
            Pass::Value => q!(&#ident),
            Pass::Ref => q!(#ident),
            Pass::RefMut => q!(&*#ident),
        }
    }
}

/// `_x` under a name that no lint takes for a parameter that is not to be read.
fn read(ident: &Ident) -> Ident {
    let text = ident.to_string();
    if text.starts_with('_') && !text.starts_with("__") {
        return generated(&format!("__{text}"), ident.span().resolved_at(Span::mixed_site()));
    }
    ident.clone()
}

/// `self`, `&'a self`: with the user's `self`, which hygiene tells from ours.
pub fn receiver(ident: &Ident, pass: Pass, lifetime: Option<&TokenStream>) -> TokenStream {
    match pass {
        Pass::Value => q!(#ident),
        Pass::Ref => q!(&#lifetime #ident),
        Pass::RefMut => q!(&#lifetime mut #ident),
    }
}
