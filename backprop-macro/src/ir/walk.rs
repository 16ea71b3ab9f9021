//! The statements of a region and of all regions inside, and the kinds of statements that many stages ask for.
//!
//! ```text
//! v1 = const 1; loop { v2 = load m0[i] }; return     deep:  v1 = .., loop .., v2 = ..
//! ```

use super::hash::{HashMap, HashSet};
use super::visit::Mentions;
use super::{
    Adaptor, Branch, CodeId, Const, Loop, MemId, Op, Operand, Place, Range, Region, Stmt, Ty, ValueId,
};
use crate::rules::Func;

/// A statement with regions inside.
#[derive(Clone, Copy, Debug)]
pub enum Control<'s> {
    Branch(&'s Branch),
    Loop(&'s Loop),
}

/// The same, to change it.
#[derive(Debug)]
pub enum ControlMut<'s> {
    Branch(&'s mut Branch),
    Loop(&'s mut Loop),
}

impl Region {
    /// Does this to each statement, before those inside it.
    pub fn each_deep(&mut self, f: &mut dyn FnMut(&mut Stmt)) {
        for stmt in &mut self.stmts {
            f(stmt);
            stmt.regions_mut().into_iter().for_each(|r| r.each_deep(f));
        }
    }

    /// Its statements in order, each before those inside it.
    pub fn deep(&self) -> Deep<'_> {
        Deep { pending: vec![self.stmts.iter()] }
    }

    /// The constant integers in it, and inside its statements.
    pub fn ints(&self) -> HashMap<ValueId, i64> {
        self.deep().filter_map(Stmt::int).collect()
    }

    /// How often it mentions each object.
    pub fn mentions(&self) -> HashMap<MemId, usize> {
        let mut counts = HashMap::default();
        Mentions::of(|m| self.visit(m)).mems.into_iter().for_each(|m| *counts.entry(m).or_default() += 1);
        counts
    }
}

impl Stmt {
    /// It and the statements inside it.
    pub fn deep(&self) -> Deep<'_> {
        Deep { pending: vec![std::slice::from_ref(self).iter()] }
    }

    /// Does it, or anything inside it, write the object?
    pub fn writes_deep(&self, mem: MemId) -> bool {
        self.deep().any(|s| s.written().contains(&mem))
    }

    /// The branch or loop that it is: nothing else has regions inside.
    pub fn control(&self) -> Option<Control<'_>> {
        match self {
            Stmt::Branch(branch) => Some(Control::Branch(branch)),
            Stmt::Loop(l) => Some(Control::Loop(l)),
            Stmt::Let { .. }
            | Stmt::Decl { .. }
            | Stmt::Store { .. }
            | Stmt::Assign { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => None,
        }
    }

    /// [`Self::control`], to change it.
    pub fn control_mut(&mut self) -> Option<ControlMut<'_>> {
        match self {
            Stmt::Branch(branch) => Some(ControlMut::Branch(branch)),
            Stmt::Loop(l) => Some(ControlMut::Loop(l)),
            Stmt::Let { .. }
            | Stmt::Decl { .. }
            | Stmt::Store { .. }
            | Stmt::Assign { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => None,
        }
    }

    /// The operation that it is the result of.
    pub fn computed(&self) -> Option<(ValueId, &Op)> {
        if let Stmt::Let { value, op } = self {
            return Some((*value, op));
        }
        None
    }

    /// The constant integer that it makes.
    pub fn int(&self) -> Option<(ValueId, i64)> {
        let (value, op) = self.computed()?;
        Some((value, op.int()?))
    }

    /// Does it only compute a number, or write or add one? Such a statement can be written twice.
    pub fn is_simple(&self) -> bool {
        match self {
            Stmt::Let { value: _, op } => !matches!(op, Op::Once(_)),
            Stmt::Store { .. } | Stmt::Accumulate { .. } => true,
            Stmt::Decl { .. }
            | Stmt::Assign { .. }
            | Stmt::Bulk(_)
            | Stmt::Branch(_)
            | Stmt::Loop(_)
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => false,
        }
    }

    /// The single element, or scalar, that it reads, writes or adds a value to.
    pub fn element(&self) -> Option<Element<'_>> {
        let (place, value, access) = match self {
            Stmt::Let { value, op: Op::Load(place) } => (place, value, ElementAccess::Read),
            Stmt::Store { place, value } => (place, value, ElementAccess::Write),
            Stmt::Accumulate { place, from: Operand::Value(value) } => (place, value, ElementAccess::Add),
            Stmt::Let { .. }
            | Stmt::Decl { .. }
            | Stmt::Assign { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Branch(_)
            | Stmt::Loop(_)
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => return None,
        };
        Some(Element { place, value: *value, access })
    }

    /// The place of that element.
    pub fn element_mut(&mut self) -> Option<&mut Place> {
        match self {
            Stmt::Let { value: _, op: Op::Load(place) }
            | Stmt::Store { place, value: _ }
            | Stmt::Accumulate { place, from: Operand::Value(_) } => Some(place),
            Stmt::Let { .. }
            | Stmt::Decl { .. }
            | Stmt::Assign { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Branch(_)
            | Stmt::Loop(_)
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => None,
        }
    }
}

impl Loop {
    /// Its range, if it runs to the end of it.
    pub fn whole_range(&self) -> Option<&Range> {
        self.range.as_ref().filter(|_| self.header.is_none() && self.stop.is_none())
    }

    /// What an iteration starts with: the carried values and the index.
    pub fn enters(&self) -> impl Iterator<Item = ValueId> + '_ {
        self.carried.iter().map(|c| c.phi).chain(self.range.iter().map(|r| r.index))
    }

    /// All values that an iteration binds, also in the loops and branches inside.
    pub fn binds(&self) -> HashSet<ValueId> {
        let mut all: HashSet<ValueId> = self.enters().collect();
        for stmt in self.header.iter().map(|(header, _)| header).chain([&self.body]).flat_map(Region::deep) {
            all.extend(stmt.defs());
            if let Stmt::Loop(l) = stmt {
                all.extend(l.enters());
            }
        }
        all
    }
}

