//! Is a function well formed? For tests of the transforms, and for `ice!` reports.
//!
//! ```text
//! v1 = sin(v0)
//! if v2 { v3 = exp(v1) } else { }
//! v4 = add(v3, v1)                   error: v3 is not visible here
//! ```
//! Every value is bound exactly once and before its uses, where it is visible: what an arm or a body binds is seen
//! outside only through phis and carried values. Objects come into being before their uses. It must not panic,
//! whatever the function looks like.

use super::ids::Id;
use super::visit::Mentions;
use super::{
    Arg, Branch, BranchKind, Function, Init, Loop, MemId, Op, Operand, ParamKind, Popped, Pullback, Region,
    ResultOf, StackId, Stmt, ValueId,
};
use crate::analysis::types::place_ty;
use crate::ir::dense::IdSet;
use crate::ir::hash::{HashMap, HashSet};
use crate::rules::rule;

#[cfg(test)]
pub(crate) mod parse;
#[cfg(test)]
mod tests;

/// The first thing that is wrong, with the ids that [`super::print`] shows.
pub fn verify(f: &Function) -> Result<(), String> {
    verify_with(f, &[])
}

/// As [`verify`], where the generated function gets more than `f.params`: a seed, buffers, tangents.
pub fn verify_with(f: &Function, given: &[ParamKind]) -> Result<(), String> {
    let mut check = Check {
        f,
        bound: IdSet::default(),
        values: IdSet::default(),
        mems: HashSet::default(),
        stacks: HashMap::default(),
    };
    let params = f.params.iter().map(|p| &p.kind).chain(given);
    params.into_iter().try_for_each(|p| check.param(p))?;
    check.region(&f.body)?;
    if f.body.diverges {
        return Ok(());
    }
    match f.result {
        ResultOf::Unit => Ok(()),
        ResultOf::Value(v) => check.reads(v, "the result"),
        ResultOf::Mem(m) => check.touches(m, "the result"),
    }
}

/// Of an item on a stack.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Value,
    Mem,
}

struct Check<'f> {
    f: &'f Function,
    /// All values bound so far, visible or not.
    bound: IdSet<ValueId>,
    /// What is visible at this point.
    values: IdSet<ValueId>,
    mems: HashSet<MemId>,
    stacks: HashMap<StackId, Vec<Kind>>,
}

type Checked = Result<(), String>;

fn ensure(condition: bool, message: impl FnOnce() -> String) -> Checked {
    if condition {
        Ok(())
    } else {
        Err(message())
    }
}

