//! Indices of a loop's body: which stay the same, which advance by one with each iteration, and what they are in the
//! first one.

use crate::ir::build::Builder;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{Adaptor, Const, Loop, MemId, Op, Place, Stmt, ValueId};
use crate::rules::Func;

/// The integers that a loop's body computes.
pub(super) struct Indices<'l> {
    l: &'l Loop,
    /// Made by the body itself, at its top.
    ops: HashMap<ValueId, &'l Op>,
    /// Made by the body anywhere.
    inside: HashSet<ValueId>,
    constants: &'l HashMap<ValueId, i64>,
}

/// How an integer depends on the iteration.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Fixed,
    /// One more in each iteration of an ascending loop.
    Advances,
}

impl<'l> Indices<'l> {
    pub fn of(l: &'l Loop, constants: &'l HashMap<ValueId, i64>) -> Self {
        let ops = l.body.stmts.iter().filter_map(Stmt::computed).collect();
        Indices { l, ops, inside: l.binds(), constants }
    }

    /// Does it advance by one with the loop's index?
    pub fn advances(&self, index: ValueId, written: &HashSet<MemId>) -> bool {
        self.form(index, written) == Some(Form::Advances)
    }

    pub fn is_fixed(&self, index: ValueId, written: &HashSet<MemId>) -> bool {
        self.form(index, written) == Some(Form::Fixed)
    }

    /// Can it be computed anew, at any iteration?
    pub fn is_simple(&self, index: ValueId) -> bool {
        self.form(index, &HashSet::default()).is_some()
    }

    fn form(&self, value: ValueId, written: &HashSet<MemId>) -> Option<Form> {
        if self.l.range.as_ref().is_some_and(|r| r.index == value) {
            return Some(Form::Advances);
        }
        if !self.inside.contains(&value) {
            return Some(Form::Fixed);
        }
        if self.counter(value).is_some() {
            return Some(Form::Advances);
        }
        let form = |v: &ValueId| self.form(*v, written);
        match self.ops.get(&value)? {
            Op::Const(Const::Int(_) | Const::Count(_) | Const::Literal(_)) => Some(Form::Fixed),
            Op::Apply { func, args } => match (func, form(&args[0])?, args.get(1).map(form)??) {
                (Func::Add | Func::Sub | Func::Mul, Form::Fixed, Form::Fixed) => Some(Form::Fixed),
                (Func::Add, Form::Advances, Form::Fixed) | (Func::Add, Form::Fixed, Form::Advances) => {
                    Some(Form::Advances)
                }
                (Func::Sub, Form::Advances, Form::Fixed) => Some(Form::Advances),
                _ => None,
            },
            Op::Len(place) if !written.contains(&place.mem) => {
                let mut all = true;
                place.visit_indices(&mut |v| all &= form(&v) == Some(Form::Fixed));
                all.then_some(Form::Fixed)
            }
            Op::Helper { name: "induct", args } => {
                let [init, index, lo, step] = args.as_slice() else { return None };
                let one = self.constants.get(step) == Some(&1);
                let parts = [form(init)?, form(lo)?] == [Form::Fixed; 2];
                (one && parts && form(index)? == Form::Advances).then_some(Form::Advances)
            }
            _ => None,
        }
    }

    /// `l` in `l += 1`, once per iteration of an ascending loop: its first value.
    fn counter(&self, phi: ValueId) -> Option<ValueId> {
        let range = self.l.range.as_ref()?;
        if range.adaptors.contains(&Adaptor::Rev) {
            return None;
        }
        let carried = self.l.carried.iter().find(|c| c.phi == phi)?;
        let Op::Apply { func: Func::Add, args } = self.ops.get(&carried.next)? else { return None };
        let one = |v: &ValueId| self.constants.get(v) == Some(&1);
        let steps = match args.as_slice() {
            [a, b] => (*a == phi && one(b)) || (*b == phi && one(a)),
            _ => false,
        };
        carried.init.filter(|_| steps)
    }

    /// The same arithmetic with another index in the place of the loop's.
    pub fn at(&self, index: ValueId) -> Here<'_, 'l> {
        Here { indices: self, index, names: HashMap::default() }
    }
}

/// Index arithmetic, repeated for one index.
pub(super) struct Here<'i, 'l> {
    indices: &'i Indices<'l>,
    index: ValueId,
    names: HashMap<ValueId, ValueId>,
}

impl Here<'_, '_> {
    pub fn value(&mut self, value: ValueId, b: &mut Builder<'_>) -> ValueId {
        let l = self.indices.l;
        let Some(range) = &l.range else { return value };
        if range.index == value {
            return self.index;
        }
        if !self.indices.inside.contains(&value) {
            return value;
        }
        if let Some(name) = self.names.get(&value) {
            return *name;
        }
        let info = b.f.values[value].clone();
        let name = if let Some(init) = self.indices.counter(value) {
            if self.index == range.lo {
                init
            } else {
                let one = b.int(1, info.span);
                let args = vec![init, self.index, range.lo, one];
                b.let_(Op::Helper { name: "induct", args }, info.ty, info.span)
            }
        } else if let Some(op) = self.indices.ops.get(&value) {
            let op = (*op).clone();
            let op = op.map(&mut |v| self.value(v, b));
            let zero = |v: &ValueId| self.indices.constants.get(v) == Some(&0);
            match &op {
                Op::Helper { name: "induct", args } if args[1] == args[2] => args[0],
                Op::Apply { func: Func::Add, args } if zero(&args[1]) => args[0],
                Op::Apply { func: Func::Add, args } if zero(&args[0]) => args[1],
                _ => b.let_(op, info.ty, info.span),
            }
        } else {
            value
        };
        self.names.insert(value, name);
        name
    }

    pub fn place(&mut self, place: &Place, b: &mut Builder<'_>) -> Place {
        place.map(&mut |v| self.value(v, b))
    }
}
