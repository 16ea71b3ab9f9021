//! Recursive functions: all levels keep their residuals in one arena, the last one first.
//!
//! ```text
//! fn __up(x: f64, n: u32, arena: &mut Arena) -> f64                    forward; pushes what its reverse half reads
//! fn __down(seed: f64, arena: &mut Arena) -> (f64, ())                 pops it again, in the opposite order
//! fn __fwd(x: f64, n: u32) -> (f64, impl FnOnce(f64) -> (f64, ()))     the two around one arena, for other callers
//! ```
//! An opaque pullback can't hold one of its own kind, and a boxed one costs an allocation per level. The arena holds
//! plain words, so this is for functions that keep numbers whose type can be written down; the others box.

use super::core::{bind_params, drop_unused, ends, local, renamed, reserved, result, slots, used_params};
use super::generics::Mentioned;
use super::signature::{Item, Signature};
use super::{functions, fwd};
use crate::adjoint::{Adjoint, ParamCotangent, Seed};
use crate::emit::body::{Arena, Body, Style};
use crate::emit::callee::{self, Entry};
use crate::emit::tables::value_ty;
use crate::ir::dense::IdSet;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::ty::FloatTy;
use crate::ir::visit::Mentions;
use crate::ir::{
    Access, Arg, Call, CallRole, Callee, Function, MemId, Operand, ParamKind, Popped, StackId, Stmt, Ty,
    ValueId,
};
use crate::model::Receiver;
use proc_macro2::{Ident, TokenStream};