impl Check<'_> {
    fn param(&mut self, kind: &ParamKind) -> Checked {
        match kind {
            ParamKind::Value(v) => self.binds(*v),
            ParamKind::Mem(m) => self.declares(*m),
        }
    }

    fn binds(&mut self, value: ValueId) -> Checked {
        ensure(value.index() < self.f.values.len(), || format!("{value:?} is not in the table"))?;
        ensure(self.bound.insert(value), || format!("{value:?} is bound twice"))?;
        self.values.insert(value);
        Ok(())
    }

    fn declares(&mut self, mem: MemId) -> Checked {
        ensure(mem.index() < self.f.mems.len(), || format!("{mem:?} is not in the table"))?;
        ensure(self.mems.insert(mem), || format!("{mem:?} is declared twice"))
    }

    fn reads(&self, value: ValueId, by: &str) -> Checked {
        ensure(self.values.contains(&value), || {
            let why = if self.bound.contains(&value) { "not visible here" } else { "not bound yet" };
            format!("{value:?} is {why}, read by {by}")
        })
    }

    fn touches(&self, mem: MemId, by: &str) -> Checked {
        ensure(self.mems.contains(&mem), || format!("{mem:?} does not exist here, used by {by}"))
    }

    /// Runs `inner` in a scope of its own.
    fn scope(&mut self, inner: impl FnOnce(&mut Self) -> Checked) -> Checked {
        let (values, mems) = (self.values.clone(), self.mems.clone());
        let result = inner(self);
        (self.values, self.mems) = (values, mems);
        result
    }

    fn region(&mut self, region: &Region) -> Checked {
        region.stmts.iter().try_for_each(|s| self.stmt(s))
    }

    fn stmt(&mut self, stmt: &Stmt) -> Checked {
        match stmt {
            Stmt::Branch(branch) => return self.branch(branch),
            Stmt::Loop(l) => return self.loop_(l),
            Stmt::Let { value: _, op } => self.op(op)?,
            Stmt::Push { stack, items } => {
                self.stack(*stack, items.iter().map(pushed).collect(), "pushed")?;
            }
            Stmt::Pop { stack, items } => {
                self.stack(*stack, items.iter().map(popped).collect(), "popped")?;
            }
            Stmt::Pullback(Pullback { args, into, .. }) => {
                ensure(args.len() == into.len(), || {
                    format!("a pullback of {} arguments gives {} cotangents", args.len(), into.len())
                })?;
            }
            Stmt::Decl { .. }
            | Stmt::Store { .. }
            | Stmt::Assign { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Call(_)
            | Stmt::Save { .. }
            | Stmt::Restore { .. }
            | Stmt::Opaque(_) => {}
        }
        self.mentions(stmt)?;
        stmt.defs().into_iter().try_for_each(|v| self.binds(v))?;
        self.objects(stmt)
    }

    fn mentions(&self, stmt: &Stmt) -> Checked {
        let mentions = Mentions::of(|m| stmt.visit_shallow(m));
        let by = describe(stmt);
        mentions.values.into_iter().try_for_each(|v| self.reads(v, &by))?;
        let by_type = self.zero_by_type(stmt);
        let lent = lent(stmt);
        let gone = |m: &MemId| Some(*m) == by_type || lent.contains(m);
        mentions.mems.into_iter().filter(|m| !gone(m)).try_for_each(|m| self.touches(m, &by))
    }

    /// The zero of an array of floats needs only its type: the object itself may be gone.
    fn zero_by_type(&self, stmt: &Stmt) -> Option<MemId> {
        let (Stmt::Decl { init: Some(Init::ZeroOf(place)), .. }
        | Stmt::Assign { init: Init::ZeroOf(place), .. }) = stmt
        else {
            return None;
        };
        let known = place.mem.index() < self.f.mems.len() && place_ty(self.f, place).is_shape_known();
        known.then_some(place.mem)
    }

    /// The objects that a statement brings into being.
    fn objects(&mut self, stmt: &Stmt) -> Checked {
        stmt.declared().into_iter().try_for_each(|mem| self.declares(mem))
    }

    fn op(&self, op: &Op) -> Checked {
        let (Op::Apply { func, args } | Op::Operator { func, args, .. }) = op else { return Ok(()) };
        let arity = rule(*func).arity;
        ensure(args.len() == arity, || {
            format!("{} of {} operands instead of {arity}", func.name(), args.len())
        })
    }

    fn stack(&mut self, stack: StackId, kinds: Vec<Kind>, what: &str) -> Checked {
        ensure(stack.index() < self.f.stacks.len(), || format!("{stack:?} is not in the table"))?;
        let before = self.stacks.entry(stack).or_insert_with(|| kinds.clone());
        ensure(*before == kinds, || format!("{kinds:?} {what} on {stack:?}, which holds {before:?}"))
    }

    fn branch(&mut self, branch: &Branch) -> Checked {
        self.reads(branch.on, "a branch")?;
        match branch.kind {
            BranchKind::If => {
                ensure(branch.arms.len() == 2, || {
                    format!("an if on {:?} of {} arms", branch.on, branch.arms.len())
                })?;
            }
            BranchKind::Switch => {
                ensure(!branch.arms.is_empty(), || format!("a switch on {:?} without arms", branch.on))?;
            }
        }
        for phi in &branch.phis {
            ensure(phi.inputs.len() == branch.arms.len(), || {
                format!("phi {:?} of {} inputs for {} arms", phi.value, phi.inputs.len(), branch.arms.len())
            })?;
        }
        for (k, arm) in branch.arms.iter().enumerate() {
            self.scope(|check| {
                check.region(arm)?;
                if arm.diverges {
                    return Ok(());
                }
                let inputs =
                    branch.phis.iter().filter_map(|p| Some((p.value, p.inputs.get(k).copied().flatten()?)));
                inputs.into_iter().try_for_each(|(phi, v)| check.reads(v, &format!("phi {phi:?}")))
            })?;
        }
        branch.phis.iter().try_for_each(|p| self.binds(p.value))
    }

    fn loop_(&mut self, l: &Loop) -> Checked {
        if let Some(range) = &l.range {
            let mentions = Mentions::of(|m| range.visit(m));
            mentions.values.into_iter().try_for_each(|v| self.reads(v, "a range"))?;
        }
        l.carried.iter().filter_map(|c| c.init).try_for_each(|i| self.reads(i, "a loop"))?;
        self.scope(|check| {
            l.range.iter().try_for_each(|r| check.binds(r.index))?;
            l.carried.iter().try_for_each(|c| check.binds(c.phi))?;
            if let Some((header, cond)) = &l.header {
                check.scope(|check| check.header(header, *cond))?;
            }
            check.region(&l.body)?;
            if l.body.diverges {
                return Ok(());
            }
            l.carried.iter().try_for_each(|c| check.reads(c.next, &format!("the next {:?}", c.phi)))?;
            l.stop.iter().try_for_each(|s| check.reads(*s, "a stop"))
        })?;
        l.carried.iter().try_for_each(|c| self.binds(c.result))
    }

    /// It may write to its own objects only.
    fn header(&mut self, header: &Region, cond: ValueId) -> Checked {
        let outer: Vec<MemId> = self.mems.iter().copied().collect();
        self.region(header)?;
        self.reads(cond, "a loop's condition")?;
        let written = outer.into_iter().filter(|m| header.stmts.iter().any(|s| s.writes_deep(*m))).min();
        written.map_or(Ok(()), |m| Err(format!("a loop's header writes {m:?}")))
    }
}

