//! From the user's tokens to IR: the only place that sees `syn`.
//!
//! ```text
//! fn f(x: f64) -> f64 { if x > 0.0 { return x * x; } -x }
//!
//! fn f(v0 x: f64) {
//!   v1 = const 0.0
//!   v2 = gt(v0, v1)
//!   branch v2 { v3 = mul(v0, v0) } { v4 = neg(v0) }   phi v5 (v3, v4)
//!   return v5
//! }
//! ```
//!
//! Each file is one construct. Nothing is skipped: what the compiler does not know is an error at the user's token.

mod accessor_body;
mod accessors;
mod assign;
mod attributes;
mod boxes;
mod call;
mod capture;
mod carried_place;
mod carry;
mod cfg;
mod closure;
mod collect;
mod collections;
mod consume;
mod control;
mod cursor;
mod declare;
mod depth;
mod drive;
mod effects;
mod ending;
mod exits;
mod expr;
mod fallible;
mod fallible_collect;
mod fields;
mod float_call;
mod flow;
mod function_arg;
mod function_param;
mod impl_generics;
mod inert;
mod integers;
mod items;
mod iter;
mod lambda;
mod lengths;
mod loops;
mod lowerer;
mod macros;
mod matches;
mod method;
mod names;
mod opaque;
mod operator;
mod operator_impl;
mod ops;
mod option;
mod option_patterns;
mod parse;
mod passive_iter;
mod pattern;
mod resolve;
mod result;
mod results;
mod search;
mod signature;
mod slice;
mod try_operator;
mod types;
mod unseen_option;
mod value;
mod variable;
mod vector;

#[cfg(test)]
mod tests;

pub use cfg::{variants, Variant};
pub use inert::strip_inert;
pub use operator_impl::operator;

use crate::diag::{at, catalog, Errors};
use crate::enclosing::{self, Place};
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{Access, Function, MemInfo, Param, ParamKind, ResultOf, Ty, ValueInfo};
use crate::model::{Model, Options, Pass};
use exits::TargetKind;
use flow::End;
use lowerer::{Binding, Lowered, Lowerer, Stop};
use parse::{addr, Parsed};
use proc_macro2::TokenStream;
use syn::FnArg;
use value::Val;

/// How deep expressions may be nested.
const DEPTH: usize = 700;

/// Why there is no gradient, and what is known of the function all the same.
#[derive(Debug)]
pub struct Failure {
    pub errors: Errors,
    /// Enough for a stub companion; `None`: the item is not a function.
    pub model: Option<Box<Model>>,
}

/// Lowers the item under the attribute.
pub fn function(item: TokenStream, options: Options) -> Result<(Model, Function), Failure> {
    let mut parsed = match parse::parse(&item) {
        Ok(parsed) => parsed,
        Err(errors) => return Err(Failure { errors, model: None }),
    };
    let place = enclosing::place(&item);
    if let Some(error) = signature::misplaced(&parsed.item, &options, place) {
        return Err(Failure { errors: error.into(), model: None });
    }
    let mut errors = Errors::default();
    let mut source = crate::source::Source::default();
    let mut results;
    (parsed.accessors, results) = accessors::find(&parsed.item, &mut source);
    let mut model = signature::model(&parsed, options, source, &mut results, &mut errors);
    model.closed_self = place == Place::Impl { closed: true };
    let custom = model.options.vjp.is_some() || model.options.jvp.is_some();
    let conditional = if custom { Vec::new() } else { cfg::left(&parsed) };
    conditional.iter().for_each(|attr| errors.push(catalog::cfg_inside(at(attr))));
    let (f, source, more, recursive) = body(&parsed, &model, results, custom || !conditional.is_empty());
    errors.extend(more);
    model.source = source;
    let own_type = model.receiver == crate::model::Receiver::Free || model.closed_self;
    model.source.seal = accessors::seal_of(&parsed.item);
    model.source.open = !own_type || !model.generics.reals.is_empty();
    model.recursive = recursive;
    if errors.is_empty() {
        Ok((model, f))
    } else {
        Err(Failure { errors, model: Some(Box::new(model)) })
    }
}

