//! `match`, `if let`, `let else`: a branch on the number of the arm that a passive `match` computes.
//!
//! ```text
//! match shape { Circle(r) if r > 0.0 => a, _ => b }
//!   →   v2 = pure `match m0 { Circle(r) if r > 0.0 => 0, _ => 1 }`; switch v2 { r = load m0.Circle.0; a } { b }
//! ```

use super::lowerer::{Lowered, Lowerer, Slot};
use super::names::{self, mentions, Fails};
use super::opaque::Pieces;
use super::option_patterns::{is_error, is_none, is_option_arm, option_arms, option_payload};
use super::parse::addr;
use super::pattern::binds;
use super::resolve::binders;
use super::value::Val;
use crate::diag::{at, catalog, At};
use crate::ir::hash::HashSet;
use crate::ir::ty::Seen;
use crate::ir::{BranchKind, Op, Ty, ValueId};
use proc_macro2::TokenStream;
use quote::{quote, ToTokens};
use syn::visit_mut::VisitMut;
use syn::{Arm, Expr, Pat};

impl<'a> Lowerer<'a> {
    pub fn match_(&mut self, m: &'a syn::ExprMatch, hint: &Ty) -> Lowered<Val<'a>> {
        let span = at(&m.match_token);
        for arm in &m.arms {
            self.inner_attrs(&arm.attrs, false)?;
        }
        let kind = self.kind_matched(m.arms.iter().map(|a| &a.pat));
        let val = self.scrutinee(&m.expr, &kind)?;
        let arms: Vec<&'a Arm> = m.arms.iter().collect();
        if let [only] = arms.as_slice() {
            return self.scoped(|s| {
                s.bind_arm(&only.pat, &val, span)?;
                s.expr(&only.body, hint)
            });
        }
        if let (Val::Opt(is_some, inner), [first, second]) = (&val, arms.as_slice()) {
            if let Some(some_first) = option_arms(&first.pat, &second.pat) {
                let (is_some, inner) = (*is_some, inner.clone());
                return self.choose(is_some, span, |s, some| {
                    let arm = if some == some_first { first } else { second };
                    s.scoped(|s| {
                        if let (Some(payload), Some(inner), true) = (option_payload(&arm.pat), &inner, some) {
                            s.bind_parts(payload, (**inner).clone(), &Ty::Unknown, span, Fails::Maybe)?;
                        }
                        s.expr(&arm.body, hint)
                    })
                });
            }
        }
        if let (Val::Opt(is_some, inner), true) = (&val, arms.iter().all(|a| is_option_arm(&a.pat))) {
            let inner = inner.clone();
            return self.choose(*is_some, span, |s, some| {
                let payload = if some { inner.as_deref() } else { None };
                s.option_arms_in_order(&arms, some, payload, hint, span)
            });
        }
        let val = match val {
            Val::Opt(..) => Val::Place(self.place(val, span)?),
            other => other,
        };
        let on = self.arm_number(&val, &arms, span)?;
        self.branch(on, BranchKind::Switch, arms.len(), span, |s, i| {
            s.bind_arm(&arms[i].pat, &val, span)?;
            s.expr(&arms[i].body, hint)
        })
    }

    /// The first of the arms `Some(p) if guard`, `None`, `_` that fits.
    fn option_arms_in_order(
        &mut self,
        arms: &[&'a Arm],
        some: bool,
        payload: Option<&Val<'a>>,
        hint: &Ty,
        span: At,
    ) -> Lowered<Val<'a>> {
        let fits = |arm: &&&'a Arm| {
            let (pat, _) = split_guard(&arm.pat);
            matches!(pat, Pat::Wild(_)) || if some { option_payload(pat).is_some() } else { is_none(pat) }
        };
        let Some(k) = arms.iter().position(|a| fits(&a)) else {
            return self.fail(catalog::unsupported(span, "a `match` whose last arm has a guard"));
        };
        let arm = arms[k];
        self.scoped(|s| {
            let (pat, guard) = split_guard(&arm.pat);
            if let (Some(sub), Some(payload)) = (option_payload(pat), payload) {
                s.bind_parts(sub, payload.clone(), &Ty::Unknown, span, Fails::Maybe)?;
            }
            let Some(guard) = guard else { return s.expr(&arm.body, hint) };
            let on = s.expr_scalar(guard, &Ty::Bool)?;
            s.branch(on, BranchKind::If, 2, span, |s, i| {
                if i == 0 {
                    s.expr(&arm.body, hint)
                } else {
                    s.option_arms_in_order(&arms[k + 1..], some, payload, hint, span)
                }
            })
        })
    }

