//! Recursion: the cotangents of numbers go down by `&mut`, each level adds its contributions, nothing comes back.
//!
//! ```text
//! v5, v6 = pullback v2 of v4        d_a += v3
//! v7 = add(v3, v6)             →    pullback v2 of v4 into d_x, d_a
//! return v5, v7
//! ```
//! What comes back by value has to wait on the way down: the reverse half can't be a loop, though it often is nothing
//! else. Here a sum is split into its terms, each is added where it stands, and a call that only adds its results moves
//! to the end. A number whose cotangent is more than a sum (`f(2 * x, n - 1)`) still comes back. Only the order of the
//! additions changes.

use crate::adjoint::{Adjoint, ParamCotangent};
use crate::analysis::recursion::Own;
use crate::ir::hash::HashMap;
use crate::ir::ty::FloatTy;
use crate::ir::visit::Mentions;
use crate::ir::{
    Access, Branch, Const, Cotangent, Function, Loop, MemId, MemInfo, Op, Operand, ParamKind, Place,
    Pullback, Stmt, Ty, ValueId, ValueInfo,
};
use crate::rules::Func;

/// `own`: the pullbacks that are the function's own reverse half. `None`: nothing would be handed down.
pub fn hand_down(adjoint: &Adjoint, own: &HashMap<ValueId, Own>) -> Option<Adjoint> {
    let mut handed: Vec<usize> = (0..adjoint.cotangents.len()).filter(|k| is_number(adjoint, *k)).collect();
    while !handed.is_empty() {
        let made = with(adjoint, own, &handed);
        let before = handed.len();
        let reverse = made.f.body.stmts.get(made.split..).unwrap_or_default();
        handed.retain(|k| goes_down(reverse, own, *k));
        if handed.len() == before {
            return Some(made);
        }
    }
    None
}

/// A number by value, of a type that is known.
fn is_number(adjoint: &Adjoint, k: usize) -> bool {
    let Some(v) = by_value(&adjoint.f, k) else { return false };
    let known = matches!(adjoint.f.values[v].ty, Ty::Float(FloatTy::F32 | FloatTy::F64));
    known && matches!(adjoint.cotangents[k], ParamCotangent::Value(Some(_)))
}

fn by_value(f: &Function, k: usize) -> Option<ValueId> {
    match f.params.get(k)?.kind {
        ParamKind::Value(v) => Some(v),
        ParamKind::Mem(_) => None,
    }
}

/// A call of its own.
fn own_pullback<'s>(stmt: &'s Stmt, own: &HashMap<ValueId, Own>) -> Option<&'s Pullback> {
    if let Stmt::Pullback(p) = stmt {
        return own.contains_key(&p.pullback).then_some(p);
    }
    None
}

/// Does every call of its own pass a place for the cotangent of parameter `k`?
fn goes_down(stmts: &[Stmt], own: &HashMap<ValueId, Own>, k: usize) -> bool {
    let comes_back = |p: &Pullback| matches!(p.into.get(k), Some(Cotangent::Value(_)));
    !stmts.iter().flat_map(Stmt::deep).filter_map(|s| own_pullback(s, own)).any(comes_back)
}

fn with(adjoint: &Adjoint, own: &HashMap<ValueId, Own>, handed: &[usize]) -> Adjoint {
    let mut made = adjoint.clone();
    let split = made.split.min(made.f.body.stmts.len());
    let reverse = made.f.body.stmts.split_off(split);
    let mut sums = Sums { own, handed, uses: HashMap::default(), sums: HashMap::default() };
    sums.count(&reverse);
    let mut terms = Vec::new();
    for (k, of) in made.cotangents.iter_mut().enumerate() {
        let ParamCotangent::Value(Some(value)) = *of else { continue };
        *sums.uses.entry(value).or_default() += 1;
        let Some(param) = by_value(&made.f, k).filter(|_| handed.contains(&k)) else { continue };
        let ValueInfo { ty, span, .. } = made.f.values[param].clone();
        let into =
            made.f.mems.push(MemInfo { ty, name: None, span, access: Access::RefMut, shadow_of: None });
        terms.push(Term { value, into });
        *of = ParamCotangent::Buffer(into);
    }
    sums.read(&reverse);
    let mut reverse = sums.region(reverse, terms, &[]);
    calls_last(&mut reverse, own);
    made.f.body.stmts.extend(reverse);
    made
}

/// A value that is to be added to an object.
#[derive(Clone, Copy)]
struct Term {
    value: ValueId,
    into: MemId,
}

