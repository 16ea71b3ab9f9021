//! Loops.
//!
//! ```text
//! loop v3 in v1..v2 carry (v4 = v0 -> v5, result v6)      let mut s = 0.0; for i in lo..hi { s += e; }
//! loop while { v3 = lt(v2, v1) } v3                       while x < limit { .. }
//! loop stop v9                                            loop { ..; if done { break; } }
//! ```
//! A carried value is one variable: its phi, its result, and where nobody notices its start and its next value.

use super::body::Body;
use super::control::{negated, Handover};
use super::expr::{Expr, Prec};
use super::tables::value_name;
use crate::ir::{Adaptor, Carried, Const, Loop, Range, ValueId};
use proc_macro2::TokenStream;

impl Body<'_> {
    pub(super) fn loop_(&mut self, l: &Loop) {
        if let Some(blocks) = &l.blocks {
            return self.block_loop(blocks, &l.body);
        }
        let live: Vec<Carried> =
            l.carried.iter().filter(|c| !self.facts.dead.contains(&c.phi)).cloned().collect();
        let range = self.start(l, &live);
        self.room_for_nest(l);
        let range = range.map(|range| self.make_room(l, range));
        self.tick();
        self.open();
        let index = l.range.as_ref().map(|r| self.index(r.index));
        // The header's scope holds the body's.
        let header = l.header.as_ref().map(|(region, cond)| {
            let outer = self.enter();
            region.stmts.iter().for_each(|s| self.stmt(s));
            self.tick();
            let cond = self.take_one(*cond);
            self.flush();
            let stmts = TokenStream::from(self.take_out());
            (outer, stmts, cond)
        });
        self.depth += 1;
        let (body, tail) = self.block(&l.body, |b| {
            if l.body.diverges {
                b.flush();
            } else {
                b.end_of_body(l, &live);
            }
            TokenStream::new()
        });
        self.depth -= 1;
        let header = header.map(|(outer, stmts, cond)| {
            self.leave(outer);
            (stmts, cond)
        });
        self.close();
        self.tick();
        let body = q!(#body #tail);
        let written = form(index.zip(range), header, &body);
        let written = self.rows_apart(l, written);
        self.out.extend(written);
    }

    /// Before the loop: the variables get their start values. Gives the range.
    fn start(&mut self, l: &Loop, live: &[Carried]) -> Option<TokenStream> {
        let fresh: Vec<&Carried> = live
            .iter()
            .filter(|c| {
                let shared = c.init.is_some_and(|i| self.vars.class(i) == self.vars.class(c.phi));
                !(shared && self.is_declared(c.phi))
            })
            .collect();
        let moves: Vec<(ValueId, Option<ValueId>)> = fresh.iter().map(|c| (c.phi, c.init)).collect();
        let mut bounds = Vec::new();
        if let Some(range) = &l.range {
            range.visit(&mut |v| bounds.push(v));
        }
        let (starts, bounds) = self.hand_over(&moves, &bounds);
        self.flush_mutable();
        let bounds: Vec<Expr> = bounds.into_iter().map(|e| self.shield_expr(e, &starts)).collect();
        self.held.extend(bounds.iter().cloned());
        self.start_variables(starts);
        self.held.clear();
        l.range.as_ref().map(|r| range_tokens(r, &bounds))
    }

    /// One after the other, unless a start value reads a variable that another one is about to change.
    fn start_variables(&mut self, starts: Vec<Handover>) {
        let (assigned, made): (Vec<Handover>, Vec<Handover>) =
            starts.into_iter().partition(|h| self.is_declared(h.target));
        let mut made = self.shield(made, &assigned);
        self.held.extend(made.iter().chain(&assigned).map(|h| h.expr.clone()));
        made.reverse();
        while let Some(Handover { target, expr }) = made.pop() {
            self.define(target, expr);
        }
        self.assign_together(assigned);
    }

    fn index(&mut self, index: ValueId) -> TokenStream {
        if self.facts.count(index) == 0 {
            return q!(_);
        }
        let name = if value_name(self.f, index).is_some() {
            self.declare(index)
        } else {
            let name = self.names.fresh("i");
            self.give_name(index, &name);
            name
        };
        q!(#name)
    }

    fn end_of_body(&mut self, l: &Loop, live: &[Carried]) {
        let moved = live.iter().filter(|c| self.vars.class(c.next) != self.vars.class(c.phi));
        let moves: Vec<(ValueId, Option<ValueId>)> = moved.map(|c| (c.phi, Some(c.next))).collect();
        let (assigned, stop) = self.hand_over(&moves, &l.stop.into_iter().collect::<Vec<_>>());
        self.flush();
        let stop: Vec<Expr> = stop.into_iter().map(|e| self.shield_expr(e, &assigned)).collect();
        self.assign_together(assigned);
        let (Some(stop), Some(expr)) = (l.stop, stop.first()) else { return };
        match self.facts.constants.get(&stop) {
            Some(Const::Bool(true)) => self.out.extend(q!(break;)),
            Some(Const::Bool(false)) => {}
            Some(_) | None => {
                let cond = expr.at(Prec::Or);
                self.out.extend(q!(if #cond { break; }));
            }
        }
    }
}

fn form(
    range: Option<(TokenStream, TokenStream)>,
    header: Option<(TokenStream, Expr)>,
    body: &TokenStream,
) -> TokenStream {
    match (range, header) {
        (Some((index, range)), None) => q!(for #index in #range { #body }),
        (Some((index, range)), Some((stmts, cond))) => {
            let not = negated(&cond);
            q!(for #index in #range { #stmts if #not { break; } #body })
        }
        (None, None) => q!(loop { #body }),
        (None, Some((stmts, cond))) if stmts.is_empty() => {
            let cond = cond.at(Prec::Or);
            q!(while #cond { #body })
        }
        (None, Some((stmts, cond))) => {
            let not = negated(&cond);
            q!(loop { #stmts if #not { break; } #body })
        }
    }
}

fn range_tokens(range: &Range, bounds: &[Expr]) -> TokenStream {
    let bound = |k: usize| bounds.get(k).map(|e: &Expr| e.at(Prec::Or)).unwrap_or_default();
    let (lo, hi) = (bound(0), bound(1));
    // `rev` after `step_by` or `take` wants to know the length, which an inclusive range does not tell.
    let reversed = range.adaptors.iter().rposition(|a| *a == Adaptor::Rev).unwrap_or(0);
    let measured = range.inclusive && range.adaptors[..reversed].iter().any(|a| *a != Adaptor::Rev);
    let mut tokens = match (range.inclusive, measured) {
        (true, true) => {
            let last = bounds.get(1).map(|e| e.at(Prec::Add));
            q!(#lo..#last + 1)
        }
        (true, false) => q!(#lo..=#hi),
        (false, _) => q!(#lo..#hi),
    };
    if !range.adaptors.is_empty() {
        tokens = q!((#tokens));
    }
    let mut next = 2;
    for adaptor in &range.adaptors {
        let argument = bounds.get(next);
        match adaptor {
            Adaptor::Rev => tokens = q!(#tokens.rev()),
            Adaptor::StepBy(_) => tokens = q!(#tokens.step_by(#argument)),
            Adaptor::Take(_) => tokens = q!(#tokens.take(#argument)),
        }
        next += usize::from(*adaptor != Adaptor::Rev);
    }
    tokens
}