/// Lowers the body; a function with a rule of its own has none.
fn body(
    parsed: &Parsed,
    model: &Model,
    results: Vec<results::MethodResult>,
    custom: bool,
) -> (Function, crate::source::Source, Errors, bool) {
    let signature = lowerer::Signature {
        name: model.ident.to_string(),
        output: Some(model.output.class.clone()),
        reals: model.generics.reals.clone(),
        consts: consts(&parsed.item.sig.generics),
        method: model.receiver != crate::model::Receiver::Free,
        krate: model.options.krate.clone().unwrap_or_else(|| quote::quote!(::backprop)),
    };
    let facts = resolve::resolve(parsed);
    let integers = integers::typed(parsed, &facts);
    let types = model.params.iter().map(|p| &p.class).chain(results.iter().map(|r| &r.ty));
    let structs = results::structs(types, &parsed.item, &model.source);
    let mut lowerer = Lowerer {
        f: Function::default(),
        source: model.source.clone(),
        errors: Errors::default(),
        facts,
        accessors: &parsed.accessors,
        results,
        structs,
        bindings: HashMap::default(),
        vars: Vec::new(),
        slots: Vec::new(),
        scopes: Vec::new(),
        out: Vec::new(),
        pendings: Vec::new(),
        end: End::Live,
        logs: Vec::new(),
        targets: Vec::new(),
        value_taint: Vec::new(),
        mem_taint: Vec::new(),
        same: HashMap::default(),
        signature,
        plain_functions: HashSet::default(),
        items: items::Items::of(&parsed.item),
        recursive: false,
        inlining: Vec::new(),
        depth: 0,
        holes: 0,
        made: HashSet::default(),
        frozen: HashSet::default(),
        surprises: Vec::new(),
        passive_mems: HashSet::default(),
        collections: HashMap::default(),
        in_error: 0,
        iterables: HashSet::default(),
        made_once: HashSet::default(),
        passive_vars: HashSet::default(),
        constant_functions: HashSet::default(),
        numbers: names::Numbers::default(),
        computed: HashSet::default(),
        computed_mems: HashSet::default(),
        numeric: HashSet::default(),
        integers,
        once: HashMap::default(),
        user_types: false,
    };
    let saved = lowerer.begin();
    let result = lowerer.scoped(|l| l.whole(parsed, model, custom));
    let arm = lowerer.finish(saved);
    lowerer.f.body.diverges = arm.end == End::Diverges;
    lowerer.f.body.stmts = std::mem::take(&mut lowerer.items.start);
    lowerer.f.body.stmts.extend(arm.stmts);
    declare::settle(&mut lowerer.f.body);
    lowerer.f.result = result.unwrap_or(ResultOf::Unit);
    lowerer.forget_same();
    (lowerer.f, lowerer.source, lowerer.errors, lowerer.recursive)
}

fn consts(generics: &syn::Generics) -> Vec<proc_macro2::Ident> {
    generics.const_params().filter(|p| types::is_integer(&p.ty)).map(|p| p.ident.clone()).collect()
}

impl<'a> Lowerer<'a> {
    /// Parameters, then the body, then the result.
    fn whole(&mut self, parsed: &'a Parsed, model: &Model, custom: bool) -> Lowered<ResultOf> {
        let mut args = Vec::new();
        self.numbers = names::in_arithmetic(&parsed.item.block);
        for param in &model.params {
            args.push(self.param(param, model));
        }
        if custom {
            return Ok(ResultOf::Unit);
        }
        for ((input, arg), param) in parsed.item.sig.inputs.iter().zip(args).zip(&model.params) {
            self.bind_param(input, arg, param)?;
        }
        let output = model.output.class.clone();
        let span = at(&model.ident);
        let val =
            self.leavable(TargetKind::Body, None, &output, span, |s| s.block(&parsed.item.block, &output));
        match val {
            Ok(val) => self.result(val, &output, span),
            Err(Stop) => Ok(ResultOf::Unit),
        }
    }