/// A value that can be added in parts: nothing else reads it.
#[derive(Clone, Copy, Default)]
struct Sum {
    zero: bool,
    /// What a call of its own gives is among the terms.
    calls: bool,
    /// So is this one, which a loop carries.
    carried: Option<ValueId>,
}

struct Sums<'a> {
    own: &'a HashMap<ValueId, Own>,
    handed: &'a [usize],
    uses: HashMap<ValueId, usize>,
    sums: HashMap<ValueId, Sum>,
}

impl Sums<'_> {
    fn count(&mut self, stmts: &[Stmt]) {
        let mentions = Mentions::of(|m| stmts.iter().for_each(|s| s.visit_deep(m)));
        mentions.values.into_iter().for_each(|v| *self.uses.entry(v).or_default() += 1);
    }

    fn read(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            if let Stmt::Loop(l) = stmt {
                for phi in l.carried.iter().map(|c| c.phi) {
                    self.define(phi, Sum { carried: Some(phi), ..Sum::default() });
                }
            }
            stmt.regions().into_iter().for_each(|r| self.read(&r.stmts));
            self.stmt(stmt);
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        if let Stmt::Let { value, op: Op::Const(Const::Float(x)) } = stmt {
            self.define(*value, Sum { zero: *x == 0.0, ..Sum::default() });
        }
        if let Stmt::Let { value, op: Op::Apply { func: Func::Add, args } } = stmt {
            let terms: Vec<Sum> = args.iter().map(|a| self.of(*a)).collect();
            let calls = terms.iter().any(|t| t.calls);
            let carried = terms.iter().find_map(|t| t.carried);
            self.define(*value, Sum { zero: false, calls, carried });
        }
        if let Stmt::Branch(branch) = stmt {
            for phi in &branch.phis {
                let calls = phi.inputs.iter().flatten().any(|v| self.of(*v).calls);
                self.define(phi.value, Sum { calls, ..Sum::default() });
            }
        }
        if let Stmt::Loop(l) = stmt {
            for c in &l.carried {
                let next = self.of(c.next);
                if next.calls && next.carried == Some(c.phi) {
                    let carried = c.init.and_then(|v| self.of(v).carried);
                    self.define(c.result, Sum { zero: false, calls: true, carried });
                }
            }
        }
        if let Some(pullback) = own_pullback(stmt, self.own) {
            for k in self.handed {
                if let Some(Cotangent::Value(v)) = pullback.into.get(*k) {
                    self.define(*v, Sum { calls: true, ..Sum::default() });
                }
            }
        }
    }

    fn define(&mut self, value: ValueId, sum: Sum) {
        if sum.zero || self.uses.get(&value) == Some(&1) {
            self.sums.insert(value, sum);
        }
    }

    fn of(&self, value: ValueId) -> Sum {
        self.sums.get(&value).copied().unwrap_or_default()
    }

    /// The region, with its terms added in it; `carried`: what loops around it no longer carry.
    fn region(&self, stmts: Vec<Stmt>, terms: Vec<Term>, carried: &[ValueId]) -> Vec<Stmt> {
        let mut walk = Walk { sums: self, carried, open: Vec::new(), backwards: Vec::new() };
        terms.into_iter().for_each(|t| walk.add(t));
        stmts.into_iter().rev().for_each(|s| walk.stmt(s));
        // What comes from outside.
        std::mem::take(&mut walk.open).into_iter().for_each(|t| walk.plainly(t));
        walk.backwards.reverse();
        walk.backwards
    }
}

/// A region, from its end.
struct Walk<'a> {
    sums: &'a Sums<'a>,
    carried: &'a [ValueId],
    /// Sums that are added in parts, where their terms are made.
    open: Vec<Term>,
    backwards: Vec<Stmt>,
}

