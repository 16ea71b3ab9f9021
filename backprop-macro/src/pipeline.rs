//! The stages, in order: what happens to a function with `#[grad]` on it.

use crate::adjoint::recursion::recursive;
use crate::adjoint::{adjoint, preaccumulate, Adjoint, ParamCotangent, Refusal, Seed};
use crate::analysis::activity::Activity;
use crate::analysis::covers::{self, Counted};
use crate::analysis::types::place_ty;
use crate::analysis::{self, heap, integers, lost, recursion, tiling};
use crate::diag::{catalog, Diag, Errors};
use crate::emit::{self, Forms};
use crate::ir::verify::{verify, verify_with};
use crate::ir::{
    Access, Arg, Call, CallRole, Callee, Function, MemId, ParamKind, Region, ResultOf, SpanId, Stmt, Ty,
};
use crate::lower::{Failure, Variant};
use crate::model::{Model, Options, Pass, Receiver};
use crate::source::Lambda;
use crate::tangent::gradient;
use crate::{args, enclosing, lanes, lower, opt, tangent};
use proc_macro2::{Span, TokenStream, TokenTree};

/// The attribute: the function as it was, and what is generated for it. On errors: the function, the errors, and a stub
/// companion, so that uses of the companion are not reported as well.
pub fn grad(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut out = lower::strip_inert(item.clone());
    out.extend(match args::parse(attr) {
        Ok(options) if is_impl(&item) => operator(item, options).unwrap_or_else(|failure| failed(&failure)),
        Ok(options) => compile(item, options).unwrap_or_else(|failure| failed(&failure)),
        Err(errors) => {
            // A misspelt option may have been `forward`.
            let options = Options { forward: true, ..Options::default() };
            let model = match lower::function(item, options) {
                Ok((model, _)) => Some(Box::new(model)),
                Err(failure) => failure.model,
            };
            failed(&Failure { errors, model })
        }
    });
    out
}

/// One companion; one per combination of the conditions of `#[cfg]` in the body, each under its own.
fn compile(item: TokenStream, options: Options) -> Result<TokenStream, Failure> {
    let variants = lower::variants(&item).map_err(|errors| Failure { errors, model: None })?;
    let mut out = TokenStream::new();
    for Variant { condition, item } in variants {
        let options = Options { functions: true, ..options.clone() };
        let (mut model, f) = lower::function(item.clone(), options.clone())?;
        model.cfgs.extend(condition);
        match lambdas(&mut model).and_then(|()| differentiate(&model, f)) {
            Ok(forms) => {
                let public = with_constant_functions(&model, item, options);
                out.extend(emit::companion(&model, &forms, public.as_ref()));
            }
            Err(errors) => return Err(Failure { errors, model: Some(Box::new(model)) }),
        }
    }
    Ok(out)
}

/// Is it the `impl` of an operator?
fn is_impl(item: &TokenStream) -> bool {
    lower::operator(item).is_some()
}

/// The rule of an operator, which is the gradient of its method.
fn operator(item: TokenStream, options: Options) -> Result<TokenStream, Failure> {
    let Some(of) = lower::operator(&item) else { return compile(item, options) };
    let of = of.map_err(|errors| Failure { errors, model: None })?;
    let failed = |errors: &Errors, model: Option<&Model>| {
        let mut out = errors.to_tokens();
        out.extend(model.map(|model| emit::operator_stub(&of, model)));
        out
    };
    let (mut model, f) = match lower::function(of.function.clone(), options) {
        Ok(lowered) => lowered,
        Err(failure) => return Ok(failed(&failure.errors, failure.model.as_deref())),
    };
    let forms = lambdas(&mut model).and_then(|()| not_yet(&model)).and_then(|()| prepared(&model, f));
    Ok(match forms {
        Ok(forms) => emit::operator(&of, &model, &forms),
        Err(errors) => failed(&errors, Some(&model)),
    })
}

/// The halves alone.
fn prepared(model: &Model, mut f: Function) -> Result<Forms, Errors> {
    if model.options.vjp.is_some() || model.options.jvp.is_some() {
        return Ok(Forms::default());
    }
    analysis::understand(&mut f);
    opt::simplify(&mut f);
    sound(model, verify(&f))?;
    keeps_derivatives(model, &mut f)?;
    split(model, &f)
}

