//! Equal pure computations on equal operands are made once (within one scope and the scopes inside it), and so are loads
//! from one place between which nothing is written there.
//!
//! ```text
//! v5 = div(v1, v2); v6 = div(v1, v2)    →    v5 = div(v1, v2)        (v6 becomes v5)
//! ```
//! What is popped was pushed together: if that was `x` and `sin(x)`, the sine of the popped `x` is the other one.

use crate::ir::dense::{IdMap, IdSet};
use crate::ir::hash::HashMap;
use crate::ir::{
    Const, Function, IntTy, MemId, Op, Operand, Popped, Region, ResultOf, StackId, Stmt, Table, ValueId,
    ValueInfo,
};
use crate::rules::Func;

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Apply(Func, Vec<ValueId>),
    Helper(&'static str, Vec<ValueId>),
    Float(u64, String),
    Int(i64, Option<IntTy>),
    Bool(bool),
    /// A load, with the number of writes to the object before it.
    Load(String, u32),
    Len(String, u32),
}

pub(super) fn share(f: &mut Function, split: &mut usize, roots: &mut [ValueId]) {
    let mut sharer = Sharer {
        same: IdMap::default(),
        scopes: vec![HashMap::default()],
        named: IdSet::default(),
        versions: HashMap::default(),
        stacks: f.stacks.len() > 0,
        made: IdMap::default(),
        pushed: HashMap::default(),
    };
    for (id, info) in f.values.iter() {
        if info.name.is_some() {
            sharer.named.insert(id);
        }
    }
    let mut body = std::mem::take(&mut f.body);
    let mut second = body.stmts.split_off((*split).min(body.stmts.len()));
    sharer.stmts(&f.values, &mut body.stmts);
    sharer.stmts(&f.values, &mut second);
    *split = body.stmts.len();
    body.stmts.append(&mut second);
    f.body = body;
    let mut rename = |v| sharer.resolve(v);
    f.body.rename(&mut rename);
    if let ResultOf::Value(v) = &mut f.result {
        *v = rename(*v);
    }
    roots.iter_mut().for_each(|r| *r = rename(*r));
}

struct Sharer {
    same: IdMap<ValueId, ValueId>,
    scopes: Vec<HashMap<Key, ValueId>>,
    /// Values with a name of the user's.
    named: IdSet<ValueId>,
    /// Writes to each object so far.
    versions: HashMap<MemId, u32>,
    /// Is anything pushed at all?
    stacks: bool,
    /// How the values that a push may take were computed.
    made: IdMap<ValueId, Key>,
    /// What is on each stack; `None`: there are several pushes.
    pushed: HashMap<StackId, Option<Vec<Operand>>>,
}

impl Sharer {
    fn resolve(&self, value: ValueId) -> ValueId {
        self.same.get(&value).copied().unwrap_or(value)
    }

    fn region(&mut self, values: &Table<ValueId, ValueInfo>, region: &mut Region) {
        self.scopes.push(HashMap::default());
        self.stmts(values, &mut region.stmts);
        self.scopes.pop();
    }

    fn stmts(&mut self, values: &Table<ValueId, ValueInfo>, stmts: &mut Vec<Stmt>) {
        // What was there already goes, also where it might panic: then the earlier one has.
        stmts.retain_mut(|stmt| {
            if let Stmt::Let { value, op } = stmt {
                *op = op.map(&mut |v| self.same.get(&v).copied().unwrap_or(v));
                if self.is_known(values, *value, op) {
                    return false;
                }
            }
            self.stacked(stmt);
            let written: Vec<MemId> = stmt.deep().flat_map(Stmt::written).collect();
            if !stmt.regions().is_empty() {
                self.wrote(&written);
            }
            for inner in stmt.regions_mut() {
                self.region(values, inner);
            }
            self.wrote(&written);
            true
        });
    }

    fn wrote(&mut self, mems: &[MemId]) {
        for mem in mems {
            *self.versions.entry(*mem).or_default() += 1;
        }
    }

    /// Was it computed before?
    fn is_known(&mut self, values: &Table<ValueId, ValueInfo>, value: ValueId, op: &Op) -> bool {
        let Some(key) = self.key(values, value, op) else { return false };
        // A literal is of any integer type; a variable is of one, which rustc alone knows.
        if matches!(key, Key::Int(..)) && self.named.contains(&value) {
            return false;
        }
        if self.stacks && matches!(key, Key::Apply(..) | Key::Helper(..)) {
            self.made.insert(value, key.clone());
        }
        if let Some(earlier) = self.scopes.iter().rev().find_map(|s| s.get(&key)).copied() {
            self.same.insert(value, earlier);
            return true;
        }
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(key, value);
        }
        false
    }

    fn stacked(&mut self, stmt: &Stmt) {
        if let Stmt::Push { stack, items } = stmt {
            let only = !self.pushed.contains_key(stack);
            self.pushed.insert(*stack, only.then(|| items.clone()));
        }
        if let Stmt::Pop { stack, items } = stmt {
            self.popped(*stack, items);
        }
    }

    /// The computations among what was pushed, on the popped values.
    fn popped(&mut self, stack: StackId, items: &[Popped]) {
        let Some(Some(pushed)) = self.pushed.get(&stack) else { return };
        let both = pushed.iter().zip(items).filter_map(|(from, to)| match (from, to) {
            (Operand::Value(from), Popped::Value(to)) => Some((self.resolve(*from), *to)),
            (Operand::Value(_) | Operand::Mem(_) | Operand::Copy(_), _) => None,
        });
        let now: Vec<(ValueId, ValueId)> = both.collect();
        let called = |v: ValueId| now.iter().find(|(from, _)| *from == v).map_or(v, |(_, to)| *to);
        let mut known = Vec::new();
        for (from, to) in &now {
            let renamed = |args: &[ValueId]| args.iter().map(|a| called(*a)).collect();
            match self.made.get(from) {
                Some(Key::Apply(func, args)) => known.push((Key::Apply(*func, renamed(args)), *to)),
                Some(Key::Helper(name, args)) => known.push((Key::Helper(name, renamed(args)), *to)),
                Some(_) | None => {}
            }
        }
        if let Some(scope) = self.scopes.last_mut() {
            scope.extend(known);
        }
    }

    fn version(&self, mem: MemId) -> u32 {
        self.versions.get(&mem).copied().unwrap_or(0)
    }

    fn key(&self, values: &Table<ValueId, ValueInfo>, value: ValueId, op: &Op) -> Option<Key> {
        match op {
            Op::Apply { func, args } => Some(Key::Apply(*func, args.clone())),
            Op::Helper { name, args } if !name.starts_with("zero") && *name != "sum" => {
                Some(Key::Helper(name, args.clone()))
            }
            Op::Const(Const::Float(x)) => Some(Key::Float(x.to_bits(), format!("{:?}", values[value].ty))),
            Op::Const(Const::Int(n)) => Some(Key::Int(*n, values[value].int)),
            Op::Const(Const::Bool(b)) => Some(Key::Bool(*b)),
            Op::Load(place) => Some(Key::Load(format!("{place:?}"), self.version(place.mem))),
            Op::Len(place) => Some(Key::Len(format!("{place:?}"), self.version(place.mem))),
            Op::Const(Const::Literal(_) | Const::Count(_))
            | Op::Operator { .. }
            | Op::Helper { .. }
            | Op::Cast { .. }
            | Op::Select { .. }
            | Op::Detach(_)
            | Op::Pure(_)
            | Op::Once(_)
            | Op::SumOf(_)
            | Op::Dot(..) => None,
        }
    }
}