    /// What the patterns tell of the thing matched on: something with parts is an object, not a number.
    fn kind_matched<'p>(&mut self, pats: impl Iterator<Item = &'p Pat>) -> Ty {
        for pat in pats {
            let path = match pat {
                Pat::TupleStruct(p) => &p.path,
                Pat::Struct(p) => &p.path,
                _ => continue,
            };
            let last = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
            return match last.as_str() {
                "Some" => Ty::Option(Box::new(Ty::Unknown)),
                "Ok" | "Err" => Ty::Adt(self.source.code(quote!(Result)), Seen::default()),
                _ => Ty::Adt(self.source.code(quote!(_)), Seen::default()),
            };
        }
        Ty::Unknown
    }

    /// What is matched on: evaluated once, but not copied.
    fn scrutinee(&mut self, e: &'a Expr, kind: &Ty) -> Lowered<Val<'a>> {
        let val = self.expr(e, kind)?;
        match val {
            Val::Place(_)
            | Val::Ref(..)
            | Val::Value(_)
            | Val::RefValue(_)
            | Val::Tuple(_)
            | Val::Opt(..) => self.snapshot_scalar(val, at(e)),
            Val::Temp(_) | Val::Fresh(..) => Ok(Val::Place(self.place(val, at(e))?)),
            Val::Unit | Val::Range(_) | Val::Closure(_) | Val::Iter(_) | Val::Func(_) | Val::Function(_) => {
                self.fail(catalog::unsupported(at(e), "matching on this"))
            }
        }
    }

    /// `match value { pattern if guard => 0usize, .. }`
    fn arm_number(&mut self, val: &Val<'a>, arms: &[&'a Arm], span: At) -> Lowered<ValueId> {
        let mut pieces = Pieces::default();
        let scrutinee = self.scrutinee_tokens(&mut pieces, val, span)?;
        let mut tokens = TokenStream::new();
        let mut pure = !self.is_made_here(val);
        let mut moves = false;
        for (i, arm) in arms.iter().enumerate() {
            let (pat, guard) = split_guard(&arm.pat);
            let number = proc_macro2::Literal::usize_suffixed(i);
            let (pat, guard) = match guard {
                Some(guard) => {
                    pure &= self.effect_free(guard);
                    let mut bound = bound_names(pat);
                    let guard = self.guard(&mut pieces, guard, pat)?;
                    bound.retain(|name| mentions(&guard, name));
                    // What an error holds may not be `Copy`.
                    moves |= !bound.is_empty() && is_error(pat) && !matches!(val, Val::Ref(..));
                    (keep_binders(pat, &bound), quote!(if #guard))
                }
                None => (keep_binders(pat, &HashSet::default()), TokenStream::new()),
            };
            tokens.extend(quote!(#pat #guard => #number,));
        }
        let scrutinee = match moves {
            true => quote!(::core::clone::Clone::clone(&#scrutinee)),
            false => scrutinee,
        };
        pieces.push(quote!(match #scrutinee { #tokens }));
        let opaque = self.opaque_from(pieces);
        let op = if pure { Op::Pure(opaque) } else { Op::Once(opaque) };
        Ok(self.let_(op, Ty::Int, false, span.span()))
    }

    /// What a call returned may be a reference into something that changes: what it matches is kept, not it itself.
    fn is_made_here(&self, val: &Val<'a>) -> bool {
        let Val::Value(value) = val else { return false };
        let known = self.f.values[*value].ty.is_scalar();
        !known && !self.value_tainted(*value) && self.made_once.contains(value)
    }

    fn scrutinee_tokens(&mut self, pieces: &mut Pieces, val: &Val<'a>, span: At) -> Lowered<TokenStream> {
        let mut inner = Pieces::default();
        self.piece(&mut inner, val.clone(), span)?;
        Ok(inner.take_into(pieces))
    }

    /// A guard as carried code; the variables of its pattern are bound around it.
    fn guard(&mut self, pieces: &mut Pieces, guard: &'a Expr, pat: &'a Pat) -> Lowered<TokenStream> {
        if !self.carries(guard) {
            return self.fail(catalog::unsupported(at(guard), "a guard that assigns or leaves"));
        }
        for p in binders(pat, Fails::Maybe) {
            self.bindings.remove(&addr(&p.ident));
        }
        let opaque = self.opaque(guard)?;
        let code = self.source.codes[opaque.code].clone();
        for (hole, read) in code.holes.into_iter().zip(opaque.reads) {
            pieces.add_read(hole, read);
        }
        Ok(code.tokens)
    }

    /// Is a part of a constant an argument of a call? A differentiated callee wants it again, from where it is.
    fn hands_on(&self, pat: &'a Pat) -> bool {
        let handed = |p: &&'a syn::PatIdent| self.facts.binder(addr(&p.ident)).argument;
        binders(pat, Fails::Maybe).iter().any(handed)
    }

    /// Binds the variables of an arm, which is known to match.
    fn bind_arm(&mut self, pat: &'a Pat, val: &Val<'a>, span: At) -> Lowered<()> {
        let (pat, _) = split_guard(pat);
        if !binds(pat, Fails::Maybe) {
            return Ok(());
        }
        let direct = match val {
            Val::Value(_) | Val::RefValue(_) => is_direct(pat),
            Val::Place(place) | Val::Ref(place, _) => {
                self.mem_tainted(place.mem)
                    || is_direct(pat)
                    || is_positional(pat)
                    || matches!(val, Val::Ref(..)) && self.hands_on(pat)
            }
            Val::Unit
            | Val::Temp(_)
            | Val::Fresh(..)
            | Val::Tuple(_)
            | Val::Opt(..)
            | Val::Range(_)
            | Val::Closure(_)
            | Val::Iter(_)
            | Val::Func(_)
            | Val::Function(_) => true,
        };
        if direct {
            return self.bind_parts(pat, val.clone(), &Ty::Unknown, span, Fails::Maybe);
        }
        let mut seen = HashSet::default();
        for p in binders(pat, Fails::Maybe) {
            if !seen.insert(p.ident.to_string()) {
                continue;
            }
            let mut pieces = Pieces::default();
            let scrutinee = self.scrutinee_tokens(&mut pieces, val, span)?;
            let kept = keep_binders(pat, &[p.ident.to_string()].into_iter().collect());
            let name = &p.ident;
            let rest = if is_refutable(pat) { quote!(_ => ::core::unreachable!(),) } else { quote!() };
            pieces.push(quote!(match #scrutinee { #kept => #name, #rest }));
            let opaque = self.opaque_from(pieces);
            // Into what never changes, the reverse sweep looks again: a reference would not outlive the call.
            let lasts = matches!(val, Val::Ref(place, _) if !self.writable(place.mem));
            let op = if lasts { Op::Pure(opaque) } else { Op::Once(opaque) };
            let value = self.let_(op, Ty::Unknown, false, p.ident.span());
            self.bind_ident(&p.ident, p.mutability.is_some(), Val::Value(value), &Ty::Unknown)?;
        }
        Ok(())
    }

    /// Whether a value matches a pattern.
    fn test(&mut self, pat: &'a Pat, val: &Val<'a>, span: At) -> Lowered<Slot> {
        if !is_refutable(pat) {
            return Ok(Slot::Flag(true));
        }
        if let Val::Opt(is_some, _) = val {
            if option_payload(pat).is_some_and(|p| !is_refutable(p)) {
                return Ok(*is_some);
            }
            if is_none(pat) {
                let flag = self.flag_value(*is_some, span.span());
                return Ok(Slot::Val(self.not(flag, span.span())));
            }
        }
        if let (Val::Opt(is_some, Some(inner)), Some(payload)) = (val, option_payload(pat)) {
            let on = self.choose(*is_some, span, |s, some| {
                let fits = if some { s.test(payload, inner, span)? } else { Slot::Flag(false) };
                Ok(Val::Value(s.flag_value(fits, span.span())))
            })?;
            return Ok(Slot::Val(self.scalar(on, span)?));
        }
        let mut pieces = Pieces::default();
        let scrutinee = self.scrutinee_tokens(&mut pieces, val, span)?;
        let kept = keep_binders(pat, &HashSet::default());
        pieces.push(quote!(::core::matches!(#scrutinee, #kept)));
        let opaque = self.opaque_from(pieces);
        let op = if self.is_made_here(val) { Op::Once(opaque) } else { Op::Pure(opaque) };
        Ok(Slot::Val(self.let_(op, Ty::Bool, false, span.span())))
    }

    /// Binds what a pattern that matches holds.
    fn bind_tested(&mut self, pat: &'a Pat, val: &Val<'a>, span: At) -> Lowered<()> {
        if let (Val::Opt(_, inner), Some(payload)) = (val, option_payload(pat)) {
            return match inner {
                Some(inner) if is_refutable(payload) => self.bind_arm(payload, inner, span),
                Some(inner) => self.bind_parts(payload, (**inner).clone(), &Ty::Unknown, span, Fails::Maybe),
                None => {
                    self.poison(pat);
                    Ok(())
                }
            };
        }
        self.bind_arm(pat, val, span)
    }

    /// `if let pat = e`
    pub fn if_let(
        &mut self,
        l: &'a syn::ExprLet,
        span: At,
        mut arm: impl FnMut(&mut Self, bool) -> Lowered<Val<'a>>,
    ) -> Lowered<Val<'a>> {
        if let Some(payload) = option_payload(&l.pat).filter(|p| !is_refutable(p)) {
            if let Some(popping) = self.popping(&l.expr)? {
                return self.branch(popping.exists, BranchKind::If, 2, span, |s, i| {
                    if i == 0 {
                        let item = s.take_last(&popping, span)?;
                        s.bind_parts(payload, item, &Ty::Unknown, span, Fails::Maybe)?;
                    }
                    arm(s, i == 0)
                });
            }
        }
        let val = self.tested(&l.pat, &l.expr, span)?;
        let flag = self.test(&l.pat, &val, span)?;
        let on = self.flag_value(flag, span.span());
        self.branch(on, BranchKind::If, 2, span, |s, i| {
            if i == 0 {
                s.bind_tested(&l.pat, &val, span)?;
            }
            arm(s, i == 0)
        })
    }

    /// The value that a pattern is tried on.
    fn tested(&mut self, pat: &'a Pat, e: &'a Expr, span: At) -> Lowered<Val<'a>> {
        let kind = self.kind_matched(std::iter::once(pat));
        let val = self.scrutinee(e, &kind)?;
        let simple =
            !is_refutable(pat) || is_none(pat) || option_payload(pat).is_some_and(|p| !is_refutable(p));
        match val {
            // A reference stays one: it could not be stored.
            Val::Opt(is_some, Some(inner))
                if !simple && matches!(*inner, Val::Ref(..)) && option_payload(pat).is_some() =>
            {
                Ok(Val::Opt(is_some, Some(inner)))
            }
            Val::Opt(..) if !simple => Ok(Val::Place(self.place(val, span)?)),
            other => Ok(other),
        }
    }

    /// `let pat = e else { .. };`
    pub fn let_else(&mut self, pat: &'a Pat, e: &'a Expr, otherwise: &'a Expr, ty: &Ty) -> Lowered<()> {
        let span = at(e);
        let leave_unless = |s: &mut Self, on: ValueId| {
            s.branch(on, BranchKind::If, 2, span, |s, i| {
                if i == 1 {
                    s.expr(otherwise, &Ty::Unknown)?;
                }
                Ok(Val::Unit)
            })
        };
        if let Some(payload) = option_payload(pat).filter(|p| !is_refutable(p)) {
            if let Some(popping) = self.popping(e)? {
                leave_unless(self, popping.exists)?;
                let item = self.take_last(&popping, span)?;
                return self.bind_parts(payload, item, ty, span, Fails::Maybe);
            }
        }
        let val = self.tested(pat, e, span)?;
        let flag = self.test(pat, &val, span)?;
        let on = self.flag_value(flag, span.span());
        leave_unless(self, on)?;
        self.bind_tested(pat, &val, span)
    }
}

/// A pattern without its guard.
pub(super) fn split_guard(pat: &Pat) -> (&Pat, Option<&Expr>) {
    match pat {
        Pat::Guard(p) => (&p.pat, Some(&p.guard)),
        Pat::Paren(p) => split_guard(&p.pat),
        other => (other, None),
    }
}

fn bound_names(pat: &Pat) -> HashSet<String> {
    binders(pat, Fails::Maybe).into_iter().map(|p| p.ident.to_string()).collect()
}

/// The pattern, with all variables but these replaced by `_`.
fn keep_binders(pat: &Pat, keep: &HashSet<String>) -> TokenStream {
    struct Strip<'k>(&'k HashSet<String>);
    impl VisitMut for Strip<'_> {
        fn visit_pat_mut(&mut self, pat: &mut Pat) {
            if let Pat::Ident(p) = pat {
                if names::is_binder(p, Fails::Maybe) && !self.0.contains(&p.ident.to_string()) {
                    let plain = match p.subpat.take() {
                        // `k @ (1 | 2)` without the `k @` needs no parentheses.
                        Some((_, sub)) => match *sub {
                            Pat::Paren(paren) => *paren.pat,
                            other => other,
                        },
                        None => {
                            let underscore_token = syn::token::Underscore(p.ident.span());
                            Pat::Wild(syn::PatWild { attrs: Vec::new(), underscore_token })
                        }
                    };
                    *pat = plain;
                    self.visit_pat_mut(pat);
                    return;
                }
                p.mutability = None;
            }
            if let Pat::Struct(s) = pat {
                for field in &mut s.fields {
                    // `S { x: x }` would be a warning.
                    let stays = matches!(&*field.pat, Pat::Ident(p) if self.0.contains(&p.ident.to_string()));
                    if field.colon_token.is_none() && !stays {
                        field.colon_token = Some(syn::token::Colon(proc_macro2::Span::mixed_site()));
                    }
                }
            }
            syn::visit_mut::visit_pat_mut(self, pat);
        }
    }
    let mut copy = pat.clone();
    Strip(keep).visit_pat_mut(&mut copy);
    copy.to_token_stream()
}

/// Variables, wildcards and literals only: no need to look inside.
fn is_direct(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(p) => p.subpat.as_ref().is_none_or(|(_, sub)| !binds(sub, Fails::Maybe)),
        Pat::Wild(_) | Pat::Lit(_) | Pat::Range(_) => true,
        Pat::Paren(p) => is_direct(&p.pat),
        Pat::Reference(p) => is_direct(&p.pat),
        _ => false,
    }
}

/// Its variables are at places that the IR can name.
fn is_positional(pat: &Pat) -> bool {
    match pat {
        Pat::Tuple(p) => {
            p.elems.iter().all(|p| is_direct(p) || is_positional(p) || matches!(p, Pat::Rest(_)))
        }
        Pat::Slice(p) => {
            p.elems.iter().all(|p| is_direct(p) || is_positional(p) || matches!(p, Pat::Rest(_)))
        }
        _ => false,
    }
}

/// Can it fail to match?
pub fn is_refutable(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(p) => {
            !names::is_binder(p, Fails::Maybe) || p.subpat.as_ref().is_some_and(|(_, sub)| is_refutable(sub))
        }
        Pat::Wild(_) | Pat::Rest(_) => false,
        Pat::Tuple(p) => p.elems.iter().any(is_refutable),
        Pat::Paren(p) => is_refutable(&p.pat),
        Pat::Reference(p) => is_refutable(&p.pat),
        Pat::Type(p) => is_refutable(&p.pat),
        _ => true,
    }
}
