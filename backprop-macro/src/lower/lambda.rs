//! Closures and functions as arguments of a call that is differentiated: the body becomes a function of its own, whose
//! first parameter is the tuple of what it captures.
//!
//! ```text
//! integrate(|t| (k * t).sin(), 0.0, b)
//!   →   m3 = tuple(v0)    call integrate(l0 m3, v4, v1)        l0: fn(&m0, v1) { v2 = load m0.0; .. }
//! ```
//! What may depend on a parameter is captured by copy, into the tuple; the rest goes along as constants. A closure that
//! changes what it captures is refused.

use super::capture::{Inner, ENV};
use super::flow::End;
use super::lowerer::{Binding, Lowered, Lowerer, Slot};
use super::names;
use super::resolve::BinderId;
use super::value::{ClosureVal, Val};
use crate::diag::{at, catalog, At};
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{
    Access, Arg, Closure, CodeId, Function, Init, MemId, MemInfo, Op, Operand, Param, ParamKind, Place, Read,
    ResultOf, Stmt, Ty, ValueId, ValueInfo,
};
use crate::model::{ParamModel, Pass};
use crate::rules::rule;
use crate::source::{Lambda, LambdaCode};
use proc_macro2::{Ident, Span};
use quote::{format_ident, quote};
use std::rc::Rc;
use syn::{Pat, Type};

/// As many as the runtime's tuples have.
const CAPTURES: usize = 12;

/// What became of a closure.
struct Lifted {
    f: Function,
    /// Of its objects.
    annotations: std::collections::HashMap<MemId, CodeId>,
}

/// What belongs to one function alone, put aside while another is lowered.
struct Aside {
    f: Function,
    out: Vec<Stmt>,
    pendings: Vec<super::flow::Pending>,
    end: End,
    logs: Vec<std::collections::BTreeMap<super::lowerer::VarId, Slot>>,
    targets: Vec<super::exits::Target>,
    value_taint: Vec<bool>,
    mem_taint: Vec<bool>,
    same: HashMap<ValueId, ValueId>,
    made: HashSet<MemId>,
    frozen: HashSet<MemId>,
    surprises: Vec<MemId>,
    passive_mems: HashSet<MemId>,
    annotations: std::collections::HashMap<MemId, CodeId>,
    output: Option<Ty>,
}