    /// A parameter of the IR function.
    fn param(&mut self, param: &crate::model::ParamModel, model: &Model) -> Val<'a> {
        if let (Some(function), true) = (&param.function, model.options.functions) {
            if function.active {
                return self.function_param(param, function);
            }
        }
        let active = param.differentiable && (param.wrt.is_some() || param.pass == Pass::RefMut);
        let span = self.span(param.span);
        let name = Some(self.name(&param.ident));
        let scalar = matches!(param.class, Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Passive(_));
        if param.pass == Pass::Value && param.wrt.is_some() && self.is_number(param, model) {
            let value = self.f.values.push(ValueInfo::new(Ty::Unknown, name, span));
            self.value_taint.push(active);
            self.f.params.push(Param { kind: ParamKind::Value(value), active });
            return Val::Value(value);
        }
        if param.pass == Pass::Value && scalar {
            let value = self.f.values.push(ValueInfo::new(param.class.clone(), name, span));
            if let Ok(ty) = syn::parse2(param.ty.clone()) {
                self.written_type(value, &ty);
            }
            self.value_taint.push(active);
            self.f.params.push(Param { kind: ParamKind::Value(value), active });
            return Val::Value(value);
        }
        let access = match param.pass {
            Pass::Value => Access::Owned,
            Pass::Ref => Access::Ref,
            Pass::RefMut => Access::RefMut,
        };
        let ty = param.class.clone();
        let mem = self.f.mems.push(MemInfo { ty, name, span, access, shadow_of: None });
        self.mem_taint.push(active);
        if !param.differentiable && !param.class.is_passive() {
            self.passive_mems.insert(mem);
        }
        self.f.params.push(Param { kind: ParamKind::Mem(mem), active });
        let place = crate::ir::Place::whole(mem);
        match param.pass {
            Pass::Value => Val::Temp(mem),
            Pass::Ref => Val::Ref(place, false),
            Pass::RefMut => Val::Ref(place, true),
        }
    }

    /// A function: an object that stands for what it captures, and the name of its code.
    fn function_param(
        &mut self,
        param: &crate::model::ParamModel,
        function: &crate::model::FunctionParam,
    ) -> Val<'a> {
        let (span, name) = (self.span(param.span), Some(self.name(&param.ident)));
        let info = MemInfo { ty: Ty::Unknown, name, span, access: Access::Ref, shadow_of: None };
        let mem = self.f.mems.push(info);
        self.mem_taint.push(true);
        self.f.params.push(Param { kind: ParamKind::Mem(mem), active: true });
        let call = crate::model::call_name(&param.ident);
        let call = self.source.code(quote::quote!(#call));
        let place = crate::ir::Place::whole(mem);
        Val::Function(std::rc::Rc::new(value::FunctionVal { place, call, output: function.class.clone() }))
    }

    /// A type that the attribute can't see, like a type parameter of the `impl`, is that of a number if arithmetic is done
    /// with it.
    fn is_number(&self, param: &crate::model::ParamModel, model: &Model) -> bool {
        let bare = param.inner.clone().into_iter().count() == 1;
        let inside = model.receiver != crate::model::Receiver::Free;
        let (name, ty) = (param.ident.to_string(), param.inner.to_string());
        let (operand, receiver) =
            (self.numbers.operands.contains(&name), self.numbers.receivers.contains(&name));
        // A type parameter has one letter, most often.
        let number = if ty.len() == 1 { operand || receiver } else { operand && receiver };
        inside && bare && number && matches!(param.class, Ty::Adt(..))
    }

    /// The names that a parameter binds.
    fn bind_param(
        &mut self,
        input: &'a FnArg,
        arg: Val<'a>,
        param: &crate::model::ParamModel,
    ) -> Lowered<()> {
        if let (Val::Function(_), FnArg::Typed(typed)) = (&arg, input) {
            if let Some(ident) = names::single(&typed.pat) {
                self.bind(addr(ident), Binding::Val(arg));
            }
            return Ok(());
        }
        if let (Some(_), FnArg::Typed(typed)) = (&param.function, input) {
            self.constant_functions.extend(names::single(&typed.pat).map(addr));
        }
        let mem = match &arg {
            Val::Temp(mem) => Some(*mem),
            Val::Ref(place, _) => Some(place.mem),
            _ => None,
        };
        match input {
            FnArg::Receiver(receiver) => {
                if let Some(mem) = mem {
                    if receiver.mutability.is_none() {
                        self.frozen.insert(mem);
                    }
                    self.bind(addr(receiver), Binding::Mem(mem));
                }
                Ok(())
            }
            FnArg::Typed(typed) => {
                if let (Some(mem), Some(ident)) = (mem, names::single(&typed.pat)) {
                    let by_value = self.f.mems[mem].access == Access::Owned;
                    if by_value && !self.facts.binder(addr(ident)).mutable {
                        self.frozen.insert(mem);
                    }
                    if self.facts.binder(addr(ident)).assigned && !by_value {
                        let what = "a reference parameter that is assigned again";
                        return self.fail(crate::diag::catalog::reference_repointed(at(ident), what));
                    }
                    self.bind(addr(ident), Binding::Mem(mem));
                    return Ok(());
                }
                let number = matches!((&arg, &param.class), (Val::Value(_), Ty::Adt(..)));
                let known = param.pass == Pass::Value && !number;
                let ty = if known { param.class.clone() } else { Ty::Unknown };
                self.bind_pattern(&typed.pat, arg, &ty, at(&typed.pat))?;
                if let (Some(ident), false, false) =
                    (names::single(&typed.pat), param.differentiable, param.class.is_passive())
                {
                    if let Some(Binding::Var(var)) = self.bindings.get(&addr(ident)) {
                        self.passive_vars.insert(*var);
                    }
                }
                Ok(())
            }
        }
    }

    /// The value of the whole body.
    pub fn result(&mut self, val: Val<'a>, output: &Ty, span: crate::diag::At) -> Lowered<ResultOf> {
        if matches!(output, Ty::Passive(_)) && matches!(val, Val::Unit) {
            return Ok(ResultOf::Unit);
        }
        if output.is_scalar() && matches!(val, Val::Unit) && self.end == End::Live {
            return self
                .fail(crate::diag::catalog::no_value(span, "the last statement ends in `;`, or is none"));
        }
        if output.is_scalar() {
            let value = self.scalar(val, span)?;
            self.seen_as(value, output);
            return Ok(ResultOf::Value(value));
        }
        match val {
            Val::Temp(mem) => {
                self.known_as(mem, output);
                Ok(ResultOf::Mem(mem))
            }
            Val::Place(place) if place.proj.is_empty() && self.f.mems[place.mem].access == Access::Owned => {
                self.known_as(place.mem, output);
                Ok(ResultOf::Mem(place.mem))
            }
            Val::Value(value) if *output == Ty::Unknown => Ok(ResultOf::Value(value)),
            Val::Value(value) => {
                let mem = self.object_of(value, output.clone());
                Ok(ResultOf::Mem(mem))
            }
            Val::Place(place) => {
                let init = crate::ir::Init::From(crate::ir::Operand::Copy(place));
                Ok(ResultOf::Mem(self.declare(init, output.clone(), span.span())))
            }
            other => {
                let init = self.copied(other, span)?;
                Ok(ResultOf::Mem(self.declare(init, output.clone(), span.span())))
            }
        }
    }

    fn known_as(&mut self, mem: crate::ir::MemId, ty: &Ty) {
        let info = &mut self.f.mems[mem];
        info.ty = ty.join(&info.ty);
    }

    /// Carried values that never change are replaced by what they start with.
    pub fn forget_same(&mut self) {
        if self.same.is_empty() {
            return;
        }
        let same = std::mem::take(&mut self.same);
        let resolve = |mut v| {
            let mut steps = 0;
            while let Some(next) = same.get(&v) {
                v = *next;
                steps += 1;
                if steps > same.len() {
                    break;
                }
            }
            v
        };
        self.f.body.rename(&mut |v| resolve(v));
        if let ResultOf::Value(v) = &mut self.f.result {
            *v = resolve(*v);
        }
    }
}
