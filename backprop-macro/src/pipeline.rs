//! The stages, in order: what happens to a function with `#[grad]` on it.

use crate::adjoint::{adjoint, Refusal};
use crate::analysis::activity::Activity;
use crate::analysis::types;
use crate::diag::{catalog, Errors};
use crate::emit::{self, Forms};
use crate::ir::{verify::verify, Access, Function, ParamKind, ResultOf};
use crate::model::{Model, Options};
use crate::{args, lower, tangent};
use proc_macro2::TokenStream;

/// The attribute: the function as it was, and what is generated for it. On errors: the function, the errors, and a stub
/// companion, so that uses of the companion are not reported as well.
pub fn grad(attr: TokenStream, item: TokenStream) -> TokenStream {
    let (mut out, generated) = match args::parse(attr) {
        Ok(options) => (lower::strip_inert(item.clone()), compile(item, options)),
        Err(errors) => (lower::strip_inert(item.clone()), lower::function(item, Options::default()).map_or_else(
            |f| f.with(errors.clone()).to_tokens(),
            |(model, _)| failed(&model, errors.clone()),
        )),
    };
    out.extend(generated);
    out
}

fn compile(item: TokenStream, options: Options) -> TokenStream {
    match lower::function(item, options) {
        Err(failure) => failure.to_tokens(),
        Ok((model, f)) => match differentiate(&model, f) {
            Ok(forms) => emit::companion(&model, &forms),
            Err(errors) => failed(&model, errors),
        },
    }
}

fn failed(model: &Model, errors: Errors) -> TokenStream {
    let mut out = errors.to_tokens();
    out.extend(emit::stub(model));
    out
}

/// The middle of the compiler: from IR to IR.
fn differentiate(model: &Model, mut f: Function) -> Result<Forms, Errors> {
    if model.options.vjp.is_some() || model.options.jvp.is_some() {
        return Ok(Forms::default());
    }
    types::propagate(&mut f);
    check(model, &f)?;
    let refused = |r: Refusal| refusal(model, &r);
    let primal = f.values.len();
    let mut forms = Forms::default();
    if has_gradient(&f) {
        let mut joint = adjoint(&f, false).map_err(refused)?;
        joint.optimise(primal);
        check(model, &joint.f)?;
        forms.joint = Some(joint);
    }
    let mut split = adjoint(&f, true).map_err(refused)?;
    split.optimise(primal);
    check(model, &split.f)?;
    forms.split = Some(split);
    if model.options.forward || model.options.second_order {
        let act = Activity::of(&f);
        let tangent = tangent::tangent(&f, &|v| act.value(v), &|m| act.mem(m)).map_err(refused)?;
        check(model, &tangent.f)?;
        forms.tangent = Some(tangent);
    }
    Ok(forms)
}

/// `grad` and its relatives: a scalar float result, and no `&mut` parameter that carries derivatives.
fn has_gradient(f: &Function) -> bool {
    let scalar = match f.result {
        ResultOf::Value(v) => !f.values[v].ty.is_passive(),
        ResultOf::Mem(_) | ResultOf::Unit => false,
    };
    let in_out = f.params.iter().any(|p| match p.kind {
        ParamKind::Mem(m) => f.mems[m].access == Access::RefMut && !f.mems[m].ty.is_passive(),
        ParamKind::Value(_) => false,
    });
    scalar && !in_out
}

fn refusal(model: &Model, (span, what): &Refusal) -> Errors {
    let span = if (span.0 as usize) < model.source.spans.len() { model.source.spans[*span] } else { model.span };
    catalog::refused(span.into(), what).into()
}

/// The invariants of the IR, between stages.
fn check(model: &Model, f: &Function) -> Result<(), Errors> {
    verify(f).map_err(|what| catalog::ice(model.span.into(), &what).into())
}
