//! `__core`: both sweeps in one body. `grad` and its relatives only choose the seed and the buffers.
//!
//! ```text
//! fn __core(x: f64, a: &[f64], __seed: f64, __d_a: &mut [f64]) -> (f64, (f64,)) {
//!     ..forward.. ..reverse..
//!     (y, (d_x,))
//! }
//! ```

use super::generics::Mentioned;
use super::signature::{Item, Signature};
use crate::adjoint::{Adjoint, ParamCotangent, Seed};
use crate::analysis::covers::{Claim, Counted};
use crate::emit::body::{Body, Style};
use crate::emit::callee;
use crate::emit::expr::Expr;
use crate::emit::names::generated;
use crate::emit::stacks;
use crate::ir::{
    Access, Arg, Call, CallRole, Callee, Function, MemId, ParamKind, Region, ResultOf, Stmt, ValueId,
};
use crate::model::Pass;
use crate::rules::Func;
use proc_macro2::{Ident, Span, TokenStream};

/// The core, and how to call it.
pub struct Core<'a> {
    pub signature: &'a Signature<'a>,
    pub adjoint: &'a Adjoint,
    /// Its stacks come from the caller.
    pub store: bool,
    /// It runs the halves that `fwd` wrote.
    line: bool,
    /// `core` of `__core`.
    name: &'static str,
    /// What runs instead, if the condition holds.
    other: Option<(Box<Core<'a>>, TokenStream)>,
}

