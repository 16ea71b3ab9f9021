//! `__fwd`: the forward half, which gives the result and the pullback; what callers use.
//!
//! ```text
//! fn __fwd(x: f64, a: &[f64]) -> (f64, impl FnOnce(f64, &[f64], Option<&mut [f64]>) -> (f64, ()) + use<>) {
//!     ..forward..
//!     (y, #[inline(always)] move |__seed, a, __d_a| { ..reverse..; (d_x, ()) })
//! }
//! ```
//! The pullback borrows nothing: it gets the arguments behind references again, each followed by the buffer for its
//! cotangent (`None`: nobody wants it), and returns one element per parameter.

use super::core::{
    bind_params, cotangent, drop_unused, ends, local, renamed, reserved, result, slots, used_params,
};
use super::functions;
use super::generics::Mentioned;
use super::signature::{Item, Signature};
use crate::adjoint::{Adjoint, ParamCotangent, Seed};
use crate::emit::body::{Body, Down, Style};
use crate::emit::callee::Entry;
use crate::emit::wanted::is_only_added_to;
use crate::emit::Forms;
use crate::ir::{CallRole, MemId, ParamKind, Region, Stmt, Ty};
use crate::model::Pass;
use crate::source::Source;
use proc_macro2::{Ident, TokenStream};

/// How a parameter is passed to the pullback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// By value: not at all.
    No,
    /// `&T` again, and the buffer.
    Shared,
    /// The buffer alone.
    Buffer,
}

pub fn again(signature: &Signature<'_>, k: usize) -> Again {
    let param = &signature.params[k];
    match param.model.pass {
        Pass::Ref => Again::Shared,
        Pass::RefMut => Again::Buffer,
        Pass::Value => Again::No,
    }
}