impl Range {
    /// Every index once, up or down.
    pub fn is_plain(&self) -> bool {
        matches!(self.adaptors.as_slice(), [] | [Adaptor::Rev])
    }
}

impl Op {
    /// A constant integer, of whatever type.
    pub fn int(&self) -> Option<i64> {
        let Op::Const(constant) = self else { return None };
        match constant {
            Const::Int(n) => Some(*n),
            Const::Count(n) => Some(i64::from(*n)),
            Const::Float(_) | Const::Bool(_) | Const::Literal(_) => None,
        }
    }

    /// The number of something, as an integer of another type: which, its class says.
    pub fn converted(&self) -> Option<ValueId> {
        match self {
            Op::Cast { arg, to: Ty::Int, code } if *code == CodeId::NONE => Some(*arg),
            _ => None,
        }
    }

    /// The operands of an operation of the rule table; none of a constant.
    pub fn arithmetic(&self) -> Option<&[ValueId]> {
        match self {
            Op::Const(_) => Some(&[]),
            Op::Apply { func: _, args } => Some(args),
            Op::Cast { .. }
            | Op::Load(_)
            | Op::Len(_)
            | Op::Select { .. }
            | Op::Detach(_)
            | Op::Pure(_)
            | Op::Once(_)
            | Op::Operator { .. }
            | Op::Helper { .. }
            | Op::SumOf(_)
            | Op::Dot(..) => None,
        }
    }

    /// `part + other`, `other + part` or `part - other`: the other, and whether it is taken away.
    pub fn sum_with(&self, part: ValueId) -> Option<(ValueId, bool)> {
        let Op::Apply { func, args } = self else { return None };
        match (func, args.as_slice()) {
            (Func::Add, [a, b]) if *a == part => Some((*b, false)),
            (Func::Add, [a, b]) if *b == part => Some((*a, false)),
            (Func::Sub, [a, b]) if *a == part => Some((*b, true)),
            _ => None,
        }
    }
}

/// See [`Stmt::element`].
#[derive(Clone, Copy, Debug)]
pub struct Element<'s> {
    pub place: &'s Place,
    /// What is read, written or added.
    pub value: ValueId,
    pub access: ElementAccess,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElementAccess {
    Read,
    Write,
    Add,
}

/// See [`Region::deep`].
#[derive(Clone, Debug)]
pub struct Deep<'r> {
    /// What is left of each region that the walk is in.
    pending: Vec<std::slice::Iter<'r, Stmt>>,
}

impl<'r> Iterator for Deep<'r> {
    type Item = &'r Stmt;

    fn next(&mut self) -> Option<&'r Stmt> {
        loop {
            let Some(stmt) = self.pending.last_mut()?.next() else {
                self.pending.pop();
                continue;
            };
            self.pending.extend(stmt.regions().into_iter().rev().map(|r| r.stmts.iter()));
            return Some(stmt);
        }
    }
}
