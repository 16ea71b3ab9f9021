//! Replacing the values that statements read, in place and with everything inside.

use super::hash::HashMap;
use super::walk::ControlMut;
use super::{Arg, Bulk, Call, Function, Operand, Pullback, Region, Stmt, ValueId};

/// A renaming of uses.
pub type Rename<'r> = dyn FnMut(ValueId) -> ValueId + 'r;

impl Function {
    /// Fresh values for all that loops, branches and operations define in a copy of statements; those that read them are
    /// renamed afterwards.
    pub fn redefine(&mut self, copy: &mut Region, new: &mut HashMap<ValueId, ValueId>) {
        let mut fresh = |of: &mut ValueId| {
            let value = self.fresh_like(*of);
            new.insert(*of, value);
            *of = value;
        };
        copy.each_deep(&mut |stmt| {
            if let Stmt::Let { value, op: _ } = stmt {
                fresh(value);
            }
            match stmt.control_mut() {
                Some(ControlMut::Branch(branch)) => branch.phis.iter_mut().for_each(|p| fresh(&mut p.value)),
                Some(ControlMut::Loop(l)) => {
                    l.range.iter_mut().for_each(|range| fresh(&mut range.index));
                    for carried in &mut l.carried {
                        fresh(&mut carried.phi);
                        fresh(&mut carried.result);
                    }
                }
                None => {}
            }
        });
    }
}

impl Region {
    pub fn rename(&mut self, f: &mut Rename<'_>) {
        self.stmts.iter_mut().for_each(|s| s.rename(f));
    }
}

impl Stmt {
    pub fn rename(&mut self, f: &mut Rename<'_>) {
        match self {
            Stmt::Let { value: _, op } => *op = op.map(f),
            Stmt::Decl { mem: _, init } => {
                if let Some(init) = init {
                    *init = init.map(f);
                }
            }
            Stmt::Store { place, value } => {
                *place = place.map(f);
                *value = f(*value);
            }
            Stmt::Assign { place, init } => {
                *place = place.map(f);
                *init = init.map(f);
            }
            Stmt::Accumulate { place, from } => {
                *place = place.map(f);
                *from = from.map(f);
            }
            Stmt::Bulk(bulk) => bulk.rename(f),
            Stmt::Branch(branch) => {
                branch.on = f(branch.on);
                branch.arms.iter_mut().for_each(|a| a.rename(f));
                branch.phis.iter_mut().flat_map(|p| p.inputs.iter_mut().flatten()).for_each(|i| *i = f(*i));
            }
            Stmt::Loop(l) => {
                if let Some(range) = &mut l.range {
                    *range = range.map(f);
                }
                if let Some((header, cond)) = &mut l.header {
                    header.rename(f);
                    *cond = f(*cond);
                }
                for carried in &mut l.carried {
                    carried.init = carried.init.map(&mut *f);
                    carried.next = f(carried.next);
                }
                l.body.rename(f);
                l.stop = l.stop.map(&mut *f);
                let blocks = l.blocks.iter_mut().flat_map(|b| b.reads.iter_mut().chain(&mut b.writes));
                blocks.for_each(|masked| masked.index = masked.index.map(&mut *f));
            }
            Stmt::Call(Call { args, .. }) => rename_args(args, f),
            Stmt::Opaque(opaque) => *opaque = opaque.map(f),
            Stmt::Push { stack: _, items } => rename_operands(items, f),
            Stmt::Pop { .. } => {}
            Stmt::Save { stack: _, place } | Stmt::Restore { stack: _, place } => *place = place.map(f),
            Stmt::Pullback(Pullback { pullback, args, seed, into, span: _ }) => {
                *pullback = f(*pullback);
                rename_args(args, f);
                if let Some(seed) = seed {
                    *seed = seed.map(f);
                }
                for cotangent in into {
                    match cotangent {
                        super::Cotangent::Place(place) => *place = place.map(f),
                        super::Cotangent::Drop | super::Cotangent::Value(_) => {}
                    }
                }
            }
        }
    }
}

fn rename_args(args: &mut [Arg], f: &mut Rename<'_>) {
    args.iter_mut().for_each(|a| *a = a.map(f));
}

fn rename_operands(items: &mut [Operand], f: &mut Rename<'_>) {
    items.iter_mut().for_each(|i| *i = i.map(f));
}

impl Bulk {
    fn rename(&mut self, f: &mut Rename<'_>) {
        match self {
            Bulk::Fill { place, value: extra }
            | Bulk::RotateLeft { place, by: extra }
            | Bulk::RotateRight { place, by: extra }
            | Bulk::Truncate { place, len: extra }
            | Bulk::Grow { place, len: extra } => {
                *place = place.map(f);
                *extra = f(*extra);
            }
            Bulk::CopyFrom { dst: a, src: b } | Bulk::AddAssign { dst: a, src: b } | Bulk::Swap { a, b } => {
                *a = a.map(f);
                *b = b.map(f);
            }
            Bulk::Pop { place, last } => {
                *place = place.map(f);
                *last = last.map(f);
            }
            Bulk::Reverse { place } | Bulk::Zero { place } => *place = place.map(f),
            Bulk::Push { place, item } => {
                *place = place.map(f);
                *item = item.map(f);
            }
        }
    }
}