/// The type of a pullback's parameters, and of what it returns.
pub fn pullback_type(signature: &Signature<'_>, active: &[bool]) -> (Vec<TokenStream>, TokenStream) {
    let mut inputs = vec![signature.output_tangent()];
    let mut outputs = Vec::new();
    for (k, param) in signature.params.iter().enumerate() {
        let inner = &param.model.inner;
        let buffer = if active[k] { param.buffer.clone() } else { signature.nothing(k) };
        match again(signature, k) {
            Again::No => outputs.push(if active[k] { param.tangent.clone() } else { buffer }),
            Again::Shared => {
                inputs.extend([q!(&#inner), q!(::core::option::Option<&mut #buffer>)]);
                outputs.push(q!(()));
            }
            Again::Buffer => {
                inputs.push(q!(::core::option::Option<&mut #buffer>));
                outputs.push(q!(()));
            }
        }
    }
    (inputs, q!((#(#outputs,)*)))
}

/// Which parameters the pullback gives a cotangent for.
pub fn active(adjoint: &Adjoint) -> Vec<bool> {
    adjoint.cotangents.iter().map(|c| !matches!(c, ParamCotangent::None)).collect()
}

/// `(Y, impl FnOnce(..) -> (..))`; boxed in a recursive function, whose pullback holds another of its own kind.
pub fn output(signature: &Signature<'_>, active: &[bool]) -> TokenStream {
    let (inputs, outputs) = pullback_type(signature, active);
    let y = signature.output();
    if is_recursive(signature) {
        let krate = &signature.krate;
        return q!((#y, #krate::__private::Box<dyn ::core::ops::FnOnce(#(#inputs),*) -> #outputs>));
    }
    opaque_output(signature, active)
}

/// Never boxed.
pub fn opaque_output(signature: &Signature<'_>, active: &[bool]) -> TokenStream {
    let (inputs, outputs) = pullback_type(signature, active);
    let y = signature.output();
    let captures = signature.captures(&signature.inner_lifetimes());
    q!((#y, impl ::core::ops::FnOnce(#(#inputs),*) -> #outputs #captures))
}

pub fn is_recursive(signature: &Signature<'_>) -> bool {
    signature.model.recursive || signature.model.options.recursive
}

/// The forward half and the pullback, as written: the parameters, and the body that ends in both.
pub struct Halves {
    pub params: Vec<TokenStream>,
    pub written: TokenStream,
    /// The identifiers in it.
    pub mentioned: Mentioned,
}

/// The pullback's parameters and body.
pub struct ReverseHalf {
    pub inputs: Vec<TokenStream>,
    pub written: TokenStream,
    /// The identifiers in the body.
    pub mentioned: Mentioned,
}

/// What a closure has besides its signature.
#[derive(Default)]
pub struct Extra {
    /// Names that must not be taken.
    pub reserved: Vec<Ident>,
    /// Parameters of the function that the signature does not have.
    pub bound: Vec<(ParamKind, Ident)>,
    /// Where the parameter that they are taken from stands, and its declaration: in the function and in the pullback.
    pub param: Option<TokenStream>,
    /// At the start of both.
    pub again: TokenStream,
}

impl Extra {
    pub fn bind(&self, body: &mut Body<'_>) {
        for (kind, name) in &self.bound {
            match kind {
                ParamKind::Value(v) => body.bind_value(*v, name),
                ParamKind::Mem(m) => body.bind_mem(*m, name),
            }
        }
    }
}

pub fn halves(signature: &Signature<'_>, adjoint: &Adjoint, source: &Source, extra: &Extra) -> Halves {
    let f = &adjoint.f;
    let ends = ends(adjoint);
    let krate = &signature.krate;
    let mut body = Body::new(f, source, krate, Style::Adjoint, &ends, &extra.reserved);
    body.renamed = renamed(signature);
    body.inferred = signature.inferred;
    bind_params(&mut body, signature, f);
    extra.bind(&mut body);
    let split = adjoint.split.min(f.body.stmts.len());
    body.top(&f.body.stmts[..split]);
    let y = if f.body.diverges { TokenStream::new() } else { result(&mut body, &f.result) };
    body.finish();
    let forward = body.take_out();
    let ReverseHalf { mut inputs, written: reverse, mentioned } = if f.body.diverges {
        diverging(signature, adjoint)
    } else {
        closure(&mut body, signature, adjoint, split, &extra.again)
    };
    inputs.splice(3.min(inputs.len())..3.min(inputs.len()), extra.param.clone());
    let shapes = shapes(signature, adjoint, &mentioned);
    let tuple_slots = slots(&body);
    let inline = if branches_out(&f.body) { q!(#[inline]) } else { q!(#[inline(always)]) };
    let mentioned = inputs.iter().fold(mentioned, |m, input| m.and(input.clone()));
    let pullback = q!(move |#(#inputs),*| { #reverse });
    let y = if f.body.diverges { q!(::core::unreachable!()) } else { y };
    let frame = q!(#y #tuple_slots #shapes);
    let again = &extra.again;
    let mentioned = mentioned.and(frame).and(forward.clone()).and(again.clone());
    let tail = if is_recursive(signature) {
        q!((#y, #krate::__private::Box::new(#pullback)))
    } else {
        q!((#y, #inline #pullback))
    };
    let written =
        if f.body.diverges { q!(#tuple_slots #forward) } else { q!(#tuple_slots #shapes #forward #tail) };
    let written = q!(#again #written);
    let mut params = used_params(signature, f, &body, &mentioned);
    params.splice(1.min(params.len())..1.min(params.len()), extra.param.clone());
    Halves { params, written, mentioned }
}

/// Does it call several differentiated functions? Then inlining is the compiler's choice: if each took in all of its
/// callees', a call graph would be written out as a tree, which doubles with every level.
fn branches_out(region: &Region) -> bool {
    let forward = |s: &&Stmt| matches!(s, Stmt::Call(call) if matches!(call.role, CallRole::Forward(_)));
    region.deep().filter(forward).nth(1).is_some()
}

/// `forms.line`: the core runs the same code, so it stands apart, and is inlined into both.
pub fn item(signature: &Signature<'_>, adjoint: &Adjoint, forms: &Forms) -> TokenStream {
    if let Some(items) = forms.recursive.as_ref().and_then(|r| super::arena::items(signature, adjoint, r)) {
        return items;
    }
    let extra = Extra { reserved: reserved(signature), ..Extra::default() };
    let Halves { params, written, mentioned } = halves(signature, adjoint, &signature.model.source, &extra);
    let start = functions::unpack(signature, &mentioned, Entry::Forward);
    let output = output(signature, &active(adjoint));
    let checks = &signature.model.source.checks;
    let body = q!(#(#checks)* #start #written);
    if !forms.line {
        return signature.item(&signature.hidden("fwd"), Item { params, output, body, ..Item::default() });
    }
    let name = signature.hidden("line");
    let call = signature.call(&name, &signature.arguments());
    let apart = Item { params, output: output.clone(), body, always: true, ..Item::default() };
    let apart = signature.item(&name, apart);
    let params = signature.declarations();
    let entry =
        signature.item(&signature.hidden("fwd"), Item { params, output, body: call, ..Item::default() });
    q!(#apart #entry)
}

/// A function that never returns has no pullback; its type needs one.
fn diverging(signature: &Signature<'_>, adjoint: &Adjoint) -> ReverseHalf {
    let (inputs, _) = pullback_type(signature, &active(adjoint));
    let inputs = inputs.into_iter().map(|ty| q!(_: #ty)).collect();
    let written = q!(::core::unreachable!());
    ReverseHalf { inputs, mentioned: Mentioned::of(written.clone()), written }
}

pub fn closure(
    body: &mut Body<'_>,
    signature: &Signature<'_>,
    adjoint: &Adjoint,
    split: usize,
    prelude: &TokenStream,
) -> ReverseHalf {
    let f = &adjoint.f;
    let seed = body.names.fresh("seed");
    match adjoint.seed {
        Seed::None => {}
        Seed::Value(v) => body.bind_value(v, &seed),
        Seed::Mem(m) => body.bind_mem(m, &seed),
    }
    let mut prologue = Prologue { missing: missing(signature, adjoint, split), ..Prologue::default() };
    for (k, param) in signature.params.iter().enumerate() {
        let of = &adjoint.cotangents[k];
        match again(signature, k) {
            Again::No => prologue.more(body, signature, k, of),
            Again::Shared => {
                let name = if param.receiver { body.names.fresh("this") } else { param.ident.clone() };
                if let (true, Some(ParamKind::Mem(m))) =
                    (param.receiver, f.params.get(k).map(|p| p.kind.clone()))
                {
                    body.alias(m, &name);
                }
                prologue.shared(signature, k, &name);
                prologue.slot(body, signature, k, of, Some(&name));
            }
            Again::Buffer => prologue.slot(body, signature, k, of, None),
        }
    }
    body.top(&f.body.stmts[split..]);
    let mut returned = Vec::new();
    for (k, of) in adjoint.cotangents.iter().enumerate().take(signature.params.len()) {
        returned.push(match again(signature, k) {
            Again::No => cotangent(body, signature, k, of),
            Again::Shared | Again::Buffer => q!(()),
        });
    }
    body.finish();
    let reverse = body.take_out();
    let starts = prologue.start;
    let seed_ty = signature.output_tangent();
    let mutable = match adjoint.seed {
        Seed::Mem(m) if body.facts.written.contains(&m) => q!(mut),
        Seed::None | Seed::Value(_) | Seed::Mem(_) => TokenStream::new(),
    };
    let mentioned = Mentioned::of(reverse.clone());
    let kept = functions::unpack_again(signature, &mentioned);
    let mentioned = mentioned.and(q!(#kept #prelude #starts (#(#returned,)*)));
    let written = q!(#kept #prelude #starts #reverse (#(#returned,)*));
    let seed = if mentioned.has(&seed) { q!(#mutable #seed: #seed_ty) } else { q!(_: #seed_ty) };
    let mut inputs: Vec<TokenStream> = vec![seed];
    inputs.extend(prologue.inputs.into_iter().map(|i| drop_unused(i, &mentioned)));
    ReverseHalf { inputs, written, mentioned }
}

/// Buffers of shared slices that the reverse sweep only adds to: it does without them.
fn missing(signature: &Signature<'_>, adjoint: &Adjoint, split: usize) -> Vec<MemId> {
    let of = |k: usize| match (again(signature, k), &adjoint.cotangents[k], &signature.params[k].model.class)
    {
        (Again::Shared, ParamCotangent::Buffer(m), Ty::Slice(_) | Ty::Vec(_)) => Some(*m),
        _ => None,
    };
    let plain = (0..signature.params.len()).filter(|_| !signature.inferred).filter_map(of);
    plain.filter(|m| is_only_added_to(&adjoint.f.body.stmts[split..], *m)).collect()
}

/// What comes before the reverse sweep in a pullback.
#[derive(Default)]
struct Prologue {
    /// Buffers of slices that are only added to.
    missing: Vec<MemId>,
    inputs: Vec<TokenStream>,
    start: TokenStream,
}

impl Prologue {
    fn shared(&mut self, signature: &Signature<'_>, k: usize, name: &Ident) {
        let inner = &signature.params[k].model.inner;
        self.inputs.push(q!(#name: &#inner));
    }

    /// What the reverse half of a recursive function gets for a parameter by value.
    fn more(&mut self, body: &mut Body<'_>, signature: &Signature<'_>, k: usize, of: &ParamCotangent) {
        let param = &signature.params[k];
        let down = body.arena.as_ref().and_then(|a| a.down.get(k));
        match (down, of) {
            (Some(Down::Again), _) => {
                let (name, ty) = (&param.ident, &param.model.ty);
                self.inputs.push(q!(#name: #ty));
            }
            (Some(Down::Cotangent(_)), ParamCotangent::Buffer(m)) => {
                let (name, ty) = (body.names.fresh(&format!("d_{}", param.name())), &param.tangent);
                body.bind_mem(*m, &name);
                self.inputs.push(q!(#name: &mut #ty));
            }
            (Some(Down::Usual | Down::Cotangent(_)) | None, _) => {}
        }
    }

    /// The buffer: the caller's, or one that nobody will read.
    fn slot(
        &mut self,
        body: &mut Body<'_>,
        signature: &Signature<'_>,
        k: usize,
        of: &ParamCotangent,
        shared: Option<&Ident>,
    ) {
        let param = &signature.params[k];
        let buffer = if *of == ParamCotangent::None { signature.nothing(k) } else { param.buffer.clone() };
        let name = body.names.fresh(&format!("d_{}", param.name()));
        self.inputs.push(q!(#name: ::core::option::Option<&mut #buffer>));
        match of {
            ParamCotangent::None | ParamCotangent::Value(_) | ParamCotangent::Owned(_) => {}
            ParamCotangent::Buffer(m) => self.scratch(body, signature, k, *m, &name, shared),
        }
    }

    fn scratch(
        &mut self,
        body: &mut Body<'_>,
        signature: &Signature<'_>,
        k: usize,
        mem: MemId,
        name: &Ident,
        shared: Option<&Ident>,
    ) {
        let param = &signature.params[k];
        if self.missing.contains(&mem) {
            let (wanted, buffer) = (body.names.fresh(&format!("w_{}", param.name())), &param.buffer);
            // A local of the same name may be all of it that is mentioned.
            let mentioned = shared.map(|shared| q!(let _ = #shared;));
            self.start.extend(q! {
                #mentioned
                let (#wanted, #name): (bool, &mut #buffer) = match #name {
                    ::core::option::Option::Some(#name) => (true, #name),
                    ::core::option::Option::None => (false, &mut []),
                };
            });
            body.bind_mem(mem, name);
            body.bind_wanted(mem, &wanted);
            return;
        }
        let scratch = body.names.fresh(&format!("z_{}", param.name()));
        let zero = match (shared, signature.plain_zero(&param.model.class)) {
            (_, Some(zero)) => zero,
            (Some(shared), None) => signature.zero(&param.model.class, &q!(#shared)),
            (None, None) => {
                let (shape, krate) = (shape(signature, k), &signature.krate);
                match signature.plain_elem(&param.model.class) {
                    Some(zero) => q!(#krate::__private::vec_from_elem(#zero, #shape)),
                    None => q!(#shape),
                }
            }
        };
        let buffer = &param.buffer;
        // A slice's cotangent is a `Vec`.
        let lent = if signature.inferred {
            q!(::core::borrow::BorrowMut::borrow_mut(&mut #scratch))
        } else {
            q!(&mut #scratch)
        };
        self.start.extend(q! {
            let mut #scratch;
            let #name: &mut #buffer = match #name {
                ::core::option::Option::Some(#name) => #name,
                ::core::option::Option::None => {
                    #scratch = #zero;
                    #lent
                }
            };
        });
        body.bind_mem(mem, name);
    }
}

/// The zero cotangent of a `&mut` parameter, made while it is in sight; of numbers, its length tells enough.
fn shape(signature: &Signature<'_>, k: usize) -> Ident {
    local(&format!("shape_{}", signature.params[k].name()))
}

fn shapes(signature: &Signature<'_>, adjoint: &Adjoint, mentioned: &Mentioned) -> TokenStream {
    let make = |k: usize| {
        let name = shape(signature, k);
        let param = &signature.params[k];
        let needed =
            matches!(adjoint.cotangents.get(k), Some(ParamCotangent::Buffer(_))) && mentioned.has(&name);
        needed.then(|| {
            let shared = signature.shared(k);
            let shape = match signature.plain_elem(&param.model.class) {
                Some(_) => q!((#shared).len()),
                None => signature.zero(&param.model.class, &shared),
            };
            q!(let #name = #shape;)
        })
    };
    (0..signature.params.len()).filter_map(make).collect()
}