/// `__up`, `__down` and `__fwd`; `None`: it keeps something that the arena can't hold.
pub fn items(signature: &Signature<'_>, adjoint: &Adjoint) -> Option<TokenStream> {
    let plan = Plan::of(signature, adjoint)?;
    let f = &adjoint.f;
    let krate = &signature.krate;
    let ends = ends(adjoint);
    let mut body = Body::new(f, &signature.model.source, krate, Style::Adjoint, &ends, &reserved(signature));
    body.renamed = renamed(signature);
    let arena = body.names.fresh("arena");
    body.arena = Some(Arena { name: arena.clone(), pullbacks: plan.pullbacks, pushed: HashMap::default() });
    bind_params(&mut body, signature, f);
    let split = adjoint.split.min(f.body.stmts.len());
    body.top(&f.body.stmts[..split]);
    let y = result(&mut body, &f.result);
    body.finish();
    let kept = kept(&body, &plan.crossing);
    let forward = body.take_out();
    let pushes = kept.iter().map(|(name, _)| q!(#arena.push(#name);));
    let tuple_slots = slots(&body);
    let (y_name, tuple_slots) = (local("y"), &tuple_slots);
    let up = q!(#tuple_slots #forward #(#pushes)* #y);
    let mut params = used_params(signature, f, &body, &Mentioned::of(up.clone()));
    params.push(q!(#arena: &mut #krate::__private::Arena));
    let output = signature.output().clone();
    let up = signature
        .item(&signature.hidden(Entry::Up.suffix()), Item { params, output, body: up, ..Item::default() });

    let fwd::ReverseHalf { inputs, written: reverse, mentioned } =
        fwd::closure(&mut body, signature, adjoint, split, &TokenStream::new());
    let pops = kept.iter().rev().map(|(name, ty)| {
        let name = drop_unused(q!(#name: #ty), &mentioned);
        q!(let #name = #arena.pop();)
    });
    let reverse = q!(#tuple_slots #(#pops)* #reverse);
    let (types, outputs) = fwd::pullback_type(signature, &fwd::active(adjoint));
    let mut params = inputs;
    params.push(q!(#arena: &mut #krate::__private::Arena));
    let down = signature.hidden(Entry::Down.suffix());
    let down_item = signature.item(&down, Item { params, output: outputs, body: reverse, ..Item::default() });

    let mut arguments = signature.arguments();
    arguments.push(q!(&mut #arena));
    let call_up = signature.call(&signature.hidden(Entry::Up.suffix()), &arguments);
    let names: Vec<Ident> = (0..types.len()).map(|k| local(&format!("p{k}"))).collect();
    let mut arguments: Vec<TokenStream> = names.iter().map(|n| q!(#n)).collect();
    arguments.push(q!(&mut #arena));
    let call_down = signature.call(&down, &arguments);
    let body = q! {
        let mut #arena = #krate::__private::Arena::new();
        let #y_name = #call_up;
        (#y_name, #[inline(always)] move |#(#names: #types),*| #call_down)
    };
    let output = fwd::opaque_output(signature, &fwd::active(adjoint));
    let item = Item { params: signature.declarations(), output, body, ..Item::default() };
    let fwd = signature.item(&signature.hidden("fwd"), item);
    Some(q!(#up #down_item #fwd))
}

/// The variables that cross from the forward to the reverse sweep, each once, with their types.
fn kept(body: &Body<'_>, crossing: &[(ValueId, TokenStream)]) -> Vec<(Ident, TokenStream)> {
    let mut all: Vec<(Ident, TokenStream)> = Vec::new();
    for (value, ty) in crossing {
        if body.inline_constant(*value).is_some() {
            continue;
        }
        let name = body.value_ident(*value);
        if !all.iter().any(|(other, _)| *other == name) {
            all.push((name, ty.clone()));
        }
    }
    all
}

/// What goes through the arena.
struct Plan {
    /// Values of the forward sweep's outermost region that the reverse sweep reads, with their types.
    crossing: Vec<(ValueId, TokenStream)>,
    /// Pullbacks of the function itself, which need not be kept: the paths of their reverse halves.
    pullbacks: HashMap<ValueId, TokenStream>,
}

impl Plan {
    fn of(signature: &Signature<'_>, adjoint: &Adjoint) -> Option<Plan> {
        let f = &adjoint.f;
        let model = signature.model;
        if !model.recursive || model.receiver != Receiver::Free || f.body.diverges || functions::active(model)
        {
            return None;
        }
        let split = adjoint.split.min(f.body.stmts.len());
        let (forward, reverse) = f.body.stmts.split_at(split);
        let mut pullbacks = HashMap::default();
        let own = |path: &TokenStream| callee::only(path).is_some_and(|name| name == model.ident);
        own_pullbacks(forward, &|code| model.source.tokens(code), &own, &mut pullbacks);
        let mut popped = HashMap::default();
        pushed(forward, &mut popped);
        follow(reverse, &popped, &mut pullbacks);
        let plan = Plan { crossing: crossing(signature, adjoint, split, &pullbacks)?, pullbacks };
        (plan.fits(f, forward) && local_memory(adjoint, reverse)).then_some(plan)
    }

    /// Are all pushed things numbers, or pullbacks that need not be pushed?
    fn fits(&self, f: &Function, stmts: &[Stmt]) -> bool {
        stmts.iter().flat_map(Stmt::deep).all(|stmt| match stmt {
            Stmt::Push { stack: _, items } => items.iter().all(|item| match item {
                Operand::Value(v) => self.pullbacks.contains_key(v) || word(&value_ty(f, *v)).is_some(),
                Operand::Mem(_) | Operand::Copy(_) => false,
            }),
            Stmt::Save { .. } => false,
            Stmt::Call(Call { role: CallRole::Forward(pullback), .. }) => {
                self.pullbacks.contains_key(pullback)
            }
            Stmt::Let { .. }
            | Stmt::Decl { .. }
            | Stmt::Store { .. }
            | Stmt::Assign { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Branch(_)
            | Stmt::Loop(_)
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => true,
        })
    }
}

/// The pullbacks of the function's calls of itself.
fn own_pullbacks(
    stmts: &[Stmt],
    tokens: &dyn Fn(crate::ir::CodeId) -> TokenStream,
    own: &dyn Fn(&TokenStream) -> bool,
    out: &mut HashMap<ValueId, TokenStream>,
) {
    for stmt in stmts.iter().flat_map(Stmt::deep) {
        if let Stmt::Call(Call {
            callee: Callee::Path(code), args, role: CallRole::Forward(pullback), ..
        }) = stmt
        {
            let path = tokens(*code);
            let plain = !args.iter().any(|a| matches!(a, Arg::Closure(_)));
            if own(&path) && plain {
                out.insert(*pullback, callee::path(path, Entry::Down));
            }
        }
    }
}

fn pushed<'f>(stmts: &'f [Stmt], out: &mut HashMap<StackId, &'f [Operand]>) {
    for stmt in stmts.iter().flat_map(Stmt::deep) {
        if let Stmt::Push { stack, items } = stmt {
            out.insert(*stack, items);
        }
    }
}

/// What a pullback is called after it has been popped.
fn follow(
    stmts: &[Stmt],
    pushed: &HashMap<StackId, &[Operand]>,
    pullbacks: &mut HashMap<ValueId, TokenStream>,
) {
    for stmt in stmts.iter().flat_map(Stmt::deep) {
        if let Stmt::Pop { stack, items } = stmt {
            let before = pushed.get(stack).copied().unwrap_or_default();
            for (item, from) in items.iter().zip(before) {
                let (Popped::Value(name), Operand::Value(from)) = (item, from) else { continue };
                if let Some(path) = pullbacks.get(from).cloned() {
                    pullbacks.insert(*name, path);
                }
            }
        }
    }
}

/// Values from before the reverse sweep that it reads; `None`: one has a type that can't be written down.
fn crossing(
    signature: &Signature<'_>,
    adjoint: &Adjoint,
    split: usize,
    pullbacks: &HashMap<ValueId, TokenStream>,
) -> Option<Vec<(ValueId, TokenStream)>> {
    let f = &adjoint.f;
    let reads = Mentions::of(|m| f.body.stmts[split..].iter().for_each(|s| s.visit_deep(m))).values;
    let reads: IdSet<ValueId> = reads.into_iter().chain(ends(adjoint)).collect();
    let mut made: Vec<(ValueId, Option<TokenStream>)> = Vec::new();
    for (param, of) in signature.params.iter().zip(&f.params) {
        if let ParamKind::Value(v) = of.kind {
            let ty = &param.model.ty;
            let number = matches!(param.model.class, Ty::Int) || word(&param.model.class).is_some();
            made.push((v, number.then(|| ty.clone())));
        }
    }
    for v in f.body.stmts[..split].iter().flat_map(Stmt::defs) {
        made.push((v, word(&value_ty(f, v)).map(|w| w.tokens())));
    }
    let read = made.into_iter().filter(|(v, _)| reads.contains(v) && !pullbacks.contains_key(v));
    read.map(|(v, ty)| Some((v, ty?))).collect()
}

/// Does the reverse sweep touch only objects that it makes itself, that are passed to it, or that are passed again?
fn local_memory(adjoint: &Adjoint, reverse: &[Stmt]) -> bool {
    let f = &adjoint.f;
    let touched = Mentions::of(|m| reverse.iter().for_each(|s| s.visit_deep(m))).mems;
    let mut given: HashSet<MemId> = reverse.iter().flat_map(Stmt::deep).flat_map(Stmt::declared).collect();
    let again = f.params.iter().filter_map(|p| match p.kind {
        ParamKind::Mem(m) if f.mems[m].access == Access::Ref => Some(m),
        ParamKind::Mem(_) | ParamKind::Value(_) => None,
    });
    given.extend(again);
    given.extend(adjoint.cotangents.iter().filter_map(|c| match c {
        ParamCotangent::Buffer(m) => Some(*m),
        ParamCotangent::None | ParamCotangent::Value(_) | ParamCotangent::Owned(_) => None,
    }));
    match adjoint.seed {
        Seed::Mem(m) => {
            given.insert(m);
        }
        Seed::None | Seed::Value(_) => {}
    }
    let owned = adjoint.cotangents.iter().all(|c| match c {
        ParamCotangent::Owned(m) => given.contains(m),
        ParamCotangent::None | ParamCotangent::Value(_) | ParamCotangent::Buffer(_) => true,
    });
    owned && touched.iter().all(|m| given.contains(m))
}

/// A number whose type is known.
enum Word {
    F32,
    F64,
    Bool,
}

fn word(ty: &Ty) -> Option<Word> {
    match ty {
        Ty::Float(FloatTy::F32) => Some(Word::F32),
        Ty::Float(FloatTy::F64) => Some(Word::F64),
        Ty::Bool => Some(Word::Bool),
        Ty::Float(FloatTy::Any | FloatTy::Param(_) | FloatTy::Lanes(_))
        | Ty::Int
        | Ty::Passive(_)
        | Ty::Array(..)
        | Ty::Slice(_)
        | Ty::Vec(_)
        | Ty::Tuple(_)
        | Ty::Option(_)
        | Ty::Adt(_)
        | Ty::Unknown => None,
    }
}

impl Word {
    fn tokens(&self) -> TokenStream {
        match self {
            Word::F32 => q!(::core::primitive::f32),
            Word::F64 => q!(::core::primitive::f64),
            Word::Bool => q!(::core::primitive::bool),
        }
    }
}