impl<'a> Core<'a> {
    pub fn new(signature: &'a Signature<'a>, adjoint: &'a Adjoint) -> Core<'a> {
        let store = stacks::reusable(&adjoint.f);
        Core { signature, adjoint, store, line: false, name: "core", other: None }
    }

    pub fn of_line(signature: &'a Signature<'a>, split: &'a Adjoint) -> Core<'a> {
        Core { line: true, ..Core::new(signature, split) }
    }

    /// With another core, for callees that claim this.
    pub fn or(mut self, other: Option<&'a (Adjoint, Vec<Counted>)>) -> Core<'a> {
        let Some((adjoint, counted)) = other else { return self };
        let source = &self.signature.model.source;
        let claims = counted.iter().filter_map(|Counted { callee, claim: Claim { param, values, lens } }| {
            let claims = callee::claims(source.tokens(*callee))?;
            Some(q!(#claims(#param, #values, #lens)))
        });
        let other = Core { name: "core_over", ..Core::new(self.signature, adjoint) };
        self.store |= other.store;
        self.other = Some((Box::new(other), q!(#(#claims)&&*)));
        self
    }

    /// Parameters whose cotangent it returns, in order.
    pub fn returned(&self) -> Vec<usize> {
        let is = |c: &ParamCotangent| matches!(c, ParamCotangent::Value(_) | ParamCotangent::Owned(_));
        self.adjoint.cotangents.iter().enumerate().filter(|(_, c)| is(c)).map(|(k, _)| k).collect()
    }

    /// Parameters whose cotangent it adds to a buffer, in order.
    pub fn buffered(&self) -> Vec<usize> {
        let is = |c: &ParamCotangent| matches!(c, ParamCotangent::Buffer(_));
        self.adjoint.cotangents.iter().enumerate().filter(|(_, c)| is(c)).map(|(k, _)| k).collect()
    }

    pub fn item(&self) -> TokenStream {
        if self.line {
            return self.of_halves();
        }
        let mut item = self.own_item();
        item.extend(self.other.as_ref().map(|(other, _)| other.own_item()));
        item
    }

    fn own_item(&self) -> TokenStream {
        let signature = self.signature;
        let krate = &signature.krate;
        let f = &self.adjoint.f;
        let ends = ends(self.adjoint);
        let more = reserved(signature);
        let mut body = Body::new(f, &signature.model.source, krate, Style::Adjoint, &ends, &more);
        body.renamed = renamed(signature);
        bind_params(&mut body, signature, f);
        let seed = body.names.fresh("seed");
        match self.adjoint.seed {
            Seed::None => {}
            Seed::Value(v) => body.bind_value(v, &seed),
            Seed::Mem(m) => body.bind_mem(m, &seed),
        }
        let mut buffers = Vec::new();
        for k in self.buffered() {
            let name = body.names.fresh(&format!("d_{}", signature.params[k].name()));
            if let ParamCotangent::Buffer(m) = self.adjoint.cotangents[k] {
                body.bind_mem(m, &name);
            }
            let buffer = &signature.params[k].buffer;
            buffers.push(q!(#name: &mut #buffer));
        }
        body.assigned.extend(&self.adjoint.assigned);
        let store = stacks::reusable(f).then(|| body.names.fresh("stacks"));
        body.store.clone_from(&store);
        body.top(&f.body.stmts);
        let tail = self.tail(&mut body);
        let written = body.take_out();
        let slots = slots(&body);
        let mentioned = Mentioned::of(written.clone()).and(tail.clone());
        let written = q!(#slots #written #tail);

        let mut params = used_params(signature, f, &body, &mentioned);
        let seed_ty = signature.output_tangent();
        let mutable = match self.adjoint.seed {
            Seed::Mem(m) if body.facts.written.contains(&m) => Some(q!(mut)),
            Seed::None | Seed::Value(_) | Seed::Mem(_) => None,
        };
        params.push(if mentioned.has(&seed) { q!(#mutable #seed: #seed_ty) } else { q!(_: #seed_ty) });
        params.extend(buffers.into_iter().map(|b| drop_unused(b, &mentioned)));
        if let Some(store) = &store {
            params.push(q!(#store: &mut impl #krate::__private::Stacks));
        }
        let (output, returned) = (signature.output(), self.returned());
        let returned = returned.iter().map(|k| &signature.params[*k].tangent);
        let output = q!((#output, (#(#returned,)*)));
        let empty = !self.adjoint.assigned.is_empty();
        let item = Item { params, output, body: written, empty, ..Item::default() };
        signature.item(&signature.hidden(self.name), item)
    }

    /// `let (y, pullback) = Self::__line(x, n); let (d_x, ()) = pullback(seed); (y, (d_x,))`
    fn of_halves(&self) -> TokenStream {
        let signature = self.signature;
        let (seed, y, pullback) = (local("seed"), local("y"), local("pullback"));
        let call = signature.call(&signature.hidden("line"), &signature.arguments());
        let names: Vec<Ident> = (0..signature.params.len()).map(|k| local(&format!("r{k}"))).collect();
        let returned = self.returned();
        let patterns = names.iter().enumerate().map(|(k, name)| match returned.contains(&k) {
            true => q!(#name),
            false => q!(_),
        });
        let kept = returned.iter().filter_map(|k| names.get(*k));
        let body = q! {
            let (#y, #pullback) = #call;
            let (#(#patterns,)*) = #pullback(#seed);
            (#y, (#(#kept,)*))
        };
        let seed_ty = signature.output_tangent();
        let mut params = signature.declarations();
        params.push(q!(#seed: #seed_ty));
        let tangents = returned.iter().map(|k| &signature.params[*k].tangent);
        let output = signature.output();
        let output = q!((#output, (#(#tangents,)*)));
        signature.item(&signature.hidden("core"), Item { params, output, body, ..Item::default() })
    }

    fn tail(&self, body: &mut Body<'_>) -> TokenStream {
        if self.adjoint.f.body.diverges {
            return TokenStream::new();
        }
        let result = result(body, &self.adjoint.f.result);
        let mut returned = Vec::new();
        for k in self.returned() {
            returned.push(cotangent(body, self.signature, k, &self.adjoint.cotangents[k]));
        }
        body.finish();
        let give_back = body.give_back();
        body.out.extend(give_back);
        q!((#result, (#(#returned,)*)))
    }

    /// Does the buffer of a parameter hold anything before, if the call is told so?
    pub fn is_assigned(&self, k: usize) -> bool {
        let own = matches!(self.adjoint.cotangents[k], ParamCotangent::Buffer(m) if self.adjoint.assigned.contains(&m));
        own && self.other.as_ref().is_none_or(|(other, _)| other.is_assigned(k))
    }

    /// A call of the core; `empty`: the buffers hold nothing yet.
    pub fn call(
        &self,
        seed: &TokenStream,
        buffers: &[TokenStream],
        store: &TokenStream,
        empty: bool,
    ) -> TokenStream {
        let own = self.own_call(seed, buffers, store, empty);
        match &self.other {
            Some((other, holds)) => {
                let other = other.own_call(seed, buffers, store, empty);
                q!(if #holds { #other } else { #own })
            }
            None => own,
        }
    }

    fn own_call(
        &self,
        seed: &TokenStream,
        buffers: &[TokenStream],
        store: &TokenStream,
        empty: bool,
    ) -> TokenStream {
        let mut arguments = self.signature.arguments();
        arguments.push(seed.clone());
        arguments.extend_from_slice(buffers);
        if stacks::reusable(&self.adjoint.f) && !self.line {
            arguments.push(store.clone());
        }
        let name = self.signature.hidden(self.name);
        match (self.adjoint.assigned.is_empty(), empty) {
            (true, _) => self.signature.call(&name, &arguments),
            (false, true) => self.signature.call_for(&name, &q!(true), &arguments),
            (false, false) => self.signature.call_for(&name, &q!(false), &arguments),
        }
    }
}

/// What is read after the last statement.
pub fn ends(adjoint: &Adjoint) -> Vec<ValueId> {
    let value = |c: &ParamCotangent| match c {
        ParamCotangent::Value(v) => *v,
        ParamCotangent::None | ParamCotangent::Owned(_) | ParamCotangent::Buffer(_) => None,
    };
    adjoint.cotangents.iter().filter_map(value).collect()
}

/// Names that ours must differ from, besides those in the body.
pub fn reserved(signature: &Signature<'_>) -> Vec<Ident> {
    let generics = &signature.model.generics;
    let params = signature.params.iter().map(|p| p.ident.clone());
    params.chain(generics.types.iter().cloned()).chain([signature.model.ident.clone()]).collect()
}

pub fn renamed(signature: &Signature<'_>) -> Option<(String, Ident)> {
    signature.model.options.name.clone().map(|name| (signature.model.ident.to_string(), name))
}

pub fn bind_params(body: &mut Body<'_>, signature: &Signature<'_>, f: &Function) {
    for (param, of) in signature.params.iter().zip(&f.params) {
        match of.kind {
            ParamKind::Value(v) => body.bind_value(v, &param.ident),
            ParamKind::Mem(m) => body.bind_mem(m, &param.ident),
        }
    }
}

/// The user's parameters; those that the body does not mention, or mutates, accordingly.
pub fn used_params(
    signature: &Signature<'_>,
    f: &Function,
    body: &Body<'_>,
    mentioned: &Mentioned,
) -> Vec<TokenStream> {
    (0..signature.params.len())
        .map(|k| {
            let param = &signature.params[k];
            let (ident, ty) = (&param.ident, &param.model.ty);
            let mutable = match f.params.get(k).map(|p| &p.kind) {
                Some(ParamKind::Mem(m)) => param.model.pass == Pass::Value && body.facts.written.contains(m),
                Some(ParamKind::Value(_)) | None => false,
            };
            let mutable = mutable.then(|| q!(mut));
            if param.receiver {
                let receiver = signature.declaration(k);
                return q!(#mutable #receiver);
            }
            if mentioned.has(ident) {
                q!(#mutable #ident: #ty)
            } else {
                q!(_: #ty)
            }
        })
        .collect()
}

/// `name: T`, or `_: T` if the body does not mention it.
pub fn drop_unused(declaration: TokenStream, mentioned: &Mentioned) -> TokenStream {
    let mut tokens = declaration.clone().into_iter();
    match tokens.next() {
        Some(proc_macro2::TokenTree::Ident(name)) if !mentioned.has(&name) => {
            let rest: TokenStream = tokens.collect();
            q!(_ #rest)
        }
        Some(_) | None => declaration,
    }
}

/// The function's result, moved out.
pub fn result(body: &mut Body<'_>, result: &ResultOf) -> TokenStream {
    match result {
        ResultOf::Unit => q!(()),
        ResultOf::Value(v) => body.end_value(*v).tokens.into(),
        ResultOf::Mem(m) => body.end_mem(*m),
    }
}

/// The cotangent of a parameter passed by value.
pub fn cotangent(
    body: &mut Body<'_>,
    signature: &Signature<'_>,
    k: usize,
    of: &ParamCotangent,
) -> TokenStream {
    match of {
        ParamCotangent::Value(Some(v)) => body.end_value(*v).tokens.into(),
        ParamCotangent::Value(None) => {
            let shared = signature.shared(k);
            signature.zero(&signature.params[k].model.class, &shared)
        }
        ParamCotangent::Owned(m) => body.end_mem(*m),
        ParamCotangent::None | ParamCotangent::Buffer(_) => signature.nothing(k),
    }
}

/// The accessors of tuples, and the forward halves of `unwrap` and its relatives, are methods of traits.
pub fn slots(body: &Body<'_>) -> TokenStream {
    let krate = body.krate;
    let tuples = body.tuple_slots.then(|| q!(use #krate::__private::TupleSlots as _;));
    let payload = ["unwrap", "expect", "unwrap_or", "unwrap_or_default"];
    let payloads = calls(&body.f.body, &payload).then(|| q!(use #krate::__private::PayloadMethods as _;));
    let options = calls(&body.f.body, &["ok_or"]).then(|| q!(use #krate::__private::OptionMethods as _;));
    let boxed = calls(&body.f.body, &["into_boxed_slice", "into_vec"])
        .then(|| q!(use #krate::__private::{IntoBoxedSlice as _, IntoVec as _};));
    let maps = calls(&body.f.body, &["map"]).then(|| q!(use #krate::__private::MapMethods as _;));
    let methods: Vec<&str> = Func::methods().collect();
    let floats = calls(&body.f.body, &methods).then(|| q!(use #krate::__private::FloatMethods as _;));
    let ranges = adapted(&body.f.body).then(|| {
        q!(
            use ::core::iter::Iterator as _;
        )
    });
    let sinks = body.sinks.iter().map(|accessor| {
        let name = generated(&format!("__Sink{accessor}"), Span::mixed_site());
        let accessor = generated(accessor, Span::mixed_site());
        q! {
            trait #name { fn #accessor(&mut self) -> &mut Self; }
            impl #name for #krate::NoTangent { fn #accessor(&mut self) -> &mut Self { self } }
        }
    });
    let sinks: TokenStream = sinks.collect();
    q!(#sinks #tuples #payloads #options #boxed #maps #floats #ranges)
}

/// Is there a `(lo..hi).rev()`? Without the prelude it wants its trait.
fn adapted(region: &Region) -> bool {
    region.deep().any(|s| matches!(s, Stmt::Loop(l) if l.range.iter().any(|r| !r.adaptors.is_empty())))
}

/// Does the region call a method of one of these names, with a derivative?
fn calls(region: &Region, names: &[&str]) -> bool {
    region.deep().any(|stmt| match stmt {
        Stmt::Call(Call { callee: Callee::Method { name: _, text }, role, args, .. }) => {
            // A closure is handed over to the forward half, also for the value alone.
            let halved = *role != CallRole::Primal || args.iter().any(|a| matches!(a, Arg::Closure(_)));
            halved && names.contains(&text.as_str())
        }
        _ => false,
    })
}

impl Body<'_> {
    /// A value read at the end of the function.
    pub fn end_value(&mut self, value: ValueId) -> Expr {
        let expr = self.take(&[value]).pop().unwrap_or_else(|| Expr::atom(q!(())));
        self.typed(value, expr)
    }

    /// An object moved out.
    pub fn end_mem(&mut self, mem: MemId) -> TokenStream {
        if self.is_unit(mem) {
            return q!(());
        }
        match crate::emit::tables::mem_access(self.f, mem) {
            Access::Owned => {
                // What still reads it comes first.
                self.flush_readers_of(mem);
                self.moved(mem)
            }
            Access::Ref | Access::RefMut => self.aggregate(&crate::ir::Operand::Mem(mem)).tokens.into(),
        }
    }

    /// Binds what still waits.
    pub fn finish(&mut self) {
        self.flush_all();
    }
}

/// A name of ours for a local of a wrapper.
pub fn local(text: &str) -> Ident {
    generated(&format!("__{text}"), Span::mixed_site())
}
