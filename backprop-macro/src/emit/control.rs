//! Branches.
//!
//! ```text
//! branch v0 { v3 = add(v1, v2) } {} phi v4 = v3 | v1      let y = if c { x + t } else { x };
//! the same where v1 and v4 share a variable               if c { x += t; }
//! ```

use super::body::Body;
use super::expr::{Expr, Prec};
use super::facts::UseKind;
use super::tables::value_name;
use crate::ir::visit::Mentions;
use crate::ir::{Branch, BranchKind, Op, Phi, Region, Stmt, ValueId};
use proc_macro2::{Delimiter, Literal, TokenStream, TokenTree};

/// A value that an assignment or the end of a block hands on, and to whom.
pub(super) struct Handover {
    pub target: ValueId,
    pub expr: Expr,
}

impl Body<'_> {
    pub(super) fn branch(&mut self, branch: &Branch) {
        // Nothing is written for it, so its condition may wait for another reader.
        let idle = super::dead::idle(branch, &self.facts.dead);
        let on = if idle { Expr::atom(q!(())) } else { self.take_one(branch.on) };
        self.flush_mutable();
        let live = branch.phis.iter().filter(|p| !self.facts.dead.contains(&p.value));
        let (placed, yielded): (Vec<&Phi>, Vec<&Phi>) = live.partition(|p| self.has_variable(p.value));
        let mut arms = Vec::new();
        let touched = self.touched(branch);
        for (k, arm) in branch.arms.iter().enumerate() {
            let diverges = arm.diverges;
            let (body, tail) = self.block(arm, |b| {
                if diverges {
                    b.flush();
                    return if touched.is_some() || ends(arm) {
                        TokenStream::new()
                    } else {
                        q!(::core::unreachable!())
                    };
                }
                b.end_of_arm(k, &placed, &yielded)
            });
            arms.push(match touched.as_ref().filter(|_| k == 0) {
                Some(mems) => self.out_of_line(mems, &q!(#body)),
                None => q!(#body #tail),
            });
        }
        self.tick();
        let tokens = match branch.kind {
            BranchKind::If => if_else(&on, &arms, !yielded.is_empty()),
            BranchKind::Switch => switch(&on, &arms, !yielded.is_empty()),
        };
        self.bind_yields(branch, &yielded, tokens, !placed.is_empty());
    }

    /// The variable exists already: the arms assign to it.
    fn has_variable(&self, phi: ValueId) -> bool {
        self.vars.mutable(phi) && self.is_declared(phi)
    }

    fn end_of_arm(&mut self, k: usize, placed: &[&Phi], yielded: &[&Phi]) -> TokenStream {
        let input = |p: &Phi| p.inputs.get(k).copied().flatten();
        let moves: Vec<(ValueId, Option<ValueId>)> = placed
            .iter()
            .filter(|p| input(p).is_some_and(|v| self.vars.class(v) != self.vars.class(p.value)))
            .chain(yielded)
            .map(|p| (p.value, input(p)))
            .collect();
        let (mut all, _) = self.hand_over(&moves, &[]);
        let yields = all.split_off(all.len() - yielded.len());
        let yields = self.shield(yields, &all);
        self.assign_together(all);
        let exprs: Vec<Expr> = yields.into_iter().map(|h| h.expr).collect();
        match exprs.as_slice() {
            [] => TokenStream::new(),
            [one] => q!(#one),
            many => q!((#(#many),*)),
        }
    }

    /// The values to hand on, as their targets hold them, and others that are read at the same point.
    pub(super) fn hand_over(
        &mut self,
        moves: &[(ValueId, Option<ValueId>)],
        others: &[ValueId],
    ) -> (Vec<Handover>, Vec<Expr>) {
        let sources: Vec<ValueId> =
            moves.iter().filter_map(|(_, v)| *v).chain(others.iter().copied()).collect();
        let mut exprs = self.take(&sources).into_iter();
        let mut all = Vec::new();
        for (target, source) in moves {
            let expr = match source {
                None => Expr::atom(self.undefined(*target)),
                Some(source) => {
                    let expr = exprs.next().unwrap_or_else(|| Expr::atom(q!(())));
                    self.held(*target, *source, expr)
                }
            };
            all.push(Handover { target: *target, expr });
        }
        (all, exprs.collect())
    }

    /// Wrapped where the target may be undefined.
    fn held(&self, target: ValueId, source: ValueId, expr: Expr) -> Expr {
        let optional = |v: ValueId| self.vars.optional.contains(&v);
        if !optional(target) {
            return self.typed(source, expr);
        }
        let tokens = if optional(source) {
            let name = self.value_ident(source);
            let clone = (self.facts.count(source) > 1).then(|| q!(.clone()));
            q!(#name #clone)
        } else {
            q!(::core::option::Option::Some(#expr))
        };
        Expr { tokens: tokens.into(), prec: Prec::Atom, shape: super::expr::Shape::Other, ..expr }
    }

    /// Names those of `later` that read what the assignments are about to change.
    pub(super) fn shield(&mut self, later: Vec<Handover>, assigned: &[Handover]) -> Vec<Handover> {
        let shield = |h: Handover| {
            let expr = self.shield_expr(h.expr, assigned);
            Handover { expr, ..h }
        };
        later.into_iter().map(shield).collect()
    }

    pub(super) fn shield_expr(&mut self, expr: Expr, assigned: &[Handover]) -> Expr {
        if !assigned.iter().any(|a| self.reads(&expr, a.target)) {
            return expr;
        }
        let name = self.names.temporary();
        self.out.extend(q!(let #name = #expr;));
        Expr::atom(q!(#name))
    }

    fn reads(&self, expr: &Expr, target: ValueId) -> bool {
        let class = self.vars.class(target);
        expr.reads.iter().any(|v| self.vars.class(*v) == class)
    }

    /// Assignments that happen at once: each before those that would change what it reads; the rest as a tuple.
    pub(super) fn assign_together(&mut self, mut all: Vec<Handover>) {
        while !all.is_empty() {
            let free = (0..all.len()).find(|i| {
                let others = all.iter().enumerate().filter(|(j, _)| j != i);
                others.into_iter().all(|(_, other)| !self.reads(&other.expr, all[*i].target))
            });
            match free {
                Some(i) => {
                    let Handover { target, expr } = all.remove(i);
                    self.define(target, expr);
                }
                None => {
                    let names: Vec<_> = all.iter().map(|h| self.value_ident(h.target)).collect();
                    let exprs: Vec<Expr> = all.drain(..).map(|h| h.expr).collect();
                    self.out.extend(q!((#(#names),*) = (#(#exprs),*);));
                }
            }
        }
    }

    fn bind_yields(&mut self, branch: &Branch, yielded: &[&Phi], tokens: TokenStream, placed: bool) {
        match yielded {
            [] => self.out.extend(tokens),
            [one] if !placed && self.hands_on(one.value) => {
                let mut expr = Expr::new(tokens, Prec::Low);
                expr.ordered = true;
                read_inside(branch, &mut expr);
                self.wait(one.value, expr);
            }
            [one] => {
                let expr = Expr::new(tokens, Prec::Low);
                self.define(one.value, expr);
            }
            many => {
                let names: Vec<TokenStream> = many.iter().map(|p| self.pattern(p.value)).collect();
                self.out.extend(q!(let (#(#names),*) = #tokens;));
            }
        }
    }

    /// Changes no variable, the last statement of its block, read once, there, and without a name of its own: the branch is the block's value.
    fn hands_on(&self, phi: ValueId) -> bool {
        let Some([only]) = self.facts.uses.get(&phi).map(Vec::as_slice) else { return false };
        only.kind == UseKind::End
            && only.region != 0
            && only.pos == self.pos() + 1
            && self.facts.defs.get(&phi).is_some_and(|d| d.region == only.region)
            && value_name(self.f, phi).is_none()
            && !self.vars.mutable(phi)
            && !self.vars.optional.contains(&phi)
    }

    /// The value's variable as a pattern; `_` if nobody reads it.
    pub(super) fn is_used(&self, value: ValueId) -> bool {
        self.vars.members(self.vars.class(value)).iter().any(|v| self.facts.count(*v) > 0)
    }

    pub(super) fn pattern(&mut self, value: ValueId) -> TokenStream {
        if !self.is_used(value) {
            return q!(_);
        }
        let name = self.declare(value);
        let mutable = self.vars.rewritten(value).then(|| q!(mut));
        q!(#mutable #name)
    }
}

/// Everything that a branch mentions: what waits must not be overtaken by an assignment to it.
fn read_inside(branch: &Branch, expr: &mut Expr) {
    let mut reads = Mentions::default();
    reads.values.push(branch.on);
    reads.values.extend(branch.phis.iter().flat_map(|p| p.inputs.iter().flatten()));
    branch.arms.iter().for_each(|arm| arm.visit(&mut reads));
    expr.reads.append(&mut reads.values);
    expr.mems.append(&mut reads.mems);
}

fn if_else(on: &Expr, arms: &[TokenStream], value: bool) -> TokenStream {
    let empty = TokenStream::new();
    let then = arms.first().unwrap_or(&empty);
    let els = arms.get(1).unwrap_or(&empty);
    let cond = on.at(Prec::Or);
    if value {
        let els = else_block(els);
        return q!(if #cond { #then } else #els);
    }
    match (then.is_empty(), els.is_empty()) {
        (true, true) if on.ordered => q!(let _ = #on;),
        (true, true) => empty,
        (false, true) => q!(if #cond { #then }),
        (true, false) => {
            let not = negated(on);
            q!(if #not { #els })
        }
        (false, false) => {
            let els = else_block(els);
            q!(if #cond { #then } else #els)
        }
    }
}

pub(super) fn negated(cond: &Expr) -> TokenStream {
    let inner = cond.at(Prec::Unary);
    q!(!#inner)
}

/// `else if` rather than `else { if }`.
fn else_block(body: &TokenStream) -> TokenStream {
    if is_if(body) {
        body.clone()
    } else {
        q!({ #body })
    }
}

/// A single `if .. {} else if .. {} else {}` and nothing more.
fn is_if(body: &TokenStream) -> bool {
    let block = |t: &TokenTree| matches!(t, TokenTree::Group(g) if g.delimiter() == Delimiter::Brace);
    let word = |t: &TokenTree, text: &str| matches!(t, TokenTree::Ident(i) if i == text);
    let items: Vec<TokenTree> = body.clone().into_iter().collect();
    let mut rest = items.as_slice();
    loop {
        let Some((first, tail)) = rest.split_first() else { return false };
        if !word(first, "if") {
            return false;
        }
        let Some(at) = tail.iter().position(block) else { return false };
        match &tail[at + 1..] {
            [] => return true,
            [els, last] if word(els, "else") && block(last) => return true,
            [els, more @ ..] if word(els, "else") => rest = more,
            _ => return false,
        }
    }
}

fn switch(on: &Expr, arms: &[TokenStream], value: bool) -> TokenStream {
    match arms {
        [] => TokenStream::new(),
        all if !value && all.iter().all(TokenStream::is_empty) => {
            if_else(on, &[TokenStream::new(), TokenStream::new()], false)
        }
        [only] if value => q!({ #only }),
        [only] => q!({ #only }),
        [first, second] => {
            let left = on.at(Prec::BitOr);
            let cond = Expr { tokens: q!(#left == 0).into(), prec: Prec::Compare, ..on.clone() };
            if_else(&cond, &[first.clone(), second.clone()], value)
        }
        [first @ .., last] => {
            let cases = first.iter().enumerate().map(|(k, arm)| {
                let mut literal = Literal::usize_unsuffixed(k);
                literal.set_span(proc_macro2::Span::mixed_site());
                q!(#literal => { #arm })
            });
            q!(match #on { #(#cases)* _ => { #last } })
        }
    }
}

/// Does the last statement of a diverging region say so itself?
fn ends(region: &Region) -> bool {
    match region.stmts.last() {
        Some(Stmt::Opaque(opaque) | Stmt::Let { value: _, op: Op::Once(opaque) | Op::Pure(opaque) }) => {
            opaque.diverges
        }
        Some(Stmt::Branch(branch)) => branch.arms.iter().all(|a| a.diverges),
        Some(_) | None => false,
    }
}
