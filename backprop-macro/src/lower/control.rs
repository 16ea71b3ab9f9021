//! Blocks, `let`, and `if`.
//!
//! ```text
//! if c { a } else { b }   →   branch c { .. } { .. }   phi (v1, v2)
//! ```

use super::attributes;
use super::exits::TargetKind;
use super::flow::End;
use super::lowerer::{Binding, Lowered, Lowerer, Stop};
use super::names::{self, Fails};
use super::parse::addr;
use super::resolve::binders;
use super::value::Val;
use crate::diag::{at, catalog};
use crate::ir::{Op, Stmt as IrStmt, Ty};
use quote::ToTokens;
use syn::{Attribute, Block, Expr, Local, Pat, Stmt};

/// Attributes that mean nothing to the value of a statement.
const HARMLESS: [&str; 9] =
    ["allow", "warn", "expect", "deny", "doc", "rustfmt", "clippy", "inline", "must_use"];

impl<'a> Lowerer<'a> {
    pub fn block_expr(&mut self, block: &'a syn::ExprBlock, hint: &Ty) -> Lowered<Val<'a>> {
        self.inner_attrs(&block.attrs, false)?;
        match &block.label {
            None => self.block(&block.block, hint),
            Some(label) => self.leavable(TargetKind::Block, Some(&label.name), hint, at(label), |s| {
                s.block(&block.block, hint)
            }),
        }
    }

    /// The statements of a block, in a scope of their own.
    pub fn block(&mut self, block: &'a Block, hint: &Ty) -> Lowered<Val<'a>> {
        self.scoped(|s| s.statements(&block.stmts, hint))
    }

    fn statements(&mut self, stmts: &'a [Stmt], hint: &Ty) -> Lowered<Val<'a>> {
        for stmt in stmts {
            if let Stmt::Item(item) = stmt {
                let _ = self.nested_item(item);
            }
        }
        let mut failed = false;
        let mut value = Val::Unit;
        for (i, stmt) in stmts.iter().enumerate() {
            let last = i + 1 == stmts.len();
            match self.statement(stmt, last, hint) {
                Ok(val) => value = val,
                Err(Stop) if self.end == End::Live => failed = true,
                Err(Stop) => return Err(Stop),
            }
        }
        if failed {
            return Err(Stop);
        }
        Ok(value)
    }

    fn statement(&mut self, stmt: &'a Stmt, last: bool, hint: &Ty) -> Lowered<Val<'a>> {
        match stmt {
            Stmt::Local(local) => {
                let result = self.local(local);
                if result.is_err() {
                    self.poison(&local.pat);
                }
                result.map(|()| Val::Unit)
            }
            Stmt::Item(_) => Ok(Val::Unit),
            Stmt::Expr(e, semi) => {
                let is_loop = matches!(e, Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_));
                self.inner_attrs(attributes::of(e), is_loop)?;
                let value = last && semi.is_none();
                let val = self.effect(e, if value { hint } else { &Ty::Unknown }, !value)?;
                Ok(if value { val } else { Val::Unit })
            }
            Stmt::Macro(mac) => {
                let value = last && mac.semi_token.is_none();
                let val = self.macro_(&mac.mac, &mac.attrs, if value { hint } else { &Ty::Unknown })?;
                Ok(if value { val } else { Val::Unit })
            }
        }
    }

    /// An expression whose value may be unused: passive code stays a statement then.
    fn effect(&mut self, e: &'a Expr, hint: &Ty, unused: bool) -> Lowered<Val<'a>> {
        if unused {
            if let Expr::MethodCall(call) = names::strip(e) {
                let known = names::is_known_method(&call.method.to_string());
                if !known && self.can_carry(e) && !self.calls_closure(e) {
                    let opaque = self.opaque(e)?;
                    self.carry_statement(opaque);
                    return Ok(Val::Unit);
                }
            }
            if let Expr::Call(call) = names::strip(e) {
                let known = super::names::mem_function(&call.func).is_some();
                if !known && self.can_carry(e) && !self.calls_closure(e) && !self.is_self_call(&call.func) {
                    let opaque = self.opaque(e)?;
                    self.carry_statement(opaque);
                    return Ok(Val::Unit);
                }
            }
        }
        let target = match names::strip(e) {
            Expr::Binary(binary) if names::is_compound(&binary.op) => Some(&binary.left),
            Expr::Assign(assign) => Some(&assign.left),
            _ => None,
        };
        if target.is_some_and(|t| self.is_behind_call(t)) && self.can_carry(e) && !self.calls_closure(e) {
            let opaque = self.opaque(e)?;
            self.carry_statement(opaque);
            return Ok(Val::Unit);
        }
        self.expr(e, hint)
    }

    /// `*map.entry(k).or_insert(0)`: what a call that the macro does not know refers to.
    fn is_behind_call(&self, target: &'a Expr) -> bool {
        match names::strip(target) {
            Expr::Unary(unary) => self.is_behind_call(&unary.expr),
            Expr::Field(field) => self.is_behind_call(&field.base),
            Expr::Index(index) => self.is_behind_call(&index.expr),
            Expr::MethodCall(call) => self.keeps_whole(call),
            other => self.collection(other).is_some(),
        }
    }

    /// Attributes on statements and expressions.
    pub fn inner_attrs(&mut self, attrs: &'a [Attribute], is_loop: bool) -> Lowered<()> {
        for attr in attrs {
            let name = attr.path().segments.last().map_or_else(String::new, |s| s.ident.to_string());
            let first = attr.path().segments.first().map_or_else(String::new, |s| s.ident.to_string());
            match name.as_str() {
                "checkpoint" if is_loop => self.checkpoint(attr)?,
                "checkpoint" => return self.fail(catalog::checkpoint_form(at(attr))),
                "no_grad" => {}
                _ if HARMLESS.contains(&first.as_str()) => {}
                other => return self.fail(catalog::attribute_inside(at(attr), other)),
            }
        }
        Ok(())
    }

    /// `every = k`, `sqrt`, `snapshots = s`. The gradient does not depend on it.
    fn checkpoint(&mut self, attr: &'a Attribute) -> Lowered<()> {
        let text = match &attr.meta {
            syn::Meta::List(list) => list.tokens.to_string().replace(' ', ""),
            _ => String::new(),
        };
        let number = |s: &str| s.parse::<u64>().is_ok_and(|n| n > 0);
        let valid = text == "sqrt"
            || text.strip_prefix("every=").is_some_and(number)
            || text.strip_prefix("snapshots=").is_some_and(number);
        if valid {
            Ok(())
        } else {
            self.fail(catalog::checkpoint_form(at(attr)))
        }
    }

    fn local(&mut self, local: &'a Local) -> Lowered<()> {
        self.inner_attrs(&local.attrs, false)?;
        let detached = local.attrs.iter().any(is_no_grad);
        let (pat, ty) = match &local.pat {
            Pat::Type(typed) => (&*typed.pat, self.ty(&typed.ty)),
            other => (other, Ty::Unknown),
        };
        let Some(init) = &local.init else { return self.deferred(pat, &ty, detached) };
        if let Some((_, otherwise)) = &init.diverge {
            return self.let_else(pat, &init.expr, otherwise, &ty);
        }
        let written = match &local.pat {
            Pat::Type(typed) => Some(&*typed.ty),
            _ => None,
        };
        self.note_collection(pat, written, Some(&init.expr));
        let mut val = self.expr(&init.expr, &ty)?;
        if let Pat::Type(typed) = &local.pat {
            self.annotate(&val, &init.expr, &typed.ty);
            if let Val::Value(value) = &val {
                self.written_type(*value, &typed.ty);
            }
        }
        if detached {
            val = self.detach_let(val, at(&init.expr))?;
        }
        self.bind_pattern(pat, val, &ty, at(&init.expr))?;
        if let (Pat::Type(typed), Some(ident)) = (&local.pat, names::single(pat)) {
            if let Some(Binding::Mem(mem)) = self.bindings.get(&addr(ident)).cloned() {
                let code = self.source.code(typed.ty.to_token_stream());
                self.source.annotations.insert(mem, code);
            }
        }
        Ok(())
    }

    /// `let k: f64 = s.parse().unwrap()`: the written type decides what carried code computes.
    fn annotate(&mut self, val: &Val<'a>, init: &'a Expr, ty: &syn::Type) {
        let decides = matches!(names::strip(init), Expr::MethodCall(_) | Expr::Call(_) | Expr::Try(_));
        let (Val::Value(made), true, false) = (val, decides, matches!(ty, syn::Type::Reference(_))) else {
            return;
        };
        if let Some(IrStmt::Let { value, op: Op::Pure(opaque) | Op::Once(opaque) }) = self.out.last() {
            if value == made {
                let code = &mut self.source.codes[opaque.code].tokens;
                *code = quote::quote!(::core::convert::identity::<#ty>(#code));
            }
        }
    }

    /// `#[no_grad] let`
    fn detach_let(&mut self, val: Val<'a>, at: crate::diag::At) -> Lowered<Val<'a>> {
        if !self.tainted(&val) {
            return Ok(val);
        }
        let scalar = matches!(val, Val::Value(_) | Val::RefValue(_)) || self.ty_of(&val).is_scalar();
        if let Val::Tuple(items) = val {
            let items: Lowered<Vec<_>> = items.into_iter().map(|i| self.detach_let(i, at)).collect();
            return Ok(Val::Tuple(items?));
        }
        if !scalar {
            return self.fail(catalog::detach_aggregate(at));
        }
        let value = self.scalar(val, at)?;
        let ty = self.f.values[value].ty.clone();
        Ok(Val::Value(self.let_(Op::Detach(value), ty, false, at.span())))
    }

    /// `let x;`, `let (x, y): (f64, f64);`
    fn deferred(&mut self, pat: &'a Pat, ty: &Ty, detached: bool) -> Lowered<()> {
        let Some(ident) = names::single(pat) else {
            return match pat {
                Pat::Wild(_) => Ok(()),
                Pat::Paren(p) => self.deferred(&p.pat, ty, detached),
                Pat::Tuple(p) => {
                    let types = match ty {
                        Ty::Tuple(items) if items.len() == p.elems.len() => items.clone(),
                        _ => vec![Ty::Unknown; p.elems.len()],
                    };
                    p.elems.iter().zip(&types).try_for_each(|(p, ty)| self.deferred(p, ty, detached))
                }
                _ => self.fail(catalog::unsupported(at(pat), "a pattern without a value")),
            };
        };
        if detached {
            return self.fail(catalog::unsupported(at(pat), "`#[no_grad]` on a `let` without a value"));
        }
        let binder = self.facts.binder(addr(ident));
        let aggregate = !(ty.is_scalar() || *ty == Ty::Unknown) || (*ty == Ty::Unknown && binder.projected);
        let name = self.name(ident);
        if aggregate || binder.mut_ref {
            let mem = self.object(ty.clone(), false, ident.span());
            self.f.mems[mem].name = Some(name);
            self.emit(IrStmt::Decl { mem, init: None });
            self.bind(addr(ident), Binding::Mem(mem));
        } else {
            let var = self.var(Some(name), ty.clone(), ident.span());
            self.bind(addr(ident), Binding::Var(var));
        }
        Ok(())
    }

    /// After an error: the variables exist, and using them reports nothing more.
    pub fn poison(&mut self, pat: &'a Pat) {
        for p in binders(pat, Fails::Never) {
            self.bind(addr(&p.ident), Binding::Poison);
        }
    }

    pub fn if_(&mut self, branch: &'a syn::ExprIf, hint: &Ty) -> Lowered<Val<'a>> {
        let span = at(&branch.if_token);
        if branch.else_branch.is_none() && matches!(hint, Ty::Float(_)) {
            return self.fail(catalog::no_value(span, "this `if` has no `else`"));
        }
        self.condition(&branch.cond, span, |s, holds| match (&branch.else_branch, holds) {
            (_, true) => s.block(&branch.then_branch, hint),
            (Some((_, els)), false) => s.expr(els, hint),
            (None, false) => Ok(Val::Unit),
        })
    }

    pub fn ty(&mut self, ty: &syn::Type) -> Ty {
        super::types::lower_type(ty, &self.signature.reals, &mut self.source)
    }

    /// Does it call a closure of this function?
    pub fn calls_closure(&self, e: &'a Expr) -> bool {
        super::effects::named(&self.facts, e)
            .iter()
            .any(|id| matches!(self.bindings.get(id), Some(Binding::Closure(_))))
    }
}

/// `#[no_grad]`, also by a path.
pub fn is_no_grad(attr: &Attribute) -> bool {
    attr.path().segments.last().is_some_and(|s| s.ident == "no_grad")
}