impl Walk<'_> {
    fn add(&mut self, term: Term) {
        let sum = self.sums.of(term.value);
        if self.carried.contains(&term.value) || sum.zero {
            return;
        }
        if sum.calls || sum.carried.is_some_and(|phi| self.carried.contains(&phi)) {
            self.open.push(term);
        } else {
            self.plainly(term);
        }
    }

    fn plainly(&mut self, Term { value, into }: Term) {
        self.backwards.push(Stmt::Accumulate { place: Place::whole(into), from: Operand::Value(value) });
    }

    /// Where the sum goes, which is made here.
    fn take(&mut self, value: ValueId) -> Option<MemId> {
        let at = self.open.iter().position(|t| t.value == value)?;
        Some(self.open.swap_remove(at).into)
    }

    fn stmt(&mut self, mut stmt: Stmt) {
        if let Stmt::Let { value, op: Op::Apply { func: Func::Add, args } } = &stmt {
            if let Some(into) = self.take(*value) {
                args.iter().for_each(|a| self.add(Term { value: *a, into }));
                return;
            }
        }
        if let Stmt::Branch(branch) = &mut stmt {
            self.branch(branch);
        }
        let starts = if let Stmt::Loop(l) = &mut stmt { self.loop_(l) } else { Vec::new() };
        if let Stmt::Pullback(pullback) = &mut stmt {
            self.call(pullback);
        }
        self.backwards.push(stmt);
        starts.into_iter().for_each(|t| self.add(t));
    }

    /// Two `&mut` can't be one variable: the second of two arguments with one cotangent comes back by value.
    fn call(&mut self, pullback: &mut Pullback) {
        let mut taken: Vec<MemId> = Vec::new();
        for into in &mut pullback.into {
            let Cotangent::Value(value) = *into else { continue };
            match self.take(value) {
                Some(mem) if taken.contains(&mem) => self.plainly(Term { value, into: mem }),
                Some(mem) => {
                    taken.push(mem);
                    *into = Cotangent::Place(Place::whole(mem));
                }
                None => {}
            }
        }
    }

    fn branch(&mut self, branch: &mut Branch) {
        let mut terms: Vec<Vec<Term>> = branch.arms.iter().map(|_| Vec::new()).collect();
        branch.phis.retain(|phi| {
            let Some(into) = self.take(phi.value) else { return true };
            for (terms, input) in terms.iter_mut().zip(&phi.inputs) {
                terms.extend(input.map(|value| Term { value, into }));
            }
            false
        });
        for (arm, terms) in branch.arms.iter_mut().zip(terms) {
            arm.stmts = self.sums.region(std::mem::take(&mut arm.stmts), terms, self.carried);
        }
    }

    /// Gives what the loop started from.
    fn loop_(&mut self, l: &mut Loop) -> Vec<Term> {
        let (mut carried, mut terms, mut starts) = (self.carried.to_vec(), Vec::new(), Vec::new());
        l.carried.retain(|c| {
            let Some(into) = self.take(c.result) else { return true };
            carried.push(c.phi);
            terms.push(Term { value: c.next, into });
            starts.extend(c.init.map(|value| Term { value, into }));
            false
        });
        let stmts = std::mem::take(&mut l.body.stmts);
        l.body.stmts = self.sums.region(stmts, terms, &carried);
        starts
    }
}

/// Calls that only add move behind arithmetic that does not see what they add: then they are the last thing.
fn calls_last(stmts: &mut [Stmt], own: &HashMap<ValueId, Own>) {
    for k in (0..stmts.len()).rev() {
        stmts[k].regions_mut().into_iter().for_each(|r| calls_last(&mut r.stmts, own));
        let mut at = k;
        while let [call, next, ..] = &mut stmts[at..] {
            if !own_pullback(call, own).is_some_and(|p| passes(p, next)) {
                break;
            }
            std::mem::swap(call, next);
            at += 1;
        }
    }
}

fn passes(call: &Pullback, next: &Stmt) -> bool {
    let adds_only = call.into.iter().all(|c| !matches!(c, Cotangent::Value(_)));
    let mut read = Mentions::default();
    call.args.iter().for_each(|a| a.visit(&mut read));
    call.seed.iter().for_each(|s| s.visit(&mut read));
    let mut seen = Mentions::default();
    next.visit_shallow(&mut seen);
    let commutes = match next {
        Stmt::Let { value: _, op: Op::Once(_) | Op::Pure(_) } => false,
        Stmt::Let { value: _, op: _ } => {
            !seen.mems.iter().any(|m| Stmt::Pullback(call.clone()).written().contains(m))
        }
        Stmt::Accumulate { place, from: Operand::Value(_) } => !read.mems.contains(&place.mem),
        Stmt::Accumulate { .. }
        | Stmt::Decl { .. }
        | Stmt::Store { .. }
        | Stmt::Assign { .. }
        | Stmt::Bulk(_)
        | Stmt::Branch(_)
        | Stmt::Loop(_)
        | Stmt::Call(_)
        | Stmt::Opaque(_)
        | Stmt::Push { .. }
        | Stmt::Pop { .. }
        | Stmt::Save { .. }
        | Stmt::Restore { .. }
        | Stmt::Pullback(_) => false,
    };
    adds_only && commutes
}
