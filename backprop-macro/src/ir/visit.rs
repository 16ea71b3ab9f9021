//! Walking the IR: the operands of every node, in evaluation order, and copies of nodes with other operands.
//!
//! Every match is exhaustive, so a new node kind does not compile until it is handled here; the analyses build on
//! these functions and rarely match themselves.

use super::walk::{Control, ControlMut};
use super::{Adaptor, Bulk, Init, MemId, Op, Opaque, Operand, Place, Range, Read, Region, Stmt, ValueId};

/// A callback for values and memory objects that a node mentions.
pub trait Visitor {
    fn value(&mut self, value: ValueId);
    fn mem(&mut self, _mem: MemId) {}
    /// An index of the path of a place, in the step with this number.
    fn index(&mut self, _place: &Place, _step: usize, value: ValueId) {
        self.value(value);
    }
    /// A length, or another number of elements of what std counts.
    fn size(&mut self, value: ValueId) {
        self.value(value);
    }
    /// An object as a whole, which is perhaps moved away.
    fn taken(&mut self, mem: MemId) {
        self.mem(mem);
    }
}

/// All that is mentioned, in the order in which it is visited.
#[derive(Debug, Default)]
pub struct Mentions {
    pub values: Vec<ValueId>,
    pub mems: Vec<MemId>,
}

impl Mentions {
    pub fn of(visit: impl FnOnce(&mut Mentions)) -> Self {
        let mut all = Mentions::default();
        visit(&mut all);
        all
    }
}

impl Visitor for Mentions {
    fn value(&mut self, value: ValueId) {
        self.values.push(value);
    }
    fn mem(&mut self, mem: MemId) {
        self.mems.push(mem);
    }
}

impl<F: FnMut(ValueId)> Visitor for F {
    fn value(&mut self, value: ValueId) {
        self(value);
    }
}

impl Operand {
    pub fn visit(&self, v: &mut dyn Visitor) {
        match self {
            Operand::Value(value) => v.value(*value),
            Operand::Mem(mem) => v.taken(*mem),
            Operand::Copy(place) => place.visit(v),
        }
    }

    pub fn map(&self, f: &mut dyn FnMut(ValueId) -> ValueId) -> Operand {
        match self {
            Operand::Value(value) => Operand::Value(f(*value)),
            Operand::Mem(mem) => Operand::Mem(*mem),
            Operand::Copy(place) => Operand::Copy(place.map(f)),
        }
    }
}

impl Opaque {
    pub fn visit(&self, v: &mut dyn Visitor) {
        for read in &self.reads {
            match read {
                Read::Value(value) => v.value(*value),
                Read::Mem(mem) => v.taken(*mem),
            }
        }
        self.writes.iter().for_each(|m| v.mem(*m));
    }

    pub fn map(&self, f: &mut dyn FnMut(ValueId) -> ValueId) -> Opaque {
        let mut copy = self.clone();
        for read in &mut copy.reads {
            match read {
                Read::Value(value) => *value = f(*value),
                Read::Mem(_) => {}
            }
        }
        copy
    }
}

impl Op {
    pub fn visit(&self, v: &mut dyn Visitor) {
        match self {
            Op::Const(_) => {}
            Op::Apply { func: _, args } | Op::Operator { args, .. } | Op::Helper { name: _, args } => {
                args.iter().for_each(|a| v.value(*a))
            }
            Op::Cast { arg, to: _, code: _ } | Op::Detach(arg) => v.value(*arg),
            Op::Load(place) | Op::Len(place) | Op::SumOf(place) => place.visit(v),
            Op::Dot(a, b) => {
                a.visit(v);
                b.visit(v);
            }
            Op::Select { cond, then, els } => [cond, then, els].into_iter().for_each(|a| v.value(*a)),
            Op::Pure(opaque) | Op::Once(opaque) => opaque.visit(v),
        }
    }