/// The same function with its parameters that are functions as constants: what plain code can call, which has no
/// derivative of a closure. `None`: its result depends on their derivatives.
fn with_constant_functions(model: &Model, item: TokenStream, options: Options) -> Option<(Model, Forms)> {
    if !model.params.iter().any(|p| p.function.as_ref().is_some_and(|f| f.active)) {
        return None;
    }
    let (mut constant, f) = lower::function(item, Options { functions: false, ..options }).ok()?;
    constant.cfgs.clone_from(&model.cfgs);
    lambdas(&mut constant).ok()?;
    let forms = differentiate(&constant, f).ok()?;
    Some((constant, forms))
}

/// The closures that are handed on.
fn lambdas(model: &mut Model) -> Result<(), Errors> {
    for id in model.source.lambdas.ids() {
        let Lambda::Code(code) = model.source.lambdas[id].clone() else { continue };
        let mut code = *code;
        let forms = lambda(model, &mut code.f)?;
        (code.adjoint, code.tangent) = (forms.split, forms.tangent);
        model.source.lambdas[id] = Lambda::Code(Box::new(code));
    }
    Ok(())
}

fn lambda(model: &Model, f: &mut Function) -> Result<Forms, Errors> {
    analysis::understand(f);
    opt::simplify(f);
    sound(model, verify(f))?;
    keeps_derivatives(model, f)?;
    split(model, f)
}

fn failed(failure: &Failure) -> TokenStream {
    let mut out = failure.errors.to_tokens();
    out.extend(failure.model.as_ref().map(|model| emit::stub(model)));
    out
}

/// The middle of the compiler: from IR to IR.
fn differentiate(model: &Model, mut f: Function) -> Result<Forms, Errors> {
    if model.options.vjp.is_some() || model.options.jvp.is_some() {
        return Ok(Forms::default());
    }
    not_yet(model)?;
    analysis::understand(&mut f);
    opt::simplify(&mut f);
    sound(model, verify(&f))?;
    keeps_derivatives(model, &mut f)?;
    let refused = |r: Refusal| refusal(model, &r);
    let (mut joint, mut other) = (None, None);
    let line = has_gradient(&f) && is_long_line(model, &f);
    if has_gradient(&f) && !line {
        let made = reversed(&f, false).map_err(refused)?;
        other = overwriting(model, &f, &made.0)?;
        let primal = made.1.as_ref().unwrap_or(&f).values.len();
        joint = Some(both_sweeps(model, &f, made.0, primal)?);
    }
    let rows = rows(model, &f)?;
    let claims = covers::claims(&f);
    let forms = Forms { joint, other, line, rows, claims, ..split(model, &f)? };
    unmarked(model, forms.split.as_ref())?;
    no_heap(model, &forms)?;
    Ok(forms)
}

/// What `grad` runs, of an adjoint; the first `primal` values are the user's own.
fn both_sweeps(model: &Model, f: &Function, mut made: Adjoint, primal: usize) -> Result<Adjoint, Errors> {
    made.optimise(primal);
    if let Some(forward) = if gradient::keeps(&made) { gradient::gradient(f) } else { None } {
        made = forward;
        made.optimise(primal);
    }
    opt::keep_rows(&mut made.f, &mut made.split);
    made.assigned = tiling::assigned(&mut made);
    made.lower(primal);
    sound(model, verify_with(&made.f, &given(&made)))?;
    sound(model, tiling::holds(&made))?;
    Ok(made)
}

/// The same, where calls are counted on to overwrite what they get by `&mut`, with what they must claim for that; if less is
/// kept so.
fn overwriting(
    model: &Model,
    f: &Function,
    plain: &Adjoint,
) -> Result<Option<(Adjoint, Vec<Counted>)>, Errors> {
    let mut counted = covers::counted(f);
    counted.retain(|c| emit::has_claims(model, c.callee));
    if counted.is_empty() {
        return Ok(None);
    }
    let mut f = f.clone();
    f.overwrites = counted.iter().map(|c| (c.callee, c.claim.param)).collect();
    let (made, written) = reversed(&f, false).map_err(|r| refusal(model, &r))?;
    if covers::kept(&made.f) >= covers::kept(&plain.f) {
        return Ok(None);
    }
    let primal = written.as_ref().unwrap_or(&f).values.len();
    Ok(Some((both_sweeps(model, &f, made, primal)?, counted)))
}

