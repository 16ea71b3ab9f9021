//! The statements that wait for their loop over blocks, and what it needs around them.

use super::{masks, Distribution};
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::visit::{Mentions, Visitor};
use crate::ir::{Init, MemId, Op, Operand, Place, Stmt, ValueId};

impl Distribution<'_> {
    /// The statements that wait become a loop over blocks.
    pub(super) fn flush(&mut self) -> Option<()> {
        if !self.awaited.is_empty() {
            return None;
        }
        let mut run = std::mem::take(&mut self.run);
        if run.is_empty() {
            return Some(());
        }
        let defined: Vec<ValueId> = run.iter().flat_map(Stmt::defs).filter(|v| self.is_lanes(*v)).collect();
        let mut inside: HashMap<ValueId, usize> = HashMap::default();
        for v in run.iter().flat_map(|s| Mentions::of(|m| s.visit_deep(m)).values) {
            *inside.entry(v).or_default() += 1;
        }
        let mut stores = Vec::new();
        for v in &defined {
            let all = self.uses.get(v).copied().unwrap_or_default();
            if all > inside.get(v).copied().unwrap_or_default() {
                let home = self.declared_for(*v)?;
                stores.push(Stmt::Store { place: Place::whole(home), value: *v });
            }
        }
        let bound: HashSet<ValueId> = run.iter().flat_map(Stmt::deep).flat_map(binds).collect();
        let mut missing: Vec<ValueId> =
            inside.keys().copied().filter(|v| self.is_lanes(*v) && !bound.contains(v)).collect();
        missing.sort_unstable();
        let mut names = HashMap::default();
        let mut loads = Vec::new();
        for v in missing {
            if let Some(op) = self.splats.get(&v).cloned() {
                let name = self.f.fresh_like(v);
                names.insert(v, name);
                loads.push(Stmt::Let { value: name, op });
                continue;
            }
            let home = *self.homes.get(&v)?;
            let name = self.f.fresh_like(v);
            names.insert(v, name);
            loads.push(Stmt::Let { value: name, op: Op::Load(Place::whole(home)) });
        }
        run.iter_mut().for_each(|s| s.rename(&mut |v| names.get(&v).copied().unwrap_or(v)));
        let stmts = loads.into_iter().chain(run).chain(stores).collect();
        self.out.push(masks::blocks(&self.mems, stmts, self.span));
        Some(())
    }
}

/// The values that a statement itself binds, for what is inside it too.
pub(super) fn binds(stmt: &Stmt) -> Vec<ValueId> {
    let mut all = stmt.defs();
    if let Stmt::Loop(l) = stmt {
        all.extend(l.enters());
    }
    all
}

/// Nothing is moved out of one block.
pub(super) fn copied(stmt: &Stmt) -> Stmt {
    let operand = |o: &Operand| match o {
        Operand::Mem(m) => Operand::Copy(Place::whole(*m)),
        Operand::Value(_) | Operand::Copy(_) => o.clone(),
    };
    let items = |items: &[Operand]| items.iter().map(operand).collect::<Vec<_>>();
    match stmt {
        Stmt::Assign { place, init } => {
            let init = match init {
                Init::Array(all) => Init::Array(items(all)),
                Init::VecOf(all) => Init::VecOf(items(all)),
                Init::Tuple(all) => Init::Tuple(items(all)),
                Init::Repeat { elem, len } => Init::Repeat { elem: operand(elem), len: *len },
                Init::VecRepeat { elem, len } => Init::VecRepeat { elem: operand(elem), len: *len },
                Init::From(from) => Init::From(operand(from)),
                Init::VecNew { .. }
                | Init::Struct { .. }
                | Init::Variant { .. }
                | Init::Boxed(_)
                | Init::ToVec(_)
                | Init::Opaque(_)
                | Init::Taken(_)
                | Init::ZeroOf(_)
                | Init::Row { .. } => init.clone(),
            };
            Stmt::Assign { place: place.clone(), init }
        }
        Stmt::Accumulate { place, from } => Stmt::Accumulate { place: place.clone(), from: operand(from) },
        other => other.clone(),
    }
}

/// Objects that are moved away.
pub(super) struct Moved<'a>(pub &'a mut HashSet<MemId>);

impl Visitor for Moved<'_> {
    fn value(&mut self, _: ValueId) {}

    fn taken(&mut self, mem: MemId) {
        self.0.insert(mem);
    }
}