impl<'a> Lowerer<'a> {
    /// A function value as an argument of a differentiated call.
    pub fn function_arg(&mut self, val: &Val<'a>, span: At) -> Lowered<Option<Arg>> {
        Ok(Some(match val {
            Val::Closure(closure) => self.lambda(closure, span)?,
            Val::Function(function) => {
                let lambda = self.source.lambdas.push(Lambda::Parameter(function.call));
                Arg::Closure(Closure { env: function.place.clone(), constants: Vec::new(), lambda })
            }
            Val::Func(path) => match super::float_call::float_path_of(path, &self.signature) {
                Some((_, name)) => self.rule_lambda(&name, span)?,
                None => {
                    let code = self.source.code(quote!(#path));
                    let lambda = self.source.lambdas.push(Lambda::Path(code));
                    let env = Place::whole(self.env(Vec::new(), span));
                    Arg::Closure(Closure { env, constants: Vec::new(), lambda })
                }
            },
            Val::Unit
            | Val::Value(_)
            | Val::RefValue(_)
            | Val::Place(_)
            | Val::Ref(..)
            | Val::Temp(_)
            | Val::Fresh(..)
            | Val::Tuple(_)
            | Val::Opt(..)
            | Val::Range(_)
            | Val::Iter(_) => return Ok(None),
        }))
    }

    fn env(&mut self, items: Vec<(Operand, Ty)>, span: At) -> MemId {
        let (items, types): (Vec<_>, Vec<_>) = items.into_iter().unzip();
        self.declare(Init::Tuple(items), Ty::Tuple(types), span.span())
    }

    /// `f64::sin` as a function.
    fn rule_lambda(&mut self, name: &str, span: At) -> Lowered<Arg> {
        let Some(func) = crate::rules::Func::from_method(name) else {
            return self.fail(catalog::no_rule(span, name, ""));
        };
        let mut inner = Inner::default();
        let mut params = vec![self.env_param(&mut inner, span)];
        let mut args = Vec::new();
        for k in 0..rule(func).arity {
            let ident = format_ident!("__bp_arg{}", k, span = Span::mixed_site());
            let (kind, model) = self.input(&mut inner, &ident, Pass::Value, Ty::Unknown);
            if let ParamKind::Value(v) = kind {
                args.push(v);
            }
            params.push(model);
        }
        let at = self.span(span.span());
        let value = inner.value(ValueInfo::new(Ty::Unknown, None, at), true);
        inner.f.body.stmts.push(Stmt::Let { value, op: Op::Apply { func, args } });
        inner.f.result = ResultOf::Value(value);
        inner.f.mems[ENV].ty = Ty::Tuple(Vec::new());
        inner.f.params[0].active = false;
        params[0].differentiable = false;
        let env = Place::whole(self.env(Vec::new(), span));
        let lifted = Lifted { f: inner.f, annotations: Default::default() };
        Ok(self.finish_lambda(lifted, params, span, env, (Vec::new(), Vec::new())))
    }

    fn finish_lambda(
        &mut self,
        lifted: Lifted,
        params: Vec<ParamModel>,
        span: At,
        env: Place,
        (constants, functions): (Vec<Read>, Vec<CodeId>),
    ) -> Arg {
        let Lifted { f, annotations } = lifted;
        let code =
            LambdaCode { f, params, functions, annotations, span: span.span(), adjoint: None, tangent: None };
        let lambda = self.source.lambdas.push(Lambda::Code(Box::new(code)));
        Arg::Closure(Closure { env, constants, lambda })
    }

    fn lambda(&mut self, closure: &Rc<ClosureVal<'a>>, span: At) -> Lowered<Arg> {
        let mut inner = Inner::default();
        let mut params = vec![self.env_param(&mut inner, span)];
        let captured = self.captured(closure);
        self.refuse_changes(closure, &captured, span)?;
        let mut bindings = Vec::new();
        if captured.iter().any(|id| self.constant_functions.contains(id)) {
            let why = "it captures a function that is a constant here, and is handed to another function";
            return self.fail(catalog::closure_escapes(span, why));
        }
        for id in captured {
            let binding = closure.captured.iter().find(|(c, _)| *c == id).map(|(_, b)| b.clone());
            let Some(binding) = binding.or_else(|| self.bindings.get(&id).cloned()) else { continue };
            bindings.push((id, self.capture(&mut inner, &binding, span)?));
        }
        if inner.env.len() > CAPTURES {
            let what = "a closure that captures more than 12 variables which depend on a parameter";
            return self.fail(catalog::unsupported(span, what));
        }
        let mut inputs = Vec::new();
        for (k, pat) in closure.closure.inputs.iter().enumerate() {
            let (val, model) = self.closure_input(&mut inner, k, pat);
            inputs.push((pat, val, model.class.clone()));
            params.push(model);
        }
        for (_, kind) in &inner.constants {
            inner.f.params.push(Param { kind: kind.clone(), active: false });
        }
        let types: Vec<Ty> = inner.env.iter().map(|(_, ty)| ty.clone()).collect();
        let active = !types.is_empty();
        inner.f.mems[ENV].ty = Ty::Tuple(types.clone());
        inner.f.params[0].active = active;
        params[0].differentiable = active;
        params[0].class = Ty::Tuple(types);
        let constants: Vec<Read> = inner.constants.iter().map(|(read, _)| read.clone()).collect();
        let env = std::mem::take(&mut inner.env);
        let functions = std::mem::take(&mut inner.functions);
        let lifted = self.lambda_body(inner, closure, bindings, inputs, span)?;
        if writes(&lifted.f) {
            let why = "it changes what it captures, and is handed to another function";
            return self.fail(catalog::closure_escapes(span, why));
        }
        let env = Place::whole(self.env(env, span));
        Ok(self.finish_lambda(lifted, params, span, env, (constants, functions)))
    }

    fn env_param(&mut self, inner: &mut Inner, span: At) -> ParamModel {
        let at = self.span(span.span());
        let info = MemInfo { ty: Ty::Unknown, name: None, span: at, access: Access::Ref, shadow_of: None };
        let mem = inner.mem(info, true);
        inner.f.params.push(Param { kind: ParamKind::Mem(mem), active: true });
        model(format_ident!("__bp_env", span = Span::mixed_site()), Pass::Ref, Ty::Unknown, true)
    }

    /// A parameter of the closure. Where nothing is written, it is a reference if it is used like one.
    fn closure_input(&mut self, inner: &mut Inner, k: usize, pat: &'a Pat) -> (Val<'a>, ParamModel) {
        let bare = match pat {
            Pat::Type(p) => &*p.pat,
            other => other,
        };
        let (pass, class) = match pat {
            Pat::Type(p) => match &*p.ty {
                Type::Reference(r) => (Pass::Ref, self.ty(&r.elem)),
                ty => (Pass::Value, self.ty(ty)),
            },
            Pat::Reference(_) => (Pass::Ref, Ty::Unknown),
            Pat::Ident(p) => {
                let binder = self.facts.binder(crate::lower::parse::addr(&p.ident));
                let reference = binder.projected && !binder.written && !binder.mutable;
                (if reference { Pass::Ref } else { Pass::Value }, Ty::Unknown)
            }
            Pat::Tuple(p) => (Pass::Value, Ty::Tuple(vec![Ty::Unknown; p.elems.len()])),
            _ => (Pass::Value, Ty::Unknown),
        };
        let ident = match names::single(bare) {
            Some(ident) => ident.clone(),
            None => format_ident!("__bp_arg{}", k, span = Span::mixed_site()),
        };
        let (kind, model) = self.input(inner, &ident, pass, class);
        let val = match kind {
            ParamKind::Value(v) => Val::Value(v),
            ParamKind::Mem(m) if pass == Pass::Value => Val::Temp(m),
            ParamKind::Mem(m) => Val::Ref(Place::whole(m), false),
        };
        (val, model)
    }

    fn input(&mut self, inner: &mut Inner, ident: &Ident, pass: Pass, ty: Ty) -> (ParamKind, ParamModel) {
        let span = self.span(ident.span());
        let name = Some(self.name(ident));
        let active = !ty.is_passive();
        let kind = if pass == Pass::Value && (ty.is_scalar() || matches!(ty, Ty::Unknown | Ty::Passive(_))) {
            ParamKind::Value(inner.value(ValueInfo::new(ty.clone(), name, span), active))
        } else {
            let access = if pass == Pass::Value { Access::Owned } else { Access::Ref };
            ParamKind::Mem(inner.mem(MemInfo { ty: ty.clone(), name, span, access, shadow_of: None }, active))
        };
        inner.f.params.push(Param { kind: kind.clone(), active });
        (kind, model(ident.clone(), pass, ty, active))
    }

    /// The body, in the place of this function.
    fn lambda_body(
        &mut self,
        inner: Inner,
        closure: &ClosureVal<'a>,
        bindings: Vec<(BinderId, Binding<'a>)>,
        inputs: Vec<(&'a Pat, Val<'a>, Ty)>,
        span: At,
    ) -> Lowered<Lifted> {
        let outer: Vec<_> = bindings.into_iter().map(|(id, b)| (id, self.bindings.insert(id, b))).collect();
        let aside = self.put_aside(inner.f, inner.value_taint, inner.mem_taint);
        let output = match &closure.closure.output {
            syn::ReturnType::Type(_, ty) => self.ty(ty),
            syn::ReturnType::Default => Ty::Unknown,
        };
        self.signature.output = Some(output.clone());
        let saved = self.begin();
        self.out.extend(inner.prelude);
        let result = self.scoped(|s| {
            for (pat, val, ty) in inputs {
                s.bind_pattern(pat, val, &ty, span)?;
            }
            let body = &closure.closure.body;
            let val = s.leavable(super::exits::TargetKind::Body, None, &output, span, |s| {
                let val = s.expr(body, &output)?;
                s.snapshot_scalar(val, at(body))
            })?;
            s.result(val, &output, span)
        });
        let arm = self.finish(saved);
        self.f.body.diverges = arm.end == End::Diverges;
        self.f.body.stmts = arm.stmts;
        self.f.result = result.clone().unwrap_or(ResultOf::Unit);
        self.forget_same();
        let f = self.take_back(aside);
        for (id, binding) in outer {
            match binding {
                Some(binding) => self.bindings.insert(id, binding),
                None => self.bindings.remove(&id),
            };
        }
        result.map(|_| f)
    }

    fn put_aside(&mut self, f: Function, value_taint: Vec<bool>, mem_taint: Vec<bool>) -> Aside {
        use std::mem::{replace, take};
        Aside {
            f: replace(&mut self.f, f),
            out: take(&mut self.out),
            pendings: take(&mut self.pendings),
            end: replace(&mut self.end, End::Live),
            logs: take(&mut self.logs),
            targets: take(&mut self.targets),
            value_taint: replace(&mut self.value_taint, value_taint),
            mem_taint: replace(&mut self.mem_taint, mem_taint),
            same: take(&mut self.same),
            made: take(&mut self.made),
            frozen: take(&mut self.frozen),
            surprises: take(&mut self.surprises),
            passive_mems: take(&mut self.passive_mems),
            annotations: take(&mut self.source.annotations),
            output: self.signature.output.clone(),
        }
    }

    fn take_back(&mut self, aside: Aside) -> Lifted {
        self.out = aside.out;
        self.pendings = aside.pendings;
        self.end = aside.end;
        self.logs = aside.logs;
        self.targets = aside.targets;
        self.value_taint = aside.value_taint;
        self.mem_taint = aside.mem_taint;
        self.same = aside.same;
        self.made = aside.made;
        self.frozen = aside.frozen;
        self.surprises = aside.surprises;
        self.passive_mems = aside.passive_mems;
        self.signature.output = aside.output;
        let annotations = std::mem::replace(&mut self.source.annotations, aside.annotations);
        Lifted { f: std::mem::replace(&mut self.f, aside.f), annotations }
    }
}

/// Does it write to what it captures?
fn writes(f: &Function) -> bool {
    let foreign: HashSet<MemId> = f
        .params
        .iter()
        .filter_map(|p| match p.kind {
            ParamKind::Mem(m) if f.mems[m].access == Access::Ref => Some(m),
            ParamKind::Mem(_) | ParamKind::Value(_) => None,
        })
        .collect();
    f.body.deep().any(|s| s.written().iter().any(|m| foreign.contains(m)))
}

/// A parameter as the forms want it.
fn model(ident: Ident, pass: Pass, class: Ty, differentiable: bool) -> ParamModel {
    let span = ident.span();
    let inner = quote!(_);
    let ty = if pass == Pass::Ref { quote!(&_) } else { quote!(_) };
    let wrt = None;
    ParamModel { ident, ty, inner, pass, class, differentiable, wrt, span, function: None }
}