    /// The same operation on other values.
    pub fn map(&self, f: &mut dyn FnMut(ValueId) -> ValueId) -> Op {
        match self {
            Op::Const(c) => Op::Const(c.clone()),
            Op::Apply { func, args } => Op::Apply { func: *func, args: args.iter().map(|a| f(*a)).collect() },
            Op::Operator { func, args, assigns } => {
                Op::Operator { func: *func, args: args.iter().map(|a| f(*a)).collect(), assigns: *assigns }
            }
            Op::Helper { name, args } => Op::Helper { name, args: args.iter().map(|a| f(*a)).collect() },
            Op::Cast { arg, to, code } => Op::Cast { arg: f(*arg), to: to.clone(), code: *code },
            Op::Detach(arg) => Op::Detach(f(*arg)),
            Op::Load(place) => Op::Load(place.map(f)),
            Op::Len(place) => Op::Len(place.map(f)),
            Op::SumOf(place) => Op::SumOf(place.map(f)),
            Op::Dot(a, b) => Op::Dot(a.map(f), b.map(f)),
            Op::Select { cond, then, els } => Op::Select { cond: f(*cond), then: f(*then), els: f(*els) },
            Op::Pure(opaque) => Op::Pure(opaque.map(f)),
            Op::Once(opaque) => Op::Once(opaque.map(f)),
        }
    }

    pub fn operands(&self) -> Vec<ValueId> {
        let mut all = Vec::new();
        self.visit(&mut |v| all.push(v));
        all
    }
}

impl Init {
    pub fn visit(&self, v: &mut dyn Visitor) {
        match self {
            Init::Array(items) | Init::VecOf(items) | Init::Tuple(items) => {
                items.iter().for_each(|i| i.visit(v))
            }
            Init::Variant { path: _, args } => args.iter().for_each(|i| i.visit(v)),
            Init::Repeat { elem, len: _ } => elem.visit(v),
            Init::VecRepeat { elem, len } => {
                elem.visit(v);
                v.size(*len);
            }
            Init::VecNew { capacity } => capacity.iter().for_each(|c| v.size(*c)),
            Init::Struct { path: _, fields, base } => {
                fields.iter().for_each(|(_, i)| i.visit(v));
                base.iter().for_each(|b| b.visit(v));
            }
            Init::From(operand) | Init::Boxed(operand) => operand.visit(v),
            Init::ToVec(place) | Init::Taken(place) | Init::ZeroOf(place) => place.visit(v),
            Init::Opaque(opaque) => opaque.visit(v),
            Init::Row { of, start, len, mutable: _, apart: _ } => {
                of.visit(v);
                v.size(*start);
                v.size(*len);
            }
        }
    }

    pub fn map(&self, f: &mut dyn FnMut(ValueId) -> ValueId) -> Init {
        let all = |items: &[Operand], f: &mut dyn FnMut(ValueId) -> ValueId| {
            items.iter().map(|i| i.map(f)).collect()
        };
        match self {
            Init::Array(items) => Init::Array(all(items, f)),
            Init::VecOf(items) => Init::VecOf(all(items, f)),
            Init::Tuple(items) => Init::Tuple(all(items, f)),
            Init::Variant { path, args } => Init::Variant { path: *path, args: all(args, f) },
            Init::Repeat { elem, len } => Init::Repeat { elem: elem.map(f), len: *len },
            Init::VecRepeat { elem, len } => Init::VecRepeat { elem: elem.map(f), len: f(*len) },
            Init::VecNew { capacity } => Init::VecNew { capacity: capacity.map(f) },
            Init::Struct { path, fields, base } => Init::Struct {
                path: *path,
                fields: fields.iter().map(|(name, i)| (name.clone(), i.map(f))).collect(),
                base: base.as_ref().map(|b| b.map(f)),
            },
            Init::Boxed(operand) => Init::Boxed(operand.map(f)),
            Init::From(operand) => Init::From(operand.map(f)),
            Init::ToVec(place) => Init::ToVec(place.map(f)),
            Init::Taken(place) => Init::Taken(place.map(f)),
            Init::ZeroOf(place) => Init::ZeroOf(place.map(f)),
            Init::Opaque(opaque) => Init::Opaque(opaque.map(f)),
            Init::Row { of, start, len, mutable, apart } => {
                Init::Row { of: of.map(f), start: f(*start), len: f(*len), mutable: *mutable, apart: *apart }
            }
        }
    }
}

