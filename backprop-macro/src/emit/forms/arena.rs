//! Recursive functions: all levels keep their residuals in one arena, the last one first.
//!
//! ```text
//! fn __up(x: f64, n: u32, arena: &mut Arena) -> f64                    forward; pushes what its reverse half reads
//! fn __down(seed: f64, d_x: &mut f64, n: u32, arena: &mut Arena)       pops it again, in the opposite order
//! fn __fwd(x: f64, n: u32) -> (f64, impl FnOnce(f64) -> (f64, ()))     the two around one arena, for other callers
//! ```
//! An opaque pullback can't hold one of its own kind, and a boxed one costs an allocation per level. The arena holds
//! plain words, so this is for functions that keep numbers whose type can be written down; the others box. What goes
//! down by `&mut` or again by value: see `adjoint/recursion`.

use super::core::{bind_params, drop_unused, ends, local, renamed, reserved, result, slots, used_params};
use super::functions;
use super::fwd::{self, Again};
use super::generics::Mentioned;
use super::signature::{Item, Signature};
use crate::adjoint::recursion::Recursive;
use crate::adjoint::{Adjoint, ParamCotangent, Seed};
use crate::analysis::recursion;
use crate::emit::body::{Arena, Body, Down, Style};
use crate::emit::callee::{self, Entry};
use crate::emit::tables::value_ty;
use crate::ir::dense::IdSet;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::ty::FloatTy;
use crate::ir::visit::Mentions;
use crate::ir::{Access, Call, CallRole, CodeId, Function, MemId, Operand, ParamKind, Stmt, Ty, ValueId};
use crate::model::{Model, Pass, Receiver};
use proc_macro2::{Ident, TokenStream};