fn pushed(item: &Operand) -> Kind {
    match item {
        Operand::Value(_) => Kind::Value,
        Operand::Mem(_) | Operand::Copy(_) => Kind::Mem,
    }
}

fn popped(item: &Popped) -> Kind {
    match item {
        Popped::Value(_) => Kind::Value,
        Popped::Mem(_) => Kind::Mem,
    }
}

/// What a pullback's call got by `&mut` is not passed again: only its shadow must be there.
fn lent(stmt: &Stmt) -> Vec<MemId> {
    let Stmt::Pullback(pullback) = stmt else { return Vec::new() };
    let mems = pullback.args.iter().filter_map(|arg| match arg {
        Arg::RefMut(place) => Some(place.mem),
        Arg::Value(_)
        | Arg::RefValue(_)
        | Arg::Mem(_)
        | Arg::Ref(_)
        | Arg::Receiver(_)
        | Arg::Opaque(_)
        | Arg::Closure(_) => None,
    });
    mems.collect()
}

/// A statement, for a message.
fn describe(stmt: &Stmt) -> String {
    match stmt {
        Stmt::Let { value, .. } => format!("{value:?}"),
        Stmt::Decl { mem, .. } => format!("{mem:?}"),
        Stmt::Store { place, .. } => format!("a store to {:?}", place.mem),
        Stmt::Assign { place, .. } => format!("an assignment to {:?}", place.mem),
        Stmt::Accumulate { place, .. } => format!("an addition to {:?}", place.mem),
        Stmt::Bulk(_) => "a bulk operation".into(),
        Stmt::Branch(_) => "a branch".into(),
        Stmt::Loop(_) => "a loop".into(),
        Stmt::Call(_) => "a call".into(),
        Stmt::Opaque(_) => "carried code".into(),
        Stmt::Push { stack, .. } => format!("a push on {stack:?}"),
        Stmt::Save { stack, .. } => format!("saving on {stack:?}"),
        Stmt::Restore { stack, .. } => format!("restoring from {stack:?}"),
        Stmt::Pop { stack, .. } => format!("a pop of {stack:?}"),
        Stmt::Pullback(_) => "a pullback".into(),
    }
}