impl Bulk {
    pub fn visit(&self, v: &mut dyn Visitor) {
        match self {
            Bulk::Fill { place, value } => {
                place.visit(v);
                v.value(*value);
            }
            Bulk::CopyFrom { dst, src } | Bulk::AddAssign { dst, src } => {
                dst.visit(v);
                src.visit(v);
            }
            Bulk::Swap { a, b } => {
                a.visit(v);
                b.visit(v);
            }
            Bulk::Pop { place, last } => {
                place.visit(v);
                last.iter().for_each(|i| v.size(*i));
            }
            Bulk::Reverse { place } | Bulk::Zero { place } => place.visit(v),
            Bulk::RotateLeft { place, by } | Bulk::RotateRight { place, by } => {
                place.visit(v);
                v.size(*by);
            }
            Bulk::Push { place, item } => {
                place.visit(v);
                item.visit(v);
            }
            Bulk::Truncate { place, len } | Bulk::Grow { place, len } => {
                place.visit(v);
                v.size(*len);
            }
        }
    }
}

impl Range {
    pub fn visit(&self, v: &mut dyn Visitor) {
        v.value(self.lo);
        v.value(self.hi);
        for adaptor in &self.adaptors {
            match adaptor {
                Adaptor::Rev => {}
                Adaptor::StepBy(value) | Adaptor::Take(value) => v.size(*value),
            }
        }
    }

    pub fn map(&self, f: &mut dyn FnMut(ValueId) -> ValueId) -> Range {
        let (lo, hi) = (f(self.lo), f(self.hi));
        let adaptors = self.adaptors.iter().map(|a| match a {
            Adaptor::Rev => Adaptor::Rev,
            Adaptor::StepBy(value) => Adaptor::StepBy(f(*value)),
            Adaptor::Take(value) => Adaptor::Take(f(*value)),
        });
        Range { lo, hi, adaptors: adaptors.collect(), ..self.clone() }
    }
}

impl Stmt {
    /// Everything that the statement itself reads or writes; not what the regions inside it do.
    pub fn visit_shallow(&self, v: &mut dyn Visitor) {
        match self {
            Stmt::Let { value: _, op } => op.visit(v),
            Stmt::Decl { mem: _, init } => init.iter().for_each(|i| i.visit(v)),
            Stmt::Store { place, value } => {
                place.visit(v);
                v.value(*value);
            }
            Stmt::Assign { place, init } => {
                place.visit(v);
                init.visit(v);
            }
            Stmt::Accumulate { place, from } => {
                place.visit(v);
                from.visit(v);
            }
            Stmt::Bulk(bulk) => bulk.visit(v),
            Stmt::Branch(branch) => {
                v.value(branch.on);
                branch.phis.iter().flat_map(|p| p.inputs.iter().flatten()).for_each(|i| v.value(*i));
            }
            Stmt::Loop(l) => {
                l.range.iter().for_each(|r| r.visit(v));
                l.header.iter().for_each(|(_, cond)| v.value(*cond));
                for carried in &l.carried {
                    carried.init.iter().for_each(|i| v.value(*i));
                    v.value(carried.next);
                }
                l.stop.iter().for_each(|s| v.value(*s));
                l.blocks.iter().flat_map(crate::ir::BlockLoop::indices).for_each(|i| v.value(i));
            }
            Stmt::Call(call) => call.args.iter().for_each(|a| a.visit(v)),
            Stmt::Opaque(opaque) => opaque.visit(v),
            Stmt::Push { stack: _, items } => items.iter().for_each(|i| i.visit(v)),
            Stmt::Save { stack: _, place } | Stmt::Restore { stack: _, place } => place.visit(v),
            Stmt::Pop { .. } => {}
            Stmt::Pullback(pullback) => pullback.visit(v),
        }
    }

    /// As [`Stmt::visit_shallow`], with all regions inside.
    pub fn visit_deep(&self, v: &mut dyn Visitor) {
        self.visit_shallow(v);
        self.regions().into_iter().for_each(|r| r.visit(v));
    }

    pub fn regions(&self) -> Vec<&Region> {
        match self.control() {
            Some(Control::Branch(branch)) => branch.arms.iter().collect(),
            Some(Control::Loop(l)) => l.header.iter().map(|(r, _)| r).chain([&l.body]).collect(),
            None => Vec::new(),
        }
    }

    pub fn regions_mut(&mut self) -> Vec<&mut Region> {
        match self.control_mut() {
            Some(ControlMut::Branch(branch)) => branch.arms.iter_mut().collect(),
            Some(ControlMut::Loop(l)) => l.header.iter_mut().map(|(r, _)| r).chain([&mut l.body]).collect(),
            None => Vec::new(),
        }
    }
}

impl Region {
    pub fn visit(&self, v: &mut dyn Visitor) {
        self.stmts.iter().for_each(|s| s.visit_deep(v));
    }
}