/// `__up`, `__down` and `__fwd`; `None`: it keeps something that the arena can't hold.
pub fn items(signature: &Signature<'_>, adjoint: &Adjoint, recursive: &Recursive) -> Option<TokenStream> {
    let active = fwd::active(adjoint);
    let adjoint = &recursive.adjoint;
    let plan = Plan::of(signature, recursive)?;
    let f = &adjoint.f;
    let krate = &signature.krate;
    let ends = ends(adjoint);
    let mut body = Body::new(f, &signature.model.source, krate, Style::Adjoint, &ends, &reserved(signature));
    body.renamed = renamed(signature);
    let arena = body.names.fresh("arena");
    if !body.told.classes.is_empty() {
        return None;
    }
    let down = down(signature, recursive);
    body.arena = Some(Arena {
        name: arena.clone(),
        pullbacks: plan.pullbacks,
        pushed: HashMap::default(),
        down: down.clone(),
    });
    bind_params(&mut body, signature, f);
    let split = adjoint.split.min(f.body.stmts.len());
    body.top(&f.body.stmts[..split]);
    let y = result(&mut body, &f.result);
    body.finish();
    let kept = kept(&body, &plan.crossing);
    let forward = body.take_out();
    let pushes = kept.iter().map(|(name, _)| q!(#arena.push(#name);));
    let tuple_slots = slots(&body);
    let tuple_slots = &tuple_slots;
    let checks = &signature.model.source.checks;
    let up = q!(#(#checks)* #tuple_slots #forward #(#pushes)* #y);
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
    let mut params = inputs;
    params.push(q!(#arena: &mut #krate::__private::Arena));
    let name = signature.hidden(Entry::Down.suffix());
    let (_, output) = fwd::pullback_type(signature, &comes_back(&active, &down));
    let down_item = signature.item(&name, Item { params, output, body: reverse, ..Item::default() });
    let around = around(signature, &active, &down, &arena);
    Some(q!(#up #down_item #around))
}

/// `__fwd`: both halves around one arena.
fn around(signature: &Signature<'_>, active: &[bool], down: &[Down], arena: &Ident) -> TokenStream {
    let krate = &signature.krate;
    let mut arguments = signature.arguments();
    arguments.push(q!(&mut #arena));
    let call_up = signature.call(&signature.hidden(Entry::Up.suffix()), &arguments);
    let (types, _) = fwd::pullback_type(signature, active);
    let names: Vec<Ident> = (0..types.len()).map(|k| local(&format!("p{k}"))).collect();
    let mut passed = names.iter().map(|n| q!(#n));
    let mut arguments: Vec<TokenStream> = passed.next().into_iter().collect();
    let (mut slots, mut back, mut given) = (TokenStream::new(), Vec::new(), Vec::new());
    for (k, down) in down.iter().enumerate() {
        match fwd::again(signature, k) {
            Again::Shared => arguments.extend(passed.by_ref().take(2)),
            Again::Buffer => arguments.extend(passed.next()),
            Again::No => {}
        }
        let name = local(&format!("d{k}"));
        let returned = fwd::again(signature, k) == Again::No && active[k];
        match down {
            Down::Cotangent(zero) => {
                slots.extend(q!(let mut #name = #zero;));
                arguments.push(q!(&mut #name));
            }
            Down::Again => {
                let param = &signature.params[k].ident;
                arguments.push(q!(#param));
            }
            Down::Usual => {}
        }
        back.push(if returned && matches!(down, Down::Usual) { q!(#name) } else { q!(_) });
        given.push(match fwd::again(signature, k) {
            Again::No if !active[k] => signature.nothing(k),
            Again::No => q!(#name),
            Again::Shared | Again::Buffer => q!(()),
        });
    }
    arguments.push(q!(&mut #arena));
    let call_down = signature.call(&signature.hidden(Entry::Down.suffix()), &arguments);
    let call_down = if slots.is_empty() {
        call_down
    } else {
        q!({ #slots let (#(#back,)*) = #call_down; (#(#given,)*) })
    };
    let y_name = local("y");
    let body = q! {
        let mut #arena = #krate::__private::Arena::new();
        let #y_name = #call_up;
        (#y_name, #[inline(always)] move |#(#names: #types),*| #call_down)
    };
    let output = fwd::opaque_output(signature, active);
    let item = Item { params: signature.declarations(), output, body, ..Item::default() };
    signature.item(&signature.hidden("fwd"), item)
}

/// What the reverse half gets besides, per parameter.
fn down(signature: &Signature<'_>, recursive: &Recursive) -> Vec<Down> {
    let of = |k: usize| {
        if fwd::again(signature, k) != Again::No {
            return Down::Usual;
        }
        if recursive.again.contains(&k) {
            return Down::Again;
        }
        match recursive.adjoint.cotangents[k] {
            ParamCotangent::Buffer(_) => {
                Down::Cotangent(signature.zero(&signature.params[k].model.class, &TokenStream::new()))
            }
            ParamCotangent::None | ParamCotangent::Value(_) | ParamCotangent::Owned(_) => Down::Usual,
        }
    };
    (0..signature.params.len()).map(of).collect()
}

/// Those whose cotangent is returned.
fn comes_back(active: &[bool], down: &[Down]) -> Vec<bool> {
    active.iter().zip(down).map(|(active, down)| *active && matches!(down, Down::Usual)).collect()
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

/// Is the path the function's own name?
pub fn is_itself(model: &Model, path: CodeId) -> bool {
    let tokens = model.source.tokens(path);
    let (of, name) = match model.receiver {
        Receiver::Free => (None, callee::only(&tokens)),
        Receiver::Associated | Receiver::Method => (callee::of_type(&tokens), callee::last(&tokens)),
    };
    let own_type = of.map_or(model.receiver == Receiver::Free, |of| of == "Self");
    own_type && name.is_some_and(|name| name == model.ident)
}

impl Plan {
    fn of(signature: &Signature<'_>, recursive: &Recursive) -> Option<Plan> {
        let adjoint = &recursive.adjoint;
        let f = &adjoint.f;
        let model = signature.model;
        // A receiver by value is passed again by reference.
        let by_value = model.receiver == Receiver::Method
            && signature.params.first().is_some_and(|p| p.model.pass == Pass::Value);
        if !model.recursive || by_value || f.body.diverges || functions::active(model) {
            return None;
        }
        let split = adjoint.split.min(f.body.stmts.len());
        let (forward, reverse) = f.body.stmts.split_at(split);
        let own = recursion::own_pullbacks(forward, reverse, &|code| is_itself(model, code));
        let path = |code| callee::path(model.source.tokens(code), Entry::Down);
        let pullbacks = own.into_iter().map(|(pullback, own)| (pullback, path(own.path))).collect();
        let plan = Plan { crossing: crossing(signature, recursive, split, &pullbacks)?, pullbacks };
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

/// Values from before the reverse sweep that it reads; `None`: one has a type that can't be written down.
fn crossing(
    signature: &Signature<'_>,
    recursive: &Recursive,
    split: usize,
    pullbacks: &HashMap<ValueId, TokenStream>,
) -> Option<Vec<(ValueId, TokenStream)>> {
    let adjoint = &recursive.adjoint;
    let f = &adjoint.f;
    let reads = Mentions::of(|m| f.body.stmts[split..].iter().for_each(|s| s.visit_deep(m))).values;
    let reads: IdSet<ValueId> = reads.into_iter().chain(ends(adjoint)).collect();
    let mut made: Vec<(ValueId, Option<TokenStream>)> = Vec::new();
    for (k, (param, of)) in signature.params.iter().zip(&f.params).enumerate() {
        if let (ParamKind::Value(v), false) = (&of.kind, recursive.again.contains(&k)) {
            let ty = &param.model.ty;
            let number = matches!(param.model.class, Ty::Int) || word(&param.model.class).is_some();
            made.push((*v, number.then(|| ty.clone())));
        }
    }
    for v in f.body.stmts[..split].iter().flat_map(Stmt::defs) {
        made.push((v, word(&value_ty(f, v)).map(|w| w.tokens(signature))));
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
    /// A type parameter.
    Param(CodeId),
    Bool,
}

fn word(ty: &Ty) -> Option<Word> {
    match ty {
        Ty::Float(FloatTy::F32) => Some(Word::F32),
        Ty::Float(FloatTy::F64) => Some(Word::F64),
        Ty::Float(FloatTy::Param(code)) => Some(Word::Param(*code)),
        Ty::Bool => Some(Word::Bool),
        Ty::Float(FloatTy::Any | FloatTy::Lanes(_))
        | Ty::Int
        | Ty::Passive(_)
        | Ty::Array(..)
        | Ty::Slice(_)
        | Ty::Vec(_)
        | Ty::Tuple(_)
        | Ty::Option(_)
        | Ty::Boxed(_)
        | Ty::Adt(..)
        | Ty::Unknown => None,
    }
}

impl Word {
    fn tokens(&self, signature: &Signature<'_>) -> TokenStream {
        match self {
            Word::Param(code) => signature.model.source.tokens(*code),
            Word::F32 => q!(::core::primitive::f32),
            Word::F64 => q!(::core::primitive::f64),
            Word::Bool => q!(::core::primitive::bool),
        }
    }
}