/// Its adjoint; with the function that it is the adjoint of, if loops of that were written out first.
fn reversed(f: &Function, split: bool) -> Result<(Adjoint, Option<Function>), Refusal> {
    let made = adjoint(f, split)?;
    match opt::unrolled(f, &made.f) {
        Some(written) => Ok((adjoint(&written, split)?, Some(written))),
        None => Ok((made, None)),
    }
}

fn keeps_derivatives(model: &Model, f: &mut Function) -> Result<(), Errors> {
    lost::check(f);
    if let Some(span) = lost::carried(f) {
        let what = "taking a number out of a value of a type that the macro does not see, which depends on a parameter (give \
                    that a name and its type: `let r: Result<f64, E> = ..`)";
        return Err(catalog::unsupported(place(model, span).into(), what).into());
    }
    if let Some(span) = lost::find(f) {
        return Err(catalog::passive_receiver(place(model, span).into(), "this call").into());
    }
    Ok(())
}

/// Functions of the same module that have no derivative: the compiler's own message names something that the user has not
/// written.
fn unmarked(model: &Model, split: Option<&Adjoint>) -> Result<(), Errors> {
    let mut errors = Errors::default();
    let mut collect = |call: &Call| {
        let Callee::Path(code) = call.callee else {
            if let Some(diag) = split.and_then(|s| unmarked_method(model, &s.f, call)) {
                errors.push(diag);
            }
            return;
        };
        let mut tokens = model.source.tokens(code).into_iter();
        if let (Some(TokenTree::Ident(name)), None) = (tokens.next(), tokens.next()) {
            if name != model.ident && enclosing::is_unmarked(&name) {
                errors.push(catalog::call_not_differentiable(name.span().into(), &name.to_string()));
            }
        }
    };
    if let Some(split) = split {
        forward_calls(&split.f.body, &mut collect);
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// The same of a method, by the type of its receiver.
fn unmarked_method(model: &Model, f: &Function, call: &Call) -> Option<Diag> {
    let Callee::Method { name, text } = &call.callee else { return None };
    let (Arg::Ref(receiver) | Arg::RefMut(receiver) | Arg::Receiver(receiver)) = call.args.first()? else {
        return None;
    };
    let (Ty::Adt(code, _) | Ty::Passive(Some(code))) = place_ty(f, receiver) else { return None };
    let ty = model.source.tokens(code).to_string();
    let span = model.source.tokens(*name).into_iter().next()?.span();
    if ty.split_whitespace().any(|word| word == "dyn") {
        return Some(catalog::dynamic_call(span.into(), &format!("`{text}`")));
    }
    let owner = ty.trim_start_matches(['&', ' ']).trim_start_matches("mut ").to_string();
    let known = model.source.unmarked.contains(&(owner, text.clone()));
    known.then(|| catalog::call_not_differentiable(span.into(), text))
}

fn forward_calls(region: &Region, each: &mut impl FnMut(&Call)) {
    for stmt in region.deep() {
        if let Stmt::Call(call) = stmt {
            if call.role != CallRole::Primal {
                each(call);
            }
        }
    }
}

/// Literals keep the types that they have in the user's function.
fn told(model: &Model, f: &Function) -> Result<(), Errors> {
    match integers::lost(f) {
        Some(span) => {
            let why = "only a value that nobody reads tells the type of this integer";
            Err(catalog::unknown_shape(place(model, span).into(), why).into())
        }
        None => Ok(()),
    }
}

/// The halves that callers use.
fn split(model: &Model, f: &Function) -> Result<Forms, Errors> {
    let refused = |r: Refusal| refusal(model, &r);
    let mut forms = Forms::default();
    let (mut split, written) = reversed(f, true).map_err(refused)?;
    let of = written.as_ref().unwrap_or(f);
    let primal = of.values.len();
    split.optimise(primal);
    if let Some(shorter) = preaccumulate::instead(of, &split) {
        split = shorter;
        split.optimise(primal);
    }
    if !model.recursive {
        opt::read_again(&mut split.f, split.split);
    }
    split.lower(primal);
    sound(model, verify_with(&split.f, &given(&split)))?;
    told(model, &split.f)?;
    if model.recursive {
        let (forward, reverse) = split.f.body.stmts.split_at(split.split.min(split.f.body.stmts.len()));
        let own = recursion::own_pullbacks(forward, reverse, &|code| emit::is_itself(model, code));
        let made = recursive(&split, &own);
        sound(model, verify_with(&made.adjoint.f, &given(&made.adjoint)))?;
        forms.recursive = Some(made);
    }
    forms.split = Some(split);
    if model.options.forward || model.options.second_order {
        let act = Activity::of(f);
        let tangent = tangent::tangent(f, &|v| act.value(v), &|m| act.mem(m)).map_err(refused)?;
        sound(model, verify_with(&tangent.f, &tangent.given()))?;
        told(model, &tangent.f)?;
        forms.directions = lanes::directions(&tangent);
        if let Some(directions) = &forms.directions {
            sound(model, verify_with(&directions.f, &directions.given()))?;
        }
        forms.blocks = if emit::wants_blocks(model) {
            lanes::blocks(&tangent, &|code| emit::is_free(model, code))
        } else {
            None
        };
        forms.tangent = Some(tangent);
    }
    Ok(forms)
}

/// Several rows of the Jacobian in one sweep, where that is possible.
fn rows(model: &Model, f: &Function) -> Result<Option<Adjoint>, Errors> {
    if !emit::wants_rows(model) || !model.generics.reals.is_empty() {
        return Ok(None);
    }
    // Buffers of vectors in vectors have no zero with lanes so far: a pullback per row.
    if f.params.iter().any(|p| matches!(p.kind, ParamKind::Mem(m) if p.active && is_ragged(&f.mems[m].ty))) {
        return Ok(None);
    }
    let Ok(mut joint) = adjoint(f, false) else { return Ok(None) };
    joint.optimise(f.values.len());
    // The form gives every sweep buffers of its own.
    let buffer = |c: &ParamCotangent| match c {
        ParamCotangent::Buffer(m) => Some(*m),
        ParamCotangent::None | ParamCotangent::Value(_) | ParamCotangent::Owned(_) => None,
    };
    let buffers: Vec<MemId> = joint.cotangents.iter().filter_map(buffer).collect();
    opt::first_stores(&mut joint.f, &buffers);
    let Some(joint) = lanes::rows(&joint, emit::rows_at_once(model)) else { return Ok(None) };
    sound(model, verify_with(&joint.f, &given(&joint)))?;
    Ok(Some(joint))
}

/// Vectors or slices in a vector, a slice or an array.
fn is_ragged(ty: &Ty) -> bool {
    match ty {
        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) => {
            matches!(**elem, Ty::Vec(_) | Ty::Slice(_)) || is_ragged(elem)
        }
        Ty::Option(inner) | Ty::Boxed(inner) => is_ragged(inner),
        Ty::Tuple(items) => items.iter().any(is_ragged),
        Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Passive(_) | Ty::Adt(..) | Ty::Unknown => false,
    }
}

/// `grad` and its relatives: a scalar float result, and no `&mut` parameter that carries derivatives.
fn has_gradient(f: &Function) -> bool {
    let scalar = match f.result {
        ResultOf::Value(v) => !f.values[v].ty.is_passive(),
        ResultOf::Mem(_) | ResultOf::Unit => false,
    };
    let in_out = f.params.iter().any(|p| match p.kind {
        ParamKind::Mem(m) => p.active && f.mems[m].access == Access::RefMut && !f.mems[m].ty.is_passive(),
        ParamKind::Value(_) => false,
    });
    scalar && !in_out
}

/// Beyond so many operations, a straight line is written once, for the gradient and for callers: the compiler takes as
/// long for the second copy as the macro for both.
const LONG: usize = 100;

/// A long straight line of numbers that are passed by value: its two sweeps are the same in both forms.
fn is_long_line(model: &Model, f: &Function) -> bool {
    let by_value = |p: &crate::model::ParamModel| p.pass == Pass::Value && p.function.is_none();
    f.body.stmts.len() > LONG
        && model.receiver == Receiver::Free
        && !model.recursive
        && !model.options.recursive
        && model.params.iter().all(by_value)
        && f.body.stmts.iter().all(|stmt| matches!(stmt, Stmt::Let { .. }))
}

fn refusal(model: &Model, (span, what): &Refusal) -> Errors {
    catalog::unsupported(place(model, *span).into(), what).into()
}

fn place(model: &Model, span: SpanId) -> Span {
    if (span.0 as usize) < model.source.spans.len() {
        model.source.spans[span]
    } else {
        model.span
    }
}

/// Options of the contract that do nothing so far are refused, rather than accepted without effect.
fn not_yet(model: &Model) -> Result<(), Errors> {
    let Options { second_order, graph, source, .. } = &model.options;
    let asked = [(*second_order, "second_order"), (*graph, "graph"), (*source, "source")];
    match asked.into_iter().find(|(on, _)| *on) {
        Some((_, name)) => Err(catalog::option_not_yet(model.span.into(), name).into()),
        None => Ok(()),
    }
}

/// `#[grad(no_heap)]` speaks of the gradient, or of the pullback where there is none.
fn no_heap(model: &Model, forms: &Forms) -> Result<(), Errors> {
    let Some(adjoint) = forms.joint.as_ref().or(forms.split.as_ref()).filter(|_| model.options.no_heap)
    else {
        return Ok(());
    };
    let Some((span, name)) = heap::first(&adjoint.f) else { return Ok(()) };
    let name =
        name.map_or_else(|| "an intermediate value".to_owned(), |n| model.source.tokens(n).to_string());
    Err(catalog::heap_needed(place(model, span).into(), &name).into())
}

/// What an adjoint gets besides the parameters: the seed and the caller's buffers.
fn given(adjoint: &Adjoint) -> Vec<ParamKind> {
    let seed = match adjoint.seed {
        Seed::None => None,
        Seed::Value(v) => Some(ParamKind::Value(v)),
        Seed::Mem(m) => Some(ParamKind::Mem(m)),
    };
    let buffers = adjoint.cotangents.iter().filter_map(|c| match c {
        ParamCotangent::Buffer(m) => Some(ParamKind::Mem(*m)),
        ParamCotangent::None | ParamCotangent::Value(_) | ParamCotangent::Owned(_) => None,
    });
    seed.into_iter().chain(buffers).collect()
}

/// The invariants of the IR, between stages.
fn sound(model: &Model, verdict: Result<(), String>) -> Result<(), Errors> {
    verdict.map_err(|what| catalog::bug(model.span.into(), &what).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `BACKPROP_FILE=f.rs cargo test -p backprop-macro dump -- --ignored --nocapture`: every stage of one function.
    #[test]
    #[ignore = "a tool: prints the stages of the function in a file"]
    fn dump() {
        let Ok(path) = std::env::var("BACKPROP_FILE") else { return };
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let item: TokenStream = text.parse().unwrap_or_default();
        let options = args::parse("forward".parse().unwrap_or_default()).unwrap_or_default();
        let options = Options { functions: true, ..options };
        match lower::function(item, options) {
            Err(failure) => println!("{:?}", failure.errors.texts()),
            Ok((mut model, mut f)) => {
                if let Err(errors) = lambdas(&mut model) {
                    return println!("{:?}", errors.texts());
                }
                analysis::understand(&mut f);
                opt::simplify(&mut f);
                let names = |code| model.source.tokens(code).to_string();
                let show = |f: &Function| crate::ir::print::print(f, Some(&names));
                println!("--- primal\n{}", show(&f));
                let primal = f.values.len();
                for split in [false, true] {
                    match adjoint(&f, split) {
                        Err(refused) => println!("{refused:?}"),
                        Ok(mut a) => {
                            println!("--- adjoint, split {split}: {:#?}\n{}", a.report, show(&a.f));
                            a.optimise(primal);
                            println!("--- optimised\n{}", show(&a.f));
                        }
                    }
                }
                match differentiate(&model, f) {
                    Ok(forms) => println!("--- Rust\n{}", emit::companion(&model, &forms, None)),
                    Err(errors) => println!("{:?}", errors.texts()),
                }
            }
        }
    }
}
